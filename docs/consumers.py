"""What other people's software keeps of what we publish: the tables behind docs/reference/consumers.md.

The rows on libraries are measured: tests/interop/test_consumers.py runs each library over views of every kind and
fails when a row is wrong in either direction. The rows on pollers are read in their makers' pages and source code.
"""

from typing import Final, NamedTuple

from docs.markdown import code, table

__all__ = [
    "FATES",
    "LIBRARIES",
    "OTHERS",
    "POLLERS",
    "Fate",
    "Library",
    "Poller",
    "fate_rows",
    "library_rows",
    "poller_rows",
]


class Library(NamedTuple):
    """A library that reads STIX: its name in its package index, the version that was run, what was run of it."""

    name: str
    version: str
    runs: str


class Fate(NamedTuple):
    """What becomes of one STIX type in one library.

    `when` narrows the row to a case that the tests know; empty for all objects of the type that no other row is about.
    `answer` is what we do about a loss.
    """

    library: str
    type: str
    when: str
    kept: bool
    becomes: str
    answer: str = ""


class Poller(NamedTuple):
    """A client that polls TAXII 2.1, what it keeps, and what follows for who serves it."""

    name: str
    keeps: str
    follows: str


LIBRARIES: Final = (
    Library("misp-stix", "2026.10.12", "the import of STIX that is not MISP's own, as MISP runs it"),
    Library("pycti", "7.261026.0", "the splitter of bundles, through which OpenCTI's imports and connectors go"),
)

OTHERS: Final = "any other"
"""Stands for every type that no row of the library names."""

_SUMMARY: Final = "the description of the report or grouping, which becomes the event's report, says it in sentences"

FATES: Final = (
    Fate("misp-stix", "report", "", True, "the event; its description becomes an event report"),
    Fate("misp-stix", "grouping", "", True, "the event, not marked as published; its description an event report"),
    Fate("misp-stix", "identity", "", True, "an object `identity` or `organization`"),
    Fate("misp-stix", "identity", "the center's own", True, "a tag that names the producer"),
    Fate(
        "misp-stix",
        "identity",
        "the product's own",
        False,
        "nothing: only extension definitions refer to it",
        "nothing is lost that an analyst needs",
    ),
    Fate(
        "misp-stix",
        "location",
        "",
        True,
        "an object `geolocation` where it has a city, a street, a postal code or coordinates; else a galaxy cluster",
    ),
    Fate("misp-stix", "ipv4-addr", "", True, "an attribute"),
    Fate("misp-stix", "ipv6-addr", "", True, "an attribute"),
    Fate("misp-stix", "domain-name", "", True, "an attribute"),
    Fate("misp-stix", "url", "", True, "an attribute"),
    Fate("misp-stix", "email-addr", "", True, "an attribute"),
    Fate("misp-stix", "file", "", True, "an object `file` with the hash"),
    Fate("misp-stix", "artifact", "", True, "an object `artifact` with the signed NIEM message in it"),
    Fate("misp-stix", "observed-data", "", True, "the times of the attribute, whose comment names the observed-data"),
    Fate(
        "misp-stix",
        "observed-data",
        "a second one of an e-mail address",
        False,
        "nothing: the import fails on it and goes on",
        "the address is kept, with the times of the first; it takes a record that names one address twice",
    ),
    Fate("misp-stix", "indicator", "", True, "the attribute is for detection, and its comment names the indicator"),
    Fate("misp-stix", "malware", "", True, "a galaxy cluster of the family's name"),
    Fate("misp-stix", "attack-pattern", "", True, "a galaxy cluster of the pattern's name"),
    Fate("misp-stix", "course-of-action", "", True, "a galaxy cluster of its name"),
    Fate(
        "misp-stix",
        "sighting",
        "",
        False,
        "nothing: what is sighted has become something else under another id",
        "the times stand in the observed-data and in the summary",
    ),
    Fate("misp-stix", "vulnerability", "", True, "a galaxy cluster with the CVE id"),
    Fate(
        "misp-stix", "marking-definition", "", True, "a tag: `tlp:amber`, `cui//sp-chri/lei`, the text of a statement"
    ),
    Fate("misp-stix", "incident", "", False, "nothing: an error in the import's log", _SUMMARY),
    Fate("misp-stix", "infrastructure", "", False, "nothing: an error in the import's log", _SUMMARY),
    Fate(
        "misp-stix",
        "note",
        "about what is lost",
        False,
        "nothing: it would hang on the object that it is about, and an incident is none",
        "the NIEM message has the narrative, where the agreement lets it travel",
    ),
    Fate("misp-stix", "note", "", True, "a note of the objects that it is about"),
    Fate("misp-stix", "relationship", "between two objects", True, "a reference from one MISP object to the other"),
    Fate(
        "misp-stix",
        "relationship",
        "",
        False,
        "nothing, or a reference that leads nowhere, where an end is no MISP object (an incident, an attribute, a "
        "galaxy cluster)",
        "people, places and things stand in the event as objects of their own, and in the event's report",
    ),
    Fate(
        "misp-stix",
        "extension-definition",
        "",
        False,
        "nothing; MISP reads no content of our extensions either",
        "the page [STIX extensions](stix-extensions.md) defines each property",
    ),
    Fate(
        "pycti",
        "extension-definition",
        "",
        False,
        "set aside as incompatible",
        "the extensions themselves stay in the objects that carry them",
    ),
    Fate("pycti", OTHERS, "", True, "handed to the importer with every property as we wrote it"),
)
"""What becomes of each type that we publish. No row, no loss: a type that is lost without a row fails the tests."""

POLLERS: Final = (
    Poller(
        "Microsoft Sentinel, TAXII connector",
        "indicators",
        "Give it the kinds that have indicators. It forgets no indicator without an end; ours all have one.",
    ),
    Poller(
        "Splunk Enterprise Security 8.2 and later",
        "indicators; which other types is not established",
        "Versions before 8.2 speak TAXII 1 only and get nothing.",
    ),
    Poller(
        "OpenCTI, built-in TAXII feed",
        "all that its model has; content of foreign extensions is lost when it is exported again",
        "It asks for objects alone, not bundles. Keep what was received: a signature does not outlive its store.",
    ),
    Poller(
        "OpenCTI, connector on taxii2-client",
        "the same",
        "It finds collections by title, so a title never changes.",
    ),
    Poller(
        "Cortex XSOAR, TAXII 2 feed", "indicators; it takes patterns with AND or OR apart", "Ours compare one value."
    ),
    Poller("EclecticIQ, TAXII 2.1 poll", "STIX 2.1", "With a fixed window it reads everything again on each run."),
    Poller("Sumo Logic, TAXII 2 client", "indicators", "A collection of incidents arrives there as nothing."),
    Poller(
        "MISP",
        "what a script makes of it with misp-stix: the table above",
        "MISP itself polls no TAXII server.",
    ),
    Poller("Trellix network appliances", "indicators", "One server only."),
    Poller("Anomali ThreatStream", "not established", "Its manuals are not public."),
)
"""Read in November 2026; none of these was run."""


def library_rows() -> str:
    """The libraries that were run."""
    return table(("Library", "Version", "What was run"), LIBRARIES)


def fate_rows() -> str:
    """What becomes of each type in each library."""
    rows = [
        (
            one.library,
            one.type if one.type == OTHERS else code(one.type),
            one.when,
            "yes" if one.kept else "**no**",
            one.becomes,
            one.answer,
        )
        for one in FATES
    ]
    return table(("Library", "STIX type", "Which", "Kept", "What becomes of it", "What we do about it"), rows)


def poller_rows() -> str:
    """What polling clients keep."""
    return table(("Client", "Keeps", "What follows"), POLLERS)

"""Where these checks and stix2-validator 3.2.0 judge otherwise, and why; the differential tests admit nothing else."""

from typing import Final, NamedTuple

__all__ = ["DIFFERENCES", "Difference"]


class Difference(NamedTuple):
    """A class of objects that the two judge otherwise: who refuses them, and what speaks for our side."""

    refused_by: str
    says: str
    reason: str


_WE, _IT = "gateway", "stix2-validator"

DIFFERENCES: Final[dict[str, Difference]] = {
    "line-feed": Difference(
        _WE,
        "A text that closes with a line feed where the schema asks for a form.",
        "Python's `$` also matches before a final line feed; in the schemas' language it does not.",
    ),
    "time-as-text": Difference(
        "either",
        "Two times of which one has a fraction.",
        "It compares the texts, by which a full second comes after its half and is not equal to itself with zeros.",
    ),
    "language-tag": Difference(
        "either",
        "A tag that is conformant but rare, or common but not conformant.",
        "It knows 220 tags in one spelling. RFC 5646 has a grammar, registered subtags and no cases; "
        "en-CB and sr-SP name regions that are not registered.",
    ),
    "email-domain": Difference(
        _IT,
        "An address in a domain of one label.",
        "It replaces the format's check by one that wants a full stop; RFC 5321 does not.",
    ),
    "process-once": Difference(
        _IT,
        "A process whose UUID is not of version 4.",
        "It refuses under a MUST and warns under a SHOULD; here it is told once, as a breach of the MUST.",
    ),
    "uuid-of-contribution": Difference(
        _IT,
        "An observable without id contributing properties whose UUID is of version 4.",
        "Its MUST asks for version 4 and its SHOULD for version 5; 2.9 asks for 4.",
    ),
    "custom-observable-uuid": Difference(
        _IT,
        "An observable of a type outside the standard with a UUID of version 5.",
        "It takes every such object for a domain object; an extension may bring observables (7.3).",
    ),
    "hash-name-length": Difference(
        _WE,
        "Hashes under a name of more than 30 characters.",
        "Its check returns what it finds to a caller that only reads what is yielded, so it never speaks.",
    ),
    "crash": Difference(
        _IT,
        "An object of shapes that its checks do not expect.",
        "It raises a Python error and gives no verdict.",
    ),
    "selector-into-text": Difference(
        _WE,
        "A selector with a place in a text: the third letter of a name.",
        "Python indexes texts as it does lists; 7.2.3.1 gives places to lists only.",
    ),
    "container": Difference(
        _WE,
        "Observables in the deprecated container.",
        "It makes only some of its checks on them; here they are judged as objects of their own.",
    ),
    "hash-in-pattern": Difference(
        _IT,
        "A pattern that compares a hash by LIKE, MATCHES or IN.",
        "It takes the whole operand for a hash; a part or a set of hashes is none.",
    ),
    "exists-in-pattern": Difference(
        _WE,
        "A pattern that asks by EXISTS for a type or property with a name that no observable can have.",
        "It looks only at the names that are compared with something.",
    ),
    "pattern-version": Difference(
        _IT,
        "A pattern that says it is of version 2.0 and uses EXISTS.",
        "It reads it by the older grammar first; here all are read by section 9.",
    ),
    "own-extension": Difference(
        _WE,
        "An object that breaks the schema of an extension of this gateway.",
        "It knows these schemas only where it is handed them.",
    ),
    "version-2.0": Difference(
        "either",
        "An object in a bundle without `spec_version`.",
        "It judges it by STIX 2.0; here it breaks the schema of 2.1.",
    ),
    "empty-bundle": Difference(
        _WE,
        "A bundle whose list of objects is empty.",
        "It skips the schema of the list; no list is empty (2.12).",
    ),
}
"""By name."""

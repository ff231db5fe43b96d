"""Whether an object of another maker is sound STIX 2.1: what the standard demands, without the habits of this house."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.marked import marking_refs
from gateway.stix.musts import FOREIGN_CHECKS
from gateway.stix.oasis import SchemaSet

__all__ = ["OBSERVABLE_TYPES", "REFERABLE_TYPES", "STANDARD_TYPES", "foreign_faults", "references"]

OBSERVABLE_TYPES: Final = frozenset(
    [
        "artifact",
        "autonomous-system",
        "directory",
        "domain-name",
        "email-addr",
        "email-message",
        "file",
        "ipv4-addr",
        "ipv6-addr",
        "mac-addr",
        "mutex",
        "network-traffic",
        "process",
        "software",
        "url",
        "user-account",
        "windows-registry-key",
        "x509-certificate",
    ]
)
"""STIX 2.1, 6."""

STANDARD_TYPES: Final = OBSERVABLE_TYPES | frozenset(
    [
        "attack-pattern",
        "campaign",
        "course-of-action",
        "grouping",
        "identity",
        "incident",
        "indicator",
        "infrastructure",
        "intrusion-set",
        "location",
        "malware",
        "malware-analysis",
        "note",
        "observed-data",
        "opinion",
        "report",
        "threat-actor",
        "tool",
        "vulnerability",
        "relationship",
        "sighting",
        "extension-definition",
        "language-content",
        "marking-definition",
    ]
)
"""STIX 2.1, 4 to 7; every other type is its maker's own (11.2, 7.3)."""


REFERABLE_TYPES: Final = STANDARD_TYPES - {"extension-definition", "language-content", "marking-definition"}
"""What a report or grouping may refer to so that every consumer takes it: libraries refuse a whole report for one
reference to something else, which then stands beside it and in the manifest."""


def foreign_faults(one: dict[str, Any], schemas: SchemaSet) -> Iterator[tuple[str, str]]:
    """Where and what for each breach; no message repeats a value. The object may be any JSON object at all."""
    broken = list(schemas.faults_of_foreign(one))
    if broken:  # the checks below rely on the shapes that the schema promises
        yield from broken
        return
    for check in FOREIGN_CHECKS:
        yield from ((path, problem) for _, path, problem in check(one))


def references(one: dict[str, Any]) -> tuple[str, ...]:
    """The ids that an object refers to, each once, in its order; its markings last.

    A property refers by its name: `…_ref` or `…_refs` (STIX 2.1, 3.1). Of a type of its maker's own only the top is
    looked at: tables of contents stand deeper.
    """
    found = _refs(one, deep=one.get("type") in STANDARD_TYPES)
    return tuple(dict.fromkeys((*found, *marking_refs(one))))


def _refs(value: Any, *, deep: bool) -> Iterator[str]:
    if isinstance(value, list):
        for held in value:
            yield from _refs(held, deep=deep)
        return
    if not isinstance(value, dict):
        return
    for name, held in value.items():
        if name.endswith("_ref") and isinstance(held, str):
            yield held
        elif name.endswith("_refs") and isinstance(held, list):
            yield from (ref for ref in held if isinstance(ref, str))
        elif deep:
            yield from _refs(held, deep=True)

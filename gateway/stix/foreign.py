"""The types of STIX 2.1, and what an object of any maker refers to."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.properties import PROPERTIES
from gateway.stix.marked import marking_refs

__all__ = ["REFERABLE_TYPES", "STANDARD_TYPES", "references"]

STANDARD_TYPES: Final = frozenset(PROPERTIES) - {"bundle"}
"""STIX 2.1, 4 to 7; every other type is its maker's own (11.2, 7.3)."""

REFERABLE_TYPES: Final = STANDARD_TYPES - {"extension-definition", "language-content", "marking-definition"}
"""What a report or grouping may refer to so that every consumer takes it: libraries refuse a whole report for one
reference to something else, which then stands beside it and in the manifest."""


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

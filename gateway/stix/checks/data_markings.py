"""Data markings: definitions that do not mark themselves, selectors that lead somewhere (STIX 2.1, 7.2)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level

__all__ = ["MARKING_CHECKS"]

_DEFINITION: Final = frozenset({"marking-definition"})
_PLACE: Final = re.compile(r"\[([0-9]+)\]")
_DEFINED: Final = ("statement", "tlp")


def _marks_itself(one: dict[str, Any]) -> Iterator[Breach]:
    if one["id"] in one["object_marking_refs"]:
        yield "object_marking_refs", "refers to itself"


def _marks_itself_in_part(one: dict[str, Any]) -> Iterator[Breach]:
    for place, marking in enumerate(one["granular_markings"]):
        if marking.get("marking_ref") == one["id"]:
            yield f"granular_markings.{place}.marking_ref", "refers to itself"


def _selectors(one: dict[str, Any]) -> Iterator[Breach]:
    for place, marking in enumerate(one["granular_markings"]):
        for number, selector in enumerate(marking.get("selectors", ())):
            if not _leads_somewhere(one, selector):
                yield f"granular_markings.{place}.selectors.{number}", "selects nothing that the object has"


def _leads_somewhere(one: dict[str, Any], selector: str) -> bool:
    held: Any = one
    for step in selector.split("."):
        found = _PLACE.fullmatch(step)
        if found:
            if not isinstance(held, list) or len(found[1]) > 9 or int(found[1]) >= len(held):
                return False
            held = held[int(found[1])]
        elif isinstance(held, dict) and step in held:
            held = held[step]
        else:
            return False
    return True


def _definition_type(one: dict[str, Any]) -> Iterator[Breach]:
    if one["definition_type"] not in _DEFINED:
        yield "definition_type", "is neither statement nor tlp"


def _custom_definition(one: dict[str, Any]) -> Iterator[Breach]:
    if "extensions" not in one and one.get("definition_type") not in _DEFINED:
        yield "", "defines a marking of its own without an extension"


MARKING_CHECKS: Final = (
    Check(
        code="marking-of-itself",
        clause="7.2.2",
        level=Level.MUST,
        says="A marking definition does not mark itself.",
        look=_marks_itself,
        types=_DEFINITION,
        needs=("object_marking_refs",),
    ),
    Check(
        code="marking-of-part-of-itself",
        clause="7.2.3",
        level=Level.MUST,
        says="A marking definition does not mark a part of itself with itself.",
        look=_marks_itself_in_part,
        types=_DEFINITION,
        needs=("granular_markings",),
    ),
    Check(
        code="selector",
        clause="7.2.3.1",
        level=Level.MUST,
        says="A selector of a granular marking leads to something that the object has.",
        look=_selectors,
        needs=("granular_markings",),
    ),
    Check(
        code="marking-type",
        clause="7.2.1.1",
        level=Level.SHOULD,
        says="The type of a marking definition is statement or tlp.",
        look=_definition_type,
        types=_DEFINITION,
        needs=("definition_type",),
        number="201",
    ),
    Check(
        code="custom-marking",
        clause="7.2.1.1",
        level=Level.SHOULD,
        says="Any other marking is defined by an extension.",
        look=_custom_definition,
        types=_DEFINITION,
        number="401",
    ),
)
"""Checks of markings."""

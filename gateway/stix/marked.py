"""How content of other producers may be handled, read from the markings that it bears.

Every marking of an object, and of any part of it, binds the whole of what is made of it. A marking that the tables do
not know, or whose definition is not at hand, means that the content is not shared.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from gateway.errors import BadMarking
from gateway.model.codes import Pap, Tlp
from gateway.model.handling import Handling
from gateway.stix.acs import ACS_EXTENSION, acs_facts
from gateway.stix.markings import (
    CUI_EXTENSION,
    PAP_EXTENSION,
    PAP_MARKINGS,
    PRIVACY_STATEMENT,
    TLP_EXTENSION,
    TLP_MARKINGS,
    cui_facts,
)

__all__ = ["WELL_KNOWN_MARKINGS", "marking_refs", "strictest", "tightened"]

_TLP_1: Final = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "white",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
"""The marking definitions of TLP 1, whose ids the standard fixes (STIX 2.1, 7.2.1.4)."""

_COLORS: Final = {"white": Tlp.CLEAR, "green": Tlp.GREEN, "amber": Tlp.AMBER, "red": Tlp.RED}
"""TLP 1 in the words of TLP 2 (FIRST, 2022): white became clear, and amber still lets clients know."""

_BY_ID: Final[dict[str, dict[str, Any]]] = {
    **{ref: {"tlp": _COLORS[color]} for ref, color in _TLP_1.items()},
    **{row.id: {"tlp": level} for level, row in TLP_MARKINGS.items()},
    **{row.id: {"pap": level} for level, row in PAP_MARKINGS.items()},
    "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730": {"pap": Pap.CLEAR},  # PAP:WHITE of the first version
}
"""Markings that are known by their ids; their definitions need not be at hand."""

WELL_KNOWN_MARKINGS: Final = frozenset(_BY_ID)
"""Markings whose objects are fixed by their standards: everybody has them, nobody's copy of them is news."""

_PAP_WORDS: Final = {"white": Pap.CLEAR} | {level.value: level for level in Pap}
_FLOOR: Final = (
    *("tlp", "pap", "cui", "dissemination", "caveats", "sensitivities", "supplemental_markings"),
    *("release_to", "display_to", "personal_information"),
)
_LISTS: Final = ("cui", "dissemination", "caveats", "sensitivities", "supplemental_markings")


def marking_refs(one: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of all markings that an object or any part of it bears; granular ones of languages name none."""
    granular = [row.get("marking_ref") for row in one.get("granular_markings", ())]
    return tuple(dict.fromkeys(ref for ref in (*one.get("object_marking_refs", ()), *granular) if ref))


def strictest(
    refs: Iterable[str], definitions: Mapping[str, Mapping[str, Any]], floor: Handling, *, accepted: frozenset[str]
) -> Handling:
    """The handling that honours every marking and what holds for the feed anyway (`floor`).

    `definitions` has the marking definitions at hand, by id; `accepted` are the ids of statements that the center's
    people have read and can honour. Raises BadMarking when one cannot be honoured, or two contradict each other.
    """
    handling = floor
    for ref in refs:
        if ref not in accepted:
            for facts in _facts(ref, definitions.get(ref)):
                handling = _bound(handling, facts)
    return handling


def tightened(handling: Handling, floor: Handling) -> Handling:
    """A handling with what holds for the feed anyway. Raises BadMarking when the two contradict each other."""
    return _bound(handling, {name: held for name in _FLOOR if (held := getattr(floor, name))})


def _facts(ref: str, definition: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if ref in _BY_ID:
        return [_BY_ID[ref]]
    if definition is None:
        raise BadMarking("a marking's definition is not in the delivery", remedy="Ask the producer to send it along")
    if definition.get("definition_type") == "tlp":
        return [{"tlp": _level(_COLORS, definition.get("definition", {}).get("tlp"))}]
    found: list[dict[str, Any]] = []
    for name, extension in definition.get("extensions", {}).items():
        found += _of_extension(name, extension)
    if found:
        return found
    if definition.get("definition_type") == "statement":
        if definition.get("definition", {}).get("statement") == PRIVACY_STATEMENT:
            return [{"personal_information": True}]
        raise BadMarking(
            "a marking is a statement for people to read",
            remedy="Read it; list its id under `accepted_statements` of the feed if the center can honour it",
        )
    raise BadMarking("a marking is of a sort that the gateway does not know", remedy="Ask the producer what it means")


def _of_extension(name: str, extension: Mapping[str, Any]) -> list[dict[str, Any]]:
    if name == TLP_EXTENSION:
        return [{"tlp": _level({level.value: level for level in Tlp}, extension.get("tlp_2_0"))}]
    if name == PAP_EXTENSION:
        return [{"pap": _level(_PAP_WORDS, extension.get("pap"))}]
    if name == CUI_EXTENSION:
        return [cui_facts(extension)]
    if name == ACS_EXTENSION:
        return acs_facts(extension)
    raise BadMarking("a marking has an extension that the gateway does not know", remedy="Ask what it means")


def _level(words: Mapping[str, Any], word: Any) -> Any:
    level = words.get(word) if isinstance(word, str) else None
    if level is None:
        raise BadMarking("a marking has a level of no protocol that the gateway knows", remedy="Ask what it means")
    return level


def _bound(handling: Handling, facts: Mapping[str, Any]) -> Handling:
    """The handling with what one marking adds: levels rise, lists grow, lists of countries shrink."""
    changes = dict(facts)
    if "tlp" in facts:
        changes["tlp"] = max(handling.tlp, facts["tlp"], key=lambda level: level.rank)
    if "pap" in facts:
        changes["pap"] = max(handling.pap or Pap.CLEAR, facts["pap"], key=list(Pap).index)
    for name in _LISTS:
        if name in facts:
            changes[name] = tuple(dict.fromkeys((*getattr(handling, name), *facts[name])))
    for name in ("release_to", "display_to"):
        if name in facts and (held := getattr(handling, name)):
            changes[name] = tuple(country for country in held if country in facts[name])
            if not changes[name]:
                raise BadMarking("two markings name no country in common", remedy="Ask the producers")
    if "personal_information" in facts:
        changes["personal_information"] = True
    try:
        return replace(handling, **changes)
    except ValueError as error:
        raise BadMarking(f"the markings cannot stand together: {error}", remedy="Ask the producers") from error

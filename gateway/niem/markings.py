"""The CUI marking of a message: `cui:DocumentMarkingMetadata`, written from a handling and read back into one.

One table says which element holds which field of the handling, in the schema's order; both directions come from it.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from gateway.model.banner import write_banner
from gateway.model.codes import Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Handling
from gateway.niem.template import element_text

__all__ = ["MARKING_ROWS", "TLP_LABELS", "marking_facts", "marking_text", "sensitivity_labels"]

TLP_LABELS: Final = {tlp: f"TLP:{tlp.value.upper()}" for tlp in Tlp}
"""How the TLP 2.0 standard (FIRST, 2022) has a label written."""


def sensitivity_labels(handling: Handling) -> tuple[str, ...]:
    """What stands in `nc:DocumentSensitivityText`, for readers who know none of the codes.

    The TLP label, the CUI banner line where the record is CUI, then each caveat. All of it is said again in codes,
    which are what a program reads.
    """
    banner = (write_banner(handling.marking),) if handling.cui else ()
    return (TLP_LABELS[handling.tlp], *banner, *handling.caveats)


class MarkingRow(NamedTuple):
    """One element below the marking metadata, and the field of the handling that it holds.

    `read` turns its text into a value; `holds` says which of the field's values it is for; `many` is false for a field
    of one value.
    """

    path: str
    field: str
    read: Callable[[str], Any]
    holds: Callable[[Any], bool]
    many: bool = True


class ControlRow(NamedTuple):
    """What stands beside the code in a `cui:DocumentMarkingLDC`: the element, the field, and the control it is for."""

    path: str
    field: str
    control: Dissemination


def _any(_: Any) -> bool:
    return True


def _specified(category: Any) -> bool:
    return isinstance(category, Cui) and category.is_specified


def _basic(category: Any) -> bool:
    return category is not Cui.CUI and not _specified(category)


_CONTROL: Final = "cui:DocumentMarkingLDC"
_CONTROL_CODE: Final = "cui:DocumentMarkingLDCCode"
_ENTITY: Final = "cui:DesignatingEntityText"

MARKING_ROWS: Final = (
    MarkingRow("cui:SpecifiedCategoryMarkingCode", "cui", Cui, _specified),
    MarkingRow("cui:BasicCategoryMarkingCode", "cui", Cui, _basic),
    MarkingRow(_CONTROL, "dissemination", Dissemination, _any),
    MarkingRow(_ENTITY, "designating_entity", str, _any, many=False),
    MarkingRow("cui:DecontrolSchedule/cui:DecontrolDate", "decontrol_date", date.fromisoformat, _any, many=False),
    MarkingRow("cui:SupplementalAdministrativeMarkingCode", "supplemental_markings", SupplementalMarking, _any),
)
"""The children of `cui:DocumentMarkingMetadataType` that a message uses, in the schema's order."""

_CONTROL_ROWS: Final = (
    ControlRow("cui:LDCCountryCode", "release_to", Dissemination.REL_TO),
    ControlRow("cui:LDCCountryCode", "display_to", Dissemination.DISPLAY_ONLY),
    ControlRow("cui:LDC-DLONLYText", "dissemination_list", Dissemination.DL_ONLY),
)


def marking_text(handling: Handling, center_name: str) -> str:
    """The document's augmentation with its CUI marking; empty text for a record that is no CUI.

    Where the handling names no designating entity, the center is it: 32 CFR 2002.20(c) wants one in every marking.
    """
    if not handling.cui:
        return ""
    named = replace(handling, designating_entity=handling.designating_entity or center_name)
    content = "".join(_written(row, value, named) for row in MARKING_ROWS for value in _values(row, named))
    return (
        f"<cui:DocumentAugmentation><cui:DocumentMarkingMetadata>{content}"
        "</cui:DocumentMarkingMetadata></cui:DocumentAugmentation>"
    )


def _values(row: MarkingRow, handling: Handling) -> Iterator[Any]:
    held = getattr(handling, row.field)
    for value in held if row.many else (held,):
        if value is not None and value != "" and row.holds(value):
            yield value


def _written(row: MarkingRow, value: Any, handling: Handling) -> str:
    if row.path == _CONTROL:
        beside = (
            _element(part.path, text, part.field)
            for part in _CONTROL_ROWS
            if part.control is value
            for text in getattr(handling, part.field)
            if text
        )
        return f"<{_CONTROL}>{_element(_CONTROL_CODE, value, row.field)}{''.join(beside)}</{_CONTROL}>"
    return _element(row.path, value, row.field)


def _element(path: str, value: Any, field: str) -> str:
    steps = path.split("/")
    opening = "".join(f"<{step}>" for step in steps)
    closing = "".join(f"</{step}>" for step in reversed(steps))
    return f"{opening}{element_text(str(value), field)}{closing}"


def marking_facts(metadata: Any, namespaces: dict[str, str], center_name: str) -> dict[str, Any]:
    """The CUI fields of the handling that a `cui:DocumentMarkingMetadata` element (lxml) says.

    `namespaces` has the URI of each prefix; `center_name` is the name of the message's submitter, who is no designating
    entity of the record's own. Raises ValueError for a code that no table has.
    """
    facts: dict[str, Any] = {"cui": (Cui.CUI,)}
    for row in MARKING_ROWS:
        for element in metadata.iterfind(row.path, namespaces):
            code = element.find(_CONTROL_CODE, namespaces) if row.path == _CONTROL else element
            value = row.read((code.text or "") if code is not None else "")
            facts[row.field] = (*facts.get(row.field, ()), value) if row.many else value
            for part in _CONTROL_ROWS:
                if part.control is value and (beside := element.findall(part.path, namespaces)):
                    facts[part.field] = tuple(one.text or "" for one in beside)
    if facts.get("designating_entity") == center_name:
        del facts["designating_entity"]
    return facts

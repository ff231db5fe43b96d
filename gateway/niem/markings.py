"""The CUI marking of a message: `cui:DocumentMarkingMetadata`, written from a handling and read back into one.

The sensitivity texts say the same again for readers who know none of the codes.
"""

from typing import Any, Final, NamedTuple

from gateway.model.banner import write_banner
from gateway.model.codes import Tlp
from gateway.model.cui import Cui, Dissemination
from gateway.model.handling import Handling
from gateway.niem.outgoing import Outgoing
from gateway.niem.parts import CODE, DAY, Computed, Each, Kept, Leaf, Leaves, Part, Within

__all__ = ["MARKING", "SENSITIVITY", "TLP_LABELS", "marking_fields", "sensitivity_labels"]

TLP_LABELS: Final = {tlp: f"TLP:{tlp.value.upper()}" for tlp in Tlp}
"""How the TLP 2.0 standard (FIRST, 2022) has a label written."""

_HANDLING: Final = "view.record.handling"


def sensitivity_labels(handling: Handling) -> tuple[str, ...]:
    """What stands in `nc:DocumentSensitivityText`, for readers who know none of the codes.

    The TLP label, the CUI banner line where the record is CUI, then each caveat. All of it is said again in codes,
    which are what a program reads.
    """
    banner = (write_banner(handling.marking),) if handling.cui else ()
    return (TLP_LABELS[handling.tlp], *banner, *handling.caveats)


class _Control(NamedTuple):
    """One limited dissemination control with what stands beside its code."""

    code: Dissemination
    countries: tuple[str, ...]
    list: tuple[str, ...]


_BESIDE: Final = {
    Dissemination.REL_TO: "release_to",
    Dissemination.DISPLAY_ONLY: "display_to",
    Dissemination.DL_ONLY: "dissemination_list",
}
"""The fields of the handling that a control names countries or recipients in."""


class _Marked(NamedTuple):
    """A handling as the table of its marking sees it. The center designates where the handling names nobody."""

    handling: Handling
    center_name: str

    @property
    def specified(self) -> tuple[Cui, ...]:
        return tuple(category for category in self.handling.cui if category.is_specified)

    @property
    def basic(self) -> tuple[Cui, ...]:
        return tuple(
            category for category in self.handling.cui if not category.is_specified and category is not Cui.CUI
        )

    @property
    def controls(self) -> tuple[_Control, ...]:
        return tuple(self._control(code) for code in self.handling.dissemination)

    def _control(self, code: Dissemination) -> _Control:
        beside = getattr(self.handling, _BESIDE[code]) if code in _BESIDE else ()
        return _Control(code, (), beside) if code is Dissemination.DL_ONLY else _Control(code, beside, ())


def _marked(outgoing: Outgoing) -> _Marked:
    return _Marked(outgoing.view.record.handling, outgoing.center.name)


def _designating_entity(marked: _Marked) -> str | None:
    """32 CFR 2002.20(c) wants one in every marking."""
    return (marked.handling.designating_entity or marked.center_name) if marked.handling.cui else None


def _same(member: Any) -> Any:
    return member


_CONTROL_PARTS: Final[tuple[Part, ...]] = (
    Leaf("cui:DocumentMarkingLDCCode", "code", CODE),
    Leaves("cui:LDCCountryCode", "countries"),
    Leaves("cui:LDC-DLONLYText", "list"),
)

MARKING: Final = Kept(
    (_HANDLING, "center.name"),
    (
        Within(
            "cui:DocumentAugmentation/cui:DocumentMarkingMetadata",
            (
                Leaves("cui:SpecifiedCategoryMarkingCode", "specified", CODE),
                Leaves("cui:BasicCategoryMarkingCode", "basic", CODE),
                Each(
                    "cui:DocumentMarkingLDC", "controls", _CONTROL_PARTS, lambda control: control, lambda found: found
                ),
                Computed(
                    "cui:DesignatingEntityText",
                    "designating_entity",
                    _designating_entity,
                    lambda text: {"designating_entity": text},
                ),
                Leaf("cui:DecontrolSchedule/cui:DecontrolDate", "handling.decontrol_date", DAY),
                Leaves("cui:SupplementalAdministrativeMarkingCode", "handling.supplemental_markings", CODE),
            ),
        ),
    ),
    _marked,
)
"""The marking metadata, in the schema's order; the same text for every record of one handling."""

SENSITIVITY: Final = Kept(
    (_HANDLING,),
    (Leaves("nc:DocumentSensitivityText", "labels"),),
    lambda outgoing: _Labelled(sensitivity_labels(outgoing.view.record.handling)),
)
"""The sensitivity texts."""


class _Labelled(NamedTuple):
    labels: tuple[str, ...]


def marking_fields(found: dict[str, Any], center_name: str) -> dict[str, Any]:
    """The CUI fields of a handling, from what a reader found by the table; empty where there is no marking.

    `center_name` is the name of the message's submitter, who is no designating entity of the record's own.
    """
    entity = found.get("designating_entity")
    if entity is None:
        return {}
    fields: dict[str, Any] = {"cui": [*found.get("specified", ()), *found.get("basic", ())] or [Cui.CUI.value]}
    for control in found.get("controls", ()):
        fields.setdefault("dissemination", []).append(control["code"])
        if beside := control.get("countries") or control.get("list"):
            fields[_BESIDE[Dissemination(control["code"])]] = beside
    if entity != center_name:
        fields["designating_entity"] = entity
    fields.update(found.get("handling", {}))
    return fields

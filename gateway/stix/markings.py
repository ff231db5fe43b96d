"""Markings: how each object of a view may be handled, as marking-definition objects (STIX 2.1, 7.2).

The Traffic Light Protocol 2.0 objects are fixed by OASIS: same ids, same bytes everywhere, nothing may be added. The
CUI marking is the center's own object with the OASIS draft extension for controlled unclassified information.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec.structs import asdict

from gateway.model.banner import control_texts, read_banner, write_banner
from gateway.model.center import Center
from gateway.model.codes import Tlp
from gateway.model.cui import Cui
from gateway.model.handling import Handling
from gateway.stix.ids import center_ref, marking_id
from gateway.stix.shared import center_instant

__all__ = ["CUI_EXTENSION", "TLP_EXTENSION", "TLP_MARKINGS", "cui_facts", "marking_objects"]

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
CUI_EXTENSION: Final = "extension-definition--dff17fb3-edcb-4f99-ad1b-4b751c95738a"


class _TlpRow(NamedTuple):
    id: str
    name: str


TLP_MARKINGS: Final[dict[Tlp, _TlpRow]] = {
    Tlp.CLEAR: _TlpRow("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"),
    Tlp.GREEN: _TlpRow("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"),
    Tlp.AMBER: _TlpRow("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"),
    Tlp.AMBER_STRICT: _TlpRow("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT"),
    Tlp.RED: _TlpRow("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"),
}
"""OASIS's TLP 2.0 objects (tlp-2.0 extension definition, version 1.0.0)."""


def marking_objects(handling: Handling, center: Center) -> tuple[dict[str, Any], ...]:
    """The marking-definition objects of a view, the TLP one first; every object of the record refers to all of them."""
    tlp = _tlp_marking(handling.tlp)
    return (tlp, _cui_marking(handling, center)) if handling.cui else (tlp,)


def _tlp_marking(level: Tlp) -> dict[str, Any]:
    row = TLP_MARKINGS[level]
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": row.id,
        "created": "2022-10-01T00:00:00.000Z",
        "name": row.name,
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level.value}},
    }


def _cui_marking(handling: Handling, center: Center) -> dict[str, Any]:
    """One object per combination of what it says. The center designates on behalf of whoever designated to it.

    The draft has no place for a list of countries but the control's own text, and none for a decontrol date, a
    dissemination list or a designator's name: the record's own extension says those.
    """
    marking = handling.marking
    said = {
        "categories": [category.value for category in handling.cui if category is not Cui.CUI],
        "disseminations": list(control_texts(marking)),
        "supplemental_administrative": [marked.value for marked in handling.supplemental_markings],
    }
    named = [word for name, values in said.items() if values for word in (name, *values)]
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(center, "cui", *named),
        "created_by_ref": center_ref(center),
        "created": center_instant(center),
        "name": write_banner(marking),
        "extensions": {
            CUI_EXTENSION: {
                "extension_type": "property-extension",
                "control": "CUI",
                "designator_ref": center_ref(center),
                **{name: values for name, values in said.items() if values},
            }
        },
    }


def cui_facts(extension: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the handling that a CUI marking of ours says: the inverse of what is written above.

    Raises BadMarking for a word of no table.
    """
    words = "//".join([extension["control"], *extension.get("categories", ()), *extension.get("disseminations", ())])
    facts = {name: value for name, value in asdict(read_banner(words)).items() if value}
    if supplemental := extension.get("supplemental_administrative"):
        facts["supplemental_markings"] = supplemental
    return facts

"""Markings: how each object of a view may be handled, as marking-definition objects (STIX 2.1, 7.2).

The objects of the Traffic Light Protocol 2.0 and of the Permissible Actions Protocol are fixed by OASIS: same ids, same
bytes everywhere, nothing may be added. The markings for controlled unclassified information and of the Access Control
Specification are the center's own objects with the OASIS extensions for them.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from msgspec.structs import asdict

from gateway.model.banner import control_texts, read_banner, write_banner
from gateway.model.center import Center
from gateway.model.codes import Pap, Tlp
from gateway.model.cui import Cui
from gateway.model.handling import Handling
from gateway.stix.acs import ACS_EXTENSION, acs_control_set, acs_rules
from gateway.stix.ids import center_ref, marking_id
from gateway.stix.shared import center_instant

__all__ = [
    "CUI_EXTENSION",
    "PAP_EXTENSION",
    "PAP_MARKINGS",
    "PRIVACY_STATEMENT",
    "TLP_EXTENSION",
    "TLP_MARKINGS",
    "cui_facts",
    "marking_objects",
]

TLP_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
PAP_EXTENSION: Final = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
PRIVACY_STATEMENT: Final = "ISE-SAR privacy field: tells who somebody is; handle under the center's privacy policy."
"""What a granular marking says of properties that tell who somebody is (ISE-SAR functional standard)."""
CUI_EXTENSION: Final = "extension-definition--dff17fb3-edcb-4f99-ad1b-4b751c95738a"


class _LevelRow(NamedTuple):
    """The fixed object of one level of a protocol."""

    id: str
    name: str
    created: str = "2022-10-01"


TLP_MARKINGS: Final[dict[Tlp, _LevelRow]] = {
    Tlp.CLEAR: _LevelRow("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"),
    Tlp.GREEN: _LevelRow("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"),
    Tlp.AMBER: _LevelRow("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"),
    Tlp.AMBER_STRICT: _LevelRow("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT"),
    Tlp.RED: _LevelRow("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"),
}
"""OASIS's TLP 2.0 objects (tlp-2.0 extension definition, version 1.0.0)."""


PAP_MARKINGS: Final[dict[Pap, _LevelRow]] = {
    Pap.CLEAR: _LevelRow("marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92", "PAP:CLEAR", "2022-10-01"),
    Pap.GREEN: _LevelRow("marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9", "PAP:GREEN", "2022-10-09"),
    Pap.AMBER: _LevelRow("marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab", "PAP:AMBER", "2022-10-02"),
    Pap.RED: _LevelRow("marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e", "PAP:RED", "2022-10-06"),
}
"""OASIS's PAP objects (pap extension definition, version 1.0.0)."""


@lru_cache(1024)
def marking_objects(handling: Handling, center: Center) -> tuple[dict[str, Any], ...]:
    """The marking-definition objects of a view, the TLP one first; every object of the record refers to all of them.

    They are made once for a handling and never changed afterwards.
    """
    found = [_level_marking(TLP_MARKINGS[handling.tlp], TLP_EXTENSION, "tlp_2_0", handling.tlp)]
    if handling.pap:
        found.append(_level_marking(PAP_MARKINGS[handling.pap], PAP_EXTENSION, "pap", handling.pap))
    if handling.cui:
        found.append(_cui_marking(handling, center))
    if center.acs_custodian:
        found.append(_acs_marking(handling, center, center.acs_custodian))
    return tuple(found)


def _level_marking(row: _LevelRow, extension: str, field: str, level: str) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": row.id,
        "created": f"{row.created}T00:00:00.000Z",
        "name": row.name,
        "extensions": {extension: {"extension_type": "property-extension", field: str(level)}},
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


def _acs_marking(handling: Handling, center: Center, custodian: str) -> dict[str, Any]:
    """One object per combination of what it says; its identifier is made of the same UUID as its id."""
    control = acs_control_set(handling)
    rules = acs_rules(handling)
    said = [word for name, held in sorted(control.items()) for word in (name, *held)]
    identifier = marking_id(center, "acs", custodian, *said, *(["further"] if "further_sharing" in rules else []))
    words = [word for name in ("sensitivity", "formal_determination") for word in control.get(name, ())]
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier,
        "created_by_ref": center_ref(center),
        "created": center_instant(center),
        "name": "ACS " + "//".join(["U", *words]),
        "extensions": {
            ACS_EXTENSION: {
                "extension_type": "property-extension",
                "identifier": f"isa:guide.19001.ACS3-{identifier.partition('--')[2]}",
                "create_date_time": center_instant(center),
                "responsible_entity_custodian": custodian,
                **rules,
                "control_set": control,
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

"""Reading a view back: the samples whole, and clear errors for what is not one view of ours."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from stix_builders import CENTER, FULL, signed_niem

from gateway import names
from gateway.errors import UnreadableDelivery
from gateway.model.codes import Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Handling
from gateway.model.record import Record
from gateway.stix.markings import CUI_EXTENSION
from gateway.stix.read import read
from gateway.stix.render import render

ID = "record--4b5a7f0e-0000-4000-8000-000000000001"
Objects = list[dict[str, Any]]


def objects(name: str = "incident") -> Objects:
    return list(copy.deepcopy(render(signed_niem(FULL[name]()), CENTER)))


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_sample_comes_back_whole(name: str) -> None:
    record = FULL[name]()
    again = read(objects(name), record_id=record.id)
    for field in record.__struct_fields__:
        assert getattr(again, field) == getattr(record, field), field


def _marked() -> Record:
    handling = Handling(
        tlp=Tlp.AMBER,
        cui=(Cui.LEI,),
        dissemination=(Dissemination.DL_ONLY, Dissemination.ATTORNEY_CLIENT),
        release_to=("USA", "CAN", "GBR"),
        display_to=("MEX",),
        dissemination_list=("Sample County Sheriff",),
        designating_entity="Example Bureau",
        decontrol_date=date(2031, 5, 6),
        supplemental_markings=(SupplementalMarking.PROVISIONAL_IN_WORK,),
    )
    return msgspec.structs.replace(FULL["incident"](), handling=handling)


def test_every_fact_of_a_cui_marking_comes_back() -> None:
    record = _marked()
    assert read(render(signed_niem(record), CENTER), record_id=record.id).handling == record.handling


def test_the_cui_marking_says_what_the_draft_has_places_for() -> None:
    found = render(signed_niem(_marked()), CENTER)
    (marking,) = [one for one in found if CUI_EXTENSION in one.get("extensions", {})]
    assert marking["name"] == "CUI//LEI//Attorney-Client/DISPLAY ONLY MEX/DL ONLY/REL TO USA, CAN, GBR"
    assert marking["extensions"][CUI_EXTENSION] == {
        "extension_type": "property-extension",
        "control": "CUI",
        "designator_ref": f"identity--{CENTER.id}",
        "categories": ["LEI"],
        "disseminations": ["Attorney-Client", "DISPLAY ONLY MEX", "DL ONLY", "REL TO USA, CAN, GBR"],
        "supplemental_administrative": ["PROVISIONAL - IN WORK"],
    }


def test_another_control_is_another_marking() -> None:
    """A marking-definition has no versions: what it says is in its id."""
    plain = msgspec.structs.replace(_marked(), handling=Handling(tlp=Tlp.AMBER, cui=(Cui.LEI,)))
    ids = {
        next(o["id"] for o in render(signed_niem(r), CENTER) if CUI_EXTENSION in o.get("extensions", {}))
        for r in (plain, _marked())
    }
    assert len(ids) == 2


def test_a_marking_of_no_table_is_one_clear_error() -> None:
    found = objects()
    marking = next(one for one in found if CUI_EXTENSION in one.get("extensions", {}))
    marking["extensions"][CUI_EXTENSION]["disseminations"] = ["SECRETLY"]
    with pytest.raises(UnreadableDelivery) as caught:
        read(found, record_id=ID)
    assert "SECRETLY" not in str(caught.value)


def test_objects_that_the_container_does_not_hold_are_not_read() -> None:
    found = objects()
    found[-1]["object_refs"] = [ref for ref in found[-1]["object_refs"] if not ref.startswith(("note", "relationship"))]
    again = read(found, record_id=ID)
    assert (again.narrative, again.relations) == (None, ())


@pytest.mark.parametrize("count", [0, 2])
def test_there_must_be_one_container(count: int) -> None:
    with pytest.raises(UnreadableDelivery, match=f"{count} records"):
        read([*objects()[:-1], *[objects()[-1]] * count], record_id=ID)


def _value(found: Objects) -> None:
    person = next(one for one in found if names.PERSON_EXTENSION in one.get("extensions", {}))
    person["extensions"][names.PERSON_EXTENSION]["sex"] = "Secret"


def _no_ref(found: Objects) -> None:
    place = next(one for one in found if one["type"] == "location")
    del place["extensions"][names.RECORD_EXTENSION]["ref"]


def _no_members(found: Objects) -> None:
    del found[-1]["object_refs"]


def _no_provenance(found: Objects) -> None:
    del found[-1]["extensions"][names.RECORD_EXTENSION]["provenance"]


@pytest.mark.parametrize("damage", [_value, _no_ref, _no_members, _no_provenance])
def test_a_damaged_view_is_one_clear_error_without_the_value(damage: Callable[[Objects], None]) -> None:
    found = objects()
    damage(found)
    with pytest.raises(UnreadableDelivery) as caught:
        read(found, record_id=ID)
    assert "Secret" not in str(caught.value)
    assert caught.value.remedy

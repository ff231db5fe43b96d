"""Reading a view back: the samples whole, and clear errors for what is not one view of ours."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from stix_builders import CENTER, FULL, signed_niem

from gateway import names
from gateway.errors import UnreadableDelivery
from gateway.model.cui import Cui
from gateway.stix.read import read
from gateway.stix.render import render

ID = "record--4b5a7f0e-0000-4000-8000-000000000001"
Objects = list[dict[str, Any]]


def objects(name: str = "incident") -> Objects:
    return list(copy.deepcopy(render(signed_niem(FULL[name]()), CENTER)))


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_sample_comes_back_whole(name: str) -> None:
    record = FULL[name]()
    again = read(objects(name), record_id=ID)
    assert again.handling.cui == (Cui.SP_CHRI, Cui.LEI)  # STIX keeps the set, specified categories first
    assert again.provenance == record.provenance
    for field in record.__struct_fields__:
        if field != "handling":
            assert getattr(again, field) == getattr(record, field), field


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

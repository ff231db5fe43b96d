"""The checker, clause by clause: each damaged view is refused for its own reason, and the message shows no value."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from stix_builders import CENTER, FULL, SEALED_AT, ToySigner, incident, indicator_set, nearly_empty, signed_niem

from gateway import names
from gateway.errors import InvalidDocument
from gateway.stix.check import ObjectChecker
from gateway.stix.extensions import EXTENSIONS, SECTIONS
from gateway.stix.integrity import seal
from gateway.stix.oasis import shipped_schemas
from gateway.stix.render import render
from gateway.stix.schemas import extension_schema, schema_files

Objects = list[dict[str, Any]]


@pytest.fixture(scope="module")
def checker() -> ObjectChecker:
    return ObjectChecker()


def objects(name: str = "incident") -> Objects:
    return list(copy.deepcopy(render(signed_niem(FULL[name]()), CENTER)))


def first(found: Objects, stix_type: str) -> dict[str, Any]:
    return next(one for one in found if one["type"] == stix_type and not one["id"].endswith(CENTER.id))


@pytest.mark.parametrize("name", sorted(FULL))
@pytest.mark.parametrize("shown", [lambda record: record, nearly_empty], ids=["full", "nearly empty"])
@pytest.mark.parametrize("carries_niem", [True, False], ids=["with niem", "without"])
def test_what_is_rendered_is_valid_before_and_after_sealing(
    checker: ObjectChecker, name: str, shown: Callable[[Any], Any], carries_niem: bool
) -> None:
    niem = signed_niem(shown(FULL[name]()), carries_niem=carries_niem)
    valid = checker.check(niem, render(niem, CENTER))
    signed = seal(valid, ToySigner().sign, "toy-1", at=SEALED_AT)
    assert checker.faults([json.loads(one.body) for one in signed.stix]) == ()


def _set(stix_type: str, **properties: Any) -> Callable[[Objects], None]:
    def damage(found: Objects) -> None:
        first(found, stix_type).update(properties)

    return damage


def _drop(stix_type: str, name: str) -> Callable[[Objects], None]:
    def damage(found: Objects) -> None:
        del first(found, stix_type)[name]

    return damage


def _extend(stix_type: str, extension: str, **properties: Any) -> Callable[[Objects], None]:
    def damage(found: Objects) -> None:
        one = next(o for o in found if o["type"] == stix_type and extension in o.get("extensions", {}))
        one["extensions"][extension].update(properties)

    return damage


def _swap(found: Objects) -> None:
    found.insert(0, found.pop())


def _double(found: Objects) -> None:
    found.insert(-1, first(found, "location"))


_OTHER = "identity--11111111-1111-4111-8111-111111111111"

DAMAGES: list[tuple[str, Callable[[Objects], None], str]] = [
    ("incident", _set("incident", modified="2026-03-04T15:06:07.119Z"), "modified: is before created"),
    ("incident", _set("incident", created="2026-03-04T15:06:07Z"), "created: "),
    ("incident", _set("incident", created="2026-03-04T15:06:07.1234Z"), "exactly three fractional digits"),
    ("incident", _set("incident", modified="2026-02-30T15:06:07.120Z"), "modified: "),
    ("incident", _set("report", published="2026-02-30T15:06:07Z"), "published: "),
    ("incident", _drop("report", "object_refs"), "object_refs"),
    ("incident", _set("report", object_refs=[]), "object_refs"),
    ("incident", _set("report", object_refs=[_OTHER]), "object_refs: refers to nothing"),
    ("incident", _set("relationship", target_ref=_OTHER), "target_ref: refers to nothing"),
    ("incident", _set("location", created_by_ref=_OTHER), "created_by_ref: refers to nothing"),
    ("incident", _set("location", object_marking_refs=[_OTHER]), "no marking-definition"),
    (
        "incident",
        _set("location", object_marking_refs=["marking-definition--11111111-1111-4111-8111-111111111111"]),
        "object_marking_refs: refers to nothing",
    ),
    ("incident", _swap, "refers to nothing that stands before it"),
    ("incident", _double, "id: stands twice"),
    ("incident", _set("location", id="place--11111111-1111-4111-8111-111111111111"), "id: "),
    ("incident", _set("location", id="location--11111111-1111-5111-8111-111111111111"), "UUID of the version"),
    ("indicator-set", _set("ipv4-addr", id="ipv4-addr--11111111-1111-4111-8111-111111111111"), "UUID of the version"),
    ("incident", _set("location", x_place="here"), "x_place: is a custom property"),
    ("incident", _set("location", type="x-place"), "type: "),
    ("incident", _set("location", labels=[]), "labels"),
    ("incident", _set("location", city=None), "city"),
    ("incident", _extend("location", names.RECORD_EXTENSION, unheard_of=1), names.RECORD_EXTENSION),
    ("incident", _extend("location", names.RECORD_EXTENSION, precision="roughly"), "precision"),
    ("incident", _extend("identity", names.PERSON_EXTENSION, sex="Q"), "sex"),
    ("incident", _extend("infrastructure", names.ITEM_EXTENSION, year="2014"), names.ITEM_EXTENSION),
    ("incident", _extend("relationship", names.ROLE_EXTENSION, role="bystander"), "role"),
    ("incident", _extend("report", names.RECORD_EXTENSION, caveats=[]), "caveats"),
    ("incident", _extend("report", names.RECORD_EXTENSION, extension_type="new-sdo"), "extension_type"),
    ("incident", _set("artifact", mime_type="something"), "mime_type"),
    ("incident", _set("artifact", payload_bin="QQ=="), "hashes: is not the digest"),
    ("incident", _set("artifact", payload_bin="%%"), "payload_bin"),
    ("indicator-set", _set("indicator", valid_until="2026-03-04T14:55:30Z"), "valid_until: is not after valid_from"),
    ("indicator-set", _set("indicator", confidence=101), "confidence"),
    ("indicator-set", _set("indicator", pattern="[url:value = 'it's']"), "pattern: is not a comparison"),
    ("indicator-set", _set("indicator", pattern="[url:value = '\\']"), "pattern: is not a comparison"),
    ("indicator-set", _set("indicator", pattern_type="snort"), "pattern: is not a comparison"),
    ("indicator-set", _set("observed-data", last_observed="2026-03-04T14:55:29Z"), "last_observed: is before"),
    ("indicator-set", _set("observed-data", number_observed=0), "number_observed"),
    ("indicator-set", _set("observed-data", object_refs=[f"identity--{CENTER.id}"]), "no cyber observable"),
    ("indicator-set", _set("url", value="no url at all"), "value"),
    ("indicator-set", _set("file", hashes={"SHA-256": "short"}), "hashes"),
    ("vulnerability", _drop("vulnerability", "name"), "name"),
    ("suspicious-activity", _drop("grouping", "context"), "context"),
]


@pytest.mark.parametrize(("name", "damage", "told"), DAMAGES, ids=[f"{n}: {t}" for n, _, t in DAMAGES])
def test_each_breach_is_told(checker: ObjectChecker, name: str, damage: Callable[[Objects], None], told: str) -> None:
    found = objects(name)
    damage(found)
    assert told in "\n".join(str(fault) for fault in checker.faults(found))


def test_all_faults_are_told_at_once_and_no_value(checker: ObjectChecker) -> None:
    niem = signed_niem(incident())
    found = objects()
    first(found, "location")["city"] = 7
    person = next(one for one in found if one.get("name") == "Testa Q Placeholder Jr")
    person["name"] = ["Testa", "Secret"]
    person["extensions"][names.PERSON_EXTENSION]["sex"] = "Private"
    with pytest.raises(InvalidDocument) as caught:
        checker.check(niem, tuple(found))
    assert str(caught.value).startswith("STIX view: 3 faults: ")
    assert "Secret" not in str(caught.value)
    assert "Private" not in str(caught.value)


def test_a_long_list_of_faults_is_cut_in_the_message_only(checker: ObjectChecker) -> None:
    found = objects("indicator-set")
    for one in found:
        if "created_by_ref" in one:
            one["created_by_ref"] = 7
    assert len(checker.faults(found)) > 20
    with pytest.raises(InvalidDocument, match=r"and [0-9]+ more"):
        checker.check(signed_niem(indicator_set()), tuple(found))


def test_an_object_without_an_id_is_a_fault_not_a_crash(checker: ObjectChecker) -> None:
    assert checker.faults([{"type": "identity"}])
    assert checker.faults([{}])
    assert checker.faults([{"id": "x", "extensions": [], "type": "note"}])


# Schemas ----------------------------------------------------------------------------------------------------------


def test_the_published_schemas_are_those_of_the_table() -> None:
    folder = Path(__file__).resolve().parents[2] / "docs" / "reference" / "stix-extensions"
    published = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    assert published == schema_files(), "run: python -m gateway.stix.schemas docs/reference/stix-extensions"


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_each_schema_is_a_schema(name: str) -> None:
    schema = extension_schema(name)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$id"] == f"{names.STIX_SCHEMA_URI}{name}.json"


def test_extension_property_names_are_legal() -> None:
    """STIX 2.1, 3.1: lower-case ASCII letters, digits and underscore, at least three characters."""
    found = {name for section in SECTIONS for name in section.facts.__struct_fields__}
    assert {name for name in found if not (3 <= len(name) <= 250 and name.replace("_", "a").isalnum())} == set()
    assert {name for name in found if name.endswith(("_bin", "_hex"))} == set()


def test_the_shipped_oasis_schemas_are_complete() -> None:
    stems = {address.rpartition("/")[2] for address in shipped_schemas()}
    assert len(stems) == 56
    assert {"incident.json", "location.json", "artifact.json", "core.json"} <= stems


def test_the_order_of_a_view_is_checked_against_itself(checker: ObjectChecker) -> None:
    found = objects()
    assert checker.faults(found) == ()
    moved = [*found[:-2], found[-1], found[-2]]
    assert [fault.path for fault in checker.faults(moved)] == ["object_refs"]


def test_checking_changes_nothing(checker: ObjectChecker) -> None:
    found = objects()
    before = copy.deepcopy(found)
    checker.faults(found)
    assert found == before
    niem = signed_niem(incident())
    assert msgspec.structs.asdict(checker.check(niem, tuple(found)))["objects"] == tuple(found)

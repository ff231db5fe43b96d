"""From the STIX objects of one view back to the record that they show.

The inverse of rendering, by the same table of extensions: what a partner's gateway needs to take in what another
published, and the proof that rendering loses nothing. It reads our own extensions only; STIX of other makers is an
adapter's business. Verify the signature first: nothing here does.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
import orjson

from gateway import names
from gateway.errors import BadMarking, UnreadableDelivery
from gateway.model.entities import (
    Activity,
    Entity,
    Indicator,
    Item,
    Observable,
    Organization,
    Person,
    Place,
    Vehicle,
    Vulnerability,
)
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.stix.canonical import canonical
from gateway.stix.container import NOT_THE_RECORDS
from gateway.stix.facts import facts_of
from gateway.stix.markings import CUI_EXTENSION, PAP_MARKINGS, TLP_MARKINGS, cui_facts

__all__ = ["read"]


class _Reading(NamedTuple):
    """How an object becomes an entity: its type, the record's field it goes to, its standard properties by field."""

    entity: type[Entity]
    field: str
    standard: dict[str, str]


_DESCRIBED: Final = {"description": "description"}
_PLACE: Final = {
    "name": "name",
    "description": "description",
    "street": "street_address",
    "city": "city",
    "postal_code": "postal_code",
    "country": "country",
    "state": "administrative_area",
    "latitude": "latitude",
    "longitude": "longitude",
}

_READINGS: Final[dict[tuple[str, str], _Reading]] = {
    ("incident", names.RECORD_EXTENSION): _Reading(Activity, "activities", _DESCRIBED),
    ("identity", names.PERSON_EXTENSION): _Reading(Person, "people", _DESCRIBED),
    ("identity", names.RECORD_EXTENSION): _Reading(Organization, "organizations", {}),
    ("location", names.RECORD_EXTENSION): _Reading(Place, "places", _PLACE),
    ("observed-data", names.RECORD_EXTENSION): _Reading(Observable, "observables", {}),
    ("indicator", names.RECORD_EXTENSION): _Reading(Indicator, "indicators", {"confidence": "confidence"}),
    ("vulnerability", names.RECORD_EXTENSION): _Reading(Vulnerability, "vulnerabilities", _DESCRIBED),
}
_VEHICLE: Final = _Reading(Vehicle, "vehicles", _DESCRIBED)
_ITEM: Final = _Reading(Item, "items", _DESCRIBED)

_FIELDS: Final = {group.type: group.field for group in ENTITY_GROUPS.values()}

_HANDLING: Final = (
    "designating_entity",
    "dissemination_list",
    "decontrol_date",
    "caveats",
    "sensitivities",
    "personal_information",
    "validate_by",
)

_BLANK_PROVENANCE: Final = {
    **dict.fromkeys(("feed", "agency", "receipt", "file_name", "mapping", "mapping_version"), ""),
    "source_sha256": "0" * 64,
    "line": 1,
}


def read(objects: Sequence[dict[str, Any]], *, record_id: str) -> Record:
    """The record that the objects of one view show, under an id of the reader's own.

    What the view withholds is absent; provenance that is withheld is blank. Raises UnreadableDelivery when there is
    not exactly one container of ours among the objects, or a fact is not of the record's form.
    """
    try:
        data = _assembled(_container(objects), objects)
        return msgspec.convert(data | {"id": record_id}, Record)
    except BadMarking as error:
        raise _unreadable(error.problem) from error
    except msgspec.ValidationError as error:
        where = str(error).rpartition(" - at ")[2]  # the rest of the sentence may repeat the value
        raise _unreadable(f"the fact at {where} is not of the record's form") from error
    except (LookupError, TypeError, AttributeError, ArithmeticError, ValueError) as error:
        raise _unreadable("an object lacks a property that STIX requires") from error


def _unreadable(problem: str) -> UnreadableDelivery:
    return UnreadableDelivery(problem, remedy="Check the objects first, and by which version they were written")


def _assembled(container: dict[str, Any], objects: Sequence[dict[str, Any]]) -> dict[str, Any]:
    held = set(container["object_refs"])
    members = [one for one in objects if one["id"] in held]
    facts = _facts(container, names.RECORD_EXTENSION)
    groups, refs = _entities(members)
    groups.setdefault("indicators", []).extend(facts.pop("indicators", ()))
    originals = _originals(facts.pop("originals", ()), objects, groups)
    handling = {name: facts.pop(name) for name in _HANDLING if name in facts}
    if "suspicious_activity" in facts:
        facts["suspicious_activity"] = {"behaviors": ()} | facts["suspicious_activity"]
    narratives = [{"narrative": one["content"]} for one in members if one["type"] == "note"]
    return {
        "native_key": _native_key(container),
        "handling": handling | _marked(container, objects),
        "labels": container.get("labels", ()),
        "relations": _relations(members, refs),
        **facts,
        **groups,
        **({"originals": originals} if originals else {}),
        **(narratives[0] if narratives else {}),
        "provenance": _BLANK_PROVENANCE | facts["provenance"],
    }


def _native_key(container: dict[str, Any]) -> str:
    """What the agency calls the record: the first reference, unless that leads to something else."""
    first = next(iter(container.get("external_references", ())), None)
    return "" if first is None or first["source_name"] in NOT_THE_RECORDS else str(first["external_id"])


def _originals(
    facts: Sequence[dict[str, Any]], objects: Sequence[dict[str, Any]], groups: dict[str, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The originals with their contents; the entities that they state join the groups."""
    passed_on = {one["id"]: one for one in objects} if facts else {}
    originals = []
    for told in facts:
        original = {name: value for name, value in told.items() if name not in ("is_object", "is_stated")}
        if told.get("is_object"):
            original["content"] = canonical(passed_on[told["stix_id"]]).decode()
        if told.get("is_stated"):
            for entity in facts_of(orjson.loads(original["content"]), told["stands_for"]):
                groups.setdefault(_FIELDS[type(entity)], []).append(msgspec.to_builtins(entity))
        originals.append(original)
    return originals


def _container(objects: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found = [
        one
        for one in objects
        if one["type"] in ("report", "grouping") and names.RECORD_EXTENSION in one.get("extensions", {})
    ]
    if len(found) != 1:
        raise UnreadableDelivery(
            f"there are {len(found)} records in the objects, not one", remedy="Read the objects of one view at a time"
        )
    return found[0]


def _entities(members: list[dict[str, Any]]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """The entities by the record's field, and the local name of each object's entity."""
    groups: dict[str, list[dict[str, Any]]] = {}
    refs: dict[str, str] = {}
    for one in members:
        for extension in one.get("extensions", {}):
            reading = _reading(one, extension)
            if reading is not None:
                entity = _standard(one, reading) | _facts(one, extension)
                groups.setdefault(reading.field, []).append(entity)
                refs[one["id"]] = entity["ref"]
    return groups, refs


def _reading(one: dict[str, Any], extension: str) -> _Reading | None:
    if extension == names.ITEM_EXTENSION:
        return _ITEM if "category" in one["extensions"][extension] else _VEHICLE
    return _READINGS.get((one["type"], extension))


def _standard(one: dict[str, Any], reading: _Reading) -> dict[str, Any]:
    held = {field: one[name] for field, name in reading.standard.items() if name in one}
    if reading.entity is Vulnerability:
        held["cve"] = one["external_references"][0]["external_id"]
    return {field: _FORMS[field](value) if field in _FORMS else value for field, value in held.items()}


_FORMS: Final[dict[str, Callable[[Any], Any]]] = {
    "state": lambda area: area.removeprefix("US-"),
    "latitude": lambda degrees: Decimal(repr(degrees)),
    "longitude": lambda degrees: Decimal(repr(degrees)),
}


def _facts(one: dict[str, Any], extension: str) -> dict[str, Any]:
    return {name: value for name, value in one["extensions"][extension].items() if name != "extension_type"}


def _marked(container: dict[str, Any], objects: Sequence[dict[str, Any]]) -> dict[str, Any]:
    levels = {row.id: {"tlp": tlp.value} for tlp, row in TLP_MARKINGS.items()}
    levels |= {row.id: {"pap": pap.value} for pap, row in PAP_MARKINGS.items()}
    marking_refs = container.get("object_marking_refs", ())
    markings = {one["id"]: one for one in objects if one["type"] == "marking-definition"}
    found: dict[str, Any] = {}
    for ref in marking_refs:
        found |= levels.get(ref, {})
        cui = markings.get(ref, {}).get("extensions", {}).get(CUI_EXTENSION)
        if cui is not None:
            found |= cui_facts(cui)
    return found | ({"confidence": container["confidence"]} if "confidence" in container else {})


def _relations(members: list[dict[str, Any]], refs: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"source": refs[one["source_ref"]], "target": refs[one["target_ref"]]} | _facts(one, names.ROLE_EXTENSION)
        for one in members
        if one["type"] == "relationship" and names.ROLE_EXTENSION in one.get("extensions", {})
    ]

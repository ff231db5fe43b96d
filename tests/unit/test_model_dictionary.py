"""Every field that leaves the gateway has one definition, and the definition agrees with the field and with NIEM."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct, inspect

from gateway.model import dictionary
from gateway.model.dictionary import DICTIONARY, Definition
from gateway.model.entities import Activity, Entity, Indicator, Item, Organization, Original, Person, Place, Vehicle
from gateway.model.entities import Vulnerability as VulnerabilityEntity
from gateway.model.handling import Handling
from gateway.model.particulars import PARTICULARS
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.relations import Relation
from gateway.niem import cyber, entities
from gateway.niem.document import HEAD
from gateway.niem.particulars import ACCOUNTS
from gateway.niem.parts import Each, Fixed, Kept, Leaf, Leaves, Only, Part, Reference, Within
from gateway.stix.definitions import OWN, declared
from gateway.stix.extensions import SECTIONS

TYPES = {**DICTIONARY, **OWN}
EVERY = [(kind, name, one) for kind, names in TYPES.items() for name, one in names.items()]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_each_field_has_a_definition_and_each_definition_a_field(kind: type[Struct]) -> None:
    assert set(TYPES[kind]) == set(kind.__annotations__)


def test_each_type_that_leaves_the_gateway_is_in_the_dictionary() -> None:
    parts = {group.type for group in ENTITY_GROUPS.values()} | {row.type for row in PARTICULARS.values()}
    assert parts | {Entity, Record, Relation, Handling, Provenance} == set(DICTIONARY)


def test_each_property_of_each_extension_is_defined() -> None:
    for section in SECTIONS:
        for kind in nested(inspect.type_info(section.facts)):
            for name in kind.__struct_fields__:
                assert declared(kind, name).definition.says, (kind, name)


def nested(shape: Any) -> Iterator[type[Struct]]:
    match shape:
        case inspect.StructType():
            yield shape.cls
            for field in shape.fields:
                yield from nested(field.type)
        case inspect.UnionType(types=types):
            for one in types:
                yield from nested(one)
        case inspect.Metadata(type=inner) | inspect.VarTupleType(item_type=inner):
            yield from nested(inner)


def test_a_property_that_nobody_defined_is_told() -> None:
    with pytest.raises(KeyError, match=r"Person\.shoe_size"):
        declared(Person, "shoe_size")
    with pytest.raises(KeyError, match=r"Person\.shoe_size"):
        dictionary.definition(Person, "shoe_size")


def test_each_definition_is_one_sentence() -> None:
    odd = [one.says for _, _, one in EVERY if not re.fullmatch(r"[A-Z](?:(?!\. )[^\n])*[^.]\.", one.says)]
    assert odd == []


def test_no_definition_repeats_another() -> None:
    sentences = [one.says for _, _, one in EVERY]
    assert sorted(sentences) == sorted(set(sentences))


UNITS = {
    "_inches": "inches",
    "_pounds": "pounds",
    "_years": "years",
    "_dollars": "US dollars",
    "latitude": "WGS 84",
    "longitude": "WGS 84",
    "polygons": "WGS 84",
    "circles": "kilometres",
    "confidence": "percent",
    "acres_burned": "acres",
    "ori": "NCIC",
}
"""Ends of names, with the unit or the system that the definition must say."""


def test_each_definition_says_the_unit_and_the_zone() -> None:
    mute = []
    for kind, name, one in EVERY:
        held = base(get_type_hints(kind)[name])
        wants = {unit for ending, unit in UNITS.items() if name.endswith(ending)}
        wants |= {"in UTC"} if held is datetime else set()
        wants |= {"True when"} if held is bool else set()
        wants |= {"ay "} if held is date else set()
        mute += [f"{kind.__name__}.{name}: {want}" for want in wants if want not in one.says]
    assert mute == []


def base(hint: Any) -> Any:
    """The type of one value, looking through optionals and tuples."""
    while get_origin(hint) is not None:
        hint = get_args(hint)[0]
    return hint


# What messages call it ----------------------------------------------------------------------------------------------


def carried(part: Part, above: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Each field of a part with every element that it stands in, its own last."""
    match part:
        case Leaf(path=path, field=field) | Leaves(path=path, field=field):
            yield field, above | steps(path) | steps(getattr(part, "below", ""))
        case Reference(path=path, field=field):
            yield field, above | steps(path)
        case Each(path=path, field=field, parts=parts):
            below = frozenset(step for inner in parts for _, found in carried(inner) for step in found)
            yield field, above | steps(path) | below
        case Only(part=inner):
            yield from carried(inner, above)
        case Within(path=path, parts=parts):
            for inner in parts:
                yield from carried(inner, above | steps(path))
        case Kept(parts=parts):
            for inner in parts:
                yield from carried(inner, above)
        case Fixed():
            return


def steps(path: str) -> frozenset[str]:
    return frozenset(path.split("/")) if path else frozenset()


def elements() -> dict[tuple[type[Struct], str], frozenset[str]]:
    """By type and field, the elements of messages in which the field stands."""
    tables: list[tuple[type[Struct], tuple[Part, ...]]] = [
        (Person, entities.PERSON.parts),
        (Organization, entities.ORGANIZATION.parts),
        (Vehicle, (*entities.VEHICLE.parts, entities.REGISTRATION)),
        (Place, entities.PLACE.parts),
        (Indicator, cyber.INDICATOR.parts),
        (VulnerabilityEntity, cyber.VULNERABILITY.parts),
        (Original, cyber.ORIGINAL.parts),
        *((Item, shape.parts) for shape in entities.ITEMS.values()),
        *((Activity, shape.parts) for shape in entities.ACTIVITIES.values()),
        *((row.type, ACCOUNTS[row.field].parts) for row in PARTICULARS.values()),
    ]
    owners: dict[str, type[Struct]] = {"handling": Handling, "provenance": Provenance, "record": Record}
    found: dict[tuple[type[Struct], str], frozenset[str]] = {}
    for kind, parts in tables:
        for part in parts:
            for field, path in carried(part):
                found[kind, field] = found.get((kind, field), frozenset()) | path
    for part in HEAD:
        for field, path in carried(part):
            owner, _, name = field.rpartition(".")
            if kind := owners.get(owner.rpartition(".")[2]):
                found[kind, name] = found.get((kind, name), frozenset()) | path
    return found


def niem_names(one: Definition) -> set[str]:
    return set(re.findall(r"\b(?:nc|j|em|cyber|fx):[A-Za-z0-9]+", one.source))


def test_each_source_in_niem_is_an_element_that_carries_the_field() -> None:
    carrying = elements()
    wrong = []
    for kind, name, one in EVERY:
        if (kind, name) in carrying and not niem_names(one) <= carrying[kind, name] | {"fx:ActivitySourceText"}:
            wrong.append((kind.__name__, name, one.source, sorted(carrying[kind, name])))
    assert wrong == []


def test_each_field_that_messages_carry_names_its_element() -> None:
    unnamed = [
        f"{kind.__name__}.{name}"
        for kind, name in elements()
        if name in TYPES.get(kind, {}) and not niem_names(TYPES[kind][name]) and "cui:" not in TYPES[kind][name].source
    ]
    assert unnamed == []

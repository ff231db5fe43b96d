"""Relations that an item lists itself: by references, between members of groups."""

from typing import Any

import pytest
from mapping_builders import mapped, mapping_of

from gateway.errors import BadSetting, UnknownKey
from gateway.model.codes import Sensitivity
from gateway.model.relations import Relation

EACH: dict[str, Any] = {
    "happenings": {
        "of": "acts[*]",
        "id": "id",
        "fields": {"activity.act.category": {"value": "offense"}, "activity.act.case_number": "number"},
    },
    "people": {
        "of": "people[*]",
        "id": "id",
        "when": {"column": "known", "in": ["yes"]},
        "fields": {
            "person.somebody.surname": "name",
            "person.somebody.birth_date": {"from": "born", "date": "YYYY-MM-DD"},
        },
    },
}
ENDS = {"source": {"entity": "act", "by": "act"}, "target": {"entity": "somebody", "by": "who"}}
ITEM = {
    "acts[0].id": "A1",
    "acts[0].number": "1",
    "acts[1].id": "A2",
    "acts[1].number": "2",
    "people[0].id": "P0",
    "people[0].name": "Left",
    "people[0].known": "no",
    "people[1].id": "P1",
    "people[1].name": "First",
    "people[1].known": "yes",
    "people[2].id": "P2",
    "people[2].name": "Second",
    "people[2].known": "yes",
}


def relations(cells: dict[str, str], *associations: dict[str, Any], **changes: Any) -> tuple[Relation, ...]:
    listed = list(associations) or [{"of": "parts[*]", "role": "subject", **ENDS}]
    mapping = mapping_of(**({"reads": {"format": "json"}, "each": EACH, "associations": listed} | changes))
    return mapped(mapping, **ITEM, **cells).relations


def joined(source: str, role: str, target: str) -> Relation:
    return Relation(source=source, role=role, target=target)  # type: ignore[arg-type]


def test_a_reference_finds_the_member_whatever_its_number() -> None:
    """The first person is not let in, so the numbers of the members are not their positions."""
    found = relations({"parts[0].act": "A2", "parts[0].who": "P2", "parts[1].act": "A1", "parts[1].who": "P1"})
    assert found == (joined("act-2", "subject", "somebody-2"), joined("act-1", "subject", "somebody-1"))


def test_a_reference_to_nobody_gives_no_relation() -> None:
    assert relations({"parts[0].act": "A1", "parts[0].who": "P0"}) == ()
    assert relations({"parts[0].act": "A9", "parts[0].who": "P1"}) == ()
    assert relations({"parts[0].act": "A1"}) == ()
    assert relations({}) == ()


def test_the_same_part_twice_is_one_relation() -> None:
    twice = {f"parts[{n}].{end}": text for n in (0, 1) for end, text in (("act", "A1"), ("who", "P1"))}
    assert relations(twice) == (joined("act-1", "subject", "somebody-1"),)


def test_an_association_may_have_several_ends() -> None:
    ends = ENDS | {"target": {"entity": "somebody", "by": "who[*]"}}
    cells = {"parts[0].act": "A1", "parts[0].who[0]": "P1", "parts[0].who[1]": "P2"}
    assert relations(cells, {"of": "parts[*]", "role": "witness", **ends}) == (
        joined("act-1", "witness", "somebody-1"),
        joined("act-1", "witness", "somebody-2"),
    )


def test_an_end_may_be_there_once() -> None:
    once = {"source": {"entity": "call"}, "target": {"entity": "somebody", "by": "who"}}
    found = relations({"parts[0].who": "P2", "Number": "7"}, {"of": "parts[*]", "role": "reporter", **once})
    assert found == (joined("call", "reporter", "somebody-2"),)


def test_one_list_may_say_of_people_and_of_things() -> None:
    things = {"of": "things[*]", "id": "id", "fields": {"item.thing.category": {"from": "sort"}}}
    found = relations(
        {"parts[0].act": "A1", "parts[0].who": "T1", "things[0].id": "T1", "things[0].sort": "weapon"},
        {"of": "parts[*]", "role": "subject", **ENDS},
        {"of": "parts[*]", "role": "item-involved", **(ENDS | {"target": {"entity": "thing", "by": "who"}})},
        each=EACH | {"things": things},
    )
    assert found == (joined("act-1", "item-involved", "thing-1"),)


def test_a_victim_of_an_association_marks_the_record() -> None:
    mapping = mapping_of(
        reads={"format": "json"}, each=EACH, associations=[{"of": "parts[*]", "role": "victim", **ENDS}]
    )
    record = mapped(mapping, **ITEM, **{"parts[0].act": "A1", "parts[0].who": "P1"})
    assert record.handling.sensitivities == (Sensitivity.VICTIM,)
    assert mapped(mapping, **ITEM).handling.sensitivities == ()


def test_the_ledger_and_the_reader_know_the_references() -> None:
    mapping = mapping_of(
        reads={"format": "json"}, each=EACH, associations=[{"of": "parts[*]", "role": "subject", **ENDS}]
    )
    uses = {row.column: row.uses for row in mapping.ledger()}
    assert uses["parts[*].who"] == ("joins somebody to act as subject",)
    assert uses["people[*].id"] == ("names the people",)
    assert {"parts[*].act", "parts[*].who", "acts[*].id"} <= set(mapping.columns)
    assert "parts[*]" in mapping.reading.groups


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"role": "owner"}, BadSetting, "does not join a activity to a person"),
        ({"source": {"entity": "actt", "by": "act"}}, UnknownKey, "Did you mean 'act'"),
        ({"source": {"entity": "act"}}, BadSetting, "'act' repeats"),
        ({"source": {"entity": "call", "by": "act"}}, BadSetting, "'call' is there once"),
    ],
)
def test_what_cannot_work_is_refused(change: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        relations({}, {"of": "parts[*]", "role": "subject", **ENDS} | change)


def test_a_group_without_an_id_cannot_be_referred_to() -> None:
    nameless = {name: {key: value for key, value in group.items() if key != "id"} for name, group in EACH.items()}
    with pytest.raises(BadSetting, match=r"nothing says how 'act' is referred to.*each\.happenings\.id"):
        relations({}, each=nameless)

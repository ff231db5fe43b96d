"""Groups that repeat within an item: numbered refs, relations to each, problems that name the member."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import IDS, codes, delivery, mapped, mapping_of, native, rejected, run

from gateway.errors import BadSetting, UnknownKey
from gateway.mapping import LedgerRow, Mapped
from gateway.mapping.addresses import GroupAddress, shape_of
from gateway.model.relations import Relation, Role

JSON = {"format": "json", "timezone": "America/Chicago"}
VICTIMS: dict[str, Any] = {
    "of": "victims[*]",
    "fields": {
        "person.victim.sex": "sex",
        "person.victim.age_low_years": {"from": "age"},
        "item.loss.category": {"value": "property"},
        "item.loss.description": {"from": "lost[*]", "join": ", "},
    },
}
VICTIM_OF = {"source": "call", "role": "victim", "target": "victim"}
OWNS = {"source": "loss", "role": "owner", "target": "victim"}


def with_victims(**changes: Any) -> Any:
    sections = {"reads": JSON, "each": {"victims": VICTIMS}, "relations": [VICTIM_OF, OWNS], **changes}
    return mapping_of(**sections)


class TestMembers:
    def test_each_member_has_its_number_and_every_relation(self) -> None:
        cells = {
            "victims[0].sex": "F",
            "victims[1].sex": "M",
            "victims[1].lost[1]": "ring",
            "victims[1].lost[0]": "bag",
        }
        record = mapped(with_victims(), **cells)
        assert [(person.ref, person.sex) for person in record.people] == [("victim-1", "F"), ("victim-2", "M")]
        assert [(item.ref, item.description) for item in record.items] == [("loss-2", "bag, ring")]
        assert record.relations == (
            Relation(source="call", role=Role.VICTIM, target="victim-1"),
            Relation(source="call", role=Role.VICTIM, target="victim-2"),
            Relation(source="loss-2", role=Role.OWNER, target="victim-2"),
        )

    def test_positions_count_as_numbers_not_as_text(self) -> None:
        cells = {f"victims[{position}].age": str(20 + position) for position in (10, 2, 1, 9)}
        assert [person.age_low_years for person in mapped(with_victims(), **cells).people] == [21, 22, 29, 30]

    def test_when_lets_members_in_and_the_others_get_no_number(self) -> None:
        group = {**VICTIMS, "when": {"column": "kind", "in": ["I"]}}
        cells = {"victims[0].kind": "S", "victims[0].sex": "F", "victims[1].kind": "I", "victims[1].sex": "M"}
        assert [p.ref for p in mapped(with_victims(each={"victims": group}), **cells).people] == ["victim-1"]

    def test_a_member_that_is_a_plain_value(self) -> None:
        group = {"of": "plates[*]", "fields": {"vehicle.car.plate": "."}}
        record = mapped(mapping_of(reads=JSON, each={"plates": group}), **{"plates[0]": "AAA", "plates[1]": "BBB"})
        assert [(car.ref, car.plate) for car in record.vehicles] == [("car-1", "AAA"), ("car-2", "BBB")]

    def test_a_group_inside_a_group_reads_what_stands_further_out(self) -> None:
        group = {
            "of": "seizures[*].things[*]",
            "fields": {
                "item.thing.category": {"from": "../kind"},
                "item.thing.description": {"from": ["what", "../../place"], "join": " at "},
            },
        }
        cells = {
            "place": "dock",
            "seizures[0].kind": "drug",
            "seizures[0].things[0].what": "bale",
            "seizures[1].kind": "money",
            "seizures[1].things[0].what": "notes",
            "seizures[1].things[1].what": "coins",
        }
        mapping = mapping_of(reads=JSON, each={"things": group})
        assert [(i.ref, i.category, i.description) for i in mapped(mapping, **cells).items] == [
            ("thing-1", "drug", "bale at dock"),
            ("thing-2", "money", "notes at dock"),
            ("thing-3", "money", "coins at dock"),
        ]

    def test_an_indicator_speaks_of_the_observable_of_its_own_member(self) -> None:
        group = {
            "of": "seen[*]",
            "fields": {
                "observable.seen.type": "type",
                "observable.seen.value": "value",
                "indicator.sign.observable": {"value": "seen"},
            },
        }
        mapping = mapping_of(reads=JSON, each={"seen": group}, accompanies={"sign": "seen"})
        values = {"seen[0].type": "domain-name", "seen[0].value": "a.example"}
        record = mapped(mapping, **values, **{"seen[4].type": "domain-name", "seen[4].value": "b.example"})
        assert [(sign.ref, sign.observable) for sign in record.indicators] == [
            ("sign-1", "seen-1"),
            ("sign-2", "seen-2"),
        ]

    def test_too_many_members_are_a_problem_and_not_a_long_wait(self) -> None:
        problems = rejected(with_victims(), **{f"victims[{n}].sex": "F" for n in range(1001)})
        assert codes(problems) == [("too-large", "victims[*]")]

    def test_no_member_is_no_problem(self) -> None:
        record = mapped(with_victims())
        assert (record.people, record.relations) == ((), ())


class TestProblems:
    def test_a_problem_names_the_member_by_address_and_target(self) -> None:
        problems = rejected(with_victims(), **{"victims[0].sex": "F", "victims[3].sex": "Q", "victims[3].age": "old"})
        assert [(p.code, p.column, p.target) for p in problems] == [
            ("unmapped-code", "victims[3].sex", "person.victim-2.sex"),
            ("bad-number", "victims[3].age", "person.victim-2.age_low_years"),
        ]
        assert all("old" not in problem.value for problem in problems)

    def test_a_warning_inside_a_member_names_it_too(self) -> None:
        group = {"of": "victims[*]", "fields": {"person.victim.sex": {"from": "sex", "code": "sexes"}}}
        tables = {"sexes": {"values": {"F": "F"}, "unmapped": "default", "default": "U"}}
        result = run(mapping_of(reads=JSON, each={"victims": group}, codes=tables), **{"victims[7].sex": "9"})
        assert isinstance(result, Mapped)
        assert [(w.code, w.column, w.target) for w in result.warnings] == [
            ("unmapped-code", "victims[7].sex", "person.victim-1.sex")
        ]

    def test_a_required_field_is_required_of_every_member(self) -> None:
        group = {"of": "victims[*]", "fields": {"person.victim.sex": {"from": "sex", "required": "true"}}}
        problems = rejected(mapping_of(reads=JSON, each={"v": group}), **{"victims[0].sex": "F", "victims[1].age": "3"})
        assert codes(problems) == [("missing", "victims[1].sex")]


class TestRepeatedColumns:
    def test_every_value_of_a_column_that_repeats(self) -> None:
        mapping = mapping_of({"record.labels": "tags[*].name"}, reads=JSON)
        cells = {"tags[1].name": "b", "tags[0].name": "a", "tags[0].id": "no", "tags[2].name": ""}
        assert mapped(mapping, **cells).labels == ("a", "b")

    def test_one_value_of_a_column_that_repeats_is_picked_or_joined(self) -> None:
        cells = {"notes[0]": " ", "notes[1]": "second", "notes[2]": "third"}
        first = mapping_of({"record.title": {"from": "notes[*]", "pick": "first"}}, reads=JSON)
        joined = mapping_of({"record.title": {"from": "notes[*]", "join": "; "}}, reads=JSON)
        assert mapped(first, **cells).title == "second"
        assert mapped(joined, **cells).title == "second; third"
        with pytest.raises(BadSetting, match="'pick: first' or 'join'"):
            mapping_of({"record.title": "notes[*]"}, reads=JSON)


class TestTheDocument:
    def test_the_ledger_has_the_whole_addresses(self) -> None:
        group = {**VICTIMS, "when": {"column": "../status", "in": ["open"]}}
        rows = {row.column: row for row in with_victims(each={"victims": group}).ledger()}
        assert rows["victims[*].sex"] == LedgerRow(
            column="victims[*].sex", targets=("person.victim.sex",), conversion=("as it is",)
        )
        assert rows["status"].uses == ("lets in members of victims",)
        assert "victims[*].lost[*]" in rows

    def test_what_no_item_has_is_one_sentence(self) -> None:
        told = with_victims().check_columns(["Number", "victims[*].sex", "victims[*].age", "victims[*].shoe"])
        assert [(p.code, p.column, p.fatal) for p in told] == [
            ("missing-column", "", False),
            ("unknown-column", "victims[*].shoe", False),
        ]
        assert "at 1 of the mapping's addresses: victims[*].lost[*]" in told[0].problem

    def test_of_many_absent_addresses_some_are_named(self) -> None:
        wide = mapping_of({f"person.p{n}.surname": f"names.n{n}" for n in range(9)}, reads=JSON)
        (told,) = wide.check_columns(["Number"])
        assert "at 9 of the mapping's addresses: names.n0, names.n1, names.n2, names.n3, names.n4 …" in told.problem
        assert not told.fatal

    @pytest.mark.parametrize(
        ("delivered", "says"),
        [
            (["victims[*].sx", "victims[*].age", "victims[*].lost[*]"], "'victims[*].sx'"),
            (["victim[*].sex", "victim[*].age", "victim[*].lost[*]"], "'victim[*].sex'"),
        ],
    )
    def test_a_renamed_address_is_told_with_its_new_name(self, delivered: list[str], says: str) -> None:
        """A part that was renamed is told once, however much lies below it."""
        told = with_victims().check_columns(["Number", *delivered])
        (renamed,) = (p for p in told if p.code == "missing-column")
        assert (renamed.column, renamed.fatal) == ("victims[*].sex", False)
        assert says in renamed.remedy

    def test_a_needed_address_is_still_told_by_itself(self) -> None:
        mapping = mapping_of({"record.title": {"from": "head.title", "required": "true"}}, reads=JSON)
        assert [(p.column, p.fatal) for p in mapping.check_columns(["Number"])] == [("head.title", True)]
        (told,) = (p for p in mapping.check_columns(["Number", "head.titel"]) if p.code == "missing-column")
        assert (told.column, told.fatal, "'head.titel'" in told.remedy) == ("head.title", True, True)

    def test_a_message_lacks_nothing_of_note(self) -> None:
        mapping = mapping_of({"record.title": "attachment[0].name"}, reads={"format": "email"})
        assert mapping.check_columns(["Number"]) == ()

    def test_a_group_without_members_lacks_nothing(self) -> None:
        assert with_victims().check_columns(["Number"]) == ()

    def test_a_twin_gives_the_ids_of_the_other_feed(self) -> None:
        assert mapped(mapping_of(twin_of="b-feed")).id == mapped(mapping_of(mapping="b-feed")).id
        assert mapped(mapping_of(twin_of="b-feed")).provenance.feed == "a-feed"

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"each": {"v": {"of": "v[*]", "fields": {"record.title": "t"}}}}, "only entities repeat"),
            ({"each": {"v": {"of": "v[*]", "fields": {"person.call.surname": "t"}}}}, "stands for two things"),
            ({"each": {"v": {"of": "v[*]", "fields": {f"person.{'x' * 36}.surname": "t"}}}}, "too long"),
            ({"each": {"v": {"of": "v[*]", "fields": {"person.Who.surname": "t"}}}}, "local name"),
            ({"each": {"v": {"of": "v[*]", "fields": {"person.who.surname": "../../t"}}}}, "leads out of the item"),
            ({"each": {"v": {"of": "v[*]", "fields": {"place.who.city": {"value": "x"}}}}}, "constants only"),
            (
                {
                    "fields": {"person.who-2.surname": "n"},
                    "each": {"v": {"of": "v[*]", "fields": {"person.who.sex": "s"}}},
                },
                "a numbered 'who'",
            ),
            ({"key": ["Numbers[*]"]}, "not one column"),
            ({"skip": [{"column": "a[*].b", "equals": "x", "reason": "x"}]}, "not one column"),
            ({"reads": {"format": "delimited", "json": {}}}, "belongs to 'format: json'"),
            ({"reads": {"format": "xml"}}, "needs 'xml'"),
        ],
    )
    def test_what_cannot_work_is_refused(self, changes: dict[str, Any], complaint: str) -> None:
        with pytest.raises(ValueError if "reads" in changes else BadSetting, match=complaint):
            mapping_of(**{"reads": JSON, **changes})

    def test_entities_of_two_groups_cannot_be_related(self) -> None:
        each = {"victims": VICTIMS, "cars": {"of": "cars[*]", "fields": {"vehicle.car.plate": "plate"}}}
        relation = {"source": "car", "role": "owner", "target": "victim"}
        with pytest.raises(BadSetting, match="two groups"):
            with_victims(each=each, relations=[relation])

    def test_an_entity_accompanies_one_of_its_own_group(self) -> None:
        with pytest.raises(BadSetting, match="another group"):
            with_victims(accompanies={"call": "victim"})
        with pytest.raises(UnknownKey, match="Did you mean 'victim'"):
            with_victims(relations=[{**VICTIM_OF, "target": "victims"}])


@settings(max_examples=200, deadline=None)
@given(sexes=st.lists(st.sampled_from(["F", "M", "", "Q"]), max_size=12), data=st.data())
def test_members_do_not_depend_on_the_order_in_which_their_cells_stand(sexes: list[str], data: st.DataObject) -> None:
    mapping = with_victims()
    cells = {"Number": "7", **{f"victims[{n}].sex": sex for n, sex in enumerate(sexes)}}
    shuffled = dict(data.draw(st.permutations(list(cells.items()))))
    assert mapping.map(native(shuffled), delivery(), IDS) == mapping.map(native(cells), delivery(), IDS)


@settings(deadline=None)
@given(positions=st.lists(st.integers(0, 99), min_size=2, max_size=2, unique=True))
def test_a_members_address_is_where_its_cells_came_from(positions: list[int]) -> None:
    group = GroupAddress("a[*].b[*]", ["c", "../d"], step=lambda _: ".", where="test")
    one, other = positions
    cells = {f"a[{one}].b[{other}].c": "x", f"a[{one}].d": "y", "a[*].b[*].c": "no"}
    assert group.members(cells) == [((one, other), {"c": "x", "../d": "y"})]
    assert shape_of(f"a[{one}].b[{other}].c") == group.whole("c")

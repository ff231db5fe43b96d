"""One row at a time: what becomes of its cells, its entities, its problems."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from mapping_builders import IDS, codes, delivery, mapped, mapping_of, native, rejected, run

from gateway import limits
from gateway.errors import BadSetting
from gateway.mapping import Mapped, Rejected
from gateway.model.codes import Tlp
from gateway.model.identity import IdKey
from gateway.model.relations import Relation, Role
from gateway.model.stages import Skipped

SUBJECT = [{"source": "call", "role": "subject", "target": "who"}]


class TestIdentity:
    def test_the_id_depends_on_the_feed_and_the_key_alone(self) -> None:
        one = mapped(mapping_of({"record.title": "T"}), T="a")
        other = mapped(mapping_of({"record.title": "T"}), T="b")
        assert one.id == other.id == "record--" + IDS.uuid("record", "a-feed", "7")
        assert one.content_digest() != other.content_digest()
        assert mapped(mapping_of(mapping="b-feed")).id != one.id

    def test_another_center_has_other_ids(self) -> None:
        mapping = mapping_of()
        theirs = mapping.map(native({"Number": "7"}), delivery(), IdKey(b"the key of another center"))
        assert isinstance(theirs, Mapped)
        assert theirs.record.id != mapped(mapping).id

    def test_a_key_of_several_columns(self) -> None:
        record = mapped(mapping_of(key=["ORI", "Number"]), ORI=" EX1 ")
        assert record.native_key == "EX1|7"
        assert record.id == "record--" + IDS.uuid("record", "a-feed", "EX1", "7")

    def test_a_key_with_a_bar_is_not_another_key(self) -> None:
        mapping = mapping_of(key=["A", "B"])
        assert mapped(mapping, A="x|y", B="z").id != mapped(mapping, A="x", B="y|z").id

    def test_leading_zeros_of_a_key_stay(self) -> None:
        assert mapped(mapping_of(), Number="007").native_key == "007"

    @pytest.mark.parametrize(
        ("key", "code"),
        [
            ("", "missing"),
            ("NULL", "missing"),
            ("a\x1fb", "bad-text"),
            ("\ud800", "bad-text"),
            ("x" * 2000, "too-large"),
        ],
    )
    def test_a_row_without_a_usable_key_is_refused(self, key: str, code: str) -> None:
        mapping = mapping_of(reads={"format": "delimited", "empty": ["NULL"]})
        assert (code, "Number") in codes(rejected(mapping, Number=key))

    def test_provenance_is_the_delivery_the_line_and_the_mapping(self) -> None:
        provenance = mapped(mapping_of(source={"agency": "Sample PD", "ori": "EX0000000"})).provenance
        received = delivery()
        assert (provenance.line, provenance.file_name, provenance.receipt) == (2, "delivered.csv", "receipt-1")
        assert (provenance.mapping, provenance.mapping_version, provenance.feed) == ("a-feed", "1", "a-feed")
        assert (provenance.agency, provenance.agency_ori) == ("Sample PD", "EX0000000")
        assert (provenance.source_sha256, provenance.received) == (received.sha256, received.received)


class TestTheOrderOfWork:
    def test_trim_empty_cut_match_case_code_prefix(self) -> None:
        mapping = mapping_of(
            {
                "activity.call.code": {
                    "from": "C",
                    "cut": "^-+",
                    "match": "([a-z]+)",
                    "case": "upper",
                    "code": "t",
                    "prefix": "<",
                    "suffix": ">",
                }
            },
            codes={"t": {"values": {"ABC": "seen"}, "unmapped": "quarantine"}},
        )
        assert mapped(mapping, C="  --abc 12 ").activities[0].code == "<seen>"

    @pytest.mark.parametrize("cell", ["", "   ", "NULL", " NULL ", "-", "--"])
    def test_empty_is_empty_before_and_after_the_cut(self, cell: str) -> None:
        mapping = mapping_of(
            {"activity.call.disposition": {"from": "D", "cut": "^-+", "empty": ["-"]}},
            reads={"format": "delimited", "empty": ["NULL"]},
        )
        assert mapped(mapping, D=cell).activities[0].disposition is None

    def test_trim_can_be_turned_off(self) -> None:
        assert mapped(mapping_of({"record.title": {"from": "T", "trim": "false"}}), T=" x ").title == " x "

    def test_join_leaves_out_empty_cells(self) -> None:
        mapping = mapping_of(
            {"activity.call.reported": {"from": ["D", "T"], "join": " ", "date": ["MM/DD/YYYY HH:mm", "MM/DD/YYYY"]}}
        )
        assert mapped(mapping, D="01/02/2030", T="").activities[0].reported == datetime(2030, 1, 2, 6, tzinfo=UTC)
        assert mapped(mapping, D="01/02/2030", T="12:00").activities[0].reported == datetime(2030, 1, 2, 18, tzinfo=UTC)
        assert mapped(mapping).activities[0].reported is None

    def test_pick_takes_the_first_filled(self) -> None:
        mapping = mapping_of({"record.title": {"from": ["A", "B"], "pick": "first"}})
        assert mapped(mapping, A=" ", B="second").title == "second"

    def test_split_makes_many_each_once_in_order(self) -> None:
        mapping = mapping_of({"record.labels": {"from": ["A", "B"], "split": ";"}})
        assert mapped(mapping, A="x; y;;x", B="z;y").labels == ("x", "y", "z")
        assert mapped(mapping, A=" ; ").labels == ()

    def test_find_takes_every_match(self) -> None:
        mapping = mapping_of({"record.labels": {"from": "A", "find": "#([a-z]+)"}})
        assert mapped(mapping, A="about #night and #water").labels == ("night", "water")

    def test_squeeze_makes_every_stretch_of_blanks_one(self) -> None:
        fields = {"record.title": {"from": "T", "squeeze": True, "empty": ["a b"]}}
        assert mapped(mapping_of(fields), T="  two\n   lines\t").title == "two lines"
        assert mapped(mapping_of(fields), T="a\nb").title is None, "squeezed first, then compared"

    def test_columns_that_stand_side_by_side_are_read_together(self) -> None:
        reads = {"format": "json", "timezone": "America/Chicago"}
        pairs = {"from": ["codes[*].system", "codes[*].code"], "together": ":"}
        mapping = mapping_of({"place.area.area_codes": pairs}, reads=reads)
        record = mapped(
            mapping,
            **{
                "codes[1].code": " 2 ",
                "codes[0].code": "1",
                "codes[0].system": "A",
                "codes[1].system": "B",
            },
        )
        assert record.places[0].area_codes == ("A:1", "B:2")

    def test_side_by_side_a_member_keeps_its_place_where_another_lacks_something(self) -> None:
        reads = {"format": "json", "timezone": "America/Chicago"}
        mapping = mapping_of({"record.labels": {"from": ["x[*].id", "x[*].name"], "together": " "}}, reads=reads)
        cells = {"x[0].id": "1", "x[1].name": "b", "x[2].id": "3", "x[2].name": "c", "x[3].id": " "}
        assert mapped(mapping, **cells).labels == ("1", "b", "3 c")

    def test_in_xml_where_positions_only_count_both_must_be_there(self) -> None:
        xml = {"items": "r/i"}
        reads = {"format": "xml", "xml": xml, "timezone": "America/Chicago"}
        mapping = mapping_of({"record.labels": {"from": ["x[*]/a", "x[*]/b"], "together": " "}}, reads=reads)
        assert mapped(mapping, **{"x[1]/a": "1", "x[1]/b": "2"}).labels == ("1 2",)
        (problem,) = rejected(mapping, **{"x[1]/a": "1", "x[2]/a": "2", "x[1]/b": "1"})
        assert (problem.code, problem.target) == ("bad-structure", "record.labels")

    def test_cells_with_certain_values_are_counted(self) -> None:
        reads = {"format": "json", "timezone": "America/Chicago"}
        mapping = mapping_of(
            {
                "item.thing.category": {"value": "property"},
                "item.thing.quantity": {"from": "hurt[*].how", "count": ["BADLY", "A LITTLE"]},
            },
            reads=reads,
        )
        cells = {"hurt[0].how": "BADLY", "hurt[1].how": " A LITTLE ", "hurt[2].how": "NOT"}
        assert mapped(mapping, **cells).items[0].quantity == 2
        assert mapped(mapping, **{"hurt[0].how": "NOT"}).items[0].quantity == 0
        assert mapped(mapping).items == (), "nothing is known, which is not none"

    @pytest.mark.parametrize(
        ("path", "spec"),
        [
            ("item.thing.quantity", {"from": "H", "count": ["A"]}),
            ("item.thing.quantity", {"from": "h[*]", "count": ["A"], "cut": "x"}),
            ("record.title", {"from": "h[*]", "count": ["A"]}),
        ],
    )
    def test_what_cannot_be_counted(self, path: str, spec: dict[str, object]) -> None:
        reads = {"format": "json", "timezone": "America/Chicago"}
        with pytest.raises(BadSetting, match="'count' needs"):
            mapping_of({"item.thing.category": {"value": "property"}, path: spec}, reads=reads)

    def test_columns_that_do_not_repeat_cannot_stand_side_by_side(self) -> None:
        with pytest.raises(BadSetting, match="'together' needs several columns that all repeat"):
            mapping_of({"record.labels": {"from": ["A", "B"], "together": ":"}})

    def test_when_a_column_says_so(self) -> None:
        mapping = mapping_of({"record.title": {"from": "T", "when": {"column": "S", "in": ["A", "B"]}}})
        assert mapped(mapping, T="x", S=" B ").title == "x"
        assert mapped(mapping, T="x", S="C").title is None
        filled = mapping_of({"record.title": {"from": "T", "when": {"column": "S", "filled": "false"}}})
        assert mapped(filled, T="x", S="").title == "x"
        assert mapped(filled, T="x", S="C").title is None

    def test_required_where_the_condition_holds(self) -> None:
        when = {"column": "S", "in": ["A"]}
        mapping = mapping_of({"record.title": {"from": "T", "when": when, "required": "true"}})
        assert codes(rejected(mapping, T="", S="A")) == [("missing", "T")]
        assert mapped(mapping, T="", S="B").title is None

    def test_a_decimal_comma_and_bounds(self) -> None:
        mapping = mapping_of(
            {"place.scene.latitude": {"from": "L", "number": "comma", "between": ["24", "50"]}},
        )
        assert mapped(mapping, L="47,61").places[0].latitude == Decimal("47.61")
        assert codes(rejected(mapping, L="51,0")) == [("out-of-range", "L")]

    def test_the_types_own_bounds_hold_without_a_declaration(self) -> None:
        problems = rejected(mapping_of({"place.scene.latitude": "L"}), L="91")
        assert [(p.code, p.target) for p in problems] == [("out-of-range", "place.scene")]
        assert codes(rejected(mapping_of({"handling.confidence": "C"}), C="101")) == [("out-of-range", "C")]

    def test_a_birth_date_has_no_zone(self) -> None:
        mapping = mapping_of({"person.who.birth_date": {"from": "B", "date": "MM/DD/YYYY"}})
        assert mapped(mapping, B="02/29/1996").people[0].birth_date == date(1996, 2, 29)

    def test_default_and_required(self) -> None:
        mapping = mapping_of({"activity.call.priority": {"from": "P", "default": "9", "required": "true"}})
        assert mapped(mapping, P="").activities[0].priority == 9
        assert mapped(mapping, P="2").activities[0].priority == 2
        required = mapping_of({"activity.call.priority": {"from": "P", "required": "true"}})
        assert codes(rejected(required)) == [("missing", "P")]


class TestUnmappedCodes:
    @staticmethod
    def run(policy: str, **more: str) -> Mapped | Rejected | Skipped:
        table = {"values": {"A": "first"}, "unmapped": policy, **more}
        mapping = mapping_of({"activity.call.disposition": {"from": "D", "code": "t"}}, codes={"t": table})
        return run(mapping, D="a secret word")

    def test_keep(self) -> None:
        result = self.run("keep")
        assert isinstance(result, Mapped)
        assert result.record.activities[0].disposition == "a secret word"

    @pytest.mark.parametrize(
        ("policy", "more", "value"), [("default", {"default": "other"}, "other"), ("empty", {}, None)]
    )
    def test_default_and_empty_are_told(self, policy: str, more: dict[str, str], value: str | None) -> None:
        result = self.run(policy, **more)
        assert isinstance(result, Mapped)
        assert result.record.activities[0].disposition == value
        (warning,) = result.warnings
        assert (warning.code, warning.fatal, warning.column) == ("unmapped-code", False, "D")
        assert warning.value == "a … (13 characters)"

    def test_quarantine(self) -> None:
        result = self.run("quarantine")
        assert isinstance(result, Rejected)
        assert codes(result.problems) == [("unmapped-code", "D")]


class TestEntities:
    def test_an_entity_is_there_only_where_a_cell_filled_one_of_its_fields(self) -> None:
        mapping = mapping_of(
            {"person.who.surname": "S", "person.who.sex": {"from": "X", "default": "U"}, "person.who.aliases": "A"},
            relations=SUBJECT,
        )
        nobody = mapped(mapping)
        assert (nobody.people, nobody.relations) == ((), ())
        somebody = mapped(mapping, S="Placeholder")
        assert [(p.ref, p.surname, p.sex) for p in somebody.people] == [("who", "Placeholder", "U")]
        assert somebody.relations == (Relation(source="call", role=Role.SUBJECT, target="who"),)

    def test_an_entity_can_accompany_another(self) -> None:
        fields = {
            "observable.seen.type": {"value": "domain-name"},
            "observable.seen.value": "V",
            "indicator.sign.observable": {"value": "seen"},
            "indicator.sign.malware": "M",
        }
        alone = mapping_of(fields, makes="indicator-set")
        assert [p.target for p in rejected(alone, V="bad.example.org")] == ["indicators"]
        together = mapping_of(fields, makes="indicator-set", accompanies={"sign": "seen"})
        assert mapped(together, V="Bad[.]example.org").indicators[0].observable == "seen"

    def test_an_indicator_without_its_observable_is_refused(self) -> None:
        mapping = mapping_of(
            {
                "observable.seen.type": {"value": "domain-name"},
                "observable.seen.value": "V",
                "indicator.sign.observable": {"value": "seen"},
                "indicator.sign.malware": "M",
            }
        )
        assert [p.code for p in rejected(mapping, M="Paperclip")] == ["missing"]

    def test_the_kinds_required_facts(self) -> None:
        mapping = mapping_of({"vulnerability.v.cve": "C"}, makes="vulnerability")
        assert [(p.code, p.target) for p in rejected(mapping)] == [("missing", "vulnerabilities")]
        assert mapped(mapping, C="CVE-2030-12345").vulnerabilities[0].cve == "CVE-2030-12345"

    def test_a_report_needs_its_behaviors(self) -> None:
        fields = {"suspicious.behaviors": {"from": "B", "split": ";"}, "suspicious.articulable_facts": "F"}
        mapping = mapping_of(fields, makes="suspicious-activity")
        assert codes(rejected(mapping, F="facts")) == [("missing", "B")]
        assert [p.target for p in rejected(mapping)] == ["suspicious_activity"], "the kind needs it"


class TestHandling:
    def test_a_row_may_say_otherwise(self) -> None:
        mapping = mapping_of({"handling.tlp": "T", "handling.caveats": {"from": "C", "split": ","}})
        assert mapped(mapping).handling.tlp is Tlp.AMBER
        handling = mapped(mapping, T="red", C="LES,FOUO").handling
        assert (handling.tlp, handling.caveats) == (Tlp.RED, ("LES", "FOUO"))

    def test_constants_of_handling_and_record_hold_for_every_row(self) -> None:
        mapping = mapping_of({"handling.confidence": {"value": "40"}, "record.labels": {"value": ["a", "b"]}})
        record = mapped(mapping)
        assert (record.handling.confidence, record.labels) == (40, ("a", "b"))

    def test_the_retention_clock(self) -> None:
        mapping = mapping_of(
            {
                "activity.call.reported": {"from": "R", "date": "MM/DD/YYYY"},
                "handling.validate_by": {"from": "U", "date": "MM/DD/YYYY"},
            },
            expires={"after": "activity.call.reported", "days": "10"},
        )
        assert mapped(mapping, R="01/02/2030").handling.validate_by == date(2030, 1, 12)
        assert mapped(mapping, R="01/02/2030", U="01/05/2030").handling.validate_by == date(2030, 1, 5)
        assert mapped(mapping).handling.validate_by is None
        assert [p.target for p in rejected(mapping, R="12/30/9999")] == ["handling.validate_by"]


class TestProblems:
    MAPPING = mapping_of(
        {
            "activity.call.reported": {"from": "R", "date": "MM/DD/YYYY", "required": "true"},
            "activity.call.priority": {"from": "P", "between": ["1", "9"]},
            "place.scene.state": "S",
            "record.narrative": "N",
        }
    )

    def test_all_of_a_row_are_collected_and_masked(self) -> None:
        problems = rejected(self.MAPPING, R="13/45/2030", P="hundred", S="Wisconsin", N="bell \x07 rings")
        assert codes(problems) == [("bad-date", "R"), ("bad-number", "P"), ("bad-value", "S"), ("bad-text", "N")]
        shown = repr(problems)
        for value in ("13/45/2030", "hundred", "Wisconsin", "rings"):
            assert value not in shown
        assert all(p.line == 2 and p.fatal and p.remedy and p.target for p in problems)

    def test_a_faulty_field_is_told_once(self) -> None:
        assert codes(rejected(self.MAPPING, R="never")) == [("bad-date", "R")]
        vulnerability = mapping_of({"vulnerability.v.cve": "C", "vulnerability.v.name": "N"}, makes="vulnerability")
        assert codes(rejected(vulnerability, C="no cve", N="A name")) == [("bad-value", "C")]

    def test_a_narrative_beyond_the_limit(self) -> None:
        fits = "x" * limits.TEXT_CHARACTERS
        assert mapped(self.MAPPING, R="01/02/2030", N=fits).narrative == fits
        assert codes(rejected(self.MAPPING, R="01/02/2030", N=fits + "x")) == [("too-large", "N")]

    def test_a_broken_row_does_not_fill_the_quarantine(self) -> None:
        fields = {f"person.p{n}.birth_date": {"from": f"C{n}", "date": "YYYY-MM-DD"} for n in range(80)}
        problems = rejected(mapping_of(fields), **{f"C{n}": "x" for n in range(80)})
        assert len(problems) == limits.PROBLEMS_PER_ITEM


class TestChecksAndSkips:
    FIELDS = {  # noqa: RUF012
        "activity.call.reported": {"from": "R", "date": "MM/DD/YYYY"},
        "activity.call.arrived": {"from": "A", "date": "MM/DD/YYYY"},
        "activity.call.code": "C",
        "record.labels": {"from": "L", "split": ";"},
    }

    @pytest.mark.parametrize(
        ("that", "cells", "holds"),
        [
            (["activity.call.arrived", ">=", "activity.call.reported"], {"R": "01/02/2030", "A": "01/01/2030"}, False),
            (["activity.call.arrived", ">=", "activity.call.reported"], {"R": "01/01/2030", "A": "01/01/2030"}, True),
            (["activity.call.arrived", ">=", "activity.call.reported"], {"R": "01/02/2030"}, True),
            (["activity.call.arrived", "!=", "activity.call.reported"], {"R": "01/01/2030", "A": "01/01/2030"}, False),
            (["activity.call.code", "in", ["a", "b"]], {"C": "b"}, True),
            (["activity.call.code", "in", ["a", "b"]], {"C": "c"}, False),
            (["activity.call.code", "in", ["a", "b"]], {}, False),
            (["record.labels", "in", ["a", "b"]], {"L": "x;b"}, True),
            (["activity.call.code", "filled"], {}, False),
            (["activity.call.code", "empty"], {}, True),
        ],
    )
    @pytest.mark.parametrize("otherwise", ["warn", "quarantine"])
    def test_claims(self, that: list[str], cells: dict[str, str], holds: bool, otherwise: str) -> None:
        mapping = mapping_of(self.FIELDS, checks=[{"that": that, "else": otherwise, "say": "it does not hold"}])
        result = run(mapping, **cells)
        if holds:
            assert isinstance(result, Mapped)
            assert result.warnings == ()
        elif otherwise == "warn":
            assert isinstance(result, Mapped)
            assert [(w.code, w.problem, w.fatal) for w in result.warnings] == [
                ("check-failed", "it does not hold", False)
            ]
        else:
            assert isinstance(result, Rejected)
            assert [p.code for p in result.problems] == ["check-failed"]

    def test_a_check_with_a_condition(self) -> None:
        check = {
            "if": ["record.labels", "in", ["x"]],
            "that": ["activity.call.code", "filled"],
            "else": "quarantine",
            "say": "s",
        }
        mapping = mapping_of(self.FIELDS, checks=[check])
        assert isinstance(run(mapping, L="y"), Mapped)
        assert isinstance(run(mapping, L="x"), Rejected)
        assert isinstance(run(mapping, L="x", C="c"), Mapped)

    def test_rows_that_hold_nothing(self) -> None:
        mapping = mapping_of(skip=[{"column": "Type", "equals": ["Description"], "reason": "pseudo-row"}])
        assert run(mapping, Number="", Type=" Description ") == Skipped(line=2, reason="pseudo-row", raw=b"raw")
        assert isinstance(run(mapping, Type="Other"), Mapped)

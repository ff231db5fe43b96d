"""The codes of a file that are in no table: as they are looked up, by count, with where they come from."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cli_builders import call
from mapping_builders import SAMPLES, delivery, document_data, mapping_of, write

from gateway import limits
from gateway.authoring.unmapped import CodeReport, find_unmapped
from gateway.config import shipped
from gateway.errors import UnreadableDelivery

STATUS = "activity.call.status"
JSON = {"format": "json", "timezone": "America/Chicago"}


def table(policy: str, **more: str) -> dict[str, Any]:
    return {"states": {"values": {"C": "closed", "O": "open"}, "unmapped": policy, **more}}


def report(mapping: Any, content: str, folder: Path) -> CodeReport:
    return find_unmapped(mapping, folder, delivery(content.encode()))


def of_states(content: str, tmp_path: Path, policy: str = "quarantine", **field: Any) -> CodeReport:
    default = {"default": "open"} if policy == "default" else {}
    spec = {"from": "State", "code": "states", **field}
    return report(mapping_of({STATUS: spec}, codes=table(policy, **default)), f"Number,State\n{content}", tmp_path)


def counts(found: CodeReport) -> list[tuple[str, str, int]]:
    return [(code.table, code.code, code.items) for code in found.codes]


def test_most_frequent_first_with_columns_and_targets(tmp_path: Path) -> None:
    found = of_states("1,C\n2,X\n3,Y\n4,Y\n5,\n6,O\n", tmp_path)
    assert counts(found) == [("states", "Y", 2), ("states", "X", 1)]
    assert (found.codes[0].columns, found.codes[0].targets) == (("State",), (STATUS,))
    assert (found.items, found.unreadable, found.passed_over) == (6, 0, 0)


def test_a_code_is_told_as_it_is_looked_up(tmp_path: Path) -> None:
    found = of_states("1,  --x \n2,x\n3,c\n", tmp_path, cut="^-+", case="upper")
    assert counts(found) == [("states", "X", 2)]


@pytest.mark.parametrize(
    ("policy", "becomes"),
    [
        ("quarantine", "keeps the item out"),
        ("empty", "left empty"),
        ("default", 'becomes "open"'),
        ("keep", "keeps the item out"),
    ],
)
def test_every_policy_is_listed_with_what_it_does(policy: str, becomes: str, tmp_path: Path) -> None:
    """To keep a code helps only where the vocabulary has it."""
    assert [(code.code, code.becomes) for code in of_states("1,X\n", tmp_path, policy).codes] == [("X", becomes)]


def test_a_text_is_kept_as_it_is(tmp_path: Path) -> None:
    codes = {"types": {"values": {"N": "Noise"}, "unmapped": "keep"}}
    mapping = mapping_of({"activity.call.type_text": {"from": "T", "code": "types"}}, codes=codes)
    (code,) = report(mapping, "Number,T\n1,N\n2,Z\n", tmp_path).codes
    assert (code.code, code.becomes) == ("Z", "kept as it is")


def test_a_vocabulary_without_a_table_is_asked_too(tmp_path: Path) -> None:
    mapping = mapping_of({STATUS: {"from": "State", "case": "lower"}})
    found = report(mapping, "Number,State\n1,Closed\n2,Shut\n", tmp_path)
    assert counts(found) == [("ActivityStatus", "shut", 1)]


def test_every_code_of_a_cell_is_met_once_an_item(tmp_path: Path) -> None:
    fields = {"suspicious.behaviors": {"from": "B", "split": ";", "code": "kinds"}}
    codes = {"kinds": {"values": {"P": "PHOTO"}, "unmapped": "quarantine"}}
    mapping = mapping_of(fields, codes=codes, makes="suspicious-activity")
    found = report(mapping, "Number,B\n1,Q;R;Q;P\n2,R\n", tmp_path)
    assert counts(found) == [("kinds", "R", 2), ("kinds", "Q", 1)]


def test_two_fields_of_one_column_meet_a_code_once(tmp_path: Path) -> None:
    codes = {"types": {"values": {"N": "Noise"}, "unmapped": "keep"}}
    fields = {path: {"from": "T", "code": "types"} for path in ("activity.call.type_text", "record.title")}
    (code,) = report(mapping_of(fields, codes=codes), "Number,T\n1,Z\n", tmp_path).codes
    assert (code.items, code.columns, code.targets) == (1, ("T",), tuple(fields))


def test_conditions_and_skipped_rows_count(tmp_path: Path) -> None:
    when = {"column": "Kind", "in": ["call"]}
    mapping = mapping_of(
        {STATUS: {"from": "State", "code": "states", "when": when}},
        codes=table("quarantine"),
        skip=[{"column": "Number", "equals": "Total", "reason": "pseudo-row"}],
    )
    found = report(mapping, "Number,State,Kind\n1,X,call\n2,Y,other\nTotal,Z,call\n", tmp_path)
    assert counts(found) == [("states", "X", 1)]


def test_members_of_groups_are_asked_where_they_are_let_in(tmp_path: Path) -> None:
    group = {
        "of": "victims[*]",
        "when": {"column": "type", "in": ["I"]},
        "fields": {"person.victim.sex": {"from": "sex", "code": "sexes"}},
    }
    codes = {"sexes": {"values": {"1": "F"}, "unmapped": "quarantine"}}
    mapping = mapping_of(each={"victims": group}, codes=codes, reads=JSON)
    victims = [{"sex": "7", "type": "I"}, {"sex": "8", "type": "B"}, {"sex": "9", "type": "I"}, {"sex": "1"}]
    (seven, nine) = report(mapping, json.dumps([{"Number": "1", "victims": victims}]), tmp_path).codes
    assert (seven.code, nine.code, seven.columns, seven.targets) == (
        "7",
        "9",
        ("victims[*].sex",),
        ("person.victim.sex",),
    )


def test_the_first_column_that_is_picked_decides(tmp_path: Path) -> None:
    spec = {"from": ["A", "B"], "pick": "first", "code": "states"}
    mapping = mapping_of({STATUS: spec}, codes=table("quarantine"))
    assert counts(report(mapping, "Number,A,B\n1,X,Y\n2,,Y\n3,C,Z\n", tmp_path)) == [
        ("states", "X", 1),
        ("states", "Y", 1),
    ]


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    found = of_states("1,C,too many\n2,X\n", tmp_path)
    assert (counts(found), found.items, found.unreadable) == ([("states", "X", 1)], 2, 1)


def test_a_file_of_another_feed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDelivery, match="Number"):
        report(mapping_of(), "A,B\n1,2\n", tmp_path)


def test_a_column_of_texts_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNMAPPED_CODES", 5)
    found = of_states("".join(f"{n},text {n}\n" for n in range(8)), tmp_path)
    assert (len(found.codes), found.passed_over) == (5, 3)


class TestTheCommand:
    @pytest.fixture
    def files(self, tmp_path: Path) -> tuple[Path, Path]:
        fields = {STATUS: {"from": "State", "code": "states"}, "place.scene.precision": "P"}
        calls = tmp_path / "calls.csv"
        calls.write_text('Number,State,P\n1,X,block\n2,"Y, or so",near\n3,X,block\n')
        return write(tmp_path, document_data(fields, codes=table("quarantine"))), calls

    def test_a_table_for_people_and_json_for_programs(self, files: tuple[Path, Path]) -> None:
        shown = call("map", "codes", *files)
        assert shown.code == 1
        assert "3 codes in no table; 3 items looked at" in shown.out
        facts = call("map", "codes", *files, "--json").json
        assert [(c["table"], c["code"], c["items"]) for c in facts["unmapped"]] == [
            ("states", "X", 2),
            ("states", "Y, or so", 1),
            ("PlacePrecision", "near", 1),
        ]

    def test_the_rows_to_fill_in_are_a_code_table(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        out = tmp_path / "missing.csv"
        assert call("map", "codes", *files, "--table", "states", "-o", out).code == 1
        assert list(csv.reader(out.read_text().splitlines())) == [
            ["from", "to", "label", "since", "until"],
            ["X", "", "met in 2 items", "", ""],
            ["Y, or so", "", "met in 1 item", "", ""],
        ]
        filled = out.read_text().replace("X,,", "X,closed,").replace('so",,', 'so",open,')
        (tmp_path / "states.csv").write_text(filled)
        mapping = write(
            tmp_path,
            document_data(
                {STATUS: {"from": "State", "code": "states"}},
                codes={"states": {"file": "states.csv", "unmapped": "quarantine"}},
                drops={"P": "not needed"},
            ),
        )
        done = call("map", "codes", mapping, files[1])
        assert (done.code, "No codes in no table" in done.out) == (0, False)
        assert "Every code is in its table" in done.out

    def test_what_is_there_is_not_replaced(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        before = files[1].read_text()
        result = call("map", "codes", *files, "--table", "states", "-o", files[1])
        assert (result.code, files[1].read_text()) == (2, before)
        assert "there already" in result.err

    def test_codes_of_two_tables_are_not_one_file(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        result = call("map", "codes", *files, "-o", tmp_path / "missing.csv")
        assert result.code == 2
        assert "--table" in result.err
        assert not (tmp_path / "missing.csv").exists()
        unknown = call("map", "codes", *files, "--table", "stats")
        assert unknown.code == 2
        assert "states" in unknown.err

    def test_the_samples_have_what_their_readme_says(self) -> None:
        result = call(
            "map", "codes", shipped("mappings") / "seattle-pd-cad.yaml", SAMPLES / "seattle-pd-cad.csv", "--json"
        )
        assert [code["code"] for code in result.json["unmapped"]] == ["A CLEARANCE OF NEXT YEAR"]

    def test_a_wrong_call_is_2(self, files: tuple[Path, Path], tmp_path: Path) -> None:
        assert call("map", "codes", tmp_path / "none.yaml", files[1]).code == 2
        assert call("map", "codes", files[0], tmp_path / "none.csv").code == 2
        foreign = tmp_path / "foreign.csv"
        foreign.write_text("A,B\n1,2\n")
        assert call("map", "codes", files[0], foreign).code == 1

"""Columns: the ledger, what a delivery with other columns is told, and which feed a file belongs to."""

from pathlib import Path

import pytest
from mapping_builders import MAPPINGS, document_data, mapping_of, write

from gateway.errors import MissingFile
from gateway.mapping import LedgerRow, load_mappings, recognize, run_tests


def test_every_column_is_in_the_ledger_with_its_targets_or_its_reason() -> None:
    mapping = mapping_of(
        {
            "record.title": {"from": "Type", "cut": "^-+", "case": "upper"},
            "activity.call.type_text": "Type",
            "activity.call.disposition": {"from": "D", "when": {"column": "Flag", "filled": "true"}},
        },
        drops={"Badge": "stays with the agency"},
    )
    assert mapping.ledger() == (
        LedgerRow(column="Number", targets=("activity.call.case_number",), conversion=("as it is",), uses=("key",)),
        LedgerRow(column="Flag", uses=("condition of activity.call.disposition",)),
        LedgerRow(
            column="Type",
            targets=("record.title", "activity.call.type_text"),
            conversion=('cut "^-+", case "upper"', "as it is"),
        ),
        LedgerRow(column="D", targets=("activity.call.disposition",), conversion=("as it is",)),
        LedgerRow(column="Badge", dropped="stays with the agency"),
    )
    assert set(mapping.columns) == {"Number", "Type", "D", "Flag"}


@pytest.mark.parametrize(("policy", "told"), [("ignore", []), ("warn", [False]), ("reject", [True])])
def test_an_unknown_column_is_told_once_per_delivery(policy: str, told: list[bool]) -> None:
    mapping = mapping_of(reads={"format": "delimited", "unknown_columns": policy}, drops={"Badge": "private"})
    problems = mapping.check_columns(["Number", "Badge", "Shoe size"])
    assert [p.fatal for p in problems] == told
    assert all((p.code, p.column) == ("unknown-column", "Shoe size") for p in problems)


def test_a_missing_column_is_fatal_where_the_record_cannot_do_without() -> None:
    mapping = mapping_of({"record.title": {"from": "Title", "required": "true"}, "record.narrative": "Narrative"})
    problems = mapping.check_columns(["Number", "Titel"])
    assert [(p.code, p.column, p.fatal) for p in problems if p.code == "missing-column"] == [
        ("missing-column", "Title", True),
        ("missing-column", "Narrative", False),
    ]
    assert "'Titel'" in problems[0].remedy
    assert [(p.code, p.column, p.fatal) for p in mapping.check_columns(["Title", "Narrative"])] == [
        ("missing-column", "Number", True)
    ]


def test_a_file_without_a_header_does_not_spread_its_first_row() -> None:
    problems = mapping_of().check_columns(["2030-1", "Placeholder, Pat", "02/29/1996"])
    assert [(p.code, p.fatal) for p in problems] == [("missing-column", True), ("unknown-column", True)]
    assert "Placeholder" not in repr(problems)
    assert "1996" not in repr(problems)


class TestRecognition:
    SHIPPED = load_mappings([MAPPINGS])

    def test_each_feed_is_known_by_its_own_columns(self) -> None:
        for name, mapping in self.SHIPPED.items():
            header = [*mapping.columns, *mapping.document.drops]
            assert recognize(self.SHIPPED, header) is self.SHIPPED[name]

    def test_a_strange_file_is_nobodys(self) -> None:
        assert recognize(self.SHIPPED, ["a", "b"]) is None
        assert recognize(self.SHIPPED, []) is None

    def test_a_file_that_two_mappings_know_alike_is_nobodys(self) -> None:
        twins = {"one": mapping_of(mapping="one"), "two": mapping_of(mapping="two")}
        assert recognize(twins, ["Number"]) is None

    def test_a_file_that_a_mapping_knows_in_small_part_is_nobodys(self) -> None:
        mappings = {"a-feed": mapping_of()}
        assert recognize(mappings, ["Number"]) is mappings["a-feed"]
        assert recognize(mappings, ["Number", "x", "y"]) is None


def test_a_later_folder_replaces_a_mapping_of_the_same_name(tmp_path: Path) -> None:
    write(tmp_path, document_data(version="9"))
    write(tmp_path, document_data(mapping="cisa-kev", version="7"), name="cisa-kev")
    mappings = load_mappings([MAPPINGS, tmp_path])
    assert (mappings["cisa-kev"].version, mappings["a-feed"].version, mappings["sar-form"].version) == ("7", "9", "1")
    with pytest.raises(MissingFile):
        load_mappings([tmp_path / "nowhere"])


class TestInlineTests:
    def test_a_wrong_expectation_says_what_was_found(self) -> None:
        mapping = mapping_of(
            tests=[
                {"name": "right", "given": {"Number": "7"}, "expect": {"activity.call.case_number": "7"}},
                {"name": "wrong", "given": {"Number": "7"}, "expect": {"activity.call.case_number": "8"}},
                {"name": "no refusal", "given": {"Number": "7"}, "reject": {"code": "missing"}},
                {"name": "other refusal", "given": {"Number": ""}, "reject": {"code": "bad-date"}},
                {"name": "no skip", "given": {"Number": "7"}, "skip": "pseudo-row"},
                {"name": "no warning", "given": {"Number": "7"}, "expect": {}, "warn": "check-failed"},
                {"name": "no column", "given": {"Nmber": "7"}, "expect": {}},
            ]
        )
        outcomes = run_tests(mapping)
        assert [outcome.passed for outcome in outcomes] == [True] + [False] * 6
        assert outcomes[1].faults == ("activity.call.case_number: expected '8', got '7'",)
        assert outcomes[6].faults == ("the mapping does not know the given column 'Nmber'",)

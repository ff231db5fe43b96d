"""What changes for a file when one version of a mapping takes the place of another."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cli_builders import call
from mapping_builders import IDS, SAMPLES, delivery, document_data, mapping_of, write

from gateway.authoring.compared import Change, What, compare, key_change, ledger_changes, meaning_change
from gateway.config import shipped
from gateway.errors import UnreadableDelivery

ROWS = "Number,Title,Received,Town\n1,Noise,07/04/2030,Riverbend\n2,Alarm,31/12/2030,Otherville\n3,Noise,07/05/2030,\n"
REPORTED = "activity.call.reported"
DATE = {"from": "Received", "date": "MM/DD/YYYY"}


def versions(old: dict[str, Any], new: dict[str, Any], **changes: Any) -> tuple[Any, Any]:
    return mapping_of(old), mapping_of(new, **changes)


def changes_of(old: Any, new: Any, content: str = ROWS) -> list[Change]:
    return list(compare(old, new, delivery(content.encode()), IDS))


def counts(changes: list[Change]) -> dict[What, int]:
    return dict(Counter(change.what for change in changes))


def test_the_same_version_changes_nothing() -> None:
    old, new = versions({REPORTED: DATE}, {REPORTED: DATE}, version="2", about="Only the words differ.")
    assert counts(changes_of(old, new)) == {What.SAME: 3}
    assert ledger_changes(old, new) == ()
    assert key_change(old, new) == ""


def test_a_changed_item_is_told_target_by_target() -> None:
    old, new = versions({"record.title": "Title"}, {"record.title": {"from": "Title", "case": "upper"}})
    first, *_ = changed = changes_of(old, new)
    assert counts(changed) == {What.CHANGED: 3}
    assert (first.line, first.key, first.facts) == (2, "1", (("record.title", "Noise", "NOISE"),))


def test_a_fact_that_comes_or_goes_has_an_empty_side() -> None:
    old, new = versions({"record.title": "Title"}, {"place.scene.city": "Town"})
    assert changes_of(old, new)[0].facts == (
        ("record.title", "Noise", ""),
        ("place.scene.city", "", "Riverbend"),
    )


def test_what_comes_in_and_what_is_kept_out() -> None:
    strict, lax = {REPORTED: DATE}, {"record.title": "Title"}
    into = changes_of(*versions(strict, lax))
    assert [change.what for change in into] == [What.CHANGED, What.NEWLY_ACCEPTED, What.CHANGED]
    assert into[1].facts == (("(outcome)", "rejected: bad-date Received", "a record"),)
    out = changes_of(*versions(lax, strict))
    assert [change.what for change in out] == [What.CHANGED, What.NEWLY_REJECTED, What.CHANGED]
    assert out[1].key == "2"


def test_rejected_for_another_reason_is_a_change_and_for_the_same_is_none() -> None:
    other = {REPORTED: DATE, "place.scene.latitude": {"from": "Title"}}
    assert [change.what for change in changes_of(*versions({REPORTED: DATE}, other))][1] is What.CHANGED
    assert changes_of(*versions({REPORTED: DATE}, {REPORTED: DATE}))[1].what is What.SAME


def test_skipped_items_are_told() -> None:
    rule = [{"column": "Town", "equals": "Riverbend", "reason": "elsewhere"}]
    old, new = versions({"place.scene.city": "Town"}, {"place.scene.city": "Town"}, skip=rule)
    assert counts(changes_of(old, new)) == {What.NEWLY_SKIPPED: 1, What.SAME: 2}
    assert counts(changes_of(new, old)) == {What.NEWLY_ACCEPTED: 1, What.SAME: 2}


def test_another_key_gives_every_record_another_id() -> None:
    old, new = versions({"record.title": "Title"}, {"record.title": "Title"}, key=["Number", "Title"])
    assert counts(changes_of(old, new)) == {What.ID_CHANGED: 3}
    assert key_change(old, new) == "Every record would be new: the key changes from [Number] to [Number, Title]."
    twin = mapping_of({"record.title": "Title"}, twin_of="b-feed")
    assert "twin_of" in key_change(old, twin)


def test_what_a_file_leaves_out_may_come_to_mean_something() -> None:
    old, new = versions({}, {}, delivery="full", missing="withdraw")
    assert meaning_change(old, old) == ""
    assert meaning_change(old, new) == (
        "What a file leaves out would mean something else: before, delivery: delta missing: keep; "
        "now, delivery: full missing: withdraw."
    )


def test_items_that_start_at_one_place_belong_together() -> None:
    """A version that takes the header for a row finds one item more, and the others are still side by side."""
    old = mapping_of({"record.title": "Title"})
    header = ["Number", "Title", "Received", "Beat"]
    new = mapping_of({"record.title": "Title"}, reads={"format": "delimited", "header": header})
    assert [(c.line, c.what) for c in changes_of(old, new)] == [
        (1, What.NEWLY_ACCEPTED),
        (2, What.SAME),
        (3, What.SAME),
        (4, What.SAME),
    ]


def test_items_on_one_line_are_told_apart() -> None:
    reads = {"format": "json"}
    old, new = mapping_of(reads=reads), mapping_of({"record.title": "Title"}, reads=reads)
    content = '[{"Number": "1"}, {"Number": "2", "Title": "x"}, {"Number": "3"}]'
    assert [(c.line, c.key, c.what) for c in changes_of(old, new, content)] == [
        (1, "1", What.SAME),
        (1, "2", What.CHANGED),
        (1, "3", What.SAME),
    ]


def test_the_ledgers_differences() -> None:
    codes = {"types": {"values": {"N": "Noise"}, "unmapped": "keep"}}
    other = {"types": {"values": {"N": "Noise!"}, "unmapped": "keep"}}
    coded = {"record.title": {"from": "Title", "code": "types"}}
    old = mapping_of({**coded, "place.scene.city": "Town"}, codes=codes, drops={"Badge": "private"})
    new = mapping_of({**coded, "place.scene.beat": "Beat"}, codes=other, drops={"Town": "not needed"})
    told = {change.column: change for change in ledger_changes(old, new)}
    assert {column: change.what for column, change in told.items()} == {
        "Title": "otherwise than before",
        "Beat": "newly carried",
        "Town": "newly dropped",
        "Badge": "no longer spoken of",
    }
    assert (told["Town"].old, told["Town"].new) == ("place.scene.city: as it is", "not needed")
    assert "(table " in told["Title"].old
    assert told["Title"].old != told["Title"].new


def test_a_file_of_another_feed_is_refused() -> None:
    with pytest.raises(UnreadableDelivery):
        changes_of(*versions({}, {}), content="A,B\n1,2\n")


class TestTheCommand:
    @pytest.fixture
    def files(self, tmp_path: Path) -> tuple[Path, Path, Path]:
        (tmp_path / "calls.csv").write_text(ROWS)
        old = write(tmp_path, document_data({"record.title": "Title"}), name="as-it-was")
        new = write(
            tmp_path, document_data({"record.title": {"from": "Title", "case": "upper"}}, drops={"Town": "not needed"})
        )
        return old, new, tmp_path / "calls.csv"

    def test_a_table_for_people_and_json_for_programs(self, files: tuple[Path, Path, Path]) -> None:
        shown = call("map", "diff", *files, "--limit", "1")
        assert shown.code == 1
        for word in ("changed", "newly dropped", "record.title", "NOISE", "and 2 more items"):
            assert word in shown.out
        facts = call("map", "diff", *files, "--json").json
        assert facts["counts"] == {
            "same": 0,
            "changed": 3,
            "id changed": 0,
            "newly rejected": 0,
            "newly accepted": 0,
            "newly skipped": 0,
        }
        assert facts["changes"][0]["facts"] == [{"target": "record.title", "old": "Noise", "new": "NOISE"}]
        assert [row["column"] for row in facts["ledger"]] == ["Title", "Town"]
        assert (facts["key"], facts["delivery"]) == ("", "")

    def test_nothing_is_0(self, files: tuple[Path, Path, Path]) -> None:
        result = call("map", "diff", files[0], files[0], files[2])
        assert (result.code, "Nothing changes" in result.out) == (0, True)

    def test_another_key_is_said_loudly(self, files: tuple[Path, Path, Path], tmp_path: Path) -> None:
        new = write(tmp_path, document_data({"record.title": "Title"}, key=["Number", "Title"]), name="new")
        result = call("map", "diff", files[0], new, files[2])
        assert result.code == 1
        assert result.out.startswith("ATTENTION. Every record would be new")

    def test_two_feeds_are_not_two_versions(self, files: tuple[Path, Path, Path]) -> None:
        result = call("map", "diff", files[0], shipped("mappings") / "cisa-kev.yaml", files[2])
        assert result.code == 2
        assert "two feeds" in result.err

    def test_a_wrong_call_is_2_and_an_unreadable_file_1(self, files: tuple[Path, Path, Path], tmp_path: Path) -> None:
        assert call("map", "diff", tmp_path / "none.yaml", *files[1:]).code == 2
        assert call("map", "diff", *files[:2], tmp_path / "none.csv").code == 2
        (tmp_path / "empty.csv").write_text("")
        assert call("map", "diff", *files[:2], tmp_path / "empty.csv").code == 1

    @pytest.mark.parametrize("name", ["nibrs-xml.xml", "nibrs-flat.txt", "chp-cad.xlsx", "sar-form.csv"])
    def test_a_shipped_mapping_does_not_differ_from_itself(self, name: str) -> None:
        mapping = shipped("mappings") / f"{name.partition('.')[0]}.yaml"
        assert call("map", "diff", mapping, mapping, SAMPLES / name).code == 0

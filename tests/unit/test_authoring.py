"""What a mapping author sees: a profile of an unknown file, a draft that runs, and what becomes of each cell."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from gateway.authoring.draft import draft_mapping
from gateway.authoring.profile import FileProfile, profile_of
from gateway.authoring.tried import try_mapping
from gateway.cli.application import application
from gateway.config import shipped
from gateway.errors import UnreadableDelivery
from gateway.mapping.catalog import load_mapping
from gateway.mapping.examples import run_tests
from gateway.model.content import Content
from gateway.model.identity import IdKey
from gateway.model.stages import Received

CALLS = """Call No,Received,Nature,Latitude,Longitude,Town,Prio
1,07/04/2030 22:15,NOISE,43.1,-88.2,Riverbend,3
2,07/04/2030 23:40,THEFT,43.1,-88.3,Riverbend,1
3,07/05/2030 08:00,NOISE,NULL,NULL,,3
4,07/05/2030 09:30,NOISE,43.2,-88.2,Riverbend,2
"""


def _received(content: bytes, feed: str) -> Received:
    return Received(
        receipt="try",
        feed=feed,
        file_name="calls.csv",
        sha256=hashlib.sha256(content).hexdigest(),
        received=datetime(2030, 7, 6, tzinfo=UTC),
        content=Content.of(content),
    )


def profile_text(content: bytes) -> FileProfile:
    return profile_of(_received(content, "profile"))


def test_a_profile_tells_keys_dates_empties_numbers_and_codes() -> None:
    profile = profile_text(CALLS.encode())
    columns = {column.name: column for column in profile.columns}
    assert (profile.reading.format, profile.reading.encodings, profile.reading.delimiter) == (
        "delimited",
        ("utf-8-sig",),
        ",",
    )
    assert (profile.rows, profile.odd_rows, profile.is_part) == (4, 0, False)
    assert columns["Call No"].is_key
    assert columns["Received"].date == "MM/DD/YYYY HH:mm"
    assert columns["Latitude"].empties == ("NULL",)
    assert (columns["Latitude"].filled, columns["Latitude"].empty, columns["Latitude"].numbers) == (3, 1, 3)
    assert columns["Nature"].codes == ("NOISE", "THEFT")
    assert columns["Town"].empty == 1


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert profile_text(CALLS.replace(",", delimiter).encode()).reading.delimiter == delimiter


def test_what_is_no_table_is_one_clear_error() -> None:
    for content in (b"", b"\n\n", b"\x81\x8d\x8f\x90\x9d"):
        with pytest.raises(UnreadableDelivery):
            profile_text(content)


def test_a_draft_runs_as_it_is_and_passes_its_own_test(tmp_path: Path) -> None:
    path = tmp_path / "our-calls.yaml"
    profile = profile_text(CALLS.encode())
    path.write_text(draft_mapping("our-calls", profile, agency="Our Police", timezone="America/Chicago"))
    mapping = load_mapping(path)
    assert all(outcome.passed for outcome in run_tests(mapping))
    tried = list(try_mapping(mapping, _received(CALLS.encode(), "our-calls"), IdKey(b"k" * 32)))
    assert [t.outcome for t in tried] == ["record"] * 4
    record = tried[0].record
    assert record is not None
    assert record.native_key == "1"
    assert str(record.activities[0].started) == "2030-07-05 03:15:00+00:00"
    assert str(record.places[0].latitude) == "43.1"
    assert record.handling.tlp == "red", "nobody has said yet who may see it"


_NAMES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
    unique=True,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=_NAMES, rows=st.lists(st.lists(st.text(max_size=8), min_size=6, max_size=6), max_size=6))
def test_any_table_gives_a_draft_that_loads(names: list[str], rows: list[list[str]], tmp_path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows(row[: len(names)] for row in rows)
    try:
        profile = profile_text(out.getvalue().encode("utf-8", "replace"))
    except UnreadableDelivery:
        return
    path = tmp_path / "any-table.yaml"
    path.write_text(draft_mapping("any-table", profile, agency="A", timezone="UTC"), encoding="utf-8")
    assert load_mapping(path).name == "any-table"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_profile_or_one_clear_error(content: bytes) -> None:
    try:
        profile = profile_text(content)
    except UnreadableDelivery:
        return
    assert isinstance(profile, FileProfile)
    assert profile.columns


def test_trying_a_mapping_shows_value_target_and_problem_side_by_side() -> None:
    mapping = load_mapping(shipped("mappings") / "seattle-pd-cad.yaml")
    content = (shipped("mappings") / "samples" / "seattle-pd-cad.csv").read_bytes()
    tried = {t.line: t for t in try_mapping(mapping, _received(content, mapping.feed), IdKey(b"k" * 32))}
    assert tried[6].outcome == "skipped"
    bad = next(cell for cell in tried[10].cells if cell.problem)
    assert (bad.column, bad.target) == ("Original Time Queued", "activity.call.reported")
    assert "[bad-date]" in bad.problem
    good = next(cell for cell in tried[2].cells if cell.target == "activity.call.reported")
    assert good.result.endswith("Z")
    assert good.value


def test_every_native_field_of_the_samples_is_in_what_is_shown() -> None:
    for path in sorted((shipped("mappings") / "samples").glob("*.csv")):
        mapping = load_mapping(shipped("mappings") / f"{path.stem}.yaml")
        for tried in try_mapping(mapping, _received(path.read_bytes(), mapping.feed), IdKey(b"k" * 32)):
            if tried.outcome in ("record", "rejected"):
                assert all(cell.target for cell in tried.cells)
                header = set(next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))))
                assert header <= {cell.column for cell in tried.cells}


def test_the_commands_profile_draft_and_try(tmp_path: Path) -> None:
    calls, draft = tmp_path / "calls.csv", tmp_path / "our-calls.yaml"
    calls.write_text(CALLS)
    run = CliRunner()
    made = run.invoke(application, ["map", "profile", str(calls), "--draft", str(draft), "--agency", "Our Police"])
    assert made.exit_code == 0, made.output
    assert "A draft is in" in made.output
    assert run.invoke(application, ["map", "check", str(draft)]).exit_code == 0
    seen = run.invoke(application, ["map", "profile", str(calls), "--json"])
    assert json.loads(seen.output)["items"] == 4
    tried = run.invoke(application, ["map", "try", str(draft), str(calls), "--row", "2", "--json"])
    assert [t["item"] for t in json.loads(tried.output)] == [2]

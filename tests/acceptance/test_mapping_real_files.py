"""Real exports, whole: every row accounted for, no column unmapped, times that a person checked."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mapping_builders import IDS, MAPPINGS, delivery

from gateway import adapters
from gateway.mapping import Mapped, Mapping, load_mappings, recognize
from gateway.model.problems import Problem
from gateway.model.record import Record, decode_record, encode_record
from gateway.model.stages import NativeRecord, Skipped, Unreadable

pytestmark = pytest.mark.acceptance
SHIPPED = load_mappings([MAPPINGS])


def all_of(path: Path, feed: str) -> tuple[Mapping, list[Record], list[Problem]]:
    mapping = SHIPPED[feed]
    received = delivery(path.read_bytes(), feed=feed, file_name=path.name)
    header = adapters.header(received, mapping.reading)
    assert recognize(SHIPPED, header) is mapping
    assert mapping.check_columns(header) == ()
    assert {row.column for row in mapping.ledger()} == set(header)
    results = []
    for item in adapters.read(received, mapping.reading):
        assert isinstance(item, NativeRecord), item
        results.append(mapping.map(item, received, IDS))
    assert all(isinstance(result, Mapped) for result in results)
    mapped = [result for result in results if isinstance(result, Mapped)]
    return mapping, [result.record for result in mapped], [w for result in mapped for w in result.warnings]


def test_the_police_departments_calls(shared_data: Path) -> None:
    path = shared_data / "inputs" / "police-cad-rms" / "seattle-pd-cad-calls.csv"
    _, records, warnings = all_of(path, "seattle-pd-cad")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(records) == len(rows) == 222
    assert len({record.id for record in records}) == 222
    assert warnings == []
    first = records[0].activities[0]
    assert first.reported == datetime(2023, 11, 5, 1, 8, 26, tzinfo=UTC)
    assert sum(record.activities[0].arrived is None for record in records) == 36
    for row, record in zip(rows, records, strict=True):
        place = record.places[0]
        assert (str(place.latitude), str(place.longitude)) == (row["Blurred_Latitude"], row["Blurred_Longitude"])
        assert record.activities[0].disposition == row["Event Clearance Description"]
        assert record.activities[0].status is not None
        assert decode_record(encode_record(record)) == record


def test_the_catalog_of_exploited_vulnerabilities(shared_data: Path) -> None:
    path = shared_data / "inputs" / "kev" / "known_exploited_vulnerabilities.csv"
    _, records, _ = all_of(path, "cisa-kev")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(records) == len(rows) == 1404
    flaws = [record.vulnerabilities[0] for record in records]
    assert sum(not flaw.weaknesses for flaw in flaws) == 152
    for row, flaw in zip(rows, flaws, strict=True):
        assert (flaw.cve, str(flaw.added), str(flaw.due)) == (row["cveID"], row["dateAdded"], row["dueDate"])
        assert ", ".join(flaw.weaknesses) == row["cwes"]
        assert row["knownRansomwareCampaignUse"].lower() == flaw.ransomware
        assert all(reference in row["notes"] for reference in flaw.references)


@pytest.mark.parametrize("folder", ["police-cad-rms", "ioc-csv", "kev", "lpr", "tips-open311", "fire/neris"])
def test_no_real_file_breaks_the_reader(shared_data: Path, folder: str) -> None:
    """Any file of the folder, whatever its format, ends in items or in one refusal, and loses no byte."""
    from gateway.adapters.delimited import walk
    from gateway.errors import UnreadableDelivery

    read = 0
    for path in sorted((shared_data / "inputs" / folder).glob("*")):
        content = path.read_bytes()[:2_000_000]
        try:
            walked = list(walk(delivery(content), SHIPPED["agency-indicators"].reading))
        except UnreadableDelivery:
            continue
        assert b"".join(item.raw for item in walked) == content, path.name
        read += 1
    assert read > 0


def test_an_address_cell_over_three_lines(shared_data: Path) -> None:
    """5,508 calls on 16,497 physical lines: splitting by lines fails, reading by rows does not."""
    content = (shared_data / "inputs" / "police-cad-rms" / "berkeley-pd-cfs-2017.csv").read_bytes()
    items = list(adapters.read(delivery(content), SHIPPED["seattle-pd-cad"].reading))
    assert sum(isinstance(item, NativeRecord) for item in items) == 5508
    assert not [item for item in items if isinstance(item, Unreadable | Skipped)]

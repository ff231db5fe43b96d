"""Real STIX of others: every object of every file is in an item, or is skipped or refused with its reason."""

import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from originals_builders import delivery, feed
from stix_builders import CENTER, signed_niem

from gateway import adapters
from gateway.mapping.compiled import Mapped, Rejected
from gateway.model.identity import IdKey
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Revoked, Skipped
from gateway.stix.check import ObjectChecker
from gateway.stix.feed import StixFeed
from gateway.stix.read import read
from gateway.stix.render import render

pytestmark = pytest.mark.acceptance

IDS = IdKey(b"a key for tests, not a secret one")
ATTACK_STATEMENT = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"


class Seen(NamedTuple):
    """What became of a file: its objects, those in items, those told otherwise, and the records or their problems."""

    objects: list[Any]
    inside: set[str]
    told: Counter[str]
    lines: set[int]
    records: list[Record]
    problems: Counter[str]


def seen(path: Path, chosen: StixFeed) -> Seen:
    content = path.read_bytes()
    document = orjson.loads(content)
    objects = document["objects"] if isinstance(document, dict) and "objects" in document else [document]
    found = Seen(objects, set(), Counter(), set(), [], Counter())
    received = delivery(content)
    for item in adapters.read(received, chosen.reading):
        found.lines.add(item.line)
        if not isinstance(item, NativeRecord):
            found.told[item.reason if isinstance(item, Skipped) else item.code] += 1
            continue
        found.inside.update(one["id"] for one in orjson.loads(item.raw))
        outcome = chosen.map(item, received, IDS)
        match outcome:
            case Mapped():
                found.records.append(outcome.record)
            case Rejected():
                found.problems[outcome.problems[0].code] += 1
            case Revoked():
                found.problems["revoked"] += 1
    return found


def accounted(found: Seen) -> list[int]:
    """The places of objects that are in no item and of which nothing was told."""
    return [
        position
        for position, one in enumerate(found.objects, start=1)
        if one.get("id") not in found.inside and position not in found.lines
    ]


@pytest.mark.parametrize(
    ("folder", "files", "objects", "told"),
    [
        ("cti-documentation", 11, 293, {"well-known-marking": 1}),
        # an id that ends in no UUID
        ("cti-stix2-json-schemas/examples", 8, 260, {"bad-stix": 1}),
        ("unit42", 8, 742, {"bad-stix": 1}),
        # the data of a TAXII server is no delivery: it has no type
        ("medallion/medallion/test/data", 2, 2, {"bad-stix": 2}),
        ("attack-flow", 3, 23, {"bad-stix": 1, "unused-definition": 2}),
        ("opencti-datasets/data", 3, 723, {}),
        ("stix2extensions/automodel_generated/examples", 19, 19, {"bad-stix": 5}),
        ("stix2extensions/automodel_generated/extension-definitions", 19, 19, {"unused-definition": 19}),
    ],
)
def test_every_object_of_every_file_is_accounted_for(
    folder: str, files: int, objects: int, told: dict[str, int], shared_data: Path
) -> None:
    chosen = feed()
    paths = sorted((shared_data / "stix" / folder).rglob("*.json"))
    found = [seen(path, chosen) for path in paths]
    assert [path.name for path, one in zip(paths, found, strict=True) if accounted(one)] == []
    assert (len(found), sum(len(one.objects) for one in found)) == (files, objects)
    assert sum((one.told for one in found), Counter()) == told


def test_the_records_of_the_official_examples_leave_and_come_back(shared_data: Path) -> None:
    checker, chosen = ObjectChecker(), feed()
    folders = ("cti-documentation", "cti-stix2-json-schemas/examples")
    paths = [path for folder in folders for path in sorted((shared_data / "stix" / folder).rglob("*.json"))]
    records = [record for path in paths for record in seen(path, chosen).records]
    assert len(records) == 39
    for record in records:
        niem = signed_niem(record)
        objects = render(niem, CENTER)
        checker.check(niem, objects)
        published = {orjson.dumps(one, option=orjson.OPT_SORT_KEYS).decode() for one in objects}
        unchanged = [one for one in record.originals if one.unchanged]
        assert all(one.content in published for one in unchanged)
        assert read(objects, record_id=record.id) == record


def test_playbooks_of_2_0_leave_as_copies(shared_data: Path) -> None:
    """Each refers to the marking TLP:WHITE of its own making, which is not in the file: held, unless accepted."""
    paths = sorted((shared_data / "stix" / "unit42").glob("*.json"))
    found = [seen(path, feed()) for path in paths]
    assert sum((one.problems for one in found), Counter()) == {"bad-marking": 14}
    nowhere = {ref for one in found for held in one.objects for ref in held.get("object_marking_refs", ())}
    accepted = feed(accepted_statements=sorted(nowhere))
    records = [record for path in paths for record in seen(path, accepted).records]
    assert len(records) == 24
    assert not any(one.unchanged for record in records for one in record.originals)
    checker = ObjectChecker()
    for record in records:
        niem = signed_niem(record)
        objects = render(niem, CENTER)
        checker.check(niem, objects)
        assert not {one.stix_id for one in record.originals} & {one["id"] for one in objects}
        assert read(objects, record_id=record.id) == record


def test_attack_is_held_until_its_statement_is_accepted(shared_data: Path) -> None:
    path = shared_data / "stix" / "attack" / "ics-attack-17.1.json"
    found = seen(path, feed())
    assert len(found.objects) == 1651
    assert accounted(found) == []
    assert found.told == {"bad-stix": 3}  # empty lists, which the standard forbids (2.10)
    assert found.problems == {"bad-marking": 277, "revoked": 2}
    assert found.records == []
    accepted = seen(path, feed(accepted_statements=[ATTACK_STATEMENT]))
    assert len(accepted.records) == 277
    assert accepted.problems == {"revoked": 2}


def test_attack_is_read_within_bounds_of_memory(shared_data: Path) -> None:
    content = (shared_data / "stix" / "attack" / "ics-attack-17.1.json").read_bytes()
    reading = feed().reading
    list(adapters.read(delivery(b"[]"), reading))
    tracemalloc.start()
    count = sum(1 for _ in adapters.read(delivery(content), reading))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 282
    assert peak < 30 * len(content)

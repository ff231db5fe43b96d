"""The bundled sample of STIX, object by object: what each becomes, as mappings/samples/README.md tells it."""

import pytest
from mapping_builders import IDS, MAPPINGS, SAMPLES, delivery

from gateway import adapters
from gateway.adapters.stix_feeds import load_stix_feeds, run_stix_tests
from gateway.errors import BadSetting
from gateway.mapping import load_mappings
from gateway.mapping.catalog import load_mapping, recognize
from gateway.mapping.compiled import Mapped, Rejected
from gateway.mapping.examples import TestOutcome
from gateway.model.stages import NativeRecord, Revoked, Skipped, Unreadable

FEEDS = load_stix_feeds([MAPPINGS], own=())
FILE = SAMPLES / "stix-exchange.json"


def fates() -> list[tuple[int, str, str]]:
    feed = FEEDS["stix-exchange"]
    received = delivery(FILE.read_bytes(), feed=feed.name, file_name=FILE.name)
    told = []
    for item in adapters.read(received, feed.reading):
        match feed.map(item, received, IDS) if isinstance(item, NativeRecord) else item:
            case Mapped():
                told.append((item.line, "published", ""))
            case Rejected(problems=problems):
                told.append((item.line, "quarantined", problems[0].code))
            case Unreadable(code=code):
                told.append((item.line, "quarantined", code))
            case Revoked():
                told.append((item.line, "skipped", "revoked"))
            case Skipped(reason=reason):
                told.append((item.line, "skipped", reason))
    return told


def test_every_object_has_the_fate_that_the_readme_tells() -> None:
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    section = text.split(f"## {FILE.name}\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    assert fates() == [(int(row[0]), row[1], row[2]) for row in rows[2:]]


@pytest.mark.parametrize("outcome", [pytest.param(o, id=o.name) for f in FEEDS.values() for o in run_stix_tests(f)])
def test_the_document_does_what_its_test_says(outcome: TestOutcome) -> None:
    assert outcome.faults == ()


def test_the_sample_is_known_as_its_own_feeds_and_no_other_reads_it() -> None:
    feeds = {**load_mappings([MAPPINGS]), **FEEDS}
    received = delivery(FILE.read_bytes(), feed="stix-exchange", file_name=FILE.name)
    assert recognize(feeds, adapters.header(received, FEEDS["stix-exchange"].reading)) is FEEDS["stix-exchange"]


def test_no_other_sample_is_taken_for_stix() -> None:
    reading = FEEDS["stix-exchange"].reading
    others = [path for path in SAMPLES.iterdir() if path.is_file() and path != FILE]
    assert len(others) > 20
    for path in others:
        assert adapters.header(delivery(path.read_bytes(), feed="x", file_name=path.name), reading) == (), path.name


def test_a_feed_of_stix_has_no_mapping_to_look_at() -> None:
    with pytest.raises(BadSetting, match="brings STIX"):
        load_mapping(MAPPINGS / "stix-exchange.yaml")

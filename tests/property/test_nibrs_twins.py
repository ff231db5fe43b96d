"""Law: an incident is one record, whichever of its two encodings brings it."""

import msgspec
import pytest
from mapping_builders import IDS, MAPPINGS, delivery
from nibrs_builders import Incident, flat, incidents, xml

from gateway import adapters
from gateway.mapping import Mapped, load_mappings
from gateway.model.record import Record
from gateway.model.stages import NativeRecord

SHIPPED = load_mappings([MAPPINGS])


def records(feed: str, content: bytes) -> list[Record]:
    mapping, received = SHIPPED[feed], delivery(content, feed=feed)
    assert not [p for p in mapping.check_columns(adapters.header(received, mapping.reading)) if p.fatal]
    found = []
    for item in adapters.read(received, mapping.reading):
        assert isinstance(item, NativeRecord), item
        result = mapping.map(item, received, IDS)
        assert isinstance(result, Mapped), result
        assert {warning.code for warning in result.warnings} <= {"nonexistent-time"}
        found.append(result.record)
    return found


def compare(many: list[Incident]) -> tuple[list[Record], list[Record]]:
    lines = "".join(map(flat, many)).encode()
    one, other = records("nibrs-flat", lines), records("nibrs-xml", xml(many).encode())
    return one, [msgspec.structs.replace(b, provenance=a.provenance) for a, b in zip(one, other, strict=True)]


def test_two_hundred_generated_incidents_are_the_same_records_in_both_encodings() -> None:
    many = incidents(20301122, 200)
    one, other = compare(many)
    assert len(one) == len({record.id for record in one}) == 200
    for incident, mine, theirs in zip(many, one, other, strict=True):
        assert mine == theirs, incident
    # the comparison has something to compare
    assert all(record.activities and record.organizations for record in one)
    assert sum(len(record.people) for record in one) > 400
    assert sum(len(record.items) for record in one) > 600
    assert sum(len(record.relations) for record in one) > 1500
    assert {len(record.handling.sensitivities) for record in one} == {0, 1, 2}


@pytest.mark.soak
def test_ten_thousand_generated_incidents_are_the_same_records_in_both_encodings() -> None:
    one, other = compare(incidents(7, 10_000))
    assert one == other


def test_a_fact_that_differs_is_seen() -> None:
    (incident,) = incidents(1, 1)
    changed = xml([incident]).replace(f">{incident.offenses[0][0]}<", ">90Z<", 1).encode()
    (mine,), (theirs,) = records("nibrs-flat", flat(incident).encode()), records("nibrs-xml", changed)
    assert msgspec.structs.replace(theirs, provenance=mine.provenance) != mine

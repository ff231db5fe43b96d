"""N-DEx IncidentArrest 2.1.1: every instance of the package ends in a record, or in a refusal that says why."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from mapping_builders import IDS, MAPPINGS, delivery
from niem_builders import CENTER, view_of
from stix_builders import signed_niem

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping import Mapped, load_mappings, recognize
from gateway.model.codes import ActivityCategory, ActivityStatus, Caveat, ItemCategory, ItemStatus, Sensitivity, Tlp
from gateway.model.record import Record, decode_record, encode_record
from gateway.model.relations import Role
from gateway.model.stages import NativeRecord, Skipped
from gateway.niem import render as niem
from gateway.niem.check import MessageChecker
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix import render as stix
from gateway.stix.check import ObjectChecker

pytestmark = pytest.mark.acceptance
SHIPPED = load_mappings([MAPPINGS])
MESSAGES = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
OBJECTS = ObjectChecker()
FOLDER = "niem/ndex-2.1.1/xml"
FEED = "ndex-lexs"

COUNTS = {
    # activities, people, organizations, places, vehicles, items, relations
    "all-fields": (5, 3, 3, 2, 1, 23, 45),
    "all-fields-lexs": (5, 3, 3, 2, 1, 23, 45),
    "burglary-incident-w-arrest-basic": (4, 6, 2, 3, 0, 0, 21),
    "burglary-incident-w-arrest-basic-lexs": (4, 6, 2, 3, 0, 0, 21),
    "burglary-incident-w-arrest-expanded": (6, 7, 6, 4, 0, 16, 59),
    "burglary-incident-w-arrest-expanded-lexs": (6, 7, 6, 4, 0, 16, 59),
    "groupB-arrest-DUI-lexs": (2, 2, 2, 0, 0, 0, 6),
    "missing-person-lexs": (2, 4, 2, 2, 1, 0, 12),
    "rape-with-sketch-incident": (2, 3, 2, 2, 0, 0, 8),
    "rape-with-sketch-incident-lexs": (2, 3, 2, 2, 0, 0, 8),
    "service-call": (1, 4, 2, 2, 0, 0, 7),
    "service-call-lexs": (1, 4, 2, 2, 0, 0, 7),
}
DELETIONS = ("N-DEx-and-NIBRS-delete", "N-DEx-and-NIBRS-delete-lexs", "N-DEx-delete", "N-DEx-delete-lexs")
PAYLOADS = (
    "N-DEx-and-NIBRS-delete-ndex",
    "all-fields-ndex",
    "burglary-incident-w-arrest-basic-ndex",
    "burglary-incident-w-arrest-expanded-ndex",
    "groupB-arrest-DUI-ndex",
    "missing-person-ndex",
    "rape-with-sketch-incident-ndex",
    "service-call-ndex",
)
"""Payloads without the message that names who and what: they have no number, no owner, no person and no day."""


def results(shared_data: Path, name: str) -> list[object]:
    path = shared_data / FOLDER / f"{name}.xml"
    mapping, received = SHIPPED[FEED], delivery(path.read_bytes(), feed=FEED, file_name=path.name)
    found: list[object] = []
    for item in adapters.read(received, mapping.reading):
        assert isinstance(item, NativeRecord), item
        found.append(mapping.map(item, received, IDS))
    return found


def record_of(shared_data: Path, name: str) -> Record:
    (result,) = results(shared_data, name)
    assert isinstance(result, Mapped), result
    return result.record


def test_no_instance_of_the_package_is_left_out(shared_data: Path) -> None:
    names = {path.stem for path in (shared_data / FOLDER).glob("*.xml")}
    assert names == {*COUNTS, *DELETIONS, *PAYLOADS}


@pytest.mark.parametrize("name", COUNTS)
def test_a_report_is_one_record_with_all_that_it_says_accounted_for(shared_data: Path, name: str) -> None:
    path = shared_data / FOLDER / f"{name}.xml"
    mapping, received = SHIPPED[FEED], delivery(path.read_bytes(), feed=FEED, file_name=path.name)
    header = adapters.header(received, mapping.reading)
    assert recognize(SHIPPED, header) is mapping
    assert [p for p in mapping.check_columns(header) if p.code != "missing-column" or p.fatal] == []
    assert {row.column for row in mapping.ledger()} >= set(header)
    record = record_of(shared_data, name)
    groups = ("activities", "people", "organizations", "places", "vehicles", "items", "relations")
    assert tuple(len(getattr(record, group)) for group in groups) == COUNTS[name]
    assert decode_record(encode_record(record)) == record
    assert (record.handling.tlp, record.handling.caveats) == (Tlp.AMBER, (Caveat.LES, Caveat.SBU))


@pytest.mark.parametrize("name", DELETIONS)
def test_a_deletion_is_a_message_and_no_record(shared_data: Path, name: str) -> None:
    (result,) = results(shared_data, name)
    assert isinstance(result, Skipped)
    assert result.reason == "deletion"


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_alone_is_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(UnreadableDelivery, match="another root than 'lexspd:doPublish'"):
        results(shared_data, name)


def test_no_social_security_number_comes_through(shared_data: Path) -> None:
    seen = 0
    for name in COUNTS:
        raw = (shared_data / FOLDER / f"{name}.xml").read_text(encoding="utf-8")
        pattern = r"<nc:PersonSSNIdentification\b.*?<nc:IdentificationID>\s*([0-9-]+)\s*</nc:IdentificationID>"
        numbers = re.findall(pattern, raw, re.DOTALL)
        seen += len(numbers)
        # one stands in an officer's narrative as well, which is the agency's own text
        people = msgspec.json.encode(record_of(shared_data, name).people).decode()
        assert [number for number in numbers if number in people] == []
    assert seen > 10


def test_that_somebody_informed_is_marked_and_who_did_is_left_out(shared_data: Path) -> None:
    """The person of the informant's association has other parts as well, and is left out all the same."""
    everything = record_of(shared_data, "all-fields")
    assert Sensitivity.INFORMANT in everything.handling.sensitivities
    assert len(everything.people) == 3
    raw = (shared_data / FOLDER / "all-fields-lexs.xml").read_text(encoding="utf-8")
    assert len(re.findall(r"<lexsdigest:EntityPerson[ >]", raw)) == 4
    assert Sensitivity.INFORMANT not in record_of(shared_data, "service-call").handling.sensitivities


def test_the_burglary_with_its_arrest(shared_data: Path) -> None:
    record = record_of(shared_data, "burglary-incident-w-arrest-expanded")
    assert Counter(one.category for one in record.activities) == {
        ActivityCategory.INCIDENT: 1,
        ActivityCategory.ARREST: 1,
        ActivityCategory.OFFENSE: 3,
        ActivityCategory.CALL_FOR_SERVICE: 1,
    }
    incident, arrest, burglary, *_, call = record.activities
    assert incident.case_number == "000000000003"
    assert incident.started == datetime(1997, 3, 12, 0, 1, tzinfo=UTC)
    assert incident.status is ActivityStatus.CLOSED
    assert arrest.started == datetime(1997, 3, 18, 5, tzinfo=UTC)  # a day without a time, in the feed's zone
    assert (burglary.type_text, burglary.code) == ("Burglary_forced entry_residence", "7399")
    assert burglary.disposition == "completed"
    assert call.type_text == "Burglary"
    roles = Counter(relation.role for relation in record.relations)
    assert roles[Role.SUBJECT] == 5  # of the incident, three offenses and the arrest
    assert (roles[Role.RESIDENT_AT], roles[Role.MEMBER_OF], roles[Role.OWNER]) == (3, 2, 9)
    (arrestee,) = {r.target for r in record.relations if r.role is Role.SUBJECT}
    person = next(one for one in record.people if one.ref == arrestee)
    assert (person.age_low_years, person.height_inches, person.weight_pounds) == (61, 70, 180)
    firearm = next(one for one in record.items if one.category is ItemCategory.FIREARM)
    assert (firearm.status, firearm.make, str(firearm.value_dollars)) == (ItemStatus.RECOVERED, "SII", "800")
    assert {place.state for place in record.places} == {"NM"}
    assert "NMNSP0000" in {one.ori for one in record.organizations}


@pytest.mark.parametrize("name", ["all-fields", "burglary-incident-w-arrest-expanded", "missing-person-lexs"])
@pytest.mark.parametrize("projection", list(PROJECTIONS))
def test_what_leaves_is_valid_in_both_standards(shared_data: Path, name: str, projection: str) -> None:
    view_id = "0f8fad5b-d9cb-469f-a165-70867728950e"
    shown = project(record_of(shared_data, name), PROJECTIONS[projection], view_id=view_id).record
    message = niem.render(view_of(shown), CENTER)
    assert [fault.sentence() for fault in MESSAGES.faults(message) if fault.severity == "error"] == []
    assert OBJECTS.faults(stix.render(signed_niem(shown), CENTER)) == ()


def test_the_digest_alone_says_the_same_but_for_the_codes(shared_data: Path) -> None:
    whole = record_of(shared_data, "burglary-incident-w-arrest-expanded")
    digest = record_of(shared_data, "burglary-incident-w-arrest-expanded-lexs")
    assert digest.id == whole.id
    assert digest.relations == whole.relations
    assert [p.surname for p in digest.people] == [p.surname for p in whole.people]
    assert {one.status for one in digest.activities} == {None}


def test_the_missing_person_is_an_incident_with_the_days_that_stand_with_the_person(shared_data: Path) -> None:
    record = record_of(shared_data, "missing-person-lexs")
    occurrence = record.activities[0]
    assert (occurrence.category, occurrence.type_text) == (ActivityCategory.INCIDENT, "Missing Person Occurrence")
    assert occurrence.started == datetime(2006, 11, 27, 5, tzinfo=UTC)
    assert occurrence.reported == datetime(2006, 12, 1, 5, tzinfo=UTC)
    (missing,) = [r.target for r in record.relations if r.role is Role.VICTIM]
    assert next(p for p in record.people if p.ref == missing).birth_date == date(1931, 12, 1)
    (vehicle,) = record.vehicles
    assert (vehicle.plate, vehicle.plate_state, vehicle.year) == ("LVNLRG1", "TX", 1951)


def test_the_service_call_says_who_called_and_who_came(shared_data: Path) -> None:
    record = record_of(shared_data, "service-call")
    (call,) = record.activities
    assert call.category is ActivityCategory.CALL_FOR_SERVICE
    assert call.type_text == "Missing Person"
    assert call.started == datetime(2006, 12, 1, 14, 31, tzinfo=UTC)
    roles = {relation.role for relation in record.relations}
    assert roles == {Role.REPORTER, Role.OFFICER, Role.OCCURRED_AT, Role.RESIDENT_AT, Role.MEMBER_OF}
    telephones = {person.telephone for person in record.people} - {None}
    assert telephones == {"3096841333", "3096842489"}

"""Calls, ambulance reports and fire runs as real systems write them: all accounted for, nobody named."""

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from mapping_builders import IDS, MAPPINGS, delivery

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping import Mapped, Rejected, load_mappings, recognize
from gateway.model.codes import Sensitivity
from gateway.model.particular_codes import MedicalSign, PatientAcuity
from gateway.model.problems import Problem
from gateway.model.record import Record, decode_record, encode_record
from gateway.model.stages import NativeRecord, Received

pytestmark = pytest.mark.acceptance
SHIPPED = load_mappings([MAPPINGS])
BERKELEY = "inputs/police-cad-rms/berkeley-pd-cfs-2017.csv"
NEMSIS = "{http://www.nemsis.org}"


def received_from(path: Path, feed: str) -> Received:
    return delivery(path.read_bytes(), feed=feed, file_name=path.name)


def told_of(received: Received) -> tuple[Problem, ...]:
    """What a delivery is told about its columns, once it was known by them."""
    mapping = SHIPPED[received.feed]
    header = adapters.header(received, mapping.reading)
    assert recognize(SHIPPED, header) is mapping
    return mapping.check_columns(header)


def results_of(received: Received) -> list[Mapped | Rejected]:
    """What became of every item; none is skipped or cannot be taken apart."""
    mapping = SHIPPED[received.feed]
    results = []
    for item in adapters.read(received, mapping.reading):
        assert isinstance(item, NativeRecord), item
        result = mapping.map(item, received, IDS)
        assert isinstance(result, Mapped | Rejected), result
        results.append(result)
    return results


def records_of(path: Path, feed: str) -> list[Record]:
    """The records of a file whose items all pass, without a warning, each as the store would give it back."""
    records = []
    for result in results_of(received_from(path, feed)):
        assert isinstance(result, Mapped), result
        assert result.warnings == ()
        assert decode_record(encode_record(result.record)) == result.record
        records.append(result.record)
    return records


class TestBerkeley:
    def test_every_call_is_a_record_and_says_what_its_row_says(self, shared_data: Path) -> None:
        """16,497 lines are 5,508 calls; day and time come from two columns, coordinates from an address cell."""
        path = shared_data / BERKELEY
        assert told_of(received_from(path, "berkeley-pd-cfs")) == ()
        records = records_of(path, "berkeley-pd-cfs")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(records) == len(rows) == len({record.id for record in records}) == 5508
        local = ZoneInfo("America/Los_Angeles")
        for row, record in zip(rows, records, strict=True):
            (call,), (place,) = record.activities, record.places
            day = datetime.strptime(row["EVENTDT"], "%m/%d/%Y 12:00:00 AM").date()  # noqa: DTZ007 - local, joined below
            time = datetime.strptime(row["EVENTTM"], "%H:%M").time()  # noqa: DTZ007
            assert call.started == datetime.combine(day, time, tzinfo=local).astimezone(UTC)
            assert (call.case_number, record.title, record.labels) == (
                row["CASENO"],
                row["OFFENSE"],
                (row["CVLEGEND"],),
            )
            assert (place.city, place.state) == ("Berkeley", "CA")
            if place.latitude is not None:
                assert re.search(rf"{place.latitude}, {place.longitude}\b", row["Block_Location"])

    def test_rows_without_coordinates_pass(self, shared_data: Path) -> None:
        """279 rows have none in parentheses; in eleven of them they stand where the street should."""
        places = [record.places[0] for record in records_of(shared_data / BERKELEY, "berkeley-pd-cfs")]
        assert sum(place.latitude is None for place in places) == 279 - 11
        assert all((place.latitude is None) == (place.longitude is None) for place in places)
        streets = [place.street for place in places]
        assert sum(street is None for street in streets) == 27 + 11 + 1, "27 empty, 11 coordinates, one unknown"
        assert not [street for street in streets if street and re.match(r"[0-9.]+, -", street)]

    def test_offenses_against_persons_and_children_are_marked(self, shared_data: Path) -> None:
        marks = Counter(r.handling.sensitivities for r in records_of(shared_data / BERKELEY, "berkeley-pd-cfs"))
        assert marks == {(): 4478, (Sensitivity.VICTIM,): 1002, (Sensitivity.JUVENILE,): 28}

    @pytest.mark.parametrize(
        ("right", "wrong", "code"),
        [
            (b"(37.876965, -122.260544)", b"(-122.260544, 37.876965)", "out-of-range"),
            (b"(37.876965, -122.260544)", b"(37.876965, -122", "bad-value"),
            (b"12:00:00 AM,06:00", b"06:00:00 AM,06:00", "bad-date"),
            (b"12:00:00 AM,06:00", b"12:00:00 AM,0600", "bad-date"),
        ],
    )
    def test_a_real_row_with_one_odd_cell_waits(self, shared_data: Path, right: bytes, wrong: bytes, code: str) -> None:
        content = (shared_data / BERKELEY).read_bytes()
        broken = content.replace(right, wrong, 1)
        assert broken != content
        results = results_of(delivery(broken, feed="berkeley-pd-cfs"))
        rejected = [result for result in results if isinstance(result, Rejected)]
        assert [{problem.code for problem in one.problems} for one in rejected] == [{code}]
        assert len(results) == 5508

    def test_every_stop_is_a_record_without_the_person_stopped(self, shared_data: Path) -> None:
        """6,000 stops; the letters about race, sex and age of whoever was stopped are in none of them."""
        path = shared_data / "inputs/police-cad-rms/berkeley-pd-stops-2015.csv"
        assert told_of(received_from(path, "berkeley-pd-stops")) == ()
        records = records_of(path, "berkeley-pd-stops")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(records) == len(rows) == len({record.id for record in records}) == 6000
        labels = Counter(label for record in records for label in record.labels)
        assert labels == {"arrest-report": 130, "field-card": 72, "vehicle-towed": 47, "incident-report": 38}
        assert sum(record.places[0].latitude is not None for record in records) == 174
        local = ZoneInfo("America/Los_Angeles")
        for row, record in zip(rows, records, strict=True):
            started = datetime.fromisoformat(row["Call Date/Time"]).replace(tzinfo=local)
            assert record.activities[0].started == started.astimezone(UTC)
            assert not re.search(r"\b[ABHOW][FM][1-4][A-Z]{2,3}\b", encode_record(record).decode())


class TestEmergencyCall:
    PATH = "inputs/police-cad-rms/nena-eido-call-transfer.json"

    def test_a_call_transfer_is_one_incident(self, shared_data: Path) -> None:
        told = told_of(received_from(shared_data / self.PATH, "nena-eido"))
        assert {problem.code for problem in told} == {"missing-column"}, "it has a call and no incident yet"
        assert not [problem for problem in told if problem.fatal]
        (record,) = records_of(shared_data / self.PATH, "nena-eido")
        incident, call = record.activities
        assert record.native_key == "urn:emergency:uid:incidentid:a56e556d871:bcf.state.pa.us"
        assert incident.reported == call.reported == datetime(2021, 4, 30, 18, 40, tzinfo=UTC)
        (route,) = record.places
        assert (route.ref, route.city, route.state) == ("route-1", "Wilmington", "DE")
        assert [relation.role.value for relation in record.relations] == ["reporter"]

    def test_nobody_is_named(self, shared_data: Path) -> None:
        """No caller, no call taker, no telephone, nothing of what the telephone company adds."""
        (record,) = records_of(shared_data / self.PATH, "nena-eido")
        assert record.people == ()
        stored = encode_record(record).decode()
        assert not re.search(r"819|tjones|[Tt]schofenig|alice|358|linnoitus", stored, re.IGNORECASE)


PASSING = {
    # labels are the signs that a count of overdoses or of violence needs
    "2025-EMS-1-Overdose_v351.xml": ("drug-use", "alcohol-use"),
    "2025-EMS-2-Suicide_v351.xml": ("self-harm", "self-harm-firearm"),
    # these two break rules about elements that are not read
    "2025-EMS-FailSchematron_v351.xml": (),
    "2025-EMS-FailXsd_v351.xml": (),
    "EMSDataset-ElementsRepeat-8.xml": ("transport",),
    "EMSDataset-Nils-4.xml": (),
    "EMSDataset-NoRepeat-4.xml": (),
    "EMSDataset-PNs-6.xml": (),
    "custom-Extend_eVitals.26_MapsToNemsisCode.xml": (),
    "schematron-EMSDataSet--Base.xml": (),
    "schematron-EMSDataSet-nemSch_e045_A.xml": (),
}
REFUSED = {
    "2025-STATE-1_v351.xml": "another root",
    "axial-car_accident.xml": "has elements, but none at",
    "schematron-EMSDataSet--Base.svrl.xml": "another root",
    "schematron-EMSDataSet-nemSch_e045_A.svrl.xml": "another root",
}


class TestAmbulance:
    def test_every_file_is_here(self, shared_data: Path) -> None:
        names = {path.name for path in (shared_data / "inputs/nemsis").glob("*.xml")}
        assert names == PASSING.keys() | REFUSED.keys()
        assert len(names) == 15

    @pytest.mark.parametrize("name", sorted(PASSING))
    def test_a_report_is_one_record(self, shared_data: Path, name: str) -> None:
        path = shared_data / "inputs/nemsis" / name
        told = told_of(received_from(path, "nemsis-ems"))
        # what the report leaves empty is told in one sentence; all that it does say is carried or dropped with a reason
        assert {(p.code, p.fatal) for p in told} <= {("missing-column", False)}
        assert len(told) <= 1
        (record,) = records_of(path, "nemsis-ems")
        assert record.labels == PASSING[name]
        assert record.handling.sensitivities == (Sensitivity.HEALTH,)
        assert record.activities[0].reported is not None
        assert record.title

    @pytest.mark.parametrize("name", sorted(REFUSED))
    def test_another_data_set_is_refused_once(self, shared_data: Path, name: str) -> None:
        received = received_from(shared_data / "inputs/nemsis" / name, "nemsis-ems")
        with pytest.raises(UnreadableDelivery, match=REFUSED[name]):
            adapters.header(received, SHIPPED["nemsis-ems"].reading)

    @pytest.mark.parametrize("name", sorted(PASSING))
    def test_the_patient_the_crew_and_the_story_are_not_in_the_record(self, shared_data: Path, name: str) -> None:
        path = shared_data / "inputs/nemsis" / name
        report = etree.parse(path).find(f".//{NEMSIS}PatientCareReport")
        (record,) = records_of(path, "nemsis-ems")
        assert record.people == ()
        assert all(place.street is place.postal_code is place.latitude is None for place in record.places)
        read = {e.text.strip() for s in ("eScene", "eTimes") for e in report.iterfind(f"{NEMSIS}{s}/*") if e.text}
        stored = encode_record(record).decode()
        for section in ("ePatient", "ePayment", "eCrew", "eNarrative", "eHistory", "eExam", "eOutcome"):
            for element in report.iterfind(f"{NEMSIS}{section}//*"):
                text = (element.text or "").strip()
                if len(text) >= 4 and text not in read:
                    assert text not in stored, element.tag

    def test_what_was_found_absent_is_no_sign(self, shared_data: Path) -> None:
        """A pertinent negative has its code and says that it does not apply; nil elements say why and hold nothing."""
        content = (shared_data / "inputs/nemsis/2025-EMS-1-Overdose_v351.xml").read_bytes()
        absent = content.replace(b"<eSituation.11>F19<", b'<eSituation.11 PN="8801031">F19<')
        approximate = content.replace(b"<eSituation.11>F19<", b'<eSituation.11 PN="8801029">F19<')
        labels = []
        for text in (absent, approximate):
            assert text != content
            (result,) = results_of(delivery(text, feed="nemsis-ems"))
            assert isinstance(result, Mapped)
            labels.append(result.record.labels)
        assert labels == [("alcohol-use",), ("drug-use", "alcohol-use")]

    def test_times_and_places(self, shared_data: Path) -> None:
        (record,) = records_of(shared_data / "inputs/nemsis/2025-EMS-2-Suicide_v351.xml", "nemsis-ems")
        (call,), (place,) = record.activities, record.places
        assert call.reported == datetime(2024, 10, 9, 10, 21, tzinfo=UTC)
        assert call.arrived == datetime(2024, 10, 9, 10, 36, 50, tzinfo=UTC)
        assert call.disposition == "Not transported"
        assert call.description == "Cause of injury (ICD-10-CM): T14.91, X74.9"
        assert (place.state, place.county, place.description) == ("CT", "FIPS 09001", "Private home")

    def test_what_the_crew_did_and_when(self, shared_data: Path) -> None:
        """Of the patient there is no more than a count, a color of triage and signs; ICD-10-CM codes stay behind."""
        (record,) = records_of(shared_data / "inputs/nemsis/2025-EMS-2-Suicide_v351.xml", "nemsis-ems")
        response = record.medical_response
        assert response is not None
        assert response.signs == (MedicalSign.SELF_HARM, MedicalSign.CARDIAC_ARREST)
        assert (response.acuity, response.patients, response.transported) == (PatientAcuity.CRITICAL, 1, False)
        assert response.en_route == datetime(2024, 10, 9, 10, 24, 39, tzinfo=UTC)
        assert response.at_patient == datetime(2024, 10, 9, 10, 37, 45, tzinfo=UTC)
        assert response.at_destination is response.naloxone_given is response.complaint is None
        assert response.impressions == ()

    def test_signs_that_nobody_found_are_none(self, shared_data: Path) -> None:
        """Every arrest section of the files says by its code or as nil whether the heart stopped."""
        (record,) = records_of(shared_data / "inputs/nemsis/2025-EMS-1-Overdose_v351.xml", "nemsis-ems")
        assert record.medical_response is not None
        assert record.medical_response.signs == ()
        (empty,) = records_of(shared_data / "inputs/nemsis/EMSDataset-Nils-4.xml", "nemsis-ems")
        assert empty.medical_response is None


class TestFire:
    def test_every_name_that_the_mapping_reads_or_drops_is_in_the_dictionary(self, shared_data: Path) -> None:
        """`unit_response` and `tactic_timestamps` are modules whose own fields are not among the dictionary's files."""
        core = names_in(shared_data, "core_mod_incident.csv")
        below = {
            "fire": names_in(shared_data, "mod_fire.csv"),
            "incident_location": names_in(shared_data, "map_location.csv"),
            "risk_reduction": names_in(shared_data, "mod_risk_reduction.csv"),
            "hazsit": names_in(shared_data, "mod_hazard.csv"),
            "rescue_ff": names_in(shared_data, "mod_rescue_ff.csv"),
            "rescue_nonff": names_in(shared_data, "mod_rescue_nonff.csv"),
        }
        mapping = SHIPPED["fire-neris"]
        spoken_of: dict[str, set[str]] = {}
        for column in (*mapping.columns, *mapping.document.drops):
            module, _, member = column.replace("[*]", "").partition(".")
            assert module in core, column
            assert not member or module in {"unit_response", "tactic_timestamps"} or member in below[module], column
            spoken_of.setdefault(module, set()).add(member)
        assert core == spoken_of.keys(), "each is carried, or dropped with a reason"
        assert below["fire"] == spoken_of["fire"]

    def test_the_table_of_types_is_the_real_one(self, shared_data: Path) -> None:
        with (shared_data / "inputs/fire/neris/type_incident.csv").open(encoding="utf-8-sig", newline="") as stream:
            real = {
                "||".join(value for value in (row["value_1"], row["value_2"], row["value_3"]) if value)
                for row in csv.DictReader(stream)
            }
        assert codes_in("neris-incident-types.csv") == real
        assert len(real) == 128
        categories = SHIPPED["fire-neris"].document.codes["categories"].values
        assert categories is not None
        assert {code.partition("||")[0] for code in real} == categories.keys()

    def test_the_older_systems_types_are_those_that_the_crosswalk_names(self, shared_data: Path) -> None:
        """The dictionary says which old types a new one stands for."""
        with (shared_data / "inputs/fire/neris/type_incident.csv").open(encoding="utf-8-sig", newline="") as stream:
            named = {code for row in csv.DictReader(stream) for code in re.findall(r"\d{3}", row["NFIRS Crosswalk"])}
        assert named - codes_in("nfirs-incident-types.csv") == set()


def names_in(shared_data: Path, file: str) -> set[str]:
    """The first column of one of the dictionary's files, without its head."""
    with (shared_data / "inputs/fire/neris" / file).open(encoding="utf-8-sig", newline="") as stream:
        return {row[0] for row in list(csv.reader(stream))[1:]}


def codes_in(file: str) -> set[str]:
    with (MAPPINGS / "codes" / file).open(encoding="utf-8", newline="") as stream:
        return {row["from"] for row in csv.DictReader(stream)}

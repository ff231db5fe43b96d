"""Real exports, whole: every row accounted for, no column unmapped, times that a person checked."""

import csv
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from mapping_builders import IDS, MAPPINGS, delivery

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping import Mapped, Mapping, Reading, Rejected, load_mappings, recognize
from gateway.mapping.layouts import FollowSpec, JsonSpec, XmlSpec
from gateway.model.problems import Problem
from gateway.model.record import Record, decode_record, encode_record
from gateway.model.relations import Role
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


def test_the_catalog_says_the_same_as_json(shared_data: Path) -> None:
    """Same id and same content for every entry, whichever of the two formats was delivered."""
    folder = shared_data / "inputs" / "kev"
    _, from_csv, _ = all_of(folder / "known_exploited_vulnerabilities.csv", "cisa-kev")
    _, from_json, _ = all_of(folder / "known_exploited_vulnerabilities.json", "cisa-kev-json")
    assert len(from_json) == 1404
    assert {r.id: r.content_digest() for r in from_json} == {r.id: r.content_digest() for r in from_csv}
    assert {record.provenance.feed for record in from_json} == {"cisa-kev-json"}


def test_every_text_of_an_emergency_call_has_an_address(shared_data: Path) -> None:
    """An EIDO call transfer: its references lead to the caller's place, its pretty-printed bytes are one item."""
    content = (shared_data / "inputs" / "police-cad-rms" / "nena-eido-call-transfer.json").read_bytes()
    places = "callComponent[*].locationReference[*]"
    how = Reading(
        format="json", json=JsonSpec(follow=FollowSpec()), columns=(f"{places}.locationTypeDescriptionRegistryText[*]",)
    )
    (item,) = adapters.read(delivery(content), how)
    assert isinstance(item, NativeRecord)
    assert item.raw == content.strip()
    assert item.fields["$id"].startswith("urn:emergency:uid:incidentid")
    assert "callComponent[0].locationReference[1].$id" in item.fields
    assert "callComponent[0].agentReference[0].$ref" in item.fields


def results_of(path: Path, feed: str) -> tuple[list[Problem], Counter[str]]:
    """What a delivery is told about its columns, and how often what became of its items."""
    mapping = SHIPPED[feed]
    received = delivery(path.read_bytes(), feed=feed, file_name=path.name)
    told = mapping.check_columns(adapters.header(received, mapping.reading))
    ends: Counter[str] = Counter()
    for item in adapters.read(received, mapping.reading):
        result = mapping.map(item, received, IDS) if isinstance(item, NativeRecord) else item
        match result:
            case Skipped():
                ends[result.reason] += 1
            case Unreadable():
                ends[result.code] += 1
            case Rejected():
                ends.update({problem.code for problem in result.problems})
                ends["rejected"] += 1
            case _:
                assert decode_record(encode_record(result.record)) == result.record
                ends["mapped"] += 1
    return list(told), ends


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Flatfile-XML_Test_1.txt", {"mapped": 1}),
        ("Flatfile-XML_Test_2.txt", {"mapped": 1}),
        # its arrest line says 110 columns and has 80: the incident waits, whole
        ("NIBRS_Test_Sample.txt", {"wrong-length": 1}),
        # five incidents have an age that is none; the FBI's own list of errors has them as well (404 and 556)
        (
            "Test-Submission-1.txt",
            {"mapped": 207, "group-b-arrest": 12, "blank-row": 7, "rejected": 5, "bad-value": 5},
        ),
        ("vt-state-20200420-head3000.txt", {"mapped": 435, "group-b-arrest": 260, "deletion": 227}),
    ],
)
def test_nibrs_flat_files(shared_data: Path, name: str, expected: dict[str, int]) -> None:
    told, ends = results_of(shared_data / "inputs" / "nibrs-flat" / name, "nibrs-flat")
    assert told == []
    assert ends == expected


def test_every_line_of_the_nibrs_flat_files_is_in_an_item(shared_data: Path) -> None:
    for path in sorted((shared_data / "inputs" / "nibrs-flat").glob("*.txt")):
        content = path.read_bytes()
        items = []
        try:
            for item in adapters.read(delivery(content), SHIPPED["nibrs-flat"].reading):
                items.append(item)  # noqa: PERF402 - what came before a refusal counts as well
        except UnreadableDelivery:
            assert path.name == "Test-EDS-1.txt", "a list of errors is no submission"
        assert b"".join(item.raw for item in items) == content


def test_the_nibrs_flat_file_and_its_xml_twin(shared_data: Path) -> None:
    """One record but for three facts that the two files themselves state differently."""
    (flat,) = records_of(shared_data / "inputs" / "nibrs-flat" / "Flatfile-XML_Test_1.txt", "nibrs-flat")
    (xml,) = records_of(shared_data / "inputs" / "nibrs-xml" / "Flatfile-XML_Test_1.xml", "nibrs-xml")
    assert flat.id == xml.id
    unlike = [
        (f"{mine.ref}.{field}", getattr(mine, field), getattr(theirs, field))
        for (_, mine), (_, theirs) in zip(flat.entities(), xml.entities(), strict=True)
        for field in mine.__struct_fields__
        if getattr(mine, field) != getattr(theirs, field)
    ]
    assert unlike == [
        ("incident.started", datetime(2019, 7, 13, 18, tzinfo=UTC), datetime(2019, 7, 13, 6, tzinfo=UTC)),
        ("offense-1.disposition", "completed", "attempted"),
        ("property-2.description", "Jewelry or precious metals", "Household goods"),
    ]
    assert (flat.relations, flat.handling, flat.kind) == (xml.relations, xml.handling, xml.kind)
    assert (len(flat.items), len(flat.people), len(flat.relations)) == (20, 2, 24)


def records_of(path: Path, feed: str) -> list[Record]:
    mapping, received = SHIPPED[feed], delivery(path.read_bytes(), feed=feed, file_name=path.name)
    results = [
        mapping.map(item, received, IDS)
        for item in adapters.read(received, mapping.reading)
        if isinstance(item, NativeRecord)
    ]
    return [result.record for result in results if isinstance(result, Mapped)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Flatfile-XML_Test_1", {"mapped": 1}),
        ("iepd2019.1-nibrs_AllFields_Sample", {"mapped": 1}),
        ("iepd2019.1-nibrs_GroupAIncident_Sample", {"mapped": 1}),
        ("iepd2019.1-nibrs_GroupBArrestDelete_Sample", {"group-b-arrest": 1}),
        ("iepd2019.1-nibrs_GroupBArrest_Sample", {"group-b-arrest": 1}),
        ("iepd2019.1-nibrs_IncidentDelete_Sample", {"deletion": 1}),
        ("iepd2019.1-nibrs_ZeroReport_Sample", {"zero-report": 1}),
    ],
)
def test_nibrs_xml_files(shared_data: Path, name: str, expected: dict[str, int]) -> None:
    told, ends = results_of(shared_data / "inputs" / "nibrs-xml" / f"{name}.xml", "nibrs-xml")
    assert not [problem for problem in told if problem.code != "missing-column" or problem.fatal]
    assert ends == expected


def test_an_official_sample_that_is_not_well_formed_needs_the_repair(shared_data: Path) -> None:
    """A comment stands before the XML declaration; the mapping has to say that it may."""
    path = shared_data / "inputs" / "nibrs-xml" / "iepd2019.1-nibrs_GroupAReplace_Sample.xml"
    mapping, received = SHIPPED["nibrs-xml"], delivery(path.read_bytes(), feed="nibrs-xml")
    with pytest.raises(UnreadableDelivery, match="line 18"):
        adapters.header(received, mapping.reading)
    assert mapping.reading.xml is not None
    repaired = msgspec.structs.replace(
        mapping.reading, xml=mapping.reading.xml.model_copy(update={"repair": ("leading-junk",)})
    )
    (item,) = adapters.read(received, repaired)
    assert isinstance(item, NativeRecord)
    whole = received.content.whole()
    assert item.line == 1 + whole[: whole.index(item.raw)].count(b"\n")


@pytest.mark.parametrize("folder", ["nibrs-xml", "nemsis", "niem-incident-xml", "cap", "tips-open311", "stix1", "geo"])
def test_no_real_xml_breaks_the_reader(shared_data: Path, folder: str) -> None:
    """Every file is read item by item, with all that it says accounted for, or refused once."""
    how = Reading(format="xml", xml=XmlSpec(items=("*/*",)))
    read = 0
    for path in sorted((shared_data / "inputs" / folder).rglob("*")):
        if not path.is_file():
            continue
        received = delivery(path.read_bytes())
        try:
            items = list(adapters.read(received, how))
        except UnreadableDelivery:
            continue
        read += 1
        assert all(item.raw in received.content.whole() for item in items), path.name
        assert adapters.header(received, how) or not items
    assert read > 0


def test_the_highway_patrols_workbook(shared_data: Path) -> None:
    """2,229 rows on four sheets are 2,121 calls; one row has no number and waits."""
    path = shared_data / "inputs" / "xlsx" / "ca-911-dui-san-francisco.xlsx"
    told, ends = results_of(path, "chp-cad")
    assert told == []
    assert ends == {"mapped": 2121, "blank-row": 3, "title-row": 1, "rejected": 1, "missing": 1}
    records = records_of(path, "chp-cad")
    assert len({record.id for record in records}) == 2121
    remarks = [record.activities[0].description for record in records if record.activities[0].description]
    assert len(remarks) >= 20
    first = next(record for record in records if record.native_key == "210802GG01736").activities[0]
    assert first.reported == datetime(2021, 8, 2, 22, 24, 39, tzinfo=UTC)


@pytest.mark.parametrize("name", ["~$DUI_911_SF.xlsx", "adams-county-sheriff-dataexports.xlsx"])
def test_a_lock_file_and_another_workbook_are_refused_once(shared_data: Path, name: str) -> None:
    received = delivery((shared_data / "inputs" / "xlsx" / name).read_bytes())
    with pytest.raises(UnreadableDelivery):
        adapters.header(received, SHIPPED["chp-cad"].reading)


def test_every_real_message_is_one_item_with_a_sender_a_date_and_a_text(shared_data: Path) -> None:
    paths = sorted((shared_data / "inputs" / "email").glob("*.eml"))
    ends: Counter[str] = Counter()
    for path in paths:
        told, its_ends = results_of(path, "tip-email")
        assert told == [], path.name
        assert sum(its_ends[end] for end in ("mapped", "rejected")) == 1, path.name
        ends += its_ends
    assert len(paths) == 21
    # seven lack a date, a text or a name of their own, or have a date that nobody can read
    assert (ends["mapped"], ends["rejected"]) == (14, 7)


def test_every_real_message_is_read_and_no_text_of_it_is_lost(shared_data: Path) -> None:
    """One message a file: its bytes are one item, and each text between two separators is in a cell of its own."""
    paths = sorted((shared_data / "inputs" / "hl7v2-fhir").rglob("*.hl7"))
    for path in paths:
        content = path.read_bytes()
        (item,) = adapters.read(delivery(content), Reading(format="hl7v2", encodings=("utf-8",)))
        assert isinstance(item, NativeRecord), path.name
        assert item.raw == content
        assert item.fields["MSH-9.1"] in ("ADT", "ORU")
        header, *segments = (line for line in re.split(r"[\r\n]+", content.decode()) if line)
        texts = re.split(r"[|^~&]", "|".join([header.split("|", 2)[2], *(line[4:] for line in segments)]))
        assert len([text for text in texts if text]) == len(item.fields), path.name
    assert len(paths) == 26


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nist_syndromic_hl7.hl7", {"mapped": 1}),
        # an admission whose facility has a name and no number: nothing to know it by
        ("wikipedia_sample_hl7.hl7", {"rejected": 1, "missing": 1}),
        ("reportstream-FLFHospital-SARSCOV2-20200317-0001.hl7", {"other-message": 1}),
        ("reportstream-ORU_deidentified.hl7", {"other-message": 1}),
        ("reportstream-sample_PR_20240624-0001.hl7", {"other-message": 1}),
    ],
)
def test_real_messages_for_surveillance(shared_data: Path, name: str, expected: dict[str, int]) -> None:
    _, ends = results_of(shared_data / "inputs" / "hl7v2-fhir" / name, "adt-syndromic")
    assert ends == expected


def test_the_official_example_of_a_visit(shared_data: Path) -> None:
    """A discharge of the national test method: all columns known, and what it says about the visit carried."""
    path = shared_data / "inputs" / "hl7v2-fhir" / "nist_syndromic_hl7.hl7"
    told, _ = results_of(path, "adt-syndromic")
    (record,) = records_of(path, "adt-syndromic")
    assert told == []
    (visit,) = record.activities
    assert record.native_key == "9879874000|NIST-SS-003.32"
    assert (visit.code, visit.reported) == ("A03", datetime(2012, 4, 2, 5, 30, tzinfo=UTC))
    said = record.health_event
    assert said is not None
    assert said.complaint == "Diarrhea, stomach pain, dehydration"
    assert said.diagnoses == ("0074 Cryptosporidiosis", "27651 Dehydration", "78791 Diarrhea")
    assert record.relations[0].role is Role.PATIENT
    (patient,) = record.people
    assert (patient.age_low_years, patient.age_high_years, patient.sex) == (45, 45, "F")
    assert (record.places[0].county, record.places[0].postal_code) == ("55089", "532")
    assert b"33333" not in encode_record(record)


def test_a_rap_sheet_is_no_hit(shared_data: Path) -> None:
    """Text of the same switches, without a code that starts an item: refused once, whatever lines it has."""
    content = (shared_data / "inputs" / "ncic-nlets-text" / "nlets-text-1.txt").read_bytes()
    with pytest.raises(UnreadableDelivery, match="no item"):
        adapters.header(delivery(content), SHIPPED["ncic-text"].reading)

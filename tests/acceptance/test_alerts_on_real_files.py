"""Alerts of real issuers (CAP 1.1 and 1.2, alone and in Atom): a record each, or a reason why not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from mapping_builders import IDS, MAPPINGS, delivery
from niem_builders import CENTER, view_of
from stix_builders import signed_niem

from gateway import adapters
from gateway.adapters.recognition import feed_of
from gateway.errors import UnreadableDelivery
from gateway.mapping import Mapped, Mapping, Rejected, load_mappings
from gateway.model.codes import Sensitivity, Tlp
from gateway.model.particulars import Alert
from gateway.model.record import Record, decode_record, encode_record
from gateway.model.stages import NativeRecord, Received
from gateway.niem import render as niem
from gateway.niem.check import MessageChecker
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix import render as stix
from gateway.stix.check import ObjectChecker

pytestmark = pytest.mark.acceptance
SHIPPED = load_mappings([MAPPINGS])
MESSAGES = MessageChecker(MAPPINGS.parent / "xsd")
OBJECTS = ObjectChecker()
VIEW_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"

ALERTS = {
    "google-43b080713727.cap": ("Alert", "Homeland Security Sets Code ORANGE", 1),
    "google-KAR0-0306112239-SW.cap": ("Alert", "AMBER ALERT", 1),
    "google-amber.atom": ("Alert", "Amber Alert in Washington D.C.", 1),
    "google-canada.cap": ("Update", "severe thunderstorm watch", 2),
    "google-canada_errors.cap": ("Update", "thunderstorm", 1),
    "google-canada_signed.cap": ("Update", "snowfall warning", 2),
    "google-earthquake-iso8859-1.cap": ("Alert", "EQ 4.6 Usulután, Usulután, El Salvador - PRELIMINARY REPORT", 1),
    "google-earthquake.cap": ("Alert", "EQ 6.3 Neiafu, Tonga - PRELIMINARY REPORT", 1),
    "google-earthquake_signed.cap": ("Alert", "EQ 1.3 The Geysers, CA - PRELIMINARY REPORT", 1),
    "google-no_optional_fields.cap": ("Alert", "Alert without words", 0),
    "google-weather.atom": ("Alert", None, 1),
    "google-weather.cap": ("Alert", None, 1),
    "obplayer-1example_CAPCP_No_Attachment.xml": ("Alert", "Sample Alert Message No Attachment", 1),
    "obplayer-NWS-IDP-PROD-3296165-2882593.xml": ("Alert", None, 1),
}
"""What each file's one alert is, its title (None: a long headline), and how many areas it has."""

REFUSED = {
    "google-invalid_element.atom": "has elements, but none at",
    "google-xee.cap": "document type declaration",
    "sahana-sambro-cap_alert.csv": "not well-formed",
    "sahana-sambro-cap_area.csv": "not well-formed",
    "sahana-sambro-cap_info.csv": "not well-formed",
}
QUARANTINED = {"google-invalid.cap": {"alert.scope", "handling.tlp"}}


@pytest.fixture
def cap() -> Mapping:
    return SHIPPED["cap-alert"]


def received_from(shared_data: Path, name: str) -> Received:
    path = shared_data / "inputs/cap" / name
    return delivery(path.read_bytes(), feed="cap-alert", file_name=name)


def results(received: Received, cap: Mapping) -> list[Mapped | Rejected]:
    found = []
    for item in adapters.read(received, cap.reading):
        assert isinstance(item, NativeRecord), item
        result = cap.map(item, received, IDS)
        assert isinstance(result, Mapped | Rejected), result
        found.append(result)
    return found


def record_of(shared_data: Path, name: str, cap: Mapping) -> Record:
    (result,) = results(received_from(shared_data, name), cap)
    assert isinstance(result, Mapped), result
    assert decode_record(encode_record(result.record)) == result.record
    return result.record


def alert_of(record: Record) -> Alert:
    assert record.alert is not None
    return record.alert


def test_every_file_is_here(shared_data: Path) -> None:
    names = {path.name for path in (shared_data / "inputs/cap").iterdir()}
    assert names == ALERTS.keys() | REFUSED.keys() | QUARANTINED.keys()
    assert len(names) == 20


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_an_alert_is_one_record_and_leaves_valid_in_both_standards(shared_data: Path, name: str, cap: Mapping) -> None:
    received = received_from(shared_data, name)
    told = cap.check_columns(adapters.header(received, cap.reading))
    # nothing that an alert says is passed over; what its issuer left out is told in one sentence
    assert {(problem.code, problem.fatal) for problem in told} <= {("missing-column", False)}
    assert feed_of(received, SHIPPED) is cap
    record = record_of(shared_data, name, cap)
    alert, (kind, title, areas) = alert_of(record), ALERTS[name]
    assert (alert.status, alert.message_type, alert.scope, len(record.places)) == ("Actual", kind, "Public", areas)
    assert record.title == title or (title is None and record.title == alert.headline)
    assert record.handling.tlp is Tlp.CLEAR
    assert all(place.description for place in record.places)
    for projection in PROJECTIONS.values():
        shown = project(record, projection, view_id=VIEW_ID).record
        faults = MESSAGES.faults(niem.render(view_of(shown), CENTER))
        assert [fault.sentence() for fault in faults if fault.severity == "error"] == []
        assert OBJECTS.faults(stix.render(signed_niem(shown), CENTER)) == ()


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_alert_is_refused_with_its_reason(shared_data: Path, name: str, cap: Mapping) -> None:
    with pytest.raises(UnreadableDelivery, match=REFUSED[name]):
        list(adapters.read(received_from(shared_data, name), cap.reading))


@pytest.mark.parametrize("name", sorted(QUARANTINED))
def test_an_alert_against_the_standard_waits_for_a_person(shared_data: Path, name: str, cap: Mapping) -> None:
    (result,) = results(received_from(shared_data, name), cap)
    assert isinstance(result, Rejected)
    assert {(problem.code, problem.target) for problem in result.problems} == {
        ("missing", target) for target in QUARANTINED[name]
    }


def test_of_two_languages_the_english_one_is_told(shared_data: Path, cap: Mapping) -> None:
    """Environment Canada says everything twice, with the same two areas each time."""
    record = record_of(shared_data, "google-canada.cap", cap)
    alert = alert_of(record)
    assert (alert.language, alert.event, alert.audience) == ("en-CA", "thunderstorm", "General Public")
    assert alert.effective == datetime(2012, 5, 2, 23, 20, tzinfo=UTC), "an offset of -00:00 is UTC"
    assert alert.references == (
        "cap@ec.gc.ca,2.49.0.1.124.a3f342a4.2012,2012-05-02T21:45:05-00:00",
        "cap@ec.gc.ca,2.49.0.1.124.60f31a3a.2012,2012-05-02T21:55:21-00:00",
    )
    assert len(alert_of(record_of(shared_data, "google-canada_signed.cap", cap)).references) == 9
    windsor = record.places[0]
    assert windsor.description == "Windsor - Leamington - Essex County"
    (polygon,) = windsor.polygons
    assert (polygon.split(" ")[0], len(polygon.split(" "))) == ("42.3481,-82.9314", 17)
    assert windsor.area_codes[:2] == ("CLC:041420", "CAP-CP:3537001")
    assert len(windsor.area_codes) == 10
    assert record.labels == ("SAME:SVA",)


def test_a_point_and_its_radius(shared_data: Path, cap: Mapping) -> None:
    (place,) = record_of(shared_data, "google-earthquake.cap", cap).places
    assert place.circles == ("-16.053,-173.274 0.0",)


def test_codes_of_three_systems(shared_data: Path, cap: Mapping) -> None:
    (mountains,) = record_of(shared_data, "google-weather.cap", cap).places
    assert mountains.area_codes == ("FIPS6:030049", "UGC:MTZ014")
    (lake,) = record_of(shared_data, "obplayer-NWS-IDP-PROD-3296165-2882593.xml", cap).places
    assert lake.area_codes == ("UGC:LEZ146", "UGC:LEZ145", "UGC:LEZ147", "SAME:096146", "SAME:096145", "SAME:096147")


@pytest.mark.parametrize("name", ["google-KAR0-0306112239-SW.cap", "google-amber.atom"])
def test_an_abducted_child_is_marked(shared_data: Path, name: str, cap: Mapping) -> None:
    record = record_of(shared_data, name, cap)
    assert record.handling.sensitivities == (Sensitivity.JUVENILE,)
    assert record.labels == ("SAME:CAE",)


@pytest.mark.parametrize("name", sorted(name for name in ALERTS if not name.endswith(".atom")))
def test_an_alert_inside_an_envelope_is_the_same_record(shared_data: Path, name: str, cap: Mapping) -> None:
    """EDXL-DE carries other standards; the alert that it brings is the one that would have come alone."""
    content = (shared_data / "inputs/cap" / name).read_bytes()
    encoding = "iso-8859-1" if b"ISO-8859-1" in content else "utf-8"
    body = content.decode(encoding).partition("?>")[2].partition("<alert")
    enveloped = (
        '<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><distributionID>1</distributionID>'
        f"<contentObject><xmlContent><embeddedXMLContent><alert{body[2]}"
        "</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>"
    )
    (inside,) = results(delivery(enveloped.encode(), feed="cap-alert", file_name=name), cap)
    alone = record_of(shared_data, name, cap)
    assert isinstance(inside, Mapped)
    assert inside.record.content_digest() == alone.content_digest()

"""A file that never came is an alarm: in `doctor`, and on the page that monitors read."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import SteppingClock
from typer.testing import CliRunner

from gateway import names
from gateway.checkup import KeySigns, State, findings, vital_signs
from gateway.cli.application import application
from gateway.errors import BadSetting
from gateway.mapping.expectations import read_expectation
from gateway.model.content import Content
from gateway.serving.app import create_app
from gateway.signing.inventory import KeyStanding
from gateway.signing.private_files import FileFault
from gateway.signing.providers import Provider
from gateway.signing.ring import KeyState
from gateway.store.vitals import StoreVitals
from gateway.wiring import Gateway, open_gateway, services_of

CHICAGO = ZoneInfo("America/Chicago")
DOCUMENT = """
mapping: nightly
version: 1
makes: incident
source: {agency: Lakeshore County Sheriff}
handling: {tlp: amber}
reads: {format: delimited, timezone: America/Chicago}
key: [No]
expect: daily by 05:00
fields:
  activity.call.category: {value: incident}
  activity.call.case_number: No
tests:
  - {name: any, given: {No: "1"}, expect: {activity.call.case_number: "1"}}
"""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("says", "now", "last", "before"),
    [
        # five in the morning in Chicago is ten or eleven o'clock UTC
        ("daily by 05:00", "2030-07-04T10:00:00", "2030-07-04T10:00:00", "2030-07-03T10:00:00"),
        ("daily by 05:00", "2030-07-04T09:59:59", "2030-07-03T10:00:00", "2030-07-02T10:00:00"),
        ("Daily  by 5:00", "2030-01-04T10:59:00", "2030-01-03T11:00:00", "2030-01-02T11:00:00"),
        # the night on which the clocks change has 23 or 25 hours
        ("daily by 05:00", "2030-03-10T12:00:00", "2030-03-10T10:00:00", "2030-03-09T11:00:00"),
        ("daily by 05:00", "2030-11-03T12:00:00", "2030-11-03T11:00:00", "2030-11-02T10:00:00"),
        # an hour that is shown twice, and one that never was
        ("daily by 01:30", "2030-11-03T07:00:00", "2030-11-03T06:30:00", "2030-11-02T06:30:00"),
        ("daily by 02:30", "2030-03-10T09:00:00", "2030-03-10T08:30:00", "2030-03-09T08:30:00"),
        ("hourly by :20", "2030-07-04T10:19:00", "2030-07-04T09:20:00", "2030-07-04T08:20:00"),
        ("weekly by monday 06:30", "2030-07-04T12:00:00", "2030-07-01T11:30:00", "2030-06-24T11:30:00"),
        ("monthly by 3 08:00", "2030-07-03T12:00:00", "2030-06-03T13:00:00", "2030-05-03T13:00:00"),
    ],
)
def test_deadlines_follow_the_clock_on_the_agencys_wall(says: str, now: str, last: str, before: str) -> None:
    assert read_expectation(says).deadlines(utc(now), CHICAGO) == (utc(last), utc(before))


@pytest.mark.parametrize(
    "says", ["", "daily", "daily by 25:00", "daily by 5", "weekly by 06:30", "monthly by 31 08:00"]
)
def test_what_is_no_expectation_is_refused_with_the_forms_that_are(says: str) -> None:
    with pytest.raises(ValueError, match="daily by 05:00"):
        read_expectation(says)


@pytest.fixture
def expecting(home: Path) -> Path:
    (home / "mappings" / "nightly.yaml").write_text(DOCUMENT, encoding="utf-8")
    return home


def store(**last: str) -> StoreVitals:
    return StoreVitals({feed: utc(text) for feed, text in last.items()}, 0, 0, {}, 0)


def late(gateway: Gateway, vitals: StoreVitals, now: str) -> bool:
    (timing,) = vital_signs(gateway.mappings, vitals, utc(now)).timings
    (finding, *_) = findings(vital_signs(gateway.mappings, vitals, utc(now)), KeySigns((), (), None), utc(now))
    assert (finding.state is State.ALARM) == timing.late
    assert finding.about == "feed nightly"
    return timing.late


def test_a_feed_is_late_when_nothing_came_since_the_deadline_before(expecting: Path, clock: SteppingClock) -> None:
    gateway = open_gateway(expecting, clock=clock)
    try:
        assert late(gateway, store(), "2030-07-04T12:00:00"), "nothing has ever come"
        assert not late(gateway, store(nightly="2030-07-04T09:00:00"), "2030-07-04T12:00:00")
        assert not late(gateway, store(nightly="2030-07-03T23:00:00"), "2030-07-04T12:00:00")
        assert late(gateway, store(nightly="2030-07-03T09:00:00"), "2030-07-04T12:00:00")
        assert not late(gateway, store(nightly="2030-07-03T09:00:00"), "2030-07-04T09:59:00"), "it is not five yet"
        assert not late(gateway, store(nightly="2030-07-04T11:30:00"), "2030-07-04T12:00:00"), "late, but there"
        assert late(gateway, store(other="2030-07-04T09:00:00"), "2030-07-04T12:00:00")
    finally:
        gateway.close()


def test_doctor_fails_until_the_file_is_there(expecting: Path) -> None:
    run = CliRunner().invoke(application, ["doctor", "--home", str(expecting)])
    assert run.exit_code == 1
    assert "feed nightly" in run.output
    assert "nothing has ever come" in run.output
    ingested = CliRunner().invoke(
        application, ["ingest", str(_file(expecting, "No\n1\n")), "--feed", "nightly", "--home", str(expecting)]
    )
    assert ingested.exit_code == 0, ingested.output
    run = CliRunner().invoke(application, ["doctor", "--home", str(expecting), "--json"])
    told = {one["about"]: one["state"] for one in json.loads(run.output)}
    assert told["feed nightly"] == "ok"
    assert run.exit_code == 0


def _file(home: Path, text: str) -> Path:
    path = home.parent / "nightly.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_could_not_be_read_is_no_delivery(expecting: Path, clock: SteppingClock) -> None:
    gateway = open_gateway(expecting, clock=clock)
    try:
        received = gateway.pipeline.receive(Content.of(b"\n\n"), feed="nightly", file_name="empty.csv")
        claim = gateway.stores.deliveries.claim(now_us=0, receipt=received.receipt)
        assert claim is not None
        gateway.pipeline.drive(claim)
        signs = gateway.vital_signs()
        assert signs.store.failed == 1
        assert signs.timings[0].late
    finally:
        gateway.close()


def test_certificates_and_the_quarantine_are_looked_at(gateway: Gateway) -> None:
    now = utc("2030-07-04T12:00:00")
    vitals = StoreVitals({}, 2, 1, {"a": 3}, 0)
    days = {"old": -1, "soon": 5, "fine": 60}
    keys = tuple(_key(name, now + timedelta(days=left)) for name, left in days.items())
    keys += (_key("past", now - timedelta(days=400), state=KeyState.RETIRED),)
    keys += (_key("open", now + timedelta(days=60), FileFault("open.key", "others may read it", "Run chmod")),)
    told = findings(
        vital_signs(gateway.mappings, vitals, now),
        KeySigns(keys, (Provider("signing in a token", "no answer", "not determined", is_reached=False),), None),
        now,
    )
    assert [(one.about, one.state) for one in told] == [
        ("deliveries", State.NOTE),
        ("deliveries", State.NOTE),
        ("quarantine", State.NOTE),
        ("key old", State.ALARM),
        ("key soon", State.ALARM),
        ("key fine", State.OK),
        ("key past", State.OK),
        ("key open", State.OK),
        ("key open", State.ALARM),
        ("revocation list", State.NOTE),
        ("signing in a token", State.ALARM),
    ]
    assert all(one.remedy for one in told if one.state is not State.OK)


def _key(name: str, ends: datetime, *faults: FileFault, state: KeyState = KeyState.SIGNING) -> KeyStanding:
    return KeyStanding("sign", name, "0" * 32, "ecdsa-p256-2026", state, ends, faults)


@pytest.mark.parametrize(("ends_in", "state"), [(60, State.OK), (10, State.NOTE), (-1, State.ALARM)])
def test_the_age_of_the_revocation_list_is_looked_at(gateway: Gateway, ends_in: int, state: State) -> None:
    now = utc("2030-07-04T12:00:00")
    dates = now - timedelta(days=30), now + timedelta(days=ends_in)
    told = findings(gateway.vital_signs(), KeySigns((), (), dates), now)
    (finding,) = [one for one in told if one.about == "revocation list"]
    assert finding.state is state
    assert "issued 30 days ago" in finding.says


def test_doctor_says_what_signs_and_never_that_it_complies(home: Path) -> None:
    run = CliRunner().invoke(application, ["doctor", "--home", str(home), "--json"])
    told = {one["about"]: one["says"] for one in json.loads(run.output)}
    assert "cryptography with its own OpenSSL" in told["signing with keys in files"]
    assert told["TLS"].startswith("Python's ssl with OpenSSL")
    assert all("in FIPS mode: " in told[about] for about in ("signing with keys in files", "TLS"))
    assert "complian" not in run.output
    assert "validated" not in run.output


class TestMetrics:
    def test_a_late_feed_is_counted(self, expecting: Path, clock: SteppingClock) -> None:
        gateway = open_gateway(expecting, clock=clock)
        try:
            http = create_app(services_of(gateway)).test_client()
            token = (expecting / "secrets" / names.METRICS_KEY_FILE).read_text(encoding="ascii").strip()
            answer = http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
            assert 'gateway_feed_late{feed="nightly"} 1.0' in answer.get_data(as_text=True)
            assert "gateway_deliveries_waiting 0.0" in answer.get_data(as_text=True)
        finally:
            gateway.close()

    @pytest.mark.parametrize("header", [None, "Bearer ", "Bearer 00", "Basic abc", "Bearer \u00e9"])
    def test_nobody_else_reads_it(self, gateway: Gateway, header: str | None) -> None:
        http = create_app(services_of(gateway)).test_client()
        headers = {"Authorization": header} if header is not None else {}
        answer = http.get("/metrics", headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "gateway_" not in answer.get_data(as_text=True)

    def test_a_partners_credential_does_not_open_it(self, gateway: Gateway) -> None:
        _, secret = gateway.stores.credentials.issue("valley-fusion-center", now_us=0)
        http = create_app(services_of(gateway)).test_client()
        assert http.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code == 401

    def test_the_token_is_the_homes_own_secret(self, home: Path) -> None:
        assert stat.S_IMODE((home / "secrets" / names.METRICS_KEY_FILE).stat().st_mode) == 0o600


def test_a_gateway_does_not_start_with_a_mapping_whose_test_fails(expecting: Path) -> None:
    path = expecting / "mappings" / "nightly.yaml"
    path.write_text(DOCUMENT.replace('activity.call.case_number: "1"}', 'activity.call.case_number: "2"}'))
    with pytest.raises(BadSetting, match="the test 'any' of the mapping fails"):
        open_gateway(expecting)

"""Release by hand: the decision, the bytes and the log of a pull; neither a reason nor an operator widens it."""

import base64
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import orjson
import pytest
from cli_builders import call
from conftest import SteppingClock
from exchange import approve_everything, partner_client
from stix2validator import ValidationOptions, validate_instance
from taxii_builders import drive, sample
from test_whole_deliveries import Feed
from test_whole_deliveries import call as row

from gateway import names
from gateway.errors import BadSetting, NotHeld, NotPermitted, UntrustedSignature
from gateway.model.kinds import Kind
from gateway.signing.claim import Content
from gateway.signing.json_signature import verify_detached
from gateway.stewardship.handed_folder import hand_over
from gateway.stewardship.release import Released
from gateway.stix.schemas import write_schemas
from gateway.store import tables
from gateway.store.engine import reading
from gateway.verification import verify_document
from gateway.wiring import Gateway, open_gateway

REASON = "Phone request of the duty desk, case 17"
VALLEY, HARBOR = "valley-fusion-center", "harbor-power"


@pytest.fixture
def incident(gateway: Gateway) -> str:
    """A published incident."""
    drive(gateway, sample("seattle-pd-cad"), "seattle-pd-cad")
    return _first(gateway, Kind.INCIDENT)


def _first(gateway: Gateway, kind: Kind) -> str:
    return next(h.record.id for h in gateway.stores.records.latest(state="released") if h.record.kind is kind)


def release(gateway: Gateway, record: str, to: str = VALLEY, **changes: Any) -> Released:
    facts: dict[str, Any] = {"reason": REASON, "operator": "analyst-two", "key": None} | changes
    facts["key"] = facts["key"] or gateway.operator_key("analyst-two")
    return gateway.release_desk.release(record, to=to, **facts)


def _log(gateway: Gateway) -> list[Any]:
    with reading(gateway.stores.engine) as connection:
        return list(connection.execute(tables.disseminations.select().order_by(tables.disseminations.c.seq)))


def _bundle(released: Released) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(released.files[f"{released.record_id}.stix.json"])
    return document


# What is given --------------------------------------------------------------------------------------------------------


def test_the_objects_are_those_of_a_pull_byte_for_byte(gateway: Gateway, incident: str) -> None:
    client = partner_client(gateway, VALLEY)
    (path,) = (f"/exchange/collections/{one['id']}/objects/" for one in client.collections())
    served = client.get(path, limit="1000").get_data()
    released = release(gateway, incident)
    assert released.objects == len(_bundle(released)["objects"]) > 5
    for one in released.given[0].view.objects:
        assert one.body in served
        assert one.body in released.files[f"{incident}.stix.json"]


def test_both_files_hold_by_the_rules_of_verify(gateway: Gateway, incident: str) -> None:
    for name, content in release(gateway, incident).files.items():
        evidence = verify_document(content, gateway.trust, at=gateway.clock(), name=name)
        assert evidence.key_ids == (gateway.signing_key.kid,)


def test_the_niem_document_is_the_one_that_was_published(gateway: Gateway, incident: str) -> None:
    (view,) = (v for v in gateway.stores.records.views(incident, 1) if v.key == "full@1+niem")
    assert release(gateway, incident).files[f"{incident}.niem.xml"] == view.niem


def test_where_the_agreement_delivers_no_niem_none_is_given(gateway: Gateway) -> None:
    drive(gateway, sample("sar-form"), "sar-form")
    approve_everything(gateway)
    for held in gateway.stores.records.latest(state="released"):
        try:
            files = release(gateway, held.record.id, HARBOR).files
        except NotPermitted:
            continue
        assert list(files) == [f"{held.record.id}.stix.json"]
        return
    raise AssertionError("no report reaches this partner")


def test_oasis_validator_finds_no_fault_when_strict(gateway: Gateway, incident: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    options = {"strict": True, "enforce_refs": True, "strict_properties": True, "schema_dir": str(tmp_path)}
    results = validate_instance(
        _bundle(release(gateway, incident)), ValidationOptions(version="2.1", silent=True, **options)
    )
    assert [str(error) for error in results.errors] == []


def test_what_both_agreements_give_is_given_once(gateway: Gateway, incident: str) -> None:
    source = gateway.home / "agreements" / "valley-incidents.yaml"
    twin = source.read_text(encoding="utf-8").replace("agreement: valley-incidents\n", "agreement: valley-twin\n")
    twin = twin.replace("niem: artifact", "niem: none")
    (gateway.home / "agreements" / "valley-twin.yaml").write_text(twin, encoding="utf-8")
    drive(gateway, sample("chp-cad"), "chp-cad")
    record = gateway.stores.records.latest(state="released")[-1].record.id
    both = release(gateway, record)
    assert {one.agreement.agreement for one in both.given} == {"valley-incidents", "valley-twin"}
    ids = [(one["id"], one.get("modified")) for one in _bundle(both)["objects"]]
    assert len(ids) == len(set(ids))
    verify_document(both.files[f"{record}.stix.json"], gateway.trust, at=gateway.clock())
    one = release(gateway, record, agreement="valley-twin")
    assert list(one.files) == [f"{record}.stix.json"]
    assert one.objects < both.objects


# What is refused ------------------------------------------------------------------------------------------------------


def test_what_a_pull_would_not_give_is_refused_with_the_clause_whatever_the_reason(
    gateway: Gateway, incident: str
) -> None:
    with pytest.raises(NotPermitted, match=r"agreement\.kinds"):
        release(gateway, incident, HARBOR, reason="Order of the director")
    assert _log(gateway) == []


@pytest.mark.parametrize(
    ("folder", "name", "clause"),
    [("partners", VALLEY, "partner.standing"), ("agreements", "valley-incidents", "agreement.standing")],
)
def test_who_was_suspended_a_moment_ago_receives_nothing(
    gateway: Gateway, incident: str, folder: str, name: str, clause: str
) -> None:
    path = gateway.home / folder / f"{name}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "standing: suspended\n", encoding="utf-8")
    with pytest.raises(NotPermitted, match=clause):
        release(gateway, incident)
    assert _log(gateway) == []


def test_an_agreement_that_has_ended_gives_nothing(gateway: Gateway, incident: str, clock: SteppingClock) -> None:
    clock.now = clock.now.replace(year=clock.now.year + 20)
    with pytest.raises(NotPermitted, match=r"agreement\.term"):
        release(gateway, incident)


def test_what_waits_for_review_is_not_given(gateway: Gateway) -> None:
    drive(gateway, sample("sar-form"), "sar-form")
    with pytest.raises(NotPermitted, match=r"law\.review"):
        release(gateway, gateway.review_desk.waiting()[0].record.id)


def test_a_refusal_says_nothing_of_the_record(gateway: Gateway, incident: str) -> None:
    title = gateway.stores.records.get(incident).record.title
    with pytest.raises(NotPermitted) as raised:
        release(gateway, incident, HARBOR)
    assert title not in str(raised.value)


def test_an_unknown_partner_agreement_or_record_is_said(gateway: Gateway, incident: str) -> None:
    with pytest.raises(BadSetting, match="no partner 'nobody'"):
        release(gateway, incident, "nobody")
    with pytest.raises(BadSetting, match="valley-incidents"):
        release(gateway, incident, agreement="federal-cyber")
    with pytest.raises(NotHeld):
        release(gateway, "record--00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("reason", ["", "   ", "two\nlines", "x" * 501, "a\x1b[31mcolor"])
def test_a_release_needs_a_reason_on_one_line(gateway: Gateway, incident: str, reason: str) -> None:
    with pytest.raises(BadSetting, match="reason"):
        release(gateway, incident, reason=reason)
    assert _log(gateway) == []


@pytest.mark.parametrize("operator", ["nobody", "", "analyst-two\n"])
def test_who_is_no_operator_releases_nothing(gateway: Gateway, incident: str, operator: str) -> None:
    with pytest.raises(NotPermitted, match="no active reviewer"):
        release(gateway, incident, operator=operator)


@pytest.mark.parametrize(
    ("old", "new"), [("[reviewer, privacy-officer]", "[administrator]"), ("roles:", "standing: suspended\nroles:")]
)
def test_an_operator_out_of_role_or_standing_releases_nothing(
    gateway: Gateway, incident: str, old: str, new: str
) -> None:
    path = gateway.home / "operators" / "analyst-two.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(NotPermitted, match="no active reviewer"):
        release(gateway, incident)


def test_the_key_of_somebody_else_is_refused_and_nothing_is_logged(gateway: Gateway, incident: str) -> None:
    for key in (gateway.operator_key("analyst-one"), gateway.signing_key):
        with pytest.raises((NotPermitted, UntrustedSignature)):
            release(gateway, incident, key=key)
    assert _log(gateway) == []


# The log --------------------------------------------------------------------------------------------------------------


def test_a_release_stands_in_the_log_with_who_why_and_what(gateway: Gateway, incident: str) -> None:
    released = release(gateway, incident)
    (row,) = _log(gateway)
    assert (row.channel, row.partner, row.record_id, row.number) == ("release", VALLEY, incident, 1)
    assert (row.reason, row.operator, row.credential) == (REASON, "analyst-two", "")
    assert (row.agreement, row.agreement_version) == ("valley-incidents", "1")
    assert row.purpose == "prevention and investigation of crime"
    assert row.objects == released.objects
    said = json.loads(row.statement)
    assert said["files"] == {name: hashlib.sha256(body).hexdigest() for name, body in released.files.items()}
    assert (said["record"], said["partner"], said["reason"]) == (incident, VALLEY, REASON)


def test_the_statement_is_signed_by_the_operator_for_this_purpose_alone(gateway: Gateway, incident: str) -> None:
    release(gateway, incident)
    (row,) = _log(gateway)
    signer = verify_detached(row.jws, row.statement.encode(), gateway.trust, Content.RELEASE, at=gateway.clock())
    assert "analyst-two" in signer.subject
    for content in (Content.REVIEW, Content.STIX_RECORD):
        with pytest.raises(UntrustedSignature, match="another purpose"):
            verify_detached(row.jws, row.statement.encode(), gateway.trust, content, at=gateway.clock())
    altered = row.statement.replace("case 17", "case 18")
    with pytest.raises(UntrustedSignature, match="does not hold"):
        verify_detached(row.jws, altered.encode(), gateway.trust, Content.RELEASE, at=gateway.clock())


def test_who_received_a_record_tells_of_pulls_and_releases(gateway: Gateway, incident: str) -> None:
    release(gateway, incident)
    partner_client(gateway, VALLEY).objects()
    given = gateway.stores.disseminations.recipients_of(incident)
    assert [(one.channel, one.reason) for one in given] == [("release", REASON), ("pull", "")]
    shown = call("record", "show", incident, "--received-by", home=gateway.home).json
    assert [one["reason"] for one in shown] == [REASON, ""]


def test_a_release_is_no_word_on_the_records_beside_it(gateway: Gateway, incident: str) -> None:
    """A pull's row covers a range of places; a release's names its record."""
    release(gateway, incident)
    others = [h.record.id for h in gateway.stores.records.latest(state="released") if h.record.id != incident]
    assert others
    assert all(gateway.stores.disseminations.recipients_of(other) == () for other in others)


def test_the_journal_has_a_line_without_the_reason(gateway: Gateway, incident: str) -> None:
    release(gateway, incident)
    with reading(gateway.stores.engine) as connection:
        lines = [line for line in connection.execute(tables.journal.select()) if line.event == "record.handed-over"]
    (line,) = lines
    facts = orjson.loads(line.body)
    assert (facts["record"], facts["partner"], facts["operator"]) == (incident, VALLEY, "analyst-two")
    assert b"duty desk" not in line.body


# Withdrawn records ----------------------------------------------------------------------------------------------------


def test_of_a_withdrawn_record_the_revocation_is_given(home: Path, clock: SteppingClock) -> None:
    nightly = Feed(home, clock)
    try:
        nightly.deliver(*(row(number) for number in range(1, 9)))
        nightly.deliver(*(row(number) for number in range(1, 8)))
        gateway = nightly.gateway
        (gone,) = (h for h in gateway.stores.records.latest() if h.state == "withdrawn")
        released = release(gateway, gone.record.id)
        assert released.is_revocation
        assert list(released.files) == [f"{gone.record.id}.stix.json"], "nothing is said of it in NIEM any more"
        container = _bundle(released)["objects"][-1]
        assert (container["type"], container["revoked"]) == ("report", True)
        verify_document(released.files[f"{gone.record.id}.stix.json"], gateway.trust, at=gateway.clock())
    finally:
        nightly.gateway.close()


# The folder and the command -------------------------------------------------------------------------------------------


@pytest.fixture
def published(home: Path) -> tuple[Path, str]:
    """A home on the wall's clock, as the command sees it, and an incident that it has published."""
    gateway = open_gateway(home)
    drive(gateway, sample("seattle-pd-cad"), "seattle-pd-cad")
    incident = _first(gateway, Kind.INCIDENT)
    gateway.close()
    return home, incident


def _command(home: Path, record: str, out: Path, *more: str, to: str = VALLEY) -> Any:
    return call(
        "release", record, "--to", to, "--reason", REASON, "--operator", "analyst-two", "-o", out, *more, home=home
    )


def test_the_folder_has_what_the_partner_needs_and_no_root(published: tuple[Path, str], tmp_path: Path) -> None:
    home, incident = published
    out = tmp_path / "handed"
    done = _command(home, incident, out, "--json")
    assert (done.code, done.err) == (0, "")
    files = {path.name: path for path in out.iterdir()}
    assert set(files) == {f"{incident}.stix.json", f"{incident}.niem.xml", "keys.jwks", "README.txt"}
    assert sorted(done.json["files"]) == sorted(str(path) for path in files.values())
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    readme = files["README.txt"].read_text()
    assert REASON not in readme
    assert f"gateway verify {incident}.niem.xml {incident}.stix.json --keys keys.jwks --root root.crt" in readme
    root = home / "certs" / "ca" / "root.crt"
    checked = call(
        "verify", files[f"{incident}.niem.xml"], files[f"{incident}.stix.json"], "--keys", files["keys.jwks"],
        "--root", root, "--json", home=tmp_path / "nowhere",
    )  # fmt: skip
    assert [one["holds"] for one in checked.json] == [True, True]


def test_a_refused_release_leaves_no_file_and_no_row(published: tuple[Path, str], tmp_path: Path) -> None:
    home, incident = published
    refused = _command(home, incident, tmp_path / "handed", to=HARBOR)
    assert refused.code == 1
    assert "agreement.kinds" in refused.err
    assert not (tmp_path / "handed").exists()
    assert call("record", "show", incident, "--received-by", home=home).json == []


def test_nothing_is_overwritten_and_nothing_logged_then(published: tuple[Path, str], tmp_path: Path) -> None:
    home, incident = published
    out = tmp_path / "handed"
    out.mkdir()
    assert _command(home, incident, out).code == 0, "an empty folder is taken"
    again = _command(home, incident, out)
    assert (again.code, "there already" in again.err) == (2, True)
    assert len(call("record", "show", incident, "--received-by", home=home).json) == 1


def test_a_crash_while_writing_leaves_the_log_and_no_file(
    gateway: Gateway, incident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logged first: what may have been handed over is never missing from the log."""
    released = release(gateway, incident)

    def full_disk(_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(BadSetting, match="the release is in the log"):
        hand_over(released, tmp_path / "handed", key_set=b"{}", center=gateway.center)
    assert list(tmp_path.glob("handed")) == list(tmp_path.glob(".handed*")) == []
    assert len(_log(gateway)) == 1


def _is_niem(one: dict[str, Any]) -> bool:
    return one["type"] == "artifact" and one.get("mime_type") == names.NIEM_MEDIA_TYPE


def test_the_niem_file_is_what_the_artifact_carries(gateway: Gateway, incident: str) -> None:
    released = release(gateway, incident)
    (artifact,) = filter(_is_niem, _bundle(released)["objects"])
    assert base64.b64decode(artifact["payload_bin"]) == released.files[f"{incident}.niem.xml"]


def test_a_client_is_needed_for_nothing(gateway: Gateway, incident: str) -> None:
    """A partner without any credential can be served by hand."""
    assert gateway.stores.credentials.of_partner(VALLEY) == ()
    assert release(gateway, incident).objects

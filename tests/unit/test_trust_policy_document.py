"""The policy document and gateway verify with it: one file says whom to believe."""

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_builders import call
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from niem_builders import CENTER, bare_record, view_of
from signing_builders import NOW, Authority, authority

from gateway.errors import BadDocument, BadSetting, MissingFile, UnknownKey
from gateway.model.kinds import Kind
from gateway.niem.render import render
from gateway.signing.keys import SigningKey
from gateway.signing.xml_signature import XmlSigner
from gateway.trust_policy import home_trust, load_policy, read_policy, trust_of


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def key(root: Authority) -> SigningKey:
    return root.leaf()


@pytest.fixture
def folder(tmp_path: Path, root: Authority, key: SigningKey) -> Path:
    """A folder as a partner keeps it: a root, a policy, and a received folder with one good message."""
    (tmp_path / "root.crt").write_text(pem(root.certificate))
    (tmp_path / "policy.yaml").write_text("name: valley\nroots: [root.crt]\n")
    received = tmp_path / "received" / "june"
    received.mkdir(parents=True)
    message = XmlSigner(key).sign(render(view_of(bare_record(Kind.FIRE)), CENTER), at=NOW)
    (received / "good.xml").write_bytes(message)
    (received / "notes.txt").write_text("not asked about")
    return tmp_path


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def write(folder: Path, **document: Any) -> Path:
    path = folder / "other.json"
    path.write_text(json.dumps({"name": "x", "roots": ["root.crt"]} | document))
    return path


class NoStamps:
    """Reads no timestamps; remembers whose it would."""

    def __init__(self, roots: Iterable[x509.Certificate]) -> None:
        self.roots = tuple(roots)

    def moment(self, token: bytes, stamped: bytes) -> datetime:
        raise AssertionError


# The document -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "error", "says"),
    [
        ({"root": ["root.crt"]}, UnknownKey, "roots"),
        ({"roots": []}, BadSetting, "believes nobody"),
        ({"accepts": "anything"}, BadSetting, "accepts"),
        ({"centers": [{"id": "center"}]}, BadSetting, "centers"),
        ({"centers": [{"id": f"identity--{CENTER.id}", "kinds": ["rumour"]}]}, BadSetting, "kinds"),
        ({"centers": [{"id": f"identity--{CENTER.id}", "names": ["CN=x"]}]}, BadSetting, "names"),
        ({"centers": [{"id": f"identity--{CENTER.id}"}] * 2}, BadSetting, "twice"),
        ({"centers": [{"id": f"identity--{CENTER.id}", "algorithm": []}]}, UnknownKey, "algorithms"),
        ({"timestamps": {"required": "always"}}, BadSetting, "no authority is named"),
        ({"timestamps": {"required": "sometimes"}}, BadSetting, "required"),
        ({"clock_skew_seconds": 9999}, BadSetting, "clock_skew_seconds"),
        ({"revocation": {"revoked_keys": [{"key": "x", "since": "2026-01-01T00:00:00Z"}]}}, BadSetting, "key"),
        ({"revocation": {"revoked_keys": [{"key": "0" * 32, "since": "2026-01-01T00:00:00"}]}}, BadSetting, "zone"),
        ({"revocation": {"revoked_keys": [{"key": "0" * 32, "since": "2026-01-01T00:00Z"}] * 2}}, BadSetting, "twice"),
        ({"revocation": {"crls": ["none.crl"]}}, MissingFile, "none.crl"),
        ({"revocation": {"crls": ["root.crt"]}}, BadSetting, "no revocation list"),
        ({"revocation": {"ocsp": ["root.crt"]}}, BadSetting, "no OCSP response"),
        ({"roots": ["policy.yaml"]}, BadSetting, "not a PEM certificate"),
    ],
)
def test_a_policy_that_is_wrong_says_where(
    document: dict[str, Any], error: type[Exception], says: str, folder: Path
) -> None:
    with pytest.raises(error) as caught:
        load_policy(write(folder, **document))
    assert says in str(caught.value)


def test_a_repeated_key_is_refused(folder: Path) -> None:
    (folder / "twice.yaml").write_text("name: a\nname: b\nroots: [root.crt]\n")
    with pytest.raises(BadDocument, match="twice"):
        load_policy(folder / "twice.yaml")


def test_paths_start_at_the_file_and_certificates_may_stand_in_it(folder: Path, root: Authority) -> None:
    policy = read_policy({"name": "inline", "roots": [pem(root.certificate)]}, where="x")
    assert trust_of(policy, folder / "elsewhere").name == "inline"
    assert load_policy(folder / "policy.yaml").name == "valley"


def test_the_authorities_of_timestamps_are_handed_on(folder: Path, root: Authority) -> None:
    made: list[NoStamps] = []

    def make(roots: Iterable[x509.Certificate]) -> NoStamps:
        made.append(NoStamps(roots))
        return made[-1]

    load_policy(write(folder, timestamps={"authorities": ["root.crt"]}), timestamps=make)
    assert [one.roots for one in made] == [(root.certificate,)]


def test_a_home_has_its_own_policy_else_its_own_root(home: Path, folder: Path) -> None:
    assert home_trust(home).name == "roots"
    trust = home / "certs" / "trust"
    trust.mkdir()
    (signer,) = (home / "certs" / "sign").glob("*.crt")
    (trust / "policy.yaml").write_text(f"name: ours\nroots: [../ca/root.crt]\nknown: [../sign/{signer.name}]\n")
    assert home_trust(home).name == "ours"
    assert home_trust(home, roots=[folder / "root.crt"]).name == "roots"


# The command ------------------------------------------------------------------------------------------------------


AT = ("--at", (NOW + timedelta(days=1)).isoformat())


def test_a_folder_is_checked_whole_with_evidence(folder: Path, key: SigningKey) -> None:
    result = call("verify", folder / "received", "--policy", folder / "policy.yaml", *AT, "--json")
    assert result.code == 0, result.out + result.err
    (fact,) = result.json
    assert (fact["holds"], fact["policy"], fact["form"], fact["niem_documents"]) == (True, "valley", "NIEM document", 1)
    (held,) = fact["signatures"]
    assert (held["center"], held["kinds"], held["key"]) == (f"identity--{CENTER.id}", ["fire"], key.kid)
    assert (held["signed_at"], held["time_is_proven"]) == (NOW.isoformat(), False)
    assert held["evidence"][0] == f"signed at {NOW.isoformat()}, as the signer says"
    shown = call("verify", folder / "received", "--policy", folder / "policy.yaml", *AT).out
    assert "NIEM document" in shown
    assert f"key {key.kid}: signed at" in " ".join(shown.split())


def test_the_time_that_is_asked_about_decides(folder: Path) -> None:
    policy = ("--policy", folder / "policy.yaml")
    for at, code in (("2026-06-02T00:00:00Z", 0), ("2026-05-01T00:00:00Z", 1), ("2030-01-01T00:00:00Z", 1)):
        assert call("verify", folder / "received", *policy, "--at", at).code == code, at


def test_one_bad_file_in_a_folder_is_1_and_the_others_are_told(folder: Path) -> None:
    good = (folder / "received" / "june" / "good.xml").read_bytes()
    (folder / "received" / "altered.xml").write_bytes(good.replace(b"Fire", b"Dire", 1))
    (folder / "received" / "twice.json").write_text('{"objects": [], "objects": []}')
    result = call("verify", folder / "received", "--policy", folder / "policy.yaml", *AT, "--json")
    assert result.code == 1
    found = {Path(fact["file"]).name: fact.get("code", "") for fact in result.json}
    assert found == {
        "altered.xml": "signature.untrusted",
        "twice.json": "signature.unreadable-content",
        "good.xml": "",
    }


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    outside = folder / "outside.xml"
    os.rename(folder / "received" / "june" / "good.xml", outside)
    (folder / "received" / "link.xml").symlink_to(outside)
    (folder / "received" / "more").symlink_to(folder)
    result = call("verify", folder / "received", "--policy", folder / "policy.yaml", *AT, "--json")
    assert result.code == 1
    assert [Path(fact["file"]).name for fact in result.json] == ["link.xml"]
    assert "leads out of the folder" in result.json[0]["problem"]
    assert call("verify", folder / "received" / "link.xml", "--policy", folder / "policy.yaml", *AT).code == 0


@pytest.mark.parametrize(
    "options",
    [
        ("--policy", "policy.yaml", "--root", "root.crt"),
        ("--policy", "none.yaml"),
        ("--root", "root.crt", "--at", "yesterday"),
        ("--root", "root.crt", "--at", "2026-06-01T12:00:00"),
        ("--root", "root.crt", "--crl", "root.crt"),
    ],
)
def test_a_wrong_call_is_2(options: tuple[str, ...], folder: Path) -> None:
    given = [folder / one if "." in one else one for one in options]
    assert call("verify", folder / "received", *given).code == 2


def test_an_empty_folder_is_2(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert call("verify", folder / "empty", "--root", folder / "root.crt").code == 2

"""gateway certs, as an operator calls it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_builders import call

from gateway.signing.ring import read_ring


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    assert call("init", folder).code == 0
    return folder


def signing_keys(home: Path) -> dict[str, dict[str, object]]:
    return {row["kid"]: row for row in call("certs", "status", "--json", home=home).json if row["use"] == "sign"}


def test_status_tells_use_state_and_days_of_every_key(home: Path) -> None:
    rows = call("certs", "status", "--json", home=home).json
    assert {row["use"] for row in rows} == {"ca", "journal", "operator", "partner", "sign", "tls", "tsa"}
    assert {row["state"] for row in rows if row["use"] == "sign"} == {"signing"}
    assert {row["state"] for row in rows if row["use"] != "sign"} == {"in use"}
    assert all(row["findings"] == [] for row in rows)
    assert {row["days_left"] for row in rows if row["use"] == "sign"} <= {397, 398}


def test_an_unsafe_key_file_is_1_and_says_what_to_do(home: Path) -> None:
    (home / "certs" / "operators" / "analyst-one.key").chmod(0o644)
    result = call("certs", "status", "--json", home=home)
    assert result.code == 1
    (finding,) = [row["findings"] for row in result.json if row["findings"]]
    assert "chmod 600" in finding[0]
    assert call("doctor", home=home).code == 1


def test_serving_is_refused_while_others_can_read_the_servers_key(home: Path) -> None:
    (home / "certs" / "tls" / "server.key").chmod(0o640)
    result = call("serve", home=home)
    assert result.code == 2
    assert "configuration.unsafe-key-file" in result.err


def test_a_rotation_begins_in_seven_days_unless_said_otherwise(home: Path) -> None:
    before = datetime.now(UTC)
    kid = call("certs", "rotate", "--json", home=home).json["kid"]
    begins = read_ring(home / "certs" / "sign").keys[kid].signs_from
    assert timedelta(days=7) <= begins - before < timedelta(days=7, minutes=5)
    assert signing_keys(home)[kid]["state"] == "next"
    assert f"published. It signs from {begins:%Y-%m-%d}" in call("certs", "rotate", home=home).out


@pytest.mark.parametrize(
    ("options", "hours"), [(("--in", "12h"), 12), (("--in", "2d"), 48), (("--in", "30m"), 0.5), (("--now",), 0)]
)
def test_a_rotation_begins_when_it_is_told_to(home: Path, options: tuple[str, ...], hours: float) -> None:
    before = datetime.now(UTC)
    kid = call("certs", "rotate", *options, "--json", home=home).json["kid"]
    begins = read_ring(home / "certs" / "sign").keys[kid].signs_from
    assert timedelta() <= begins - before - timedelta(hours=hours) < timedelta(minutes=5)
    states = {row["state"] for row in signing_keys(home).values()}
    assert states == ({"retired", "signing"} if hours == 0 else {"signing", "next"})


def test_a_rotation_begins_at_a_moment_with_its_zone(home: Path) -> None:
    moment = (datetime.now(UTC) + timedelta(days=20)).replace(microsecond=0)
    kid = call("certs", "rotate", "--signs-from", moment.isoformat(), "--json", home=home).json["kid"]
    assert read_ring(home / "certs" / "sign").keys[kid].signs_from == moment


@pytest.mark.parametrize(
    "options",
    [
        ("--in", "soon"),
        ("--in", "7d", "--now"),
        ("--signs-from", "tomorrow"),
        ("--signs-from", "2030-01-31T06:00"),
        ("--signs-from", "2020-01-31T06:00Z"),
        ("--profile", "rsa-1024"),
        ("--certificate", "none.crt"),
        ("--module", "/none.so", "--token", "t", "--token-key", "k"),
    ],
)
def test_a_rotation_that_cannot_be_is_2_and_changes_nothing(home: Path, options: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in (home / "certs").rglob("*") if path.is_file()}
    assert call("certs", "rotate", *options, home=home).code == 2
    assert {path: path.read_bytes() for path in (home / "certs").rglob("*") if path.is_file()} == before


def test_a_revocation_names_the_key_that_follows(home: Path) -> None:
    (kid,) = signing_keys(home)
    result = call("certs", "revoke", kid, "--reason", "keyCompromise", "--json", home=home)
    assert result.code == 0
    successor = result.json["successor"]
    assert {k: row["state"] for k, row in signing_keys(home).items()} == {kid: "revoked", successor: "signing"}
    assert call("certs", "revoke", kid, "--reason", "keyCompromise", home=home).code == 2, "it is revoked already"


def test_a_revocation_that_leaves_nothing_to_sign_is_2(home: Path) -> None:
    (home / "certs" / "ca" / "issuing.key").unlink()
    (kid,) = signing_keys(home)
    result = call("certs", "revoke", kid, "--reason", "superseded", "--since", "2026-01-01T00:00Z", home=home)
    assert result.code == 2
    assert "is revoked" in result.out
    assert "nothing signs now" in result.err
    assert "ca/crl.pem" in result.out


def test_renewing_keeps_the_key(home: Path) -> None:
    key = (home / "certs" / "tls" / "server.key").read_bytes()
    result = call("certs", "renew", "tls/server", home=home)
    assert "new certificate" in result.out
    assert (home / "certs" / "tls" / "server.key").read_bytes() == key
    assert (home / "certs" / "tls" / "server.1.crt").exists()
    assert call("certs", "renew", "none", home=home).code == 2
    assert call("certs", "renew", "crl", home=home).code == 0


@pytest.mark.parametrize("option", ["--token", "--token-key", "--token-id"])
def test_half_a_key_in_hardware_makes_none_in_a_file(home: Path, option: str) -> None:
    before = sorted((home / "certs" / "sign").iterdir())
    result = call("certs", "rotate", option, "center", home=home)
    assert result.code == 2
    assert "--module" in result.err
    assert sorted((home / "certs" / "sign").iterdir()) == before

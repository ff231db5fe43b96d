"""OpenSSL's own program judges the development PKI: chains, purposes, constraints and revocation."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.signing.pki import init_development_pki
from gateway.signing.reasons import Reason
from gateway.signing.rotation import CenterNames, renew, revoke

CENTER = CenterNames("Test Center", "5c1b4a6e-2f30-4d7a-9b8c-0d1e2f3a4b5c")
PURPOSES = {"tls/server": "sslserver", "partners/harbor-power": "sslclient", "operators/analyst-one": "smimesign"}


@pytest.fixture(scope="module")
def openssl() -> str:
    """The program. Where it is absent the test is skipped, visibly."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("no openssl program")
    return found


@pytest.fixture
def certs(tmp_path: Path) -> Path:
    folder = tmp_path / "certs"
    init_development_pki(
        folder,
        center=CENTER.name,
        center_id=CENTER.id,
        at=datetime.now(UTC),
        operators=["analyst-one"],
        partners=["harbor-power"],
    )
    return folder


def verify(openssl: str, certs: Path, leaf: Path, *options: str) -> str:
    """'OK', or what OpenSSL found."""
    authorities = certs / "ca"
    call = [openssl, "verify", "-x509_strict", "-crl_check", *options]
    call += ["-CAfile", str(authorities / "root.crt"), "-untrusted", str(authorities / "issuing.crt")]
    call += ["-CRLfile", str(authorities / "crl.pem"), str(leaf)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return "OK" if done.returncode == 0 else done.stdout + done.stderr


def leaves(certs: Path) -> list[Path]:
    return [path for path in sorted(certs.glob("*/*.crt")) if path.parent.name != "ca"]


def test_every_leaf_holds_strictly_and_is_not_revoked(openssl: str, certs: Path) -> None:
    assert {str(path): verify(openssl, certs, path) for path in leaves(certs)} == {
        str(path): "OK" for path in leaves(certs)
    }


def test_a_leaf_serves_its_own_purpose_alone(openssl: str, certs: Path) -> None:
    for path in leaves(certs):
        name = str(path.relative_to(certs).with_suffix(""))
        for purpose in (*PURPOSES.values(), "timestampsign"):
            found = verify(openssl, certs, path, "-purpose", purpose)
            serves = PURPOSES.get(name) == purpose or (name == "tsa/tsa" and purpose == "timestampsign")
            assert (found == "OK") == serves, (name, purpose, found)


def test_a_revoked_leaf_is_refused_with_all_its_certificates(openssl: str, certs: Path) -> None:
    first = certs / "tls" / "server.1.crt"
    renew(certs, "tls/server", at=datetime.now(UTC))
    assert verify(openssl, certs, certs / "tls" / "server.crt") == "OK"
    revoke(certs, "tls/server", CENTER, reason=Reason.KEY_COMPROMISE, at=datetime.now(UTC))
    assert "revoked" in verify(openssl, certs, certs / "tls" / "server.crt")
    assert "revoked" in verify(openssl, certs, first)
    assert verify(openssl, certs, certs / "tsa" / "tsa.crt") == "OK"


def test_a_key_of_openssl_is_read_and_ours_is_read_by_it(openssl: str, certs: Path) -> None:
    (key,) = (certs / "sign").glob("*.key")
    done = subprocess.run([openssl, "pkey", "-in", str(key), "-noout"], capture_output=True, check=False)
    assert done.returncode == 0

"""OpenSSL's own time-stamp authority answers our requests, and judges the tokens of the tests' authority."""

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from signing_builders import DOCUMENT, NOW, authority
from timestamp_builders import timestamp_root

from gateway.errors import UntrustedSignature
from gateway.signing.accepted import STRICT_2026
from gateway.signing.keys import load_certificates
from gateway.signing.stamped_xml import with_timestamp
from gateway.signing.timestamps import TimestampAuthorities, request, token_of
from gateway.signing.xml_signature import XmlSigner
from gateway.signing.xml_verification import read_xml

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed")

STAMPED = b"what is stamped"
_TSA = """
[tsa]
serial = serial
crypto_device = builtin
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
ess_cert_id_alg = sha256
signer_digest = sha256
accuracy = secs:1
"""


def _openssl(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority in files: root.pem, tsa.pem, tsa.key."""
    now = datetime.now(UTC).replace(microsecond=0)
    root = timestamp_root()
    tsa = root.authority(valid=(now - timedelta(days=1), now + timedelta(days=1))).signer
    pem = serialization.Encoding.PEM
    (tmp_path / "tsa.cnf").write_text(_TSA)
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(pem))
    (tmp_path / "tsa.pem").write_bytes(tsa.certificate.public_bytes(pem))
    (tmp_path / "tsa.key").write_bytes(
        tsa.key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return tmp_path


def _answered(folder: Path, asked: bytes, *more: str) -> bytes:
    (folder / "asked.tsq").write_bytes(asked)
    done = _openssl(
        folder, "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "asked.tsq",
        "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply.tsr", *more,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return (folder / "reply.tsr").read_bytes()


def _roots(folder: Path) -> TimestampAuthorities:
    return TimestampAuthorities(load_certificates(folder / "root.pem"))


def test_openssl_grants_our_request_and_its_token_is_believed(folder: Path) -> None:
    asked = request(STAMPED)
    started = datetime.now(UTC).replace(microsecond=0)
    token = token_of(_answered(folder, asked), STAMPED, asked)
    with pytest.raises(UntrustedSignature):
        TimestampAuthorities([timestamp_root("Other").certificate]).moment(token, STAMPED)
    moment = _roots(folder).moment(token, STAMPED)
    assert started <= moment <= datetime.now(UTC)


def test_openssl_judges_the_tests_own_authority(tmp_path: Path) -> None:
    """The tokens that the unit tests believe are believed by OpenSSL too, so they are no private dialect."""
    root = timestamp_root()
    asked = request(STAMPED)
    (tmp_path / "data").write_bytes(STAMPED)
    (tmp_path / "asked.tsq").write_bytes(asked)
    (tmp_path / "reply.tsr").write_bytes(root.authority().reply(asked))
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    at = int(NOW.timestamp())
    for what in (("-data", "data"), ("-queryfile", "asked.tsq"), ("-digest", hashlib.sha256(STAMPED).hexdigest())):
        done = _openssl(tmp_path, "ts", "-verify", *what, "-in", "reply.tsr", "-CAfile", "root.pem", "-attime", at)
        assert "Verification: OK" in done.stdout + done.stderr, done.stderr


def test_openssl_finds_the_token_that_stands_in_a_stamped_document(tmp_path: Path) -> None:
    root = timestamp_root()
    signed = XmlSigner(authority().leaf()).sign(DOCUMENT, at=NOW)
    claim = read_xml(signed, STRICT_2026).claim
    stamped = with_timestamp(signed, root.authority().token(claim.stamped))
    token = read_xml(stamped, STRICT_2026).claim.timestamp
    assert token is not None
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "value").write_bytes(claim.stamped)
    (tmp_path / "root.pem").write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    done = _openssl(
        tmp_path, "ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile", "root.pem",
        "-attime", int(NOW.timestamp()),
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr, done.stderr


def test_a_sha1_certificate_id_is_not_believed(folder: Path) -> None:
    """OpenSSL before 3.0 names the certificate by SHA-1 unless told otherwise (RFC 2634, ESSCertID)."""
    (folder / "tsa.cnf").write_text(_TSA.replace("ess_cert_id_alg = sha256", "ess_cert_id_alg = sha1"))
    token = token_of(_answered(folder, request(STAMPED)), STAMPED)
    with pytest.raises(UntrustedSignature, match="does not say which certificate"):
        _roots(folder).moment(token, STAMPED)

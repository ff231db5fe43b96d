"""Key files that nobody else can read, and the development PKI."""

import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store
from signing_builders import DOCUMENT, NOW

from gateway.errors import BadSetting, ConfigurationError, MissingFile, UnsafeKeyFile
from gateway.signing.key_files import load_signing_key
from gateway.signing.keys import load_certificates
from gateway.signing.pki import init_development_pki
from gateway.signing.trust import TrustStore
from gateway.signing.xml_signature import XmlSigner
from gateway.signing.xml_verification import verify_xml

USAGES = {
    "tls/server": ExtendedKeyUsageOID.SERVER_AUTH,
    "sign/signer": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "operators/analyst-one": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "partners/harbor-power": ExtendedKeyUsageOID.CLIENT_AUTH,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "certs"
    init_development_pki(folder, center="Test Center", at=NOW, operators=["analyst-one"], partners=["harbor-power"])
    return folder


@pytest.fixture
def pki(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "certs"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_their_owners_alone_and_the_roots_key_is_not_kept(made: Path) -> None:
    keys = sorted(made.rglob("*.key"))
    assert {mode(path) for path in keys} == {0o600}
    assert {mode(path) for path in made.iterdir()} == {0o700}
    assert [str(path.relative_to(made)) for path in keys] == [
        "ca/issuing.key",
        *sorted(f"{leaf}.key" for leaf in USAGES),
    ]


@pytest.mark.parametrize("leaf", USAGES)
def test_every_leaf_chains_to_the_root_and_says_what_it_is_for(made: Path, leaf: str) -> None:
    chain = load_certificates(made / f"{leaf}.crt")
    builder = PolicyBuilder().store(Store(load_certificates(made / "ca" / "root.crt"))).time(NOW)
    if leaf == "tls/server":
        path = builder.build_server_verifier(x509.DNSName("localhost")).verify(chain[0], list(chain[1:]))
        assert len(path) == 3
    assert [c.subject.rfc4514_string() for c in chain] == [
        f"CN={leaf.partition('/')[2]},O=Test Center",
        "CN=Development Issuing,O=Test Center",
    ]
    usages = chain[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [USAGES[leaf]]
    assert chain[0].not_valid_after_utc - NOW == timedelta(days=398)


def test_a_second_init_is_refused_and_changes_nothing(pki: Path) -> None:
    before = (pki / "ca" / "root.crt").read_bytes()
    with pytest.raises(ConfigurationError, match="certificates already"):
        init_development_pki(pki, center="Test Center", at=NOW)
    assert (pki / "ca" / "root.crt").read_bytes() == before


def test_the_signers_key_is_trusted_under_the_root_alone(made: Path) -> None:
    key = load_signing_key(made / "sign" / "signer.key", made / "sign" / "signer.crt")
    trust = TrustStore(load_certificates(made / "ca" / "root.crt"))
    signer = verify_xml(XmlSigner(key).sign(DOCUMENT, at=NOW), trust, at=NOW).signer
    assert signer.kid == key.kid
    assert signer.certificate.not_valid_after_utc == NOW + timedelta(days=398)


@pytest.mark.parametrize("extra", [0o040, 0o004, 0o020, 0o002, 0o010, 0o001])
def test_a_key_file_that_others_may_use_is_refused(pki: Path, extra: int) -> None:
    """By its mode, whoever asks: root can read everything and is refused too."""
    path = pki / "sign" / "signer.key"
    path.chmod(0o600 | extra)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        load_signing_key(path, pki / "sign" / "signer.crt")


def test_a_key_that_does_not_belong_to_the_certificate_is_refused(pki: Path) -> None:
    with pytest.raises(BadSetting, match="does not belong"):
        load_signing_key(pki / "sign" / "signer.key", pki / "operators" / "analyst-one.crt")


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes | None = None) -> None:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))


@pytest.mark.parametrize("sort", ["P-521", "short RSA", "encrypted", "text", "empty"])
def test_a_key_of_another_sort_is_refused(pki: Path, sort: str) -> None:
    path = pki / "sign" / "signer.key"
    if sort == "P-521":
        _write_key(path, ec.generate_private_key(ec.SECP521R1()))
    elif sort == "short RSA":
        _write_key(path, rsa.generate_private_key(65537, 2048))
    elif sort == "encrypted":
        _write_key(path, ec.generate_private_key(ec.SECP256R1()), b"password")
    else:
        path.write_text("no key" if sort == "text" else "")
    with pytest.raises(BadSetting, match=r"signer\.key"):
        load_signing_key(path, pki / "sign" / "signer.crt")


def test_missing_files_say_what_to_run(pki: Path) -> None:
    with pytest.raises(MissingFile, match="gateway certs init-dev"):
        load_signing_key(pki / "sign" / "none.key", pki / "sign" / "signer.crt")
    with pytest.raises(MissingFile, match="gateway certs status"):
        load_signing_key(pki / "sign" / "signer.key", pki / "sign" / "none.crt")


def test_a_certificate_file_that_is_none_is_refused(pki: Path) -> None:
    (pki / "sign" / "signer.crt").write_text("not PEM")
    with pytest.raises(BadSetting, match="PEM certificate"):
        load_certificates(pki / "sign" / "signer.crt")


def test_a_narrow_umask_or_a_wide_one_changes_no_mode(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        init_development_pki(tmp_path / "certs", center="Test Center", at=NOW)
    finally:
        os.umask(before)
    assert {mode(path) for path in (tmp_path / "certs").rglob("*.key")} == {0o600}
    assert {mode(path) for path in (tmp_path / "certs").iterdir()} == {0o700}

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
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from signing_builders import NOW, authority

from gateway.errors import BadSetting, ConfigurationError, MissingFile, UnsafeKeyFile
from gateway.signing.algorithms import KeyKind
from gateway.signing.issuing import load_authority
from gateway.signing.key_files import load_signing_key, require_key_file
from gateway.signing.key_folder import pem
from gateway.signing.keys import load_certificates
from gateway.signing.pki import init_development_pki, new_private_key
from gateway.signing.profiles import ECDSA_P384_2026, PROFILES, RSA_3072_2026
from gateway.signing.purposes import SERVER
from gateway.signing.revocation_list import load_revocation_list
from gateway.signing.trust import TrustStore
from gateway.signing.xml_signature import XmlSigner
from gateway.signing.xml_verification import verify_xml

CENTER_ID = "5c1b4a6e-2f30-4d7a-9b8c-0d1e2f3a4b5c"
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
USAGES = {
    "tls/server": ExtendedKeyUsageOID.SERVER_AUTH,
    "sign/signer": DOCUMENT_SIGNING,
    "journal/journal": DOCUMENT_SIGNING,
    "tsa/tsa": ExtendedKeyUsageOID.TIME_STAMPING,
    "operators/analyst-one": ExtendedKeyUsageOID.EMAIL_PROTECTION,
    "partners/harbor-power": ExtendedKeyUsageOID.CLIENT_AUTH,
}
OF_THE_CENTER = {"sign/signer", "journal/journal", "tsa/tsa"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "certs"
    init_development_pki(
        folder,
        center="Test Center",
        center_id=CENTER_ID,
        at=NOW,
        operators=["analyst-one"],
        partners=["harbor-power"],
    )
    return folder


@pytest.fixture
def pki(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "certs"))


def signer(folder: Path, suffix: str) -> Path:
    """The signer's one key or chain file: it is called after its key id."""
    (path,) = (folder / "sign").glob(f"*.{suffix}")
    return path


def chain_of(folder: Path, leaf: str) -> tuple[x509.Certificate, ...]:
    return load_certificates(signer(folder, "crt") if leaf == "sign/signer" else folder / f"{leaf}.crt")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# The development PKI ---------------------------------------------------------------------------------------------


def test_keys_are_their_owners_alone_and_the_roots_key_is_not_kept(made: Path) -> None:
    keys = {str(path.relative_to(made)) for path in made.rglob("*.key")}
    assert {mode(made / path) for path in keys} == {0o600}
    assert {mode(path) for path in made.iterdir() if path.is_dir()} == {0o700}
    kid = signer(made, "key").stem
    assert keys == {"ca/issuing.key", *(f"{leaf}.key" for leaf in USAGES if leaf != "sign/signer"), f"sign/{kid}.key"}


@pytest.mark.parametrize("leaf", USAGES)
def test_every_leaf_chains_to_the_root_and_says_what_it_is_for(made: Path, leaf: str) -> None:
    chain = chain_of(made, leaf)
    builder = PolicyBuilder().store(Store(load_certificates(made / "ca" / "root.crt"))).time(NOW)
    if leaf == "tls/server":
        path = builder.build_server_verifier(x509.DNSName("localhost")).verify(chain[0], list(chain[1:]))
        assert len(path) == 3
    assert [c.subject.rfc4514_string() for c in chain] == [
        f"CN={leaf.partition('/')[2]},O=Test Center",
        "CN=Development Issuing,O=Test Center",
    ]
    usages = chain[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert list(usages.value) == [USAGES[leaf]]
    assert usages.critical == (leaf == "tsa/tsa"), "RFC 3161, 2.3"
    assert chain[0].not_valid_after_utc - NOW == timedelta(days=398)
    names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    assert uris == ([f"urn:uuid:{CENTER_ID}"] if leaf in OF_THE_CENTER else [])


def test_the_issuing_authority_can_name_no_real_machine(made: Path) -> None:
    """RFC 5280, 4.2.1.10: whoever steals the key that lies in a home can pose as no server of anybody."""
    issuing = load_authority(made, wanted_for="test")
    key = ec.generate_private_key(ec.SECP256R1())
    server = issuing.certify(
        key.public_key(), SERVER, "server", center="x", center_id="", at=NOW, hosts=("www.agency.example",)
    )
    builder = PolicyBuilder().store(Store(load_certificates(made / "ca" / "root.crt"))).time(NOW)
    verifier = builder.build_server_verifier(x509.DNSName("www.agency.example"))
    with pytest.raises(VerificationError, match="constraint"):
        verifier.verify(server, [issuing.certificate])


def test_the_first_revocation_list_is_empty_and_signed(made: Path) -> None:
    found = load_revocation_list(made / "ca")
    assert list(found) == []
    assert found.is_signature_valid(load_certificates(made / "ca" / "issuing.crt")[0].public_key())  # type: ignore[arg-type]
    assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 1


def test_a_second_init_is_refused_and_changes_nothing(pki: Path) -> None:
    before = (pki / "ca" / "root.crt").read_bytes()
    with pytest.raises(ConfigurationError, match="certificates already"):
        init_development_pki(pki, center="Test Center", at=NOW)
    assert (pki / "ca" / "root.crt").read_bytes() == before


def test_the_signers_key_is_trusted_under_the_root_alone(made: Path) -> None:
    key = load_signing_key(signer(made, "key"), signer(made, "crt"))
    trust = TrustStore(load_certificates(made / "ca" / "root.crt"))
    verified = verify_xml(XmlSigner(key).sign(b"<a>b</a>", at=NOW), trust, at=NOW)
    assert verified.signer.kid == key.kid


def test_a_narrow_umask_or_a_wide_one_changes_no_mode(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        init_development_pki(tmp_path / "certs", center="Test Center", at=NOW)
    finally:
        os.umask(before)
    assert {mode(path) for path in (tmp_path / "certs").rglob("*.key")} == {0o600}
    assert {mode(path) for path in (tmp_path / "certs").iterdir() if path.is_dir()} == {0o700}


# Who else could read a key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [0o040, 0o004, 0o020, 0o002, 0o010, 0o001])
def test_a_key_file_that_others_may_use_is_refused(pki: Path, extra: int) -> None:
    """By its mode, whoever asks: root can read everything and is refused too."""
    path = signer(pki, "key")
    path.chmod(0o600 | extra)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        load_signing_key(path, signer(pki, "crt"))


@pytest.mark.parametrize("folder_mode", [0o750, 0o705, 0o770, 0o777])
def test_a_folder_that_others_may_enter_is_refused(pki: Path, folder_mode: int) -> None:
    (pki / "sign").chmod(folder_mode)
    with pytest.raises(UnsafeKeyFile, match="chmod 700"):
        load_signing_key(signer(pki, "key"), signer(pki, "crt"))


def test_a_link_counts_as_what_it_leads_to(pki: Path, tmp_path: Path) -> None:
    path, chain = signer(pki, "key"), signer(pki, "crt")
    vault = tmp_path / "vault"
    vault.mkdir(mode=0o700)
    path.rename(vault / "real.key")
    path.symlink_to(vault / "real.key")
    assert load_signing_key(path, chain).kid == path.stem
    vault.chmod(0o755)
    with pytest.raises(UnsafeKeyFile, match="vault"):
        load_signing_key(path, chain)
    vault.chmod(0o700)
    (vault / "real.key").chmod(0o644)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        load_signing_key(path, chain)


def test_links_that_lead_nowhere_or_in_a_circle_are_missing(pki: Path) -> None:
    path = pki / "sign" / "circle.key"
    path.symlink_to(path)
    with pytest.raises(MissingFile):
        load_signing_key(path, signer(pki, "crt"))
    path.unlink()
    path.symlink_to(pki / "none")
    with pytest.raises(MissingFile):
        load_signing_key(path, signer(pki, "crt"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_of_another_user_is_refused(pki: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = signer(pki, "key")
    os.chown(path, 4321, -1)
    with pytest.raises(UnsafeKeyFile, match="another user"):
        load_signing_key(path, signer(pki, "crt"))
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    assert load_signing_key(path, signer(pki, "crt")).kid, "its owner may, in a folder of root's"


def test_a_pipe_or_a_folder_is_no_key(pki: Path) -> None:
    os.mkfifo(pki / "sign" / "pipe.key", 0o600)
    (pki / "sign" / "folder.key").mkdir(mode=0o700)
    for name in ("pipe", "folder"):
        with pytest.raises(UnsafeKeyFile, match="no regular file"):
            load_signing_key(pki / "sign" / f"{name}.key", signer(pki, "crt"))


def test_the_servers_key_is_looked_at_in_the_same_way(pki: Path) -> None:
    require_key_file(pki / "tls" / "server.key", pki / "tls" / "server.crt")
    (pki / "tls" / "server.key").chmod(0o640)
    with pytest.raises(UnsafeKeyFile):
        require_key_file(pki / "tls" / "server.key", pki / "tls" / "server.crt")


# Work trees ------------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(pki: Path, tmp_path: Path) -> Path:
    """The folder of keys, in a home inside a work tree."""
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    home = tmp_path / "tree" / "build" / "home"
    home.mkdir(parents=True)
    return pki.rename(home / "certs")


def test_a_development_key_may_lie_in_a_work_tree(checkout: Path) -> None:
    assert load_signing_key(signer(checkout, "key"), signer(checkout, "crt")).kid == signer(checkout, "key").stem


def test_without_the_marker_a_key_in_a_work_tree_is_refused(checkout: Path) -> None:
    (checkout / "DEVELOPMENT").unlink()
    with pytest.raises(UnsafeKeyFile, match="git work tree"):
        load_signing_key(signer(checkout, "key"), signer(checkout, "crt"))


def test_the_marker_does_not_cover_a_key_of_another_authority(checkout: Path) -> None:
    private = new_private_key(PROFILES["ecdsa-p256-2026"])
    _write_key(checkout / "sign" / "other.key", private)  # type: ignore[arg-type]
    leaf = authority().leaf_for(private)  # type: ignore[arg-type]
    (checkout / "sign" / "other.crt").write_bytes(pem(leaf))
    with pytest.raises(UnsafeKeyFile, match="git work tree"):
        load_signing_key(checkout / "sign" / "other.key", checkout / "sign" / "other.crt")
    # not even with the development authority's certificate put behind it
    (checkout / "sign" / "other.crt").write_bytes(pem(leaf) + (checkout / "ca" / "issuing.crt").read_bytes())
    with pytest.raises(UnsafeKeyFile, match="git work tree"):
        load_signing_key(checkout / "sign" / "other.key", checkout / "sign" / "other.crt")


def test_a_link_into_a_work_tree_is_refused_too(checkout: Path, tmp_path: Path) -> None:
    (checkout / "DEVELOPMENT").unlink()
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o700)
    (outside / "a.key").symlink_to(signer(checkout, "key"))
    with pytest.raises(UnsafeKeyFile, match="git work tree"):
        load_signing_key(outside / "a.key", signer(checkout, "crt"))


# What a key is ---------------------------------------------------------------------------------------------------


def test_a_key_that_does_not_belong_to_the_certificate_is_refused(pki: Path) -> None:
    with pytest.raises(BadSetting, match="does not belong"):
        load_signing_key(signer(pki, "key"), pki / "operators" / "analyst-one.crt")


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes | None = None) -> None:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))


@pytest.mark.parametrize("sort", ["P-384", "P-521", "RSA", "encrypted", "text", "empty"])
def test_a_key_of_another_sort_is_refused(pki: Path, sort: str) -> None:
    path, chain = signer(pki, "key"), signer(pki, "crt")
    if sort in ("P-384", "P-521"):
        _write_key(path, ec.generate_private_key(ec.SECP384R1() if sort == "P-384" else ec.SECP521R1()))
    elif sort == "RSA":
        _write_key(path, rsa.generate_private_key(65537, 2048))
    elif sort == "encrypted":
        _write_key(path, ec.generate_private_key(ec.SECP256R1()), b"password")
    else:
        path.write_text("no key" if sort == "text" else "")
    with pytest.raises(BadSetting, match=rf"{path.stem}\.(key|crt)") as caught:
        load_signing_key(path, chain)
    assert caught.value.remedy


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_the_kind_of_a_key_tells_its_profile(pki: Path, profile: object) -> None:
    assert profile in PROFILES.values()
    private = new_private_key(profile)  # type: ignore[arg-type]
    issuing = load_authority(pki, wanted_for="test")
    leaf = issuing.certify(private.public_key(), SERVER, "x", center="x", center_id="", at=NOW)
    _write_key(pki / "sign" / "x.key", private)  # type: ignore[arg-type]
    (pki / "sign" / "x.crt").write_bytes(pem(leaf))
    assert load_signing_key(pki / "sign" / "x.key", pki / "sign" / "x.crt").profile is profile


def test_new_keys_are_of_the_profiles_size() -> None:
    made = new_private_key(RSA_3072_2026)
    assert isinstance(made, rsa.RSAPrivateKey)
    assert made.key_size == 3072
    curve = new_private_key(ECDSA_P384_2026)
    assert isinstance(curve, ec.EllipticCurvePrivateKey)
    assert KeyKind.P384 is ECDSA_P384_2026.algorithm.kind
    assert curve.curve.name == "secp384r1"


def test_missing_files_say_what_to_run(pki: Path) -> None:
    with pytest.raises(MissingFile, match="gateway certs init-dev"):
        load_signing_key(pki / "sign" / "none.key", signer(pki, "crt"))
    with pytest.raises(MissingFile, match="gateway certs status"):
        load_signing_key(signer(pki, "key"), pki / "sign" / "none.crt")


def test_a_certificate_file_that_is_none_is_refused(pki: Path) -> None:
    signer(pki, "crt").write_text("not PEM")
    with pytest.raises(BadSetting, match="PEM certificate"):
        load_certificates(signer(pki, "crt"))


# Passphrases -----------------------------------------------------------------------------------------------------


@pytest.fixture
def encrypted(pki: Path) -> Path:
    """The signer's key, encrypted."""
    path = signer(pki, "key")
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    _write_key(path, private, b"correct horse")
    return path


def secret(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def load_with(path: Path, **environment: str) -> str:
    return load_signing_key(path, path.with_suffix(".crt"), environment=environment).kid


def test_the_passphrase_lies_beside_the_key(encrypted: Path) -> None:
    secret(encrypted.with_suffix(".pass"), "correct horse\n")
    assert load_with(encrypted) == encrypted.stem


def test_the_passphrase_is_a_credential_of_the_service(encrypted: Path, tmp_path: Path) -> None:
    file = secret(tmp_path / "credentials" / f"{encrypted.stem}.pass", "correct horse")
    assert load_with(encrypted, CREDENTIALS_DIRECTORY=str(file.parent)) == encrypted.stem


def test_a_variable_names_the_file_of_the_passphrase(encrypted: Path, tmp_path: Path) -> None:
    file = secret(tmp_path / "elsewhere" / "phrase", "correct horse\r\n")
    assert load_with(encrypted, GATEWAY_KEY_PASSPHRASE_FILE=str(file)) == encrypted.stem


def test_the_nearest_passphrase_counts(encrypted: Path, tmp_path: Path) -> None:
    secret(encrypted.with_suffix(".pass"), "correct horse")
    wrong = secret(tmp_path / "elsewhere" / "phrase", "wrong")
    assert load_with(encrypted, GATEWAY_KEY_PASSPHRASE_FILE=str(wrong)) == encrypted.stem


def test_a_wrong_passphrase_is_refused_and_not_told(encrypted: Path) -> None:
    secret(encrypted.with_suffix(".pass"), "wrong staple")
    with pytest.raises(BadSetting, match="does not open the key") as caught:
        load_with(encrypted)
    assert "staple" not in repr(caught.value)
    assert caught.value.__suppress_context__, "the library's own words are left out"


def test_a_passphrase_that_others_may_read_is_refused(encrypted: Path) -> None:
    secret(encrypted.with_suffix(".pass"), "correct horse").chmod(0o644)
    with pytest.raises(UnsafeKeyFile, match=r"\.pass"):
        load_with(encrypted)


def test_without_a_passphrase_the_error_says_where_to_put_it(encrypted: Path) -> None:
    with pytest.raises(BadSetting, match="GATEWAY_KEY_PASSPHRASE_FILE") as caught:
        load_with(encrypted)
    assert f"{encrypted.stem}.pass" in caught.value.remedy

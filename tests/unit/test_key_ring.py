"""The ring on disk: what it refuses, what it publishes, what each act leaves behind."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from signing_builders import NOW, authority

from gateway.errors import BadSetting, ConfigurationError, GatewayError, MissingFile, UnknownKey, UnsafeKeyFile
from gateway.signing.inventory import inventory
from gateway.signing.issuing import load_authority
from gateway.signing.key_folder import pem
from gateway.signing.key_ring import known_certificates, load_key_ring
from gateway.signing.key_set import certificates_of, key_set
from gateway.signing.keys import key_id, load_certificates
from gateway.signing.pki import init_development_pki, new_private_key
from gateway.signing.profiles import DEFAULT_PROFILE, ED25519_JWS_2026, PROFILES
from gateway.signing.purposes import SIGNER
from gateway.signing.reasons import Reason
from gateway.signing.revocation_list import load_revocation_list
from gateway.signing.ring import KeyState, Ring, Signs, read_ring, write_ring
from gateway.signing.rotation import CenterNames, find_leaf, renew, renew_revocation_list, revoke, rotate

CENTER = CenterNames("Test Center", "5c1b4a6e-2f30-4d7a-9b8c-0d1e2f3a4b5c")
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "certs"
    init_development_pki(folder, center=CENTER.name, center_id=CENTER.id, at=NOW, operators=["analyst-one"])
    return folder


@pytest.fixture
def certs(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "certs"))


def first(certs: Path) -> str:
    """The id of the key that the home was founded with."""
    return next(iter(read_ring(certs / "sign").keys))


def rotated(certs: Path, *, at: datetime = NOW, after: timedelta = WEEK, profile: str = DEFAULT_PROFILE.name) -> str:
    return rotate(certs, CENTER, at=at, signs_from=at + after, profile=PROFILES[profile])


def test_a_ring_is_written_as_it_is_read(certs: Path) -> None:
    rotated(certs)
    rotated(certs, profile="ed25519-jws-2026")
    revoke(certs, first(certs), CENTER, reason=Reason.KEY_COMPROMISE, at=NOW + WEEK)
    ring = read_ring(certs / "sign")
    write_ring(certs / "sign", ring)
    assert read_ring(certs / "sign") == ring
    write_ring(certs / "sign", Ring())
    assert read_ring(certs / "sign") == Ring()


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("profile:", "profil:", UnknownKey),
        ("ecdsa-p256-2026", "fast-unsafe-tests-only", BadSetting),
        ("ecdsa-p256-2026", "ecdsa-p384-2026", BadSetting),
        ("+00:00", "", BadSetting),
        ('    made:', '    reason: "superseded"\n    made:', BadSetting),
        ('    made:', '    reason: "certificateHold"\n    revoked_at: "2026-06-01T00:00:00Z"\n    made:', BadSetting),
        ('    made:', '    token: {module: m, token: t}\n    made:', BadSetting),
    ],
)  # fmt: skip
def test_a_ring_that_does_not_read_is_refused(certs: Path, old: str, new: str, error: type[GatewayError]) -> None:
    path = certs / "sign" / "ring.yaml"
    text = path.read_text().replace('Z"', '+00:00"')
    assert old in text
    path.write_text(text.replace(old, new, 1) if old != "+00:00" else text.replace(old, new))
    with pytest.raises(error):
        load_key_ring(certs / "sign", at=NOW)


def test_a_new_key_is_published_before_it_signs(certs: Path) -> None:
    kid = rotated(certs)
    ring = load_key_ring(certs / "sign", at=NOW)
    assert kid in {key["kid"] for key in json.loads(key_set(ring.published()))["keys"]}
    assert {ring.signer(form, NOW).kid for form in Signs} == {first(certs)}
    assert {ring.signer(form, NOW + WEEK).kid for form in Signs} == {kid}


def test_the_private_key_of_a_retired_key_may_be_destroyed(certs: Path) -> None:
    old, new = first(certs), rotated(certs)
    (certs / "sign" / f"{old}.key").unlink()
    with pytest.raises(MissingFile):
        load_key_ring(certs / "sign", at=NOW)
    ring = load_key_ring(certs / "sign", at=NOW + WEEK)
    assert {key.kid for key in ring.published()} == {old, new}
    assert ring.signer(Signs.XML, NOW + WEEK).kid == new


def test_no_key_signs_when_its_certificate_has_ended(certs: Path) -> None:
    """A partner's policy would refuse what it signs: better that nothing leaves."""
    ring = load_key_ring(certs / "sign", at=NOW)
    with pytest.raises(ConfigurationError, match="certs renew"):
        ring.signer(Signs.XML, NOW + timedelta(days=399))


def test_a_certificate_of_another_key_or_none_is_refused(certs: Path) -> None:
    old, new = first(certs), rotated(certs)
    path = certs / "sign" / f"{new}.crt"
    path.write_bytes((certs / "sign" / f"{old}.crt").read_bytes())
    with pytest.raises(BadSetting, match="another key"):
        load_key_ring(certs / "sign", at=NOW)
    path.unlink()
    with pytest.raises(MissingFile):
        load_key_ring(certs / "sign", at=NOW)


# The published key set -------------------------------------------------------------------------------------------


def test_the_key_set_has_every_key_of_every_kind_with_its_end(certs: Path) -> None:
    kids = {first(certs), *(rotated(certs, profile=name) for name in PROFILES)}
    published = key_set(load_key_ring(certs / "sign", at=NOW).published())
    keys = json.loads(published)["keys"]
    assert {key["kid"] for key in keys} == kids
    assert {key["kty"] for key in keys} == {"EC", "RSA", "OKP"}
    assert all("revoked" not in key for key in keys)
    ends = {key["kid"]: datetime.fromtimestamp(key["exp"], UTC) for key in keys}
    for kid in kids:
        assert ends[kid] == load_certificates(certs / "sign" / f"{kid}.crt")[0].not_valid_after_utc
    assert {key_id(one) for one in certificates_of(published)} >= kids
    assert set(certificates_of(published)) == set(known_certificates(certs / "sign"))


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        (Reason.KEY_COMPROMISE, "compromised"),
        (Reason.SUPERSEDED, "superseded"),
        (Reason.UNSPECIFIED, "unspecified"),
        (Reason.CESSATION_OF_OPERATION, "cessationOfOperation"),
    ],
)
def test_a_revoked_key_stays_in_the_set_and_says_so(certs: Path, reason: Reason, word: str) -> None:
    """OpenID Federation 1.0, 8.7.2: revoked_at and reason."""
    old = first(certs)
    done = revoke(certs, old, CENTER, reason=reason, at=NOW + WEEK, since=NOW + timedelta(days=2))
    keys = {k["kid"]: k for k in json.loads(key_set(load_key_ring(certs / "sign", at=NOW + WEEK).published()))["keys"]}
    assert keys[old]["revoked"] == {"revoked_at": int((NOW + timedelta(days=2)).timestamp()), "reason": word}
    assert "revoked" not in keys[done.successor]


def test_a_renewed_certificate_stands_beside_the_one_before(certs: Path) -> None:
    kid = first(certs)
    before = load_certificates(certs / "sign" / f"{kid}.crt")[0]
    for days in (100, 200):
        renew(certs, kid, at=NOW + timedelta(days=days))
    ring = load_key_ring(certs / "sign", at=NOW + timedelta(days=200))
    published = [key.chain[0] for key in ring.published()]
    assert len(published) == 3
    assert published[-1] == before
    assert {key_id(one) for one in published} == {kid}
    assert ring.keys[kid].certificate.not_valid_before_utc > before.not_valid_before_utc + timedelta(days=199)
    assert set(published) < set(certificates_of(key_set(ring.published())))
    assert ring.keys[kid].certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    ) == before.extensions.get_extension_for_class(x509.SubjectAlternativeName)


# Rotating to a key of one's own authority ------------------------------------------------------------------------


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A key and a certificate that the agency's authority issued: the files' common stem."""
    folder = tmp_path / "brought"
    folder.mkdir(mode=0o700)
    private = new_private_key(DEFAULT_PROFILE)
    (folder / "agency.crt").write_bytes(pem(authority().leaf_for(private)))  # type: ignore[arg-type]
    path = folder / "agency.key"
    path.touch(mode=0o600)
    path.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"correct horse"),
        )
    )
    (folder / "agency.pass").touch(mode=0o600)
    (folder / "agency.pass").write_text("correct horse\n")
    return folder / "agency"


def test_a_key_of_the_agencys_authority_is_taken_over_with_its_passphrase(certs: Path, brought: Path) -> None:
    kid = rotate(
        certs,
        CENTER,
        at=NOW,
        signs_from=NOW,
        profile=DEFAULT_PROFILE,
        certificate=brought.with_suffix(".crt"),
        key=brought.with_suffix(".key"),
    )
    assert load_key_ring(certs / "sign", at=NOW).signer(Signs.XML, NOW).kid == kid
    assert b"ENCRYPTED" in (certs / "sign" / f"{kid}.key").read_bytes()
    renewing = pytest.raises(ConfigurationError, match="another authority")
    with renewing:
        renew(certs, kid, at=NOW)
    done = revoke(certs, kid, CENTER, reason=Reason.SUPERSEDED, at=NOW + WEEK)
    assert not done.is_listed, "the list is the other authority's"


def test_a_key_without_its_certificate_is_refused(certs: Path, brought: Path) -> None:
    with pytest.raises(BadSetting, match="come together"):
        rotate(certs, CENTER, at=NOW, signs_from=NOW, profile=DEFAULT_PROFILE, key=brought.with_suffix(".key"))


def test_without_the_authoritys_key_nothing_is_issued_and_a_revocation_still_counts(certs: Path) -> None:
    (certs / "ca" / "issuing.key").unlink()
    with pytest.raises(ConfigurationError, match="not kept here"):
        rotated(certs)
    kid = first(certs)
    done = revoke(certs, kid, CENTER, reason=Reason.KEY_COMPROMISE, at=NOW)
    assert (done.successor, done.is_listed, done.is_signed_for) == ("", False, False)
    with pytest.raises(ConfigurationError, match="no key signs"):
        load_key_ring(certs / "sign", at=NOW).signer(Signs.JSON, NOW)


# Revoking --------------------------------------------------------------------------------------------------------


def test_revoking_the_key_that_signs_makes_one_that_signs_at_once(certs: Path) -> None:
    kid, at = first(certs), NOW + timedelta(days=3)
    done = revoke(certs, kid, CENTER, reason=Reason.KEY_COMPROMISE, at=at, since=NOW + timedelta(days=1))
    assert done.is_listed
    ring = load_key_ring(certs / "sign", at=at)
    assert {ring.signer(form, at).kid for form in Signs} == {done.successor}
    (entry,) = load_revocation_list(certs / "ca")
    assert entry.serial_number == load_certificates(certs / "sign" / f"{kid}.crt")[0].serial_number
    assert entry.revocation_date_utc == at
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    invalid = entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    assert invalid == NOW + timedelta(days=1), "RFC 5280, 5.3.2"


def test_every_certificate_of_a_revoked_key_is_listed(certs: Path) -> None:
    renew(certs, "operators/analyst-one", at=NOW + WEEK)
    revoke(certs, "analyst-one", CENTER, reason=Reason.PRIVILEGE_WITHDRAWN, at=NOW + 2 * WEEK)
    assert len(list(load_revocation_list(certs / "ca"))) == 2
    renew_revocation_list(certs, at=NOW + 3 * WEEK)
    found = load_revocation_list(certs / "ca")
    assert len(list(found)) == 2
    assert found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 3
    states = {one.name: one.state for one in inventory(certs, NOW + 3 * WEEK)}
    assert states["operators/analyst-one"] is KeyState.REVOKED
    assert "operators/analyst-one.1" not in states


def test_a_key_is_named_by_its_name_its_folder_or_its_id(certs: Path) -> None:
    path = certs / "tls" / "server.crt"
    kid = key_id(load_certificates(path)[0])
    assert {find_leaf(certs, name) for name in ("server", "tls/server", kid)} == {path}
    for name in ("none", "ca/issuing", "root"):
        with pytest.raises(ConfigurationError, match="no key of this name"):
            find_leaf(certs, name)
    shutil.copy(path, certs / "partners-server.crt")
    (certs / "partners").mkdir(exist_ok=True)
    shutil.copy(path, certs / "partners" / "server.crt")
    with pytest.raises(ConfigurationError, match="2 keys"):
        find_leaf(certs, "server")


# The inventory ---------------------------------------------------------------------------------------------------


def test_the_inventory_tells_states_and_what_is_wrong_with_files(certs: Path) -> None:
    old, new = first(certs), rotated(certs)
    ed25519 = rotated(certs, after=timedelta(), profile=ED25519_JWS_2026.name)
    (certs / "sign" / f"{new}.key").chmod(0o640)
    loose = load_authority(certs, wanted_for="test").certify(
        new_private_key(DEFAULT_PROFILE).public_key(), SIGNER, "x", center="x", center_id="", at=NOW
    )
    (certs / "sign" / f"{key_id(loose)}.crt").write_bytes(pem(loose))
    found = {one.kid: one for one in inventory(certs, NOW) if one.use == "sign"}
    assert {kid: one.state for kid, one in found.items() if kid != key_id(loose)} == {
        old: KeyState.SIGNING,
        new: KeyState.NEXT,
        ed25519: KeyState.SIGNING,
    }
    assert [fault.remedy for fault in found[new].faults] == ["Run chmod 600 on it"]
    assert "not in the ring" in found[key_id(loose)].faults[0].problem
    assert not found[old].faults
    later = {one.kid: one for one in inventory(certs, NOW + WEEK) if one.use == "sign"}
    assert later[old].state is KeyState.RETIRED
    assert not later[old].ends_soon(NOW + timedelta(days=4000)), "a retired key's end alarms nobody"
    assert later[new].ends_soon(NOW + timedelta(days=4000))
    with pytest.raises(UnsafeKeyFile):
        load_key_ring(certs / "sign", at=NOW)

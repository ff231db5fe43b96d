"""Keys in a token: SoftHSM holds the key, our verifier, xmlsec and joserfc judge what it signs."""

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest
import xmlsec
from cryptography.hazmat.primitives import serialization
from joserfc import jws
from joserfc.jwk import KeySet
from lxml import etree
from pkcs11.util.ec import encode_named_curve_parameters
from signing_builders import DOCUMENT, NOW

from gateway.errors import BadSetting, KeyUnavailable, UnsafeKeyFile
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.key_ring import load_key_ring
from gateway.signing.key_set import key_set
from gateway.signing.keys import SigningKey, load_certificates
from gateway.signing.pkcs11 import TokenKey, describe_token, load_token_key
from gateway.signing.pki import init_development_pki
from gateway.signing.profiles import DEFAULT_PROFILE, ECDSA_P256_2026, ED25519_JWS_2026, PROFILES, RSA_3072_2026
from gateway.signing.providers import providers
from gateway.signing.reasons import Reason
from gateway.signing.ring import Signs, Token, read_ring
from gateway.signing.rotation import CenterNames, revoke, rotate
from gateway.signing.texts import base64url
from gateway.signing.trust import TrustStore
from gateway.signing.xml_signature import XmlSigner
from gateway.signing.xml_verification import verify_xml

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
CENTER = CenterNames("Test Center", "5c1b4a6e-2f30-4d7a-9b8c-0d1e2f3a4b5c")
LABEL = "gateway-tests"
KEYS = {"p256": "ecdsa-p256-2026", "p384": "ecdsa-p384-2026", "rsa": "rsa-3072-2026"}
"""The profile of each key in the token, by the key's label."""
PAYLOAD = b'{"one":1}'


@pytest.fixture(scope="module")
def module() -> str:
    """SoftHSM's module. Where it is absent the test is skipped, visibly."""
    found = next((path for path in MODULES if Path(path).exists()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        pytest.skip("no SoftHSM (Debian: softhsm2); tokens are not tried here")
    return found


@pytest.fixture(scope="module")
def pin(module: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh token with three keys; the file with its PIN."""
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "store").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'store'}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    number = f"{secrets.randbelow(10**8):08d}"
    call = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", number, "--so-pin", "1" + number]
    subprocess.run(call, check=True, capture_output=True)
    library = pkcs11.lib(module)
    library.reinitialize()
    with library.get_token(token_label=LABEL).open(user_pin=number, rw=True) as session:
        for label, curve in (("p256", "secp256r1"), ("p384", "secp384r1")):
            parameters = session.create_domain_parameters(
                pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True
            )
            parameters.generate_keypair(store=True, label=label, id=label.encode())
        session.generate_keypair(pkcs11.KeyType.RSA, 3072, store=True, label="rsa", id=b"rsa")
    path = folder / "secret" / "pin"
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    path.write_text(number + "\n")
    yield path
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(scope="module")
def pki(pin: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "certs"
    init_development_pki(folder, center=CENTER.name, center_id=CENTER.id, at=NOW)
    return folder


@pytest.fixture
def certs(pki: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pki, tmp_path / "certs"))


def token(module: str, label: str, changes: dict[str, str] | None = None) -> Token:
    return Token.model_validate({"module": module, "token": LABEL, "key": label} | (changes or {}))


def in_token(certs: Path, module: str, pin: Path, label: str) -> str:
    """Rotate to a key of the token; its id."""
    return rotate(
        certs, CENTER, at=NOW, signs_from=NOW, profile=DEFAULT_PROFILE, token=token(module, label), pin_file=pin
    )


def signing(certs: Path, kid: str) -> SigningKey:
    return load_key_ring(certs / "sign", at=NOW).keys[kid]


@pytest.mark.parametrize("label", KEYS)
def test_a_key_in_a_token_signs_what_others_verify(certs: Path, module: str, pin: Path, label: str) -> None:
    kid = in_token(certs, module, pin, label)
    ring = load_key_ring(certs / "sign", at=NOW)
    key = ring.signer(Signs.XML, NOW)
    assert (key.kid, key.profile) == (kid, PROFILES[KEYS[label]])
    assert not (certs / "sign" / f"{kid}.key").exists()
    trust = TrustStore(load_certificates(certs / "ca" / "root.crt"), ring.certificates())

    signed = XmlSigner(key).sign(DOCUMENT, at=NOW)
    assert verify_xml(signed, trust, at=NOW).signer.kid == kid
    context = xmlsec.SignatureContext()
    pem = key.certificate.public_bytes(serialization.Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM)
    node = etree.fromstring(signed)
    if label != "rsa":
        context.register_id(node.find(".//{http://uri.etsi.org/01903/v1.3.2#}SignedProperties"), id_attr="Id")
    context.verify(xmlsec.tree.find_node(node, xmlsec.constants.NodeSignature))

    compact = JsonSigner(key, Content.STIX_RECORD).sign(PAYLOAD)
    assert verify_detached(compact, PAYLOAD, trust, Content.STIX_RECORD, at=NOW).kid == kid
    head, _, signature = compact.split(".")
    published = KeySet.import_key_set(json.loads(key_set(ring.published())))
    attached = f"{head}.{base64url(PAYLOAD)}.{signature}"
    assert jws.deserialize_compact(attached, published, algorithms=[key.profile.algorithm.jws_name]).payload == PAYLOAD


def test_a_token_is_named_with_its_maker_and_no_pin(certs: Path, module: str, pin: Path) -> None:
    in_token(certs, module, pin, "p256")
    told = describe_token(token(module, "p256"))
    assert "SoftHSM" in told.manufacturer
    assert told.token == LABEL
    found = {one.work: one for one in providers(read_ring(certs / "sign"), NOW)}
    assert found["signing in a token"].is_reached
    assert found["signing in a token"].fips.startswith("not determined")


def test_a_token_that_is_gone_is_told_by_what_reports_it(module: str, certs: Path, pin: Path) -> None:
    kid = in_token(certs, module, pin, "p256")
    path = certs / "sign" / "ring.yaml"
    path.write_text(path.read_text().replace(LABEL, "unplugged"))
    with pytest.raises(KeyUnavailable, match="unplugged"):
        load_key_ring(certs / "sign", at=NOW)
    found = {one.work: one for one in providers(read_ring(certs / "sign"), NOW)}
    assert not found["signing in a token"].is_reached
    assert kid


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"key": "none"}, "NoSuchKey"),
        ({"token": "none"}, "NoSuchToken"),
        ({"module": "/none/module.so"}, "does not load"),
        ({"id": "00ff"}, "NoSuchKey"),
    ],
)
def test_what_cannot_be_reached_is_told_with_a_remedy(
    certs: Path, module: str, pin: Path, changes: dict[str, str], says: str
) -> None:
    chain = load_certificates(certs / "sign" / f"{in_token(certs, module, pin, 'p256')}.crt")
    environment = {"GATEWAY_TOKEN_PIN_FILE": str(pin)}
    with pytest.raises(KeyUnavailable, match=says) as caught:
        load_token_key(
            token(module, "p256", changes), chain, ECDSA_P256_2026, folder=pin.parent, environment=environment
        )
    assert caught.value.remedy
    assert pin.read_text().strip() not in repr(caught.value)


def test_a_wrong_pin_is_told_without_the_pin(certs: Path, module: str, pin: Path) -> None:
    kid = in_token(certs, module, pin, "p256")
    chain = load_certificates(certs / "sign" / f"{kid}.crt")
    wrong = certs / "sign" / f"{kid}.pin"
    wrong.write_text("99887766")
    pkcs11.lib(module).reinitialize()  # a process that is logged in is not asked for the PIN again
    with pytest.raises(KeyUnavailable, match="PinIncorrect") as caught:
        load_token_key(token(module, "p256"), chain, ECDSA_P256_2026, folder=certs / "sign", environment={})
    assert "99887766" not in repr(caught.value)
    assert "PIN file" in caught.value.remedy
    wrong.chmod(0o644)
    with pytest.raises(UnsafeKeyFile):
        load_token_key(token(module, "p256"), chain, ECDSA_P256_2026, folder=certs / "sign", environment={})
    wrong.unlink()
    with pytest.raises(BadSetting, match="GATEWAY_TOKEN_PIN_FILE"):
        load_token_key(token(module, "p256"), chain, ECDSA_P256_2026, folder=certs / "sign", environment={})


def test_a_key_that_does_not_belong_to_the_certificate_is_refused(certs: Path, module: str, pin: Path) -> None:
    """And nothing of the attempt stays behind."""
    kid = in_token(certs, module, pin, "p256")
    chain = certs / "sign" / f"{kid}.crt"
    other = Path(shutil.copytree(certs, certs.parent / "other"))
    shutil.rmtree(other / "sign")
    shutil.copytree(certs / "sign", other / "sign", ignore=shutil.ignore_patterns(f"{kid}*", "ring.yaml"))
    (other / "sign" / "ring.yaml").write_text("keys: {}\n")
    before = sorted(path.name for path in (other / "sign").iterdir())
    with pytest.raises((BadSetting, KeyUnavailable)):
        rotate(
            other,
            CENTER,
            at=NOW,
            signs_from=NOW,
            profile=DEFAULT_PROFILE,
            token=token(module, "p384"),
            pin_file=pin,
            certificate=chain,
        )
    assert sorted(path.name for path in (other / "sign").iterdir()) == before


def test_no_profile_signs_with_ed25519_in_a_token(certs: Path, module: str, pin: Path) -> None:
    chain = load_certificates(certs / "sign" / f"{in_token(certs, module, pin, 'p256')}.crt")
    for profile in (ED25519_JWS_2026, RSA_3072_2026):
        with pytest.raises(BadSetting, match="no key in a token signs"):
            load_token_key(token(module, "p256"), chain, profile, folder=pin.parent, environment={})


def test_a_session_that_broke_is_opened_again(certs: Path, module: str, pin: Path) -> None:
    """A restarted device forgets its sessions: the signature under way is made all the same."""
    key = signing(certs, in_token(certs, module, pin, "p256"))
    assert isinstance(key.secret, TokenKey)
    assert key.secret._session is not None
    key.secret._session.close()
    signature = key.sign(b"after the break")
    ECDSA_P256_2026.algorithm.verify(key.certificate.public_key(), signature, b"after the break")


def test_two_keys_of_one_token_sign_in_turn(certs: Path, module: str, pin: Path) -> None:
    """A process is logged in to a token once, whatever number of keys it uses there."""
    loaded = []
    for minute, label in enumerate(KEYS):
        at = NOW + timedelta(minutes=minute)
        kid = rotate(
            certs, CENTER, at=at, signs_from=at, profile=DEFAULT_PROFILE, token=token(module, label), pin_file=pin
        )
        loaded.append(load_key_ring(certs / "sign", at=at).keys[kid])
    for data in (b"first", b"second"):
        for key in loaded:
            key.profile.algorithm.verify(key.certificate.public_key(), key.sign(data), data)


def test_a_revoked_key_in_a_token_is_followed_by_one_in_a_file(certs: Path, module: str, pin: Path) -> None:
    kid = in_token(certs, module, pin, "p256")
    at = NOW + timedelta(hours=1)
    done = revoke(certs, kid, CENTER, reason=Reason.CESSATION_OF_OPERATION, at=at)
    assert (certs / "sign" / f"{done.successor}.key").exists()
    assert load_key_ring(certs / "sign", at=at).signer(Signs.JSON, at).kid == done.successor

"""Detached JWS (RFC 7515, appendix F) and the key set (RFC 7517): one algorithm, one purpose, one spelling."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from signing_builders import NOW, Authority, authority, loaded, signing_key

from gateway import limits
from gateway.errors import RevokedSigner, UntrustedSignature
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.key_set import certificates_of, key_set
from gateway.signing.keys import SigningKey
from gateway.signing.profiles import ED25519_JWS_2026
from gateway.signing.trust import TrustStore

PAYLOAD = b'{"says":"this"}'
TYPE = Content.STIX_RECORD


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def key(root: Authority) -> SigningKey:
    return root.leaf()


@pytest.fixture(scope="module")
def trust(root: Authority, key: SigningKey) -> TrustStore:
    return root.trust(key)


@pytest.fixture(scope="module")
def jws(key: SigningKey) -> str:
    return JsonSigner(key, TYPE).sign(PAYLOAD)


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header_of(jws: str) -> dict[str, Any]:
    header: dict[str, Any] = json.loads(unb64url(jws.partition(".")[0]))
    return header


def resigned(key: SigningKey, **changes: Any) -> str:
    """A well-made signature over a changed header."""
    header = header_of(JsonSigner(key, TYPE).sign(PAYLOAD)) | changes
    protected = b64url(json.dumps({n: v for n, v in header.items() if v is not None}).encode())
    return f"{protected}..{b64url(key.sign(f'{protected}.{b64url(PAYLOAD)}'.encode()))}"


def test_the_evidence_names_the_signer(jws: str, key: SigningKey, trust: TrustStore) -> None:
    signer = verify_detached(jws, PAYLOAD, trust, TYPE, at=NOW)
    assert (signer.kid, signer.certificate) == (key.kid, key.certificate)
    assert header_of(jws).items() >= {"alg": "ES256", "typ": TYPE.value, "kid": key.kid}.items()


def test_the_same_payload_gives_the_same_signature_rfc_6979(jws: str, key: SigningKey) -> None:
    assert JsonSigner(key, TYPE).sign(PAYLOAD) == jws


def test_a_signature_made_for_another_purpose_does_not_serve(jws: str, trust: TrustStore) -> None:
    with pytest.raises(UntrustedSignature, match="another purpose"):
        verify_detached(jws, PAYLOAD, trust, Content.REVIEW, at=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"alg": {}},
        {"typ": None},
        {"typ": "STIX-RECORD"},
        {"kid": None},
        {"kid": 7},
        {"kid": "0" * 32},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
        {"x5t#S256": "A" * 43},
        {"x5t#S256": 7},
    ],
    ids=str,
)
def test_a_header_that_is_not_ours_is_refused_even_when_well_signed(
    changes: dict[str, Any], key: SigningKey, trust: TrustStore
) -> None:
    with pytest.raises(UntrustedSignature):
        verify_detached(resigned(key, **changes), PAYLOAD, trust, TYPE, at=NOW)


def test_hs256_with_the_public_key_as_secret_is_refused(key: SigningKey, trust: TrustStore) -> None:
    """RFC 8725, 2.1: the algorithm confusion."""
    public = (
        loaded(key)
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    protected = b64url(json.dumps({"alg": "HS256", "kid": key.kid, "typ": TYPE}).encode())
    mac = hmac.new(public, f"{protected}.{b64url(PAYLOAD)}".encode(), hashlib.sha256).digest()
    with pytest.raises(UntrustedSignature):
        verify_detached(f"{protected}..{b64url(mac)}", PAYLOAD, trust, TYPE, at=NOW)


def _other_last_character(text: str) -> str:
    """The same bytes spelled otherwise: 64 bytes leave four bits of the last character unused."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
    assert unb64url(other.rpartition(".")[2]) == unb64url(text.rpartition(".")[2])
    return other


MANGLINGS: dict[str, Callable[[str], str]] = {
    "no JWS": lambda jws: "",
    "two parts": lambda jws: jws.replace("..", "."),
    "four parts": lambda jws: f"{jws}.",
    "payload attached": lambda jws: jws.replace("..", f".{b64url(PAYLOAD)}."),
    "no signature": lambda jws: jws[: jws.rindex(".") + 1],
    "signature cut": lambda jws: jws[:-4],
    "signature with padding": lambda jws: f"{jws}==",
    "signature in non-canonical base64url": _other_last_character,
    "signature with a line feed": lambda jws: f"{jws}\n",
    "standard alphabet": lambda jws: jws.replace("-", "+").replace("_", "/") + "+",
    "non-ASCII": lambda jws: jws[:-1] + "é",
    "header no JSON": lambda jws: b64url(b"nothing") + jws[jws.index(".") :],
    "header a list": lambda jws: b64url(b"[1]") + jws[jws.index(".") :],
    "header nested without end": lambda jws: b64url(b"[" * 200_000) + jws[jws.index(".") :],
    "header no UTF-8": lambda jws: b64url(b"\xff\xfe\xfd") + jws[jws.index(".") :],
    "signature in DER": lambda jws: jws[: jws.rindex(".") + 1] + b64url(b"\x30\x06\x02\x01\x01\x02\x01\x01"),
    "zero signature": lambda jws: jws[: jws.rindex(".") + 1] + b64url(bytes(64)),
}


@pytest.mark.parametrize("mangling", MANGLINGS)
def test_a_mangled_signature_is_refused(mangling: str, jws: str, trust: TrustStore) -> None:
    with pytest.raises(UntrustedSignature):
        verify_detached(MANGLINGS[mangling](jws), PAYLOAD, trust, TYPE, at=NOW)


def test_another_payload_does_not_verify(jws: str, trust: TrustStore) -> None:
    with pytest.raises(UntrustedSignature, match="does not hold"):
        verify_detached(jws, PAYLOAD + b" ", trust, TYPE, at=NOW)


@pytest.mark.parametrize("at", [NOW - timedelta(days=2), NOW + timedelta(days=366)])
def test_an_expired_certificate_is_not_believed(jws: str, trust: TrustStore, at: Any) -> None:
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_detached(jws, PAYLOAD, trust, TYPE, at=at)


def test_a_known_key_without_a_trusted_root_is_not_believed(jws: str, key: SigningKey) -> None:
    """A published key set says which keys there are; it adds no trust."""
    stranger = authority("Somebody Else").trust(key)
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_detached(jws, PAYLOAD, stranger, TYPE, at=NOW)


# The key set ----------------------------------------------------------------------------------------------------


def test_a_key_set_gives_its_certificates_back_and_no_private_part(key: SigningKey) -> None:
    document = key_set([key])
    assert certificates_of(document) == key.chain
    (jwk,) = json.loads(document)["keys"]
    assert jwk.keys() == {"kty", "crv", "use", "alg", "kid", "exp", "x", "y", "x5c"}


def test_with_known_adds_keys_and_no_roots(root: Authority, key: SigningKey, jws: str) -> None:
    assert verify_detached(jws, PAYLOAD, root.trust().with_known(key.chain), TYPE, at=NOW).kid == key.kid
    other = authority("Other").trust().with_known([*key.chain, root.certificate])
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_detached(jws, PAYLOAD, other, TYPE, at=NOW)


def _edited(document: bytes, edit: Callable[[dict[str, Any]], None]) -> bytes:
    data = json.loads(document)
    edit(data["keys"][0])
    return json.dumps(data).encode()


def test_a_forged_kid_is_refused(root: Authority, key: SigningKey) -> None:
    """Another certificate under the center's key id."""
    other = root.leaf("other")
    forged = _edited(key_set([other]), lambda jwk: jwk.update(kid=key.kid))
    with pytest.raises(UntrustedSignature, match="does not belong"):
        certificates_of(forged)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"keys":[{}]}',
        b'{"keys":[{"kid":"a","x5c":[]}]}',
        b'{"keys":[{"kid":"a","x5c":["AAAA"]}]}',
        b'{"keys":[{"kid":"a","x5c":[7]}]}',
        b'{"keys":7}',
        b"[" * 200_000,
        b" " * (limits.DOCUMENT_BYTES + 1),
    ],
    ids=lambda d: repr(d[:40]),
)
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(UntrustedSignature):
        certificates_of(document)


def test_a_certificate_of_an_unknown_version_is_refused(key: SigningKey) -> None:
    der = key.certificate.public_bytes(serialization.Encoding.DER)
    assert der.count(b"\xa0\x03\x02\x01\x02") == 1
    odd = base64.b64encode(der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x0a")).decode()
    with pytest.raises(UntrustedSignature, match="not a key set"):
        certificates_of(_edited(key_set([key]), lambda jwk: jwk.update(x5c=[odd])))


def test_the_kid_outlives_a_renewed_certificate(key: SigningKey) -> None:
    """It is the start of the SHA-256 of the public key, not of the certificate."""
    spki = (
        loaded(key)
        .private.public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    assert key.kid == hashlib.sha256(spki).hexdigest()[:32]


def test_signatures_have_fixed_width(key: SigningKey) -> None:
    """RFC 7518, 3.4: r and s as 32 octets each, also when they start with zeros."""
    assert {len(key.sign(bytes([n]))) for n in range(200)} == {64}
    assert isinstance(loaded(key).private.curve, ec.SECP256R1)


def test_the_older_name_of_ed25519_is_read(root: Authority) -> None:
    """`EdDSA` (RFC 8037) is deprecated by RFC 9864: not written any more, and still sent by others."""
    key = root.leaf(profile=ED25519_JWS_2026)
    assert header_of(JsonSigner(key, TYPE).sign(PAYLOAD))["alg"] == "Ed25519"
    assert verify_detached(resigned(key, alg="EdDSA"), PAYLOAD, root.trust(key), TYPE, at=NOW).kid == key.kid


def test_what_a_key_set_says_is_revoked_is_believed_no_more(root: Authority, key: SigningKey, jws: str) -> None:
    """OpenID Federation 1.0, 8.7.2. A reason that nobody knows is not a harmless one."""
    for reason in ("compromised", "superseded", "a new word", None):
        revoked = {"revoked_at": int((NOW - timedelta(days=1)).timestamp()), "reason": reason}
        document = _edited(key_set([key]), lambda jwk, revoked=revoked: jwk.update(revoked=revoked))  # type: ignore[misc]
        with pytest.raises(RevokedSigner):
            verify_detached(jws, PAYLOAD, root.trust().with_key_set(document), TYPE, at=NOW)
    assert verify_detached(jws, PAYLOAD, root.trust().with_key_set(key_set([key])), TYPE, at=NOW).kid == key.kid


def test_a_key_set_has_no_say_about_an_authoritys_key(root: Authority, key: SigningKey) -> None:
    """Else one center of several under a shared authority could take all of them away."""
    authoritys = signing_key(root.key, root.certificate)
    document = _edited(key_set([authoritys]), lambda jwk: jwk.update(revoked={"revoked_at": 0, "reason": "superseded"}))
    with pytest.raises(UntrustedSignature, match="does not belong"):
        root.trust(key).with_key_set(document)


@pytest.mark.parametrize("revoked", [7, {}, {"revoked_at": "yesterday"}, {"revoked_at": 1e300}, [], None])
def test_a_revocation_that_does_not_read_spoils_the_key_set(root: Authority, key: SigningKey, revoked: object) -> None:
    document = _edited(key_set([key]), lambda jwk: jwk.update(revoked=revoked))
    with pytest.raises(UntrustedSignature, match="not a key set"):
        root.trust().with_key_set(document)


@pytest.mark.parametrize("kid", ["\x1b[31m", "a\n\u2713 other.json: holds", "\ud800"])
def test_a_key_id_that_would_write_on_a_terminal_is_none_of_ours(kid: str, root: Authority) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "ES256", "kid": kid, "typ": TYPE}).encode()).rstrip(b"=")
    with pytest.raises(UntrustedSignature, match="header is not one of ours"):
        verify_detached(f"{header.decode()}..AAAA", PAYLOAD, root.trust(), TYPE, at=NOW)


def test_a_place_in_a_hostile_file_stays_on_its_line() -> None:
    assert str(UntrustedSignature("no", where="a\n\x1b[2K\ud800")) == r"a\n\x1b[2K\ud800: no."

"""The published key set: what a partner fetches to check our signatures (RFC 7517)."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway import limits
from gateway.errors import UntrustedSignature
from gateway.signing.algorithms import kind_of
from gateway.signing.keys import SigningKey, key_id
from gateway.signing.profiles import SigningProfile
from gateway.signing.reasons import Reason
from gateway.signing.texts import base64url, plain_base64

__all__ = ["PublishedKey", "Revocation", "certificates_of", "key_set", "revocations_of"]

_NO_KEY_SET: Final = "this is not a key set"
_ODD_CERTIFICATES: Final = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_COMPROMISED: Final = "compromised"
_REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    dict.fromkeys((Reason.KEY_COMPROMISE, Reason.CA_COMPROMISE, Reason.AA_COMPROMISE), _COMPROMISED)
)
"""Where OpenID Federation 1.0, 8.7.3 has a word of its own; for the others RFC 5280's name stands, as it allows."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """From when on a key's signatures do not count (aware), and why."""

    since: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as partners are told of it: its id, one of its chains (leaf first), its profile."""

    kid: str
    chain: tuple[x509.Certificate, ...]
    profile: SigningProfile
    revocation: Revocation | None = None


def key_set(keys: Iterable[SigningKey | PublishedKey]) -> bytes:
    """A JWK Set with each key's certificate chain in `x5c`; public parts only.

    `exp` is the end of the certificate, in seconds of the epoch. A revoked key stays in the set, with `revoked` (OpenID
    Federation 1.0, 8.7.2). A key whose certificate was renewed stands there once for each.
    """
    return json.dumps({"keys": [_jwk(key) for key in keys]}, indent=1, sort_keys=True).encode()


def _jwk(key: SigningKey | PublishedKey) -> dict[str, object]:
    leaf = key.chain[0]
    revocation = key.revocation if isinstance(key, PublishedKey) else None
    return {
        **_public_part(leaf.public_key()),
        "use": "sig",
        "alg": key.profile.algorithm.jws_name,
        "kid": key.kid,
        "exp": int(leaf.not_valid_after_utc.timestamp()),
        "x5c": [plain_base64(c.public_bytes(serialization.Encoding.DER)) for c in key.chain],
        **({"revoked": _revoked(revocation)} if revocation else {}),
    }


def _revoked(revocation: Revocation) -> dict[str, object]:
    reason = _REASONS.get(revocation.reason, revocation.reason.value)
    return {"revoked_at": int(revocation.since.timestamp()), "reason": reason}


def _public_part(public: object) -> dict[str, object]:
    """The members that are the key (RFC 7518, 6.2.1 and 6.3.1; RFC 8037, 2)."""
    if isinstance(public, ec.EllipticCurvePublicKey):
        numbers, width = public.public_numbers(), (public.key_size + 7) // 8
        x, y = (base64url(value.to_bytes(width, "big")) for value in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": str(kind_of(public)), "x": x, "y": y}
    if isinstance(public, rsa.RSAPublicKey):
        modulus = public.public_numbers()
        n, e = (base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (modulus.n, modulus.e))
        return {"kty": "RSA", "n": n, "e": e}
    if isinstance(public, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(public.public_bytes_raw())}
    raise UntrustedSignature("a key set has no form for such a key", remedy="Report this as a fault")


def certificates_of(document: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate of a key set. They are known by it, not trusted: trust needs a root.

    Raises UntrustedSignature when the document is not a key set or a key does not belong to its certificate.
    """
    keys = _keys_of(document)
    try:
        chains = [[x509.load_der_x509_certificate(base64.b64decode(text)) for text in key["x5c"]] for key in keys]
        belong = all(chain and _belongs(key["kid"], chain[0]) for key, chain in zip(keys, chains, strict=True))
    except (ValueError, KeyError, TypeError, UnsupportedAlgorithm, *_ODD_CERTIFICATES) as error:
        raise UntrustedSignature(_NO_KEY_SET, remedy="Fetch /keys from the center") from error
    if not belong:
        raise UntrustedSignature("a key of the set does not belong to its certificate", remedy="Ask the center for it")
    return tuple(certificate for chain in chains for certificate in chain)


def revocations_of(document: bytes) -> dict[str, Revocation]:
    """The keys of a key set that their center has revoked, by key id. Raises UntrustedSignature as certificates_of."""
    try:
        return {key["kid"]: _revocation(key["revoked"]) for key in _keys_of(document) if "revoked" in key}
    except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
        raise UntrustedSignature(_NO_KEY_SET, remedy="Fetch /keys from the center") from error


def _keys_of(document: bytes) -> list[dict[str, Any]]:
    if len(document) > limits.DOCUMENT_BYTES:
        raise UntrustedSignature("the key set is too large", remedy=f"The limit is {limits.DOCUMENT_BYTES} bytes")
    try:
        keys = json.loads(document)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UntrustedSignature(_NO_KEY_SET, remedy="Fetch /keys from the center") from error
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise UntrustedSignature(_NO_KEY_SET, remedy="Fetch /keys from the center")
    return keys


def _revocation(stated: object) -> Revocation:
    """A reason that is not known here counts as none given, which is not harmless."""
    if not isinstance(stated, dict):
        raise TypeError("a revocation is an object")
    reason = stated.get("reason")
    known = Reason.KEY_COMPROMISE if reason == _COMPROMISED else next((r for r in Reason if r == reason), None)
    return Revocation(datetime.fromtimestamp(stated["revoked_at"], UTC), known or Reason.UNSPECIFIED)


def _belongs(kid: object, leaf: x509.Certificate) -> bool:
    """Whether the kid is the leaf's, and the leaf a signer's: a center has no say about an authority's key."""
    return key_id(leaf) == kid and kind_of(leaf.public_key()) is not None and not _is_authority(leaf)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False

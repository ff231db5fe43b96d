"""Detached JSON Web Signatures (RFC 7515, appendix F) over bytes that travel beside them."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.errors import UntrustedSignature
from gateway.signing.keys import SigningKey, raw_to_der
from gateway.signing.profiles import ECDSA_P256_2026, SigningProfile
from gateway.signing.trust import Signer, TrustStore

__all__ = ["JsonSigner", "VerifiedJws", "verify_detached"]

_ALGORITHMS: dict[str, SigningProfile] = {ECDSA_P256_2026.jws_algorithm: ECDSA_P256_2026}


@dataclass(frozen=True, slots=True)
class VerifiedJws:
    """Evidence that `signer` signed the payload, with the protected header as it was signed."""

    signer: Signer
    header: dict[str, Any]


class JsonSigner:
    """Signs payloads into `header..signature`; `type` goes into the header's `typ`."""

    def __init__(self, key: SigningKey, *, type: str) -> None:
        self._key = key
        header = {
            "alg": key.profile.jws_algorithm,
            "kid": key.kid,
            "typ": type,
            "x5t#S256": _b64url(key.certificate.fingerprint(hashes.SHA256())),
        }
        self._header = _b64url(json.dumps(header, separators=(",", ":"), sort_keys=True).encode())

    @property
    def kid(self) -> str:
        """The key id that each signature names."""
        return self._key.kid

    def sign(self, payload: bytes) -> str:
        """The detached compact form; the same payload always gives the same signature."""
        signed = f"{self._header}.{_b64url(payload)}".encode()
        return f"{self._header}..{_b64url(self._key.sign(signed))}"


def verify_detached(jws: str, payload: bytes, trust: TrustStore, *, type: str, at: datetime) -> VerifiedJws:
    """The evidence behind a detached JWS. Raises UntrustedSignature when anything about it does not hold.

    `type` is the `typ` that the caller expects: a signature made for one purpose does not serve another.
    """
    parts = jws.split(".")
    if len(parts) != 3 or parts[1]:
        raise UntrustedSignature("the signature is not a detached compact JWS", remedy="Ask the sender for it again")
    try:
        header = json.loads(_unb64url(parts[0]))
        signature = _unb64url(parts[2])
        profile = _ALGORITHMS[header["alg"]]
        kid, stated_type = header["kid"], header["typ"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UntrustedSignature("the signature's header is not one of ours", remedy="Check who made it") from error
    if stated_type != type or "crit" in header or not isinstance(kid, str):
        raise UntrustedSignature("the signature was made for another purpose", remedy="Check what was signed")
    signer = trust.by_kid(kid, at=at)
    try:
        signer.public_key.verify(
            raw_to_der(signature, profile), f"{parts[0]}.{_b64url(payload)}".encode(), ec.ECDSA(profile.hash)
        )
    except (InvalidSignature, ValueError) as error:
        raise UntrustedSignature(
            "the signature does not hold", where=signer.subject, remedy="The content was altered; do not use it"
        ) from error
    return VerifiedJws(signer=signer, header=header)


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64url(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _b64url(data) != text:
        raise ValueError("not canonical base64url")
    return data

"""Detached JSON Web Signatures (RFC 7515, appendix F) over bytes that travel beside them."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature

from gateway.errors import UntrustedSignature
from gateway.signing.algorithms import BY_JWS_NAME
from gateway.signing.claim import Claim, Content, Signer, Trust
from gateway.signing.keys import SigningKey, thumbprint_of
from gateway.signing.texts import base64url, from_base64url

__all__ = ["JsonSigner", "read_detached", "verify_detached"]


class JsonSigner:
    """Signs payloads of one sort into `header..signature`; the sort stands in the header as `typ`."""

    def __init__(self, key: SigningKey, content: Content) -> None:
        self._key = key
        header = {
            "alg": key.profile.algorithm.jws_name,
            "kid": key.kid,
            "typ": content.value,
            "x5t#S256": thumbprint_of(key.certificate),
        }
        self._header = base64url(json.dumps(header, separators=(",", ":"), sort_keys=True).encode())

    @property
    def kid(self) -> str:
        """The key id that each signature names."""
        return self._key.kid

    def sign(self, payload: bytes) -> str:
        """The detached compact form; the same payload gives the same signature. Raises RenderingError for a fault."""
        signed = f"{self._header}.{base64url(payload)}".encode()
        return f"{self._header}..{base64url(self._key.sign(signed))}"


def read_detached(jws: str, payload: bytes, trust: Trust, content: Content) -> Claim:
    """What a detached JWS claims, once it is shown that the named key made it over this payload.

    Nobody is believed yet: `trust` only finds the certificate, and says which algorithms it reads. Raises
    UntrustedSignature when the signature does not hold, or was made for another sort of content.
    """
    parts = jws.split(".")
    if len(parts) != 3 or parts[1]:
        raise UntrustedSignature("the signature is not a detached compact JWS", remedy="Ask the sender for it again")
    header, signature = _header(parts[0]), _value(parts[2])
    if header.type != content or header.has_critical:
        raise UntrustedSignature("the signature was made for another purpose", remedy="Check what was signed")
    algorithm = BY_JWS_NAME.get(header.algorithm)
    if algorithm is None or algorithm not in trust.accepts.algorithms:
        raise UntrustedSignature(f"the algorithm is not accepted by {trust.accepts.name}", remedy="Check who made it")
    certificate = trust.certificate_of(header.kid)
    if header.thumbprint and header.thumbprint != thumbprint_of(certificate):
        # The key lives on in a renewed certificate (same kid); the signature was made under an older one.
        certificate = trust.certificate_of(header.kid, thumbprint=header.thumbprint)
    try:
        algorithm.verify(certificate.public_key(), signature, f"{parts[0]}.{base64url(payload)}".encode())
    except (InvalidSignature, ValueError) as error:
        raise UntrustedSignature("the signature does not hold", remedy="The content was altered; do not use it") from (
            error
        )
    return Claim(content=content, algorithm=algorithm, chain=(certificate,), stamped=parts[2].encode())


def verify_detached(
    jws: str, payload: bytes, trust: Trust, content: Content, *, at: datetime, signing_time: datetime | None = None
) -> Signer:
    """Who signed the payload, if `trust` believes it at the moment `at`. Raises UntrustedSignature for anything less.

    `signing_time` is what the payload says of it.
    """
    return trust.judge(replace(read_detached(jws, payload, trust, content), signing_time=signing_time), at=at)


@dataclass(frozen=True, slots=True)
class _Header:
    algorithm: str
    kid: str
    type: str
    thumbprint: str
    has_critical: bool


def _header(text: str) -> _Header:
    """The protected header. Raises UntrustedSignature when it is not one of ours; a name twice is not either."""
    try:
        header = json.loads(from_base64url(text), object_pairs_hook=_each_once)
        found = _Header(header["alg"], header["kid"], header["typ"], header.get("x5t#S256", ""), "crit" in header)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UntrustedSignature("the signature's header is not one of ours", remedy="Check who made it") from error
    values = (found.algorithm, found.kid, found.type, found.thumbprint)
    if not all(isinstance(value, str) and value.isascii() and value.isprintable() for value in values):
        raise UntrustedSignature("the signature's header is not one of ours", remedy="Check who made it")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice")
    return members


def _value(text: str) -> bytes:
    try:
        return from_base64url(text)
    except ValueError as error:
        raise UntrustedSignature("the signature's value does not read", remedy="Ask the sender for it again") from error

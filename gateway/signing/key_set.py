"""The published key set: what a partner fetches to check our signatures (RFC 7517)."""

import base64
import json
from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway import limits
from gateway.errors import UntrustedSignature
from gateway.signing.keys import SigningKey, key_id

__all__ = ["certificates_of", "key_set"]


def key_set(keys: Iterable[SigningKey]) -> bytes:
    """A JWK Set with each key's certificate chain in `x5c`; public parts only."""
    return json.dumps({"keys": [_jwk(key) for key in keys]}, indent=1, sort_keys=True).encode()


def _jwk(key: SigningKey) -> dict[str, object]:
    numbers = key.private.public_key().public_numbers()
    width = key.profile.coordinate_bytes

    def coordinate(value: int) -> str:
        return base64.urlsafe_b64encode(value.to_bytes(width, "big")).rstrip(b"=").decode()

    return {
        "kty": "EC",
        "crv": "P-256",
        "use": "sig",
        "alg": key.profile.jws_algorithm,
        "kid": key.kid,
        "x": coordinate(numbers.x),
        "y": coordinate(numbers.y),
        "x5c": [base64.b64encode(c.public_bytes(serialization.Encoding.DER)).decode() for c in key.chain],
    }


def certificates_of(document: bytes) -> tuple[x509.Certificate, ...]:
    """Every certificate of a key set. They are known by it, not trusted: trust needs a root.

    Raises UntrustedSignature when the document is not a key set or a key does not belong to its certificate.
    """
    if len(document) > limits.DOCUMENT_BYTES:
        raise UntrustedSignature("the key set is too large")
    try:
        chains = [
            [x509.load_der_x509_certificate(base64.b64decode(text)) for text in key["x5c"]]
            for key in json.loads(document)["keys"]
        ]
        kids = [key["kid"] for key in json.loads(document)["keys"]]
        belong = all(chain and _belongs(kid, chain[0]) for kid, chain in zip(kids, chains, strict=True))
    except (ValueError, KeyError, TypeError, RecursionError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise UntrustedSignature("this is not a key set", remedy="Fetch /keys from the center") from error
    if not belong:
        raise UntrustedSignature("a key of the set does not belong to its certificate")
    return tuple(certificate for chain in chains for certificate in chain)


def _belongs(kid: object, leaf: x509.Certificate) -> bool:
    return key_id(leaf) == kid and isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)

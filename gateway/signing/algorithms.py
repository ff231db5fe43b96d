"""The signature algorithms that are known here: one row each, with the names that XML Signature and JWS give it."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

__all__ = [
    "ALGORITHMS",
    "BY_JWS_NAME",
    "BY_XML_URI",
    "ECDSA_SHA256",
    "ECDSA_SHA384",
    "ED25519",
    "RSA_SHA1",
    "RSA_SHA256",
    "STRONG_HASHES",
    "KeyKind",
    "SignatureAlgorithm",
    "kind_of",
]


class KeyKind(enum.StrEnum):
    """What a public key is, as far as it matters for the choice of an algorithm."""

    P256 = "P-256"
    P384 = "P-384"
    RSA = "RSA"
    ED25519 = "Ed25519"


@dataclass(frozen=True, slots=True, eq=False)
class SignatureAlgorithm:
    """One way to sign bytes.

    `width_bytes` is the width of r and of s, big-endian and side by side, which is the form that XML Signature 1.1,
    6.4.3 and RFC 7518, 3.4 both use; 0 where a signature is one string of bytes. `hash` is None where the algorithm
    has its own. `xml_uri` is empty where XML Signature has no name for it, `jws_name` where JWS has none.
    """

    name: str
    kind: KeyKind
    hash: hashes.HashAlgorithm | None
    width_bytes: int
    xml_uri: str
    jws_name: str
    cite: str

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """Raises cryptography's InvalidSignature unless the key made this signature over these bytes."""
        if kind_of(public_key) is not self.kind:
            raise InvalidSignature
        if isinstance(public_key, ed25519.Ed25519PublicKey):
            public_key.verify(signature, data)
        elif isinstance(public_key, rsa.RSAPublicKey) and self.hash is not None:
            public_key.verify(signature, data, padding.PKCS1v15(), self.hash)
        elif isinstance(public_key, ec.EllipticCurvePublicKey) and self.hash is not None:
            public_key.verify(self.der(signature), data, ec.ECDSA(self.hash))
        else:
            raise InvalidSignature

    def der(self, signature: bytes) -> bytes:
        """The DER form of r and s side by side. Raises InvalidSignature when the width is wrong."""
        if len(signature) != 2 * self.width_bytes:
            raise InvalidSignature
        half = self.width_bytes
        return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))

    def side_by_side(self, der: bytes) -> bytes:
        """r and s side by side, from the DER form."""
        r, s = decode_dss_signature(der)
        return r.to_bytes(self.width_bytes, "big") + s.to_bytes(self.width_bytes, "big")


ECDSA_SHA256: Final = SignatureAlgorithm(
    name="ecdsa-p256-sha256",
    kind=KeyKind.P256,
    hash=hashes.SHA256(),
    width_bytes=32,
    xml_uri="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    jws_name="ES256",
    cite="FIPS 186-5, 6; XML Signature 1.1, 6.4.3; RFC 7518, 3.4",
)
ECDSA_SHA384: Final = SignatureAlgorithm(
    name="ecdsa-p384-sha384",
    kind=KeyKind.P384,
    hash=hashes.SHA384(),
    width_bytes=48,
    xml_uri="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    jws_name="ES384",
    cite="FIPS 186-5, 6; XML Signature 1.1, 6.4.3; RFC 7518, 3.4",
)
RSA_SHA256: Final = SignatureAlgorithm(
    name="rsa-sha256",
    kind=KeyKind.RSA,
    hash=hashes.SHA256(),
    width_bytes=0,
    xml_uri="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    jws_name="RS256",
    cite="RFC 8017, 8.2; XML Signature 1.1, 6.4.2; RFC 7518, 3.3",
)
ED25519: Final = SignatureAlgorithm(
    name="ed25519",
    kind=KeyKind.ED25519,
    hash=None,
    width_bytes=0,
    xml_uri="",
    jws_name="Ed25519",
    cite="RFC 8032, 5.1; RFC 9864, 2.2",
)
RSA_SHA1: Final = SignatureAlgorithm(
    name="rsa-sha1",
    kind=KeyKind.RSA,
    hash=hashes.SHA1(),  # noqa: S303 - for input under a legacy policy alone; no profile has it
    width_bytes=0,
    xml_uri="http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    jws_name="",
    cite="XML Signature 1.1, 6.4.2 (its use is discouraged there)",
)
"""Broken, and met in old messages: no profile signs with it, and only a policy that names it accepts it."""

ALGORITHMS: Final = (ECDSA_SHA256, ECDSA_SHA384, RSA_SHA256, ED25519, RSA_SHA1)
BY_JWS_NAME: Final[Mapping[str, SignatureAlgorithm]] = MappingProxyType(
    {a.jws_name: a for a in ALGORITHMS if a.jws_name} | {"EdDSA": ED25519}
)
"""`EdDSA` is the older name (RFC 8037, 3.1), deprecated by RFC 9864: read, never written."""
BY_XML_URI: Final[Mapping[str, SignatureAlgorithm]] = MappingProxyType({a.xml_uri: a for a in ALGORITHMS if a.xml_uri})

STRONG_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
"""What the signature of a certificate, a revocation list or an OCSP response may be over, to count."""

_CURVES: Final = {"secp256r1": KeyKind.P256, "secp384r1": KeyKind.P384}


def kind_of(public_key: object) -> KeyKind | None:
    """What kind of key this is; None for one that no algorithm here uses."""
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        return _CURVES.get(public_key.curve.name)
    if isinstance(public_key, rsa.RSAPublicKey):
        return KeyKind.RSA
    return KeyKind.ED25519 if isinstance(public_key, ed25519.Ed25519PublicKey) else None

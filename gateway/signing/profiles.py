"""Named signing profiles: which algorithms make and check our signatures, each citing its standard."""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["ECDSA_P256_2026", "SigningProfile"]


@dataclass(frozen=True, slots=True)
class SigningProfile:
    """One choice of curve and hash, with the names that XML Signature and JWS give it."""

    name: str
    curve: ec.EllipticCurve
    hash: hashes.HashAlgorithm
    xml_signature_uri: str
    xml_digest_uri: str
    jws_algorithm: str
    coordinate_bytes: int
    cite: str


ECDSA_P256_2026: Final = SigningProfile(
    name="ecdsa-p256-2026",
    curve=ec.SECP256R1(),
    hash=hashes.SHA256(),
    xml_signature_uri="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    xml_digest_uri="http://www.w3.org/2001/04/xmlenc#sha256",
    jws_algorithm="ES256",
    coordinate_bytes=32,
    cite="FIPS 186-5 with RFC 6979 nonces; XML Signature 1.1, 6.4.3; RFC 7518, 3.4",
)
"""The default. Nonces are deterministic (RFC 6979), so that replaying an input gives identical bytes."""

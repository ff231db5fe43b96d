"""Which forms of signature are read at all: a strict set, and one named legacy set for old messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.signing.algorithms import (
    ECDSA_SHA256,
    ECDSA_SHA384,
    ED25519,
    RSA_SHA1,
    RSA_SHA256,
    SignatureAlgorithm,
)

__all__ = [
    "ACCEPTED",
    "EXCLUSIVE_C14N",
    "LEGACY_SHA1_2008",
    "SHA256",
    "SHA384",
    "SHA512",
    "STRICT_2026",
    "Accepted",
]

EXCLUSIVE_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_C14N_COMMENTS: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA384: Final = "http://www.w3.org/2001/04/xmldsig-more#sha384"
SHA512: Final = "http://www.w3.org/2001/04/xmlenc#sha512"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Algorithms, XML digests and XML canonicalizations by their URIs, and the least size of an RSA key in bits."""

    name: str
    algorithms: frozenset[SignatureAlgorithm]
    digests: frozenset[str]
    canonicalizations: frozenset[str]
    least_rsa_bits: int
    cite: str

    def admits_key(self, public_key: object) -> bool:
        """Whether the key is long enough; keys of fixed size are."""
        return not isinstance(public_key, rsa.RSAPublicKey) or public_key.key_size >= self.least_rsa_bits


STRICT_2026: Final = Accepted(
    name="strict-2026",
    algorithms=frozenset({ECDSA_SHA256, ECDSA_SHA384, RSA_SHA256, ED25519}),
    digests=frozenset({SHA256, SHA384, SHA512}),
    canonicalizations=frozenset({EXCLUSIVE_C14N}),
    least_rsa_bits=2048,
    cite="NIST SP 800-131A revision 2, tables 1 and 8",
)
"""What is read unless a policy names another set."""
LEGACY_SHA1_2008: Final = Accepted(
    name="legacy-sha1-2008",
    algorithms=STRICT_2026.algorithms | {RSA_SHA1},
    digests=STRICT_2026.digests | {SHA1},
    canonicalizations=STRICT_2026.canonicalizations | {INCLUSIVE_C14N, INCLUSIVE_C14N_COMMENTS},
    least_rsa_bits=1024,
    cite="CAP 1.2, 3.3.4.1 (XML Signature as alerting systems of its day write it)",
)
"""Old alerts and GRA messages. SHA-1 collides: this tells who probably sent a message, and proves nothing."""

ACCEPTED: Final[Mapping[str, Accepted]] = MappingProxyType({a.name: a for a in (STRICT_2026, LEGACY_SHA1_2008)})

"""Named signing profiles: frozen choices of algorithm and form, each citing its standard."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.signing.algorithms import ECDSA_SHA256, ECDSA_SHA384, ED25519, RSA_SHA256, SignatureAlgorithm

__all__ = [
    "DEFAULT_PROFILE",
    "ECDSA_P256_2026",
    "ECDSA_P384_2026",
    "ED25519_JWS_2026",
    "FAST_UNSAFE_TESTS_ONLY",
    "PROFILES",
    "RSA_3072_2026",
    "SelfCheck",
    "SigningProfile",
    "XmlForm",
]


class XmlForm(enum.StrEnum):
    """What stands in an XML signature beside the signature itself."""

    NONE = "none"
    """The profile signs no XML."""
    PLAIN = "plain"
    """XML Signature 1.1 alone."""
    XADES_B = "xades-b"
    """Signing time, digest of the certificate and format of the data, signed too: XAdES baseline B (EN 319 132-1)."""


class SelfCheck(enum.StrEnum):
    """Whether a signature is verified by its maker before it leaves."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class SigningProfile:
    """What a key made for this profile signs with. `rsa_bits` is the size of a new RSA key, and the least size of one.

    A profile never changes once it is published: what must change gets a name of its own.
    """

    name: str
    algorithm: SignatureAlgorithm
    xml: XmlForm
    cite: str
    rsa_bits: int = 0
    self_check: SelfCheck = SelfCheck.ALWAYS


ECDSA_P256_2026: Final = SigningProfile(
    name="ecdsa-p256-2026",
    algorithm=ECDSA_SHA256,
    xml=XmlForm.XADES_B,
    cite="FIPS 186-5 with the nonces of RFC 6979; EN 319 132-1 V1.2.1, 6.3; RFC 7518, 3.4",
)
"""The default. Nonces are deterministic (RFC 6979): the same input at the same signing time gives the same bytes."""
ECDSA_P384_2026: Final = SigningProfile(
    name="ecdsa-p384-2026",
    algorithm=ECDSA_SHA384,
    xml=XmlForm.XADES_B,
    cite="FIPS 186-5 with the nonces of RFC 6979; CNSA 1.0 (CNSSP 15); EN 319 132-1 V1.2.1, 6.3",
)
RSA_3072_2026: Final = SigningProfile(
    name="rsa-3072-2026",
    algorithm=RSA_SHA256,
    xml=XmlForm.PLAIN,
    cite="RFC 8017, 8.2; NIST SP 800-57 part 1, table 2 (128 bits of strength); XML Signature 1.1, 6.4.2",
    rsa_bits=3072,
)
"""For peers whose software knows neither elliptic curves nor XAdES."""
ED25519_JWS_2026: Final = SigningProfile(
    name="ed25519-jws-2026",
    algorithm=ED25519,
    xml=XmlForm.NONE,
    cite="RFC 8032, 5.1; RFC 9864, 2.2",
)
"""For STIX alone: XML Signature has no name for Ed25519 that public libraries know."""
FAST_UNSAFE_TESTS_ONLY: Final = SigningProfile(
    name="fast-unsafe-tests-only",
    algorithm=ECDSA_SHA256,
    xml=XmlForm.PLAIN,
    cite="none: a test that signs thousands of documents may do without the check of each",
    self_check=SelfCheck.NEVER,
)
"""Not in PROFILES: no setting and no key file can name it."""

DEFAULT_PROFILE: Final = ECDSA_P256_2026
PROFILES: Final[Mapping[str, SigningProfile]] = MappingProxyType(
    {profile.name: profile for profile in (ECDSA_P256_2026, ECDSA_P384_2026, RSA_3072_2026, ED25519_JWS_2026)}
)
"""What a center may choose, by name; the default first."""

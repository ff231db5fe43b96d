"""What a leaf certificate is for: one row each, with its folder and what its certificate says."""

from dataclasses import dataclass
from typing import Final

from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

__all__ = ["JOURNAL", "OPERATOR", "PARTNER", "SERVER", "SIGNER", "TSA", "Purpose"]

_DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336, 3)."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """A folder of leaves, and their extended key usages.

    `names_center` puts the center's id into the certificate, as `urn:uuid:`, so that a policy can tie the key to the
    identity that its documents name. `is_critical` makes the usages critical, as RFC 3161, 2.3 demands of a time-stamp
    authority.
    """

    folder: str
    usages: tuple[ObjectIdentifier, ...]
    names_center: bool = False
    is_critical: bool = False


SERVER: Final = Purpose("tls", (ExtendedKeyUsageOID.SERVER_AUTH,))
SIGNER: Final = Purpose("sign", (_DOCUMENT_SIGNING,), names_center=True)
OPERATOR: Final = Purpose("operators", (ExtendedKeyUsageOID.EMAIL_PROTECTION,))
PARTNER: Final = Purpose("partners", (ExtendedKeyUsageOID.CLIENT_AUTH,))
JOURNAL: Final = Purpose("journal", (_DOCUMENT_SIGNING,), names_center=True)
TSA: Final = Purpose("tsa", (ExtendedKeyUsageOID.TIME_STAMPING,), names_center=True, is_critical=True)

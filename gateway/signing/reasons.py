"""Why a certificate, or the key that it is for, no longer counts (RFC 5280, 5.3.1)."""

import enum
from typing import Final

__all__ = ["FOR_GOOD", "Reason"]


class Reason(enum.StrEnum):
    """The reason codes by their names. `removeFromCRL` stands in delta lists alone, which are not read."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"
    AA_COMPROMISE = "aACompromise"


FOR_GOOD: Final = tuple(reason for reason in Reason if reason is not Reason.CERTIFICATE_HOLD)
"""What a key of ours can be revoked for: it never comes back."""

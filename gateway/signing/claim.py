"""What a signature says of itself, before anybody is believed; and what is known once somebody is."""

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509

from gateway.signing.accepted import Accepted
from gateway.signing.algorithms import SignatureAlgorithm

__all__ = ["Claim", "Content", "Signer", "Trust"]


class Content(enum.StrEnum):
    """What is signed. In a JWS it is the protected header's `typ`: a signature made for one serves no other."""

    NIEM_DOCUMENT = "niem-document"
    STIX_RECORD = "stix-record"
    REVIEW = "gateway-review"
    RELEASE = "gateway-release"


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature that holds over its content, with everything that it says of itself. Nobody is believed yet.

    `chain` has the certificates that came along, the signer's own first; it may be unknown to whom the last leads.
    `signing_time` is what the signer says (aware), None where the form has no place for it. `timestamp` is a token of
    a time-stamp authority (RFC 3161), DER, and `stamped` the bytes that such a token is over. `center` is the id of the
    STIX identity that the content names as its publisher, `kinds` the kinds of record that it is of; both are empty
    where the content does not say.
    """

    content: Content
    algorithm: SignatureAlgorithm
    chain: tuple[x509.Certificate, ...]
    stamped: bytes
    signing_time: datetime | None = None
    timestamp: bytes | None = None
    center: str = ""
    kinds: frozenset[str] = frozenset()

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate whose key made the signature."""
        return self.chain[0]


@dataclass(frozen=True, slots=True)
class Signer:
    """Evidence: who signed, when, and why that is believed.

    `evidence` has one sentence for each rule of the policy that was asked, in its order. `signed_at` is the moment at
    which the certificate had to hold; `is_proven` tells whether a time-stamp authority vouches for it, or only the
    signer.
    """

    kid: str
    subject: str
    certificate: x509.Certificate
    signed_at: datetime
    is_proven: bool = False
    policy: str = ""
    evidence: tuple[str, ...] = ()


class Trust(Protocol):
    """Whom to believe. Implemented by policies; asked by whatever verifies a signature."""

    @property
    def accepts(self) -> Accepted:
        """Which forms of signature are read at all."""
        ...

    def certificate_of(self, kid: str, *, thumbprint: str = "") -> x509.Certificate:
        """The known certificate with this key id: known, not believed.

        Several certificates may have been issued for one key; `thumbprint` (RFC 7515, 4.1.8) names one of them, else
        it is the newest. Raises UntrustedSignature when there is none.
        """
        ...

    def judge(self, claim: Claim, *, at: datetime) -> Signer:
        """Who signed, if this policy believes it at the moment `at` (aware). Raises UntrustedSignature otherwise."""
        ...

"""Certificates and keys that were taken back: what that means for signatures made before.

The rule. Whoever signs after the revocation is not believed. A signature that a timestamp proves to be older stays
good. A signature that merely says so stays good only where nobody suspects the key: with a key that may be in other
hands, any time can be written. Which reasons are harmless is the table below.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Protocol

from cryptography import x509

from gateway.errors import RevocationUnknown, RevokedSigner
from gateway.signing.claim import Claim
from gateway.signing.keys import key_id
from gateway.signing.reasons import Reason
from gateway.signing.trust.certificates import ChainsTo, subject_of
from gateway.signing.trust.moments import Moment, ProofNeeded

__all__ = ["REASONS", "NotRevoked", "Revocation", "RevocationSource", "RevokedKey", "Standing"]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """What a reason means for a signature that only says that it is older."""

    is_harmless: bool
    why: str


REASONS: Final[Mapping[Reason, ReasonRow]] = MappingProxyType(
    {
        Reason.UNSPECIFIED: ReasonRow(False, "it may be any of the others"),
        Reason.KEY_COMPROMISE: ReasonRow(False, "the key is in other hands, or may be"),
        Reason.CA_COMPROMISE: ReasonRow(False, "the authority's key is in other hands, or may be"),
        Reason.AFFILIATION_CHANGED: ReasonRow(True, "a name changed; nobody suspects the key (X.509, 9.5.3.1)"),
        Reason.SUPERSEDED: ReasonRow(True, "a new one took its place; nobody suspects the key (X.509, 9.5.3.1)"),
        Reason.CESSATION_OF_OPERATION: ReasonRow(
            True, "it is not needed any more; nobody suspects the key (X.509, 9.5.3.1)"
        ),
        Reason.CERTIFICATE_HOLD: ReasonRow(False, "nobody knows yet"),
        Reason.PRIVILEGE_WITHDRAWN: ReasonRow(
            False, "the holder still has the key, and a reason to write an earlier time"
        ),
        Reason.AA_COMPROMISE: ReasonRow(False, "the attribute authority's key is in other hands, or may be"),
    }
)
"""RFC 5280, 5.3.1. removeFromCRL is not here: it stands in delta CRLs alone, which are not read."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """One certificate taken back. `told` is when, `since` from when the key is not believed: never later (5.3.2)."""

    told: datetime
    since: datetime
    reason: Reason
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a source says of one certificate; `is_fresh` tells whether it speaks for the time asked about."""

    says: str
    is_fresh: bool
    revocation: Revocation | None = None


class RevocationSource(Protocol):
    """A revocation list or an OCSP response."""

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Standing | None:
        """What it says of the certificate at `at`; None when it says nothing about it."""
        ...


@dataclass(frozen=True, slots=True)
class RevokedKey:
    """A key that the verifier itself does not believe any more, since a moment (aware)."""

    kid: str
    since: datetime
    reason: Reason = Reason.KEY_COMPROMISE


@dataclass(frozen=True, slots=True)
class NotRevoked:
    """Neither the signer's certificate nor an authority's on the path was taken back, as far as the sources tell.

    `revoked_keys` are asked about every key on the path: whoever has an authority's key can issue to anybody. `paths`
    finds who issued what; without it the certificates that came along are asked about no list. With
    `is_required`, each certificate needs a source that speaks for the time asked about.
    """

    paths: ChainsTo | None
    sources: tuple[RevocationSource, ...] = ()
    revoked_keys: Mapping[str, RevokedKey] = field(default_factory=lambda: MappingProxyType({}))
    is_required: bool = False

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises RevokedSigner for what was taken back, RevocationUnknown where a source is required and missing."""
        evidence: list[str] = []
        is_walked = self.paths is not None and (self._asks or bool(self.revoked_keys))
        path = self.paths.path(claim.chain, at.signed) if self.paths is not None and is_walked else claim.chain[:1]
        for certificate in path if self.revoked_keys else ():
            key = self.revoked_keys.get(key_id(certificate))
            if key is not None:
                taken = Revocation(key.since, key.since, key.reason, "the policy itself")
                evidence.append(_outlived(taken, certificate, at))
        for certificate, issuer in pairwise(path) if self._asks else ():
            evidence.extend(self._of(certificate, issuer, at))
        if self.is_required and len(path) < 2 and self.paths is None:
            raise _unknown(claim.certificate, "a certificate that is named in the policy has no revocation list")
        if not self._asks:
            evidence.append("no revocation list was asked")
        return tuple(evidence)

    @property
    def _asks(self) -> bool:
        return self.is_required or bool(self.sources)

    def _of(self, certificate: x509.Certificate, issuer: x509.Certificate, at: Moment) -> list[str]:
        standings = [
            standing
            for source in self.sources
            if (standing := source.standing(certificate, issuer, at.now)) is not None
        ]
        revoked = [standing.revocation for standing in standings if standing.revocation is not None]
        evidence = [_outlived(revocation, certificate, at) for revocation in revoked]
        if self.is_required and not any(standing.is_fresh for standing in standings):
            said = "; ".join(standing.says for standing in standings) or "no source speaks of it"
            raise _unknown(certificate, f"nobody says whether the certificate was taken back: {said}")
        if not evidence:
            evidence = [standing.says for standing in standings] or [f"no source speaks of {subject_of(certificate)}"]
        return evidence


def _outlived(revocation: Revocation, certificate: x509.Certificate, at: Moment) -> str:
    """Evidence that the signature is older than the revocation. Raises RevokedSigner."""
    reason, when = revocation.reason, revocation.since.isoformat(timespec="seconds")
    told = f"{subject_of(certificate)} was taken back as of {when} ({reason}, {revocation.source})"
    if revocation.told > at.now:
        return f"{told}: after the time asked about"
    if at.signed >= revocation.since:
        raise _revoked(certificate, f"the signer was taken back on {when} ({reason}), before the signature was made")
    if at.is_proven:
        return f"{told}: after the signature, as its timestamp proves"
    if at.needed is ProofNeeded.NEVER and REASONS[reason].is_harmless:
        return f"{told}: after the stated time, and for a reason that leaves the key good"
    raise _revoked(
        certificate,
        f"the signer was taken back on {when} ({reason}), and no timestamp proves that the signature is older",
    )


def _revoked(certificate: x509.Certificate, what: str) -> RevokedSigner:
    return RevokedSigner(what, where=subject_of(certificate), remedy="Do not use it; ask the center for it again")


def _unknown(certificate: x509.Certificate, what: str) -> RevocationUnknown:
    return RevocationUnknown(
        what, where=subject_of(certificate), remedy="Get the authority's current list (CRL) or an OCSP response"
    )

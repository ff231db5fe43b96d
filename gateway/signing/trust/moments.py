"""When a signature was made: what a time-stamp authority proves, else what the signer says, else the time asked.

The time rule. A certificate has to hold when the signature was made. A timestamp (RFC 3161) proves that the signature
was there by then, whatever became of the certificate later. A stated signing time is the signer's word: whoever holds
the key can write any time, so a key that was lost, or that nobody watches any more, could sign for the past.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from gateway.errors import OutsideValidity, UntrustedSignature
from gateway.signing.claim import Claim

__all__ = ["CLOCK_SKEW", "Moment", "Proof", "ProofNeeded", "TimeRule", "Timestamps"]

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far two clocks may differ before a time counts as the future."""


class Proof(enum.StrEnum):
    """What the time of signing rests on."""

    TIMESTAMP = "timestamp"
    CLAIM = "claim"
    NONE = "none"


class ProofNeeded(enum.StrEnum):
    """When only a timestamp will do as the time of signing."""

    NEVER = "never"
    WHEN_REVOKED_OR_EXPIRED = "when-revoked-or-expired"
    ALWAYS = "always"


class Timestamps(Protocol):
    """The time-stamp authorities that are believed."""

    def moment(self, token: bytes, stamped: bytes) -> datetime:
        """When the bytes were there, by a token (RFC 3161, DER). Raises UntrustedSignature unless it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Moment:
    """The time of one signature, as policies ask about it. All times are aware.

    `now` is the time asked about, `signed` when the signature was made: proven, else stated, else `now`. `needed` says
    when only proof will do, `says` is the evidence.
    """

    now: datetime
    signed: datetime
    proof: Proof
    needed: ProofNeeded
    says: str

    @property
    def is_proven(self) -> bool:
        """Whether a time-stamp authority vouches for `signed`."""
        return self.proof is Proof.TIMESTAMP

    @property
    def must_hold_at(self) -> tuple[datetime, ...]:
        """The times at which a certificate has to hold: the second is `now`, where a stated time is not enough."""
        suffices = self.is_proven or self.needed is ProofNeeded.NEVER or self.signed == self.now
        return (self.signed,) if suffices else (self.signed, self.now)


@dataclass(frozen=True, slots=True)
class TimeRule:
    """Whose timestamps are believed, when one is needed, and how far clocks may differ."""

    timestamps: Timestamps | None = None
    needed: ProofNeeded = ProofNeeded.WHEN_REVOKED_OR_EXPIRED
    skew: timedelta = CLOCK_SKEW

    def moment_of(self, claim: Claim, at: datetime) -> Moment:
        """When the claim's signature was made, as far as is known at `at`.

        A timestamp that does not hold counts for nothing, as if it were not there: anybody can take it away or put
        another in its place, since no signature covers it (EN 319 102-1, 5.5.4). Raises OutsideValidity for a time in
        the future, for a timestamp older than the stated time, and where proof is always asked for and there is none.
        """
        if claim.signing_time is not None and claim.signing_time - at > self.skew:
            raise OutsideValidity(
                "the signature is not trusted: its signing time lies in the future",
                remedy="Check both clocks, and ask the sender",
            )
        proven, fault = self._proven(claim)
        if proven is None:
            if self.needed is ProofNeeded.ALWAYS:
                raise OutsideValidity(
                    f"the policy asks for a timestamp, and {fault or 'there is none'}",
                    remedy="Ask the sender for a document with a timestamp of an authority that the policy names",
                )
            return self._unproven(claim, at, fault)
        if proven - at > self.skew:
            raise OutsideValidity(
                "the signature is not trusted: its timestamp is later than the time asked about",
                remedy="Ask about a later time",
            )
        if claim.signing_time is not None and claim.signing_time - proven > self.skew:
            raise OutsideValidity(
                "the signature is not trusted: its timestamp is older than the stated signing time",
                remedy="Ask the sender for it again",
            )
        says = f"signed by {_written(proven)}, as a time-stamp authority proves"
        return Moment(at, min(proven, at), Proof.TIMESTAMP, self.needed, says)

    def _proven(self, claim: Claim) -> tuple[datetime | None, str]:
        if claim.timestamp is None:
            return None, ""
        if self.timestamps is None:
            return None, "the policy names no time-stamp authority"
        try:
            return self.timestamps.moment(claim.timestamp, claim.stamped), ""
        except UntrustedSignature as error:
            return None, f"its timestamp is not believed ({error.problem})"

    def _unproven(self, claim: Claim, at: datetime, fault: str) -> Moment:
        why = f"; {fault}" if fault else ""
        if claim.signing_time is None:
            says = f"no time of signing is stated: judged at {_written(at)}{why}"
            return Moment(at, at, Proof.NONE, self.needed, says)
        signed = min(claim.signing_time, at)
        says = f"signed at {_written(claim.signing_time)}, as the signer says{why}"
        return Moment(at, signed, Proof.CLAIM, self.needed, says)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")

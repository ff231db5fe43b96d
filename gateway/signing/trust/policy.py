"""What a policy is: a small rule that a claim keeps, with a sentence of evidence, or breaks, with a reason."""

from dataclasses import dataclass
from typing import Protocol

from gateway.errors import BadSetting, UnknownSigner, UntrustedSignature
from gateway.signing.claim import Claim
from gateway.signing.trust.moments import Moment

__all__ = ["AllOf", "AnyOf", "Policy"]


class Policy(Protocol):
    """One rule about whom to believe. Frozen, asked for every signature, and the same answer each time."""

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Evidence, a sentence each, that the rule is kept. Raises UntrustedSignature when it is broken."""
        ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the policies is kept. Raises BadSetting for none at all: that would believe everybody."""

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        if not self.policies:
            raise BadSetting("a policy of no rules believes everybody", remedy="Name the rules")

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """All their evidence, in order; the first that is broken stops."""
        return tuple(sentence for policy in self.policies for sentence in policy.check(claim, at))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the policies is kept."""

    policies: tuple[Policy, ...]

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """The evidence of the first that is kept. Raises what the first raised when none is."""
        faults: list[UntrustedSignature] = []
        for policy in self.policies:
            try:
                return policy.check(claim, at)
            except UntrustedSignature as error:
                faults.append(error)
        if not faults:
            raise UnknownSigner("the policy believes nobody", remedy="Name roots or certificates in it")
        raise faults[0]

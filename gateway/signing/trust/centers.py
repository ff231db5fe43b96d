"""What a center may sign: in its own name, of its kinds, with its algorithms."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cryptography import x509

from gateway.errors import SignerNotAllowed
from gateway.signing.accepted import Accepted
from gateway.signing.claim import Claim, Content
from gateway.signing.trust.certificates import extension_of, subject_of
from gateway.signing.trust.moments import Moment

__all__ = ["AcceptedAlgorithms", "CenterName", "CenterTerms", "MaySignKinds", "NameForm", "NamedFor"]

_OF_A_CENTER: Final = frozenset({Content.NIEM_DOCUMENT, Content.STIX_RECORD})
"""A review and the statement of a release are signed by a person, and name no center."""


class NameForm(enum.StrEnum):
    """Where a certificate says whose it is."""

    URI = "uri"
    DNS = "dns"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class CenterName:
    """One name that makes a certificate a center's: a name of subjectAltName, or the whole subject (RFC 4514)."""

    form: NameForm
    value: str

    def is_of(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate bears this name. Raises SignerNotAllowed when its names do not read."""
        if self.form is NameForm.SUBJECT:
            return subject_of(certificate) == self.value
        names = extension_of(certificate, x509.SubjectAlternativeName)
        if names is None:
            return False
        sort = x509.DNSName if self.form is NameForm.DNS else x509.UniformResourceIdentifier
        return self.value.lower() in (value.lower() for value in names.get_values_for_type(sort))


@dataclass(frozen=True, slots=True)
class CenterTerms:
    """What a policy says of one center. `id` is its STIX identity (`identity--<uuid>`).

    Without `names` its certificates must name it `urn:uuid:<uuid>` (RFC 9562, 4) in subjectAltName. Empty `kinds` are
    all kinds, empty `algorithms` all that the policy accepts.
    """

    id: str
    names: tuple[CenterName, ...] = ()
    kinds: frozenset[str] = frozenset()
    algorithms: frozenset[str] = frozenset()

    @property
    def told_by(self) -> tuple[CenterName, ...]:
        """The names that make a certificate this center's; one of them is enough."""
        return self.names or (CenterName(NameForm.URI, f"urn:uuid:{self.id.rpartition('--')[2]}"),)


@dataclass(frozen=True, slots=True)
class NamedFor:
    """The certificate is one of the center that the content names as its publisher."""

    centers: Mapping[str, CenterTerms]

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises SignerNotAllowed for another center's certificate, and for a center that the policy does not name."""
        if claim.content not in _OF_A_CENTER:
            return ()
        terms = _terms(self.centers, claim)
        for name in terms.told_by:
            if name.is_of(claim.certificate):
                return (f"its certificate is of the center {terms.id} by its {name.form} {name.value}",)
        raise SignerNotAllowed(
            f"the certificate is not one of the center {terms.id[:60]}, which the content names",
            where=subject_of(claim.certificate),
            remedy="Do not use it; ask the center which key it signs with",
        )


@dataclass(frozen=True, slots=True)
class MaySignKinds:
    """The record is of a kind that the center may sign."""

    centers: Mapping[str, CenterTerms]

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises SignerNotAllowed for another kind, and for content that tells no kind where kinds are named."""
        if claim.content not in _OF_A_CENTER:
            return ()
        allowed = _terms(self.centers, claim).kinds
        if not allowed:
            return ()
        if not claim.kinds or not claim.kinds <= allowed:
            raise SignerNotAllowed(
                f"the policy believes this center on {', '.join(sorted(allowed))} alone",
                where=subject_of(claim.certificate),
                remedy="Ask the center whether it may share this; then add the kind to the policy",
            )
        return (f"the center is believed on the kind {', '.join(sorted(claim.kinds))}",)


@dataclass(frozen=True, slots=True)
class AcceptedAlgorithms:
    """The algorithm is of the accepted set, the key long enough, and both are what the center uses."""

    accepted: Accepted
    centers: Mapping[str, CenterTerms] = field(default_factory=lambda: MappingProxyType({}))

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises SignerNotAllowed otherwise."""
        public = claim.certificate.public_key()
        own = self.centers.get(claim.center)
        among = claim.algorithm in self.accepted.algorithms and self.accepted.admits_key(public)
        if not among or (own is not None and own.algorithms and claim.algorithm.name not in own.algorithms):
            raise SignerNotAllowed(
                f"the algorithm {claim.algorithm.name} is not believed of this signer",
                where=subject_of(claim.certificate),
                remedy="Ask the sender to sign with an algorithm that the policy accepts",
            )
        return (f"{claim.algorithm.name} is accepted by {self.accepted.name}",)


def _terms(centers: Mapping[str, CenterTerms], claim: Claim) -> CenterTerms:
    terms = centers.get(claim.center)
    if terms is None:
        named = f"the center {claim.center[:60]}" if claim.center else "no center, and the policy asks for one"
        raise SignerNotAllowed(
            f"the content names {named}" + (", which the policy does not believe" if claim.center else ""),
            where=subject_of(claim.certificate),
            remedy="Add the center to the policy, if you believe it",
        )
    return terms

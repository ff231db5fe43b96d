"""The store of trust: known certificates, and the policies that decide which of them are believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from gateway.errors import UnknownSigner
from gateway.signing.accepted import STRICT_2026, Accepted
from gateway.signing.claim import Claim, Signer
from gateway.signing.key_set import certificates_of, revocations_of
from gateway.signing.keys import key_id, thumbprint_of
from gateway.signing.trust.centers import AcceptedAlgorithms, CenterTerms, MaySignKinds, NamedFor
from gateway.signing.trust.certificates import ChainsTo, MaySign, Pinned, ValidAtSigning, subject_of, without_repeats
from gateway.signing.trust.moments import TimeRule
from gateway.signing.trust.policy import AllOf, AnyOf, Policy
from gateway.signing.trust.revocation import REASONS, NotRevoked, RevocationSource, RevokedKey

__all__ = ["Terms", "TrustStore"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a store asks beside a path to a root. Without any: a certificate for signing that holds, of any center.

    `pinned` certificates are believed without a root. With `centers`, content of others is not believed.
    """

    name: str = "roots"
    accepts: Accepted = STRICT_2026
    time: TimeRule = field(default_factory=TimeRule)
    pinned: tuple[x509.Certificate, ...] = ()
    centers: Mapping[str, CenterTerms] = field(default_factory=lambda: MappingProxyType({}))
    sources: tuple[RevocationSource, ...] = ()
    revoked_keys: Mapping[str, RevokedKey] = field(default_factory=lambda: MappingProxyType({}))
    requires_revocation: bool = False


class TrustStore:
    """The roots that are believed, and the intermediate and signer certificates that are known.

    A certificate counts only if it leads to a root, may sign (key usage digitalSignature, not for TLS alone), was valid
    when the signature was made, and was not taken back before. The time is what a timestamp proves, else what the
    signer says; then the certificate must hold at the time asked about as well, unless the terms say otherwise.
    """

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        known: Iterable[x509.Certificate] = (),
        *,
        terms: Terms | None = None,
    ) -> None:
        self._roots = tuple(roots)
        self._terms = terms or Terms()
        self._certificates = without_repeats(known)
        self._known: dict[str, tuple[x509.Certificate, ...]] = {}
        for certificate in self._certificates:
            kid = _key_id(certificate)
            self._known[kid] = (*self._known.get(kid, ()), certificate)
        self._policy = _composed(self._roots, self._certificates, self._terms)

    @property
    def accepts(self) -> Accepted:
        """Which forms of signature are read at all."""
        return self._terms.accepts

    @property
    def name(self) -> str:
        """What the policy is called in evidence."""
        return self._terms.name

    def with_known(self, certificates: Iterable[x509.Certificate]) -> "TrustStore":
        """The same terms with more known certificates, for example from a published key set. Adds no trust."""
        return TrustStore(self._roots, (*self._certificates, *certificates), terms=self._terms)

    def with_key_set(self, document: bytes) -> "TrustStore":
        """As `with_known`, from a published key set (RFC 7517); what it says is revoked is believed no more.

        Raises UntrustedSignature when it is no key set.
        """
        revoked = {kid: RevokedKey(kid, one.since, one.reason) for kid, one in revocations_of(document).items()}
        for kid, one in self._terms.revoked_keys.items():
            revoked[kid] = _stricter(one, revoked.get(kid, one))
        terms = replace(self._terms, revoked_keys=MappingProxyType(revoked))
        return TrustStore(self._roots, (*self._certificates, *certificates_of(document)), terms=terms)

    def certificate_of(self, kid: str, *, thumbprint: str = "") -> x509.Certificate:
        """The known certificate with this key id. Raises UnknownSigner when there is none."""
        held = self._known.get(kid, ())
        if thumbprint:
            held = tuple(one for one in held if thumbprint_of(one) == thumbprint)
        if not held:
            raise UnknownSigner(
                f"the key {kid[:64]} is not known", remedy="Fetch the center's key set, or ask the center for it"
            )
        return max(held, key=lambda one: one.not_valid_before_utc)

    def judge(self, claim: Claim, *, at: datetime) -> Signer:
        """Who signed, with the evidence of each rule. Raises UntrustedSignature when one of them is broken."""
        leaf = claim.certificate
        moment = self._terms.time.moment_of(claim, at)
        try:
            evidence = self._policy.check(claim, moment)
            kid = key_id(leaf)
        except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
            raise UnknownSigner("the signer's certificate does not read", remedy="Ask the sender for it") from error
        return Signer(
            kid=kid,
            subject=subject_of(leaf),
            certificate=leaf,
            signed_at=moment.signed,
            is_proven=moment.is_proven,
            policy=self.name,
            evidence=(moment.says, *evidence),
        )


def _key_id(certificate: x509.Certificate) -> str:
    try:
        return key_id(certificate)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnknownSigner(
            "a known certificate has a key that does not read", where=subject_of(certificate), remedy="Leave it out"
        ) from error


def _stricter(one: RevokedKey, other: RevokedKey) -> RevokedKey:
    """The earlier moment, and the graver reason: neither source makes good what the other takes away."""
    grave = next((key.reason for key in (one, other) if not REASONS[key.reason].is_harmless), one.reason)
    return RevokedKey(one.kid, min(one.since, other.since), grave)


def _composed(roots: tuple[x509.Certificate, ...], known: tuple[x509.Certificate, ...], terms: Terms) -> Policy:
    """The terms as policies, in the order in which they are asked."""
    chain = ChainsTo(roots, known) if roots else None
    lists, keys, required = terms.sources, terms.revoked_keys, terms.requires_revocation
    known_by: list[Policy] = []
    if terms.pinned:
        known_by.append(AllOf((Pinned(terms.pinned), NotRevoked(None, (), keys, required))))
    if chain is not None:
        known_by.append(AllOf((chain, NotRevoked(chain, lists, keys, required))))
    of_centers: tuple[Policy, ...] = (NamedFor(terms.centers), MaySignKinds(terms.centers)) if terms.centers else ()
    return AllOf(
        (
            AcceptedAlgorithms(terms.accepts, terms.centers),
            MaySign(),
            ValidAtSigning(),
            AnyOf(tuple(known_by)),
            *of_centers,
        )
    )

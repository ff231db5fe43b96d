"""What the signer's certificate must be: issued under a root, meant for signing, within its validity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from gateway.errors import OutsideValidity, SignerNotAllowed, UnknownSigner
from gateway.signing.claim import Claim
from gateway.signing.trust.moments import Moment

__all__ = ["ChainsTo", "MaySign", "Pinned", "ValidAtSigning", "extension_of", "subject_of", "without_repeats"]

T = TypeVar("T", bound=x509.ExtensionType)

_TLS_USAGES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
"""A partner's client certificate chains to the signer's root too; it signs no documents (RFC 5280, 4.2.1.12)."""
_MOST_INTERMEDIATES = 2
_NOT = "the signer's certificate is not trusted"


@dataclass(frozen=True, slots=True)
class ChainsTo:
    """The certificate leads to one of the roots; `intermediates` are known besides those that came along.

    The path is judged when the signature was made, and again at the time asked about where that is not proven
    (RFC 5280, 6.1, by cryptography's verifier).
    """

    roots: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    _store: Store = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_store", Store(list(self.roots)))

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Names the root. Raises UnknownSigner when no path leads to any."""
        paths = [self.path(claim.chain, instant) for instant in at.must_hold_at]
        return (f"{subject_of(claim.certificate)} leads to the root {subject_of(paths[0][-1])}",)

    def path(self, chain: Sequence[x509.Certificate], instant: datetime) -> tuple[x509.Certificate, ...]:
        """The certificates from the signer's to the root, as they held at the instant. Raises UnknownSigner."""
        try:
            verifier = (
                PolicyBuilder()
                .store(self._store)
                .time(instant)
                .max_chain_depth(_MOST_INTERMEDIATES)
                .extension_policies(
                    ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
                )
                .build_client_verifier()
            )
            return tuple(verifier.verify(chain[0], [*chain[1:], *self.intermediates]).chain)
        except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
            raise UnknownSigner(
                f"{_NOT}: no path leads to a root that is believed",
                where=subject_of(chain[0]),
                remedy="Check the roots of the policy, and the dates of the certificates",
            ) from error


@dataclass(frozen=True, slots=True)
class Pinned:
    """The certificate is one of these, whoever issued it. For old keys that no authority stands behind."""

    certificates: tuple[x509.Certificate, ...]

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Names the certificate. Raises UnknownSigner for any other."""
        if _thumbprint(claim.certificate) not in {_thumbprint(one) for one in self.certificates}:
            raise UnknownSigner(
                f"{_NOT}: it is not one of those that the policy names",
                where=subject_of(claim.certificate),
                remedy="Ask the center which certificate it signs with",
            )
        return (f"{subject_of(claim.certificate)} is named in the policy itself",)


@dataclass(frozen=True, slots=True)
class MaySign:
    """The certificate is for signing: digitalSignature, no authority's, not for TLS alone.

    With `usage`, its extended key usages must name that one: id-kp-timeStamping for a time-stamp authority (RFC 3161,
    2.3), or whatever a journal's key is issued for.
    """

    usage: ObjectIdentifier | None = None

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises SignerNotAllowed when the certificate is for something else (RFC 5280, 4.2.1.3, 4.2.1.9, 4.2.1.12)."""
        leaf = claim.certificate
        constraints = extension_of(leaf, x509.BasicConstraints)
        if constraints is not None and constraints.ca:
            raise _not_allowed(leaf, "it is an authority's, which signs certificates alone")
        usage = extension_of(leaf, x509.KeyUsage)
        if usage is None or not usage.digital_signature:
            raise _not_allowed(leaf, "its key may not sign")
        extended = extension_of(leaf, x509.ExtendedKeyUsage)
        named = frozenset(extended or ())
        if self.usage is not None and self.usage not in named:
            raise _not_allowed(leaf, "it is not for this use")
        if self.usage is None and extended is not None and named <= _TLS_USAGES:
            raise _not_allowed(leaf, "it is for TLS alone")
        return ("its certificate is for signing",)


@dataclass(frozen=True, slots=True)
class ValidAtSigning:
    """The certificate was valid when the signature was made, and still is unless that time is proven."""

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        """Raises OutsideValidity otherwise, also where a stated time lies before the certificate began."""
        leaf = claim.certificate
        begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
        stated = claim.signing_time
        if at.signed < begins or (stated is not None and stated < begins):
            raise _outside(leaf, "it began after the signature was made, or is said to have been")
        if at.signed > ends:
            raise _outside(leaf, "it had expired when the signature was made")
        if any(not begins <= instant <= ends for instant in at.must_hold_at):
            raise _outside(leaf, "it has expired, and no timestamp proves that the signature is older")
        expired = at.now > ends
        return ("its certificate held then, and has expired since" if expired else "its certificate holds",)


def subject_of(certificate: x509.Certificate) -> str:
    """A certificate is read part by part: one that nobody signed may hold anything for a subject."""
    try:
        return certificate.subject.rfc4514_string()
    except ValueError:
        return "a certificate without a readable subject"


def extension_of(certificate: x509.Certificate, sort: type[T]) -> T | None:
    """The extension of that sort, None where there is none. Raises SignerNotAllowed when they do not read."""
    try:
        return certificate.extensions.get_extension_for_class(sort).value
    except x509.ExtensionNotFound:
        return None
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise _not_allowed(certificate, "its extensions do not read") from error


def _thumbprint(certificate: x509.Certificate) -> bytes:
    return certificate.fingerprint(hashes.SHA256())


def _not_allowed(certificate: x509.Certificate, what: str) -> SignerNotAllowed:
    return SignerNotAllowed(
        f"{_NOT}: {what}", where=subject_of(certificate), remedy="Ask the sender which key it signed with"
    )


def _outside(certificate: x509.Certificate, what: str) -> OutsideValidity:
    return OutsideValidity(
        f"{_NOT}: {what}", where=subject_of(certificate), remedy="Ask the sender for it with a timestamp"
    )


def without_repeats(certificates: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Each certificate once, in order."""
    return tuple({_thumbprint(one): one for one in certificates}.values())

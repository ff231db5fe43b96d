"""Whom a signature is believed: chains to pinned roots, the key's purpose, validity at the time asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from gateway.errors import UntrustedSignature
from gateway.signing.keys import key_id

__all__ = ["Signer", "TrustStore"]

_TLS_USAGES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
"""A partner's client certificate chains to the signer's root too; it signs no documents (RFC 5280, 4.2.1.12)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Evidence: the key that signed, to whom its certificate was issued, and until when that holds (UTC)."""

    kid: str
    subject: str
    certificate: x509.Certificate
    valid_until: datetime

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The signer's public key; the trust store admits elliptic-curve keys only."""
        key = self.certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise UntrustedSignature("the signer's key is not an elliptic-curve key", where=self.subject)
        return key


class TrustStore:
    """The roots that are believed, and the intermediate and signer certificates that are known.

    A certificate counts only if it chains to a root, may sign (key usage digitalSignature), is not for TLS alone and is
    within its validity at the time asked.
    """

    def __init__(self, roots: Iterable[x509.Certificate], known: Iterable[x509.Certificate] = ()) -> None:
        self._store = Store(list(roots))
        self._known = {key_id(certificate): certificate for certificate in known}

    def with_known(self, certificates: Iterable[x509.Certificate]) -> "TrustStore":
        """The same roots with more known certificates, for example from a published key set. Adds no trust."""
        wider = TrustStore.__new__(TrustStore)
        wider._store = self._store
        wider._known = {**self._known, **{key_id(certificate): certificate for certificate in certificates}}
        return wider

    def by_kid(self, kid: str, *, at: datetime) -> Signer:
        """The trusted signer with this key id. Raises UntrustedSignature when unknown or not trusted at that time."""
        certificate = self._known.get(kid)
        if certificate is None:
            raise UntrustedSignature(
                f"the key {kid} is not known", remedy="Fetch the center's key set, or ask the center for it"
            )
        return self.by_chain([certificate], at=at)

    def by_chain(self, chain: Sequence[x509.Certificate], *, at: datetime) -> Signer:
        """The trusted signer whose certificate stands first in `chain`. Raises UntrustedSignature."""
        leaf = chain[0]
        try:
            verifier = (
                PolicyBuilder()
                .store(self._store)
                .time(at)
                .max_chain_depth(2)
                .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_may_sign())
                .build_client_verifier()
            )
            verifier.verify(leaf, [*chain[1:], *self._known.values()])
        except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
            raise UntrustedSignature(
                "the signer's certificate is not trusted",
                where=_subject_if_it_reads(leaf),
                remedy="Check the trust store's roots and the certificate's dates",
            ) from error
        return Signer(
            kid=key_id(leaf),
            subject=leaf.subject.rfc4514_string(),
            certificate=leaf,
            valid_until=leaf.not_valid_after_utc,
        )


def _subject_if_it_reads(certificate: x509.Certificate) -> str:
    """A certificate is read part by part: one that nobody signed may hold anything for a subject."""
    try:
        return certificate.subject.rfc4514_string()
    except ValueError:
        return "a certificate without a readable subject"


def _may_sign() -> ExtensionPolicy:
    def signs(_: object, __: x509.Certificate, usage: x509.KeyUsage) -> None:
        if not usage.digital_signature:
            raise ValueError("the certificate's key may not sign")

    def not_for_tls_alone(_: object, __: x509.Certificate, usages: x509.ExtendedKeyUsage | None) -> None:
        if usages is not None and set(usages) <= _TLS_USAGES:
            raise ValueError("the certificate is for TLS")

    return (
        ExtensionPolicy.permit_all()
        .require_present(x509.KeyUsage, Criticality.AGNOSTIC, signs)
        .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, not_for_tls_alone)
    )

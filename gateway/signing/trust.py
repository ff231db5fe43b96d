"""Whom a signature is believed: chains to pinned roots, the key's purpose, validity at the time asked."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from gateway.errors import UntrustedSignature
from gateway.signing.accepted import STRICT_2026, Accepted
from gateway.signing.claim import Claim, Signer
from gateway.signing.keys import key_id
from gateway.signing.texts import base64url

__all__ = ["TrustStore"]

_TLS_USAGES = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
"""A partner's client certificate chains to the signer's root too; it signs no documents (RFC 5280, 4.2.1.12)."""


class TrustStore:
    """The roots that are believed, and the intermediate and signer certificates that are known.

    A certificate counts only if it chains to a root, may sign (key usage digitalSignature), is not for TLS alone and is
    within its validity at the time asked.
    """

    accepts: Accepted = STRICT_2026

    def __init__(self, roots: Iterable[x509.Certificate], known: Iterable[x509.Certificate] = ()) -> None:
        self._store = Store(list(roots))
        self._known: dict[str, tuple[x509.Certificate, ...]] = {}
        for certificate in known:
            held = self._known.get(key_id(certificate), ())
            self._known[key_id(certificate)] = (*held, certificate)

    def with_known(self, certificates: Iterable[x509.Certificate]) -> "TrustStore":
        """The same roots with more known certificates, for example from a published key set. Adds no trust."""
        wider = TrustStore.__new__(TrustStore)
        wider._store = self._store
        wider._known = dict(self._known)
        for certificate in certificates:
            wider._known[key_id(certificate)] = (*wider._known.get(key_id(certificate), ()), certificate)
        return wider

    def certificate_of(self, kid: str, *, thumbprint: str = "") -> x509.Certificate:
        """The known certificate with this key id. Raises UntrustedSignature when there is none."""
        held = self._known.get(kid, ())
        if thumbprint:
            held = tuple(one for one in held if base64url(one.fingerprint(hashes.SHA256())) == thumbprint)
        if not held:
            raise UntrustedSignature(
                f"the key {kid[:64]} is not known", remedy="Fetch the center's key set, or ask the center for it"
            )
        return max(held, key=lambda one: one.not_valid_before_utc)

    def judge(self, claim: Claim, *, at: datetime) -> Signer:
        """Who signed, if the certificate chains to a root, may sign, and holds at the moment `at`.

        Raises UntrustedSignature otherwise.
        """
        leaf = claim.certificate
        self._require_path(claim.chain, at)
        return Signer(kid=key_id(leaf), subject=leaf.subject.rfc4514_string(), certificate=leaf, signed_at=at)

    def _require_path(self, chain: Sequence[x509.Certificate], at: datetime) -> None:
        others = [certificate for held in self._known.values() for certificate in held]
        try:
            verifier = (
                PolicyBuilder()
                .store(self._store)
                .time(at)
                .max_chain_depth(2)
                .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_may_sign())
                .build_client_verifier()
            )
            verifier.verify(chain[0], [*chain[1:], *others])
        except (VerificationError, ValueError, UnsupportedAlgorithm) as error:
            raise UntrustedSignature(
                "the signer's certificate is not trusted",
                where=_subject_if_it_reads(chain[0]),
                remedy="Check the trust store's roots and the certificate's dates",
            ) from error


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

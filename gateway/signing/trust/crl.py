"""Certificate revocation lists, as an authority publishes them (RFC 5280, 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from gateway.errors import BadSetting
from gateway.signing.algorithms import STRONG_HASHES
from gateway.signing.reasons import Reason
from gateway.signing.trust.certificates import extension_of, subject_of
from gateway.signing.trust.moments import CLOCK_SKEW
from gateway.signing.trust.revocation import Revocation, Standing

__all__ = ["RevocationList", "load_list", "reason_of"]

_REASONS: Final = {
    x509.ReasonFlags.unspecified: Reason.UNSPECIFIED,
    x509.ReasonFlags.key_compromise: Reason.KEY_COMPROMISE,
    x509.ReasonFlags.ca_compromise: Reason.CA_COMPROMISE,
    x509.ReasonFlags.affiliation_changed: Reason.AFFILIATION_CHANGED,
    x509.ReasonFlags.superseded: Reason.SUPERSEDED,
    x509.ReasonFlags.cessation_of_operation: Reason.CESSATION_OF_OPERATION,
    x509.ReasonFlags.certificate_hold: Reason.CERTIFICATE_HOLD,
    x509.ReasonFlags.privilege_withdrawn: Reason.PRIVILEGE_WITHDRAWN,
    x509.ReasonFlags.aa_compromise: Reason.AA_COMPROMISE,
}
_UNDERSTOOD: Final = frozenset({x509.IssuingDistributionPoint.oid, x509.AuthorityKeyIdentifier.oid, x509.CRLNumber.oid})
_UNDERSTOOD_OF_ENTRY: Final = frozenset({x509.CRLReason.oid, x509.InvalidityDate.oid})


def reason_of(flag: x509.ReasonFlags | None) -> Reason:
    """The reason as a row of the table; no reason at all is `unspecified`."""
    return _REASONS.get(flag, Reason.UNSPECIFIED) if flag is not None else Reason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A whole list of one authority. Its signature is checked with the authority's key at each question."""

    crl: x509.CertificateRevocationList
    name: str
    skew: timedelta = CLOCK_SKEW

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Standing | None:
        """What the list says of the certificate; a list that does not hold, or is of another authority, says nothing.

        A stale list still tells who was taken back, but not that anybody was not.
        """
        if self.crl.issuer != certificate.issuer or not self._speaks_of(certificate):
            return None
        if not _is_by(self.crl, issuer):
            return Standing(f"the list {self.name} is not signed by {subject_of(issuer)}", is_fresh=False)
        begins, ends = self.crl.last_update_utc, self.crl.next_update_utc
        is_fresh = begins - at <= self.skew and ends is not None and at <= ends
        entry = self.crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None:
            return Standing(f"the list {self.name} names it", is_fresh, self._revocation(entry))
        if not self._covers(certificate):
            return Standing(f"the list {self.name} is of another part of the authority's certificates", is_fresh=False)
        until = ends.isoformat(timespec="seconds") if ends is not None else "an unknown time"
        state = f"up to {until}" if is_fresh else f"but is stale: it held up to {until}"
        return Standing(f"{subject_of(certificate)} is not on the list {self.name}, which holds {state}", is_fresh)

    def _speaks_of(self, certificate: x509.Certificate) -> bool:
        """Whether the list is about this sort of certificate (5.2.5)."""
        try:
            point = self.crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
        except x509.ExtensionNotFound:
            return True
        constraints = extension_of(certificate, x509.BasicConstraints)
        is_authority = constraints is not None and constraints.ca
        return not (point.only_contains_user_certs if is_authority else point.only_contains_ca_certs)

    def _covers(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate would stand here: not where the list is of a part that it does not name as its own.

        What stands on a list counts in any case (6.3.3, b 2 i).
        """
        try:
            point = self.crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
        except x509.ExtensionNotFound:
            return True
        return (point.full_name is None and point.relative_name is None) or _points_at(certificate, point)

    def _revocation(self, entry: x509.RevokedCertificate) -> Revocation:
        told = since = entry.revocation_date_utc
        flag = None
        for extension in entry.extensions:
            if isinstance(extension.value, x509.CRLReason):
                flag = extension.value.reason
            elif isinstance(extension.value, x509.InvalidityDate):
                since = min(told, extension.value.invalidity_date_utc)
        return Revocation(told, since, reason_of(flag), f"the list {self.name}")


def load_list(data: bytes, *, name: str, skew: timedelta = CLOCK_SKEW) -> RevocationList:
    """A list from PEM or DER. Raises BadSetting for what is no list, and for the sorts that are not read.

    Those are delta lists, indirect lists, lists of some reasons or of attribute certificates, and lists with a critical
    extension that nobody here knows (5.2, 5.2.4, 5.2.5, 5.3).
    """
    try:
        is_text = data.lstrip().startswith(b"-----BEGIN")
        crl = x509.load_pem_x509_crl(data) if is_text else x509.load_der_x509_crl(data)
        extensions = list(crl.extensions)
        of_entries = [extension for entry in crl for extension in entry.extensions]
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise BadSetting("this is no revocation list", where=name, remedy="Get the authority's CRL again") from error
    what = ""
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.DeltaCRLIndicator):
            what = "a delta list"
        elif isinstance(value, x509.IssuingDistributionPoint):
            what = what or _special(value)
        elif extension.critical and extension.oid not in _UNDERSTOOD:
            what = what or "a list with a critical extension that is not known"
    if any(isinstance(one.value, x509.CertificateIssuer) for one in of_entries):
        what = what or "an indirect list"
    if any(one.critical and one.oid not in _UNDERSTOOD_OF_ENTRY for one in of_entries):
        what = what or "a list with a critical extension that is not known"
    if what:
        raise BadSetting(f"{what} is not read", where=name, remedy="Use the authority's own, whole list")
    return RevocationList(crl, name, skew)


def _special(point: x509.IssuingDistributionPoint) -> str:
    if point.indirect_crl:
        return "an indirect list"
    if point.only_some_reasons:
        return "a list of some reasons"
    return "a list of attribute certificates" if point.only_contains_attribute_certs else ""


def _points_at(certificate: x509.Certificate, point: x509.IssuingDistributionPoint) -> bool:
    """Whether the certificate names this part of the authority's list as its own."""
    own = extension_of(certificate, x509.CRLDistributionPoints) or ()
    names = set(point.full_name or ())
    return any(
        not names.isdisjoint(one.full_name or ())
        or (point.relative_name is not None and one.relative_name == point.relative_name)
        for one in own
    )


def _is_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        usage = extension_of(issuer, x509.KeyUsage)
        if usage is not None and not usage.crl_sign:
            return False
        algorithm = crl.signature_hash_algorithm
        is_strong = algorithm is None or isinstance(algorithm, STRONG_HASHES)  # Ed25519 names no hash
        return is_strong and crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False

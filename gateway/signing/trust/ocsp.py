"""OCSP responses, kept beside what they speak of (RFC 6960)."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from gateway.errors import BadSetting, UntrustedSignature
from gateway.signing.algorithms import STRONG_HASHES
from gateway.signing.trust.certificates import extension_of, subject_of
from gateway.signing.trust.crl import reason_of
from gateway.signing.trust.moments import CLOCK_SKEW
from gateway.signing.trust.revocation import Revocation, Standing

__all__ = ["StatusResponse", "load_response"]


@dataclass(frozen=True, slots=True)
class StatusResponse:
    """A successful response. Who may have signed it is checked at each question: the issuer, or whom it delegated."""

    response: ocsp.OCSPResponse
    name: str
    skew: timedelta = CLOCK_SKEW

    def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Standing | None:
        """What the response says of the certificate; None when it is about another one or does not know it."""
        for single in self.response.responses:
            if not _is_about(single, certificate, issuer) or single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
                continue
            if not self._is_authorized(issuer):
                return Standing(f"the response {self.name} is not by {subject_of(issuer)}", is_fresh=False)
            begins, ends = single.this_update_utc, single.next_update_utc
            # Without nextUpdate newer information is always at hand (4.2.2.1): it speaks for its own moment.
            is_fresh = begins - at <= self.skew and (at <= ends if ends is not None else at - begins <= self.skew)
            if single.certificate_status is ocsp.OCSPCertStatus.REVOKED and single.revocation_time_utc is not None:
                told = single.revocation_time_utc
                revocation = Revocation(told, told, reason_of(single.revocation_reason), f"the response {self.name}")
                return Standing(f"the response {self.name} names it", is_fresh, revocation)
            when = begins.isoformat(timespec="seconds")
            state = "which still holds" if is_fresh else "which is stale"
            return Standing(
                f"{subject_of(certificate)} was good at {when} by the response {self.name}, {state}", is_fresh
            )
        return None

    def _is_authorized(self, issuer: x509.Certificate) -> bool:
        """Whether the issuer signed, or a certificate that it issued for just that (4.2.2.2)."""
        if _names(self.response, issuer) and _signed(self.response, issuer):
            return True
        return any(
            _names(self.response, one) and _is_delegate(one, issuer, self.response) and _signed(self.response, one)
            for one in self.response.certificates
        )


def load_response(data: bytes, *, name: str, skew: timedelta = CLOCK_SKEW) -> StatusResponse:
    """A response from DER, or from base64 between the two lines of RFC 7468 with the label OCSP RESPONSE.

    Raises BadSetting for what is none, or is a refusal to answer.
    """
    try:
        is_text = data.lstrip().startswith(b"-----BEGIN")
        response = ocsp.load_der_ocsp_response(_unarmored(data) if is_text else data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSetting("this is no OCSP response", where=name, remedy="Ask the responder again") from error
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise BadSetting("the responder did not answer", where=name, remedy="Ask the responder again")
    return StatusResponse(response, name, skew)


def _unarmored(text: bytes) -> bytes:
    return base64.b64decode(b"".join(line for line in text.splitlines() if not line.startswith(b"-----")))


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the certificate's id is this one: its serial number, its issuer's name and key (4.1.1)."""
    if single.serial_number != certificate.serial_number:
        return False
    name = _digest(single.hash_algorithm, issuer.subject.public_bytes())
    return single.issuer_name_hash == name and single.issuer_key_hash == _digest(
        single.hash_algorithm, _key_bits(issuer)
    )


def _names(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Whether the response says that this certificate's key signed it (ResponderID; by key it is a SHA-1)."""
    if response.responder_name is not None:
        return response.responder_name == certificate.subject
    return response.responder_key_hash == _digest(hashes.SHA1(), _key_bits(certificate))  # noqa: S303 - an id, no proof


def _is_delegate(certificate: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        usages = extension_of(certificate, x509.ExtendedKeyUsage)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, UntrustedSignature):
        return False
    is_meant = usages is not None and ExtendedKeyUsageOID.OCSP_SIGNING in set(usages)
    return is_meant and (
        certificate.not_valid_before_utc <= response.produced_at_utc <= certificate.not_valid_after_utc
    )


def _signed(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    try:
        key, digest = certificate.public_key(), response.signature_hash_algorithm
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(response.signature, response.tbs_response_bytes)
        elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(digest, STRONG_HASHES):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and isinstance(digest, STRONG_HASHES):
            key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), digest)
        else:
            return False
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The bits of the public key without their algorithm, as the certificate's own key id is made of (RFC 5280)."""
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    if isinstance(public, rsa.RSAPublicKey):
        return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    if isinstance(public, ed25519.Ed25519PublicKey):
        return public.public_bytes_raw()
    return b""

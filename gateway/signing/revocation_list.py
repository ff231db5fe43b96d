"""The development authority's list of revoked certificates (RFC 5280, 5): `certs/ca/crl.pem`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.errors import BadSetting, MissingFile
from gateway.signing.issuing import Authority
from gateway.signing.key_folder import replace_public
from gateway.signing.reasons import Reason

__all__ = ["CRL_FILE", "load_revocation_list", "write_revocation_list"]

CRL_FILE: Final = "crl.pem"
_LIFE: Final = timedelta(days=90)
"""How long a partner may rely on a list: as long as a quarter between two visits of a partner that is offline."""


def load_revocation_list(folder: Path) -> x509.CertificateRevocationList:
    """The list in the folder of authorities. Raises MissingFile or BadSetting."""
    path = folder / CRL_FILE
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except FileNotFoundError as error:
        raise MissingFile(
            "there is no revocation list", where=str(path), remedy="Run gateway certs renew crl"
        ) from error
    except ValueError as error:
        raise BadSetting("this is no PEM revocation list", where=str(path), remedy="Replace the file") from error


def write_revocation_list(
    folder: Path,
    authority: Authority,
    *,
    at: datetime,
    revoked: Iterable[x509.Certificate] = (),
    since: datetime | None = None,
    reason: Reason = Reason.UNSPECIFIED,
) -> None:
    """Issue the next list: what stood in the last one, and these certificates.

    `since` is the moment from which the key is not to be believed, where it was before `at` (RFC 5280, 5.3.2). A
    certificate that is listed already stays as it is listed.
    """
    before = load_revocation_list(folder) if (folder / CRL_FILE).exists() else None
    entries = {entry.serial_number: entry for entry in before or ()}
    for certificate in revoked:
        entries.setdefault(certificate.serial_number, _entry(certificate, at, since or at, reason))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(at)
        .next_update(at + _LIFE)
        .add_extension(x509.CRLNumber(_number(before) + 1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    for entry in entries.values():
        builder = builder.add_revoked_certificate(entry)
    replace_public(folder / CRL_FILE, builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM))


def _entry(certificate: x509.Certificate, at: datetime, since: datetime, reason: Reason) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(at)
    if reason is not Reason.UNSPECIFIED:  # RFC 5280, 5.3.1: absent rather than unspecified
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(reason.value)), critical=False)
    if since < at:
        builder = builder.add_extension(x509.InvalidityDate(since.replace(tzinfo=None)), critical=False)
    return builder.build()


def _number(crl: x509.CertificateRevocationList | None) -> int:
    return 0 if crl is None else crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

"""The development PKI: a root, an issuing authority and short-lived leaves, made with one command.

For trying things out and for tests. A center in operation brings certificates of its own; certs/README.md says how.
"""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from gateway.errors import ConfigurationError

__all__ = ["OPERATOR", "PARTNER", "SERVER", "SIGNER", "Purpose", "init_development_pki", "issue_leaf"]

_LEAF_DAYS = 398
_AUTHORITY_DAYS = 1825


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a leaf certificate is for: its folder and its extended key usages."""

    folder: str
    usages: tuple[ObjectIdentifier, ...]


SERVER = Purpose("tls", (ExtendedKeyUsageOID.SERVER_AUTH,))
SIGNER = Purpose("sign", (ExtendedKeyUsageOID.EMAIL_PROTECTION,))
OPERATOR = Purpose("operators", (ExtendedKeyUsageOID.EMAIL_PROTECTION,))
PARTNER = Purpose("partners", (ExtendedKeyUsageOID.CLIENT_AUTH,))


def init_development_pki(
    folder: Path, *, center: str, at: datetime, operators: Iterable[str] = (), partners: Iterable[str] = ()
) -> None:
    """Make `folder` with `ca/`, `tls/`, `sign/`, `operators/` and `partners/`; keys 0600, folders 0700.

    The root's key is used once and not kept. Raises ConfigurationError when the folder already has authorities.
    """
    authority_folder = folder / "ca"
    if (authority_folder / "root.crt").exists():
        raise ConfigurationError(
            "there are certificates already", where=str(folder), remedy="Remove the folder to start afresh"
        )
    root_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, issuing_name = _name(center, "Development Root"), _name(center, "Development Issuing")
    root = _authority(root_name, root_key, root_name, root_key, at=at, path_length=1)
    issuing = _authority(issuing_name, issuing_key, root_name, root_key, at=at, path_length=0)
    _folder(authority_folder)
    _write(authority_folder / "root.crt", _pem(root), private=False)
    _write(authority_folder / "issuing.crt", _pem(issuing), private=False)
    _write(authority_folder / "issuing.key", _pem_key(issuing_key), private=True)
    issue_leaf(folder, SERVER, "server", center=center, at=at, hosts=("localhost", "127.0.0.1", "::1"))
    issue_leaf(folder, SIGNER, "signer", center=center, at=at)
    for operator in operators:
        issue_leaf(folder, OPERATOR, operator, center=center, at=at)
    for partner in partners:
        issue_leaf(folder, PARTNER, partner, center=center, at=at)


def issue_leaf(
    folder: Path, purpose: Purpose, name: str, *, center: str, at: datetime, hosts: Iterable[str] = ()
) -> Path:
    """Issue `name`'s certificate under the development authority; returns the chain file (leaf, then issuing).

    Raises ConfigurationError when the folder has no issuing key.
    """
    if not (folder / "ca" / "issuing.key").exists():
        raise ConfigurationError(
            f"the key that would issue '{name}' a certificate is not kept here",
            where=str(folder / "ca" / "issuing.key"),
            remedy="Have the center's authority issue it; certs/README.md says how",
        )
    issuing_key = serialization.load_pem_private_key((folder / "ca" / "issuing.key").read_bytes(), password=None)
    issuing = x509.load_pem_x509_certificate((folder / "ca" / "issuing.crt").read_bytes())
    if not isinstance(issuing_key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError("the issuing key is not an elliptic-curve key", where=str(folder / "ca"))
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name(center, name), key, issuing.subject, at=at, days=_LEAF_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(list(purpose.usages)), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternative_names(name, hosts)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing_key.public_key()), critical=False)
    )
    leaf = builder.sign(issuing_key, hashes.SHA256())
    target = folder / purpose.folder
    _folder(target)
    _write(target / f"{name}.key", _pem_key(key), private=True)
    _write(target / f"{name}.crt", _pem(leaf) + _pem(issuing), private=False)
    return target / f"{name}.crt"


def _authority(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    at: datetime,
    path_length: int,
) -> x509.Certificate:
    return (
        _builder(name, key, issuer, at=at, days=_AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _builder(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, *, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs,
        crl_sign=not signs,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative_names(name: str, hosts: Iterable[str]) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = []
    for host in hosts or (f"{name}.gateway.invalid",):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    return names


def _name(center: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, center[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _folder(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


def _write(path: Path, data: bytes, *, private: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)

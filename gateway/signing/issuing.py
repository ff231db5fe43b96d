"""The development authority: it issues certificates to keys, for trying things out."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

from gateway.errors import BadSetting, ConfigurationError
from gateway.signing.key_files import load_private_key
from gateway.signing.keys import load_certificates
from gateway.signing.purposes import Purpose

__all__ = ["CLOCK_SKEW", "Authority", "PublicKey", "load_authority", "make_authorities"]

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

CLOCK_SKEW: Final = timedelta(minutes=5)
"""Certificates hold from so long ago: a partner's clock may be behind ours."""
_LEAF: Final = timedelta(days=398)
"""A yearly rotation with a month to spare: what the CA/Browser Forum allowed a server from 2020 to 2026."""
_AUTHORITY: Final = timedelta(days=1825)

_PERMITTED: Final = (
    x509.DNSName("gateway.invalid"),
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_network("127.0.0.1/32")),
    x509.IPAddress(ipaddress.ip_network("::1/128")),
)
"""All that the issuing authority may name (RFC 5280, 4.2.1.10): whoever steals its key can pose as no real machine.

There is no constraint on URIs: one would be on their host, and the `urn:uuid:` that names the center has none.
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority with its key."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def certify(
        self,
        public_key: PublicKey,
        purpose: Purpose,
        name: str,
        *,
        center: str,
        center_id: str,
        at: datetime,
        hosts: Iterable[str] = (),
    ) -> x509.Certificate:
        """A leaf for this key, by this common name; `hosts` are names and addresses, else one that leads nowhere."""
        names: list[x509.GeneralName] = [_host(one) for one in hosts or (f"{name}.gateway.invalid",)]
        if purpose.names_center and center_id:
            names.append(x509.UniformResourceIdentifier(f"urn:uuid:{center_id}"))
        return self._leaf(
            public_key,
            _name(center, name),
            at,
            usages=x509.Extension(
                x509.ExtendedKeyUsage.oid, purpose.is_critical, x509.ExtendedKeyUsage(list(purpose.usages))
            ),
            names=x509.SubjectAlternativeName(names),
        )

    def renew(self, leaf: x509.Certificate, *, at: datetime) -> x509.Certificate:
        """Another certificate for the same key, that says the same and holds from now."""
        public_key = leaf.public_key()
        if not isinstance(public_key, PublicKey):
            raise BadSetting(
                "no certificate is issued for such a key",
                where=leaf.subject.rfc4514_string(),
                remedy="Have the authority that issued it renew it",
            )
        return self._leaf(
            public_key,
            leaf.subject,
            at,
            usages=leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage),
            names=leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value,
        )

    def has_issued(self, leaf: x509.Certificate) -> bool:
        """Whether the certificate names this authority as its issuer."""
        return leaf.issuer == self.certificate.subject

    def _leaf(
        self,
        public_key: PublicKey,
        subject: x509.Name,
        at: datetime,
        *,
        usages: x509.Extension[x509.ExtendedKeyUsage],
        names: x509.SubjectAlternativeName,
    ) -> x509.Certificate:
        return (
            _builder(subject, public_key, self.certificate.subject, at=at, life=_LEAF)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(usages.value, critical=usages.critical)
            .add_extension(names, critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def make_authorities(center: str, *, at: datetime) -> tuple[x509.Certificate, Authority]:
    """A root's certificate, and the authority under it. The root's key is used once and not kept."""
    root_key, issuing_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name, issuing_name = _name(center, "Development Root"), _name(center, "Development Issuing")
    root = _authority(root_name, root_key.public_key(), root_name, root_key, at=at, path_length=1)
    issuing = _authority(issuing_name, issuing_key.public_key(), root_name, root_key, at=at, path_length=0)
    return root.sign(root_key, hashes.SHA256()), Authority(
        issuing_key,
        issuing.add_extension(x509.NameConstraints(list(_PERMITTED), None), critical=True).sign(
            root_key, hashes.SHA256()
        ),
    )


def load_authority(folder: Path, *, wanted_for: str) -> Authority:
    """The development authority of a folder of keys. Raises ConfigurationError when its key is not kept there."""
    key_path = folder / "ca" / "issuing.key"
    if not key_path.exists():
        raise ConfigurationError(
            f"the key that would {wanted_for} is not kept here",
            where=str(key_path),
            remedy="Have the center's authority do it; certs/README.md says how",
        )
    key = load_private_key(key_path)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError(
            "the issuing key is not an elliptic-curve key", where=str(key_path), remedy="Restore it from the backup"
        )
    return Authority(key, load_certificates(folder / "ca" / "issuing.crt")[0])


def _authority(
    name: x509.Name,
    public_key: PublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    at: datetime,
    path_length: int,
) -> x509.CertificateBuilder:
    return (
        _builder(name, public_key, issuer, at=at, life=_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _builder(
    name: x509.Name, public_key: PublicKey, issuer: x509.Name, *, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCK_SKEW)
        .not_valid_after(at + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
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


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _name(center: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, center[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )

"""Authorities, keys and documents of the tests' own: whatever a certificate can get wrong is made here on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from gateway.signing.keys import LoadedKey, SigningKey, key_id
from gateway.signing.profiles import ECDSA_P256_2026
from gateway.signing.trust import TrustStore

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<m:Report xmlns:m="https://center.example/m/" xmlns:n="https://center.example/n/" n:kind="test">\n'
    b"  <m:Text>A line &amp; another: \xc3\xa9</m:Text><n:Empty/><m:Text>second</m:Text>\n"
    b"</m:Report>\n"
)


@dataclass(frozen=True)
class Authority:
    """A root that issues leaves directly."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def leaf(
        self,
        name: str = "signer",
        *,
        key_usage: str = "digital_signature",
        usages: Sequence[ObjectIdentifier] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        days: int = 365,
        curve: ec.EllipticCurve | None = None,
    ) -> SigningKey:
        """A key with a certificate; `key_usage` names the one bit that is set."""
        private = ec.generate_private_key(curve or ec.SECP256R1())
        builder = (
            _builder(name, private, self.certificate.subject, days=days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(key_usage), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{name}.invalid")]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return SigningKey(
            LoadedKey(private, ECDSA_P256_2026.algorithm), (certificate,), ECDSA_P256_2026, key_id(certificate)
        )

    def leaf_for(self, private: ec.EllipticCurvePrivateKey, name: str = "other") -> x509.Certificate:
        """A certificate of a key that was made elsewhere."""
        return (
            _builder(name, private, self.certificate.subject, days=365)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage("digital_signature"), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{name}.invalid")]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def trust(self, *known: SigningKey) -> TrustStore:
        """A store that believes this root and knows these keys."""
        return TrustStore([self.certificate], [key.certificate for key in known])


def signing_key(private: ec.EllipticCurvePrivateKey, *chain: x509.Certificate) -> SigningKey:
    """A key of the default profile, unchecked: its certificate may be another's."""
    return SigningKey(LoadedKey(private, ECDSA_P256_2026.algorithm), chain, ECDSA_P256_2026, key_id(chain[0]))


def loaded(key: SigningKey) -> LoadedKey:
    """The key's private part."""
    assert isinstance(key.secret, LoadedKey)
    return key.secret


def authority(name: str = "Test Root") -> Authority:
    """A fresh self-signed root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name)
    certificate = (
        _builder(name, key, subject, days=3650)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage("key_cert_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, *, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(bit: str) -> x509.KeyUsage:
    bits = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{one: one == bit for one in bits.split()})

"""Authorities, keys and documents of the tests' own: whatever a certificate can get wrong is made here on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from gateway.signing.algorithms import KeyKind
from gateway.signing.keys import LoadedKey, SigningKey, key_id
from gateway.signing.profiles import ECDSA_P256_2026, SigningProfile
from gateway.signing.trust import TrustStore

AnyPrivate = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
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
        profile: SigningProfile = ECDSA_P256_2026,
    ) -> SigningKey:
        """A key of the profile with a certificate; `key_usage` names the one bit that is set."""
        private = fresh(profile)
        certificate = self.certify(private, name=name, key_usage=key_usage, usages=usages, days=days)
        return signing_key(private, certificate, profile=profile)

    def certify(
        self,
        private: AnyPrivate,
        *,
        name: str,
        key_usage: str = "digital_signature",
        usages: Sequence[ObjectIdentifier] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        days: int = 365,
    ) -> x509.Certificate:
        """A certificate for a key that is there already."""
        builder = (
            _builder(name, private, self.certificate.subject, days=days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(key_usage), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"{name}.invalid")]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if usages:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=False)
        return builder.sign(self.key, hashes.SHA256())

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


def fresh(profile: SigningProfile) -> AnyPrivate:
    """A new private key of the profile's kind."""
    kind = profile.algorithm.kind
    if kind is KeyKind.RSA:
        return rsa.generate_private_key(65537, profile.rsa_bits)
    if kind is KeyKind.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind is KeyKind.P384 else ec.SECP256R1())


def signing_key(private: AnyPrivate, *chain: x509.Certificate, profile: SigningProfile = ECDSA_P256_2026) -> SigningKey:
    """A key with a chain, unchecked: the certificate may be another's."""
    return SigningKey(LoadedKey(private, profile.algorithm), chain, profile, key_id(chain[0]))


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


def _builder(name: str, key: AnyPrivate, issuer: x509.Name, *, days: int) -> x509.CertificateBuilder:
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

"""Throw-away authorities for the signature vectors: certificates, lists, responses; documents signed wrong."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from lxml import etree

from gateway.signing.keys import LoadedKey, SigningKey, key_id
from gateway.signing.profiles import ECDSA_P256_2026

SIGNED = datetime(2026, 6, 1, 12, tzinfo=UTC)
ASKED = datetime(2026, 6, 15, 12, tzinfo=UTC)
_YEARS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Node:
    """A certificate with its key."""

    key: Private
    certificate: x509.Certificate

    def issue(
        self,
        name: str,
        *,
        key: Private | None = None,
        valid: tuple[datetime, datetime] = _YEARS,
        bits: Sequence[str] = ("digital_signature",),
        extended: Sequence[ObjectIdentifier] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        names: Sequence[x509.GeneralName] = (),
        is_authority: bool = False,
    ) -> "Node":
        """A certificate under this one."""
        return _made(name, self, key or _fresh(), valid, bits, extended, names, is_authority=is_authority)

    def signing_key(self, *chain: x509.Certificate) -> SigningKey:
        """This one as a signer of the default profile."""
        return SigningKey(
            LoadedKey(self.key, ECDSA_P256_2026.algorithm),
            (self.certificate, *chain),
            ECDSA_P256_2026,
            key_id(self.certificate),
        )

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def crl(
        self,
        *revoked: tuple["Node", datetime, x509.ReasonFlags | None],
        update: datetime = ASKED - timedelta(days=1),
        until: datetime = ASKED + timedelta(days=6),
        invalid_since: datetime | None = None,
    ) -> str:
        """This authority's list as PEM."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(update)
            .next_update(until)
            .add_extension(x509.CRLNumber(7), critical=False)
        )
        for one, when, reason in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number).revocation_date(when)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            if invalid_since is not None:
                entry = entry.add_extension(x509.InvalidityDate(invalid_since.replace(tzinfo=None)), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def answer(
        self,
        about: "Node",
        *,
        responder: "Node | None" = None,
        revoked: datetime | None = None,
        reason: x509.ReasonFlags | None = None,
    ) -> str:
        """An OCSP response as text; by a responder of its own, if one is given."""
        by = responder or self
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=about.certificate,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=ASKED - timedelta(hours=1),
            next_update=ASKED + timedelta(days=1),
            revocation_time=revoked,
            revocation_reason=reason,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        if responder is not None:
            builder = builder.certificates([responder.certificate])
        der = builder.sign(by.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        return f"-----BEGIN OCSP RESPONSE-----\n{b64encode(der).decode()}\n-----END OCSP RESPONSE-----\n"


def root(name: str) -> Node:
    """A self-signed authority."""
    return _made(name, None, _fresh(), _YEARS, ("key_cert_sign", "crl_sign"), (), (), is_authority=True)


def by_hand(
    document: bytes,
    node: Node,
    *,
    method: str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    c14n: str = "http://www.w3.org/2001/10/xml-exc-c14n#",
    digest: str = "http://www.w3.org/2001/04/xmlenc#sha256",
    transforms: str = "",
    uri: str = "",
    target: str = "",
    value: bytes | None = None,
) -> bytes:
    """The document with a plain signature whose parts may be anything, made over what a lax verifier would take.

    `transforms` stands after the enveloped transform. `target` is the local name of the element that `uri` refers to.
    `value` replaces the signature value.
    """
    algorithm = hashes.SHA1() if method.endswith("sha1") else hashes.SHA256()
    digested = "sha1" if digest.endswith("sha1") else "sha256"
    tree = etree.fromstring(document)
    signed = tree.find(f".//{{*}}{target}") if target else tree
    exclusive = "exc-c14n" in c14n
    canonical = _c14n(signed, exclusive=exclusive, comments=c14n.endswith("WithComments"))
    digest_value = b64encode(hashlib.new(digested, canonical).digest()).decode()
    info = (
        '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        f'<ds:CanonicalizationMethod Algorithm="{c14n}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod><ds:Reference URI="{uri}"><ds:Transforms>'
        '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>'
        f'{transforms}<ds:Transform Algorithm="{c14n}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"></ds:DigestMethod><ds:DigestValue>{digest_value}</ds:DigestValue>'
        "</ds:Reference></ds:SignedInfo>"
    )
    certificate = b64encode(node.certificate.public_bytes(serialization.Encoding.DER)).decode()

    def whole(text: str) -> bytes:
        signature = (
            f'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{info}<ds:SignatureValue>{text}'
            f"</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo></ds:Signature>"
        )
        close = document.rindex(b"</")
        return document[:close] + signature.encode() + document[close:]

    placed = etree.fromstring(whole("")).find(".//{*}SignedInfo")
    data = _c14n(placed, exclusive=exclusive, comments=False)
    if value is None:
        value = _signature(node.key, data, algorithm)
    return whole(b64encode(value).decode())


def _signature(key: Private, data: bytes, algorithm: Any) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm)
    return ECDSA_P256_2026.algorithm.side_by_side(key.sign(data, ec.ECDSA(algorithm)))


def _c14n(element: Any, *, exclusive: bool, comments: bool) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=exclusive, with_comments=comments))


def _fresh() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _made(
    name: str,
    issuer: Node | None,
    key: Private,
    valid: tuple[datetime, datetime],
    bits: Sequence[str],
    extended: Sequence[ObjectIdentifier],
    names: Sequence[x509.GeneralName],
    *,
    is_authority: bool,
) -> Node:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    above = issuer.key if issuer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=1 if is_authority else None), critical=True)
        .add_extension(x509.KeyUsage(**{bit: bit in bits for bit in _USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
    )
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(extended)), critical=False)
    alternative = [*names, x509.DNSName(f"{name.lower().replace(' ', '-')}.invalid")]
    builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
    return Node(key, builder.sign(above, hashes.SHA256()))

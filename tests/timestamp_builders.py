"""A time-stamp authority of the tests' own (RFC 3161), which can do anything wrong on purpose."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from signing_builders import NOW

POLICY = "1.3.6.1.4.1.99999.1"
TIMESTAMPS_ALONE = (ExtendedKeyUsageOID.TIME_STAMPING,)
_DAYS = timedelta(days=10)
_CENTURY = (datetime(2001, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC))
Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def private_key() -> ec.EllipticCurvePrivateKey:
    """A fresh key."""
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Issuer:
    """A certificate with its key: a root, something under one, or the authority's own."""

    certificate: x509.Certificate
    key: Private

    def issue(
        self,
        name: str,
        *,
        is_authority: bool = False,
        usages: Sequence[ObjectIdentifier] = (),
        is_critical: bool = True,
        valid: tuple[datetime, datetime] = (NOW - _DAYS, NOW + _DAYS),
        key: Private | None = None,
        serial_number: int | None = None,
    ) -> "Issuer":
        """A certificate below this one."""
        key = key or private_key()
        issuer = self.certificate.subject
        made = _certificate(name, key, issuer, self.key, is_authority, usages, is_critical, valid, serial_number)
        return Issuer(made, key)

    def authority(self, name: str = "Test TSA", **options: Any) -> "TimestampAuthority":
        """A time-stamp authority directly under this one."""
        usages = options.pop("usages", TIMESTAMPS_ALONE)
        issued = self.issue(name, usages=usages, **options)
        return TimestampAuthority(issued, (issued.certificate,))


def timestamp_root(name: str = "Test TSA Root") -> Issuer:
    """A fresh self-signed root."""
    key = private_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return Issuer(_certificate(name, key, subject, key, True, (), False, _CENTURY), key)


@dataclass(frozen=True)
class TimestampAuthority:
    """Answers requests, and makes tokens with any part wrong. `brings` are the certificates in a token."""

    signer: Issuer
    brings: tuple[x509.Certificate, ...]
    digest: str = "sha256"
    info: dict[str, Any] = field(default_factory=dict)
    names_certificate: x509.Certificate | None = None
    has_ess: bool = True

    def reply(self, request: bytes, *, at: datetime = NOW, status: int = 0) -> bytes:
        """A TimeStampResp to a TimeStampReq."""
        asked = tsp.TimeStampReq.load(request)
        imprint = asked["message_imprint"]
        nonce = asked["nonce"].native
        token = self._token(imprint, at, {} if nonce is None else {"nonce": nonce})
        if status:
            refused = tsp.PKIStatusInfo({"status": status}).dump()
            return b"\x30" + bytes([len(refused)]) + bytes(refused)
        answer = {"status": {"status": status}, "time_stamp_token": cms.ContentInfo.load(token)}
        return bytes(tsp.TimeStampResp(answer).dump())

    def token(self, stamped: bytes, *, at: datetime = NOW) -> bytes:
        """A token over these bytes, without a nonce."""
        digest = hashlib.sha256(stamped).digest()
        imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest})
        return self._token(imprint, at, {})

    def _token(self, imprint: Any, at: datetime, more: dict[str, Any]) -> bytes:
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": imprint,
                "serial_number": 7,
                "gen_time": at,
                **more,
                **self.info,
            }
        ).dump()
        attributes: list[dict[str, Any]] = [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.new(self.digest, info).digest()]},
        ]
        if self.has_ess:
            named = (self.names_certificate or self.signer.certificate).fingerprint(hashes.SHA256())
            value = tsp.SigningCertificateV2({"certs": [{"cert_hash": named}]})
            attributes.append({"type": "signing_certificate_v2", "values": [value]})
        signed = cms.CMSAttributes(attributes)
        mine = _asn1(self.signer.certificate)
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": self.digest}],
                "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
                "certificates": [_asn1(one) for one in self.brings],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            "issuer_and_serial_number", {"issuer": mine.issuer, "serial_number": mine.serial_number}
                        ),
                        "digest_algorithm": {"algorithm": self.digest},
                        "signed_attrs": signed,
                        "signature_algorithm": {"algorithm": self._algorithm()},
                        "signature": self._sign(signed.dump()),
                    }
                ],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())

    def _algorithm(self) -> str:
        return "rsassa_pkcs1v15" if isinstance(self.signer.key, rsa.RSAPrivateKey) else f"{self.digest}_ecdsa"

    def _sign(self, data: bytes) -> bytes:
        digest = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}[self.digest]()
        if isinstance(self.signer.key, rsa.RSAPrivateKey):
            return self.signer.key.sign(data, padding.PKCS1v15(), digest)
        return self.signer.key.sign(data, ec.ECDSA(digest))


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _certificate(
    name: str,
    key: Private,
    issuer: x509.Name,
    issuer_key: Private,
    is_authority: bool,
    usages: Sequence[ObjectIdentifier],
    is_critical: bool,
    valid: tuple[datetime, datetime],
    serial_number: int | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(list(usages)), critical=is_critical)
    return builder.sign(issuer_key, hashes.SHA256())

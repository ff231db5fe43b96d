"""What rfc3161-client leaves open: asked of a token whose signature and path it has found to hold."""

import hashlib
from typing import Any, Final

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from gateway.errors import UntrustedSignature
from gateway.signing.accepted import STRICT_2026
from gateway.signing.algorithms import STRONG_HASHES

__all__ = ["close_the_gaps", "refused"]

_DIGESTS: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""Digests that count, by the names of asn1crypto. Authorities still sign with SHA-1 in places; that proves nothing."""


def close_the_gaps(token: bytes) -> None:
    """Raises UntrustedSignature for what rfc3161-client and OpenSSL let pass; ValueError and its like for no DER.

    They take the signer's certificate by issuer and serial number, which the signature does not cover, and do not read
    the ESS certificate id, which it does. They accept SHA-1, short keys and critical extensions of the TSTInfo.
    OpenSSL hashes what is signed with the signer's digest algorithm, so that one decides.
    """
    content = cms.ContentInfo.load(token, strict=True)
    signed = content["content"]
    (signer,) = signed["signer_infos"]
    if signer["digest_algorithm"]["algorithm"].native not in _DIGESTS:
        raise refused("it is signed over a digest that no longer counts")
    certificates = [x509.load_der_x509_certificate(one.dump()) for one in signed["certificates"]]
    for certificate in certificates:
        _require_strength(certificate)
    _require_named(signer, certificates)
    info = tsp.TSTInfo.load(bytes(signed["encap_content_info"]["content"]), strict=True)
    if any(extension["critical"].native for extension in info["extensions"] or ()):
        raise refused("it holds a critical extension that is not known here")


def _require_strength(certificate: x509.Certificate) -> None:
    try:
        key, digest = certificate.public_key(), certificate.signature_hash_algorithm
    except UnsupportedAlgorithm as error:
        raise refused("one of its certificates has an algorithm that is not known") from error
    is_strong = digest is None or isinstance(digest, STRONG_HASHES)  # Ed25519 names no digest
    if not STRICT_2026.admits_key(key) or not (is_strong or _signed_itself(certificate)):
        raise refused("one of its certificates has a key or a digest that no longer counts")


def _signed_itself(certificate: x509.Certificate) -> bool:
    """Nobody relies on what a root signed itself with; an old one may come along with SHA-1."""
    try:
        certificate.verify_directly_issued_by(certificate)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _require_named(signer: Any, certificates: list[x509.Certificate]) -> None:
    """The certificate that issuer and serial number point at must be one, and the one that the signer signed for."""
    sid = signer["sid"].chosen
    issuer, serial_number = sid["issuer"].dump(), sid["serial_number"].native
    pointed = [
        one for one in certificates if one.serial_number == serial_number and one.issuer.public_bytes() == issuer
    ]
    named = [
        attribute["values"][0]
        for attribute in signer["signed_attrs"]
        if attribute["type"].native == "signing_certificate_v2"
    ]
    if len(pointed) != 1 or len(named) != 1:
        raise refused("it does not say which certificate it was made under (ESS certificate id, RFC 5816)")
    first = named[0]["certs"][0]
    digest = _DIGESTS.get(first["hash_algorithm"]["algorithm"].native)
    actual = pointed[0].public_bytes(serialization.Encoding.DER)
    if digest is None or digest(actual).digest() != first["cert_hash"].native:
        raise refused("it was made under another certificate")


def refused(why: str) -> UntrustedSignature:
    """The error for a token that reads, and proves nothing."""
    return UntrustedSignature(f"the timestamp is not accepted: {why}", remedy="Use another time-stamp authority")

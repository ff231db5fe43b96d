"""Signing keys with their certificates, wherever the private part lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from gateway.errors import BadSetting, MissingFile, RenderingError
from gateway.signing.algorithms import SignatureAlgorithm, kind_of
from gateway.signing.profiles import SelfCheck, SigningProfile
from gateway.signing.texts import base64url

__all__ = ["LoadedKey", "PrivateKey", "SigningKey", "key_id", "load_certificates", "thumbprint_of"]


class PrivateKey(Protocol):
    """A private key that signs. A file's key lies in memory; a token's never leaves the token."""

    def sign(self, data: bytes) -> bytes:
        """The signature over the bytes, in the form of the key's algorithm (ECDSA: r and s side by side)."""
        ...


@dataclass(frozen=True, slots=True)
class LoadedKey:
    """A private key in memory. Raises BadSetting when it is not of the algorithm's kind."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    algorithm: SignatureAlgorithm

    def __post_init__(self) -> None:
        if kind_of(self.private.public_key()) is not self.algorithm.kind:
            raise BadSetting(f"the key is no {self.algorithm.kind} key", remedy="Make one, or choose another profile")

    def sign(self, data: bytes) -> bytes:
        """The signature; ECDSA nonces are deterministic (RFC 6979)."""
        key, algorithm = self.private, self.algorithm
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return key.sign(data)
        if algorithm.hash is None:
            raise BadSetting(f"{algorithm.name} names no hash", remedy="Report this as a fault")
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), algorithm.hash)
        return algorithm.side_by_side(key.sign(data, ec.ECDSA(algorithm.hash, deterministic_signing=True)))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its certificate chain, leaf first, without the root.

    `kid` names the key in every signature: the start of the SHA-256 of its public key, so that it outlives a renewed
    certificate.
    """

    secret: PrivateKey
    chain: tuple[x509.Certificate, ...]
    profile: SigningProfile
    kid: str

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return self.chain[0]

    def sign(self, data: bytes) -> bytes:
        """The signature, verified with the certificate's own key before it is let go.

        A processor's or a token's fault can give away a key through one wrong signature, and a partner must never
        receive what does not hold. Raises RenderingError when it does not verify.
        """
        signature = self.secret.sign(data)
        if self.profile.self_check is SelfCheck.ALWAYS:
            try:
                self.profile.algorithm.verify(self.certificate.public_key(), signature, data)
            except InvalidSignature as error:
                raise RenderingError("our own signature does not verify", remedy="Report this as a fault") from error
        return signature


def key_id(certificate: x509.Certificate) -> str:
    """32 hexadecimal digits of the SHA-256 of the certificate's public key (SubjectPublicKeyInfo)."""
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    return digest.finalize().hex()[:32]


def thumbprint_of(certificate: x509.Certificate) -> str:
    """The SHA-256 of the certificate, in base64url: `x5t#S256` (RFC 7515, 4.1.8)."""
    return base64url(certificate.fingerprint(hashes.SHA256()))


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate of a PEM file, in file order. Raises MissingFile or BadSetting."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except FileNotFoundError as error:
        raise MissingFile("there is no such certificate", where=str(path), remedy="Run gateway certs status") from error
    except (ValueError, x509.InvalidVersion) as error:
        raise BadSetting("this is not a PEM certificate", where=str(path), remedy="Replace the file") from error

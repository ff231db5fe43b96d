"""Signing keys and their certificates, read from files that nobody else can read."""

import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from gateway.errors import BadSetting, MissingFile, UnsafeKeyFile
from gateway.signing.profiles import ECDSA_P256_2026, SigningProfile

__all__ = ["SigningKey", "key_id", "load_certificates", "load_signing_key", "raw_to_der"]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its certificate chain, leaf first, without the root.

    `kid` names the key in every signature: the start of the SHA-256 of its public key, so that it outlives a renewed
    certificate.
    """

    private: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]
    profile: SigningProfile
    kid: str

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return self.chain[0]

    def sign(self, data: bytes) -> bytes:
        """r and s side by side, fixed width, big-endian: the form that XML Signature and JWS both use."""
        algorithm = ec.ECDSA(self.profile.hash, deterministic_signing=True)
        r, s = decode_dss_signature(self.private.sign(data, algorithm))
        width = self.profile.coordinate_bytes
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def raw_to_der(signature: bytes, profile: SigningProfile) -> bytes:
    """The DER form of a fixed-width signature. Raises ValueError when the width is wrong."""
    width = profile.coordinate_bytes
    if len(signature) != 2 * width:
        raise ValueError("the signature has the wrong width")
    return encode_dss_signature(int.from_bytes(signature[:width], "big"), int.from_bytes(signature[width:], "big"))


def key_id(certificate: x509.Certificate) -> str:
    """32 hexadecimal digits of the SHA-256 of the certificate's public key (SubjectPublicKeyInfo)."""
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    return digest.finalize().hex()[:32]


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate of a PEM file, in file order. Raises MissingFile or BadSetting."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except FileNotFoundError as error:
        raise MissingFile("there is no such certificate", where=str(path), remedy="Run gateway certs status") from error
    except (ValueError, x509.InvalidVersion) as error:
        raise BadSetting("this is not a PEM certificate", where=str(path), remedy="Replace the file") from error


def load_signing_key(key_path: Path, chain_path: Path, profile: SigningProfile = ECDSA_P256_2026) -> SigningKey:
    """A key from its PEM file (PKCS#8, mode 0600) and its chain file (leaf first).

    Raises UnsafeKeyFile when group or others may read the key, MissingFile, or BadSetting when the key is not of the
    profile's curve or does not belong to the certificate.
    """
    try:
        mode = key_path.stat().st_mode
        if stat.S_IMODE(mode) & 0o077:
            raise UnsafeKeyFile("others than its owner may read it", where=str(key_path), remedy="Run chmod 600 on it")
        private = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise MissingFile("there is no such key", where=str(key_path), remedy="Run gateway certs init-dev") from error
    except (ValueError, TypeError) as error:
        raise BadSetting("this is not an unencrypted PEM private key", where=str(key_path)) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != profile.curve.name:
        raise BadSetting(f"the key is not on {profile.curve.name}", where=str(key_path), remedy="Make a key that is")
    chain = load_certificates(chain_path)
    if not chain or chain[0].public_key() != private.public_key():
        raise BadSetting("the certificate does not belong to the key", where=str(chain_path), remedy="Check the pair")
    return SigningKey(private=private, chain=chain, profile=profile, kid=key_id(chain[0]))

"""Private keys in files that nobody else can read."""

import stat
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.errors import BadSetting, MissingFile, UnsafeKeyFile
from gateway.signing.algorithms import kind_of
from gateway.signing.keys import LoadedKey, SigningKey, key_id, load_certificates
from gateway.signing.profiles import PROFILES, SigningProfile

__all__ = ["load_signing_key"]


def load_signing_key(key_path: Path, chain_path: Path) -> SigningKey:
    """A key from its PEM file (PKCS#8, mode 0600) and its chain file (leaf first); its kind tells the profile.

    Raises UnsafeKeyFile when group or others may read the key, MissingFile, or BadSetting when no profile is for such a
    key or it does not belong to the certificate.
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
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise BadSetting("no signing profile is for such a key", where=str(key_path), remedy="Make another key")
    profile = _profile_for(private, key_path)
    chain = load_certificates(chain_path)
    if not chain or chain[0].public_key() != private.public_key():
        raise BadSetting("the certificate does not belong to the key", where=str(chain_path), remedy="Check the pair")
    return SigningKey(LoadedKey(private, profile.algorithm), chain, profile, key_id(chain[0]))


def _profile_for(
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, path: Path
) -> SigningProfile:
    kind = kind_of(private.public_key())
    bits = private.key_size if isinstance(private, rsa.RSAPrivateKey) else 0
    for profile in PROFILES.values():
        if profile.algorithm.kind is kind and bits >= profile.rsa_bits:
            return profile
    raise BadSetting(
        "no signing profile is for such a key", where=str(path), remedy=f"Use one of {', '.join(PROFILES)}"
    )

"""Private keys in files that nobody else can read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.errors import BadSetting, MissingFile, UnsafeKeyFile
from gateway.signing.algorithms import kind_of
from gateway.signing.keys import LoadedKey, SigningKey, key_id, load_certificates
from gateway.signing.private_files import find_secret, read_private, require_private
from gateway.signing.profiles import PROFILES, SigningProfile
from gateway.signing.work_trees import work_tree_fault

__all__ = ["PASSPHRASE_VARIABLE", "Loadable", "load_private_key", "load_signing_key", "profile_for", "require_key_file"]

PASSPHRASE_VARIABLE: Final = "GATEWAY_KEY_PASSPHRASE_FILE"  # noqa: S105 - names a file
"""Names the file with the passphrase of encrypted keys that have none of their own."""

Loadable = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def load_signing_key(key_path: Path, chain_path: Path, *, environment: Mapping[str, str] = os.environ) -> SigningKey:
    """A key from its PEM file (PKCS#8, mode 0600) and its chain file (leaf first); its kind tells the profile.

    Raises UnsafeKeyFile when group or others may read the key or it lies in a work tree of git, MissingFile, or
    BadSetting when no profile is for such a key, its passphrase is wrong, or it does not belong to the certificate.
    """
    private = load_private_key(key_path, environment=environment)
    profile = profile_for(private.public_key(), where=str(key_path))
    chain = load_certificates(chain_path)
    if not chain or chain[0].public_key() != private.public_key():
        raise BadSetting("the certificate does not belong to the key", where=str(chain_path), remedy="Check the pair")
    _require_outside_work_trees(key_path, chain)
    return SigningKey(LoadedKey(private, profile.algorithm), chain, profile, key_id(chain[0]))


def load_private_key(path: Path, *, environment: Mapping[str, str] = os.environ) -> Loadable:
    """The private key of a PEM file; an encrypted one is opened with its passphrase.

    The passphrase comes from `NAME.pass` beside `NAME.key`, from the systemd credential of that name, or from the file
    that GATEWAY_KEY_PASSPHRASE_FILE names. Raises UnsafeKeyFile, MissingFile or BadSetting.
    """
    try:
        data = read_private(path)
    except MissingFile as error:
        raise MissingFile(
            "there is no such key",
            where=str(path),
            remedy="Restore it from the backup; for a new operator run gateway certs init-dev",
        ) from error
    passphrase = _passphrase(path, environment) if b"ENCRYPTED" in data else None
    try:
        private = serialization.load_pem_private_key(data, password=passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if passphrase is not None:
            raise BadSetting(
                "the passphrase does not open the key", where=str(path), remedy="Correct its file"
            ) from None
        raise BadSetting("this is not a PEM private key", where=str(path), remedy="Replace the file") from error
    if not isinstance(private, Loadable):
        raise BadSetting("no signing profile is for such a key", where=str(path), remedy="Make another key")
    return private


def require_key_file(key_path: Path, chain_path: Path) -> None:
    """The same demands on a key that another library reads, such as the server's for TLS.

    Raises UnsafeKeyFile or MissingFile.
    """
    require_private(key_path)
    _require_outside_work_trees(key_path, load_certificates(chain_path))


def profile_for(public_key: object, *, where: str) -> SigningProfile:
    """The first profile that such a key signs with. Raises BadSetting when there is none: a short RSA key has none."""
    kind = kind_of(public_key)
    bits = public_key.key_size if isinstance(public_key, rsa.RSAPublicKey) else 0
    for profile in PROFILES.values():
        if profile.algorithm.kind is kind and bits >= profile.rsa_bits:
            return profile
    raise BadSetting("no signing profile is for such a key", where=where, remedy=f"Use one of {', '.join(PROFILES)}")


def _passphrase(path: Path, environment: Mapping[str, str]) -> bytes:
    name = f"{path.stem}.pass"
    file = find_secret(name, path.parent, environment, PASSPHRASE_VARIABLE)
    if file is None:
        raise BadSetting(
            "the key is encrypted, and its passphrase is not there",
            where=str(path),
            remedy=f"Put it into {name} beside the key, or name its file in {PASSPHRASE_VARIABLE}",
        )
    return read_private(file).rstrip(b"\r\n")


def _require_outside_work_trees(path: Path, chain: tuple[x509.Certificate, ...]) -> None:
    fault = work_tree_fault(path, chain)
    if fault is not None:
        raise UnsafeKeyFile(fault.problem, where=fault.where, remedy=fault.remedy)

"""Writing into a folder of keys: modes are set as a file is made, and what is replaced is replaced whole."""

import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from gateway.signing.key_files import Loadable

__all__ = ["make_folder", "pem", "pem_key", "replace_public", "write_private", "write_public"]


def make_folder(path: Path) -> None:
    """A folder that its owner alone may enter, whatever the umask."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)


def write_private(path: Path, data: bytes) -> None:
    """A new file, mode 0600. Raises FileExistsError: a key is never overwritten."""
    _write_new(path, data, 0o600)


def write_public(path: Path, data: bytes) -> None:
    """A new file, mode 0644. Raises FileExistsError."""
    _write_new(path, data, 0o644)


def replace_public(path: Path, data: bytes) -> None:
    """The file with new content, in one step: a reader sees the old one or the new one."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    _write_new(new, data, 0o644)
    new.replace(path)


def pem(*certificates: x509.Certificate) -> bytes:
    """The certificates, one after the other."""
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)


def pem_key(key: Loadable) -> bytes:
    """The private key, PKCS#8, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""Keys that lie where they are committed by mistake: in a work tree of git, unless they are development keys."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from gateway.signing.private_files import FileFault

__all__ = ["DEVELOPMENT_MARKER", "marker_text", "work_tree_fault"]

DEVELOPMENT_MARKER: Final = "DEVELOPMENT"
"""A file in the folder of all keys. It names the issuing authority whose keys are for trying things out."""


def marker_text(issuing: x509.Certificate) -> str:
    """What the marker says."""
    return (
        "The keys in this folder were made for trying the gateway out. They are no basis for trust.\n"
        f"issuing authority, SHA-256: {_fingerprint(issuing)}\n"
    )


def work_tree_fault(key: Path, chain: Sequence[x509.Certificate]) -> FileFault | None:
    """The fault of a key in a work tree; None outside of one, and for a development key.

    A development key is one whose certificate the issuing authority named by the marker has issued. The marker alone
    is not believed: it would also cover a key of another authority that was put beside it.
    """
    tree = next((folder for folder in key.resolve().parents if (folder / ".git").exists()), None)
    if tree is None or _is_development(key.absolute().parent.parent / DEVELOPMENT_MARKER, chain):
        return None
    return FileFault(str(key), "the key lies in a git work tree, where it is soon committed", "Move the home elsewhere")


def _is_development(marker: Path, chain: Sequence[x509.Certificate]) -> bool:
    try:
        says = marker.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    named = [certificate for certificate in chain if _fingerprint(certificate) in says.split()]
    return bool(named) and all(_issued(chain[0], authority) for authority in named[:1])


def _issued(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    if leaf == authority:
        return True
    try:
        leaf.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()

"""The development PKI: a root, an issuing authority and short-lived leaves, made with one command.

For trying things out and for tests. A center in operation brings certificates of its own; certs/README.md says how.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.errors import ConfigurationError
from gateway.signing.algorithms import KeyKind
from gateway.signing.issuing import CLOCK_SKEW, load_authority, make_authorities
from gateway.signing.key_files import Loadable
from gateway.signing.key_folder import make_folder, pem, pem_key, write_private, write_public
from gateway.signing.keys import key_id
from gateway.signing.profiles import DEFAULT_PROFILE, SigningProfile
from gateway.signing.purposes import JOURNAL, OPERATOR, PARTNER, SERVER, SIGNER, TSA, Purpose
from gateway.signing.revocation_list import write_revocation_list
from gateway.signing.ring import Ring, RingKey, write_ring
from gateway.signing.work_trees import DEVELOPMENT_MARKER, marker_text

__all__ = ["init_development_pki", "issue_leaf", "new_private_key"]


def init_development_pki(
    folder: Path,
    *,
    center: str,
    at: datetime,
    center_id: str = "",
    operators: Iterable[str] = (),
    partners: Iterable[str] = (),
) -> None:
    """Make `folder` with a folder for the authorities and one for each purpose; keys 0600, folders 0700.

    The root's key is used once and not kept. `center_id` (a UUID) stands in the certificates that sign for the center;
    with '' they name none. Raises ConfigurationError when the folder already has authorities.
    """
    authorities = folder / "ca"
    if (authorities / "root.crt").exists():
        raise ConfigurationError(
            "there are certificates already", where=str(folder), remedy="Remove the folder to start afresh"
        )
    root, issuing = make_authorities(center, at=at)
    make_folder(folder)
    make_folder(authorities)
    write_public(authorities / "root.crt", pem(root))
    write_public(authorities / "issuing.crt", pem(issuing.certificate))
    write_private(authorities / "issuing.key", pem_key(issuing.key))
    write_public(folder / DEVELOPMENT_MARKER, marker_text(issuing.certificate).encode())
    write_revocation_list(authorities, issuing, at=at)
    issue_leaf(folder, SERVER, "server", center=center, at=at, hosts=("localhost", "127.0.0.1", "::1"))
    signer = issue_leaf(folder, SIGNER, "signer", center=center, at=at, center_id=center_id)
    first = RingKey(profile=DEFAULT_PROFILE.name, made=at, signs_from=at - CLOCK_SKEW)
    write_ring(folder / SIGNER.folder, Ring().with_key(signer.stem, first, at=at))
    for purpose in (JOURNAL, TSA):
        issue_leaf(folder, purpose, purpose.folder, center=center, at=at, center_id=center_id)
    for operator in operators:
        issue_leaf(folder, OPERATOR, operator, center=center, at=at)
    for partner in partners:
        issue_leaf(folder, PARTNER, partner, center=center, at=at)


def issue_leaf(
    folder: Path,
    purpose: Purpose,
    name: str,
    *,
    center: str,
    at: datetime,
    center_id: str = "",
    hosts: Iterable[str] = (),
    profile: SigningProfile = DEFAULT_PROFILE,
) -> Path:
    """Make `name` a key of the profile's kind, with a certificate; returns the chain file (leaf, then issuing).

    The files are called after the name, a signer's after its key id. Raises ConfigurationError when the folder has no
    issuing key.
    """
    authority = load_authority(folder, wanted_for=f"issue '{name}' a certificate")
    key = new_private_key(profile)
    leaf = authority.certify(key.public_key(), purpose, name, center=center, center_id=center_id, at=at, hosts=hosts)
    target = folder / purpose.folder
    make_folder(target)
    stem = key_id(leaf) if purpose is SIGNER else name
    write_private(target / f"{stem}.key", pem_key(key))
    write_public(target / f"{stem}.crt", pem(leaf, authority.certificate))
    return target / f"{stem}.crt"


def new_private_key(profile: SigningProfile) -> Loadable:
    """A fresh key that the profile signs with."""
    kind = profile.algorithm.kind
    if kind is KeyKind.RSA:
        return rsa.generate_private_key(65537, profile.rsa_bits)
    if kind is KeyKind.ED25519:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP384R1() if kind is KeyKind.P384 else ec.SECP256R1())

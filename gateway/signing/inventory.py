"""Every key of a center in one list: its use, how it stands, the end of its certificate, the faults of its file."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from cryptography import x509

from gateway.errors import ConfigurationError
from gateway.signing.algorithms import kind_of
from gateway.signing.key_ring import chain_files
from gateway.signing.keys import key_id, load_certificates
from gateway.signing.private_files import FileFault, faults_of
from gateway.signing.profiles import PROFILES
from gateway.signing.purposes import SIGNER
from gateway.signing.revocation_list import CRL_FILE, load_revocation_list
from gateway.signing.ring import KeyState, Ring, RingKey, read_ring
from gateway.signing.work_trees import work_tree_fault

__all__ = ["USES", "KeyStanding", "inventory"]

USES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ca": "ca",
        "journal": "journal",
        "operators": "operator",
        "partners": "partner",
        "sign": "sign",
        "tls": "tls",
        "tsa": "tsa",
    }
)
"""What the keys of each folder are for, by folder."""


class KeyStanding(NamedTuple):
    """One key. `ends` is the end of its present certificate; `faults` are those of its file, where it is here.

    `state` of a key outside the ring is in use or revoked.
    """

    use: str
    name: str
    kid: str
    profile: str
    state: KeyState
    ends: datetime
    faults: tuple[FileFault, ...]

    def ends_soon(self, moment: datetime) -> bool:
        """Whether it is still needed, and its certificate does not hold at that moment."""
        return self.state not in (KeyState.RETIRED, KeyState.REVOKED) and self.ends <= moment


def inventory(folder: Path, at: datetime) -> tuple[KeyStanding, ...]:
    """All keys of the folder `certs/`, by use and name. Raises ConfigurationError for one that does not read."""
    ring = read_ring(folder / SIGNER.folder)
    revoked = _revoked_serials(folder / "ca")
    return tuple(_standing(folder, path, ring, at, revoked) for use in USES for path in _present_chains(folder / use))


def _present_chains(folder: Path) -> Iterator[Path]:
    paths = sorted(folder.glob("*.crt"))
    older = {one for path in paths for one in chain_files(folder, path.stem)[1:]}
    return (path for path in paths if path not in older)


def _standing(folder: Path, path: Path, ring: Ring, at: datetime, revoked: frozenset[int]) -> KeyStanding:
    chain = load_certificates(path)
    leaf = chain[0]
    kid = key_id(leaf)
    entry = ring.keys.get(kid) if path.parent.name == SIGNER.folder else None
    state = ring.state_of(kid, at) if entry else KeyState.IN_USE
    if leaf.serial_number in revoked:
        state = KeyState.REVOKED
    return KeyStanding(
        use=USES[path.parent.name],
        name=str(path.relative_to(folder).with_suffix("")),
        kid=kid,
        profile=entry.profile if entry else _profile_of(leaf),
        state=state,
        ends=leaf.not_valid_after_utc,
        faults=_faults(path, chain, entry, state),
    )


def _faults(
    path: Path, chain: tuple[x509.Certificate, ...], entry: RingKey | None, state: KeyState
) -> tuple[FileFault, ...]:
    key = path.with_suffix(".key")
    if path.parent.name == SIGNER.folder and entry is None:
        return (FileFault(str(path), "the key is not in the ring", "Add it with gateway certs rotate, or remove it"),)
    if not key.exists():
        is_needed = entry is not None and entry.token is None and state in (KeyState.NEXT, KeyState.SIGNING)
        return (FileFault(str(key), "the private key is gone", "Run gateway certs rotate"),) if is_needed else ()
    tree = work_tree_fault(key, chain)
    secrets = [path.with_suffix(suffix) for suffix in (".key", ".pass", ".pin")]
    found = [fault for one in secrets if one.exists() for fault in faults_of(one)]
    return (*dict.fromkeys(found), *([tree] if tree else []))


def _profile_of(leaf: x509.Certificate) -> str:
    kind = kind_of(leaf.public_key())
    return next((one.name for one in PROFILES.values() if one.algorithm.kind is kind), "")


def _revoked_serials(folder: Path) -> frozenset[int]:
    if not (folder / CRL_FILE).exists():
        return frozenset()
    try:
        return frozenset(entry.serial_number for entry in load_revocation_list(folder))
    except ConfigurationError:
        return frozenset()

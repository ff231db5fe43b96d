"""The center's signing keys as they lie in `certs/sign/`: the ring, with the certificates and the private keys."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from gateway.errors import BadSetting, ConfigurationError, MissingFile
from gateway.signing.key_files import load_signing_key
from gateway.signing.key_set import PublishedKey, Revocation
from gateway.signing.keys import SigningKey, key_id, load_certificates
from gateway.signing.pkcs11 import load_token_key
from gateway.signing.profiles import PROFILES
from gateway.signing.ring import KeyState, Ring, RingKey, Signs, read_ring

__all__ = ["KeyRing", "chain_files", "known_certificates", "load_key_ring"]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key with its chains, the present one first; and the private part of those that sign or will.

    The private key of a retired key may be gone: what it signed needs its certificate alone.
    """

    ring: Ring
    chains: Mapping[str, tuple[tuple[x509.Certificate, ...], ...]]
    keys: Mapping[str, SigningKey]

    def signer(self, form: Signs, at: datetime) -> SigningKey:
        """The one key that signs such content at that moment.

        Raises ConfigurationError when there is none, or when its certificate does not hold then: nobody would believe
        the signature.
        """
        kid = self.ring.signer(form, at)
        if kid not in self.keys:
            raise MissingFile(
                "the private key of the key that signs is gone", where=kid, remedy="Run gateway certs rotate"
            )
        key = self.keys[kid]
        if not key.certificate.not_valid_before_utc <= at <= key.certificate.not_valid_after_utc:
            raise ConfigurationError(
                "the certificate of the key that signs does not hold now", where=kid, remedy="Run gateway certs renew"
            )
        return key

    def published(self) -> tuple[PublishedKey, ...]:
        """What partners are told: every key with every certificate, also those to come, retired and revoked."""
        return tuple(
            PublishedKey(kid, chain, entry.signing_profile, _revocation(entry))
            for kid, entry in self.ring.keys.items()
            for chain in self.chains[kid]
        )

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """Every certificate of every chain, once."""
        return tuple(dict.fromkeys(one for chains in self.chains.values() for chain in chains for one in chain))


def load_key_ring(folder: Path, *, at: datetime, environment: Mapping[str, str] = os.environ) -> KeyRing:
    """The ring of a folder. Every key that signs at `at` or later is opened, so that a fault shows at the start.

    Raises ConfigurationError for anything that is missing, unsafe or does not belong together.
    """
    ring = read_ring(folder)
    chains = {kid: tuple(load_certificates(path) for path in chain_files(folder, kid)) for kid in ring.keys}
    for kid, held in chains.items():
        if not held:
            raise MissingFile(
                "a key of the ring has no certificate", where=str(folder / f"{kid}.crt"), remedy="Restore the file"
            )
        if any(not chain or key_id(chain[0]) != kid for chain in held):
            raise BadSetting("the certificate is another key's", where=str(folder / f"{kid}.crt"), remedy="Exchange it")
    wanted = [kid for kid in ring.keys if ring.state_of(kid, at) in (KeyState.NEXT, KeyState.SIGNING)]
    keys = {kid: _open(folder, kid, ring.keys[kid], chains[kid][0], environment) for kid in wanted}
    return KeyRing(ring, chains, keys)


def chain_files(folder: Path, kid: str) -> tuple[Path, ...]:
    """The chain files of a key: the present one, then those that it replaced, newest first."""
    numbered = [(path.name[len(kid) + 1 : -len(".crt")], path) for path in folder.glob(f"{kid}.*.crt")]
    older = sorted(((int(number), path) for number, path in numbered if number.isdecimal()), reverse=True)
    return tuple(path for path in (folder / f"{kid}.crt", *(path for _, path in older)) if path.exists())


def known_certificates(folder: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate in a folder of keys, with those that came along. Raises MissingFile where there is none."""
    paths = sorted(folder.glob("*.crt"))
    if not paths:
        raise MissingFile("there is no certificate", where=str(folder), remedy="Run gateway certs init-dev")
    return tuple(dict.fromkeys(certificate for path in paths for certificate in load_certificates(path)))


def _open(
    folder: Path, kid: str, entry: RingKey, chain: tuple[x509.Certificate, ...], environment: Mapping[str, str]
) -> SigningKey:
    if entry.token is not None:
        return load_token_key(entry.token, chain, PROFILES[entry.profile], folder=folder, environment=environment)
    key = load_signing_key(folder / f"{kid}.key", folder / f"{kid}.crt", environment=environment)
    if key.profile.name != entry.profile:
        raise BadSetting(f"the key is none for the profile {entry.profile}", where=kid, remedy="Correct ring.yaml")
    return key


def _revocation(entry: RingKey) -> Revocation | None:
    if entry.revoked_at is None or entry.reason is None:
        return None
    return Revocation(entry.revoked_at, entry.reason)

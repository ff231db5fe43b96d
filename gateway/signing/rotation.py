"""The life of a key after it is made: it follows another, gets a new certificate, or is revoked.

Each act writes the keys and certificates first and `ring.yaml` last: whoever reads in between sees the ring as it was.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from gateway.errors import BadSetting, ConfigurationError
from gateway.signing.issuing import load_authority
from gateway.signing.key_files import Loadable, load_signing_key, profile_for
from gateway.signing.key_folder import pem, pem_key, replace_public, write_private, write_public
from gateway.signing.key_ring import chain_files
from gateway.signing.keys import key_id, load_certificates
from gateway.signing.pkcs11 import load_token_key, public_key_of
from gateway.signing.pki import new_private_key
from gateway.signing.private_files import read_private
from gateway.signing.profiles import PROFILES, SigningProfile
from gateway.signing.purposes import SIGNER
from gateway.signing.reasons import Reason
from gateway.signing.revocation_list import write_revocation_list
from gateway.signing.ring import Ring, RingKey, Signs, Token, read_ring, write_ring

__all__ = ["OVERLAP", "CenterNames", "Revoked", "find_leaf", "renew", "renew_revocation_list", "revoke", "rotate"]

OVERLAP: Final = timedelta(days=7)
"""How long a new key is published before it signs: partners fetch the key set once a day or once a week."""


@dataclass(frozen=True, slots=True)
class CenterNames:
    """What the certificates of the center's own keys say of it: its name, and its id (a UUID)."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """What a revocation brought about.

    `is_listed` tells whether the list of revoked certificates, which is ours only with the development authority, has
    it. `successor` is the id of a key that was made because nothing would have signed any more, '' where none was.
    `is_signed_for` is False where nothing signs now.
    """

    name: str
    kid: str
    is_listed: bool
    successor: str = ""
    is_signed_for: bool = True


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A key that is to sign, its chain, and what of it is kept in files besides the chain."""

    chain: tuple[x509.Certificate, ...]
    profile: SigningProfile
    secrets: Mapping[str, bytes]
    """Contents by file suffix."""


def rotate(
    folder: Path,
    center: CenterNames,
    *,
    at: datetime,
    signs_from: datetime,
    profile: SigningProfile,
    certificate: Path | None = None,
    key: Path | None = None,
    token: Token | None = None,
    pin_file: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Publish one more signing key, which signs from `signs_from` on; returns its id.

    Without `certificate` the development authority issues one. Without `key` and `token` a key of the `profile` is
    made; any other key is of the first profile that fits it. A key that was made elsewhere (`key`, PEM) is copied, with
    the passphrase file beside it; so is the `pin_file` of a token. Raises ConfigurationError.
    """
    signing = folder / SIGNER.folder
    ring = read_ring(signing)
    if token is not None:
        new = _from_token(folder, center, token, pin_file, certificate, at)
    elif certificate is not None and key is not None:
        new = _from_files(key, certificate, environment)
    elif certificate is None and key is None:
        new = _made_here(folder, center, profile, at)
    else:
        raise BadSetting("a key and its certificate come together", where=str(key or certificate), remedy="Name both")
    grown, kid = _added(signing, ring, new, at=at, signs_from=signs_from, token=token, environment=environment)
    write_ring(signing, grown)
    return kid


def renew(folder: Path, name: str, *, at: datetime, certificate: Path | None = None) -> Path:
    """A new certificate for the same key, from the development authority unless one is given; returns its file.

    The one before stays beside it, numbered; a signing key's stays published. Raises ConfigurationError.
    """
    path = find_leaf(folder, name)
    present = load_certificates(path)
    if certificate is None:
        authority = load_authority(folder, wanted_for=f"renew the certificate of '{name}'")
        if not authority.has_issued(present[0]):
            raise ConfigurationError(
                "another authority issued this certificate",
                where=str(path),
                remedy="Have it renew it, and give it here",
            )
        chain: tuple[x509.Certificate, ...] = (authority.renew(present[0], at=at), authority.certificate)
    else:
        chain = load_certificates(certificate)
        if not chain or chain[0].public_key() != present[0].public_key():
            raise BadSetting("the certificate is for another key", where=str(certificate), remedy="See certs rotate")
    number = len(chain_files(path.parent, path.stem))
    write_public(path.with_name(f"{path.stem}.{number}.crt"), pem(*present))
    replace_public(path, pem(*chain))
    return path


def revoke(
    folder: Path,
    name: str,
    center: CenterNames,
    *,
    reason: Reason,
    at: datetime,
    since: datetime | None = None,
) -> Revoked:
    """Revoke a key with all its certificates, from `since` on (`at` unless it was stolen before).

    A revoked signing key is marked in the ring. If nothing would sign after it, a key of the same profile is made that
    signs at once; where the development authority's key is not kept, nothing signs until a key is added. Raises
    ConfigurationError.
    """
    path = find_leaf(folder, name)
    chains = [load_certificates(one) for one in chain_files(path.parent, path.stem)]
    kid = key_id(chains[0][0])
    since = min(since or at, at)
    is_signer = path.parent.name == SIGNER.folder
    ring = read_ring(path.parent).with_revoked(kid, since=since, reason=reason, at=at) if is_signer else Ring()
    has_authority = (folder / "ca" / "issuing.key").exists()
    listed = []
    if has_authority:
        authority = load_authority(folder, wanted_for="sign the revocation list")
        listed = [chain[0] for chain in chains if authority.has_issued(chain[0])]
        write_revocation_list(folder / "ca", authority, at=at, revoked=listed, since=since, reason=reason)
    if not is_signer:
        return Revoked(name, kid, is_listed=bool(listed))
    successor = ""
    if has_authority and not _has_signers(ring, at):
        new = _made_here(folder, center, PROFILES[ring.keys[kid].profile], at)
        ring, successor = _added(path.parent, ring, new, at=at, signs_from=at)
    write_ring(path.parent, ring)  # once: a server that reads it never sees a ring in which nobody signs
    return Revoked(name, kid, is_listed=bool(listed), successor=successor, is_signed_for=_has_signers(ring, at))


def renew_revocation_list(folder: Path, *, at: datetime) -> None:
    """Issue the revocation list anew, with the same entries. Raises ConfigurationError without the authority's key."""
    write_revocation_list(folder / "ca", load_authority(folder, wanted_for="sign the revocation list"), at=at)


def find_leaf(folder: Path, name: str) -> Path:
    """The chain file that is called so: `operators/NAME`, NAME alone where one has it, or a key id.

    Raises ConfigurationError when there is none or several.
    """
    found = []
    for path in sorted(folder.glob("*/*.crt")):
        if path.parent.name == "ca" or _is_older(path):
            continue
        if name in (path.stem, f"{path.parent.name}/{path.stem}") or name == key_id(load_certificates(path)[0]):
            found.append(path)
    if len(found) != 1:
        problem = f"there are {len(found)} keys of this name" if found else "there is no key of this name"
        raise ConfigurationError(problem, where=name, remedy="See gateway certs status for names and key ids")
    return found[0]


def _is_older(path: Path) -> bool:
    """Whether the file is a certificate that a later one has replaced: NAME.2.crt beside NAME.crt."""
    stem, _, number = path.stem.rpartition(".")
    return number.isdecimal() and path.with_name(f"{stem}.crt").exists()


def _added(
    signing: Path,
    ring: Ring,
    new: _Candidate,
    *,
    at: datetime,
    signs_from: datetime,
    token: Token | None = None,
    environment: Mapping[str, str] = os.environ,
) -> tuple[Ring, str]:
    """The ring with the new key, whose files are written then; the ring itself is not."""
    kid = key_id(new.chain[0])
    entry = RingKey(profile=new.profile.name, made=at, signs_from=signs_from, token=token)
    grown = ring.with_key(kid, entry, at=at)
    for suffix, secret in new.secrets.items():
        write_private(signing / f"{kid}{suffix}", secret)
    write_public(signing / f"{kid}.crt", pem(*new.chain))
    try:
        if token is not None:  # tried before it is in force
            load_token_key(token, new.chain, new.profile, folder=signing, environment=environment)
    except ConfigurationError:
        for suffix in (".crt", *new.secrets):
            (signing / f"{kid}{suffix}").unlink()
        raise
    return grown, kid


def _has_signers(ring: Ring, at: datetime) -> bool:
    try:
        return all(ring.signer(form, at) for form in Signs)
    except ConfigurationError:
        return False


def _made_here(folder: Path, center: CenterNames, profile: SigningProfile, at: datetime) -> _Candidate:
    private = new_private_key(profile)
    chain = _certified(folder, center, private, at)
    return _Candidate(chain, profile, {".key": pem_key(private)})


def _certified(folder: Path, center: CenterNames, key: Loadable, at: datetime) -> tuple[x509.Certificate, ...]:
    authority = load_authority(folder, wanted_for="issue the new key a certificate")
    leaf = authority.certify(key.public_key(), SIGNER, "signer", center=center.name, center_id=center.id, at=at)
    return leaf, authority.certificate


def _from_files(key: Path, certificate: Path, environment: Mapping[str, str]) -> _Candidate:
    loaded = load_signing_key(key, certificate, environment=environment)
    secrets = {".key": read_private(key)}
    if key.with_suffix(".pass").exists():
        secrets[".pass"] = read_private(key.with_suffix(".pass"))
    return _Candidate(loaded.chain, loaded.profile, secrets)


def _from_token(
    folder: Path,
    center: CenterNames,
    token: Token,
    pin_file: Path | None,
    certificate: Path | None,
    at: datetime,
) -> _Candidate:
    secrets = {".pin": read_private(pin_file)} if pin_file else {}
    if certificate is not None:
        chain = load_certificates(certificate)
        return _Candidate(chain, profile_for(chain[0].public_key(), where=str(certificate)), secrets)
    if pin_file is None:
        raise BadSetting("the token needs its PIN", where=token.token, remedy="Name its file with --pin-file")
    public = public_key_of(token, pin_file)
    authority = load_authority(folder, wanted_for="issue the new key a certificate")
    leaf = authority.certify(public, SIGNER, "signer", center=center.name, center_id=center.id, at=at)
    return _Candidate((leaf, authority.certificate), profile_for(public, where=token.token), secrets)

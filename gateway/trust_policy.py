"""The policy document: one file that says whom we believe, about what, and on which proof.

Nothing in it is secret. A partner may send it to another, and both believe the same.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from cryptography import x509
from pydantic import Field, field_validator, model_validator

from gateway import names
from gateway.documents import Document, check_document, load_text, read_text
from gateway.errors import BadSetting, MissingFile, UntrustedSignature
from gateway.limits import DOCUMENT_BYTES
from gateway.model.kinds import Kind
from gateway.signing.accepted import ACCEPTED
from gateway.signing.key_ring import known_certificates
from gateway.signing.keys import load_certificates
from gateway.signing.reasons import Reason
from gateway.signing.revocation_list import CRL_FILE
from gateway.signing.ring import KeyId
from gateway.signing.timestamps import TimestampAuthorities
from gateway.signing.trust import Terms, TrustStore
from gateway.signing.trust.centers import CenterName, CenterTerms, NameForm
from gateway.signing.trust.crl import load_list
from gateway.signing.trust.moments import ProofNeeded, TimeRule, Timestamps
from gateway.signing.trust.ocsp import load_response
from gateway.signing.trust.revocation import RevocationSource, RevokedKey

__all__ = [
    "Center",
    "KeyTakenBack",
    "MakeTimestamps",
    "Revocation",
    "TimestampTerms",
    "TrustPolicy",
    "home_trust",
    "load_policy",
    "read_policy",
    "trust_of",
]

MakeTimestamps = Callable[[Iterable[x509.Certificate]], Timestamps]
"""Makes the reader of timestamps of some authorities; handed in by whoever can read them."""

POLICY_FILE: Final = Path("trust") / "policy.yaml"
"""Below a home's `certs/`."""

_PEM: Final = "-----BEGIN"
_IDENTITY: Final = r"^identity--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_NAME: Final = r"^(uri|dns|subject):.+$"
_AlgorithmName = Literal["ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-sha256", "ed25519", "rsa-sha1"]


class Center(Document):
    """`centers`: one center that is believed."""

    id: Annotated[str, Field(pattern=_IDENTITY)]
    names: tuple[Annotated[str, Field(pattern=_NAME)], ...] = ()
    kinds: tuple[Kind, ...] = ()
    algorithms: tuple[_AlgorithmName, ...] = ()


class KeyTakenBack(Document):
    """`revocation.revoked_keys`: a key that we do not believe any more, whatever its authority says."""

    key: KeyId
    since: datetime
    reason: Reason = Reason.KEY_COMPROMISE

    @field_validator("since")
    @classmethod
    def _aware(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("the time needs a zone, such as Z")
        return value.astimezone(UTC)


class Revocation(Document):
    """`revocation`: what tells that a certificate was taken back."""

    crls: tuple[str, ...] = ()
    ocsp: tuple[str, ...] = ()
    revoked_keys: tuple[KeyTakenBack, ...] = ()
    require: bool = False

    @field_validator("revoked_keys")
    @classmethod
    def _each_once(cls, keys: tuple[KeyTakenBack, ...]) -> tuple[KeyTakenBack, ...]:
        if len({one.key for one in keys}) != len(keys):
            raise ValueError("a key stands twice, and only one of the lines could count")
        return keys


class TimestampTerms(Document):
    """`timestamps`: who proves when something was signed, and when that is asked for."""

    authorities: tuple[str, ...] = ()
    required: ProofNeeded = ProofNeeded.WHEN_REVOKED_OR_EXPIRED


class TrustPolicy(Document):
    """A policy document as a whole."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    roots: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    centers: tuple[Center, ...] = ()
    accepts: Literal["strict-2026", "legacy-sha1-2008"] = "strict-2026"
    revocation: Revocation = Revocation()
    timestamps: TimestampTerms = TimestampTerms()
    clock_skew_seconds: Annotated[int, Field(ge=0, le=3600)] = 300

    @model_validator(mode="after")
    def _believes_somebody(self) -> "TrustPolicy":
        if not self.roots and not self.pinned:
            raise ValueError("roots: a policy without roots and pinned certificates believes nobody")
        ids = [center.id for center in self.centers]
        if len(ids) != len(set(ids)):
            raise ValueError("centers: one center stands there twice")
        if self.timestamps.required is ProofNeeded.ALWAYS and not self.timestamps.authorities:
            raise ValueError("timestamps: proof is always asked for, and no authority is named")
        return self


def load_policy(
    path: Path,
    *,
    timestamps: MakeTimestamps = TimestampAuthorities,
    crls: Iterable[Path] = (),
    known: Iterable[Path] = (),
) -> TrustStore:
    """The store of trust that a policy file describes; further lists and key sets may come from the call.

    Raises ConfigurationError for a file that is missing or wrong.
    """
    document = check_document(load_text(read_text(path), where=str(path)), TrustPolicy, where=str(path))
    return trust_of(document, path.parent, timestamps=timestamps, crls=crls, known=known)


def read_policy(data: Any, *, where: str) -> TrustPolicy:
    """A policy that is data already, such as a part of a JSON document. Numbers and switches may be themselves."""
    return check_document(data, TrustPolicy, where=where)


def trust_of(
    policy: TrustPolicy,
    folder: Path,
    *,
    timestamps: MakeTimestamps = TimestampAuthorities,
    crls: Iterable[Path] = (),
    known: Iterable[Path] = (),
) -> TrustStore:
    """The store of trust that a policy describes; paths in it start at `folder`. Raises ConfigurationError."""
    skew = timedelta(seconds=policy.clock_skew_seconds)
    revocation = policy.revocation
    lists = [*_bytes_of(revocation.crls, folder), *((str(path), _read(path)) for path in crls)]
    sources: tuple[RevocationSource, ...] = (
        *(load_list(data, name=name, skew=skew) for name, data in lists),
        *(load_response(data, name=name, skew=skew) for name, data in _bytes_of(revocation.ocsp, folder)),
    )
    authorities = tuple(_certificates(policy.timestamps.authorities, folder))
    rule = TimeRule(
        timestamps=timestamps(authorities) if authorities else None,
        needed=policy.timestamps.required,
        skew=skew,
    )
    terms = Terms(
        name=policy.name,
        accepts=ACCEPTED[policy.accepts],
        time=rule,
        pinned=tuple(_certificates(policy.pinned, folder)),
        centers=MappingProxyType({center.id: _terms(center) for center in policy.centers}),
        sources=sources,
        revoked_keys=MappingProxyType(
            {one.key: RevokedKey(one.key, one.since, one.reason) for one in revocation.revoked_keys}
        ),
        requires_revocation=revocation.require,
    )
    store = TrustStore(_certificates(policy.roots, folder), terms.pinned, terms=terms)
    return _knowing(store, [*_bytes_of(policy.known, folder), *_files(known)])


def home_trust(
    home: Path,
    *,
    roots: Iterable[Path] = (),
    known: Iterable[Path] = (),
    crls: Iterable[Path] = (),
    timestamps: MakeTimestamps = TimestampAuthorities,
) -> TrustStore:
    """What a home believes: its `certs/trust/policy.yaml`; without one, its own root and its signers' certificates.

    Named roots take the place of both. Raises ConfigurationError.
    """
    certs = home / names.CERTS_FOLDER
    if not roots and (certs / POLICY_FILE).is_file():
        return load_policy(certs / POLICY_FILE, timestamps=timestamps, crls=crls, known=known)
    named = tuple(roots) or (certs / "ca" / "root.crt",)
    own = certs / "ca" / CRL_FILE
    lists = (*((own,) if not roots and own.is_file() else ()), *crls)
    terms = Terms(sources=tuple(load_list(data, name=name) for name, data in _files(lists)))
    store = TrustStore([one for path in named for one in load_certificates(path)], terms=terms)
    signers = tuple(known)
    return _knowing(store, _files(signers)) if signers else store.with_known(known_certificates(certs / "sign"))


# What stands behind a line ---------------------------------------------------------------------------------------


def _terms(center: Center) -> CenterTerms:
    told_by = []
    for name in center.names:
        form, _, value = name.partition(":")
        told_by.append(CenterName(NameForm(form), value))
    return CenterTerms(center.id, tuple(told_by), frozenset(map(str, center.kinds)), frozenset(center.algorithms))


def _bytes_of(lines: Iterable[str], folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each line's name and bytes: PEM as it stands, else the file of that name."""
    for number, line in enumerate(lines, start=1):
        if line.startswith(_PEM):
            yield f"number {number} of the policy", line.encode()
        else:
            yield line, _read(folder / line)


def _certificates(lines: Iterable[str], folder: Path) -> Iterator[x509.Certificate]:
    for name, data in _bytes_of(lines, folder):
        yield from _parsed(data, name)


def _files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    return ((str(path), _read(path)) for path in paths)


def _knowing(store: TrustStore, known: Iterable[tuple[str, bytes]]) -> TrustStore:
    """The store with what PEM files and key sets make known; of a key set, also what it says is revoked."""
    for name, data in known:
        try:
            is_key_set = data.lstrip()[:1] == b"{"
            store = store.with_key_set(data) if is_key_set else store.with_known(_parsed(data, name))
        except UntrustedSignature as error:
            raise BadSetting(error.problem, where=name, remedy="Fetch /keys from the center") from error
    return store


def _parsed(data: bytes, name: str) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except (ValueError, x509.InvalidVersion) as error:
        raise BadSetting("this is not a PEM certificate", where=name, remedy="Replace it, or mend the line") from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > DOCUMENT_BYTES:
            raise BadSetting("the file is too large", where=str(path), remedy=f"The limit is {DOCUMENT_BYTES} bytes")
        return path.read_bytes()
    except OSError as error:
        raise MissingFile(
            "the file cannot be opened", where=str(path), remedy="Check the path; it starts at the policy's folder"
        ) from error

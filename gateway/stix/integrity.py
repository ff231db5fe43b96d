"""One signature for a whole view, which holds for any part of it.

TAXII hands out single objects, so the container carries a manifest: the SHA-256 digest of the canonical JSON of every
other object of the view, signed with the container itself. Whoever has the container can tell of any object at all
whether it is exactly what was signed, is none of the view's, or is another version.

The signed payload is the canonical JSON of the container without the members `jws` and `timestamp`; the signature is a
detached compact JWS (RFC 7515, appendix F). This module knows no keys: signing and checking are handed in.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from gateway import names
from gateway.errors import RenderingError, UntrustedSignature
from gateway.model.stages import Signed, SignedObject, ValidatedStix
from gateway.stix.canonical import canonical
from gateway.stix.extensions import IntegrityFacts, extension
from gateway.stix.forms import instant

__all__ = ["Coverage", "Seal", "seal", "seal_objects", "verify", "with_timestamp"]

_CANONICALIZATION: Final = "RFC8785"
_DIGEST: Final = "sha-256"
_UNSIGNED: Final = frozenset({"jws", "timestamp"})
_CONTAINERS: Final = ("report", "grouping")
"""A tuple: what arrives as an object's type may be anything, a set would ask it for a hash."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A container's signature, as it is handed over to be checked, with what the container says of itself.

    `payload` is what `jws` is over. `signed` is the signing time that the signer states (aware), `timestamp` the DER
    token over the third part of `jws`. `publisher` is `created_by_ref`, `kind` the record's; '' where it says none.
    """

    jws: str
    payload: bytes
    signed: datetime
    timestamp: bytes | None
    publisher: str
    kind: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Evidence of one verified container.

    `publisher` is the container's `created_by_ref`, for a policy to compare with whom the key belongs to. `covered` are
    the ids of the given objects that are exactly what was signed, the container among them. `missing` were signed and
    not given (or given in another version). `foreign` were given and are covered by none of the verified containers:
    nothing is known about them.
    """

    container: str
    publisher: str
    key_id: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]


def seal(valid: ValidatedStix, sign: Callable[[bytes], str], key_id: str, *, at: datetime) -> Signed:
    """Sign the checked objects of a view, container last, into the exact bytes that will be served.

    `sign` returns the detached JWS of a payload; `key_id` is the id that its header names; `at` is the signing time.
    Raises RenderingError when the last object is no container or is signed already.
    """
    sealed = seal_objects(valid.objects, sign, key_id, at=at)
    return Signed(view=valid.niem.view, niem=valid.niem.document, stix=sealed, key_id=key_id)


def seal_objects(
    objects: Sequence[dict[str, Any]], sign: Callable[[bytes], str], key_id: str, *, at: datetime
) -> tuple[SignedObject, ...]:
    """The same for objects that stand for no NIEM document."""
    *others, container = objects
    if container["type"] not in _CONTAINERS or names.INTEGRITY_EXTENSION in container.get("extensions", {}):
        raise RenderingError("the last object of the view is no unsigned container", remedy="Seal what render made")
    bodies = [(one, canonical(one)) for one in others]
    integrity = extension(
        "integrity",
        {
            "canonicalization": _CANONICALIZATION,
            "digest_alg": _DIGEST,
            "key_id": key_id,
            "signed": instant(at),
            "manifest": [_entry(one, body) for one, body in bodies],
        },
    )
    unsigned = container | {"extensions": container.get("extensions", {}) | integrity}
    payload = canonical(unsigned)
    sealed = _with_jws(payload, sign(payload), key_id)
    return tuple(_served(one, body) for one, body in [*bodies, (container, sealed)])


def verify(objects: Sequence[dict[str, Any]], check: Callable[[Seal], str]) -> tuple[Coverage, ...]:
    """What the signed containers among the objects vouch for; one Coverage for each, in the given order.

    The objects may be a bundle's, a page's, or any mixture of views. `check` returns the id of the key that made a
    signature, or raises UntrustedSignature. Raises UntrustedSignature, naming the object, when an object is not what
    was signed under its id and version, or an integrity extension is malformed. No container, no Coverage.
    """
    held = _held(objects)
    sealed = [(one, _integrity(one)) for one in objects if _is_sealed(one)]
    key_ids = [_check_container(one, facts, check) for one, facts in sealed]
    matches = [_match(one, facts, held) for one, facts in sealed]
    known = {version for matched, _ in matches for version in matched}
    foreign = tuple(dict.fromkeys(identifier for identifier, version in held if (identifier, version) not in known))
    return tuple(
        Coverage(
            container=one["id"],
            publisher=str(one.get("created_by_ref", "")),
            key_id=key_id,
            covered=tuple(identifier for identifier, _ in matched),
            missing=missing,
            foreign=foreign,
        )
        for (one, _), key_id, (matched, missing) in zip(sealed, key_ids, matches, strict=True)
    )


def with_timestamp(container: dict[str, Any], token: bytes) -> dict[str, Any]:
    """The sealed container with a time-stamp token (RFC 3161, DER) over its signature: the third part of its `jws`."""
    return _with(container, "timestamp", _b64url(token))


_Version = tuple[str, str | None]
"""An object's id and `modified`; observables and markings have no `modified`."""


def _held(objects: Sequence[dict[str, Any]]) -> dict[_Version, str]:
    """The digest of each object by id and version. Two contents under one id and version cannot both be right."""
    held: dict[_Version, str] = {}
    for one in objects:
        version, digest = _version(one), _digest(one)
        if held.setdefault(version, digest) != digest:
            raise _altered(version[0], "stands twice with different contents")
    return held


def _version(one: dict[str, Any]) -> _Version:
    identifier, modified = one.get("id"), one.get("modified")
    if not isinstance(identifier, str) or not isinstance(modified, str | None):
        raise UntrustedSignature("an object has no id", remedy="Ask the sender for it again")
    return identifier, modified


def _is_sealed(one: dict[str, Any]) -> bool:
    extensions = one.get("extensions")
    return isinstance(extensions, dict) and names.INTEGRITY_EXTENSION in extensions


def _integrity(container: dict[str, Any]) -> IntegrityFacts:
    try:
        return msgspec.convert(container["extensions"][names.INTEGRITY_EXTENSION], IntegrityFacts)
    except msgspec.ValidationError as error:
        raise _altered(str(container.get("id")), "has a malformed integrity extension") from error


def _check_container(container: dict[str, Any], facts: IntegrityFacts, check: Callable[[Seal], str]) -> str:
    if container.get("type") not in _CONTAINERS:
        raise _altered(container["id"], "carries a signature and is no container")
    key_id = check(
        Seal(
            jws=facts.jws,
            payload=canonical(_without(container, _UNSIGNED)),
            signed=_moment(facts.signed, container["id"]),
            timestamp=_token(facts.timestamp, container["id"]),
            publisher=str(container.get("created_by_ref", "")),
            kind=str(_member(container["extensions"].get(names.RECORD_EXTENSION), "kind")),
        )
    )
    if key_id != facts.key_id:
        raise _altered(container["id"], "names another key than the one that signed it")
    return key_id


def _match(
    container: dict[str, Any], facts: IntegrityFacts, held: dict[_Version, str]
) -> tuple[list[_Version], tuple[str, ...]]:
    matched: list[_Version] = []
    missing: list[str] = []
    for entry in facts.manifest:
        version = (entry.ref, entry.modified)
        digest = held.get(version)
        if digest is None:
            missing.append(entry.ref)
        elif digest != entry.digest:
            raise _altered(entry.ref, "is not what was signed")
        else:
            matched.append(version)
    return [*matched, _version(container)], tuple(missing)


def _altered(identifier: str, what: str) -> UntrustedSignature:
    return UntrustedSignature(
        f"the object {what}", where=identifier[:120], remedy="Do not use it; ask the publisher for it again"
    )


def _entry(one: dict[str, Any], body: bytes) -> dict[str, str]:
    entry = {"ref": one["id"], "digest": _b64url(hashlib.sha256(body).digest())}
    return entry | {"modified": one["modified"]} if "modified" in one else entry


def _digest(one: dict[str, Any]) -> str:
    try:
        return _b64url(hashlib.sha256(canonical(one)).digest())
    except RenderingError as error:
        raise _altered(ascii(one.get("id"))[1:-1], "has a value without canonical form") from error


def _with_jws(payload: bytes, jws: str, key_id: str) -> bytes:
    """The container with its signature, in canonical form: `jws` sorts just before `key_id` (RFC 8785, 3.2.3).

    Quotes within a text are escaped, so the names of members are found where they stand and nowhere else.
    """
    before, found, after = payload.partition(f'"key_id":"{key_id}","manifest":['.encode())
    return b"".join((before, b'"jws":"', jws.encode(), b'",', found, after))


def _with(container: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    integrity = container["extensions"][names.INTEGRITY_EXTENSION] | {name: value}
    return container | {"extensions": container["extensions"] | {names.INTEGRITY_EXTENSION: integrity}}


def _without(container: dict[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    integrity = {n: v for n, v in container["extensions"][names.INTEGRITY_EXTENSION].items() if n not in left_out}
    return container | {"extensions": container["extensions"] | {names.INTEGRITY_EXTENSION: integrity}}


def _member(value: object, name: str) -> object:
    return value.get(name, "") if isinstance(value, dict) else ""


def _moment(text: str, identifier: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _altered(identifier, "has a signing time that does not read") from error


def _token(text: str | None, identifier: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text else None
    except ValueError as error:
        raise _altered(identifier, "has a timestamp that does not read") from error


def _served(one: dict[str, Any], body: bytes) -> SignedObject:
    return SignedObject(id=one["id"], type=one["type"], version=one.get("modified") or one.get("created"), body=body)


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

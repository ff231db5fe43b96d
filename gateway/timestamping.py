"""Timestamps on the signatures in a file: what an authority is to be asked for, and its token put where it belongs.

A NIEM document has one signature; a STIX bundle or a TAXII envelope has one for each container. The token of a NIEM
document is over the canonical form of its ds:SignatureValue, that of a container over the third part of its `jws`.
"""

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from gateway import limits, names
from gateway.errors import BadSetting, RenderingError, UntrustedSignature
from gateway.signing.accepted import STRICT_2026
from gateway.signing.stamped_xml import with_timestamp as stamped_xml
from gateway.signing.timestamps import TimestampAuthorities, imprinted, token_of
from gateway.signing.xml_verification import read_xml
from gateway.stix.canonical import canonical
from gateway.stix.integrity import with_timestamp as stamped_container

__all__ = ["Attached", "FoundSignature", "attach", "chosen", "moment_of", "signatures_in"]

NIEM_DOCUMENT = "NIEM document"


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature in a file, unverified: `name` is the container's id, or says that it is a NIEM document.

    Where a file has several versions of a container, each one's name is `id@modified`.

    `stamped` is what a token is over; `token` the one that it has (DER), None without.
    """

    name: str
    stamped: bytes
    token: bytes | None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file with a timestamp put in, the signature that has it now, and the token."""

    content: bytes
    signature: FoundSignature
    token: bytes


def signatures_in(content: bytes, *, name: str) -> tuple[FoundSignature, ...]:
    """The signatures of a NIEM document, a STIX bundle or a TAXII envelope, in file order. `name` is the file's.

    Raises UntrustedSignature for another file, one without signatures, and XML whose signature does not hold.
    """
    if content.lstrip()[:1] == b"<":
        claim = read_xml(content, STRICT_2026).claim
        return (FoundSignature(NIEM_DOCUMENT, claim.stamped, claim.timestamp),)
    _, objects = _document(content, name)
    containers = [one for one in objects if _is_container(one)]
    times = Counter(str(one.get("id", "")) for one in containers)
    found = tuple(_found(one, name, is_alone=times[str(one.get("id", ""))] == 1) for one in containers)
    if not found:
        raise UntrustedSignature(
            "the file holds no signature",
            where=name,
            remedy="Timestamp its bytes: gateway timestamp request --detached",
        )
    return found


def chosen(signatures: Sequence[FoundSignature], name: str | None) -> FoundSignature:
    """The one signature, or the one with this name. Raises BadSetting, telling the names, when that is not one."""
    fitting = [one for one in signatures if name in (None, one.name)]
    if len(fitting) != 1:
        raise BadSetting(
            f"the file holds {len(signatures)} signatures, and each needs a timestamp of its own",
            remedy=f"Name one with --object: {', '.join(one.name for one in signatures)}",
        )
    return fitting[0]


def attach(content: bytes, reply: bytes, request: bytes | None, *, name: str) -> Attached:
    """The file with the token of the reply on the signature that it is over.

    Nothing signed changes. Nobody is believed yet: see `moment_of`. Raises UntrustedSignature when the reply is about
    none of the file's signatures, or not granted; RenderingError when the signature has a timestamp already.
    """
    signatures = signatures_in(content, name=name)
    stamped = imprinted(reply, [one.stamped for one in signatures])
    signature = next(one for one in signatures if one.stamped == stamped)
    token = token_of(reply, stamped, request)
    if signature.token is not None:
        raise RenderingError("the signature has a timestamp already", where=name, remedy="Use the file as it is")
    if signature.name == NIEM_DOCUMENT:
        return Attached(stamped_xml(content, token), signature, token)
    document, objects = _document(content, name)
    document["objects"] = [
        stamped_container(one, token) if _is_container(one) and _found(one, name).stamped == stamped else one
        for one in objects
    ]
    return Attached(canonical(document), signature, token)


def moment_of(token: bytes, stamped: bytes, authorities: TimestampAuthorities) -> datetime:
    """When the bytes stood at the latest; the token may also lie in the reply that it came in.

    Raises UntrustedSignature for anything less than a token by one of the authorities.
    """
    bare = token_of(token, stamped) if _is_reply(token) else token
    return authorities.moment(bare, stamped)


def _is_reply(data: bytes) -> bool:
    """A reply starts with its status, a SEQUENCE; a token with its content type, an object identifier."""
    long_form = data[1] & 0x7F if len(data) > 1 and data[1] & 0x80 else 0
    return data[2 + long_form : 3 + long_form] == b"\x30"


def _document(content: bytes, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if len(content) > limits.JSON_BYTES:
        raise UntrustedSignature("the file is too large", where=name, remedy=f"The limit is {limits.JSON_BYTES} bytes")
    try:
        document = msgspec.json.decode(content, type=dict[str, Any])
        objects = msgspec.convert(document.get("objects"), list[dict[str, Any]])
    except msgspec.MsgspecError as error:
        raise UntrustedSignature(
            "this is no NIEM document, STIX bundle or TAXII envelope",
            where=name,
            remedy="Timestamp its bytes: gateway timestamp request --detached",
        ) from error
    return document, objects


def _is_container(one: dict[str, Any]) -> bool:
    extensions = one.get("extensions")
    return isinstance(extensions, dict) and names.INTEGRITY_EXTENSION in extensions


def _found(container: dict[str, Any], name: str, *, is_alone: bool = True) -> FoundSignature:
    try:
        facts = msgspec.convert(container["extensions"][names.INTEGRITY_EXTENSION], _Sealed)
        _, _, signature = facts.jws.split(".")
        token = base64.urlsafe_b64decode(facts.timestamp + "==") if facts.timestamp else None
    except (msgspec.MsgspecError, ValueError) as error:
        raise UntrustedSignature(
            "a container's signature does not read", where=name, remedy="Ask the sender for the file again"
        ) from error
    version = "" if is_alone else f"@{container.get('modified', '')}"
    return FoundSignature(f"{container.get('id', '')}{version}", signature.encode(), token)


class _Sealed(msgspec.Struct):
    jws: str
    timestamp: str | None = None

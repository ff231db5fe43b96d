"""What STIX 2.1 says an object MUST be and a JSON Schema cannot say, as tables and small functions.

Only what can concern an object that this gateway makes is here: a check for a type that is never rendered would be
untested code. The tests compare the verdicts with stix2-validator's on damaged objects.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

__all__ = ["FOREIGN_CHECKS", "OBJECT_CHECKS", "VIEW_CHECKS", "Fault"]

Fault = tuple[str, str, str]
"""Object id, path within the object, what is wrong with it."""


class _Order(NamedTuple):
    """`later` may not be before `earlier`; where `strict`, not equal to it either."""

    stix_type: str | None
    earlier: str
    later: str
    strict: bool = False


_ORDERS: Final = (
    _Order(None, "created", "modified"),  # 3.2
    _Order("indicator", "valid_from", "valid_until", strict=True),  # 4.7
    _Order("observed-data", "first_observed", "last_observed"),  # 4.14
    _Order("infrastructure", "first_seen", "last_seen"),  # 4.8
    _Order("malware", "first_seen", "last_seen"),  # 4.11
    _Order("sighting", "first_seen", "last_seen"),  # 5.2
    _Order("relationship", "start_time", "stop_time", strict=True),  # 5.1
)
_TIMES: Final = frozenset(name for order in _ORDERS for name in (order.earlier, order.later)) | {"published"}

_OBSERVABLES: Final = frozenset({"artifact", "domain-name", "email-addr", "file", "ipv4-addr", "ipv6-addr", "url"})
_UNVERSIONED: Final = _OBSERVABLES | {"marking-definition"}

_STANDARD_KEYS: Final = re.compile(r"extension-definition--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ANY_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MIME: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[A-Za-z0-9.+_-]+")
_COMPARISON: Final = re.compile(
    r"\[(?:(?:domain-name|email-addr|ipv4-addr|ipv6-addr|url):value"
    r"|file:hashes\.'(?:MD5|SHA-1|SHA-256|SHA-512)')"
    r" = '(?:[^'\\]|\\['\\])+'\]"
)
_MILLISECONDS: Final = re.compile(r"\.[0-9]{3}Z$")


def _times(one: dict[str, Any]) -> Iterator[Fault]:
    """Timestamps exist in the calendar ; versions have exactly milliseconds, our normal form of 3.2."""
    for name in sorted(_TIMES & one.keys()):
        if _moment(one[name]) is None:
            yield one["id"], name, "is not a timestamp that the calendar has"
    for name in ("created", "modified"):
        if one["type"] not in _UNVERSIONED and not _MILLISECONDS.search(str(one.get(name))):
            yield one["id"], name, "does not have exactly three fractional digits"


def _orders(one: dict[str, Any]) -> Iterator[Fault]:
    for order in _ORDERS:
        if order.stix_type not in (None, one["type"]):
            continue
        earlier, later = _moment(one.get(order.earlier)), _moment(one.get(order.later))
        if earlier and later and (later < earlier or (order.strict and later == earlier)):
            yield (
                one["id"],
                order.later,
                f"is not after {order.earlier}" if order.strict else f"is before {order.earlier}",
            )


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _id_shape(one: dict[str, Any]) -> Iterator[Fault]:
    """The id starts with the type; version 5 for observables, 4 for everything else (2.9)."""
    prefix, _, rest = str(one["id"]).partition("--")
    shape = _UUID.fullmatch(rest)
    if prefix != one["type"]:
        yield one["id"], "id", "does not start with the object's type"
    if shape is None or shape[1] != ("5" if one["type"] in _OBSERVABLES else "4"):
        yield one["id"], "id", "does not end in a UUID of the version that the type asks for"


def _filled(one: dict[str, Any]) -> Iterator[Fault]:
    """No null, no empty list or dictionary anywhere.

    Where one is, it shows in the written object; the search is a hundred times faster than the walk that finds where.
    """
    written = orjson.dumps(one)
    if not (b"null" in written or b"[]" in written or b"{}" in written):
        return
    for path, value in _leaves(one, ""):
        if value is None or value == [] or value == {}:
            yield one["id"], path, "is empty"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, held in value.items():
            yield from _leaves(held, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for place, held in enumerate(value):
            yield from _leaves(held, f"{path}.{place}")
    else:
        yield path, value


def _nothing_custom(one: dict[str, Any]) -> Iterator[Fault]:
    """Extensions only: no `x_` property, no extension without a definition's id, no new object types (7.3)."""
    for name in one:
        if name.startswith("x_"):
            yield one["id"], name, "is a custom property"
    for name, held in one.get("extensions", {}).items():
        if not _STANDARD_KEYS.fullmatch(name):
            yield one["id"], "extensions", "has a key that is no extension-definition id"
        elif held.get("extension_type") != "property-extension":
            yield one["id"], f"extensions.{name}", "is not a property-extension"


def _pattern(one: dict[str, Any]) -> Iterator[Fault]:
    """The pattern is one comparison of a known property with a quoted text (9); no other sort is ever made here."""
    if one["type"] == "indicator" and not (one.get("pattern_type") == "stix" and _COMPARISON.fullmatch(one["pattern"])):
        yield one["id"], "pattern", "is not a comparison of the form that this gateway makes"


def _observed_data(one: dict[str, Any]) -> Iterator[Fault]:
    if one["type"] != "observed-data":
        return
    if "objects" in one:
        yield one["id"], "objects", "is deprecated"
    for ref in one.get("object_refs", ()):
        if ref.partition("--")[0] not in _OBSERVABLES:
            yield one["id"], "object_refs", "refers to something that is no cyber observable"


def _artifact(one: dict[str, Any]) -> Iterator[Fault]:
    """The media type is one, and the digest is the payload's (6.1)."""
    if one["type"] != "artifact":
        return
    if not _MIME.fullmatch(str(one.get("mime_type"))):
        yield one["id"], "mime_type", "is not a media type"
    try:
        payload = base64.b64decode(str(one.get("payload_bin")), validate=True)
    except binascii.Error:
        yield one["id"], "payload_bin", "is not base64"
        return
    if one.get("hashes", {}).get("SHA-256") != hashlib.sha256(payload).hexdigest():
        yield one["id"], "hashes", "is not the digest of the payload"


def _markings(one: dict[str, Any]) -> Iterator[Fault]:
    for ref in one.get("object_marking_refs", ()):
        if not str(ref).startswith("marking-definition--"):
            yield one["id"], "object_marking_refs", "refers to something that is no marking-definition"
        elif ref == one["id"]:
            yield one["id"], "object_marking_refs", "refers to itself"


OBJECT_CHECKS: Final[tuple[Callable[[dict[str, Any]], Iterator[Fault]], ...]] = (
    _times,
    _orders,
    _id_shape,
    _filled,
    _nothing_custom,
    _pattern,
    _observed_data,
    _artifact,
    _markings,
)
"""Checks of one object that its schema has already accepted."""


def _calendar(one: dict[str, Any]) -> Iterator[Fault]:
    for name in sorted(_TIMES & one.keys()):
        if _moment(one[name]) is None:
            yield one["id"], name, "is not a timestamp that the calendar has"


def _id_form(one: dict[str, Any]) -> Iterator[Fault]:
    """Any version of UUID will do; which one to use is advice (2.9)."""
    prefix, _, rest = str(one["id"]).partition("--")
    if prefix != one["type"]:
        yield one["id"], "id", "does not start with the object's type"
    if not _ANY_UUID.fullmatch(rest):
        yield one["id"], "id", "does not end in a UUID"


FOREIGN_CHECKS: Final[tuple[Callable[[dict[str, Any]], Iterator[Fault]], ...]] = (
    _calendar,
    _orders,
    _id_form,
    _filled,
    _markings,
)
"""The same for an object of another maker: the standard's demands without the habits of this house."""


def _unique(objects: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for one in objects:
        if one["id"] in seen:
            yield one["id"], "id", "stands twice in the view"
        seen.add(one["id"])


def _resolved(objects: Sequence[dict[str, Any]]) -> Iterator[Fault]:
    """Every reference leads to an object of the view that stands before the one that refers to it, or is itself."""
    seen: set[str] = set()
    for one in objects:
        seen.add(one["id"])
        for path, ref in _references(one, ""):
            if ref not in seen:
                yield one["id"], path, "refers to nothing that stands before it in the view"


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        return
    for name, held in value.items():
        here = f"{path}.{name}" if path else name
        if name.endswith("_ref") and isinstance(held, str):
            yield here, held
        elif name.endswith("_refs") and isinstance(held, list):
            yield from ((here, ref) for ref in held if isinstance(ref, str))
        elif isinstance(held, dict):
            yield from _references(held, here)


VIEW_CHECKS: Final[tuple[Callable[[Sequence[dict[str, Any]]], Iterator[Fault]], ...]] = (_unique, _resolved)
"""Checks of all the objects of a view together."""

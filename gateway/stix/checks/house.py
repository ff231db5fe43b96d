"""What this gateway asks of its own views beyond the standard: one normal form, nothing custom, nothing dangling."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from gateway.stix.checks.check_row import UNKNOWN, Breach, Check, Level, SetCheck
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES, UNVERSIONED

__all__ = ["HOUSE_CHECKS", "VIEW_CHECKS"]

_KEYS: Final = re.compile(r"extension-definition--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MIME: Final = re.compile(r"(?:application|audio|font|image|message|model|multipart|text|video)/[A-Za-z0-9.+_-]+")
_COMPARISON: Final = re.compile(
    r"\[(?:(?:domain-name|email-addr|ipv4-addr|ipv6-addr|url):value"
    r"|file:hashes\.'(?:MD5|SHA-1|SHA-256|SHA-512)')"
    r" = '(?:[^'\\]|\\['\\])+'\]"
)
_MILLISECONDS_LONG: Final = len("2026-01-01T00:00:00.000Z")


def _known_type(one: dict[str, Any]) -> Iterator[Breach]:
    yield "type", "the object's type is not one of STIX 2.1"


def _milliseconds(one: dict[str, Any]) -> tuple[Breach, ...]:
    """The length is enough: the schema has seen the form, and both have three fractional digits or more."""
    if len(one["created"]) == len(one["modified"]) == _MILLISECONDS_LONG:
        return ()
    wrong = [name for name in ("created", "modified") if len(one[name]) != _MILLISECONDS_LONG]
    return tuple((name, "does not have exactly three fractional digits") for name in wrong)


def _filled(one: dict[str, Any]) -> tuple[Breach, ...]:
    """What is empty shows in the written object; the walk that finds the place is a hundred times dearer."""
    try:
        written = orjson.dumps(one)
    except orjson.JSONEncodeError:
        return (("", "cannot be written"),)
    if b"null" in written or b"[]" in written or b"{}" in written:
        return tuple((path, "is empty") for path, value in _leaves(one) if value is None or value in ([], {}))
    return ()


def _leaves(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any]] = [("", one)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting += [(f"{path}.{name}" if path else name, held) for name, held in value.items()]
        elif isinstance(value, list) and value:
            waiting += [(f"{path}.{place}", held) for place, held in enumerate(value)]
        else:
            yield path, value


def _extensions(one: dict[str, Any]) -> Iterator[Breach]:
    for name, held in one["extensions"].items():
        if not _KEYS.fullmatch(name):
            yield "extensions", "has a key that is no extension-definition id"
        elif held.get("extension_type") != "property-extension":
            yield f"extensions.{name}", "is not a property-extension"


def _pattern(one: dict[str, Any]) -> Iterator[Breach]:
    """No other sort of pattern is ever made here."""
    if not (one.get("pattern_type") == "stix" and _COMPARISON.fullmatch(one["pattern"])):
        yield "pattern", "is not a comparison of the form that this gateway makes"


def _observed(one: dict[str, Any]) -> Iterator[Breach]:
    for ref in one["object_refs"]:
        if ref.partition("--")[0] not in OBSERVABLES:
            yield "object_refs", "refers to something that is no cyber observable"


def _artifact(one: dict[str, Any]) -> Iterator[Breach]:
    if not _MIME.fullmatch(str(one.get("mime_type"))):
        yield "mime_type", "is not a media type"
    try:
        payload = base64.b64decode(str(one.get("payload_bin")), validate=True)
    except (binascii.Error, ValueError):
        yield "payload_bin", "is not base64"
        return
    if one.get("hashes", {}).get("SHA-256") != hashlib.sha256(payload).hexdigest():
        yield "hashes", "is not the digest of the payload"


def _markings(one: dict[str, Any]) -> Iterator[Breach]:
    for ref in one["object_marking_refs"]:
        if not ref.startswith("marking-definition--"):
            yield "object_marking_refs", "refers to something that is no marking-definition"


def _own_id(one: dict[str, Any]) -> tuple[Breach, ...]:
    stix_type, _, uuid = one["id"].partition("--")
    if stix_type != one["type"]:
        return (("id", "does not start with the object's type"),)
    return () if uuid == uuid.lower() else (("id", "is not in lower case"),)


def _row(code: str, clause: str, says: str, look: Any, types: frozenset[str] | None, *needs: str) -> Check:
    return Check(code, clause, Level.HOUSE, says, look, types, needs)


HOUSE_CHECKS: Final = (
    _row("own-type", "4", "Nothing but the types of the standard.", _known_type, frozenset({UNKNOWN})),
    _row("own-id", "2.9", "An id begins with the object's type and is in lower case.", _own_id, None),
    _row(
        "own-versions",
        "3.2",
        "`created` and `modified` have exactly three fractional digits.",
        _milliseconds,
        frozenset(PROPERTIES) - UNVERSIONED - {"bundle"},
    ),
    _row("own-filling", "2.12", "Nothing is null and no list or dictionary is empty, at any depth.", _filled, None),
    _row(
        "own-extensions",
        "7.3",
        "Extensions are property-extensions under a definition's id.",
        _extensions,
        None,
        "extensions",
    ),
    _row(
        "own-pattern",
        "9",
        "A pattern is one comparison of a known property with a quoted text.",
        _pattern,
        frozenset({"indicator"}),
    ),
    _row(
        "own-observed-data",
        "4.14.1",
        "Observed data refers to observables only.",
        _observed,
        frozenset({"observed-data"}),
        "object_refs",
    ),
    _row(
        "own-artifact",
        "6.1.1",
        "An artifact has a media type and the SHA-256 of its payload.",
        _artifact,
        frozenset({"artifact"}),
    ),
    _row("own-markings", "7.2.2", "A marking is a marking definition.", _markings, None, "object_marking_refs"),
)
"""Checks of one object of our own."""


def _unique(objects: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    seen: set[str] = set()
    for place, one in enumerate(objects):
        if one["id"] in seen:
            yield place, "id", "stands twice in the view"
        seen.add(one["id"])


def _resolved(objects: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    seen: set[str] = set()
    for place, one in enumerate(objects):
        seen.add(one["id"])
        for path, ref in _references(one):
            if ref not in seen:
                yield place, path, "refers to nothing that stands before it in the view"


def _references(one: dict[str, Any]) -> list[tuple[str, str]]:
    """Every reference of an object with its path: by the names of properties, at any depth of dictionaries."""
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, dict[str, Any]]] = [("", one)]
    while waiting:
        path, part = waiting.pop()
        for name, held in part.items():
            if type(held) is str:
                if name[-4:] == "_ref":
                    found.append((path + name, held))
            elif type(held) is dict:
                waiting.append((f"{path}{name}.", held))
            elif type(held) is list and name[-5:] == "_refs":
                found += [(path + name, ref) for ref in held if type(ref) is str]
    return found


VIEW_CHECKS: Final = (
    SetCheck("own-unique", "3.3", Level.HOUSE, "No two objects of a view have the same id.", _unique),
    SetCheck(
        "own-references",
        "3.3",
        Level.HOUSE,
        "A reference leads to an object of the view that stands before it, or to itself.",
        _resolved,
    ),
)
"""Checks of all the objects of a view of our own together."""

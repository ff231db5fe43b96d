"""What this gateway asks of its own views beyond the standard: one normal form, nothing custom, nothing dangling."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from gateway.stix.checks.check_row import UNKNOWN, Breach, Check, Level, SetCheck
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES, UNVERSIONED

__all__ = ["FILLING", "HOUSE_CHECKS", "VIEW_CHECKS", "Survey", "survey"]

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
    return tuple((path, "is empty") for path, value in _leaves(one) if value is None or value in ([], {}))


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


def _extensions(one: dict[str, Any]) -> tuple[Breach, ...]:
    """The form of the keys is the schema's matter: it lets in ids of definitions and names that end in -ext."""
    found: tuple[Breach, ...] = ()
    for name, held in one["extensions"].items():
        if not name.startswith("extension-definition--") or name != name.lower():
            found += (("extensions", "has a key that is no extension-definition id"),)
        elif held.get("extension_type") != "property-extension":
            found += ((f"extensions.{name}", "is not a property-extension"),)
    return found


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


def _markings(one: dict[str, Any]) -> tuple[Breach, ...]:
    for ref in one["object_marking_refs"]:
        if not ref.startswith("marking-definition--"):
            return (("object_marking_refs", "refers to something that is no marking-definition"),)
    return ()


def _own_id(one: dict[str, Any]) -> tuple[Breach, ...]:
    stix_type, _, uuid = one["id"].partition("--")
    if stix_type != one["type"]:
        return (("id", "does not start with the object's type"),)
    return () if uuid == uuid.lower() else (("id", "is not in lower case"),)


def _row(code: str, clause: str, says: str, look: Any, types: frozenset[str] | None, *needs: str) -> Check:
    return Check(code, clause, Level.HOUSE, says, look, types, needs)


FILLING: Final = _row(
    "own-filling", "2.12", "Nothing is null and no list or dictionary is empty, at any depth.", _filled, None
)
"""Made only where a `survey` says that something is empty."""

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
    FILLING,
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


def _references(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every reference of an object with its path: by the names of properties, at any depth of dictionaries."""
    waiting: list[tuple[str, dict[str, Any]]] = [("", one)]
    while waiting:
        path, part = waiting.pop()
        for name, held in part.items():
            if isinstance(held, dict):
                waiting.append((f"{path}{name}.", held))
            elif name.endswith("_ref") and isinstance(held, str):
                yield path + name, held
            elif name.endswith("_refs") and isinstance(held, list):
                yield from ((path + name, ref) for ref in held if isinstance(ref, str))


class Survey(NamedTuple):
    """What one walk of a sound object sees: everything that it refers to, and whether something in it is empty."""

    references: tuple[str, ...]
    has_gaps: bool


def survey(one: dict[str, Any]) -> Survey:
    """The survey of an object. It is all that a view without faults needs; the rows say more where it fails."""
    references: list[str] = []
    has_gaps = False
    waiting: list[Any] = [one]
    for part in waiting:  # which grows as it is walked
        for name, held in part.items():
            kind = type(held)
            if kind is str:
                if name[-4:] == "_ref":
                    references.append(held)
            elif kind is dict or kind is list:
                if not held:
                    has_gaps = True
                elif kind is dict:
                    waiting.append(held)
                elif type(held[0]) is str:
                    if name[-5:] == "_refs":
                        references += held
                else:
                    has_gaps = has_gaps or not all(held)
                    waiting += [each for each in held if type(each) is dict]
            elif held is None:
                has_gaps = True
    return Survey(tuple(references), has_gaps)


UNIQUE: Final = "own-unique"

VIEW_CHECKS: Final = (
    SetCheck(UNIQUE, "3.3", Level.HOUSE, "No two objects of a view have the same id.", _unique),
    SetCheck(
        "own-references",
        "3.3",
        Level.HOUSE,
        "A reference leads to an object of the view that stands before it, or to itself.",
        _resolved,
    ),
)
"""Checks of all the objects of a view of our own together."""

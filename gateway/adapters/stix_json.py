"""STIX of other producers, 2.1 and 2.0: bundles, TAXII envelopes, arrays, single objects, an object a line.

An item is an object with everything that it needs to be understood (`gateway.adapters.stix_items`). Each object of a
delivery is in an item, or is told with the reason why not. `line` is the place of an item's first object in the
delivery, from 1; `raw` is the canonical JSON array of its objects in STIX 2.1.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.json_text import elements, lines
from gateway.adapters.stix_items import StixObject, items_of
from gateway.errors import RenderingError, UnreadableDelivery
from gateway.mapping.layouts import JsonSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable
from gateway.stix.canonical import canonical
from gateway.stix.check import ObjectChecker
from gateway.stix.checks.properties import OBSERVABLES
from gateway.stix.feed import STIX_COLUMNS
from gateway.stix.upgrade import NoFormIn21, is_of_2_0, upgraded

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable

_HEAD_BYTES: Final = 1 << 16
_OBJECTS: Final = "objects[*]"
_ASK: Final = "Ask the producer for an object that keeps to the standard"


class _Envelope(NamedTuple):
    """What stands around the objects: where they are, and the version that a bundle of 2.0 says for all of them."""

    spec: JsonSpec | None
    version: str | None = None


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, by the place of their first objects, among what is skipped or cannot be read.

    Raises UnreadableDelivery for a text that is not JSON, is nested without end, or passes `limits.JSON_BYTES`.
    """
    envelope = _envelope(received)
    if envelope.spec is None:
        return
    source = lines(received, reading) if envelope.spec.lines else elements(received, reading, envelope.spec)
    told: list[Skipped | Unreadable] = []
    objects: list[StixObject] = []
    for position, (_, raw, value) in enumerate(source, start=1):
        if isinstance(value, Skipped):
            told.append(Skipped(line=position, reason=value.reason, raw=value.raw))
            continue
        try:
            if isinstance(value, ItemFault):
                raise value
            objects += _objects(position, raw, envelope.version)
        except ItemFault as fault:
            told.append(fault.unreadable(line=position, raw=raw))
    yield from items_of(objects, own=frozenset(reading.own), told=told)


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The columns of a delivery that looks like STIX; none for any other file."""
    head = received.content.read(0, _HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"{", b"[")) or b'"type"' not in head or b"--" not in head:
        return ()
    envelope = _envelope(received)
    if envelope.spec is None:
        return ()
    source = lines(received, reading) if envelope.spec.lines else elements(received, reading, envelope.spec)
    first = next((value for _, _, value in source if isinstance(value, dict)), {})
    looks_like_one = str(first.get("id", "")).startswith(f"{first.get('type', '')}--")
    return STIX_COLUMNS if looks_like_one else ()


def _envelope(received: Received) -> _Envelope:
    where = received.file_name
    if len(received.content) > limits.JSON_BYTES:
        raise UnreadableDelivery(
            f"the JSON text has {len(received.content)} bytes",
            where=where,
            remedy=f"At most {limits.JSON_BYTES} are read whole: ask for it in parts",
        )
    try:
        text = received.content.whole().decode("utf-8-sig").strip()
        value, end = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)
    except UnicodeDecodeError as error:
        raise UnreadableDelivery("the text is not UTF-8", where=where, remedy="Ask for it in UTF-8") from error
    except RecursionError as error:
        raise UnreadableDelivery("the text is nested too deeply", where=where, remedy="Check the export") from error
    except ValueError as error:
        raise UnreadableDelivery("the text is not JSON", where=where, remedy="Ask for it again") from error
    if end != len(text):
        return _Envelope(JsonSpec(lines=True))
    if not isinstance(value, dict) or (value.get("type") != "bundle" and ("type" in value or "objects" not in value)):
        return _Envelope(JsonSpec())
    held = value.get("objects", [])
    if not isinstance(held, list):
        raise UnreadableDelivery("the objects of the bundle are no list", where=where, remedy="Ask for it again")
    version = value.get("spec_version")
    return _Envelope(JsonSpec(items=_OBJECTS) if held else None, version if isinstance(version, str) else None)


def _objects(position: int, raw: bytes, version: str | None) -> list[StixObject]:
    """What one object of the delivery is in STIX 2.1, checked. Raises ItemFault with the reason why it is refused."""
    try:
        one = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ItemFault("bad-structure", "the object is not JSON in UTF-8", "Ask the producer for it again") from error
    if not isinstance(one, dict):
        raise ItemFault("bad-structure", "what should be an object is none", _ASK)
    if not isinstance(one.get("type"), str) or not isinstance(one.get("id"), str):
        raise ItemFault("bad-stix", "the object has no type or no id", _ASK)
    if _is_deeper(one, limits.JSON_DEPTH):
        raise ItemFault("too-large", f"the object is nested deeper than {limits.JSON_DEPTH}", _ASK)
    if one.get("type") in OBSERVABLES and "spec_version" not in one:
        # everybody's object for a value has one id: without the same bytes two of them could not both be held
        return [_checked(position, one | {"spec_version": "2.1"}, unchanged=False)]
    if not is_of_2_0(one, version):
        return [_checked(position, one, unchanged=True)]
    try:
        made = upgraded(one)
    except NoFormIn21 as error:
        raise ItemFault("no-form-in-2.1", error.problem, error.remedy) from error
    return [_checked(position, every, unchanged=False) for every in made]


def _checked(position: int, one: dict[str, Any], *, unchanged: bool) -> StixObject:
    try:
        body = canonical(one)
        if canonical(json.loads(body)) != body:  # 9007199254740992.0 is written as an integer that has no form
            raise ItemFault("bad-value", "a number of the object has no one form", _ASK)
    except RenderingError as error:
        raise ItemFault("bad-value", error.problem, _ASK) from error
    if faults := _checker().broken_musts(one):
        place, problem = faults[0].path or "its top", faults[0].problem
        raise ItemFault("bad-stix", f"the object breaks STIX 2.1 at {place}: {problem}", _ASK)
    if len(body.decode()) > limits.ORIGINAL_CHARACTERS:
        raise ItemFault("too-large", f"the object has {len(body)} bytes", f"At most {limits.ORIGINAL_CHARACTERS} are")
    return StixObject(position, one, body, unchanged)


@cache
def _checker() -> ObjectChecker:
    return ObjectChecker()


def _is_deeper(value: Any, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    held = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_is_deeper(one, depth - 1) for one in held)

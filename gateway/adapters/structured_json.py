"""JSON (RFC 8259): an array of items, one item, items at a declared address of a larger text, or one per line (NDJSON).

Values keep their text: `1.50` stays `1.50`, `true` is `true`, null is the empty text. Their addresses are written with
dots and positions from 0: `incident.units[0].name`; a member name with a dot, a bracket or nothing in it stands in
brackets and quotes: `a["b.c"]`. A repeated member name is refused: readers differ in which value they take.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.headings import headings
from gateway.adapters.json_text import elements, lines
from gateway.errors import UnreadableDelivery
from gateway.mapping.layouts import FollowSpec, JsonSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

_NEEDS_QUOTES: Final = frozenset('.[]"/')

Item = NativeRecord | Skipped | Unreadable


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is where an item starts, `raw` its own bytes.

    An item that is no object, repeats a member name or passes a limit is Unreadable, and so is a line that is not
    JSON. Raises UnreadableDelivery for a text that is not JSON or has nothing at the declared address, and for lines of
    which none is an object.
    """
    spec = reading.json or JsonSpec()
    flatten = _Flattening(reading, spec.follow)
    source = lines(received, reading) if spec.lines else elements(received, reading, spec)
    readable = not spec.lines
    for line, raw, value in source:
        if isinstance(value, Item):
            yield value
            continue
        try:
            if isinstance(value, ItemFault):
                raise value
            # a line of a pretty-printed text may be JSON by chance, but hardly an object
            readable = readable or isinstance(value, dict)
            yield NativeRecord(line=line, fields=flatten(value), raw=raw)
        except ItemFault as fault:
            yield fault.unreadable(line=line, raw=raw)
    if not readable:
        raise UnreadableDelivery(
            "no line of the file is a JSON object", where=received.file_name, remedy="Check the format"
        )


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses that occur. Raises UnreadableDelivery for a text that is not JSON."""
    return headings(read(received, reading), reading)


class _Flattening:
    """From an item to its addressed texts. References are followed where the mapping reads what lies behind them."""

    def __init__(self, reading: Reading, follow: FollowSpec | None) -> None:
        self._follow = follow
        self._beneath = tuple(dict.fromkeys((*reading.columns, *reading.groups))) if follow else ()
        self._wanted: dict[str, bool] = {}

    def __call__(self, item: Any) -> dict[str, str]:
        """Raises ItemFault for what is no object or passes a limit."""
        if not isinstance(item, dict):
            raise ItemFault("bad-structure", "the item is no object", "Correct 'reads.json', or the export")
        fields: dict[str, str] = {}
        named: dict[str, dict[str, Any]] = {}
        for name, target in _named(item, self._follow.id) if self._follow else ():
            if named.setdefault(name, target) != target:
                raise ItemFault(
                    "bad-structure", "two different objects have the same id", "Have the exporter give each its own"
                )
        self._put(item, "", "", 1, fields, named, ())
        return fields

    def _put(
        self,
        value: Any,
        address: str,
        shape: str,
        depth: int,
        fields: dict[str, str],
        named: dict[str, dict[str, Any]],
        inside: tuple[str, ...],
    ) -> None:
        if depth > limits.JSON_DEPTH:
            raise ItemFault("too-large", f"the item is nested more than {limits.JSON_DEPTH} deep", "Flatten the export")
        if isinstance(value, dict):
            if self._follow and (found := self._behind(value, shape, named, inside)) is not None:
                name, value = found
                inside = (*inside, name)
            for member, inner in value.items():
                step = _step(member, first=not address)
                self._put(inner, address + step, shape + step, depth + 1, fields, named, inside)
        elif isinstance(value, list):
            for position, inner in enumerate(value):
                self._put(inner, f"{address}[{position}]", f"{shape}[*]", depth + 1, fields, named, inside)
        else:
            text = "" if value is None else value if isinstance(value, str) else str(value).lower()
            if len(text) > limits.CELL_CHARACTERS:
                raise ItemFault("too-large", f"a text is longer than {limits.CELL_CHARACTERS} characters", "Shorten it")
            if len(fields) >= limits.ITEM_VALUES:
                raise ItemFault("too-large", f"the item has more than {limits.ITEM_VALUES} values", "Divide the item")
            fields[address] = text

    def _behind(
        self, value: dict[str, Any], shape: str, named: dict[str, dict[str, Any]], inside: tuple[str, ...]
    ) -> tuple[str, dict[str, Any]] | None:
        """What a reference stands for, where the mapping reads it; a circle, or a reference to nothing, stays."""
        assert self._follow is not None
        name = value.get(self._follow.reference)
        if not isinstance(name, str) or name not in named or name in inside:
            return None
        wanted = self._wanted.get(shape)
        if wanted is None:
            own = (f"{shape}.{self._follow.reference}", f"{shape}.{self._follow.id}")
            wanted = any(c.startswith((f"{shape}.", f"{shape}[")) and c not in own for c in self._beneath)
            self._wanted[shape] = wanted
        return (name, {**named[name], **value}) if wanted else None


def _named(value: Any, member: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of an item that has a name of its own."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get(member), str):
                yield value[member], value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _step(member: str, *, first: bool) -> str:
    if not member or not _NEEDS_QUOTES.isdisjoint(member):
        return f"[{json.dumps(member)}]"
    return member if first else f".{member}"

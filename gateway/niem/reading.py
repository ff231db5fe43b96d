"""Tables compiled to readers: from an element back to the fields that the same table writes.

A reader gives texts; the record's own types turn them into codes, days and numbers. It takes what the table knows and
looks at nothing else; whether that was everything, `gateway.niem.read` finds out.
"""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.niem.namespaces import NAMESPACES
from gateway.niem.parts import Computed, Each, Fixed, Kept, Leaf, Leaves, Only, Part, Reference, Within

__all__ = ["Reader", "clark", "reader"]

Reader = Callable[[Any], dict[str, Any]]
"""From an element to the fields found in it; a field with dots is a dictionary in a dictionary."""

_Taker = Callable[[Any, dict[str, Any]], None]


def clark(path: str) -> str:
    """A path of prefixed names as lxml takes it: `{namespace}local` for each step."""
    steps = (step.partition(":") for step in path.split("/"))
    return "/".join(f"{{{NAMESPACES[prefix]}}}{local}" for prefix, _, local in steps)


def reader(parts: Sequence[Part]) -> Reader:
    """A reader of what the parts write."""
    take = _group(parts)

    def read(element: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        take(element, found)
        return found

    return read


def _put(found: dict[str, Any], field: str, value: Any) -> None:
    *outer, last = field.split(".")
    for step in outer:
        found = found.setdefault(step, {})
    found.setdefault(last, value)


def _taker(part: Part) -> _Taker | None:
    match part:
        case Leaf():
            return _leaf(clark(part.path), lambda found, text: _put(found, part.field, text.removeprefix(part.prefix)))
        case Computed():
            restore = part.read
            return None if restore is None else _leaf(clark(part.path), _restoring(restore))
        case Leaves():
            path = f"{part.path}/{part.below}" if part.below else part.path
            return _leaves(clark(path), part.field)
        case Reference():
            return _reference(clark(part.path), part.field)
        case Within():
            return _within(part)
        case Each():
            return _each(part)
        case Only():
            return _taker(part.part)
        case Kept():
            return _group(part.parts)
        case Fixed():
            return None


def _group(parts: Sequence[Part]) -> _Taker:
    takers = tuple(taker for part in parts if (taker := _taker(part)) is not None)

    def take(element: Any, found: dict[str, Any]) -> None:
        for one in takers:
            one(element, found)

    return take


def _restoring(restore: Callable[[str], dict[str, Any]]) -> Callable[[dict[str, Any], str], None]:
    def take(found: dict[str, Any], text: str) -> None:
        for field, value in restore(text).items():
            _put(found, field, value)

    return take


def _leaf(path: str, keep: Callable[[dict[str, Any], str], None]) -> _Taker:
    def take(element: Any, found: dict[str, Any]) -> None:
        leaf = element.find(path)
        if leaf is not None and leaf.text:
            keep(found, leaf.text)

    return take


def _leaves(path: str, field: str) -> _Taker:
    def take(element: Any, found: dict[str, Any]) -> None:
        texts = [leaf.text for leaf in element.iterfind(path) if leaf.text]
        if texts:
            _put(found, field, texts)

    return take


def _reference(path: str, field: str) -> _Taker:
    attribute = clark("structures:ref")

    def take(element: Any, found: dict[str, Any]) -> None:
        pointer = element.find(path)
        if pointer is not None and pointer.get(attribute) is not None:
            _put(found, field, pointer.get(attribute))

    return take


def _within(part: Within) -> _Taker:
    path, unless = clark(part.path), clark(part.unless) if part.unless else None
    inner = _group(part.parts)

    def take(element: Any, found: dict[str, Any]) -> None:
        for holder in element.iterfind(path):
            if unless is None or holder.find(unless) is None:
                inner(holder, found)
                return

    return take


def _each(part: Each) -> _Taker:
    path, inner = clark(part.path), reader(part.parts)
    marks = tuple((clark(one.path), one.value) for one in part.parts if isinstance(one, Fixed))

    def take(element: Any, found: dict[str, Any]) -> None:
        members = [
            part.join(inner(member))
            for member in element.iterfind(path)
            if all(member.findtext(mark) == value for mark, value in marks)
        ]
        if members:
            _put(found, part.field, members)

    return take

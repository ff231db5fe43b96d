"""The columns of a delivery of structured items: the addresses that occur, as the mapping document writes them."""

import re
from collections.abc import Iterable
from typing import Final

from gateway.mapping.addresses import shape_of
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Skipped, Unreadable

__all__ = ["headings"]

_STEP: Final = re.compile(r"[.\[]")
"""Where an address goes one level further in."""


def headings(items: Iterable[NativeRecord | Skipped | Unreadable], reading: Reading) -> tuple[str, ...]:
    """Each address once, in the order in which it is first met.

    What the mapping reads or drops has the name that it has there, and a dropped address stands for everything below
    it; anything else has its own, with `[*]` for positions. Nothing in the place of an object whose members the mapping
    reads is no column of its own. A delivery without readable items lacks nothing.
    """
    read, found = frozenset(reading.columns), dict[str, None]()
    parents = {column[: mark.start()] for column in read for mark in _STEP.finditer(column)} - read
    known: dict[str, str] = {}
    has_records = False
    for item in items:
        if not isinstance(item, NativeRecord):
            continue
        has_records = True
        for name, text in item.fields.items():
            shape = shape_of(name)
            if not text and shape in parents:
                continue
            if name in read:
                found[name] = None
            elif shape in known:
                found[known[shape]] = None
            else:
                known[shape] = shape if shape in read else _dropped(shape, reading.drops) or shape
                found[known[shape]] = None
    return tuple(found) if has_records else reading.columns


def _dropped(shape: str, drops: tuple[str, ...]) -> str | None:
    return next((drop for drop in drops if shape == drop or shape.startswith((f"{drop}.", f"{drop}["))), None)

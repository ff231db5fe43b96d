"""Trying a mapping on a file: source, value, target, value and problem side by side; nothing is stored."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from gateway import adapters
from gateway.authoring.traced import Tracing, TriedCell
from gateway.mapping.compiled import Mapped, Mapping, Rejected
from gateway.model.identity import IdKey
from gateway.model.problems import Problem
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["Tried", "TriedCell", "try_mapping"]


class Tried(NamedTuple):
    """One item: `outcome` is record, rejected, skipped or unreadable; `reason` says why where there is no record."""

    item: int
    line: int
    outcome: str
    reason: str
    cells: tuple[TriedCell, ...]
    problems: tuple[Problem, ...]
    record: Record | None


def try_mapping(mapping: Mapping, received: Received, ids: IdKey, *, first: int = 1) -> Iterator[Tried]:
    """What the mapping makes of each item of a file, in order, from number `first` on. Raises UnreadableDelivery."""
    tracing = Tracing(mapping)
    items = enumerate(adapters.read(received, mapping.reading), start=1)
    for position, item in islice(items, first - 1, None):
        if isinstance(item, Unreadable):
            yield Tried(position, item.line, "unreadable", f"{item.problem} [{item.code}]", (), (), None)
        elif isinstance(item, Skipped):
            yield Tried(position, item.line, "skipped", item.reason, (), (), None)
        else:
            yield _try_one(mapping, item, position, received, ids, tracing)


def _try_one(
    mapping: Mapping, item: NativeRecord, position: int, received: Received, ids: IdKey, tracing: Tracing
) -> Tried:
    outcome = mapping.map(item, received, ids)
    if isinstance(outcome, Skipped):
        return Tried(position, item.line, "skipped", outcome.reason, (), (), None)
    if isinstance(outcome, Rejected):
        cells = tracing.trace(item.fields, None, outcome.problems)
        return Tried(position, item.line, "rejected", "", cells, outcome.problems, None)
    assert isinstance(outcome, Mapped)
    cells = tracing.trace(item.fields, outcome.record, outcome.warnings)
    return Tried(position, item.line, "record", "", cells, outcome.warnings, outcome.record)

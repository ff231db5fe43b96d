"""Trying a mapping on a file: source, value, target, value and problem side by side; nothing is stored."""

from collections.abc import Iterator
from typing import NamedTuple

from gateway import adapters
from gateway.mapping.compiled import Mapped, Mapping, Rejected
from gateway.mapping.examples import value_at, value_in_words
from gateway.mapping.ledger import LedgerRow
from gateway.model.identity import IdKey
from gateway.model.problems import Problem
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["Tried", "TriedCell", "try_mapping"]


class TriedCell(NamedTuple):
    """One column of one item: what stood there, where it goes and how, what it became, and what is wrong with it."""

    column: str
    value: str
    target: str
    how: str
    result: str
    problem: str


class Tried(NamedTuple):
    """One item: `outcome` is record, rejected, skipped or unreadable; `reason` says why where there is no record."""

    item: int
    line: int
    outcome: str
    reason: str
    cells: tuple[TriedCell, ...]
    problems: tuple[Problem, ...]
    record: Record | None


def try_mapping(mapping: Mapping, received: Received, ids: IdKey) -> Iterator[Tried]:
    """What the mapping makes of each item of a file, in order. Raises UnreadableDelivery."""
    ledger = mapping.ledger()
    for position, item in enumerate(adapters.read(received, mapping.reading), start=1):
        if isinstance(item, Unreadable):
            yield Tried(position, item.line, "unreadable", f"{item.problem} [{item.code}]", (), (), None)
        elif isinstance(item, Skipped):
            yield Tried(position, item.line, "skipped", item.reason, (), (), None)
        else:
            yield _try_one(mapping, item, position, received, ids, ledger)


def _try_one(
    mapping: Mapping, item: NativeRecord, position: int, received: Received, ids: IdKey, ledger: tuple[LedgerRow, ...]
) -> Tried:
    outcome = mapping.map(item, received, ids)
    if isinstance(outcome, Skipped):
        return Tried(position, item.line, "skipped", outcome.reason, (), (), None)
    if isinstance(outcome, Rejected):
        cells = _cells(item, ledger, None, outcome.problems, mapping.name)
        return Tried(position, item.line, "rejected", "", cells, outcome.problems, None)
    assert isinstance(outcome, Mapped)
    cells = _cells(item, ledger, outcome.record, outcome.warnings, mapping.name)
    return Tried(position, item.line, "record", "", cells, outcome.warnings, outcome.record)


def _cells(
    item: NativeRecord, ledger: tuple[LedgerRow, ...], record: Record | None, problems: tuple[Problem, ...], where: str
) -> tuple[TriedCell, ...]:
    known = {row.column for row in ledger}
    cells = []
    for row in ledger:
        value = item.fields.get(row.column, "")
        if row.dropped:
            cells.append(TriedCell(row.column, value, "(dropped)", "", row.dropped, ""))
        for target in row.targets:
            faults = [p for p in problems if p.column == row.column and p.target in ("", target)]
            problem = "; ".join(f"{fault.problem} [{fault.code}]" for fault in faults)
            how = ", ".join(dict.fromkeys(row.conversion))
            cells.append(TriedCell(row.column, value, target, how, _result(record, target, where), problem))
        if not row.targets and not row.dropped:
            cells.append(TriedCell(row.column, value, f"({', '.join(row.uses)})", "", "", ""))
    unknown = {name: value for name, value in item.fields.items() if name not in known}
    return (*cells, *(TriedCell(name, value, "(not known)", "", "", "") for name, value in unknown.items()))


def _result(record: Record | None, target: str, where: str) -> str:
    if record is None:
        return ""
    words = value_in_words(value_at(record, target, where=where))
    return "; ".join(words) if isinstance(words, tuple) else words or ""

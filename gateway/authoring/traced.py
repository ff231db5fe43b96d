"""The ledger of one item: every cell with where it goes and what it became, every fact with where it came from.

The mapping's ledger speaks of columns; here they are the cells of one item. A column of a group is a cell of each
member, and its targets have the member's number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from gateway.authoring.facts import facts_of
from gateway.mapping.addresses import EVERY, GroupAddress, Place, placed, shape_of
from gateway.mapping.cells import Cells
from gateway.mapping.columns import all_fields
from gateway.mapping.compiled import Mapping as FeedMapping
from gateway.mapping.conditions import compile_condition
from gateway.mapping.ledger import LedgerRow
from gateway.mapping.repeated import group_columns
from gateway.model.problems import Problem
from gateway.model.record import Record

__all__ = ["CONSTANT", "Tracing", "TriedCell"]

CONSTANT: Final = "(the mapping)"
"""Stands for the column of a fact that no cell brought."""
_NOT_PICKED: Final = "not picked: another column came first"
_POSITION: Final = re.compile(r"\[([0-9]{1,9})\]")


class TriedCell(NamedTuple):
    """One cell of one item: what stood there, where it goes and how, what it became, and what is wrong with it."""

    column: str
    value: str
    target: str
    how: str
    result: str
    problem: str


class Tracing:
    """Traces the items of one feed. Made once for a mapping."""

    def __init__(self, mapping: FeedMapping) -> None:
        document = mapping.document
        self._ledger = mapping.ledger()
        self._rows = {row.column: row for row in self._ledger}
        self._drops = tuple(document.drops)
        self._addressed = document.reads.addressed
        self._groups = {
            name: _Group(
                GroupAddress(spec.of, group_columns(spec), step=document.reads.step, where=mapping.name),
                compile_condition(spec.when, frozenset(("", *document.reads.empty))) if spec.when else None,
            )
            for name, spec in document.each.items()
        }
        self._group_of = {path: name for name, spec in document.each.items() for path in spec.fields}
        empties = frozenset(("", *document.reads.empty))
        self._picks = {
            path: _Pick(tuple(whole.get(column, column) for column in spec.columns or ()), empties | {*spec.empty})
            for path, spec, whole in all_fields(document)
            if spec.pick is not None
        }

    def trace(
        self, cells: Mapping[str, str], record: Record | None, problems: Sequence[Problem]
    ) -> tuple[TriedCell, ...]:
        """Every cell of an item, in the ledger's order, then the record's facts that no cell brought.

        `record` is None for an item that was rejected. What the item has nothing at is left out where items are put
        together from parts, unless something is wrong with it.
        """
        members = {name: group.members(cells) for name, group in self._groups.items()}
        item = _Item(cells, _by_address(cells), facts_of(record) if record is not None else {}, problems, members)
        traced = [cell for row in self._ledger for cell in self._of_row(row, item)]
        traced += self._left_over(cells, {cell.column for cell in traced})
        told = {cell.target for cell in traced}
        traced += [
            TriedCell(CONSTANT, "", path, "stated by the mapping", value, "")
            for path, value in item.facts.items()
            if path not in told
        ]
        return (*traced, *_untraced(problems, {cell.column for cell in traced}))

    def _of_row(self, row: LedgerRow, item: "_Item") -> Iterator[TriedCell]:
        if row.dropped:
            beneath = _beneath(row.column, item.cells) if self._addressed else [row.column]
            if beneath:
                value = item.cells.get(row.column, f"{len(beneath)} values" if self._addressed else "")
                yield TriedCell(row.column, value, "(dropped)", "", row.dropped, "")
        elif not row.targets:
            for column in item.cells_at(row.column):
                faults = item.faults((column, row.column), "")
                if column in item.cells or not self._addressed or faults:
                    yield TriedCell(column, item.cells.get(column, ""), _part_of(row), "", "", faults)
        for target, how in zip(row.targets, row.conversion, strict=True):
            group = self._group_of.get(target)
            for member in (None,) if group is None else item.members[group]:
                yield from self._of_target(row.column, target, how, member, item)

    def _of_target(
        self, address: str, target: str, how: str, member: Place | None, item: "_Item"
    ) -> Iterator[TriedCell]:
        """The cells that a column is for one target, of the item or of one member of a group."""
        pick = self._picks.get(target)
        picked = pick.chosen(member, item) if pick is not None else None
        own, path = _placed(address, member), target if member is None else member.target(target)
        for column in item.cells_at(own):
            faults = item.faults((column, own, address), path)
            if column in item.cells or not self._addressed or faults:
                taken = picked in (None, column)
                became = item.facts.get(path, "") if taken else ""
                yield TriedCell(column, item.cells.get(column, ""), path, how if taken else _NOT_PICKED, became, faults)

    def _left_over(self, cells: Mapping[str, str], seen: set[str]) -> Iterator[TriedCell]:
        """Cells that no row of the ledger has shown: of members that were not let in, and unknown ones."""
        for column, value in cells.items():
            if column in seen or any(column in _beneath(drop, (column,)) for drop in self._drops):
                continue
            row = self._rows.get(column) or self._rows.get(shape_of(column))
            yield TriedCell(column, value, _part_of(row) if row else "(not known)", "", "", "")


class _Group(NamedTuple):
    """A group that repeats, and the condition that lets its members in."""

    address: GroupAddress
    lets_in: Callable[[Cells], bool] | None

    def members(self, cells: Mapping[str, str]) -> list[Place]:
        """The members that were let in, numbered as the record numbers them."""
        let_in = [
            positions for positions, own in self.address.members(cells) if self.lets_in is None or self.lets_in(own)
        ]
        return [
            Place(group=self.address, positions=positions, number=number)
            for number, positions in enumerate(let_in, start=1)
        ]


class _Item(NamedTuple):
    """One item under way: its cells, also by address, its record's facts, its problems, the members of its groups."""

    cells: Mapping[str, str]
    by_address: Mapping[str, Sequence[str]]
    facts: Mapping[str, str]
    problems: Sequence[Problem]
    members: Mapping[str, Sequence[Place]]

    def cells_at(self, address: str) -> list[str]:
        """The cells that an address means: itself, or where it repeats each that is there."""
        if EVERY not in address:
            return [address]
        return list(self.by_address.get(address, (address,)))

    def faults(self, columns: Sequence[str], target: str) -> str:
        """What is wrong with a cell on its way to a target."""
        found = [p for p in self.problems if p.column in columns and p.target in ("", target)]
        return "; ".join(f"{fault.problem} [{fault.code}]" for fault in dict.fromkeys(found))


class _Pick(NamedTuple):
    """A field that takes the first filled one of several columns, and what counts as empty there."""

    columns: tuple[str, ...]
    empties: frozenset[str]

    def chosen(self, member: Place | None, item: _Item) -> str | None:
        """The cell that is taken, of the item or of one member; None where all are empty."""
        for column in self.columns:
            for name in item.cells_at(_placed(column, member)):
                if item.cells.get(name, "").strip() not in self.empties:
                    return name
        return None


def _placed(address: str, member: Place | None) -> str:
    return address if member is None else placed(address, member.positions)


def _by_address(cells: Iterable[str]) -> dict[str, list[str]]:
    """The cells that have positions, by each address that means them: the first positions given, the others not."""
    found: dict[str, list[str]] = {}
    for name in cells:
        positions = tuple(map(int, _POSITION.findall(name))) if "[" in name else ()
        shape = shape_of(name)
        for given in range(len(positions)):
            found.setdefault(placed(shape, positions[:given]), []).append(name)
    return found


def _part_of(row: LedgerRow) -> str:
    """What a cell is for that is carried nowhere."""
    return f"({', '.join(row.uses) or 'not let in'})"


def _beneath(drop: str, names: Iterable[str]) -> list[str]:
    """The cells that a dropped address stands for: itself, and everything below it."""
    return [
        n for n in names if (shape := shape_of(n)) == drop or shape.startswith((f"{drop}.", f"{drop}[", f"{drop}/"))
    ]


def _untraced(problems: Sequence[Problem], columns: set[str]) -> list[TriedCell]:
    """Problems of columns that have no cell in the item."""
    return [
        TriedCell(p.column, "", p.target, "", "", f"{p.problem} [{p.code}]")
        for p in problems
        if p.column and p.column not in columns
    ]

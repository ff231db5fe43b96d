"""The codes of a file that no table of its mapping has, and those that no vocabulary has.

The fields that look codes up are compiled once more, each with a table of its own that notes what it does not have.
So a code is told as it is looked up: after it was trimmed, cut, matched and put into its letter case.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from msgspec import structs

from gateway import limits
from gateway.authoring.sources import items_of
from gateway.mapping.addresses import expander
from gateway.mapping.checks import compile_skip
from gateway.mapping.codes import CodeTable, load_code_table
from gateway.mapping.columns import whole_columns
from gateway.mapping.compiled import Mapping as FeedMapping
from gateway.mapping.document import FieldSpec
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.fields import Cells, FieldPlan, compile_field
from gateway.mapping.repeated import compile_group
from gateway.mapping.targets import Target, find_target
from gateway.model.stages import NativeRecord, Received, Unreadable

__all__ = ["CodeReport", "UnmappedCode", "find_unmapped"]

_BECOMES: Final = {"keep": "kept as it is", "empty": "left empty", "quarantine": "keeps the item out"}


class UnmappedCode(NamedTuple):
    """One code that is in no table. `table` is the table's name, or that of a vocabulary for fields without one.

    `items` counts the items that have the code; `becomes` says what the mapping makes of it.
    """

    table: str
    code: str
    items: int
    columns: tuple[str, ...]
    targets: tuple[str, ...]
    becomes: str


class CodeReport(NamedTuple):
    """A file's unmapped codes, most frequent first. `passed_over` counts how often those beyond the limit were met."""

    codes: tuple[UnmappedCode, ...]
    items: int
    unreadable: int
    passed_over: int


class _Noting(CodeTable, frozen=True, kw_only=True):
    """A field's own copy of its table; `met` keeps, in order, the codes of the item in hand that it lacks."""

    columns: tuple[str, ...]
    target: Target
    met: dict[str, None]

    def look_up(self, code: str, row: RowProblems, *, column: str, target: str) -> str:
        """As a table does, and never a fault where the other codes of the cell would then not be looked at."""
        if code in self.values:
            return self.values[code]
        self.met[code] = None
        # noted as a problem under every policy: whoever remembers what a text became does not remember these
        row.warn(CellFault("unmapped-code", "", ""), column=column, target=target)
        return "" if self.target.type.many else CodeTable.look_up(self, code, row, column=column, target=target)

    def becomes(self, code: str) -> str:
        """What the mapping makes of a code that the table does not have."""
        if self.unmapped == "default":
            return f'becomes "{self.default}"'
        vocabulary = _vocabulary(self.target)
        if self.unmapped == "keep" and vocabulary is not None and code not in {member.value for member in vocabulary}:
            return _BECOMES["quarantine"]
        return _BECOMES[self.unmapped]


def find_unmapped(
    mapping: FeedMapping, folder: Path, received: Received, on_progress: Callable[[int], None] = lambda _: None
) -> CodeReport:
    """Look every code of a file up; the mapping's code tables lie in `folder`. Raises UnreadableDelivery."""
    lookups = _Lookups(mapping, folder)
    items: Counter[tuple[str, str]] = Counter()
    met_by: dict[tuple[str, str], dict[int, None]] = {}
    seen = unreadable = passed_over = 0
    for seen, item in enumerate(items_of(mapping, received), start=1):
        on_progress(seen)
        if not isinstance(item, NativeRecord):
            unreadable += isinstance(item, Unreadable)
            continue
        for code, fields in lookups.unmapped_of(item).items():
            if code not in items and len(items) == limits.UNMAPPED_CODES:
                passed_over += 1
                continue
            items[code] += 1
            met_by.setdefault(code, {}).update(dict.fromkeys(fields))
    codes = tuple(lookups.told(code, count, tuple(met_by[code])) for code, count in items.most_common())
    return CodeReport(codes, seen, unreadable, passed_over)


class _Lookups:
    """The fields of a mapping that look codes up, each with a table of its own."""

    def __init__(self, mapping: FeedMapping, folder: Path) -> None:
        document = mapping.document
        self._own = {name: load_code_table(name, spec, folder) for name, spec in document.codes.items()}
        self._notings: list[_Noting] = []
        self._expand = expander(mapping.columns)
        self._skips = [compile_skip(rule) for rule in document.skip]
        single = self._noted(document.fields, {}, mapping.name)
        repeated = {
            name: group.model_copy(update={"fields": fields})
            for name, group in document.each.items()
            if (fields := self._noted(group.fields, whole_columns(group, document, mapping.name), mapping.name))
        }
        tables = {str(number): noting for number, noting in enumerate(self._notings)}
        self._plans = [
            compile_field(find_target(path, where=mapping.name), spec, reads=document.reads, tables=tables, where=path)
            for path, spec in single.items()
        ]
        self._groups = [
            compile_group(name, spec, document, tables, where=mapping.name) for name, spec in repeated.items()
        ]

    def _noted(self, fields: Mapping[str, FieldSpec], whole: Mapping[str, str], where: str) -> dict[str, FieldSpec]:
        """The fields that look codes up, each with the number of its noting table in place of its table's name."""
        noted = {}
        for path, spec in fields.items():
            target = find_target(path, where=where)
            table = self._table_of(target, spec)
            if table is not None:
                columns = tuple(whole.get(column, column) for column in spec.columns or ())
                noted[path] = spec.model_copy(update={"code": str(len(self._notings))})
                self._notings.append(_Noting(**structs.asdict(table), columns=columns, target=target, met={}))
        return noted

    def _table_of(self, target: Target, spec: FieldSpec) -> CodeTable | None:
        """The field's table; its vocabulary, where it has none; None for a field that looks nothing up."""
        if spec.code is not None:
            return self._own[spec.code]
        vocabulary = _vocabulary(target)
        if vocabulary is None or spec.columns is None:
            return None
        values = {member.value: member.value for member in vocabulary}
        return CodeTable(name=vocabulary.__name__, values=values, unmapped="quarantine")

    def unmapped_of(self, item: NativeRecord) -> dict[tuple[str, str], list[int]]:
        """An item's unmapped codes by table and code, with the numbers of the fields that met them."""
        cells = item.fields if self._expand is None else self._expand(item.fields)
        if any(rule(cells) for rule in self._skips):
            return {}
        _read(self._plans, cells)
        for group in self._groups:
            for _, own in group.address.members(cells):
                if group.lets_in(own):
                    _read(group.plans, group.expand(own) if group.expand else own)
        found: dict[tuple[str, str], list[int]] = {}
        for number, noting in enumerate(self._notings):
            for code in noting.met:
                found.setdefault((noting.name, code), []).append(number)
            noting.met.clear()
        return found

    def told(self, code: tuple[str, str], items: int, fields: Sequence[int]) -> UnmappedCode:
        """What is told of a code that some fields met."""
        notings = [self._notings[number] for number in fields]
        return UnmappedCode(
            *code,
            items,
            tuple(dict.fromkeys(column for noting in notings for column in noting.columns)),
            tuple(noting.target.path for noting in notings),
            "; ".join(dict.fromkeys(noting.becomes(code[1]) for noting in notings)),
        )


def _read(plans: Sequence[FieldPlan], cells: Cells) -> None:
    """Run the fields for what they look up; what else is wrong with their cells is not asked here."""
    for plan in plans:
        if plan.read is not None:
            with suppress(CellFault):
                plan.read(cells, RowProblems(0))


def _vocabulary(target: Target) -> type[StrEnum] | None:
    return target.type.base if issubclass(target.type.base, StrEnum) else None

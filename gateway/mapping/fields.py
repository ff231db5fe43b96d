"""One field of a mapping, compiled: from a row's cells to the value of one target.

The order of work is fixed and stands in `gateway.mapping.document`. Everything that can be wrong with the field itself
is found here, before the first row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.addresses import EVERY
from gateway.mapping.cells import Cells, texts_of
from gateway.mapping.codes import CodeTable
from gateway.mapping.conditions import compile_condition
from gateway.mapping.converters import (
    Convert,
    TextStep,
    banner_converter,
    case_step,
    cut_step,
    enum_converter,
    find_all,
    match_step,
    number_converter,
    switch_converter,
    text_converter,
)
from gateway.mapping.dates import compile_day, compile_instant
from gateway.mapping.document import FieldSpec, ReadsSpec, WhenSpec
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.targets import Target
from gateway.model.banner import Banner

__all__ = ["Cells", "FieldPlan", "compile_field", "missing"]

Take = Callable[[str, RowProblems], Any]
Read = Callable[[Cells, RowProblems], Any]


class Finish(NamedTuple):
    """The conversion that a target's type asks for: of the text alone, or one that may warn of something odd."""

    convert: Convert | None = None
    noting: Take | None = None

    def __call__(self, text: str, row: RowProblems) -> Any:
        """The value of a text that is not empty. Raises CellFault."""
        return self.convert(text) if self.convert is not None else cast(Take, self.noting)(text, row)


_FITS: Final[dict[str, tuple[type, ...]]] = {
    "date": (date, datetime),
    "zone": (datetime,),
    "dst": (datetime,),
    "number": (int, Decimal),
    "between": (int, Decimal),
    "prefix": (str,),
    "suffix": (str,),
}
"""Which types of target a key of the field makes sense for."""

_WORK: Final = frozenset(
    (
        "together",
        "count",
        "pick",
        "join",
        "split",
        "find",
        "squeeze",
        "cut",
        "match",
        "case",
        "code",
        "prefix",
        "suffix",
    )
)
"""Keys that ask for more than a cell's trimming and conversion."""

_NOT_COUNTED: Final = _WORK - {"count", "together"} | {"number", "between"}
"""Keys that make no sense where texts are counted."""


def missing(path: str) -> CellFault:
    """A required value that is not there."""
    return CellFault("missing", f"'{path}' is required and has no value", "Fill the cell")


class FieldPlan(Struct, frozen=True, kw_only=True):
    """What to do for one target. `read` returns the value, or None where the cells are empty."""

    target: Target
    columns: tuple[str, ...]
    read: Callable[[Cells, RowProblems], Any] | None
    constant: Any = None
    default: Any = None
    required: bool = False


def compile_field(
    target: Target, spec: FieldSpec, *, reads: ReadsSpec, tables: Mapping[str, CodeTable], where: str
) -> FieldPlan:
    """Compile one field. Raises BadSetting, naming the target, where its keys do not fit its type or each other."""
    try:
        _check_fit(target, spec)
        finish = _compile_finish(target, spec, reads)
        if spec.value is not None:
            return FieldPlan(target=target, columns=(), read=None, constant=_constant(target, spec.value, finish))
        table = _table(spec, tables)
        if table is not None:
            _check_table(table, spec, finish)
        default = None if spec.default is None else _constant(target, (spec.default,), finish)
        columns = spec.columns or ()
        needed = spec.required and default is None
        empties = _empties(spec, reads)
        read = _compile_plain(spec, target, empties, finish)
        if read is None:
            texts = texts_of(columns, spec.together, exact=reads.format != "xml")
            read = _compile_read(target, spec, columns, texts, _compile_take(target, spec, empties, table, finish))
        if spec.when is not None:
            read = _compile_when(spec.when, target.path, frozenset(("", *reads.empty)), read, needed=needed)
        return FieldPlan(
            target=target, columns=columns, read=read, default=default, required=needed and spec.when is None
        )
    except CellFault as fault:
        raise BadSetting(f"fields.{target.path}: {fault.problem}", where=where, remedy=fault.remedy) from fault
    except ValueError as error:
        raise BadSetting(f"fields.{target.path}: {error}", where=where, remedy="Correct the field") from error


def _check_fit(target: Target, spec: FieldSpec) -> None:
    base = target.type.base
    for key, fitting in _FITS.items():
        if key in spec.model_fields_set and base not in fitting:
            raise ValueError(f"'{key}' does not fit a target that holds {_in_words(base)}")
    if base in (date, datetime) and spec.date is None and spec.columns is not None:
        raise ValueError("a date needs its format: set 'date', for example \"MM/DD/YYYY\"")
    if (spec.split is not None or spec.find is not None) and not target.type.many:
        raise ValueError("the target holds one value; 'split' and 'find' make many")
    several = len(spec.columns or ()) > 1 or any(EVERY in column for column in spec.columns or ())
    if spec.count is not None and (base is not int or not several or spec.model_fields_set & _NOT_COUNTED):
        raise ValueError("'count' needs a column that repeats, a whole number, and no other work on the texts")
    if several and spec.pick is None and spec.join is None and spec.count is None and not target.type.many:
        raise ValueError("several columns for one value need 'pick: first' or 'join'")
    if not several and (spec.pick is not None or spec.join is not None):
        raise ValueError("'pick' and 'join' need several columns")
    columns = spec.columns or ()
    if spec.together is not None and not (len(columns) > 1 and all(EVERY in column for column in columns)):
        raise ValueError("'together' needs several columns that all repeat")


def _in_words(base: type) -> str:
    words = {
        Banner: "a banner line",
        str: "text",
        int: "a whole number",
        Decimal: "a number",
        bool: "a yes or no",
        date: "a day",
    }
    return words.get(base, "a time" if base is datetime else "a code")


def _compile_finish(target: Target, spec: FieldSpec, reads: ReadsSpec) -> Finish:
    """The conversion that the target's type asks for."""
    kind = target.type
    if kind.base is datetime and spec.date is not None:
        zone = spec.zone or reads.timezone
        instant = compile_instant(spec.date, ZoneInfo(zone) if zone else None, spec.dst or reads.dst)
        column = (spec.columns or ("",))[0]

        def finish_instant(text: str, row: RowProblems) -> datetime:
            value, odd = instant(text)
            if odd is not None:
                row.warn(odd, column=column, target=target.path, value=text)
            return value

        return Finish(noting=finish_instant)
    convert: Convert
    if kind.base in (date, datetime):
        convert = compile_day(spec.date or ("YYYY-MM-DD",))
        if kind.base is datetime:
            raise ValueError("a time is never a constant")
    elif kind.base in (int, Decimal):
        convert = number_converter(kind, decimal_comma=spec.number == "comma", between=_bounds(spec))
    elif kind.base is bool:
        convert = switch_converter
    elif kind.base is Banner:
        convert = banner_converter
    elif issubclass(kind.base, StrEnum):
        convert = enum_converter(kind.base)
    else:
        convert = text_converter(kind)
    return Finish(convert)


def _bounds(spec: FieldSpec) -> tuple[Decimal, Decimal] | None:
    if spec.between is None:
        return None
    try:
        low, high = Decimal(spec.between[0]), Decimal(spec.between[1])
    except InvalidOperation as error:
        raise ValueError("'between' needs two numbers") from error
    if not low <= high:
        raise ValueError("'between' needs the smaller number first")
    return low, high


def _table(spec: FieldSpec, tables: Mapping[str, CodeTable]) -> CodeTable | None:
    if spec.code is None:
        return None
    if spec.code not in tables:
        raise ValueError(f"there is no code table '{spec.code}' under 'codes'")
    return tables[spec.code]


def _check_table(table: CodeTable, spec: FieldSpec, finish: Finish) -> None:
    """Every meaning in the table must be one that the target can hold: a typing error shows before the first row."""
    nobody = RowProblems(0)
    for code, meaning in (*table.values.items(), ("default", table.default)):
        try:
            if meaning:
                finish(f"{spec.prefix}{meaning}{spec.suffix}", nobody)
        except CellFault as fault:
            raise ValueError(f"code table '{table.name}', '{code}' to '{meaning}': {fault.problem}") from fault


def _empties(spec: FieldSpec, reads: ReadsSpec) -> frozenset[str]:
    return frozenset(("", *reads.empty, *spec.empty))


def _constant(target: Target, texts: Sequence[str], finish: Finish) -> Any:
    nobody = RowProblems(0)
    values = tuple(finish(text, nobody) for text in texts)
    if target.type.many:
        return values
    if len(values) != 1:
        raise ValueError("the target holds one value")
    return values[0]


def _compile_take(
    target: Target, spec: FieldSpec, empties: frozenset[str], table: CodeTable | None, finish: Finish
) -> Take:
    """From one text to one value: trim, squeeze, empty, cut, match, case, code, prefix and suffix, conversion."""
    steps: list[TextStep] = []
    if spec.cut is not None:
        steps.append(cut_step(spec.cut))
    if spec.match is not None:
        steps.append(match_step(spec.match))
    if spec.case is not None:
        steps.append(case_step(spec.case))
    trim, squeeze, path, column = spec.trim, spec.squeeze, target.path, (spec.columns or ("",))[0]
    prefix, suffix = spec.prefix, spec.suffix
    affixed = bool(prefix or suffix)
    convert, noting = finish.convert, cast(Take, finish.noting)

    def take(text: str, row: RowProblems) -> Any:
        if trim:
            text = text.strip()
        if squeeze:
            text = " ".join(text.split())
        if text in empties:
            return None
        for step in steps:
            text = step(text)
            if not text:
                return None
        if table is not None:
            text = table.look_up(text, row, column=column, target=path)
            if not text:
                return None
        if affixed:
            text = f"{prefix}{text}{suffix}"
        return convert(text) if convert is not None else noting(text, row)

    return take


def _compile_plain(spec: FieldSpec, target: Target, empties: frozenset[str], finish: Finish) -> Read | None:
    """The commonest field in as few calls as can be: one cell, trimmed and converted; None for any other field."""
    columns = spec.columns or ()
    if target.type.many or len(columns) != 1 or not spec.trim or spec.model_fields_set & _WORK:
        return None
    (column,) = columns
    if (convert := finish.convert) is not None:

        def read_cell(cells: Cells, row: RowProblems) -> Any:
            text = cells.get(column)
            return convert(text) if text and (text := text.strip()) not in empties else None

        return read_cell
    noting = cast(Take, finish.noting)

    def read_noting(cells: Cells, row: RowProblems) -> Any:
        text = cells.get(column)
        return noting(text, row) if text and (text := text.strip()) not in empties else None

    return read_noting


def _compile_read(
    target: Target, spec: FieldSpec, columns: tuple[str, ...], texts: Callable[[Cells], list[str]], take: Take
) -> Read:
    """From the row's cells to the target's value: one column, the first filled, several joined, a count, or many."""
    if spec.count is not None:
        return _compile_count(frozenset(spec.count), texts)
    if target.type.many:
        return _compile_many(spec, texts, take)
    if spec.join is not None:
        separator = spec.join

        def read_joined(cells: Cells, row: RowProblems) -> Any:
            parts = [filled for text in texts(cells) if (filled := text.strip())]
            return take(separator.join(parts), row) if parts else None

        return read_joined
    if spec.pick is not None:

        def read_first(cells: Cells, row: RowProblems) -> Any:
            for text in texts(cells):
                value = take(text, row)
                if value is not None:
                    return value
            return None

        return read_first
    (column,) = columns

    def read_one(cells: Cells, row: RowProblems) -> Any:
        text = cells.get(column)
        return take(text, row) if text else None

    return read_one


def _compile_count(counted: frozenset[str], texts: Callable[[Cells], list[str]]) -> Read:
    """How many of the texts are among the counted; None where there is no text at all."""

    def read_count(cells: Cells, _: RowProblems) -> Any:
        found = [filled for text in texts(cells) if (filled := text.strip())]
        return sum(text in counted for text in found) if found else None

    return read_count


def _compile_many(
    spec: FieldSpec, texts_of: Callable[[Cells], list[str]], take: Take
) -> Callable[[Cells, RowProblems], tuple[Any, ...] | None]:
    """Many values: each once, in the order of the text."""
    separator = spec.split
    divide: Callable[[str], list[str]]
    if spec.find is not None:
        divide = find_all(spec.find)
    elif separator is not None:
        divide = lambda text: text.split(separator)  # noqa: E731
    else:
        divide = lambda text: [text]  # noqa: E731
    joined = spec.join

    def read_many(cells: Cells, row: RowProblems) -> tuple[Any, ...] | None:
        texts = texts_of(cells)
        if joined is not None and texts:
            texts = [joined.join(texts)]
        values: dict[Any, None] = {}
        for text in texts:
            for part in divide(text):
                value = take(part, row)
                if value is not None:
                    values[value] = None
        return tuple(values) or None

    return read_many


def _compile_when(
    when: WhenSpec, path: str, empties: frozenset[str], read: Callable[[Cells, RowProblems], Any], *, needed: bool
) -> Callable[[Cells, RowProblems], Any]:
    """A field that is read, and where needed is required, only in the rows that the condition picks."""
    holds = compile_condition(when, empties)

    def read_when(cells: Cells, row: RowProblems) -> Any:
        if not holds(cells):
            return None
        value = read(cells, row)
        if needed and value is None:
            raise missing(path)
        return value

    return read_when

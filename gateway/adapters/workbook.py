"""Workbooks (.xlsx): the tables on some or all sheets, titles above them passed over, sheets merged on a key.

Cells become text as they would be written: whole numbers without a fraction, times as `YYYY-MM-DDTHH:mm:ss`, days as
`YYYY-MM-DD` (a workbook does not tell midnight from the day), switches as `true` and `false`. The raw bytes of an item
are its cells as JSON, one line for each row that it came from: a row of a workbook has no bytes of its own.
"""

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine
import re2
from msgspec import Struct

from gateway import limits
from gateway.adapters.delimited import unique_names
from gateway.adapters.workbook_container import check_container
from gateway.errors import UnreadableDelivery
from gateway.mapping.layouts import WorkbookSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery; `line` is the row on its sheet, from 1.

    Titles, blank rows and repeated headers are Skipped, a row with a cell beyond the limit is Unreadable. With
    `merge_on`, what the sheets have besides comes first, then each merged item where its first row stood. Raises
    UnreadableDelivery for what is no workbook, is too large, or has no header where one is declared.
    """
    spec = reading.workbook or WorkbookSpec()
    rows = _rows(received, spec)
    return _merged(rows, spec.merge_on) if spec.merge_on is not None else (_item(row) for row in rows)


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The names of the columns of all sheets, each once; a value that another sheet states differently has `#2`."""
    columns: dict[str, None] = {}
    for item in read(received, reading):
        if isinstance(item, NativeRecord):
            columns.update(dict.fromkeys(item.fields))
    return tuple(columns) or reading.columns


class _Row(Struct, frozen=True):
    """One row of a sheet: a reason to pass over it, what is wrong with it, or its cells by column."""

    sheet: str
    number: int
    cells: dict[str, str]
    reason: str = ""
    problem: str = ""

    @property
    def raw(self) -> bytes:
        """The row as one line of JSON."""
        text = json.dumps({"sheet": self.sheet, "row": self.number, "cells": self.cells}, ensure_ascii=False)
        return text.encode(errors="surrogatepass")


def _item(row: _Row) -> Item:
    if row.reason:
        return Skipped(line=row.number, reason=row.reason, raw=row.raw)
    if row.problem:
        return Unreadable(
            line=row.number, code="too-large", problem=row.problem, remedy="Shorten the cell", raw=row.raw
        )
    return NativeRecord(line=row.number, fields=row.cells, raw=row.raw)


def _merged(rows: Iterator[_Row], key: str) -> Iterator[Item]:
    """Rows that agree in the key as one item. A cell that states something else gets a column with `#2`."""
    together: dict[str, list[_Row]] = {}
    for row in rows:
        value = row.cells.get(key, "").strip()
        if row.reason or row.problem or not value:
            yield _item(row)
        else:
            together.setdefault(value, []).append(row)
    for group in together.values():
        fields: dict[str, str] = {}
        for row in group:
            for column, text in row.cells.items():
                _add(fields, column, text)
        yield NativeRecord(line=group[0].number, fields=fields, raw=b"\n".join(row.raw for row in group))


def _add(fields: dict[str, str], column: str, text: str) -> None:
    name, number = column, 1
    while fields.get(name) and text and fields[name] != text:
        number += 1
        name = f"{column}#{number}"
    if text or name not in fields:
        fields[name] = text


def _rows(received: Received, spec: WorkbookSpec) -> Iterator[_Row]:
    where = received.file_name
    found_header = False
    for name, table in _sheets(received, spec):
        columns: tuple[str, ...] | None = None
        for number, cells in enumerate(table, start=1):
            texts = tuple(_text(cell) for cell in cells)
            row = _Row(name, number, dict(zip(columns or unique_names(texts, where), texts, strict=True)))
            if not any(text and not text.isspace() for text in texts):
                yield _skipped(row, reason="blank-row")
            elif columns is None and (spec.header is None or spec.header in (text.strip() for text in texts)):
                columns = unique_names(tuple(text.strip() for text in texts), where)
                head = tuple(text.strip() for text in texts)
                found_header = True
            elif columns is None:
                yield _skipped(row, reason="title-row")
            elif tuple(text.strip() for text in texts) == head:
                yield _skipped(row, reason="repeated-header")
            elif any(len(text) > limits.CELL_CHARACTERS for text in texts):
                yield _Row(name, number, {}, "", f"a cell is longer than {limits.CELL_CHARACTERS} characters")
            else:
                yield row
    if not found_header:
        wanted = f" with a column '{spec.header}'" if spec.header is not None else ""
        raise UnreadableDelivery(
            f"no sheet of the workbook has a header row{wanted}",
            where=where,
            remedy="Correct 'reads.workbook', or see whether the file belongs to this feed",
        )


def _skipped(row: _Row, *, reason: str) -> _Row:
    return _Row(row.sheet, row.number, row.cells, reason)


def _sheets(received: Received, spec: WorkbookSpec) -> Iterator[tuple[str, list[list[Any]]]]:
    content = received.content.read(0, limits.WORKBOOK_BYTES + 1)
    check_container(content, received.file_name)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for name in _wanted(book.sheet_names, spec, received.file_name):
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise _unreadable(received) from error
    except BaseException as error:
        # a panic of the library underneath is no Exception; a damaged file shall not end the process
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(received) from error


def _wanted(names: list[str], spec: WorkbookSpec, where: str) -> list[str]:
    """The sheets that the mapping asks for. Raises UnreadableDelivery for too many of them."""
    pattern = re2.compile(spec.sheets) if spec.sheets is not None else None
    wanted = [name for name in names if pattern is None or pattern.fullmatch(name)]
    if len(wanted) > limits.WORKBOOK_SHEETS:
        raise UnreadableDelivery(
            f"the workbook has {len(wanted)} sheets to read",
            where=where,
            remedy=f"At most {limits.WORKBOOK_SHEETS} are read: set 'reads.workbook.sheets', or deliver it in parts",
        )
    return wanted


def _unreadable(received: Received) -> UnreadableDelivery:
    return UnreadableDelivery(
        "the workbook cannot be read", where=received.file_name, remedy="Ask for the file again, saved as .xlsx"
    )


def _text(cell: Any) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return repr(cell)

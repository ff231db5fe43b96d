"""Reads an old workbook (.xls, .ods) in a process of its own, which has little memory, little time and no files.

The library that reads these formats sets aside as much room as a file asks for, and nothing in the file tells cheaply
how much that will be. So the file is read where running out of memory ends this process alone. It is a program, not a
part of the gateway: it imports nothing of ours and runs isolated (`python -I`).

Standard input: the limits as one line of JSON, the number of bytes as another, the bytes, and later the names of the
sheets to read. Standard output: the names of all sheets; for each one that is wanted its rows, each a list of texts;
`null` after each sheet, `true` at the end. Everything is one line of JSON. What is missing was not read.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

__all__ = ["cell_text", "main"]


def cell_text(cell: Any) -> str:
    """A cell as it would be written: whole numbers without a fraction, times in ISO 8601, switches in words."""
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


def _limit(bounds: dict[str, int]) -> None:
    for name, bound in (
        (resource.RLIMIT_AS, bounds["bytes"]),
        (resource.RLIMIT_CPU, bounds["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (bound, bound))


def _rows(sheet: python_calamine.CalamineSheet, cells: int) -> Iterator[list[str]]:
    if sheet.total_height * sheet.total_width > cells:
        raise ValueError("the sheet is too large")
    for row in sheet.to_python(skip_empty_area=False):
        yield [cell_text(cell) for cell in row]


def main() -> None:
    """Read one workbook; an exit code other than 0 says that it could not be read."""
    source, target = sys.stdin.buffer, sys.stdout.buffer

    def say(line: Any) -> None:
        target.write(json.dumps(line).encode() + b"\n")

    bounds = json.loads(source.readline())
    _limit(bounds)
    book = python_calamine.load_workbook(io.BytesIO(source.read(json.loads(source.readline()))))
    say(book.sheet_names)
    target.flush()
    for name in json.loads(source.readline()):
        for row in _rows(book.get_sheet_by_name(name), bounds["cells"]):
            say(row)
        say(None)
    say(True)


if __name__ == "__main__":
    main()

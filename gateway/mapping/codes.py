"""Code tables: what an agency's code means here.

A table is a CSV file with the header `from,to,label,since,until`, or values in the mapping document. `label` says in
words what the agency means. `since` and `until` (ISO dates, may be empty) tell when the agency used the code; a late
report may still carry an old code, so they do not limit the lookup.
"""

import csv
import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Final

from msgspec import Struct

from gateway.documents import read_text
from gateway.errors import BadDocument, MissingFile
from gateway.mapping.document import CodeSpec
from gateway.mapping.faults import CellFault, RowProblems

__all__ = ["COLUMNS", "CodeTable", "load_code_table"]

COLUMNS: Final = ("from", "to", "label", "since", "until")
_VERSION_CHARACTERS: Final = 8
"""Enough to tell the versions of one table apart by eye."""


class CodeTable(Struct, frozen=True, kw_only=True):
    """A table ready for lookup. `unmapped` is keep, default, empty or quarantine.

    `version` is the start of the SHA-256 digest of all codes with their meanings: it changes exactly when one of them
    does. The order of the rows, labels and dates do not count.
    """

    name: str
    values: dict[str, str]
    unmapped: str
    default: str = ""
    version: str = ""

    def look_up(self, code: str, row: RowProblems, *, column: str, target: str) -> str:
        """The meaning of a code; an empty text stands for no value. Raises CellFault `unmapped-code`.

        A code that is replaced or left out by the table's policy is noted as a warning: nothing is silent.
        """
        meaning = self.values.get(code)
        if meaning is not None:
            return meaning
        if self.unmapped == "keep":
            return code
        fault = CellFault(
            "unmapped-code", f"the code is not in the table '{self.name}'", f"Add it to the table '{self.name}'"
        )
        if self.unmapped == "quarantine":
            raise fault
        row.warn(fault, column=column, target=target, value=code)
        return self.default


def load_code_table(name: str, spec: CodeSpec, folder: Path) -> CodeTable:
    """The table that a mapping document declares; files are found beside the document.

    Raises MissingFile, or BadDocument for a table that does not read, repeats a code, or lies outside the folder.
    """
    values = spec.values if spec.values is not None else _read_table(_inside(spec.file or "", folder))
    return CodeTable(
        name=name, values=values, unmapped=spec.unmapped, default=spec.default or "", version=_version(values)
    )


def _version(values: dict[str, str]) -> str:
    rows = json.dumps(sorted(values.items())).encode()
    return hashlib.sha256(rows).hexdigest()[:_VERSION_CHARACTERS]


def _inside(file: str, folder: Path) -> Path:
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise MissingFile(
            "a code table lies outside the mappings folder", where=file, remedy="Put it into the folder's codes/"
        )
    return path


def _read_table(path: Path) -> dict[str, str]:
    where = str(path)
    values: dict[str, str] = {}
    try:
        rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        header = tuple(next(rows, ()))
        if header != COLUMNS:
            raise BadDocument(
                "the code table's header is not right", where=where, remedy=f"Write {','.join(COLUMNS)} as its header"
            )
        for row in rows:
            if not row:
                continue
            line = f"line {rows.line_num}"
            if len(row) != len(COLUMNS):
                raise BadDocument(f"{line}: not {len(COLUMNS)} cells", where=where, remedy="Fill or quote the cells")
            code, meaning, _label, since, until = (cell.strip() for cell in row)
            if code in values:
                raise BadDocument(f"{line}: the code '{code}' is there twice", where=where, remedy="Remove one")
            if _day(since, where, line) > _day(until or "9999-12-31", where, line):
                raise BadDocument(f"{line}: 'since' lies after 'until'", where=where, remedy="Correct the dates")
            values[code] = meaning
    except csv.Error as error:
        raise BadDocument("the code table is not CSV", where=where, remedy="Check its quotes") from error
    return values


def _day(text: str, where: str, line: str) -> date:
    try:
        return date.fromisoformat(text or "0001-01-01")
    except ValueError as error:
        raise BadDocument(f"{line}: a date is not YYYY-MM-DD", where=where, remedy="Correct the date") from error

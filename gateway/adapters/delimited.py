"""Delimited text: comma, tab, semicolon, caret or pipe between cells, one header, quotes as in RFC 4180.

The reader streams over the delivered bytes and loses none: every stretch of them is the header or belongs to exactly
one item. A row that cannot be taken apart is an item too, and the file goes on after it.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from gateway import limits
from gateway.errors import UnreadableDelivery
from gateway.mapping.reading import Reading
from gateway.model.content import Content
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["Header", "header", "read", "unique_names", "walk"]

_LINE: Final = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r)?+")
"""One physical line with its end: LF, CRLF, or the lone CR of old exports. Empty only at the end of the file."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]").search
_REREAD_FACTOR: Final = 4
"""How often, on average, a byte may be read again after broken quotes (in a small file: as often as makes up one
longest row). Beyond this, what a quote swallowed stays one unreadable item, so that no file takes more than linear
time."""


class Header(Struct, frozen=True, kw_only=True):
    """The row that names the columns, each name made unique."""

    line: int
    columns: tuple[str, ...]
    raw: bytes


Item = NativeRecord | Skipped | Unreadable


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order, one per row.

    Blank rows, comments and a header in mid-file are Skipped; rows of the wrong length, with broken quotes, with bytes
    outside the encoding or beyond a limit are Unreadable. Raises UnreadableDelivery where there is no usable header.
    """
    for item in walk(received, reading):
        if not isinstance(item, Header):
            yield item


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The names of the columns: a repeated name gets `#2`, a missing one is `column:<position>`.

    Raises UnreadableDelivery where there is no usable header.
    """
    if reading.header is not None:
        return reading.header
    return next(item.columns for item in walk(received, reading) if isinstance(item, Header))


def walk(received: Received, reading: Reading) -> Iterator[Header | Item]:
    """Every item and the header among them. Their raw bytes, one after the other, are the delivery."""
    where = received.file_name
    lines = _Lines(received.content, *_encoding_of(received.content, reading))
    rows = csv.reader(
        lines,
        delimiter=reading.delimiter,
        quotechar=reading.quote,
        quoting=csv.QUOTE_MINIMAL if reading.quote else csv.QUOTE_NONE,
        strict=True,
    )
    columns = head = reading.header
    while (upcoming := lines.peek()) is not None:
        line, start = lines.line, lines.position
        if reason := _reason_to_skip(upcoming, reading):
            lines.advance()
            yield Skipped(line=line, reason=reason, raw=lines.raw_since(start))
            continue
        cells = _take_apart(rows, lines, damaged=lines.damaged, columns=columns or ())
        if isinstance(cells, Unreadable):
            if columns is None:
                raise UnreadableDelivery(
                    f"line {line}: the header cannot be read: {cells.problem}", where=where, remedy=cells.remedy
                )
            yield cells
            continue
        raw = lines.raw_since(start)
        if not any(cell and not cell.isspace() for cell in cells):
            yield Skipped(line=line, reason="blank-row", raw=raw)
        elif columns is None:
            head = tuple(cell.strip() for cell in cells)
            columns = unique_names(head, where)
            yield Header(line=line, columns=columns, raw=raw)
        elif len(cells) != len(columns):
            yield _wrong_length(line, len(cells), len(columns), raw)
        elif head and cells[0].strip() == head[0] and tuple(cell.strip() for cell in cells) == head:
            yield Skipped(line=line, reason="repeated-header", raw=raw)
        else:
            yield NativeRecord(line=line, fields=dict(zip(columns, cells, strict=True)), raw=raw)
    if columns is None:
        raise UnreadableDelivery("the file has no header row", where=where, remedy="Ask the agency for a whole export")


def _reason_to_skip(upcoming: bytes, reading: Reading) -> str:
    """The code of a line that is no row, empty for a row."""
    text = upcoming.strip()
    if not text:
        return "blank-row"
    if reading.comment is not None and text.startswith(reading.comment.encode()):
        return "comment"
    return ""


def _take_apart(
    rows: Iterator[list[str]], lines: "_Lines", *, damaged: bool, columns: tuple[str, ...]
) -> list[str] | Unreadable:
    """The cells of the next row, or why it has none. The lines stand behind what was taken."""
    line, start = lines.line, lines.begin_row()
    try:
        cells = next(rows)
    except csv.Error as error:
        lines.back_to_second_line(start, line)
        return _unreadable(line, *_explain(error), lines.raw_since(start))
    except _RowTooLong:
        lines.back_to_second_line(start, line)
        return _unreadable(line, *_TOO_LONG, lines.raw_since(start))
    raw = lines.raw_since(start)
    if b"\0" in raw:
        return _unreadable(line, "bad-encoding", "the row holds NUL bytes", "Export the file as UTF-8 text", raw)
    if len(raw) > limits.CELL_CHARACTERS and any(len(cell) > limits.CELL_CHARACTERS for cell in cells):
        return _unreadable(line, *_CELL_TOO_LONG, raw)
    if damaged:
        # no declared encoding fits the whole file: the rows that do not fit are told one by one
        place = next((number for number, cell in enumerate(cells) if _SURROGATE(cell)), None)
        if place is not None:
            column = columns[place] if place < len(columns) else ""
            return _unreadable(line, *_NOT_IN_ENCODING, raw, column)
    return cells


_TOO_LONG: Final = (
    "too-large",
    f"the row is longer than {limits.ROW_BYTES} bytes",
    "Look for a quote that is not closed",
)
_CELL_TOO_LONG: Final = (
    "too-large",
    f"a cell is longer than {limits.CELL_CHARACTERS} characters",
    "Look for a quote that is not closed",
)
_NOT_IN_ENCODING: Final = (
    "bad-encoding",
    "the row holds bytes that no declared encoding has",
    "Declare the file's encoding in the mapping, or correct the row",
)


def _explain(error: csv.Error) -> tuple[str, str, str]:
    """The csv module's complaint as a code, a problem and a remedy; its own words are not a stable interface."""
    if "field larger" in str(error):
        return _CELL_TOO_LONG
    if "unexpected end" in str(error):
        return "bad-structure", "a quote is opened and never closed", "Close the quote, or double a quote inside a cell"
    return "bad-structure", "text stands behind a closing quote", "Double each quote that stands inside a quoted cell"


def _unreadable(line: int, code: str, problem: str, remedy: str, raw: bytes, column: str = "") -> Unreadable:
    return Unreadable(line=line, code=code, problem=problem, remedy=remedy, raw=raw, column=column)


def _wrong_length(line: int, found: int, expected: int, raw: bytes) -> Unreadable:
    return _unreadable(
        line,
        "wrong-length",
        f"the row has {found} cells, the header {expected}",
        "Look for a delimiter or a line end that should stand in quotes",
        raw,
    )


def unique_names(cells: tuple[str, ...], where: str) -> tuple[str, ...]:
    """Column names, each once: the second `Type` is `Type#2`, a blank one `column:3` (positions count from 1)."""
    if len(cells) > limits.ROW_COLUMNS:
        raise UnreadableDelivery(
            f"the header has {len(cells)} columns",
            where=where,
            remedy=f"At most {limits.ROW_COLUMNS} are read: check the delimiter",
        )
    names: dict[str, None] = {}
    for position, cell in enumerate(cells, start=1):
        name, number = cell or f"column:{position}", 1
        while name in names:
            number += 1
            name = f"{cell or f'column:{position}'}#{number}"
        names[name] = None
    return tuple(names)


def _encoding_of(content: Content, reading: Reading) -> tuple[str, str]:
    """The first encoding that fits every byte; else the first one, with the bytes that do not fit kept visible."""
    marked = content.read(0, len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    declared = [name for name in reading.encodings if name.startswith("utf-8")] if marked else []
    encodings = declared or reading.encodings  # a byte order mark is the file's own word
    fitting = next((encoding for encoding in encodings if content.is_written_in(encoding)), None)
    return (fitting, "strict") if fitting is not None else (encodings[0], "surrogateescape")


class _RowTooLong(Exception):
    """A row beyond `limits.ROW_BYTES`: its last line is never handed to the csv module."""


class _Lines:
    """The physical lines of a delivery as text, for the csv module to pull from; it can go back to a line.

    `position` is the offset in bytes, `line` the number, from 1, of the line that comes next. Only a window of the
    delivery is in memory: from the start of the row that is being read to some way behind the position.
    """

    def __init__(self, content: Content, encoding: str, errors: str) -> None:
        self._content = content
        self._size = len(content)
        # the mark is passed over here, once: a utf-8-sig decoder would take one off every line
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        marked = self._encoding == "utf-8" and content.read(0, len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
        self._mark = len(codecs.BOM_UTF8) if marked else 0
        self._errors = errors
        self._row_start = 0
        self._allowance = max(_REREAD_FACTOR * self._size, limits.ROW_BYTES)
        self._window, self._window_start, self._window_end = b"", 0, 0
        self.damaged = errors != "strict"
        self.position = 0
        self.line = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        start = self.position
        if start >= self._size:
            raise StopIteration
        self.advance()
        if self.position - self._row_start > limits.ROW_BYTES:
            raise _RowTooLong
        return self._bytes(start or self._mark, self.position).decode(self._encoding, self._errors)

    def peek(self) -> bytes | None:
        """The next line's bytes, None after the last."""
        start = self.position
        if start >= self._size:
            return None
        return self._bytes(start or self._mark, self._end_of_line())

    def begin_row(self) -> int:
        """Note that a row starts here; its offset."""
        self._row_start = self.position
        return self.position

    def advance(self) -> None:
        """Pass over the next line."""
        self.position = self._end_of_line()
        self.line += 1

    def raw_since(self, start: int) -> bytes:
        """The delivered bytes from a position up to here."""
        return self._bytes(start, self.position)

    def back_to_second_line(self, start: int, line: int) -> None:
        """After a broken row: go on behind its first line, as long as the allowance for reading again lasts."""
        again = self.position - start
        if again > self._allowance:
            return
        self._allowance -= again
        self.position, self.line = start, line
        self.advance()

    def _bytes(self, start: int, stop: int) -> bytes:
        if start < self._window_start or stop > self._window_end:
            return self._content.read(start, stop)
        return self._window[start - self._window_start : stop - self._window_start]

    def _end_of_line(self) -> int:
        """Where the next line ends. A line that ends with the window may go on behind it, and be it with an LF."""
        while True:
            if self._window_start <= self.position < self._window_end:
                found = _LINE.match(self._window, self.position - self._window_start)
                end = self._window_start + (len(self._window) if found is None else found.end())
                if end < self._window_end or self._window_end == self._size:
                    return end
            self._widen()

    def _widen(self) -> None:
        """Have more of what comes in the window, and of what has been no more than the row."""
        behind = self._window_end - self.position if self._window_start <= self.position < self._window_end else 0
        start = min(self._row_start, self.position)
        self._window = self._content.read(start, self.position + 2 * behind + limits.BLOCK_BYTES)
        self._window_start, self._window_end = start, start + len(self._window)

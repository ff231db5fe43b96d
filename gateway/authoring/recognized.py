"""How an unknown file is written: its format by its first bytes, and what a mapping would say of it under `reads`."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import re2

from gateway import adapters, limits
from gateway.authoring.markup_survey import survey_markup
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import shape_of
from gateway.mapping.layouts import JsonSpec, WorkbookSpec
from gateway.mapping.reading import Reading
from gateway.model.content import Content
from gateway.model.stages import NativeRecord, Received, Unreadable

__all__ = ["Recognized", "recognized"]

_HEAD_BYTES: Final = 1 << 16
_ENCODINGS: Final = ("utf-8-sig", "windows-1252")
_DELIMITERS: Final = (",", "\t", ";", "|", "^")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_WORKBOOK: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HL7: Final = (b"MSH|", b"FHS|", b"BHS|")
_HEADER_LINE: Final = re.compile(rb"[!-9;-~]{1,100}:[ \t]")
_MAIL_HEADER: Final = re.compile(
    rb"^(?:from|to|date|subject|received|message-id|mime-version|return-path|delivered-to|x-[a-z-]+):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_CODED_LINE: Final = re.compile(rb"^[A-Z]{3}/[^\s/]", re.MULTILINE)
_CODED_LINES: Final = 3
"""Lines of such a form that no table has."""
_COLUMNS_OF_LINES: Final = 20
"""Lines that are looked at to tell whether anything delimits their cells."""
_LONG_LINE: Final = 40
"""A line without any delimiter that is this long and has blanks in it is more than one cell."""
_JSON_STEPS: Final = 4
"""How far below the top of a JSON text its items are looked for."""
_TITLE_ROWS: Final = 20
"""Rows of a sheet among which its header is looked for."""


class Recognized(NamedTuple):
    """What `reads` would say of a file, its columns where it names them, and its items.

    Each item is its texts with their columns, `[*]` for positions; None stands for one that cannot be read.
    """

    reading: Reading
    columns: tuple[str, ...]
    items: Iterator[list[tuple[str, str]] | None]


def recognized(received: Received) -> Recognized:
    """What the file is. Raises UnreadableDelivery for what cannot be told or is not read."""
    head = received.content.read(0, _HEAD_BYTES)
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"").lstrip()
    if head.startswith(b"<"):
        survey = survey_markup(received)
        return Recognized(survey.reading, (), survey.items)
    describe = next((describe for looks_like, describe in _FORMATS if looks_like(head)), _delimited)
    reading = describe(received)
    columns = adapters.header(received, reading) if reading.format == "delimited" else ()
    return Recognized(reading, columns, _items(received, reading))


def _items(received: Received, reading: Reading) -> Iterator[list[tuple[str, str]] | None]:
    for item in adapters.read(received, reading):
        if isinstance(item, NativeRecord):
            yield [(shape_of(name), text) for name, text in item.fields.items()]
        elif isinstance(item, Unreadable):
            yield None


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _looks_like_mail(head: bytes) -> bool:
    """Whether the text begins with at least two headers, one of them of the sort that every message has."""
    lines = head.partition(b"\n\n")[0].replace(b"\r", b"").split(b"\n\n")[0].split(b"\n")
    begun = lines[1:] if lines[0].startswith(b"From ") else lines
    headers = [line for line in begun if not line[:1].isspace()]
    return (
        len(headers) > 1
        and all(_HEADER_LINE.match(line) or line.endswith(b":") for line in headers[:2])
        and _MAIL_HEADER.search(b"\n".join(headers)) is not None
    )


def _hl7(_: Received) -> Reading:
    return Reading(format="hl7v2", encodings=_ENCODINGS)


def _looks_coded(head: bytes) -> bool:
    """Whether several lines begin with a code of three letters and a slash, as messages of a switch have them."""
    return len(_CODED_LINE.findall(head)) >= _CODED_LINES


def _coded(received: Received) -> Reading:
    raise UnreadableDelivery(
        "the file looks like slash-coded text, whose codes cannot be told from its words",
        where=received.file_name,
        remedy="Write `format: coded-text` under 'reads', and the codes under 'reads.text'",
    )


def _mail(_: Received) -> Reading:
    return Reading(format="email", encodings=_ENCODINGS)


def _encoding(content: Content, where: str) -> str:
    for encoding in _ENCODINGS:
        if content.is_written_in(encoding):
            return encoding
    raise UnreadableDelivery(
        "the file is neither UTF-8 nor Windows-1252 text", where=where, remedy="Export it as UTF-8 text"
    )


def _delimited(received: Received) -> Reading:
    encoding = _encoding(received.content, received.file_name)
    lines = received.content.read(0, _HEAD_BYTES).decode(encoding, "replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda mark: (first.count(mark), -_DELIMITERS.index(mark)))
    looked_at = lines[:_COLUMNS_OF_LINES]
    if not any(mark in line for line in looked_at for mark in _DELIMITERS) and any(
        len(line) >= _LONG_LINE and " " in line for line in looked_at
    ):
        raise UnreadableDelivery(
            "nothing stands between the cells of the lines, so their columns cannot be told",
            where=received.file_name,
            remedy="Write `format: fixed-width`, and the columns of each line under 'reads.fixed'",
        )
    return Reading(format="delimited", encodings=(encoding,), delimiter=delimiter)


# JSON -------------------------------------------------------------------------------------------------------------


def _json(received: Received) -> Reading:
    content = received.content
    encoding = _encoding(content, received.file_name)
    first, second = _first_lines(content)
    if second[:1] in (b"{", b"[") and _value(first, encoding) is not None:
        return Reading(format="json", encodings=(encoding,), json=JsonSpec(lines=True))
    value = _value(content.whole(), encoding) if len(content) <= limits.JSON_BYTES else None
    return Reading(format="json", encodings=(encoding,), json=JsonSpec(items=_items_in(value)))


def _first_lines(content: Content) -> tuple[bytes, bytes]:
    """The first two lines that say something, empty where there are fewer."""
    filled = (line.removeprefix(_MARKS[0]).strip() for line in content.lines())
    found = list(islice((line for line in filled if line), 2))
    first, second, *_ = (*found, b"", b"")
    return first, second


def _value(content: bytes, encoding: str) -> Any:
    """The JSON value, its numbers as text; None for what is none. What is wrong with it, the reader will say."""
    try:
        return json.loads(content.decode(encoding), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None


class _List(NamedTuple):
    """A list of objects in a JSON text: how many it has, and where it stands."""

    objects: int
    steps: tuple[str, ...]


def _items_in(value: Any) -> str | None:
    """The address of the longest list of objects below the members of an object; None where there is none."""
    found = sorted(_lists(value, ()), key=lambda one: (-one.objects, len(one.steps)))
    return ".".join(found[0].steps) + "[*]" if found else None


def _lists(value: Any, steps: tuple[str, ...]) -> Iterator[_List]:
    if isinstance(value, dict) and len(steps) < _JSON_STEPS:
        for name, inner in value.items():
            if name and not set(name) & set(".[]"):
                yield from _lists(inner, (*steps, name))
    elif isinstance(value, list) and steps and (objects := sum(isinstance(one, dict) for one in value)):
        yield _List(objects, steps)


# Workbooks --------------------------------------------------------------------------------------------------------


class _Sheet(NamedTuple):
    """The first rows of one sheet, as texts, and how many rows it has."""

    head: list[tuple[str, ...]]
    rows: int


def _workbook(received: Received) -> Reading:
    """The header of the longest sheet, titles above it left out, and the sheets that have the same."""
    sheets = _sheets(received)
    if not sheets:
        return Reading(format="workbook")
    headers = {name: _header(sheet.head) for name, sheet in sheets.items()}
    longest = max(sheets, key=lambda name: sheets[name].rows)
    place = headers[longest]
    header = sheets[longest].head[place]
    alike = [name for name in sheets if sheets[name].head[headers[name]] == header]
    above = {text for name in alike for row in sheets[name].head[: headers[name]] for text in row}
    named = next((text for text in header if text and text not in above), None) if above else None
    pattern = "|".join(re2.escape(name) for name in alike) if len(alike) < len(sheets) else None
    return Reading(format="workbook", workbook=WorkbookSpec(sheets=pattern, header=named))


def _sheets(received: Received) -> dict[str, _Sheet]:
    """What the reader finds where nothing is declared: the first filled row of a sheet names its columns."""
    sheets: dict[str, _Sheet] = {}
    for item in adapters.read(received, Reading(format="workbook")):
        row = json.loads(item.raw)
        cells = row["cells"]
        sheet = sheets.get(row["sheet"])
        if sheet is None and isinstance(item, NativeRecord):
            names = tuple("" if name == f"column:{at}" else name for at, name in enumerate(cells, start=1))
            sheet = _Sheet([names], 0)
        if sheet is not None:
            if len(sheet.head) < _TITLE_ROWS and isinstance(item, NativeRecord):
                sheet.head.append(tuple(text.strip() for text in cells.values()))
            sheets[row["sheet"]] = sheet._replace(rows=sheet.rows + 1)
    return sheets


def _header(rows: list[tuple[str, ...]]) -> int:
    """Which of a sheet's first rows is its header: the first that has nearly as many cells as the fullest."""
    filled = [sum(map(bool, row)) for row in rows]
    return next(at for at, count in enumerate(filled) if count >= 0.8 * max(filled))


_FORMATS: Final[tuple[tuple[Callable[[bytes], bool], Callable[[Received], Reading]], ...]] = (
    (_starts(*_WORKBOOK), _workbook),
    (_starts(*_HL7), _hl7),
    (_looks_coded, _coded),
    (_starts(b"{", b"["), _json),
    (_looks_like_mail, _mail),
)
"""What a file begins with, and who says more about it; other text that is no markup is delimited."""

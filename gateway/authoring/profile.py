"""A first look at an unknown file: encoding, delimiter, and for each column its shapes, empties and codes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway import limits
from gateway.errors import UnreadableDelivery

__all__ = ["ColumnProfile", "FileProfile", "profile_text"]

_SAMPLE_ROWS: Final = 5000
"""Rows looked at; enough to see the dirt, little enough to answer at once."""
_ENCODINGS: Final = ("utf-8-sig", "windows-1252")
_DELIMITERS: Final = (",", "\t", ";", "|", "^")
_EMPTIES: Final = frozenset({"NULL", "N/A", "NA", "NONE", "NaN", "-", "-1", "UNKNOWN"})
_MOST_CODES: Final = 30
_CODE_CHARACTERS: Final = 40

_SHAPES: Final[tuple[tuple[str, str], ...]] = (
    ("YYYY-MM-DDTHH:mm:ssZ", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    ("YYYY-MM-DDTHH:mm:ss", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ("YYYY-MM-DD HH:mm:ss", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
    ("YYYY-MM-DD HH:mm", r"\d{4}-\d\d-\d\d \d\d:\d\d"),
    ("YYYY-MM-DD", r"\d{4}-\d\d-\d\d"),
    ("MM/DD/YYYY hh:mm:ss A", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M"),
    ("M/D/YYYY h:mm:ss A", r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d\d:\d\d [AP]M"),
    ("MM/DD/YYYY HH:mm", r"\d\d/\d\d/\d{4} \d\d:\d\d"),
    ("MM/DD/YYYY", r"\d\d/\d\d/\d{4}"),
    ("M/D/YYYY", r"\d{1,2}/\d{1,2}/\d{4}"),
    ("YYYYMMDD", r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
)
"""Date formats in the mapping language, each with the shape of its texts; the first that all values have is taken."""
_COMPILED: Final = tuple((name, re.compile(pattern)) for name, pattern in _SHAPES)
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


class ColumnProfile(NamedTuple):
    """One column. `dates` counts values by date format; `codes` holds the values of a column that has only a few."""

    name: str
    filled: int
    empty: int
    empties: tuple[str, ...]
    distinct: int
    longest: int
    numbers: int
    dates: dict[str, int]
    codes: tuple[str, ...]

    @property
    def date(self) -> str | None:
        """The format that every value of the column has, if there is one."""
        return next((name for name, count in self.dates.items() if count == self.filled and self.filled), None)

    @property
    def is_key(self) -> bool:
        """Whether every row has a value of its own here."""
        return self.filled > 1 and self.empty == 0 and self.distinct == self.filled and self.date is None


class FileProfile(NamedTuple):
    """What was seen of the file."""

    encoding: str
    delimiter: str
    rows: int
    odd_rows: int
    columns: tuple[ColumnProfile, ...]


def profile_text(content: bytes) -> FileProfile:
    """The profile of delimited text with a header row. Raises UnreadableDelivery when it is none."""
    encoding, text = _decoded(content)
    delimiter = _delimiter(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows)]
        sample = [row for row, _ in zip(rows, range(_SAMPLE_ROWS), strict=False)]
    except (StopIteration, csv.Error) as error:
        raise UnreadableDelivery(
            "the file does not read as delimited text with a header", remedy="Check the first lines"
        ) from error
    if not header or not any(header) or len(header) > limits.ROW_COLUMNS:
        raise UnreadableDelivery("the first line is no header", remedy="Remove what stands above the header")
    whole = [row for row in sample if len(row) == len(header)]
    columns = tuple(
        _column(name or f"column:{place + 1}", [row[place].strip() for row in whole])
        for place, name in enumerate(header)
    )
    return FileProfile(encoding, delimiter, len(sample), len(sample) - len(whole), columns)


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            return encoding, content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableDelivery("the file is neither UTF-8 nor Windows-1252 text", remedy="Export it as UTF-8 text")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=lambda delimiter: (first.count(delimiter), -_DELIMITERS.index(delimiter)))


def _column(name: str, values: Iterable[str]) -> ColumnProfile:
    counted = Counter(values)
    blank = counted.pop("", 0)
    empties = tuple(sorted(word for word in counted if word.upper() in _EMPTIES))
    for word in empties:
        blank += counted.pop(word)
    filled = sum(counted.values())
    dates: dict[str, int] = {}
    for shape, pattern in _COMPILED:
        count = sum(times for value, times in counted.items() if pattern.fullmatch(value))
        if count:
            dates[shape] = count
    few = len(counted) <= min(_MOST_CODES, max(2, filled // 3)) and all(len(v) <= _CODE_CHARACTERS for v in counted)
    return ColumnProfile(
        name=name,
        filled=filled,
        empty=blank,
        empties=empties,
        distinct=len(counted),
        longest=max(map(len, counted), default=0),
        numbers=sum(times for value, times in counted.items() if _NUMBER.fullmatch(value)),
        dates=dates,
        codes=tuple(value for value, _ in counted.most_common()) if few else (),
    )

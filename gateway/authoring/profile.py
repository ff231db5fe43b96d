"""A first look at an unknown file: its format, and for each column or address its shapes, empties and codes."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final, NamedTuple

from gateway import limits
from gateway.authoring.recognized import recognized
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import EVERY
from gateway.mapping.dates import compile_shape
from gateway.mapping.reading import Reading
from gateway.model.stages import Received

__all__ = ["ColumnProfile", "FileProfile", "profile_of"]

_EMPTIES: Final = frozenset({"NULL", "N/A", "NA", "NONE", "NaN", "-", "-1", "UNKNOWN"})
_MOST_CODES: Final = 30
_CODE_CHARACTERS: Final = 40
_SHAPES: Final = (
    "YYYY-MM-DDTHH:mm:ssZ",
    "YYYY-MM-DDTHH:mm:ss.SSSZ",
    "YYYY-MM-DDTHH:mm:ss",
    "YYYY-MM-DDTHH:mm:ss.SSS",
    "YYYY-MM-DD HH:mm:ss",
    "YYYY-MM-DD HH:mm",
    "YYYY-MM-DD",
    "MM/DD/YYYY hh:mm:ss A",
    "M/D/YYYY h:mm:ss A",
    "M/D/YYYY h:mm A",
    "MM/DD/YYYY HH:mm:ss",
    "MM/DD/YYYY HH:mm",
    "M/D/YYYY H:mm",
    "MM/DD/YYYY",
    "M/D/YYYY",
    "D/M/YYYY h:mm:ss A",
    "D/M/YYYY H:mm",
    "DD/MM/YYYY",
    "D/M/YYYY",
    "DD.MM.YYYY HH:mm",
    "DD.MM.YYYY",
    "YYYYMMDDHHmmss",
    "YYYYMMDDHHmm",
    "YYYYMMDD",
)
"""Date formats that are looked for; of those in which as many values read, the first. A month comes before a day where
both readings fit, as American exports have it."""
_READERS: Final = tuple((shape, compile_shape(shape)) for shape in _SHAPES)
_DIGITS_OF_A_DAY: Final = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?")
"""Digits alone are taken for a day only in our centuries: other numbers are long as well."""
_DATED_SHARE: Final = 0.75
"""Least share of a column's values that have to read in a format; what is left shows itself in `map try`."""
_LINED: Final = re.compile(r"[\t\n\r]")
_NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")


class ColumnProfile(NamedTuple):
    """One column, or one address with `[*]` for positions; what has positions may be filled several times in an item.

    `empty` counts empty cells and items without the address. `lined` counts values with a line end or a tab, `dates`
    values by date format; `codes` holds the values of a column that has only a few.
    """

    name: str
    filled: int
    empty: int
    empties: tuple[str, ...]
    distinct: int
    longest: int
    numbers: int
    lined: int
    dates: dict[str, int]
    codes: tuple[str, ...]

    @property
    def date(self) -> str | None:
        """The format in which most values of the column read, if that is nearly all: the others are dirt."""
        return _best(self.dates, self.filled)

    @property
    def repeats(self) -> bool:
        """Whether an item may have several values here."""
        return EVERY in self.name

    @property
    def is_key(self) -> bool:
        """Whether every item has a value of its own here."""
        unique = self.filled > 1 and self.empty == 0 and self.distinct == self.filled
        return unique and self.date is None and not self.repeats


class FileProfile(NamedTuple):
    """What was seen of the file: of `rows` items, `odd_rows` could not be read. `is_part` when there are more."""

    reading: Reading
    rows: int
    odd_rows: int
    is_part: bool
    columns: tuple[ColumnProfile, ...]


def profile_of(received: Received, on_progress: Callable[[int], None] = lambda _: None) -> FileProfile:
    """The profile of a delivered file of any format that can be told. Raises UnreadableDelivery for what cannot."""
    found = recognized(received)
    values: dict[str, Counter[str]] = {name: Counter() for name in found.columns}
    holding: Counter[str] = Counter()
    rows = odd = 0
    for item in islice(found.items, limits.PROFILE_ITEMS):
        rows += 1
        on_progress(rows)
        odd += item is None
        for name, text in item or ():
            values.setdefault(name, Counter())[text.strip()] += 1
        holding.update({name for name, _ in item or ()})
        if len(values) > limits.PROFILE_COLUMNS:
            raise UnreadableDelivery(
                f"the items have more than {limits.PROFILE_COLUMNS} different addresses",
                where=received.file_name,
                remedy="See whether members are named by data; profile a part of the file",
            )
    if not values:
        raise UnreadableDelivery(
            "the file holds no item that can be read", where=received.file_name, remedy="Check the export"
        )
    columns = tuple(_column(name, counted, absent=rows - odd - holding[name]) for name, counted in values.items())
    return FileProfile(found.reading, rows, odd, next(found.items, _NO_MORE) is not _NO_MORE, columns)


_NO_MORE: Final = object()


def _best(dates: Mapping[str, int], filled: int) -> str | None:
    best = max(dates, key=lambda shape: dates[shape], default=None)
    return best if best is not None and dates[best] >= _DATED_SHARE * filled else None


def _may_be_day(value: str) -> bool:
    return not value.isdecimal() or _DIGITS_OF_A_DAY.fullmatch(value) is not None


def _column(name: str, counted: Counter[str], *, absent: int) -> ColumnProfile:
    blank = counted.pop("", 0) + absent
    empties = tuple(sorted(word for word in counted if word.upper() in _EMPTIES))
    for word in empties:
        blank += counted.pop(word)
    filled = sum(counted.values())
    dates: dict[str, int] = {}
    for shape, reads in _READERS:
        count = sum(times for value, times in counted.items() if _may_be_day(value) and reads(value))
        if count:
            dates[shape] = count
    dated = _best(dates, filled) is not None
    few = (
        not dated
        and len(counted) <= min(_MOST_CODES, max(2, filled // 3))
        and all(len(v) <= _CODE_CHARACTERS for v in counted)
    )
    return ColumnProfile(
        name=name,
        filled=filled,
        empty=blank,
        empties=empties,
        distinct=len(counted),
        longest=max(map(len, counted), default=0),
        numbers=sum(times for value, times in counted.items() if _NUMBER.fullmatch(value)),
        lined=sum(times for value, times in counted.items() if _LINED.search(value)),
        dates=dates,
        codes=tuple(value for value, _ in counted.most_common()) if few else (),
    )

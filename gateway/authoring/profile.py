"""A first look at an unknown file: its format, and for each column or address its shapes, empties and codes."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Final, NamedTuple

from gateway import limits
from gateway.authoring.recognized import recognized
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import EVERY
from gateway.mapping.reading import Reading
from gateway.model.stages import Received

__all__ = ["ColumnProfile", "FileProfile", "profile_of"]

_EMPTIES: Final = frozenset({"NULL", "N/A", "NA", "NONE", "NaN", "-", "-1", "UNKNOWN"})
_MOST_CODES: Final = 30
_CODE_CHARACTERS: Final = 40
_OFFSET: Final = r"(?:Z|[+-]\d\d:?\d\d)"

_SHAPES: Final[tuple[tuple[str, str], ...]] = (
    ("YYYY-MM-DDTHH:mm:ssZ", rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d{_OFFSET}"),
    ("YYYY-MM-DDTHH:mm:ss.SSSZ", rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{1,6}}{_OFFSET}"),
    ("YYYY-MM-DDTHH:mm:ss", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    ("YYYY-MM-DDTHH:mm:ss.SSS", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}"),
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
        """The format that every value of the column has, if there is one."""
        return next((name for name, count in self.dates.items() if count == self.filled and self.filled), None)

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


def _column(name: str, counted: Counter[str], *, absent: int) -> ColumnProfile:
    blank = counted.pop("", 0) + absent
    empties = tuple(sorted(word for word in counted if word.upper() in _EMPTIES))
    for word in empties:
        blank += counted.pop(word)
    filled = sum(counted.values())
    dates: dict[str, int] = {}
    for shape, pattern in _COMPILED:
        count = sum(times for value, times in counted.items() if pattern.fullmatch(value))
        if count:
            dates[shape] = count
    dated = filled in dates.values()
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

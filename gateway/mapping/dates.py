"""Dates as agencies write them: a declared format, a declared zone, a declared policy for the change of the clocks.

Format letters: `YYYY` year; `MMM` English month abbreviation; `MM`, `DD`, `HH`, `hh`, `mm`, `ss` two digits; `M`, `D`,
`H`, `h` one or two; `SSS` a fraction of one to six digits; `A` AM or PM; `Z` an offset (`Z`, `+hh:mm`, `+hhmm`).
Everything else stands for itself; of letters only `T` may. Nothing is guessed.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gateway.mapping.faults import CellFault

__all__ = ["DstPolicy", "InstantReading", "compile_day", "compile_instant", "compile_shape", "has_offset"]

DstPolicy = Literal["earlier", "later", "quarantine"]

InstantReading = tuple[datetime, CellFault | None]
"""The instant in UTC, and what was odd about it."""

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}

_FIRST_YEAR: Final = 1800
"""No agency reports of earlier days; a year such as 0024 is a typing error."""

_TOKENS: Final = (
    ("YYYY", "Y", r"[0-9]{4}"),
    ("MMM", "b", r"[A-Za-z]{3}"),
    ("SSS", "f", r"[0-9]{1,6}"),
    ("MM", "M", r"[0-9]{2}"),
    ("DD", "D", r"[0-9]{2}"),
    ("HH", "H", r"[0-9]{2}"),
    ("hh", "h", r"[0-9]{2}"),
    ("mm", "m", r"[0-9]{2}"),
    ("ss", "s", r"[0-9]{2}"),
    ("M", "M", r"[0-9]{1,2}"),
    ("D", "D", r"[0-9]{1,2}"),
    ("H", "H", r"[0-9]{1,2}"),
    ("h", "h", r"[0-9]{1,2}"),
    ("A", "A", r"[AaPp]\.?[Mm]\.?"),
    ("Z", "Z", r"Z|[+-][0-9]{2}:?[0-9]{2}"),
)
"""Token, the part of the date it reads, its shape; longer tokens first."""

Wall = tuple[datetime, timedelta | None]
"""What the text says: the date and time that the clock shows, written as if it were UTC, and its offset from UTC where
it gives one."""

_DAYS_REMEMBERED: Final = 4096
"""Days of one zone whose offset is kept; eleven years of reports."""


def has_offset(formats: tuple[str, ...]) -> bool:
    """True where every format brings its own offset and no zone is needed."""
    return all("Z" in shape for shape in formats)


def compile_shape(shape: str) -> Callable[[str], bool]:
    """Whether a text reads in a format, as a day that there is. Raises ValueError for a format that does not read."""
    read = _compile_format(shape)
    return lambda text: read(text) is not None


def compile_day(formats: tuple[str, ...]) -> Callable[[str], date]:
    """A reader of calendar days, which have no zone. Raises ValueError for a format that does not read."""
    wall = _compile_wall(formats)

    def day(text: str) -> date:
        return wall(text)[0].date()

    return day


def compile_instant(
    formats: tuple[str, ...], zone: ZoneInfo | None, policy: DstPolicy
) -> Callable[[str], InstantReading]:
    """A reader of instants, in UTC.

    A time that the clocks show twice (autumn) and one that they never show (spring) each have two readings; `policy`
    takes the earlier or the later of the two, or refuses. A time that never was is at least a warning.
    Raises ValueError for a format that does not read or that has neither an offset nor a zone.
    """
    if zone is None and not has_offset(formats):
        raise ValueError("a time without an offset needs a zone: set 'reads.timezone' or the field's 'zone'")
    wall = _compile_wall(formats)
    offset_of_day = _steady_days(zone) if zone is not None else None

    def instant(text: str) -> InstantReading:
        shown, offset = wall(text)
        try:
            if offset is not None or zone is None or offset_of_day is None:
                return shown - (offset or timedelta()), None
            steady = offset_of_day(shown.toordinal())
            if steady is not None:
                return shown - steady, None
            before, after = _offsets(shown, zone)
            return (shown - before, None) if before == after else _resolve(shown, before, after, policy)
        except OverflowError as error:
            raise _bad_date(formats) from error

    return instant


def _offsets(shown: datetime, zone: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The zone's offsets at what a clock shows, before and after a change that the clock may stand at (PEP 495)."""
    before, after = shown.replace(tzinfo=zone), shown.replace(tzinfo=zone, fold=1)
    return before.utcoffset() or timedelta(), after.utcoffset() or timedelta()


def _steady_days(zone: ZoneInfo) -> Callable[[int], timedelta | None]:
    """Finds the offset of a day (its ordinal) that has only one, None for one on which the clocks change.

    Nearly all days have one: asked once a day instead of twice a time, the zone costs a tenth.
    """

    @lru_cache(maxsize=_DAYS_REMEMBERED)
    def offset_of_day(ordinal: int) -> timedelta | None:
        start = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), tzinfo=UTC)
        hours = (start + timedelta(hours=hour) for hour in range(24))
        offsets = {offset for shown in (*hours, start.replace(hour=23, minute=59)) for offset in _offsets(shown, zone)}
        return offsets.pop() if len(offsets) == 1 else None

    return offset_of_day


def _resolve(shown: datetime, before: timedelta, after: timedelta, policy: DstPolicy) -> InstantReading:
    """Both readings of a local time at a change of the clocks (PEP 495: fold 0 is `before`, fold 1 is `after`)."""
    shown_twice = before > after
    if policy == "quarantine":
        if shown_twice:
            raise CellFault(
                "ambiguous-time",
                "the clocks show this local time twice",
                "Add the offset, or set 'dst: earlier' or 'dst: later' in the mapping",
            )
        raise _nonexistent("Ask the agency for the right time")
    offset = max(before, after) if policy == "earlier" else min(before, after)
    odd = None if shown_twice else _nonexistent(f"Read as the {policy} of its two meanings")
    return shown - offset, odd


def _nonexistent(remedy: str) -> CellFault:
    return CellFault("nonexistent-time", "the clocks never showed this local time", remedy)


def _bad_date(formats: tuple[str, ...]) -> CellFault:
    shapes = " or ".join(f"'{shape}'" for shape in formats)
    return CellFault("bad-date", f"the date does not read as {shapes}", "Correct the date, or the mapping's 'date'")


def _compile_wall(formats: tuple[str, ...]) -> Callable[[str], Wall]:
    readers = tuple(_compile_format(shape) for shape in formats)

    def wall(text: str) -> Wall:
        for read in readers:
            found = read(text)
            if found is not None:
                return found
        raise _bad_date(formats)

    return wall


def _compile_format(shape: str) -> Callable[[str], Wall | None]:
    expression = re.compile(_pattern_of(shape))
    match, places = expression.fullmatch, {part: place - 1 for part, place in expression.groupindex.items()}
    year, day = places["Y"], places["D"]
    # where a format lacks a part, its place is -1 and the part is never looked at
    month, month_name = places.get("M", -1), places.get("b", -1)
    hour, hour_of_twelve, half = places.get("H", -1), places.get("h", -1), places.get("A", -1)
    minute, second, fraction = places.get("m", -1), places.get("s", -1), places.get("f", -1)
    offset = places.get("Z", -1)

    def read(text: str) -> Wall | None:
        found = match(text)
        if found is None:
            return None
        parts = found.groups()
        try:
            # as if it were UTC: the zone is applied where the policy for the change of the clocks is known
            shown = datetime(
                _year(parts[year]),
                int(parts[month]) if month >= 0 else _MONTHS[parts[month_name].lower()],
                int(parts[day]),
                int(parts[hour]) if hour >= 0 else _hour(parts[hour_of_twelve], parts[half]) if half >= 0 else 0,
                int(parts[minute]) if minute >= 0 else 0,
                int(parts[second]) if second >= 0 else 0,
                int(parts[fraction].ljust(6, "0")) if fraction >= 0 else 0,
                UTC,
            )
            return shown, _offset(parts[offset]) if offset >= 0 else None
        except (ValueError, KeyError):
            return None

    return read


def _pattern_of(shape: str) -> str:
    pattern, parts, position = "", set[str](), 0
    while position < len(shape):
        token, part, digits = next((t for t in _TOKENS if shape.startswith(t[0], position)), ("", "", ""))
        if token:
            if part in parts:
                raise ValueError(f"the date format '{shape}' has '{token}' twice")
            parts.add(part)
            pattern += f"(?P<{part}>{digits})"
            position += len(token)
        elif shape[position].isalpha() and shape[position] != "T":
            raise ValueError(f"the date format '{shape}' has an unknown letter '{shape[position]}'")
        else:
            pattern += re.escape(shape[position])
            position += 1
    if not ({"Y", "D"} <= parts and len(parts & {"M", "b"}) == 1):
        raise ValueError(f"the date format '{shape}' needs a year, one month and a day")
    if ("h" in parts) != ("A" in parts) or {"h", "H"} <= parts:
        raise ValueError(f"the date format '{shape}' needs 'h' with 'A', or 'H' alone")
    if (
        ("m" in parts and not parts & {"h", "H"})
        or ("s" in parts and "m" not in parts)
        or ("f" in parts and "s" not in parts)
    ):
        raise ValueError(f"the date format '{shape}' leaves out a part of the time")
    return pattern


def _year(text: str) -> int:
    year = int(text)
    if year < _FIRST_YEAR:
        raise ValueError("a year as early as this is a typing error")
    return year


def _hour(text: str, half: str) -> int:
    hour = int(text)
    if not 1 <= hour <= 12:
        raise ValueError("the twelve-hour clock runs from 1 to 12")
    return hour % 12 + (12 if half[0] in "Pp" else 0)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError("an offset lies within 14 hours")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if text[0] == "-" else offset

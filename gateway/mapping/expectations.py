"""When a feed's next delivery is due, such as `daily by 05:00` or `weekly by monday 06:30`.

A delivery is due in each period, by its deadline. The clock is the feed's own: local time in the zone of its document.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

__all__ = ["Expectation", "read_expectation"]

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK: Final = r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        r"(?P<every>hourly) by :(?P<minute>[0-5][0-9])",
        rf"(?P<every>daily) by {_CLOCK}",
        rf"(?P<every>weekly) by (?P<weekday>{'|'.join(_WEEKDAYS)}) {_CLOCK}",
        rf"(?P<every>monthly) by (?P<day>[1-9]|1[0-9]|2[0-8]) {_CLOCK}",
    )
)


class Expectation(Struct, frozen=True, kw_only=True):
    """One deadline in each period. `weekday` counts from Monday, 0; `day` is one that every month has."""

    every: str
    hour: int = 0
    minute: int = 0
    weekday: int = 0
    day: int = 1

    def deadlines(self, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The last deadline up to now, and the one before it; both aware and in UTC.

        A deadline in an hour that the clocks repeat is the first of the two; in one that they leave out, it is as long
        after midnight as on any other day.
        """
        if self.every == "hourly":
            last = now.astimezone(zone).replace(minute=self.minute, second=0, microsecond=0).astimezone(UTC)
            last -= timedelta(hours=1) if last > now else timedelta()
            return last, last - timedelta(hours=1)
        day = now.astimezone(zone).date() + timedelta(days=1)
        found: list[datetime] = []
        while len(found) < 2:
            moment = datetime.combine(day, time(self.hour, self.minute), tzinfo=zone).astimezone(UTC)
            if self._is_due_on(day) and moment <= now:
                found.append(moment)
            day -= timedelta(days=1)
        return found[0], found[1]

    def _is_due_on(self, day: date) -> bool:
        if self.every == "weekly":
            return day.weekday() == self.weekday
        return self.every == "daily" or day.day == self.day


def read_expectation(text: str) -> Expectation:
    """Read what a document says under `expect`. Raises ValueError, with the forms that are known."""
    for form in _FORMS:
        found = form.fullmatch(" ".join(text.lower().split()))
        if found is not None:
            parts = found.groupdict()
            return Expectation(
                every=parts["every"],
                hour=int(parts.get("hour") or 0),
                minute=int(parts.get("minute") or 0),
                weekday=_WEEKDAYS.index(parts.get("weekday") or "monday"),
                day=int(parts.get("day") or 1),
            )
    raise ValueError(
        f"'{text}' is no expectation; write it like 'hourly by :20', 'daily by 05:00', 'weekly by monday 06:30' or "
        "'monthly by 3 08:00'"
    )

"""Is the gateway well? What an operator is told, and what a monitor counts, from one look at the store."""

import enum
from collections.abc import Mapping as Table
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gateway.mapping.feed import Feed
from gateway.store.vitals import StoreVitals

__all__ = ["FeedTiming", "Finding", "State", "VitalSigns", "findings", "vital_signs"]

_CERTIFICATE_DAYS: Final = 14
"""Days before its end from which a certificate is an alarm; the development ones are made for 398 days."""


class State(enum.StrEnum):
    """How serious a finding is: an alarm wants somebody now, a note wants somebody some day."""

    OK = "ok"
    NOTE = "note"
    ALARM = "alarm"


class FeedTiming(NamedTuple):
    """When a feed's delivery was due, and when the last one came (None: never). Times are UTC.

    `late` means that nothing has come since the deadline before the last one. A file that comes late counts for the
    time in which it comes.
    """

    feed: str
    expects: str
    due: datetime
    last: datetime | None
    late: bool


class VitalSigns(NamedTuple):
    """What is counted: by feed where a feed is to blame, else over all."""

    timings: tuple[FeedTiming, ...]
    store: StoreVitals


class Finding(NamedTuple):
    """One thing that was looked at. `remedy` is empty where all is well."""

    about: str
    state: State
    says: str
    remedy: str = ""


def vital_signs(mappings: Table[str, Feed], store: StoreVitals, now: datetime) -> VitalSigns:
    """How the feeds that expect a delivery stand now."""
    timings = []
    for feed, mapping in sorted(mappings.items()):
        if mapping.expectation is not None:
            due, before = mapping.expectation.deadlines(now, mapping.zone)
            last = store.last_received.get(feed)
            late = last is None or last <= before
            timings.append(FeedTiming(feed, mapping.document.expect or "", due, last, late))
    return VitalSigns(tuple(timings), store)


def findings(signs: VitalSigns, certificates: Sequence[tuple[str, datetime]], now: datetime) -> tuple[Finding, ...]:
    """Everything that was looked at, feeds first. `certificates` are files with the moment at which each ends."""
    return (
        *map(_feed, signs.timings),
        *_deliveries(signs.store),
        *_quarantine(signs.store),
        *(_certificate(name, ends, now) for name, ends in certificates),
    )


def _feed(timing: FeedTiming) -> Finding:
    came = "nothing has ever come" if timing.last is None else f"the last came on {_minute(timing.last)}"
    about = f"feed {timing.feed}"
    if not timing.late:
        return Finding(about, State.OK, f"{timing.expects}: {came}")
    return Finding(
        about,
        State.ALARM,
        f"{timing.expects}: {came}; one was due by {_minute(timing.due)}",
        "Ask the agency for the file, or correct 'expect' in the mapping",
    )


def _deliveries(store: StoreVitals) -> tuple[Finding, ...]:
    found = []
    if store.waiting:
        found.append(
            Finding("deliveries", State.NOTE, f"{store.waiting} wait to be read", "Run gateway work, or wait for it")
        )
    if store.failed:
        remedy = "Mend what their problems say, and have the agency deliver them again"
        found.append(Finding("deliveries", State.NOTE, f"{store.failed} could not be read in the last week", remedy))
    return tuple(found) or (Finding("deliveries", State.OK, "all are read"),)


def _quarantine(store: StoreVitals) -> tuple[Finding, ...]:
    if not store.quarantined:
        return (Finding("quarantine", State.OK, "empty"),)
    return tuple(
        Finding("quarantine", State.NOTE, f"{count} items of {feed}", "See gateway quarantine list")
        for feed, count in sorted(store.quarantined.items())
    )


def _certificate(name: str, ends: datetime, now: datetime) -> Finding:
    left = ends - now
    if left > timedelta(days=_CERTIFICATE_DAYS):
        return Finding(name, State.OK, f"holds for {left.days} more days")
    says = f"ends in {left.days} days" if left > timedelta() else "has ended"
    return Finding(name, State.ALARM, says, "Renew it")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"

"""Is the gateway well? What an operator is told, and what a monitor counts, from one look at the store."""

import enum
from collections.abc import Iterator
from collections.abc import Mapping as Table
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gateway.mapping.feed import Feed
from gateway.signing.inventory import KeyStanding
from gateway.signing.providers import Provider
from gateway.signing.ring import KeyState
from gateway.store.vitals import StoreVitals

__all__ = ["FeedTiming", "Finding", "KeySigns", "State", "VitalSigns", "findings", "vital_signs"]

_ENDING: Final = timedelta(days=14)
"""So long before its end a certificate is an alarm, and a revocation list a note; leaves are made for 398 days."""


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


class KeySigns(NamedTuple):
    """How the keys stand, what signs with them, when the revocation list was issued and ends (None: there is none)."""

    keys: tuple[KeyStanding, ...]
    providers: tuple[Provider, ...]
    revocation_list: tuple[datetime, datetime] | None


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


def findings(signs: VitalSigns, keys: KeySigns, now: datetime) -> tuple[Finding, ...]:
    """Everything that was looked at, feeds first."""
    return (
        *map(_feed, signs.timings),
        *_deliveries(signs.store),
        *_quarantine(signs.store),
        *(finding for key in keys.keys for finding in _key(key, now)),
        _revocation_list(keys.revocation_list, now),
        *map(_provider, keys.providers),
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


def _renewal(key: KeyStanding) -> str:
    return "Make new authorities, or get your authority's" if key.use == "ca" else f"Run gateway certs renew {key.name}"


def _key(key: KeyStanding, now: datetime) -> Iterator[Finding]:
    """The certificate of a key, then what is wrong with its file."""
    about, left = f"key {key.name}", key.ends - now
    if key.state in (KeyState.RETIRED, KeyState.REVOKED):
        yield Finding(about, State.OK, f"{key.state}; what it signed is verified with its certificate")
    elif not key.ends_soon(now + _ENDING):
        yield Finding(about, State.OK, f"{key.state}; its certificate holds for {left.days} more days")
    else:
        says = f"its certificate ends in {left.days} days" if left > timedelta() else "its certificate has ended"
        yield Finding(about, State.ALARM, says, _renewal(key))
    for fault in key.faults:
        yield Finding(about, State.ALARM, f"{fault.where}: {fault.problem}", fault.remedy)


def _revocation_list(dates: tuple[datetime, datetime] | None, now: datetime) -> Finding:
    about = "revocation list"
    if dates is None:
        return Finding(about, State.NOTE, "there is none to publish", "Put your authority's list in certs/ca/crl.pem")
    issued, ends = dates
    says = f"issued {(now - issued).days} days ago"
    remedy = "Run gateway certs renew crl, or fetch your authority's list"
    if ends <= now:
        return Finding(about, State.ALARM, f"{says}, and ended: verifiers refuse to rely on it", remedy)
    if ends <= now + _ENDING:
        return Finding(about, State.NOTE, f"{says}, ends in {(ends - now).days} days", remedy)
    return Finding(about, State.OK, f"{says}, good for {(ends - now).days} more days")


def _provider(provider: Provider) -> Finding:
    if not provider.is_reached:
        return Finding(provider.work, State.ALARM, provider.software, "Nothing can be signed until the token answers")
    return Finding(provider.work, State.OK, f"{provider.software}; in FIPS mode: {provider.fips}")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"

"""The container's description: the record in a few sentences, for consumers that show nothing else.

It says only what the view's record says; several consumers drop incidents, infrastructure and extensions, and this
text is what their analysts read.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from gateway.model.banner import write_banner
from gateway.model.entities import Activity, Vulnerability
from gateway.model.kinds import KINDS
from gateway.model.particulars import PARTICULARS_OF
from gateway.stix.entities import item_name, person_name, place_name, vehicle_name
from gateway.stix.forms import instant, plain
from gateway.stix.frame import Frame
from gateway.stix.happenings import activity_title
from gateway.stix.markings import TLP_MARKINGS

__all__ = ["summary"]

_LISTED: Final = 10
"""Most things of one sort that the summary names; the rest are counted."""


def summary(frame: Frame) -> str:
    """The releasable text that officers approved, when there is one, then one paragraph of facts."""
    sentences = [sentence for part in _PARTS for sentence in part(frame)]
    facts = " ".join(sentence if sentence.endswith(".") else f"{sentence}." for sentence in sentences)
    return "\n\n".join(text for text in (frame.view.releasable_text, facts) if text)


def _opening(frame: Frame) -> list[str]:
    record = frame.record
    agency = f" of {record.provenance.agency}" if record.provenance.agency else ""
    title = f": {record.title}" if record.title else ""
    return [f"{KINDS[record.kind].title}{agency}{title}"]


def _activities(frame: Frame) -> list[str]:
    return [_activity(one) for one in frame.record.activities[:_LISTED]]


def _activity(one: Activity) -> str:
    times: tuple[tuple[str, datetime | None], ...] = (
        ("reported", one.reported),
        ("started", one.started),
        ("ended", one.ended),
    )
    facts = [activity_title(one)]
    facts += [f"priority {one.priority}"] if one.priority is not None else []
    facts += [f"{verb} {instant(moment)}" for verb, moment in times if moment]
    facts += [f"status {one.status.value}"] if one.status else []
    facts += [f"disposition {one.disposition}"] if one.disposition else []
    return ", ".join(facts)


def _particulars(frame: Frame) -> list[str]:
    told = []
    for field in PARTICULARS_OF[frame.record.kind]:
        particulars = plain(getattr(frame.record, field)) or {}
        told += [f"{name.replace('_', ' ').capitalize()}: {_told(value)}" for name, value in particulars.items()]
    return told


def _told(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            rest = f" and {len(value) - _LISTED} more" if len(value) > _LISTED else ""
            return "; ".join(str(one) for one in value[:_LISTED]) + rest
        case _:
            return str(value)


def _people(frame: Frame) -> list[str]:
    return _list("Person", (person_name(frame, one) for one in frame.record.people))


def _things(frame: Frame) -> list[str]:
    record = frame.record
    return [
        *_list("Place", (place_name(one) for one in record.places)),
        *_list("Organization", (one.name or "" for one in record.organizations)),
        *_list("Vehicle", (vehicle_name(one) for one in record.vehicles)),
        *_list("Item", (item_name(one) for one in record.items)),
    ]


def _technical(frame: Frame) -> list[str]:
    record = frame.record
    families = dict.fromkeys(one.malware for one in record.indicators if one.malware)
    return [
        *_list("Observable", (one.value for one in record.observables)),
        *_list("Malware", families),
        *(_vulnerability(one) for one in record.vulnerabilities[:_LISTED]),
    ]


def _vulnerability(one: Vulnerability) -> str:
    product = " ".join(part for part in (one.vendor, one.product) if part)
    facts = [f"{one.cve}: {product}" if product else one.cve]
    facts += [one.name] if one.name else []
    facts += [f"action due {one.due.isoformat()}"] if one.due else []
    facts += [f"use by ransomware {one.ransomware.value}"] if one.ransomware else []
    return ", ".join(facts)


def _originals(frame: Frame) -> list[str]:
    return _list("From other producers", dict.fromkeys(one.name or "" for one in frame.record.originals))


def _handling(frame: Frame) -> list[str]:
    handling = frame.record.handling
    codes = [TLP_MARKINGS[handling.tlp].name]
    codes += [write_banner(handling.marking)] if handling.cui else []
    codes += [caveat.value for caveat in handling.caveats]
    return [f"Handling: {', '.join(codes)}"]


def _list(title: str, shown: Iterable[str]) -> list[str]:
    named = [name for name in shown if name]
    if not named:
        return []
    rest = f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
    return [f"{title}: {'; '.join(named[:_LISTED])}{rest}"]


_PARTS: Final[tuple[Callable[[Frame], list[str]], ...]] = (
    _opening,
    _activities,
    _particulars,
    _people,
    _things,
    _technical,
    _originals,
    _handling,
)

"""Timestamps: that the calendar has them, that the later is not before the earlier (STIX 2.1, 2.16)."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from gateway.stix.checks.check_row import Breach, Check, Level

__all__ = ["TIMES", "TIME_CHECKS"]

_FORM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z")

_VERSION: Final = ("created", "modified")
_SEEN: Final = ("first_seen", "last_seen")
_FILE_TIMES: Final = ("ctime", "mtime", "atime")

TIMES: Final[dict[str, tuple[str, ...]]] = {
    name: (*_VERSION, *own)
    for name, own in {
        "campaign": _SEEN,
        "indicator": ("valid_from", "valid_until"),
        "infrastructure": _SEEN,
        "intrusion-set": _SEEN,
        "language-content": ("object_modified",),
        "malware": _SEEN,
        "malware-analysis": ("submitted", "analysis_started", "analysis_ended"),
        "observed-data": ("first_observed", "last_observed"),
        "report": ("published",),
        "relationship": ("start_time", "stop_time"),
        "sighting": _SEEN,
        "threat-actor": _SEEN,
        "directory": _FILE_TIMES,
        "email-message": ("date",),
        "file": _FILE_TIMES,
        "network-traffic": ("start", "end"),
        "process": ("created_time",),
        "user-account": (
            "account_created",
            "account_expires",
            "credential_last_changed",
            "account_first_login",
            "account_last_login",
        ),
        "windows-registry-key": ("modified_time",),
        "x509-certificate": ("validity_not_before", "validity_not_after"),
    }.items()
}
"""The timestamps of a type, beside those of every object."""


class _Order(NamedTuple):
    """`later` may not be before `earlier`; where `strict`, not equal to it either."""

    earlier: str
    later: str
    strict: bool = False


_OF_VERSIONS: Final = (_Order("created", "modified"),)  # 3.2
_OF_SIGHT: Final = (*_OF_VERSIONS, _Order("first_seen", "last_seen"))
_ORDERS: Final[dict[str, tuple[_Order, ...]]] = {
    "campaign": _OF_SIGHT,  # 4.2.1
    "indicator": (*_OF_VERSIONS, _Order("valid_from", "valid_until", strict=True)),  # 4.7.1
    "infrastructure": _OF_SIGHT,  # 4.8.1
    "intrusion-set": _OF_SIGHT,  # 4.9.1
    "malware": _OF_SIGHT,  # 4.11.1
    "observed-data": (*_OF_VERSIONS, _Order("first_observed", "last_observed")),  # 4.14.1
    "relationship": (*_OF_VERSIONS, _Order("start_time", "stop_time", strict=True)),  # 5.1.2
    "sighting": _OF_SIGHT,  # 5.2.1
    "threat-actor": _OF_SIGHT,  # 4.17.1
    "network-traffic": (*_OF_VERSIONS, _Order("start", "end")),  # 6.12.1
}


def _in_the_calendar(one: dict[str, Any]) -> tuple[Breach, ...]:
    try:
        for name in TIMES.get(one["type"], _VERSION):
            if name in one:
                datetime.fromisoformat(one[name][:19])
    except (TypeError, ValueError):
        return tuple(_outside_the_calendar(one))
    return ()


def _outside_the_calendar(one: dict[str, Any]) -> Iterator[Breach]:
    for name in TIMES.get(one["type"], _VERSION):
        if name in one and not _is_moment(one[name]):
            yield name, "is not a timestamp that the calendar has"


def _nested_in_the_calendar(one: dict[str, Any]) -> Iterator[Breach]:
    for path, value in _nested(one):
        if not _is_moment(value):
            yield path, "is not a timestamp that the calendar has"


def _nested(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    if one["type"] == "file":
        extensions = one.get("extensions")
        held = extensions.get("windows-pebinary-ext") if isinstance(extensions, dict) else None
        if isinstance(held, dict) and "time_date_stamp" in held:
            yield "extensions.windows-pebinary-ext.time_date_stamp", held["time_date_stamp"]
    else:
        held = one.get("x509_v3_extensions")
        for name in ("private_key_usage_period_not_before", "private_key_usage_period_not_after"):
            if isinstance(held, dict) and name in held:
                yield f"x509_v3_extensions.{name}", held[name]


def _is_moment(value: Any) -> bool:
    """Whether the day and the time of day exist; the form is the schema's matter."""
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        return not isinstance(value, str)
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        return False
    return True


def _in_order(one: dict[str, Any]) -> tuple[Breach, ...]:
    found: tuple[Breach, ...] = ()
    for earlier, later, strict in _ORDERS.get(one["type"], _OF_VERSIONS):
        if later in one and earlier in one:
            first, last = one[earlier], one[later]
            if type(first) is str and type(last) is str:
                if len(first) != len(last):
                    first, last = _comparable(first), _comparable(last)
                if last < first or (strict and last == first):
                    found += ((later, f"is not after {earlier}" if strict else f"is before {earlier}"),)
    return found


def _comparable(text: str) -> str:
    """A form whose order as text is the order in time: without the zone, which is always Z, and without closing zeros.

    Texts as they stand would do only where they are of one length: a full second is before its first half, and 'Z'
    comes after '.'.
    """
    return text[:-1].rstrip("0").rstrip(".") if "." in text else text[:-1]


TIME_CHECKS: Final = (
    Check(
        code="calendar",
        clause="2.16",
        level=Level.MUST,
        says="A timestamp is one that the calendar has.",
        look=_in_the_calendar,
    ),
    Check(
        code="calendar-nested",
        clause="2.16",
        level=Level.MUST,
        says="A timestamp within an extension or a certificate is one that the calendar has.",
        look=_nested_in_the_calendar,
        types=frozenset({"file", "x509-certificate"}),
        needs=("extensions", "x509_v3_extensions"),
    ),
    Check(
        code="time-order",
        clause="3.2",
        level=Level.MUST,
        says="An end is not before its beginning, nor a version before its object.",
        look=_in_order,
    ),
)
"""Checks of time."""

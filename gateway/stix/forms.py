"""How single values are written in STIX: timestamps, days, numbers, codes.

The forms are chosen so that an object that stix2 parses and writes again is byte for byte the same canonical JSON:
`created` and `modified` with exactly three fractional digits, every other timestamp without trailing zeros.
"""

import enum
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

__all__ = ["external_reference", "instant", "number", "plain", "version_instant", "whole_seconds"]


_REGISTRIES: Final = {"cve": re.compile(r"CVE-\d{4}-(?:0\d{3}|[1-9]\d{3,})"), "capec": re.compile(r"CAPEC-\d+")}


def external_reference(source: str, identifier: str) -> dict[str, str]:
    """A pointer to something by its number (STIX 2.1, 2.5).

    STIX keeps the source names `cve` and `capec` for numbers of their form, and those numbers for these names, so the
    number's form decides before the name that the caller wants.
    """
    registry = next((name for name, form in _REGISTRIES.items() if form.fullmatch(identifier)), None)
    name = registry or (f"{source}-id" if source in _REGISTRIES else source)
    return {"source_name": name, "external_id": identifier}


def version_instant(moment: datetime) -> str:
    """`created` and `modified`: UTC with exactly three fractional digits (STIX 2.1, 3.2)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def instant(moment: datetime) -> str:
    """Any other timestamp: UTC, the fraction without trailing zeros, none when it is zero."""
    text = moment.astimezone(UTC).isoformat().removesuffix("+00:00")
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def whole_seconds(moment: datetime) -> datetime:
    """The moment without its fraction.

    stix2-validator compares timestamps as text, and `…00Z` sorts after `…00.5Z`; pairs that are compared use this.
    """
    return moment.astimezone(UTC).replace(microsecond=0)


def number(value: Decimal) -> int | float:
    """The JSON number nearest to a decimal; integral values become integers, as canonical JSON writes them anyway."""
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Any) -> Any:
    """A value of the record as JSON data; None, empty text and empty collections become None.

    An entity becomes a dict of its fields that hold something. Empty text stands for what a projection withheld.
    """
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, Mapping):
        filled = {name: shown for name, held in value.items() if (shown := plain(held)) is not None}
        return filled or None
    if isinstance(value, tuple | list):
        return [shown for held in value if (shown := plain(held)) is not None] or None
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(value)
    return None if value == "" else value

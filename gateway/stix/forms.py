"""How single values are written in STIX: timestamps, days, numbers, codes.

The forms are chosen so that an object that stix2 parses and writes again is byte for byte the same canonical JSON:
`created` and `modified` with exactly three fractional digits, every other timestamp without trailing zeros.
"""

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

__all__ = ["external_reference", "filled", "instant", "number", "plain", "version_instant", "whole_seconds"]


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
    return _FORMS[type(value)](value)


def _same(value: Any) -> Any:
    return value


def _text(value: str) -> str | None:
    return value or None


def _fields(value: msgspec.Struct) -> dict[str, Any] | None:
    return filled([(name, getattr(value, name)) for name in value.__struct_fields__]) or None


def _mapping(value: Mapping[str, Any]) -> dict[str, Any] | None:
    return filled(value.items()) or None


def filled(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The named values as JSON data, without those that hold nothing."""
    found = {}
    for name, held in pairs:
        if held is not None and (shown := _FORMS[type(held)](held)) is not None:
            found[name] = shown
    return found


def _list(value: Iterable[Any]) -> list[Any] | None:
    return [shown for held in value if (shown := _FORMS[type(held)](held)) is not None] or None


_BY_BASE: Final[tuple[tuple[type, Callable[[Any], Any]], ...]] = (
    (msgspec.Struct, _fields),
    (Mapping, _mapping),
    (tuple, _list),
    (list, _list),
    (enum.Enum, lambda value: value.value),
    (str, _text),
    (datetime, instant),
    (date, date.isoformat),
    (Decimal, number),
)


class _Forms(dict[type, Callable[[Any], Any]]):
    """How values of a type are written; looked up by the exact type, and found by its bases once."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        self[kind] = form = next((form for base, form in _BY_BASE if issubclass(kind, base)), _same)
        return form


_FORMS: Final = _Forms()

"""What the gateway understands of an object of another producer: entities whose facts the object states wholly.

An entity made here says nothing that the object does not say, and needs no object of its own beside it. What an
object says beyond the entity stays in the object.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from gateway import limits
from gateway.mapping.faults import CellFault
from gateway.mapping.observables import normalize_observable
from gateway.model.codes import IndicatorType, ObservableType
from gateway.model.entities import Entity, Indicator, Observable, Organization, Person, Place, Vulnerability
from gateway.model.patterns import OBSERVABLE_FORMS

__all__ = ["facts_of"]

_COMPARISON: Final = re.compile(
    r"\s*\[\s*(?P<type>[a-z0-9-]+):(?:value|hashes\.(?:'(?P<quoted>[A-Za-z0-9-]+)'|(?P<plain>[A-Za-z0-9]+)))"
    r"\s*=\s*'(?P<value>(?:[^'\\]|\\['\\])+)'\s*\]\s*"
)
"""One comparison for equality, in one observation (STIX 2.1, 9)."""

_BY_FORM: Final = {(form.stix_type, form.algorithm): kind for kind, form in OBSERVABLE_FORMS.items()}
_BY_DIGITS: Final = {
    "MD5": ObservableType.MD5,
    "SHA1": ObservableType.SHA1,
    "SHA256": ObservableType.SHA256,
    "SHA512": ObservableType.SHA512,
}
_DIGESTS: Final = (ObservableType.SHA256, ObservableType.SHA512, ObservableType.SHA1, ObservableType.MD5)
_STATE: Final = re.compile(r"US-(?P<state>[A-Z]{2})")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_INDICATOR_TYPES: Final = {kind.value: kind for kind in IndicatorType}
_VALUE_SUFFIX: Final = "-value"


def facts_of(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    """The entity that an object of STIX 2.1 states, under this local name; none where it is not understood whole.

    An indicator has the observable that it is about behind it, whose name is the indicator's with `-value`.
    The object has passed the checks of its type.
    """
    reader = _READERS.get(str(one.get("type")))
    if reader is None or one.get("revoked"):
        return ()
    try:
        entities = reader(one, ref)
        # the types check their fields where they are read from data, not where they are made
        return tuple(msgspec.convert(msgspec.to_builtins(entity), type(entity)) for entity in entities)
    except (CellFault, msgspec.ValidationError, ValueError, TypeError, LookupError, AttributeError):
        return ()


def _observable(kind: ObservableType, value: str, ref: str) -> Observable:
    return Observable(ref=ref, type=kind, value=normalize_observable(kind, value))


def _valued(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    return (_observable(_BY_FORM[one["type"], None], one["value"], ref),)


def _file(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    """A file by its strongest digest that is known here."""
    hashes = one.get("hashes", {})
    kind = next((kind for kind in _DIGESTS if OBSERVABLE_FORMS[kind].algorithm in hashes), None)
    return (_observable(kind, hashes[OBSERVABLE_FORMS[kind].algorithm], ref),) if kind is not None else ()


def _indicator(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    found = _COMPARISON.fullmatch(one["pattern"]) if one.get("pattern_type") == "stix" else None
    if found is None:
        return ()
    algorithm = found["quoted"] or found["plain"]
    if algorithm is None:
        kind = _BY_FORM.get((found["type"], None))
    else:
        kind = _BY_DIGITS.get(algorithm.upper().replace("-", "")) if found["type"] == "file" else None
    types = one.get("indicator_types", [])
    if kind is None or any(word not in _INDICATOR_TYPES for word in types):
        return ()
    value = re.sub(r"\\(['\\])", r"\1", found["value"])
    observable = _observable(kind, value, ref + _VALUE_SUFFIX)
    claim = {
        "ref": ref,
        "observable": observable.ref,
        "types": types,
        "description": _text(one.get("description")),
        "valid_from": one["valid_from"],
        "valid_until": one.get("valid_until"),
        "confidence": one.get("confidence"),
    }
    held = {name: value for name, value in claim.items() if value is not None}
    return msgspec.convert(held, Indicator), observable


def _vulnerability(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    numbers = {
        row["external_id"]
        for row in one.get("external_references", ())
        if row.get("source_name") == "cve" and "external_id" in row
    }
    if len(numbers) != 1 or not _CVE.fullmatch(cve := numbers.pop()):
        return ()
    return (Vulnerability(ref=ref, cve=cve, name=_text(one.get("name")), description=_text(one.get("description"))),)


def _identity(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    name = _text(one["name"])
    if one.get("identity_class") == "individual":
        return (Person(ref=ref, full_name=name, description=_text(one.get("description"))),)
    return (Organization(ref=ref, name=name),) if one.get("identity_class") == "organization" else ()


def _location(one: dict[str, Any], ref: str) -> tuple[Entity, ...]:
    """A place; its state where it is one of the United States, its coordinates with the digits of a JSON number."""
    country = one.get("country")
    if country is not None and not _COUNTRY.fullmatch(country):
        return ()
    state = _STATE.fullmatch(one.get("administrative_area", ""))
    facts = {
        "ref": ref,
        "name": one.get("name"),
        "description": _text(one.get("description")),
        "street": one.get("street_address"),
        "city": one.get("city"),
        "postal_code": one.get("postal_code"),
        "country": country,
        "state": state["state"] if state else None,
        "latitude": repr(one["latitude"]) if "latitude" in one else None,
        "longitude": repr(one["longitude"]) if "longitude" in one else None,
    }
    place = msgspec.convert({name: held for name, held in facts.items() if held is not None}, Place)
    return (place,)


def _text(value: str | None) -> str | None:
    """Text as a record holds it; raises ValueError for one that is longer."""
    if value is not None and len(value) > limits.TEXT_CHARACTERS:
        raise ValueError("the text is longer than a record's")
    return value or None


_READERS: Final[dict[str, Callable[[dict[str, Any], str], tuple[Entity, ...]]]] = {
    **{form.stix_type: _valued for form in OBSERVABLE_FORMS.values() if form.algorithm is None},
    "file": _file,
    "indicator": _indicator,
    "vulnerability": _vulnerability,
    "identity": _identity,
    "location": _location,
}

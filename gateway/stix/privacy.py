"""Granular markings of the properties that tell who somebody is (STIX 2.1, 7.2.3), for kinds whose standard wants them.

Which fields those are is the disclosure class of each, the same that projections go by.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from gateway.model.center import Center
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.entities import Entity, Organization, Person, Vehicle
from gateway.model.kinds import PRIVACY_KINDS
from gateway.model.record import Record
from gateway.stix.extensions import EXTENSIONS, section_of
from gateway.stix.frame import Frame
from gateway.stix.ids import center_ref, marking_id
from gateway.stix.markings import PRIVACY_STATEMENT
from gateway.stix.shared import center_instant

__all__ = ["flagged", "is_flagged", "privacy_marking"]

_STANDARD: Final[dict[type[Entity], tuple[str, ...]]] = {
    Person: ("name", "description", "contact_information"),
    Organization: ("contact_information",),
    Vehicle: ("name", "description"),
}
"""The standard properties that are made of fields that tell who somebody is."""


def privacy_marking(center: Center) -> dict[str, Any]:
    """The statement (STIX 2.1, 7.2.1.3) that marks such properties, the same for every record of the center."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _privacy_id(center),
        "created_by_ref": center_ref(center),
        "created": center_instant(center),
        "name": "ISE-SAR privacy field",
        "definition_type": "statement",
        "definition": {"statement": PRIVACY_STATEMENT},
    }


def _privacy_id(center: Center) -> str:
    return marking_id(center, "statement", "privacy-field")


def is_flagged(record: Record, objects: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of the record's objects bears such a marking."""
    return record.kind in PRIVACY_KINDS and any("granular_markings" in one for one in objects)


def flagged(frame: Frame, entity: Entity, one: dict[str, Any]) -> dict[str, Any]:
    """The object of an entity, with those of its properties marked that tell who somebody is."""
    if frame.record.kind not in PRIVACY_KINDS:
        return one
    extension, fields = _personal(type(entity))
    written = one.get("extensions", {}).get(extension, {})
    selectors = [name for name in _STANDARD.get(type(entity), ()) if name in one]
    personal = [name for name in fields if name in written]
    if all(written[name] for name in personal):
        selectors += [f"extensions.{extension}.{name}" for name in personal]
    else:  # stix2 knows no selector of a zero, or of false; the extension as a whole is marked then
        selectors.append(f"extensions.{extension}")
    if not selectors:
        return one
    return {**one, "granular_markings": [{"marking_ref": _privacy_id(frame.center), "selectors": selectors}]}


@cache
def _personal(entity: type[Entity]) -> tuple[str, tuple[str, ...]]:
    """The extension that holds an entity's facts, and those fields that tell who somebody is."""
    fields = tuple(name for name, disclosed in disclosures(entity).items() if disclosed is Discloses.PERSON)
    return EXTENSIONS[section_of(entity).extension].id, fields

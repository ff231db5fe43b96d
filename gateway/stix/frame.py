"""What every object of one view shares: its maker, its times, its markings, and the ids of what it may refer to."""

from dataclasses import dataclass
from typing import Any, Final

from gateway.model.center import Center
from gateway.model.record import Record
from gateway.model.relations import Role
from gateway.model.stages import View
from gateway.stix.forms import version_instant
from gateway.stix.ids import center_ref, keyed_id
from gateway.stix.originals import ShownOriginal, shown_originals

__all__ = ["STIX_TYPES", "Frame", "frame_of"]

STIX_TYPES: Final[dict[str, str]] = {
    "activity": "incident",
    "person": "identity",
    "organization": "identity",
    "vehicle": "infrastructure",
    "item": "infrastructure",
    "place": "location",
    "observable": "observed-data",
    "indicator": "indicator",
    "vulnerability": "vulnerability",
}
"""The STIX type that stands for each sort of entity; a suspect is an identity, never a threat-actor."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The view with what its objects have in common.

    `stamp` has the maker and the times of all its objects. `ids` maps the local name of each entity that gets an
    object to that object's id. `roles` tells the first part that an entity has in something else, for a name where
    the projection withholds the real one. `originals` are the objects of other producers that the view shows;
    entities that one of them states, by local name in `stated`, go by that object's id and get none of their own.
    """

    view: View
    center: Center
    stamp: dict[str, str]
    markings: tuple[str, ...]
    ids: dict[str, str]
    roles: dict[str, Role]
    originals: tuple[ShownOriginal, ...] = ()
    stated: frozenset[str] = frozenset()

    @property
    def record(self) -> Record:
        """The record as the view's projection left it."""
        return self.view.record

    def key(self, stix_type: str, *role: str) -> str:
        """The id of the view's object of this type in this role."""
        return keyed_id(self.view.ids, stix_type, *role)

    def entity(self, ref: str, **properties: Any) -> dict[str, Any]:
        """The object that stands for an entity."""
        identifier = self.ids[ref]
        return self._object(identifier.partition("--")[0], identifier, properties)

    def made(self, stix_type: str, *role: str, **properties: Any) -> dict[str, Any]:
        """An object that stands for no entity: a relationship, a note, the container."""
        return self._object(stix_type, self.key(stix_type, *role), properties)

    def _object(self, stix_type: str, identifier: str, properties: dict[str, Any]) -> dict[str, Any]:
        filled = {name: value for name, value in properties.items() if value is not None and value != ""}
        return {
            "type": stix_type,
            "spec_version": "2.1",
            "id": identifier,
            **self.stamp,
            **filled,
            "object_marking_refs": list(self.markings),
        }


def frame_of(view: View, center: Center, markings: tuple[str, ...]) -> Frame:
    """The frame of a view, with the ids of all its entities.

    An indicator whose observable is withheld gets no object: STIX asks an indicator for a pattern (4.7).
    """
    record = view.record
    shown = {observable.ref for observable in record.observables}
    patternless = {indicator.ref for indicator in record.indicators if indicator.observable not in shown}
    ids = {
        entity.ref: keyed_id(view.ids, STIX_TYPES[sort], sort, entity.ref)
        for sort, entity in record.entities()
        if entity.ref not in patternless and sort in STIX_TYPES
    }
    originals = shown_originals(view)
    stated = {entity.ref: held.id for held in originals for entity in held.states}
    ids |= stated
    roles: dict[str, Role] = {}
    for relation in record.relations:
        roles.setdefault(relation.target, relation.role)
    stamp = {
        "created_by_ref": center_ref(center),
        "created": version_instant(view.created),
        "modified": version_instant(view.modified),
    }
    return Frame(
        view=view,
        center=center,
        stamp=stamp,
        markings=markings,
        ids=ids,
        roles=roles,
        originals=originals,
        stated=frozenset(stated),
    )

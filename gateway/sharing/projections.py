"""Projections: how much of a record a partner may see.

A projection keeps disclosure classes (`gateway.model.disclosure`) and withholds all others; whether a field passes is
never decided by its name. Projecting twice is projecting once, and a projection never adds a fact.
"""

from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.model.codes import PlacePrecision
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.entities import Entity, Indicator, Place
from gateway.model.handling import Handling
from gateway.model.particulars import PARTICULARS
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record

__all__ = ["PROJECTIONS", "Projected", "Projection", "narrowest", "project"]


class Projection(NamedTuple):
    """One row of the table of projections. `coordinates` is the grid, in degrees, that exact places are rounded to."""

    name: str
    version: str
    keeps: frozenset[Discloses]
    coordinates: Decimal | None
    says: str

    @property
    def shows_indicators(self) -> bool:
        """Whether a view has the technical values without which an indicator says nothing."""
        return Discloses.TECHNICAL in self.keeps

    @property
    def key(self) -> str:
        """Name and version: views of different versions of a projection share nothing."""
        return f"{self.name}@{self.version}"


PROJECTIONS: dict[str, Projection] = {
    row.name: row
    for row in (
        Projection("full", "1", frozenset(Discloses), None, "everything that the record holds"),
        Projection(
            "no-personal-information",
            "1",
            frozenset({Discloses.FACT, Discloses.STRUCTURE}),
            Decimal("0.1"),
            "coded values, numbers and times only; places by state and to a tenth of a degree; no free text, names, "
            "identifiers, contacts, case numbers, labels or references",
        ),
    )
}


class Projected(NamedTuple):
    """What a projection left of a record, and the paths of the fields that it withheld."""

    record: Record
    withheld: tuple[str, ...]


def narrowest(names: frozenset[str]) -> str:
    """The projection that keeps least; ties by name, so that the answer never depends on order."""
    return min(names, key=lambda name: (len(PROJECTIONS[name].keeps), name))


_BLANKS: dict[str, Any] = {"source_sha256": "0" * 64, "line": 1}
"""Required provenance fields that may not be empty text; their blanks say nothing."""


def project(record: Record, projection: Projection, *, view_id: str) -> Projected:
    """The record as the projection shows it, under the view's own id (a UUID that links to no other view)."""
    withheld: list[str] = []
    shown: dict[str, tuple[Entity, ...]] = {}
    for sort, group in ENTITY_GROUPS.items():
        kept = (_entity(sort, entity, projection, withheld) for entity in getattr(record, group.field))
        shown[group.field] = tuple(entity for entity in kept if entity is not None)
    present = _still_connected(record, {entity.ref for entities in shown.values() for entity in entities}, shown)
    groups = {field: tuple(e for e in entities if e.ref in present) for field, entities in shown.items()}
    relations = tuple(r for r in record.relations if r.source in present and r.target in present)
    plain = _plain_fields(record, projection, withheld)
    shown_record = replace(
        record,
        **groups,
        **plain,
        id=f"record--{view_id}",
        relations=relations,
        handling=_fields_of("handling", record.handling, Handling, projection, withheld),
        provenance=_fields_of("provenance", record.provenance, Provenance, projection, withheld),
        **{
            row.field: _fields_of(word, particulars, row.type, projection, withheld)
            for word, row in PARTICULARS.items()
            if (particulars := getattr(record, row.field)) is not None
        },
    )
    return Projected(shown_record, tuple(sorted(set(withheld))))


def _still_connected(record: Record, present: set[str], shown: dict[str, tuple[Entity, ...]]) -> set[str]:
    """Who of those present is not there for a withheld one's sake alone.

    A home stands in the record because somebody lives in it: where that person is withheld, so is the home. An entity
    that was the target of relations stays only while one of them still has its source; an indicator stays only with
    its observable.
    """
    sources: dict[str, set[str]] = {}
    for relation in record.relations:
        sources.setdefault(relation.target, set()).add(relation.source)
    claims = {e.ref: e.observable for e in shown["indicators"] if isinstance(e, Indicator)}
    while True:
        left = {
            ref
            for ref in present
            if not (ref in sources and not sources[ref] & present) and claims.get(ref, ref) in present
        }
        if left == present:
            return left
        present = left


def _plain_fields(record: Record, projection: Projection, withheld: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, blank in (("native_key", ""), ("title", None), ("narrative", None), ("labels", ())):
        if _CLASSES[Record][name] not in projection.keeps:
            if getattr(record, name):
                withheld.append(f"record.{name}")
            changes[name] = blank
    return changes


def _entity(sort: str, entity: Entity, projection: Projection, withheld: list[str]) -> Entity | None:
    """The entity with what is kept; None when a required field is withheld or nothing but its name is left."""
    kind = type(entity)
    changes: dict[str, Any] = {}
    gone = not _says_something(entity, {})
    for name, disclosed in _CLASSES[kind].items():
        default = _DEFAULTS[kind][name]
        if disclosed in projection.keeps or (default is not _REQUIRED and getattr(entity, name) == default):
            continue
        withheld.append(f"{sort}.{name}")
        if default is _REQUIRED:
            gone = True
        else:
            changes[name] = default
    if isinstance(entity, Place) and projection.coordinates is not None:
        changes |= _coarse(entity, projection.coordinates)
    if gone or not _says_something(entity, changes):
        return None
    return replace(entity, **changes) if changes else entity


def _coarse(place: Place, grid: Decimal) -> dict[str, Any]:
    if place.latitude is None or place.longitude is None:
        return {}
    return {
        "latitude": place.latitude.quantize(grid) + 0,
        "longitude": place.longitude.quantize(grid) + 0,
        "precision": PlacePrecision.REGION,
    }


def _says_something(entity: Entity, changes: dict[str, Any]) -> bool:
    kind = type(entity)
    return any(
        changes.get(name, getattr(entity, name)) != _DEFAULTS[kind][name]
        for name, disclosed in _CLASSES[kind].items()
        if disclosed is not Discloses.STRUCTURE
    )


def _fields_of(path: str, value: Any, kind: type[Struct], projection: Projection, withheld: list[str]) -> Any:
    changes: dict[str, Any] = {}
    for name, disclosed in _CLASSES[kind].items():
        if disclosed in projection.keeps:
            continue
        default = _DEFAULTS[kind][name]
        blank = _BLANKS.get(name, "") if default is _REQUIRED else default
        if getattr(value, name) != blank:
            withheld.append(f"{path}.{name}")
            changes[name] = blank
    return replace(value, **changes) if changes else value


_REQUIRED = object()


def _defaults(kind: type[Struct]) -> dict[str, Any]:
    return {f.name: _REQUIRED if f.required else f.default for f in msgspec.structs.fields(kind)}


_PROJECTED_TYPES: tuple[type[Struct], ...] = (
    *(group.type for group in ENTITY_GROUPS.values()),
    Handling,
    Provenance,
    *(row.type for row in PARTICULARS.values()),
    Record,
)
_CLASSES: dict[type[Struct], dict[str, Discloses | None]] = {kind: disclosures(kind) for kind in _PROJECTED_TYPES}
_DEFAULTS: dict[type[Struct], dict[str, Any]] = {kind: _defaults(kind) for kind in _PROJECTED_TYPES}

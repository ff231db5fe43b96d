"""From a view to its STIX objects.

The order is the order of publishing: what is shared by all records first, then whatever is referred to before what
refers to it, the container last. The objects are not checked yet and carry no signature.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from gateway.model.center import Center
from gateway.model.entities import Entity
from gateway.model.stages import SignedNiem
from gateway.stix import cyber, entities, happenings
from gateway.stix.container import container, narrative
from gateway.stix.extensions import EXTENSIONS, definition
from gateway.stix.foreign import REFERABLE_TYPES
from gateway.stix.frame import Frame, frame_of
from gateway.stix.markings import marking_objects
from gateway.stix.originals import rendered
from gateway.stix.shared import center_identity, product_identity

__all__ = ["render"]

E = TypeVar("E", bound=Entity)


def render(niem: SignedNiem, center: Center) -> tuple[dict[str, Any], ...]:
    """The STIX objects of the view that the signed NIEM document renders.

    Raises RenderingError when the kind has no STIX form or a value has none. The same view and center always give the
    same objects; no clock is read.
    """
    view = niem.view
    markings = marking_objects(view.record.handling, center)
    frame = frame_of(view, center, tuple(marking["id"] for marking in markings))
    members = _once(
        [
            *rendered(frame.originals, frame.record, frame.stamp, frame.markings),
            *([cyber.niem_artifact(frame, niem.document)] if view.carries_niem else []),
            *_observables(frame),
            *_entities(frame),
            *_claims(frame),
            *narrative(frame),
            *happenings.relationships(frame, view.record.relations),
        ]
    )
    last = container(frame, [one["id"] for one in members if one["type"] in REFERABLE_TYPES])
    shared = (center_identity(center), product_identity(), *markings, *_definitions([*members, last]))
    return (*shared, *members, last)


def _observables(frame: Frame) -> Iterable[dict[str, Any]]:
    return (cyber.observable(one) for one in _unstated(frame, frame.record.observables))


def _entities(frame: Frame) -> Iterable[dict[str, Any]]:
    record = frame.record
    yield from (entities.place(frame, one) for one in _unstated(frame, record.places))
    yield from (entities.organization(frame, one) for one in _unstated(frame, record.organizations))
    yield from (entities.person(frame, one) for one in _unstated(frame, record.people))
    yield from (entities.vehicle(frame, one) for one in _unstated(frame, record.vehicles))
    yield from (entities.item(frame, one) for one in _unstated(frame, record.items))
    yield from (cyber.vulnerability(frame, one) for one in _unstated(frame, record.vulnerabilities))
    yield from (happenings.activity(frame, one) for one in _unstated(frame, record.activities))


def _claims(frame: Frame) -> Iterable[dict[str, Any]]:
    record = frame.record
    shown = {one.ref: one for one in record.observables}
    claims = [one for one in _unstated(frame, record.indicators) if one.observable in shown]
    seen = cyber.times_seen(record)
    yield from (cyber.observed(frame, one, seen[one.ref]) for one in _unstated(frame, record.observables))
    yield from (cyber.malware(frame, name) for name in dict.fromkeys(one.malware for one in claims) if name)
    for one in claims:
        yield cyber.indicator(frame, one, shown[one.observable])
        yield from cyber.indicator_relationships(frame, one)


def _unstated(frame: Frame, entities: Iterable[E]) -> Iterable[E]:
    """The entities that no original states."""
    return (one for one in entities if one.ref not in frame.stated)


def _definitions(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The definitions of those extensions of ours that the view uses; the integrity extension is always among them."""
    used = {extension_id for one in objects for extension_id in one.get("extensions", {})}
    return [definition(name) for name, row in EXTENSIONS.items() if row.id in used or name == "integrity"]


def _once(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The objects with the first of each id: two observables of a record may hold the same value."""
    return list({one["id"]: one for one in reversed(objects)}.values())[::-1]

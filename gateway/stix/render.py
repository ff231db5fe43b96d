"""From a view to its STIX objects.

The order is the order of publishing: what is shared by all records first, then whatever is referred to before what
refers to it, the container last. The objects are not checked yet and carry no signature.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from gateway.model.center import Center
from gateway.model.entities import Entity
from gateway.model.stages import SignedNiem, StixContent
from gateway.stix import cyber, entities, happenings
from gateway.stix.attacks import attack_relationships, attacks
from gateway.stix.container import container, narrative
from gateway.stix.extensions import EXTENSIONS, definition
from gateway.stix.foreign import REFERABLE_TYPES
from gateway.stix.frame import Frame, frame_of
from gateway.stix.markings import marking_objects
from gateway.stix.originals import rendered
from gateway.stix.privacy import flagged, is_flagged, privacy_marking
from gateway.stix.shared import center_identity, product_identity
from gateway.stix.sightings import sightings

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
    told = _indicators(frame) if view.stix is StixContent.INDICATORS_ONLY else _everything(frame, niem)
    members = _once(told)
    last = container(frame, [one["id"] for one in members if one["type"] in REFERABLE_TYPES])
    privacy = [privacy_marking(center)] if is_flagged(view.record, members) else []
    shared = (center_identity(center), product_identity(), *markings, *privacy, *_definitions([*members, last]))
    return (*shared, *members, last)


def _everything(frame: Frame, niem: SignedNiem) -> Iterable[dict[str, Any]]:
    done_with = list(attacks(frame))
    return [
        *_originals(frame),
        *([cyber.niem_artifact(frame, niem.document)] if frame.view.carries_niem else []),
        *_observables(frame),
        *_entities(frame),
        *_claims(frame),
        *done_with,
        *narrative(frame),
        *happenings.relationships(frame, frame.record.relations),
        *attack_relationships(frame, done_with),
        *sightings(frame),
    ]


def _observables(frame: Frame) -> Iterable[dict[str, Any]]:
    return (cyber.observable(one) for one in _unstated(frame, frame.record.observables))


def _entities(frame: Frame) -> Iterable[dict[str, Any]]:
    for group, made in _ENTITIES:
        for one in _unstated(frame, getattr(frame.record, group)):
            yield flagged(frame, one, made(frame, one))


_ENTITIES: Final[tuple[tuple[str, Callable[[Frame, Any], dict[str, Any]]], ...]] = (
    ("places", entities.place),
    ("organizations", entities.organization),
    ("people", entities.person),
    ("vehicles", entities.vehicle),
    ("items", entities.item),
    ("vulnerabilities", cyber.vulnerability),
    ("activities", happenings.activity),
)
"""What stands for the entities of each group, in the order of publishing."""


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


def _indicators(frame: Frame) -> Iterable[dict[str, Any]]:
    """The indicators alone, for pollers that keep nothing else; each says by itself what it is about."""
    shown = {one.ref: one for one in frame.record.observables}
    yield from (one for one in _originals(frame) if one["type"] in _ALONE)
    claims = (one for one in _unstated(frame, frame.record.indicators) if one.observable in shown)
    yield from (cyber.indicator(frame, one, shown[one.observable]) for one in claims)


_ALONE: Final = frozenset({"indicator", "identity", "marking-definition", "extension-definition"})
"""Types of others that a view of indicators alone has: the indicators, whose they are and how they may be handled."""


def _originals(frame: Frame) -> list[dict[str, Any]]:
    return rendered(frame.originals, frame.record, frame.stamp, frame.markings)


def _unstated(frame: Frame, entities: Iterable[E]) -> Iterable[E]:
    """The entities that no original states."""
    return (one for one in entities if one.ref not in frame.stated)


def _definitions(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The definitions of those extensions of ours that the view uses; the integrity extension is always among them."""
    used = {extension_id for one in objects for extension_id in one.get("extensions", {})}
    return [definition(name) for name, row in EXTENSIONS.items() if row.id in used or name == "integrity"]


def _once(objects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The objects, each id where it stands first: two observables of a record may hold the same value."""
    found: dict[str, dict[str, Any]] = {}
    for one in objects:
        found.setdefault(one["id"], one)
    return list(found.values())

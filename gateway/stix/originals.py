"""Objects of other producers as a view passes them on: unchanged under their own ids, or as copies of the center's.

What its producer wrote in STIX 2.1 is passed on as it is, beside our container: same id, same maker, same markings.
What was brought to 2.1 here is a copy with an id, times and markings of ours, and names its origin. Observables have
no maker, and keep their ids either way. An original that is shown without its content is a reference of the container.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from gateway.errors import RenderingError
from gateway.model.entities import Entity, Original
from gateway.model.record import Record
from gateway.model.stages import View
from gateway.stix.checks.properties import OBSERVABLES
from gateway.stix.extensions import OriginalFacts
from gateway.stix.facts import facts_of
from gateway.stix.forms import external_reference
from gateway.stix.ids import keyed_id

__all__ = ["ORIGIN", "ShownOriginal", "foreign_ids", "is_copy", "original_facts", "rendered", "shown_originals"]

ORIGIN: Final = "stix-origin"
"""The source name of a reference to an object of another producer whose own name is not known."""

_OURS: Final = ("created_by_ref", "created", "modified", "object_marking_refs", "external_references")
"""What a copy has of ours in place of its producer's; its references stand behind the one to its origin."""


class ShownOriginal(NamedTuple):
    """One original whose content the view shows: its object, the id that it goes by, the entities that it states."""

    original: Original
    one: dict[str, Any]
    id: str
    states: tuple[Entity, ...]


def _keeps_its_id(original: Original) -> bool:
    return bool(original.unchanged) or original.stix_type in OBSERVABLES


def _id_in(view: View, original: Original) -> str:
    if _keeps_its_id(original):
        return original.stix_id
    return keyed_id(view.ids, original.stix_type, "original", original.stix_id)


def foreign_ids(view: View) -> frozenset[str]:
    """The ids in the view of everything that is passed on for others: the habits of this house do not bind it."""
    return frozenset(_id_in(view, one) for one in view.record.originals if one.content)


def shown_originals(view: View) -> tuple[ShownOriginal, ...]:
    """The originals whose content the view shows, in the record's order.

    An original states the entities that it stands for only where it says exactly what the view says of them, and
    nothing else of the record speaks of them: several of them go by its one id, and a relation means one.
    Raises RenderingError for a content that is not the object that the original names.
    """
    if not view.record.originals:
        return ()
    joined = {end for relation in view.record.relations for end in (relation.source, relation.target)}
    held = {entity.ref: entity for _, entity in view.record.entities() if entity.ref not in joined}
    found = []
    for original in view.record.originals:
        if not original.content:
            continue
        one = _object_of(original)
        states = facts_of(one, original.stands_for) if original.stands_for else ()
        agrees = all(held.get(entity.ref) == entity for entity in states)
        found.append(ShownOriginal(original, one, _id_in(view, original), states if agrees else ()))
    return tuple(found)


def _object_of(original: Original) -> dict[str, Any]:
    try:
        one = orjson.loads(original.content or "")
    except ValueError:
        one = None
    if not isinstance(one, dict) or (one.get("id"), one.get("type")) != (original.stix_id, original.stix_type):
        raise RenderingError(
            "an original's content is not the object that it names", where=original.ref, remedy="Deliver it again"
        )
    return one


def rendered(
    shown: Sequence[ShownOriginal], record: Record, stamp: Mapping[str, str], markings: Sequence[str]
) -> list[dict[str, Any]]:
    """The objects, in the record's order; `stamp` and `markings` are what all objects of ours in the view have."""
    ids = {held.original.stix_id: held.id for held in shown if held.id != held.original.stix_id}
    names = {one.stix_id: one.name for one in record.originals if one.name}
    return [
        held.one
        if _keeps_its_id(held.original)
        else _copy(held, ids, names.get(held.original.producer or "", ORIGIN), stamp, markings)
        for held in shown
    ]


def _copy(
    held: ShownOriginal, ids: Mapping[str, str], producer: str, stamp: Mapping[str, str], markings: Sequence[str]
) -> dict[str, Any]:
    kept = {name: _renamed(value, ids) for name, value in held.one.items() if name not in _OURS}
    versions = stamp if "modified" in held.one else {name: stamp[name] for name in stamp if name != "modified"}
    origin = external_reference(producer, held.original.stix_id)
    return {
        **kept,
        "id": held.id,
        **versions,
        "external_references": [origin, *held.one.get("external_references", ())],
        "object_marking_refs": list(markings),
    }


def _renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """The value with the ids of copies in place of those of what they are copies of."""
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [_renamed(held, ids) for held in value]
    if isinstance(value, dict):
        return {name: _renamed(held, ids) for name, held in value.items()}
    return value


def is_copy(one: Mapping[str, Any]) -> bool:
    """Whether an object of ours is a copy of another producer's, told by the reference to its origin."""
    first: Mapping[str, Any] = next(iter(one.get("external_references", ())), {})
    return str(first.get("external_id", "")).startswith(f"{one['type']}--")


def original_facts(record: Record, shown: Sequence[ShownOriginal]) -> tuple[OriginalFacts, ...]:
    """What the container says of every original, shown or not, so that a reader has them again as they are."""
    objects = {held.original.ref: held for held in shown}
    return tuple(
        OriginalFacts(
            ref=one.ref,
            stix_id=one.stix_id,
            stix_type=one.stix_type,
            producer=one.producer,
            version=one.version,
            name=one.name,
            content=None if one.ref in objects and _keeps_its_id(one) else one.content,
            unchanged=one.unchanged,
            stands_for=one.stands_for,
            is_object=True if one.ref in objects and _keeps_its_id(one) else None,
            is_stated=True if one.ref in objects and objects[one.ref].states else None,
        )
        for one in record.originals
    )

"""Taking a published view back: a last version of each object that says it is revoked, and nothing of what it said.

Revoking is permanent (STIX 2.1, 3.2): the center no longer stands behind the object, and its id is used up. A revoked
object still needs what its type requires; words are replaced, and what is left are ids, times and codes that partners
hold already. Observables have no versions and cannot be revoked: they stay what they are, a value that anybody may see.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from gateway import names
from gateway.stix.forms import version_instant
from gateway.stix.marked import WELL_KNOWN_MARKINGS
from gateway.stix.originals import is_copy

__all__ = ["WITHDRAWN", "Revocation", "revoke"]

WITHDRAWN: Final = "Withdrawn"
"""Stands for every name and text that a revoked object had."""

_ALWAYS: Final = ("type", "spec_version", "id", "created_by_ref", "created", "object_marking_refs")
_KEPT: Final[dict[str, tuple[str, ...]]] = {
    "identity": ("name", "identity_class"),
    "location": ("region", "country", "latitude", "longitude"),
    "incident": ("name",),
    "infrastructure": ("name", "infrastructure_types"),
    "indicator": ("name", "description", "pattern", "pattern_type", "valid_from", "indicator_types"),
    "malware": ("is_family", "name", "malware_types"),
    "vulnerability": ("name",),
    "observed-data": ("first_observed", "last_observed", "number_observed", "object_refs"),
    "note": ("content", "object_refs"),
    "report": ("name", "published", "object_refs", "report_types"),
    "grouping": ("name", "context", "object_refs"),
    "relationship": ("relationship_type", "source_ref", "target_ref"),
    "sighting": ("sighting_of_ref",),
    "threat-actor": ("name", "threat_actor_types"),
    **dict.fromkeys(("attack-pattern", "campaign", "course-of-action", "intrusion-set", "tool"), ("name",)),
}
"""What each type requires (STIX 2.1, 4 and 5), or should have, beside what all have; no other type is revoked."""

_WORDS: Final = frozenset({"name", "content", "description"})
_COARSE: Final = ("region", "country")
_COORDINATES: Final = ("latitude", "longitude")
"""Rounded to whole degrees, about a hundred kilometres, where a place names neither region nor country."""


class Revocation(NamedTuple):
    """What takes a view back: `objects` to publish, container last; `checked` are they with all that they refer to.

    `foreign` are the ids of what was passed on for other makers.
    """

    objects: tuple[dict[str, Any], ...]
    checked: tuple[dict[str, Any], ...]
    foreign: frozenset[str]


def revoke(published: Sequence[dict[str, Any]], *, at: datetime) -> Revocation:
    """The last version of each object of a published view that has versions, behind who says so and its markings.

    `at` is later than any `modified` of the view. The same view and moment always give the same objects. Objects of
    other makers are theirs to revoke: they are not published again, and nobody hears of them in our name.
    """
    makers = (published[-1]["created_by_ref"], names.PRODUCT_IDENTITY)
    mine = [one for one in published if _is_revocable(one) and one.get("created_by_ref") == makers[0]]
    ids = {one["id"] for one in mine}
    context = tuple(one for one in published if one["id"] not in ids)
    # observables are referred to, and not published again
    shared = tuple(one for one in context if "created" in one and _is_shared(one, makers))
    revoked = tuple(_revoked(one, version_instant(at)) for one in mine)
    foreign = {one["id"] for one in context} - {one["id"] for one in shared} | {
        one["id"] for one in mine if is_copy(one)
    }
    return Revocation(objects=(*shared, *revoked), checked=(*context, *revoked), foreign=frozenset(foreign))


def _is_shared(one: dict[str, Any], makers: tuple[str, str]) -> bool:
    return one.get("created_by_ref") in makers or one["id"] in WELL_KNOWN_MARKINGS


def _is_revocable(one: dict[str, Any]) -> bool:
    """Whether the object belongs to a record and has versions; what has no marking is shared by all records."""
    return one["type"] in _KEPT and "modified" in one and "object_marking_refs" in one


def _revoked(one: dict[str, Any], modified: str) -> dict[str, Any]:
    kept = {name: one[name] for name in (*_ALWAYS, *_KEPT[one["type"]]) if name in one}
    words = {name: WITHDRAWN for name in kept if name in _WORDS and one["type"] != "vulnerability"}
    revoked = {**kept, **words, "modified": modified, "revoked": True}
    return _coarse(revoked) if one["type"] == "location" else revoked


def _coarse(place: dict[str, Any]) -> dict[str, Any]:
    """A place needs a region, a country or coordinates (STIX 2.1, 4.9); it keeps no more of them than that."""
    if any(name in place for name in _COARSE):
        return {name: value for name, value in place.items() if name not in _COORDINATES}
    return {name: round(value) if name in _COORDINATES else value for name, value in place.items()}

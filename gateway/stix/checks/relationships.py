"""Relationships: between which types of object which of them runs (STIX 2.1, 5.1.1)."""

from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level
from gateway.stix.checks.relationship_types import COMMON, RELATIONSHIPS, WITHOUT_RULES

__all__ = ["RELATIONSHIP_CHECKS"]

_SOURCES: Final = frozenset(source for source, _ in RELATIONSHIPS)


def _is_of_the_table(one: dict[str, Any]) -> tuple[Breach, ...]:
    verb = one["relationship_type"]
    source, target = one["source_ref"].rpartition("--")[0], one["target_ref"].rpartition("--")[0]
    if verb in COMMON or source in WITHOUT_RULES or target in WITHOUT_RULES:
        return ()
    if source not in _SOURCES:
        return (("source_ref", "is of a type that only common relationships begin at"),)
    targets = RELATIONSHIPS.get((source, verb))
    if targets is None:
        return (("relationship_type", "is not a relationship that begins at the source's type"),)
    if target not in targets:
        return (("target_ref", "is of a type that the relationship does not lead to"),)
    return ()


RELATIONSHIP_CHECKS: Final = (
    Check(
        code="relationship-type",
        clause="5.1.1",
        level=Level.SHOULD,
        says="A relationship is one that the standard has between the types of its ends.",
        look=_is_of_the_table,
        types=frozenset({"relationship"}),
        number="202",
    ),
)
"""Checks of relationships."""

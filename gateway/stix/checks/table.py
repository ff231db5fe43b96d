"""The whole table of checks, compiled by type: two look-ups find what an object asks for."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

from gateway.stix.checks.check_row import UNKNOWN, Check, SetCheck
from gateway.stix.checks.containers import CONTAINER_CHECKS, REFERENCE_CHECKS, SET_CHECKS
from gateway.stix.checks.custom import CUSTOM_CHECKS, STRICT_CHECKS
from gateway.stix.checks.data_markings import MARKING_CHECKS
from gateway.stix.checks.dictionaries import DICTIONARY_CHECKS
from gateway.stix.checks.house import HOUSE_CHECKS, VIEW_CHECKS
from gateway.stix.checks.languages import LANGUAGE_CHECKS
from gateway.stix.checks.object_ids import ID_CHECKS
from gateway.stix.checks.observables import OBSERVABLE_CHECKS
from gateway.stix.checks.patterns import PATTERN_CHECKS
from gateway.stix.checks.properties import PROPERTIES
from gateway.stix.checks.relationships import RELATIONSHIP_CHECKS
from gateway.stix.checks.times import TIME_CHECKS
from gateway.stix.checks.vocabularies import VOCABULARY_CHECKS

__all__ = ["ASKED", "CHECKS", "HOUSE", "SET_ROWS", "Ask", "Plan", "planned"]

CHECKS: Final[tuple[Check, ...]] = (
    *TIME_CHECKS,
    *ID_CHECKS,
    *MARKING_CHECKS,
    *LANGUAGE_CHECKS,
    *PATTERN_CHECKS,
    *OBSERVABLE_CHECKS,
    *DICTIONARY_CHECKS,
    *CONTAINER_CHECKS,
    *RELATIONSHIP_CHECKS,
    *VOCABULARY_CHECKS,
    *CUSTOM_CHECKS,
)
"""What STIX 2.1 says an object MUST or SHOULD be and its schema cannot say."""


class Ask(StrEnum):
    """Checks that are made only where they are asked for."""

    PROPERTIES = "strict-properties"
    """No custom property, whether an extension brings it or not."""
    REFERENCES = "enforce-refs"
    """Both ends of every relationship come along."""


ASKED: Final[dict[Ask, tuple[Check | SetCheck, ...]]] = {
    Ask.PROPERTIES: STRICT_CHECKS,
    Ask.REFERENCES: REFERENCE_CHECKS,
}
"""The rows of each ask."""

HOUSE: Final[tuple[Check | SetCheck, ...]] = (*HOUSE_CHECKS, *VIEW_CHECKS)
"""What we ask of our own objects beyond the standard."""

SET_ROWS: Final = SET_CHECKS
"""Checks of the objects that came together."""


class Plan(NamedTuple):
    """The checks of one type: those made always, and those made where a certain property is there."""

    always: tuple[Check, ...]
    by_property: dict[str, tuple[Check, ...]]


def planned(checks: Iterable[Check]) -> dict[str, Plan]:
    """A plan for every type of the standard, and one for all others."""
    rows = tuple(checks)
    return {name: _plan(name, rows) for name in (*PROPERTIES, UNKNOWN)}


def _plan(stix_type: str, checks: tuple[Check, ...]) -> Plan:
    always: list[Check] = []
    by_property: dict[str, list[Check]] = {}
    for check in checks:
        if check.types is not None and stix_type not in check.types:
            continue
        needs = [name for name in check.needs if name in PROPERTIES.get(stix_type, ())] or list(check.needs)
        if len(needs) == 1:
            by_property.setdefault(needs[0], []).append(check)
        else:  # with several, the check looks for itself which of them are there
            always.append(check)
    return Plan(tuple(always), {name: tuple(rows) for name, rows in by_property.items()})

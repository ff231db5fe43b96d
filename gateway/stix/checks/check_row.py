"""What a row of the tables of checks is."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

__all__ = ["UNKNOWN", "Breach", "Check", "Level", "Look", "SetCheck"]

Breach = tuple[str, str]
"""The path within the object and what is wrong there; it never repeats a value."""

Look = Callable[[dict[str, Any]], Iterable[Breach]]
"""Finds the breaches of one object that its schema has accepted."""

UNKNOWN = "(unknown)"
"""Stands in a row for every type that the standard does not have."""


class Level(StrEnum):
    """How binding a check is."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    HOUSE = "house"
    """A rule of this gateway for what it makes itself; the standard leaves it open."""


class Check(NamedTuple):
    """A check of one object.

    `clause` is of STIX 2.1; `number` is that of stix2-validator, where it has one. `types` are the types of objects
    that the check concerns, None for all. It is made where one of the properties in `needs` is there, or always if
    none are named.
    """

    code: str
    clause: str
    level: Level
    says: str
    look: Look
    types: frozenset[str] | None = None
    needs: tuple[str, ...] = ()
    number: str = ""


class SetCheck(NamedTuple):
    """A check of objects that came together; what it finds is the object's place among them, the path, the problem."""

    code: str
    clause: str
    level: Level
    says: str
    look: Callable[[Sequence[dict[str, Any]]], Iterable[tuple[int, str, str]]]
    number: str = ""

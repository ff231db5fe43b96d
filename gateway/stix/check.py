"""Check STIX objects, ours before they are signed, anybody's before they are believed.

Every object meets the OASIS schema of its type, the schemas of our own extensions, and the checks that schemas cannot
say. Everything found is collected, so that one report shows all of it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from typing import Any, Final, NamedTuple

from gateway.errors import InvalidDocument
from gateway.model.stages import SignedNiem, ValidatedStix
from gateway.stix.checks.check_row import UNKNOWN, Breach, Check, Level, SetCheck
from gateway.stix.checks.house import FILLING, HOUSE_CHECKS, UNIQUE, VIEW_CHECKS, Survey, survey
from gateway.stix.checks.table import ASKED, CHECKS, SET_ROWS, Ask, Plan, planned
from gateway.stix.extensions import EXTENSIONS
from gateway.stix.oasis import SchemaSet
from gateway.stix.originals import foreign_ids
from gateway.stix.schemas import extension_schema

__all__ = ["SCHEMA", "Finding", "ObjectChecker"]

SCHEMA: Final = "schema"
"""The code of every breach of a schema."""

IDENTIFIER: Final = "identifier"
"""The code of an id without the form of one, which neither the schemas nor stix2-validator look at."""

_UNBOUND: Final = Survey((), has_gaps=False)
"""Of an object that may refer to what is not there."""

_REMEMBERED: Final = 256
"""Most shared objects that a checker remembers: five TLP markings, a few CUI ones, our definitions, the identities."""

_SHARED_TYPES: Final = frozenset({"marking-definition", "extension-definition", "identity"})

_TOLD: Final = 20
"""Most faults that an error message lists; `faults` gives all of them."""

_UUID: Final = re.compile(r"--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_ID: Final = re.compile(r"[a-z0-9-]{3,250}--[0-9A-Fa-f-]{36}")


class Finding(NamedTuple):
    """One breach: the object's id (empty if it has none), the path within it (empty for the object as a whole), the
    code of the check, how binding that is, and what is wrong. No value is repeated.
    """

    object_id: str
    path: str
    code: str
    level: Level
    problem: str

    def __str__(self) -> str:
        place = f" {self.path}" if self.path else ""
        return f"{self.object_id}{place}: {self.problem}"


class ObjectChecker:
    """The compiled checks. Building it takes about a fifth of a second; build one and keep it."""

    def __init__(self) -> None:
        self._schemas = SchemaSet({row.id: extension_schema(name) for name, row in EXTENSIONS.items()})
        self._anybodys = planned(CHECKS)
        self._strict = planned((*CHECKS, *(row for row in ASKED[Ask.PROPERTIES] if isinstance(row, Check))))
        self._ours = planned((*CHECKS, *(row for row in HOUSE_CHECKS if row is not FILLING)))
        self._sound: dict[str, tuple[dict[str, Any], Survey]] = {}

    def check(self, niem: SignedNiem, objects: tuple[dict[str, Any], ...]) -> ValidatedStix:
        """The same objects as a checked view. Raises InvalidDocument with all faults; it repeats no value."""
        self.require_sound(objects, foreign=foreign_ids(niem.view))
        return ValidatedStix(niem=niem, objects=objects)

    def require_sound(self, objects: Sequence[dict[str, Any]], *, foreign: Set[str] = frozenset()) -> None:
        """Nothing, where the objects of a view are sound. Raises InvalidDocument as `check` does."""
        faults = self.faults(objects, foreign=foreign)
        if faults:
            told = "; ".join(str(fault) for fault in faults[:_TOLD])
            more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
            raise InvalidDocument(
                f"{len(faults)} faults: {told}{more}",
                where="STIX view",
                remedy="Correct the mapping if a value is at fault; report it if not",
            )

    def faults(self, objects: Sequence[dict[str, Any]], *, foreign: Set[str] = frozenset()) -> tuple[Finding, ...]:
        """Every breach in the objects of a view of our own, in their order.

        Each MUST, each SHOULD and each rule of the house is to hold (docs/reference/stix-checks.md). `foreign` are the
        ids of objects that are passed on for other makers: they keep each MUST, and may refer to what is not there.
        """
        found: list[Finding] = []
        seen: set[str] = set()
        is_closed = True
        for one in objects:
            name = one.get("id")
            if isinstance(name, str) and name in foreign:
                found += self.broken_musts(one)
                known = _UNBOUND
            else:
                known = self._survey_if_known(one) or self._examine(one, found)
            if is_closed and isinstance(name, str) and name not in seen:
                seen.add(name)
                is_closed = seen.issuperset(known.references)
            else:
                is_closed = False
        if is_closed:
            return tuple(found)
        together = _of_set(VIEW_CHECKS, [one for one in objects if isinstance(one.get("id"), str)])
        return (*found, *(one for one in together if one.object_id not in foreign or one.code == UNIQUE))

    def broken_musts(self, one: Any) -> list[Finding]:
        """Every MUST that an object of anybody's breaks, of whatever type it is; any JSON value may be handed in."""
        if isinstance(one, dict) and one.get("type") == "bundle":
            return [Finding(_id_of(one), "type", SCHEMA, Level.MUST, "names no object but a bundle of them")]
        broken = [found for found in self._findings_of(one, self._anybodys) if found.level is Level.MUST]
        if not broken and survey(one).has_gaps:
            broken = [found._replace(level=Level.MUST) for found in _of_check(FILLING, one, FILLING.look(one))]
        if not broken and not (_UUID.search(one["id"]) and _id_of(one).startswith(f"{one['type']}--")):
            broken = [
                Finding("", "id", IDENTIFIER, Level.MUST, "is not the object's type and a UUID in lower case (2.9)")
            ]
        return broken

    def _survey_if_known(self, one: dict[str, Any]) -> Survey | None:
        """What every view shares is examined once, and again only if it is not equal to what was."""
        name = one.get("id")
        known = self._sound.get(name) if isinstance(name, str) else None
        return known[1] if known is not None and known[0] == one else None

    def _examine(self, one: dict[str, Any], found: list[Finding]) -> Survey:
        faults = self._told(one, self._ours)
        if faults and faults[0].code == SCHEMA:
            found += faults
            return Survey((), has_gaps=False)
        seen = survey(one)
        if seen.has_gaps:
            faults += _of_check(FILLING, one, FILLING.look(one))
        if not faults and _is_shared(one) and len(self._sound) < _REMEMBERED:
            self._sound[one["id"]] = (one, seen)
        found += faults
        return seen

    def findings(self, objects: Sequence[Any], *, asked: Collection[Ask] = ()) -> tuple[Finding, ...]:
        """Every breach of a MUST or a SHOULD of STIX 2.1 in anybody's objects, in their order; bundles are opened.

        Any JSON values may be handed in; nothing is raised. An object that breaks its schema is told of that alone,
        for the other checks rely on the shapes that the schema promises. What is asked for is checked beside the rest.
        """
        plans = self._strict if Ask.PROPERTIES in asked else self._anybodys
        sets = (*SET_ROWS, *((ASKED[Ask.REFERENCES]) if Ask.REFERENCES in asked else ()))
        found: list[Finding] = []
        waiting: list[Sequence[Any]] = [objects]
        while waiting:
            together = waiting.pop()
            for one in together:
                found += self._findings_of(one, plans)
                if isinstance(one, dict) and one.get("type") == "bundle" and isinstance(one.get("objects"), list):
                    waiting.append(one["objects"])
            found += _of_set(sets, [one for one in together if isinstance(one, dict)])
        return tuple(found)

    def _findings_of(self, one: Any, plans: dict[str, Plan]) -> Iterator[Finding]:
        if not isinstance(one, dict):
            yield Finding("", "", SCHEMA, Level.MUST, "is not an object")
            return
        yield from self._told(one, plans)
        if one.get("type") == "observed-data" and isinstance(one.get("objects"), dict):
            for place, held in enumerate(one["objects"].values()):
                for finding in self._told(held, plans) if isinstance(held, dict) else ():
                    path = f"objects.{place}.{finding.path}" if finding.path else f"objects.{place}"
                    yield finding._replace(object_id=_id_of(one), path=path)

    def _told(self, one: dict[str, Any], plans: dict[str, Plan]) -> list[Finding]:
        if not self._schemas.accepts(one):  # the checks rely on the shapes that the schema promises
            return [Finding(_id_of(one), *breach) for breach in self._broken(one)]
        always, by_property = plans.get(one["type"]) or plans[UNKNOWN]
        found: list[Finding] = []
        for check in always:
            if breaches := check.look(one):  # an empty tuple; or else a generator, or what was found
                found += _of_check(check, one, breaches)
        for name in one:
            if name in by_property:
                for check in by_property[name]:
                    if breaches := check.look(one):
                        found += _of_check(check, one, breaches)
        return found

    def _broken(self, one: dict[str, Any]) -> Iterator[tuple[str, str, Level, str]]:
        for path, problem in self._schemas.faults(one):
            yield path, SCHEMA, Level.MUST, problem


def _of_check(check: Check, one: dict[str, Any], breaches: Iterable[Breach]) -> list[Finding]:
    return [Finding(_id_of(one), path, check.code, check.level, problem) for path, problem in breaches]


def _of_set(checks: Sequence[Check | SetCheck], objects: Sequence[dict[str, Any]]) -> Iterator[Finding]:
    for check in checks:
        if isinstance(check, SetCheck):
            for place, path, problem in check.look(objects):
                yield Finding(_id_of(objects[place]), path, check.code, check.level, problem)


def _id_of(one: dict[str, Any]) -> str:
    """The object's id if it has the form of one: anything else might be a value."""
    found = one.get("id")
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _is_shared(one: dict[str, Any]) -> bool:
    """Whether the object belongs to no record: a marking, a definition, or an identity that bears no marking."""
    stix_type = one.get("type")
    return isinstance(stix_type, str) and stix_type in _SHARED_TYPES and "object_marking_refs" not in one

"""Sensitive facts: which a feed says that it can carry, and which of them one of its records holds.

Agreements exclude records by what stands in `handling.sensitivities`, so what is not marked passes. A record is marked
for what its facts show: a person who was harmed, a witness, somebody who may be under age, a kind about health.
Where the document declares what its feed can carry, a declared fact that nothing in a row would show marks every
record, and one that shows up undeclared keeps the row out: nobody has looked at the agreements for it yet.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.document import MappingDocument
from gateway.mapping.faults import CellFault, RowProblems
from gateway.model.codes import Sensitivity
from gateway.model.entities import Activity, Person
from gateway.model.kinds import Kind
from gateway.model.record import Record
from gateway.model.relations import Relation, Role

__all__ = ["SensitiveFacts", "compile_sensitive", "facts_shown", "undeclared"]

_ADULT_YEARS: Final = 18
"""Majority in federal law (18 U.S.C. 5031) and in nearly all states; a feed of another state marks its rows itself."""

_ABOUT_HEALTH: Final = frozenset({Kind.EMERGENCY_MEDICAL, Kind.PUBLIC_HEALTH})
_CONCERNED: Final = frozenset({Role.SUBJECT, Role.VICTIM, Role.WITNESS})
"""Parts in what happened whose age matters; an officer or a caller is no juvenile in the law's sense."""

_ROLES: Final[Mapping[Role, Sensitivity]] = {Role.VICTIM: Sensitivity.VICTIM, Role.WITNESS: Sensitivity.WITNESS}
_AGES: Final = frozenset({"birth_date", "age_low_years", "age_high_years"})
_HANDLING: Final = "handling.sensitivities"

Shows = Callable[[Mapping[str, Any]], bool]


class SensitiveFacts(Struct, frozen=True, kw_only=True):
    """What is known of a feed. `always` are marks of every record, `shown` tell of one record what it holds.

    `declared` is None for a feed that does not say what it can carry.
    """

    declared: frozenset[Sensitivity] | None
    always: tuple[Sensitivity, ...]
    shown: tuple[tuple[Sensitivity, Shows], ...]

    def marks(
        self, marked: tuple[Sensitivity, ...], record_fields: Mapping[str, Any], problems: RowProblems
    ) -> tuple[Sensitivity, ...]:
        """The marks of one record, in the vocabulary's order. One that is not declared is a problem of the row."""
        if not (self.shown or self.always or marked):
            return ()
        found = {*marked, *self.always, *(fact for fact, shows in self.shown if shows(record_fields))}
        for fact in sorted(found - self.declared) if self.declared is not None else ():
            problems.refuse(undeclared(fact), target=_HANDLING)
        return tuple(fact for fact in Sensitivity if fact in found)


def facts_shown(record: Record) -> frozenset[Sensitivity]:
    """The sensitive facts that a whole record shows, whoever made it; an age that nothing tells is none."""
    fields = {"people": record.people, "relations": record.relations, "activities": record.activities}
    shows = {fact: _has_person_as(role) for role, fact in _ROLES.items()} | {Sensitivity.JUVENILE: _is_under_age}
    found = {fact for fact, is_shown in shows.items() if is_shown(fields)}
    return frozenset(found | ({Sensitivity.HEALTH} if record.kind in _ABOUT_HEALTH else set()))


def undeclared(fact: Sensitivity) -> CellFault:
    """Why a record that holds a sensitive fact which its feed does not declare is kept out."""
    return CellFault(
        "handling-conflict",
        f"the record holds the sensitive fact '{fact}', which the feed does not declare",
        "See which agreements may receive it, then add it to 'carries' in the mapping",
    )


def compile_sensitive(document: MappingDocument, *, where: str) -> SensitiveFacts:
    """Find out from the document which of its feed's sensitive facts a row shows.

    Raises BadSetting where the document itself names a fact that `carries` does not declare.
    """
    declared = None
    if document.carries is not None:
        declared = frozenset((*document.carries, *document.handling.sensitivities))
    fields = [*document.fields, *(path for group in document.each.values() for path in group.fields)]
    parts = {(relation.role, relation.target) for relation in document.relations}
    parts |= {(association.role, association.target.entity) for association in document.associations}
    roles = {role for role, _ in parts}
    people = {target for role, target in parts if role in _CONCERNED}
    named = {path.split(".")[1] for path in fields if path.startswith("person.")} & people
    tells_ages = any(path.startswith("person.") and path.rpartition(".")[2] in _AGES for path in fields)
    shown: dict[Sensitivity, Shows] = {}
    if named:
        shown.update((fact, _has_person_as(role)) for role, fact in _ROLES.items() if role in roles)
    if named and tells_ages:
        shown[Sensitivity.JUVENILE] = _may_be_under_age if Sensitivity.JUVENILE in (declared or ()) else _is_under_age
    always = set(document.handling.sensitivities)
    if document.makes in _ABOUT_HEALTH:
        always.add(Sensitivity.HEALTH)
    if declared is not None and _HANDLING not in fields:
        always |= declared - shown.keys()
    certain = always | (shown.keys() - {Sensitivity.JUVENILE})
    if declared is not None and certain - declared:
        raise BadSetting(
            f"carries: records of this feed hold the sensitive fact '{min(certain - declared)}'",
            where=where,
            remedy="Declare it, and see which agreements may receive it",
        )
    return SensitiveFacts(
        declared=declared, always=tuple(f for f in Sensitivity if f in always), shown=tuple(shown.items())
    )


def _has_person_as(role: Role) -> Shows:
    def shows(record_fields: Mapping[str, Any]) -> bool:
        people = {person.ref for person in record_fields.get("people", ())}
        relations: tuple[Relation, ...] = record_fields["relations"]
        return any(relation.role is role and relation.target in people for relation in relations)

    return shows


def _is_under_age(record_fields: Mapping[str, Any]) -> bool:
    return any(age is not None and age < _ADULT_YEARS for age in _ages(record_fields))


def _may_be_under_age(record_fields: Mapping[str, Any]) -> bool:
    return any(age is None or age < _ADULT_YEARS for age in _ages(record_fields))


def _ages(record_fields: Mapping[str, Any]) -> Iterable[int | None]:
    """The least age of each person whose age matters, None where nothing tells it."""
    refs = {relation.target for relation in record_fields["relations"] if relation.role in _CONCERNED}
    day = _day_of(record_fields)
    return (_youngest(person, day) for person in record_fields.get("people", ()) if person.ref in refs)


def _youngest(person: Person, day: date | None) -> int | None:
    """The least age that the facts allow, in whole years; None where they say nothing."""
    ages = [age for age in (person.age_low_years, person.age_high_years) if age is not None]
    if person.birth_date is not None and day is not None:
        born = person.birth_date
        ages.append(day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
    return min(ages, default=None)


def _day_of(record_fields: Mapping[str, Any]) -> date | None:
    """The first day that the record's activities name, in UTC."""
    activities: tuple[Activity, ...] = record_fields.get("activities", ())
    times = [moment for one in activities for moment in (one.started, one.reported, one.ended) if moment is not None]
    return min(times).date() if times else None

"""From the values of a row, or of one member of a group, to its entities.

An entity is there only where at least one of its fields was filled from a cell; constants and defaults alone never
make one, except where it accompanies another. Particulars are one of a kind: a constant alone makes them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from msgspec import Struct

from gateway.documents import nearest
from gateway.errors import BadSetting, UnknownKey
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.fields import FieldPlan
from gateway.mapping.observables import normalize_observable
from gateway.mapping.targets import PARTS, required_fields
from gateway.model.entities import Entity
from gateway.model.particulars import PARTICULARS, Particulars, ParticularsRow
from gateway.model.record import ENTITY_GROUPS

__all__ = ["Part", "Parts", "Row", "compile_parts", "known_name", "names_of", "note_missing"]

_LOCAL_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}").fullmatch

ALWAYS: Final = ("record", "handling")
"""Parts that every record has: their constants and defaults need no cell."""

_T = TypeVar("_T")

Row = list[dict[str, Any]]
"""The filled values of a row: one dict per part, by field name."""


class Part(Struct, frozen=True, kw_only=True):
    """One entity of the mapping, or one of the record's other parts (`name` is empty).

    `needs` are fields without which it cannot be made; `leans_on` is the slot of the observable that an indicator
    speaks of, `follows` the slot of the entity that it accompanies; -1 for none.
    """

    sort: str
    name: str
    slot: int
    constants: dict[str, Any]
    defaults: dict[str, Any]
    needs: tuple[str, ...]
    columns: dict[str, str]
    follows: int = -1
    leans_on: int = -1

    @property
    def path(self) -> str:
        """The target path of the part, without a field."""
        return f"{self.sort}.{self.name}" if self.name else self.sort


class Parts(Struct, frozen=True, kw_only=True):
    """The parts that one row, or one member, has; `groups` are those of each record field, in document order.

    `always` are the slots of the parts that need no cell, `followers` the parts that accompany another, `filled` those
    with constants or defaults. `particulars` are the parts that only some kinds of record have.
    """

    all: tuple[Part, ...]
    always: tuple[int, ...]
    followers: tuple[Part, ...]
    filled: tuple[Part, ...]
    others: dict[str, Part]
    particulars: tuple[tuple[ParticularsRow, Part], ...]
    groups: tuple[tuple[str, Callable[..., Entity], tuple[Part, ...]], ...]

    def slots(self) -> dict[str, int]:
        """Where in a row the values of each part stand, by the part's path."""
        return {part.path: part.slot for part in self.all}

    def complete(self, row: Row) -> list[bool]:
        """Add constants and defaults to the parts that are there; says which are."""
        present = [bool(values) for values in row]
        for slot in self.always:
            present[slot] = True
        for part in self.followers:
            if present[part.follows]:
                present[part.slot] = True
        for part in self.filled:
            if present[part.slot]:
                values = row[part.slot]
                if part.defaults:
                    for name, value in part.defaults.items():
                        values.setdefault(name, value)
                if part.constants:
                    values.update(part.constants)
        return present

    def assemble(
        self, row: Row, present: Sequence[bool], problems: RowProblems, faulted: set[str], *, number: int = 0
    ) -> dict[str, tuple[Entity, ...]]:
        """Make the entities that are there, by record field; their refs end in the member's number, if there is one.

        What cannot be made is a problem of the row, named by its path.
        """
        made: dict[str, tuple[Entity, ...]] = {}
        ending = f"-{number}" if number else ""
        for field, make, parts in self.groups:
            entities = [
                entity
                for part in parts
                if present[part.slot]
                and (entity := _make(part, make, row[part.slot], present, problems, faulted, ending))
            ]
            if entities:
                made[field] = tuple(entities)
        return made

    def particular(
        self, row: Row, present: Sequence[bool], problems: RowProblems, faulted: set[str]
    ) -> dict[str, Particulars]:
        """Make the particulars that are there, by record field. What cannot be made is a problem of the row."""
        made: dict[str, Particulars] = {}
        for particulars, part in self.particulars:
            lacking = [name for name in part.needs if name not in row[part.slot]]
            if not present[part.slot]:
                continue
            for name in lacking:
                note_missing(part, name, problems, faulted)
            if not lacking and (one := _made(part, particulars.type, row[part.slot], problems)) is not None:
                made[particulars.field] = one
        return made


def _made(part: Part, make: Callable[..., _T], values: Mapping[str, Any], problems: RowProblems) -> _T | None:
    """What a part's values make; None, and a problem of the row, where they are out of its type's bounds."""
    try:
        return make(**values)
    except ValueError as error:
        # the types' own bounds, such as a latitude beyond the pole; their words hold no value
        problems.refuse(CellFault("out-of-range", str(error), "Correct the value"), target=part.path)
        return None


def _make(
    part: Part,
    make: Callable[..., Entity],
    values: dict[str, Any],
    present: Sequence[bool],
    problems: RowProblems,
    faulted: set[str],
    ending: str,
) -> Entity | None:
    whole = True
    for name in part.needs:
        if name not in values:
            whole = False
            note_missing(part, name, problems, faulted)
    if part.leans_on >= 0 and not present[part.leans_on]:
        note_missing(part, "observable", problems, faulted)
        whole = False
    if not whole:
        return None
    if part.leans_on >= 0 and ending:
        values["observable"] += ending
    if part.sort == "observable":
        try:
            values["value"] = normalize_observable(values["type"], values["value"])
        except CellFault as fault:
            problems.refuse(
                fault, column=part.columns.get("value", ""), target=f"{part.path}.value", value=values["value"]
            )
            return None
    return _made(part, make, {"ref": part.name + ending, **values}, problems)


def note_missing(part: Part, name: str, problems: RowProblems, faulted: set[str]) -> None:
    """A needed field that is not there, unless its own fault has been told already."""
    path = f"{part.path}.{name}"
    if path not in faulted:
        fault = CellFault("missing", f"'{path}' is needed and has no value", "Fill the cell")
        problems.refuse(fault, column=part.columns.get(name, ""), target=path)


def compile_parts(
    plans: Sequence[FieldPlan], *, accompanies: Mapping[str, str], names: Mapping[str, str], where: str
) -> Parts:
    """Group the fields by what they belong to. `names` has the sort of every entity that the fields make.

    Raises BadSetting or UnknownKey for a part that can never be made.
    """
    owners: dict[tuple[str, str], list[FieldPlan]] = {}
    for plan in plans:
        owners.setdefault((plan.target.part, plan.target.name), []).append(plan)
    slots = {owner: slot for slot, owner in enumerate(owners)}
    parts = []
    for (sort, name), own in owners.items():
        constants = {p.target.field: p.constant for p in own if p.read is None}
        follows = -1
        if name in accompanies:
            follows = slots[_beside(accompanies[name], names, slots, name, where)]
        part = Part(
            sort=sort,
            name=name,
            slot=slots[sort, name],
            constants=constants,
            defaults={p.target.field: p.default for p in own if p.default is not None},
            needs=() if sort in ALWAYS else required_fields(sort),
            columns={p.target.field: p.columns[0] for p in own if p.columns},
            follows=follows,
            leans_on=_observable_slot(constants, slots, name, where) if sort == "indicator" else -1,
        )
        _check_part(part, own, where)
        parts.append(part)
    return Parts(
        all=tuple(parts),
        always=tuple(
            part.slot for part in parts if part.sort in ALWAYS or (part.sort in PARTICULARS and part.constants)
        ),
        followers=tuple(part for part in parts if part.follows >= 0),
        filled=tuple(part for part in parts if part.constants or part.defaults),
        others={part.sort: part for part in parts if part.sort in PARTS},
        particulars=tuple((PARTICULARS[part.sort], part) for part in parts if part.sort in PARTICULARS),
        groups=tuple(
            (group.field, cast(Callable[..., Entity], group.type), tuple(p for p in parts if p.sort == sort))
            for sort, group in ENTITY_GROUPS.items()
            if any(p.sort == sort for p in parts)
        ),
    )


def names_of(plans: Sequence[FieldPlan], where: str) -> dict[str, str]:
    """Local names with their sorts. They are one namespace: a relation names its ends without their sort."""
    names: dict[str, str] = {}
    for sort, name in dict.fromkeys((plan.target.part, plan.target.name) for plan in plans):
        if not name:
            continue
        if name in names:
            raise BadSetting(
                f"the name '{name}' stands for two things, {names[name]} and {sort}",
                where=where,
                remedy="Give each its own name",
            )
        if not _LOCAL_NAME(name):
            raise BadSetting(
                f"the name '{name}' cannot be a local name",
                where=where,
                remedy="Write at most 40 lower-case letters, digits and hyphens, a letter first",
            )
        names[name] = sort
    return names


def known_name(name: str, names: Mapping[str, str], key: str, where: str) -> str:
    """The name, if there is such an entity. Raises UnknownKey with the nearest that there is."""
    if name not in names:
        near = nearest(name, names)
        remedy = f"Did you mean '{near}'?" if near else f"Known names: {', '.join(sorted(names))}"
        raise UnknownKey(f"{key}: there is no entity '{name}'", where=where, remedy=remedy)
    return name


def _beside(
    name: str, names: Mapping[str, str], slots: Mapping[tuple[str, str], int], follower: str, where: str
) -> tuple[str, str]:
    owner = names[known_name(name, names, f"accompanies.{follower}", where)], name
    if owner not in slots:
        raise BadSetting(
            f"accompanies.{follower}: '{name}' repeats in another group",
            where=where,
            remedy="An entity accompanies one of its own group",
        )
    return owner


def _check_part(part: Part, plans: Sequence[FieldPlan], where: str) -> None:
    filled = {plan.target.field for plan in plans}
    lacking = [name for name in part.needs if name not in filled]
    if lacking:
        raise BadSetting(
            f"'{part.path}' can never be made: no field fills '{lacking[0]}'",
            where=where,
            remedy=f"Add fields.{part.path}.{lacking[0]}",
        )
    if part.name and part.follows < 0 and all(plan.read is None for plan in plans):
        raise BadSetting(
            f"'{part.path}' has constants only and would never be there",
            where=where,
            remedy="Read one of its fields from a column, or name under 'accompanies' the entity that brings it",
        )


def _observable_slot(constants: Mapping[str, Any], slots: Mapping[tuple[str, str], int], name: str, where: str) -> int:
    observable = constants.get("observable")
    if ("observable", observable) not in slots:
        raise BadSetting(
            f"fields.indicator.{name}.observable names no observable of this mapping",
            where=where,
            remedy="Write {value: <name of the observable>}",
        )
    return slots["observable", str(observable)]

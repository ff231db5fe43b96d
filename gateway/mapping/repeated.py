"""Groups that repeat within an item: each member's fields, read like a small row of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from gateway import limits
from gateway.errors import BadSetting
from gateway.mapping.addresses import GroupAddress, Place, expander
from gateway.mapping.assembly import Parts
from gateway.mapping.codes import CodeTable
from gateway.mapping.conditions import compile_condition
from gateway.mapping.document import EachSpec, MappingDocument
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.fields import Cells, FieldPlan, compile_field
from gateway.mapping.gathering import Step, gather
from gateway.mapping.targets import find_target
from gateway.model.entities import Entity
from gateway.model.record import ENTITY_GROUPS

__all__ = ["Group", "GroupFields", "Members", "compile_group", "group_columns", "read_members", "refuse_collisions"]

_NAME_CHARACTERS: Final = 35
"""Longest name of an entity that repeats: its refs end in a hyphen and up to four digits, and have 40 characters."""


class GroupFields(Struct, frozen=True, kw_only=True):
    """The compiled fields of one group, before they are put together into parts. `id` is '' where members have none."""

    name: str
    address: GroupAddress
    id: str
    lets_in: Callable[[Cells], bool]
    expand: Callable[[Cells], Cells] | None
    plans: tuple[FieldPlan, ...]


class Group(Struct, frozen=True, kw_only=True):
    """One group, ready to run."""

    fields: GroupFields
    parts: Parts
    steps: tuple[Step, ...]


def group_columns(spec: EachSpec) -> tuple[str, ...]:
    """The columns that a group reads, as its fields write them."""
    columns = {column: None for field in spec.fields.values() for column in field.columns or ()}
    conditions = [field.when for field in spec.fields.values()]
    columns.update((condition.column, None) for condition in (spec.when, *conditions) if condition is not None)
    if spec.id is not None:
        columns[spec.id] = None
    return tuple(columns)


def compile_group(
    name: str, spec: EachSpec, document: MappingDocument, tables: Mapping[str, CodeTable], *, where: str
) -> GroupFields:
    """Compile the fields of a group. Raises BadSetting or UnknownKey for what cannot work."""
    plans = []
    for path, field in spec.fields.items():
        target = find_target(path, where=where)
        if target.part not in ENTITY_GROUPS:
            raise BadSetting(
                f"each.{name}.fields.{path}: only entities repeat",
                where=where,
                remedy="Read it under 'fields', with [*] in the address",
            )
        if len(target.name) > _NAME_CHARACTERS:
            raise BadSetting(
                f"each.{name}.fields.{path}: the name '{target.name}' is too long to be numbered",
                where=where,
                remedy=f"Write at most {_NAME_CHARACTERS} characters",
            )
        plans.append(compile_field(target, field, reads=document.reads, tables=tables, where=where))
    columns = group_columns(spec)
    return GroupFields(
        name=name,
        address=GroupAddress(spec.of, columns, step=document.reads.step, where=where),
        id=spec.id or "",
        lets_in=compile_condition(spec.when, frozenset(("", *document.reads.empty))) if spec.when else lambda _: True,
        expand=expander(columns),
        plans=tuple(plans),
    )


def refuse_collisions(single: Mapping[str, str], groups: Sequence[GroupFields], where: str) -> None:
    """Raises BadSetting where a name is what a numbered one will be: `victim-1` beside every `victim`."""
    repeated = {plan.target.name for group in groups for plan in group.plans}
    for name in (*single, *repeated):
        stem, hyphen, number = name.rpartition("-")
        if hyphen and number.isdecimal() and stem in repeated:
            raise BadSetting(
                f"the name '{name}' is also that of a numbered '{stem}'", where=where, remedy="Choose another name"
            )


class Members(NamedTuple):
    """What came of a group: its entities by record field, the parts of each numbered member, the number by its id."""

    made: dict[str, tuple[Entity, ...]]
    presence: list[tuple[int, Sequence[bool]]]
    numbers: dict[str, int]


def read_members(group: Group, cells: Cells, problems: RowProblems) -> Members:
    """Read every member that the group lets in."""
    made: dict[str, list[Entity]] = {}
    presence: list[tuple[int, Sequence[bool]]] = []
    numbers: dict[str, int] = {}
    fields = group.fields
    for positions, own in fields.address.members(cells):
        if not fields.lets_in(own):
            continue
        if len(presence) == limits.GROUP_MEMBERS:
            fault = CellFault(
                "too-large",
                f"the group has more than {limits.GROUP_MEMBERS} members",
                "See whether the item is one record",
            )
            problems.refuse(fault, column=fields.address.address)
            break
        number = len(presence) + 1
        if fields.id and (known_as := own.get(fields.id, "").strip()):
            numbers.setdefault(known_as, number)
        problems.place = Place(group=fields.address, positions=positions, number=number)
        row, faulted = gather(group.steps, group.parts, fields.expand(own) if fields.expand else own, problems)
        present = group.parts.complete(row)
        for field, entities in group.parts.assemble(row, present, problems, faulted, number=number).items():
            made.setdefault(field, []).extend(entities)
        problems.place = None
        presence.append((number, present))
    return Members({field: tuple(entities) for field, entities in made.items()}, presence, numbers)

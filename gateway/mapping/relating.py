"""Relations of a mapping: between single entities, from or to every member of a group, or within each member."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.assembly import known_name
from gateway.mapping.document import RelationSpec
from gateway.model.relations import ROLES, Relation, Role

__all__ = ["End", "Presence", "RelationPlan", "compile_relations", "ref_of", "relate"]

Presence = Mapping[str, Sequence[tuple[int, Sequence[bool]]]]
"""By group, the members with their numbers, and which of their parts are there. The row itself is the group ''."""


class End(Struct, frozen=True):
    """Where an entity of a relation is found: its group ('' for the row itself), its slot there, its name."""

    group: str
    slot: int
    name: str


class RelationPlan(Struct, frozen=True):
    """One relation of the document. `single` is what it gives where neither end repeats: nothing in it can vary."""

    source: End
    role: Role
    target: End
    single: Relation | None = None


def compile_relations(
    specs: Sequence[RelationSpec], names: Mapping[str, str], ends: Mapping[str, End], *, where: str
) -> tuple[RelationPlan, ...]:
    """Compile the document's relations. `names` has the sort of each entity, `ends` where it is found.

    Raises UnknownKey for an end that is not there, BadSetting for one that its role forbids, or for two groups.
    """
    plans = []
    for number, spec in enumerate(specs, start=1):
        source = known_name(spec.source, names, f"relations.{number}.source", where)
        target = known_name(spec.target, names, f"relations.{number}.target", where)
        row = ROLES[spec.role]
        if names[source] not in row.source or names[target] not in row.target:
            raise BadSetting(
                f"relations.{number}: '{spec.role}' does not join a {names[source]} to a {names[target]}",
                where=where,
                remedy=f"It joins {' or '.join(sorted(row.source))} to {' or '.join(sorted(row.target))}",
            )
        single = None
        if not ends[source].group and not ends[target].group:
            single = Relation(source=source, role=spec.role, target=target)
        plan = RelationPlan(ends[source], spec.role, ends[target], single)
        if plan.source.group and plan.target.group and plan.source.group != plan.target.group:
            raise BadSetting(
                f"relations.{number}: '{source}' and '{target}' repeat in two groups: nothing says which meet",
                where=where,
                remedy="Relate both to an entity that is there once, such as the incident",
            )
        plans.append(plan)
    return tuple(plans)


def relate(plans: Sequence[RelationPlan], presence: Presence) -> tuple[Relation, ...]:
    """The relations whose ends are both there, in the document's order, members in theirs."""
    ((_, row),) = presence[""]
    relations: list[Relation] = []
    for plan in plans:
        if plan.single is None:
            relations += _related(plan, presence)
        elif row[plan.source.slot] and row[plan.target.slot]:
            relations.append(plan.single)
    return tuple(relations)


def _related(plan: RelationPlan, presence: Presence) -> Iterator[Relation]:
    source, target = plan.source, plan.target
    for source_number, of_source in presence[source.group]:
        if not of_source[source.slot]:
            continue
        for target_number, of_target in presence[target.group]:
            if of_target[target.slot] and (source.group != target.group or source_number == target_number):
                yield Relation(
                    source=ref_of(source, source_number), role=plan.role, target=ref_of(target, target_number)
                )


def ref_of(end: End, number: int) -> str:
    """The ref of an entity: its name, and the number of its member where it repeats."""
    return f"{end.name}-{number}" if number else end.name

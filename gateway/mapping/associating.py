"""Relations that an item lists itself: associations between members of groups, found by what their references say."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.addresses import EVERY, Expanded, GroupAddress, expander
from gateway.mapping.assembly import known_name
from gateway.mapping.document import MappingDocument
from gateway.mapping.fields import Cells
from gateway.mapping.relating import End, Presence, ref_of
from gateway.mapping.relations import AssociationSpec, EndSpec
from gateway.model.relations import ROLES, Relation, Role

__all__ = ["AssociationPlan", "associate", "compile_associations"]

Numbers = Mapping[str, Mapping[str, int]]
"""By group, the number of the member that an id names."""


class AssociationPlan(Struct, frozen=True):
    """One sort of association: where its members are, and at each end the entity and its reference ('' for none)."""

    address: GroupAddress
    source: End
    source_by: str
    role: Role
    target: End
    target_by: str


def compile_associations(
    document: MappingDocument, names: Mapping[str, str], ends: Mapping[str, End], *, where: str
) -> tuple[AssociationPlan, ...]:
    """Compile the associations of a document. `names` has the sort of each entity, `ends` where it is found.

    Raises UnknownKey for an entity that is not there, BadSetting for one that its role forbids or nothing can name.
    """
    return tuple(
        _compiled(spec, document, names, ends, place=f"associations.{number}", where=where)
        for number, spec in enumerate(document.associations, start=1)
    )


def _compiled(
    spec: AssociationSpec,
    document: MappingDocument,
    names: Mapping[str, str],
    ends: Mapping[str, End],
    *,
    place: str,
    where: str,
) -> AssociationPlan:
    for key, end in (("source", spec.source), ("target", spec.target)):
        known_name(end.entity, names, f"{place}.{key}.entity", where)
        _check_named(end, document, ends, place=f"{place}.{key}", where=where)
    row = ROLES[spec.role]
    if names[spec.source.entity] not in row.source or names[spec.target.entity] not in row.target:
        raise BadSetting(
            f"{place}: '{spec.role}' does not join a {names[spec.source.entity]} to a {names[spec.target.entity]}",
            where=where,
            remedy=f"It joins {' or '.join(sorted(row.source))} to {' or '.join(sorted(row.target))}",
        )
    own = tuple(end.by for end in (spec.source, spec.target) if end.by is not None)
    return AssociationPlan(
        GroupAddress(spec.of, own, step=document.reads.step, where=where),
        ends[spec.source.entity],
        spec.source.by or "",
        spec.role,
        ends[spec.target.entity],
        spec.target.by or "",
    )


def _check_named(end: EndSpec, document: MappingDocument, ends: Mapping[str, End], *, place: str, where: str) -> None:
    group = ends[end.entity].group
    if bool(group) != (end.by is not None):
        raise BadSetting(
            f"{place}: '{end.entity}' {'repeats' if group else 'is there once'}",
            where=where,
            remedy="Write 'by', the address of the reference to it" if group else "Leave 'by' out",
        )
    if group and document.each[group].id is None:
        raise BadSetting(
            f"{place}: nothing says how '{end.entity}' is referred to",
            where=where,
            remedy=f"Write each.{group}.id, the address of what references name",
        )


def associate(
    plans: Sequence[AssociationPlan], cells: Cells, presence: Presence, numbers: Numbers
) -> tuple[Relation, ...]:
    """The relations that the item lists, each once, in the document's order, members in theirs."""
    found: dict[Relation, None] = {}
    for plan in plans:
        for _, own in plan.address.members(cells):
            for source in _named(plan.source, plan.source_by, own, presence, numbers):
                for target in _named(plan.target, plan.target_by, own, presence, numbers):
                    found[Relation(source=source, role=plan.role, target=target)] = None
    return tuple(found)


def _named(end: End, by: str, own: Cells, presence: Presence, numbers: Numbers) -> Iterator[str]:
    """The refs of the entities that one end of an association names, as far as they are there."""
    there = {number: parts[end.slot] for number, parts in presence[end.group]}
    known = numbers[end.group] if by else {}
    wanted = [known[text] for text in _texts(by, own) if text in known] if by else [0]
    return (ref_of(end, number) for number in wanted if there.get(number))


def _texts(by: str, own: Cells) -> list[str]:
    if EVERY not in by:
        return [own.get(by, "").strip()]
    expand = expander((by,))
    assert expand is not None, "an address with [*] has an expander"
    expanded = expand(own)
    return [text.strip() for text in expanded.texts(by)] if isinstance(expanded, Expanded) else []

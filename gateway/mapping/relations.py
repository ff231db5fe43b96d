"""What a mapping document says of who or what had which part in what."""

from typing import Annotated

from pydantic import Field

from gateway.mapping.sections import Section
from gateway.model.relations import Role

__all__ = ["AssociationSpec", "EndSpec", "RelationSpec"]


class RelationSpec(Section):
    """`target` has the part `role` in `source`; both are names of entities from the fields.

    Where one of them repeats (`each`), the relation stands for every one of its members; where both repeat in one
    group, it joins what stands in the same member.
    """

    source: str
    role: Role
    target: str


class EndSpec(Section):
    """One end of an association: the name of an entity, and the address of the reference to it in the association.

    The reference is compared with the `id` of the group that the entity repeats in. An address with `[*]` may hold
    several. Without one, the entity is one that is there once.
    """

    entity: str
    by: str | None = None


class AssociationSpec(Section):
    """Relations that the item itself lists: each member of `of` says by references who had the part in what.

    Every source that a member names is joined to every target that it names. A reference to what the mapping makes no
    entity of gives no relation.
    """

    of: Annotated[str, Field(pattern=r"^.*\[\*\]$")]
    source: EndSpec
    role: Role
    target: EndSpec

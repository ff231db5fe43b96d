"""Typed relations with roles: who or what had which part in what happened."""

import enum
from typing import Annotated, NamedTuple

from msgspec import Struct

from gateway.model.disclosure import Discloses, Ref

__all__ = ["ROLES", "Relation", "Role", "RoleRow"]


class Role(enum.StrEnum):
    """The part that the target of a relation has in its source."""

    SUBJECT = "subject"
    VICTIM = "victim"
    WITNESS = "witness"
    REPORTER = "reporter"
    OFFICER = "officer"
    OCCURRED_AT = "occurred-at"
    VEHICLE_USED = "vehicle-used"
    ITEM_INVOLVED = "item-involved"
    TARGET = "target"
    RESPONDER = "responder"
    OPERATOR = "operator"
    OWNER = "owner"
    RESIDENT_AT = "resident-at"
    MEMBER_OF = "member-of"
    OBSERVED = "observed"
    EXPLOITS = "exploits"
    SOUGHT = "sought"
    PATIENT = "patient"
    TRANSPORTED_TO = "transported-to"


class RoleRow(NamedTuple):
    """One row of the table of roles: which sorts of entity the relation may join, from the source to the target."""

    source: frozenset[str]
    target: frozenset[str]
    says: str


def _row(source: str, target: str, says: str) -> RoleRow:
    return RoleRow(frozenset(source.split()), frozenset(target.split()), says)


ROLES: dict[Role, RoleRow] = {
    Role.SUBJECT: _row("activity", "person organization", "is suspected of the activity"),
    Role.VICTIM: _row("activity", "person organization", "was harmed by the activity"),
    Role.WITNESS: _row("activity", "person", "saw the activity"),
    Role.REPORTER: _row("activity", "person organization", "reported the activity"),
    Role.OFFICER: _row("activity", "person", "handled the activity"),
    Role.OCCURRED_AT: _row("activity", "place", "is where the activity happened"),
    Role.VEHICLE_USED: _row("activity", "vehicle", "was used in the activity"),
    Role.ITEM_INVOLVED: _row("activity", "item", "was part of the activity"),
    Role.TARGET: _row("activity", "organization place", "was the aim of the activity"),
    Role.RESPONDER: _row("activity", "organization", "responded to the activity"),
    Role.OPERATOR: _row("vehicle", "person", "drove the vehicle"),
    Role.OWNER: _row("vehicle item", "person organization", "owns the thing"),
    Role.RESIDENT_AT: _row("person", "place", "is where the person lives"),
    Role.MEMBER_OF: _row("person", "organization", "is the organization the person belongs to"),
    Role.OBSERVED: _row("activity indicator", "observable", "was seen"),
    Role.EXPLOITS: _row("activity", "vulnerability", "was exploited"),
    Role.SOUGHT: _row("activity", "person vehicle item", "is looked for because of the activity"),
    Role.PATIENT: _row("activity", "person", "was treated in the activity"),
    Role.TRANSPORTED_TO: _row("activity", "organization", "is where a patient was taken"),
}


class Relation(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """`target` has the part `role` in `source`; both are refs of entities of the same record."""

    source: Ref
    role: Annotated[Role, Discloses.STRUCTURE]
    target: Ref

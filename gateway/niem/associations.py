"""The record's relations as NIEM 6.0 associations: one row for each role and sort of target.

An association holds references to the objects it joins (`structures:ref` with `xsi:nil`), so that an object is written
once however many parts it has. Where NIEM has no element for a role, the extension has one of a NIEM type if possible.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from gateway.errors import RenderingError
from gateway.model.relations import Relation, Role
from gateway.niem.characters import attribute_text, is_local_name

__all__ = ["ASSOCIATIONS", "AssociationRow", "associations"]


class AssociationRow(NamedTuple):
    """The association element, and the paths below it at which source and target are referred to, in schema order."""

    element: str
    source: str
    target: str
    target_first: str = ""


_ACTIVITY: Final = "nc:Activity"
_ENTITY_PERSON: Final = "nc:Entity/nc:EntityPerson"
_ENTITY_ORGANIZATION: Final = "nc:Entity/nc:EntityOrganization"
_BEFORE: Final = "the target stands first"

ASSOCIATIONS: Final[Mapping[tuple[Role, str, str], AssociationRow]] = {
    (Role.SUBJECT, "activity", "person"): AssociationRow(
        "j:ActivitySubjectAssociation", _ACTIVITY, "j:Subject/nc:EntityPerson"
    ),
    (Role.SUBJECT, "activity", "organization"): AssociationRow(
        "j:ActivitySubjectAssociation", _ACTIVITY, "j:Subject/nc:EntityOrganization"
    ),
    (Role.VICTIM, "activity", "person"): AssociationRow(
        "j:ActivityVictimAssociation", _ACTIVITY, "j:Victim/nc:EntityPerson"
    ),
    (Role.VICTIM, "activity", "organization"): AssociationRow(
        "j:ActivityVictimAssociation", _ACTIVITY, "j:Victim/nc:EntityOrganization"
    ),
    (Role.WITNESS, "activity", "person"): AssociationRow("fx:ActivityWitnessAssociation", _ACTIVITY, "nc:Person"),
    (Role.REPORTER, "activity", "person"): AssociationRow(
        "j:ActivityInformationReporterAssociation", _ACTIVITY, "nc:Person"
    ),
    (Role.REPORTER, "activity", "organization"): AssociationRow(
        "nc:ActivityReportingOrganizationAssociation", _ACTIVITY, "nc:Organization"
    ),
    (Role.OFFICER, "activity", "person"): AssociationRow(
        "j:ActivityEnforcementOfficialAssociation", _ACTIVITY, "nc:Person"
    ),
    (Role.OCCURRED_AT, "activity", "place"): AssociationRow("j:ActivityLocationAssociation", _ACTIVITY, "nc:Location"),
    (Role.VEHICLE_USED, "activity", "vehicle"): AssociationRow(
        "nc:ActivityConveyanceAssociation", _ACTIVITY, "nc:Conveyance"
    ),
    (Role.ITEM_INVOLVED, "activity", "item"): AssociationRow("nc:ActivityItemAssociation", _ACTIVITY, "nc:Item"),
    (Role.TARGET, "activity", "organization"): AssociationRow(
        "fx:ActivityTargetAssociation", _ACTIVITY, "j:Target/j:TargetOrganization"
    ),
    (Role.TARGET, "activity", "place"): AssociationRow(
        "fx:ActivityTargetAssociation", _ACTIVITY, "j:Target/j:TargetLocation"
    ),
    (Role.RESPONDER, "activity", "organization"): AssociationRow(
        "fx:ActivityResponderAssociation", _ACTIVITY, "nc:Organization"
    ),
    (Role.OPERATOR, "vehicle", "person"): AssociationRow(
        "fx:ConveyanceOperatorAssociation", "nc:Conveyance", "nc:Person", _BEFORE
    ),
    (Role.OWNER, "vehicle", "person"): AssociationRow("nc:ItemOwnerAssociation", "nc:Item", _ENTITY_PERSON, _BEFORE),
    (Role.OWNER, "vehicle", "organization"): AssociationRow(
        "nc:ItemOwnerAssociation", "nc:Item", _ENTITY_ORGANIZATION, _BEFORE
    ),
    (Role.OWNER, "item", "person"): AssociationRow("nc:ItemOwnerAssociation", "nc:Item", _ENTITY_PERSON, _BEFORE),
    (Role.OWNER, "item", "organization"): AssociationRow(
        "nc:ItemOwnerAssociation", "nc:Item", _ENTITY_ORGANIZATION, _BEFORE
    ),
    (Role.RESIDENT_AT, "person", "place"): AssociationRow("nc:PersonResidenceAssociation", "nc:Person", "nc:Location"),
    (Role.MEMBER_OF, "person", "organization"): AssociationRow(
        "nc:PersonOrganizationAssociation", "nc:Person", "nc:Organization"
    ),
    (Role.OBSERVED, "activity", "observable"): AssociationRow(
        "fx:ActivityObservableAssociation", _ACTIVITY, "cyber:CyberObservableObject"
    ),
    (Role.OBSERVED, "indicator", "observable"): AssociationRow(
        "fx:IndicatorObservableAssociation", "cyber:CyberIndicatorPattern", "cyber:CyberObservableObject"
    ),
    (Role.EXPLOITS, "activity", "vulnerability"): AssociationRow(
        "fx:ActivityVulnerabilityAssociation", _ACTIVITY, "cyber:CyberVulnerability"
    ),
    (Role.SOUGHT, "activity", "person"): AssociationRow("fx:ActivitySoughtPersonAssociation", _ACTIVITY, "nc:Person"),
    (Role.SOUGHT, "activity", "vehicle"): AssociationRow(
        "fx:ActivitySoughtConveyanceAssociation", _ACTIVITY, "nc:Conveyance"
    ),
    (Role.SOUGHT, "activity", "item"): AssociationRow("fx:ActivitySoughtItemAssociation", _ACTIVITY, "nc:Item"),
    (Role.PATIENT, "activity", "person"): AssociationRow("fx:ActivityPatientAssociation", _ACTIVITY, "nc:Person"),
    (Role.TRANSPORTED_TO, "activity", "organization"): AssociationRow(
        "fx:ActivityDestinationAssociation", _ACTIVITY, "nc:Organization"
    ),
}


def _referring(path: str) -> str:
    """A template for one reference: `<j:Subject><nc:EntityPerson structures:ref="%s" .../></j:Subject>`."""
    *outer, last = path.split("/")
    opening = "".join(f"<{step}>" for step in outer)
    closing = "".join(f"</{step}>" for step in reversed(outer))
    return f'{opening}<{last} structures:ref="%s" xsi:nil="true"/>{closing}'


def _template(row: AssociationRow) -> str:
    source, target = _referring(row.source), _referring(row.target)
    first, second = (target, source) if row.target_first else (source, target)
    return f"<{row.element}>{first}{second}</{row.element}>"


_ELEMENTS: Final = list(dict.fromkeys(row.element for row in ASSOCIATIONS.values()))
_TEMPLATES: Final = {
    key: (_ELEMENTS.index(row.element), _template(row), bool(row.target_first)) for key, row in ASSOCIATIONS.items()
}
_RANK: Final = itemgetter(0)


def associations(relations: Sequence[Relation], sorts: Mapping[str, str]) -> list[str]:
    """The relations as XML, by element in the order of the schema, within one element in the record's order.

    `sorts` gives the sort of each entity by its local name. Raises RenderingError when an end is not in the record, or
    when the role does not join those sorts.
    """
    written = [_association(relation, sorts) for relation in relations]
    if len(written) > 1:
        written.sort(key=_RANK)
    return [text for _, text in written]


def _association(relation: Relation, sorts: Mapping[str, str]) -> tuple[int, str]:
    source, target = relation.source, relation.target
    row = _TEMPLATES.get((relation.role, sorts.get(source, ""), sorts.get(target, "")))
    if row is None:
        raise RenderingError(
            f"the relation {relation.role} cannot join what it names, or names what is not in the record",
            where="relations",
            remedy="Correct the relations of the mapping document",
        )
    rank, template, target_first = row
    if not is_local_name(source + target):
        source, target = attribute_text(source, "relations"), attribute_text(target, "relations")
    return rank, template % ((target, source) if target_first else (source, target))

"""What happened, and who or what had which part in it: incidents and relationships."""

from typing import Any, Final

from gateway.model.codes import ActivityCategory, ActivityStatus
from gateway.model.entities import Activity
from gateway.model.relations import Relation, Role
from gateway.stix.extensions import RoleFacts, fill
from gateway.stix.forms import external_reference
from gateway.stix.frame import Frame

__all__ = ["INCIDENT_CORE", "activity", "activity_title", "relationships"]

INCIDENT_CORE: Final = "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
"""OASIS's draft extension of the incident object. Its published schemas disagree about events, tasks and counts; the
determination and the state of the investigation are the same in all of them, and all that is written here."""

_TITLES: Final[dict[ActivityCategory, str]] = {
    ActivityCategory.INCIDENT: "Incident",
    ActivityCategory.CALL_FOR_SERVICE: "Call for service",
    ActivityCategory.OFFENSE: "Offense",
    ActivityCategory.ARREST: "Arrest",
    ActivityCategory.SUSPICIOUS_ACTIVITY: "Suspicious activity",
    ActivityCategory.CYBER: "Cyber incident",
    ActivityCategory.FIRE: "Fire",
    ActivityCategory.MEDICAL: "Medical event",
}

_ALLEGED: Final = frozenset({ActivityCategory.SUSPICIOUS_ACTIVITY, ActivityCategory.CALL_FOR_SERVICE})
"""What somebody reported and nobody has established yet."""

_INVESTIGATION: Final[dict[ActivityStatus, str]] = {
    ActivityStatus.OPEN: "open",
    ActivityStatus.ACTIVE: "open",
    ActivityStatus.CLEARED: "closed",
    ActivityStatus.CLOSED: "closed",
    ActivityStatus.UNFOUNDED: "closed",
}

_RELATIONSHIP_TYPES: Final[dict[Role, str]] = {Role.RESIDENT_AT: "located-at"}
"""Roles for which the standard has a relationship between the two types; every other role is `related-to`.

`located-at`, `targets` and `impacts` are not among an incident's relationships (STIX 2.1, appendix B), and consumers
drop what is not; the role itself stands in the extension.
"""


def activity_title(one: Activity) -> str:
    """The sort of happening and, where the view shows it, its type in the agency's words."""
    title = _TITLES[one.category]
    return f"{title}: {one.type_text}" if one.type_text else title


def activity(frame: Frame, one: Activity) -> dict[str, Any]:
    """An incident (STIX 2.1, 4.6) with the record extension, and Incident Core where the status is known."""
    case = [external_reference("case-number", one.case_number)] if one.case_number else None
    return frame.entity(
        one.ref,
        name=activity_title(one),
        description=one.description,
        external_references=case,
        extensions=fill(one) | _incident_core(one),
    )


def _incident_core(one: Activity) -> dict[str, Any]:
    if one.status is None:
        return {}
    if one.status is ActivityStatus.UNFOUNDED:
        determination = "false-positive"
    else:
        determination = "suspected" if one.category in _ALLEGED else "confirmed"
    return {
        INCIDENT_CORE: {
            "extension_type": "property-extension",
            "determination": determination,
            "investigation_status": _INVESTIGATION[one.status],
        }
    }


_ROLES: Final = {role: fill(RoleFacts(role=role)) for role in Role}
"""The extension of a relationship by its role; made once and never changed."""


def relationships(frame: Frame, relations: tuple[Relation, ...]) -> list[dict[str, Any]]:
    """One relationship (STIX 2.1, 5.1) for each relation both of whose ends the view shows, in the record's order."""
    found: dict[str, dict[str, Any]] = {}
    for relation in relations:
        source, target = frame.ids.get(relation.source), frame.ids.get(relation.target)
        if source is None or target is None:
            continue
        one = frame.made(
            "relationship",
            relation.source,
            relation.role.value,
            relation.target,
            relationship_type=_RELATIONSHIP_TYPES.get(relation.role, "related-to"),
            source_ref=source,
            target_ref=target,
            extensions=_ROLES[relation.role],
        )
        found.setdefault(one["id"], one)
    return list(found.values())

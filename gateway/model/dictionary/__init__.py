"""What each field of the record means: the one place that schemas, reference pages and editors print from.

A field is defined at the type that declares it. Every field has one definition, in one sentence; a test compares the
two lists. Enumerations are defined by their codes' own standards.
"""

from typing import Final

from msgspec import Struct

from gateway.model.dictionary import cyber, events, happenings, people, reports, whole
from gateway.model.dictionary.definition import Definition, Definitions
from gateway.model.entities import (
    Activity,
    Entity,
    Indicator,
    Item,
    Observable,
    Organization,
    Original,
    Person,
    Place,
    Vehicle,
    Vulnerability,
)
from gateway.model.handling import Handling
from gateway.model.particulars import (
    Alert,
    CyberEvent,
    FireEvent,
    HealthEvent,
    Lookout,
    MedicalResponse,
    SuspiciousActivity,
    Tip,
)
from gateway.model.provenance import Provenance
from gateway.model.record import Record
from gateway.model.relations import Relation

__all__ = ["DICTIONARY", "Definition", "Definitions", "definition"]

DICTIONARY: Final[dict[type[Struct], Definitions]] = {
    Entity: people.ENTITY,
    Person: people.PERSON,
    Organization: people.ORGANIZATION,
    Vehicle: people.VEHICLE,
    Item: people.ITEM,
    Place: happenings.PLACE,
    Activity: happenings.ACTIVITY,
    Observable: cyber.OBSERVABLE,
    Indicator: cyber.INDICATOR,
    Vulnerability: cyber.VULNERABILITY,
    Original: cyber.ORIGINAL,
    Relation: happenings.RELATION,
    SuspiciousActivity: reports.SUSPICIOUS_ACTIVITY,
    Lookout: reports.LOOKOUT,
    Alert: reports.ALERT,
    Tip: reports.TIP,
    CyberEvent: events.CYBER_EVENT,
    MedicalResponse: events.MEDICAL_RESPONSE,
    HealthEvent: events.HEALTH_EVENT,
    FireEvent: events.FIRE_EVENT,
    Record: whole.RECORD,
    Handling: whole.HANDLING,
    Provenance: whole.PROVENANCE,
}
"""The definitions of each type's own fields; those of an entity's `ref` stand once, at their base."""


def definition(kind: type[Struct], field: str) -> Definition:
    """The definition of a type's field, its own or inherited. Raises KeyError for a field that no type defines."""
    for owner in kind.__mro__:
        if field in DICTIONARY.get(owner, {}):
            return DICTIONARY[owner][field]
    raise KeyError(f"{kind.__name__}.{field}")

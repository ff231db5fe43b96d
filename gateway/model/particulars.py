"""What only some kinds of record tell: the particulars of a suspicion, a lookout, an alert, a tip, a fire and so on.

A record has at most one of each, and only those of its kind (`PARTICULARS`). Mapping documents reach their fields by
the word of the table: `fire.cause`, `lookout.category`.
"""

from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from msgspec import Struct

from gateway.model.codes import ReviewStage, SuspiciousBehavior, TargetSector, TipDomain
from gateway.model.disclosure import Count, Discloses, FreeText, Instant, Personal, Reference, Switch, Technical
from gateway.model.kinds import Kind
from gateway.model.particular_codes import (
    Actuality,
    AlertCategory,
    AlertCertainty,
    AlertMessageType,
    AlertResponse,
    AlertScope,
    AlertSeverity,
    AlertStatus,
    AlertUrgency,
    AttackVector,
    DiscoveryMethod,
    FireCause,
    FireSpread,
    ImpactSeverity,
    InformationValidity,
    LookoutAction,
    LookoutCategory,
    LookoutCaution,
    MedicalSign,
    PatientAcuity,
    PatientClass,
    SourceReliability,
    StructureDamage,
    TipChannel,
    TipClass,
)

__all__ = [
    "PARTICULARS",
    "PARTICULARS_OF",
    "Alert",
    "CyberEvent",
    "FireEvent",
    "HealthEvent",
    "Lookout",
    "MedicalResponse",
    "Particulars",
    "ParticularsRow",
    "SuspiciousActivity",
    "Tip",
]

Measured = Annotated[Decimal, Discloses.FACT]


class Particulars(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all particulars."""


class SuspiciousActivity(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """What makes a record a suspicious activity report (ISE-SAR Functional Standard)."""

    behaviors: tuple[Annotated[SuspiciousBehavior, Discloses.FACT], ...]
    target_sectors: tuple[Annotated[TargetSector, Discloses.FACT], ...] = ()
    tip_domain: Annotated[TipDomain, Discloses.FACT] | None = None
    stage: Annotated[ReviewStage, Discloses.FACT] | None = None
    articulable_facts: FreeText | None = None
    privacy_fields: Switch | None = None
    """True when the agency flagged that fields of the report hold personal information."""


class Lookout(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """A request to look out for a person, a vehicle or a thing (BOLO); whom or what tells the role `sought`."""

    category: Annotated[LookoutCategory, Discloses.FACT]
    action: Annotated[LookoutAction, Discloses.FACT] | None = None
    cautions: tuple[Annotated[LookoutCaution, Discloses.PERSON], ...] = ()
    caution_text: Annotated[FreeText, Discloses.PERSON] | None = None
    reason: FreeText | None = None
    instructions: FreeText | None = None
    extradition: FreeText | None = None
    warrant_number: Reference | None = None
    last_seen: Instant | None = None
    effective: Instant | None = None
    expires: Instant | None = None
    contact: FreeText | None = None


class Alert(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """An alert to the public or to agencies (CAP 1.2, NIEM em:AlertNotificationType); its areas are places."""

    status: Annotated[AlertStatus, Discloses.FACT]
    message_type: Annotated[AlertMessageType, Discloses.FACT]
    scope: Annotated[AlertScope, Discloses.FACT] | None = None
    categories: tuple[Annotated[AlertCategory, Discloses.FACT], ...] = ()
    responses: tuple[Annotated[AlertResponse, Discloses.FACT], ...] = ()
    urgency: Annotated[AlertUrgency, Discloses.FACT] | None = None
    severity: Annotated[AlertSeverity, Discloses.FACT] | None = None
    certainty: Annotated[AlertCertainty, Discloses.FACT] | None = None
    event: FreeText | None = None
    headline: FreeText | None = None
    description: FreeText | None = None
    instructions: FreeText | None = None
    audience: FreeText | None = None
    language: Reference | None = None
    sender: Reference | None = None
    effective: Instant | None = None
    onset: Instant | None = None
    expires: Instant | None = None
    web: Reference | None = None
    contact: FreeText | None = None
    references: tuple[Reference, ...] = ()
    """The alerts that this one updates, cancels or answers, as `sender,identifier,sent` (CAP 1.2, 3.2.1)."""


class Tip(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody told the center, and how far it can be relied on (NIEM j:TipTaxonomyType)."""

    domain: Annotated[TipDomain, Discloses.FACT] | None = None
    classes: tuple[Annotated[TipClass, Discloses.FACT], ...] = ()
    subclass: FreeText | None = None
    channel: Annotated[TipChannel, Discloses.FACT] | None = None
    anonymous: Switch | None = None
    may_call_back: Switch | None = None
    reliability: Annotated[SourceReliability, Discloses.FACT] | None = None
    validity: Annotated[InformationValidity, Discloses.FACT] | None = None


class CyberEvent(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """How an attack on systems was found, how bad it is, what was done (NIEM cyber:CyberIncidentType)."""

    actuality: Annotated[Actuality, Discloses.FACT] | None = None
    severity: Annotated[ImpactSeverity, Discloses.FACT] | None = None
    discovered: Instant | None = None
    discovery_method: Annotated[DiscoveryMethod, Discloses.FACT] | None = None
    vectors: tuple[Annotated[AttackVector, Discloses.FACT], ...] = ()
    attack_patterns: tuple[Technical, ...] = ()
    malware: tuple[Technical, ...] = ()
    courses_of_action: tuple[FreeText, ...] = ()
    functional_impact: FreeText | None = None
    systems_affected: Count | None = None
    data_lost: Switch | None = None
    ransom_demanded: Switch | None = None


class MedicalResponse(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """An emergency medical response, without who the patients are (NEMSIS 3.5 elements, coarsened)."""

    signs: tuple[Annotated[MedicalSign, Discloses.FACT], ...] = ()
    acuity: Annotated[PatientAcuity, Discloses.FACT] | None = None
    patients: Count | None = None
    deaths: Count | None = None
    complaint: Annotated[FreeText, Discloses.PERSON] | None = None
    impressions: tuple[Personal, ...] = ()
    """ICD-10-CM codes or words of what the crew took the patient's condition for."""
    naloxone_given: Switch | None = None
    transported: Switch | None = None
    en_route: Instant | None = None
    at_patient: Instant | None = None
    left_scene: Instant | None = None
    at_destination: Instant | None = None


class HealthEvent(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """An event of public health: a visit under syndromic surveillance, a case, a cluster."""

    signs: tuple[Annotated[MedicalSign, Discloses.FACT], ...] = ()
    syndromes: tuple[FreeText, ...] = ()
    agent: FreeText | None = None
    patient_class: Annotated[PatientClass, Discloses.FACT] | None = None
    complaint: Annotated[FreeText, Discloses.PERSON] | None = None
    diagnoses: tuple[Personal, ...] = ()
    """ICD-10-CM codes or words of the diagnoses."""
    onset: Instant | None = None
    cases: Count | None = None
    deaths: Count | None = None
    reportable: Switch | None = None
    outbreak: Switch | None = None


class FireEvent(Particulars, frozen=True, kw_only=True, omit_defaults=True):
    """What burned, why, how far, and what it cost (NERIS and NFIRS elements, coarsened)."""

    cause: Annotated[FireCause, Discloses.FACT] | None = None
    cause_text: FreeText | None = None
    origin: FreeText | None = None
    first_ignited: FreeText | None = None
    property_use: FreeText | None = None
    spread: Annotated[FireSpread, Discloses.FACT] | None = None
    damage: Annotated[StructureDamage, Discloses.FACT] | None = None
    controlled: Instant | None = None
    stories: Count | None = None
    acres_burned: Measured | None = None
    property_loss_dollars: Measured | None = None
    contents_loss_dollars: Measured | None = None
    detector_present: Switch | None = None
    hazardous_release: FreeText | None = None
    civilians_injured: Count | None = None
    civilians_killed: Count | None = None
    responders_injured: Count | None = None
    responders_killed: Count | None = None

    def __post_init__(self) -> None:
        for name in ("acres_burned", "property_loss_dollars", "contents_loss_dollars"):
            value: Decimal | None = getattr(self, name)
            if value is not None and not (value.is_finite() and 0 <= value <= 10**12):
                raise ValueError(f"{name} is not between 0 and 10**12")


class ParticularsRow(NamedTuple):
    """Where particulars stand in a record, their type, and the kinds of record that may have them."""

    field: str
    type: type[Particulars]
    kinds: frozenset[Kind]


PARTICULARS: Final[dict[str, ParticularsRow]] = {
    "suspicious": ParticularsRow("suspicious_activity", SuspiciousActivity, frozenset({Kind.SUSPICIOUS_ACTIVITY})),
    "lookout": ParticularsRow("lookout", Lookout, frozenset({Kind.LOOKOUT})),
    "alert": ParticularsRow("alert", Alert, frozenset({Kind.ALERT})),
    "tip": ParticularsRow("tip", Tip, frozenset({Kind.TIP})),
    "cyber": ParticularsRow("cyber_event", CyberEvent, frozenset({Kind.CYBER_INCIDENT})),
    "medical": ParticularsRow("medical_response", MedicalResponse, frozenset({Kind.EMERGENCY_MEDICAL, Kind.FIRE})),
    "health": ParticularsRow("health_event", HealthEvent, frozenset({Kind.PUBLIC_HEALTH})),
    "fire": ParticularsRow("fire_event", FireEvent, frozenset({Kind.FIRE})),
}
"""Particulars by the word that mapping documents write."""

PARTICULARS_OF: Final = {kind: tuple(row.field for row in PARTICULARS.values() if kind in row.kinds) for kind in Kind}
"""The fields of a record that hold the particulars of each kind."""

"""The particulars of each kind of record in a message: one row for each fact.

A row says the element that carries the fact. An element of ours (`fx:`) is declared from the row, with its type and
meaning, and the types that hold the elements are put together from the rows, in their order (`gateway.niem.extension`).

The elements of medical and health events and of fires are our own design: NIEM 6.0 has no message for them. They say
what NEMSIS, syndromic surveillance, NERIS and NFIRS agree on, coarse enough to leave out who somebody is.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple

from gateway.model.particular_codes import AlertMessageType, AlertResponse
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
from gateway.niem.parts import (
    CODE,
    DECIMAL,
    INSTANT,
    INTEGER,
    SWITCH,
    TEXT,
    Form,
    Leaf,
    Leaves,
    Part,
    Seen,
    Within,
    as_struct,
)

__all__ = ["ACCOUNTS", "ALERT_MORE", "HOLDERS", "Account", "FactRow", "Holder"]


class FactRow(NamedTuple):
    """One fact: the record's field, the element that carries it, and for an element of ours what it says.

    `list` is the vocabulary of a code of ours, or the NIEM type of its list. `many` for a tuple; `is_required` for a
    field that the record's type requires.
    """

    field: str
    element: str
    form: Form = TEXT
    says: str = ""
    list: str = ""
    many: bool = False
    is_required: bool = False
    below: str = ""

    def part(self) -> Part:
        """How the fact is written and read."""
        if self.many:
            return Leaves(self.element, self.field, self.form, self.below)
        below = "nc:DateTime" if self.form is INSTANT else self.below
        return Leaf(f"{self.element}/{below}" if below else self.element, self.field, self.form)

    @property
    def particle(self) -> str:
        """The element with its occurrence mark."""
        return self.element + ("*" if self.many else "" if self.is_required else "?")


class Holder(NamedTuple):
    """An element of ours that holds particulars, and what they tell; NIEM's own `taxonomy` stands first."""

    element: str
    says: str
    rows: tuple[FactRow, ...]
    taxonomy: Within | None = None

    def part(self) -> Within:
        """How the particulars are written and read."""
        first = () if self.taxonomy is None else (self.taxonomy,)
        return Within(self.element, (*first, *(row.part() for row in self.rows)))

    @property
    def particles(self) -> tuple[str, ...]:
        """What may stand in the element, in order."""
        first = () if self.taxonomy is None else (f"{self.taxonomy.path}?",)
        return (*first, *(row.particle for row in self.rows))

    @property
    def type(self) -> str:
        """The type's name, without prefix."""
        return f"{self.element.removeprefix('fx:')}Type"


_LOOKOUT: Final = Holder(
    "fx:Lookout",
    "a request to look out for a person, a vehicle or a thing",
    (
        FactRow(
            "category", "fx:LookoutCategoryCode", CODE, "A sort of lookout.", "fx:LookoutCategory", is_required=True
        ),
        FactRow("action", "fx:LookoutActionCode", CODE, "An action that is asked for.", "fx:LookoutAction"),
        FactRow(
            "cautions", "fx:LookoutCautionCode", CODE, "A danger to be reckoned with.", "fx:LookoutCaution", many=True
        ),
        FactRow("caution_text", "j:SubjectCautionInformationText"),
        FactRow("reason", "fx:LookoutReasonText", says="A reason for the lookout."),
        FactRow(
            "instructions", "fx:LookoutInstructionsText", says="A set of instructions for whoever meets the subject."
        ),
        FactRow("extradition", "j:SubjectExtraditionText"),
        FactRow("warrant_number", "fx:LookoutWarrantID", says="An identifier of the warrant behind the lookout."),
        FactRow("last_seen", "fx:LookoutLastSeenDate", INSTANT, "A date on which the subject was last seen."),
        FactRow("effective", "nc:EffectiveDate", INSTANT),
        FactRow("expires", "nc:ExpirationDate", INSTANT),
        FactRow("contact", "nc:ContactInformationDescriptionText"),
    ),
)

_TIP_TAXONOMY: Final = Within(
    "j:TipTaxonomy",
    (
        Leaf("j:TipSubclassText", "subclass"),
        Leaves("j:TipClassCode", "classes", CODE),
        Leaf("j:TipDomainCode", "domain", CODE),
    ),
)

_TIP: Final = Holder(
    "fx:Tip",
    "what somebody told the center, with how far it can be relied on",
    (
        FactRow("channel", "fx:TipChannelCode", CODE, "A way by which a tip arrived.", "fx:TipChannel"),
        FactRow(
            "anonymous",
            "fx:TipAnonymousIndicator",
            SWITCH,
            "True if the person who gave the tip did not say who they are; false otherwise.",
        ),
        FactRow(
            "may_call_back",
            "fx:TipCallBackIndicator",
            SWITCH,
            "True if the person who gave the tip may be called back; false otherwise.",
        ),
        FactRow(
            "reliability",
            "fx:SourceReliabilityCode",
            CODE,
            "A reliability of a source on the admiralty scale.",
            "fx:SourceReliability",
        ),
        FactRow(
            "validity",
            "fx:InformationValidityCode",
            CODE,
            "A validity of information on the admiralty scale.",
            "fx:InformationValidity",
        ),
    ),
    _TIP_TAXONOMY,
)
_CYBER: Final = Holder(
    "fx:CyberEvent",
    "how an attack on systems was found, how bad it is, and what was done",
    (
        FactRow("discovered", "cyber:IncidentDiscoveryDate", INSTANT),
        FactRow("functional_impact", "cyber:IncidentFunctionalImpactDescriptionText"),
        FactRow("attack_patterns", "cyber:AttackPattern", below="cyber:AttackPatternName", many=True),
        FactRow("vectors", "cyber:AttackVector", CODE, below="cyber:AttackVectorCategoryCode", many=True),
        FactRow("courses_of_action", "cyber:CourseOfAction", below="cyber:CourseOfActionDescriptionText", many=True),
        FactRow(
            "discovery_method",
            "cyber:IncidentDiscoveryMethod",
            CODE,
            below="cyber:IncidentDiscoveryMethodCode",
        ),
        FactRow("severity", "cyber:IncidentSeverity", CODE, below="cyber:IncidentOverallImpactSeverityCode"),
        FactRow("malware", "cyber:Malware", below="cyber:MalwareName", many=True),
        FactRow("actuality", "cyber:SecurityIncidentActualityCode", CODE),
        FactRow("systems_affected", "fx:AffectedSystemQuantity", INTEGER, "A count of systems that were affected."),
        FactRow("data_lost", "fx:DataLossIndicator", SWITCH, "True if data was taken or destroyed; false otherwise."),
        FactRow(
            "ransom_demanded", "fx:RansomDemandIndicator", SWITCH, "True if a ransom was demanded; false otherwise."
        ),
    ),
)

_SIGNS: Final = FactRow(
    "signs", "fx:MedicalSignCode", CODE, "A thing that a medical event is a sign of.", "fx:MedicalSign", many=True
)
_MEDICAL: Final = Holder(
    "fx:MedicalResponse",
    "an emergency medical response",
    (
        _SIGNS,
        FactRow("acuity", "fx:PatientAcuityCode", CODE, "A state of the worst patient.", "fx:PatientAcuity"),
        FactRow("patients", "fx:PatientQuantity", INTEGER, "A count of patients."),
        FactRow("deaths", "fx:PatientDeathQuantity", INTEGER, "A count of people who died."),
        FactRow("complaint", "fx:ChiefComplaintText", says="A complaint in the words of the patient."),
        FactRow("impressions", "fx:MedicalImpressionText", says="An impression that the crew had.", many=True),
        FactRow("naloxone_given", "fx:NaloxoneIndicator", SWITCH, "True if naloxone was given; false otherwise."),
        FactRow("transported", "fx:TransportIndicator", SWITCH, "True if a patient was transported; false otherwise."),
        FactRow("en_route", "fx:ResponseStartDate", INSTANT, "A date on which the unit set out."),
        FactRow("at_patient", "fx:PatientContactDate", INSTANT, "A date on which the crew reached the patient."),
        FactRow("left_scene", "fx:TransportStartDate", INSTANT, "A date on which the unit left the scene."),
        FactRow("at_destination", "fx:TransportEndDate", INSTANT, "A date on which the unit reached its destination."),
    ),
)
_HEALTH: Final = Holder(
    "fx:HealthEvent",
    "an event of public health",
    (
        _SIGNS,
        FactRow("syndromes", "fx:SyndromeText", says="A syndrome that the event falls under.", many=True),
        FactRow("agent", "fx:HealthAgentText", says="A germ or a substance that caused the event."),
        FactRow("patient_class", "fx:PatientClassCode", CODE, "A way in which a patient is seen.", "fx:PatientClass"),
        FactRow("complaint", "fx:ChiefComplaintText", says="A complaint in the words of the patient."),
        FactRow("diagnoses", "fx:DiagnosisText", says="A diagnosis, in words or as a code of ICD-10-CM.", many=True),
        FactRow("onset", "fx:HealthOnsetDate", INSTANT, "A date on which the illness began."),
        FactRow("cases", "fx:HealthCaseQuantity", INTEGER, "A count of cases."),
        FactRow("deaths", "fx:PatientDeathQuantity", INTEGER, "A count of people who died."),
        FactRow(
            "reportable", "fx:ReportableConditionIndicator", SWITCH, "True if the law has it reported; false otherwise."
        ),
        FactRow("outbreak", "fx:OutbreakIndicator", SWITCH, "True if it is part of an outbreak; false otherwise."),
    ),
)
_FIRE: Final = Holder(
    "fx:FireEvent",
    "what burned, why, how far it got, and what was lost",
    (
        FactRow("cause", "fx:FireCauseCode", CODE, "A cause of a fire.", "fx:FireCause"),
        FactRow("cause_text", "fx:FireCauseText", says="A cause of a fire in the words of the department."),
        FactRow("origin", "fx:FireOriginText", says="A description of where a fire began."),
        FactRow("first_ignited", "fx:FireFirstIgnitedText", says="A description of what burned first."),
        FactRow("property_use", "fx:PropertyUseText", says="A use of the property that burned."),
        FactRow("spread", "fx:FireSpreadCode", CODE, "An extent of a fire.", "fx:FireSpread"),
        FactRow("damage", "fx:StructureDamageCode", CODE, "An extent of damage to a building.", "fx:StructureDamage"),
        FactRow("controlled", "fx:FireControlDate", INSTANT, "A date on which a fire was under control."),
        FactRow("stories", "fx:BuildingStoryQuantity", INTEGER, "A count of stories of the building."),
        FactRow("acres_burned", "fx:AcresBurnedNumeric", DECIMAL, "A number of acres that burned."),
        FactRow("property_loss_dollars", "fx:PropertyLossAmount", DECIMAL, "An amount of US dollars of property lost."),
        FactRow("contents_loss_dollars", "fx:ContentsLossAmount", DECIMAL, "An amount of US dollars of contents lost."),
        FactRow("detector_present", "fx:DetectorIndicator", SWITCH, "True if there was a detector; false otherwise."),
        FactRow("hazardous_release", "fx:HazardousReleaseText", says="A description of a hazardous material released."),
        FactRow("civilians_injured", "fx:CivilianInjuryQuantity", INTEGER, "A count of civilians who were injured."),
        FactRow("civilians_killed", "fx:CivilianDeathQuantity", INTEGER, "A count of civilians who died."),
        FactRow("responders_injured", "fx:ResponderInjuryQuantity", INTEGER, "A count of responders who were injured."),
        FactRow("responders_killed", "fx:ResponderDeathQuantity", INTEGER, "A count of responders who died."),
    ),
)

HOLDERS: Final = (_LOOKOUT, _TIP, _CYBER, _MEDICAL, _HEALTH, _FIRE)
"""Elements of ours that hold particulars."""

ALERT_MORE: Final = Holder(
    "fx:AlertNotificationAugmentation",
    "additional information about an alert",
    (
        FactRow("status", "fx:AlertStatusCode", CODE, "A way in which an alert is to be handled.", "fx:AlertStatus"),
        FactRow("scope", "fx:AlertScopeCode", CODE, "A circle for which an alert is meant.", "fx:AlertScope"),
        FactRow("language", "fx:AlertLanguageID", says="An identifier of the language of an alert (RFC 5646)."),
        FactRow("sender", "fx:AlertSenderID", says="An identifier of who issued an alert."),
        FactRow("web", "fx:AlertWebsiteText", says="An address of a page with more about an alert."),
        FactRow("contact", "nc:ContactInformationDescriptionText"),
        FactRow("references", "fx:AlertReferenceText", says="A reference to an earlier alert.", many=True),
        FactRow(
            "other_responses",
            "fx:AlertResponseCode",
            CODE,
            "A response that is asked for.",
            "fx:AlertResponse",
            many=True,
        ),
    ),
)
"""What CAP 1.2 says of an alert and NIEM's own alert has no place for."""

_NOT_IN_NIEM: Final = frozenset({AlertResponse.AVOID, AlertResponse.ALL_CLEAR})
"""Responses of CAP 1.2 that NIEM 6.0 has no code for."""


def _notice(alert: Alert) -> tuple[Any, ...]:
    """An alert's values, then its message type and its responses as NIEM has codes for them.

    NIEM 6.0 has no code for a first alert.
    """
    kind, responses = alert.message_type, alert.responses
    return (
        *astuple(alert),
        None if kind is AlertMessageType.ALERT else kind,
        tuple(one for one in responses if one not in _NOT_IN_NIEM) if responses else (),
        tuple(one for one in responses if one in _NOT_IN_NIEM) if responses else (),
    )


_NOTICE: Final = Seen((*Alert.__struct_fields__, "message_code", "niem_responses", "other_responses"), _notice)


def _alert_fields(found: dict[str, Any]) -> dict[str, Any]:
    told = {field: value for field, value in found.items() if field in Alert.__struct_fields__}
    responses = [*found.get("niem_responses", ()), *found.get("other_responses", ())]
    message_type = found.get("message_code", AlertMessageType.ALERT.value)
    return told | {"message_type": message_type} | ({"responses": responses} if responses else {})


_ALERT_PARTS: Final = Within(
    "em:AlertNotification",
    (
        Leaf("em:AlertEffectiveDateTime", "effective", INSTANT),
        Leaf("em:AlertExpirationDateTime", "expires", INSTANT),
        Leaf("em:AlertHeadlineText", "headline"),
        Leaf("em:AlertInstructionsDescriptionText", "instructions"),
        Leaf("em:AlertReasonText", "event"),
        Leaf("em:AlertCategoryCode", "message_code", CODE),
        Within(
            "em:AlertEventDetails",
            (
                Leaf("em:AlertEventDetailsAudienceDescriptionText", "audience"),
                Leaf("em:AlertEventDetailsDescriptionText", "description"),
                Leaf("em:AlertEventDetailsOnsetDateTime", "onset", INSTANT),
                Leaf("em:AlertEventDetailsUrgencyCode", "urgency", CODE),
                Leaf("em:AlertEventDetailsSeverityCode", "severity", CODE),
                Leaves("em:AlertEventDetailsCategoryCode", "categories", CODE),
                Leaf("em:AlertEventDetailsCertaintyCode", "certainty", CODE),
                Leaves("em:AlertEventDetailsResponseRecommendationCode", "niem_responses", CODE),
            ),
        ),
        Within(ALERT_MORE.element, tuple(row.part() for row in ALERT_MORE.rows)),
    ),
)

_SUSPICIOUS_PARTS: Final = (
    Leaves("j:SuspiciousActivityCode", "behaviors", CODE),
    Leaf("j:TipTaxonomy/j:TipDomainCode", "tip_domain", CODE),
    Leaves("j:Target/j:TargetSectorCode", "target_sectors", CODE),
    Leaf("fx:ReviewStageCode", "stage", CODE),
    Leaf("fx:ArticulableFactsText", "articulable_facts"),
    Leaf("fx:PrivacyFieldIndicator", "privacy_fields", SWITCH),
)


class Account(NamedTuple):
    """How particulars stand in a message, and how the table sees them; `fields` makes theirs of what was read."""

    parts: tuple[Part, ...]
    seen: Seen
    fields: Callable[[dict[str, Any]], dict[str, Any]] = lambda found: found


ACCOUNTS: Final[dict[str, Account]] = {
    "suspicious_activity": Account(_SUSPICIOUS_PARTS, as_struct(SuspiciousActivity)),
    "lookout": Account((_LOOKOUT.part(),), as_struct(Lookout)),
    "alert": Account((_ALERT_PARTS,), _NOTICE, _alert_fields),
    "tip": Account((_TIP.part(),), as_struct(Tip)),
    "cyber_event": Account((_CYBER.part(),), as_struct(CyberEvent)),
    "medical_response": Account((_MEDICAL.part(),), as_struct(MedicalResponse)),
    "health_event": Account((_HEALTH.part(),), as_struct(HealthEvent)),
    "fire_event": Account((_FIRE.part(),), as_struct(FireEvent)),
}
"""Particulars by the record's field, in the order of messages."""

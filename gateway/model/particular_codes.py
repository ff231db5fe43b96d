"""Closed vocabularies of the particulars: what a coded field of one kind of record may say."""

from enum import StrEnum

__all__ = [
    "Actuality",
    "AlertCategory",
    "AlertCertainty",
    "AlertMessageType",
    "AlertResponse",
    "AlertScope",
    "AlertSeverity",
    "AlertStatus",
    "AlertUrgency",
    "AttackVector",
    "DiscoveryMethod",
    "FireCause",
    "FireSpread",
    "ImpactSeverity",
    "InformationValidity",
    "LookoutAction",
    "LookoutCategory",
    "LookoutCaution",
    "MedicalSign",
    "PatientAcuity",
    "PatientClass",
    "SourceReliability",
    "StructureDamage",
    "TipChannel",
    "TipClass",
]


class LookoutCategory(StrEnum):
    """What is being looked for, and why."""

    WANTED_PERSON = "wanted-person"
    MISSING_PERSON = "missing-person"
    ENDANGERED_PERSON = "endangered-person"
    PERSON_OF_INTEREST = "person-of-interest"
    ESCAPED_PERSON = "escaped-person"
    WANTED_VEHICLE = "wanted-vehicle"
    STOLEN_VEHICLE = "stolen-vehicle"
    STOLEN_PLATE = "stolen-plate"
    STOLEN_ITEM = "stolen-item"
    LOST_ITEM = "lost-item"
    RECOVERED_ITEM = "recovered-item"
    OFFICER_SAFETY = "officer-safety"


class LookoutCaution(StrEnum):
    """What an officer must reckon with on meeting whom or what is looked for."""

    ARMED = "armed"
    VIOLENT = "violent"
    ESCAPE_RISK = "escape-risk"
    RESISTS_ARREST = "resists-arrest"
    SUICIDAL = "suicidal"
    MEDICAL_CONDITION = "medical-condition"
    EXPLOSIVES = "explosives"
    HAZARDOUS_MATERIAL = "hazardous-material"


class LookoutAction(StrEnum):
    """What the center that asks wants done."""

    ARREST = "arrest"
    DETAIN = "detain"
    IDENTIFY = "identify"
    LOCATE = "locate"
    OBSERVE_ONLY = "observe-only"
    CHECK_WELFARE = "check-welfare"
    NOTIFY = "notify"


class AlertStatus(StrEnum):
    """How an alert is to be handled; CAP 1.2, 3.2.1 status."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class AlertMessageType(StrEnum):
    """What an alert does to earlier ones; CAP 1.2, 3.2.1 msgType, NIEM 6.0 em:AlertCategoryCode."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class AlertScope(StrEnum):
    """Whom an alert is meant for; CAP 1.2, 3.2.1 scope."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class AlertCategory(StrEnum):
    """What an alert is about; CAP 1.2, 3.2.2 category, NIEM 6.0 em:AlertEventDetailsCategoryCode."""

    CBRNE = "CBRNE"
    ENV = "Env"
    FIRE = "Fire"
    GEO = "Geo"
    HEALTH = "Health"
    INFRA = "Infra"
    MET = "Met"
    OTHER = "Other"
    RESCUE = "Rescue"
    SAFETY = "Safety"
    SECURITY = "Security"
    TRANSPORT = "Transport"


class AlertUrgency(StrEnum):
    """How soon to act; CAP 1.2, 3.2.2 urgency."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class AlertSeverity(StrEnum):
    """How bad it is; CAP 1.2, 3.2.2 severity."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class AlertCertainty(StrEnum):
    """How sure it is; CAP 1.2, 3.2.2 certainty."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class AlertResponse(StrEnum):
    """What people are told to do; CAP 1.2, 3.2.2 responseType. NIEM 6.0 knows all but two of them."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class TipClass(StrEnum):
    """What a tip is about; NIEM 6.0 sar:TipClassCodeSimpleType."""

    BIO = "BIO"
    CHEM = "CHEM"
    CNTFTG = "CNTFTG"
    CTMN = "CTMN"
    CYBER = "CYBER"
    EXPL = "EXPL"
    FRAUD = "FRAUD"
    FUND = "FUND"
    HATE = "HATE"
    INCEND = "INCEND"
    INFRA = "INFRA"
    LAUND = "LAUND"
    NCLR = "NCLR"
    SPCSA = "SPCSA"
    SPCSP = "SPCSP"
    SPCSSBST = "SPCSSBST"
    THRTPUB = "THRTPUB"
    VRUS = "VRUS"


class TipChannel(StrEnum):
    """How a tip reached the center."""

    PHONE = "phone"
    EMAIL = "email"
    WEB_FORM = "web-form"
    MOBILE_APP = "mobile-app"
    TEXT_MESSAGE = "text-message"
    IN_PERSON = "in-person"
    LETTER = "letter"
    SOCIAL_MEDIA = "social-media"
    OTHER_AGENCY = "other-agency"


class SourceReliability(StrEnum):
    """How far a source can be relied on: the letters of the admiralty scale."""

    COMPLETELY_RELIABLE = "A"
    USUALLY_RELIABLE = "B"
    FAIRLY_RELIABLE = "C"
    NOT_USUALLY_RELIABLE = "D"
    UNRELIABLE = "E"
    CANNOT_BE_JUDGED = "F"


class InformationValidity(StrEnum):
    """How far the information itself is borne out: the digits of the admiralty scale."""

    CONFIRMED = "1"
    PROBABLY_TRUE = "2"
    POSSIBLY_TRUE = "3"
    DOUBTFUL = "4"
    IMPROBABLE = "5"
    CANNOT_BE_JUDGED = "6"


class DiscoveryMethod(StrEnum):
    """How a cyber incident came to light; NIEM 6.0 stix:DiscoveryMethodCodeSimpleType."""

    AGENT_DISCLOSURE = "agent-disclosure"
    ANTIVIRUS = "antivirus"
    AUDIT = "audit"
    CUSTOMER = "customer"
    EXTERNAL_FRAUD_DETECTION = "external-fraud-detection"
    FINANCIAL_AUDIT = "financial-audit"
    HIPS = "hips"
    INCIDENT_RESPONSE = "incident-response"
    INTERNAL_FRAUD_DETECTION = "internal-fraud-detection"
    IT_AUDIT = "it-audit"
    LAW_ENFORCEMENT = "law-enforcement"
    LOG_REVIEW = "log-review"
    MONITORING_SERVICE = "monitoring-service"
    NIDS = "nids"
    SECURITY_ALARM = "security-alarm"
    UNKNOWN = "unknown"
    UNRELATED_PARTY = "unrelated-party"
    USER = "user"


class Actuality(StrEnum):
    """Whether a cyber incident is one; NIEM 6.0 cyber:SecurityIncidentActualityCodeSimpleType."""

    CONFIRMED = "Confirmed"
    FALSE_POSITIVE = "False Positive"
    NEAR_MISS = "Near Miss"
    SUSPECTED = "Suspected"


class ImpactSeverity(StrEnum):
    """How bad a cyber incident is over all; NIEM 6.0 cyber:IncidentOverallImpactSeverityCodeSimpleType."""

    BASELINE = "Baseline"
    LOW = "Low (Green)"
    MEDIUM = "Medium (Yellow)"
    HIGH = "High (Orange)"
    SEVERE = "Severe (Red)"


class AttackVector(StrEnum):
    """By what way an attacker came in; NIEM 6.0 cyber:AttackVectorCategoryCodeSimpleType."""

    ACCOUNT_TAKEOVER = "Account Takeover"
    ATTRITION = "Attrition"
    EMAIL_PHISHING = "Email/Phishing"
    REMOVABLE_MEDIA = "External/Removable Media"
    IMPERSONATION = "Impersonation/Spoofing"
    IMPROPER_USAGE = "Improper Usage"
    EQUIPMENT_LOSS = "Loss or Theft of Equipment"
    OTHER = "Other"
    UNKNOWN = "Unknown"
    WEB = "Web"


class PatientAcuity(StrEnum):
    """How badly off the worst patient of a call is; the colours of triage."""

    CRITICAL = "critical"
    EMERGENT = "emergent"
    LOWER = "lower"
    NON_ACUTE = "non-acute"
    DEAD = "dead"


class PatientClass(StrEnum):
    """In what way a facility sees a patient; the first letters of HL7 table 0004."""

    EMERGENCY = "emergency"
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    PREADMISSION = "preadmission"
    RECURRING = "recurring"
    OBSTETRICS = "obstetrics"


class MedicalSign(StrEnum):
    """What a medical event is a sign of, for those who watch for clusters and for violence."""

    OVERDOSE = "overdose"
    SELF_HARM = "self-harm"
    ASSAULT = "assault"
    GUNSHOT = "gunshot"
    BURN = "burn"
    TRAFFIC_COLLISION = "traffic-collision"
    CARDIAC_ARREST = "cardiac-arrest"
    POISONING = "poisoning"
    TERRORISM = "terrorism"


class FireCause(StrEnum):
    """Why something burned, as coarse as fire departments agree on."""

    INTENTIONAL = "intentional"
    UNINTENTIONAL = "unintentional"
    EQUIPMENT_FAILURE = "equipment-failure"
    ACT_OF_NATURE = "act-of-nature"
    UNDER_INVESTIGATION = "under-investigation"
    UNDETERMINED = "undetermined"


class FireSpread(StrEnum):
    """How far a fire got."""

    OBJECT = "object"
    ROOM = "room"
    FLOOR = "floor"
    BUILDING = "building"
    BEYOND = "beyond"


class StructureDamage(StrEnum):
    """How much of a building was damaged."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    MAJOR = "major"

"""Closed vocabularies of the record: what a coded field may say. Values are the standards' own codes."""

from enum import StrEnum


class Tlp(StrEnum):
    """Traffic Light Protocol 2.0 (FIRST, August 2022), from the widest audience to the narrowest."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    AMBER_STRICT = "amber+strict"
    RED = "red"

    @property
    def rank(self) -> int:
        """0 for CLEAR to 4 for RED; a ceiling compares ranks."""
        return list(Tlp).index(self)


class Pap(StrEnum):
    """Permissible Actions Protocol (MISP taxonomy, version 2): what a recipient may do with what it learns."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Caveat(StrEnum):
    """Legacy and policy caveats that travel beside CUI."""

    LES = "LES"
    FOUO = "FOUO"
    SBU = "SBU"
    ORCON = "ORCON"
    CFR23 = "28CFR23"


class Sensitivity(StrEnum):
    """Facts that a law or an agreement may exclude by itself."""

    JUVENILE = "juvenile"
    VICTIM = "victim"
    WITNESS = "witness"
    INFORMANT = "informant"
    HEALTH = "health"
    SEALED = "sealed"
    EXPUNGED = "expunged"


class Sex(StrEnum):
    """NIEM 6.0 j:PersonSexCode."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"
    X = "X"


class Race(StrEnum):
    """NIEM 6.0 j:PersonRaceCode."""

    ASIAN = "ASIAN"
    BLACK = "BLACK"
    HISPANIC_LATINO = "HISPANIC-LATINO"
    NATIVE_AMERICAN = "NATIVE_AMERICAN"
    PACIFIC_ISLANDER = "NATIVE_HAWAIIAN-OTHER_PACIFIC_ISLANDER"
    UNKNOWN = "UNKNOWN"
    WHITE = "WHITE"


class EyeColor(StrEnum):
    """NIEM 6.0 j:PersonEyeColorCode."""

    BLACK = "BLACK"
    BLUE = "BLUE"
    BROWN = "BROWN"
    GRAY = "GRAY"
    GREEN = "GREEN"
    HAZEL = "HAZEL"
    MAROON = "MAROON"
    MULTICOLORED = "MULTICOLORED"
    PINK = "PINK"
    UNKNOWN = "UNKNOWN"


class HairColor(StrEnum):
    """NIEM 6.0 j:PersonHairColorCode."""

    BALD = "BALD"
    BLACK = "BLACK"
    BLONDE = "BLONDE-STRAWBERRY"
    BLUE = "BLUE"
    BROWN = "BROWN"
    GRAY = "GRAY-PARTIALLY_GRAY"
    GREEN = "GREEN"
    ORANGE = "ORANGE"
    PINK = "PINK"
    PURPLE = "PURPLE"
    RED = "RED_AUBURN"
    SANDY = "SANDY"
    UNKNOWN = "UNKNOWN"
    WHITE = "WHITE"


class ActivityCategory(StrEnum):
    """What sort of happening an activity of the record is."""

    INCIDENT = "incident"
    CALL_FOR_SERVICE = "call-for-service"
    OFFENSE = "offense"
    ARREST = "arrest"
    SUSPICIOUS_ACTIVITY = "suspicious-activity"
    CYBER = "cyber"
    FIRE = "fire"
    MEDICAL = "medical"


class ActivityStatus(StrEnum):
    """Where the handling of an activity stands, as coarse as agencies agree on."""

    OPEN = "open"
    ACTIVE = "active"
    CLEARED = "cleared"
    CLOSED = "closed"
    UNFOUNDED = "unfounded"


class ItemCategory(StrEnum):
    """What sort of thing an item is."""

    FIREARM = "firearm"
    WEAPON = "weapon"
    DRUG = "drug"
    DEVICE = "device"
    DOCUMENT = "document"
    MONEY = "money"
    PROPERTY = "property"


class ItemStatus(StrEnum):
    """NIEM 6.0 j:ItemStatusCode, the values in use here."""

    BURNED = "BURNED"
    COUNTERFEITED = "COUNTERFEITED"
    DAMAGED = "DAMAGED"
    DESTROYED = "DESTROYED"
    FOUND = "FOUND"
    LOST = "LOST"
    NONE = "NONE"
    RECOVERED = "RECOVERED"
    SEIZED = "SEIZED"
    STOLEN = "STOLEN"
    UNKNOWN = "UNKNOWN"


class PlacePrecision(StrEnum):
    """How near a place's coordinates are to where it happened."""

    EXACT = "exact"
    BLOCK = "block"
    INTERSECTION = "intersection"
    BEAT = "beat"
    CITY = "city"
    REGION = "region"


class SuspiciousBehavior(StrEnum):
    """The sixteen ISE-SAR behaviours; NIEM 6.0 sar:SuspiciousActivityCodeSimpleType."""

    AVIATION = "AVIATION"
    CYBER = "CYBER"
    ELICIT = "ELICIT"
    EXPERT = "EXPERT"
    INTRSN = "INTRSN"
    MATRLS = "MATRLS"
    MISREP = "MISREP"
    PHOTO = "PHOTO"
    RECRUT = "RECRUT"
    SABOT = "SABOT"
    SECTOR = "SECTOR"
    SURVL = "SURVL"
    TESTSEC = "TESTSEC"
    THEFT = "THEFT"
    THREAT = "THREAT"
    WPNS = "WPNS"

    @property
    def needs_additional_facts(self) -> bool:
        """True for the nine behaviours that may also be innocent and need articulable facts in vetting."""
        return self in _NEEDS_FACTS


_NEEDS_FACTS = frozenset(
    {
        SuspiciousBehavior.ELICIT,
        SuspiciousBehavior.TESTSEC,
        SuspiciousBehavior.RECRUT,
        SuspiciousBehavior.PHOTO,
        SuspiciousBehavior.SURVL,
        SuspiciousBehavior.MATRLS,
        SuspiciousBehavior.EXPERT,
        SuspiciousBehavior.WPNS,
        SuspiciousBehavior.SECTOR,
    }
)


class TargetSector(StrEnum):
    """NIEM 6.0 sar:TargetSectorCodeSimpleType."""

    AGRI = "AGRI"
    CHEM = "CHEM"
    COMM = "COMM"
    CORR = "CORR"
    CSTL = "CSTL"
    CULTR = "CULTR"
    DAMS = "DAMS"
    DFNSE = "DFNSE"
    EDU = "EDU"
    EMRG = "EMRG"
    ENRG = "ENRG"
    ENTMT = "ENTMT"
    FIN = "FIN"
    GVTBLDG = "GVTBLDG"
    HAZMAT = "HAZMAT"
    HLTH = "HLTH"
    IT = "IT"
    LIVSTK = "LIVSTK"
    MAIL = "MAIL"
    MASS = "MASS"
    MFG = "MFG"
    MNMT = "MNMT"
    NATRL = "NATRL"
    NCLR = "NCLR"
    OTHR = "OTHR"
    POP = "POP"
    PRSN = "PRSN"
    RETL = "RETL"
    SPCFXN = "SPCFXN"
    TACTCP = "TACTCP"
    TELCM = "TELCM"
    TRANS = "TRANS"
    UTL = "UTL"
    WATR = "WATR"


class TipDomain(StrEnum):
    """NIEM 6.0 sar:TipDomainCodeSimpleType."""

    CRIMINAL = "A"
    CRITICAL_INFRASTRUCTURE = "B"
    CYBER = "C"
    FINANCIAL = "D"
    INTELLIGENCE = "E"
    SECURITY = "F"
    SUSPICIOUS_INCIDENT = "G"
    THREATS_AGAINST_PERSONS = "H"


class ReviewStage(StrEnum):
    """How far the submitting agency's own review of a suspicious activity report went."""

    NONE = "none"
    SUPERVISOR = "supervisor"
    ANALYST = "analyst"


class ObservableType(StrEnum):
    """What sort of technical value an observable holds."""

    IPV4 = "ipv4-addr"
    IPV6 = "ipv6-addr"
    DOMAIN = "domain-name"
    URL = "url"
    EMAIL = "email-addr"
    MD5 = "md5"
    SHA1 = "sha-1"
    SHA256 = "sha-256"
    SHA512 = "sha-512"


class IndicatorType(StrEnum):
    """STIX 2.1 indicator-type-ov (10.10)."""

    ANOMALOUS_ACTIVITY = "anomalous-activity"
    ANONYMIZATION = "anonymization"
    ATTRIBUTION = "attribution"
    BENIGN = "benign"
    COMPROMISED = "compromised"
    MALICIOUS_ACTIVITY = "malicious-activity"
    UNKNOWN = "unknown"


class RansomwareUse(StrEnum):
    """CISA KEV column knownRansomwareCampaignUse."""

    KNOWN = "known"
    UNKNOWN = "unknown"

"""The table of kinds: one row says what a kind of record needs and how it leaves the gateway."""

import enum
from typing import NamedTuple

__all__ = ["KINDS", "PRIVACY_KINDS", "Container", "Kind", "KindRow"]


class Kind(enum.StrEnum):
    """What sort of record it is; agreements name kinds."""

    INCIDENT = "incident"
    SUSPICIOUS_ACTIVITY = "suspicious-activity"
    LOOKOUT = "lookout"
    ALERT = "alert"
    TIP = "tip"
    CYBER_INCIDENT = "cyber-incident"
    INDICATOR_SET = "indicator-set"
    VULNERABILITY = "vulnerability"
    EMERGENCY_MEDICAL = "emergency-medical"
    THREAT_INTELLIGENCE = "threat-intelligence"
    PUBLIC_HEALTH = "public-health"
    FIRE = "fire"
    CRIMINAL_INTELLIGENCE = "criminal-intelligence"


class Container(enum.StrEnum):
    """The STIX object that holds a record's objects together and carries the signature."""

    REPORT = "report"
    GROUPING = "grouping"


class KindRow(NamedTuple):
    """What a kind is, needs and becomes.

    `approvals` is how many different operators must release a record before anyone sees it (0: none). `requires` names
    record fields that may not be empty. `niem_root` is the local name of the message element in our extension
    namespace, `container` the STIX container; a kind that has neither yet is held and reported, never published.
    """

    title: str
    approvals: int
    requires: tuple[str, ...]
    niem_root: str | None = None
    container: Container | None = None
    report_type: str | None = None

    @property
    def is_rendered(self) -> bool:
        """Whether records of this kind can leave the gateway yet."""
        return self.niem_root is not None and self.container is not None


KINDS: dict[Kind, KindRow] = {
    Kind.INCIDENT: KindRow("Incident", 0, ("activities",), "IncidentReport", Container.REPORT, "threat-report"),
    Kind.SUSPICIOUS_ACTIVITY: KindRow(
        "Suspicious activity report",
        2,
        ("activities", "suspicious_activity"),
        "SuspiciousActivityReport",
        Container.GROUPING,
    ),
    Kind.INDICATOR_SET: KindRow(
        "Indicator set", 0, ("observables", "indicators"), "IndicatorReport", Container.REPORT, "indicator"
    ),
    Kind.VULNERABILITY: KindRow(
        "Vulnerability", 0, ("vulnerabilities",), "VulnerabilityReport", Container.REPORT, "vulnerability"
    ),
    Kind.LOOKOUT: KindRow("Lookout", 0, ("lookout",), "LookoutReport", Container.REPORT, "threat-report"),
    Kind.ALERT: KindRow("Public alert", 0, ("alert",), "AlertReport", Container.REPORT, "threat-report"),
    Kind.TIP: KindRow("Tip", 2, ("activities",), "TipReport", Container.GROUPING),
    Kind.CYBER_INCIDENT: KindRow(
        "Cyber incident", 0, ("activities",), "CyberIncidentReport", Container.REPORT, "threat-report"
    ),
    Kind.THREAT_INTELLIGENCE: KindRow(
        "Threat intelligence", 0, ("originals",), "ThreatIntelligenceReport", Container.REPORT, "threat-report"
    ),
    Kind.EMERGENCY_MEDICAL: KindRow(
        "Emergency medical event", 0, ("activities",), "EmergencyMedicalReport", Container.GROUPING
    ),
    Kind.PUBLIC_HEALTH: KindRow("Public health event", 0, ("activities",), "PublicHealthReport", Container.GROUPING),
    Kind.FIRE: KindRow("Fire event", 0, ("activities",), "FireReport", Container.GROUPING),
    Kind.CRIMINAL_INTELLIGENCE: KindRow("Criminal intelligence", 2, ()),
}

PRIVACY_KINDS = frozenset({Kind.SUSPICIOUS_ACTIVITY})
"""Kinds whose standard marks the fields that tell who somebody is (ISE-SAR Functional Standard, privacy fields)."""

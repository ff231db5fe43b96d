"""Rules of the exchange that neither XML Schema nor the NDR can say, one row each, as XPath 1.0.

An expression is evaluated at the root of a message and gives either a truth value (false: the rule is broken) or the
elements that break it. Times are compared at whole seconds as numbers, which XPath 1.0 can order.
"""

import enum
from typing import Final, NamedTuple

from gateway.model.kinds import KINDS, Kind

__all__ = ["RULES", "RuleRow", "Severity"]


class Severity(enum.StrEnum):
    """An error keeps a message from leaving; a warning is told to the center."""

    ERROR = "error"
    WARNING = "warning"


class RuleRow(NamedTuple):
    """One rule. `roots` are the local names of the messages it is for; empty means all."""

    id: str
    severity: Severity
    xpath: str
    says: str
    roots: frozenset[str] = frozenset()


def _for(*kinds: Kind) -> frozenset[str]:
    return frozenset(root for kind in kinds if (root := KINDS[kind].niem_root))


def _seconds(path: str) -> str:
    return f"number(translate(substring({path}, 1, 19), '-:T', ''))"


_CREATED: Final = "nc:DocumentCreationDate/nc:DateTime"
_MODIFIED: Final = "nc:DocumentLastModifiedDate/nc:DateTime"
_LOWER: Final = "'abcdefghijklmnopqrstuvwxyz'"
_UPPER: Final = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"
_ACTIVITY: Final = "boolean(nc:Incident | cyber:CyberIncident | j:Offense | j:Arrest)"

RULES: Final = (
    RuleRow(
        "fx-1",
        Severity.ERROR,
        "count(nc:DocumentIdentification/nc:IdentificationID[starts-with(., 'urn:uuid:')"
        " and string-length(.) = 45]) = 1",
        "A message has exactly one identifier, a UUID as a URN.",
    ),
    RuleRow(
        "fx-2",
        Severity.ERROR,
        f"count({_CREATED}) = 1 and count({_MODIFIED}) = 1",
        "A message says once when it was created and once when it was last modified.",
    ),
    RuleRow(
        "fx-3",
        Severity.ERROR,
        f"not({_seconds(_MODIFIED)} < {_seconds(_CREATED)})",
        "A message is not modified before it is created.",
    ),
    RuleRow(
        "fx-4",
        Severity.ERROR,
        "boolean(nc:DocumentSensitivityText[. = concat('TLP:', translate(string("
        f"/*/fx:Handling/fx:TrafficLightProtocolCode), {_LOWER}, {_UPPER}))])",
        "The written TLP label is the one of the handling.",
    ),
    RuleRow(
        "fx-5",
        Severity.ERROR,
        "//nc:ConfidencePercent[number(.) < 0 or number(.) > 100]",
        "A confidence lies between 0 and 100.",
    ),
    RuleRow(
        "fx-6",
        Severity.ERROR,
        "fx:Provenance/fx:SourceDigestText[string-length(.) != 64 or translate(., '0123456789abcdef', '') != '']",
        "A source digest is 64 hexadecimal digits in lower case.",
    ),
    RuleRow(
        "fx-7",
        Severity.ERROR,
        "boolean(j:SuspiciousActivityCode)",
        "A suspicious activity report names at least one behavior.",
        _for(Kind.SUSPICIOUS_ACTIVITY),
    ),
    RuleRow(
        "fx-8",
        Severity.ERROR,
        _ACTIVITY,
        "A report of what happened holds at least one activity.",
        _for(Kind.INCIDENT, Kind.SUSPICIOUS_ACTIVITY),
    ),
    RuleRow(
        "fx-9",
        Severity.ERROR,
        "boolean(cyber:CyberVulnerability)",
        "A vulnerability report names at least one vulnerability.",
        _for(Kind.VULNERABILITY),
    ),
    RuleRow(
        "fx-10",
        Severity.WARNING,
        "boolean(cyber:CyberIndicatorPattern) and boolean(cyber:CyberObservableObject)",
        "An indicator report holds indicators and their observables, unless the projection withholds them.",
        _for(Kind.INDICATOR_SET),
    ),
    RuleRow(
        "fx-11",
        Severity.WARNING,
        f"//nc:DateRange[{_seconds('nc:EndDate/nc:DateTime')} < {_seconds('nc:StartDate/nc:DateTime')}]",
        "A range of time does not end before it starts.",
    ),
    RuleRow(
        "fx-12",
        Severity.WARNING,
        "//nc:MeasureIntegerRange[nc:RangeMaximumIntegerValue < nc:RangeMinimumIntegerValue]",
        "A range of ages does not end below its start.",
    ),
    RuleRow(
        "fx-13",
        Severity.WARNING,
        "//fx:CyberIndicatorPatternAugmentation["
        f"{_seconds('fx:IndicatorValidUntilDate/nc:DateTime')} < {_seconds('fx:IndicatorValidFromDate/nc:DateTime')}]",
        "An indicator is not invalid before it is valid.",
    ),
)

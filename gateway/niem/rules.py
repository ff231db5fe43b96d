"""Rules of the exchange that neither XML Schema nor the NDR can say, one row each, as XPath 1.0.

An expression is a truth value: false where the rule is broken. It is evaluated at the root of a message, or at every
element that the rule is about; the rarer that element, the cheaper. Times in UTC are compared as numbers, which
XPath 1.0 can order; a time in another zone is no number then, and breaks no rule.
"""

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from lxml import etree

from gateway.model.kinds import KINDS, Kind
from gateway.niem.faults import MessageFault, path_of
from gateway.niem.namespaces import NAMESPACES

__all__ = ["RULES", "ExchangeRules", "RuleRow", "Severity"]


class Severity(enum.StrEnum):
    """An error keeps a message from leaving; a warning is told to the center."""

    ERROR = "error"
    WARNING = "warning"


class RuleRow(NamedTuple):
    """One rule. `at` is the element that it is about, '' for the root; `roots` the messages it is for, empty for all.

    `roots` are local names.
    """

    id: str
    severity: Severity
    xpath: str
    says: str
    at: str = ""
    roots: frozenset[str] = frozenset()


def _for(*kinds: Kind) -> frozenset[str]:
    return frozenset(root for kind in kinds if (root := KINDS[kind].niem_root))


def _instant(path: str) -> str:
    """A time as a number: `20260304150000.25`."""
    return f"number(translate({path}, '-:TZ', ''))"


_CREATED: Final = "nc:DocumentCreationDate/nc:DateTime"
_MODIFIED: Final = "nc:DocumentLastModifiedDate/nc:DateTime"
_VALID_FROM: Final = "../fx:IndicatorValidFromDate/nc:DateTime"
_LOWER: Final = "'abcdefghijklmnopqrstuvwxyz'"
_UPPER: Final = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ'"

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
        f"not({_instant(_MODIFIED)} < {_instant(_CREATED)})",
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
        "not(number(.) < 0 or number(.) > 100)",
        "A confidence lies between 0 and 100.",
        at="nc:ConfidencePercent",
    ),
    RuleRow(
        "fx-6",
        Severity.ERROR,
        "string-length(.) = 64 and translate(., '0123456789abcdef', '') = ''",
        "A source digest is 64 hexadecimal digits in lower case.",
        at="fx:SourceDigestText",
    ),
    RuleRow(
        "fx-7",
        Severity.ERROR,
        "boolean(j:SuspiciousActivityCode)",
        "A suspicious activity report names at least one behavior.",
        roots=_for(Kind.SUSPICIOUS_ACTIVITY),
    ),
    RuleRow(
        "fx-8",
        Severity.ERROR,
        "boolean(nc:Incident | cyber:CyberIncident | j:Offense | j:Arrest)",
        "A report of what happened holds at least one activity.",
        roots=_for(Kind.INCIDENT, Kind.SUSPICIOUS_ACTIVITY),
    ),
    RuleRow(
        "fx-9",
        Severity.ERROR,
        "boolean(cyber:CyberVulnerability)",
        "A vulnerability report names at least one vulnerability.",
        roots=_for(Kind.VULNERABILITY),
    ),
    RuleRow(
        "fx-10",
        Severity.WARNING,
        "boolean(cyber:CyberIndicatorPattern) and boolean(cyber:CyberObservableObject)",
        "An indicator report holds indicators and their observables, unless the projection withholds them.",
        roots=_for(Kind.INDICATOR_SET),
    ),
    RuleRow(
        "fx-11",
        Severity.WARNING,
        f"not({_instant('nc:EndDate/nc:DateTime')} < {_instant('nc:StartDate/nc:DateTime')})",
        "A range of time does not end before it starts.",
        at="nc:DateRange",
    ),
    RuleRow(
        "fx-12",
        Severity.WARNING,
        "not(. < ../nc:RangeMinimumIntegerValue)",
        "A range of ages does not end below its start.",
        at="nc:RangeMaximumIntegerValue",
    ),
    RuleRow(
        "fx-13",
        Severity.WARNING,
        f"not({_instant('nc:DateTime')} < {_instant(_VALID_FROM)})",
        "An indicator is not invalid before it is valid.",
        at="fx:IndicatorValidUntilDate",
    ),
)

_Compiled = list[tuple[RuleRow, Any]]


class ExchangeRules:
    """The table, compiled. All rules about the root are one expression; they are asked singly where it is false."""

    def __init__(self, roots: Mapping[str, str]) -> None:
        """`roots` gives the local name of each message by its full name."""
        self._all: dict[str, Any] = {}
        self._singly: dict[str, _Compiled] = {}
        for tag, local in roots.items():
            rows = [row for row in RULES if not row.at and local in (row.roots or {local})]
            self._all[tag] = _compiled(" and ".join(f"({row.xpath})" for row in rows))
            self._singly[tag] = [(row, _compiled(row.xpath)) for row in rows]
        self._at: dict[str, _Compiled] = {}
        for row in RULES:
            if row.at:
                prefix, _, name = row.at.partition(":")
                rules = self._at.setdefault(f"{{{NAMESPACES[prefix]}}}{name}", [])
                rules.append((row, _compiled(row.xpath)))
        self.elements: Final = tuple(self._at)
        """The elements that `faults` wants to see, beside the root."""

    def faults(self, root: Any, elements: Iterable[Any]) -> Iterator[MessageFault]:
        """Every breach of the rules by a message with a known root; `elements` are those that rules are about."""
        if not self._all[root.tag](root):
            yield from (_fault(row, root) for row, xpath in self._singly[root.tag] if not xpath(root))
        for element in elements:
            yield from (_fault(row, element) for row, xpath in self._at[element.tag] if not xpath(element))


def _compiled(xpath: str) -> Any:
    """An evaluator that knows only the prefixes that occur: each one is declared anew for every message."""
    used = {prefix: uri for prefix, uri in NAMESPACES.items() if f"{prefix}:" in xpath}
    return etree.XPath(xpath, namespaces=used or None, regexp=False, smart_strings=False)


def _fault(row: RuleRow, place: Any) -> MessageFault:
    return MessageFault(
        code=f"rule.{row.id}",
        problem=row.says,
        path=path_of(place),
        line=place.sourceline or 0,
        severity=row.severity,
    )

"""Cyber entities as NIEM 6.0 elements: observables, indicators and vulnerabilities, in schema order."""

from collections.abc import Mapping
from typing import Final

from gateway.model.codes import ObservableType
from gateway.model.entities import Indicator, Observable
from gateway.model.patterns import pattern
from gateway.niem.template import (
    Part,
    Shape,
    attribute_text,
    code,
    day,
    element_text,
    fixed,
    instant,
    integer,
    reference,
    switch,
    text,
    texts,
    within,
)

__all__ = ["OBSERVABLES", "VULNERABILITY", "written_indicator"]

_VALUE: Final = text("cyber:CyberObservableObjectValueText", "value")


def _hash(algorithm: str) -> Shape:
    written = f"<fx:FileHashAlgorithmCode>{algorithm}</fx:FileHashAlgorithmCode>"
    return _observable("fx:CyberObservableFileHashObjectType", fixed(written, "value"))


def _observable(type_name: str, *more: Part) -> Shape:
    return Shape(f'cyber:CyberObservableObject xsi:type="{type_name}"', (_VALUE, *more))


OBSERVABLES: Final[Mapping[ObservableType, Shape]] = {
    ObservableType.IPV4: _observable("cyber:CyberObservableIPv4AddressObjectType"),
    ObservableType.IPV6: _observable("cyber:CyberObservableIPv6AddressObjectType"),
    ObservableType.DOMAIN: _observable("cyber:CyberObservableDomainNameObjectType"),
    ObservableType.URL: _observable("cyber:CyberObservableURLObjectType"),
    ObservableType.EMAIL: _observable("fx:CyberObservableEmailAddressObjectType"),
    ObservableType.MD5: _hash("md5"),
    ObservableType.SHA1: _hash("sha-1"),
    ObservableType.SHA256: _hash("sha-256"),
    ObservableType.SHA512: _hash("sha-512"),
}

_INDICATOR_START: Final = text("cyber:CyberIndicatorPatternDescriptionText", "description")
_INDICATOR_TYPES: Final = texts("fx:IndicatorCategoryCode", "types")
_INDICATOR_MALWARE: Final = text("cyber:Malware/cyber:MalwareName", "malware")
_INDICATOR_OBSERVED: Final = reference("cyber:CyberObservableObject", "observable")
_INDICATOR_SEEN: Final = (
    instant("cyber:FirstObservedDate/nc:DateTime", "first_seen"),
    instant("cyber:LastObservedDate/nc:DateTime", "last_seen"),
)
_INDICATOR_END: Final = (
    instant("fx:IndicatorValidFromDate/nc:DateTime", "valid_from"),
    instant("fx:IndicatorValidUntilDate/nc:DateTime", "valid_until"),
    integer("nc:ConfidencePercent", "confidence"),
)


def written_indicator(indicator: Indicator, observables: Mapping[str, Observable]) -> str:
    """An indicator with the observable it stands on; one whose observable is withheld keeps its other facts."""
    observable = observables.get(indicator.observable)
    stix_pattern = seen = ""
    if observable is not None:
        stix_pattern = element_text(pattern(observable), "observable")
        stix_pattern = f"<fx:IndicatorPatternText>{stix_pattern}</fx:IndicatorPatternText>"
        seen = _INDICATOR_OBSERVED(indicator)
    seen += "".join([part(indicator) for part in _INDICATOR_SEEN])
    seen = f"<cyber:ObservedData>{seen}</cyber:ObservedData>" if seen else ""
    middle = f"{_INDICATOR_TYPES(indicator)}{stix_pattern}{_INDICATOR_MALWARE(indicator)}{seen}"
    facts = middle + "".join([part(indicator) for part in _INDICATOR_END])
    augmentation = "fx:CyberIndicatorPatternAugmentation"
    more = f"<{augmentation}>{facts}</{augmentation}>" if facts else ""
    start = f'<cyber:CyberIndicatorPattern structures:id="{attribute_text(indicator.ref, "ref")}">'
    return f"{start}{_INDICATOR_START(indicator)}{more}</cyber:CyberIndicatorPattern>"


VULNERABILITY: Final = Shape(
    "cyber:CyberVulnerability",
    (
        within(
            "cyber:CommonVulnerabilityEnumeration",
            (
                text("cyber:CommonVulnerabilityEnumerationID", "cve"),
                text("cyber:CommonVulnerabilityEnumerationDescriptionText", "description"),
            ),
        ),
        within(
            "fx:CyberVulnerabilityAugmentation",
            (
                text("fx:VulnerabilityName", "name"),
                text("fx:VulnerableVendorName", "vendor"),
                text("fx:VulnerableProductName", "product"),
                text("fx:RequiredActionText", "required_action"),
                day("fx:CatalogAddedDate/nc:Date", "added"),
                day("fx:RemediationDueDate/nc:Date", "due"),
                code("fx:RansomwareUseCode", "ransomware"),
                texts("fx:WeaknessID", "weaknesses"),
                texts("fx:VulnerabilityReferenceText", "references"),
                text("fx:VulnerabilityNoteText", "notes"),
                switch("fx:VulnerabilityExploitedIndicator", "exploited"),
            ),
        ),
    ),
)

"""Cyber entities as NIEM 6.0 elements: observables, indicators and vulnerabilities, in schema order."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple

from gateway.model.codes import ObservableType
from gateway.model.entities import Indicator, Observable
from gateway.model.patterns import pattern
from gateway.niem.parts import (
    CODE,
    DAY,
    INSTANT,
    INTEGER,
    SWITCH,
    Fixed,
    Leaf,
    Leaves,
    Only,
    Part,
    Reference,
    Seen,
    Shape,
    Within,
)

__all__ = ["CLAIM", "INDICATOR", "OBSERVABLES", "ORIGINAL", "VULNERABILITY", "Claim", "claim", "indicator_fields"]


def _observable(observable: ObservableType, type_name: str, *more: Part) -> Shape:
    value = Leaf("cyber:CyberObservableObjectValueText", "value")
    return Shape("cyber:CyberObservableObject", (value, *more), type_name, {"type": observable.value})


def _hash(observable: ObservableType) -> Shape:
    algorithm = Fixed("fx:FileHashAlgorithmCode", observable.value)
    return _observable(observable, "fx:CyberObservableFileHashObjectType", algorithm)


OBSERVABLES: Final[Mapping[ObservableType, Shape]] = {
    shape.constants["type"]: shape  # type: ignore[misc]
    for shape in (
        _observable(ObservableType.IPV4, "cyber:CyberObservableIPv4AddressObjectType"),
        _observable(ObservableType.IPV6, "cyber:CyberObservableIPv6AddressObjectType"),
        _observable(ObservableType.DOMAIN, "cyber:CyberObservableDomainNameObjectType"),
        _observable(ObservableType.URL, "cyber:CyberObservableURLObjectType"),
        _observable(ObservableType.EMAIL, "fx:CyberObservableEmailAddressObjectType"),
        _hash(ObservableType.MD5),
        _hash(ObservableType.SHA1),
        _hash(ObservableType.SHA256),
        _hash(ObservableType.SHA512),
    )
}
"""The shape of each type of observable: its `xsi:type`, and for a file's hash the algorithm."""


class Claim(NamedTuple):
    """An indicator with the pattern of its observable; no pattern where the view withholds the observable."""

    indicator: Indicator
    pattern: str | None

    @property
    def ref(self) -> str:
        """The indicator's local name."""
        return self.indicator.ref


CLAIM: Final = Seen((*Indicator.__struct_fields__, "pattern"), lambda claim: (*astuple(claim.indicator), claim.pattern))
"""A claim, seen as the indicator's fields and the pattern."""


def claim(indicator: Indicator, observables: Mapping[str, Observable]) -> Claim:
    """The claim that an indicator makes. `observables` are the record's, by their local names."""
    observable = observables.get(indicator.observable)
    return Claim(indicator, pattern(observable) if observable is not None else None)


INDICATOR: Final = Shape(
    "cyber:CyberIndicatorPattern",
    (
        Leaf("cyber:CyberIndicatorPatternDescriptionText", "description"),
        Within(
            "fx:CyberIndicatorPatternAugmentation",
            (
                Leaves("fx:IndicatorCategoryCode", "types", CODE),
                Leaf("fx:IndicatorPatternText", "pattern"),
                Leaf("cyber:Malware/cyber:MalwareName", "malware"),
                Within(
                    "cyber:ObservedData",
                    (
                        Only(Reference("cyber:CyberObservableObject", "observable"), given=("pattern",)),
                        Leaf("cyber:FirstObservedDate/nc:DateTime", "first_seen", INSTANT),
                        Leaf("cyber:LastObservedDate/nc:DateTime", "last_seen", INSTANT),
                    ),
                ),
                Leaf("fx:IndicatorValidFromDate/nc:DateTime", "valid_from", INSTANT),
                Leaf("fx:IndicatorValidUntilDate/nc:DateTime", "valid_until", INSTANT),
                Leaf("nc:ConfidencePercent", "confidence", INTEGER),
            ),
        ),
    ),
)


def indicator_fields(found: dict[str, Any]) -> dict[str, Any]:
    """What a reader found of a claim, as an indicator's fields; the pattern repeats its observable."""
    return {"observable": "withheld"} | {field: value for field, value in found.items() if field != "pattern"}


VULNERABILITY: Final = Shape(
    "cyber:CyberVulnerability",
    (
        Within(
            "cyber:CommonVulnerabilityEnumeration",
            (
                Leaf("cyber:CommonVulnerabilityEnumerationID", "cve"),
                Leaf("cyber:CommonVulnerabilityEnumerationDescriptionText", "description"),
            ),
        ),
        Within(
            "fx:CyberVulnerabilityAugmentation",
            (
                Leaf("fx:VulnerabilityName", "name"),
                Leaf("fx:VulnerableVendorName", "vendor"),
                Leaf("fx:VulnerableProductName", "product"),
                Leaf("fx:RequiredActionText", "required_action"),
                Leaf("fx:CatalogAddedDate/nc:Date", "added", DAY),
                Leaf("fx:RemediationDueDate/nc:Date", "due", DAY),
                Leaf("fx:RansomwareUseCode", "ransomware", CODE),
                Leaves("fx:WeaknessID", "weaknesses"),
                Leaves("fx:VulnerabilityReferenceText", "references"),
                Leaf("fx:VulnerabilityNoteText", "notes"),
                Leaf("fx:VulnerabilityExploitedIndicator", "exploited", SWITCH),
            ),
        ),
    ),
)

ORIGINAL: Final = Shape(
    "fx:OriginalObject",
    (
        Leaf("fx:OriginalID", "stix_id"),
        Leaf("fx:OriginalCategoryText", "stix_type"),
        Leaf("fx:OriginalProducerID", "producer"),
        Leaf("fx:OriginalVersionText", "version"),
        Leaf("fx:OriginalName", "name"),
        Leaf("fx:OriginalContentText", "content"),
        Leaf("fx:OriginalUnchangedIndicator", "unchanged", SWITCH),
        Leaf("fx:OriginalFactsID", "stands_for"),
    ),
)

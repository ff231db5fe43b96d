"""Cyber entities as NIEM 6.0 elements: observables, indicators and vulnerabilities, in schema order."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from gateway.model.codes import ObservableType
from gateway.model.entities import Indicator, Observable
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

__all__ = ["OBSERVABLES", "VULNERABILITY", "indicator_pattern", "written_indicator"]

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

_PATTERNS: Final[Mapping[ObservableType, str]] = {
    ObservableType.IPV4: "ipv4-addr:value",
    ObservableType.IPV6: "ipv6-addr:value",
    ObservableType.DOMAIN: "domain-name:value",
    ObservableType.URL: "url:value",
    ObservableType.EMAIL: "email-addr:value",
    ObservableType.MD5: "file:hashes.'MD5'",
    ObservableType.SHA1: "file:hashes.'SHA-1'",
    ObservableType.SHA256: "file:hashes.'SHA-256'",
    ObservableType.SHA512: "file:hashes.'SHA-512'",
}
"""Object paths of the STIX 2.1 patterning language (9.6); hash names as in hash-algorithm-ov (10.7)."""


_URL_CHARACTERS: Final = ":/?#@!$&'()*+,;=-._~%"
_LONE_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def _encoded_url(url: str) -> str:
    """A URL as RFC 3986 has it: everything outside its characters percent-encoded; brackets only in the authority."""
    scheme, mark, rest = url.partition("://")
    end = next((i for i, character in enumerate(rest) if character in "/?#"), len(rest))
    authority = quote(rest[:end], safe=_URL_CHARACTERS + "[]")
    return _LONE_PERCENT.sub("%25", f"{scheme}{mark}{authority}{quote(rest[end:], safe=_URL_CHARACTERS)}")


def indicator_pattern(observable: Observable) -> str:
    """The STIX 2.1 pattern for one observable, the same that the STIX stage writes; a test holds the two together.

    Quotes and backslashes in the value are escaped (9.5); a URL is percent-encoded as its STIX object has it.
    """
    is_url = observable.type is ObservableType.URL
    value = _encoded_url(observable.value) if is_url else observable.value
    literal = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"[{_PATTERNS[observable.type]} = '{literal}']"


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
    pattern = seen = ""
    if observable is not None:
        pattern = element_text(indicator_pattern(observable), "observable")
        pattern = f"<fx:IndicatorPatternText>{pattern}</fx:IndicatorPatternText>"
        seen = _INDICATOR_OBSERVED(indicator)
    seen += "".join([part(indicator) for part in _INDICATOR_SEEN])
    seen = f"<cyber:ObservedData>{seen}</cyber:ObservedData>" if seen else ""
    middle = f"{_INDICATOR_TYPES(indicator)}{pattern}{_INDICATOR_MALWARE(indicator)}{seen}"
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

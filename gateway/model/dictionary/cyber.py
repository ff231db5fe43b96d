"""Definitions of technical values, of claims about them and of weaknesses."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["INDICATOR", "OBSERVABLE", "ORIGINAL", "VULNERABILITY"]

OBSERVABLE: Final[Definitions] = {
    "type": Definition("What sort of technical value it is.", "cyber:CyberObservableObject; STIX 2.1, 6"),
    "value": Definition(
        "The value without defanging; hashes and domain names in lower case, all else as the source wrote it.",
        "cyber:CyberObservableObjectValueText",
    ),
}

INDICATOR: Final[Definitions] = {
    "observable": Definition("Local name of the observable that the claim is about.", "cyber:CyberObservableObject"),
    "types": Definition(
        "What the observable is said to be a sign of, in the words of STIX's vocabulary.",
        "fx:IndicatorCategoryCode; STIX 2.1, 10.10",
    ),
    "description": Definition(
        "What the claim rests on or adds, in the source's words.", "cyber:CyberIndicatorPatternDescriptionText"
    ),
    "malware": Definition("Name of the malware family that the observable points to.", "cyber:MalwareName"),
    "first_seen": Definition("When the observable was first seen at it, in UTC.", "cyber:FirstObservedDate"),
    "last_seen": Definition("When the observable was last seen at it, in UTC.", "cyber:LastObservedDate"),
    "valid_from": Definition("From when on the claim holds, in UTC.", "fx:IndicatorValidFromDate; STIX 2.1, 4.7"),
    "valid_until": Definition(
        "From when on the claim no longer holds, in UTC; as the source set it, not the end that the gateway sets.",
        "fx:IndicatorValidUntilDate; STIX 2.1, 4.7",
    ),
    "confidence": Definition("How sure the source is of the claim, in percent.", "nc:ConfidencePercent; STIX 2.1, 3.2"),
}

VULNERABILITY: Final[Definitions] = {
    "cve": Definition(
        "Identifier of the weakness in the list of Common Vulnerabilities and Exposures.",
        "cyber:CommonVulnerabilityEnumerationID",
    ),
    "name": Definition("Short name of the weakness, as the catalog gives it.", "fx:VulnerabilityName"),
    "vendor": Definition("Maker of the product that has the weakness.", "fx:VulnerableVendorName"),
    "product": Definition("Product that has the weakness.", "fx:VulnerableProductName"),
    "description": Definition(
        "What the weakness is and what it lets an attacker do.", "cyber:CommonVulnerabilityEnumerationDescriptionText"
    ),
    "required_action": Definition(
        "What holders of the product must do about it; for federal agencies an order under BOD 22-01.",
        "fx:RequiredActionText",
    ),
    "added": Definition("Day on which the catalog took the weakness in; without zone.", "fx:CatalogAddedDate"),
    "due": Definition("Day by which the required action is to be done; without zone.", "fx:RemediationDueDate"),
    "ransomware": Definition(
        "Whether campaigns of ransomware are known to use it, as CISA's catalog says.", "fx:RansomwareUseCode"
    ),
    "weaknesses": Definition("Identifiers of the kind of flaw in the Common Weakness Enumeration.", "fx:WeaknessID"),
    "references": Definition("Links to advisories and further reading on it.", "fx:VulnerabilityReferenceText"),
    "notes": Definition("Remarks of the catalog on it.", "fx:VulnerabilityNoteText"),
    "exploited": Definition(
        "True when the weakness is known to be exploited; false when it is known not to be.",
        "fx:VulnerabilityExploitedIndicator",
    ),
}

ORIGINAL: Final[Definitions] = {
    "stix_id": Definition("Identifier that the other producer gave the object.", "fx:OriginalID; STIX 2.1, 2.9"),
    "stix_type": Definition("Object type in STIX 2.1.", "fx:OriginalCategoryText; STIX 2.1, 2.9"),
    "producer": Definition(
        "Identifier of the identity that made the object, as the object says.", "fx:OriginalProducerID; STIX 2.1, 3.2"
    ),
    "version": Definition(
        "When the producer last changed the object, in UTC and with the digits that it wrote.",
        "fx:OriginalVersionText; STIX 2.1, 3.2",
    ),
    "name": Definition("Name that the producer gave the object.", "fx:OriginalName"),
    "content": Definition("The object itself as the text of its canonical JSON.", "fx:OriginalContentText; RFC 8785"),
    "unchanged": Definition(
        "True when the content is what the producer published; false when the gateway brought it to STIX 2.1.",
        "fx:OriginalUnchangedIndicator",
    ),
    "stands_for": Definition("Local name of the entity whose facts are all in the content.", "fx:OriginalFactsID"),
}

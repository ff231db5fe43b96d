"""The elements and the closed vocabularies of our extension of NIEM 6.0, one row each."""

from enum import StrEnum
from typing import Final, NamedTuple

from gateway.model import codes, particular_codes
from gateway.model.kinds import KINDS, Kind
from gateway.niem.particulars import ALERT_MORE, HOLDERS, FactRow
from gateway.niem.parts import CODE, DECIMAL, INSTANT, INTEGER, SWITCH, TEXT, Form

__all__ = ["ELEMENTS", "REPORTS", "VOCABULARIES", "ElementRow", "VocabularyRow"]


class VocabularyRow(NamedTuple):
    """One closed list of codes: `name` without 'CodeType', the codes, and what they tell."""

    name: str
    values: tuple[str, ...]
    says: str


class ElementRow(NamedTuple):
    """One element: its type, what it says, and the NIEM element that it substitutes for, if any."""

    name: str
    type: str
    says: str
    head: str = ""


def _values(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in vocabulary)


VOCABULARIES: Final = (
    VocabularyRow("ActivityCategory", _values(codes.ActivityCategory), "what sort of happening an activity is"),
    VocabularyRow("ActivityStatus", _values(codes.ActivityStatus), "where the handling of an activity stands"),
    VocabularyRow("FileHashAlgorithm", ("md5", "sha-1", "sha-256", "sha-512"), "how the hash of a file was made"),
    VocabularyRow("HandlingCaveat", _values(codes.Caveat), "a caveat that travels with a report"),
    VocabularyRow("IndicatorCategory", _values(codes.IndicatorType), "what an indicator is a sign of"),
    VocabularyRow("ItemCategory", _values(codes.ItemCategory), "what sort of thing an item is"),
    VocabularyRow("LocationPrecision", _values(codes.PlacePrecision), "how near coordinates are to the true place"),
    VocabularyRow("RansomwareUse", _values(codes.RansomwareUse), "whether ransomware campaigns use a vulnerability"),
    VocabularyRow("ReportSensitivity", _values(codes.Sensitivity), "a fact for which the law restricts sharing"),
    VocabularyRow("ReviewStage", _values(codes.ReviewStage), "how far the submitting agency reviewed a report"),
    VocabularyRow("AlertResponse", _values(particular_codes.AlertResponse), "what people are told to do"),
    VocabularyRow("AlertScope", _values(particular_codes.AlertScope), "whom an alert is meant for"),
    VocabularyRow("AlertStatus", _values(particular_codes.AlertStatus), "how an alert is to be handled"),
    VocabularyRow("FireCause", _values(particular_codes.FireCause), "why something burned"),
    VocabularyRow("FireSpread", _values(particular_codes.FireSpread), "how far a fire got"),
    VocabularyRow(
        "InformationValidity", _values(particular_codes.InformationValidity), "how far information is borne out"
    ),
    VocabularyRow(
        "LookoutAction", _values(particular_codes.LookoutAction), "what is asked of whoever finds the subject"
    ),
    VocabularyRow("LookoutCategory", _values(particular_codes.LookoutCategory), "what is looked for and why"),
    VocabularyRow("LookoutCaution", _values(particular_codes.LookoutCaution), "what an officer must reckon with"),
    VocabularyRow("MedicalSign", _values(particular_codes.MedicalSign), "what a medical event is a sign of"),
    VocabularyRow("PatientAcuity", _values(particular_codes.PatientAcuity), "how badly off a patient is"),
    VocabularyRow("PatientClass", _values(particular_codes.PatientClass), "in what way a patient is seen"),
    VocabularyRow("SourceReliability", _values(particular_codes.SourceReliability), "how far a source is reliable"),
    VocabularyRow("StructureDamage", _values(particular_codes.StructureDamage), "how much of a building was damaged"),
    VocabularyRow("TipChannel", _values(particular_codes.TipChannel), "how a tip reached the center"),
    VocabularyRow("PermissibleActionsProtocol", _values(codes.Pap), "what a recipient may do with what it learns"),
    VocabularyRow("TrafficLightProtocol", _values(codes.Tlp), "how far a report may travel under TLP 2.0"),
)

REPORTS: Final[dict[Kind, str]] = {
    Kind.INCIDENT: "a report of an incident, an offense, an arrest or a call for service",
    Kind.SUSPICIOUS_ACTIVITY: "a report of observed behavior that may point to preparations for terrorism or crime",
    Kind.LOOKOUT: "a request to look out for a person, a vehicle or a thing",
    Kind.ALERT: "an alert to the public or to agencies",
    Kind.TIP: "a tip that somebody gave the center",
    Kind.CYBER_INCIDENT: "a report of an attack on systems",
    Kind.INDICATOR_SET: "a report of technical values with what they are signs of",
    Kind.VULNERABILITY: "a report of known weaknesses of products",
    Kind.THREAT_INTELLIGENCE: "a report of what other producers know of threats",
    Kind.EMERGENCY_MEDICAL: "a report of an emergency medical response",
    Kind.PUBLIC_HEALTH: "a report of an event of public health",
    Kind.FIRE: "a report of a fire or another run of a fire department",
}
"""What the message of each kind is."""

_FORM_TYPES: Final[dict[Form, str]] = {
    TEXT: "nc:TextType",
    INSTANT: "nc:DateType",
    INTEGER: "niem-xs:nonNegativeInteger",
    DECIMAL: "niem-xs:decimal",
    SWITCH: "niem-xs:boolean",
}


def _fact(row: FactRow) -> ElementRow:
    name = row.element.removeprefix("fx:")
    type_name = f"{row.list}CodeType" if row.form is CODE else _FORM_TYPES[row.form]
    if row.form is TEXT:
        type_name = "niem-xs:string" if name.endswith("ID") else type_name
    return ElementRow(name, type_name, row.says)


def _facts() -> tuple[ElementRow, ...]:
    """The elements of ours that carry particulars, each once."""
    rows = (row for holder in (*HOLDERS, ALERT_MORE) for row in holder.rows if row.element.startswith("fx:"))
    return tuple({row.element: _fact(row) for row in rows}.values())


ELEMENTS: Final = (
    # the messages
    *(
        ElementRow(row.niem_root, f"fx:{row.niem_root}Type", f"A report: {REPORTS[kind]}.")
        for kind, row in KINDS.items()
        if row.niem_root
    ),
    # handling and origin
    ElementRow("Handling", "fx:HandlingType", "A set of conditions under which a report may be held and passed on."),
    ElementRow("TrafficLightProtocolCode", "fx:TrafficLightProtocolCodeType", "A mark of the Traffic Light Protocol."),
    ElementRow(
        "PermissibleActionsProtocolCode",
        "fx:PermissibleActionsProtocolCodeType",
        "A mark of the Permissible Actions Protocol.",
    ),
    ElementRow("HandlingCaveatCode", "fx:HandlingCaveatCodeType", "A caveat that travels with the report."),
    ElementRow("ReportSensitivityCode", "fx:ReportSensitivityCodeType", "A fact for which sharing is restricted."),
    ElementRow(
        "PersonalInformationIndicator",
        "niem-xs:boolean",
        "True if the report holds information about identified persons; false otherwise.",
    ),
    ElementRow("ValidationDueDate", "nc:DateType", "A date after which the report no longer counts as reviewed."),
    ElementRow("Provenance", "fx:ProvenanceType", "A description of where the facts of a report came from."),
    ElementRow("SourceFeedName", "nc:TextType", "A name of the feed that delivered the source."),
    ElementRow("SourceReceiptID", "niem-xs:string", "An identifier of the receipt for the delivery."),
    ElementRow("SourceFileName", "nc:TextType", "A name of the delivered file."),
    ElementRow("SourceDigestText", "nc:TextType", "A SHA-256 digest of the delivered file in hexadecimal."),
    ElementRow("SourceLineNumeric", "niem-xs:positiveInteger", "A line of the delivered file, counted from one."),
    ElementRow("MappingName", "nc:TextType", "A name of the mapping document that was used."),
    ElementRow("MappingVersionText", "nc:TextType", "A version of the mapping document that was used."),
    # suspicious activity
    ElementRow("ReviewStageCode", "fx:ReviewStageCodeType", "A stage that the submitting agency's review reached."),
    ElementRow("ArticulableFactsText", "nc:TextType", "A statement of facts that make innocent behavior suspicious."),
    ElementRow(
        "PrivacyFieldIndicator",
        "niem-xs:boolean",
        "True if the agency marked fields of the report as personal information; false otherwise.",
    ),
    # activities, organizations, items, places
    ElementRow(
        "ActivityAugmentation",
        "fx:ActivityAugmentationType",
        "Additional information about an activity.",
        "nc:ActivityAugmentationPoint",
    ),
    ElementRow("ActivityCategoryCode", "fx:ActivityCategoryCodeType", "A sort of happening."),
    ElementRow("ActivityLocalCodeText", "nc:TextType", "A code by which the agency itself classifies an activity."),
    ElementRow("ActivityPriorityNumeric", "niem-xs:nonNegativeInteger", "A priority that the agency gave a call."),
    ElementRow("ActivityArrivalDate", "nc:DateType", "A date on which the first unit arrived."),
    ElementRow("ActivitySourceText", "nc:TextType", "A channel by which the agency learned of an activity."),
    ElementRow(
        "ActivityStatusCode",
        "fx:ActivityStatusCodeType",
        "A state of the handling of an activity.",
        "nc:StatusAbstract",
    ),
    ElementRow(
        "OrganizationAugmentation",
        "fx:OrganizationAugmentationType",
        "Additional information about an organization.",
        "nc:OrganizationAugmentationPoint",
    ),
    ElementRow("OrganizationSectorCode", "sar:TargetSectorCodeType", "A sector that an organization belongs to."),
    ElementRow("ItemCategoryCode", "fx:ItemCategoryCodeType", "A sort of thing.", "nc:ItemCategoryAbstract"),
    ElementRow(
        "LocationAugmentation",
        "fx:LocationAugmentationType",
        "Additional information about a location.",
        "nc:LocationAugmentationPoint",
    ),
    ElementRow("LocationPrecisionCode", "fx:LocationPrecisionCodeType", "A nearness of coordinates to the true place."),
    ElementRow("LocationAreaID", "niem-xs:string", "An identifier of a coded area, after the name of its code list."),
    ElementRow("LocationPoliceSectorText", "nc:TextType", "A police sector that a location lies in."),
    # cyber
    ElementRow("FileHashAlgorithmCode", "fx:FileHashAlgorithmCodeType", "An algorithm that made the hash of a file."),
    ElementRow(
        "CyberIndicatorPatternAugmentation",
        "fx:CyberIndicatorPatternAugmentationType",
        "Additional information about an indicator.",
        "cyber:CyberIndicatorPatternAugmentationPoint",
    ),
    ElementRow("IndicatorCategoryCode", "fx:IndicatorCategoryCodeType", "A sort of thing that an indicator points to."),
    ElementRow("IndicatorPatternText", "nc:TextType", "A pattern in the STIX 2.1 patterning language."),
    ElementRow("IndicatorValidFromDate", "nc:DateType", "A date from which an indicator is thought to be valid."),
    ElementRow("IndicatorValidUntilDate", "nc:DateType", "A date from which an indicator is no longer valid."),
    ElementRow(
        "CyberVulnerabilityAugmentation",
        "fx:CyberVulnerabilityAugmentationType",
        "Additional information about a vulnerability.",
        "cyber:CyberVulnerabilityAugmentationPoint",
    ),
    ElementRow("VulnerabilityName", "nc:TextType", "A name by which a vulnerability is known."),
    ElementRow("VulnerableVendorName", "nc:TextType", "A name of the vendor whose product is vulnerable."),
    ElementRow("VulnerableProductName", "nc:TextType", "A name of the product that is vulnerable."),
    ElementRow("RequiredActionText", "nc:TextType", "A description of the action that holders must take."),
    ElementRow("CatalogAddedDate", "nc:DateType", "A date on which the vulnerability entered the catalog."),
    ElementRow("RemediationDueDate", "nc:DateType", "A date by which the required action is due."),
    ElementRow("RansomwareUseCode", "fx:RansomwareUseCodeType", "A use of the vulnerability by ransomware campaigns."),
    ElementRow("WeaknessID", "niem-xs:string", "An identifier of the weakness in the Common Weakness Enumeration."),
    ElementRow("VulnerabilityReferenceText", "nc:TextType", "A reference to further reading on the vulnerability."),
    ElementRow("VulnerabilityNoteText", "nc:TextType", "A note on the vulnerability."),
    ElementRow(
        "VulnerabilityExploitedIndicator",
        "niem-xs:boolean",
        "True if the vulnerability is known to be exploited; false otherwise.",
    ),
    # threat intelligence of other producers
    ElementRow("OriginalObject", "fx:OriginalObjectType", "An object as another producer published it."),
    ElementRow("OriginalID", "niem-xs:string", "An identifier that the producer gave an object."),
    ElementRow("OriginalCategoryText", "nc:TextType", "A STIX 2.1 object type."),
    ElementRow("OriginalProducerID", "niem-xs:string", "An identifier of the identity that made an object."),
    ElementRow("OriginalVersionText", "nc:TextType", "A time at which the producer last changed an object."),
    ElementRow("OriginalName", "nc:TextType", "A name that the producer gave an object."),
    ElementRow("OriginalContentText", "nc:TextType", "A JSON text of an object in STIX 2.1."),
    ElementRow(
        "OriginalUnchangedIndicator",
        "niem-xs:boolean",
        "True if the content is what the producer published; false if it was brought to STIX 2.1 by the center.",
    ),
    ElementRow("OriginalFactsID", "niem-xs:string", "An identifier of the part of the report that says the same."),
    # particulars
    *(
        ElementRow(holder.element.removeprefix("fx:"), f"fx:{holder.type}", f"A set of facts: {holder.says}.")
        for holder in HOLDERS
    ),
    ElementRow(
        "AlertNotificationAugmentation",
        f"fx:{ALERT_MORE.type}",
        "Additional information about an alert.",
        "em:AlertNotificationAugmentationPoint",
    ),
    *_facts(),
    # associations for which NIEM has no element
    ElementRow(
        "ActivitySoughtPersonAssociation",
        "nc:ActivityPersonAssociationType",
        "An association between an activity and a person who is looked for because of it.",
    ),
    ElementRow(
        "ActivitySoughtConveyanceAssociation",
        "nc:ActivityConveyanceAssociationType",
        "An association between an activity and a conveyance that is looked for because of it.",
    ),
    ElementRow(
        "ActivitySoughtItemAssociation",
        "nc:ActivityItemAssociationType",
        "An association between an activity and a thing that is looked for because of it.",
    ),
    ElementRow(
        "ActivityPatientAssociation",
        "nc:ActivityPersonAssociationType",
        "An association between an activity and a person who was treated in it.",
    ),
    ElementRow(
        "ActivityDestinationAssociation",
        "nc:ActivityOrganizationAssociationType",
        "An association between an activity and an organization to which a patient was taken.",
    ),
    ElementRow(
        "ActivityWitnessAssociation",
        "nc:ActivityPersonAssociationType",
        "An association between an activity and a person who saw it.",
    ),
    ElementRow(
        "ActivityResponderAssociation",
        "nc:ActivityOrganizationAssociationType",
        "An association between an activity and an organization that responded to it.",
    ),
    ElementRow(
        "ActivityTargetAssociation",
        "fx:ActivityTargetAssociationType",
        "An association between an activity and what it was aimed at.",
    ),
    ElementRow(
        "ConveyanceOperatorAssociation",
        "nc:PersonConveyanceAssociationType",
        "An association between a conveyance and the person who drove it.",
    ),
    ElementRow(
        "ActivityObservableAssociation",
        "fx:ActivityObservableAssociationType",
        "An association between an activity and a technical value that was seen in it.",
    ),
    ElementRow(
        "IndicatorObservableAssociation",
        "fx:IndicatorObservableAssociationType",
        "An association between an indicator and a technical value that was seen.",
    ),
    ElementRow(
        "ActivityVulnerabilityAssociation",
        "fx:ActivityVulnerabilityAssociationType",
        "An association between an activity and a vulnerability that was exploited in it.",
    ),
)

"""Our extension of NIEM 6.0 as tables: what the canonical record says and NIEM has no place for.

The tables become an NDR 6.0 extension schema document (`exchange/exchange.xsd`). Its namespace comes from
`gateway.names`, so that setting another base URI and regenerating is all it takes to move it.

Rules met here, by their number in NDR 6.0: 7-37 and 7-38 everything documented; 9-29 everything top-level; 9-64 and
9-71 every object type ends in its augmentation point; 9-94 elements nillable.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from gateway.model.kinds import KINDS, Kind
from gateway.niem.associations import ASSOCIATIONS
from gateway.niem.entities import ACTIVITIES, ITEMS
from gateway.niem.extension_elements import REPORTS
from gateway.niem.particulars import ALERT_MORE, HOLDERS, Holder

__all__ = [
    "EXTENSION_FILE",
    "GLOBAL_ATTRIBUTES",
    "OWN_REFERRED_TYPES",
    "REFERRED_TYPES",
    "TYPES",
    "AttributeRow",
    "TypeRow",
    "augmentation_points",
]

EXTENSION_FILE: Final = "exchange/exchange.xsd"
"""Where the extension schema stands below the schema folder."""


class TypeRow(NamedTuple):
    """One complex type.

    `particles` are references with an occurrence mark as in a DTD: none is exactly one, `?` at most one, `*` any
    number. NDR 6.0 has no repeated choice (9-20): what may repeat stands once, in one place of the order.
    """

    name: str
    base: str
    particles: tuple[str, ...]
    says: str


class AttributeRow(NamedTuple):
    """An attribute of the release that our messages may put on every class of the named sorts.

    The sorts are `OBJECT`, `ASSOCIATION` and `LITERAL` (NDR 6.0, 4.16.2.1: attribute augmentations in XSD).
    """

    attribute: str
    class_codes: tuple[str, ...]


GLOBAL_ATTRIBUTES: Final = (AttributeRow("nc:metadataRef", ("OBJECT", "ASSOCIATION")),)

_OBJECT: Final = "structures:ObjectType"
_AUGMENTATION: Final = "structures:AugmentationType"
_REPORT: Final = "fx:ExchangeReportType"


def _repeated(elements: Iterable[str]) -> tuple[str, ...]:
    """Each element once, any number of times: the order in which the writer's tables first name them."""
    return tuple(f"{element}*" for element in dict.fromkeys(elements))


REFERRED_TYPES: Final = frozenset(
    {
        "nc:ActivityType",
        "nc:ItemType",
        "nc:LocationType",
        "nc:MetadataType",
        "nc:OrganizationType",
        "nc:PersonType",
        "cyber:CyberIndicatorPatternType",
        "cyber:CyberObservableObjectType",
        "cyber:CyberVulnerabilityType",
    }
)
"""Types whose objects a message refers to by `structures:id`, and those derived from them (NDR 6.0, 12-4 and 12-5)."""

OWN_REFERRED_TYPES: Final = frozenset({"OriginalObjectType"})
"""Types of ours whose objects have a `structures:id`; an extension schema can say only that anything may (8-14)."""

_SUSPICIONS: Final = (
    "j:SuspiciousActivityCode*",
    "j:TipTaxonomy?",
    "j:Target?",
    "fx:ReviewStageCode?",
    "fx:ArticulableFactsText?",
    "fx:PrivacyFieldIndicator?",
)

_REPORT_PARTICLES: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.SUSPICIOUS_ACTIVITY: _SUSPICIONS,
    Kind.LOOKOUT: ("fx:Lookout",),
    Kind.ALERT: ("em:AlertNotification",),
    Kind.TIP: ("fx:Tip?",),
    Kind.CYBER_INCIDENT: ("fx:CyberEvent?",),
    Kind.EMERGENCY_MEDICAL: ("fx:MedicalResponse?",),
    Kind.PUBLIC_HEALTH: ("fx:HealthEvent?",),
    Kind.FIRE: ("fx:MedicalResponse?", "fx:FireEvent?"),
}
"""What the message of a kind holds beyond what every message may hold."""


def _report(kind: Kind, root: str) -> TypeRow:
    """The type of a kind's message, by its root element's name."""
    own = _REPORT_PARTICLES.get(kind, ())
    point = f"fx:{root}AugmentationPoint*"
    return TypeRow(f"{root}Type", _REPORT, (*own, point), f"A data type for {REPORTS[kind]}.")


def _holder(holder: Holder) -> TypeRow:
    point = f"{holder.element}AugmentationPoint*"
    return TypeRow(holder.type, _OBJECT, (*holder.particles, point), f"A data type for {holder.says}.")


TYPES: Final = (
    TypeRow(
        "ExchangeReportType",
        "nc:ReportType",
        (
            "fx:Handling",
            "fx:Provenance?",
            "nc:Metadata*",
            *_repeated(shape.element for shape in ACTIVITIES.values()),
            "nc:Person*",
            "nc:Organization*",
            "nc:Vehicle*",
            "j:ConveyanceRegistration*",
            *_repeated(shape.element for shape in ITEMS.values()),
            "nc:Location*",
            "cyber:CyberObservableObject*",
            "cyber:CyberIndicatorPattern*",
            "cyber:CyberVulnerability*",
            "fx:OriginalObject*",
            *_repeated(row.element for row in ASSOCIATIONS.values()),
            "fx:ExchangeReportAugmentationPoint*",
        ),
        "A data type for what every report of the exchange may say.",
    ),
    *(_report(kind, row.niem_root) for kind, row in KINDS.items() if row.niem_root),
    *(_holder(holder) for holder in HOLDERS),
    TypeRow(ALERT_MORE.type, _AUGMENTATION, ALERT_MORE.particles, f"A data type for {ALERT_MORE.says}."),
    TypeRow(
        "HandlingType",
        _OBJECT,
        (
            "fx:TrafficLightProtocolCode",
            "fx:PermissibleActionsProtocolCode?",
            "fx:HandlingCaveatCode*",
            "fx:ReportSensitivityCode*",
            "nc:ConfidencePercent?",
            "fx:PersonalInformationIndicator?",
            "fx:ValidationDueDate?",
            "fx:HandlingAugmentationPoint*",
        ),
        "A data type for the conditions under which a report may be held and passed on.",
    ),
    TypeRow(
        "OriginalObjectType",
        _OBJECT,
        (
            "fx:OriginalID",
            "fx:OriginalCategoryText",
            "fx:OriginalProducerID?",
            "fx:OriginalVersionText?",
            "fx:OriginalName?",
            "fx:OriginalContentText?",
            "fx:OriginalUnchangedIndicator?",
            "fx:OriginalFactsID?",
            "fx:OriginalObjectAugmentationPoint*",
        ),
        "A data type for an object of threat intelligence as another producer published it.",
    ),
    TypeRow(
        "ProvenanceType",
        _OBJECT,
        (
            "fx:SourceFeedName?",
            "fx:SourceReceiptID?",
            "fx:SourceFileName?",
            "fx:SourceDigestText?",
            "fx:SourceLineNumeric?",
            "fx:MappingName?",
            "fx:MappingVersionText?",
            "fx:ProvenanceAugmentationPoint*",
        ),
        "A data type for where the facts of a report came from.",
    ),
    TypeRow(
        "ActivityAugmentationType",
        _AUGMENTATION,
        (
            "fx:ActivityCategoryCode?",
            "fx:ActivityLocalCodeText?",
            "fx:ActivityPriorityNumeric?",
            "fx:ActivityArrivalDate?",
            "fx:ActivitySourceText?",
        ),
        "A data type for additional information about an activity.",
    ),
    TypeRow(
        "OrganizationAugmentationType",
        _AUGMENTATION,
        ("fx:OrganizationSectorCode?",),
        "A data type for additional information about an organization.",
    ),
    TypeRow(
        "LocationAugmentationType",
        _AUGMENTATION,
        (
            "fx:LocationPrecisionCode?",
            "fx:LocationPoliceSectorText?",
            "fx:LocationAreaID*",
            "nc:GeographicCoordinateLatitude?",
            "nc:GeographicCoordinateLongitude?",
        ),
        "A data type for additional information about a location.",
    ),
    TypeRow(
        "CyberObservableEmailAddressObjectType",
        "cyber:CyberObservableObjectType",
        ("cyber:CyberObservableObjectValueText*", "fx:CyberObservableEmailAddressObjectAugmentationPoint*"),
        "A data type for an email address that was seen.",
    ),
    TypeRow(
        "CyberObservableFileHashObjectType",
        "cyber:CyberObservableObjectType",
        (
            "cyber:CyberObservableObjectValueText*",
            "fx:FileHashAlgorithmCode?",
            "fx:CyberObservableFileHashObjectAugmentationPoint*",
        ),
        "A data type for the hash of a file that was seen.",
    ),
    TypeRow(
        "CyberIndicatorPatternAugmentationType",
        _AUGMENTATION,
        (
            "fx:IndicatorCategoryCode*",
            "fx:IndicatorPatternText?",
            "cyber:Malware*",
            "cyber:ObservedData?",
            "fx:IndicatorValidFromDate?",
            "fx:IndicatorValidUntilDate?",
            "nc:ConfidencePercent?",
        ),
        "A data type for additional information about an indicator.",
    ),
    TypeRow(
        "CyberVulnerabilityAugmentationType",
        _AUGMENTATION,
        (
            "fx:VulnerabilityName?",
            "fx:VulnerableVendorName?",
            "fx:VulnerableProductName?",
            "fx:RequiredActionText?",
            "fx:CatalogAddedDate?",
            "fx:RemediationDueDate?",
            "fx:RansomwareUseCode?",
            "fx:WeaknessID*",
            "fx:VulnerabilityReferenceText*",
            "fx:VulnerabilityNoteText?",
            "fx:VulnerabilityExploitedIndicator?",
        ),
        "A data type for additional information about a vulnerability.",
    ),
    TypeRow(
        "ActivityTargetAssociationType",
        "nc:AssociationType",
        ("nc:Activity", "j:Target", "fx:ActivityTargetAssociationAugmentationPoint*"),
        "A data type for an association between an activity and what it was aimed at.",
    ),
    TypeRow(
        "ActivityObservableAssociationType",
        "nc:AssociationType",
        ("nc:Activity", "cyber:CyberObservableObject", "fx:ActivityObservableAssociationAugmentationPoint*"),
        "A data type for an association between an activity and a technical value.",
    ),
    TypeRow(
        "IndicatorObservableAssociationType",
        "nc:AssociationType",
        (
            "cyber:CyberIndicatorPattern",
            "cyber:CyberObservableObject",
            "fx:IndicatorObservableAssociationAugmentationPoint*",
        ),
        "A data type for an association between an indicator and a technical value.",
    ),
    TypeRow(
        "ActivityVulnerabilityAssociationType",
        "nc:AssociationType",
        ("nc:Activity", "cyber:CyberVulnerability", "fx:ActivityVulnerabilityAssociationAugmentationPoint*"),
        "A data type for an association between an activity and a vulnerability.",
    ),
)


def augmentation_points() -> Iterable[tuple[str, str]]:
    """Each augmentation point that the types end in, with the type's name: `('HandlingAugmentationPoint', ...)`."""
    for row in TYPES:
        last = row.particles[-1].rstrip("*")
        if last.endswith("AugmentationPoint"):
            yield last.removeprefix("fx:"), row.name

"""What stands at the head of every message: the document, its handling, where the record came from.

The document carries two objects at once, the view that is told and the center that tells it.
"""

from typing import Any, Final

from msgspec.structs import astuple

from gateway.model.kinds import KINDS
from gateway.model.provenance import Provenance
from gateway.niem.markings import MARKING, SENSITIVITY, marking_fields
from gateway.niem.outgoing import Outgoing
from gateway.niem.parts import CODE, DAY, INSTANT, INTEGER, SWITCH, Kept, Leaf, Leaves, Seen, Within

__all__ = ["HEAD", "HEAD_SEEN", "head_fields"]

_NO_DIGEST: Final = "0" * 64


def _provenance(field: str) -> str:
    return f"view.record.provenance.{field}"


def _handling(field: str) -> str:
    return f"view.record.handling.{field}"


_ORI: Final = "j:OrganizationAugmentation/j:OrganizationORIIdentification/nc:IdentificationID"
_BY_HANDLING: Final = ("view.record.handling",)

HEAD: Final = (
    # nc:DocumentType and nc:ReportType, in their order
    Leaf("nc:DocumentCategoryText", "category"),
    Leaf("nc:DocumentCreationDate/nc:DateTime", "view.created", INSTANT),
    Leaf("nc:DocumentDescriptionText", "view.record.narrative"),
    Leaf("nc:DocumentIdentification/nc:IdentificationID", "view.document_id", prefix="urn:uuid:"),
    Leaves("nc:DocumentKeywordText", "view.record.labels"),
    Leaf("nc:DocumentLastModifiedDate/nc:DateTime", "view.modified", INSTANT),
    Leaf("nc:DocumentReceivedDate/nc:DateTime", _provenance("received"), INSTANT),
    SENSITIVITY,
    Within(
        "nc:DocumentSource/nc:EntityOrganization",
        (Leaf("nc:OrganizationName", _provenance("agency")), Leaf(_ORI, _provenance("agency_ori"))),
    ),
    Kept(
        ("center",),
        (
            Within(
                "nc:DocumentSubmitter/nc:EntityOrganization",
                (
                    Leaf("nc:OrganizationAbbreviationText", "center.abbreviation"),
                    Leaf("nc:OrganizationIdentification/nc:IdentificationID", "center.id"),
                    Leaf("nc:OrganizationName", "center.name"),
                    Leaf(
                        "nc:OrganizationPrimaryContactInformation/nc:ContactInformationDescriptionText",
                        "center.contact",
                    ),
                    Leaf(_ORI, "center.ori"),
                ),
            ),
        ),
    ),
    Leaf("nc:DocumentSummaryText", "view.releasable_text"),
    Leaf("nc:DocumentTitleText", "view.record.title"),
    MARKING,
    Leaf("nc:ReportID", "view.record.native_key"),
    # our own report type
    Kept(
        _BY_HANDLING,
        (
            Within(
                "fx:Handling",
                (
                    Leaf("fx:TrafficLightProtocolCode", _handling("tlp"), CODE),
                    Leaf("fx:PermissibleActionsProtocolCode", _handling("pap"), CODE),
                    Leaves("fx:HandlingCaveatCode", _handling("caveats"), CODE),
                    Leaves("fx:ReportSensitivityCode", _handling("sensitivities"), CODE),
                    Leaf("nc:ConfidencePercent", _handling("confidence"), INTEGER),
                    Leaf("fx:PersonalInformationIndicator", _handling("personal_information"), SWITCH),
                    Leaf("fx:ValidationDueDate/nc:Date", _handling("validate_by"), DAY),
                ),
            ),
        ),
    ),
    Within(
        "fx:Provenance",
        (
            Leaf("fx:SourceFeedName", _provenance("feed")),
            Leaf("fx:SourceReceiptID", _provenance("receipt")),
            Leaf("fx:SourceFileName", _provenance("file_name")),
            Leaf("fx:SourceDigestText", _provenance("source_sha256")),
            Leaf("fx:SourceLineNumeric", _provenance("line"), INTEGER),
            Leaf("fx:MappingName", _provenance("mapping")),
            Leaf("fx:MappingVersionText", _provenance("mapping_version")),
        ),
    ),
)
"""The head of a message, in the order of the schema."""

_TOLD: Final = ("document_id", "created", "modified", "releasable_text")
_OF_RECORD: Final = ("narrative", "labels", "title", "native_key")
_OF_PROVENANCE: Final = Provenance.__struct_fields__
_LINE, _DIGEST = _OF_PROVENANCE.index("line"), _OF_PROVENANCE.index("source_sha256")


def _values(outgoing: Outgoing) -> tuple[Any, ...]:
    """What the head tells, all at once. A withheld source leaves a digest of zeros and a line, which say nothing."""
    view = outgoing.view
    record = view.record
    provenance = list(astuple(record.provenance))
    if provenance[_DIGEST] == _NO_DIGEST:
        provenance[_DIGEST] = None
    if not record.provenance.file_name:
        provenance[_LINE] = None
    return (
        KINDS[record.kind].title,
        view.document_id,
        view.created,
        view.modified,
        view.releasable_text,
        record.narrative,
        record.labels,
        record.title,
        record.native_key,
        *provenance,
    )


HEAD_SEEN: Final = Seen(
    (
        "category",
        *(f"view.{name}" for name in _TOLD),
        *(f"view.record.{name}" for name in _OF_RECORD),
        *map(_provenance, _OF_PROVENANCE),
    ),
    _values,
)
"""The head's own fields; handling and center are what is kept for."""

_BLANK_PROVENANCE: Final = {
    **dict.fromkeys(("feed", "agency", "receipt", "file_name", "mapping", "mapping_version"), ""),
    "source_sha256": _NO_DIGEST,
    "line": 1,
}


def head_fields(found: dict[str, Any]) -> dict[str, Any]:
    """What a reader found of the head, completed to the record's own fields with blanks for what is withheld."""
    record: dict[str, Any] = found.get("view", {}).get("record", {})
    handling = record.get("handling", {}) | marking_fields(found, found.get("center", {}).get("name", ""))
    return {
        "native_key": "",
        **record,
        "handling": handling,
        "provenance": _BLANK_PROVENANCE | record.get("provenance", {}),
    }

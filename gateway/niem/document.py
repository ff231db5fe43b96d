"""What stands at the head of every message: the document, its handling, where the record came from.

The document carries two objects at once, the view that is told and the center that tells it.
"""

from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from gateway.model.center import Center
from gateway.model.codes import Cui, Tlp
from gateway.model.kinds import KINDS
from gateway.model.record import Record
from gateway.niem.parts import CODE, DAY, INSTANT, INTEGER, SWITCH, Computed, Kept, Leaf, Leaves, Only, Within

__all__ = ["HEAD", "Outgoing", "Told", "head_fields"]

TLP_LABELS: Final = {tlp: f"TLP:{tlp.value.upper()}" for tlp in Tlp}
"""How the TLP 2.0 standard (FIRST, 2022) has a label written."""

_URN: Final = "urn:uuid:"
_NO_DIGEST: Final = "0" * 64
_SPECIFIED_ALONE: Final = {Cui.PCII: "SP-PCII"}
"""Categories that NIEM 6.0 lists only as specified, under another code."""
_BASIC_ALONE: Final = {code: category.value for category, code in _SPECIFIED_ALONE.items()}


class Told(Protocol):
    """What a message tells: a view of a record, or a message that was read."""

    @property
    def record(self) -> Record: ...
    @property
    def document_id(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def modified(self) -> datetime: ...
    @property
    def releasable_text(self) -> str | None: ...


class Outgoing(NamedTuple):
    """What is told, with the center that tells it, as the table of the head sees them."""

    view: Told
    center: Center

    @property
    def category(self) -> str:
        """The kind's title."""
        return KINDS[self.view.record.kind].title

    @property
    def sensitivities(self) -> tuple[str, ...]:
        """The TLP label, then the caveats."""
        handling = self.view.record.handling
        return (TLP_LABELS[handling.tlp], *(caveat.value for caveat in handling.caveats))

    @property
    def specified_categories(self) -> tuple[str, ...]:
        """The CUI categories that a law specifies controls for; the schema wants them before the basic ones."""
        return tuple(mark for mark in self._marks() if mark.startswith("SP-"))

    @property
    def basic_categories(self) -> tuple[str, ...]:
        """The other CUI categories."""
        return tuple(mark for mark in self._marks() if not mark.startswith("SP-"))

    def _marks(self) -> list[str]:
        return [_SPECIFIED_ALONE.get(category, category.value) for category in self.view.record.handling.cui]


def _digest(outgoing: Outgoing) -> str | None:
    """A projection that withholds the source leaves zeros, which say nothing."""
    digest = outgoing.view.record.provenance.source_sha256
    return None if digest == _NO_DIGEST else digest


def _line(outgoing: Outgoing) -> str | None:
    """A line without its file says nothing."""
    provenance = outgoing.view.record.provenance
    return str(provenance.line) if provenance.file_name else None


def _provenance(field: str) -> str:
    return f"view.record.provenance.{field}"


def _handling(field: str) -> str:
    return f"view.record.handling.{field}"


_ORI: Final = "j:OrganizationAugmentation/j:OrganizationORIIdentification/nc:IdentificationID"
_BY_HANDLING: Final = ("view.record.handling",)
_MARKED: Final = ("specified_categories", "basic_categories")

HEAD: Final = (
    # nc:DocumentType and nc:ReportType, in their order
    Leaf("nc:DocumentCategoryText", "category"),
    Leaf("nc:DocumentCreationDate/nc:DateTime", "view.created", INSTANT),
    Leaf("nc:DocumentDescriptionText", "view.record.narrative"),
    Computed(
        "nc:DocumentIdentification/nc:IdentificationID",
        "document_id",
        lambda outgoing: f"{_URN}{outgoing.view.document_id}",
        lambda text: {"view.document_id": text.removeprefix(_URN)},
    ),
    Leaves("nc:DocumentKeywordText", "view.record.labels"),
    Leaf("nc:DocumentLastModifiedDate/nc:DateTime", "view.modified", INSTANT),
    Leaf("nc:DocumentReceivedDate/nc:DateTime", _provenance("received"), INSTANT),
    Kept(_BY_HANDLING, (Leaves("nc:DocumentSensitivityText", "sensitivities"),)),
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
    Kept(
        (*_BY_HANDLING, "center.name"),
        (
            Only(
                Within(
                    "cui:DocumentAugmentation/cui:DocumentMarkingMetadata",
                    (
                        Leaves("cui:SpecifiedCategoryMarkingCode", "specified_categories"),
                        Leaves("cui:BasicCategoryMarkingCode", "basic_categories"),
                        Computed(
                            "cui:DesignatingEntityText", "designating_entity", lambda outgoing: outgoing.center.name
                        ),
                    ),
                ),
                some=_MARKED,
            ),
        ),
    ),
    Leaf("nc:ReportID", "view.record.native_key"),
    # our own report type
    Kept(
        _BY_HANDLING,
        (
            Within(
                "fx:Handling",
                (
                    Leaf("fx:TrafficLightProtocolCode", _handling("tlp"), CODE),
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
            Computed("fx:SourceDigestText", "digest", _digest, lambda text: {_provenance("source_sha256"): text}),
            Computed("fx:SourceLineNumeric", "line", _line, lambda text: {_provenance("line"): text}),
            Leaf("fx:MappingName", _provenance("mapping")),
            Leaf("fx:MappingVersionText", _provenance("mapping_version")),
        ),
    ),
)
"""The head of a message, in the order of the schema."""

_BLANK_PROVENANCE: Final = {
    **dict.fromkeys(("feed", "agency", "receipt", "file_name", "mapping", "mapping_version"), ""),
    "source_sha256": _NO_DIGEST,
    "line": 1,
}


def head_fields(found: dict[str, Any]) -> dict[str, Any]:
    """What a reader found of the head, completed to the record's own fields with blanks for what is withheld."""
    record: dict[str, Any] = found.get("view", {}).get("record", {})
    marks = [*found.get("specified_categories", ()), *found.get("basic_categories", ())]
    handling = record.get("handling", {})
    if marks:
        handling["cui"] = [_BASIC_ALONE.get(mark, mark) for mark in marks]
    return {
        "native_key": "",
        **record,
        "handling": handling,
        "provenance": _BLANK_PROVENANCE | record.get("provenance", {}),
    }

"""A view as a NIEM 6.0 message: UTF-8 XML, the same bytes for the same view, without a signature."""

from typing import Final

from gateway import names
from gateway.errors import RenderingError
from gateway.model.center import Center
from gateway.model.kinds import KINDS
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.stages import View
from gateway.niem.associations import association
from gateway.niem.entities import registrations, written
from gateway.niem.markings import marking_text, sensitivity_labels
from gateway.niem.template import (
    code,
    day,
    element_text,
    instant_text,
    integer,
    switch,
    text,
    texts,
    within,
)

__all__ = ["NAMESPACES", "render"]

_MODEL: Final = "https://docs.oasis-open.org/niemopen/ns/model/"

NAMESPACES: Final = {
    "cui": f"{_MODEL}auxiliary/cui/6.0/",
    "cyber": f"{_MODEL}domains/cyber/6.0/",
    names.EXTENSION_PREFIX: names.EXTENSION_NAMESPACE,
    "genc": f"{_MODEL}codes/genc/6.0/",
    "j": f"{_MODEL}domains/justice/6.0/",
    "nc": f"{_MODEL}niem-core/6.0/",
    "structures": f"{_MODEL}structures/6.0/",
    "unece": f"{_MODEL}codes/unece_rec20/6.0/",
    "usps": f"{_MODEL}codes/usps/6.0/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
"""The prefixes that every message declares, on its root."""

_DECLARED: Final = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())

# The document ----------------------------------------------------------------------------------------------------


def render(view: View, center: Center) -> bytes:
    """The NIEM message of a view.

    Everything that the projected record holds is in it; of what was withheld there is nothing, not even that there was
    something. Times are UTC. Raises
    RenderingError for a kind without a message, a relation that leads nowhere, or a character that XML cannot carry.
    """
    record = view.record
    root = KINDS[record.kind].niem_root
    if root is None:
        raise RenderingError(
            f"records of kind {record.kind} have no NIEM message yet",
            where="kind",
            remedy="Hold the record until the kind is rendered",
        )
    name = f"{names.EXTENSION_PREFIX}:{root}"
    document = "".join(
        (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<{name}{_DECLARED}>',
            _document(view, center),
            _HANDLING(record.handling),
            _PROVENANCE(record.provenance),
            _suspicion(record),
            _content(record),
            f"</{name}>",
        )
    )
    return document.encode("utf-8")


def _document(view: View, center: Center) -> str:
    """The children of nc:DocumentType and nc:ReportType, in their order."""
    record = view.record
    handling = record.handling
    identifier = f"urn:uuid:{element_text(view.document_id, 'document_id')}"
    return "".join(
        (
            f"<nc:DocumentCategoryText>{KINDS[record.kind].title}</nc:DocumentCategoryText>",
            _dated("nc:DocumentCreationDate", instant_text(view.created)),
            _DESCRIPTION(record),
            f"<nc:DocumentIdentification><nc:IdentificationID>{identifier}</nc:IdentificationID></nc:DocumentIdentification>",
            _KEYWORDS(record),
            _dated("nc:DocumentLastModifiedDate", instant_text(view.modified)),
            _dated("nc:DocumentReceivedDate", instant_text(record.provenance.received)),
            *(
                f"<nc:DocumentSensitivityText>{label}</nc:DocumentSensitivityText>"
                for label in sensitivity_labels(handling)
            ),
            _SOURCE(record.provenance),
            _SUBMITTER(center),
            _SUMMARY(view),
            _TITLE(record),
            marking_text(handling, center.name),
            _REPORT_ID(record),
        )
    )


def _dated(name: str, instant: str) -> str:
    return f"<{name}><nc:DateTime>{instant}</nc:DateTime></{name}>"


_DESCRIPTION: Final = text("nc:DocumentDescriptionText", "narrative")
_SUMMARY: Final = text("nc:DocumentSummaryText", "releasable_text")
_KEYWORDS: Final = texts("nc:DocumentKeywordText", "labels")
_TITLE: Final = text("nc:DocumentTitleText", "title")
_REPORT_ID: Final = text("nc:ReportID", "native_key")
_ORI: Final = "j:OrganizationAugmentation/j:OrganizationORIIdentification/nc:IdentificationID"
_SOURCE: Final = within(
    "nc:DocumentSource/nc:EntityOrganization", (text("nc:OrganizationName", "agency"), text(_ORI, "agency_ori"))
)
_SUBMITTER: Final = within(
    "nc:DocumentSubmitter/nc:EntityOrganization",
    (
        text("nc:OrganizationAbbreviationText", "abbreviation"),
        text("nc:OrganizationIdentification/nc:IdentificationID", "id"),
        text("nc:OrganizationName", "name"),
        text("nc:OrganizationPrimaryContactInformation/nc:ContactInformationDescriptionText", "contact"),
        text(_ORI, "ori"),
    ),
)


# Handling, origin, suspicion -------------------------------------------------------------------------------------

_HANDLING: Final = within(
    "fx:Handling",
    (
        code("fx:TrafficLightProtocolCode", "tlp"),
        texts("fx:HandlingCaveatCode", "caveats"),
        texts("fx:ReportSensitivityCode", "sensitivities"),
        integer("nc:ConfidencePercent", "confidence"),
        switch("fx:PersonalInformationIndicator", "personal_information"),
        day("fx:ValidationDueDate/nc:Date", "validate_by"),
    ),
)


_NO_DIGEST: Final = "0" * 64
_DIGEST: Final = text("fx:SourceDigestText", "source_sha256")
_LINE: Final = integer("fx:SourceLineNumeric", "line")


def _digest(provenance: Provenance) -> str:
    """A projection that withholds the source leaves zeros, which say nothing."""
    return "" if provenance.source_sha256 == _NO_DIGEST else _DIGEST(provenance)


def _line(provenance: Provenance) -> str:
    """A line without its file says nothing."""
    return _LINE(provenance) if provenance.file_name else ""


_PROVENANCE: Final = within(
    "fx:Provenance",
    (
        text("fx:SourceFeedName", "feed"),
        text("fx:SourceReceiptID", "receipt"),
        text("fx:SourceFileName", "file_name"),
        _digest,
        _line,
        text("fx:MappingName", "mapping"),
        text("fx:MappingVersionText", "mapping_version"),
    ),
)

_SUSPICION: Final = (
    texts("j:SuspiciousActivityCode", "behaviors"),
    code("j:TipTaxonomy/j:TipDomainCode", "tip_domain"),
    within("j:Target", (texts("j:TargetSectorCode", "target_sectors"),)),
    code("fx:ReviewStageCode", "stage"),
    text("fx:ArticulableFactsText", "articulable_facts"),
    switch("fx:PrivacyFieldIndicator", "privacy_fields"),
)


def _suspicion(record: Record) -> str:
    facts = record.suspicious_activity
    return "" if facts is None else "".join([part(facts) for part in _SUSPICION])


# People, things, relations ---------------------------------------------------------------------------------------


def _content(record: Record) -> str:
    """The entities in the order of the extension's report type, then the relations in the record's order."""
    observables = {observable.ref: observable for observable in record.observables}
    sorts: dict[str, str] = {}
    pieces: list[str] = []
    for sort, group in ENTITY_GROUPS.items():
        entities = getattr(record, group.field)
        for entity in entities:
            sorts[entity.ref] = sort
            pieces.append(written(sort, entity, observables))
        if sort == "vehicle":
            pieces.extend(registrations(vehicle) for vehicle in entities)
    pieces.extend(association(relation, sorts) for relation in record.relations)
    return "".join(pieces)

"""The container: the report or grouping that holds a record's objects together and later carries the signature."""

from typing import Any, Final

import msgspec

from gateway.errors import RenderingError
from gateway.model.kinds import KINDS, Container, Kind
from gateway.model.particulars import PARTICULARS
from gateway.model.record import Record
from gateway.stix.extensions import ProvenanceFacts, RecordFacts, fill
from gateway.stix.forms import external_reference, instant
from gateway.stix.frame import Frame
from gateway.stix.ids import center_ref
from gateway.stix.originals import ORIGIN, original_facts
from gateway.stix.summary import summary

__all__ = ["container", "narrative"]

_CONTEXTS: Final = {Kind.SUSPICIOUS_ACTIVITY: "suspicious-activity", Kind.TIP: "suspicious-activity"}
"""The word of STIX's grouping-context-ov for the kinds that a grouping holds."""

_NO_DIGEST: Final = "0" * 64
"""What stands for a withheld source digest, whose field may not be empty."""


def container(frame: Frame, members: list[str]) -> dict[str, Any]:
    """The report (STIX 2.1, 4.16) or grouping (4.4) that the kind asks for.

    `members` are the ids of everything of the record; a view that shows nothing but codes may have none, and then
    the container refers to the center, because STIX wants one reference at least.
    """
    record = frame.record
    row = KINDS[record.kind]
    if row.container is None:
        raise RenderingError(
            f"records of the kind '{record.kind}' have no STIX form yet", remedy="Hold them; see the table of kinds"
        )
    shared: dict[str, Any] = {
        "name": _name(frame),
        "description": summary(frame),
        "labels": [label for label in record.labels if label] or None,
        "confidence": record.handling.confidence,
        "external_references": _external_references(record),
        "object_refs": members or [center_ref(frame.center)],
        "extensions": fill(_facts(frame)),
    }
    if row.container is Container.GROUPING:
        return frame.made("grouping", "container", context=_CONTEXTS.get(record.kind, "unspecified"), **shared)
    return frame.made(
        "report", "container", report_types=[row.report_type], published=instant(frame.view.created), **shared
    )


def narrative(frame: Frame) -> list[dict[str, Any]]:
    """The agency's narrative as a note (STIX 2.1, 4.13) about what happened, where the view shows one."""
    record = frame.record
    if not record.narrative:
        return []
    about = [frame.ids[one.ref] for one in record.activities] or list(dict.fromkeys(frame.ids.values()))
    return [
        frame.made(
            "note",
            "narrative",
            abstract="Narrative",
            content=record.narrative,
            object_refs=about or [center_ref(frame.center)],
        )
    ]


def _name(frame: Frame) -> str:
    record = frame.record
    title = KINDS[record.kind].title
    numbered = f"{title} {record.native_key}" if record.native_key else title
    type_text = next((one.type_text for one in record.activities if one.type_text), None)
    return f"{numbered}: {type_text}" if type_text else numbered


def _external_references(record: Record) -> list[dict[str, str]] | None:
    references = [external_reference(ORIGIN, one.stix_id) for one in record.originals if not one.content]
    if record.native_key:
        references.insert(0, external_reference(record.provenance.agency or "agency-record", record.native_key))
    return references or None


def _facts(frame: Frame) -> RecordFacts:
    record, handling = frame.record, frame.record.handling
    return RecordFacts(
        kind=record.kind,
        provenance=_provenance(record),
        title=record.title,
        designating_entity=handling.designating_entity,
        dissemination_list=handling.dissemination_list,
        decontrol_date=handling.decontrol_date,
        caveats=handling.caveats,
        sensitivities=handling.sensitivities,
        personal_information=handling.personal_information,
        validate_by=handling.validate_by,
        **{row.field: getattr(record, row.field) for row in PARTICULARS.values()},
        indicators=tuple(one for one in record.indicators if one.ref not in frame.ids),
        originals=original_facts(record, frame.originals),
    )


def _provenance(record: Record) -> ProvenanceFacts:
    held = msgspec.structs.asdict(record.provenance)
    if held["source_sha256"] == _NO_DIGEST:
        del held["source_sha256"], held["line"]
    return ProvenanceFacts(**held)

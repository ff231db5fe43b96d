"""The container: the report or grouping that holds a record's objects together and later carries the signature."""

import re
from typing import Any, Final

import msgspec

from gateway.errors import RenderingError
from gateway.model.kinds import KINDS, Container, Kind
from gateway.model.particulars import PARTICULARS_OF
from gateway.model.record import Record
from gateway.stix.checks.languages import is_language_tag
from gateway.stix.extensions import ProvenanceFacts, RecordFacts, fill
from gateway.stix.forms import external_reference, instant
from gateway.stix.frame import Frame
from gateway.stix.ids import center_ref
from gateway.stix.originals import ORIGIN, original_facts
from gateway.stix.summary import summary

__all__ = ["NOT_THE_RECORDS", "container", "narrative"]

_CONTEXTS: Final = {Kind.SUSPICIOUS_ACTIVITY: "suspicious-activity", Kind.TIP: "suspicious-activity"}
"""The word of STIX's grouping-context-ov for the kinds that a grouping holds."""

CAP_REFERENCE: Final = "cap"
WARRANT: Final = "warrant-number"
"""Source names of references to what is not the record itself: another alert (CAP 1.2, 3.2.1), a warrant."""

NOT_THE_RECORDS: Final = frozenset({CAP_REFERENCE, WARRANT, ORIGIN})
"""Source names of references that are not the record's own number."""

_PRIMARY_LANGUAGE: Final = re.compile(r"([A-Za-z]{2})(?![A-Za-z0-9])")

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
        "lang": _language(record),
        "external_references": _external_references(record) or None,
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
            lang=_language(record),
            object_refs=about or [center_ref(frame.center)],
        )
    ]


def _name(frame: Frame) -> str:
    record = frame.record
    title = KINDS[record.kind].title
    numbered = f"{title} {record.native_key}" if record.native_key else title
    type_text = next((one.type_text for one in record.activities if one.type_text), None)
    return f"{numbered}: {type_text}" if type_text else numbered


def _external_references(record: Record) -> list[dict[str, str]]:
    """The agency's own number first; then what the record points at under other people's numbers."""
    found = []
    if record.native_key:
        agency = record.provenance.agency or "agency-record"
        source = f"{agency}-id" if agency in NOT_THE_RECORDS else agency
        found.append(external_reference(source, record.native_key))
    if record.alert:
        found += [external_reference(CAP_REFERENCE, one) for one in record.alert.references if one]
    if record.lookout and record.lookout.warrant_number:
        found.append(external_reference(WARRANT, record.lookout.warrant_number))
    return found + [external_reference(ORIGIN, one.stix_id) for one in record.originals if not one.content]


def _language(record: Record) -> str | None:
    """The language that an alert is written in, without region or script (RFC 5646, 2.2.1)."""
    found = _PRIMARY_LANGUAGE.match(record.alert.language) if record.alert and record.alert.language else None
    return found[1].lower() if found and is_language_tag(found[1]) else None


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
        **{field: getattr(record, field) for field in PARTICULARS_OF[record.kind]},
        indicators=tuple(one for one in record.indicators if one.ref not in frame.ids),
        originals=original_facts(record, frame.originals),
    )


def _provenance(record: Record) -> ProvenanceFacts:
    held = msgspec.structs.asdict(record.provenance)
    if held["source_sha256"] == _NO_DIGEST:
        del held["source_sha256"], held["line"]
    return ProvenanceFacts(**held)

"""Sample messages: one invented record of each kind that has a message, written in each form that messages have."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from gateway.errors import BadDocument, MissingFile
from gateway.model.center import Center
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS, Kind
from gateway.model.record import Record, decode_record
from gateway.model.stages import View
from gateway.niem.message_json import MessageJson
from gateway.niem.render import render
from gateway.niem.schema_index import SchemaIndex

__all__ = ["CENTER", "Sample", "SampleForm", "forms", "record_of", "sample_views", "samples"]


class SampleForm(NamedTuple):
    """A form that messages have: where its samples stand in the package, what the catalog calls them, who writes them.

    Samples that the catalog calls `IEPSampleXMLDocument` stand with the class of messages that they are of.
    """

    folder: str
    ending: str
    element: str
    write: Callable[[View, Center], bytes]


def forms(schemas: Path) -> tuple[SampleForm, ...]:
    """Every form of our messages; `schemas` is the schema folder, which tells how a message becomes JSON."""
    converter = MessageJson(SchemaIndex(schemas))

    def as_json(view: View, center: Center) -> bytes:
        return converter.to_json(render(view, center))

    return (
        SampleForm("iep-sample/xml", ".xml", "IEPSampleXMLDocument", render),
        SampleForm("iep-sample/json", ".json", "ApplicationInfo", as_json),
    )


class Sample(NamedTuple):
    """One sample: the kind of its record, what the catalog calls it, its place in the package, its bytes."""

    kind: Kind
    element: str
    path: str
    text: bytes


CENTER: Final = Center(
    id="7d0f6a3e-2b1c-4d58-9e47-0a6c5b8f1d23",
    name="Lakeshore Fusion Center",
    abbreviation="LFC",
    contact="exchange@lakeshore.example",
    created="2026-11-01T00:00:00.000Z",
)
"""The invented center that submits the samples."""
_IDS: Final = IdKey(b"a key for samples: nobody's secret")
_MADE: Final = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)


def record_of(folder: Path, kind: Kind) -> Record:
    """The invented record of a kind, `<kind>.json` in the folder. Raises MissingFile or BadDocument."""
    path = folder / f"{kind}.json"
    if not path.is_file():
        raise MissingFile(f"there is no sample record of kind {kind}", where=str(path), remedy="Write one")
    try:
        record = decode_record(path.read_bytes())
    except msgspec.ValidationError as error:
        raise BadDocument(str(error), where=str(path), remedy="Correct the sample record") from error
    if record.kind is not kind:
        raise BadDocument(
            f"the record is of kind {record.kind}", where=str(path), remedy="Name the file after its kind"
        )
    return record


def samples(records: Path, schemas: Path) -> Iterator[Sample]:
    """A sample of every kind with a message, in every form. Raises MissingFile, BadDocument or RenderingError."""
    written = forms(schemas)
    for kind, view in sample_views(records):
        for form in written:
            path = f"{form.folder}/{kind}{form.ending}"
            yield Sample(kind, form.element, path, form.write(view, CENTER))


def sample_views(folder: Path) -> Iterator[tuple[Kind, View]]:
    """The whole view of the invented record of every kind with a message. Raises MissingFile or BadDocument."""
    for kind, row in KINDS.items():
        if row.niem_root is not None:
            yield kind, _view(record_of(folder, kind))


def _view(record: Record) -> View:
    """The record as a partner sees it from whom nothing is withheld."""
    ids = _IDS.derive(record.id)
    return View(
        key="full",
        record=record,
        number=1,
        created=_MADE,
        modified=_MADE,
        ids=ids,
        document_id=ids.uuid("document"),
        withheld=(),
        carries_niem=False,
        collections=(),
    )

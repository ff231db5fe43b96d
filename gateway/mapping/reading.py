"""What a reader needs to know to take a delivered file apart."""

from msgspec import Struct

from gateway.mapping.document import MappingDocument
from gateway.mapping.layouts import CodedTextSpec, FixedWidthSpec, Hl7Spec, JsonSpec, WorkbookSpec, XmlSpec

__all__ = ["Reading", "reading_from"]


class Reading(Struct, frozen=True, kw_only=True):
    """How a feed's files are written.

    `encodings` are tried in order, strictly. `header` holds the column names of files without a header row, None
    where the file brings its own. Every encoding agrees with ASCII on the delimiter, the quote and the line ends.
    `columns` are the addresses that the mapping reads, `groups` those of the groups that repeat, `drops` those that it
    leaves out with a reason: a reader of structured items gives a value the name that the mapping asks for. `own` are
    ids of identities whose objects are the center's own and are not taken in again.
    """

    format: str
    encodings: tuple[str, ...] = ("utf-8-sig",)
    delimiter: str = ","
    quote: str | None = '"'
    header: tuple[str, ...] | None = None
    comment: str | None = None
    columns: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    json: JsonSpec | None = None
    xml: XmlSpec | None = None
    fixed: FixedWidthSpec | None = None
    workbook: WorkbookSpec | None = None
    hl7: Hl7Spec | None = None
    text: CodedTextSpec | None = None
    own: tuple[str, ...] = ()


def reading_from(document: MappingDocument, columns: tuple[str, ...]) -> Reading:
    """The reader's part of a mapping document that reads these columns."""
    reads = document.reads
    return Reading(
        format=reads.format,
        encodings=reads.encoding,
        delimiter=reads.delimiter,
        quote=reads.quote,
        header=reads.header,
        comment=reads.comment,
        columns=columns,
        groups=document.repeating,
        drops=tuple(document.drops),
        json=reads.json_,
        xml=reads.xml,
        fixed=reads.fixed,
        workbook=reads.workbook,
        hl7=reads.hl7,
        text=reads.text,
    )

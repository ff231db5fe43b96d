"""What a reader needs to know to take a delivered file apart."""

from msgspec import Struct

from gateway.mapping.document import ReadsSpec

__all__ = ["Reading", "reading_from"]


class Reading(Struct, frozen=True, kw_only=True):
    """How a feed's files are written.

    `encodings` are tried in order, strictly. `header` holds the column names of files without a header row, None
    where the file brings its own. Every encoding agrees with ASCII on the delimiter, the quote and the line ends.
    """

    format: str
    encodings: tuple[str, ...] = ("utf-8-sig",)
    delimiter: str = ","
    quote: str | None = '"'
    header: tuple[str, ...] | None = None
    comment: str | None = None


def reading_from(reads: ReadsSpec) -> Reading:
    """The reader's part of a mapping document."""
    return Reading(
        format=reads.format,
        encodings=reads.encoding,
        delimiter=reads.delimiter,
        quote=reads.quote,
        header=reads.header,
        comment=reads.comment,
    )

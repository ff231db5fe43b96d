"""From delivered bytes to items, one module per format.

A format of another package joins through the entry-point group `gateway.adapters`: its name is the format's name in
`reads.format`, its object a `FormatReader`.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from gateway.adapters import coded_text, delimited, fixed_width, hl7, mail, markup, stix_json, structured_json, workbook
from gateway.documents import nearest
from gateway.errors import BadSetting
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["ENTRY_POINT_GROUP", "FORMATS", "FormatReader", "Item", "formats", "header", "read"]

ENTRY_POINT_GROUP: Final = "gateway.adapters"

Item = NativeRecord | Skipped | Unreadable


class FormatReader(Struct, frozen=True):
    """One format. `read` yields the items of a delivery, `header` the names of its columns.

    Both raise UnreadableDelivery for a file that as a whole cannot be read, and nothing else.
    """

    read: Callable[[Received, Reading], Iterator[Item]]
    header: Callable[[Received, Reading], tuple[str, ...]]


FORMATS: Final[Mapping[str, FormatReader]] = MappingProxyType(
    {
        "coded-text": FormatReader(coded_text.read, coded_text.header),
        "delimited": FormatReader(delimited.read, delimited.header),
        "email": FormatReader(mail.read, mail.header),
        "fixed-width": FormatReader(fixed_width.read, fixed_width.header),
        "hl7v2": FormatReader(hl7.read, hl7.header),
        "json": FormatReader(structured_json.read, structured_json.header),
        "stix": FormatReader(stix_json.read, stix_json.header),
        "workbook": FormatReader(workbook.read, workbook.header),
        "xml": FormatReader(markup.read, markup.header),
    }
)
"""The formats that come with the gateway."""


def formats() -> dict[str, FormatReader]:
    """The gateway's formats and those of installed packages; a package cannot replace one of the gateway's own.

    Raises BadSetting for an entry point that is no FormatReader.
    """
    found: dict[str, FormatReader] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        reader = point.load()
        if not isinstance(reader, FormatReader):
            raise BadSetting(
                f"the entry point '{point.name}' is no FormatReader", where=point.value, remedy="Mend or remove it"
            )
        found[point.name] = reader
    return {**found, **FORMATS}


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery in its declared format. Raises UnreadableDelivery, or BadSetting for no such format."""
    return _reader(reading, received.feed).read(received, reading)


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The names of a delivery's columns. Raises UnreadableDelivery, or BadSetting for no such format."""
    return _reader(reading, received.feed).header(received, reading)


def _reader(reading: Reading, feed: str) -> FormatReader:
    reader = FORMATS.get(reading.format) or formats().get(reading.format)
    if reader is None:
        near = nearest(reading.format, FORMATS)
        remedy = f"Did you mean '{near}'?" if near else f"Known formats: {', '.join(sorted(formats()))}"
        raise BadSetting(f"reads.format: there is no format '{reading.format}'", where=feed, remedy=remedy)
    return reader

"""Which feed a file belongs to, told by what is in it."""

from collections.abc import Mapping as Table

from msgspec.structs import replace

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping.catalog import recognize
from gateway.mapping.feed import Feed
from gateway.model.stages import NativeRecord, Received

__all__ = ["feed_of", "telling_columns"]


def telling_columns(received: Received, mapping: Feed) -> tuple[str, ...]:
    """The delivery's columns as the mapping's reader sees them; none where it reads nothing in the file."""
    try:
        columns = adapters.header(received, mapping.reading)
    except UnreadableDelivery:
        return ()
    if not mapping.document.reads.addressed:
        return columns
    return columns if any(isinstance(item, NativeRecord) for item in adapters.read(received, mapping.reading)) else ()


def feed_of(received: Received, mappings: Table[str, Feed]) -> Feed | None:
    """The one mapping that the file's columns speak for, or None.

    Formats whose columns stand in a header are tried first: they are told by a line, the others by the whole file.
    """
    for mapping in sorted(mappings.values(), key=lambda one: one.document.reads.addressed):
        found = recognize(mappings, telling_columns(replace(received, feed=mapping.feed), mapping))
        if found is not None:
            return found
    return None

"""HL7 v2 (ER7): one message, one item, alone, many in a file, or in batches; MLLP framing is passed over.

Segments end with CR, LF or CRLF. The headers and trailers of batches (FHS, BHS, BTS, FTS; HL7 v2.5.1, 2.10.3) are
Skipped; a trailer that counts otherwise than we do is told. How values are named: `gateway.adapters.hl7_cells`.
"""

import re
from collections.abc import Iterator
from typing import Final

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.headings import headings
from gateway.adapters.hl7_cells import MessageCells
from gateway.adapters.hl7_message import parse_message
from gateway.adapters.stretches import Stretch, lines, stretches
from gateway.errors import UnreadableDelivery
from gateway.mapping.reading import Reading
from gateway.model.content import Content
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable

_BEGINNING: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\x0b\x1c]{0,3}(MSH|[BF][HT]S)(?![A-Za-z0-9])").match
"""The segments that begin a message, or a frame of a batch, perhaps behind MLLP's end and start of a block."""
_MESSAGE: Final = re.compile(rb"(?:\A|[\r\n\x0b\x1c]|\xef\xbb\xbf)MSH(?![A-Za-z0-9])").search
_START_OF_BLOCK: Final = re.compile(rb"(?=\x0b)")
_NOTHING: Final = b" \t\r\n\x1a\x0b\x1c"
"""Blanks, line ends, framing and the mark of an old file's end."""
_BETWEEN: Final = "between"

_COUNTED: Final = {"BTS": "messages", "FTS": "batches"}
"""What the first field of a trailer counts (HL7 v2.5.1, 2.15.3 and 2.15.5)."""


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is where an item starts, `raw` all of its bytes.

    A message whose header, segments or bytes cannot be read is Unreadable, and so is text between messages. Raises
    UnreadableDelivery for a file without any message.
    """
    if not _has_message(received.content):
        raise UnreadableDelivery(
            "the file has no HL7 message: no line begins with MSH", where=received.file_name, remedy="Check the format"
        )
    return _items(received.content, MessageCells(reading))


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses that occur. Raises UnreadableDelivery for a file without any message."""
    return headings(read(received, reading), reading)


def _has_message(content: Content) -> bool:
    last = b""
    for number, block in enumerate(content.blocks()):
        text = last + block
        found = _MESSAGE(text)
        if found is not None and (number == 0 or found.start() > 0 or not text.startswith(b"MSH")):
            return True
        last = text[-4:]
    return False


def _begins(piece: bytes, sort: str, starts_line: bool) -> str | None:
    """The segment that begins a stretch here; behind a frame, text that belongs to nothing begins one as well."""
    found = _BEGINNING(piece)
    if found is not None and (starts_line or piece.startswith(b"\x0b")):
        return found[1].decode()
    return _BETWEEN if sort not in ("", "MSH", _BETWEEN) and piece.strip(_NOTHING) else None


def _pieces(content: Content) -> Iterator[bytes]:
    """The lines of a delivery, divided before each start of a block."""
    for line in lines(content, limits.HL7_MESSAGE_BYTES):
        if b"\x0b" in line[1:]:
            yield from filter(None, _START_OF_BLOCK.split(line))
        else:
            yield line


class _Counts:
    """How many messages stand in the batch so far, and how many batches in the file."""

    def __init__(self) -> None:
        self.messages = self.batches = 0

    def of(self, things: str) -> int:
        """A file without a header for its batches is one batch."""
        return self.messages if things == "messages" else max(self.batches, 1)

    def frame(self, sort: str) -> None:
        """Take a header or a trailer in."""
        self.messages = 0
        if sort == "FHS":
            self.batches = 0
        elif sort == "BHS":
            self.batches += 1


def _items(content: Content, cells: MessageCells) -> Iterator[Item]:
    counts = _Counts()
    for stretch in stretches(_pieces(content), _begins, longest=limits.HL7_MESSAGE_BYTES):
        if stretch.sort == "MSH":
            counts.messages += _BEGINNING(stretch.raw) is not None
            yield _message(stretch, cells)
        elif stretch.sort in ("", _BETWEEN) or stretch.is_cut:
            yield _between(stretch)
        else:
            yield _frame(stretch, counts)


def _message(stretch: Stretch, cells: MessageCells) -> Item:
    try:
        if stretch.is_cut:
            raise _too_large()
        message = parse_message(stretch.raw, cells.encodings)
        return NativeRecord(line=stretch.line, fields=cells(message), raw=stretch.raw)
    except ItemFault as fault:
        return fault.unreadable(line=stretch.line, raw=stretch.raw)


def _too_large() -> ItemFault:
    return ItemFault(
        "too-large",
        f"the message has more than {limits.HL7_MESSAGE_BYTES} bytes",
        "Send it without the documents that are embedded in it",
    )


def _frame(stretch: Stretch, counts: _Counts) -> Item:
    told = _miscount(stretch, counts)
    counts.frame(stretch.sort)
    if not told:
        return Skipped(line=stretch.line, reason="batch-frame", raw=stretch.raw)
    remedy = "Ask whether the batch is whole"
    return Unreadable(line=stretch.line, code="bad-structure", problem=told, remedy=remedy, raw=stretch.raw)


def _miscount(stretch: Stretch, counts: _Counts) -> str:
    """What is wrong with a trailer's count, in words; a trailer without a count, and a header, say nothing."""
    if stretch.sort not in _COUNTED:
        return ""
    line, things = stretch.raw.strip(_NOTHING), _COUNTED[stretch.sort]
    counted = line[4:].partition(line[3:4])[0].strip() if len(line) > 4 else b""
    if not counted:
        return ""
    if not counted.isdigit() or len(counted) > 9:
        return f"the trailer's count of {things} is no number"
    if int(counted) != counts.of(things):
        return f"the trailer counts {int(counted)} {things}, the file has {counts.of(things)}"
    return ""


def _between(stretch: Stretch) -> Item:
    if not stretch.raw.strip(_NOTHING):
        return Skipped(line=stretch.line, reason="blank-row", raw=stretch.raw)
    return Unreadable(
        line=stretch.line,
        code="bad-structure",
        problem="text that belongs to no message",
        remedy="Have the exporter begin each message with MSH, at the start of a line",
        raw=stretch.raw,
    )

"""HL7 v2 (ER7): one message, one item, alone, many in a file, or in batches; MLLP framing is passed over.

Segments end with CR, LF or CRLF. The headers and trailers of batches (FHS, BHS, BTS, FTS; HL7 v2.5.1, 2.10.3) are
Skipped; a trailer that counts otherwise than we do is told. How values are named: `gateway.adapters.hl7_cells`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from gateway.adapters.faults import ItemFault
from gateway.adapters.headings import headings
from gateway.adapters.hl7_cells import MessageCells
from gateway.adapters.hl7_message import parse_message
from gateway.errors import UnreadableDelivery
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable

_BEGINNING: Final = re.compile(rb"(?:MSH|[BF][HT]S)(?![A-Za-z0-9])")
"""The segments that begin a message, or a frame of a batch."""

_LINE: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_FRAMING: Final = b"\x0b\x1c"
"""MLLP's start and end of a block (HL7 v2.5.1 implementation guide, appendix C)."""
_FRAMING_BYTES: Final = 3
"""Most of them that stand before a segment: an end, and a start that was sent twice."""
_MARK: Final = b"\xef\xbb\xbf"
_NOTHING: Final = b" \t\r\n\x1a" + _FRAMING
"""Blanks, line ends, framing and the mark of an old file's end."""

_COUNTED: Final = {b"BTS": "messages", b"FTS": "batches"}
"""What the first field of a trailer counts (HL7 v2.5.1, 2.15.3 and 2.15.5)."""


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is where an item starts, `raw` all of its bytes.

    A message whose header, segments or bytes cannot be read is Unreadable, and so is text between messages. Raises
    UnreadableDelivery for a file without any message.
    """
    beginnings = list(_beginnings(received.content))
    if not any(sort == b"MSH" for _, sort in beginnings):
        raise UnreadableDelivery(
            "the file has no HL7 message: no line begins with MSH", where=received.file_name, remedy="Check the format"
        )
    return _items(received.content, beginnings, MessageCells(reading))


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses that occur. Raises UnreadableDelivery for a file without any message."""
    return headings(read(received, reading), reading)


class _Stretch(Struct, frozen=True):
    """The bytes from one beginning to the next; `sort` is the segment that begins it, empty before the first."""

    sort: bytes
    line: int
    raw: bytes


def _beginnings(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Where messages and frames begin, framing included, and with which segment: at line starts, or at a block's."""
    for found in _BEGINNING.finditer(content):
        at = found.start()
        while at and content[at - 1] in _FRAMING and found.start() - at < _FRAMING_BYTES:
            at -= 1
        if at == len(_MARK) and content.startswith(_MARK):
            at = 0
        if at == 0 or content[at - 1] in b"\r\n" or b"\x0b" in content[at : found.start()]:
            yield at, found[0]


def _stretches(content: bytes, beginnings: list[tuple[int, bytes]]) -> Iterator[_Stretch]:
    line, places = 1, [(0, b""), *beginnings, (len(content), b"")]
    for (at, sort), (end, _) in pairwise(places):
        raw = content[at:end]
        if raw:
            yield _Stretch(sort, line, raw)
            line += len(_LINE_END.findall(raw))


class _Counts:
    """How many messages stand in the batch so far, and how many batches in the file."""

    def __init__(self) -> None:
        self.messages = self.batches = 0

    def of(self, things: str) -> int:
        """A file without a header for its batches is one batch."""
        return self.messages if things == "messages" else max(self.batches, 1)

    def frame(self, sort: bytes) -> None:
        """Take a header or a trailer in."""
        self.messages = 0
        if sort == b"FHS":
            self.batches = 0
        elif sort == b"BHS":
            self.batches += 1


def _items(content: bytes, beginnings: list[tuple[int, bytes]], cells: MessageCells) -> Iterator[Item]:
    counts = _Counts()
    for stretch in _stretches(content, beginnings):
        if stretch.sort == b"MSH":
            counts.messages += 1
            yield _message(stretch, cells)
        elif stretch.sort:
            yield from _frame(stretch, counts)
        else:
            yield _between(stretch.line, stretch.raw)


def _message(stretch: _Stretch, cells: MessageCells) -> Item:
    try:
        message = parse_message(stretch.raw, cells.encodings)
        return NativeRecord(line=stretch.line, fields=cells(message), raw=stretch.raw)
    except ItemFault as fault:
        return fault.unreadable(line=stretch.line, raw=stretch.raw)


def _frame(stretch: _Stretch, counts: _Counts) -> Iterator[Item]:
    """A header or a trailer, and what stands behind it up to the next beginning."""
    own = _LINE.match(stretch.raw)
    end = own.end() if own and stretch.raw[own.end() :].strip(_NOTHING) else len(stretch.raw)
    raw, rest = stretch.raw[:end], stretch.raw[end:]
    told = _miscount(stretch.sort, raw, counts)
    counts.frame(stretch.sort)
    if told:
        yield Unreadable(
            line=stretch.line, code="bad-structure", problem=told, remedy="Ask whether the batch is whole", raw=raw
        )
    else:
        yield Skipped(line=stretch.line, reason="batch-frame", raw=raw)
    if rest:
        yield _between(stretch.line + len(_LINE_END.findall(raw)), rest)


def _miscount(sort: bytes, raw: bytes, counts: _Counts) -> str:
    """What is wrong with a trailer's count, in words; a trailer without a count, and a header, say nothing."""
    if sort not in _COUNTED:
        return ""
    line, things = raw.strip(_NOTHING), _COUNTED[sort]
    counted = line[4:].partition(line[3:4])[0].strip() if len(line) > 4 else b""
    if not counted:
        return ""
    if not counted.isdigit() or len(counted) > 9:
        return f"the trailer's count of {things} is no number"
    if int(counted) != counts.of(things):
        return f"the trailer counts {int(counted)} {things}, the file has {counts.of(things)}"
    return ""


def _between(line: int, raw: bytes) -> Item:
    if not raw.strip(_NOTHING):
        return Skipped(line=line, reason="blank-row", raw=raw)
    return Unreadable(
        line=line,
        code="bad-structure",
        problem="text that belongs to no message",
        remedy="Have the exporter begin each message with MSH, at the start of a line",
        raw=raw,
    )

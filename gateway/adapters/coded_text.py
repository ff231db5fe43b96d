"""Slash-coded text: paragraphs of `CODE/value`, as law enforcement message systems write them.

A code's address is the code, `LIC`; where it repeats in one item, and where the mapping writes a position, it has one:
`NAM[1]`. Only declared codes are codes, and only where a blank or the line's start stands before them: `AND/OR` and
`07/04/2030` are text. Three capitals and a slash at the start of a line are told under their own name, though, and
lines that belong to no code under `text[0]`, `text[1]`. A declared code that the mapping reads always has a cell, if an
empty one: a message has the codes that apply.
"""

import re
from collections.abc import Iterator
from typing import Final

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.headings import headings
from gateway.adapters.positions import names_of
from gateway.adapters.stretches import Stretch, lines, stretches
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import shape_of
from gateway.mapping.layouts import UNCODED, CodedTextSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable

_ITEM: Final = "item"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_NOTHING: Final = b" \t\r\n\x1a\x00"
_UNDECLARED: Final = re.compile(r"[ \t]*([A-Z]{3})/").match


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is the first of an item's lines, `raw` all of them.

    Text before the first item, and a paragraph without a code, is Skipped. An item that fits no declared encoding or
    passes a limit is Unreadable. Raises UnreadableDelivery for a file without an item.
    """
    layout, found = _Layout(reading), False
    for stretch in stretches(lines(received.content, limits.ROW_BYTES), layout.begins, longest=limits.ROW_BYTES):
        item = layout.item(stretch)
        found = found or not isinstance(item, Skipped)
        yield item
    if not found:
        raise UnreadableDelivery(
            "the file has no item: no line begins with a code that starts one",
            where=received.file_name,
            remedy="Correct 'reads.text', or see whether the file belongs to this feed",
        )


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The codes that the mapping reads and those that occur. Raises UnreadableDelivery for a file without an item."""
    return headings(read(received, reading), reading)


class _Layout:
    """The declared codes, ready to run."""

    def __init__(self, reading: Reading) -> None:
        if reading.text is None:
            raise AssertionError("the mapping document checks that this format has its codes")
        spec: CodedTextSpec = reading.text
        words = "|".join(sorted(spec.codes, key=len, reverse=True))
        self._codes = re.compile(rf"(?<!\S)({words})/")
        self._code = re.compile(rf"(?<!\S)(?:{words})/".encode()).search
        self._start = re.compile(rf"[ \t]*(?:{'|'.join(spec.starts)})/".encode()).match if spec.starts else None
        self._continues = frozenset(spec.continues)
        self._after_blank = True
        self._encodings = reading.encodings
        self._read = frozenset(reading.columns)
        spoken_of = (*reading.columns, *reading.groups, *reading.drops)
        self._placed = {address.partition("[")[0] for address in spoken_of if "[" in address}
        self._always = tuple(code for code in spec.codes if code in self._read)

    def begins(self, line: bytes, _sort: str, starts_line: bool) -> str | None:
        """Whether an item begins with a line. Blank lines go with what stands above them."""
        if not starts_line:
            return None
        is_blank = not line.strip(_NOTHING)
        begins = self._start(line) is not None if self._start else self._after_blank and not is_blank
        self._after_blank = is_blank
        return _ITEM if begins else None

    def item(self, stretch: Stretch) -> Item:
        """One stretch as an item."""
        line, raw = stretch.line, stretch.raw
        if not raw.strip(_NOTHING):
            return Skipped(line=line, reason="blank-row", raw=raw)
        if stretch.sort != _ITEM or (self._start is None and not stretch.is_cut and self._code(raw) is None):
            return Skipped(line=line, reason="free-text", raw=raw)
        try:
            if stretch.is_cut:
                raise _too_large()
            return NativeRecord(line=line, fields=self._cells(self._decoded(raw)), raw=raw)
        except ItemFault as fault:
            return fault.unreadable(line=line, raw=raw)

    def _decoded(self, raw: bytes) -> str:
        for encoding in self._encodings:
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise ItemFault(
            "bad-encoding", "the item holds bytes that no declared encoding has", "Declare 'reads.encoding'"
        )

    def _cells(self, text: str) -> dict[str, str]:
        cells: dict[str, str] = {}
        counts: dict[str, int] = {}
        for code, value in self._values(text):
            position = counts[code] = counts.get(code, -1) + 1
            if len(value) > limits.CELL_CHARACTERS:
                raise ItemFault("too-large", f"a text is longer than {limits.CELL_CHARACTERS} characters", "Shorten it")
            if len(cells) >= limits.ITEM_VALUES:
                raise ItemFault("too-large", f"the item has more than {limits.ITEM_VALUES} values", "Divide the item")
            first_plain = code not in self._placed and code != UNCODED
            names = names_of(code, position, first_plain=first_plain)
            asked = [name for name in names if name in self._read or shape_of(name) in self._read]
            cells.update(dict.fromkeys(asked or names[:1], value))
        for code in self._always:
            cells.setdefault(code, "")
        return cells

    def _values(self, text: str) -> list[tuple[str, str]]:
        """Each code with its value, in the order of the text; what belongs to no code has the name `text`."""
        values: list[tuple[str, list[str]]] = []
        going_on: list[str] | None = None
        for line in _LINE_END.split(text):
            begun = self._begun(line)
            lead = line[: begun[0].start(1)].strip() if begun else line.strip()
            if lead and going_on is not None:
                going_on.append(lead)
            elif lead:
                values.append((UNCODED, [lead]))
            elif not begun:
                going_on = None
            for number, one in enumerate(begun):
                end = begun[number + 1].start(1) if number + 1 < len(begun) else len(line)
                values.append((one[1], [line[one.end() : end].strip()]))
                going_on = values[-1][1] if one[1] in self._continues else None
        return [(code, "\n".join(filter(None, pieces))) for code, pieces in values]

    def _begun(self, line: str) -> list[re.Match[str]]:
        """Where in a line codes begin: declared ones, and at its start one that is not."""
        found = list(self._codes.finditer(line))
        first = _UNDECLARED(line)
        if first is not None and (not found or first.start(1) < found[0].start(1)):
            found.insert(0, first)
        return found


def _too_large() -> ItemFault:
    return ItemFault("too-large", f"the item has more than {limits.ROW_BYTES} bytes", "Divide it")

"""Fixed width: lines of columns without a delimiter, of one or several sorts, where several lines may be one item.

Addresses are `segment.column`, with a position from 0 where a segment or a column repeats: `victim[1].offense[0]`;
columns common to all lines have their plain name. A stretch of text that the mapping declares no column for has the
address `segment.columns-54-60`, so that it is told. An item with one bad line is bad as a whole: half an incident is
never a record.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from gateway import limits
from gateway.adapters.headings import headings
from gateway.errors import UnreadableDelivery
from gateway.mapping.layouts import ColumnsSpec, FixedWidthSpec, SegmentSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["header", "read"]

Item = NativeRecord | Skipped | Unreadable

_REMEDY: Final = "Correct the line, or 'reads.fixed' in the mapping"


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is the first of an item's lines, `raw` all of them.

    Blank lines are Skipped. An item is Unreadable if one of its lines is of no declared sort, has another length than
    it says, or does not fit the encoding, or if it has none of the lines that an item has once. Raises
    UnreadableDelivery where no line of a file is of the declared layout.
    """
    layout = _Layout(reading)
    yield from _Grouping(received, layout).items()
    if not layout.fits:
        raise UnreadableDelivery(
            "no line of the file is of the declared layout", where=received.file_name, remedy="Check the format"
        )


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses that occur. Raises UnreadableDelivery where no line is of the declared layout."""
    return headings(read(received, reading), reading)


class _Line(Struct, frozen=True):
    """One line taken apart, or what is wrong with it. `key` is what it shares with the other lines of its item."""

    raw: bytes
    number: int
    code: str = ""
    problem: str = ""
    segment: SegmentSpec | None = None
    text: str = ""
    common: tuple[tuple[str, str], ...] = ()
    key: tuple[str, ...] | None = None


class _Layout:
    """The declared layout, ready to run."""

    def __init__(self, reading: Reading) -> None:
        if reading.fixed is None:
            raise AssertionError("the mapping document checks that this format has its layout")
        self.spec: FixedWidthSpec = reading.fixed
        self._encodings = reading.encodings
        single = (s.name for s in self.spec.segments.values() if not s.repeats and not s.alone)
        self.leads = next(single, "")
        self.fits = False
        self._only = next(iter(self.spec.segments.values())) if self.spec.kind is None else None
        frame = [c for c in (self.spec.kind, self.spec.length, *self.spec.common.values()) if c is not None]
        self._declared = {
            segment.name: _stretches([*frame, *segment.fields.values()]) for segment in self.spec.segments.values()
        }

    def line(self, raw: bytes, number: int) -> _Line:
        """Take one line apart as far as its key."""
        if len(raw) > limits.ROW_BYTES:
            return _Line(raw, number, "too-large", f"the line is longer than {limits.ROW_BYTES} bytes")
        text = self._decoded(raw)
        if text is None:
            return _Line(raw, number, "bad-encoding", "the line holds bytes that no declared encoding has")
        kind = _cut(text, self.spec.kind) if self.spec.kind else ""
        segment = self._only or self.spec.segments.get(kind)
        if segment is None:
            return _Line(raw, number, "bad-structure", "the line is of no declared sort")
        common = tuple((name, _cut(text, columns)) for name, columns in self.spec.common.items())
        values = dict(common)
        key = tuple(values[name] for name in self.spec.group_by) if self.spec.group_by and not segment.alone else None
        whole = _Line(raw, number, "", "", segment, text, common, key)
        if self.spec.length is not None and _cut(text, self.spec.length) != str(len(text)).zfill(self.spec.length.long):
            return _Line(
                raw, number, "wrong-length", f"the line has {len(text)} columns and says another number", key=key
            )
        self.fits = True
        return whole

    def _decoded(self, raw: bytes) -> str | None:
        for encoding in self._encodings:
            try:
                return raw.decode(encoding).rstrip("\r\n")
            except UnicodeDecodeError:
                continue
        return None

    def cells(self, line: _Line, address: str) -> Iterator[tuple[str, str]]:
        """The line's own columns. Of those that repeat, the blank ones are left out; a short line lacks its last."""
        if line.segment is None:
            return
        for name, columns in line.segment.fields.items():
            for position in range(columns.times):
                start = columns.at - 1 + position * columns.long
                stretch = line.text[start : start + columns.long]
                if not stretch or (columns.times > 1 and stretch.isspace()):
                    continue
                own = f"{address}.{name}[{position}]" if columns.times > 1 else f"{address}.{name}"
                yield from _parts(own, stretch, columns)
        yield from self._undeclared(line, address, self._declared[line.segment.name])

    def _undeclared(
        self, line: _Line, address: str, declared: tuple[tuple[int, int], ...]
    ) -> Iterator[tuple[str, str]]:
        position = 0
        for start, end in (*declared, (len(line.text), len(line.text))):
            between = line.text[position:start]
            if between and not between.isspace():
                yield f"{address}.columns-{position + 1}-{min(start, len(line.text))}", between
            position = max(position, end)


def _cut(text: str, columns: ColumnsSpec) -> str:
    return text[columns.at - 1 : columns.at - 1 + columns.long]


def _parts(address: str, stretch: str, columns: ColumnsSpec) -> Iterator[tuple[str, str]]:
    if not columns.parts:
        yield address, stretch
    for name, part in columns.parts.items():
        yield f"{address}.{name}", _cut(stretch, part)


def _stretches(columns: list[ColumnsSpec]) -> tuple[tuple[int, int], ...]:
    """Where the declared columns begin and end, in order; a stretch with parts is declared where its parts are."""
    found = []
    for column in columns:
        for position in range(column.times):
            start = column.at - 1 + position * column.long
            inner = [(start + p.at - 1, start + p.at - 1 + p.long) for p in column.parts.values()]
            found += inner or [(start, start + column.long)]
    return tuple(sorted(found))


class _Grouping:
    """Lines into items: consecutive lines with one key, and lines that are an item each."""

    def __init__(self, received: Received, layout: _Layout) -> None:
        self._content = received.content
        self._layout = layout

    def items(self) -> Iterator[Item]:
        """Every item; the bytes of all of them, one after the other, are the delivery."""
        open_lines: list[_Line] = []
        size = 0
        for number, raw in enumerate(self._content.lines(), start=1):
            if not raw.strip(b" \t\r\n\x1a"):
                yield from self._close(open_lines)
                open_lines = []
                yield Skipped(line=number, reason="blank-row", raw=raw)
                continue
            line = self._layout.line(raw, number)
            # a line that cannot be told apart spoils the item that it stands in, rather than be missing from it
            joins = bool(open_lines) and (line.key == open_lines[0].key or (bool(line.code) and line.key is None))
            if joins and open_lines[0].key is not None:
                size += len(raw)
                open_lines.append(line if size <= limits.ROW_BYTES else _one_too_many(line))
                continue
            yield from self._close(open_lines)
            open_lines, size = [line], len(raw)
        yield from self._close(open_lines)

    def _close(self, lines: list[_Line]) -> Iterator[Item]:
        if not lines:
            return
        first, raw = lines[0], b"".join(line.raw for line in lines)
        bad = next((line for line in lines if line.code), None)
        if bad is not None:
            yield Unreadable(line=bad.number, code=bad.code, problem=bad.problem, remedy=_REMEDY, raw=raw)
            return
        if first.key is not None and self._layout.leads and all(line.segment.repeats for line in lines if line.segment):
            yield Unreadable(
                line=first.number,
                code="bad-structure",
                problem=f"the lines stand apart from their item: none is of the sort '{self._layout.leads}'",
                remedy="Have the exporter write the lines of an item together",
                raw=raw,
            )
            return
        fields = self._fields(lines)
        if isinstance(fields, str):
            yield Unreadable(line=first.number, code="bad-structure", problem=fields, remedy=_REMEDY, raw=raw)
        else:
            yield NativeRecord(line=first.number, fields=fields, raw=raw)

    def _fields(self, lines: list[_Line]) -> Mapping[str, str] | str:
        """The item's values by address, or why it has none."""
        fields = dict(lines[0].common)
        counts: dict[str, int] = {}
        for line in lines:
            if line.segment is None:
                continue
            name = line.segment.name
            position = counts[name] = counts.get(name, -1) + 1
            if position and not line.segment.repeats:
                return f"the item has two lines of the sort '{name}'"
            fields.update(self._layout.cells(line, f"{name}[{position}]" if line.segment.repeats else name))
            if len(fields) > limits.ITEM_VALUES:
                return f"the item has more than {limits.ITEM_VALUES} values"
        return fields


def _one_too_many(line: _Line) -> _Line:
    problem = f"the item's lines have more than {limits.ROW_BYTES} bytes"
    return _Line(line.raw, line.number, "too-large", problem, key=line.key)

"""Where the items of a JSON file are: one walk over a text to a declared address, or line by line.

Every item keeps its own bytes and the line on which it starts. What is wrong with one item is told in its place, what
is wrong around the items refuses the file.
"""

import json
from collections.abc import Generator, Iterator
from typing import Any, Final

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.errors import UnreadableDelivery
from gateway.mapping.layouts import JsonSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import Received, Skipped

__all__ = ["Element", "elements", "lines"]

_BLANKS: Final = " \t\n\r"


Element = tuple[int, bytes, Any]
"""Line, bytes, and the value, the ItemFault in its place, or a finished item."""


class _Parser:
    """One JSON value at a time, with what is wrong with it apart from its grammar."""

    def __init__(self) -> None:
        self._fault: ItemFault | None = None
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._number,
            parse_float=self._number,
            parse_constant=self._constant,
        )

    def value(self, text: str, start: int) -> tuple[Any, int]:
        """The value, or the ItemFault in its place, and where it ends. Raises ValueError where there is no value."""
        self._fault = None
        value, end = self._decoder.raw_decode(text, start)
        return (value if self._fault is None else self._fault), end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self._fault = ItemFault(
                "bad-structure", "an object has the same member name twice", "Have the exporter write each once"
            )
        return members

    def _number(self, text: str) -> str:
        if len(text) > limits.NUMBER_CHARACTERS:
            self._fault = ItemFault("too-large", f"a number has {len(text)} characters", "Correct the number")
        return text

    def _constant(self, text: str) -> str:
        self._fault = ItemFault("bad-structure", f"{text} is not JSON", "Have the exporter write null")
        return text


def lines(received: Received, reading: Reading) -> Iterator[Element]:
    parser = _Parser()
    for line, whole in enumerate(received.content.lines(), start=1):
        raw = whole.removesuffix(b"\n")
        raw = raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw
        if not raw.strip():
            if raw:
                yield line, raw, Skipped(line=line, reason="blank-row", raw=raw)
            continue
        yield line, raw, _line_value(raw, reading, parser)


def _line_value(raw: bytes, reading: Reading, parser: _Parser) -> Any:
    if len(raw) > limits.ROW_BYTES:
        return _too_long(len(raw))
    decoded = _decoded(raw, reading)
    if decoded is None:
        return ItemFault("bad-encoding", "the line holds bytes that no declared encoding has", "Declare the encoding")
    text = decoded[0].strip(_BLANKS)
    try:
        value, end = parser.value(text, 0)
    except (ValueError, RecursionError):
        return ItemFault("bad-structure", "the line is not JSON", "Have the exporter write one JSON text a line")
    if end != len(text):
        return ItemFault("bad-structure", "something follows the JSON text of the line", "Write it on its own line")
    return value


def _too_long(size: int) -> ItemFault:
    return ItemFault("too-large", f"the item has {size} bytes", f"At most {limits.ROW_BYTES} are read as one record")


def _decoded(raw: bytes, reading: Reading) -> tuple[str, str] | None:
    """The text in the first declared encoding that fits, and that encoding."""
    for encoding in reading.encodings:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None


def elements(received: Received, reading: Reading, spec: JsonSpec) -> Iterator[Element]:
    """The items of one JSON text, found by walking it once."""
    where = received.file_name
    if len(received.content) > limits.JSON_BYTES:
        raise UnreadableDelivery(
            f"the JSON text has {len(received.content)} bytes",
            where=where,
            remedy=f"At most {limits.JSON_BYTES} are read whole: deliver it in parts, or one item a line",
        )
    decoded = _decoded(received.content.whole(), reading)
    if decoded is None:
        raise UnreadableDelivery("the text fits no declared encoding", where=where, remedy="Declare its encoding")
    walk = _Walk(*decoded, where)
    try:
        yield from walk.items(spec.items)
    except json.JSONDecodeError as error:
        raise UnreadableDelivery(
            f"line {error.lineno}, column {error.colno}: the text is not JSON",
            where=where,
            remedy="Ask the agency for a whole export",
        ) from error
    except RecursionError as error:
        raise UnreadableDelivery("the text is nested too deeply", where=where, remedy="Check the export") from error


class _Walk:
    """Goes through a JSON text to its items, and over everything else."""

    def __init__(self, text: str, encoding: str, where: str) -> None:
        self._text = text
        self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        self._where = where
        self._parser = _Parser()
        self._line, self._counted = 1, 0

    def items(self, address: str | None) -> Iterator[Element]:
        """Each item at the address; None is the whole text, an array of items or one item."""
        start = self._after_blanks(0)
        if address is None:
            is_array = self._text.startswith("[", start)
            end = yield from self._array(start) if is_array else self._one(start)
        else:
            names = [name for name in address.removesuffix("[*]").split(".") if name]
            end = yield from self._below(start, names, address)
        if self._after_blanks(end) != len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, end)

    def _below(self, start: int, names: list[str], address: str) -> Generator[Element, None, int]:
        """The items below an object's member, with everything around it checked; returns where the object ends."""
        if not names:
            return (yield from self._array(start))
        if not self._text.startswith("{", start):
            raise self._nothing_at(address)
        seen: set[str] = set()
        position = self._after_blanks(start + 1)
        if self._text.startswith("}", position):
            raise self._nothing_at(address)
        while True:
            if not self._text.startswith('"', position):
                raise json.JSONDecodeError("Expecting a name", self._text, position)
            name, position = self._parser.value(self._text, position)
            if name in seen:
                raise UnreadableDelivery(
                    "an object around the items has the same member name twice",
                    where=self._where,
                    remedy="Have the exporter write each once",
                )
            seen.add(name)
            position = self._expect(":", position)
            if name == names[0]:
                position = yield from self._below(position, names[1:], address)
            else:
                value, position = self._parser.value(self._text, position)
                if isinstance(value, ItemFault):
                    raise UnreadableDelivery(value.problem, where=self._where, remedy=value.remedy)
            position = self._after_blanks(position)
            if self._text.startswith("}", position):
                break
            position = self._expect(",", position)
        if names[0] not in seen:
            raise self._nothing_at(address)
        return position + 1

    def _array(self, start: int) -> Generator[Element, None, int]:
        if not self._text.startswith("[", start):
            raise UnreadableDelivery(
                "what should be the list of items is no list", where=self._where, remedy="Correct 'reads.json.items'"
            )
        position = self._after_blanks(start + 1)
        if self._text.startswith("]", position):
            return position + 1
        while True:
            position = yield from self._one(position)
            position = self._after_blanks(position)
            if self._text.startswith("]", position):
                return position + 1
            position = self._expect(",", position)

    def _one(self, start: int) -> Generator[Element, None, int]:
        value, end = self._parser.value(self._text, start)
        self._line += self._text.count("\n", self._counted, start)
        self._counted = start
        raw = self._text[start:end].encode(self._encoding)
        yield self._line, raw, _too_long(len(raw)) if len(raw) > limits.ROW_BYTES else value
        return end

    def _nothing_at(self, address: str) -> UnreadableDelivery:
        return UnreadableDelivery(
            f"the file has nothing at '{address}'",
            where=self._where,
            remedy="Correct 'reads.json.items', or the export",
        )

    def _expect(self, mark: str, position: int) -> int:
        position = self._after_blanks(position)
        if not self._text.startswith(mark, position):
            raise json.JSONDecodeError(f"Expecting '{mark}'", self._text, position)
        return self._after_blanks(position + 1)

    def _after_blanks(self, position: int) -> int:
        while position < len(self._text) and self._text[position] in _BLANKS:
            position += 1
        return position

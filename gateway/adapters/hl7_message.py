"""One HL7 v2 message, taken apart: its separators, its character set, its segments and fields, and their texts.

The header declares the separators (MSH-1, MSH-2; HL7 v2.5.1, 2.5.4) and may name the character set (MSH-18). `""`,
HL7's word for "delete what you have", reads as an empty text.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from gateway import limits
from gateway.adapters.faults import ItemFault

__all__ = ["Message", "Segment", "divided", "parse_message", "part_of", "values_of"]

_CHARACTER_SETS: Final = {
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
}
"""MSH-18 (table 0211) and the codec that reads it; other sets are read by the encodings that the mapping declares."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}").fullmatch
_FRAMING: Final = "\x0b\x1c\x1a"
_NULL: Final = '""'
_LONE: Final = ("", ".1", ".1.1")
"""What may stand behind a field whose only component has one subcomponent."""
_FIELDS: Final = 999
"""Highest number of a field that has an address; no segment of the standard has a hundred."""


class Marks(Struct, frozen=True):
    """What separates and escapes in one message; an empty text for one that its header does not declare."""

    field: str
    component: str
    repetition: str = ""
    escape: str = ""
    subcomponent: str = ""


class Segment(Struct, frozen=True):
    """One segment: `fields[n]` is the text of field n, as it is written; `fields[0]` is its sort."""

    sort: str
    fields: list[str]


class Message(Struct, frozen=True):
    """One message, divided into segments and fields."""

    marks: Marks
    encoding: str
    segments: tuple[Segment, ...]


def parse_message(raw: bytes, encodings: tuple[str, ...]) -> Message:
    """Divide a message. Raises ItemFault for a header, an encoding or a line that cannot be read."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    head = _LINE_END.split(raw.decode("ascii", "replace"), maxsplit=1)[0].strip(_FRAMING)
    marks = _marks(head)
    text, encoding = _decoded(raw, _character_set(head, marks), encodings)
    segments = list[Segment]()
    for line in _LINE_END.split(text):
        written = line.strip(_FRAMING)
        if not written.strip():
            continue
        fields = written.split(marks.field)
        if _SEGMENT(fields[0]) is None:
            raise ItemFault(
                "bad-structure",
                f"segment {len(segments) + 1} begins with no segment's name",
                "Have the exporter escape line ends within a value as \\.br\\",
            )
        if len(segments) == limits.HL7_SEGMENTS or len(fields) > _FIELDS:
            raise ItemFault(
                "too-large",
                f"the message has more than {limits.HL7_SEGMENTS} segments, or one of more than {_FIELDS} fields",
                "Divide it",
            )
        if fields[0] == "MSH":
            # the separator itself is MSH-1, so that everything stands one field further
            fields[1:2] = ["", ""]
        segments.append(Segment(fields[0], fields))
    return Message(marks, encoding, tuple(segments))


def _marks(head: str) -> Marks:
    """The separators that a header declares in MSH-1 and MSH-2. Raises ItemFault for one that declares none."""
    field = head[3:4]
    written = head[4:].partition(field)[0] if field else ""
    marks = field + written
    if not 2 <= len(marks) <= 6 or len(set(marks)) != len(marks) or any(_is_no_mark(mark) for mark in marks):
        raise ItemFault(
            "bad-structure",
            "the header does not declare the separators: MSH-1 and MSH-2",
            "Have the exporter begin the message with MSH|^~\\&|",
        )
    return Marks(field, *written[:4])


def _is_no_mark(mark: str) -> bool:
    return mark.isalnum() or not "!" <= mark <= "~"


def _character_set(head: str, marks: Marks) -> str:
    """The codec of the first character set in MSH-18; an empty text where it names none that is known here."""
    fields = head.split(marks.field)
    written = fields[17] if len(fields) > 17 else ""
    return _CHARACTER_SETS.get(divided(written, marks.repetition)[0].strip().upper(), "")


def _decoded(raw: bytes, own: str, encodings: tuple[str, ...]) -> tuple[str, str]:
    """The text and its codec: the message's own where the mapping declares that encoding, else what is declared."""
    declared = tuple("utf-8" if encoding == "utf-8-sig" else encoding for encoding in encodings)
    for encoding in (own,) if own in declared else declared:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise ItemFault(
        "bad-encoding",
        "the message holds bytes that its character set, or every declared encoding, has not",
        "Correct MSH-18, or declare 'reads.encoding'",
    )


def divided(text: str, mark: str) -> list[str]:
    """The pieces of a text; the whole text where the message declares no such mark."""
    return text.split(mark) if mark else [text]


def values_of(repetition: str, message: Message) -> Iterator[tuple[tuple[str, ...], str]]:
    """The values of one repetition of a field, each with what may stand behind the field in its address.

    What stands there where the mapping does not say comes first: the least that tells the value from its neighbours.
    """
    marks = message.marks
    if marks.component not in repetition and (not marks.subcomponent or marks.subcomponent not in repetition):
        if repetition:
            yield _LONE, _value(repetition, message)
        return
    components = divided(repetition.rstrip(marks.component + marks.subcomponent), marks.component)
    for place, component in enumerate(components, start=1):
        parts = divided(component, marks.subcomponent)
        for inner, part in enumerate(parts, start=1):
            if part:
                yield _suffixes(place, inner, len(components), len(parts)), _value(part, message)


def _suffixes(place: int, inner: int, components: int, parts: int) -> tuple[str, ...]:
    if components == parts == 1:
        return _LONE
    full, of_component = f".{place}.{inner}", f".{place}"
    if inner > 1:
        return (full,)
    names = (full, of_component) if parts > 1 else (of_component, full)
    return (*names, "") if place == 1 else names


def part_of(text: str, inner: str, message: Message) -> str:
    """A component, or a subcomponent, of a repetition's text: `3`, `4.2`; the first where `inner` is empty."""
    component, _, subcomponent = (inner or "1").partition(".")
    for number, mark in ((component, message.marks.component), (subcomponent or "1", message.marks.subcomponent)):
        pieces = divided(text, mark)
        text = pieces[int(number) - 1] if int(number) <= len(pieces) else ""
    return _value(text, message)


def _value(text: str, message: Message) -> str:
    if text == _NULL:
        return ""
    escape = message.marks.escape
    if escape and escape in text:
        text = _unescaped(text, message)
    if len(text) > limits.CELL_CHARACTERS:
        raise ItemFault("too-large", f"a text is longer than {limits.CELL_CHARACTERS} characters", "Shorten it")
    return text


def _unescaped(text: str, message: Message) -> str:
    """The text with its escapes read (HL7 v2.5.1, 2.7); one that says nothing here stays as it is written."""
    marks, sign = message.marks, re.escape(message.marks.escape)
    known = {
        "F": marks.field,
        "S": marks.component,
        "T": marks.subcomponent,
        "R": marks.repetition,
        "E": marks.escape,
        ".br": "\n",
        "H": "",
        "N": "",
    }

    def meaning(found: re.Match[str]) -> str:
        word = found[1]
        if word in known:
            return known[word]
        if word.startswith("X"):
            try:
                return bytes.fromhex(word[1:]).decode(message.encoding)
            except ValueError:
                return found[0]
        return found[0]

    return re.sub(f"{sign}([^{sign}]*){sign}", meaning, text)

"""The names of a message's values: segment, field, component and subcomponent, `PID-5.1`, `PID-3.4.2`.

A lone component is the field itself (HL7 v2.5.1, 2.5.3): `PV1-2` and `PV1-2.1` are one value, found under whichever of
the two the mapping writes, and so with a lone subcomponent. Where the mapping writes a position or a name in an
address, segments of that sort, or repetitions of that field, have it; elsewhere the first has none and the others have
their positions: `DG1-3`, `DG1[1]-3`. Segments that belong together (an OBX under its OBR) are not nested: each sort
counts through the message.

A field that the mapping reads has a cell wherever its segment is, if an empty one: senders leave out what is empty.
MSH-1 and MSH-2 are the separators and no values.
"""

from collections.abc import Iterator

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.hl7_message import Message, Segment, divided, part_of, values_of
from gateway.adapters.positions import names_of
from gateway.mapping.addresses import EVERY, shape_of
from gateway.mapping.hl7_addresses import Hl7Address, parse_hl7_address
from gateway.mapping.layouts import Hl7Spec
from gateway.mapping.reading import Reading

__all__ = ["MessageCells"]


class MessageCells:
    """From a message to its addressed texts, named as one mapping asks for them."""

    def __init__(self, reading: Reading) -> None:
        self.encodings = reading.encodings
        self._named = (reading.hl7 or Hl7Spec()).named
        spoken_of = [parse_hl7_address(a) for a in (*reading.columns, *reading.groups, *reading.drops)]
        addresses = [address for address in spoken_of if address is not None]
        self._read = frozenset(reading.columns)
        self._fields = {(a.segment, a.field) for a in addresses}
        self._names = {pair for address in addresses for pair in address.named}
        self._placed = {(a.segment, a.segment_name) for a in addresses if a.segment_placed}
        self._placed |= {(f"{a.segment}-{a.field}", a.field_name) for a in addresses if a.field_placed}
        self._always = _by_segment(addresses, reading)

    def __call__(self, message: Message) -> dict[str, str]:
        """The cells of a message. Raises ItemFault for one with too many or too long values."""
        cells: dict[str, str] = {}
        places = _Places()
        for segment in message.segments:
            stems = self._aliases(segment.sort, segment.sort, places, self._name_of_segment(segment, message))
            for number, text in enumerate(segment.fields[1:], start=1):
                for name, value in self._field(segment.sort, number, text, stems, message) if text else ():
                    cells[name] = value
                    if len(cells) > limits.ITEM_VALUES:
                        raise ItemFault(
                            "too-large", f"the message has more than {limits.ITEM_VALUES} values", "Divide the message"
                        )
            for stem in stems:
                for part in dict.fromkeys((stem, shape_of(stem))):
                    for rest in self._always.get(part, ()):
                        cells.setdefault(stem + rest, "")
        return cells

    def _field(
        self, sort: str, number: int, text: str, stems: list[str], message: Message
    ) -> Iterator[tuple[str, str]]:
        """The values of one field. One that the mapping speaks of has the names that it writes, any other its first."""
        key, places, base = f"{sort}-{number}", _Places(), f"-{number}"
        is_spoken_of = (sort, str(number)) in self._fields
        for position, repetition in enumerate(divided(text, message.marks.repetition)):
            if not is_spoken_of:
                first = f"{stems[0]}{base}[{position}]" if position else stems[0] + base
                for suffixes, value in values_of(repetition, message):
                    yield first + suffixes[0], value
                continue
            aliases = self._aliases(key, base, places, self._name_of_repetition(key, repetition, message))
            for suffixes, value in values_of(repetition, message):
                for name in self._names_read(stems, aliases, suffixes) or [stems[0] + aliases[0] + suffixes[0]]:
                    yield name, value

    def _names_read(self, stems: list[str], aliases: list[str], suffixes: tuple[str, ...]) -> list[str]:
        names = (stem + alias + suffix for stem in stems for alias in aliases for suffix in suffixes)
        return [name for name in names if name in self._read or shape_of(name) in self._read]

    def _aliases(self, key: str, base: str, places: "_Places", name: str) -> list[str]:
        """What a segment or a repetition may be called; its name where the mapping asks for none comes first."""
        position, of_name = places.next(key, name)
        aliases = names_of(base, position, first_plain=(key, "") not in self._placed)
        if name:
            aliases = names_of(f"{base}({name})", of_name, first_plain=(key, name) not in self._placed) + aliases
        return aliases

    def _name_of_segment(self, segment: Segment, message: Message) -> str:
        part = self._named.get(segment.sort)
        if part is None:
            return ""
        field, _, inner = part.partition(".")
        text = segment.fields[int(field)] if int(field) < len(segment.fields) else ""
        name = part_of(divided(text, message.marks.repetition)[0], inner, message)
        return name if (segment.sort, name) in self._names else ""

    def _name_of_repetition(self, key: str, text: str, message: Message) -> str:
        if key not in self._named:
            return ""
        name = part_of(text, self._named[key], message)
        return name if (key, name) in self._names else ""


class _Places:
    """How many segments of each sort, or repetitions of each field, have been met, and how many of each name."""

    def __init__(self) -> None:
        self._met: dict[tuple[str, str], int] = {}

    def next(self, key: str, name: str) -> tuple[int, int]:
        """The position among all of its sort and among those of its name, from 0."""
        position = self._met[key, ""] = self._met.get((key, ""), -1) + 1
        if not name:
            return position, position
        of_name = self._met[key, name] = self._met.get((key, name), -1) + 1
        return position, of_name


def _by_segment(addresses: list[Hl7Address], reading: Reading) -> dict[str, tuple[str, ...]]:
    """What the mapping reads of each segment, as an address has it before and after the segment's position.

    The members of a group of repetitions are left out: an empty cell would be a member.
    """
    found: dict[str, dict[str, None]] = {}
    for address in addresses:
        whole = address.segment_part + address.rest
        is_of_group = any(whole.startswith(group) and "-" in group for group in reading.groups)
        if address.field and whole in reading.columns and not is_of_group:
            found.setdefault(address.segment_part, {})[address.rest.replace(EVERY, "[0]")] = None
    return {stem: tuple(rests) for stem, rests in found.items()}

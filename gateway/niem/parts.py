"""The words in which tables say how facts stand in a message; writer and reader are both compiled from them.

A path is element names below the entity's element: `nc:PersonBirthDate/nc:Date`. A field is an attribute of the entity,
with dots for attributes of attributes. Parts stand in schema order.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.json import Encoder
from msgspec.structs import astuple

__all__ = [
    "CODE",
    "DAY",
    "DECIMAL",
    "INSTANT",
    "INTEGER",
    "SWITCH",
    "TEXT",
    "Computed",
    "Each",
    "Fixed",
    "Form",
    "Kept",
    "Leaf",
    "Leaves",
    "Only",
    "Part",
    "Reference",
    "Seen",
    "Shape",
    "Within",
    "as_struct",
    "fields_of",
    "instant_text",
]


def instant_text(value: datetime) -> str:
    """An aware time as `xs:dateTime` in UTC: `2026-03-04T15:00:00Z`, with a fraction only when there is one."""
    there = value if value.tzinfo is UTC else value.astimezone(UTC)
    return _RFC3339(there)[1:-1].decode()  # measured: an eighth of the time of isoformat


_RFC3339: Final = Encoder().encode
"""A time in quotes; of UTC it writes `Z`."""


def _decimal(value: Decimal) -> str:
    return format(value, "f")  # xs:decimal has no exponent


def _switch(value: bool) -> str:
    return "true" if value else "false"


class Form(NamedTuple):
    """How one sort of value is written: by `write`, or else as `str` has it; a free text must be escaped.

    Reading needs no inverse: the record's own types take the text.
    """

    name: str
    write: Callable[[Any], str] | None = None
    is_free: bool = False


TEXT: Final = Form("text", is_free=True)
CODE: Final = Form("code")
"""A value of a closed vocabulary."""
DAY: Final = Form("day")
INSTANT: Final = Form("instant", instant_text)
INTEGER: Final = Form("integer")
DECIMAL: Final = Form("decimal", _decimal)
SWITCH: Final = Form("switch", _switch)


class Leaf(NamedTuple):
    """One value in one element; nothing where the value is None or empty. A `prefix` stands before the value."""

    path: str
    field: str
    form: Form = TEXT
    prefix: str = ""


class Leaves(NamedTuple):
    """A tuple of values, each in an element of its own; only the last step of the path repeats.

    With `below`, each value stands in that element within its own.
    """

    path: str
    field: str
    form: Form = TEXT
    below: str = ""


class Fixed(NamedTuple):
    """A value that is always the same. It does not make what it stands in appear."""

    path: str
    value: str


class Reference(NamedTuple):
    """A reference to the object whose `structures:id` is in the field (NDR 6.0, 12-8 and 12-14)."""

    path: str
    field: str


class Computed(NamedTuple):
    """A text that is made from the whole entity; None or empty writes nothing.

    `read` turns the text back into fields; without it the text only repeats what stands elsewhere.
    """

    path: str
    name: str
    write: Callable[[Any], str | None]
    read: Callable[[str], dict[str, Any]] | None = None


class Within(NamedTuple):
    """Parts inside an element; nothing at all when they have nothing to say.

    The reader passes over an element that has a child `unless`: it is another part's.
    """

    path: str
    parts: tuple["Part", ...]
    unless: str = ""


class Each(NamedTuple):
    """One element for each member of a tuple, which `split` takes apart for the parts' fields.

    `join` puts it together again from the fields that were read. The reader takes only elements that have every
    `Fixed` of the parts.
    """

    path: str
    field: str
    parts: tuple["Part", ...]
    split: Callable[[Any], Any]
    join: Callable[[dict[str, Any]], Any]


class Only(NamedTuple):
    """A part that is written only where all of `given` have values, any of `some`, and not all of `lacking`."""

    part: "Part"
    given: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


class Kept(NamedTuple):
    """Parts that depend on the fields in `by` alone: what was written for the same values is written again.

    The parts speak of what `seen` makes of the entity.
    """

    by: tuple[str, ...]
    parts: tuple["Part", ...]
    seen: Callable[[Any], Any] = lambda entity: entity


Part = Leaf | Leaves | Fixed | Reference | Computed | Within | Each | Only | Kept


class Seen(NamedTuple):
    """How a table sees what it writes: the names of its fields, and their values all at once, in the same order."""

    names: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


def as_struct(struct: type[Struct]) -> Seen:
    """A struct, seen as its own fields."""
    return Seen(struct.__struct_fields__, astuple)


class Shape(NamedTuple):
    """How one sort of entity is written: its element and its content.

    `type` is the `xsi:type` where NIEM needs one. `constants` are fields that the element itself tells.
    """

    element: str
    parts: tuple[Part, ...]
    type: str = ""
    constants: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default, never changed


def fields_of(part: Part) -> Iterator[str]:
    """The fields that a part writes; a `Computed` counts as the fields that it reads back, which it names."""
    match part:
        case Leaf() | Leaves() | Reference() | Each():
            yield part.field
        case Computed():
            yield part.name
        case Only():
            yield from fields_of(part.part)
        case Within() | Kept():
            for inner in part.parts:
                yield from fields_of(inner)
        case Fixed():
            return

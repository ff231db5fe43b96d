"""Compiled templates: an element path and a field become one function from an entity to XML text.

A template is put together once, at import; rendering only fetches fields and joins strings. A part whose fields are all
empty writes nothing, so that no element ever stands empty for want of a value. Text is escaped so that parsing gives
back exactly what went in (`\\r` included, which a parser would turn into `\\n`); what XML 1.0 cannot carry is refused.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, NamedTuple

from gateway.errors import RenderingError
from gateway.model.entities import Entity

__all__ = [
    "Part",
    "Shape",
    "attribute_text",
    "code",
    "day",
    "decimal",
    "each",
    "element_text",
    "fixed",
    "instant",
    "instant_text",
    "integer",
    "reference",
    "switch",
    "text",
    "texts",
    "within",
]

Part = Callable[[Any], str]
"""A compiled piece of a template: from a record, entity or view to XML text, '' when there is nothing to say."""

_MARKUP: Final = re.compile(r"[&<>\r]")
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is not a Char of XML 1.0 (production 2)."""


def element_text(value: str, field: str) -> str:
    """`value` as element content. Raises RenderingError, which names `field` and never repeats the value."""
    # isprintable() is one pass in C; a printable string has no control character and no surrogate.
    if value.isprintable():
        if "&" not in value and "<" not in value and ">" not in value:
            return value
    elif found := _FORBIDDEN.search(value):
        raise RenderingError(
            f"the character U+{ord(found.group()):04X} at position {found.start() + 1} has no place in XML",
            where=field,
            remedy="Have the mapping strip control characters from this field",
        )
    return _MARKUP.sub(lambda match: _ESCAPED[match.group()], value)


def attribute_text(value: str, field: str) -> str:
    """`value` as the content of a double-quoted attribute; tabs and newlines survive attribute normalization."""
    written = element_text(value, field)
    return written.replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def instant_text(value: datetime) -> str:
    """An aware time as `xs:dateTime` in UTC: `2026-03-04T15:00:00Z`, with a fraction only when there is one."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _tags(path: str) -> tuple[str, str]:
    steps = path.split("/")
    return "".join(f"<{step}>" for step in steps), "".join(f"</{step.split(' ')[0]}>" for step in reversed(steps))


def _leaf(path: str, field: str, write: Callable[[Any], str]) -> Part:
    opening, closing = _tags(path)
    get = attrgetter(field)

    def leaf(entity: Any) -> str:
        value = get(entity)
        return "" if value is None else f"{opening}{write(value)}{closing}"

    return leaf


def text(path: str, field: str) -> Part:
    """Free text: `text("nc:ActivityDisposition/nc:DispositionText", "disposition")`. Empty text writes nothing."""
    opening, closing = _tags(path)
    get = attrgetter(field)

    def leaf(entity: Any) -> str:
        value = get(entity)
        return f"{opening}{element_text(value, field)}{closing}" if value else ""

    return leaf


def texts(path: str, field: str) -> Part:
    """A tuple of texts or codes, each in its own element."""
    opening, closing = _tags(path)
    get = attrgetter(field)

    def leaves(entity: Any) -> str:
        values = get(entity)
        if not values:
            return ""
        return "".join([f"{opening}{element_text(str(value), field)}{closing}" for value in values if value])

    return leaves


def code(path: str, field: str) -> Part:
    """A value of a closed vocabulary, written as its code."""
    return text(path, field)


def _day(value: date) -> str:
    return value.isoformat()


def _decimal(value: Decimal) -> str:
    return format(value, "f")  # xs:decimal has no exponent


def _switch(value: bool) -> str:
    return "true" if value else "false"


def day(path: str, field: str) -> Part:
    """A date as `xs:date`, without a zone."""
    return _leaf(path, field, _day)


def instant(path: str, field: str) -> Part:
    """An aware time as `xs:dateTime` in UTC."""
    return _leaf(path, field, instant_text)


def integer(path: str, field: str) -> Part:
    """A whole number."""
    return _leaf(path, field, str)


def decimal(path: str, field: str) -> Part:
    """A decimal number, exactly as many digits as the record has."""
    return _leaf(path, field, _decimal)


def switch(path: str, field: str) -> Part:
    """A yes or no as `xs:boolean`."""
    return _leaf(path, field, _switch)


def fixed(written: str, *fields: str) -> Part:
    """XML that is always the same, written when any of the fields has a value."""
    getters = tuple(attrgetter(field) for field in fields)

    def constant(entity: Any) -> str:
        return written if any(get(entity) is not None for get in getters) else ""

    return constant


def reference(path: str, field: str) -> Part:
    """A reference to the object whose `structures:id` is in the field (NDR 6.0, 12-8 and 12-14)."""
    *outer, last = path.split("/")
    opening, closing = _tags("/".join(outer)) if outer else ("", "")
    get = attrgetter(field)

    def refer(entity: Any) -> str:
        target = attribute_text(get(entity), field)
        return f'{opening}<{last} structures:ref="{target}" xsi:nil="true"/>{closing}'

    return refer


def each(field: str, part: Part) -> Part:
    """The same part for every member of a tuple."""
    get = attrgetter(field)

    def every(entity: Any) -> str:
        return "".join([part(member) for member in get(entity)])

    return every


def within(path: str, parts: Iterable[Part]) -> Part:
    """Parts inside an element; nothing at all when they have nothing to say."""
    opening, closing = _tags(path)
    inner = tuple(parts)

    def group(entity: Any) -> str:
        content = "".join([part(entity) for part in inner])
        return f"{opening}{content}{closing}" if content else ""

    return group


class Shape(NamedTuple):
    """How one sort of entity is written: its element (with `xsi:type` where NIEM needs one) and its content."""

    element: str
    parts: tuple[Part, ...]

    def write(self, entity: Entity) -> str:
        """The entity with its `structures:id`, which is its local name in the record."""
        name = self.element.partition(" ")[0]
        content = "".join([part(entity) for part in self.parts])
        start = f'<{self.element} structures:id="{attribute_text(entity.ref, "ref")}"'
        return f"{start}>{content}</{name}>" if content else f"{start}/>"

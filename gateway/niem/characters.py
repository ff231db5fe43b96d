"""Text as XML 1.0 characters: escaping, and refusing what XML cannot carry."""

import re
from typing import Final

from gateway.errors import RenderingError

__all__ = ["attribute_text", "element_text", "is_local_name", "is_plain"]

_MARKUP: Final = re.compile(r"[&<>\r]")
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is not a Char of XML 1.0 (production 2)."""


def is_plain(value: str) -> bool:
    """Whether the text may stand in an element as it is."""
    # isprintable() is one pass in C; a printable string has no control character and no surrogate.
    return value.isprintable() and "&" not in value and "<" not in value and ">" not in value


def element_text(value: str, field: str) -> str:
    """`value` as element content. Raises RenderingError, which names `field` and never repeats the value."""
    if is_plain(value):
        return value
    if found := _FORBIDDEN.search(value):
        raise RenderingError(
            f"the character U+{ord(found.group()):04X} at position {found.start() + 1} has no place in XML",
            where=field,
            remedy="Have the mapping strip control characters from this field",
        )
    return _MARKUP.sub(lambda match: _ESCAPED[match.group()], value)


def is_local_name(value: str) -> bool:
    """Whether the text has letters, digits and hyphens of ASCII only, and may stand anywhere as it is."""
    return value.isascii() and value.replace("-", "").isalnum()


def attribute_text(value: str, field: str) -> str:
    """`value` as the content of a double-quoted attribute; tabs and newlines survive attribute normalization."""
    if is_local_name(value):  # as nearly every attribute is
        return value
    written = element_text(value, field)
    return written.replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")

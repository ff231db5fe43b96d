"""A delivery of text by lines, and stretches of lines that belong together, none larger than it may be."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from gateway.model.content import Content

__all__ = ["Stretch", "lines", "stretches"]

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


Beginning = Callable[[bytes, str, bool], str | None]
"""Gets a piece, the sort of the stretch before it, and whether the piece starts a line."""


class Stretch(Struct, frozen=True):
    """Lines that belong together: of which sort, where they start, their bytes.

    `is_cut` is true for all parts of a stretch that is longer than allowed.
    """

    sort: str
    line: int
    raw: bytes
    is_cut: bool


def lines(content: Content, longest: int) -> Iterator[bytes]:
    """The lines with their ends, CR, LF or CRLF; of a line with more than `longest` bytes, pieces."""
    rest = b""
    for block in content.blocks():
        text, start = rest + block, 0
        for end in _LINE_END.finditer(text):
            if end.end() == len(text) and end[0] == b"\r":
                break  # the next block may begin with its LF
            yield from _pieces(text[start : end.end()], longest)
            start = end.end()
        *pieces, rest = _pieces(text[start:], longest)
        yield from pieces
    if rest:
        yield rest


def _pieces(line: bytes, longest: int) -> list[bytes]:
    """The line in pieces of `longest` bytes; the last holds the line's end, whole."""
    pieces = []
    while len(line) > longest:
        size = longest - (line[longest - 1 : longest + 1] == b"\r\n")
        pieces.append(line[:size])
        line = line[size:]
    return [*pieces, line]


def stretches(
    found: Iterator[bytes], begins: Callable[[bytes, str, bool], str | None], *, longest: int
) -> Iterator[Stretch]:
    """Divide lines, or pieces of lines, into stretches.

    `begins` says which sort of stretch begins with a piece, None where the one before goes on. The first piece goes on
    from a stretch of no sort. A stretch of more than `longest` bytes comes in parts, each a stretch of its own.
    """
    sort, first, line, size, is_cut = "", 1, 1, 0, False
    held: list[bytes] = []
    starts_line = True
    for piece in found:
        begun = begins(piece, sort, starts_line)
        if held and (begun is not None or size + len(piece) > longest):
            is_cut = is_cut or begun is None
            yield Stretch(sort, first, b"".join(held), is_cut)
            held, size, first = [], 0, line
        if begun is not None:
            sort, is_cut = begun, False
        held.append(piece)
        size += len(piece)
        starts_line = piece.endswith((b"\r", b"\n"))
        line += starts_line
    if held:
        yield Stretch(sort, first, b"".join(held), is_cut)

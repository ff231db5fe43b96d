"""Where the items of an XML file are: one streaming pass, which refuses what no honest export has.

A document type declaration is refused before anything in it is read: entities, external files and their expansions
never happen. Each item keeps its own bytes; it is parsed by itself, with the namespaces that were in scope around it.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from msgspec import Struct

from gateway import limits
from gateway.errors import UnreadableDelivery
from gateway.mapping.layouts import XmlSpec
from gateway.mapping.reading import Reading
from gateway.model.content import Content
from gateway.model.stages import Received

__all__ = ["MarkupItem", "markup_items"]

_TAG_BYTES: Final = 4096
"""Looked at first for the end of a tag; only a longer one takes more."""

_DECLARATION: Final = re.compile(rb"<\?xml\s[^>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "utf-16": "utf-16",
}
"""What an XML declaration may name, in lower case, and the codec that reads it."""

_START_TAG: Final = re.compile(rb"""<[^\s<>/"']++(?:[^<>"']|"[^"]*+"|'[^']*+')*+>""")
_TAG_NAME: Final = re.compile(rb"<[^\s/>]+")


class MarkupItem(Struct, frozen=True, kw_only=True):
    """One item: its line, its bytes as delivered, and the same as UTF-8 that stands by itself."""

    line: int
    raw: bytes
    document: bytes


class _Found(Struct, frozen=True):
    """Where an item lies in the UTF-8 text, and which namespaces are in scope there."""

    line: int
    start: int
    end: int
    namespaces: dict[str, str]


def markup_items(received: Received, reading: Reading, spec: XmlSpec) -> Iterator[MarkupItem]:
    """The items of a delivery, in its order.

    Raises UnreadableDelivery for what is not well-formed, has a document type declaration, is nested too deeply, has
    another root than declared, has elements but no item, or is written in an encoding that cannot be told.
    """
    content, lines_before = _repaired(received.content, spec)
    text, codec = _decoded(content, reading, received.file_name)
    for found in _find(text, spec, received.file_name, lines_before):
        raw = text.read(found.start, found.end)
        if len(raw) > limits.ROW_BYTES:  # set aside by its size; a second copy of it would serve nobody
            yield MarkupItem(line=found.line, raw=_as_delivered(raw, codec), document=b"")
            continue
        own = _TAG_NAME.match(raw)
        name_end = own.end() if own else 0
        declared = "".join(
            f' xmlns{":" + prefix if prefix else ""}="{_escaped(uri)}"' for prefix, uri in found.namespaces.items()
        )
        yield MarkupItem(
            line=found.line,
            raw=_as_delivered(raw, codec),
            document=raw[:name_end] + declared.encode() + raw[name_end:],
        )


def _as_delivered(text: bytes, codec: str) -> bytes:
    return text if codec == "utf-8" else text.decode().encode("utf-16-le" if codec == "utf-16" else codec)


def _escaped(uri: str) -> str:
    return uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _repaired(content: Content, spec: XmlSpec) -> tuple[Content, int]:
    """The content from its XML declaration on, where the mapping asks for it, and the lines that were passed over."""
    head = content.read(0, limits.ROW_BYTES)
    if "leading-junk" not in spec.repair or (found := _DECLARATION.search(head)) is None:
        return content, 0
    junk = found.start()
    rest = Content(len(content) - junk, lambda start, stop: content.read(start + junk, stop + junk))
    return rest, head.count(b"\n", 0, junk)


def _decoded(content: Content, reading: Reading, where: str) -> tuple[Content, str]:
    """The text in UTF-8, and the codec it was written in. The file's own word counts, then the mapping's."""
    head = content.read(0, _TAG_BYTES)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    elif (named := _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))) is not None:
        codec = _ENCODINGS.get(named[1].decode().lower())
        if codec is None:
            raise UnreadableDelivery(
                "the file is written in an encoding that is not read", where=where, remedy="Export it as UTF-8"
            )
        candidates = (codec,)
    else:
        candidates = reading.encodings
    for candidate in candidates:
        codec = "utf-8" if candidate == "utf-8-sig" else candidate
        if content.is_written_in(codec):
            return (content if codec == "utf-8" else _converted(content, codec, where)), codec
    raise UnreadableDelivery("the bytes do not fit the file's encoding", where=where, remedy="Export it as UTF-8")


def _converted(content: Content, codec: str, where: str) -> Content:
    """The content in UTF-8, made in memory. Raises UnreadableDelivery where that is too much."""
    if len(content) > limits.XML_CONVERTED_BYTES:
        raise UnreadableDelivery(
            f"the file has {len(content)} bytes that are not UTF-8",
            where=where,
            remedy=f"Export it as UTF-8; in other encodings at most {limits.XML_CONVERTED_BYTES} bytes are read",
        )
    return Content.of(content.whole().decode(codec).encode())


def _find(text: Content, spec: XmlSpec, where: str, lines_before: int) -> Iterator[_Found]:
    finder = _Finder(text, spec, lines_before)
    try:
        read = 0
        for block in text.blocks():
            finder.parser.Parse(block, False)
            yield from finder.take()
            read += len(block)
            # the parser keeps, and looks through anew, what it has not come to the end of
            _require_progress(read - finder.parser.CurrentByteIndex)
        finder.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableDelivery(
            f"line {error.lineno + lines_before}, column {error.offset + 1}: the XML is not well-formed",
            where=where,
            remedy="Ask the agency for a whole export, or see 'reads.xml.repair'",
        ) from error
    except _RefusedMarkup as error:
        raise UnreadableDelivery(error.problem, where=where, remedy=error.remedy) from error
    if not finder.root_seen:
        roots = {f"'{path.partition('/')[0]}'" for path in spec.items}
        raise UnreadableDelivery(
            f"the file has another root than {' or '.join(sorted(roots))}",
            where=where,
            remedy="Correct 'reads.xml.items', or see whether the file belongs to this feed",
        )
    if finder.only_others:
        raise UnreadableDelivery(
            f"the file has elements, but none at {spec.where}",
            where=where,
            remedy="See whether it is of another version, or belongs to another feed; correct 'reads.xml.items'",
        )


class _RefusedMarkup(Exception):
    """Markup that is well-formed and not read all the same."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


class _Finder:
    """Watches a parser go by and notes the elements at the declared paths."""

    def __init__(self, text: Content, spec: XmlSpec, lines_before: int) -> None:
        self._text = text
        self._lines_before = lines_before
        self._trails = [_Trail([_matcher(step, spec) for step in path.split("/")]) for path in spec.items]
        self._depth = 0
        self._item_depth = 0
        self._start: tuple[int, int] | None = None
        self._declared: list[tuple[str, str | None]] = []
        self._scopes: list[dict[str, str]] = [{}]
        self._found: list[_Found] = []
        self.root_seen = False
        self._item_seen = False
        self._other_seen = False
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartNamespaceDeclHandler = lambda prefix, uri: self._declared.append((prefix or "", uri))
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close

    @property
    def only_others(self) -> bool:
        """Whether there was no item, and elements stood where items or what leads to them would have stood.

        A root without any element is an honest export of nothing.
        """
        return self._other_seen and not self._item_seen

    def take(self) -> list[_Found]:
        """The items that were finished since the last call."""
        found, self._found = self._found, []
        return found

    def _doctype(self, *_: object) -> None:
        raise _RefusedMarkup("the file has a document type declaration", "Have the exporter leave it out")

    def _open(self, name: str, _attributes: object) -> None:
        around = self._scopes[-1]
        own = {prefix: uri or "" for prefix, uri in self._declared}
        self._declared.clear()
        self._scopes.append({**around, **own} if own else around)
        if own:
            _require_modest(self._scopes[-1], own)
        on_the_way = [trail for trail in self._trails if trail.leads_on(self._depth)]
        followed = [trail for trail in on_the_way if trail.follow(self._depth, name)]
        self.root_seen = self.root_seen or bool(followed)
        self._other_seen = self._other_seen or bool(on_the_way and not followed)
        # what stands inside an item belongs to it, whatever another path would make of it
        if self._start is None and any(trail.is_whole for trail in followed):
            self._item_seen = True
            self._item_depth = self._depth
            self._start = (self.parser.CurrentByteIndex, self.parser.CurrentLineNumber + self._lines_before)
            self._outside = {prefix: uri for prefix, uri in around.items() if prefix not in own}
        self._depth += 1
        if self._depth > limits.XML_DEPTH:
            raise _RefusedMarkup(
                f"elements are nested more than {limits.XML_DEPTH} deep", "See whether the file is an export"
            )

    def _close(self, _name: str) -> None:
        self._scopes.pop()
        self._depth -= 1
        for trail in self._trails:
            trail.matched = min(trail.matched, self._depth)
        if self._start is not None and self._depth == self._item_depth:
            start, line = self._start
            self._found.append(_Found(line, start, self._end_of_item(start), self._outside))
            self._start = None

    def _end_of_item(self, start: int) -> int:
        for ahead in (_TAG_BYTES, limits.ROW_BYTES):
            tag = _START_TAG.match(self._text.read(start, start + ahead))
            if tag is not None:
                break
        if tag is not None and tag[0].endswith(b"/>"):
            return start + tag.end()
        end_tag = self.parser.CurrentByteIndex
        # an end tag may hold blanks without end; an item as long as that is refused behind us
        found = self._text.read(end_tag, end_tag + limits.ROW_BYTES).find(b">")
        return end_tag + (found if found >= 0 else limits.ROW_BYTES) + 1


def _require_progress(unread: int) -> None:
    """So many bytes wait in the parser for the end of what they began."""
    if unread > limits.XML_TOKEN_BYTES:
        raise _RefusedMarkup(
            f"a tag or a comment is longer than {limits.XML_TOKEN_BYTES} bytes", "See whether the file is an export"
        )


def _require_modest(scope: dict[str, str], own: dict[str, str]) -> None:
    """Each item is read with all namespaces in scope around it, so what many items repeat must be little."""
    if len(scope) > limits.XML_NAMESPACES:
        raise _RefusedMarkup(
            f"more than {limits.XML_NAMESPACES} namespaces are in scope at one place",
            "See whether the file is an export",
        )
    if any(len(prefix) + len(uri) > limits.XML_NAMESPACE_CHARACTERS for prefix, uri in own.items()):
        raise _RefusedMarkup(
            f"a namespace has a name of more than {limits.XML_NAMESPACE_CHARACTERS} characters",
            "See whether the file is an export",
        )


class _Trail(Struct):
    """One declared path, and how many of its steps the open elements have followed."""

    steps: "list[_Matches]"
    matched: int = 0

    @property
    def is_whole(self) -> bool:
        return self.matched == len(self.steps)

    def leads_on(self, depth: int) -> bool:
        """Whether the element that opens at this depth could be the next step."""
        return self.matched == depth < len(self.steps)

    def follow(self, depth: int, name: str) -> bool:
        """Take the step, if the element is the one it means."""
        found = self.steps[depth](name)
        self.matched += found
        return found


def _matcher(step: str, spec: XmlSpec) -> "_Matches":
    prefix, _, local = step.rpartition(":")
    return _Matches(frozenset(spec.namespaces[prefix] if prefix else ("",)), local, step == "*")


class _Matches(Struct, frozen=True):
    """Whether an element, which expat names `uri local`, is the one that a step means."""

    uris: frozenset[str]
    local: str
    any: bool

    def __call__(self, name: str) -> bool:
        uri, _, local = name.rpartition(" ")
        return self.any or (uri in self.uris and self.local in ("*", local))

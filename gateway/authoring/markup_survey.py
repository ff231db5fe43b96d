"""An unknown XML file: where its items are, which namespaces it uses, and at which addresses there is something.

The items are found from the root down: always into the element that holds most of the file's values, until one repeats
or none holds half of what is around it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from xml.parsers import expat

from lxml import etree

from gateway import limits
from gateway.adapters.markup_items import markup_items
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import EVERY
from gateway.mapping.layouts import XmlSpec
from gateway.mapping.reading import Reading
from gateway.model.stages import Received

__all__ = ["MarkupSurvey", "survey_markup"]

_INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
"""xsi:nil, xsi:type and xsi:schemaLocation speak of the markup, not of what happened."""
_ENCODINGS: Final = ("utf-8-sig", "windows-1252")
_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_STEP: Final = re.compile(r"(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*")
_HEAD_BYTES: Final = 1 << 16

Path = tuple[str, ...]
"""The names of the elements from the root down, `uri local` as expat gives them."""


class _Survey:
    """Watches the elements of a file go by."""

    def __init__(self) -> None:
        self.values: Counter[Path] = Counter()
        """Texts and attributes directly at each path."""
        self.seen: Counter[Path] = Counter()
        self.repeated: set[Path] = set()
        """Paths of elements that stand beside another of their name."""
        self.prefixes: dict[str, str] = {}
        self.namespaces: dict[str, None] = {}
        self._open: list[tuple[Path, Counter[str]]] = [((), Counter())]
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartNamespaceDeclHandler = self._declare
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        if uri and (prefix or uri not in self.prefixes):
            self.prefixes[uri] = prefix or ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        around, beside = self._open[-1]
        path = (*around, name)
        beside[name] += 1
        if beside[name] > 1:
            self.repeated.add(path)
        self.seen[path] += 1
        if len(self.seen) > limits.PROFILE_COLUMNS:
            raise _TooMany
        own = [attribute for attribute in attributes if not attribute.startswith(_INSTANCE)]
        self.values[path] += len(own)
        self.namespaces.update((uri, None) for word in (name, *own) if (uri := word.rpartition(" ")[0]))
        self._open.append((path, Counter()))

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        if not text.isspace():
            self.values[self._open[-1][0]] += 1


class _TooMany(Exception):
    """More different elements than a profile tells of."""


class MarkupSurvey(NamedTuple):
    """What `reads` would say of an XML file, and each item's texts with their addresses."""

    reading: Reading
    items: Iterator[list[tuple[str, str]] | None]


def survey_markup(received: Received) -> MarkupSurvey:
    """Look an XML file through. Raises UnreadableDelivery as the reader does, and for too many different elements."""
    survey = _survey(received)
    items = _items(survey)
    prefixes = _prefixes(survey)
    # a name that a document cannot write stands as a star: the steps around it tell enough
    steps = [name if _STEP.fullmatch(name) else "*" for name in (_written(name, prefixes) for name in items)]
    spec = XmlSpec(items=("/".join(steps),), namespaces={prefix: (uri,) for uri, prefix in prefixes.items()})
    reading = _reading(received, spec)
    return MarkupSurvey(reading, _values(received, reading, items, survey.repeated, prefixes))


def _values(
    received: Received, reading: Reading, items: Path, repeated: set[Path], prefixes: dict[str, str]
) -> Iterator[list[tuple[str, str]] | None]:
    """Each item's texts; None for an item that cannot be read by itself."""
    assert reading.xml is not None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    for item in markup_items(received, reading, reading.xml):
        try:
            root = etree.fromstring(item.document, parser)
        except etree.XMLSyntaxError:
            yield None
            continue
        yield list(_texts(root, items, repeated, prefixes))


def _texts(root: Any, items: Path, repeated: set[Path], prefixes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every text below an element in document order: its own, its attributes', and those of the elements inside."""
    waiting: list[tuple[Any, Path, str]] = [(root, items, "")]
    while waiting:
        element, path, address = waiting.pop()
        texts = [text for text in (element.text, *(child.tail for child in element)) if text and not text.isspace()]
        named = [(_expat_name(name), value) for name, value in element.attrib.items()]
        attributes = [(name, value) for name, value in named if not name.startswith(_INSTANCE)]
        if texts or not (len(element) or attributes):
            yield address or ".", " ".join(text.strip() for text in texts)
        step = f"{address}/" if address else ""
        for name, value in attributes:
            yield f"{step}@{_written(name, prefixes)}", value.strip()
        for child in reversed(element):
            name = _expat_name(child.tag)
            below = (*path, name)
            every = EVERY if below in repeated else ""
            waiting.append((child, below, f"{step}{_written(name, prefixes)}{every}"))


def _expat_name(name: str) -> str:
    """`{uri}local` as `uri local`."""
    return name[1:].replace("}", " ", 1) if name.startswith("{") else name


def _reading(received: Received, spec: XmlSpec) -> Reading:
    junk = received.content.read(0, _HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").find(b"<?xml ") > 0
    repaired = spec.model_copy(update={"repair": ("leading-junk",)}) if junk else spec
    return Reading(format="xml", encodings=_ENCODINGS, xml=repaired)


def _survey(received: Received) -> _Survey:
    survey = _Survey()
    reading = _reading(received, XmlSpec(items=("*",)))
    assert reading.xml is not None
    try:
        for root in markup_items(received, reading, reading.xml):
            survey.parser.Parse(root.document, True)
    except _TooMany as error:
        raise UnreadableDelivery(
            f"the file has more than {limits.PROFILE_COLUMNS} different elements",
            where=received.file_name,
            remedy="Profile a part of it",
        ) from error
    return survey


def _items(survey: _Survey) -> Path:
    """The path of the items."""
    below: Counter[Path] = Counter()
    for path, count in survey.values.items():
        for length in range(1, len(path) + 1):
            below[path[:length]] += count
    children: dict[Path, list[Path]] = {}
    for path in survey.seen:
        children.setdefault(path[:-1], []).append(path)
    (path,) = children[()]
    while path not in survey.repeated and path in children:
        fullest = max(children[path], key=lambda child: below[child])
        if 2 * below[fullest] < below[path] or (fullest not in children and fullest not in survey.repeated):
            break
        path = fullest
    return path


def _prefixes(survey: _Survey) -> dict[str, str]:
    """A prefix for each namespace in use: the file's own where it can be written, each once."""
    given: dict[str, str] = {}
    for uri in survey.namespaces:
        own = survey.prefixes.get(uri, "")
        wanted = own if _PREFIX.fullmatch(own) else "n"
        prefix, number = wanted, 1
        while prefix in given.values():
            number += 1
            prefix = f"{wanted}{number}"
        given[uri] = prefix
    return given


def _written(name: str, prefixes: dict[str, str]) -> str:
    uri, _, local = name.rpartition(" ")
    return f"{prefixes[uri]}:{local}" if uri in prefixes else local

"""NIEM JSON as a NIEM XML message: the way back, guided by the schema folder alone.

Everything found is expanded with the message's own context. What the message model does not know is refused, with the
way to it; what XML Schema would find wrong is left to the checks of the XML message.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from gateway.errors import RenderingError
from gateway.niem.characters import attribute_text, element_text
from gateway.niem.faults import InvalidMessage
from gateway.niem.json_names import MessageNames
from gateway.niem.json_text import JsonObject, Number, json_fault, parsed_json, require_once
from gateway.niem.message_shapes import Place, Shape, Shapes
from gateway.niem.schema_index import SchemaIndex

__all__ = ["JsonReader"]

_KEYWORDS: Final = frozenset({"@id", "@type", "@index"})
"""The keywords of JSON-LD 1.1 that a NIEM message uses inside its objects."""

_NAME: Final = re.compile(r"[\w.-]{1,40}:[\w.-]{1,100}", re.ASCII)
"""A member name that may be told; another one could hold anything."""

_INDEX_DIGITS: Final = 6


class _Entry(NamedTuple):
    """One value of one property, and where it goes. `turn` is what `@index` says; -1 where it says nothing."""

    name: str
    place: Place
    value: Any
    path: str
    turn: int


class JsonReader:
    """Reads messages of a schema folder from JSON. Build one and share it."""

    def __init__(self, index: SchemaIndex, shapes: Shapes) -> None:
        self._index = index
        self._shapes = shapes

    def read(self, text: bytes) -> bytes:
        """The message as XML in UTF-8, with the prefixes that our own messages declare.

        Raises InvalidMessage with one fault for what is no NIEM JSON of the schema folder.
        """
        message = parsed_json(text)
        if not isinstance(message, JsonObject):
            raise json_fault("13-1", "the text is no object", expected="an object")
        return _Reading(self._index, self._shapes, message).document()


class _Reading:
    """One message on its way to XML."""

    def __init__(self, index: SchemaIndex, shapes: Shapes, message: JsonObject) -> None:
        self._index = index
        self._shapes = shapes
        self._message = message
        require_once(message, "")
        self._names = MessageNames(index, message.get("@context"))
        self._defined: dict[str, int] = {}

    def document(self) -> bytes:
        keys = [key for key in self._message if not key.startswith("@")]
        others = [key for key in self._message if key.startswith("@") and key != "@context"]
        if len(keys) != 1 or others:
            raise json_fault("13-2", f"{len(keys) + len(others)} members beside @context", expected="the message alone")
        name = self._names.expanded(keys[0], "")
        declared = self._index.declared_type(name)
        path = self._names.named(name)
        if not declared:
            raise json_fault("13-5", "the root is no property of the message model", path=path)
        root = self._message[keys[0]]
        self._note_definitions(root)
        parts: list[str] = []
        self._write(name, root, declared, path, parts)
        body = "".join(parts)
        start = self._names.named(name)
        head = f"<{start}" + "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in self._names.declared().items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{body.removeprefix(f"<{start}")}'.encode()

    # Objects ------------------------------------------------------------------------------------------------------

    def _note_definitions(self, value: Any) -> None:
        """Of all objects with the same @id, the first that says more than its @id is the one that the id stands at."""
        waiting = [value]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting.extend(reversed(value))
            elif isinstance(value, JsonObject):
                identifier = value.get("@id")
                if isinstance(identifier, str) and not _is_reference(value):
                    self._defined.setdefault(identifier, id(value))
                waiting.extend(reversed(value.values()))

    def _write(self, name: str, value: Any, declared: str, path: str, parts: list[str]) -> None:
        """An element with everything in it, appended to `parts`."""
        tag = self._names.named(name)
        if isinstance(value, JsonObject):
            self._write_object(tag, value, declared, path, parts)
            return
        shape = self._shapes.of(declared)
        if not shape.is_simple:
            raise json_fault("13-3", "a literal in a place for an object", path=path, expected="an object")
        parts.append(f"<{tag}>{self._text(value, shape, path)}</{tag}>")

    def _write_object(self, tag: str, value: JsonObject, declared: str, path: str, parts: list[str]) -> None:
        require_once(value, path)
        type_name = self._type(value, declared, path)
        shape = self._shapes.of(type_name)
        start = [f"<{tag}"]
        if type_name != declared:
            start.append(f' xsi:type="{self._names.named(type_name)}"')
        start.append(self._link(value, path))
        literal: str | None = None
        entries: list[_Entry] = []
        seen: set[str] = set()
        for key, said in value.items():
            if key in _KEYWORDS:
                continue
            where = f"{path}/{key if _NAME.fullmatch(key) else '…'}"
            if key.startswith("@"):
                raise json_fault("13-2", "a keyword that NIEM JSON does not use", path=where)
            name = self._names.expanded(key, where)
            if name in seen:
                raise json_fault("13-2", "two members are the same property", path=where)
            seen.add(name)
            if shape.is_simple and name == shape.literal:
                literal = self._text(said, shape, where)
            elif name in shape.places:
                entries.extend(self._entries(name, shape, said, where))
            elif name in shape.attributes or name in shape.references:
                start.append(self._attribute(shape.references.get(name, name), said, where))
            else:
                raise json_fault("13-5", "no property of its class", path=where)
        parts.append("".join(start))
        if shape.is_simple and literal is not None:
            parts.append(f">{literal}</{tag}>")
        elif entries:
            parts.append(">")
            self._write_entries(entries, path, parts)
            parts.append(f"</{tag}>")
        else:
            parts.append("/>")

    def _type(self, value: JsonObject, declared: str, path: str) -> str:
        stated = value.get("@type")
        if stated is None:
            return declared
        if not isinstance(stated, str):
            raise json_fault("13-2", "@type is no text", path=path, expected="a name")
        name = self._names.expanded(stated, f"{path}/@type")
        if name not in self._index.types:
            raise json_fault("13-5", "@type names no class of the message model", path=path)
        return name

    def _link(self, value: JsonObject, path: str) -> str:
        """The attribute that identifies or refers (NDR 6.0, 12-7 and 14.2.3)."""
        identifier = value.get("@id")
        if identifier is None and "@id" not in value:
            return ""
        if not isinstance(identifier, str):
            raise json_fault("13-2", "@id is no text", path=path, expected="an IRI")
        is_empty = _is_reference(value)
        nil = ' xsi:nil="true"' if is_empty else ""
        if not identifier.startswith("#"):
            return f' structures:uri="{_attribute(identifier, path)}"{nil}'
        defines = self._defined.get(identifier) == id(value)
        kind = "id" if defines else "ref"
        return f' structures:{kind}="{_attribute(identifier[1:], path)}"{nil}'

    def _entries(self, name: str, shape: Shape, said: Any, path: str) -> Iterator[_Entry]:
        place = shape.places[name]
        if name in shape.doubtful:
            raise json_fault("13-5", "a property that the class has at two places", path=path)
        values = said if isinstance(said, list) else [said]
        for number, value in enumerate(values, start=1):
            where = f"{path}[{number}]" if isinstance(said, list) else path
            turn = -1
            if isinstance(value, JsonObject) and "@index" in value:
                written = value["@index"]
                if not isinstance(written, str) or not written.isdecimal() or len(written) > _INDEX_DIGITS:
                    raise json_fault("13-2", "@index is no number in a text", path=where)
                turn = int(written)
            yield _Entry(name, place, value, where, turn)

    def _write_entries(self, entries: list[_Entry], path: str, parts: list[str]) -> None:
        """The content: parts in the order of the schema; in one part, by @index, or else as the text has them."""
        first: dict[tuple[int, str], int] = {}
        for number, entry in enumerate(entries):
            first.setdefault((entry.place.slot, entry.place.container), number)
        indexed = {_part(entry) for entry in entries if entry.turn >= 0}
        if any(entry.turn < 0 and _part(entry) in indexed for entry in entries):
            raise json_fault("13-2", "@index stands on some values of a place only", path=path)
        ordered = sorted(
            enumerate(entries),
            key=lambda item: (
                item[1].place.slot,
                first[item[1].place.slot, item[1].place.container],
                item[1].place.inner,
                item[1].turn,
                item[0],
            ),
        )
        container = ""
        for _, entry in ordered:
            if entry.place.container != container:
                parts.append(f"</{self._names.named(container)}>" if container else "")
                container = entry.place.container
                parts.append(f"<{self._names.named(container)}>" if container else "")
            self._write(entry.name, entry.value, self._index.declared_type(entry.name), entry.path, parts)
        parts.append(f"</{self._names.named(container)}>" if container else "")

    # Literals -----------------------------------------------------------------------------------------------------

    def _attribute(self, name: str, said: Any, path: str) -> str:
        if self._shapes.is_reference(name):
            values = said if isinstance(said, list) else [said]
            if not values or not all(isinstance(value, JsonObject) and _is_reference(value) for value in values):
                raise json_fault(
                    "13-3", "what is no list of references", path=path, expected="objects with an @id alone"
                )
            links = [value["@id"] for value in values]
            if not all(
                isinstance(link, str) and link.startswith("#") and not set(link) & set(" \t\n\r") for link in links
            ):
                raise json_fault("13-2", "an @id that leads out of the message", path=path, expected="#…")
            text = " ".join(link[1:] for link in links)
        else:
            text = _literal(said, self._shapes.kind(self._index.attribute_type(name)), path)
        return f' {self._names.named(name)}="{_attribute(text, path)}"'

    def _text(self, value: Any, shape: Shape, path: str) -> str:
        if shape.is_list and isinstance(value, list):
            text = " ".join(_literal(item, shape.literal_kind, path) for item in value)
        else:
            text = _literal(value, shape.literal_kind, path)
        try:
            return element_text(text, path)
        except RenderingError as error:
            raise _no_xml(path) from error


def _part(entry: _Entry) -> tuple[int, str, int]:
    return entry.place.slot, entry.place.container, entry.place.inner


def _is_reference(value: JsonObject) -> bool:
    """Whether an object says nothing beyond its identifier."""
    return "@id" in value and value.keys() <= {"@id", "@index"} and value.twice is None


def _literal(value: Any, kind: str, path: str) -> str:
    if isinstance(value, Number):
        if kind == "number":
            return value.written
        problem, expected = "a number in a place for another literal", kind
    elif isinstance(value, str):
        return value
    elif isinstance(value, bool):
        if kind == "boolean":
            return "true" if value else "false"
        problem, expected = "a truth value in a place for another literal", kind
    else:
        problem, expected = "no literal in a place for one", kind
    raise json_fault("13-3", problem, path=path, expected=expected)


def _attribute(text: str, path: str) -> str:
    try:
        return attribute_text(text, path)
    except RenderingError as error:
        raise _no_xml(path) from error


def _no_xml(path: str) -> InvalidMessage:
    return json_fault("13-3", "a character that XML has no way to carry", path=path)

"""A NIEM XML message as NIEM JSON (NDR 6.0, sections 13 and 14.2), guided by the schema folder alone.

An element becomes a member named by its prefixed name. A property that may repeat is an array, even of one. Simple
content is a string, a number or a truth value; where the element has attributes, or its type declares some, it is an
object with the literal property of its class. `docs/adr/0015-niem-json.md` tells the choices.
"""

import re
from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any, Final, NamedTuple

from gateway import limits
from gateway.niem.faults import path_of
from gateway.niem.json_text import Number, json_fault
from gateway.niem.message_shapes import Place, Shape, Shapes
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.schema_index import SchemaIndex

__all__ = ["JsonWriter"]

_STRUCTURES: Final = f"{{{NAMESPACES['structures']}}}"
_XSI: Final = f"{{{NAMESPACES['xsi']}}}"
_ID, _REF, _URI = f"{_STRUCTURES}id", f"{_STRUCTURES}ref", f"{_STRUCTURES}uri"
_NIL, _TYPE = f"{_XSI}nil", f"{_XSI}type"
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""The numbers of RFC 8259, section 6. `+5`, `.5` and `007` are numbers of XML Schema only, and stay strings."""


class _Member(NamedTuple):
    """A property of an object with its value, before members are gathered."""

    name: str
    place: Place
    value: Any
    literal: str


def _after_keywords(member: tuple[str, Any]) -> bool:
    return not member[0].startswith("@")


class JsonWriter:
    """Writes messages of a schema folder as JSON. Build one and share it."""

    def __init__(self, index: SchemaIndex, shapes: Shapes) -> None:
        self._index = index
        self._shapes = shapes
        self._prefixes = index.prefixes()

    def written(self, root: Any) -> bytes:
        """The message with that root as a JSON text in UTF-8, members in the order of the XML.

        Raises InvalidMessage for an element or attribute that the schema folder does not have at its place.
        """
        declared = self._index.elements.get(root.tag)
        if declared is None or not declared.type:
            raise json_fault("13-5", "the root is no property of the message model", path=path_of(root))
        message = {"@context": self._index.namespaces, self._name(root.tag, root): self._value(root, 1)}
        return _text(message).encode()

    def _name(self, clark: str, element: Any) -> str:
        uri, _, local = clark[1:].rpartition("}")
        if not clark.startswith("{") or uri not in self._prefixes:
            raise json_fault("13-5", "a name that is none of the message model", path=path_of(element))
        return f"{self._prefixes[uri]}:{local}"

    def _value(self, element: Any, depth: int) -> Any:
        """What an element says: a literal, or an object."""
        if depth > limits.XML_DEPTH:
            problem = f"elements are nested more than {limits.XML_DEPTH} deep"
            raise json_fault("13-3", problem, path=path_of(element))
        type_name = self._index.type_of(element, _TYPE)
        stated = element.get(_TYPE) and type_name != self._index.declared_type(element.tag)
        shape = self._shapes.of(type_name)
        is_nil = (element.get(_NIL) or "").strip() in ("true", "1")
        is_reference = element.get(_REF) is not None or element.get(_URI) is not None
        value = dict(sorted(self._attributes(element, shape), key=_after_keywords))
        members = [] if is_nil else list(self._members(element, shape, depth))
        if shape.is_simple and not is_nil:
            literal = self._literal(element, shape)
            if not value and not stated and not shape.is_literal_class:
                return literal
            value[self._name(shape.literal, element)] = literal
        # Of a reference, the type is that of its target; of an empty object, the type tells it from a reference.
        names_itself = "@id" in value and not members and len(value) == 1
        if (stated and not (is_nil and is_reference)) or (names_itself and not is_reference):
            value = {"@type": self._name(type_name, element), **value}
        return self._gathered(value, members, element)

    def _attributes(self, element: Any, shape: Shape) -> Iterator[tuple[str, Any]]:
        for name in element.keys():  # noqa: SIM118 items() looks each value up from the first attribute on
            text = element.get(name)
            if name in (_ID, _REF):
                yield "@id", f"#{text.strip()}"
            elif name == _URI:
                yield "@id", text.strip()
            elif name.startswith(_XSI):
                continue
            elif name not in shape.attributes:
                raise json_fault("13-5", "an attribute that is no property of its class", path=path_of(element))
            elif self._shapes.is_reference(name):
                stands_for = next((key for key, attribute in shape.references.items() if attribute == name), name)
                yield self._name(stands_for, element), [{"@id": f"#{reference}"} for reference in text.split()]
            else:
                kind = self._shapes.kind(self._index.attribute_type(name))
                yield self._name(name, element), _literal_of(text, kind)

    def _members(self, element: Any, shape: Shape, depth: int) -> Iterator[_Member]:
        """The properties below an element, those in augmentation elements among them, in document order."""
        if shape.is_simple:
            return
        for child in _children(element):
            if child.tag in shape.containers:
                for inner in _children(child):
                    yield self._member(inner, shape, child.tag, depth)
            else:
                yield self._member(child, shape, "", depth)

    def _member(self, child: Any, shape: Shape, container: str, depth: int) -> _Member:
        place = shape.places.get(child.tag)
        if place is None or (child.tag not in shape.doubtful and place.container != container):
            raise json_fault("13-5", "an element that is no property of its class", path=path_of(child))
        if child.tag in shape.doubtful:
            problem = "a property that the class has at two places; JSON has one for it"
            raise json_fault("13-5", problem, path=path_of(child))
        literal = self._shapes.of(self._index.type_of(child, _TYPE)).literal
        return _Member(child.tag, place, self._value(child, depth + 1), literal)

    def _literal(self, element: Any, shape: Shape) -> Any:
        text = element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                raise json_fault("13-5", "an element in a place for text", path=path_of(child))
            text += child.tail or ""
        if shape.is_list and text == " ".join(text.split()):
            return [_literal_of(item, shape.literal_kind) for item in text.split()]
        return _literal_of(text, "text" if shape.is_list else shape.literal_kind)

    def _gathered(self, value: dict[str, Any], members: list[_Member], element: Any) -> dict[str, Any]:
        """The members by name. Where names take turns at one place of the content, `@index` says who comes when."""
        mixed = set(_mixed(members))
        for number, (name, place, said, literal) in enumerate(members):
            key = self._name(name, element)
            if (place.slot, place.container, place.inner) in mixed:
                said = said if isinstance(said, dict) else {self._name(literal, element): said}
                said = {"@index": str(number), **said}
            if place.is_repeatable:
                value.setdefault(key, []).append(said)
            elif key in value:
                raise json_fault("13-3", "a property that may stand once stands twice", path=path_of(element))
            else:
                value[key] = said
        return value


def _mixed(members: list[_Member]) -> Iterator[tuple[int, str, int]]:
    """The places of a content at which a name comes back after another one."""
    last: dict[tuple[int, str, int], str] = {}
    seen: set[tuple[tuple[int, str, int], str]] = set()
    for name, place, _, _ in members:
        where = (place.slot, place.container, place.inner)
        if last.get(where) != name:
            if (where, name) in seen:
                yield where
            seen.add((where, name))
            last[where] = name


def _children(element: Any) -> Iterator[Any]:
    """The child elements; text between them is refused, comments and processing instructions are passed over."""
    between = element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield child
        between += child.tail or ""
    if between.strip():
        raise json_fault("13-3", "text between elements", path=path_of(element))


def _literal_of(text: str, kind: str) -> Any:
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind == "number" and _NUMBER.fullmatch(text) and len(text) <= limits.NUMBER_CHARACTERS:
        return Number(text)
    return text


def _text(value: Any) -> str:
    """JSON text; numbers as they are written, everything else as RFC 8785 would, but in its own order."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode_basestring(name)}:{_text(said)}" for name, said in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, Number):
        return value.written
    return ("true" if value else "false") if isinstance(value, bool) else str(encode_basestring(value))

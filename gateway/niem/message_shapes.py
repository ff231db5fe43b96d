"""The classes of the message model, as the JSON form needs them: which property stands where in an object.

An augmentation element has no meaning of its own (NDR 6.0, 14.2.11): in JSON its children are properties of the object
that it augments. A shape says, for each property, whether it stands in the object or in which augmentation element.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from gateway.niem.schema_index import SchemaIndex

__all__ = ["Place", "Shape", "Shapes"]

_STRUCTURES: Final = "{https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/}"
_SIMPLE_PROXIES: Final = "{https://docs.oasis-open.org/niemopen/ns/model/adapters/niem-xs/6.0/}"
_INTEGERS: Final = {"integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"}
_SIZED: Final = {"long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"}
_NUMBERS: Final = frozenset(_INTEGERS | _SIZED | {"decimal", "float", "double"})
_REMEMBERED: Final = 4096


class Place(NamedTuple):
    """Where a property stands: in which part of the content, and below which augmentation element ('' for none).

    `slot` counts the parts of the object's own content model, `inner` those of the augmentation element.
    """

    slot: int
    container: str
    inner: int
    is_repeatable: bool


class Shape(NamedTuple):
    """One class. `doubtful` are properties that have more than one place; `literal` names the value of simple content.

    `literal_kind` is `number`, `boolean` or `text`; `references` gives the reference attribute that stands for an
    object property, by that property's name.
    """

    places: dict[str, Place]
    containers: dict[str, int]
    doubtful: frozenset[str]
    attributes: frozenset[str]
    references: dict[str, str]
    is_simple: bool
    is_literal_class: bool
    literal: str
    literal_kind: str
    is_list: bool


class Shapes:
    """The shape of each type of a schema folder, made when first asked for."""

    def __init__(self, index: SchemaIndex) -> None:
        self._index = index
        self.of: Final = lru_cache(_REMEMBERED)(self._of)
        """The shape of a type, by its name."""
        self.kind: Final = lru_cache(_REMEMBERED)(self._kind)
        """How JSON writes values of a simple type: `number`, `boolean` or `text`."""

    def _of(self, type_name: str) -> Shape:
        places: dict[str, Place] = {}
        containers: dict[str, int] = {}
        doubtful = set()
        for slot, (members, repeats) in enumerate(self._members(type_name)):
            for member in members:
                if member in self._index.augmentations:
                    containers[member] = slot
                    inside = self._inside(member, slot)
                else:
                    inside = iter(((member, Place(slot, "", 0, repeats)),))
                for name, place in inside:
                    if name in places:
                        doubtful.add(name)
                    places.setdefault(name, place)
        attributes = frozenset(
            name
            for name in self._index.allowed_attributes(type_name)
            if name not in _LINKS and not name.startswith("{}")
        )
        references = {_class_property(name): name for name in attributes if self.is_reference(name)}
        is_simple = self._index.is_simple(type_name)
        own = {name for name in self._index.declared_attributes(type_name) if not name.startswith(_STRUCTURES)}
        return Shape(
            places=places,
            containers=containers,
            doubtful=frozenset(doubtful),
            attributes=attributes,
            references={name: attribute for name, attribute in references.items() if name not in places},
            is_simple=is_simple,
            is_literal_class=is_simple and bool(own),
            literal=self._literal(type_name) if is_simple else "",
            literal_kind=self.kind(type_name) if is_simple else "",
            is_list=is_simple and self._index.is_list(type_name),
        )

    def is_reference(self, attribute: str) -> bool:
        """Whether an attribute is a list of references to objects (NDR 6.0, 14.2.10)."""
        return self._index.built_in(self._index.attribute_type(attribute)) == "IDREFS"

    def _members(self, type_name: str) -> Iterator[tuple[tuple[str, ...], bool]]:
        for slot in self._index.slots(type_name):
            names = (member for name in slot.names for member in self._index.members(name))
            yield tuple(dict.fromkeys(names)), slot.is_repeatable

    def _inside(self, container: str, slot: int) -> Iterator[tuple[str, Place]]:
        for inner, (members, repeats) in enumerate(self._members(self._index.declared_type(container))):
            for member in members:
                yield member, Place(slot, container, inner, repeats)

    def _kind(self, type_name: str) -> str:
        built_in = self._index.built_in(type_name)
        return "number" if built_in in _NUMBERS else "boolean" if built_in == "boolean" else "text"

    def _literal(self, type_name: str) -> str:
        """The property that holds the simple content: `nc:TextLiteral` for nc:TextType and all that derive from it.

        It belongs to the class furthest up whose content comes straight from a simple type.
        """
        classes = [name for name in self._index.lineage(type_name) if self._is_class(name)]
        name = classes[-1] if classes else type_name
        return f"{name.removesuffix('Type')}Literal"

    def _is_class(self, name: str) -> bool:
        row = self._index.types.get(name)
        return row is not None and row.is_complex and not name.startswith(_SIMPLE_PROXIES)


_LINKS: Final = frozenset(f"{_STRUCTURES}{local}" for local in ("id", "ref", "uri"))


def _class_property(attribute: str) -> str:
    """The object property that a reference attribute stands for: `nc:Metadata` for `nc:metadataRef`."""
    namespace, _, local = attribute.rpartition("}")
    return f"{namespace}}}{local[:1].upper()}{local[1:].removesuffix('Ref')}"

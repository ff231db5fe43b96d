"""What the schema folder says about elements, attributes and types, read once.

Names are in Clark notation, `{namespace}local`. The index knows the schema language as far as NIEM 6.0 uses it: named
top-level components, extension and restriction, sequences, choices, substitution groups, attribute groups, and the
annotations of the appinfo namespace (NDR 6.0, section 9.7). It answers questions; it validates nothing.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from lxml import etree

from gateway.errors import BadDocument, MissingFile
from gateway.niem.subset import CATALOG_FILE

__all__ = ["Augmenting", "ElementRow", "SchemaIndex", "Slot", "TypeRow"]

XS_NAMESPACE: Final = "http://www.w3.org/2001/XMLSchema"
_XS: Final = f"{{{XS_NAMESPACE}}}"
_APPINFO: Final = "{https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/}"
_STRUCTURES: Final = "{https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/}"
_URI: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"
_CLASS_CODES: Final = {"OBJECT": f"{_STRUCTURES}ObjectType", "ASSOCIATION": f"{_STRUCTURES}AssociationType"}
_LITERAL: Final = "LITERAL"
_REMEMBERED: Final = 4096


class ElementRow(NamedTuple):
    """A declared element. `type` is '' where none is declared, `head` the element that it may stand for."""

    type: str
    head: str
    is_abstract: bool
    reference_code: str


class Slot(NamedTuple):
    """A place in a content model: the elements or heads that may stand there, and whether several may."""

    names: tuple[str, ...]
    is_repeatable: bool


class TypeRow(NamedTuple):
    """A type. `slots` and `attributes` are what it adds to its base; a restriction replaces the slots.

    `is_simple` is true of simple types, and of complex types with simple content.
    """

    base: str
    is_complex: bool
    is_simple: bool
    is_list: bool
    restricts: bool
    slots: tuple[Slot, ...]
    attributes: frozenset[str]
    reference_code: str


class Augmenting(NamedTuple):
    """A record that attributes of one class, or of every class with a code, may include this one (NDR 6.0, 4.16.2)."""

    attribute: str
    class_name: str
    codes: frozenset[str]


class SchemaIndex:
    """The components of a schema folder, found through its catalog. Build one and share it: it never changes."""

    def __init__(self, folder: Path) -> None:
        """Read the folder. Raises MissingFile without a catalog, BadDocument when it leads out of the folder."""
        catalog = folder / CATALOG_FILE
        if not catalog.is_file():
            raise MissingFile("there is no xml-catalog.xml", where=str(folder), remedy="Run `gateway iepd subset`")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        self.namespaces: dict[str, str] = {}
        """The namespaces of the folder by the prefix that its documents give them."""
        self.elements: dict[str, ElementRow] = {}
        self.types: dict[str, TypeRow] = {}
        self._attribute_types: dict[str, str] = {}
        self._groups: dict[str, frozenset[str]] = {}
        self._augmenting: list[Augmenting] = []
        roots = [
            etree.parse(str(_listed(folder, entry.get("uri") or "")), parser).getroot()
            for entry in etree.parse(str(catalog), parser).getroot().iter(_URI)
        ]
        for root in roots:
            self._read_groups(root)
        for root in roots:
            self._read(root)
        self._augmenting = [self._by_attribute(record) for record in self._augmenting]
        self._substitutes: dict[str, list[str]] = {}
        for name, row in self.elements.items():
            if row.head:
                self._substitutes.setdefault(row.head, []).append(name)
        augmentation = f"{_STRUCTURES}AugmentationType"
        self.augmentations: Final = frozenset(
            name for name, row in self.elements.items() if augmentation in self.lineage(row.type)
        )
        """Elements that hold additional properties of their parent."""
        self.speaks_of_references: Final = any(row.reference_code for row in self.types.values()) or any(
            row.reference_code for row in self.elements.values()
        )
        """Whether any component of the folder has a reference code."""
        # A message may name any type and element, so what is remembered of them is bounded.
        self.reference_code: Final = lru_cache(_REMEMBERED)(self._reference_code)
        self.allowed_attributes: Final = lru_cache(_REMEMBERED)(self._allowed_attributes)
        self.is_derived: Final = lru_cache(_REMEMBERED)(self._is_derived)

    # Reading ------------------------------------------------------------------------------------------------------

    def _read_groups(self, root: Any) -> None:
        for node in root.iterchildren(f"{_XS}attributeGroup"):
            self._groups[self._named(root, node)] = frozenset(
                self.expanded(use, use.get("ref")) for use in node.iterchildren(f"{_XS}attribute")
            )

    def _read(self, root: Any) -> None:
        target = root.get("targetNamespace")
        self.namespaces |= {prefix: uri for prefix, uri in root.nsmap.items() if prefix and uri == target}
        for node in root.iterchildren(f"{_XS}element"):
            self.elements[self._named(root, node)] = ElementRow(
                type=self.expanded(node, node.get("type") or ""),
                head=self.expanded(node, node.get("substitutionGroup") or ""),
                is_abstract=node.get("abstract") == "true",
                reference_code=node.get(f"{_APPINFO}referenceCode") or "",
            )
        for node in root.iterchildren(f"{_XS}attribute"):
            self._attribute_types[self._named(root, node)] = self.expanded(node, node.get("type") or "")
        for node in root.iterchildren(f"{_XS}complexType", f"{_XS}simpleType"):
            self.types[self._named(root, node)] = self._type(node)
        for node in root.iterfind(f"{_XS}annotation/{_XS}appinfo/{_APPINFO}Augmentation"):
            said = {name.removeprefix(_APPINFO): value for name, value in node.attrib.items()}
            self._augmenting.append(
                Augmenting(
                    attribute=self.expanded(node, said.get("property", "")),
                    class_name=self.expanded(node, said.get("class", "")),
                    codes=frozenset(said.get("globalClassCode", "").split()),
                )
            )

    def _by_attribute(self, record: Augmenting) -> Augmenting:
        """A record that adds an object property: in XML a reference attribute stands for it (NDR 6.0, 14.2.10)."""
        if record.attribute not in self.elements:
            return record
        namespace, _, local = record.attribute.rpartition("}")
        reference = f"{namespace}}}{local[:1].lower()}{local[1:]}Ref"
        self._attribute_types.setdefault(reference, f"{_XS}IDREFS")
        return record._replace(attribute=reference)

    def _type(self, node: Any) -> TypeRow:
        steps = (f"{_XS}extension", f"{_XS}restriction", f"{_XS}list", f"{_XS}union")
        derivation = next(node.iter(*steps), None)
        content = node if derivation is None else derivation
        base = "" if derivation is None else derivation.get("base") or derivation.get("itemType") or ""
        return TypeRow(
            base=self.expanded(content, base),
            is_complex=node.tag == f"{_XS}complexType",
            is_simple=node.tag == f"{_XS}simpleType" or node.find(f"{_XS}simpleContent") is not None,
            is_list=content.tag == f"{_XS}list",
            restricts=content.tag == f"{_XS}restriction",
            slots=tuple(self._slots(content, is_repeatable=False)),
            attributes=frozenset(self._attributes(content)),
            reference_code=node.get(f"{_APPINFO}referenceCode") or "",
        )

    def _slots(self, node: Any, *, is_repeatable: bool) -> Iterator[Slot]:
        """The particles below a node: nested sequences flattened, a choice as one place for all that it names."""
        for child in node.iterchildren(f"{_XS}sequence", f"{_XS}choice", f"{_XS}element"):
            repeats = is_repeatable or child.get("maxOccurs", "1") not in ("0", "1")
            if child.tag == f"{_XS}element":
                if child.get("ref"):
                    yield Slot((self.expanded(child, child.get("ref")),), repeats)
            elif child.tag == f"{_XS}choice" or repeats:
                inner = list(self._slots(child, is_repeatable=repeats))
                names = tuple(dict.fromkeys(name for slot in inner for name in slot.names))
                yield Slot(names, any(slot.is_repeatable for slot in inner))
            else:
                yield from self._slots(child, is_repeatable=False)

    def _attributes(self, node: Any) -> Iterator[str]:
        for use in node.iterchildren(f"{_XS}attribute", f"{_XS}attributeGroup"):
            name = self.expanded(use, use.get("ref") or "")
            if use.tag == f"{_XS}attribute":
                yield name
            else:
                yield from self._groups.get(name, ())

    @staticmethod
    def _named(root: Any, node: Any) -> str:
        return f"{{{root.get('targetNamespace')}}}{node.get('name')}"

    @staticmethod
    def expanded(node: Any, value: str) -> str:
        """A prefixed name, as it stands at a node, in Clark notation; '' when its prefix is not declared there."""
        prefix, _, local = value.strip().rpartition(":")
        namespace = node.nsmap.get(prefix or None)
        return f"{{{namespace}}}{local}" if namespace and local else ""

    # Answers ------------------------------------------------------------------------------------------------------

    def type_of(self, element: Any, type_attribute: str) -> str:
        """The type of an element of a message: its `xsi:type` (attribute name given), else its declared type."""
        stated = element.get(type_attribute)
        return self.expanded(element, stated) if stated else self.declared_type(element.tag)

    def declared_type(self, name: str) -> str:
        """The type that an element is declared with; '' for an abstract or an unknown one."""
        row = self.elements.get(name)
        return row.type if row else ""

    def lineage(self, name: str) -> Iterator[str]:
        """A type, its base, that one's base and so on, as far as the folder goes."""
        seen = 0
        while name and seen < len(self.types) + 1:
            yield name
            row = self.types.get(name)
            name = row.base if row else ""
            seen += 1

    def _is_derived(self, name: str, base: str) -> bool:
        """Whether a type is `base` or derived from it in any number of steps."""
        return base in self.lineage(name)

    def is_simple(self, name: str) -> bool:
        """Whether elements of a type hold text rather than elements."""
        row = self.types.get(name)
        return row.is_simple if row else name.startswith(_XS)

    def built_in(self, name: str) -> str:
        """The type of XML Schema that a simple type comes down to: `decimal`; '' when it is none of the folder's."""
        last = (*self.lineage(name), "")[-2] if name else ""
        return last.removeprefix(_XS) if last.startswith(_XS) else ""

    def is_list(self, name: str) -> bool:
        """Whether a simple type holds a list of values."""
        return any(row.is_list for step in self.lineage(name) if (row := self.types.get(step)))

    def attribute_type(self, name: str) -> str:
        """The type of a declared attribute; '' for an unknown one."""
        return self._attribute_types.get(name, "")

    def members(self, name: str) -> tuple[str, ...]:
        """The elements that may stand where a name stands: itself, unless it is abstract, and its substitutes."""
        row = self.elements.get(name)
        found = [] if row is None or row.is_abstract else [name]
        for substitute in self._substitutes.get(name, ()):
            found.extend(self.members(substitute))
        return tuple(dict.fromkeys(found))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """The whole content model of a type: that of its base, then its own; a restriction states all of it."""
        row = self.types.get(name)
        if row is None:
            return ()
        return row.slots if row.restricts else (*self.slots(row.base), *row.slots)

    def declared_attributes(self, name: str) -> frozenset[str]:
        """The attributes that a type or one of its bases declares by name."""
        rows = (self.types.get(step) for step in self.lineage(name))
        return frozenset(attribute for row in rows if row for attribute in row.attributes)

    def _allowed_attributes(self, name: str) -> frozenset[str]:
        """The attributes that elements of a type may have by name: declared ones and augmentations (NDR 6.0, 12-3)."""
        lineage = frozenset(self.lineage(name))
        codes = {code for code, base in _CLASS_CODES.items() if base in lineage}
        codes |= {_LITERAL} if self.is_simple(name) else set()
        added = (a.attribute for a in self._augmenting if a.class_name in lineage or codes & a.codes)
        return self.declared_attributes(name) | frozenset(added)

    def _reference_code(self, element: str, type_name: str) -> str:
        """The effective reference code of a property: its own, else that of its type, else of a base; else ''."""
        row = self.elements.get(element)
        own = row.reference_code if row else ""
        inherited = (self.types[step].reference_code for step in self.lineage(type_name) if step in self.types)
        return own or next((code for code in inherited if code), "")

    def prefixes(self) -> Mapping[str, str]:
        """The prefix of each namespace of the folder, by namespace."""
        return {uri: prefix for prefix, uri in self.namespaces.items()}


def _listed(folder: Path, uri: str) -> Path:
    """The schema document that an entry of the catalog leads to. Raises BadDocument unless it lies in the folder."""
    relative = unquote(uri)
    path = (folder / relative.replace("\0", "")).resolve()
    if not relative or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise BadDocument(
            f"the entry '{uri}' leads to no schema document of the folder",
            where=str(folder / CATALOG_FILE),
            remedy="Run `gateway iepd subset`",
        )
    return path

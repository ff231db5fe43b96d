"""Reading a NIEM release folder: its schema documents as components, and the closure of what is wanted of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from gateway.documents import Document, load_document
from gateway.errors import BadSetting, MissingFile
from gateway.niem.extension import GLOBAL_ATTRIBUTES, TYPES
from gateway.niem.extension_elements import ELEMENTS

__all__ = [
    "APPINFO_KEPT",
    "STRUCTURES",
    "XS",
    "Closure",
    "Component",
    "Release",
    "SchemaDocument",
    "WantList",
    "load_want_list",
]

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
STRUCTURES: Final = "structures"
"""Prefix of the namespace that every message rests on; all of it is in every subset (NDR 6.0, 10-9)."""

APPINFO_KEPT: Final = {
    name: f"{{https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/}}{name}"
    for name in ("deprecated", "referenceAttributeIndicator", "referenceCode", "relationshipPropertyIndicator")
}
"""What the release tells machines about a component and the subset repeats (NDR 6.0, 9.7)."""
_OUTSIDE: Final = {"http://www.w3.org/2001/XMLSchema": "xs"}
_KINDS: Final = {
    f"{XS}{kind}": kind for kind in ("element", "complexType", "simpleType", "attribute", "attributeGroup")
}
_CATALOG: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"


class WantList(Document):
    """What is wanted of a release: for each type (by prefixed name) the properties that may stand in it."""

    release: str
    types: dict[str, list[str]]


def load_want_list(path: Path) -> WantList:
    """The want list of a YAML file. Raises our configuration errors."""
    return load_document(path, WantList)


@dataclass(frozen=True)
class Component:
    """One top-level component of a schema document. `name` and all names inside are prefixed with release prefixes."""

    kind: str
    name: str
    node: Any
    document: "SchemaDocument"

    def qname(self, node: Any, attribute: str) -> str:
        """The prefixed name in an attribute, or '' when the attribute is absent."""
        return next(iter(self.qnames(node, attribute)), "")

    def qnames(self, node: Any, attribute: str) -> tuple[str, ...]:
        """The prefixed names in an attribute that lists them."""
        return tuple(self._prefixed(node, value) for value in (node.get(attribute) or "").split())

    def _prefixed(self, node: Any, value: str) -> str:
        prefix, _, local = value.rpartition(":")
        if prefix == "xml":  # bound without a declaration
            return value
        namespace = node.nsmap.get(prefix or None, "")
        known = self.document.prefixes.get(namespace) or _OUTSIDE.get(namespace)
        if known is None:
            raise BadSetting(f"{self.name}: the prefix in '{value}' is not of the release", remedy="Check the release")
        return f"{known}:{local}"

    def references(self) -> Iterator[tuple[Any, str]]:
        """Element particles of a complex type, in order: the node and the referenced element's name."""
        for node in self.node.iter(f"{XS}element"):
            if node.get("ref"):
                yield node, self.qname(node, "ref")


@dataclass(frozen=True)
class SchemaDocument:
    """One schema document of the release; `path` is relative to the release folder."""

    prefix: str
    namespace: str
    path: str
    prefixes: dict[str, str] = field(repr=False)


class Release:
    """A NIEM release on disk. Documents are parsed when a component of theirs is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        catalog = folder / "xml-catalog.xml"
        if not catalog.is_file():
            raise MissingFile("there is no xml-catalog.xml", where=str(folder), remedy="Name the release's xsd folder")
        self._parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        self.prefixes: dict[str, str] = {}
        self.documents: dict[str, SchemaDocument] = {}
        self.version = ""
        for entry in etree.parse(str(catalog), self._parser).getroot().iter(_CATALOG):
            path = entry.get("uri")
            if path.startswith("external/") or not (folder / path).is_file():
                continue
            namespace = entry.get("name")
            prefix = self._own_prefix(folder / path, namespace)
            if prefix:
                self.prefixes[namespace] = prefix
                self.documents[prefix] = SchemaDocument(prefix, namespace, path, self.prefixes)
        self._components: dict[str, dict[tuple[str, str], Component]] = {}

    def _own_prefix(self, path: Path, namespace: str) -> str:
        with path.open("rb") as file:
            _, root = next(etree.iterparse(file, events=("start",), resolve_entities=False, no_network=True))
        return next((prefix or "" for prefix, uri in root.nsmap.items() if uri == namespace), "")

    def components(self, prefix: str) -> dict[tuple[str, str], Component]:
        """All top-level components of one document in release order, by kind and prefixed name."""
        if prefix not in self.documents:
            raise BadSetting(f"the release has no namespace with prefix '{prefix}'", remedy="Correct the want list")
        if prefix not in self._components:
            document = self.documents[prefix]
            root = etree.parse(str(self.folder / document.path), self._parser).getroot()
            if prefix == "nc":
                self.version = root.get("version") or ""
            self._components[prefix] = {
                (_KINDS[node.tag], f"{prefix}:{node.get('name')}"): Component(
                    _KINDS[node.tag], f"{prefix}:{node.get('name')}", node, document
                )
                for node in root
                if node.tag in _KINDS
            }
        return self._components[prefix]

    def find(self, kind: str, name: str) -> Component | None:
        """The component, or None when the release has none of that kind and name."""
        return self.components(name.partition(":")[0]).get((kind, name))

    def type_named(self, name: str) -> Component | None:
        """The complex or simple type of that name."""
        return self.find("complexType", name) or self.find("simpleType", name)


class Closure:
    """Everything that the want list and the extension need of a release, found from them by following names."""

    def __init__(self, release: Release, want: WantList) -> None:
        self._release = release
        self._extension_heads = {f"fx:{row.name}": row.head for row in ELEMENTS}
        self.kept: dict[str, frozenset[str]] = {}
        """For each complex type of the subset: the elements that stay in it."""
        self.needed: set[tuple[str, str]] = set()
        self._open: list[Component] = []
        self._wanted = {name: self._particles(name, wanted) for name, wanted in want.types.items()}
        for component in release.components(STRUCTURES).values():
            self._add(component)
        for row in GLOBAL_ATTRIBUTES:
            self._add_named("attribute", row.attribute)
        for name in want.types:
            self._add_type(name)
        for name in self._extension_needs():
            self._add_named("element", name)
        while self._open:
            self._follow(self._open.pop())
        self.heads = frozenset(self._substitution_heads())
        """Elements that others may stand in for: abstract ones, and those with a substitute in the subset."""

    def _substitution_heads(self) -> Iterator[str]:
        yield from filter(None, self._extension_heads.values())
        for kind, name in self.needed:
            component = self._release.find(kind, name)
            if kind == "element" and component is not None:
                if component.node.get("abstract") == "true":
                    yield name
                if head := component.qname(component.node, "substitutionGroup"):
                    yield head

    def _particles(self, type_name: str, wanted: list[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """The particles of a type that the wanted properties are or substitute for, and the substitutes themselves."""
        component = self._release.find("complexType", type_name)
        if component is None:
            raise BadSetting(f"the release has no type {type_name}", remedy="Correct the want list")
        present = {reference for _, reference in component.references()}
        keep: set[str] = set()
        substitutes: list[str] = []
        for name in wanted:
            particle = name
            while particle and particle not in present:
                particle = self._head(particle)
            if not particle:
                raise BadSetting(f"{type_name} has no place for {name}", remedy="Correct the want list")
            keep.add(particle)
            if particle != name:
                substitutes.append(name)
        return frozenset(keep), tuple(substitutes)

    def _head(self, element: str) -> str:
        if element.startswith("fx:"):
            return self._extension_heads.get(element, "")
        component = self._release.find("element", element)
        return component.qname(component.node, "substitutionGroup") if component else ""

    def _extension_needs(self) -> Iterator[str]:
        for element in ELEMENTS:
            if element.head:
                yield element.head
            if not element.type.startswith("fx:"):
                self._add_type(element.type)
        for row in TYPES:
            if not row.base.startswith("fx:"):
                self._add_type(row.base)
            for particle in row.particles:
                if not particle.startswith("fx:"):
                    yield particle.rstrip("?*")

    def _add(self, component: Component) -> None:
        key = (component.kind, component.name)
        if key not in self.needed:
            self.needed.add(key)
            self._open.append(component)

    def _add_named(self, kind: str, name: str) -> None:
        component = self._release.find(kind, name)
        if component is None:
            raise BadSetting(f"the release has no {kind} {name}", remedy="Correct the want list or the extension")
        self._add(component)

    def _add_type(self, name: str) -> None:
        if name.startswith("xs:"):
            return
        component = self._release.type_named(name)
        if component is None:
            raise BadSetting(f"the release has no type {name}", remedy="Correct the want list")
        self._add(component)

    def _follow(self, component: Component) -> None:
        node = component.node
        for attribute in ("type",) if component.kind in ("element", "attribute") else ():
            if name := component.qname(node, attribute):
                self._add_type(name)
        if head := component.qname(node, "substitutionGroup"):
            self._add_named("element", head)
        if component.kind in ("complexType", "simpleType"):
            for derivation in node.iter(f"{XS}extension", f"{XS}restriction"):
                self._add_type(component.qname(derivation, "base"))
            for listed in node.iter(f"{XS}list"):
                self._add_type(component.qname(listed, "itemType"))
            for union in node.iter(f"{XS}union"):
                for name in component.qnames(union, "memberTypes"):
                    self._add_type(name)
        if component.kind == "complexType":
            self._follow_particles(component)

    def _follow_particles(self, component: Component) -> None:
        keep, substitutes = self._wanted.get(component.name, (frozenset(), ()))
        in_structures = component.document.prefix == STRUCTURES
        kept = {
            reference
            for node, reference in component.references()
            if in_structures
            or reference in keep
            or node.get("minOccurs") not in ("0",)
            or reference.endswith("AugmentationPoint")  # every object and association type has one (NDR 6.0, 9-64)
        }
        self.kept[component.name] = frozenset(kept)
        for name in (*kept, *(s for s in substitutes if not s.startswith("fx:"))):
            self._add_named("element", name)

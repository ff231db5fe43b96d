"""Schema documents as the rules look at them: parsed, each with its standing, names resolved across the whole set."""

import enum
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lxml import etree

from gateway import limits
from gateway.errors import BadDocument

__all__ = ["APPINFO", "CT", "NDR_TARGET", "STRUCTURES", "XML", "XS", "SchemaFile", "SchemaSet", "Standing", "expanded"]

XS: Final = "http://www.w3.org/2001/XMLSchema"
XML: Final = "http://www.w3.org/XML/1998/namespace"
APPINFO: Final = "https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/"
STRUCTURES: Final = "https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/"
CT: Final = "https://docs.oasis-open.org/niemopen/ns/specification/conformanceTargets/6.0/"
NDR_TARGET: Final = "https://docs.oasis-open.org/niemopen/ns/specification/NDR/6.0/#"
_KINDS: Final = {f"{{{XS}}}{kind}": kind for kind in ("element", "attribute", "complexType", "simpleType")}
_DERIVATIONS: Final = (f"{{{XS}}}extension", f"{{{XS}}}restriction")


class Standing(enum.StrEnum):
    """What a schema document is in a model (NDR 6.0, 6.1 and 9.4); the value ends its conformance target."""

    REFERENCE = "ReferenceSchemaDocument"
    EXTENSION = "ExtensionSchemaDocument"
    SUBSET = "SubsetSchemaDocument"
    STRUCTURES = "structures"
    EXTERNAL = "external"


def expanded(node: Any, value: str) -> str:
    """A prefixed name, as it stands at a node, in Clark notation. '' for a prefix that is not declared there."""
    prefix, _, local = value.strip().rpartition(":")
    namespace = XML if prefix == "xml" else node.nsmap.get(prefix or None, "" if prefix else None)
    if namespace is None:
        return f"{{}}{local}"
    return f"{{{namespace}}}{local}" if namespace else ""


@dataclass(frozen=True, eq=False)
class SchemaFile:
    """One schema document: its path in the set, its root element, and what it is taken to be."""

    path: str
    root: Any
    standing: Standing

    @property
    def namespace(self) -> str:
        """The target namespace, '' when it has none."""
        return self.root.get("targetNamespace") or ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The conformance targets that the document asserts."""
        return tuple((self.root.get(f"{{{CT}}}conformanceTargets") or "").split())

    def imports(self) -> Iterator[Any]:
        """The import elements."""
        return iter(self.root.iterchildren(f"{{{XS}}}import"))

    def imported_as_conformant(self) -> frozenset[str]:
        """Namespaces that the document imports without calling them external."""
        flag = f"{{{APPINFO}}}externalImportIndicator"
        return frozenset(node.get("namespace") or "" for node in self.imports() if node.get(flag) is None)

    def named(self, *kinds: str) -> Iterator[Any]:
        """Top-level components with a name, of these kinds or of all four."""
        for node in self.root:
            if _KINDS.get(node.tag) in (kinds or _KINDS.values()) and node.get("name"):
                yield node

    def clark(self, node: Any) -> str:
        """The name of a top-level component in Clark notation."""
        return f"{{{self.namespace}}}{node.get('name')}"


class SchemaSet:
    """Schema documents that belong together; every namespace has at most one.

    `message_elements` are the declared initial properties in Clark notation (NDR 6.0, 11-1), None when it is not known
    which they are.
    """

    def __init__(self, files: Mapping[str, SchemaFile], message_elements: tuple[str, ...] | None = None) -> None:
        self.files = tuple(files.values())
        self.message_elements = message_elements
        self._by_path = dict(files)
        self._components: dict[tuple[str, str], tuple[SchemaFile, Any]] = {}
        for file in self.files:
            for node in file.named():
                self._components.setdefault((_KINDS[node.tag], file.clark(node)), (file, node))
        self._categories: dict[str, str] = {}

    @classmethod
    def of_texts(
        cls,
        texts: Mapping[str, bytes],
        standings: Mapping[str, Standing] | None = None,
        message_elements: tuple[str, ...] | None = None,
    ) -> "SchemaSet":
        """The set of these documents, by path. A standing that is not given is read from the document's own assertion.

        Raises BadDocument for one that does not parse or carries a document type declaration.
        """
        files = {}
        for path, text in texts.items():
            root = _parsed(path, text)
            files[path] = SchemaFile(path, root, (standings or {}).get(path) or _asserted(root))
        return cls(files, message_elements)

    def file_at(self, base: str, location: str) -> SchemaFile | None:
        """The document at a location, relative to another document's path."""
        return self._by_path.get(self.place(base, location))

    @staticmethod
    def place(base: str, location: str) -> str:
        """The path in the set that a location, relative to another document's path, means."""
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), location))

    @cached_property
    def by_namespace(self) -> dict[str, SchemaFile]:
        """The document of each namespace."""
        return {file.namespace: file for file in reversed(self.files)}

    def find(self, kind: str, clark: str) -> Any:
        """The declaration or definition of that kind and name, or None."""
        found = self._components.get((kind, clark))
        return found[1] if found else None

    def type_named(self, clark: str) -> Any:
        """The complex or simple type of that name, or None."""
        node = self.find("complexType", clark)
        return self.find("simpleType", clark) if node is None else node

    def base_of(self, node: Any) -> str:
        """The base of a type in Clark notation; '' when it has none."""
        derivation = next((child for child in node.iter(*_DERIVATIONS)), None)
        return expanded(derivation, derivation.get("base") or "") if derivation is not None else ""

    def bases(self, clark: str) -> Iterator[str]:
        """A type and all that it is derived from, in order."""
        seen: set[str] = set()
        while clark and clark not in seen:
            seen.add(clark)
            yield clark
            node = self.type_named(clark)
            clark = self.base_of(node) if node is not None else ""

    def category(self, clark: str) -> str:
        """What a type is: object, association, adapter, augmentation, simple (content), or '' when it cannot be told.

        Told by what it is derived from; for a base outside the set, by the ending of its name (NDR 6.0, 9-30).
        """
        if clark not in self._categories:
            self._categories[clark] = self._category(clark)
        return self._categories[clark]

    def _category(self, clark: str) -> str:
        for name in self.bases(clark):
            namespace, _, local = name[1:].partition("}")
            if namespace == STRUCTURES:
                return _STRUCTURAL.get(local, "")
            node = self.type_named(name)
            if namespace == XS or (node is not None and self._is_simple(node)):
                return "simple"
            if node is None:
                return next((what for ending, what in _ENDINGS.items() if local.endswith(ending)), "")
        return ""

    @staticmethod
    def _is_simple(node: Any) -> bool:
        return node.tag == f"{{{XS}}}simpleType" or node.find(f"{{{XS}}}simpleContent") is not None

    def type_of(self, node: Any) -> str:
        """The type of a declaration in Clark notation, '' when it names none."""
        return expanded(node, node.get("type")) if node.get("type") else ""


_STRUCTURAL: Final = {
    "ObjectType": "object",
    "AssociationType": "association",
    "AdapterType": "adapter",
    "AugmentationType": "augmentation",
}
_ENDINGS: Final = {
    "AssociationType": "association",
    "AdapterType": "adapter",
    "AugmentationType": "augmentation",
    "CodeType": "simple",
    "SimpleType": "simple",
}


def _parsed(path: str, text: bytes) -> Any:
    if len(text) > limits.XML_BYTES:
        raise BadDocument(
            f"the document has {len(text)} bytes", where=path, remedy=f"At most {limits.XML_BYTES} are read"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise BadDocument(
            f"the XML does not parse at line {line}, column {column}", where=path, remedy="Correct the document"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in whatever encoding it was written
        raise BadDocument("a schema document with a document type declaration", where=path, remedy="Remove it")
    return root


def _asserted(root: Any) -> Standing:
    if root.get("targetNamespace") == STRUCTURES:
        return Standing.STRUCTURES
    for target in (root.get(f"{{{CT}}}conformanceTargets") or "").split():
        for standing in (Standing.REFERENCE, Standing.EXTENSION, Standing.SUBSET):
            if target == NDR_TARGET + standing:
                return standing
    return Standing.EXTERNAL

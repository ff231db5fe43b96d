"""What the schema folder says about types, read once: which type an element has, and what a type is derived from."""

from pathlib import Path
from typing import Any, Final

from lxml import etree

from gateway.errors import MissingFile
from gateway.niem.subset import CATALOG_FILE

__all__ = ["SchemaIndex"]

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_URI: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"


class SchemaIndex:
    """Element types and type derivation of a schema folder; names are in Clark notation, `{namespace}local`."""

    def __init__(self, folder: Path) -> None:
        catalog = folder / CATALOG_FILE
        if not catalog.is_file():
            raise MissingFile("there is no xml-catalog.xml", where=str(folder), remedy="Run `gateway iepd subset`")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        self._types: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        heads: dict[str, str] = {}
        for entry in etree.parse(str(catalog), parser).getroot().iter(_URI):
            root = etree.parse(str(folder / entry.get("uri")), parser).getroot()
            self._read(root, heads)
        self.augmentations = frozenset(element for element, head in heads.items() if head.endswith("AugmentationPoint"))
        """Elements that stand at an augmentation point."""

    def _read(self, root: Any, heads: dict[str, str]) -> None:
        target = root.get("targetNamespace")
        for node in root.iterchildren(f"{_XS}element"):
            name = f"{{{target}}}{node.get('name')}"
            if node.get("type"):
                self._types[name] = self.expanded(node, node.get("type"))
            if node.get("substitutionGroup"):
                heads[name] = self.expanded(node, node.get("substitutionGroup"))
        for node in root.iterchildren(f"{_XS}complexType"):
            derivation = next(node.iter(f"{_XS}extension", f"{_XS}restriction"), None)
            if derivation is not None:
                name = f"{{{target}}}{node.get('name')}"
                self._bases[name] = self.expanded(derivation, derivation.get("base"))

    @staticmethod
    def expanded(node: Any, value: str) -> str:
        """A prefixed name, as it stands at a node, in Clark notation; '' when its prefix is not declared there."""
        prefix, _, local = value.strip().rpartition(":")
        namespace = node.nsmap.get(prefix or None)
        return f"{{{namespace}}}{local}" if namespace else ""

    def type_of(self, element: Any, type_attribute: str) -> str:
        """The type of an element of a message: its `xsi:type` (attribute name given), else its declared type."""
        stated = element.get(type_attribute)
        return self.expanded(element, stated) if stated else self._types.get(element.tag, "")

    def is_derived(self, name: str, base: str) -> bool:
        """Whether a type is `base` or derived from it in any number of steps."""
        while name and name != base:
            name = self._bases.get(name, "")
        return bool(name)

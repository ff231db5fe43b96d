"""A package as its catalog describes it: what it claims to be, its files by role, its classes of messages."""

from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from gateway import limits
from gateway.errors import UnreadableDelivery
from gateway.niem.iepd.archive import Package
from gateway.niem.iepd.catalog import CATALOG_FILE, CATALOG_NAMESPACE, STRUCTURES5
from gateway.niem.schema_index import SchemaIndex

__all__ = ["Contents", "Listed", "MessageClass", "parsed", "read_contents"]

_C: Final = f"{{{CATALOG_NAMESPACE}}}"
_TARGET: Final = f"{_C}IEPConformanceTarget"
_SCHEMA_VALID: Final = f"{_C}XMLSchemaValid"


@dataclass(frozen=True)
class Listed:
    """One entry of the catalog: the local name of its element, the path as it stands there, the line (1-based)."""

    element: str
    path: str
    line: int


@dataclass(frozen=True)
class MessageClass:
    """One class of messages of the catalog.

    `roots` are Clark names, '' for a name whose prefix is not declared. `unchecked` are the local names of constraints
    that we cannot check, such as `SchematronValid`.
    """

    id: str
    line: int
    roots: tuple[str, ...]
    schema_valid: bool
    samples: tuple[Listed, ...]
    unchecked: tuple[str, ...]


@dataclass(frozen=True)
class Contents:
    """What a package is by its own catalog."""

    package: Package
    root: Any
    listed: tuple[Listed, ...]
    classes: tuple[MessageClass, ...]
    of: dict[str, tuple[str, ...]] = field(repr=False)
    """The paths of the files of each role, by the element's local name."""

    def claimed(self, attribute: str) -> str:
        """What the catalog says of the package: `iepdURI`, `iepdName` and so on; '' when it does not."""
        return self.root.get(f"{_C}{attribute}") or ""

    def text(self, path: str) -> str:
        """The text of the first element at a path of local names, all of the catalog's namespace; '' when empty."""
        found = self.root.find("/".join(f"{_C}{step}" for step in path.split("/")))
        return " ".join("".join(found.itertext()).split()) if found is not None else ""


def parsed(path: str, data: bytes) -> Any:
    """The root of an XML document of a package. Raises UnreadableDelivery for one that does not parse safely."""
    if len(data) > limits.XML_BYTES:
        raise UnreadableDelivery(f"the document has {len(data)} bytes", where=path, remedy="Correct the package")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise UnreadableDelivery(
            f"the XML does not parse at line {line}, column {column}", where=path, remedy="Correct the document"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:  # in whatever encoding it was written
        raise UnreadableDelivery("a document type declaration", where=path, remedy="Remove it")
    return root


def read_contents(package: Package) -> Contents:
    """The package with its catalog read. Raises UnreadableDelivery when there is no catalog of IEPD 5.0 in its root."""
    if CATALOG_FILE not in package.files:
        raise UnreadableDelivery(f"there is no {CATALOG_FILE}", where=package.root, remedy="Add the catalog")
    root = parsed(CATALOG_FILE, package.files[CATALOG_FILE])
    if root.tag != f"{_C}IEPDCatalog":
        raise UnreadableDelivery(
            "the root element is not c:IEPDCatalog of IEPD 5.0", where=CATALOG_FILE, remedy="Correct the catalog"
        )
    listed = tuple(
        Listed(node.tag.removeprefix(_C), node.get(f"{_C}pathURI"), node.sourceline or 0)
        for node in root.iter(f"{_C}*")
        if node.get(f"{_C}pathURI") is not None
    )
    of: dict[str, tuple[str, ...]] = {}
    for entry in listed:
        of[entry.element] = (*of.get(entry.element, ()), entry.path)
    return Contents(package, root, listed, tuple(_message_class(node) for node in root.iter(_TARGET)), of)


def _message_class(node: Any) -> MessageClass:
    named = [
        SchemaIndex.expanded(part, name)
        for part in node.iter(f"{_C}HasDocumentElement")
        for name in (part.get(f"{_C}qualifiedNameList") or "").split()
    ]
    samples = tuple(
        Listed("IEPSampleXMLDocument", part.get(f"{_C}pathURI") or "", part.sourceline or 0)
        for part in node.iter(f"{_C}IEPSampleXMLDocument")
    )
    checked = {_SCHEMA_VALID, f"{_C}HasDocumentElement", f"{_C}IEPSampleXMLDocument"}
    others = {part.tag for part in node.iterchildren(f"{_C}*")} - checked
    return MessageClass(
        id=node.get(f"{{{STRUCTURES5}}}id") or "",
        line=node.sourceline or 0,
        roots=tuple(named),
        schema_valid=node.find(_SCHEMA_VALID) is not None,
        samples=samples,
        unchecked=tuple(sorted(tag.removeprefix(_C) for tag in others)),
    )

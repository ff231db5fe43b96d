"""The checks of a package's catalog: what it says, and whether its files are those that it lists (IEPD 5.0)."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from posixpath import normpath
from typing import Final
from urllib.parse import unquote, urlsplit

from gateway.errors import UnreadableDelivery
from gateway.niem.iepd.catalog import CATALOG_FILE, CONFORMANCE_TARGETS
from gateway.niem.iepd.contents import Contents, parsed
from gateway.niem.iepd.report import Fault
from gateway.niem.rules import Severity

__all__ = ["check_classes", "check_files", "check_identity", "check_required", "check_xml_catalogs", "schema_roles"]

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_VERSION: Final = re.compile(r"[0-9]+(\.[0-9]+)*((alpha|beta|rc|rev)[0-9]+)?")
_NCNAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_XML_CATALOG: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"

_REQUIRED: Final = {
    # the element, what it is, the rule that wants it
    "ReadMe": ("a read me", "IEPD 5-36"),
    "IEPDChangeLog": ("a change log", "IEPD 5-34"),
    "ConformanceAssertion": ("a conformance assertion", "IEPD 4.6"),
    "ExtensionSchemaDocument": ("an extension schema document", ""),
    "XMLCatalog": ("an XML catalog", ""),
}
_SCHEMA_ROLES: Final = (
    "ExtensionSchemaDocument",
    "SubsetSchemaDocument",
    "ReferenceSchemaDocument",
    "ExternalSchemaDocument",
    "XMLSchemaDocument",
)


def schema_roles(contents: Contents) -> dict[str, str]:
    """The path of each schema document that the catalog lists, with its role."""
    return {path: role for role in reversed(_SCHEMA_ROLES) for path in contents.of.get(role, ())}


def _said(problem: str, rule: str = "", line: int = 0) -> Fault:
    return Fault(problem=problem, file=CATALOG_FILE, line=line, rule=rule)


def check_identity(contents: Contents) -> Iterator[Fault]:
    """The package says who it is, whose, since when, and that it is an IEPD."""
    uri = urlsplit(contents.claimed("iepdURI"))
    if not uri.scheme or uri.fragment:
        yield _said("c:iepdURI is no absolute URI", "IEPD 5.2.4.1")
    if not _NAME.fullmatch(contents.claimed("iepdName")):
        yield _said("c:iepdName is missing or not a name", "IEPD 5.2.1")
    if not _VERSION.fullmatch(contents.claimed("iepdVersionID")):
        yield _said("c:iepdVersionID is missing or not a version", "IEPD 5.2.3")
    targets = contents.claimed("iepdConformanceTargetIdentifierURIList").split()
    if not set(targets) & set(CONFORMANCE_TARGETS):
        yield _said("the catalog does not assert that the package is an IEPD", "IEPD 5.2.2")
    if not contents.text("IEPDInformation/AuthoritativeSource"):
        yield _said("there is no authoritative source")
    try:
        date.fromisoformat(contents.text("IEPDInformation/CreationDate"))
    except ValueError:
        yield _said("the creation date is missing or not a date")
    if not contents.text("IEPDInformation/StatusText"):
        yield Fault(problem="there is no status", file=CATALOG_FILE, severity=Severity.WARNING)


def check_required(contents: Contents) -> Iterator[Fault]:
    """Every artifact that a package must have is listed."""
    for element, (says, rule) in _REQUIRED.items():
        if element not in contents.of:
            yield _said(f"the catalog lists no {says.partition(' ')[2]} (c:{element})", rule)
    if not {"SubsetSchemaDocument", "ReferenceSchemaDocument"} & set(contents.of):
        yield _said("the catalog lists no subset or reference schema document")


def check_files(contents: Contents) -> Iterator[Fault]:
    """Every file that is listed is there, and every file that is there is listed."""
    files = contents.package.files
    for entry in contents.listed:
        parts = urlsplit(entry.path)
        path = unquote(parts.path)
        leads_out = parts.scheme or parts.netloc or path.startswith("/") or normpath(path).startswith("..")
        if leads_out or not path:
            yield _said(f"c:{entry.element} does not lead to a file of the package", "IEPD 5.2.4.3", entry.line)
        elif path != normpath(path) or path not in files:
            yield _said(f"c:{entry.element} lists {path!r}, which is not there", "IEPD 5.2.4.3", entry.line)
        elif not files[path].strip():
            yield Fault(problem="the file is empty", file=path)
    roles = Counter((entry.element, entry.path) for entry in contents.listed if entry.element != "XMLCatalog")
    for (element, path), number in roles.items():
        if number > 1 and element != "IEPSampleXMLDocument":
            yield _said(f"c:{element} lists {path!r} {number} times")
    listed = {unquote(urlsplit(entry.path).path) for entry in contents.listed}
    for path in sorted(set(files) - listed - {CATALOG_FILE}):
        yield Fault(problem="the catalog does not list this file", file=path)


def check_classes(contents: Contents) -> Iterator[Fault]:
    """Every class of messages has an identifier, root elements, a schema and a sample."""
    if not contents.classes:
        yield _said("the catalog has no class of messages (c:IEPConformanceTarget)", "IEPD 5-39")
    names = Counter(row.id for row in contents.classes)
    for row in contents.classes:
        if not _NCNAME.fullmatch(row.id):
            yield _said("a class of messages has no structures:id", "IEPD 5-38", row.line)
        elif names[row.id] > 1:
            yield _said(f"the structures:id {row.id} stands twice", "IEPD 5-38", row.line)
        if not row.roots or "" in row.roots:
            yield _said(f"{row.id}: no root element, or one whose prefix is not declared", "NDR 11-1", row.line)
        if not row.schema_valid:
            yield _said(f"{row.id}: nothing says by which schema its messages are valid", "", row.line)
        if not row.samples:
            yield _said(f"{row.id}: there is no sample", "IEPD 5-43", row.line)
        for constraint in row.unchecked:
            yield Fault(
                problem=f"{row.id}: c:{constraint} is not checked here",
                file=CATALOG_FILE,
                line=row.line,
                severity=Severity.WARNING,
            )


def check_xml_catalogs(contents: Contents) -> Iterator[Fault]:
    """Each XML catalog leads from a namespace to its schema document, and all schema documents are in one."""
    reached: set[str] = set()
    for path in sorted(set(contents.of.get("XMLCatalog", ()))):
        data = contents.package.files.get(path)
        if data is None:
            continue  # told by the check of the files
        try:
            root = parsed(path, data)
        except UnreadableDelivery as error:
            yield Fault(problem=error.problem, file=path)
            continue
        for entry in root.iter(f"{_XML_CATALOG}uri"):
            fault, target = _entry(contents, path, entry.get("name") or "", entry.get("uri") or "")
            reached.add(target)
            if fault:
                yield Fault(problem=fault, file=path, line=entry.sourceline or 0, rule="IEPD 5-32, 5-33")
    for path, role in schema_roles(contents).items():
        if path not in reached and path in contents.package.files and role != "ExternalSchemaDocument":
            yield Fault(problem="no XML catalog leads to this schema document", file=path)


def _entry(contents: Contents, path: str, name: str, uri: str) -> tuple[str, str]:
    """What is wrong with an entry of an XML catalog, '' when nothing is; and the file that it leads to."""
    target = normpath("/".join((*path.split("/")[:-1], unquote(uri))))
    if urlsplit(uri).scheme or uri.startswith("/") or target.startswith("..") or target not in contents.package.files:
        return f"the entry for {name} leads to no file of the package", ""
    try:
        namespace = parsed(target, contents.package.files[target]).get("targetNamespace")
    except UnreadableDelivery:
        return "", target  # told by the check of the schemas
    return ("" if namespace == name else f"the entry for {name} leads to another namespace"), target

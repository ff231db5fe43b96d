"""The checks of a package's schemas and samples: compiled and judged from the package alone."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from gateway import limits
from gateway.errors import BadDocument, MissingFile, UnreadableDelivery
from gateway.niem.faults import MessageFault
from gateway.niem.iepd.contents import Contents, MessageClass, parsed
from gateway.niem.iepd.listing import schema_roles
from gateway.niem.iepd.report import Fault
from gateway.niem.message_rules import NdrRules
from gateway.niem.ndr.checker import findings
from gateway.niem.ndr.documents import XS, SchemaSet, Standing
from gateway.niem.schema_faults import schema_fault
from gateway.niem.schema_index import SchemaIndex

__all__ = ["Schemas"]

_STANDINGS: Final = {
    "ExtensionSchemaDocument": Standing.EXTENSION,
    "SubsetSchemaDocument": Standing.SUBSET,
    "ReferenceSchemaDocument": Standing.REFERENCE,
    "ExternalSchemaDocument": Standing.EXTERNAL,
}
_LEADING: Final = tuple(f"{{{XS}}}{name}" for name in ("import", "include", "redefine"))


class Schemas:
    """The schema documents of a package that was unpacked into a folder."""

    def __init__(self, contents: Contents, folder: Path) -> None:
        self._contents = contents
        self._folder = folder
        self._roles = schema_roles(contents)

    @cached_property
    def documents(self) -> SchemaSet:
        """All schema documents. Raises BadDocument for one that does not parse."""
        files = self._contents.package.files
        texts = {path: data for path, data in files.items() if path.endswith(".xsd") or path in self._roles}
        standings = {path: _STANDINGS[role] for path, role in self._roles.items() if role in _STANDINGS}
        structures = {
            file.path: Standing.STRUCTURES
            for file in SchemaSet.of_texts(texts).files
            if file.standing is Standing.STRUCTURES
        }
        roots = tuple(root for row in self._contents.classes for root in row.roots)
        return SchemaSet.of_texts(texts, standings | structures, roots)

    def check_locality(self) -> Iterator[Fault]:
        """No schema document leads out of the package, or to a file that is not there."""
        try:
            files = self.documents.files
        except BadDocument as error:
            yield Fault(problem=error.problem, file=error.where)
            return
        for file in files:
            for node in file.root.iter(*_LEADING):
                location = node.get("schemaLocation")
                if location is not None and self.documents.file_at(file.path, location) is None:
                    yield Fault(
                        problem="the location is no schema document of the package",
                        file=file.path,
                        line=node.sourceline or 0,
                        rule="NDR 9-24",
                    )

    @cached_property
    def compiled(self) -> Any:
        """The schema of all extension documents together. Raises etree.XMLSchemaParseError.

        Whoever compiles it has checked that no document leads out of the folder.
        """
        entry = "".join(
            f"<xs:import namespace={quoteattr(file.namespace)} schemaLocation={quoteattr(self._address(file.path))}/>"
            for file in self.documents.files
            if self._roles.get(file.path) == "ExtensionSchemaDocument"
        )
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.XMLSchema(etree.fromstring(f'<xs:schema xmlns:xs="{XS}">{entry}</xs:schema>', parser))

    def _address(self, path: str) -> str:
        return (self._folder / path).as_uri()

    def check_compilation(self) -> Iterator[Fault]:
        """The schemas compile, and every root element of a message is declared and not abstract."""
        try:
            _ = self.compiled
        except etree.XMLSchemaParseError as error:
            for entry in islice(error.error_log, limits.PROBLEMS_PER_ITEM):
                name = entry.filename.rpartition(self._folder.name)[2].strip("/") if entry.filename else ""
                yield Fault(problem=f"libxml2 says {entry.type_name}", file=name, line=entry.line)
            return
        for row in self._contents.classes:
            for root in filter(None, row.roots):
                node = self.documents.find("element", root)
                if node is None or node.get("abstract") == "true":
                    problem = f"{row.id}: the root element {root} is not declared, or is abstract"
                    yield Fault(problem=problem, rule="NDR 11-1")

    def check_rules(self) -> Iterator[Fault]:
        """The schema documents keep to the naming and design rules."""
        for found in findings(self.documents):
            where = f"{found.component}: " if found.component else ""
            yield Fault(
                problem=f"{where}found {found.found}; expected: {found.expected}",
                file=found.document,
                line=found.line,
                rule=f"NDR {found.rule}",
                severity=found.severity,
            )

    def check_samples(self) -> Iterator[Fault]:
        """Every sample is a message of its class: its root, its schema, the rules for XML messages."""
        rules = self._message_rules()
        for row in self._contents.classes:
            for sample in row.samples:
                data = self._contents.package.files.get(sample.path)
                if data is None:
                    continue  # told by the check of the files
                yield from islice(self._sample(row, sample.path, data, rules), limits.PROBLEMS_PER_ITEM)

    def _message_rules(self) -> NdrRules | None:
        """The rules for messages; None, and the schema alone judges, without a sound XML catalog in the root folder."""
        try:
            index = SchemaIndex(self._folder)
        except (BadDocument, MissingFile, OSError, etree.XMLSyntaxError):
            return None
        return NdrRules(index) if index.augmentations else None

    def _sample(self, row: MessageClass, path: str, data: bytes, rules: NdrRules | None) -> Iterator[Fault]:
        try:
            root = parsed(path, data)
        except UnreadableDelivery as error:
            yield Fault(problem=error.problem, file=path)
            return
        if root.tag not in row.roots:
            yield Fault(problem=f"the root element is none of the class {row.id}", file=path, rule="IEPD 5-41")
        if not self.compiled.validate(root):
            for entry in self.compiled.error_log:
                yield _told(schema_fault(entry, root), path)
        if rules is not None:
            yield from (_told(f, path) for f in rules.faults_of(root))


def _told(fault: MessageFault, path: str) -> Fault:
    where = f"{fault.path}: " if fault.path else ""
    expected = f"; expected {fault.expected}" if fault.expected else ""
    rule = f"NDR {fault.code.removeprefix('ndr.')}" if fault.code.startswith("ndr.") else fault.code
    return Fault(problem=f"{where}{fault.problem}{expected}", file=path, line=fault.line, rule=rule)

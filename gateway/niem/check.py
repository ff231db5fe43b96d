"""Checking a message: safe parsing, the subset schema, the NDR's rules for messages, the rules of the exchange.

Parsing, schema and rules are built once and shared by all threads. libxml2 gives right verdicts to any number of
threads, but they share its error log; so the shared schema says yes or no, and errors are read from a second schema
under a lock, off the usual road.
"""

import threading
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

import xmlschema
from lxml import etree

from gateway import limits, names
from gateway.errors import InvalidDocument, MissingFile
from gateway.model.kinds import KINDS
from gateway.model.stages import ValidatedNiem, View
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.faults import MessageFault, fault_at, path_of, schema_fault
from gateway.niem.message_rules import NdrRules
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.rules import RULES, RuleRow, Severity
from gateway.niem.schema_index import SchemaIndex

__all__ = ["InvalidMessage", "MessageChecker"]

_ROOTS: Final = {
    f"{{{names.EXTENSION_NAMESPACE}}}{row.niem_root}": row.niem_root for row in KINDS.values() if row.niem_root
}
_IDENTIFIER: Final = "/".join(
    f"{{{NAMESPACES['nc']}}}{step}" for step in ("DocumentIdentification", "IdentificationID")
)


class InvalidMessage(InvalidDocument):
    """A NIEM message with faults; `faults` lists them all, `second_opinion` where xmlschema finds faults."""

    def __init__(self, faults: tuple[MessageFault, ...], *, where: str, second_opinion: tuple[str, ...] = ()) -> None:
        self.faults = faults
        self.second_opinion = second_opinion
        told = " · ".join(fault.sentence() for fault in faults)
        super().__init__(
            f"{len(faults)} fault(s): {told}",
            where=where,
            remedy="Correct the record or its mapping; if the record is right, report a defect of the gateway",
        )


class MessageChecker:
    """Checks NIEM messages against the schema folder (`xsd/`). Build one and share it."""

    def __init__(self, folder: Path) -> None:
        entry = folder / EXTENSION_FILE
        if not entry.is_file():
            raise MissingFile("there is no such schema", where=str(entry), remedy="Run `gateway iepd subset`")
        self._entry = entry
        self._schema = self._compiled()
        self._ndr = NdrRules(SchemaIndex(folder))
        self._rules = tuple((rule, etree.XPath(rule.xpath, namespaces=NAMESPACES)) for rule in RULES)
        self._lock = threading.Lock()
        self._parsers = threading.local()

    def check(self, view: View, document: bytes) -> ValidatedNiem:
        """The document as a validated message of that view.

        Raises InvalidMessage with all faults when there is an error among them, or when the document is not the
        message of this view. Warnings do not stop a message; `faults` tells them.
        """
        root, found = self._examined(document)
        errors = [fault for fault in found if fault.severity == Severity.ERROR]
        if root is not None:
            errors.extend(self._not_of_view(view, root))
        if errors:
            wants_opinion = any(fault.code.startswith("xsd.") for fault in errors)
            opinion = self.second_opinion(document) if wants_opinion else ()
            raise InvalidMessage(tuple(errors), where="NIEM message", second_opinion=opinion)
        return ValidatedNiem(view=view, document=document)

    def faults(self, document: bytes) -> tuple[MessageFault, ...]:
        """Every fault of a document, warnings included; empty for a good one. At most `limits.PROBLEMS_PER_ITEM`."""
        return self._examined(document)[1]

    def second_opinion(self, document: bytes) -> tuple[str, ...]:
        """Where xmlschema, an independent validator, finds faults: element paths. Slow; for error reports and tests."""
        root, _ = self._parsed(document)
        if root is None:
            return ("the document does not parse",)
        with self._lock:
            found = list(self._second.iter_errors(root))
        places = (path_of(error.elem) if error.elem is not None else str(error.path) for error in found)
        return tuple(dict.fromkeys(places))

    # The parts -----------------------------------------------------------------------------------------------------

    def _compiled(self) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.XMLSchema(etree.parse(str(self._entry), parser))

    @cached_property
    def _reporter(self) -> Any:
        return self._compiled()

    @cached_property
    def _second(self) -> Any:
        return xmlschema.XMLSchema(str(self._entry), allow="local", defuse="always")

    def _examined(self, document: bytes) -> tuple[Any, tuple[MessageFault, ...]]:
        root, faults = self._parsed(document)
        if root is None:
            return None, faults
        # A hostile document can have millions of faults: they are made one by one, up to the limit.
        return root, tuple(islice(self._found(root), limits.PROBLEMS_PER_ITEM))

    def _found(self, root: Any) -> Iterator[MessageFault]:
        if not self._schema.validate(root):
            yield from self._schema_faults(root)
        yield from self._ndr.faults(root)
        if root.tag not in _ROOTS:
            yield fault_at(root, "ndr.12-1", "the root is none of the exchange's messages")
            return
        for rule, xpath in self._rules:
            yield from _broken(rule, xpath, root)

    def _parsed(self, document: bytes) -> tuple[Any, tuple[MessageFault, ...]]:
        """The root of a safely parsed document, or None and the reason.

        The encoding is UTF-8 whatever the declaration says, so that nothing hides a document type declaration from the
        search for it: without one there are no entities to expand and nothing to fetch.
        """
        if len(document) > limits.XML_BYTES:
            problem = f"the document has {len(document)} bytes"
            return None, (MessageFault(code="xml.too-large", problem=problem, expected=f"{limits.XML_BYTES} at most"),)
        if b"<!DOCTYPE" in document:
            return None, (MessageFault(code="xml.doctype", problem="a document type declaration", expected="none"),)
        parser = getattr(self._parsers, "parser", None)
        if parser is None:
            parser = self._parsers.parser = etree.XMLParser(
                encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
        try:
            return etree.fromstring(document, parser), ()
        except etree.XMLSyntaxError as error:
            line, column = error.position
            problem = f"the XML does not parse (libxml2 error {error.code}) at column {column}"
            return None, (MessageFault(code="xml.malformed", problem=problem, line=line),)

    def _schema_faults(self, root: Any) -> list[MessageFault]:
        with self._lock:
            self._reporter.validate(root)
            log = islice(self._reporter.error_log, limits.PROBLEMS_PER_ITEM)
            return [schema_fault(error, root) for error in log]

    def _not_of_view(self, view: View, root: Any) -> list[MessageFault]:
        found = []
        if _ROOTS.get(root.tag) != KINDS[view.record.kind].niem_root:
            found.append(fault_at(root, "rule.view", "the message is of another kind than its view"))
        if root.findtext(_IDENTIFIER) != f"urn:uuid:{view.document_id}":
            found.append(fault_at(root, "rule.view", "the message has another identifier than its view"))
        return found


def _broken(rule: RuleRow, xpath: Any, root: Any) -> Iterator[MessageFault]:
    """The faults that one rule finds: at the root for a truth value, else at each element found."""
    if rule.roots and _ROOTS[root.tag] not in rule.roots:
        return
    result = xpath(root)
    places = result if isinstance(result, list) else [] if result else [root]
    for place in places:
        yield MessageFault(
            code=f"rule.{rule.id}",
            problem=rule.says,
            path=path_of(place),
            line=place.sourceline or 0,
            severity=rule.severity,
        )

"""Checking a message: safe parsing, the subset schema, the NDR's rules for messages, the rules of the exchange.

Parsing, schema and rules are built once and shared by all threads. libxml2 gives right verdicts to any number of
threads, but they share its error log; so the shared schema says yes or no, and errors are read from a second schema
under a lock, off the usual road. The tree of a good message is walked twice in C, and Python sees only the elements
that a rule is about.
"""

import threading
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

from gateway import limits, names
from gateway.errors import MissingFile
from gateway.model.kinds import KINDS
from gateway.model.stages import ValidatedNiem, View
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.faults import InvalidMessage, MessageFault, fault_at
from gateway.niem.message_rules import NdrRules, attributed
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.rules import ExchangeRules, Severity
from gateway.niem.safe_xml import SafeParser
from gateway.niem.schema_faults import schema_fault
from gateway.niem.schema_index import SchemaIndex
from gateway.niem.second_opinion import Opinion, SecondOpinion, weighed

__all__ = ["InvalidMessage", "MessageChecker"]

_ROOTS: Final = {
    f"{{{names.EXTENSION_NAMESPACE}}}{row.niem_root}": row.niem_root for row in KINDS.values() if row.niem_root
}
_IDENTIFIER: Final = "/".join(
    f"{{{NAMESPACES['nc']}}}{step}" for step in ("DocumentIdentification", "IdentificationID")
)
_SIZE: Final = etree.XPath("count(descendant-or-self::*) + count(descendant-or-self::*/@*)", regexp=False)
_AUGMENTATION: Final = b"Augmentation"
_FEW: Final = 20


class MessageChecker:
    """Checks NIEM messages against the schema folder (`xsd/`). Build one and share it."""

    def __init__(self, folder: Path) -> None:
        entry = folder / EXTENSION_FILE
        if not entry.is_file():
            raise MissingFile("there is no such schema", where=str(entry), remedy="Run `gateway iepd subset`")
        self._entry = entry
        self._schema = self._compiled()
        self.index: Final = SchemaIndex(folder)
        """What the schema folder says about types; whoever converts messages needs it too."""
        self._ndr = NdrRules(self.index)
        self._rules = ExchangeRules(_ROOTS)
        self._watched = tuple(dict.fromkeys((*self._ndr.augmentations, *self._rules.elements)))
        self._augmentations = frozenset(self._ndr.augmentations)
        self._ruled = frozenset(self._rules.elements)
        self._lock = threading.Lock()
        self._second = SecondOpinion(entry)
        self._parser = SafeParser()

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
            raise InvalidMessage(self._weighed(root, tuple(errors)), where="NIEM message")
        return ValidatedNiem(view=view, document=document, root=root)

    def faults(self, document: bytes) -> tuple[MessageFault, ...]:
        """Every fault of a document, warnings included; empty for a good one. At most `limits.PROBLEMS_PER_ITEM`."""
        return self._examined(document)[1]

    def report(self, document: bytes) -> tuple[MessageFault, ...]:
        """As `faults`, and of each schema fault whether xmlschema, an independent validator, finds it too. Slow."""
        root, found = self._examined(document)
        return self._weighed(root, found)

    def second_opinion(self, document: bytes) -> tuple[Opinion, ...]:
        """What xmlschema finds by itself, whatever libxml2 says. Slow; for tests. Raises nothing for a bad document."""
        root, faults = self._parser.parsed(document)
        return self._second.of(root) if root is not None else tuple(Opinion("", fault.code) for fault in faults)

    def examine(self, root: Any, document: bytes) -> Iterator[MessageFault]:
        """The faults of a message, one by one, in the order of the checks. `root` was parsed from `document`."""
        if not self._schema.validate(root):
            yield from self._schema_faults(root)
        # One walk serves both tables of rules: nearly all elements of a message are of no interest to either.
        repeats = _may_repeat_augmentations(document)
        watched = list(root.iter(*(self._watched if repeats else self._rules.elements)))
        augmentations = [element for element in watched if element.tag in self._augmentations] if repeats else ()
        yield from self._ndr.faults(root, attributed(root), augmentations)
        if root.tag not in _ROOTS:
            yield fault_at(root, "ndr.12-1", "the root is none of the exchange's messages")
            return
        yield from self._rules.faults(root, [element for element in watched if element.tag in self._ruled])

    # The parts -----------------------------------------------------------------------------------------------------

    def _compiled(self) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.XMLSchema(etree.parse(str(self._entry), parser))

    @cached_property
    def _reporter(self) -> Any:
        return self._compiled()

    def _examined(self, document: bytes) -> tuple[Any, tuple[MessageFault, ...]]:
        root, faults = self._parser.parsed(document)
        if root is None:
            return None, faults
        # A hostile document can have very many faults: they are made one by one, up to the limit.
        return root, tuple(islice(self.examine(root, document), limits.PROBLEMS_PER_ITEM))

    def _weighed(self, root: Any, faults: tuple[MessageFault, ...]) -> tuple[MessageFault, ...]:
        wants_opinion = any(fault.code.startswith("xsd.") for fault in faults)
        if root is None or not wants_opinion or _SIZE(root) > limits.OPINION_NODES:
            return faults
        return weighed(faults, self._second.of(root))

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


def _may_repeat_augmentations(document: bytes) -> bool:
    """Whether two start tags of a document may be of the same augmentation element, whose names end in a known word.

    Most small messages have some augmentations and none twice: then nobody need look for them in the tree.
    """
    pieces = document.split(_AUGMENTATION, _FEW + 1)
    if len(pieces) > _FEW:
        return True
    opened: set[bytes] = set()
    for piece in pieces[:-1]:
        tag = piece[piece.rfind(b"<") + 1 :]
        if not tag.startswith(b"/"):
            name = tag.rpartition(b":")[2]
            if name in opened:
                return True
            opened.add(name)
    return False

"""Faults of a message as values: where, what, found and expected, in the prefixes that people read.

What a value says never gets into a fault: `found` is masked.
"""

import re
from typing import Any, Final

from msgspec import Struct

from gateway.errors import InvalidDocument
from gateway.model.problems import masked
from gateway.niem.namespaces import NAMESPACES

__all__ = ["InvalidMessage", "MessageFault", "fault_at", "path_of", "prefixed"]


class MessageFault(Struct, frozen=True, kw_only=True):
    """One fault of a message.

    `code` is `xml.…` (does not parse), `xsd.…` (schema), `ndr.…` (naming and design rules), `rule.…` (rules of the
    exchange) or `json.…` (the JSON form). `path` leads to the element in the usual prefixes; `line` is 1-based, 0 when
    unknown. `opinion` is what xmlschema, an independent validator, says of the same place, '' where it was not asked.
    """

    code: str
    problem: str
    path: str = ""
    line: int = 0
    found: str = ""
    expected: str = ""
    severity: str = "error"
    opinion: str = ""

    def sentence(self) -> str:
        """`fx:IncidentReport/nc:Person, line 2: … ; expected … [xsd.element-content] (xmlschema agrees: …)`"""
        place = ", ".join(part for part in (self.path, f"line {self.line}" if self.line else "") if part)
        found = f"; found {self.found}" if self.found else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        opinion = f" ({self.opinion})" if self.opinion else ""
        return f"{place}: {self.problem}{found}{expected} [{self.code}]{opinion}".removeprefix(": ")


class InvalidMessage(InvalidDocument):
    """A NIEM message with faults; `faults` lists them all, schema faults with what xmlschema says of them."""

    def __init__(self, faults: tuple[MessageFault, ...], *, where: str) -> None:
        self.faults = faults
        told = " · ".join(fault.sentence() for fault in faults)
        super().__init__(
            f"{len(faults)} fault(s): {told}",
            where=where,
            remedy="Correct the record or its mapping; if the record is right, report a defect of the gateway",
        )


_MODEL: Final = "https://docs.oasis-open.org/niemopen/ns/model/"
_PREFIXES: Final = {
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/2001/XMLSchema": "xs",
    f"{_MODEL}adapters/niem-xs/6.0/": "niem-xs",
    f"{_MODEL}codes/pmise_sar/6.0/": "sar",
    **{uri: prefix for prefix, uri in NAMESPACES.items()},
}
_CLARK: Final = re.compile(r"\{([^{}]*)\}([^\s,()'{}]+)")
_POSITION: Final = re.compile(r"\[\d+\]$")


def prefixed(clark: str) -> str:
    """Each `{namespace}local` in a text as `prefix:local`; the local name alone where the namespace is none of ours."""
    return _CLARK.sub(lambda m: f"{_PREFIXES[m[1]]}:{m[2]}" if m[1] in _PREFIXES else m[2], clark)


def path_of(element: Any) -> str:
    """The way to an element by prefixed names, with a position where siblings share the name.

    libxml2 counts the siblings: a million of them are passed in a few milliseconds. It counts those without a prefix
    among all elements, and so does the position that stands here.
    """
    positions = [_POSITION.search(step) for step in element.getroottree().getpath(element).split("/")[1:]]
    names = [element.tag, *(ancestor.tag for ancestor in element.iterancestors())]
    steps = zip(reversed(names), positions, strict=False)
    return "/".join(prefixed(str(name)) + (found[0] if found else "") for name, found in steps)


def fault_at(element: Any, code: str, problem: str, *, found: str = "", expected: str = "") -> MessageFault:
    """A fault at an element of a parsed message; `found` is masked here."""
    return MessageFault(
        code=code,
        problem=problem,
        path=path_of(element),
        line=element.sourceline or 0,
        found=masked(found) if found else "",
        expected=expected,
    )

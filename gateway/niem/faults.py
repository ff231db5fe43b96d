"""Faults of a message as values: where, what, found and expected, in the prefixes that people read.

What a value says never gets into a fault: `found` is masked, and of libxml2's sentences, which repeat values, only what
they list as expected is taken over.
"""

import re
from typing import Any, Final, NamedTuple

from lxml import etree
from msgspec import Struct

from gateway.model.problems import masked
from gateway.niem.namespaces import NAMESPACES

__all__ = ["MessageFault", "fault_at", "path_of", "schema_fault"]


class MessageFault(Struct, frozen=True, kw_only=True):
    """One fault of a message.

    `code` is `xml.…` (does not parse), `xsd.…` (schema), `ndr.…` (naming and design rules) or `rule.…` (rules of the
    exchange). `path` leads to the element in the usual prefixes; `line` is 1-based, 0 when unknown.
    """

    code: str
    problem: str
    path: str = ""
    line: int = 0
    found: str = ""
    expected: str = ""
    severity: str = "error"

    def sentence(self) -> str:
        """`fx:IncidentReport/nc:Person, line 2: … Expected: … [xsd.element-content]`"""
        place = ", ".join(part for part in (self.path, f"line {self.line}" if self.line else "") if part)
        found = f"; found {self.found}" if self.found else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{place}: {self.problem}{found}{expected} [{self.code}]".removeprefix(": ")


_PREFIXES: Final = {uri: prefix for prefix, uri in NAMESPACES.items()}
_CLARK: Final = re.compile(r"\{([^{}]*)\}([^\s,()'{}]+)")


def _prefixed(clark: str) -> str:
    """Each `{namespace}local` in a text as `prefix:local`."""
    return _CLARK.sub(lambda m: f"{_PREFIXES[m[1]]}:{m[2]}" if m[1] in _PREFIXES else m[2], clark)


def path_of(element: Any) -> str:
    """The way to an element by prefixed names, with a position where siblings share the name."""
    steps = []
    while element is not None:
        parent = element.getparent()
        same = [] if parent is None else parent.findall(element.tag)
        position = f"[{same.index(element) + 1}]" if len(same) > 1 else ""
        steps.append(f"{_prefixed(str(element.tag))}{position}")
        element = parent
    return "/".join(reversed(steps))


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


class _SchemaRow(NamedTuple):
    """How one kind of libxml2 error is told: what is wrong, and where its sentence lists the expected."""

    code: str
    problem: str
    expected: re.Pattern[str] | None = None
    is_about_value: bool = False


_CHILDREN: Final = re.compile(r"Expected is (?:one of )?\( ([^()]*?) \)\.\s*$")
_SET: Final = re.compile(r"not an element of the set \{([^{}]*)\}\.\s*$")
_TYPE: Final = re.compile(r"type '([^']*)'\.\s*$")
_BOUND: Final = re.compile(r"allowed \('([^']*)'\)\.\s*$")

_SCHEMA_ROWS: Final = {
    "SCHEMAV_ELEMENT_CONTENT": _SchemaRow("element-content", "an element out of place or missing", _CHILDREN),
    "SCHEMAV_CVC_ENUMERATION_VALID": _SchemaRow("code-list", "the code is not in the list", _SET, True),
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _SchemaRow("value-form", "the value is not of its type", _TYPE, True),
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": _SchemaRow("value-range", "the value is too large", _BOUND, True),
    "SCHEMAV_CVC_MININCLUSIVE_VALID": _SchemaRow("value-range", "the value is too small", _BOUND, True),
    "SCHEMAV_CVC_PATTERN_VALID": _SchemaRow("value-form", "the value does not fit the pattern", None, True),
    "SCHEMAV_CVC_ELT_1": _SchemaRow("unknown-element", "no such element is declared"),
    "SCHEMAV_CVC_ELT_2": _SchemaRow("abstract-element", "an abstract element cannot stand in a message"),
    "SCHEMAV_CVC_ELT_3_1": _SchemaRow("nil", "this element may not be nil"),
    "SCHEMAV_CVC_ELT_3_2_1": _SchemaRow("nil", "a nil element has content"),
    "SCHEMAV_CVC_ELT_4_2": _SchemaRow("type", "the stated xsi:type is not known"),
    "SCHEMAV_CVC_ELT_4_3": _SchemaRow("type", "the stated xsi:type is not derived from the element's type"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _SchemaRow("text", "text between elements"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": _SchemaRow("text", "elements where only text may stand"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _SchemaRow("attribute", "an attribute that is not allowed here"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": _SchemaRow("attribute", "an attribute that is not allowed here"),
}
_OTHERWISE: Final = _SchemaRow("schema", "the element breaks its schema")


def schema_fault(error: Any, root: Any) -> MessageFault:
    """One entry of libxml2's error log as a fault. `root` is the root of the message that was validated."""
    row = _SCHEMA_ROWS.get(error.type_name, _OTHERWISE)
    listed = row.expected.search(error.message) if row.expected else None
    element = _element(error.path, root)
    return MessageFault(
        code=f"xsd.{row.code}",
        problem=row.problem,
        path=path_of(element) if element is not None else "",
        line=error.line,
        found=masked(element.text or "") if row.is_about_value and element is not None else "",
        expected=_prefixed(listed[1]) if listed else "",
    )


def _element(path: str | None, root: Any) -> Any:
    """The element at a path of libxml2's error log, or None when it cannot be told."""
    if not path:
        return None
    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=names)
    except etree.XPathError:
        return None
    return found[0] if found else None

"""What libxml2 says of a message that breaks its schema, as faults.

Its sentences repeat values. Of them, only what they list as expected is taken over.
"""

import re
from itertools import islice
from typing import Any, Final, NamedTuple

from lxml import etree

from gateway.model.problems import masked
from gateway.niem.faults import MessageFault, path_of, prefixed

__all__ = ["schema_fault"]


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
_LONGEST: Final = 400
"""Characters of an expectation that are told; a code list may have hundreds of codes."""

_SCHEMA_ROWS: Final = {
    "SCHEMAV_ELEMENT_CONTENT": _SchemaRow("element-content", "an element out of place or missing", _CHILDREN),
    "SCHEMAV_CVC_ENUMERATION_VALID": _SchemaRow("code-list", "the code is not in the list", _SET, True),
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _SchemaRow("value-form", "the value is not of its type", _TYPE, True),
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": _SchemaRow("value-range", "the value is too large", _BOUND, True),
    "SCHEMAV_CVC_MININCLUSIVE_VALID": _SchemaRow("value-range", "the value is too small", _BOUND, True),
    "SCHEMAV_CVC_MAXEXCLUSIVE_VALID": _SchemaRow("value-range", "the value is too large", _BOUND, True),
    "SCHEMAV_CVC_MINEXCLUSIVE_VALID": _SchemaRow("value-range", "the value is too small", _BOUND, True),
    "SCHEMAV_CVC_PATTERN_VALID": _SchemaRow("value-form", "the value does not fit the pattern", None, True),
    "SCHEMAV_CVC_ELT_1": _SchemaRow("unknown-element", "no such element is declared"),
    "SCHEMAV_CVC_ELT_2": _SchemaRow("abstract-element", "an abstract element cannot stand in a message"),
    "SCHEMAV_CVC_ELT_3_1": _SchemaRow("nil", "this element may not be nil"),
    "SCHEMAV_CVC_ELT_3_2_1": _SchemaRow("nil", "a nil element has content"),
    "SCHEMAV_CVC_ELT_4_2": _SchemaRow("type", "the stated xsi:type is not known"),
    "SCHEMAV_CVC_ELT_4_3": _SchemaRow("type", "the stated xsi:type is not derived from the element's type"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": _SchemaRow("text", "content where none may stand"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": _SchemaRow("text", "elements where only text may stand"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _SchemaRow("text", "text between elements"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _SchemaRow("attribute", "an attribute that is not allowed here"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": _SchemaRow("attribute", "an attribute that is not allowed here"),
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _SchemaRow("attribute", "a required attribute is missing"),
    "SCHEMAV_CVC_WILDCARD": _SchemaRow("attribute", "an attribute that is not allowed here"),
    "SCHEMAV_CVC_TYPE_2": _SchemaRow("type", "an abstract type cannot stand in a message"),
}
_OTHERWISE: Final = _SchemaRow("schema", "the element breaks its schema")


def schema_fault(error: Any, root: Any) -> MessageFault:
    """One entry of libxml2's error log as a fault. `root` is the root of the message that was validated."""
    row = _SCHEMA_ROWS.get(error.type_name, _OTHERWISE)
    listed = row.expected.search(error.message) if row.expected else None
    element = _element(error.path, root)
    expected = prefixed(listed[1]) if listed else ""
    return MessageFault(
        code=f"xsd.{row.code}",
        problem=row.problem,
        path=path_of(element) if element is not None else "",
        line=error.line,
        found=masked(element.text or "") if row.is_about_value and element is not None else "",
        expected=expected if len(expected) <= _LONGEST else f"{expected[:_LONGEST]} …",
    )


def _element(path: str | None, root: Any) -> Any:
    """The element at a path of libxml2's error log, or None when it cannot be told."""
    if not path:
        return None
    names = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=names)
    except etree.XPathError:  # a prefix that the root does not declare
        return _stepped(path, root)
    return found[0] if found else None


def _stepped(path: str, root: Any) -> Any:
    """The element at a path, whose steps are `prefix:name[2]` in the prefixes of the elements themselves."""
    element = root
    for step in path.split("/")[2:]:
        name, _, position = step.rstrip("]").partition("[")
        named = (c for c in element.iterchildren("*") if name in ("*", _written(c)))
        element = next(islice(named, int(position or 1) - 1, None), None)
        if element is None:
            return None
    return element


def _written(element: Any) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local

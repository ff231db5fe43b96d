"""Holding a set of schema documents against the rules of NDR 6.0 for schemas."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from gateway import limits
from gateway.niem.ndr.adapters import ADAPTERS
from gateway.niem.ndr.augmentations import AUGMENTATIONS
from gateway.niem.ndr.declarations import DECLARATIONS
from gateway.niem.ndr.definitions import DEFINITIONS
from gateway.niem.ndr.documents import SchemaFile, SchemaSet, Standing
from gateway.niem.ndr.machine_notes import MACHINE_NOTES
from gateway.niem.ndr.namespaces import NAMESPACES
from gateway.niem.ndr.naming import NAMING
from gateway.niem.ndr.profile import PROFILE
from gateway.niem.ndr.rule import RuleRow
from gateway.niem.ndr.sets import SETS
from gateway.niem.ndr.type_rules import TYPE_RULES

__all__ = ["NOT_FOR_SCHEMAS", "RULES", "Finding", "findings", "order"]


def order(number: str) -> tuple[int, int]:
    """The place of a rule number: 9-9 comes before 9-10."""
    section, _, position = number.partition("-")
    return int(section), int(position)


RULES: Final[tuple[RuleRow, ...]] = tuple(
    sorted(
        (
            *NAMING,
            *DEFINITIONS,
            *NAMESPACES,
            *PROFILE,
            *TYPE_RULES,
            *DECLARATIONS,
            *ADAPTERS,
            *AUGMENTATIONS,
            *MACHINE_NOTES,
            *SETS,
        ),
        key=lambda row: order(row.number),
    )
)
"""Every rule of sections 7 to 11 that binds extension or subset schema documents, in the order of the NDR."""

NOT_FOR_SCHEMAS: Final = {
    **dict.fromkeys(("8-10", "8-11", "8-12"), "It is for reference namespaces only."),
    **dict.fromkeys((f"9-{number}" for number in range(86, 94)), "It is for reference schema documents only."),
    "10-3": "It is for models in CMF; XML Schema has one namespace to a document.",
}
"""The other rules of these sections, with the reason why they are not in the table."""


class Finding(Struct, frozen=True, kw_only=True):
    """One breach: the rule, the document, the line (1-based), the component in it, what is there, what should be."""

    rule: str
    severity: str
    document: str
    line: int
    component: str
    found: str
    expected: str

    def sentence(self) -> str:
        """`exchange.xsd, line 12, complexType FooType: found <xs:choice …>; expected: … [NDR 9-20]`"""
        place = ", ".join(filter(None, (self.document, f"line {self.line}", self.component)))
        return f"{place}: found {self.found}; expected: {self.expected} [NDR {self.rule}]"


def findings(
    schemas: SchemaSet, *, standings: Collection[Standing] = (Standing.EXTENSION, Standing.SUBSET)
) -> tuple[Finding, ...]:
    """What breaks the rules in the documents of these standings, in the order of the rules; at most a hundred a rule.

    Documents of other standings are only looked at where a rule about them, or about the set, needs it.
    """
    found: list[Finding] = []
    for row in RULES:
        found.extend(islice(_broken(row, schemas, standings), limits.FINDINGS_PER_RULE))
    return tuple(found)


def _broken(row: RuleRow, schemas: SchemaSet, standings: Collection[Standing]) -> Iterator[Finding]:
    if row.set_check is not None:
        for file, node in row.set_check(schemas):
            yield _finding(row, file, node)
    if row.check is None:
        return
    for file in schemas.files:
        if file.standing in standings and file.standing in row.applies:
            for node in row.check(file, schemas):
                yield _finding(row, file, node)


def _finding(row: RuleRow, file: SchemaFile, node: Any) -> Finding:
    return Finding(
        rule=row.number,
        severity=row.severity,
        document=file.path,
        line=node.sourceline or 0,
        component=_component(node),
        found=_start_tag(node),
        expected=row.says,
    )


def _component(node: Any) -> str:
    """The named component in which a node stands: `complexType FooType`; '' for the document itself."""
    while node is not None and node.getparent() is not None:
        if isinstance(node.tag, str) and node.get("name"):
            return f"{node.tag.rpartition('}')[2]} {node.get('name')}"
        node = node.getparent()
    return ""


def _start_tag(node: Any) -> str:
    """A node as a person finds it in the document, shortened."""
    if not isinstance(node.tag, str):
        return "a comment or processing instruction"
    prefix = f"{node.prefix}:" if node.prefix else ""
    attributes = "".join(
        f' {key.rpartition("}")[2]}="{value}"' for key, value in node.attrib.items() if len(value) < 80
    )
    tag = f"<{prefix}{node.tag.rpartition('}')[2]}{attributes}>"
    return tag if len(tag) <= 200 else f"{tag[:199]}…"

"""NDR 6.0, sections 9.3 and 9.9: declarations of elements and attributes."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import APPINFO, STRUCTURES, XS, SchemaFile, SchemaSet
from gateway.niem.ndr.rule import EXTENSION, RuleRow, at, must
from gateway.niem.ndr.type_rules import outside

__all__ = ["DECLARATIONS"]


def _simple_type(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    """Elements with a simple type of their own, or one that is simple by what it is or by its name."""
    for node in file.named("element"):
        name = schemas.type_of(node)
        if name == f"{{{XS}}}anySimpleType":
            continue
        is_named_simple = name.endswith("SimpleType") or name.startswith(f"{{{XS}}}")
        if (
            is_named_simple
            or schemas.find("simpleType", name) is not None
            or node.find(f"{{{XS}}}simpleType") is not None
        ):
            yield node


def _foreign_type(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    # built-in types have rules of their own: 9-9 and 9-14
    yield from outside("element", "type", built_in=True)(file, schemas)
    yield from outside("attribute", "type", built_in=True)(file, schemas)


def _lists_of_references(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("element", "attribute"):
        is_reference = node.get(f"{{{APPINFO}}}referenceAttributeIndicator") == "true"
        if is_reference != (schemas.type_of(node) == f"{{{XS}}}IDREFS"):
            yield node


DECLARATIONS: Final[tuple[RuleRow, ...]] = (
    must(
        "9-41",
        "No element or attribute is named in 'Literal'.",
        at("//xs:element[n:ends(@name, 'Literal')] | //xs:attribute[n:ends(@name, 'Literal')]"),
    ),
    must(
        "9-42",
        "Elements and attributes are declared at the top.",
        at("//xs:element[@name][not(parent::xs:schema)] | //xs:attribute[@name][not(parent::xs:schema)]"),
    ),
    must("9-43", "An element has no simple type.", _simple_type),
    must(
        "9-44",
        "The type of a declaration is of the same namespace or of one imported as conformant.",
        _foreign_type,
    ),
    must(
        "9-45",
        "A substitution group is of the same namespace or of one imported as conformant.",
        outside("element", "substitutionGroup", built_in=False),
    ),
    must(
        "9-46",
        "No declaration has a type of the structures namespace.",
        at(
            f"//xs:element[starts-with(n:name(@type), '{{{STRUCTURES}}}')]"
            f" | //xs:attribute[starts-with(n:name(@type), '{{{STRUCTURES}}}')]"
        ),
    ),
    must("9-47", "Reference attributes, and nothing else, have the type IDREFS.", _lists_of_references),
    must(
        "9-94",
        "An element that is not abstract may be nil.",
        at("xs:element[not(@abstract = 'true')][not(@nillable = 'true')]"),
        applies=EXTENSION,
    ),
)

"""NDR 6.0, sections 9 and 9.1: the profile of XML Schema that schema documents keep to."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import xmlschema

from gateway.niem.ndr.documents import CT, XML, XS, SchemaFile, SchemaSet, expanded
from gateway.niem.ndr.rule import RuleRow, at, must, should

__all__ = ["PROFILE"]

_ANY_SIMPLE: Final = f"n:name(@type) = '{{{XS}}}anySimpleType'"


def _prohibited(attribute: str, *types: str, xml: bool = False) -> str:
    """Components whose attribute names one of these built-in types, or any type of the XML namespace."""
    named = [f"n:name(@{attribute}) = '{{{XS}}}{name}'" for name in types]
    if xml:
        named.append(f"starts-with(n:name(@{attribute}), '{{{XML}}}')")
    return f"//xs:*[@{attribute}][{' or '.join(named)}]"


def _bad_members(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    barred = {f"{{{XS}}}{n}" for n in ("ID", "IDREF", "IDREFS", "anySimpleType", "ENTITY", "ENTITIES")}
    for node in file.root.iter(f"{{{XS}}}union"):
        if barred & {expanded(node, member) for member in (node.get("memberTypes") or "").split()}:
            yield node


def _bad_assertion(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    """Targets that are no absolute URI, and anything else of the namespace that the attribute is from."""
    for node in file.root.iter("*"):
        names = {str(name) for name in (node.tag, *node.attrib) if str(name).startswith(f"{{{CT}}}")}
        if names - {f"{{{CT}}}conformanceTargets"}:
            yield node
    if not file.targets or not all(urlsplit(target).scheme for target in file.targets):
        yield file.root


@cache
def _schema_for_schemas() -> Any:
    """XML Schema's own schema, which comes with the validator and is built when first needed."""
    schema: Any = xmlschema.XMLSchema.meta_schema
    schema.build()
    return schema


def _no_schema(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for error in _schema_for_schemas().iter_errors(file.root):
        yield file.root if error.elem is None else error.elem


def _simple_base(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.root.iter(f"{{{XS}}}complexContent"):
        for derivation in node.iterchildren(f"{{{XS}}}extension", f"{{{XS}}}restriction"):
            if schemas.category(expanded(derivation, derivation.get("base") or "")) == "simple":
                yield derivation


def _simple_type(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    """Elements whose type is a simple one, whatever its name."""
    for node in file.root.iter(f"{{{XS}}}element"):
        name = schemas.type_of(node)
        if not name or name == f"{{{XS}}}anySimpleType":
            continue
        if schemas.find("simpleType", name) is not None or name.startswith(f"{{{XS}}}") or name.endswith("SimpleType"):
            yield node


def _far_import(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    """Imports that lead out of the set, and those that lead nowhere."""
    for node in file.imports():
        location = node.get("schemaLocation")
        if location is None:
            if (node.get("namespace") or "") not in schemas.by_namespace:
                yield node
        elif urlsplit(location).scheme or location.startswith("/") or schemas.file_at(file.path, location) is None:
            yield node


PROFILE: Final[tuple[RuleRow, ...]] = (
    must("9-1", "The assertion of conformance is a list of absolute URIs (CTAS 3.0).", _bad_assertion),
    must(
        "9-2",
        "The root, and no other element, asserts conformance targets.",
        at("self::*[not(@ct:conformanceTargets)] | //*[@ct:conformanceTargets][parent::*]"),
    ),
    must("9-3", "The document is a schema document by the schema for schemas.", _no_schema),
    must("9-4", "The root is xs:schema.", at("self::*[not(self::xs:schema)]")),
    must(
        "9-5",
        "No notations, all, unique, key, keyref, groups, attribute groups of its own, redefinitions or inclusions.",
        at(
            "//xs:notation | //xs:all | //xs:unique | //xs:key | //xs:keyref | //xs:group"
            " | //xs:attributeGroup[@name] | //xs:redefine | //xs:include"
        ),
    ),
    must(
        "9-6",
        "No type is derived from ID, IDREF, IDREFS, anyType, anySimpleType, NOTATION, ENTITY, ENTITIES or xml:*.",
        at(
            _prohibited(
                "base", "ID", "IDREF", "IDREFS", "anyType", "anySimpleType", "NOTATION", "ENTITY", "ENTITIES", xml=True
            )
        ),
    ),
    must(
        "9-7",
        "No list has items of type ID, IDREF, anySimpleType or ENTITY.",
        at(_prohibited("itemType", "ID", "IDREF", "anySimpleType", "ENTITY")),
    ),
    must("9-8", "No union has members ID, IDREF, IDREFS, anySimpleType, ENTITY or ENTITIES.", _bad_members),
    must(
        "9-9",
        "Nothing has the type ID, IDREF, anySimpleType, ENTITY or ENTITIES; only what is abstract has anySimpleType.",
        at(
            _prohibited("type", "ID", "IDREF", "ENTITY", "ENTITIES")
            + f" | //xs:attribute[{_ANY_SIMPLE}] | //xs:element[{_ANY_SIMPLE}][not(@abstract = 'true')]"
        ),
    ),
    must(
        "9-10",
        "No type has mixed content.",
        at("(//xs:complexType | //xs:complexContent)[@mixed = 'true' or @mixed = '1']"),
    ),
    must(
        "9-11",
        "A complex type says whether its content is simple or complex.",
        at("//xs:complexType[not(xs:simpleContent) and not(xs:complexContent)]"),
    ),
    must("9-12", "A type with complex content is derived from one with complex content.", _simple_base),
    must(
        "9-13",
        "An element without a type, or of type anySimpleType, is abstract.",
        at(
            "//xs:element[@name][not(@type) and not(xs:complexType) and not(xs:simpleType)][not(@abstract = 'true')]"
            f" | //xs:element[{_ANY_SIMPLE}][not(@abstract = 'true')]"
        ),
    ),
    must(
        "9-14",
        "The type of an element is neither built in nor of the XML namespace.",
        at(
            f"//xs:element[@type][starts-with(n:name(@type), '{{{XS}}}') or starts-with(n:name(@type), '{{{XML}}}')]"
            f"[not({_ANY_SIMPLE})]"
        ),
    ),
    must("9-15", "The type of an element is not a simple type.", _simple_type),
    must("9-16", "An attribute declaration has a type.", at("//xs:attribute[@name][not(@type)][not(xs:simpleType)]")),
    must("9-17", "An element has no default and no fixed value.", at("//xs:element[@default or @fixed]")),
    must(
        "9-18",
        "A sequence occurs once.",
        at("//xs:sequence[(@minOccurs and @minOccurs != 1) or (@maxOccurs and string(@maxOccurs) != '1')]"),
    ),
    must("9-19", "A choice stands in a sequence.", at("//xs:choice[not(parent::xs:sequence)]")),
    must(
        "9-20",
        "A choice occurs once.",
        at("//xs:choice[(@minOccurs and @minOccurs != 1) or (@maxOccurs and string(@maxOccurs) != '1')]"),
    ),
    should("9-21", "A schema document has no comments.", at("//comment()")),
    must("9-22", "A definition holds text only.", at("//xs:documentation[*]")),
    must("9-23", "An import names its namespace.", at("//xs:import[not(@namespace)]")),
    must("9-24", "An import leads to a document at hand.", _far_import),
)

"""NDR 6.0, section 9.2: type definitions."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import STRUCTURES, XS, SchemaFile, SchemaSet, expanded
from gateway.niem.ndr.naming import PROXY
from gateway.niem.ndr.rule import Check, RuleRow, at, must

__all__ = ["TYPE_RULES", "outside", "simple_object_attributes"]

_COMPLEX: Final = ("object", "association", "adapter", "augmentation")
_GROUP: Final = f"{{{STRUCTURES}}}SimpleObjectAttributeGroup"


def _of_no_category(content: str) -> Check:
    """Complex types with this content (or any) that are derived from nothing the NDR knows."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        for node in file.named("complexType"):
            has_it = not content or node.find(f"{{{XS}}}{content}") is not None
            if has_it and schemas.category(file.clark(node)) not in (*_COMPLEX, *(() if content else ("simple",))):
                yield node

    return check


def _derived_otherwise(ending: str, category: str) -> Check:
    """Types with complex content and a name with this ending that are derived from something else."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        for node in file.named("complexType"):
            is_named = node.get("name").endswith(ending) and node.find(f"{{{XS}}}complexContent") is not None
            if is_named and schemas.category(file.clark(node)) != category:
                yield node

    return check


def _object_derived_otherwise(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("complexType"):
        is_other = node.get("name").endswith(("AdapterType", "AssociationType", "AugmentationType"))
        if is_other or node.find(f"{{{XS}}}complexContent") is None:
            continue
        if schemas.category(file.clark(node)) != "object":
            yield node


def simple_object_attributes(node: Any) -> bool:
    """Whether a type itself refers to the attributes that structures has for simple content."""
    groups = node.iter(f"{{{XS}}}attributeGroup")
    return any(expanded(group, group.get("ref") or "") == _GROUP for group in groups)


def _without_structures(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("complexType"):
        if node.find(f"{{{XS}}}simpleContent") is None:
            continue
        line = [schemas.type_named(name) for name in schemas.bases(file.clark(node))]
        knows_all = line[-1] is not None or next(reversed([*schemas.bases(file.clark(node))])).startswith(f"{{{XS}}}")
        if knows_all and not any(base is not None and simple_object_attributes(base) for base in line):
            yield node


def outside(elements: str, attribute: str, *, built_in: bool, skip_adapters: bool = False) -> Check:
    """Nodes that name a component of a namespace that is neither the target nor imported as conformant."""
    select = at(f"//xs:{elements}[@{attribute}]")

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        known = {file.namespace, *file.imported_as_conformant(), *((XS,) if built_in else ())}
        for node in select(file, schemas):
            names = (expanded(node, value) for value in node.get(attribute).split())
            if all(name[1:].partition("}")[0] in known for name in names):
                continue
            if not (skip_adapters and _in_adapter(node)):
                yield node

    return check


def _in_adapter(node: Any) -> bool:
    return any(up.get("name", "").endswith("AdapterType") for up in node.iterancestors(f"{{{XS}}}complexType"))


def _foreign_reference(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    yield from outside("element", "ref", built_in=False, skip_adapters=True)(file, schemas)
    yield from outside("attribute", "ref", built_in=False, skip_adapters=True)(file, schemas)


TYPE_RULES: Final[tuple[RuleRow, ...]] = (
    must(
        "9-25",
        "Types other than proxies, and nothing else, are named in 'Type'.",
        at(
            f"xs:complexType[not({PROXY})][not(n:ends(@name, 'Type'))] | xs:simpleType[not(n:ends(@name, 'Type'))]"
            " | (xs:element | xs:attribute)[n:ends(@name, 'Type')]"
        ),
    ),
    must(
        "9-26",
        "Simple types, and nothing else, are named in 'SimpleType'.",
        at(
            "xs:simpleType[not(n:ends(@name, 'SimpleType'))]"
            " | (xs:element | xs:attribute | xs:complexType)[n:ends(@name, 'SimpleType')]"
        ),
    ),
    must("9-27", "A complex type is a class, a datatype or a proxy.", _of_no_category("")),
    must("9-28", "A sequence stands in an extension.", at("//xs:sequence[not(parent::xs:extension)]")),
    must(
        "9-29",
        "A type is defined at the top.",
        at("//xs:complexType[not(parent::xs:schema)] | //xs:simpleType[not(parent::xs:schema)]"),
    ),
    must(
        "9-30",
        "A type with complex content is an object, association, adapter or augmentation type.",
        _of_no_category("complexContent"),
    ),
    must(
        "9-31",
        "An adapter type is derived from structures:AdapterType.",
        _derived_otherwise("AdapterType", "adapter"),
    ),
    must(
        "9-32",
        "An association type is derived from structures:AssociationType.",
        _derived_otherwise("AssociationType", "association"),
    ),
    must(
        "9-33",
        "An augmentation type is derived from structures:AugmentationType.",
        _derived_otherwise("AugmentationType", "augmentation"),
    ),
    must(
        "9-34", "Any other type with complex content is derived from structures:ObjectType.", _object_derived_otherwise
    ),
    must("9-35", "A type with simple content has the attributes of structures for it.", _without_structures),
    must(
        "9-36",
        "A base type is built in, of the same namespace or of one imported as conformant.",
        outside("*", "base", built_in=True),
    ),
    must(
        "9-37",
        "A referenced element or attribute is of the same namespace or of one imported as conformant.",
        _foreign_reference,
    ),
    must(
        "9-38",
        "The only attribute group is structures:SimpleObjectAttributeGroup.",
        at(f"//xs:attributeGroup[@ref][n:name(@ref) != '{_GROUP}']"),
    ),
    must(
        "9-39",
        "The items of a list are built in, of the same namespace or of one imported as conformant.",
        outside("list", "itemType", built_in=True),
    ),
    must(
        "9-40",
        "The members of a union are of the same namespace or of one imported as conformant.",
        outside("union", "memberTypes", built_in=False),
    ),
)

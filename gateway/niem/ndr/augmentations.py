"""NDR 6.0, section 9.6: how XML Schema expresses augmentations."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import XS, SchemaFile, SchemaSet, expanded
from gateway.niem.ndr.rule import RuleRow, at, must, should

__all__ = ["AUGMENTATIONS"]

_POINT: Final = "AugmentationPoint"
_ELEMENT: Final = f"{{{XS}}}element"
_DEFINED: Final = "[normalize-space(xs:annotation/xs:documentation[1])]"


def _is_augmentation(schemas: SchemaSet, node: Any) -> bool:
    """Whether an element has an augmentation type."""
    return schemas.category(schemas.type_of(node)) == "augmentation"


def _head(node: Any) -> str:
    return expanded(node, node.get("substitutionGroup")) if node.get("substitutionGroup") else ""


def _points(node: Any) -> list[Any]:
    """References to augmentation points in a type, as Clark names."""
    named = (expanded(element, element.get("ref")) for element in node.iter(_ELEMENT) if element.get("ref"))
    return [name for name in named if name.endswith(_POINT)]


def _types_named_otherwise(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named():
        is_one = node.tag == f"{{{XS}}}complexType" and schemas.category(file.clark(node)) == "augmentation"
        if is_one != node.get("name").endswith("AugmentationType"):
            yield node


def _elements_named_otherwise(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named():
        is_one = node.tag == _ELEMENT and _is_augmentation(schemas, node)
        if is_one != node.get("name").endswith("Augmentation"):
            yield node


def _augmentable(file: SchemaFile, schemas: SchemaSet) -> Iterator[tuple[Any, list[str]]]:
    for node in file.named("complexType"):
        if schemas.category(file.clark(node)) in ("object", "association"):
            yield node, _points(node)


def _not_one_point(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    yield from (node for node, points in _augmentable(file, schemas) if len(points) != 1)


def _other_point(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node, points in _augmentable(file, schemas):
        own = f"{file.clark(node).removesuffix('Type')}{_POINT}"
        if any(point != own for point in points):
            yield node


def _point_without_type(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    types = {node.get("name") for node in file.named("complexType")}
    for node in file.named("element"):
        if node.get("name").endswith(_POINT) and f"{node.get('name').removesuffix(_POINT)}Type" not in types:
            yield node


def _borrowed_point(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for node in file.named("complexType"):
        own = f"{file.clark(node).removesuffix('Type')}{_POINT}"
        for element in node.iter(_ELEMENT):
            name = expanded(element, element.get("ref") or "")
            if name.endswith(_POINT) and name != own:
                yield element


def _element_name(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("element"):
        head = _head(node)
        is_one = _is_augmentation(schemas, node) and head.endswith(_POINT)
        if is_one and node.get("name") != f"{_local(head).removesuffix(_POINT)}Augmentation":
            yield node


def _local(clark: str) -> str:
    return clark.rpartition("}")[2]


def _type_of_element(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("element"):
        named = node.get("name").endswith("Augmentation")
        if named != _is_augmentation(schemas, node):
            yield node


def _group_of_element(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("element"):
        if _head(node).endswith(_POINT) != _is_augmentation(schemas, node):
            yield node


def _repeated(what: Any) -> Any:
    """Elements that share something that no two elements of a document may share."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        shared = Counter(what(schemas, node) for node in file.named("element"))
        for node in file.named("element"):
            key = what(schemas, node)
            if key and shared[key] > 1:
                yield node

    return check


def _used_directly(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in at("//xs:complexType//xs:element[@ref]")(file, schemas):
        name = expanded(node, node.get("ref"))
        declared = schemas.find("element", name)
        substitutes = declared is not None and _head(declared).endswith(_POINT)
        if substitutes or name.endswith("Augmentation"):
            yield node


def _type_name(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    """Augmentation types that are not named after what their element augments."""
    for element in file.named("element"):
        name, head = schemas.type_of(element), _head(element)
        if not _is_augmentation(schemas, element) or not head.endswith(_POINT):
            continue
        node = schemas.find("complexType", name)
        if node is not None and _local(name) != f"{_local(head).removesuffix(_POINT)}AugmentationType":
            yield node if node.getroottree() is file.root.getroottree() else element


_REFERENCED: Final = f"//xs:complexType//xs:element[n:ends(@ref, '{_POINT}')]"

AUGMENTATIONS: Final[tuple[RuleRow, ...]] = (
    must("9-58", "Augmentation types, and nothing else, are named in 'AugmentationType'.", _types_named_otherwise),
    must("9-59", "Augmentation elements, and nothing else, are named in 'Augmentation'.", _elements_named_otherwise),
    must(
        "9-60",
        "Augmentation points, which are abstract elements, and nothing else, are named in 'AugmentationPoint'.",
        at(
            f"xs:element[n:ends(@name, '{_POINT}')][not(@abstract = 'true')]"
            f" | (xs:attribute | xs:complexType | xs:simpleType)[n:ends(@name, '{_POINT}')]"
        ),
    ),
    should(
        "9-61",
        "The definition of an augmentation point begins 'An augmentation point'.",
        at(
            f"xs:element[n:ends(@name, '{_POINT}')]{_DEFINED}"
            "[not(n:like(xs:annotation/xs:documentation[1], '(?i)an augmentation point'))]"
        ),
    ),
    should(
        "9-62",
        "The definition of an augmentation element begins 'Supplements' or 'Additional information about'.",
        at(
            f"xs:element[n:ends(@name, 'Augmentation')]{_DEFINED}"
            "[not(n:like(xs:annotation/xs:documentation[1], '(?i)supplements|additional information about'))]"
        ),
    ),
    should(
        "9-63",
        "The definition of an augmentation type begins 'A data type for additional information about' or "
        "'A data type that supplements'.",
        at(
            f"xs:complexType[n:ends(@name, 'AugmentationType')]{_DEFINED}[not(n:like(xs:annotation/xs:documentation[1],"
            " '(?i)a data type (that supplements|for additional information about)'))]"
        ),
    ),
    must("9-64", "Each object type and each association type has one augmentation point.", _not_one_point),
    must("9-65", "An augmentation point is named after its type.", _other_point),
    must("9-66", "An augmentation point stands in the document of its type.", _point_without_type),
    must("9-67", "An augmentation point has no type.", at(f"xs:element[n:ends(@name, '{_POINT}')][@type]")),
    must(
        "9-68",
        "An augmentation point is in no substitution group.",
        at(f"xs:element[n:ends(@name, '{_POINT}')][@substitutionGroup]"),
    ),
    must("9-69", "An augmentation point is referenced by its own type only.", _borrowed_point),
    must(
        "9-70",
        "An augmentation point may occur any number of times, or not at all.",
        at(f"{_REFERENCED}[not(@minOccurs = 0) or not(@maxOccurs = 'unbounded')]"),
    ),
    must("9-71", "An augmentation point comes last in its type.", at(f"{_REFERENCED}[following-sibling::*]")),
    must("9-72", "An augmentation element is named after the type that it augments.", _element_name),
    must("9-73", "Augmentation elements, and no others, have an augmentation type.", _type_of_element),
    must("9-74", "Augmentation elements, and no others, stand in for augmentation points.", _group_of_element),
    must(
        "9-75",
        "A document has one element at most for each augmentation point.",
        _repeated(lambda _, node: _head(node) if _head(node).endswith(_POINT) else ""),
    ),
    must("9-76", "No type refers to an augmentation element itself.", _used_directly),
    must(
        "9-77",
        "A document has one element at most for each augmentation type.",
        _repeated(lambda schemas, node: schemas.type_of(node) if _is_augmentation(schemas, node) else ""),
    ),
    must("9-78", "An augmentation type is named after the type that it augments.", _type_name),
    must(
        "9-79",
        "An augmentation type has no wildcard.",
        at("//xs:complexType[n:ends(@name, 'AugmentationType')][.//xs:any or .//xs:anyAttribute]"),
    ),
)

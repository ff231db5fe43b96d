"""NDR 6.0, sections 9.4 and 9.5: adapters, external components, proxies."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import APPINFO, STRUCTURES, XML, XS, SchemaFile, SchemaSet, Standing, expanded
from gateway.niem.ndr.naming import PROXY
from gateway.niem.ndr.rule import Check, RuleRow, at, must
from gateway.niem.ndr.type_rules import simple_object_attributes

__all__ = ["ADAPTERS"]

_EXTERNAL: Final = f"{{{APPINFO}}}externalImportIndicator"
_UNDEFINED: Final = "[not(normalize-space(xs:annotation/xs:documentation[1]))]"
_ADAPTER: Final = "xs:complexType[n:ends(@name, 'AdapterType')]"


def _external_imports(file: SchemaFile) -> frozenset[str]:
    return frozenset(node.get("namespace") or "" for node in file.imports() if node.get(_EXTERNAL) == "true")


def _not_called_external(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.imports():
        location, namespace = node.get("schemaLocation"), node.get("namespace") or ""
        imported = schemas.file_at(file.path, location) if location else schemas.by_namespace.get(namespace)
        if imported is None or namespace in (XML, STRUCTURES):
            continue
        if imported.standing is Standing.EXTERNAL and node.get(_EXTERNAL) != "true":
            yield node


def _own_reference(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    """Elements in adapter types that are not external."""
    external = _external_imports(file)
    for node in at(f"{_ADAPTER}//xs:element[@ref]")(file, schemas):
        if expanded(node, node.get("ref"))[1:].partition("}")[0] not in external:
            yield node


def _external_use(kind: str) -> Check:
    """References to external components without a definition where they stand."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        external = _external_imports(file)
        for node in at(f"//xs:{kind}[@ref]{_UNDEFINED}")(file, schemas):
            if expanded(node, node.get("ref"))[1:].partition("}")[0] in external:
                yield node

    return check


def _id_attribute(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.root.iter(f"{{{XS}}}attribute"):
        declared = schemas.find("attribute", expanded(node, node.get("ref") or "")) if node.get("ref") else node
        if declared is not None and schemas.type_of(declared) == f"{{{XS}}}ID":
            yield node


def _bad_proxy(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("complexType"):
        local = node.get("name")
        if local.endswith("Type"):
            continue
        bases = [expanded(part, part.get("base") or "") for part in node.iterfind(f"{{{XS}}}simpleContent/*")]
        groups = node.findall(f".//{{{XS}}}attributeGroup")
        is_extension = node.find(f"{{{XS}}}simpleContent/{{{XS}}}extension") is not None
        has_attribute = node.find(f".//{{{XS}}}attribute") is not None
        fits = is_extension and not has_attribute and len(groups) == 1 and simple_object_attributes(node)
        if bases == [f"{{{XS}}}{local}"] and not fits:
            yield node


ADAPTERS: Final[tuple[RuleRow, ...]] = (
    must("9-48", "The import of an external schema document says that it is one.", _not_called_external),
    must(
        "9-49",
        "The import of an external schema document has a definition.",
        at(f"xs:import[@appinfo:externalImportIndicator = 'true']{_UNDEFINED}"),
    ),
    must(
        # The NDR names structures:ObjectType here and structures:AdapterType in 9-31; the release has the latter.
        "9-50",
        "An adapter type has complex content: a sequence in an extension of structures:AdapterType.",
        at(
            f"{_ADAPTER}[not(xs:complexContent/xs:extension[n:name(@base) = '{{{STRUCTURES}}}AdapterType'"
            f" or n:name(@base) = '{{{STRUCTURES}}}ObjectType']/xs:sequence)]"
        ),
    ),
    must("9-51", "The elements in an adapter type are external.", _own_reference),
    must(
        "9-52",
        "No type is derived from an adapter type.",
        at(
            "(//xs:extension | //xs:restriction)[n:ends(@base, 'AdapterType')]"
            f"[n:name(@base) != '{{{STRUCTURES}}}AdapterType']"
        ),
    ),
    must("9-53", "The use of an external attribute has a definition.", _external_use("attribute")),
    must("9-54", "No type uses an attribute of type ID.", _id_attribute),
    must("9-55", "The use of an external element has a definition.", _external_use("element")),
    must(
        "9-56",
        "A proxy has the name of the built-in type that it carries.",
        at(f"xs:complexType[not(n:ends(@name, 'Type'))][not({PROXY})]"),
    ),
    must("9-57", "A proxy extends its type with the attributes of structures and nothing else.", _bad_proxy),
)

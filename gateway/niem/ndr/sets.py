"""NDR 6.0, sections 10 and 11: schema documents as a set, and the message types that they are for."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import APPINFO, STRUCTURES, XML, XS, SchemaFile, SchemaSet, Standing, expanded
from gateway.niem.ndr.rule import RuleRow, by_reading, must

__all__ = ["SETS"]

_Found = Iterator[tuple[SchemaFile, Any]]
_EXTERNAL: Final = f"{{{APPINFO}}}externalImportIndicator"
_REFERENCES: Final = (
    # attribute, the kinds of component that it may name; `ref` names what its element is
    ("type", ("complexType", "simpleType")),
    ("base", ("complexType", "simpleType")),
    ("itemType", ("simpleType",)),
    ("memberTypes", ("simpleType",)),
    ("substitutionGroup", ("element",)),
)


def _imports(schemas: SchemaSet) -> Iterator[tuple[SchemaFile, Any, SchemaFile | None]]:
    """Every import with the document that it leads to, None when it leads out of the set."""
    for file in schemas.files:
        for node in file.imports():
            location = node.get("schemaLocation")
            if location is None:
                yield file, node, schemas.by_namespace.get(node.get("namespace") or "")
            else:
                yield file, node, schemas.file_at(file.path, location)


def _unknown_namespace(schemas: SchemaSet) -> _Found:
    """Documents of no standing that a conforming one imports as if they had one."""
    found: dict[str, SchemaFile] = {}
    for file, node, imported in _imports(schemas):
        if file.standing is Standing.EXTERNAL or imported is None or imported.standing is not Standing.EXTERNAL:
            continue
        if node.get(_EXTERNAL) != "true" and imported.namespace not in (XML, XS):
            found[imported.path] = imported
    yield from ((file, file.root) for file in found.values())


def _prefixes(file: SchemaFile) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for node in file.root.iter("*"):
        for prefix, uri in node.nsmap.items():
            if prefix and (prefix, uri) not in seen:
                seen.add((prefix, uri))
                yield prefix, uri


def _shared_prefix(schemas: SchemaSet) -> _Found:
    """Documents that declare the same prefix for their own, different namespaces."""
    owners: dict[str, str] = {}
    for file in _conforming(schemas):
        for prefix, uri in file.root.nsmap.items():
            if prefix and uri == file.namespace and owners.setdefault(prefix, uri) != uri:
                yield file, file.root


def _unmatched_prefix(schemas: SchemaSet) -> _Found:
    """Documents in which a prefix stands for another namespace, or a namespace has another prefix, than before."""
    uris: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for file in _conforming(schemas):
        for prefix, uri in _prefixes(file):
            if uris.setdefault(prefix, uri) != uri or prefixes.setdefault(uri, prefix) != prefix:
                yield file, file.root
                break


def _conforming(schemas: SchemaSet) -> Iterator[SchemaFile]:
    return (file for file in schemas.files if file.standing is not Standing.EXTERNAL)


def _not_assembled(schemas: SchemaSet) -> _Found:
    """Documents that the initial ones, which nobody imports, do not lead to: a ring that nobody enters."""
    leads: dict[str, set[str]] = {file.path: set() for file in schemas.files}
    for file, _, imported in _imports(schemas):
        if imported is not None:
            leads[file.path].add(imported.path)
    imported_by_others = {path for start, paths in leads.items() for path in paths if path != start}
    initial = [path for path in leads if path not in imported_by_others]
    reached, waiting = set(initial), list(initial)
    while waiting:
        following = leads[waiting.pop()] - reached
        reached |= following
        waiting.extend(following)
    yield from ((file, file.root) for file in schemas.files if file.path not in reached)


def _other_document(schemas: SchemaSet) -> _Found:
    """Imports of a namespace from another document than an import before."""
    first: dict[str, str] = {}
    for file, node, imported in _imports(schemas):
        path = imported.path if imported else schemas.place(file.path, node.get("schemaLocation") or "")
        if first.setdefault(node.get("namespace") or "", path) != path:
            yield file, node


def _other_label(schemas: SchemaSet) -> _Found:
    first: dict[str, str] = {}
    for file, node, _ in _imports(schemas):
        if file.standing is Standing.EXTERNAL:
            continue
        label = node.get(_EXTERNAL) or ""
        if first.setdefault(node.get("namespace") or "", label) != label:
            yield file, node


def _undefined(schemas: SchemaSet) -> _Found:
    """References to components that no document of the set has."""
    for file in _conforming(schemas):
        for node in file.root.iter(f"{{{XS}}}*"):
            for name, kinds in _named(node):
                namespace = name[1:].partition("}")[0]
                if namespace not in (XS, XML) and not any(_has(schemas, kind, name) for kind in kinds):
                    yield file, node


def _has(schemas: SchemaSet, kind: str, name: str) -> bool:
    if kind in ("attributeGroup", "group"):
        namespace, _, local = name[1:].partition("}")
        own = (file for file in schemas.files if file.namespace == namespace)
        return any(n.get("name") == local for file in own for n in file.root.iterchildren(f"{{{XS}}}{kind}"))
    return schemas.find(kind, name) is not None


def _named(node: Any) -> Iterator[tuple[str, Iterable[str]]]:
    for attribute, kinds in _REFERENCES:
        for value in (node.get(attribute) or "").split():
            yield expanded(node, value), kinds
    if node.get("ref"):
        yield expanded(node, node.get("ref")), (node.tag.rpartition("}")[2],)


_STRUCTURES_HAS: Final = frozenset(
    {
        "attributeGroup SimpleObjectAttributeGroup: id ref uri *",
        "complexType AdapterType abstract: ObjectAugmentationPoint{0,unbounded} appliesToParent id ref uri *",
        "complexType AssociationType abstract: AssociationAugmentationPoint{0,unbounded} appliesToParent id ref uri *",
        "complexType AugmentationType abstract:",
        "complexType ObjectType abstract: ObjectAugmentationPoint{0,unbounded} appliesToParent id ref uri *",
        "element AssociationAugmentationPoint abstract:",
        "element ObjectAugmentationPoint abstract:",
        "attribute appliesToParent boolean true:",
        "attribute id ID:",
        "attribute ref IDREF:",
        "attribute uri anyURI:",
    }
)
"""What the structures namespace has, by appendix B: each component, and after the colon what it is made of."""


def _component(node: Any) -> str:
    """A component of the structures namespace in the words of the table above."""
    parts = []
    for child in node.iter(f"{{{XS}}}element", f"{{{XS}}}attribute", f"{{{XS}}}anyAttribute", f"{{{XS}}}any"):
        if child is node:
            continue
        local = (child.get("ref") or "").rpartition(":")[2]
        if child.tag.endswith("}element"):
            parts.append(f"{local}{{{child.get('minOccurs') or 1},{child.get('maxOccurs') or 1}}}")
        else:
            is_any = (child.get("processContents"), child.get("namespace")) == ("strict", "##other")
            parts.append(local or ("*" if is_any else "?"))
    said = [node.get("type", "").rpartition(":")[2], node.get("default"), "abstract" if node.get("abstract") else ""]
    head = " ".join(filter(None, (node.tag.rpartition("}")[2], node.get("name"), *said)))
    return " ".join((f"{head}:", *parts))


def _other_structures(schemas: SchemaSet) -> _Found:
    file = schemas.by_namespace.get(STRUCTURES)
    if file is None:
        yield from ((other, other.root) for other in schemas.files[:1])
        return
    written = [node for node in file.root if isinstance(node.tag, str) and node.get("name")]
    yield from ((file, node) for node in written if _component(node) not in _STRUCTURES_HAS)
    if len(written) < len(_STRUCTURES_HAS):
        yield file, file.root


def _no_message(schemas: SchemaSet) -> _Found:
    """The extension documents, when the declared initial properties are none, or are not elements of messages."""
    if schemas.message_elements is None:
        return
    declared = [schemas.find("element", name) for name in schemas.message_elements]
    if declared and all(node is not None and node.get("abstract") != "true" for node in declared):
        return
    yield from ((file, file.root) for file in schemas.files if file.standing is Standing.EXTENSION)


SETS: Final[tuple[RuleRow, ...]] = (
    must(
        "10-1",
        "Every namespace conforms, is imported as external, or is that of structures, of XML or of XML Schema.",
        of_set=_unknown_namespace,
    ),
    must("10-2", "No two namespaces have the same prefix.", of_set=_shared_prefix),
    must("10-4", "The documents are those to which the imports of the initial ones lead.", of_set=_not_assembled),
    must("10-5", "A namespace is imported from the same document everywhere.", of_set=_other_document),
    must("10-6", "A namespace is imported everywhere as external, or nowhere.", of_set=_other_label),
    must("10-7", "Prefix and namespace belong together across all documents.", of_set=_unmatched_prefix),
    must("10-8", "Every component that is named is there.", of_set=_undefined),
    must("10-9", "The structures namespace is there as appendix B of the NDR has it.", of_set=_other_structures),
    must(
        "11-1", "The message type declares its initial property, which is an element of messages.", of_set=_no_message
    ),
    by_reading(
        "11-2",
        "The schema of a message format accepts exactly the messages of its type.",
        "What a type's messages are is said in words; validity of samples shows one direction.",
    ),
)

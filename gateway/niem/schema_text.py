"""Schema components as text: the subset of the release and our extension, both with our own documentation."""

from collections.abc import Iterable, Iterator
from posixpath import dirname, relpath
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from gateway import names
from gateway.niem import wording
from gateway.niem.extension import EXTENSION_FILE, TYPES, TypeRow, augmentation_points
from gateway.niem.extension_elements import ELEMENTS, VOCABULARIES, VocabularyRow
from gateway.niem.release import XS, Closure, Component, Release, SchemaDocument

__all__ = ["extension_document", "subset_document"]

_NDR: Final = "https://docs.oasis-open.org/niemopen/ns/specification/NDR/6.0/#"
_ORIGIN: Final = (
    "Made from the NIEM model of OASIS Open, which is licensed under CC BY 4.0. Changed: components left out, "
    "documentation rewritten, repeatable substitution heads put into choices."
)
_CT: Final = "https://docs.oasis-open.org/niemopen/ns/specification/conformanceTargets/6.0/"


def _annotation(text: str, indent: str) -> str:
    return f"{indent}<xs:annotation><xs:documentation>{escape(text)}</xs:documentation></xs:annotation>"


def _tag(kind: str, /, **attributes: str) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    return f"xs:{kind}{written}"


def _schema(namespace: str, target: str, title: str, prefixes: dict[str, str], here: str, body: list[str]) -> str:
    """A whole schema document; `prefixes` are those imported, each with its namespace and document path."""
    text = "\n".join(body)
    used = dict(sorted(prefixes.items()))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<xs:schema",
        f"  targetNamespace={quoteattr(namespace)}",
        '  version="1"',
        '  xml:lang="en-US"',
        f"  ct:conformanceTargets={quoteattr(_NDR + target)}",
        f"  xmlns:ct={quoteattr(_CT)}",
        *(f"  xmlns:{prefix}={quoteattr(value.split(' ')[0])}" for prefix, value in used.items()),
        '  xmlns:xs="http://www.w3.org/2001/XMLSchema">',
        _annotation(title, "  "),
    ]
    for value in used.values():
        uri, _, path = value.partition(" ")
        if uri != namespace:
            place = relpath(path, dirname(here) or ".")
            lines.append(f"  <xs:import namespace={quoteattr(uri)} schemaLocation={quoteattr(place)}/>")
    return "\n".join((*lines, text, "</xs:schema>", ""))


def _places(documents: Iterable[SchemaDocument]) -> dict[str, str]:
    return {document.prefix: f"{document.namespace} {document.path}" for document in documents}


def subset_document(release: Release, closure: Closure, document: SchemaDocument) -> str:
    """One schema document of the subset, as text."""
    body: list[str] = []
    for (kind, name), component in release.components(document.prefix).items():
        if (kind, name) in closure.needed:
            body.extend(_component(component, closure))
    target = "SubsetSchemaDocument"
    title = f"Subset of the NIEM 6.0 namespace with prefix {document.prefix}. {_ORIGIN}"
    text = "\n".join(body)
    named = (other for other in release.documents.values() if f'"{other.prefix}:' in text or other == document)
    return _schema(document.namespace, target, title, _places(named), document.path, body)


def _component(component: Component, closure: Closure) -> Iterator[str]:
    node, local = component.node, component.name.partition(":")[2]
    if component.kind in ("element", "attribute"):
        attributes = {
            "name": local,
            "type": component.qname(node, "type"),
            "substitutionGroup": component.qname(node, "substitutionGroup"),
            **{key: node.get(key) or "" for key in ("abstract", "nillable", "default")},
        }
        says = wording.of_element(local) if component.kind == "element" else wording.of_attribute(local)
        yield f"  <{_tag(component.kind, **attributes)}>"
        yield _annotation(says, "    ")
        yield f"  </xs:{component.kind}>"
    elif component.kind == "attributeGroup":
        yield f"  <{_tag('attributeGroup', name=local)}>"
        yield _annotation("A group of attributes for every object with simple content.", "    ")
        yield from _attributes(component, node, "    ")
        yield "  </xs:attributeGroup>"
    else:
        yield f"  <{_tag(component.kind, name=local, abstract=node.get('abstract') or '')}>"
        yield _annotation(wording.of_type(local), "    ")
        yield from _simple(component) if component.kind == "simpleType" else _complex(component, closure)
        yield f"  </xs:{component.kind}>"


def _simple(component: Component) -> Iterator[str]:
    """The one derivation of a simple type: a restriction with its facets, a list or a union."""
    for node in component.node:
        kind = str(node.tag).removeprefix(XS)
        if kind == "restriction":
            yield f"    <{_tag('restriction', base=component.qname(node, 'base'))}>"
            for facet in node:
                name = str(facet.tag).removeprefix(XS)
                value = facet.get("value") or ""
                says = (
                    wording.of_code(value) if name == "enumeration" else f"The {wording.words(name)} facet is {value}."
                )
                yield f"      <{_tag(name, value=value)}>"
                yield _annotation(says, "        ")
                yield f"      </xs:{name}>"
            yield "    </xs:restriction>"
        elif kind == "list":
            yield f"    <{_tag('list', itemType=component.qname(node, 'itemType'))}/>"


def _complex(component: Component, closure: Closure) -> Iterator[str]:
    node = component.node
    content = next((child for child in node if child.tag in (f"{XS}complexContent", f"{XS}simpleContent")), None)
    if content is None:
        yield from _sequence(component, node, closure, "    ")
        yield from _attributes(component, node, "    ")
        return
    extension = content[0]
    kind, how = str(content.tag).removeprefix(XS), str(extension.tag).removeprefix(XS)
    yield f"    <xs:{kind}>"
    yield f"      <{_tag(how, base=component.qname(extension, 'base'))}>"
    yield from _sequence(component, extension, closure, "        ")
    yield from _attributes(component, extension, "        ")
    yield f"      </xs:{how}>"
    yield f"    </xs:{kind}>"


def _sequence(component: Component, parent: Any, closure: Closure, indent: str) -> Iterator[str]:
    kept = closure.kept.get(component.name, frozenset())
    particles = [
        (component.qname(node, "ref"), node.get("minOccurs") or "1", node.get("maxOccurs") or "1")
        for node in parent.iter(f"{XS}element")
        if component.qname(node, "ref") in kept
    ]
    if not particles:
        return
    yield f"{indent}<xs:sequence>"
    for reference, low, high in particles:
        if high == "unbounded" and reference in closure.heads:
            yield f'{indent}  <xs:choice minOccurs="{low}" maxOccurs="unbounded">'
            yield f'{indent}    <xs:element ref="{reference}"/>'
            yield f"{indent}  </xs:choice>"
        else:
            yield f'{indent}  <xs:element ref="{reference}" minOccurs="{low}" maxOccurs="{high}"/>'
    yield f"{indent}</xs:sequence>"


def _attributes(component: Component, parent: Any, indent: str) -> Iterator[str]:
    """Attributes that the structures namespace gives; others of the release are not part of the subset."""
    for node in parent:
        if node.tag == f"{XS}attributeGroup":
            yield f'{indent}<xs:attributeGroup ref="{component.qname(node, "ref")}"/>'
        elif node.tag == f"{XS}attribute" and component.qname(node, "ref").startswith("structures:"):
            yield f'{indent}<xs:attribute ref="{component.qname(node, "ref")}"/>'
        elif node.tag == f"{XS}anyAttribute":
            yield f'{indent}<xs:anyAttribute processContents="strict" namespace="##other"/>'


# The extension ---------------------------------------------------------------------------------------------------


def extension_document(used: Iterable[SchemaDocument]) -> str:
    """Our extension schema document, as text, from the table in `extension`.

    It imports every document of the subset: a validator that opens it knows all that may stand in a message,
    substitutes included, which nothing else would lead it to.
    """
    body: list[str] = []
    for vocabulary in VOCABULARIES:
        body.extend(_vocabulary(vocabulary))
    for row in TYPES:
        body.extend(_extension_type(row))
    for element in ELEMENTS:
        attributes = {"name": element.name, "type": element.type, "substitutionGroup": element.head, "nillable": "true"}
        body.extend(_documented("element", element.says, attributes))
    for name, type_name in augmentation_points():
        says = f"An augmentation point for type {names.EXTENSION_PREFIX}:{type_name}."
        body.extend(_documented("element", says, {"name": name, "abstract": "true"}))
    prefixes = {**_places(used), names.EXTENSION_PREFIX: f"{names.EXTENSION_NAMESPACE} {EXTENSION_FILE}"}
    title = "Messages of the Fusion Exchange Gateway, and what they say beyond NIEM 6.0."
    return _schema(names.EXTENSION_NAMESPACE, "ExtensionSchemaDocument", title, prefixes, EXTENSION_FILE, body)


def _documented(kind: str, says: str, attributes: dict[str, str]) -> Iterator[str]:
    yield f"  <{_tag(kind, **attributes)}>"
    yield _annotation(says, "    ")
    yield f"  </xs:{kind}>"


def _vocabulary(row: VocabularyRow) -> Iterator[str]:
    yield f'  <xs:simpleType name="{row.name}CodeSimpleType">'
    yield _annotation(f"A data type for {row.says}.", "    ")
    yield '    <xs:restriction base="xs:token">'
    for value in row.values:
        yield f"      <{_tag('enumeration', value=value)}>"
        yield _annotation(wording.of_code(value), "        ")
        yield "      </xs:enumeration>"
    yield "    </xs:restriction>"
    yield "  </xs:simpleType>"
    yield f'  <xs:complexType name="{row.name}CodeType">'
    yield _annotation(f"A data type for {row.says}.", "    ")
    yield "    <xs:simpleContent>"
    yield f'      <xs:extension base="{names.EXTENSION_PREFIX}:{row.name}CodeSimpleType">'
    yield '        <xs:attributeGroup ref="structures:SimpleObjectAttributeGroup"/>'
    yield "      </xs:extension>"
    yield "    </xs:simpleContent>"
    yield "  </xs:complexType>"


_OCCURS: Final = {"": ("1", "1"), "?": ("0", "1"), "*": ("0", "unbounded")}


def _extension_type(row: TypeRow) -> Iterator[str]:
    yield f'  <xs:complexType name="{row.name}">'
    yield _annotation(row.says, "    ")
    yield "    <xs:complexContent>"
    yield f'      <xs:extension base="{row.base}">'
    yield "        <xs:sequence>"
    for particle in row.particles:
        name = particle.rstrip("?*")
        low, high = _OCCURS[particle[len(name) :]]
        if name.startswith("(") or name.endswith("AugmentationPoint"):
            yield '          <xs:choice minOccurs="0" maxOccurs="unbounded">'
            yield from (f'            <xs:element ref="{choice}"/>' for choice in name.strip("()").split("|"))
            yield "          </xs:choice>"
        else:
            yield f'          <xs:element ref="{name}" minOccurs="{low}" maxOccurs="{high}"/>'
    yield "        </xs:sequence>"
    yield "      </xs:extension>"
    yield "    </xs:complexContent>"
    yield "  </xs:complexType>"

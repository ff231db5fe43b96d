"""The documents of the subset as text: the release's components, what is wanted of them, our own documentation."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from gateway.niem import wording
from gateway.niem.extension import REFERRED_TYPES
from gateway.niem.release import APPINFO_KEPT, STRUCTURES, XS, Closure, Component, Release, SchemaDocument
from gateway.niem.schema_markup import Particle, SchemaHead, annotation, document_text, sequence, tag, used_prefixes

__all__ = ["places_of", "subset_document"]

_MADE_FROM: Final = "Made from the NIEM model of OASIS Open, which is licensed under CC BY 4.0. Changed:"
_STAND_ABOVE: Final = "NIEM's own definitions are in the release and stand above these."
_SUBSET: Final = (
    f"{_MADE_FROM} components left out, documentation rewritten, repeatable elements before a substitution head put "
    f"into choices. {_STAND_ABOVE}"
)
_WHOLE: Final = f"{_MADE_FROM} documentation rewritten. {_STAND_ABOVE}"


def places_of(documents: Iterable[SchemaDocument]) -> dict[str, tuple[str, str]]:
    """Namespace and path of each document, by its prefix."""
    return {document.prefix: (document.namespace, document.path) for document in documents}


def subset_document(release: Release, closure: Closure, document: SchemaDocument) -> str:
    """One schema document of the subset, as text.

    The structures namespace stays as NDR 6.0, appendix B, defines it (10-9), and claims no conformance target.
    """
    body: list[str] = []
    for (kind, name), component in release.components(document.prefix).items():
        if (kind, name) in closure.needed:
            body.extend(_component(component, closure))
    is_structures = document.prefix == STRUCTURES
    space = f"the NIEM 6.0 namespace with prefix {document.prefix}"
    head = SchemaHead(
        namespace=document.namespace,
        path=document.path,
        target="" if is_structures else "SubsetSchemaDocument",
        says=f"All of {space}. {_WHOLE}" if is_structures else f"Subset of {space}. {_SUBSET}",
        places=places_of(release.documents.values()),
    )
    imports = used_prefixes("\n".join(body)) | {document.prefix}
    return document_text(head, body, imports=imports, appinfo=())


def _component(component: Component, closure: Closure) -> Iterator[str]:
    node, local = component.node, component.name.partition(":")[2]
    machines = {f"appinfo__{key}": node.get(name) or "" for key, name in APPINFO_KEPT.items()}
    if component.kind in ("element", "attribute"):
        attributes = {
            "name": local,
            "type": component.qname(node, "type"),
            "substitutionGroup": component.qname(node, "substitutionGroup"),
            **{key: node.get(key) or "" for key in ("abstract", "nillable", "default")},
            **machines,
        }
        says = wording.of_element(local) if component.kind == "element" else wording.of_attribute(local)
        yield f"  <{tag(component.kind, **attributes)}>"
        yield annotation(says, "    ")
        yield f"  </xs:{component.kind}>"
    elif component.kind == "attributeGroup":
        yield f"  <{tag('attributeGroup', name=local)}>"
        yield annotation("A group of attributes for every object with simple content.", "    ")
        yield from _attributes(component, node, closure, "    ")
        yield "  </xs:attributeGroup>"
    else:
        if component.name in REFERRED_TYPES:
            machines["appinfo__referenceCode"] = "REF"
        yield f"  <{tag(component.kind, name=local, abstract=node.get('abstract') or '', **machines)}>"
        yield annotation(wording.of_type(local), "    ")
        yield from _simple(component) if component.kind == "simpleType" else _complex(component, closure)
        yield f"  </xs:{component.kind}>"


def _simple(component: Component) -> Iterator[str]:
    """The one derivation of a simple type: a restriction with its facets, a list or a union."""
    for node in component.node:
        kind = str(node.tag).removeprefix(XS)
        if kind == "restriction":
            yield f"    <{tag('restriction', base=component.qname(node, 'base'))}>"
            for facet in node:
                yield from _facet(str(facet.tag).removeprefix(XS), facet.get("value") or "")
            yield "    </xs:restriction>"
        elif kind == "list":
            yield f"    <{tag('list', itemType=component.qname(node, 'itemType'))}/>"
        elif kind == "union":
            yield f"    <{tag('union', memberTypes=' '.join(component.qnames(node, 'memberTypes')))}/>"


def _facet(name: str, value: str) -> Iterator[str]:
    says = wording.of_code(value) if name == "enumeration" else f"The {wording.words(name)} facet is {value}."
    yield f"      <{tag(name, value=value)}>"
    yield annotation(says, "        ")
    yield f"      </xs:{name}>"


def _complex(component: Component, closure: Closure) -> Iterator[str]:
    node = component.node
    content = next((child for child in node if child.tag in (f"{XS}complexContent", f"{XS}simpleContent")), None)
    if content is None:
        yield from _sequence(component, node, closure, "    ")
        yield from _attributes(component, node, closure, "    ")
        return
    extension = content[0]
    kind, how = str(content.tag).removeprefix(XS), str(extension.tag).removeprefix(XS)
    yield f"    <xs:{kind}>"
    yield f"      <{tag(how, base=component.qname(extension, 'base'))}>"
    yield from _sequence(component, extension, closure, "        ")
    yield from _attributes(component, extension, closure, "        ")
    yield f"      </xs:{how}>"
    yield f"    </xs:{kind}>"


def _sequence(component: Component, parent: Any, closure: Closure, indent: str) -> Iterator[str]:
    kept = closure.kept.get(component.name, frozenset())
    particles = [
        Particle(component.qname(node, "ref"), node.get("minOccurs") or "1", node.get("maxOccurs") or "1")
        for node in parent.iter(f"{XS}element")
        if component.qname(node, "ref") in kept
    ]
    if particles:
        yield from sequence(particles, closure.heads, indent)


def _attributes(component: Component, parent: Any, closure: Closure, indent: str) -> Iterator[str]:
    """Attributes that the structures namespace gives; what other attributes a type of the release has is left out.

    A literal without attributes is plain text in NIEM JSON. What objects may bear beyond, the extension says for all
    (`GLOBAL_ATTRIBUTES`).
    """
    for node in parent:
        reference = component.qname(node, "ref") if node.tag == f"{XS}attribute" else ""
        if node.tag == f"{XS}attributeGroup":
            yield f'{indent}<xs:attributeGroup ref="{component.qname(node, "ref")}"/>'
        elif reference.startswith("structures:"):
            yield f"{indent}<{tag('attribute', ref=reference, use=node.get('use') or '')}/>"
        elif node.tag == f"{XS}anyAttribute":
            yield f'{indent}<xs:anyAttribute processContents="strict" namespace="##other"/>'

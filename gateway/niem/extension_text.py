"""Our extension schema document as text, from its tables."""

from collections.abc import Iterable, Iterator
from typing import Final

from gateway import names
from gateway.niem import wording
from gateway.niem.extension import (
    EXTENSION_FILE,
    GLOBAL_ATTRIBUTES,
    OWN_REFERRED_TYPES,
    TYPES,
    TypeRow,
    augmentation_points,
)
from gateway.niem.extension_elements import ELEMENTS, VOCABULARIES, VocabularyRow
from gateway.niem.release import Closure, SchemaDocument
from gateway.niem.schema_markup import Particle, SchemaHead, annotation, document_text, sequence, tag
from gateway.niem.schema_text import places_of

__all__ = ["extension_document"]

_OCCURS: Final = {"": ("1", "1"), "?": ("0", "1"), "*": ("0", "unbounded"), "+": ("1", "unbounded")}


def extension_document(closure: Closure, used: Iterable[SchemaDocument]) -> str:
    """Our extension schema document, as text.

    It imports every document of the subset: a validator that opens it knows all that may stand in a message,
    substitutes included, which nothing else would lead it to.
    """
    points = dict(augmentation_points())
    heads = closure.heads | {f"fx:{name}" for name in points}
    body: list[str] = []
    for vocabulary in VOCABULARIES:
        body.extend(_vocabulary(vocabulary))
    for row in TYPES:
        body.extend(_type(row, heads))
    for element in ELEMENTS:
        attributes = {"name": element.name, "type": element.type, "substitutionGroup": element.head, "nillable": "true"}
        body.extend(_documented("element", element.says, attributes))
    for name, type_name in points.items():
        says = f"An augmentation point for type {names.EXTENSION_PREFIX}:{type_name}."
        body.extend(_documented("element", says, {"name": name, "abstract": "true"}))
    places = places_of(used) | {names.EXTENSION_PREFIX: (names.EXTENSION_NAMESPACE, EXTENSION_FILE)}
    head = SchemaHead(
        namespace=names.EXTENSION_NAMESPACE,
        path=EXTENSION_FILE,
        target="ExtensionSchemaDocument",
        says="Messages of the Fusion Exchange Gateway, and what they say beyond NIEM 6.0.",
        places=places,
    )
    return document_text(head, body, imports=frozenset(places), appinfo=tuple(_global_attributes()))


def _global_attributes() -> Iterator[str]:
    """Attributes that every class of the named sorts may have (NDR 6.0, 4.16.2.1: attribute augmentations in XSD)."""
    for row in GLOBAL_ATTRIBUTES:
        classes = " ".join(row.class_codes)
        yield f'<appinfo:Augmentation property="{row.attribute}" globalClassCode="{classes}"/>'


def _documented(kind: str, says: str, attributes: dict[str, str]) -> Iterator[str]:
    yield f"  <{tag(kind, **attributes)}>"
    yield annotation(says, "    ")
    yield f"  </xs:{kind}>"


def _vocabulary(row: VocabularyRow) -> Iterator[str]:
    yield f'  <xs:simpleType name="{row.name}CodeSimpleType">'
    yield annotation(f"A data type for {row.says}.", "    ")
    yield '    <xs:restriction base="xs:token">'
    for value in row.values:
        yield f"      <{tag('enumeration', value=value)}>"
        yield annotation(wording.of_code(value), "        ")
        yield "      </xs:enumeration>"
    yield "    </xs:restriction>"
    yield "  </xs:simpleType>"
    yield f'  <xs:complexType name="{row.name}CodeType">'
    yield annotation(f"A data type for {row.says}.", "    ")
    yield "    <xs:simpleContent>"
    yield f'      <xs:extension base="{names.EXTENSION_PREFIX}:{row.name}CodeSimpleType">'
    yield '        <xs:attributeGroup ref="structures:SimpleObjectAttributeGroup"/>'
    yield "      </xs:extension>"
    yield "    </xs:simpleContent>"
    yield "  </xs:complexType>"


def _type(row: TypeRow, heads: frozenset[str]) -> Iterator[str]:
    code = {"appinfo__referenceCode": "ANY"} if row.name in OWN_REFERRED_TYPES else {}
    yield f"  <{tag('complexType', name=row.name, **code)}>"
    yield annotation(row.says, "    ")
    yield "    <xs:complexContent>"
    yield f'      <xs:extension base="{row.base}">'
    yield from _content(row, heads)
    yield "      </xs:extension>"
    yield "    </xs:complexContent>"
    yield "  </xs:complexType>"


def _content(row: TypeRow, heads: frozenset[str]) -> Iterator[str]:
    names_of = ((written, written.rstrip("?*+")) for written in row.particles)
    particles = [Particle(name, *_OCCURS[written[len(name) :]]) for written, name in names_of]
    return sequence(particles, heads, "        ")

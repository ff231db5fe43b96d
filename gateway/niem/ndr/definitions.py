"""NDR 6.0, sections 7.2 and 7.3: the definitions of components, and their opening phrases."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import XML, XS, SchemaFile, SchemaSet
from gateway.niem.ndr.rule import Check, RuleRow, at, by_reading, must, should

__all__ = ["DEFINITIONS"]

_UNDEFINED: Final = "[not(normalize-space(xs:annotation/xs:documentation[1]))]"
_PROPERTY: Final = "(xs:element | xs:attribute)"
_MEANING: Final = "Whether a sentence says what it should is a matter of meaning."


def _opening(components: str, phrase: str) -> Check:
    """Components with a definition that begins in another way; the phrase is a pattern in small letters."""
    defined = "[normalize-space(xs:annotation/xs:documentation[1])]"
    return at(f"{components}{defined}[not(n:like(xs:annotation/xs:documentation[1], '(?i){phrase}'))]")


def _concrete(*endings: str) -> str:
    named = " or ".join(f"n:ends(@name, '{ending}')" for ending in endings)
    return f"{_PROPERTY}[{named}][not(@abstract = 'true')]"


def _other_language(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for annotation in file.root.iter(f"{{{XS}}}annotation"):
        first = annotation.find(f"{{{XS}}}documentation")
        if first is not None and _language(first).lower() != "en-us":
            yield annotation


def _language(node: Any) -> str:
    while node is not None:
        if (stated := node.get(f"{{{XML}}}lang")) is not None:
            return str(stated)
        node = node.getparent()
    return ""


def _association_phrases(what: tuple[str, ...], phrase: str) -> Check:
    begins_so = _opening(" | ".join(f"xs:{kind}" for kind in what) if len(what) == 1 else _PROPERTY, phrase)

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        for node in begins_so(file, schemas):
            own = file.clark(node) if what == ("complexType",) else schemas.type_of(node)
            if schemas.category(own) == "association" and node.get("abstract") != "true":
                yield node

    return check


def _twice_enumerated(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for restriction in file.root.iter(f"{{{XS}}}restriction"):
        seen: set[str] = set()
        for facet in restriction.iterchildren(f"{{{XS}}}enumeration"):
            value = facet.get("value") or ""
            if value in seen:
                yield facet
            seen.add(value)


DEFINITIONS: Final[tuple[RuleRow, ...]] = (
    must(
        "7-37",
        "The schema document has a definition.",
        at("self::xs:schema[not(normalize-space((xs:annotation/xs:documentation)[1]))]"),
    ),
    must(
        "7-38",
        "Each type, element and attribute has a definition.",
        at(
            f"//xs:complexType{_UNDEFINED} | //xs:simpleType{_UNDEFINED}"
            f" | //xs:element[@name]{_UNDEFINED} | //xs:attribute[@name]{_UNDEFINED}"
        ),
    ),
    must("7-39", "Each code of a list has a definition.", at(f"//xs:enumeration{_UNDEFINED}")),
    must("7-40", "Each pattern has a definition.", at(f"//xs:pattern{_UNDEFINED}")),
    must("7-41", "Definitions are in U.S. English first.", _other_language),
    by_reading("7-42", "Words of a definition that dilute or blur a name stay out of it.", _MEANING),
    by_reading("7-43", "An object class has one meaning.", _MEANING),
    by_reading("7-44", "The definition of a part does not define the whole again.", _MEANING),
    by_reading("7-45", "A definition does not speak of data types, lengths and ranges.", _MEANING),
    by_reading("7-46", "Definitions meet the requirements of ISO/IEC 11179-4, 5.2.", _MEANING),
    by_reading("7-47", "Definitions meet the recommendations of ISO/IEC 11179-4, 5.2.", _MEANING),
    should(
        "7-48",
        "The definition of an abstract property begins 'A data concept'.",
        _opening("xs:element[@abstract = 'true'][not(n:ends(@name, 'AugmentationPoint'))]", "a data concept"),
    ),
    should(
        "7-49",
        "The definition of an association begins 'A relationship' or 'An association', with adjectives between.",
        _association_phrases(("element", "attribute"), "an?( .*)? (relationship|association)"),
    ),
    should(
        "7-50",
        "The definition of a date begins 'A date', 'A month' or 'A year', with adjectives between.",
        _opening(_concrete("Date"), "an?( .*)? (date|month|year)"),
    ),
    should(
        "7-51",
        "The definition of a quantity begins 'A count' or 'A number', with adjectives between.",
        _opening(_concrete("Quantity"), "an?( .*)? (count|number)"),
    ),
    should(
        "7-52",
        "The definition of a picture begins 'An image', 'A picture' or 'A photograph', with adjectives between.",
        _opening(_concrete("Picture"), "an?( .*)? (image|picture|photograph)"),
    ),
    should(
        "7-53",
        "The definition of an indicator begins 'True if', and says when it is false.",
        _opening(_concrete("Indicator"), "true if .*; false (otherwise|if)"),
    ),
    should(
        "7-54",
        "The definition of an identification begins 'An identification', with adjectives between.",
        _opening(_concrete("Identification"), "an?( .*)? identification"),
    ),
    should(
        "7-55",
        "The definition of a name begins 'A name', with adjectives between.",
        _opening(_concrete("Name"), "an?( .*)? name"),
    ),
    should(
        "7-56",
        "The definition of any other property begins 'A' or 'An'.",
        _opening(
            f"{_PROPERTY}[not(@abstract = 'true')][not(n:like(@name, '.*(Indicator|Augmentation|Metadata)$'))]", "an? "
        ),
    ),
    should(
        "7-57",
        "The definition of an association type begins 'A data type for a relationship' or '... an association'.",
        _association_phrases(("complexType",), "a data type for (a|an)( .*)? ?(relationship|association)"),
    ),
    should(
        "7-58",
        "The definition of a type begins 'A data type'.",
        _opening("(xs:complexType | xs:simpleType)", "a data type"),
    ),
    must("7-59", "No restriction lists the same value twice.", _twice_enumerated),
)

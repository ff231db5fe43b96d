"""NDR 6.0, section 7.1: the names of components."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import APPINFO, XS, SchemaFile, SchemaSet, Standing, expanded
from gateway.niem.ndr.rule import RuleRow, at, by_reading, must, should

__all__ = ["NAMING", "PROXY", "is_code_type"]

_NAMED: Final = "xs:element[@name] | xs:attribute[@name] | xs:complexType[@name] | xs:simpleType[@name]"
PROXY: Final = f"xs:simpleContent/xs:extension[concat('{{{XS}}}', ../../@name) = n:name(@base)]"
"""What makes a complex type a proxy: it carries the built-in type of its own name."""

_IN_ENGLISH: Final = "It takes knowledge of the language and of the field."
_REPRESENTATION: Final = (
    "Amount", "BinaryObject", "Graphic", "Picture", "Sound", "Video", "Code", "DateTime", "Date", "Time", "Duration",
    "ID", "URI", "Indicator", "Measure", "Numeric", "Value", "Rate", "Percent", "Quantity", "Text", "Name", "List",
    "Abstract", "Representation",
)  # fmt: skip
"""Table 7-1."""
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _alike(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    counted = Counter(node.get("name").lower() for node in file.named())
    yield from (node for node in file.named() if counted[node.get("name").lower()] > 1)


def _named_otherwise(category: str, ending: str) -> Any:
    """Complex types of a category that are not named so, and all else that is."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        for node in file.named():
            is_one = node.tag == f"{{{XS}}}complexType" and schemas.category(file.clark(node)) == category
            if is_one != node.get("name").endswith(ending):
                yield node

    return check


def is_code_type(schemas: SchemaSet, clark: str, above: frozenset[str] = frozenset()) -> bool:
    """Whether a type is a list of codes: it enumerates, or is derived from, lists or joins what does.

    `above` are the unions and lists that the question comes from: one that holds itself holds no codes.
    """
    if clark in above:
        return False
    for name in schemas.bases(clark):
        node = schemas.type_named(name)
        if node is None:
            return name.endswith(("CodeType", "CodeSimpleType"))
        if node.find(f".//{{{XS}}}enumeration") is not None:
            return True
        for part in node.iter(f"{{{XS}}}list", f"{{{XS}}}union"):
            members = (part.get("itemType") or part.get("memberTypes") or "").split()
            within = above | {clark}
            if members and all(is_code_type(schemas, expanded(part, member), within) for member in members):
                return True
    return False


def _has_own_attributes(node: Any) -> bool:
    return node.find(f"{{{XS}}}simpleContent/*/{{{XS}}}attribute") is not None


def _code_types(*, with_attributes: bool) -> Any:
    """Complex types with simple content whose name does not tell whether they are lists of codes."""

    def check(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
        for node in file.named("complexType"):
            if node.find(f"{{{XS}}}simpleContent") is None or _has_own_attributes(node) != with_attributes:
                continue
            if is_code_type(schemas, file.clark(node)) != node.get("name").endswith("CodeType"):
                yield node

    return check


def _code_lists(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    yield from _code_types(with_attributes=False)(file, schemas)
    for node in file.named("simpleType"):
        if node.find(f".//{{{XS}}}enumeration") is not None and not node.get("name").endswith("CodeSimpleType"):
            yield node


def _called_codes(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("simpleType"):
        if node.get("name").endswith("CodeSimpleType") and not is_code_type(schemas, file.clark(node)):
            yield node


def _associations(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named():
        type_name = schemas.type_of(node)
        if not type_name and node.get("abstract") == "true":
            continue  # it says nothing yet; its substitutes are looked at
        if (schemas.category(type_name) == "association") != node.get("name").endswith("Association"):
            yield node


def _codes(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    """NIEM itself calls 39 texts codes, a postal code for one: what an owner named so, a subset cannot mend."""
    for node in file.named():
        is_code = (node.get("type") or "").endswith(("CodeType", "CodeSimpleType"))
        is_named_so = node.get("name").endswith("Code")
        if is_code != is_named_so and (is_code or file.standing is Standing.EXTENSION):
            yield node


def _references(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for node in file.named():
        is_reference = node.get(f"{{{APPINFO}}}referenceAttributeIndicator") == "true"
        if is_reference != node.get("name").endswith("Ref"):
            yield node


def _repeated_word(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    for node in file.named("element", "attribute"):
        words = _WORD.findall(node.get("name"))
        if len(words) > 1 and words[-1] in _REPRESENTATION and words[-1] == words[-2]:
            yield node


def _no_representation_term(file: SchemaFile, schemas: SchemaSet) -> Iterator[Any]:
    for node in file.named("element"):
        is_data = schemas.category(schemas.type_of(node)) == "simple"
        if is_data and not node.get("name").endswith(_REPRESENTATION):
            yield node


NAMING: Final[tuple[RuleRow, ...]] = (
    must("7-1", "Two components of a namespace differ by more than upper and lower case.", _alike),
    must(
        "7-2",
        "Types have names in 'Type', properties have not; a proxy is named like the built-in type it carries.",
        at(
            f"xs:complexType[not({PROXY})][not(n:ends(@name, 'Type'))] | xs:simpleType[not(n:ends(@name, 'Type'))]"
            " | xs:element[n:ends(@name, 'Type')] | xs:attribute[n:ends(@name, 'Type')]"
        ),
    ),
    must(
        "7-3",
        "Only the components with which XML Schema expresses augmentations are named after them.",
        at(
            "(xs:attribute | xs:simpleType)[n:like(@name, '.*Augmentation(Point|Type)?$')]"
            " | xs:complexType[n:like(@name, '.*Augmentation(Point)?$')]"
        ),
    ),
    must(
        "7-4",
        "Adapter types, and nothing else, are named in 'AdapterType'.",
        _named_otherwise("adapter", "AdapterType"),
    ),
    must(
        "7-5",
        "Association types, and nothing else, are named in 'AssociationType'.",
        _named_otherwise("association", "AssociationType"),
    ),
    must(
        "7-6",
        "A type with attributes of its own whose values are codes is named in 'CodeType'; with other values it is not.",
        _code_types(with_attributes=True),
    ),
    must(
        "7-7",
        "What is named in 'SimpleType' is a datatype.",
        at("(xs:element | xs:attribute | xs:complexType[not(xs:simpleContent)])[n:ends(@name, 'SimpleType')]"),
    ),
    must("7-8", "What is named in 'CodeSimpleType' is a list of codes.", _called_codes),
    must("7-9", "Lists of codes, and nothing else, are named in 'CodeType' or 'CodeSimpleType'.", _code_lists),
    should(
        "7-10",
        "Abstract properties, and nothing else, are named in 'Abstract' or 'Representation'.",
        at(
            "xs:element[@abstract = 'true'][not(n:like(@name, '.*(Abstract|Representation|AugmentationPoint)$'))]"
            " | (xs:element | xs:attribute)[not(@abstract = 'true')][n:like(@name, '.*(Abstract|Representation)$')]"
        ),
    ),
    must("7-11", "Properties of an association type, and nothing else, are named in 'Association'.", _associations),
    must("7-12", "Properties whose values are codes, and nothing else, are named in 'Code'.", _codes),
    must(
        "7-13", "No component of a schema document is named in 'Literal'.", at(f"({_NAMED})[n:ends(@name, 'Literal')]")
    ),
    must("7-14", "Reference attributes, and nothing else, are named in 'Ref'.", _references),
    by_reading("7-15", "Names are made of English words in U.S. spelling.", _IN_ENGLISH),
    must(
        "7-16",
        "Names hold only letters and digits of ASCII, underscore, hyphen and period.",
        at(f"({_NAMED})[not(n:like(@name, '[A-Za-z0-9_.-]+$'))]"),
    ),
    must(
        "7-17",
        "Names are in camel case: what follows a separator begins with a capital letter or a digit.",
        at(f"({_NAMED})[n:like(@name, '.*[_.-]([a-z_.-]|$)')]"),
    ),
    must("7-18", "An attribute's name begins with a small letter.", at("xs:attribute[not(n:like(@name, '[a-z]'))]")),
    must(
        "7-19",
        "The name of any other component, save a proxy, begins with a capital letter.",
        at(f"(xs:element | xs:simpleType | xs:complexType[not({PROXY})])[@name][not(n:like(@name, '[A-Z]'))]"),
    ),
    by_reading("7-20", "Separators in a name stand only where it could not be read without.", _IN_ENGLISH),
    by_reading("7-21", "Nouns in a name are singular unless the concept is plural.", _IN_ENGLISH),
    by_reading("7-22", "Verbs in a name are in the present tense unless the concept is past.", _IN_ENGLISH),
    by_reading(
        "7-23", "Articles, conjunctions and prepositions stay out of a name that is clear without.", _IN_ENGLISH
    ),
    by_reading(
        "7-24",
        "A property's name is put together of object class, property and representation terms, each with qualifiers.",
        "Which word of a name is which term is a matter of meaning.",
    ),
    by_reading("7-25", "The object class term names a category of things or concepts.", _IN_ENGLISH),
    by_reading("7-26", "The property term names a characteristic or a part.", _IN_ENGLISH),
    by_reading("7-27", "Several qualifiers may be used where clarity needs them.", "It permits and forbids nothing."),
    by_reading("7-28", "A name has no more qualifiers than it needs.", _IN_ENGLISH),
    by_reading("7-29", "The order of qualifiers makes no difference between components.", _IN_ENGLISH),
    should("7-30", "A word of the representation term does not repeat the word before it.", _repeated_word),
    should("7-31", "A property with simple content is named with a representation term.", _no_representation_term),
    by_reading("7-32", "An object property whose concept has a representation term uses it.", _IN_ENGLISH),
    by_reading("7-33", "An object property whose concept has no representation term uses none.", _IN_ENGLISH),
    should(
        "7-34",
        "A name says ID for identifier and URI for uniform resource identifier.",
        at(f"({_NAMED})[n:like(@name, '.*(Identifier|UniformResource)')]"),
    ),
    by_reading("7-35", "A local term may stand in names of its namespace.", "It permits and forbids nothing."),
    must(
        "7-36",
        "A local term has a definition or a literal.",
        at("//appinfo:LocalTerm[not(@definition) and not(@literal)]"),
    ),
)

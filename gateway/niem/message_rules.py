"""The rules for XML messages of NDR 6.0, section 12: what each asks, and the checks that XML Schema leaves open.

libxml2 never checks `xs:IDREF`; what a reference may point at, XML Schema cannot say at all.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lxml import etree

from gateway.niem.faults import MessageFault, fault_at
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.schema_index import SchemaIndex

__all__ = ["MESSAGE_RULES", "REFERENCE_CODES", "MessageRule", "NdrRules", "attributed"]


class MessageRule(NamedTuple):
    """One rule: its number, what it asks in our words, how it is held, and whether a schema-valid message can break it.

    Where `is_open` is False the schema folder leaves no message that could break the rule, for the reason in `held_by`.
    """

    number: str
    asks: str
    held_by: str
    is_open: bool = True


_BY_CODE: Final = (
    "effective reference code, NONE unless one is given; a schema folder in which nobody gives one, as the release of"
    " NIEM 6.0, forbids nothing"
)

MESSAGE_RULES: Final = (
    MessageRule("12-1", "The document is one message: its root is a root that the exchange declares.", "root element"),
    MessageRule("12-2", "The message is schema-valid.", "libxml2, on the compiled schema folder", False),
    MessageRule(
        "12-3",
        "No attribute is there by the wildcard of the structures namespace alone.",
        "attributes that the element's type declares, or an augmentation record gives to its class",
    ),
    MessageRule("12-4", "What may not be referred to has no structures:id.", _BY_CODE),
    MessageRule("12-5", "No structures:ref where the reference code forbids it.", _BY_CODE),
    MessageRule("12-6", "No structures:uri where the reference code forbids it.", _BY_CODE),
    MessageRule("12-7", "At most one of structures:id, :ref and :uri.", "attributes of the element"),
    MessageRule("12-8", "A structures:ref leads to a structures:id of the message.", "all ids of the message"),
    MessageRule(
        "12-9",
        "Both ends of a reference are validated from the same root.",
        "a message is validated once, from its root, and no type has an element wildcard below which another"
        " validation could begin",
        False,
    ),
    MessageRule("12-10", "The object referred to has the type of the referring element.", "type derivation"),
    MessageRule(
        "12-11",
        "A reference attribute leads to objects of the type that its name says.",
        "`nc:metadataRef` leads to nc:MetadataType or a type derived from it",
    ),
    MessageRule("12-12", "An attribute that is a URI has the form of one.", "RFC 3986, appendix A"),
    MessageRule("12-13", "No augmentation element stands twice in one object.", "siblings of the same name"),
    MessageRule("12-14", "xsi:nil only on a reference.", "structures:ref or :uri beside it"),
    MessageRule("12-15", "xml:base only on the root.", "attributes of every other element"),
)
"""Rule 12-15 cannot be met with xml:base either: our schema folder declares no such attribute."""


class _References(NamedTuple):
    """What a reference code lets an element have."""

    may_id: bool
    may_ref: bool
    may_uri: bool


REFERENCE_CODES: Final = {
    "NONE": _References(False, False, False),
    "ANY": _References(True, True, True),
    "REF": _References(True, True, False),
    "IDREF": _References(True, True, False),
    "URI": _References(True, False, True),
    "ANYURI": _References(True, False, True),
    "RELURI": _References(True, False, True),
    "INTERNAL": _References(True, True, True),
}
"""Of the release's appinfo (NONE, REF, URI, ANY), and what the NDR and its tools call the same."""

_NOTHING: Final = REFERENCE_CODES["NONE"]

_STRUCTURES: Final = f"{{{NAMESPACES['structures']}}}"
_XSI: Final = f"{{{NAMESPACES['xsi']}}}"
_ID, _REF, _URI = f"{_STRUCTURES}id", f"{_STRUCTURES}ref", f"{_STRUCTURES}uri"
_NIL, _TYPE = f"{_XSI}nil", f"{_XSI}type"
_PLAIN_REFERENCE: Final = [_REF, _NIL]
_POINTING: Final = frozenset({_REF, _URI, _NIL})
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_OF_THE_SCHEMA_LANGUAGE: Final = frozenset({_NIL, _TYPE, f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})
_ALWAYS: Final = _OF_THE_SCHEMA_LANGUAGE | {_ID, _REF, _URI, f"{_STRUCTURES}appliesToParent"}
_URI_REFERENCE: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
    r"(?:#(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?"
)
"""RFC 3986, appendix A, as far as the characters go."""


attributed: Final = etree.XPath("descendant-or-self::*/@*/..", regexp=False)
"""The elements of a message that have attributes: twice as fast as the predicate `[@*]`, asked of every element."""


class NdrRules:
    """Rules 12-3 to 12-8 and 12-10 to 12-15, and that no id occurs twice."""

    def __init__(self, index: SchemaIndex) -> None:
        self._index = index
        self._fits = lru_cache(4096)(
            lambda target, element: index.is_derived(index.declared_type(target), index.declared_type(element))
        )
        self._lets = lru_cache(4096)(self._declared_lets)
        # With one code in the folder, no derived type can take back what its base lets an element have.
        self._has_one_code = len({row.reference_code for row in index.types.values()} - {""}) <= 1
        self._class_referred = lru_cache(4096)(self._declared_class)
        self._is_of = lru_cache(4096)(lambda tag, base: index.is_derived(index.declared_type(tag), base))
        self.augmentations: Final = tuple(sorted(index.augmentations))
        """The elements that `faults` wants to see, beside those with attributes."""

    def faults_of(self, root: Any) -> Iterator[MessageFault]:
        """Every breach of the rules by a message of which nobody has walked the tree yet."""
        return self.faults(root, attributed(root), root.iter(*self.augmentations) if self.augmentations else ())

    def faults(self, root: Any, attributed: Iterable[Any], augmentations: Iterable[Any]) -> Iterator[MessageFault]:
        """Every breach of the rules by a message, in the order of the checks.

        `attributed` are its elements that have attributes, `augmentations` its augmentation elements, in document
        order: whoever walks the tree hands them over, so that it is walked as rarely as can be.
        """
        targets: dict[str, Any] = {}
        linked: list[tuple[Any, list[str]]] = []
        for element in attributed:
            names = element.keys()
            if _ID in names and targets.setdefault(element.get(_ID), element) is not element:
                yield fault_at(
                    element, "ndr.duplicate-id", "the structures:id occurs twice", expected="an id of its own"
                )
            if len(names) > 1 or names[0] != _ID or not self._lets(element.tag).may_id:
                linked.append((element, names))
        for element, names in linked:
            if not _ALWAYS.issuperset(names) and not self._leads_well(element, names, targets):
                yield from self._further(root, element, names, targets)
            if names == _PLAIN_REFERENCE:
                if not self._is_sound(element, targets):
                    yield from self._links(element, names, targets)
            elif not _POINTING.isdisjoint(names) or not self._may_be_named(element, names):
                yield from self._links(element, names, targets)
        seen: set[tuple[Any, str]] = set()
        for element in augmentations:
            key = (element.getparent(), element.tag)
            if key in seen:
                yield fault_at(element, "ndr.12-13", "the same augmentation stands twice", expected="one")
            seen.add(key)

    def _is_sound(self, element: Any, targets: dict[str, Any]) -> bool:
        """Whether an element is what nearly every reference is: nil, its target of a fitting declared type.

        An `xsi:type` that the target states is derived from the declared type, or else breaks the schema.
        """
        target = targets.get(element.get(_REF))
        return target is not None and self._lets(element.tag).may_ref and self._fits(target.tag, element.tag)

    def _may_be_named(self, element: Any, names: list[str]) -> bool:
        """Whether an element that points at nothing may have its `structures:id`, if it has one."""
        if _ID not in names or (self._has_one_code and self._lets(element.tag).may_id):
            return True
        if _TYPE not in names:
            return self._lets(element.tag).may_id
        code = self._index.reference_code(element.tag, self._index.type_of(element, _TYPE))
        return REFERENCE_CODES.get(code, _NOTHING).may_id

    def _leads_well(self, element: Any, names: list[str], targets: dict[str, Any]) -> bool:
        """Whether an element has, of further attributes, one reference attribute that leads where it may.

        It is what nearly every further attribute is; `_further` finds out what is wrong with the others.
        """
        further = [name for name in names if name not in _ALWAYS]
        if len(further) != 1 or _TYPE in names:
            return False
        base = self._class_referred(element.tag, further[0])
        reference = element.get(further[0])
        if (target := targets.get(reference)) is not None:  # one reference, as nearly always
            return bool(base) and self._is_of(target.tag, base)
        references = reference.split()
        return bool(base and references) and all(
            (target := targets.get(one)) is not None and self._is_of(target.tag, base) for one in references
        )

    def _declared_class(self, tag: str, attribute: str) -> str:
        """The class that a reference attribute of an element leads to; '' if the element may have no such attribute."""
        allowed = self._index.allowed_attributes(self._index.declared_type(tag))
        is_reference = attribute in allowed and self._index.built_in(self._index.attribute_type(attribute)) == "IDREFS"
        return _class_of(attribute) if is_reference else ""

    def _declared_lets(self, tag: str) -> _References:
        """What the reference code of an element by its declared type lets it have; all, if no schema gives a code."""
        if not self._index.speaks_of_references:
            return REFERENCE_CODES["ANY"]
        return REFERENCE_CODES.get(self._index.reference_code(tag, self._index.declared_type(tag)), _NOTHING)

    def _links(self, element: Any, names: list[str], targets: dict[str, Any]) -> Iterator[MessageFault]:
        """The attributes of the structures namespace and xsi:nil: 12-4 to 12-8, 12-10, 12-12 and 12-14."""
        reference, uri = element.get(_REF), element.get(_URI)
        if (_ID in names) + (reference is not None) + (uri is not None) > 1:
            yield fault_at(element, "ndr.12-7", "more than one of structures:id, :ref and :uri", expected="one of them")
        if uri is not None and not _URI_REFERENCE.fullmatch(uri):
            yield fault_at(element, "ndr.12-12", "structures:uri is not a URI", found=uri, expected="RFC 3986")
        if _NIL in names and reference is None and uri is None and element.get(_NIL).strip() in ("true", "1"):
            yield fault_at(element, "ndr.12-14", "xsi:nil without a reference", expected="structures:ref or :uri")
        if self._index.speaks_of_references:
            yield from self._reference_code(element, names)
        if reference is not None:
            needed = self._index.type_of(element, _TYPE)
            yield from self._lead(element, "ndr.12-8", "ndr.12-10", reference, needed, targets)

    def _lead(
        self, element: Any, nowhere: str, elsewhere: str, reference: str, needed: str, targets: dict[str, Any]
    ) -> Iterator[MessageFault]:
        """Whether a reference leads to an object of the needed type; the codes for where it leads instead."""
        target = targets.get(reference.strip())
        if target is None:
            yield fault_at(element, nowhere, "the reference leads nowhere", found=reference, expected="an id")
        elif not self._index.is_derived(self._index.type_of(target, _TYPE), needed):
            name = needed.rpartition("}")[2]
            yield fault_at(element, elsewhere, "the reference leads to another type of object", expected=name)

    def _reference_code(self, element: Any, names: list[str]) -> Iterator[MessageFault]:
        code = self._index.reference_code(element.tag, self._index.type_of(element, _TYPE)) or "NONE"
        lets = REFERENCE_CODES.get(code, _NOTHING)
        asked = (("12-4", _ID, lets.may_id), ("12-5", _REF, lets.may_ref), ("12-6", _URI, lets.may_uri))
        for number, attribute, allowed in asked:
            if attribute in names and not allowed:
                says = f"structures:{attribute.removeprefix(_STRUCTURES)} on what may not have it"
                yield fault_at(element, f"ndr.{number}", says, expected=f"reference code {code}")

    def _further(self, root: Any, element: Any, names: list[str], targets: dict[str, Any]) -> Iterator[MessageFault]:
        """Attributes that are neither of the structures namespace nor of the schema language: 12-3, 12-11 to 12-15."""
        allowed = self._index.allowed_attributes(self._index.type_of(element, _TYPE))
        for name in names:
            if name in _ALWAYS:
                continue
            if name == _BASE and element is not root:
                yield fault_at(
                    element, "ndr.12-15", "xml:base below the root", expected="xml:base on the root, if at all"
                )
            elif name not in allowed:
                yield fault_at(element, "ndr.12-3", "an attribute that no type of a message declares", expected="none")
            elif (kind := self._index.built_in(self._index.attribute_type(name))) == "IDREFS":
                references = element.get(name).split()
                if not references:
                    says = "a reference attribute that refers to nothing"
                    yield fault_at(element, "ndr.12-11", says, expected=_class_of(name).rpartition("}")[2])
                for reference in references:
                    yield from self._lead(element, "ndr.12-11", "ndr.12-11", reference, _class_of(name), targets)
            elif kind == "anyURI" and not _URI_REFERENCE.fullmatch(element.get(name).strip()):
                yield fault_at(element, "ndr.12-12", "an attribute is not a URI", expected="RFC 3986")


def _class_of(attribute: str) -> str:
    """The type that a reference attribute leads to (NDR 6.0, 12-11): `nc:metadataRef` to `nc:MetadataType`."""
    namespace, _, local = attribute.rpartition("}")
    return f"{namespace}}}{local[:1].upper()}{local[1:].removesuffix('Ref')}Type"

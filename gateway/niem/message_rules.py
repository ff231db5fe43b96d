"""The rules for messages of NDR 6.0, section 12, that XML Schema validation leaves open.

libxml2 never checks `xs:IDREF`; what a reference may point at, XML Schema cannot say at all.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.faults import MessageFault, fault_at
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.schema_index import SchemaIndex

__all__ = ["NdrRules"]

_STRUCTURES: Final = f"{{{NAMESPACES['structures']}}}"
_XSI: Final = f"{{{NAMESPACES['xsi']}}}"
_ID, _REF, _URI = f"{_STRUCTURES}id", f"{_STRUCTURES}ref", f"{_STRUCTURES}uri"
_NIL, _TYPE = f"{_XSI}nil", f"{_XSI}type"
_LINKS: Final = frozenset({_ID, _REF, _URI, _NIL})
_KNOWN: Final = _LINKS | {_TYPE, f"{_XSI}schemaLocation", f"{_STRUCTURES}appliesToParent"}
_URI_REFERENCE: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
    r"(?:#(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?"
)
"""RFC 3986, appendix A, as far as the characters go."""


class NdrRules:
    """Rules 12-3, 12-7, 12-8, 12-10, 12-12, 12-13 and 12-14, and that no id occurs twice."""

    def __init__(self, index: SchemaIndex) -> None:
        self._index = index
        self._augmentations = tuple(sorted(index.augmentations))

    def faults(self, root: Any) -> Iterator[MessageFault]:
        """Every breach of the rules, in the order of the rules' checks."""
        linked: list[Any] = []
        targets: dict[str, Any] = {}
        for element in root.iter("*"):
            attributes = element.keys()
            if not attributes:
                continue
            if not _LINKS.isdisjoint(attributes):
                linked.append(element)
            if not _KNOWN.issuperset(attributes):
                yield fault_at(element, "ndr.12-3", "an attribute that no type of a message declares", expected="none")
            name = element.get(_ID)
            if name is not None and targets.setdefault(name, element) is not element:
                yield fault_at(
                    element, "ndr.duplicate-id", "the structures:id occurs twice", expected="an id of its own"
                )
        for element in linked:
            yield from self._links(element, targets)
        yield from self._repeated_augmentations(root)

    def _links(self, element: Any, targets: dict[str, Any]) -> Iterator[MessageFault]:
        reference, uri = element.get(_REF), element.get(_URI)
        stated = sum(value is not None for value in (element.get(_ID), reference, uri))
        if stated > 1:
            yield fault_at(element, "ndr.12-7", "more than one of structures:id, :ref and :uri", expected="one of them")
        if uri is not None and not _URI_REFERENCE.fullmatch(uri):
            yield fault_at(element, "ndr.12-12", "structures:uri is not a URI", found=uri, expected="RFC 3986")
        if element.get(_NIL) in ("true", "1") and reference is None and uri is None:
            yield fault_at(element, "ndr.12-14", "xsi:nil without a reference", expected="structures:ref or :uri")
        if reference is None:
            return
        target = targets.get(reference)
        if target is None:
            yield fault_at(element, "ndr.12-8", "the reference leads nowhere", found=reference, expected="an id")
            return
        needed = self._index.type_of(element, _TYPE)
        if not self._index.is_derived(self._index.type_of(target, _TYPE), needed):
            name = needed.rpartition("}")[2]
            yield fault_at(element, "ndr.12-10", "the reference leads to another type of object", expected=name)

    def _repeated_augmentations(self, root: Any) -> Iterator[MessageFault]:
        seen: set[tuple[Any, str]] = set()
        for element in root.iter(*self._augmentations):
            key = (element.getparent(), element.tag)
            if key in seen:
                yield fault_at(element, "ndr.12-13", "the same augmentation stands twice", expected="one")
            seen.add(key)

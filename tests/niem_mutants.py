"""Mutants of NIEM messages, by a seed: what a careless or a hostile writer could make of a good one."""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import msgspec
from lxml import etree
from niem_builders import full_record

from gateway.model.kinds import Kind
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.niem.namespaces import NAMESPACES

STRUCTURES = f"{{{NAMESPACES['structures']}}}"
XSI = f"{{{NAMESPACES['xsi']}}}"
VALUES = (
    "", "x", " ", "-1", "0", "101", "1e5", "true", "1", "OR", " OR ", "7 ", "2026-02-30", "2026-03-04",
    "2026-03-04T25:00:00Z", "2026-03-04T15:00:00+02:00", "99.9999999999", "INF", "\u00e9\u4e2d", "a\nb", "#",
    "http://a b",
)  # fmt: skip
TYPES = (
    "nc:PersonType", "nc:ItemType", "nc:VehicleType", "cyber:CyberObservableIPv4AddressObjectType", "nc:NoSuchType",
    "structures:ObjectType", "nope:Type", "fx:CyberObservableFileHashObjectType", "", "nc:TextType",
)  # fmt: skip


def small_record(kind: Kind) -> Record:
    """Two entities of each sort and some of the relations between them: every element, few of each."""
    record = full_record(kind)
    groups = {group.field: getattr(record, group.field)[:2] for group in ENTITY_GROUPS.values()}
    return msgspec.structs.replace(record, relations=record.relations[::3], **groups)


class _Victim:
    """A tree with a place in it that was chosen for a mutation."""

    def __init__(self, root: Any, choose: random.Random) -> None:
        self.root, self.choose = root, choose
        self.elements = list(root.iter("*"))
        self.element = choose.choice(self.elements[1:])
        self.parent = self.element.getparent()
        self.other = choose.choice(self.elements)

    def bearer(self, attribute: str) -> Any:
        """An element with an attribute, or any at all."""
        bearers = [element for element in self.elements if attribute in element.attrib]
        return self.choose.choice(bearers) if bearers else self.element


def _drop(v: _Victim) -> None:
    v.parent.remove(v.element)


def _duplicate(v: _Victim) -> None:
    v.parent.insert(v.choose.randrange(len(v.parent) + 1), deepcopy(v.element))


def _move(v: _Victim) -> None:
    v.parent.insert(v.choose.randrange(len(v.parent)), v.element)


def _shuffle(v: _Victim) -> None:
    siblings = list(v.parent)
    v.choose.shuffle(siblings)
    v.parent[:] = siblings


def _swap_neighbours(v: _Victim) -> None:
    following = v.element.getnext()
    if following is not None:
        v.parent.insert(v.parent.index(v.element), following)


def _rename(v: _Victim) -> None:
    v.element.tag = v.other.tag


def _transplant(v: _Victim) -> None:
    if v.other is not v.root:
        v.parent.insert(v.choose.randrange(len(v.parent) + 1), deepcopy(v.other))


def _new_namespace(v: _Victim) -> None:
    local = etree.QName(v.element).localname
    namespace = v.choose.choice([*NAMESPACES.values(), "urn:strange", ""])
    v.element.tag = f"{{{namespace}}}{local}" if namespace else local


def _new_value(v: _Victim) -> None:
    leaves = [element for element in v.elements[1:] if not len(element)]
    v.choose.choice(leaves).text = v.choose.choice(VALUES)


def _text_in_content(v: _Victim) -> None:
    v.element.tail = v.choose.choice(["stray", " \n ", "\u00a0"])


def _empty(v: _Victim) -> None:
    for child in list(v.element):
        v.element.remove(child)


def _attribute(v: _Victim) -> None:
    names = (
        f"{STRUCTURES}appliesToParent", f"{STRUCTURES}uri", f"{STRUCTURES}id", "color",
        f"{{{NAMESPACES['nc']}}}metadataRef",
        "{http://www.w3.org/XML/1998/namespace}lang", "{http://www.w3.org/XML/1998/namespace}base", f"{XSI}nil",
    )  # fmt: skip
    v.element.set(v.choose.choice(names), v.choose.choice((*VALUES, "person-0", "false")))


def _no_attributes(v: _Victim) -> None:
    v.bearer(v.choose.choice((f"{STRUCTURES}id", f"{STRUCTURES}ref", f"{XSI}nil", f"{XSI}type"))).attrib.clear()


def _identifier(v: _Victim) -> None:
    names = (f"{STRUCTURES}id", f"{STRUCTURES}ref")
    others = [e.get(f"{STRUCTURES}id") for e in v.elements if e.get(f"{STRUCTURES}id")]
    name = v.choose.choice(names)
    v.bearer(name).set(name, v.choose.choice([*others, "nobody", "1x", "a b", ""]))


def _stated_type(v: _Victim) -> None:
    place = v.bearer(f"{XSI}type") if v.choose.random() < 0.5 else v.element
    place.set(f"{XSI}type", v.choose.choice(TYPES))


def _nil(v: _Victim) -> None:
    place = v.bearer(f"{XSI}nil") if v.choose.random() < 0.5 else v.element
    place.set(f"{XSI}nil", v.choose.choice(("true", "false", "1", "0", "yes", "")))


MUTATIONS: dict[str, Callable[[_Victim], None]] = {
    function.__name__.strip("_"): function
    for function in (
        _drop, _duplicate, _move, _shuffle, _swap_neighbours, _rename, _transplant, _new_namespace, _new_value,
        _text_in_content, _empty, _attribute, _no_attributes, _identifier, _stated_type, _nil,
    )
}  # fmt: skip
"""What is done to a message, by name."""


def mutants(document: bytes, number: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many mutants of a message, each with one mutation (now and then two), and the names of what was done."""
    choose = random.Random(seed)
    original = etree.fromstring(document)
    names = sorted(MUTATIONS)
    for _ in range(number):
        root = deepcopy(original)
        done = choose.choices(names, k=1 if choose.random() < 0.9 else 2)
        for name in done:
            MUTATIONS[name](_Victim(root, choose))
        yield "+".join(done), etree.tostring(root)

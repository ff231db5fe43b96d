"""The slow way to write a message: lxml elements one by one, from the same tables. What the templates are held against.

It shares no code with `gateway.niem.writing`: no templates, no escaping, no choice of what is written by sets of facts.
"""

from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from lxml import etree

from gateway.model.center import Center
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.kinds import KINDS, PRIVACY_KINDS
from gateway.model.record import ENTITY_GROUPS
from gateway.model.stages import View
from gateway.niem.associations import ASSOCIATIONS
from gateway.niem.cyber import CLAIM, claim
from gateway.niem.document import HEAD, HEAD_SEEN
from gateway.niem.entities import PLACE_SEEN, REGISTRATION
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.outgoing import Outgoing
from gateway.niem.particulars import ACCOUNTS
from gateway.niem.parts import (
    Computed,
    Each,
    Fixed,
    Kept,
    Leaf,
    Leaves,
    Only,
    Part,
    Reference,
    Seen,
    Shape,
    Within,
    fields_of,
)
from gateway.niem.render import SHAPES

__all__ = ["build"]


def _name(prefixed: str) -> etree.QName:
    prefix, _, local = prefixed.partition(":")
    return etree.QName(NAMESPACES[prefix], local)


def build(view: View, center: Center) -> Any:
    """The message of a view as an lxml element."""
    record = view.record
    root = etree.Element(_name(f"fx:{KINDS[record.kind].niem_root}"), nsmap=NAMESPACES)
    for part in HEAD:
        _put(part, root, _Head(view, center))
    flagged = record.kind in PRIVACY_KINDS
    if flagged:
        metadata = etree.SubElement(root, _name("nc:Metadata"), {_name("structures:id"): "privacy-field"})
        etree.SubElement(metadata, _name("nc:SensitivityText")).text = "ISE-SAR privacy field"
    sorts: dict[str, str] = {}
    observables = {one.ref: one for one in record.observables}
    for sort, group in ENTITY_GROUPS.items():
        personal = {f for f, d in disclosures(group.type).items() if d is Discloses.PERSON} if flagged else set()
        order = list(dict.fromkeys(shape.element for shape in SHAPES[sort].shapes.values()))
        for entity in sorted(getattr(record, group.field), key=lambda one: order.index(_shape(sort, one).element)):
            sorts[entity.ref] = sort
            seen = claim(entity, observables) if sort == "indicator" else entity
            _entity(root, _shape(sort, seen), _flat(seen, SEEN[sort]) if sort in SEEN else seen, personal)
        if sort == "vehicle":
            for vehicle in record.vehicles:
                _put(REGISTRATION, root, vehicle)
    rows = [(ASSOCIATIONS[r.role, sorts[r.source], sorts[r.target]], r) for r in record.relations]
    order = [row.element for row in ASSOCIATIONS.values()]
    for row, relation in sorted(rows, key=lambda one: order.index(one[0].element)):
        association = etree.SubElement(root, _name(row.element))
        ends = [(row.source, relation.source), (row.target, relation.target)]
        for path, ref in reversed(ends) if row.target_first else ends:
            _refer(association, path, ref)
    for field, account in ACCOUNTS.items():
        if (particulars := getattr(record, field)) is not None:
            for part in account.parts:
                _put(part, root, _flat(particulars, account.seen))
    return root


SEEN = {"indicator": CLAIM, "place": PLACE_SEEN}


class _Head(Outgoing):
    """The head with the fields that its table gives other values than the view has."""

    @property
    def told(self) -> dict[str, Any]:
        return dict(zip(HEAD_SEEN.names, HEAD_SEEN.values(self), strict=True))


def _flat(thing: Any, seen: Seen) -> Any:
    return SimpleNamespace(**dict(zip(seen.names, seen.values(thing), strict=True)))


def _shape(sort: str, entity: Any) -> Shape:
    row = SHAPES[sort]
    return row.shapes[getattr(entity, row.field) if row.field else ""]


def _entity(root: Any, shape: Shape, entity: Any, personal: set[str]) -> None:
    element = etree.SubElement(root, _name(shape.element), {_name("structures:id"): entity.ref})
    if shape.type:
        element.set(_name("xsi:type"), shape.type)
    if {field for part in shape.parts for field in fields_of(part)} <= personal:
        element.set(_name("nc:metadataRef"), "privacy-field")
        personal = set()
    for part in shape.parts:
        before = len(element)
        _put(part, element, entity)
        if set(fields_of(part)) and set(fields_of(part)) <= personal:
            for made in element[before:]:
                if len(made):  # an object, not a literal
                    _flag(made)


def _flag(element: Any) -> None:
    while etree.QName(element).localname.endswith("Augmentation"):
        element = element[0]
    element.set(_name("nc:metadataRef"), "privacy-field")


def _value(entity: Any, field: str) -> Any:
    value = entity.told[field] if isinstance(entity, _Head) and field in entity.told else attrgetter(field)(entity)
    return None if value in ("", ()) else value


def _nested(parent: Any, path: str) -> Any:
    for step in path.split("/") if path else ():
        parent = etree.SubElement(parent, _name(step))
    return parent


def _text(part: Any, value: Any) -> str:
    return part.form.write(value) if part.form.write else str(value)


def _refer(parent: Any, path: str, ref: str) -> None:
    pointer = _nested(parent, path)
    pointer.set(_name("structures:ref"), ref)
    pointer.set(_name("xsi:nil"), "true")


def _put(part: Part, parent: Any, entity: Any) -> None:
    outer, _, last = getattr(part, "path", "").rpartition("/")
    match part:
        case Leaf():
            if (value := _value(entity, part.field)) is not None:
                _nested(parent, part.path).text = part.prefix + _text(part, value)
        case Leaves():
            if values := [one for one in getattr_path(entity, part.field) if one != ""]:
                holder = _nested(parent, outer)
                for value in values:
                    _nested(holder, f"{last}/{part.below}".rstrip("/")).text = _text(part, value)
        case Kept():
            for inner in part.parts:
                _put(inner, parent, part.seen(entity))
        case Fixed():
            _nested(parent, part.path).text = part.value
        case Reference():
            _refer(parent, part.path, attrgetter(part.field)(entity))
        case Computed():
            if text := part.write(entity):
                _nested(parent, part.path).text = text
        case Each():
            if values := [one for one in getattr_path(entity, part.field) if one]:
                holder = _nested(parent, outer)
                for value in values:
                    member = etree.SubElement(holder, _name(last))
                    for inner in part.parts:
                        _put(inner, member, part.split(value))
        case Within():
            holder = etree.Element("holder")
            for inner in part.parts:
                _put(inner, holder, entity)
            if any(child.tag not in _fixed_names(part) for child in holder):
                _nested(parent, part.path).extend(list(holder))
        case Only():
            there = {name for name in (*part.given, *part.some, *part.lacking) if _value(entity, name) is not None}
            written = set(part.given) <= there and (not part.some or there & set(part.some))
            if written and not (part.lacking and set(part.lacking) <= there):
                _put(part.part, parent, entity)


def _fixed_names(part: Within) -> set[str]:
    return {str(_name(one.path.split("/")[0]).text) for one in part.parts if isinstance(one, Fixed)}


def getattr_path(entity: Any, field: str) -> tuple[Any, ...]:
    """A tuple field, empty where it has no values."""
    return _value(entity, field) or ()

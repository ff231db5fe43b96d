"""From a NIEM message of ours back to the record that it shows.

The inverse of rendering, by the same tables: what a partner's gateway needs to take in what another published, and the
proof that rendering loses nothing. Check the message and verify its signature first: nothing here does. NIEM of other
makers is a feed's business (`mappings/`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from lxml import etree
from msgspec import Struct

from gateway import names
from gateway.errors import UnreadableDelivery
from gateway.model.center import Center
from gateway.model.kinds import KINDS
from gateway.model.particulars import PARTICULARS
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.niem.associations import ASSOCIATIONS
from gateway.niem.cyber import indicator_fields
from gateway.niem.document import HEAD, head_fields
from gateway.niem.entities import REGISTRATION, place_fields
from gateway.niem.faults import path_of
from gateway.niem.particulars import ACCOUNTS
from gateway.niem.parts import Fixed, Shape, Within
from gateway.niem.reading import Reader, clark, reader
from gateway.niem.render import SHAPES, render

__all__ = ["Message", "read"]


class Message(Struct, frozen=True, kw_only=True):
    """What a message says: the record, and what the document tells of itself. Times are UTC.

    `center` is who submitted it, as far as a message tells. `unread` are the paths of elements that no table takes:
    they are in the message and not in the record.
    """

    record: Record
    document_id: str
    created: datetime
    modified: datetime
    center: Center
    releasable_text: str | None = None
    unread: tuple[str, ...] = ()


def read(root: etree._Element, *, record_id: str | None = None) -> Message:
    """The message of a parsed and checked document; a signature is passed over.

    The record gets the id that is given, or else one made of the document's own.

    What the view withholds is absent; provenance that is withheld is blank. Activities, items and relations come back
    by their elements, in the order of the schema, and responses of an alert with those of NIEM first. Raises
    UnreadableDelivery when the root is no message of ours, or a fact is not of the record's form.
    """
    kind = _KINDS.get(root.tag)
    if kind is None:
        raise UnreadableDelivery(
            "the root is none of the exchange's messages", remedy="Deliver it to a feed whose mapping reads it"
        )
    found = _HEAD(root)
    told = found.get("view", {})
    entities, sorts = _entities(root)
    data = {
        **head_fields(found),
        **entities,
        **_particulars(root, kind),
        "id": record_id or f"record--{told.get('document_id', '')}",
        "kind": kind,
        "relations": list(_relations(root, sorts)),
    }
    submitter = {"id": "", "name": "", "abbreviation": "", "contact": "", "created": "", **found.get("center", {})}
    try:
        message = msgspec.convert(
            {**told, "record": data, "center": submitter, "releasable_text": told.get("releasable_text")},
            Message,
            strict=False,
        )
    except msgspec.ValidationError as error:
        where = str(error).rpartition(" - at ")[2]  # the rest of the sentence may repeat the value
        raise UnreadableDelivery(
            f"the fact at {where} is not of the record's form", remedy="Check the message first"
        ) from error
    return msgspec.structs.replace(message, unread=_unread(root, message))


# The head and the particulars --------------------------------------------------------------------------------------

_KINDS: Final = {
    clark(f"{names.EXTENSION_PREFIX}:{row.niem_root}"): kind for kind, row in KINDS.items() if row.niem_root
}
_HEAD: Final = reader(HEAD)
_ACCOUNTS: Final = {field: (reader(account.parts), account.fields) for field, account in ACCOUNTS.items()}


def _particulars(root: Any, kind: str) -> dict[str, Any]:
    held: dict[str, Any] = {}
    for row in PARTICULARS.values():
        if kind in row.kinds:
            take, fields = _ACCOUNTS[row.field]
            if found := take(root):
                held[row.field] = fields(found)
    return held


# Entities ----------------------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    """How an element becomes an entity: its sort, what must hold of it, and how its fields are read."""

    sort: str
    type: str
    marks: tuple[tuple[str, str], ...]
    read: Reader
    constants: Mapping[str, str]


def _kinds_of_elements() -> dict[str, list[_Kind]]:
    table: dict[str, list[_Kind]] = {}
    for sort, row in SHAPES.items():
        for shape in {id(shape): shape for shape in row.shapes.values()}.values():
            table.setdefault(clark(shape.element), []).append(_kind_of(sort, shape))
    return table


def _kind_of(sort: str, shape: Shape) -> _Kind:
    marks = tuple((clark(part.path), part.value) for part in shape.parts if isinstance(part, Fixed))
    return _Kind(sort, clark(shape.type) if shape.type else "", marks, reader(shape.parts), shape.constants)


_ELEMENTS: Final = _kinds_of_elements()
_ID, _TYPE, _REF = clark("structures:id"), clark("xsi:type"), clark("structures:ref")
_FIELDS: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "indicator": indicator_fields,
    "place": place_fields,
}
"""What is still to be done with the fields that were read of a sort."""

assert isinstance(REGISTRATION.part, Within)
_REGISTRATION: Final = clark(REGISTRATION.part.path)
_PLATE: Final = reader(REGISTRATION.part.parts)


def _entities(root: Any) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """The entities by the record's field, and the sort of each by its local name."""
    groups: dict[str, list[dict[str, Any]]] = {}
    sorts: dict[str, str] = {}
    for element in root.iterchildren(tag=etree.Element):
        kind = next((kind for kind in _ELEMENTS.get(element.tag, ()) if _is_of(element, kind)), None)
        ref = element.get(_ID)
        if kind is None or ref is None:
            continue
        fields = kind.read(element)
        fields = _FIELDS[kind.sort](fields) if kind.sort in _FIELDS else fields
        groups.setdefault(ENTITY_GROUPS[kind.sort].field, []).append({"ref": ref, **kind.constants, **fields})
        sorts[ref] = kind.sort
    plates = {
        plate["ref"]: plate for element in root.iterchildren(_REGISTRATION) if "ref" in (plate := _PLATE(element))
    }
    groups["vehicles"] = [{**vehicle, **plates.get(vehicle["ref"], {})} for vehicle in groups.get("vehicles", ())]
    return groups, sorts


def _is_of(element: Any, kind: _Kind) -> bool:
    return _stated_type(element) == kind.type and all(element.findtext(path) == value for path, value in kind.marks)


def _stated_type(element: Any) -> str:
    prefix, _, local = element.get(_TYPE, "").rpartition(":")
    return f"{{{element.nsmap.get(prefix or None, '')}}}{local}" if local else ""


# Relations ---------------------------------------------------------------------------------------------------------

_ASSOCIATIONS: Final[dict[str, list[tuple[tuple[str, str, str], str, str]]]] = {}
for _key, _row in ASSOCIATIONS.items():
    _ASSOCIATIONS.setdefault(clark(_row.element), []).append(
        ((_key[0].value, _key[1], _key[2]), clark(_row.source), clark(_row.target))
    )


def _relations(root: Any, sorts: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for element in root.iterchildren(tag=etree.Element):
        for (role, source_sort, target_sort), source_path, target_path in _ASSOCIATIONS.get(element.tag, ()):
            source, target = _referred(element, source_path), _referred(element, target_path)
            if sorts.get(source) == source_sort and sorts.get(target) == target_sort:
                yield {"source": source, "role": role, "target": target}
                break


def _referred(element: Any, path: str) -> str:
    pointer = element.find(path)
    return "" if pointer is None else pointer.get(_REF, "")


# What no table takes -------------------------------------------------------------------------------------------------

_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"


def _unread(root: Any, message: Message) -> tuple[str, ...]:
    """The elements of a document that are missing from the message written anew, each path once."""
    told = Counter(_statement(element) for element in etree.fromstring(render(message, message.center)).iter())
    missing: dict[str, None] = {}
    for element in root.iter(etree.Element):
        if element.tag == _SIGNATURE or next(element.iterancestors(_SIGNATURE), None) is not None:
            continue
        statement = _statement(element)
        if told[statement] == 0:
            missing[path_of(element)] = None
        told[statement] -= 1
    return tuple(missing)


def _statement(element: Any) -> tuple[Any, ...]:
    """What an element says by itself: where it stands by names, its text, what it refers to, its type."""
    steps = tuple(step.tag for step in element.iterancestors())
    text = element.text if len(element) == 0 else (element.text or "").strip()
    return (element.tag, steps, text or "", element.get(_ID), element.get(_REF), _stated_type(element))

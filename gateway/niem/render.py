"""A view as a NIEM 6.0 message: UTF-8 XML, the same bytes for the same view, without a signature."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final, NamedTuple

from gateway import names
from gateway.errors import RenderingError
from gateway.model.center import Center
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.entities import Entity, Vehicle
from gateway.model.kinds import KINDS, PRIVACY_KINDS
from gateway.model.particulars import PARTICULARS_OF
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.niem.associations import associations
from gateway.niem.cyber import CLAIM, INDICATOR, OBSERVABLES, ORIGINAL, VULNERABILITY, claim
from gateway.niem.document import HEAD, HEAD_SEEN
from gateway.niem.entities import ACTIVITIES, ITEMS, ORGANIZATION, PERSON, PLACE, PLACE_SEEN, REGISTRATION, VEHICLE
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.outgoing import Outgoing, Told
from gateway.niem.particulars import ACCOUNTS
from gateway.niem.parts import Shape, as_struct
from gateway.niem.writing import Writer, shape_writer, writer

__all__ = ["SHAPES", "Sort", "render"]


class Sort(NamedTuple):
    """How entities of one sort are written: one shape, or one for each value of a field."""

    field: str
    shapes: Mapping[Any, Shape]


_ALWAYS: Final = ""

SHAPES: Final[Mapping[str, Sort]] = {
    "activity": Sort("category", ACTIVITIES),
    "person": Sort(_ALWAYS, {_ALWAYS: PERSON}),
    "organization": Sort(_ALWAYS, {_ALWAYS: ORGANIZATION}),
    "vehicle": Sort(_ALWAYS, {_ALWAYS: VEHICLE}),
    "item": Sort("category", ITEMS),
    "place": Sort(_ALWAYS, {_ALWAYS: PLACE}),
    "observable": Sort("type", OBSERVABLES),
    "indicator": Sort(_ALWAYS, {_ALWAYS: INDICATOR}),
    "vulnerability": Sort(_ALWAYS, {_ALWAYS: VULNERABILITY}),
    "original": Sort(_ALWAYS, {_ALWAYS: ORIGINAL}),
}
"""The shapes of every sort of entity, sorts in the order of messages."""

_PRIVACY_ID: Final = "privacy-field"
_PRIVACY_FLAG: Final = f' nc:metadataRef="{_PRIVACY_ID}"'
_PRIVACY_METADATA: Final = (
    f'<nc:Metadata structures:id="{_PRIVACY_ID}"><nc:SensitivityText>ISE-SAR privacy field</nc:SensitivityText>'
    "</nc:Metadata>"
)

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DECLARED: Final = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


class _Writers(NamedTuple):
    """The writers of one sort: by the value of `field`, or one for all; ranks where one sort has several elements."""

    field: str
    by_value: Mapping[Any, Writer]
    ranks: Mapping[Any, int]


_SEEN: Final = {"indicator": CLAIM, "place": PLACE_SEEN}
"""Sorts that their tables do not see as their own fields alone."""


def _writers(*, flagged: bool) -> dict[str, _Writers]:
    made: dict[str, _Writers] = {}
    for sort, row in SHAPES.items():
        personal = _personal_fields(ENTITY_GROUPS[sort].type) if flagged else frozenset()
        flag = _PRIVACY_FLAG if flagged else ""
        seen = _SEEN.get(sort) or as_struct(ENTITY_GROUPS[sort].type)
        unique = {id(shape): shape_writer(shape, seen, flagged=personal, flag=flag) for shape in row.shapes.values()}
        elements = list(dict.fromkeys(shape.element for shape in row.shapes.values()))
        ranks = {value: elements.index(shape.element) for value, shape in row.shapes.items()} if elements[1:] else {}
        made[sort] = _Writers(row.field, {value: unique[id(shape)] for value, shape in row.shapes.items()}, ranks)
    return made


def _personal_fields(entity: type[Entity]) -> frozenset[str]:
    return frozenset(field for field, disclosed in disclosures(entity).items() if disclosed is Discloses.PERSON)


_HEAD: Final = writer(HEAD, HEAD_SEEN)
_PLAIN: Final = _writers(flagged=False)
_FLAGGED: Final = _writers(flagged=True)
_REGISTRATION: Final = writer((REGISTRATION,), as_struct(Vehicle))
_ACCOUNTS: Final = {field: writer(account.parts, account.seen) for field, account in ACCOUNTS.items()}


def render(view: Told, center: Center) -> bytes:
    """The NIEM message of a view, or of a message that was read.

    Everything that the projected record holds is in it; of what was withheld there is nothing, not even that there was
    something. Times are UTC. Raises RenderingError for a kind without a message, a relation that leads nowhere, or a
    character that XML cannot carry.
    """
    record = view.record
    root = KINDS[record.kind].niem_root
    if root is None:
        raise RenderingError(
            f"records of kind {record.kind} have no NIEM message yet",
            where="kind",
            remedy="Hold the record until the kind is rendered",
        )
    name = f"{names.EXTENSION_PREFIX}:{root}"
    flagged = record.kind in PRIVACY_KINDS
    document = "".join(
        [
            f"{_DECLARATION}<{name}{_DECLARED}>",
            _HEAD(Outgoing(view, center)),
            _PRIVACY_METADATA if flagged else "",
            *_content(record, _FLAGGED if flagged else _PLAIN),
            f"</{name}>",
        ]
    )
    return document.encode("utf-8")


def _content(record: Record, writers: Mapping[str, _Writers]) -> list[str]:
    """The entities and then the relations, in the order of the extension's report type.

    What has one element stays in the record's order.
    """
    pieces: list[str] = []
    sorts: dict[str, str] = {}
    for sort, group in ENTITY_GROUPS.items():
        entities = getattr(record, group.field)
        if not entities:
            continue
        for entity in entities:
            sorts[entity.ref] = sort
        own = writers[sort]
        if sort == "indicator":
            observables = {observable.ref: observable for observable in record.observables}
            entities = [claim(indicator, observables) for indicator in entities]
        if not own.field:
            write = own.by_value[_ALWAYS]
            pieces += [write(entity) for entity in entities]
        else:
            value_of = attrgetter(own.field)
            if own.ranks and len(entities) > 1:
                entities = sorted(entities, key=lambda entity: own.ranks[value_of(entity)])
            pieces += [own.by_value[value_of(entity)](entity) for entity in entities]
        if sort == "vehicle":
            pieces += map(_REGISTRATION, entities)
    if record.relations:
        pieces += associations(record.relations, sorts)
    for field in PARTICULARS_OF[record.kind]:
        particulars = getattr(record, field)
        if particulars is not None:
            pieces.append(_ACCOUNTS[field](particulars))
    return pieces

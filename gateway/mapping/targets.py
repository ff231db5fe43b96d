"""Where a value may go: target paths, derived from the canonical record's own types.

`<sort>.<name>.<field>` is a field of an entity ('person.subject.surname'); `record.…`, `handling.…` and the particulars
of the record's kind (`suspicious.…`, `fire.…`) are its other parts. The types decide how a text is converted; nothing
is listed twice.
`handling.banner` is no field: a banner line, from which several fields of the handling are filled.
"""

import types
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import FieldInfo, fields

from gateway.documents import nearest
from gateway.errors import UnknownKey
from gateway.model.banner import Banner
from gateway.model.disclosure import Discloses
from gateway.model.handling import Handling
from gateway.model.particulars import PARTICULARS
from gateway.model.record import ENTITY_GROUPS, Record

__all__ = ["BANNER", "PARTS", "RECORD_FIELDS", "FieldType", "Target", "find_target", "required_fields", "target_paths"]

RECORD_FIELDS: Final = ("title", "narrative", "labels")
"""The fields of a record that a mapping fills itself."""

PARTS: Final[dict[str, type[Struct]]] = {
    "record": Record,
    "handling": Handling,
    **{word: row.type for word, row in PARTICULARS.items()},
}
"""The record's parts that are no entities, by the first word of their paths."""

_GROUPS: Final = {sort: group for sort, group in ENTITY_GROUPS.items() if sort != "original"}
"""The sorts of entity that a mapping can make; what another producer published is never put together from cells."""


class FieldType(Struct, frozen=True, kw_only=True):
    """What a field holds: one value or many of `base`, within the bounds that its annotation writes.

    `lines` is true for free text, which may have line ends and tabs.
    """

    base: type
    many: bool
    lines: bool = False
    pattern: str | None = None
    max_length: int | None = None
    low: int | None = None
    high: int | None = None


class Target(Struct, frozen=True, kw_only=True):
    """One field of one part of the record. `name` is the entity's local name, empty for the other parts."""

    path: str
    part: str
    name: str
    field: str
    type: FieldType

    @property
    def owner(self) -> str:
        """The path without its field: what the value belongs to."""
        return self.path.rpartition(".")[0]


def find_target(path: str, *, where: str) -> Target:
    """The target of a path. Raises UnknownKey, naming the nearest known word, for a path that leads nowhere."""
    words = path.split(".")
    part = words[0]
    if part not in _GROUPS and part not in PARTS:
        raise _unknown(path, part, [*_GROUPS, *PARTS], where)
    entity = part in _GROUPS
    if len(words) != (3 if entity else 2):
        shape = f"{part}.<name>.<field>" if entity else f"{part}.<field>"
        raise UnknownKey(f"'{path}' is not a target", where=where, remedy=f"Write it as {shape}")
    known = _fields_of(part)
    if words[-1] not in known:
        raise _unknown(path, words[-1], list(known), where)
    return Target(path=path, part=part, name=words[1] if entity else "", field=words[-1], type=known[words[-1]])


def required_fields(part: str) -> tuple[str, ...]:
    """The fields without which the part cannot be made; `ref` is given by the mapping itself."""
    return tuple(info.name for info in _infos(part) if _is_required(info) and info.name in _fields_of(part))


def target_paths() -> tuple[str, ...]:
    """Every path that a mapping may fill, with `<name>` for the entity's name; for reference pages."""
    return tuple(
        f"{part}.<name>.{field}" if part in _GROUPS else f"{part}.{field}"
        for part in (*PARTS, *_GROUPS)
        for field in _fields_of(part)
    )


def _is_required(info: FieldInfo) -> bool:
    return info.default is NODEFAULT and info.default_factory is NODEFAULT


def _infos(part: str) -> tuple[FieldInfo, ...]:
    return fields(_GROUPS[part].type if part in _GROUPS else PARTS[part])


BANNER: Final = "banner"
"""The target under `handling` that a whole banner line is read into."""


@cache
def _fields_of(part: str) -> dict[str, FieldType]:
    owner = _GROUPS[part].type if part in _GROUPS else PARTS[part]
    hints = get_type_hints(owner, include_extras=True)
    names = RECORD_FIELDS if part == "record" else [name for name in owner.__struct_fields__ if name != "ref"]
    whole = {BANNER: FieldType(base=Banner, many=False)} if part == "handling" else {}
    return {name: _field_type(hints[name]) for name in names} | whole


def _field_type(annotation: Any) -> FieldType:
    """Look through `| None`, tuples and annotations; the outer bound holds over the inner."""
    metas: list[Meta] = []
    marks: list[Discloses] = []
    many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            metas += [extra for extra in annotation.__metadata__ if isinstance(extra, Meta)]
            marks += [extra for extra in annotation.__metadata__ if isinstance(extra, Discloses)]
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            annotation = next(argument for argument in get_args(annotation) if argument is not type(None))
        elif origin is tuple:
            many = True
            annotation = get_args(annotation)[0]
        else:
            break
    if not (annotation in (str, int, bool, date, datetime, Decimal) or issubclass(annotation, StrEnum)):
        raise TypeError(f"a mapping cannot fill a field of type {annotation}")

    def bound(name: str) -> Any:
        return next((value for meta in reversed(metas) if (value := getattr(meta, name)) is not None), None)

    return FieldType(
        base=annotation,
        many=many,
        lines=Discloses.TEXT in marks,
        pattern=bound("pattern"),
        max_length=bound("max_length"),
        low=bound("ge"),
        high=bound("le"),
    )


def _unknown(path: str, word: str, known: list[str], where: str) -> UnknownKey:
    near = nearest(word, known)
    remedy = f"Did you mean '{near}'?" if near else f"Known here: {', '.join(sorted(known))}"
    return UnknownKey(f"'{path}' is not a target: '{word}' is not known", where=where, remedy=remedy)

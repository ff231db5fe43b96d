"""What a finished record holds at a target path, and how a document would write it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gateway.mapping.targets import PARTS, find_target
from gateway.model.particulars import PARTICULARS
from gateway.model.record import ENTITY_GROUPS, Record

__all__ = ["parts_of", "value_at", "value_in_words"]


def parts_of(record: Record) -> dict[str, Any]:
    """A record's parts that are no entities, by the first word of their paths; None for one that it does not have."""
    particulars = {word: getattr(record, row.field) for word, row in PARTICULARS.items()}
    return {"record": record, "handling": record.handling, **particulars}


def value_at(record: Record, path: str, *, where: str) -> Any:
    """What a record holds at a target path; None where the part is absent. Raises UnknownKey for no target."""
    target = find_target(path, where=where)
    part: Any
    if target.part in PARTS:
        part = parts_of(record)[target.part]
    else:
        group = getattr(record, ENTITY_GROUPS[target.part].field)
        part = next((entity for entity in group if entity.ref == target.name), None)
    return None if part is None else getattr(part, target.field)


def value_in_words(value: Any) -> str | tuple[str, ...] | None:
    """A value as a document writes it: times in ISO 8601 with Z, switches as true and false, codes as they are."""
    match value:
        case None | ():
            return None
        case tuple():
            return tuple(str(value_in_words(one)) for one in value)
        case bool():
            return "true" if value else "false"
        case StrEnum():
            return value.value
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return str(value)

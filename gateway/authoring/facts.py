"""What a record says, fact by fact, under the paths that a mapping document writes for them."""

from typing import Any

from gateway.mapping.targets import PARTS, RECORD_FIELDS
from gateway.mapping.values import parts_of, value_in_words
from gateway.model.record import Record

__all__ = ["facts_of"]


def facts_of(record: Record) -> dict[str, str]:
    """Each fact's path with its value in words: entities, texts, handling, relations. Provenance is none of them.

    Many values of one path are joined by `; `. A relation is the path `relation call victim victim-1` and says `yes`.
    """
    facts: dict[str, str] = {}
    for field in RECORD_FIELDS:
        _put(facts, f"record.{field}", getattr(record, field))
    for part, owner in parts_of(record).items():
        for field in PARTS[part].__struct_fields__ if owner is not None and owner is not record else ():
            _put(facts, f"{part}.{field}", getattr(owner, field))
    for sort, entity in record.entities():
        for field in entity.__struct_fields__:
            if field != "ref":
                _put(facts, f"{sort}.{entity.ref}.{field}", getattr(entity, field))
    for relation in record.relations:
        facts[f"relation {relation.source} {relation.role.value} {relation.target}"] = "yes"
    return facts


def _put(facts: dict[str, str], path: str, value: Any) -> None:
    words = value_in_words(value)
    if words is not None:
        facts[path] = "; ".join(words) if isinstance(words, tuple) else words

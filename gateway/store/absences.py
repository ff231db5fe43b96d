"""Absences: what the center holds of a feed, and a delivery of that feed does not have."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, exists, func, select

from gateway.model.record import Record, decode_record
from gateway.store import tables
from gateway.store.engine import reading, to_us

__all__ = ["AbsenceStore", "HeldVersion", "Silence"]

_CHUNK: Final = 200
"""Records looked at in one go."""

_GONE: Final = "withdrawn"


class HeldVersion(NamedTuple):
    """A record's latest version, as much as withdrawing it needs."""

    record: Record
    number: int
    state: str
    life: int
    created_ms: int
    modified_ms: int


class Silence(NamedTuple):
    """How far a delivery's silence can be trusted.

    `keyed` items of it are some record's, `keyless` ones could be any record's; `later` is a delivery of the feed that
    came after it and is read already. The feed has `held` records.
    """

    keyed: int
    keyless: int
    later: str | None
    held: int


class AbsenceStore:
    """Compares a delivery with what is held of its feed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def silence(self, receipt: str, feed: str, received: datetime) -> Silence:
        """What has to be known before anything is concluded from an absence."""
        d, i = tables.deliveries, tables.items
        keyless = (i.c.receipt == receipt, i.c.fate == "quarantined", i.c.record_id.is_(None))
        keyed = (i.c.receipt == receipt, i.c.record_id.is_not(None))
        newer = (d.c.feed == feed, d.c.state == "done", d.c.received_us > to_us(received), d.c.receipt != receipt)
        with reading(self._engine) as connection:

            def count(statement: Select[Any]) -> int:
                return connection.execute(select(func.count()).select_from(statement.subquery())).scalar_one()

            return Silence(
                keyed=count(select(i.c.position).where(*keyed)),
                keyless=count(select(i.c.position).where(*keyless)),
                later=connection.execute(select(d.c.receipt).where(*newer).limit(1)).scalar(),
                held=count(_held_of(feed)),
            )

    def absent(self, receipt: str, feed: str) -> Iterator[HeldVersion]:
        """The feed's held records without an item in the delivery, by id; they may be withdrawn on the way."""
        return self._walk(_held_of(feed).where(~_has_item(receipt)))

    def present(self, receipt: str, feed: str) -> Iterator[HeldVersion]:
        """The feed's held records that have an item in the delivery, by id."""
        return self._walk(_held_of(feed).where(_has_item(receipt)))

    def versions_of(self, record_ids: Iterable[str]) -> dict[str, HeldVersion]:
        """The latest versions of those records that are held and not withdrawn, by id."""
        ids = sorted(set(record_ids))
        found: dict[str, HeldVersion] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(ids), _CHUNK):
                chunk = _held().where(tables.records.c.id.in_(ids[start : start + _CHUNK]))
                for id_, content, *facts in connection.execute(chunk).all():
                    found[id_] = HeldVersion(decode_record(content), *facts)
        return found

    def _walk(self, statement: Select[Any]) -> Iterator[HeldVersion]:
        last = ""
        while True:
            page = statement.where(tables.records.c.id > last).order_by(tables.records.c.id).limit(_CHUNK)
            with reading(self._engine) as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            for id_, content, *facts in rows:
                last = id_
                yield HeldVersion(decode_record(content), *facts)


def _held_of(feed: str) -> Select[Any]:
    return _held().where(tables.records.c.feed == feed)


def _held() -> Select[Any]:
    r, v = tables.records, tables.record_versions
    return (
        select(r.c.id, v.c.content, v.c.number, v.c.state, v.c.life, v.c.created_ms, v.c.modified_ms)
        .join(v, (v.c.record_id == r.c.id) & (v.c.number == r.c.latest))
        .where(v.c.state != _GONE)
    )


def _has_item(receipt: str) -> ColumnElement[bool]:
    i, r = tables.items, tables.records
    return exists().where(i.c.receipt == receipt, i.c.record_id == r.c.id)

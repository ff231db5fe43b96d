"""The quarantine: rejected items with their bytes and all their problems."""

from typing import NamedTuple

import msgspec
from sqlalchemy import Engine, select

from gateway.errors import NotHeld
from gateway.model.problems import Problem
from gateway.store import tables
from gateway.store.engine import reading

__all__ = ["QuarantineStore", "RejectedItem"]


class RejectedItem(NamedTuple):
    """One rejected item. `raw` is exactly what was delivered."""

    receipt: str
    position: int
    line: int
    feed: str
    file_name: str
    mapping: str
    mapping_version: str
    problems: tuple[Problem, ...]
    raw: bytes


class QuarantineStore:
    """Reading the quarantine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def items(self, receipt: str | None = None) -> tuple[RejectedItem, ...]:
        """What is in quarantine, of one delivery or of all, in the order delivered."""
        q, i, d = tables.quarantine, tables.items, tables.deliveries
        columns = (
            q.c.receipt,
            q.c.position,
            i.c.line,
            d.c.feed,
            d.c.file_name,
            q.c.mapping,
            q.c.mapping_version,
            q.c.problems,
            q.c.raw,
        )
        statement = (
            select(*columns)
            .join(i, (i.c.receipt == q.c.receipt) & (i.c.position == q.c.position))
            .join(d, d.c.receipt == q.c.receipt)
            .order_by(d.c.received_us, q.c.receipt, q.c.position)
        )
        statement = statement.where(q.c.receipt == receipt) if receipt else statement
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        decode = msgspec.json.Decoder(tuple[Problem, ...]).decode
        return tuple(RejectedItem(*row[:7], decode(row[7]), row[8]) for row in rows)

    def get(self, receipt: str, position: int) -> RejectedItem:
        """One item. Raises NotHeld."""
        for item in self.items(receipt):
            if item.position == position:
                return item
        raise NotHeld("no such item is in quarantine", where=f"{receipt}:{position}", remedy="gateway quarantine list")

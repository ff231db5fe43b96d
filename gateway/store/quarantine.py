"""The quarantine: rejected items with their bytes and all their problems."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import orjson
from sqlalchemy import Engine, select, update

from gateway.errors import NotHeld
from gateway.model.problems import Problem
from gateway.model.stages import Fate
from gateway.store import tables
from gateway.store.engine import reading, writing
from gateway.store.journal import write_line

__all__ = ["QuarantineStore", "RejectedItem"]

_LOOK = "See gateway quarantine list"


class RejectedItem(NamedTuple):
    """One rejected item. `raw` is exactly what was delivered; `fixes` are cells corrected here, by column."""

    receipt: str
    position: int
    line: int
    feed: str
    file_name: str
    mapping: str
    mapping_version: str
    problems: tuple[Problem, ...]
    raw: bytes
    fixes: dict[str, str]


class QuarantineStore:
    """Reading the quarantine, correcting cells, and setting items aside."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def items(self, receipt: str | None = None, *, limit: int | None = None) -> tuple[RejectedItem, ...]:
        """What is in quarantine now, of one delivery or of all, in the order delivered; the first `limit` of it."""
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
            q.c.fixes,
        )
        statement = (
            select(*columns)
            .join(i, (i.c.receipt == q.c.receipt) & (i.c.position == q.c.position))
            .join(d, d.c.receipt == q.c.receipt)
            .where(q.c.state == "open")
            .order_by(d.c.received_us, q.c.receipt, q.c.position)
        )
        statement = statement.where(q.c.receipt == receipt) if receipt else statement
        statement = statement.limit(limit) if limit is not None else statement
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        decode = msgspec.json.Decoder(tuple[Problem, ...]).decode
        return tuple(
            RejectedItem(*row[:7], decode(row[7]), row[8], orjson.loads(row[9]) if row[9] else {}) for row in rows
        )

    def get(self, receipt: str, position: int) -> RejectedItem:
        """One item. Raises NotHeld."""
        for item in self.items(receipt):
            if item.position == position:
                return item
        raise NotHeld("no such item is in quarantine", where=f"{receipt}:{position}", remedy=_LOOK)

    def fix(self, receipt: str, position: int, fixes: Mapping[str, str], *, now_us: int) -> None:
        """Keep corrected cells for an item; what was delivered stays as it is. Raises NotHeld."""
        item = self.get(receipt, position)
        columns = sorted({*item.fixes, *fixes})
        self._change(
            receipt,
            position,
            {"fixes": orjson.dumps({**item.fixes, **fixes})},
            event="quarantine.fixed",
            facts={"columns": columns},
            now_us=now_us,
        )

    def drop(self, receipt: str, position: int, reason: str, *, now_us: int) -> None:
        """Set an item aside for good: its fate is skipped, with the reason. Its bytes stay. Raises NotHeld."""
        self._change(
            receipt,
            position,
            {"state": "dropped", "note": reason},
            event="quarantine.dropped",
            facts={},
            now_us=now_us,
            fate={"fate": str(Fate.SKIPPED), "reason": f"dropped: {reason}"},
        )

    def _change(
        self,
        receipt: str,
        position: int,
        changes: dict[str, Any],
        *,
        event: str,
        facts: dict[str, Any],
        now_us: int,
        fate: dict[str, str] | None = None,
    ) -> None:
        q, i = tables.quarantine, tables.items
        with writing(self._engine) as connection:
            key = (q.c.receipt == receipt, q.c.position == position, q.c.state == "open")
            if connection.execute(update(q).where(*key).values(changes)).rowcount != 1:
                raise NotHeld("no such item is in quarantine", where=f"{receipt}:{position}", remedy=_LOOK)
            if fate is not None:
                item = (i.c.receipt == receipt, i.c.position == position)
                connection.execute(update(i).where(*item).values(fate))
            write_line(connection, event, {"receipt": receipt, "position": position, **facts}, at_us=now_us)

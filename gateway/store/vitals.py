"""The store in a few numbers, for whoever watches over it."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Engine, func, select

from gateway.store import tables
from gateway.store.engine import from_us, reading, to_us

__all__ = ["StoreVitals", "VitalsStore"]

_RECENT: Final = timedelta(days=7)
"""How long a delivery that could not be read is spoken of."""


class StoreVitals(NamedTuple):
    """`last_received` has the last delivery of each feed that was not refused as a whole, in UTC.

    `waiting` deliveries are not read to their end, `failed` ones were refused in the last week; `quarantined` counts
    open items by feed, `awaiting` the records that wait for a person.
    """

    last_received: dict[str, datetime]
    waiting: int
    failed: int
    quarantined: dict[str, int]
    awaiting: int


class VitalsStore:
    """Takes the numbers, all in one look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, now: datetime) -> StoreVitals:
        """The store as it is."""
        d, q, v = tables.deliveries, tables.quarantine, tables.record_versions
        last = select(d.c.feed, func.max(d.c.received_us)).where(d.c.state != "failed").group_by(d.c.feed)
        waiting = select(func.count()).where(d.c.state == "received")
        failed = select(func.count()).where(d.c.state == "failed", d.c.received_us > to_us(now - _RECENT))
        rejected = (
            select(d.c.feed, func.count()).join(q, q.c.receipt == d.c.receipt).where(q.c.state == "open")
        ).group_by(d.c.feed)
        awaiting = select(func.count()).where(v.c.state == "awaiting")
        with reading(self._engine) as connection:
            return StoreVitals(
                last_received={feed: from_us(us) for feed, us in connection.execute(last)},
                waiting=connection.execute(waiting).scalar_one(),
                failed=connection.execute(failed).scalar_one(),
                quarantined={feed: int(count) for feed, count in connection.execute(rejected)},
                awaiting=connection.execute(awaiting).scalar_one(),
            )

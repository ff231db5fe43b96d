"""Deliveries: the bytes commit first, with a receipt; a worker claims them with a lease."""

import hashlib
import uuid
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, func, insert, or_, select, update

from gateway import limits
from gateway.errors import DeliveryChanged, LeaseLost, NotHeld
from gateway.model.content import Content
from gateway.model.problems import Problem
from gateway.model.stages import Fate, Received
from gateway.store import tables
from gateway.store.engine import from_us, reading, to_us, writing
from gateway.store.journal import write_line

__all__ = ["Claim", "DeliveryStore", "DeliverySummary"]


_WORN_OUT = Problem(
    code="delivery-abandoned",
    problem=f"the delivery was begun {limits.CLAIM_ATTEMPTS} times and never finished",
    remedy="Look in the log for what stopped it, then deliver the file again",
)
_LINES_SHOWN = 8
_BLOCKS_KEPT = 4
"""Blocks of one delivery that stay in memory: readers go forward, and back a row at most."""

_LOOKED_AT = frozenset({Fate.SKIPPED, Fate.QUARANTINED, Fate.AWAITING_REVIEW, Fate.HELD})


class Claim(NamedTuple):
    """A delivery that this worker holds. `progress` items are finished already, by this or an earlier worker."""

    received: Received
    lease: str
    progress: int


class DeliverySummary(NamedTuple):
    """A delivery in numbers: how many items met which fate, and for which reasons.

    `lines` holds the first few lines of each group that a person may want to look at. `withdrawn` counts the records
    that were withdrawn because the delivery does not have them, or has their producer's word that they are revoked.
    """

    receipt: str
    feed: str
    file_name: str
    state: str
    fates: dict[Fate, int]
    reasons: dict[tuple[Fate, str], int]
    lines: dict[tuple[Fate, str], tuple[int, ...]]
    problems: tuple[Problem, ...]
    withdrawn: int = 0

    @property
    def rows(self) -> int:
        """All items; always the sum of the fates."""
        return sum(self.fates.values())


class DeliveryStore:
    """Accepting, claiming and finishing deliveries."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def accept(self, received: Received) -> None:
        """Commit the bytes. After this the delivery survives anything."""
        with writing(self._engine) as connection:
            connection.execute(
                insert(tables.deliveries).values(
                    receipt=received.receipt,
                    feed=received.feed,
                    file_name=received.file_name,
                    sha256=received.sha256,
                    size_bytes=len(received.content),
                    received_us=to_us(received.received),
                    state="received",
                )
            )
            self._keep(connection, received)
            write_line(
                connection,
                "delivery.received",
                {"receipt": received.receipt, "feed": received.feed, "sha256": received.sha256},
                at_us=to_us(received.received),
            )

    def _keep(self, connection: Connection, received: Received) -> None:
        """Write the bytes, block by block. Raises DeliveryChanged when they are not those of the digest."""
        digest = hashlib.sha256()
        for number, block in enumerate(received.content.blocks()):
            digest.update(block)
            row = {"receipt": received.receipt, "number": number, "bytes": block}
            connection.execute(insert(tables.delivery_blocks), row)
        if digest.hexdigest() != received.sha256:
            raise DeliveryChanged(
                "the file changed while it was read", where=received.file_name, remedy="Deliver it when it is whole"
            )

    def _content(self, receipt: str, size: int) -> Content:
        """The delivered bytes where they lie; the last few blocks that were looked at are kept."""
        b = tables.delivery_blocks

        @lru_cache(maxsize=_BLOCKS_KEPT)
        def block(number: int) -> bytes:
            with reading(self._engine) as connection:
                wanted = select(b.c.bytes).where(b.c.receipt == receipt, b.c.number == number)
                return bytes(connection.execute(wanted).scalar_one())

        def read(start: int, stop: int) -> bytes:
            first, last = start // limits.BLOCK_BYTES, (stop - 1) // limits.BLOCK_BYTES
            offset = first * limits.BLOCK_BYTES
            if first == last:
                return block(first)[start - offset : stop - offset]
            return b"".join(block(number) for number in range(first, last + 1))[start - offset : stop - offset]

        return Content(size, read)

    def claim(self, *, now_us: int, receipt: str | None = None) -> Claim | None:
        """Take the oldest waiting delivery (or the one named) for `limits.LEASE_SECONDS`; None when nothing waits.

        A delivery that was begun `limits.CLAIM_ATTEMPTS` times and never finished is set aside as failed: it must not
        hold up the rest.
        """
        d = tables.deliveries
        free = or_(d.c.lease.is_(None), d.c.lease_until_us < now_us)
        with writing(self._engine) as connection:
            worn_out = update(d).where(d.c.state == "received", free, d.c.attempts >= limits.CLAIM_ATTEMPTS)
            connection.execute(worn_out.values(state="failed", problems=msgspec.json.encode((_WORN_OUT,))))
            waiting = select(d).where(d.c.state == "received", free)
            waiting = waiting.where(d.c.receipt == receipt) if receipt else waiting
            row = (
                connection.execute(waiting.order_by(d.c.received_us).limit(1).with_for_update(skip_locked=True))
                .mappings()
                .first()
            )
            if row is None:
                return None
            lease = str(uuid.uuid4())
            changes = {
                "lease": lease,
                "lease_until_us": now_us + limits.LEASE_SECONDS * 1_000_000,
                "attempts": row["attempts"] + 1,
            }
            connection.execute(update(d).where(d.c.receipt == row["receipt"]).values(changes))
        return Claim(self._received(row), lease, row["progress"])

    def received(self, receipt: str) -> Received:
        """A delivery with its bytes. Raises NotHeld."""
        d = tables.deliveries
        columns = (d.c.receipt, d.c.feed, d.c.file_name, d.c.sha256, d.c.received_us, d.c.size_bytes)
        with reading(self._engine) as connection:
            row = connection.execute(select(*columns).where(d.c.receipt == receipt)).mappings().first()
        if row is None:
            raise NotHeld("there is no such delivery", where=receipt, remedy="Check the receipt")
        return self._received(row)

    def _received(self, row: RowMapping) -> Received:
        return Received(
            receipt=row["receipt"],
            feed=row["feed"],
            file_name=row["file_name"],
            sha256=row["sha256"],
            received=from_us(row["received_us"]),
            content=self._content(row["receipt"], row["size_bytes"]),
        )

    def finish(self, claim: Claim, *, state: str, problems: tuple[Problem, ...] = ()) -> None:
        """Close the delivery as done or failed. Raises LeaseLost when another worker has it."""
        with writing(self._engine) as connection:
            d = tables.deliveries
            done = connection.execute(
                update(d)
                .where(d.c.receipt == claim.received.receipt, d.c.lease == claim.lease)
                .values(state=state, lease=None, problems=msgspec.json.encode(problems) if problems else None)
            )
            if done.rowcount != 1:
                raise LeaseLost("another worker has taken the delivery over", where=claim.received.receipt)

    def seen_before(self, received: Received) -> tuple[str, ...]:
        """The receipts of earlier deliveries of the very same bytes to the same feed."""
        d = tables.deliveries
        same = (d.c.feed == received.feed, d.c.sha256 == received.sha256, d.c.receipt != received.receipt)
        with reading(self._engine) as connection:
            return tuple(connection.execute(select(d.c.receipt).where(*same).order_by(d.c.received_us)).scalars())

    def said_last(self, received: Received) -> tuple[str, ...]:
        """The receipts of the very same bytes since the feed last delivered others, oldest first.

        For files that say all there is: the same file again after another one is news.
        """
        d = tables.deliveries
        mine = (d.c.feed == received.feed, d.c.receipt != received.receipt)
        before = (*mine, d.c.state == "done", d.c.received_us <= to_us(received.received))
        other = select(func.coalesce(func.max(d.c.received_us), 0)).where(*before, d.c.sha256 != received.sha256)
        since = (*mine, d.c.sha256 == received.sha256, d.c.received_us > other.scalar_subquery())
        with reading(self._engine) as connection:
            return tuple(connection.execute(select(d.c.receipt).where(*since).order_by(d.c.received_us)).scalars())

    def summary(self, receipt: str) -> DeliverySummary:
        """The delivery's counts. Raises NotHeld."""
        with reading(self._engine) as connection:
            return _summary(connection, receipt)

    def receipts(self) -> tuple[str, ...]:
        """Every receipt, oldest first."""
        with reading(self._engine) as connection:
            d = tables.deliveries
            return tuple(connection.execute(select(d.c.receipt).order_by(d.c.received_us)).scalars())


def _summary(connection: Connection, receipt: str) -> DeliverySummary:
    d, i = tables.deliveries, tables.items
    columns = (d.c.feed, d.c.file_name, d.c.state, d.c.problems)
    row = connection.execute(select(*columns).where(d.c.receipt == receipt)).first()
    if row is None:
        raise NotHeld("there is no such delivery", where=receipt, remedy="Check the receipt")
    fates: Counter[Fate] = Counter()
    reasons: dict[tuple[Fate, str], int] = {}
    counted = select(i.c.fate, i.c.reason, func.count()).where(i.c.receipt == receipt).group_by(i.c.fate, i.c.reason)
    for fate, reason, count in connection.execute(counted):
        fates[Fate(fate)] += count
        reasons[Fate(fate), reason] = count
    lines: dict[tuple[Fate, str], tuple[int, ...]] = {}
    for fate, reason in reasons:
        if fate in _LOOKED_AT:
            where = (i.c.receipt == receipt, i.c.fate == str(fate), i.c.reason == reason)
            first = select(i.c.line).where(*where).order_by(i.c.position).limit(_LINES_SHOWN)
            lines[fate, reason] = tuple(connection.execute(first).scalars())
    problems = msgspec.json.decode(row.problems, type=tuple[Problem, ...]) if row.problems else ()
    v = tables.record_versions
    gone = select(func.count()).where(v.c.receipt == receipt, v.c.state == "withdrawn")
    withdrawn = connection.execute(gone).scalar_one()
    return DeliverySummary(
        receipt, row.feed, row.file_name, row.state, dict(fates), reasons, lines, problems, withdrawn
    )

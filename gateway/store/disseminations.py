"""The dissemination log: who was given what, why and when (28 CFR 23.20(g))."""

import enum
import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, insert, or_, select

from gateway.store import tables
from gateway.store.engine import reading, writing
from gateway.store.journal import write_line

__all__ = ["Channel", "Dissemination", "DisseminationStore"]


class Channel(enum.StrEnum):
    """How the partner was given it."""

    PULL = "pull"
    RELEASE = "release"


class Dissemination(NamedTuple):
    """One answered page: the range of places that it covered, and the filter that it asked with.

    A release by hand is a row too, one for each collection that would have given the record: it names record and
    version, the reason, and the operator with the signed statement (a detached JWS over the statement's UTF-8 bytes).
    """

    partner: str
    credential: str
    collection_id: str
    agreement: str
    agreement_version: str
    purpose: str
    from_us: int
    to_us: int
    objects: int
    filter: str
    source: str
    at_us: int
    channel: str = Channel.PULL
    record_id: str = ""
    number: int = 0
    reason: str = ""
    operator: str = ""
    statement: str = ""
    jws: str = ""


class DisseminationStore:
    """Writing and reading the log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, given: Dissemination) -> None:
        """Log a page before its last byte leaves; an aborted answer counts as received."""
        with writing(self._engine) as connection:
            connection.execute(insert(tables.disseminations).values(given._asdict()))
            facts = {
                "partner": given.partner,
                "credential": given.credential,
                "collection": given.collection_id,
                "from_us": given.from_us,
                "to_us": given.to_us,
                "objects": given.objects,
            }
            write_line(connection, "page.served", facts, at_us=given.at_us)

    def add_release(self, given: Sequence[Dissemination]) -> None:
        """Log a release by hand before its files are handed over, all its rows in one transaction."""
        with writing(self._engine) as connection:
            connection.execute(insert(tables.disseminations), [one._asdict() for one in given])
            for one in given:
                facts = {
                    "partner": one.partner,
                    "record": one.record_id,
                    "number": one.number,
                    "collection": one.collection_id,
                    "objects": one.objects,
                    "operator": one.operator,
                    "statement": hashlib.sha256(one.statement.encode()).hexdigest(),
                }
                write_line(connection, "record.handed-over", facts, at_us=one.at_us)

    def recipients_of(self, record_id: str) -> tuple[Dissemination, ...]:
        """The pages that covered a place of the record's own objects, and its releases by hand, oldest first.

        Filters are not re-evaluated.
        """
        t, p, x = tables.disseminations, tables.placements, tables.view_objects
        columns = [t.c[name] for name in Dissemination._fields]
        own = select(x.c.object_seq).where(x.c.record_id == record_id)
        covered = (
            select(t.c.seq)
            .join(
                p,
                (p.c.collection_id == t.c.collection_id)
                & (p.c.date_added_us > t.c.from_us)
                & (p.c.date_added_us <= t.c.to_us),
            )
            .where(t.c.channel == Channel.PULL, p.c.object_seq.in_(own), p.c.type.in_(("report", "grouping")))
        )
        received = (
            select(*columns).where(or_(t.c.seq.in_(covered), t.c.record_id == record_id)).order_by(t.c.at_us, t.c.seq)
        )
        with reading(self._engine) as connection:
            return tuple(Dissemination(*row) for row in connection.execute(received))

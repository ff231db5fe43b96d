"""The dissemination log: who was given what, why and when (28 CFR 23.20(g))."""

from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from gateway.store import tables
from gateway.store.engine import reading, writing
from gateway.store.journal import write_line

__all__ = ["Dissemination", "DisseminationStore"]


class Dissemination(NamedTuple):
    """One answered page: the range of places that it covered, and the filter that it asked with."""

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

    def recipients_of(self, record_id: str) -> tuple[Dissemination, ...]:
        """The pages that covered a place of the record's own objects, oldest first. Filters are not re-evaluated."""
        t, p, x = tables.disseminations, tables.placements, tables.view_objects
        columns = [t.c[name] for name in Dissemination._fields]
        own = select(x.c.object_seq).where(x.c.record_id == record_id)
        covered = (
            select(*columns)
            .join(
                p,
                (p.c.collection_id == t.c.collection_id)
                & (p.c.date_added_us > t.c.from_us)
                & (p.c.date_added_us <= t.c.to_us),
            )
            .where(p.c.object_seq.in_(own), p.c.type.in_(("report", "grouping")))
            .distinct()
            .order_by(t.c.at_us)
        )
        with reading(self._engine) as connection:
            return tuple(Dissemination(*row) for row in connection.execute(covered))

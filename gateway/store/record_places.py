"""What collections have of one record: its signed views as they stand there now, byte for byte."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Engine, func, select

from gateway.store import tables
from gateway.store.collections import Placed
from gateway.store.engine import reading

__all__ = ["PlacedView", "RecordPlaces"]


class PlacedView(NamedTuple):
    """One view in one collection: `number` is the record's version, the container is the last of the objects."""

    collection_id: str
    number: int
    objects: tuple[Placed, ...]


class RecordPlaces:
    """Reading the views of a record where they are placed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def views_in(self, collections: Iterable[str], record_id: str) -> tuple[PlacedView, ...]:
        """The views that a poll of the collections would find now, by collection, oldest version first.

        A view counts where its container is among the latest objects: the version that stands, and what revoked an
        earlier life of the record. Its objects are those that the container signs for; a later version of one of them
        that another record brought (an identity) is not the view's.
        """
        x, p = tables.view_objects, tables.placements
        ends = (
            select(x.c.number, x.c.key, func.max(x.c.position).label("position"))
            .where(x.c.record_id == record_id)
            .group_by(x.c.number, x.c.key)
            .subquery()
        )
        standing = (
            select(p.c.collection_id, x.c.object_seq, func.max(x.c.number), x.c.key)
            .join(ends, (ends.c.number == x.c.number) & (ends.c.key == x.c.key) & (ends.c.position == x.c.position))
            .join(p, p.c.object_seq == x.c.object_seq)
            .where(x.c.record_id == record_id, p.c.is_latest, p.c.collection_id.in_(sorted(set(collections))))
            .group_by(p.c.collection_id, x.c.object_seq, x.c.key)
            .order_by(p.c.collection_id, func.max(x.c.number), x.c.key)
        )
        s = tables.stix_objects
        views = []
        with reading(self._engine) as connection:
            for collection_id, _, number, key in connection.execute(standing).all():
                objects = (
                    select(p.c.date_added_us, s.c.id, s.c.type, s.c.version, s.c.body)
                    .join(x, x.c.object_seq == s.c.seq)
                    .join(p, (p.c.object_seq == s.c.seq) & (p.c.collection_id == collection_id))
                    .where(x.c.record_id == record_id, x.c.number == number, x.c.key == key)
                    .order_by(x.c.position)
                )
                placed = tuple(Placed(*row) for row in connection.execute(objects))
                views.append(PlacedView(collection_id, number, placed))
        return tuple(views)

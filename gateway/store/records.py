"""Records: their versions, what waits for review, and the reviews given."""

from collections.abc import Iterable
from typing import NamedTuple

import orjson
from sqlalchemy import Engine, Row, func, select

from gateway.errors import NotHeld
from gateway.model.record import Record, decode_record
from gateway.model.stages import Cleared
from gateway.store import tables
from gateway.store.engine import from_ms, reading

__all__ = ["Head", "HeldRecord", "PublishedView", "RecordStore", "Review", "StoredView"]

_CHUNK = 400


class Head(NamedTuple):
    """A record's latest version, as much as is needed to tell new from unchanged.

    `was_released` says whether a version of its present life was.
    """

    number: int
    digest: str
    state: str
    life: int
    created_ms: int
    modified_ms: int
    was_released: bool


class Review(NamedTuple):
    """One operator's signed word on a record version."""

    operator: str
    verdict: str
    at_ms: int
    statement: bytes
    jws: str

    @property
    def releasable_text(self) -> str | None:
        """The text that the reviewer wrote for recipients who may not see the narrative."""
        text = orjson.loads(self.statement).get("releasable_text")
        return text if isinstance(text, str) else None


class HeldRecord(NamedTuple):
    """A record version as the center holds it."""

    record: Record
    number: int
    state: str
    life: int
    created_ms: int
    modified_ms: int
    digest: str
    receipt: str
    position: int
    reviews: tuple[Review, ...]

    def cleared(self) -> Cleared:
        """The version with its approvals; whether they are enough is a clause's question, not the store's."""
        approvals = tuple(review for review in self.reviews if review.verdict == "approve")
        texts = [review.releasable_text for review in approvals if review.releasable_text]
        return Cleared(
            record=self.record,
            number=self.number,
            created=from_ms(self.created_ms),
            modified=from_ms(self.modified_ms),
            life=self.life,
            approvals=tuple(review.operator for review in approvals),
            releasable_text=texts[-1] if texts else None,
        )


class StoredView(NamedTuple):
    """A signed view as stored: the NIEM document and the STIX objects, container last."""

    key: str
    document_id: str
    niem: bytes
    stix: tuple[bytes, ...]
    withheld: tuple[str, ...]


class PublishedView(NamedTuple):
    """A stored view and the collections that received it."""

    view: StoredView
    collections: tuple[str, ...]


class RecordStore:
    """Looking records up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def heads(self, record_ids: Iterable[str]) -> dict[str, Head]:
        """The latest version of each record that is held; ids that are not held are absent."""
        r, v = tables.records, tables.record_versions
        wanted = sorted(set(record_ids))
        heads: dict[str, Head] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                columns = (v.c.number, v.c.digest, v.c.state, v.c.life, v.c.created_ms, v.c.modified_ms)
                latest = (
                    select(r.c.id, *columns)
                    .join(v, (v.c.record_id == r.c.id) & (v.c.number == r.c.latest))
                    .where(r.c.id.in_(chunk))
                )
                rows = connection.execute(latest).all()
                lives = select(v.c.record_id, v.c.life).where(v.c.record_id.in_(chunk), v.c.state == "released")
                released = {(row.record_id, row.life) for row in connection.execute(lives.distinct())}
                heads.update((row[0], Head(*row[1:], (row.id, row.life) in released)) for row in rows)
        return heads

    def contents_at(self, receipts: tuple[str, ...], first: int, last: int) -> set[tuple[int, str, str]]:
        """What the items `first` to `last` of these deliveries said: position, record and content digest."""
        i, v = tables.items, tables.record_versions
        if not receipts:
            return set()
        said = (
            select(i.c.position, v.c.record_id, v.c.digest)
            .join(v, (v.c.record_id == i.c.record_id) & (v.c.number == i.c.number))
            .where(i.c.receipt.in_(receipts), i.c.position.between(first, last))
        )
        with reading(self._engine) as connection:
            return {(row.position, row.record_id, row.digest) for row in connection.execute(said)}

    def get(self, record_id: str, number: int | None = None) -> HeldRecord:
        """One version, the latest unless `number` is given. Raises NotHeld."""
        r, v = tables.records, tables.record_versions
        statement = select(v).join(r, r.c.id == v.c.record_id).where(r.c.id == record_id)
        statement = statement.where(v.c.number == (number if number is not None else r.c.latest))
        with reading(self._engine) as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise NotHeld("the center holds no such record", where=record_id, remedy="See gateway record list")
        return self._held(row)

    def _held(self, row: Row[tuple[object, ...]]) -> HeldRecord:
        return HeldRecord(
            record=decode_record(row.content),
            number=row.number,
            state=row.state,
            life=row.life,
            created_ms=row.created_ms,
            modified_ms=row.modified_ms,
            digest=row.digest,
            receipt=row.receipt,
            position=row.position,
            reviews=self.reviews(row.record_id, row.number),
        )

    def latest(self, *, state: str | None = None, limit: int | None = None) -> tuple[HeldRecord, ...]:
        """The latest version of every record, oldest first; only those in `state` where one is given."""
        r, v = tables.records, tables.record_versions
        statement = (
            select(v)
            .join(r, (r.c.id == v.c.record_id) & (r.c.latest == v.c.number))
            .order_by(v.c.modified_ms, v.c.record_id)
        )
        statement = statement.where(v.c.state == state) if state else statement
        statement = statement.limit(limit) if limit is not None else statement
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        return tuple(self._held(row) for row in rows)

    def reviews(self, record_id: str, number: int) -> tuple[Review, ...]:
        """The reviews of a version, in the order given."""
        w = tables.reviews
        statement = select(w.c.operator, w.c.verdict, w.c.at_ms, w.c.statement, w.c.jws)
        statement = statement.where(w.c.record_id == record_id, w.c.number == number).order_by(w.c.at_ms, w.c.operator)
        with reading(self._engine) as connection:
            return tuple(Review(*row) for row in connection.execute(statement))

    def views(self, record_id: str, number: int) -> tuple[StoredView, ...]:
        """The signed views of a record version, by key."""
        w, x, s = tables.views, tables.view_objects, tables.stix_objects
        with reading(self._engine) as connection:
            columns = (w.c.key, w.c.document_id, w.c.niem, w.c.withheld)
            mine = (w.c.record_id == record_id, w.c.number == number)
            rows = connection.execute(select(*columns).where(*mine).order_by(w.c.key)).all()
            views = []
            for row in rows:
                bodies = (
                    select(s.c.body)
                    .join(x, x.c.object_seq == s.c.seq)
                    .where(x.c.record_id == record_id, x.c.number == number, x.c.key == row.key)
                    .order_by(x.c.position)
                )
                objects = tuple(connection.execute(bodies).scalars())
                withheld = tuple(orjson.loads(row.withheld))
                views.append(StoredView(row.key, row.document_id, row.niem, objects, withheld))
        return tuple(views)

    def contents_of(self, versions: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """The bytes of those object versions (id, sortable version) that are held already."""
        s = tables.stix_objects
        wanted = set(versions)
        ids = sorted({id_ for id_, _ in wanted})
        found: dict[tuple[str, str], bytes] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(ids), _CHUNK):
                chunk = s.c.id.in_(ids[start : start + _CHUNK])
                for id_, sortable, body in connection.execute(select(s.c.id, s.c.version_key, s.c.body).where(chunk)):
                    if (id_, sortable) in wanted:
                        found[id_, sortable] = body
        return found

    def published(self, record_id: str) -> tuple[PublishedView, ...]:
        """What partners hold of a record: the views of the version that was released last in its present life."""
        v, x, p = tables.record_versions, tables.view_objects, tables.placements
        newest = select(func.max(v.c.number)).where(v.c.record_id == record_id, v.c.state == "released")
        begun = select(func.max(v.c.number)).where(v.c.record_id == record_id, v.c.state == "withdrawn")
        with reading(self._engine) as connection:
            number = connection.execute(newest).scalar()
            if number is None or number < (connection.execute(begun).scalar() or 0):
                return ()
            found = []
            for view in self.views(record_id, number):
                mine = (x.c.record_id == record_id, x.c.number == number, x.c.key == view.key)
                last = select(x.c.object_seq).where(*mine).order_by(x.c.position.desc()).limit(1).scalar_subquery()
                places = select(p.c.collection_id).where(p.c.object_seq == last).order_by(p.c.collection_id)
                found.append(PublishedView(view, tuple(connection.execute(places).scalars())))
        return tuple(found)

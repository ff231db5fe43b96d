"""Collections as partners read them: pages in the order of `date_added`, never re-rendered."""

import hashlib
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, insert, or_, select

from gateway.errors import BadSetting
from gateway.store import tables
from gateway.store.engine import insert_new, reading, writing
from gateway.store.journal import write_line

__all__ = ["Collection", "CollectionStore", "Page", "PageQuery", "Placed"]


class Collection(NamedTuple):
    """A TAXII collection of one agreement and projection."""

    id: str
    agreement: str
    projection: str
    alias: str
    title: str
    description: str


class PageQuery(NamedTuple):
    """What a poll asks for. `versions` holds 'last', 'first', 'all' or version keys; empty lists do not filter."""

    limit: int
    after_us: int = 0
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: tuple[str, ...] = ("last",)


class Placed(NamedTuple):
    """One object in its place. `body` is canonical JSON; `version` is '' for an object that has none."""

    date_added_us: int
    id: str
    type: str
    version: str
    body: bytes


class Page(NamedTuple):
    """Objects in ascending order of `date_added`; `more` when the query has further ones."""

    objects: tuple[Placed, ...]
    more: bool


class CollectionStore:
    """Keeping collections in step with agreements, and reading pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def declare(self, collections: tuple[Collection, ...]) -> None:
        """Make the collections that are not there yet; existing ones keep their place and their objects."""
        with writing(self._engine) as connection:
            insert_new(connection, tables.collections, [c._asdict() for c in collections])

    def load_agreement(self, name: str, version: str, body: bytes, *, now_us: int) -> None:
        """Keep a version of an agreement, unchangeable. Raises BadSetting when it was loaded with other content."""
        a = tables.agreements
        sha256 = hashlib.sha256(body).hexdigest()
        with writing(self._engine) as connection:
            known = connection.execute(select(a.c.sha256).where(a.c.name == name, a.c.version == version)).scalar()
            if known is None:
                connection.execute(
                    insert(a).values(name=name, version=version, sha256=sha256, body=body, loaded_us=now_us)
                )
                facts = {"agreement": name, "version": version, "sha256": sha256}
                write_line(connection, "agreement.loaded", facts, at_us=now_us)
            elif known != sha256:
                raise BadSetting(
                    f"version {version} was loaded before with other content",
                    where=f"agreement {name}",
                    remedy="Give the changed agreement a new version",
                )

    def all(self) -> tuple[Collection, ...]:
        """Every collection, in id order: a stable order for listings (TAXII 2.1, 3.3)."""
        c = tables.collections
        columns = (c.c.id, c.c.agreement, c.c.projection, c.c.alias, c.c.title, c.c.description)
        with reading(self._engine) as connection:
            return tuple(Collection(*row) for row in connection.execute(select(*columns).order_by(c.c.id)))

    def page(self, collection_id: str, query: PageQuery) -> Page:
        """The objects after `query.after_us` that match, at most `query.limit`."""
        p, s = tables.placements, tables.stix_objects
        statement = (
            select(p.c.date_added_us, p.c.stix_id, p.c.type, s.c.version, s.c.body)
            .join(s, s.c.seq == p.c.object_seq)
            .where(p.c.collection_id == collection_id, p.c.date_added_us > query.after_us)
            .order_by(p.c.date_added_us)
            .limit(query.limit + 1)
        )
        if query.ids:
            statement = statement.where(p.c.stix_id.in_(query.ids))
        if query.types:
            statement = statement.where(p.c.type.in_(query.types))
        wanted = _version_condition(query.versions)
        if wanted is not None:
            statement = statement.where(wanted)
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        return Page(tuple(Placed(*row) for row in rows[: query.limit]), len(rows) > query.limit)

    def has_object(self, collection_id: str, stix_id: str) -> bool:
        """Whether any version of the object stands in the collection."""
        p = tables.placements
        found = select(p.c.date_added_us).where(p.c.collection_id == collection_id, p.c.stix_id == stix_id).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(found).first() is not None


def _version_condition(versions: tuple[str, ...]) -> ColumnElement[bool] | None:
    p = tables.placements
    if "all" in versions:
        return None
    exact = [v for v in versions if v not in ("last", "first")]
    conditions: list[ColumnElement[bool]] = [p.c.version_key.in_(exact)] if exact else []
    if "last" in versions:
        conditions.append(p.c.is_latest)
    if "first" in versions:
        conditions.append(p.c.is_first)
    return or_(*conditions)

"""Places in a collection: a clock of its own, advanced under the collection's lock, so that no poller misses a thing.

`date_added` is taken last in the publishing transaction and strictly increases in commit order. With a plain clock or
sequence, objects numbered early and committed late appear behind a poller that has gone by.
"""

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from gateway.errors import StoreError
from gateway.model.stages import SignedObject
from gateway.store import tables
from gateway.store.engine import lock_row

__all__ = ["place", "supersede"]

_CHUNK = 400


def place(
    connection: Connection, collection_id: str, objects: list[tuple[int, SignedObject, str]], *, now_us: int
) -> int:
    """Give the objects (sequence, object, version key) their places, in order; how many were new to the collection."""
    c, p = tables.collections, tables.placements
    row = lock_row(connection, c, id=collection_id)
    if row is None:
        raise StoreError("there is no such collection", where=collection_id, remedy="Load the agreements again")
    new = _not_yet_placed(connection, collection_id, objects)
    _restore(connection, collection_id, [seq for seq, _, sortable in objects if not sortable])
    if not new:
        return 0
    newest, oldest = _known_versions(connection, collection_id, sorted({o.id for _, o, _ in new}))
    for _, stored, sortable in new:
        newest[stored.id] = max(newest.get(stored.id, sortable), sortable)
        oldest[stored.id] = min(oldest.get(stored.id, sortable), sortable)
    outdated = sorted({stored.id for _, stored, _ in new})
    for start in range(0, len(outdated), _CHUNK):
        chunk = outdated[start : start + _CHUNK]
        connection.execute(
            update(p)
            .where(p.c.collection_id == collection_id, p.c.stix_id.in_(chunk), p.c.is_latest)
            .values(is_latest=False)
        )
    date_added = max(now_us, row["head_us"] + 1)
    rows: list[dict[str, Any]] = [
        {
            "collection_id": collection_id,
            "date_added_us": date_added + offset,
            "object_seq": seq,
            "stix_id": stored.id,
            "type": stored.type,
            "version_key": sortable,
            "is_first": sortable == oldest[stored.id],
            "is_latest": sortable == newest[stored.id],
        }
        for offset, (seq, stored, sortable) in enumerate(new)
    ]
    connection.execute(insert(p), rows)
    connection.execute(update(c).where(c.c.id == collection_id).values(head_us=date_added + len(rows) - 1))
    return len(rows)


def supersede(connection: Connection, record_id: str, number: int, view_key: str) -> None:
    """Take what a newer version of a view no longer holds out of its collections' latest objects.

    A corrected record must not go on being read from the parts that the correction left out: a person who is no longer
    in it, the NIEM document of the version before. They stay under `match[version]=all`. Objects that another record's
    current view holds too (a marking, an address) stay as they are.
    """
    x, s, p = tables.view_objects, tables.stix_objects, tables.placements
    mine = (x.c.record_id == record_id, x.c.key == view_key)
    current_ids = select(s.c.id).join(x, x.c.object_seq == s.c.seq).where(*mine, x.c.number == number)
    left_out = select(s.c.seq).join(x, x.c.object_seq == s.c.seq)
    left_out = left_out.where(*mine, x.c.number < number, s.c.id.not_in(current_ids)).distinct()
    y = x.alias()
    newest = select(func.max(y.c.number)).where(y.c.record_id == x.c.record_id, y.c.key == x.c.key).scalar_subquery()
    elsewhere = select(x.c.object_seq).where(
        x.c.object_seq.in_(left_out), x.c.record_id != record_id, x.c.number == newest
    )
    stale = set(connection.execute(left_out).scalars()) - set(connection.execute(elsewhere).scalars())
    if stale:
        connection.execute(update(p).where(p.c.object_seq.in_(sorted(stale)), p.c.is_latest).values(is_latest=False))


def _restore(connection: Connection, collection_id: str, sequences: list[int]) -> None:
    """Objects without versions that were superseded and are in use again count as latest again."""
    p = tables.placements
    for start in range(0, len(sequences), _CHUNK):
        connection.execute(
            update(p)
            .where(
                p.c.collection_id == collection_id,
                p.c.object_seq.in_(sequences[start : start + _CHUNK]),
                p.c.is_latest.is_(False),
            )
            .values(is_latest=True)
        )


def _not_yet_placed(
    connection: Connection, collection_id: str, objects: list[tuple[int, SignedObject, str]]
) -> list[tuple[int, SignedObject, str]]:
    p = tables.placements
    unique = {seq: (seq, stored, sortable) for seq, stored, sortable in reversed(objects)}
    wanted = list(unique)
    placed: set[int] = set()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        found = select(p.c.object_seq).where(p.c.collection_id == collection_id, p.c.object_seq.in_(chunk))
        placed.update(connection.execute(found).scalars())
    order = dict.fromkeys(seq for seq, _, _ in objects)
    return [unique[seq] for seq in order if seq not in placed]


def _known_versions(
    connection: Connection, collection_id: str, ids: list[str]
) -> tuple[dict[str, str], dict[str, str]]:
    p = tables.placements
    newest: dict[str, str] = {}
    oldest: dict[str, str] = {}
    for start in range(0, len(ids), _CHUNK):
        known = (
            select(p.c.stix_id, func.max(p.c.version_key), func.min(p.c.version_key))
            .where(p.c.collection_id == collection_id, p.c.stix_id.in_(ids[start : start + _CHUNK]))
            .group_by(p.c.stix_id)
        )
        for stix_id, last, first in connection.execute(known):
            newest[stix_id], oldest[stix_id] = last, first
    return newest, oldest

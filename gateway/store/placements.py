"""Places in a collection: a clock of its own, advanced under the collection's lock, so that no poller misses a thing.

`date_added` is taken last in the publishing transaction and strictly increases in commit order. With a plain clock or
sequence, objects numbered early and committed late appear behind a poller that has gone by.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from gateway.errors import StoreError
from gateway.model.stages import SignedObject
from gateway.store import tables
from gateway.store.engine import lock_row

__all__ = ["SETTLED", "place", "withdraw_earlier"]

SETTLED: Final = ("released", "held", "withdrawn")
"""States of a version that was decided on: it stands for the record until a newer one is."""

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
    _restore(connection, collection_id, sorted({seq for seq, _, _ in objects}))
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


def withdraw_earlier(
    connection: Connection, record_id: str, number: int, current: Mapping[str, AbstractSet[str]]
) -> None:
    """Take what the record's earlier versions brought out of the latest objects, where version `number` has it no more.

    `current` holds, by collection, the ids of the version's objects there; a collection that is missing from it does
    not receive the version at all. A corrected record must not go on being read from the parts that the correction
    left out (a person who is no longer in it, the NIEM document of the version before), nor where it may no longer be
    seen. They stay under `match[version]=all`. Objects that another record's current version holds too (a marking, an
    address) stay as they are, and so does what revoked an earlier life of the record.
    """
    x, p, v = tables.view_objects, tables.placements, tables.record_versions
    withdrawn = (v.c.record_id == record_id, v.c.state == "withdrawn", v.c.number < number)
    begun = select(func.coalesce(func.max(v.c.number), 0)).where(*withdrawn).scalar_subquery()
    earlier = (
        select(p.c.collection_id, p.c.object_seq, p.c.stix_id)
        .join(x, x.c.object_seq == p.c.object_seq)
        .where(x.c.record_id == record_id, x.c.number > begun, x.c.number < number, p.c.is_latest)
        .distinct()
    )
    in_use: dict[int, bool] = {}
    for collection_id, seq, stix_id in connection.execute(earlier).all():
        if stix_id in current.get(collection_id, ()):
            continue
        if seq not in in_use:
            in_use[seq] = _is_in_use_elsewhere(connection, seq, record_id)
        if not in_use[seq]:
            key = (p.c.collection_id == collection_id, p.c.object_seq == seq)
            connection.execute(update(p).where(*key).values(is_latest=False))


def _is_in_use_elsewhere(connection: Connection, seq: int, record_id: str) -> bool:
    x, v = tables.view_objects, tables.record_versions
    settled = v.c.state.in_(SETTLED)
    newest = select(func.max(v.c.number)).where(v.c.record_id == x.c.record_id, settled).scalar_subquery()
    others = select(x.c.record_id).where(x.c.object_seq == seq, x.c.record_id != record_id, x.c.number == newest)
    return connection.execute(others.limit(1)).first() is not None


def _restore(connection: Connection, collection_id: str, sequences: list[int]) -> None:
    """Objects that were withdrawn and are in use again count as latest again, in their newest version."""
    p = tables.placements
    q = p.alias()
    mine = (q.c.collection_id == collection_id, q.c.stix_id == p.c.stix_id)
    newest = select(func.max(q.c.version_key)).where(*mine).scalar_subquery()
    for start in range(0, len(sequences), _CHUNK):
        connection.execute(
            update(p)
            .where(
                p.c.collection_id == collection_id,
                p.c.object_seq.in_(sequences[start : start + _CHUNK]),
                p.c.is_latest.is_(False),
                p.c.version_key == newest,
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

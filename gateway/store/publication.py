"""Publication: the signed views of some records, with their objects and places, written in one go.

Each object version is stored once, however many views and collections hold it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, insert, select

from gateway.errors import StoreError
from gateway.model.stages import Release, SignedObject, Withdrawal
from gateway.store import tables
from gateway.store.engine import insert_new, to_ms
from gateway.store.journal import write_lines
from gateway.store.placements import place, withdraw_earlier

__all__ = ["publish", "version_key"]

_CHUNK = 400
"""Values in one IN list; SQLite and PostgreSQL both take far more, plans stay cheap."""


def version_key(version: str | None) -> str:
    """A version timestamp as text that sorts as the instant does, whatever its number of fraction digits.

    '' for an object without a version. Raises StoreError when the text is not a STIX timestamp (STIX 2.1, 3.11).
    """
    if version is None:
        return ""
    whole, _, fraction = version.removesuffix("Z").partition(".")
    if len(whole) != 19 or not version.endswith("Z") or (fraction and not fraction.isdigit()):
        raise StoreError("an object's version is not a timestamp", remedy="Report this as a fault")
    return f"{whole}.{fraction.rstrip('0').ljust(6, '0')}"


class _Leaving(NamedTuple):
    """One view as it leaves: what is stored of it, and what goes where."""

    record_id: str
    number: int
    key: str
    document_id: str
    niem: bytes
    withheld: tuple[str, ...]
    key_id: str
    stix: tuple[SignedObject, ...]
    collections: tuple[str, ...]


def _leaving(releases: Sequence[Release], withdrawals: Sequence[Withdrawal]) -> list[_Leaving]:
    """Every view of the batch; one that takes a record back has no NIEM document."""
    released = [
        _Leaving(
            release.cleared.record.id,
            release.cleared.number,
            signed.view.key,
            signed.view.document_id,
            signed.niem,
            signed.view.withheld,
            signed.key_id,
            signed.stix,
            signed.view.collections,
        )
        for release in releases
        for signed in release.views
    ]
    withdrawn = [
        _Leaving(w.record.id, w.number, v.key, v.document_id, b"", (), v.key_id, v.stix, v.collections)
        for w in withdrawals
        for v in w.views
    ]
    return released + withdrawn


def publish(
    connection: Connection,
    releases: Sequence[Release],
    withdrawals: Sequence[Withdrawal],
    settled: Mapping[str, int],
    *,
    now_us: int,
) -> None:
    """Write all views with their objects and places, and take back what earlier versions brought and these do not.

    `settled` has the newest version of each record that was decided on. Raises StoreError, for the whole transaction,
    when one object version would have two contents.
    """
    leaving = _leaving(releases, withdrawals)
    objects: dict[tuple[str, str], SignedObject] = {}
    for stored in (o for view in leaving for o in view.stix):
        if objects.setdefault((stored.id, version_key(stored.version)), stored).body != stored.body:
            raise _two_contents(stored.id)
    sequence = _store_objects(connection, objects)
    wanted: dict[str, list[tuple[int, SignedObject, str]]] = {}
    view_rows: list[dict[str, Any]] = []
    object_rows: list[dict[str, Any]] = []
    for view in leaving:
        key = {"record_id": view.record_id, "number": view.number, "key": view.key}
        view_rows.append(
            {
                **key,
                "document_id": view.document_id,
                "niem": view.niem,
                "withheld": orjson.dumps(view.withheld),
                "key_id": view.key_id,
                "at_us": now_us,
            }
        )
        for position, stored in enumerate(view.stix, start=1):
            sortable = version_key(stored.version)
            seq = sequence[stored.id, sortable]
            object_rows.append({**key, "position": position, "object_seq": seq})
            for collection in view.collections:
                wanted.setdefault(collection, []).append((seq, stored, sortable))
    if view_rows:
        connection.execute(insert(tables.views), view_rows)
    if object_rows:
        connection.execute(insert(tables.view_objects), object_rows)
    write_lines(connection, "record.released", [_release_facts(r) for r in releases], at_us=now_us)
    write_lines(connection, "record.withdrawn", [_withdrawal_facts(w) for w in withdrawals], at_us=now_us)
    for collection in sorted(wanted):
        place(connection, collection, wanted[collection], now_us=now_us)
    for record_id, number in settled.items():
        if number > 1:
            withdraw_earlier(connection, record_id, number, _current(leaving, record_id, number))


def _current(leaving: list[_Leaving], record_id: str, number: int) -> dict[str, set[str]]:
    """The ids of a version's objects, by the collection that receives them."""
    ids: dict[str, set[str]] = {}
    for view in leaving:
        if (view.record_id, view.number) == (record_id, number):
            for collection in view.collections:
                ids.setdefault(collection, set()).update(stored.id for stored in view.stix)
    return ids


def _store_objects(connection: Connection, objects: dict[tuple[str, str], SignedObject]) -> dict[tuple[str, str], int]:
    """Store what is new; the sequence number of each. Raises StoreError when one id and version has two contents."""
    rows = [
        {"id": o.id, "type": o.type, "version": o.version or "", "version_key": sortable, "body": o.body}
        for (_, sortable), o in objects.items()
    ]
    insert_new(connection, tables.stix_objects, rows)
    s = tables.stix_objects
    found: dict[tuple[str, str], int] = {}
    ids = sorted({key[0] for key in objects})
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        columns = (s.c.id, s.c.version_key, s.c.seq, s.c.body)
        for id_, sortable, seq, body in connection.execute(select(*columns).where(s.c.id.in_(chunk))):
            wanted = objects.get((id_, sortable))
            if wanted is None:
                continue
            if wanted.body != body:
                raise _two_contents(id_)
            found[id_, sortable] = seq
    return found


def _two_contents(stix_id: str) -> StoreError:
    return StoreError(
        "one object version would have two contents",
        where=stix_id,
        remedy="Report this as a fault; nothing was published",
    )


def _withdrawal_facts(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "record": withdrawal.record.id,
        "number": withdrawal.number,
        "views": [view.key for view in withdrawal.views],
        "collections": sorted({c for view in withdrawal.views for c in view.collections}),
        "modified_ms": to_ms(withdrawal.modified),
    }


def _release_facts(release: Release) -> dict[str, Any]:
    return {
        "record": release.cleared.record.id,
        "number": release.cleared.number,
        "digest": release.cleared.record.content_digest(),
        "views": [s.view.key for s in release.views],
        "collections": sorted({c for s in release.views for c in s.view.collections}),
        "modified_ms": to_ms(release.cleared.modified),
    }

"""Batches: what became of some items, and everything that follows from it, in one transaction.

The record versions, all signed views of each, their places in the collections, the quarantine, the items' fates and
the journal are written together or not at all.
"""

from typing import Any

import msgspec
import orjson
from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway import limits
from gateway.errors import LeaseLost, ReviewRefused, StoreError
from gateway.model.problems import Problem
from gateway.model.record import Record, encode_record
from gateway.model.stages import Fate, Release, SignedObject
from gateway.store import tables
from gateway.store.deliveries import Claim
from gateway.store.engine import insert_new, to_ms, writing
from gateway.store.journal import write_line, write_lines
from gateway.store.placements import place, withdraw_earlier

__all__ = ["Batch", "BatchStore", "ItemOutcome", "NewReview", "NewVersion", "Quarantined", "Refated", "version_key"]

_CHUNK = 400
"""Values in one IN list; SQLite and PostgreSQL both take far more, plans stay cheap."""


class ItemOutcome(Struct, frozen=True, kw_only=True):
    """One item's single fate. `reason` is a code or a clause, never a value of the record."""

    position: int
    line: int
    fate: Fate
    reason: str = ""
    record_id: str | None = None
    number: int | None = None
    warnings: tuple[Problem, ...] = ()


class Quarantined(Struct, frozen=True, kw_only=True):
    """The bytes of a rejected item with all its problems and the mapping that rejected it."""

    position: int
    raw: bytes
    mapping: str
    mapping_version: str
    problems: tuple[Problem, ...]


class NewVersion(Struct, frozen=True, kw_only=True):
    """A record version to keep. `supersedes` is the number of a version that waited for review and no longer does."""

    record: Record
    number: int
    digest: str
    created_ms: int
    modified_ms: int
    state: str
    position: int
    supersedes: int | None = None


class Refated(Struct, frozen=True, kw_only=True):
    """A record version that has waited and is now released, returned or held, with its item's new fate."""

    record_id: str
    number: int
    state: str
    fate: Fate
    reason: str = ""


class NewReview(Struct, frozen=True, kw_only=True):
    """An operator's signed word on a record version: the canonical statement and its detached JWS."""

    record_id: str
    number: int
    operator: str
    verdict: str
    at_ms: int
    statement: bytes
    jws: str


class Batch(Struct, frozen=True, kw_only=True):
    """Everything that one transaction writes."""

    outcomes: tuple[ItemOutcome, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    versions: tuple[NewVersion, ...] = ()
    reviews: tuple[NewReview, ...] = ()
    refated: tuple[Refated, ...] = ()
    releases: tuple[Release, ...] = ()


class BatchStore:
    """Writes batches."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def commit_items(self, batch: Batch, claim: Claim, *, progress: int, now_us: int) -> None:
        """Write the batch of a claimed delivery. Raises LeaseLost (nothing written) when another has it."""
        d = tables.deliveries
        with writing(self._engine) as connection:
            held = connection.execute(
                update(d)
                .where(d.c.receipt == claim.received.receipt, d.c.lease == claim.lease, d.c.state == "received")
                .values(progress=progress, lease_until_us=now_us + limits.LEASE_SECONDS * 1_000_000)
            )
            if held.rowcount != 1:
                raise LeaseLost("another worker has taken the delivery over", where=claim.received.receipt)
            _write_items(connection, batch, claim.received.receipt, now_us)
            _write(connection, batch, now_us)

    def commit_replayed(self, batch: Batch, receipt: str, *, now_us: int) -> None:
        """Write what became of quarantined items that were taken down the road again.

        Raises StoreError, writing nothing, when one of them is no longer in quarantine.
        """
        with writing(self._engine) as connection:
            rejected = {item.position: item for item in batch.quarantined}
            for outcome in batch.outcomes:
                _write_replayed(connection, receipt, outcome, rejected.get(outcome.position), now_us)
            _write_versions(connection, batch.versions, receipt)
            _write(connection, batch, now_us)

    def commit_reviewed(self, batch: Batch, *, now_us: int) -> None:
        """Write a review with what it brought about: versions that no longer wait, and their releases.

        Raises ReviewRefused when the operator has reviewed this version already, StoreError when it no longer waits.
        """
        with writing(self._engine) as connection:
            _write(connection, batch, now_us)


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


def _write_items(connection: Connection, batch: Batch, receipt: str, now_us: int) -> None:
    rows: list[dict[str, Any]] = [
        {
            "receipt": receipt,
            "position": outcome.position,
            "line": outcome.line,
            "fate": str(outcome.fate),
            "reason": outcome.reason,
            "record_id": outcome.record_id,
            "number": outcome.number,
            "warnings": msgspec.json.encode(outcome.warnings) if outcome.warnings else None,
        }
        for outcome in batch.outcomes
    ]
    if rows:
        connection.execute(insert(tables.items), rows)
    rejected = [
        {
            "receipt": receipt,
            "position": item.position,
            "raw": item.raw,
            "mapping": item.mapping,
            "mapping_version": item.mapping_version,
            "problems": msgspec.json.encode(item.problems),
            "at_us": now_us,
        }
        for item in batch.quarantined
    ]
    if rejected:
        connection.execute(insert(tables.quarantine), rejected)
    _write_versions(connection, batch.versions, receipt)


def _write_replayed(
    connection: Connection, receipt: str, outcome: ItemOutcome, rejected: Quarantined | None, now_us: int
) -> None:
    i, q = tables.items, tables.quarantine
    key = (q.c.receipt == receipt, q.c.position == outcome.position, q.c.state == "open")
    if rejected is None:
        changes: dict[str, Any] = {"state": "replayed"}
    else:
        changes = {
            "problems": msgspec.json.encode(rejected.problems),
            "mapping": rejected.mapping,
            "mapping_version": rejected.mapping_version,
            "at_us": now_us,
        }
    if connection.execute(update(q).where(*key).values(changes)).rowcount != 1:
        raise StoreError("the item is not in quarantine", where=f"{receipt}:{outcome.position}")
    connection.execute(
        update(i)
        .where(i.c.receipt == receipt, i.c.position == outcome.position)
        .values(
            fate=str(outcome.fate),
            reason=outcome.reason,
            record_id=outcome.record_id,
            number=outcome.number,
            warnings=msgspec.json.encode(outcome.warnings) if outcome.warnings else None,
        )
    )


def _write_versions(connection: Connection, versions: tuple[NewVersion, ...], receipt: str) -> None:
    r, v = tables.records, tables.record_versions
    new = [
        {
            "id": version.record.id,
            "feed": version.record.provenance.feed,
            "kind": str(version.record.kind),
            "created_ms": version.created_ms,
            "latest": 1,
        }
        for version in versions
        if version.number == 1
    ]
    if new:
        connection.execute(insert(r), new)
    newer = [{"of": version.record.id, "number": version.number} for version in versions if version.number > 1]
    if newer:
        connection.execute(update(r).where(r.c.id == bindparam("of")).values(latest=bindparam("number")), newer)
    rows = [
        {
            "record_id": version.record.id,
            "number": version.number,
            "digest": version.digest,
            "content": encode_record(version.record),
            "modified_ms": version.modified_ms,
            "state": version.state,
            "receipt": receipt,
            "position": version.position,
        }
        for version in versions
    ]
    if rows:
        connection.execute(insert(v), rows)
    for version in versions:
        if version.supersedes is not None:
            superseded = Refated(
                record_id=version.record.id,
                number=version.supersedes,
                state="superseded",
                fate=Fate.SKIPPED,
                reason="superseded before review",
            )
            _refate(connection, superseded)


def _write_review(connection: Connection, review: NewReview) -> None:
    try:
        connection.execute(insert(tables.reviews).values(msgspec.structs.asdict(review)))
    except IntegrityError as error:
        raise ReviewRefused(
            f"{review.operator} has reviewed this version already",
            where=review.record_id,
            remedy="A second, different operator has to review it",
        ) from error
    facts = {
        "record": review.record_id,
        "number": review.number,
        "operator": review.operator,
        "verdict": review.verdict,
    }
    write_line(connection, "record.reviewed", facts, at_us=review.at_ms * 1000)


def _refate(connection: Connection, change: Refated) -> None:
    v, i = tables.record_versions, tables.items
    key = (v.c.record_id == change.record_id, v.c.number == change.number)
    moved = connection.execute(update(v).where(*key, v.c.state == "awaiting").values(state=change.state))
    if moved.rowcount != 1:
        raise StoreError(
            "the record version no longer waits for review", where=change.record_id, remedy="List what waits again"
        )
    place_of = connection.execute(select(v.c.receipt, v.c.position).where(*key)).one()
    connection.execute(
        update(i)
        .where(i.c.receipt == place_of.receipt, i.c.position == place_of.position)
        .values(fate=str(change.fate), reason=change.reason)
    )


def _write(connection: Connection, batch: Batch, now_us: int) -> None:
    for review in batch.reviews:
        _write_review(connection, review)
    for change in batch.refated:
        _refate(connection, change)
    objects: dict[tuple[str, str], SignedObject] = {}
    for stored in (o for r in batch.releases for s in r.views for o in s.stix):
        if objects.setdefault((stored.id, version_key(stored.version)), stored).body != stored.body:
            raise _two_contents(stored.id)
    sequence = _store_objects(connection, objects)
    wanted: dict[str, list[tuple[int, SignedObject, str]]] = {}
    view_rows: list[dict[str, Any]] = []
    object_rows: list[dict[str, Any]] = []
    for release in batch.releases:
        for signed in release.views:
            key = {
                "record_id": release.cleared.record.id,
                "number": release.cleared.number,
                "key": signed.view.key,
            }
            view_rows.append(
                {
                    **key,
                    "document_id": signed.view.document_id,
                    "niem": signed.niem,
                    "withheld": orjson.dumps(signed.view.withheld),
                    "key_id": signed.key_id,
                    "at_us": now_us,
                }
            )
            for position, stored in enumerate(signed.stix, start=1):
                sortable = version_key(stored.version)
                seq = sequence[stored.id, sortable]
                object_rows.append({**key, "position": position, "object_seq": seq})
                for collection in signed.view.collections:
                    wanted.setdefault(collection, []).append((seq, stored, sortable))
    if view_rows:
        connection.execute(insert(tables.views), view_rows)
    if object_rows:
        connection.execute(insert(tables.view_objects), object_rows)
    write_lines(connection, "record.released", [_release_facts(r) for r in batch.releases], at_us=now_us)
    for collection in sorted(wanted):
        place(connection, collection, wanted[collection], now_us=now_us)
    for record_id, number in _settled(batch).items():
        if number > 1:
            withdraw_earlier(connection, record_id, number, _current(batch, record_id, number))


def _settled(batch: Batch) -> dict[str, int]:
    """The newest version of each record that was decided on: released, or held because nobody may see it."""
    decided = [(v.record.id, v.number, v.state) for v in batch.versions]
    decided += [(change.record_id, change.number, change.state) for change in batch.refated]
    newest: dict[str, int] = {}
    for record_id, number, state in decided:
        if state in ("released", "held"):
            newest[record_id] = max(number, newest.get(record_id, 0))
    return newest


def _current(batch: Batch, record_id: str, number: int) -> dict[str, set[str]]:
    """The ids of a version's objects, by the collection that receives them."""
    ids: dict[str, set[str]] = {}
    for release in batch.releases:
        if (release.cleared.record.id, release.cleared.number) == (record_id, number):
            for signed in release.views:
                for collection in signed.view.collections:
                    ids.setdefault(collection, set()).update(stored.id for stored in signed.stix)
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


def _release_facts(release: Release) -> dict[str, Any]:
    return {
        "record": release.cleared.record.id,
        "number": release.cleared.number,
        "digest": release.cleared.record.content_digest(),
        "views": [s.view.key for s in release.views],
        "collections": sorted({c for s in release.views for c in s.view.collections}),
        "modified_ms": to_ms(release.cleared.modified),
    }

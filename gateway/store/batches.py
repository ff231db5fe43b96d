"""Batches: what became of some items, and everything that follows from it, in one transaction.

The record versions, all signed views of each, their places in the collections, the quarantine, the items' fates and
the journal are written together or not at all.
"""

import hashlib
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway import limits
from gateway.errors import LeaseLost, ReviewRefused, StoreError
from gateway.model.problems import Problem
from gateway.model.record import Record, encode_record
from gateway.model.stages import Fate, Release, Withdrawal
from gateway.store import tables
from gateway.store.deliveries import Claim
from gateway.store.engine import to_ms, writing
from gateway.store.journal import write_line
from gateway.store.placements import SETTLED
from gateway.store.publication import publish

__all__ = [
    "SUPERSEDED",
    "WITHDRAWN",
    "Batch",
    "BatchStore",
    "ItemOutcome",
    "NewReview",
    "NewVersion",
    "Quarantined",
    "Refated",
]

SUPERSEDED: Final = "superseded before review"
WITHDRAWN: Final = "withdrawn before review"
"""What a version that nobody released yet is skipped for when another one, or the record's withdrawal, follows it."""

_NO_CONTENT: Final = hashlib.sha256(b"").hexdigest()
"""The digest of a withdrawn version: no record has it, so that one that comes back is never unchanged."""


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
    life: int = 0
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
    withdrawals: tuple[Withdrawal, ...] = ()


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
            _write_versions(connection, _withdrawn_versions(batch.withdrawals), claim.received.receipt)
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
            _write_versions(connection, _withdrawn_versions(batch.withdrawals), receipt)
            _write(connection, batch, now_us)

    def commit_reviewed(self, batch: Batch, *, now_us: int) -> None:
        """Write a review with what it brought about: versions that no longer wait, and their releases.

        Raises ReviewRefused when the operator has reviewed this version already, StoreError when it no longer waits.
        """
        with writing(self._engine) as connection:
            _write(connection, batch, now_us)


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
            "latest": 1,
        }
        for version in versions
        if version.number == 1
    ]
    if new:
        connection.execute(insert(r), new)
    newer = [
        {"of": version.record.id, "number": version.number, "by": version.record.provenance.feed}
        for version in versions
        if version.number > 1
    ]
    if newer:
        changes: dict[str, Any] = {"latest": bindparam("number"), "feed": bindparam("by")}
        connection.execute(update(r).where(r.c.id == bindparam("of")).values(changes), newer)
    rows = [
        {
            "record_id": version.record.id,
            "number": version.number,
            "digest": version.digest,
            "content": encode_record(version.record),
            "life": version.life,
            "created_ms": version.created_ms,
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
                reason=WITHDRAWN if version.state == "withdrawn" else SUPERSEDED,
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
    publish(connection, batch.releases, batch.withdrawals, _settled(batch), now_us=now_us)


def _settled(batch: Batch) -> dict[str, int]:
    """The newest version of each record that was decided on: released, held because nobody may see it, withdrawn."""
    decided = [(v.record.id, v.number, v.state) for v in batch.versions]
    decided += [(w.record.id, w.number, "withdrawn") for w in batch.withdrawals]
    decided += [(change.record_id, change.number, change.state) for change in batch.refated]
    newest: dict[str, int] = {}
    for record_id, number, state in decided:
        if state in SETTLED:
            newest[record_id] = max(number, newest.get(record_id, 0))
    return newest


def _withdrawn_versions(withdrawals: tuple[Withdrawal, ...]) -> tuple[NewVersion, ...]:
    """A version that says that there is nothing any more. Its digest is that of no content."""
    return tuple(
        NewVersion(
            record=w.record,
            number=w.number,
            digest=_NO_CONTENT,
            life=w.life,
            created_ms=to_ms(w.created),
            modified_ms=to_ms(w.modified),
            state="withdrawn",
            position=0,
            supersedes=w.supersedes,
        )
        for w in withdrawals
    )

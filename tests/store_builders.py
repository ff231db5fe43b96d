"""Batches made by hand: releases with any objects in any collections, without rendering or signing anything."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sharing_builders import IDS, record
from sqlalchemy import Connection, Engine, func, select

from gateway.model.content import Content
from gateway.model.record import Record
from gateway.model.stages import Cleared, Fate, Received, Release, Signed, SignedObject, View
from gateway.store import tables
from gateway.store.batches import Batch, ItemOutcome, NewVersion
from gateway.store.collections import Collection
from gateway.store.deliveries import Claim, DeliveryStore
from gateway.store.engine import from_ms

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
START_US = 1_780_315_200_000_000
RECORD = record()
Object = tuple[str, str | None, bytes]


def collection(name: str) -> Collection:
    """A collection with a plain name for an id."""
    return Collection(id=name, agreement="a", projection="full", alias=name, title=name, description=name)


def record_named(number: int) -> Record:
    """A record of its own id."""
    return msgspec.structs.replace(RECORD, id=f"record--00000000-0000-4000-8000-{number:012d}")


def signed(
    of: Record, number: int, objects: list[Object], collections: tuple[str, ...], *, key: str = "full@1"
) -> Signed:
    """A signed view that holds these objects; nothing of it is really signed."""
    view = View(
        key=key,
        record=of,
        number=number,
        created=START,
        modified=START,
        ids=IDS,
        document_id="b0a1d2c3-e4f5-4a6b-8c7d-9e0f1a2b3c4d",
        withheld=(),
        carries_niem=False,
        collections=collections,
    )
    stix = tuple(SignedObject(id=i, type=i.partition("--")[0], version=v, body=b) for i, v, b in objects)
    return Signed(view=view, niem=b"<niem/>", stix=stix, key_id="kid")


def release(of: Record, number: int, *views: Signed) -> Release:
    """The views of one record version."""
    return Release(cleared=Cleared(record=of, number=number, created=START, modified=START), views=views)


def version(of: Record, number: int, *, position: int = 1, state: str = "released", **changes: Any) -> NewVersion:
    """A version to keep."""
    ms = START_US // 1000 + number
    facts: dict[str, Any] = {
        "record": of,
        "number": number,
        "digest": f"{number:064d}",
        "created_ms": ms,
        "modified_ms": ms,
        "state": state,
        "position": position,
    }
    return NewVersion(**(facts | changes))


def outcome(position: int = 1, fate: Fate = Fate.PUBLISHED) -> ItemOutcome:
    """An item's fate."""
    return ItemOutcome(position=position, line=position + 1, fate=fate)


def batch(of: Record, number: int, *views: Signed, position: int = 1) -> Batch:
    """One released version with one item."""
    return Batch(
        outcomes=(outcome(position),),
        versions=(version(of, number, position=position),),
        releases=(release(of, number, *views),),
    )


def claimed(deliveries: DeliveryStore, receipt: str) -> Claim:
    """A delivery that is received and claimed."""
    deliveries.accept(
        Received(
            receipt=receipt,
            feed="a-feed",
            file_name="file.csv",
            sha256=hashlib.sha256(b"content").hexdigest(),
            received=START,
            content=Content.of(b"content"),
        )
    )
    claim = deliveries.claim(now_us=START_US, receipt=receipt)
    assert claim is not None
    return claim


def everything(engine: Engine) -> dict[str, int]:
    """The number of rows of each table."""
    with engine.connect() as connection:
        return {table.name: _count(connection, table) for table in tables.metadata.sorted_tables}


def _count(connection: Connection, table: Any) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def later(ms: int) -> datetime:
    """A moment after the start."""
    return from_ms(START_US // 1000) + timedelta(milliseconds=ms)

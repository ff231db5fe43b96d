"""The journal: one line for each thing that happened, written in the same transaction as the thing itself."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, insert

from gateway.store import tables

__all__ = ["leaf_hash", "write_line", "write_lines"]


def write_line(connection: Connection, event: str, facts: Mapping[str, Any], *, at_us: int) -> None:
    """Add a line. `facts` holds ids, digests and counts, never a name, a plate or a date of birth."""
    write_lines(connection, event, [facts], at_us=at_us)


def write_lines(connection: Connection, event: str, many: Sequence[Mapping[str, Any]], *, at_us: int) -> None:
    """Add a line for each of the facts, in order."""
    rows = []
    for facts in many:
        body = orjson.dumps({"at_us": at_us, "event": event, **facts}, option=orjson.OPT_SORT_KEYS)
        rows.append({"at_us": at_us, "event": event, "body": body, "leaf": leaf_hash(body)})
    if rows:
        connection.execute(insert(tables.journal), rows)


def leaf_hash(body: bytes) -> bytes:
    """SHA-256 over 0x00 and the entry (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + body).digest()

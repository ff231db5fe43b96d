"""Mapping a row, against Python written by hand for the same fields of the same feed.

The hand-written reader does what an able programmer would write on an afternoon: the same columns, empty cells, codes,
bounds and zone, into a dict of plain values. It names no problem, keeps no provenance and makes no ids.
"""

import csv
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gateway import adapters
from gateway.config import shipped
from gateway.mapping.catalog import load_mapping
from gateway.mapping.compiled import Mapped
from gateway.model.content import Content
from gateway.model.identity import IdKey
from gateway.model.stages import NativeRecord, Received

__all__ = ["measure_mapping"]

_ZONE = ZoneInfo("America/Los_Angeles")
_EMPTY = frozenset(("", "NULL", "-1", "-1.0", "REDACTED"))
_CLOCK = "%m/%d/%Y %I:%M:%S %p"
_LATITUDES = Decimal(47), Decimal(48)
_LONGITUDES = Decimal(-123), Decimal(-121)


def measure_mapping(content: bytes, rounds: int) -> dict[str, Any]:
    """CPU microseconds a row for both, over the rows of a Seattle export; the median of the rounds, taken in turns."""
    mapping = load_mapping(shipped("mappings") / "seattle-pd-cad.yaml")
    received = Received(
        receipt="bench",
        feed=mapping.feed,
        file_name="bench.csv",
        sha256="0" * 64,
        received=datetime.now(UTC),
        content=Content.of(content),
    )
    rows = [item for item in adapters.read(received, mapping.reading) if isinstance(item, NativeRecord)]
    ids, statuses = IdKey(b"ids of the benchmark"), _statuses()
    assert all(isinstance(mapping.map(row, received, ids), Mapped) for row in rows)

    def ours() -> None:
        for row in rows:
            mapping.map(row, received, ids)

    def by_hand() -> None:
        for row in rows:
            _read(row.fields, statuses)

    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(_microseconds(ours, len(rows)))
        theirs.append(_microseconds(by_hand, len(rows)))
    found = {"microseconds_per_record": statistics.median(mine), "by_hand": statistics.median(theirs)}
    return {**{name: round(value, 1) for name, value in found.items()}, "ratio": round(_ratio(mine, theirs), 2)}


def _ratio(mine: list[float], theirs: list[float]) -> float:
    return statistics.median(mine) / statistics.median(theirs)


def _microseconds(work: Callable[[], None], rows: int) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) / rows * 1e6


def _statuses() -> dict[str, str]:
    with (shipped("mappings") / "codes" / "seattle-clearance.csv").open(encoding="utf-8", newline="") as stream:
        return {row["from"]: row["to"] for row in csv.DictReader(stream)}


def _cell(row: Any, column: str) -> str | None:
    text: str = row[column].strip()
    return None if text in _EMPTY else text


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.strptime(text, _CLOCK).replace(tzinfo=_ZONE).astimezone(UTC)


def _degrees(text: str | None, bounds: tuple[Decimal, Decimal]) -> Decimal | None:
    if text is None:
        return None
    value = Decimal(text)
    if not bounds[0] <= value <= bounds[1]:
        raise ValueError("outside the city")
    return value


def _read(row: Any, statuses: dict[str, str]) -> dict[str, Any]:
    final, initial = _cell(row, "Final Call Type"), _cell(row, "Initial Call Type")
    kind = (final or initial or "").lstrip("-") or None
    disposition, priority = _cell(row, "Event Clearance Description"), _cell(row, "Priority")
    return {
        "category": "call-for-service",
        "case_number": _cell(row, "CAD Event Number"),
        "type_text": kind,
        "description": None if initial is None else f"First reported as {initial}",
        "priority": None if priority is None else int(priority),
        "reported": _moment(_cell(row, "Original Time Queued")),
        "arrived": _moment(_cell(row, "Arrived Time")),
        "disposition": disposition,
        "status": statuses.get(disposition) if disposition else None,
        "source": _cell(row, "Call Type"),
        "title": kind,
        "city": "Seattle",
        "state": "WA",
        "country": "US",
        "precinct": _cell(row, "Precinct"),
        "sector": _cell(row, "Sector"),
        "beat": _cell(row, "Beat"),
        "latitude": _degrees(_cell(row, "Blurred_Latitude"), _LATITUDES),
        "longitude": _degrees(_cell(row, "Blurred_Longitude"), _LONGITUDES),
        "precision": "block",
    }

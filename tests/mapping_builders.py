"""Small mappings, deliveries and rows for the tests of mapping and adapters. Every value is invented."""

import copy
import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from gateway.mapping import Mapped, Mapping, Rejected, compile_mapping
from gateway.mapping.document import MappingDocument
from gateway.model.identity import IdKey
from gateway.model.problems import Problem
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Received, Skipped

MAPPINGS = Path(__file__).resolve().parent.parent / "mappings"
SAMPLES = MAPPINGS / "samples"
IDS = IdKey(b"ids of the mapping tests")

LEAST: dict[str, Any] = {
    "mapping": "a-feed",
    "version": "1",
    "makes": "incident",
    "source": {"agency": "Sample Police Department"},
    "handling": {"tlp": "amber"},
    "reads": {"format": "delimited", "timezone": "America/Chicago"},
    "key": ["Number"],
    "fields": {"activity.call.category": {"value": "incident"}, "activity.call.case_number": "Number"},
    "tests": [{"name": "any row", "given": {"Number": "7"}, "expect": {"activity.call.case_number": "7"}}],
}
"""The smallest document that works."""


def document_data(fields: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The least document with more fields and other sections."""
    data = copy.deepcopy(LEAST)
    data["fields"].update(fields or {})
    data.update(changes)
    return data


def mapping_of(fields: dict[str, Any] | None = None, *, folder: Path = MAPPINGS, **changes: Any) -> Mapping:
    return compile_mapping(MappingDocument.model_validate(document_data(fields, **changes)), folder)


def write(folder: Path, data: Any, name: str = "a-feed") -> Path:
    """A mapping document as a file."""
    path = folder / f"{name}.yaml"
    with path.open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(data, stream)
    return path


def delivery(content: bytes = b"", feed: str = "a-feed", file_name: str = "delivered.csv") -> Received:
    return Received(
        receipt="receipt-1",
        feed=feed,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        received=datetime(2030, 8, 1, 12, tzinfo=UTC),
        content=content,
    )


def native(cells: dict[str, str], line: int = 2) -> NativeRecord:
    return NativeRecord(line=line, fields=cells, raw=b"raw")


def run(mapping: Mapping, **cells: str) -> Mapped | Rejected | Skipped:
    return mapping.map(native({"Number": "7", **cells}), delivery(), IDS)


def mapped(mapping: Mapping, **cells: str) -> Record:
    result = run(mapping, **cells)
    assert isinstance(result, Mapped), result
    return result.record


def rejected(mapping: Mapping, **cells: str) -> tuple[Problem, ...]:
    result = run(mapping, **cells)
    assert isinstance(result, Rejected), result
    return result.problems


def codes(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.column) for problem in problems]

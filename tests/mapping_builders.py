"""Small mappings, deliveries and rows for the tests of mapping and adapters. Every value is invented."""

import copy
import hashlib
import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from ruamel.yaml import YAML

from gateway.mapping import Mapped, Mapping, Rejected, compile_mapping
from gateway.mapping.document import MappingDocument
from gateway.model.content import Content
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
        content=Content.of(content),
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


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _cell(place: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        case datetime():
            serial = (value - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001 - a workbook has no zone
            return f'<c r="{place}" s="1"><v>{serial!r}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value}</v></c>'
        case _:
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet_xml(rows: list[list[Any]]) -> str:
    """A worksheet part; columns beyond Z are not needed here."""
    lines = (
        f'<row r="{number}">' + "".join(_cell(f"{chr(65 + at)}{number}", v) for at, v in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def workbook_bytes(sheets: dict[str, list[list[Any]] | str]) -> bytes:
    """A small .xlsx workbook, always the same bytes for the same cells; a text in place of rows is the part itself."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="s{i}"/>' for i, n in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="s{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        + f'<Relationship Id="st" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = rows if isinstance(rows, str) else sheet_xml(rows)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2030, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()

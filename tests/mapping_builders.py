"""Small mappings, deliveries and rows for the tests of mapping and adapters. Every value is invented."""

import copy
import hashlib
import io
import struct
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


_TABLE = "urn:oasis:names:tc:opendocument:xmlns"


def _ods_cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case datetime():
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case int() | float():
            kind = f'office:value-type="float" office:value="{value}"'
        case _:
            kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def ods_bytes(sheets: dict[str, list[list[Any]] | str]) -> bytes:
    """A small .ods workbook; a text in place of rows is the table's own markup."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + (
            rows
            if isinstance(rows, str)
            else "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    names = "".join(f' xmlns:{name}="{_TABLE}:{name}:1.0"' for name in ("office", "table", "text", "manifest"))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": f"<manifest:manifest{names}>"
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        "content.xml": f"<office:document-content{names}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2030, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


_SECTOR = 512


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _xls_cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    match value:
        case None:
            return b""
        case bool():
            return _record(0x0205, place + bytes([value, 0]))
        case int() | float():
            return _record(0x0203, place + struct.pack("<d", value))
        case _:
            return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))


def _compound(stream: bytes) -> bytes:
    """A compound file ([MS-CFB]) with one stream, `Workbook`: header, one sector of its table, one of names, data."""
    size = max(len(stream), 4096)
    sectors = -(-size // _SECTOR)
    end, free, table, none = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
    chain = [table, end, *range(3, 2 + sectors), end]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0" if name else b""
        return struct.pack("<64sHBBIII16xI16xIQ", written, len(written), kind, 1, none, none, child, 0, start, length)

    names = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, none, 2, size) + entry("", 0, none, 0, 0) * 2
    return b"".join(
        [
            header.ljust(_SECTOR, b"\xff"),
            struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, struct.pack("<I", free)[:1]),
            names,
            stream.ljust(sectors * _SECTOR, b"\0"),
        ]
    )


def xls_bytes(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A small .xls workbook (BIFF8) of texts, numbers and switches."""
    bof = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 1996, 0, 6)
    start, end = _record(0x0809, bof), _record(0x000A, b"")
    bodies = []
    for rows in sheets.values():
        cells = b"".join(_xls_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
        extent = struct.pack("<IIHHH", 0, len(rows), 0, max((len(row) for row in rows), default=0), 0)
        bodies.append(_record(0x0809, bof[:2] + b"\x10\0" + bof[4:]) + _record(0x0200, extent) + cells + end)
    directory = [struct.pack("<BB", len(n), 1) + n.encode("utf-16-le") for n in sheets]
    place = len(start) + sum(10 + len(name) for name in directory) + len(end)
    globals_ = start
    for name, body in zip(directory, bodies, strict=True):
        globals_ += _record(0x0085, struct.pack("<IH", place, 0) + name)
        place += len(body)
    return _compound(globals_ + end + b"".join(bodies))

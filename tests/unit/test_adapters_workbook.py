"""Workbooks: cells as text, titles, sheets merged on a key, and what is refused before it is unpacked."""

import contextlib
import io
import json
import os
import random
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from mapping_builders import delivery, ods_bytes, sheet_xml, workbook_bytes, xls_bytes

from gateway import adapters, limits
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import WorkbookSpec
from gateway.model.stages import NativeRecord, Skipped, Unreadable

NOON = datetime(2030, 7, 4, 12, 30, 5)  # noqa: DTZ001 - a workbook has no zone


def reading(**spec: Any) -> Reading:
    return Reading(format="workbook", workbook=WorkbookSpec.model_validate(spec))


def read(content: bytes, how: Reading | None = None) -> list[adapters.Item]:
    return list(adapters.read(delivery(content), how or reading()))


def rows(items: list[adapters.Item]) -> list[dict[str, str]]:
    return [dict(item.fields) for item in items if isinstance(item, NativeRecord)]


class TestCells:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("010", "010"),
            ("NULL", "NULL"),
            (" blanks ", " blanks "),
            (2024.0, "2024"),
            (0.5, "0.5"),
            (-7, "-7"),
            (True, "true"),
            (NOON, "2030-07-04T12:30:05"),
            (NOON.replace(hour=0, minute=0, second=0), "2030-07-04"),
            (None, ""),
        ],
    )
    def test_a_cell_is_the_text_that_a_person_would_write(self, value: Any, text: str) -> None:
        (row,) = rows(read(workbook_bytes({"S": [["A", "B"], [value, "x"]]})))
        assert row["A"] == text

    def test_the_cells_of_an_item_are_kept_as_json(self) -> None:
        (item,) = read(workbook_bytes({"Köln": [["A", "B"], ["x\ny", 1]]}))
        assert json.loads(item.raw) == {"sheet": "Köln", "row": 2, "cells": {"A": "x\ny", "B": "1"}}


class TestTables:
    def test_titles_blank_rows_and_repeated_headers_are_passed_over(self) -> None:
        table = [["A report\nof July"], [None], [" N ", "T"], ["1", "a"], [None], ["N", "T"], ["2", "b"]]
        items = read(workbook_bytes({"S": table}), reading(header="N"))
        assert [(item.line, item.reason) for item in items if isinstance(item, Skipped)] == [
            (1, "title-row"),
            (2, "blank-row"),
            (5, "blank-row"),
            (6, "repeated-header"),
        ]
        assert rows(items) == [{"N": "1", "T": "a"}, {"N": "2", "T": "b"}]

    def test_unnamed_and_repeated_columns_have_names(self) -> None:
        content = workbook_bytes({"S": [["N", None, "N"], ["1", "2", "3"]]})
        assert adapters.header(delivery(content), reading()) == ("N", "column:2", "N#2")

    def test_the_sheets_whose_whole_name_matches_are_read(self) -> None:
        sheets = {"Totals": [["N"], ["0"]], "Calls 1": [["N"], ["1"]], "Calls 12": [["N"], ["2"]]}
        assert rows(read(workbook_bytes(sheets), reading(sheets="Calls .*"))) == [{"N": "1"}, {"N": "2"}]
        assert rows(read(workbook_bytes(sheets), reading(sheets="Calls .")))[0] == {"N": "1"}

    def test_sheets_are_merged_on_a_key_and_differences_are_kept(self) -> None:
        first = [["N", "T", "P"], ["1", "a", ""], ["2", "b", "p"]]
        second = [["P", "N", "C"], ["p1", "1", "c1"], ["q", "2", "c2"], ["r", "2", "c2"], ["new", "3", ""]]
        items = read(workbook_bytes({"A": first, "B": second}), reading(merge_on="N"))
        assert rows(items) == [
            {"N": "1", "T": "a", "P": "p1", "C": "c1"},
            {"N": "2", "T": "b", "P": "p", "P#2": "q", "C": "c2", "P#3": "r"},
            {"P": "new", "N": "3", "C": ""},
        ]
        assert [item.line for item in items] == [2, 3, 5]
        assert [len(item.raw.splitlines()) for item in items] == [2, 3, 1]

    def test_a_row_without_its_key_is_an_item_by_itself(self) -> None:
        items = read(workbook_bytes({"A": [["N", "T"], ["", "a"], ["", "b"]]}), reading(merge_on="N"))
        assert rows(items) == [{"N": "", "T": "a"}, {"N": "", "T": "b"}]

    def test_a_cell_beyond_the_limit_is_one_unreadable_row(self) -> None:
        items = read(workbook_bytes({"A": [["N"], ["x" * 140_000], ["2"]]}))
        assert [type(item) for item in items] == [Unreadable, NativeRecord]


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


SHEET = sheet_xml([["N"], ["1"]])


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "no workbook"),
            (b"a,b\n1,2\n", "no workbook"),
            (b"PK\x03\x04 and nothing more", "no workbook"),
            (b"\x15lock of somebody" + b" " * 148, "no workbook"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "has a password"),
            (packed({"content.xml": b"<x/>"}), "old format"),
            (packed({"xl/workbook.bin": b""}), "no .xlsx"),
            (packed({"xl/workbook.xml": b"not XML"}), "cannot be read"),
            (packed({"xl/workbook.xml": b"0" * (257 * 1024 * 1024)}), "unpack"),
            (packed({f"xl/{n}": b"" for n in range(1001)}), "unpack"),
            (workbook_bytes({"S": SHEET.replace('r="A2"', 'r="XFD1048576"')}), "spans 16384 columns"),
            (workbook_bytes({"S": SHEET.replace('r="2"', "r = '99999999'").replace("A2", "CV2")}), "spans 100 columns"),
            (workbook_bytes({"S": []}), "header row"),
            (workbook_bytes({"S": [["A"], ["1"]]}), "header row with a column 'N'"),
        ],
    )
    def test_a_file_is_refused_once_and_soon(self, content: bytes, says: str) -> None:
        start = time.perf_counter()
        with pytest.raises(UnreadableDelivery, match=says) as caught:
            adapters.header(delivery(content), reading(header="N"))
        assert caught.value.remedy
        assert time.perf_counter() - start < 2

    def test_a_part_that_lies_about_its_size_is_refused(self) -> None:
        content = bytearray(workbook_bytes({"S": [["N"], ["1"]] + [["x" * 500]] * 50}))
        with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
            size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
        assert content.count(size) >= 2, "the size stands before the part and in the directory"
        with pytest.raises(UnreadableDelivery):
            read(bytes(content).replace(size, (100).to_bytes(4, "little")))

    def test_a_part_that_goes_on_behind_a_true_beginning_is_refused(self) -> None:
        whole = sheet_xml([["N"], ["1"]])
        content = workbook_bytes({"S": whole + " " * 5_000_000})
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            part = archive.getinfo("xl/worksheets/sheet1.xml")
        for true, declared in ((part.file_size, len(whole)), (part.CRC, zlib.crc32(whole.encode()))):
            content = content.replace(true.to_bytes(4, "little"), declared.to_bytes(4, "little"))
        with pytest.raises(UnreadableDelivery):
            read(content)

    def test_more_sheets_than_are_read_are_not_left_out_in_silence(self) -> None:
        sheets: dict[str, list[list[Any]] | str] = {f"S{number}": [["N"], ["1"]] for number in range(101)}
        assert len(rows(read(workbook_bytes(sheets), reading(sheets="S[0-9]?[0-9]")))) == 100
        with pytest.raises(UnreadableDelivery, match="101 sheets"):
            read(workbook_bytes(sheets))


ONE: Final = 'office:value-type="float" office:value="1"/>'
HUGE: Final = {
    # sixteen thousand million cells, in a file of nine hundred bytes
    "all cells": '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    f'table:number-columns-repeated="16384" {ONE}</table:table-row>',
    "the last cell": '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/><table:table-cell {ONE}'
    "</table:table-row>",
    "nesting": "<table:table-row>" * 100_000,
    "a long row": '<table:table-row><table:table-cell office:value-type="string"><text:p>'
    f"{'x' * 20_000_000}</text:p></table:table-cell></table:table-row>",
}


class TestOldFormats:
    """.xls and .ods are read by a process with limits of its own, cell by cell as .xlsx is."""

    TABLE: ClassVar = [["A title"], ["N", "T", None], ["010", 2024.0, True], [], ["é\n", -0.5, None]]

    @pytest.mark.parametrize("write", [xls_bytes, ods_bytes, workbook_bytes])
    def test_the_three_formats_give_the_same_rows(self, write: Callable[[dict[str, Any]], bytes]) -> None:
        content = write({"Totals": [["N"], ["0"]], "Calls 1": self.TABLE, "Calls 2": [["N", "U"], ["010", "u"]]})
        items = read(content, reading(sheets="Calls .*", header="N", merge_on="N"))
        assert [(type(item), item.line) for item in items] == [
            (Skipped, 1),
            (Skipped, 4),
            (NativeRecord, 3),
            (NativeRecord, 5),
        ]
        assert rows(items) == [
            {"N": "010", "T": "2024", "column:3": "true", "U": "u"},
            {"N": "é\n", "T": "-0.5", "column:3": ""},
        ]

    def test_times_and_days(self) -> None:
        content = ods_bytes({"S": [["A", "B"], [NOON, NOON.replace(hour=0, minute=0, second=0)]]})
        (row,) = rows(read(content))
        assert row == {"A": "2030-07-04T12:30:05", "B": "2030-07-04T00:00:00"}

    def test_too_many_sheets_and_none_with_a_header_are_told_as_ever(self) -> None:
        with pytest.raises(UnreadableDelivery, match="101 sheets"):
            read(ods_bytes({f"S{number}": [["N"]] for number in range(101)}))
        with pytest.raises(UnreadableDelivery, match="no sheet"):
            read(xls_bytes({"S": [["A"], ["1"]]}), reading(header="N"))

    @pytest.mark.parametrize("table", list(HUGE.values()), ids=list(HUGE))
    def test_what_asks_for_too_much_ends_its_own_process_alone(self, table: str) -> None:
        with pytest.raises(UnreadableDelivery) as caught:
            read(ods_bytes({"S": table}))
        assert ".xlsx" in caught.value.remedy

    def test_more_text_than_it_has_memory_for_ends_it_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "WORKBOOK_PROCESS_BYTES", 128 * 1024 * 1024)
        with pytest.raises(UnreadableDelivery, match="too large"):
            read(ods_bytes({"S": f'<table:table-row table:x="{"x" * 100_000_000}"/>'}))

    def test_one_that_takes_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "WORKBOOK_PROCESS_SECONDS", 1)
        many = "<table:table-row><table:table-cell/></table:table-row>" * 3_000_000
        start = time.perf_counter()
        with pytest.raises(UnreadableDelivery):
            read(ods_bytes({"S": many}))
        assert time.perf_counter() - start < 20

    def test_a_reader_that_is_left_alone_leaves_no_process(self) -> None:
        content = ods_bytes({"S": [["N"], *([str(number)] for number in range(50_000))]})
        items = adapters.read(delivery(content), reading())
        assert isinstance(next(items), NativeRecord)
        before = children()
        assert len(before) == 1
        items.close()  # type: ignore[attr-defined]
        assert children() == []

    def test_mutants_end_in_items_or_in_one_refusal(self) -> None:
        chance = random.Random(20301122)
        wholes = (xls_bytes({"S": self.TABLE}), ods_bytes({"S": self.TABLE}))
        for number in range(60):
            mutant = bytearray(wholes[number % 2])
            for _ in range(chance.randint(1, 6)):
                mutant[chance.randrange(len(mutant))] = chance.randrange(256)
            with contextlib.suppress(UnreadableDelivery):
                assert read(bytes(mutant), reading(header="N"))


def children() -> list[int]:
    """The processes that this one has started and not yet taken leave of."""
    path = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")
    return [int(number) for number in path.read_text(encoding="ascii").split()]

"""Slash-coded text: what is a code and what is not, where a value ends, which lines are an item."""

import random
from typing import Any

import pytest
from mapping_builders import delivery, mapping_of

from gateway import adapters, limits
from gateway.errors import BadSetting, UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import CodedTextSpec
from gateway.model.stages import NativeRecord, Skipped, Unreadable

SPEC: dict[str, Any] = {"codes": ["MKE", "LIC", "NAM", "RMK", "DOT"], "starts": "MKE", "continues": "RMK"}


def reading(*columns: str, spec: dict[str, Any] | None = None, **changes: Any) -> Reading:
    facts: dict[str, Any] = {"encodings": ("ascii", "windows-1252"), "columns": columns}
    text = CodedTextSpec.model_validate(SPEC | (spec or {}))
    return Reading(format="coded-text", text=text, **(facts | changes))


def read(content: bytes | str, how: Reading | None = None) -> list[adapters.Item]:
    raw = content if isinstance(content, bytes) else content.encode("latin-1")
    items = list(adapters.read(delivery(raw), how or reading()))
    assert b"".join(item.raw for item in items) == raw
    return items


def cells(content: str, how: Reading | None = None) -> dict[str, str]:
    (item,) = read(content, how)
    assert isinstance(item, NativeRecord), item
    return dict(item.fields)


class TestValues:
    def test_a_value_runs_to_the_next_code_or_the_end_of_the_line(self) -> None:
        assert cells("MKE/STOLEN VEHICLE  LIC/ABC123\r\nNAM/DOE, JANE \r\n") == {
            "MKE": "STOLEN VEHICLE",
            "LIC": "ABC123",
            "NAM": "DOE, JANE",
        }

    @pytest.mark.parametrize(
        "value", ["AND/OR", "07/04/2030", "XLIC/1", "(LIC/1)", "A/LIC/1", "LIC /1", "lic/1", "LI/C"]
    )
    def test_what_is_no_declared_code_is_text(self, value: str) -> None:
        assert cells(f"MKE/X {value}") == {"MKE": f"X {value}"}

    def test_a_value_may_be_empty(self) -> None:
        assert cells("MKE/ LIC/\nNAM/") == {"MKE": "", "LIC": "", "NAM": ""}

    def test_a_code_that_repeats_has_positions(self) -> None:
        text = "MKE/X NAM/ONE\nNAM/TWO"
        assert cells(text) == {"MKE": "X", "NAM": "ONE", "NAM[1]": "TWO"}
        assert cells(text, reading("NAM[*]")) == {"MKE": "X", "NAM[0]": "ONE", "NAM[1]": "TWO"}
        assert cells(text, reading("NAM", "NAM[1]")) == {"MKE": "X", "NAM": "ONE", "NAM[1]": "TWO"}

    def test_some_values_go_on_over_lines(self) -> None:
        text = "MKE/X\nRMK/ONE\n  TWO AND/OR\nTHREE LIC/1\nFOUR\n"
        assert cells(text) == {"MKE": "X", "RMK": "ONE\nTWO AND/OR\nTHREE", "LIC": "1", "text[0]": "FOUR"}

    def test_a_blank_line_ends_them(self) -> None:
        assert cells("MKE/X\nRMK/ONE\n\nTWO") == {"MKE": "X", "RMK": "ONE", "text[0]": "TWO"}

    def test_a_code_that_nobody_declared_is_told_at_the_start_of_a_line(self) -> None:
        assert cells("MKE/X XYZ/1\n  XYZ/2 LIC/3\nRMK/A\nQQQ/4\n") == {
            "MKE": "X XYZ/1",
            "XYZ": "2",
            "LIC": "3",
            "RMK": "A",
            "QQQ": "4",
        }
        assert "XYZ" in adapters.header(delivery(b"MKE/X\nXYZ/2"), reading("MKE"))

    def test_lines_without_a_code_are_told(self) -> None:
        how = reading("MKE", drops=("text",))
        assert cells("MKE/X\nORI IS A SAMPLE\nREPLY/ SOON", how)["text[1]"] == "REPLY/ SOON"
        assert adapters.header(delivery(b"MKE/X\nORI IS A SAMPLE"), how) == ("MKE", "text")

    def test_codes_that_the_mapping_reads_have_a_cell(self) -> None:
        assert cells("MKE/X", reading("LIC", "NAM[*]")) == {"MKE": "X", "LIC": ""}


class TestItems:
    def test_a_code_at_the_start_of_a_line_starts_an_item(self) -> None:
        one, two = read("MKE/A\r\n\r\nsome words\r\n  MKE/B LIC/MKE/C MKE/D")
        assert isinstance(two, NativeRecord)
        assert dict(two.fields) == {"MKE": "B", "LIC": "MKE/C", "MKE[1]": "D"}
        assert (one.line, two.line) == (1, 4)

    def test_what_stands_before_is_passed_over(self) -> None:
        before, _ = read("FROM A SYSTEM\nLIC/1\n\nMKE/A")
        assert isinstance(before, Skipped)
        assert (before.reason, before.line) == ("free-text", 1)
        blank, _ = read("\r\n \r\nMKE/A")
        assert isinstance(blank, Skipped)
        assert blank.reason == "blank-row"

    def test_blank_lines_divide_where_no_code_starts_an_item(self) -> None:
        how = reading(spec={"starts": []})
        items = read("A HEADER\n\nLIC/1\nNAM/A\n \nmore words\n\n\nLIC/2\n", how)
        assert [(type(item), item.line) for item in items] == [
            (Skipped, 1),
            (NativeRecord, 3),
            (Skipped, 6),
            (NativeRecord, 9),
        ]

    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    def test_line_ends(self, end: str) -> None:
        assert [item.line for item in read(end.join(["MKE/A", "LIC/1", "MKE/B", ""]))] == [1, 3]

    @pytest.mark.parametrize("content", ["", "\n", "a,b\n1,2", "LIC/1", "x MKE/1", "MKE /1", "mke/1"])
    def test_a_file_without_an_item_is_refused_once(self, content: str) -> None:
        with pytest.raises(UnreadableDelivery, match="no item"):
            adapters.header(delivery(content.encode()), reading())

    def test_bytes_of_no_declared_encoding_keep_their_item_out(self) -> None:
        bad, good = read(b"MKE/\xe9\nMKE/B", reading(encodings=("ascii",)))
        assert isinstance(bad, Unreadable)
        assert bad.code == "bad-encoding"
        assert isinstance(good, NativeRecord)

    @pytest.mark.parametrize(
        "text",
        [
            "MKE/" + "x" * (limits.CELL_CHARACTERS + 1),
            "MKE/X\n" + "words\n" * (limits.ITEM_VALUES + 1),
            "MKE/X\n" + "LIC/1 " * (limits.ROW_BYTES // 6),
            "MKE/X\n" + "words\n" * (limits.ROW_BYTES // 2),
        ],
    )
    def test_limits(self, text: str) -> None:
        *parts, good = read(text + "\nMKE/Y")
        assert {item.code for item in parts if isinstance(item, Unreadable)} == {"too-large"}
        assert all(isinstance(item, Unreadable) for item in parts)
        assert isinstance(good, NativeRecord)

    def test_long_lines_take_linear_time(self) -> None:
        """Half a megabyte of what nearly is a code, a blank line or a start."""
        for piece in ("MKE", " ", "/", "A/", " LIC", "LIC /", "\t"):
            count = limits.ROW_BYTES // 2 // len(piece)
            read("MKE/X\nRMK/" + piece * count)
            read(piece * count + "\nMKE/X")


class TestTheDocument:
    def test_every_code_that_is_read_must_be_declared(self) -> None:
        reads = {"format": "coded-text", "text": {"codes": ["LIC", "NIC"]}}
        with pytest.raises(BadSetting, match="'LIS' is none of the codes"):
            mapping_of({"activity.call.case_number": "NIC", "record.title": "LIS"}, reads=reads, key=["NIC"])

    @pytest.mark.parametrize(
        ("spec", "complaint"),
        [
            ({"starts": ["XXX"]}, "not among the 'codes'"),
            ({"continues": ["XXX"]}, "not among the 'codes'"),
            ({"codes": ["a/b"]}, "pattern"),
        ],
    )
    def test_mistakes_in_the_section(self, spec: dict[str, Any], complaint: str) -> None:
        with pytest.raises(ValueError, match=complaint):
            CodedTextSpec.model_validate(SPEC | spec)

    def test_the_format_needs_its_section(self) -> None:
        with pytest.raises(ValueError, match="needs 'text'"):
            mapping_of(reads={"format": "coded-text"})


def test_seeded_mutants_lose_no_byte() -> None:
    whole = b"A HEADER\r\n\r\nMKE/STOLEN LIC/ABC123\r\nRMK/ONE\r\n TWO\r\n\r\nMKE/B\r\nNAM/X NAM/Y\r\nwords\r\n"
    chance = random.Random(20301122)
    for _ in range(2000):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(mutant))
            mutant[place : place + chance.randint(0, 3)] = chance.choice(
                [b"", b"\r", b"\n", b" ", b"/", b"MKE/", b"LIC/", b"\xff", b"\x00", b"\t"]
            )
        for how in (reading("LIC"), reading("NAM[*]", spec={"starts": []})):
            try:
                read(bytes(mutant), how)
            except UnreadableDelivery:
                continue

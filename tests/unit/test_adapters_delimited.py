"""Delimited files as they come: quotes, line ends, marks, encodings, rows that do not fit."""

import csv
from typing import Any

import pytest
from mapping_builders import delivery

from gateway import adapters, limits
from gateway.adapters import FormatReader, delimited
from gateway.errors import BadSetting, UnreadableDelivery
from gateway.mapping import Reading
from gateway.model.stages import NativeRecord, Skipped, Unreadable

PLAIN = Reading(format="delimited", encodings=("utf-8-sig", "windows-1252"))


def items(content: bytes | str, **changes: Any) -> list[adapters.Item]:
    data = content.encode() if isinstance(content, str) else content
    return list(adapters.read(delivery(data), reading(**changes)))


def reading(**changes: Any) -> Reading:
    return Reading(**{"format": "delimited", "encodings": ("utf-8-sig", "windows-1252"), **changes})


def fates(content: bytes | str, **changes: Any) -> list[tuple[int, str]]:
    """Each item's line and what it is."""
    return [
        (i.line, "record" if isinstance(i, NativeRecord) else i.reason if isinstance(i, Skipped) else i.code)
        for i in items(content, **changes)
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", ["", "end"])
def test_line_ends_and_byte_order_marks(end: str, mark: bytes, last: str) -> None:
    content = mark + end.join(["a,b", "1,2", "3,4"]).encode() + (end.encode() if last else b"")
    assert [(i.line, dict(i.fields)) for i in items(content) if isinstance(i, NativeRecord)] == [
        (2, {"a": "1", "b": "2"}),
        (3, {"a": "3", "b": "4"}),
    ]


def test_a_mark_is_no_part_of_the_first_column_in_plain_utf_8_either() -> None:
    content = b"\xef\xbb\xbfa,b\n1,2\n"
    assert adapters.header(delivery(content), reading(encodings=("utf-8",))) == ("a", "b")


def test_cells_over_several_lines_keep_physical_line_numbers() -> None:
    found = items('a,b\n"one\r\ntwo, ""three""",x\n4,5\n')
    assert [(i.line, i.raw) for i in found] == [(2, b'"one\r\ntwo, ""three""",x\n'), (4, b"4,5\n")]
    assert isinstance(found[0], NativeRecord)
    assert found[0].fields["a"] == 'one\r\ntwo, "three"'


def test_empty_cells_stay_and_raw_is_what_was_delivered() -> None:
    (found,) = items("a,b,c\n,x,\r\n")
    assert isinstance(found, NativeRecord)
    assert (dict(found.fields), found.raw) == ({"a": "", "b": "x", "c": ""}, b",x,\r\n")


def test_column_names_are_trimmed_named_and_made_unique() -> None:
    header = adapters.header(delivery(b" Type ,Type,,Type,,Type#2\n"), PLAIN)
    assert header == ("Type", "Type#2", "column:3", "Type#3", "column:5", "Type#2#2")
    assert len(set(header)) == len(header)


def test_blank_rows_comments_and_repeated_headers_are_skipped_with_a_reason() -> None:
    content = "# sheet\n\na,b\n1,2\n  \n,\na , b\n # note\n3,4\n\n"
    assert fates(content, comment="#") == [
        (1, "comment"),
        (2, "blank-row"),
        (4, "record"),
        (5, "blank-row"),
        (6, "blank-row"),
        (7, "repeated-header"),
        (8, "comment"),
        (9, "record"),
        (10, "blank-row"),
    ]


def test_a_number_sign_is_data_where_no_comment_is_declared() -> None:
    assert fates("a\n#1\n") == [(2, "record")]


def test_rows_of_the_wrong_length_are_told_and_the_file_goes_on() -> None:
    found = items("a,b\n1\n1,2,3\n1,2\n")
    assert [(i.line, type(i).__name__) for i in found] == [(2, "Unreadable"), (3, "Unreadable"), (4, "NativeRecord")]
    assert isinstance(found[1], Unreadable)
    assert (found[1].code, found[1].raw) == ("wrong-length", b"1,2,3\n")
    assert "3 cells, the header 2" in found[1].problem


class TestBrokenQuotes:
    def test_a_quote_that_never_closes_costs_its_own_line_alone(self) -> None:
        content = 'a,b\n1,2\n3,"open\n5,6\n7,8\n'
        assert fates(content) == [(2, "record"), (3, "bad-structure"), (4, "record"), (5, "record")]

    def test_a_quote_closed_by_a_later_rows_quote_swallows_nothing(self) -> None:
        content = 'a,b\n1,"open\n3,4\n5,"fine"\n7,8\n'
        assert fates(content) == [(2, "bad-structure"), (3, "record"), (4, "record"), (5, "record")]

    def test_text_behind_a_closing_quote(self) -> None:
        assert fates('a,b\n1,"x" y\n3,4\n') == [(2, "bad-structure"), (3, "record")]

    def test_a_quote_in_the_middle_of_a_plain_cell_is_text(self) -> None:
        (found,) = items('a,b\n5" pipe,x\n')
        assert isinstance(found, NativeRecord)
        assert found.fields["a"] == '5" pipe'

    def test_a_dozen_stray_quotes_in_a_small_file_cost_a_dozen_lines(self) -> None:
        content = "a,b\n" + "".join(f'{n},"open\n' if n % 20 == 0 else f"{n},fine\n" for n in range(240))
        found = fates(content)
        assert [what for _, what in found].count("bad-structure") == 12
        assert [what for _, what in found].count("record") == 228

    def test_many_open_quotes_end_in_linear_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every line opens a quote that runs on for long: the reader gives up reading again, and loses nothing."""
        pulled = 0
        original = delimited._Lines.__next__

        def counting(lines: Any) -> str:
            nonlocal pulled
            pulled += 1
            return original(lines)

        monkeypatch.setattr(delimited._Lines, "__next__", counting)
        rows = 3000
        content = b"a,b\n" + b'z","\n' * rows
        found = items(content)
        assert all(isinstance(i, Unreadable) and i.code == "bad-structure" for i in found)
        assert b"".join(i.raw for i in found) == content[4:]
        assert pulled * len(b'z","\n') <= limits.ROW_BYTES + 3 * len(content)

    def test_without_a_quote_character_quotes_are_text(self) -> None:
        (found,) = items('a|b\n"x|y"\n', delimiter="|", quote=None)
        assert isinstance(found, NativeRecord)
        assert dict(found.fields) == {"a": '"x', "b": 'y"'}


class TestEncodings:
    def test_the_first_that_fits_every_byte_is_used(self) -> None:
        (utf8,) = items("a\nZoë\n")
        (ansi,) = items("a\nZoë\n".encode("cp1252"))
        assert isinstance(utf8, NativeRecord)
        assert isinstance(ansi, NativeRecord)
        assert utf8.fields == ansi.fields == {"a": "Zoë"}

    def test_rows_that_fit_none_are_told_one_by_one(self) -> None:
        content = b"a,b\n1,2\n3,\xe9\xff\n5,Zo\xc3\xab\n"
        found = items(content, encodings=("utf-8",))
        assert [type(i).__name__ for i in found] == ["NativeRecord", "Unreadable", "NativeRecord"]
        assert isinstance(found[1], Unreadable)
        assert (found[1].code, found[1].column, found[1].line) == ("bad-encoding", "b", 3)
        assert isinstance(found[2], NativeRecord)
        assert found[2].fields["b"] == "Zoë"

    def test_a_byte_order_mark_is_the_files_own_word(self) -> None:
        content = b"\xef\xbb\xbfa\nZo\xeb\n"
        assert fates(content) == [(2, "bad-encoding")]

    def test_a_header_that_fits_none_refuses_the_delivery(self) -> None:
        with pytest.raises(UnreadableDelivery, match="no declared encoding"):
            items(b"a,\xe9\n1,2\n", encodings=("utf-8",))

    def test_nul_bytes(self) -> None:
        assert fates(b"a,b\n1,\x002\n3,4\n") == [(2, "bad-encoding"), (3, "record")]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    def test_a_wide_encoding_is_refused_as_a_whole(self, encoding: str) -> None:
        with pytest.raises(UnreadableDelivery):
            items("a,b\n1,2\n".encode(encoding))


class TestLimits:
    def test_a_cell(self) -> None:
        fits = "x" * limits.CELL_CHARACTERS
        assert fates(f"a\n{fits}\n{fits}x\n1\n") == [(2, "record"), (3, "too-large"), (4, "record")]

    def test_a_row(self) -> None:
        cell = "x" * 1000
        wide = ",".join([cell] * 500)
        header = ",".join(f"c{n}" for n in range(500))
        long = "y" * (limits.ROW_BYTES + 1)
        assert fates(f"{header}\n{wide}\n{long}\n{wide}\n") == [(2, "record"), (3, "too-large"), (4, "record")]

    def test_a_header(self) -> None:
        with pytest.raises(UnreadableDelivery, match="600 columns"):
            items(",".join(f"c{n}" for n in range(600)) + "\n")

    def test_the_csv_modules_global_limit_is_left_alone(self) -> None:
        before = csv.field_size_limit()
        items("a\n" + "x" * 200_000 + "\n")
        assert csv.field_size_limit() == before


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b",,\n", b'"a,b\n1,2\n', b"\x00a,b\n"])
def test_a_file_without_a_usable_header_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDelivery) as caught:
        items(content)
    assert caught.value.where == "delivered.csv"
    assert caught.value.remedy


def test_a_file_whose_header_stands_in_the_mapping() -> None:
    (found,) = items("1\t2\n", header=("a", "b"), delimiter="\t")
    assert isinstance(found, NativeRecord)
    assert (found.line, dict(found.fields)) == (1, {"a": "1", "b": "2"})
    assert adapters.header(delivery(b""), reading(header=("a",))) == ("a",)
    assert items("", header=("a",)) == []


class TestFormats:
    def test_an_unknown_format_names_the_nearest(self) -> None:
        with pytest.raises(BadSetting, match="Did you mean 'delimited'"):
            items("a\n", format="delimitd")

    def test_a_package_can_add_a_format_but_replace_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Point:
            value = "somewhere:else"

            def __init__(self, name: str, reader: object) -> None:
                self.name = name
                self._reader = reader

            def load(self) -> object:
                return self._reader

        theirs = FormatReader(lambda received, reading: iter(()), lambda received, reading: ("theirs",))
        points = [Point("their-format", theirs), Point("delimited", theirs)]
        monkeypatch.setattr(adapters, "entry_points", lambda group: points)
        assert adapters.formats()["their-format"] is theirs
        assert adapters.formats()["delimited"] is adapters.FORMATS["delimited"]
        assert adapters.header(delivery(b""), reading(format="their-format")) == ("theirs",)
        points.append(Point("broken", object()))
        with pytest.raises(BadSetting, match="no FormatReader"):
            adapters.formats()

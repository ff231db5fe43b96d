"""Fixed width: lines by sort and group, columns by position, and no half item."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import MAPPINGS, SAMPLES, delivery

from gateway import adapters, limits
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading, load_mapping
from gateway.mapping.layouts import FixedWidthSpec
from gateway.model.stages import NativeRecord, Skipped, Unreadable

# columns: 1-2 length, 3 kind, 4-6 number, then what the kind has
SPEC: dict[str, Any] = {
    "length": {"at": 1, "long": 2},
    "kind": {"at": 3, "long": 1},
    "common": {"number": {"at": 4, "long": 3}},
    "group_by": ["number"],
    "segments": {
        "A": {"name": "lead", "fields": {"day": {"at": 7, "long": 2}, "flag": {"at": 10, "long": 1}}},
        "B": {
            "name": "thing",
            "repeats": True,
            "fields": {
                "mark": {"at": 7, "long": 1},
                "part": {
                    "at": 8,
                    "long": 3,
                    "times": 2,
                    "parts": {"kind": {"at": 1, "long": 1}, "size": {"at": 2, "long": 2}},
                },
            },
        },
        "Z": {"name": "alone", "alone": True, "fields": {"text": {"at": 7, "long": 4}}},
    },
}  # fmt: skip


def reading(**changes: Any) -> Reading:
    return Reading(format="fixed-width", encodings=("ascii",), fixed=FixedWidthSpec.model_validate({**SPEC, **changes}))


def line(kind: str, number: str, rest: str) -> str:
    return f"{len(rest) + 6:02}{kind}{number}{rest}"


def read(*lines: str, how: Reading | None = None) -> list[adapters.Item]:
    return list(adapters.read(delivery("\r\n".join(lines).encode("latin-1")), how or reading()))


LEAD = line("A", "001", "05 Y")
THING = line("B", "001", "x1aa   ")


class TestCells:
    def test_columns_positions_and_parts(self) -> None:
        (item,) = read(LEAD, THING, line("B", "001", "y   2bb"))
        assert isinstance(item, NativeRecord)
        assert dict(item.fields) == {
            "number": "001",
            "lead.day": "05",
            "lead.flag": "Y",
            "thing[0].mark": "x",
            "thing[0].part[0].kind": "1",
            "thing[0].part[0].size": "aa",
            "thing[1].mark": "y",
            "thing[1].part[1].kind": "2",
            "thing[1].part[1].size": "bb",
        }

    def test_a_short_line_lacks_its_last_columns(self) -> None:
        (item,) = read(line("A", "001", "05"))
        assert isinstance(item, NativeRecord)
        assert dict(item.fields) == {"number": "001", "lead.day": "05"}

    def test_text_where_no_column_is_declared_is_told(self) -> None:
        (item,) = read(line("A", "001", "05!Y  tail"))
        assert isinstance(item, NativeRecord)
        assert item.fields["lead.columns-9-9"] == "!"
        assert item.fields["lead.columns-11-16"] == "  tail"
        columns = adapters.header(delivery(line("A", "001", "05!Y").encode()), reading())
        assert columns == ("number", "lead.day", "lead.flag", "lead.columns-9-9")

    def test_without_a_kind_every_line_is_an_item(self) -> None:
        how = Reading(
            format="fixed-width",
            fixed=FixedWidthSpec.model_validate(
                {"segments": {"row": {"name": "row", "fields": {"a": {"at": 1, "long": 2}, "b": {"at": 3, "long": 2}}}}}
            ),
        )
        one, two = read("aabb", "ccdd", how=how)
        assert isinstance(one, NativeRecord)
        assert isinstance(two, NativeRecord)
        assert (dict(one.fields), two.line) == ({"row.a": "aa", "row.b": "bb"}, 2)


class TestItems:
    def test_lines_of_one_number_are_one_item_and_an_alone_line_is_its_own(self) -> None:
        items = read(LEAD, THING, line("Z", "001", "text"), line("Z", "001", "more"), line("A", "002", "06"))
        assert [(item.line, type(item)) for item in items] == [
            (1, NativeRecord),
            (3, NativeRecord),
            (4, NativeRecord),
            (5, NativeRecord),
        ]
        assert items[0].raw == f"{LEAD}\r\n{THING}\r\n".encode()

    def test_an_item_that_is_sent_whole_again_is_an_item_again(self) -> None:
        assert [type(item) for item in read(LEAD, line("A", "002", "06"), LEAD)] == [NativeRecord] * 3

    @pytest.mark.parametrize(
        ("lines", "code", "at"),
        [
            ([LEAD, THING + "x"], "wrong-length", 2),
            ([LEAD, "xx" + THING[2:]], "wrong-length", 2),
            ([LEAD, THING.replace("x", "\xe9")], "bad-encoding", 2),
            ([LEAD, THING, line("Q", "001", "x")], "bad-structure", 3),
            ([LEAD, "x"], "bad-structure", 2),
            ([LEAD, LEAD], "bad-structure", 1),
            ([THING], "bad-structure", 1),
        ],
    )
    def test_one_bad_line_keeps_the_whole_item_out(self, lines: list[str], code: str, at: int) -> None:
        bad, good = read(*lines, line("A", "002", "06"))
        assert isinstance(bad, Unreadable)
        assert (bad.code, bad.line) == (code, at)
        assert bad.raw == "".join(f"{one}\r\n" for one in lines).encode("latin-1")
        assert bad.remedy
        assert isinstance(good, NativeRecord)

    def test_an_item_beyond_the_limit_is_out_as_a_whole(self) -> None:
        items = read(LEAD, *[THING] * (limits.ROW_BYTES // len(THING)))
        assert [type(item) for item in items] == [Unreadable]
        assert isinstance(items[0], Unreadable)
        assert items[0].code == "too-large"

    def test_blank_lines_and_the_mark_of_an_old_file_end_are_passed_over(self) -> None:
        items = read(LEAD, "", "  ", "\x1a")
        assert [type(item) for item in items] == [NativeRecord, Skipped, Skipped, Skipped]

    @pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"<r/>", b"\xff\xfe\x00", b"99A001"])
    def test_another_format_is_refused_once(self, content: bytes) -> None:
        with pytest.raises(UnreadableDelivery, match="declared layout"):
            adapters.header(delivery(content), reading())

    @pytest.mark.parametrize("content", ["", " \r\n"])
    def test_a_file_without_a_line_belongs_to_no_feed(self, content: str) -> None:
        with pytest.raises(UnreadableDelivery, match="no line"):
            read(content)


class TestTheLayout:
    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"kind": None, "group_by": None}, "need 'kind'"),
            ({"group_by": ["nobody"]}, "no column of 'common'"),
            ({"common": {"lead": {"at": 4, "long": 3}}, "group_by": ["lead"]}, "a name of its own"),
            ({"common": {"number": {"at": 4, "long": 3, "times": 2}}}, "one plain stretch"),
            (
                {
                    "segments": {
                        "A": {"name": "a", "fields": {"x": {"at": 1, "long": 2, "parts": {"p": {"at": 2, "long": 2}}}}}
                    }
                },
                "inside its stretch",
            ),
        ],
    )
    def test_a_layout_that_cannot_work_is_refused(self, changes: dict[str, Any], complaint: str) -> None:
        with pytest.raises(ValueError, match=complaint):
            reading(**changes)


LINES = st.lists(
    st.sampled_from(
        [
            LEAD,
            THING,
            THING[:-2],
            line("Z", "001", "text"),
            line("A", "002", "06"),
            line("B", "002", "z"),
            "",
            "x",
            "\x1a",
        ]
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(
    lines=LINES | st.lists(st.text("0123456789ABZ \n\r\xe9", max_size=12), max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_every_byte_belongs_to_one_item(lines: list[str], end: str) -> None:
    content = end.join(lines).encode("latin-1")
    items = []
    try:
        for item in adapters.read(delivery(content), reading()):
            items.append(item)  # noqa: PERF402 - what came before a refusal counts as well
    except UnreadableDelivery:
        pass
    assert b"".join(item.raw for item in items) == content


def test_the_bytes_of_the_sample_are_all_in_its_items() -> None:
    content = (SAMPLES / "nibrs-flat.txt").read_bytes()
    items = adapters.read(delivery(content), load_mapping(MAPPINGS / "nibrs-flat.yaml").reading)
    assert b"".join(item.raw for item in items) == content

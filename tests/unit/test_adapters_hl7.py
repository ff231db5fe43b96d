"""HL7 v2: messages, batches and framing as items; separators, escapes and character sets; the names of values."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from mapping_builders import delivery, mapped, mapping_of

from gateway import adapters, limits
from gateway.errors import BadSetting, UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.hl7_addresses import parse_hl7_address
from gateway.mapping.layouts import Hl7Spec
from gateway.model.stages import NativeRecord, Skipped, Unreadable

HEAD = r"MSH|^~\&|APP|HOSPITAL^123^NPI|||20300704120000-0500||ADT^A04^ADT_A01|MSG-1|P|2.5.1"


def reading(*columns: str, named: dict[str, str] | None = None, **changes: Any) -> Reading:
    facts: dict[str, Any] = {"encodings": ("utf-8-sig", "windows-1252"), "columns": columns}
    return Reading(format="hl7v2", hl7=Hl7Spec(named=named or {}), **(facts | changes))


def read(content: bytes | str, how: Reading | None = None) -> list[adapters.Item]:
    raw = content if isinstance(content, bytes) else content.encode()
    items = list(adapters.read(delivery(raw), how or reading()))
    assert b"".join(item.raw for item in items) == raw
    return items


def cells(*segments: str, how: Reading | None = None, head: str = HEAD) -> dict[str, str]:
    """The cells of one message, its header's left out."""
    (item,) = read("\r".join([head, *segments]), how)
    assert isinstance(item, NativeRecord), item
    return {name: text for name, text in item.fields.items() if not name.startswith("MSH")}


def fault(*segments: str, how: Reading | None = None, head: str = HEAD) -> str:
    (item,) = read("\r".join([head, *segments]), how)
    assert isinstance(item, Unreadable), item
    assert item.problem
    assert item.remedy
    return item.code


class TestItems:
    @pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
    def test_every_line_end_of_the_field_ends_a_segment(self, end: str) -> None:
        one, two = read(end.join([HEAD, "PID|1", "", HEAD, "PID|2", ""]))
        assert isinstance(one, NativeRecord)
        assert isinstance(two, NativeRecord)
        assert (one.fields["PID-1"], two.fields["PID-1"]) == ("1", "2")
        assert (one.line, two.line) == (1, 4)

    def test_the_framing_of_mllp_is_passed_over(self) -> None:
        one, two = read(f"\x0b{HEAD}\rPID|1\r\x1c\r\x0b{HEAD}\rPID|2\x1c\r")
        assert isinstance(two, NativeRecord)
        assert two.fields["PID-1"] == "2"
        assert (one.line, two.line) == (1, 4)

    def test_a_start_of_block_begins_a_message_in_the_middle_of_a_line(self) -> None:
        assert len(read(f"\x0b{HEAD}\rPID|1\x1c\x0b{HEAD}\rPID|2")) == 2

    def test_a_byte_order_mark_and_blank_lines_are_no_text(self) -> None:
        assert [type(item) for item in read(b"\xef\xbb\xbf" + HEAD.encode())] == [NativeRecord]
        blank, message = read("\n \n" + HEAD)
        assert isinstance(blank, Skipped)
        assert (blank.reason, message.line) == ("blank-row", 3)

    def test_text_between_messages_waits_and_is_not_read(self) -> None:
        before, _message = read("a note\r" + HEAD)
        assert isinstance(before, Unreadable)
        assert before.code == "bad-structure"

    @pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "xMSH|^~\\&|", "MSHX|", "BHS|^~\\&|\rBTS|0\r"])
    def test_a_file_without_a_message_is_refused_once(self, content: str) -> None:
        with pytest.raises(UnreadableDelivery, match="no HL7 message"):
            adapters.header(delivery(content.encode()), reading())

    @pytest.mark.parametrize(
        "head", ["MSH", "MSH|", "MSH||", "MSH|^^~|", "MSH|A~|", "MSH|^~\\&#?|", "MSH\x1f^~\\&\x1f", "MSHé^"]
    )
    def test_a_header_without_its_separators_keeps_its_message_out(self, head: str) -> None:
        (bad, good) = read(f"{head}\rPID|1\r{HEAD}\r")
        assert isinstance(bad, Unreadable)
        assert bad.code == "bad-structure"
        assert isinstance(good, NativeRecord)

    def test_a_line_that_is_no_segment_keeps_its_message_out(self) -> None:
        assert fault("NTE|1||first line", "second line") == "bad-structure"
        assert fault("pid|1") == "bad-structure"

    def test_limits(self) -> None:
        assert fault("NTE|1||" + "x" * (limits.CELL_CHARACTERS + 1)) == "too-large"
        assert fault(*["NTE|1"] * limits.HL7_SEGMENTS) == "too-large"
        assert fault("ZZZ|" + "x^" * limits.ITEM_VALUES) == "too-large"
        assert fault("ZZZ|" + "|" * 1000) == "too-large"

    @pytest.mark.parametrize("segment", ["NTE|1||" + "x" * limits.HL7_MESSAGE_BYTES * 3, "NTE|1||note\r" * 300_000])
    def test_a_message_beyond_the_limit_comes_in_parts_and_the_next_one_is_read(self, segment: str) -> None:
        *parts, good, trailer = read(f"{HEAD}\r{segment}\r{HEAD}\rBTS|2\r")
        assert len(parts) >= 3
        assert {item.code for item in parts if isinstance(item, Unreadable)} == {"too-large"}
        assert all(len(item.raw) <= limits.HL7_MESSAGE_BYTES for item in parts)
        assert isinstance(good, NativeRecord)
        assert isinstance(trailer, Skipped)

    def test_a_message_that_lies_in_two_blocks_is_one(self) -> None:
        for end in ("\r", "\r\n"):
            filler = "\n".join([HEAD, "NTE|1||" + "x" * 1000, ""])
            count = limits.BLOCK_BYTES // len(filler)
            for missing in range(len(end) + 2):
                short = limits.BLOCK_BYTES - count * len(filler) - missing
                content = filler * count + "\n" * short + f"{HEAD}{end}PID|1{end}"
                assert [type(item) for item in read(content)] == [NativeRecord] * (count + 1)


class TestBatches:
    def test_headers_and_trailers_are_passed_over(self) -> None:
        items = read(f"FHS|^~\\&|\rBHS|^~\\&|\r{HEAD}\r{HEAD}\rBTS|2\rBHS|^~\\&|\r{HEAD}\rBTS|1|with a word\rFTS|2\r")
        assert [item.reason for item in items if isinstance(item, Skipped)] == ["batch-frame"] * 6
        assert sum(isinstance(item, NativeRecord) for item in items) == 3

    @pytest.mark.parametrize("trailer", ["BTS|3", "BTS|many", "FTS|2", "BTS|99999999999", "FTS|0"])
    def test_a_trailer_that_counts_otherwise_is_told(self, trailer: str) -> None:
        *_, last = read(f"BHS|^~\\&|\r{HEAD}\r{trailer}\r")
        assert isinstance(last, Unreadable)
        assert (last.code, last.line) == ("bad-structure", 3)
        assert "trailer" in last.problem

    @pytest.mark.parametrize("trailer", ["BTS", "BTS|", "BTS||2", "BTS|1", "FTS|1"])
    def test_a_trailer_may_say_nothing_and_a_batch_needs_no_header(self, trailer: str) -> None:
        *_, last = read(f"{HEAD}\r{trailer}\r")
        assert isinstance(last, Skipped)

    def test_messages_that_cannot_be_read_are_counted_too(self) -> None:
        *_, last = read(f"BHS|^~\\&|\r{HEAD}\rMSH|\rBTS|2\r")
        assert isinstance(last, Skipped)

    def test_text_behind_a_trailer_is_an_item_of_its_own(self) -> None:
        _, frame, after = read(f"{HEAD}\rBTS|1\r\rPID|1\r")
        assert (frame.raw, after.line) == (b"BTS|1\r\r", 4)
        assert isinstance(after, Unreadable)


class TestNames:
    def test_a_lone_component_is_the_field_whichever_the_mapping_writes(self) -> None:
        lone, whole = "PV1||I", "PV1||I^W"
        assert cells(lone) == {"PV1-2": "I"}
        assert cells(whole) == {"PV1-2.1": "I", "PV1-2.2": "W"}
        for column in ("PV1-2", "PV1-2.1", "PV1-2.1.1"):
            assert cells(lone, how=reading(column)) == {column: "I"}
            assert cells(whole, how=reading(column))[column] == "I"
        assert cells("PV1||I^^") == {"PV1-2": "I"}

    def test_subcomponents(self) -> None:
        assert cells("PID|||1^^^A&2&ISO") == {"PID-3.1": "1", "PID-3.4.1": "A", "PID-3.4.2": "2", "PID-3.4.3": "ISO"}
        assert cells("PID|||1^^^A&2", how=reading("PID-3.4"))["PID-3.4"] == "A"

    def test_positions_stand_where_the_mapping_writes_them(self) -> None:
        segments = ("DG1|1||A", "DG1|2||B~C")
        assert cells(*segments) == {
            "DG1-1": "1",
            "DG1-3": "A",
            "DG1[1]-1": "2",
            "DG1[1]-3": "B",
            "DG1[1]-3[1]": "C",
        }
        for way in ({"groups": ("DG1[*]",)}, {"drops": ("DG1[*]-1",)}):
            assert {"DG1[0]-3", "DG1[1]-3"} <= cells(*segments, how=reading(**way)).keys()
        assert "DG1[0]-3[0]" in cells(*segments, how=reading("DG1[*]-3[*]", groups=("DG1[*]",)))
        assert cells(*segments, how=reading("DG1-3", "DG1[*]-3"))["DG1-3"] == "A"

    def test_a_value_may_name_a_segment_or_a_repetition(self) -> None:
        how = reading("OBX(21612-7)-5", "PID-3(MR).1", named={"OBX": "3.1", "PID-3": "5"})
        found = cells("PID|||1^^^^PI~2^^^^MR", "OBX|1|TX|8661-1||pain", "OBX|2|NM|21612-7^^LN||45", how=how)
        assert found["OBX(21612-7)-5"] == "45"
        assert found["PID-3(MR).1"] == "2"
        # a value that the mapping does not write names nothing: the names in reports are the mapping's own
        assert found["OBX-5"] == "pain"
        assert "OBX(8661-1)-5" not in found

    def test_a_second_segment_of_one_name_keeps_its_place(self) -> None:
        how = reading("OBX(A)-5", named={"OBX": "3"})
        found = cells("OBX|1||A||x", "OBX|2||A||y", how=how)
        assert (found["OBX(A)-5"], found["OBX(A)[1]-5"]) == ("x", "y")

    def test_a_named_segment_is_a_member_of_the_group_as_well(self) -> None:
        how = reading("OBX(A)-5", "OBX[*]-5", named={"OBX": "3"}, groups=("OBX[*]",))
        found = cells("OBX|1||B||x", "OBX|2||A||y", how=how)
        assert (found["OBX(A)-5"], found["OBX[0]-5"], found["OBX[1]-5"]) == ("y", "x", "y")

    def test_what_the_mapping_reads_has_a_cell_where_its_segment_is(self) -> None:
        how = reading("PID-8", "PV1-2", "DG1[*]-4", "PID-10[*].1", groups=("DG1[*]",))
        assert cells("PID|1", "DG1|1", how=how) == {
            "PID-1": "1",
            "PID-8": "",
            "PID-10[0].1": "",
            "DG1[0]-1": "1",
            "DG1[0]-4": "",
        }

    def test_the_header_has_its_own_numbers(self) -> None:
        (item,) = read(HEAD)
        assert isinstance(item, NativeRecord)
        assert (item.fields["MSH-4.2"], item.fields["MSH-10"]) == ("123", "MSG-1")
        assert not {"MSH-1", "MSH-2"} & item.fields.keys()

    def test_what_is_left_out_stands_for_all_below_it(self) -> None:
        how = reading("PID-11.4", drops=("PID-11", "ZPI"))
        content = f"{HEAD}\rPID|||||||||||1 Sample St^^^WI~2^^^MN\rZPI|1|2\r".encode()
        of_the_header = adapters.header(delivery(HEAD.encode()), how)
        assert set(adapters.header(delivery(content), how)) - set(of_the_header) == {"PID-11.4", "PID-11", "ZPI"}

    @pytest.mark.parametrize("address", ["PID-5.1", "PID-3.4.2", "DG1[*]-3", "OBX(a b)[0]-5(x)[*].1.2", "ZZ9"])
    def test_addresses(self, address: str) -> None:
        found = parse_hl7_address(address)
        assert found is not None
        assert found.segment_part + found.rest == address

    @pytest.mark.parametrize("address", ["pid-5", "PID.5", "PID-0", "PID-5-1", "PID-5.1.1.1", "PID[x]-1", "PIDX-1"])
    def test_no_addresses(self, address: str) -> None:
        assert parse_hl7_address(address) is None


class TestTexts:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
            (r"one\.br\two", "one\ntwo"),
            (r"\X41\\X0D\x", "A\rx"),
            (r"caf\XC3A9\ ", "café "),
            (r"a\H\loud\N\b", "aloudb"),
            (r"\XZZ\ \XC3\ \Q\ \.sp2\ ", r"\XZZ\ \XC3\ \Q\ \.sp2\ "),
            ("C:\\", "C:\\"),
            ('""', ""),
        ],
    )
    def test_escapes(self, written: str, meant: str) -> None:
        assert cells(f"NTE|1||{written}", how=reading("NTE-3"))["NTE-3"] == meant

    def test_the_message_declares_its_own_separators(self) -> None:
        found = cells("PID#1##A*B%C$D", head="MSH#*%!$#APP")
        assert found == {"PID-1": "1", "PID-3.1": "A", "PID-3.2": "B", "PID-3[1].1.1": "C", "PID-3[1].1.2": "D"}

    def test_fewer_separators_divide_less(self) -> None:
        assert cells("PID|1||A~B&C^D", head="MSH|^|APP") == {"PID-1": "1", "PID-3.1": "A~B&C", "PID-3.2": "D"}

    @pytest.mark.parametrize(
        ("charset", "raw", "meant"),
        [
            ("", "é".encode(), "é"),
            ("", b"\xe9", "é"),
            ("UNICODE UTF-8", "é".encode(), "é"),
            ("unicode utf-8~8859/1", "é".encode(), "é"),
            # not declared by the mapping, so the mapping's own list is tried
            ("8859/15", b"\xa4", "\u00a4"),
            ("ISO IR87", b"\xe9", "é"),
        ],
    )
    def test_the_character_set(self, charset: str, raw: bytes, meant: str) -> None:
        head = f"{HEAD}{'|' * 6}{charset}".encode()
        (item,) = read(head + b"\rNTE|1||" + raw)
        assert isinstance(item, NativeRecord)
        assert item.fields["NTE-3"] == meant

    def test_bytes_that_do_not_fit_the_messages_own_set_are_not_guessed(self) -> None:
        (item,) = read(f"{HEAD}{'|' * 6}UNICODE UTF-8".encode() + b"\rNTE|1||\xe9")
        assert isinstance(item, Unreadable)
        assert item.code == "bad-encoding"


FORMATS = [
    "YYYYMMDDHHmmss.SSSZ",
    "YYYYMMDDHHmmssZ",
    "YYYYMMDDHHmmZ",
    "YYYYMMDDHHmmss.SSS",
    "YYYYMMDDHHmmss",
    "YYYYMMDDHHmm",
    "YYYYMMDDHH",
    "YYYYMMDD",
]


class TestInAMapping:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("20300704120000.1234-0500", datetime(2030, 7, 4, 17, 0, 0, 123400, tzinfo=UTC)),
            ("20300704120000-0500", datetime(2030, 7, 4, 17, tzinfo=UTC)),
            ("203007041200+0000", datetime(2030, 7, 4, 12, tzinfo=UTC)),
            ("20300704120000.1", datetime(2030, 7, 4, 17, 0, 0, 100000, tzinfo=UTC)),
            ("20300704120000", datetime(2030, 7, 4, 17, tzinfo=UTC)),
            ("203007041200", datetime(2030, 7, 4, 17, tzinfo=UTC)),
            ("2030070412", datetime(2030, 7, 4, 17, tzinfo=UTC)),
            ("20300704", datetime(2030, 7, 4, 5, tzinfo=UTC)),
        ],
    )
    def test_times_of_every_precision_down_to_the_day(self, written: str, meant: datetime) -> None:
        """HL7 v2.5.1, 2.A.22: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]; a month or a year alone is no time."""
        mapping = mapping_of_message({"activity.call.reported": {"from": "EVN-2", "date": FORMATS}})
        assert mapped(mapping, **{"MSH-10": "1", "EVN-2": written}).activities[0].reported == meant

    def test_groups_of_segments_and_of_repetitions(self) -> None:
        each = {
            "diagnoses": {
                "of": "DG1[*]",
                "fields": {
                    "activity.diagnosis.category": {"value": "medical"},
                    "activity.diagnosis.code": "3.1",
                    "activity.diagnosis.source": "../MSH-4.1",
                },
            },
            "identifiers": {
                "of": "PID-3[*]",
                "fields": {"person.known.driver_license": {"from": "1", "required": True}},
            },
            "values": {
                "of": "OBX[*]-5[*]",
                "fields": {
                    "item.value.category": {"value": "property"},
                    "item.value.description": {"from": ["../3.1", "."], "join": "="},
                },
            },
        }
        mapping = mapping_of_message({}, each=each)
        content = f"{HEAD}\rPID|||7^^^^MR~8\rOBX|1||A||1~2\rDG1|1||X^y\rDG1|2||Z\r".encode()
        (item,) = adapters.read(delivery(content), mapping.reading)
        assert isinstance(item, NativeRecord)
        record = mapped(mapping, **item.fields)
        assert [(a.ref, a.code, a.source) for a in record.activities[1:]] == [
            ("diagnosis-1", "X", "HOSPITAL"),
            ("diagnosis-2", "Z", "HOSPITAL"),
        ]
        assert [person.driver_license for person in record.people] == ["7", "8"]
        assert [item.description for item in record.items] == ["A=1", "A=2"]

    @pytest.mark.parametrize(
        ("address", "complaint"),
        [("PID.5", "no address"), ("PID", "no address"), ("OBX(x)-5", "names a OBX"), ("PID-3(MR).1", "names a PID-3")],
    )
    def test_an_address_that_no_message_has_is_a_mistake(self, address: str, complaint: str) -> None:
        with pytest.raises(BadSetting, match=complaint):
            mapping_of_message({"record.title": address})

    def test_the_section_belongs_to_its_format(self) -> None:
        with pytest.raises(ValueError, match="belongs to 'format: hl7v2'"):
            mapping_of(reads={"format": "json", "hl7": {}})
        with pytest.raises(ValueError, match="is a field"):
            Hl7Spec(named={"PID-3": "4.1.1"})


def mapping_of_message(fields: dict[str, Any], **changes: Any) -> Any:
    return mapping_of(
        {"activity.call.case_number": "MSH-10", **fields},
        reads={"format": "hl7v2", "timezone": "America/Chicago"},
        key=["MSH-10"],
        tests=[{"name": "any", "given": {"MSH-10": "7"}, "expect": {"activity.call.case_number": "7"}}],
        **changes,
    )


def test_seeded_mutants_of_a_batch_lose_no_byte() -> None:
    one = f"\x0b{HEAD}\rPID|1||7^^^^MR~8\rOBX|1||A||1\x1c\r"
    whole = f"FHS|^~\\&|\rBHS|^~\\&|\r{one}{HEAD}\nDG1|1\r\nBTS|2\rFTS|1\r".encode()
    chance = random.Random(20301122)
    how = reading("OBX(A)-5", "PID-3[*].1", named={"OBX": "3"})
    for _ in range(2000):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(mutant))
            mutant[place : place + chance.randint(0, 3)] = chance.choice(
                [b"", b"\r", b"\n", b"\x0b", b"\x1c", b"MSH", b"MSH|", b"|", b"^", b"~", b"\\", b"\xff", b"BTS|9\r"]
            )
        try:
            read(bytes(mutant), how)
        except UnreadableDelivery:
            continue

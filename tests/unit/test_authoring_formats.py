"""The profile of a file of any format: its format by its content, its addresses as mappings write them, a draft."""

import json
import random
from pathlib import Path
from typing import ClassVar

import pytest
from cli_builders import call
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_builders import IDS, SAMPLES, delivery, workbook_bytes

from gateway import limits
from gateway.authoring.draft import draft_mapping
from gateway.authoring.profile import ColumnProfile, FileProfile, profile_of
from gateway.authoring.tried import Tried, try_mapping
from gateway.config import shipped
from gateway.errors import UnreadableDelivery
from gateway.mapping.catalog import load_mapping
from gateway.mapping.examples import run_tests

CALLS = [
    {"number": "1", "at": "2030-07-04T22:15:00-05:00", "place": {"city": "Riverbend"}, "units": [{"n": "a"}]},
    {"number": "2", "at": "2030-07-04T23:40:00-05:00", "place": {"city": "Riverbend"}, "units": []},
    {"number": "3", "at": "2030-07-05T08:00:00-05:00", "units": [{"n": "b"}, {"n": "c"}]},
]
XML = """<?xml version="1.0"?>
<r:Reports xmlns:r="http://example.org/r" xmlns="http://example.org/d" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <r:Sent>2030-07-06</r:Sent>
  <r:Calls>
    <r:Call id="1" xsi:type="x"><Number>30-1</Number><City>Riverbend</City><Unit><Name>a</Name></Unit></r:Call>
    <r:Call id="2"><Number>30-2</Number><City/><Unit><Name>b</Name></Unit><Unit><Name>c</Name></Unit></r:Call>
    <r:Call id="3"><Number>30-3</Number><!-- a remark --><City>Otherville</City></r:Call>
  </r:Calls>
</r:Reports>"""
MAIL = b"From: Pat Placeholder <pat@example.org>\r\nSubject: A tip\r\nDate: Thu, 04 Jul 2030 22:15:00 -0500\r\n\r\nText"


def profile(content: bytes | str) -> FileProfile:
    return profile_of(delivery(content.encode() if isinstance(content, str) else content, feed="profile"))


def columns(seen: FileProfile) -> dict[str, ColumnProfile]:
    return {column.name: column for column in seen.columns}


def tried_draft(content: bytes, folder: Path) -> list[Tried]:
    """A draft is written, checked as `map check` does, and tried on the file that it came from."""
    path = folder / "a-draft.yaml"
    path.write_text(draft_mapping("a-draft", profile(content), agency="A", timezone="UTC"), encoding="utf-8")
    mapping = load_mapping(path)
    assert all(outcome.passed for outcome in run_tests(mapping))
    return list(try_mapping(mapping, delivery(content, feed="a-draft"), IDS))


class TestJson:
    @pytest.mark.parametrize(
        ("text", "items", "lines"),
        [
            (json.dumps(CALLS), None, False),
            (json.dumps({"meta": {"notes": ["x"]}, "data": {"rows": CALLS}}), "data.rows[*]", False),
            ("\n".join(map(json.dumps, CALLS)), None, True),
        ],
    )
    def test_the_items_are_found(self, text: str, items: str | None, lines: bool) -> None:
        seen = profile(text)
        assert seen.reading.json is not None
        assert (seen.reading.format, seen.reading.json.items, seen.reading.json.lines) == ("json", items, lines)
        assert (seen.rows, seen.odd_rows) == (3, 0)

    def test_addresses_are_as_mappings_write_them(self) -> None:
        found = columns(profile(json.dumps(CALLS)))
        assert list(found) == ["number", "at", "place.city", "units[*].n"]
        assert found["number"].is_key
        assert found["at"].date == "YYYY-MM-DDTHH:mm:ssZ"
        assert (found["place.city"].filled, found["place.city"].empty) == (2, 1), "an absent address is an empty one"
        assert (found["units[*].n"].filled, found["units[*].n"].repeats) == (3, True)
        assert not found["units[*].n"].is_key

    def test_one_object_is_one_item(self) -> None:
        assert profile(json.dumps(CALLS[0])).rows == 1

    def test_a_line_that_is_no_json_is_counted(self) -> None:
        assert profile("\n".join([*map(json.dumps, CALLS), "{", "x"])).odd_rows == 2


class TestMarkup:
    def test_the_items_are_what_repeats_and_holds_the_values(self) -> None:
        seen = profile(XML)
        assert seen.reading.xml is not None
        assert seen.reading.xml.items == ("r:Reports/r:Calls/r:Call",)
        assert seen.reading.xml.prefixes == {"r": "http://example.org/r", "n": "http://example.org/d"}
        assert list(columns(seen)) == ["@id", "n:Number", "n:City", "n:Unit[*]/n:Name"]
        assert (columns(seen)["n:City"].filled, columns(seen)["n:City"].empty) == (2, 1)

    def test_one_item_is_found_by_what_it_holds(self) -> None:
        seen = profile("<a><head><x>1</x></head><body><b>1</b><c>2</c><d>3</d></body></a>")
        assert seen.reading.xml is not None
        assert (seen.reading.xml.items, list(columns(seen))) == (("a/body",), ["b", "c", "d"])

    def test_a_list_of_plain_texts_has_one_address(self) -> None:
        assert list(columns(profile("<list><v>1</v><v>2</v></list>"))) == ["."]

    def test_text_before_the_declaration_is_told(self) -> None:
        seen = profile("<!-- made by hand -->" + XML)
        assert seen.reading.xml is not None
        assert seen.reading.xml.repair == ("leading-junk",)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-1"])
    def test_any_encoding_that_is_read(self, encoding: str) -> None:
        text = XML.replace('version="1.0"', f'version="1.0" encoding="{encoding}"').replace("Otherville", "Überall")
        assert columns(profile(text.encode(encoding)))["n:City"].codes == ("Riverbend", "Überall")

    def test_prefixes_are_each_their_own(self) -> None:
        seen = profile('<a xmlns="urn:a"><b xmlns="urn:b"><c xmlns="urn:a">1</c></b><b xmlns="urn:b"/></a>')
        assert seen.reading.xml is not None
        assert seen.reading.xml.prefixes == {"n": "urn:a", "n2": "urn:b"}
        assert seen.reading.xml.items == ("n:a/n2:b",)


class TestWorkbook:
    ROWS: ClassVar = [["No", "Received", "Town"], [1, "07/04/2030 22:15", "Riverbend"], [2, "07/05/2030 08:00", None]]

    def test_a_plain_sheet(self) -> None:
        seen = profile(workbook_bytes({"Calls": self.ROWS}))
        assert (seen.reading.format, seen.rows) == ("workbook", 2)
        assert seen.reading.workbook is not None
        assert (seen.reading.workbook.header, seen.reading.workbook.sheets) == (None, None)
        assert columns(seen)["Received"].date == "MM/DD/YYYY HH:mm"

    def test_titles_above_the_header_and_other_sheets_are_left_out(self) -> None:
        titled = [["Calls of July"], ["made on", "2030-08-01"], *self.ROWS]
        seen = profile(workbook_bytes({"About": [["Read me"], ["x"]], "South (1)": titled, "North": titled}))
        assert seen.reading.workbook is not None
        assert (seen.reading.workbook.header, seen.rows) == ("No", 4)
        assert list(columns(seen)) == ["No", "Received", "Town"]


class TestDates:
    @pytest.mark.parametrize(
        ("values", "shape"),
        [
            (["21/09/2018 6:30:00 AM", "3/10/2018 6:30:00 PM"], "D/M/YYYY h:mm:ss A"),
            (["07/04/2030", "12/31/2030"], "MM/DD/YYYY"),
            (["31/12/2030", "04/07/2030"], "DD/MM/YYYY"),
            (["31.12.2030 22:15"], "DD.MM.YYYY HH:mm"),
            (["20300704", "20301231"], "YYYYMMDD"),
            (["203007042215"], "YYYYMMDDHHmm"),
            (["07/04/2030 22:15", "07/14/2030 22:15", "31/12/2030 22:15", "07/16/2030 1:15"], "M/D/YYYY H:mm"),
            (["07/04/2030 22:15", "07/14/2030 22:15", "31/12/2030 22:15", "07/16/2030 01:15"], "MM/DD/YYYY HH:mm"),
            (["20301304"], None),
            (["45300704"], None),
            (["2030-02-30"], None),
        ],
    )
    def test_a_format_is_proposed_only_where_every_value_is_a_day_that_there_is(
        self, values: list[str], shape: str | None
    ) -> None:
        assert columns(profile("at\n" + "\n".join(values) + "\n"))["at"].date == shape


class TestOtherFormats:
    def test_mail(self) -> None:
        seen = profile(MAIL)
        assert seen.reading.format == "email"
        assert {"subject", "from.address", "body"} <= set(columns(seen))

    def test_a_table_with_colons_is_no_mail(self) -> None:
        assert profile("Time: a,b\n1: x,2\n").reading.format == "delimited"

    @pytest.mark.parametrize("beginning", ["", "\x0b", "FHS|^~\\&|A\r"])
    def test_hl7_has_the_addresses_of_the_standard(self, beginning: str) -> None:
        seen = profile(beginning + "MSH|^~\\&|A|B|||20300704||ADT^A04|1|P|2.5.1\rPID|1||7^^^H\r")
        assert seen.reading.format == "hl7v2"
        assert {"MSH-9.2", "PID-3.1", "PID-3.4"} <= {name.replace("[*]", "") for name in columns(seen)}

    def test_fixed_width_is_not_guessed(self) -> None:
        with pytest.raises(UnreadableDelivery, match="columns cannot be told") as raised:
            profile((SAMPLES / "nibrs-flat.txt").read_bytes())
        assert "`format: fixed-width`" in raised.value.remedy

    def test_slash_coded_text_is_named(self) -> None:
        with pytest.raises(UnreadableDelivery, match="slash-coded text") as raised:
            profile((SAMPLES / "ncic-text.txt").read_bytes())
        assert "`format: coded-text`" in raised.value.remedy

    def test_a_list_of_one_column_is_delimited(self) -> None:
        assert profile("indicator\n" + "a" * 64 + "\n" + "b" * 64 + "\n").rows == 2

    def test_a_repeated_column_name_is_as_the_reader_names_it(self) -> None:
        assert list(columns(profile("a,a,\n1,2,3\n"))) == ["a", "a#2", "column:3"]

    def test_a_part_of_a_long_file_is_told_as_such(self) -> None:
        seen = profile("n\n" + "\n".join(map(str, range(limits.PROFILE_ITEMS + 1))))
        assert (seen.rows, seen.is_part) == (limits.PROFILE_ITEMS, True)


UNTOLD = ("README", "nibrs-flat", "ncic-text")
SAMPLE_FILES = [path for path in sorted(SAMPLES.iterdir()) if path.stem not in UNTOLD]


@pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
def test_a_draft_of_every_sample_runs(path: Path, tmp_path: Path) -> None:
    tried = tried_draft(path.read_bytes(), tmp_path)
    assert sum(one.outcome == "record" for one in tried) >= len(tried) / 2
    assert any(one.record is not None for one in tried)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(CALLS).encode(),
        XML.encode(),
        MAIL,
        workbook_bytes({"Calls": TestWorkbook.ROWS}),
        b'[{"a.b": "x", "\\ud800": "y"}]',
    ],
    ids=["json", "xml", "mail", "workbook", "odd members"],
)
def test_a_draft_of_every_format_runs(content: bytes, tmp_path: Path) -> None:
    assert {tried.outcome for tried in tried_draft(content, tmp_path)} == {"record"}


def test_a_draft_reads_nothing_that_it_does_not_say(tmp_path: Path) -> None:
    tried = tried_draft(json.dumps(CALLS).encode(), tmp_path)
    targets = {cell.column: cell.target for cell in tried[2].cells}
    assert targets["number"] == "activity.event.case_number"
    assert targets["units[*]"] == "(dropped)"


def test_where_everything_repeats_there_is_no_draft() -> None:
    with pytest.raises(UnreadableDelivery, match="everything in the items repeats"):
        draft_mapping("a-draft", profile('[{"a": [1, 2]}]'), agency="A", timezone="UTC")


class TestHostile:
    @pytest.mark.parametrize(
        "content",
        [
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b"[1, 2",
            b"[]",
            b"{",
            b"[1, 2, 3]",
            b"<a><b></a>",
            b"<" * 5000,
            b"<a>" * 5000,
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            b"PK\x03\x04 not a workbook",
            b"\xd0\xcf\x11\xe0 old",
            b"\x81\x8d\x8f\x90\x9d",
            b"<a xmlns:p='urn:p'><p:b/><q:c/></a>",
        ],
        ids=lambda content: repr(content[:20]),
    )
    def test_one_clear_error(self, content: bytes) -> None:
        with pytest.raises(UnreadableDelivery) as raised:
            profile(content)
        assert raised.value.remedy

    def test_members_named_by_data_are_too_many(self) -> None:
        many = [{f"m{n}": 1 for n in range(start, start + 300)} for start in range(0, 3000, 300)]
        with pytest.raises(UnreadableDelivery, match="different addresses"):
            profile(json.dumps(many))

    def test_elements_named_by_data_are_too_many(self) -> None:
        elements = "".join(f"<e{n}>1</e{n}>" for n in range(limits.PROFILE_COLUMNS + 1))
        with pytest.raises(UnreadableDelivery, match="different elements"):
            profile(f"<a>{elements}</a>")

    @settings(max_examples=100, deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=12,
        )
    )
    def test_any_json_ends_in_a_profile_or_one_clear_error(self, value: object) -> None:
        try:
            seen = profile(json.dumps(value))
        except UnreadableDelivery:
            return
        assert seen.columns

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(item=st.dictionaries(st.text(min_size=1, max_size=6), st.text(max_size=6), min_size=1, max_size=5))
    def test_any_member_names_give_a_draft_that_loads(self, item: dict[str, str], tmp_path: Path) -> None:
        path = tmp_path / "any-item.yaml"
        content = json.dumps([item, item])
        path.write_text(draft_mapping("any-item", profile(content), agency="A", timezone="UTC"), encoding="utf-8")
        assert load_mapping(path).name == "any-item"

    @pytest.mark.parametrize("path", SAMPLE_FILES, ids=lambda path: path.name)
    def test_mutants_of_the_samples_end_in_a_profile_or_one_clear_error(self, path: Path) -> None:
        whole, chance = path.read_bytes(), random.Random(20301122)
        for _ in range(40):
            mutant = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                place = chance.randrange(len(mutant))
                mutant[place : place + chance.choice([0, 1, 30])] = chance.choice(
                    [b"", b"<", b"}", b"\xff", b'"', b"\n"]
                )
            try:
                told = bool(profile(bytes(mutant)).columns)
            except UnreadableDelivery as error:
                told = bool(error.remedy)
            assert told


class TestTheCommand:
    def test_it_says_format_layout_and_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "calls.json"
        path.write_text(json.dumps({"rows": CALLS}))
        shown = call("map", "profile", path)
        assert shown.code == 0
        assert "calls.json: json, encoding utf-8-sig, items rows[*]; 3 items looked at" in shown.out
        assert "units[*].n" in shown.out
        facts = call("map", "profile", path, "--json").json
        assert (facts["format"], facts["reads"]["items"], facts["items"]) == ("json", "rows[*]", 3)
        assert [column["name"] for column in facts["columns"]] == ["number", "at", "place.city", "units[*].n"]

    def test_a_draft_never_replaces_a_file(self, tmp_path: Path) -> None:
        sample, draft = shipped("mappings") / "samples" / "cisa-kev.csv", tmp_path / "a-feed.yaml"
        assert call("map", "profile", sample, "--draft", draft).code == 0
        draft.write_text("years of work")
        refused = call("map", "profile", sample, "--draft", draft)
        assert (refused.code, draft.read_text()) == (2, "years of work")
        assert "there already" in refused.err
        assert call("map", "profile", sample, "--draft", tmp_path / "none" / "a-feed.yaml").code == 2

    def test_what_cannot_be_told_is_1_with_a_remedy(self) -> None:
        result = call("map", "profile", SAMPLES / "nibrs-flat.txt")
        assert result.code == 1
        assert "fixed-width" in result.err
        assert call("map", "profile", "no-such-file").code == 2

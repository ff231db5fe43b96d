"""Texts to typed values: one test per converter and step."""

from decimal import Decimal
from typing import Any

import pytest

from gateway.mapping.converters import (
    case_step,
    clean_text,
    cut_step,
    enum_converter,
    find_all,
    match_step,
    number_converter,
    switch_converter,
    text_converter,
)
from gateway.mapping.faults import CellFault
from gateway.mapping.targets import FieldType, find_target, required_fields, target_paths
from gateway.model.codes import Sex

WHOLE = FieldType(base=int, many=False, low=0, high=2000)
EXACT = FieldType(base=Decimal, many=False)
LINE = FieldType(base=str, many=False, max_length=20)
LINES = FieldType(base=str, many=False, lines=True, max_length=20)


def fault_of(convert: Any, text: str) -> str:
    with pytest.raises(CellFault) as caught:
        convert(text)
    shown = caught.value.problem + caught.value.remedy
    assert text not in shown or len(text) < 3, "a fault never repeats the value"
    return caught.value.code


class TestNumbers:
    def test_a_whole_number_is_an_int_and_a_decimal_keeps_its_digits(self) -> None:
        whole = number_converter(WHOLE, decimal_comma=False, between=None)("0070")
        exact = number_converter(EXACT, decimal_comma=False, between=None)("-122.10")
        assert (whole, str(exact)) == (70, "-122.10")

    def test_a_declared_decimal_comma(self) -> None:
        convert = number_converter(EXACT, decimal_comma=True, between=None)
        assert convert("47,6120") == convert("47.6120") == Decimal("47.612")

    @pytest.mark.parametrize(
        "text", ["seven", "1e3", "1_000", "1,000", "0x10", "NaN", "inf", "--1", "\uff11\uff12", "9" * 41]
    )
    def test_everything_else_is_a_bad_number(self, text: str) -> None:
        assert fault_of(number_converter(EXACT, decimal_comma=False, between=None), text) == "bad-number"

    def test_a_fraction_is_no_whole_number_but_a_point_and_zeros_are(self) -> None:
        convert = number_converter(WHOLE, decimal_comma=False, between=None)
        assert fault_of(convert, "70.5") == "bad-number"
        assert convert("70.0") == 70

    @pytest.mark.parametrize("text", ["-1", "2001"])
    def test_the_field_type_bounds_the_number(self, text: str) -> None:
        assert fault_of(number_converter(WHOLE, decimal_comma=False, between=None), text) == "out-of-range"

    def test_the_narrower_bound_holds_and_includes_its_ends(self) -> None:
        convert = number_converter(WHOLE, decimal_comma=False, between=(Decimal(-5), Decimal(9)))
        assert [convert("0"), convert("9")] == [0, 9]
        assert fault_of(convert, "10") == fault_of(convert, "-1") == "out-of-range"


class TestText:
    def test_line_ends_are_one_lf_in_free_text(self) -> None:
        assert clean_text("a\r\nb\rc\n\td", lines=True) == "a\nb\nc\n\td"

    @pytest.mark.parametrize("text", ["two\nlines", "a\ttab", "a\u2028b"])
    def test_one_line_values_have_no_line_ends_and_tabs(self, text: str) -> None:
        assert fault_of(text_converter(LINE), text) == "bad-text"

    @pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\ud800", "\ufffe"])
    def test_control_characters_are_refused_everywhere(self, character: str) -> None:
        assert fault_of(text_converter(LINES), f"abc{character}def") == "bad-text"

    def test_letters_of_any_script_and_hard_spaces_pass(self) -> None:
        assert text_converter(LINE)("Zoë Ōta\u00a0\u2013 東京") == "Zoë Ōta\u00a0\u2013 東京"

    def test_the_length_is_bounded(self) -> None:
        assert text_converter(LINE)("x" * 20) == "x" * 20
        assert fault_of(text_converter(LINE), "x" * 21) == "too-large"

    def test_the_field_types_pattern_holds(self) -> None:
        state = text_converter(find_target("place.scene.state", where="here").type)
        assert state("WI") == "WI"
        assert fault_of(state, "Wisconsin") == "bad-value"
        assert fault_of(state, "WI\n") == "bad-text"


@pytest.mark.parametrize(
    ("text", "value"), [("Y", True), ("yes", True), ("1", True), ("n", False), ("FALSE", False), ("0", False)]
)
def test_switches(text: str, value: bool) -> None:
    assert switch_converter(text) is value


def test_a_word_that_is_no_switch() -> None:
    assert fault_of(switch_converter, "perhaps") == "bad-value"


def test_a_code_of_the_vocabulary_and_one_that_is_not() -> None:
    convert = enum_converter(Sex)
    assert convert("F") is Sex.FEMALE
    assert fault_of(convert, "female") == "unmapped-code"


def test_cut_match_find_and_case() -> None:
    assert cut_step("^-+")("--DISTURBANCE - OTHER") == "DISTURBANCE - OTHER"
    assert cut_step("(?i)\\s*\\(old\\)$")("Main St (OLD)") == "Main St"
    assert match_step("([0-9]{5})(?:-[0-9]{4})?$")("Riverbend 00000-1234") == "00000"
    assert find_all("https?://[^\\s;]+")("see https://a.example ; http://b.example") == [
        "https://a.example",
        "http://b.example",
    ]
    assert case_step("title")("north FORK") == "North Fork"
    assert fault_of(match_step("^[0-9]+$"), "none given") == "bad-value"


@pytest.mark.parametrize("pattern", ["^-+", "[ -]", "\\.", "x*", "[^0-9]+", "#?"])
def test_the_fast_road_of_simple_cuts_agrees_with_re2(pattern: str) -> None:
    import re2

    for text in ("--a - b", "x.y.xx", "12 ab 34", "##1", "é-ö", "", "xxxxxx"):
        assert cut_step(pattern)(text) == re2.compile(pattern).sub("", text).strip(), text


def test_a_hostile_pattern_stays_linear() -> None:
    assert cut_step("^(a+)+$")("a" * 20_000 + "b") == "a" * 20_000 + "b"


def test_targets_come_from_the_records_own_types() -> None:
    paths = target_paths()
    assert "person.<name>.birth_date" in paths
    assert "record.narrative" in paths
    assert not [path for path in paths if path.endswith((".ref", ".id", ".provenance", ".relations"))]
    assert required_fields("observable") == ("type", "value")
    assert find_target("record.narrative", where="here").type.lines
    assert not find_target("person.subject.surname", where="here").type.lines
    assert find_target("suspicious.behaviors", where="here").type.many
    assert find_target("person.subject.description", where="here").type.lines

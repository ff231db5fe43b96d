"""From a cell's text to a typed value: one converter per type of target, compiled once.

Every converter takes text that is not empty and returns the value, or raises CellFault. None repeats the text.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import re2

from gateway import limits
from gateway.documents import nearest
from gateway.errors import BadMarking
from gateway.mapping.faults import CellFault
from gateway.mapping.targets import FieldType
from gateway.model.banner import Banner, read_banner

__all__ = [
    "Convert",
    "TextStep",
    "banner_converter",
    "case_step",
    "clean_text",
    "cut_step",
    "enum_converter",
    "find_all",
    "match_step",
    "number_converter",
    "switch_converter",
    "text_converter",
]

Convert = Callable[[str], Any]
TextStep = Callable[[str], str]

_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]").search
_LINE_WORK: Final = re.compile("[\t\n\r\u2028\u2029]").search
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_ONE_ATOM: Final = re.compile(
    r"""\^?(?:[A-Za-z0-9 _,;:/#%&'"<>=!@~`-]|\\[^A-Za-z0-9\s]|\[\^?[^\[\]\\^]+\])[+*?]?"""
).fullmatch
_SWITCH: Final = {
    **dict.fromkeys(("Y", "YES", "TRUE", "T", "1", "X"), True),
    **dict.fromkeys(("N", "NO", "FALSE", "F", "0"), False),
}
"""How a yes or a no is written, in upper case; other spellings go through a code table."""


def clean_text(text: str, *, lines: bool) -> str:
    """The text with line ends as a single LF. Raises CellFault `bad-text` for control characters.

    XML 1.0 (2.2) has no way to carry most control characters, and a terminal obeys them. Free text may have tabs and
    line ends.
    """
    if text.isprintable():
        return text
    if _FORBIDDEN(text):
        raise CellFault("bad-text", "the text holds control characters", "Remove them, or cut them in the mapping")
    if _LINE_WORK(text):
        if not lines:
            raise CellFault(
                "bad-text", "a one-line value holds a line end or a tab", "Remove it, or cut it in the mapping"
            )
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def text_converter(kind: FieldType) -> Convert:
    """Checks text against its field: characters, length, pattern."""
    longest = kind.max_length or limits.TEXT_CHARACTERS
    fits = re.compile(kind.pattern).search if kind.pattern else None
    lines = kind.lines

    def convert(text: str) -> str:
        if not text.isprintable():
            text = clean_text(text, lines=lines)
        if len(text) > longest:
            raise CellFault("too-large", f"the text is longer than {longest} characters", "Shorten it")
        if fits and not fits(text):
            raise CellFault("bad-value", f"the value does not have the shape {kind.pattern}", "Correct the value")
        return text

    return convert


def number_converter(kind: FieldType, *, decimal_comma: bool, between: tuple[Decimal, Decimal] | None) -> Convert:
    """Reads plain decimal numbers, exactly; whole numbers where the field counts. Bounds include their ends."""
    low, high = between or (None, None)
    low = max((bound for bound in (low, _decimal(kind.low)) if bound is not None), default=None)
    high = min((bound for bound in (high, _decimal(kind.high)) if bound is not None), default=None)

    def number(text: str) -> Decimal:
        written = text.replace(",", ".") if decimal_comma and "." not in text else text
        if len(text) > limits.NUMBER_CHARACTERS or not _NUMBER(written):
            raise CellFault("bad-number", "the value is not a number", "Correct it, or declare the decimal comma")
        value = Decimal(written)
        if (low is not None and value < low) or (high is not None and value > high):
            raise CellFault("out-of-range", f"the number is not between {low} and {high}", "Correct the number")
        return value

    def whole_number(text: str) -> int:
        value = number(text)
        if value != value.to_integral_value():
            raise CellFault("bad-number", "the value is not a whole number", "Correct the number")
        return int(value)

    return whole_number if kind.base is int else number


def _decimal(bound: float | None) -> Decimal | None:
    return None if bound is None else Decimal(bound)


def switch_converter(text: str) -> bool:
    """Y, YES, TRUE, T, 1, X or N, NO, FALSE, F, 0 in either case."""
    value = _SWITCH.get(text.upper())
    if value is None:
        raise CellFault("bad-value", "the value is neither yes nor no", "Write Y or N, or give a code table")
    return value


def banner_converter(text: str) -> Banner:
    """Reads a banner line or a portion mark of controlled unclassified information."""
    try:
        return read_banner(text)
    except BadMarking as error:
        raise CellFault("bad-marking", error.problem, error.remedy) from error


def enum_converter(vocabulary: type[StrEnum]) -> Convert:
    """Reads a value of a closed vocabulary, exactly as the standard writes it."""
    members: dict[str, StrEnum] = {member.value: member for member in vocabulary}

    def convert(text: str) -> StrEnum:
        member = members.get(text) or other_spelling(vocabulary, text)
        if member is None:
            # the nearest member is a word of the standard, never the agency's value
            near = nearest(text, members) or nearest(text.lower(), members)
            hint = f"; the nearest is '{near}'" if near else ""
            raise CellFault(
                "unmapped-code",
                f"the value is not in the vocabulary {vocabulary.__name__}{hint}",
                "Add the code to the code table",
            )
        return member

    return convert


def other_spelling(vocabulary: type[StrEnum], text: str) -> StrEnum | None:
    """The value that another spelling stands for, where the vocabulary knows such (`PCII`)."""
    try:
        return vocabulary(text)
    except ValueError:
        return None


def _re2(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


def _not_text() -> CellFault:
    """RE2 works on UTF-8, which half a surrogate pair has no form in."""
    return CellFault("bad-text", "the text holds half a character", "Correct the text at its source")


def cut_step(pattern: str) -> TextStep:
    """Removes every match of an RE2 pattern, and the blanks that it leaves at the ends."""
    # one atom, repeated at most once and never tied to the end, is linear under `re` as well, which is ten times faster
    expression = re.compile(pattern) if _ONE_ATOM(pattern) else _re2(pattern)

    def cut(text: str) -> str:
        try:
            return str(expression.sub("", text)).strip()
        except UnicodeEncodeError as error:
            raise _not_text() from error

    return cut


def match_step(pattern: str) -> TextStep:
    """Keeps the first group of an RE2 pattern, or the whole match; no match is a fault."""
    expression = _re2(pattern)

    def keep(text: str) -> str:
        try:
            found = expression.search(text)
        except UnicodeEncodeError as error:
            raise _not_text() from error
        if found is None:
            raise CellFault("bad-value", "the value does not have the declared shape", "Correct the value")
        return str(found.group(1 if expression.groups else 0) or "").strip()

    return keep


def find_all(pattern: str) -> Callable[[str], list[str]]:
    """Every match of an RE2 pattern (its first group, where it has one) in the order of the text."""
    expression = _re2(pattern)
    group = 1 if expression.groups else 0

    def find(text: str) -> list[str]:
        try:
            return [str(found.group(group) or "") for found in expression.finditer(text)]
        except UnicodeEncodeError as error:
            raise _not_text() from error

    return find


_CASES: Final[dict[str, TextStep]] = {"upper": str.upper, "lower": str.lower, "title": str.title}


def case_step(case: str) -> TextStep:
    """Upper, lower or title case."""
    return _CASES[case]

"""JSON in one way alone: what two readers may read in two ways is refused, with the reason and no value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import limits
from gateway.errors import UnreadableContent
from gateway.stix.strict_json import strict_json

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(_VALUES)
def test_what_is_plain_json_is_read_as_everybody_reads_it(value: object) -> None:

    assert strict_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b'{"a": 1, "a": 1}', "a name stands twice"),
        (b'[{"x": {"a": 1, "\\u0061": 2}}]', "a name stands twice"),
        (b"[NaN]", "NaN and infinities"),
        (b"[-Infinity]", "NaN and infinities"),
        (b"[1e999]", "too large"),
        (b"[9007199254740992]", "too large"),
        (b"[" + b"1" * 5000 + b"]", "too large"),
        (b"[" * 60 + b"]" * 60, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply|no JSON"),
        (b"\xef\xbb\xbf{}", "no JSON"),
        (b"{}{}", "no JSON"),
        ("{}".encode("utf-16"), "not UTF-8"),
        (b"", "no JSON"),
    ],
)
def test_two_readings_are_refused_with_the_reason(text: bytes, why: str) -> None:
    with pytest.raises(UnreadableContent, match=why) as caught:
        strict_json(text, where="x.json")
    assert caught.value.where == "x.json"


def test_a_large_document_is_refused_unread() -> None:
    with pytest.raises(UnreadableContent, match="too large"):
        strict_json(b" " * (limits.JSON_BYTES + 1))

"""Our canonical JSON is rfc8785's, byte for byte, for everything JSON can hold; the rest is refused."""

import math
import random
import struct
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.errors import RenderingError
from gateway.stix.canonical import canonical

_SAFE = 2**53 - 1
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_EDGE_TEXT = st.sampled_from(["\ue000", "\uffff", "\U00010000", "\U0010ffff", "e1", "\x7f", '"\\/', "null", "1.0,", ""])
_KEYS = _TEXT | _EDGE_TEXT
_NUMBERS = (
    st.integers(-_SAFE, _SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, -0.0, 95.0, 1e15, 1e16, 1e20, 1e21, 1e-5, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308])
)
_SCALARS = st.none() | st.booleans() | _NUMBERS | _KEYS
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=1500, deadline=None)
@given(_JSON)
@example({"\U00010000": 1, "\ue000": 2})
@example([1e16, 1.5e300, -0.0, 1e-7])
def test_canonical_equals_the_reference(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=200, deadline=None)
@given(_JSON, st.sampled_from([math.nan, math.inf, -math.inf, 2**53, -(2**53), "\ud800", b"bytes", datetime.now(UTC)]))
def test_what_json_cannot_hold_is_refused_wherever_it_stands(value: Any, foreign: Any) -> None:
    for holder in (foreign, [value, foreign], {"a": {"b": foreign}, "c": value}):
        with pytest.raises(RenderingError) as caught:
            canonical(holder)
        assert str(foreign) not in str(caught.value) or str(foreign) in ("nan", "inf")


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(RenderingError):
        canonical({1: "one"})


def test_a_lone_surrogate_in_a_key_is_refused() -> None:
    with pytest.raises(RenderingError):
        canonical({"\udfff": 1, "a": 2})


# A hundred thousand documents --------------------------------------------------------------------------------------

_LETTERS = 'ab e1.0,]}"\\\x00\x1f\x7f\n\u00e9\u20ac\ue000\uffff\U00010000\U0010ffff'
_EDGES = (0.0, -0.0, 1.0, 95.0, 1e15, 1e16, 1e20, 1e21, 1e-5, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, 0.1, 1 / 3)


def _text(chance: random.Random) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randrange(7)))


def _number(chance: random.Random) -> int | float:
    match chance.randrange(4):
        case 0:
            return chance.randint(-_SAFE, _SAFE)
        case 1:
            return chance.choice(_EDGES) * chance.choice((1, -1))
        case 2:
            return round(chance.uniform(-1000, 1000), chance.randrange(9))
        case _:
            value: float = struct.unpack("<d", chance.randbytes(8))[0]
            return value if math.isfinite(value) else chance.random()


def _document(chance: random.Random, depth: int = 0) -> Any:
    shape = chance.randrange(8 if depth < 4 else 5)
    if shape < 2:
        return _number(chance)
    if shape < 4:
        return _text(chance)
    if shape == 4:
        return chance.choice((None, True, False))
    if shape == 5:
        return [_document(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {_text(chance): _document(chance, depth + 1) for _ in range(chance.randrange(5))}


def _compare(count: int) -> None:
    chance = random.Random(8785)
    differing = [
        document
        for document in ({"document": _document(chance)} for _ in range(count))
        if canonical(document) != rfc8785.dumps(document)
    ]
    assert differing == []


def test_random_documents_are_the_references() -> None:
    _compare(3_000)


@pytest.mark.soak
def test_a_hundred_thousand_random_documents_are_the_references() -> None:
    _compare(100_000)

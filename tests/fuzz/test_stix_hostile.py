"""Any JSON at all, handed to what reads STIX from outside, ends in an answer or in one clear error of ours."""

import contextlib
import copy
import functools
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from stix_builders import CENTER, FULL, SEALED_AT, ToySigner, signed_niem

from gateway import names
from gateway.errors import UnreadableDelivery, UntrustedSignature
from gateway.model.stages import ValidatedStix
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, verify
from gateway.stix.read import read
from gateway.stix.render import render

ID = "record--4b5a7f0e-0000-4000-8000-000000000001"
CHECKER = ObjectChecker()
_WORDS = st.sampled_from(
    [
        *("id", "type", "modified", "extensions", "object_refs", "report", "note", "jws", "manifest", "ref", "x"),
        names.INTEGRITY_EXTENSION,
        names.RECORD_EXTENSION,
        "2026-01-01T00:00:00.000Z",
        "",
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(max_size=4) | _WORDS
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4), max_leaves=10
)


@functools.cache
def _sealed(name: str) -> tuple[bytes, ...]:
    niem = signed_niem(FULL[name]())
    signed = seal(ValidatedStix(niem=niem, objects=render(niem, CENTER)), ToySigner().sign, "toy-1", at=SEALED_AT)
    return tuple(one.body for one in signed.stix)


def _put(value: Any, data: st.DataObject) -> Any:
    """The value with something else at a place drawn anywhere within it."""
    if isinstance(value, dict) and value and data.draw(st.integers(0, 5)):
        name = data.draw(st.sampled_from(sorted(value)))
        return value | {name: _put(value[name], data)}
    if isinstance(value, list) and value and data.draw(st.integers(0, 5)):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _put(value[place], data), *value[place + 1 :]]
    return data.draw(_JSON)


def _told(objects: list[dict[str, Any]]) -> None:
    with contextlib.suppress(UntrustedSignature):
        verify(objects, ToySigner().check)
    with contextlib.suppress(UnreadableDelivery):
        read(objects, record_id=ID)
    CHECKER.faults(objects)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.dictionaries(_WORDS, _JSON, max_size=6), max_size=3))
def test_any_objects_are_answered(objects: list[dict[str, Any]]) -> None:
    _told(objects)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data())
def test_a_damaged_view_is_answered_and_never_verifies(name: str, data: st.DataObject) -> None:
    objects = [orjson.loads(body) for body in _sealed(name)]
    place = data.draw(st.integers(0, len(objects) - 1))
    before = copy.deepcopy(objects[place])
    name_within = data.draw(st.sampled_from(sorted(before)))
    objects[place] = before | {name_within: _put(before[name_within], data)}
    _told(objects)
    if objects[place] != before:
        with contextlib.suppress(UntrustedSignature):
            for coverage in verify(objects, ToySigner().check):
                # under another object's id it is a version that nobody signed, beside the one that somebody did
                assert objects[place]["id"] not in set(coverage.covered) - set(coverage.foreign)

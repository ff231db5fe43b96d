"""Whatever is delivered as STIX: the reader refuses it or gives items, and every item is a record or a reason."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from originals_builders import delivery, feed, foreign_objects
from stix_builders import CENTER, signed_niem

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping.compiled import Mapped, Rejected
from gateway.model.identity import IdKey
from gateway.model.stages import NativeRecord, Revoked
from gateway.stix.check import ObjectChecker
from gateway.stix.render import render

CHECKER = ObjectChecker()
FEED = feed()
IDS = IdKey(b"a key for tests, not a secret one")
_SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(
    [
        *("type", "id", "spec_version", "created", "modified", "created_by_ref", "name", "pattern", "pattern_type"),
        *("object_refs", "object_marking_refs", "granular_markings", "extensions", "external_references", "revoked"),
        *("source_ref", "target_ref", "labels", "objects", "hashes", "value", "country", "identity_class", "lang"),
    ]
)


def _read(content: bytes) -> None:
    received = delivery(content)
    try:
        items = list(adapters.read(received, FEED.reading))
        adapters.header(received, FEED.reading)
    except UnreadableDelivery:
        return
    for item in items:
        if not isinstance(item, NativeRecord):
            continue
        outcome = FEED.map(item, received, IDS)
        assert isinstance(outcome, Mapped | Rejected | Revoked)
        if isinstance(outcome, Mapped):
            niem = signed_niem(outcome.record)
            CHECKER.check(niem, render(niem, CENTER))


@_SETTINGS
@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    _read(content)


@_SETTINGS
@given(st.lists(_JSON | st.dictionaries(_NAMES, _JSON, max_size=6), max_size=4))
def test_any_json(objects: list[Any]) -> None:
    _read(json.dumps({"type": "bundle", "objects": objects}).encode())


@st.composite
def _damaged(draw: st.DrawFn) -> list[dict[str, Any]]:
    objects = [draw(foreign_objects(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    for one in objects:
        for name in draw(st.lists(_NAMES | st.sampled_from(sorted(one)), max_size=2)):
            values = _JSON | st.sampled_from(
                [other["id"] for other in objects if isinstance(other.get("id"), str)] or [""]
            )
            one[name] = draw(values | values.map(lambda value: [value]))
        if draw(st.booleans()):
            one.pop("spec_version", None)
    return objects


@_SETTINGS
@given(_damaged(), st.sampled_from([None, "2.0", "2.1"]))
def test_sound_objects_with_damage(objects: list[dict[str, Any]], version: str | None) -> None:
    _read(json.dumps({"type": "bundle", "spec_version": version, "objects": objects}).encode())


@_SETTINGS
@given(_JSON | st.dictionaries(st.text("0123", min_size=1, max_size=1), st.dictionaries(_NAMES, _JSON, max_size=4)))
def test_any_observed_data_of_2_0(held: Any) -> None:
    one = {
        "type": "observed-data",
        "id": "observed-data--00000001-1111-4111-8111-111111111111",
        "created": "2030-03-01T09:00:00.000Z",
        "modified": "2030-03-01T09:00:00.000Z",
        "first_observed": "2030-03-01T09:00:00Z",
        "last_observed": "2030-03-01T09:00:00Z",
        "number_observed": 1,
        "objects": held,
    }
    _read(json.dumps({"type": "bundle", "spec_version": "2.0", "objects": [one]}).encode())

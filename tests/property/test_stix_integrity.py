"""The manifest's laws: any part of a sealed view verifies, no altered object ever does."""

import functools
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stix_builders import CENTER, FULL, SEALED_AT, ToySigner, signed_niem

from gateway import names
from gateway.errors import RenderingError, UntrustedSignature
from gateway.model.stages import Signed, ValidatedStix
from gateway.stix.canonical import canonical
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, verify
from gateway.stix.render import render

SIGNER = ToySigner()


@functools.cache
def sealed(name: str, key: str = "full") -> Signed:
    niem = signed_niem(FULL[name](), key=key)
    return seal(ValidatedStix(niem=niem, objects=render(niem, CENTER)), SIGNER.sign, SIGNER.key_id, at=SEALED_AT)


def objects(name: str, key: str = "full") -> list[dict[str, Any]]:
    return [orjson.loads(one.body) for one in sealed(name, key).stix]


def test_a_sealed_view_is_canonical_bytes_with_the_container_last_and_still_valid() -> None:
    signed = sealed("incident")
    parsed = [orjson.loads(one.body) for one in signed.stix]
    assert [canonical(one) for one in parsed] == [one.body for one in signed.stix]
    assert [(one["id"], one["type"]) for one in parsed] == [(one.id, one.type) for one in signed.stix]
    assert signed.stix[-1].type == "report"
    assert {one.version for one in signed.stix if one.type == "marking-definition"} == {
        "2022-10-01T00:00:00.000Z",
        "2026-01-05T08:00:00.000Z",
    }
    assert {one.version for one in signed.stix if one.type == "artifact"} == {None}
    assert signed.stix[-1].version == "2026-03-05T09:00:00.000Z"
    assert ObjectChecker().faults(parsed) == ()
    manifest = parsed[-1]["extensions"][names.INTEGRITY_EXTENSION]["manifest"]
    assert [entry["ref"] for entry in manifest] == [one["id"] for one in parsed[:-1]]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data())
def test_any_part_of_a_view_verifies(name: str, data: st.DataObject) -> None:
    view = objects(name)
    part = [one for one in view[:-1] if data.draw(st.booleans())]
    (coverage,) = verify(data.draw(st.permutations([*part, view[-1]])), SIGNER.check)
    assert set(coverage.covered) == {one["id"] for one in [*part, view[-1]]}
    assert set(coverage.missing) == {one["id"] for one in view} - set(coverage.covered)
    assert coverage.foreign == ()
    assert coverage.key_id == "toy-1"
    assert coverage.publisher == f"identity--{CENTER.id}"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(FULL)), st.data())
def test_one_changed_byte_never_verifies(name: str, data: st.DataObject) -> None:
    bodies = [one.body for one in sealed(name).stix]
    place = data.draw(st.integers(0, len(bodies) - 1))
    body = bytearray(bodies[place])
    offset = data.draw(st.integers(0, len(body) - 1))
    body[offset] ^= 1 << data.draw(st.integers(0, 6))
    try:
        changed = orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        assume(False)
    assume(isinstance(changed, dict) and canonical(changed) != bodies[place])
    given_objects = [orjson.loads(one) for one in bodies]
    given_objects[place] = changed
    try:
        coverages = verify(given_objects, SIGNER.check)
    except UntrustedSignature:
        return
    # Another id or version, or a container without its signature: it is nobody's, and counts as such.
    for coverage in coverages:
        assert changed["id"] in coverage.foreign
        assert changed["id"] not in coverage.covered


def test_an_altered_object_is_named() -> None:
    view = objects("incident")
    victim = next(one for one in view if one["type"] == "location")
    victim["city"] = "Elsewhere"
    with pytest.raises(UntrustedSignature) as caught:
        verify(view, SIGNER.check)
    assert caught.value.where == victim["id"]
    assert "Elsewhere" not in str(caught.value)


def test_a_page_with_two_views_and_a_stranger() -> None:
    first, second = objects("incident"), objects("incident", "second")
    stranger = {"type": "domain-name", "spec_version": "2.1", "id": "domain-name--" + "0" * 36, "value": "x.example"}
    mixed = [*first, stranger, *second]
    one, other = verify(mixed, SIGNER.check)
    assert (one.container, other.container) == (first[-1]["id"], second[-1]["id"])
    assert one.foreign == other.foreign == (stranger["id"],)
    assert one.missing == other.missing == ()
    only = {"identity", "marking-definition", "extension-definition"}
    assert {ref.partition("--")[0] for ref in set(one.covered) & set(other.covered)} <= only


def test_another_version_of_an_object_is_missing_not_altered() -> None:
    view = objects("incident")
    newer = next(one for one in view if one["type"] == "location")
    newer["modified"] = "2026-04-01T00:00:00.000Z"
    (coverage,) = verify(view, SIGNER.check)
    assert coverage.missing == coverage.foreign == (newer["id"],)


def test_two_contents_under_one_version_are_refused() -> None:
    view = objects("vulnerability")
    double = dict(view[0], name="Somebody Else")
    with pytest.raises(UntrustedSignature, match="twice"):
        verify([*view, double], SIGNER.check)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("manifest", "all of it"),
        ("manifest", []),
        ("jws", 7),
        ("jws", "a.b.c"),
        ("digest_alg", "md5"),
        ("key_id", ""),
        ("signed", "now"),
    ],
)
def test_a_malformed_integrity_extension_is_refused(member: str, value: object) -> None:
    view = objects("vulnerability")
    view[-1]["extensions"][names.INTEGRITY_EXTENSION][member] = value
    with pytest.raises(UntrustedSignature, match="malformed"):
        verify(view, SIGNER.check)


def test_a_signature_by_another_key_than_the_named_one_is_refused() -> None:
    view = objects("vulnerability")
    with pytest.raises(UntrustedSignature, match="another key"):
        verify(view, lambda _: "toy-2")


def test_a_signature_on_something_that_is_no_container_is_refused() -> None:
    view = objects("vulnerability")
    view[-1]["type"] = "note"
    with pytest.raises(UntrustedSignature, match="no container"):
        verify(view, SIGNER.check)


@pytest.mark.parametrize("broken", [{"type": "note"}, {"id": 7}, {"id": "note--1", "modified": 3}])
def test_an_object_without_a_proper_id_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(UntrustedSignature, match="no id"):
        verify([broken], SIGNER.check)


def test_a_value_without_canonical_form_is_refused() -> None:
    with pytest.raises(UntrustedSignature, match="canonical"):
        verify([{"id": "note--1", "number": float("nan")}], SIGNER.check)


def test_without_a_container_nothing_is_vouched_for() -> None:
    assert verify(objects("incident")[:-1], SIGNER.check) == ()


def test_only_an_unsigned_container_is_sealed() -> None:
    niem = signed_niem(FULL["incident"]())
    rendered = render(niem, CENTER)
    with pytest.raises(RenderingError):
        seal(ValidatedStix(niem=niem, objects=rendered[:-1]), SIGNER.sign, "toy-1", at=SEALED_AT)
    with pytest.raises(RenderingError):
        seal(ValidatedStix(niem=niem, objects=tuple(objects("incident"))), SIGNER.sign, "toy-1", at=SEALED_AT)


def test_sealing_twice_gives_the_same_bytes() -> None:
    niem = signed_niem(FULL["incident"]())
    again = seal(ValidatedStix(niem=niem, objects=render(niem, CENTER)), SIGNER.sign, SIGNER.key_id, at=SEALED_AT)
    assert again.stix == sealed("incident").stix

"""The whole road for STIX of other producers: in as a bundle, out unchanged beside our signed container."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from originals_builders import bundle, stix, uuid_of

from gateway.config import shipped_samples
from gateway.model.content import Content
from gateway.model.stages import Fate
from gateway.store.engine import to_us
from gateway.verification import verify_objects
from gateway.wiring import Gateway

pytestmark = pytest.mark.acceptance

FEED = "stix-exchange"
SAMPLE = shipped_samples()[FEED].read_bytes()
SENT = {one["id"]: one for one in orjson.loads(SAMPLE)["objects"]}
PARTNER = "federal-cyber-desk"


def held_by(gateway: Gateway, partner: str) -> list[dict[str, Any]]:
    """What the partner's collections serve."""
    found: list[dict[str, Any]] = []
    for held in gateway.stores.records.latest(state="released"):
        for published in gateway.stores.records.published(held.record.id):
            if published.collections:
                found += [orjson.loads(body) for body in published.view.stix]
    return list({(one["id"], one.get("modified", "")): one for one in found}.values())


def malware(number: int = 1, **more: Any) -> dict[str, Any]:
    return stix("malware", number, name="ExampleLoader", is_family=True, **more)


def delivered(*objects: dict[str, Any]) -> bytes:
    return orjson.dumps(bundle(*objects))


def test_others_objects_are_published_unchanged_and_covered_by_our_signature(
    gateway: Gateway, deliver: Callable[..., Any]
) -> None:
    summary = deliver(SAMPLE, feed=FEED, file_name="bundle.json")
    assert summary.state == "done"
    assert summary.fates == {Fate.PUBLISHED: 4, Fate.SKIPPED: 3, Fate.QUARANTINED: 4}
    objects = held_by(gateway, PARTNER)
    theirs = [one for one in objects if one["id"] in SENT and one["type"] != "marking-definition"]
    assert {one["type"] for one in theirs} == {
        *("identity", "malware", "indicator", "relationship", "note", "report", "vulnerability")
    }
    assert all(one == SENT[one["id"]] for one in theirs)
    evidence = verify_objects(objects, gateway.trust, at=gateway.clock(), form="stored")
    assert len(evidence.containers) == 4
    # the line of 2.0 has an id of ours, and says where it is from
    old = next(one for one in SENT.values() if "spec_version" not in one)
    assert old["id"] not in {one["id"] for one in objects}
    (copy,) = [
        one
        for one in objects
        if {"source_name": "Example Sector Exchange", "external_id": old["id"]} in one.get("external_references", ())
        and one["type"] == "indicator"
    ]
    assert copy["created_by_ref"] == f"identity--{gateway.center.id}"


def test_delivering_the_same_again_changes_nothing_and_a_new_version_replaces_the_old(
    gateway: Gateway, deliver: Callable[..., Any]
) -> None:
    deliver(SAMPLE, feed=FEED, file_name="bundle.json")
    again = deliver(SAMPLE + b" ", feed=FEED, file_name="bundle.json")
    assert again.fates == {Fate.UNCHANGED: 4, Fate.SKIPPED: 3, Fate.QUARANTINED: 4}
    before = malware()
    after = malware(modified="2030-04-01T09:00:00.000Z", description="Now with a name")
    assert deliver(delivered(before), feed=FEED, file_name="1.json").fates == {Fate.PUBLISHED: 1}
    assert deliver(delivered(after), feed=FEED, file_name="2.json").fates == {Fate.UPDATED: 1}


def test_another_content_for_a_held_version_is_quarantined_and_stops_nothing_else(
    gateway: Gateway, deliver: Callable[..., Any]
) -> None:
    deliver(delivered(malware()), feed=FEED, file_name="1.json")
    summary = deliver(delivered(malware(description="Altered"), malware(2)), feed=FEED, file_name="2.json")
    assert summary.fates == {Fate.QUARANTINED: 1, Fate.PUBLISHED: 1}
    assert (Fate.QUARANTINED, "two-contents") in summary.reasons
    (one,) = [one for one in held_by(gateway, PARTNER) if one["id"] == malware()["id"]]
    assert one == malware()


def test_an_observable_cannot_have_two_contents(gateway: Gateway, deliver: Callable[..., Any]) -> None:
    address = {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{uuid_of(1)}", "value": "198.51.100.7"}
    first = deliver(delivered(address), feed=FEED, file_name="1.json")
    other = deliver(delivered({**address, "x_example": 1}), feed=FEED, file_name="2.json")
    assert first.fates == {Fate.PUBLISHED: 1}
    assert other.fates == {Fate.QUARANTINED: 1}


def test_what_the_center_published_does_not_come_in_again(gateway: Gateway, deliver: Callable[..., Any]) -> None:
    deliver(SAMPLE, feed=FEED, file_name="bundle.json")
    ours = [one for one in held_by(gateway, PARTNER) if one["id"] not in SENT]
    summary = deliver(delivered(*ours), feed=FEED, file_name="back.json")
    assert set(summary.fates) == {Fate.SKIPPED}
    assert {reason for _, reason in summary.reasons} <= {"own-object", "well-known-marking"}


def test_a_marking_of_red_goes_to_nobody(gateway: Gateway, deliver: Callable[..., Any]) -> None:
    red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
    summary = deliver(delivered(malware(object_marking_refs=[red])), feed=FEED, file_name="red.json")
    assert summary.fates == {Fate.HELD: 1}
    assert held_by(gateway, PARTNER) == []


def test_what_was_refused_can_be_replayed_and_stays_refused_while_nothing_has_changed(gateway: Gateway) -> None:
    received = gateway.pipeline.receive(Content.of(SAMPLE), feed=FEED, file_name="bundle.json")
    claim = gateway.stores.deliveries.claim(now_us=to_us(gateway.clock()), receipt=received.receipt)
    assert claim is not None
    gateway.pipeline.drive(claim)
    waiting = gateway.stores.quarantine.items(received.receipt)
    assert (
        sorted(problem.code for item in waiting for problem in item.problems) == ["bad-marking"] * 2 + ["bad-stix"] * 2
    )
    outcomes = gateway.quarantine_desk.replay(received.receipt)[received.receipt]
    assert {outcome.fate for outcome in outcomes} == {Fate.QUARANTINED}


def test_what_its_producer_revokes_is_withdrawn_and_no_object_of_theirs_is_revoked_by_us(
    gateway: Gateway, deliver: Callable[..., Any]
) -> None:
    deliver(delivered(malware(), malware(2)), feed=FEED, file_name="1.json")
    taken_back = malware(modified="2030-04-01T09:00:00.000Z", revoked=True)
    summary = deliver(delivered(taken_back), feed=FEED, file_name="2.json")
    assert (summary.fates, summary.withdrawn) == ({Fate.SKIPPED: 1}, 1)
    latest = {held.record.native_key: held for held in gateway.stores.records.latest()}
    assert latest[malware()["id"]].state == "withdrawn"
    assert latest[malware(2)["id"]].state == "released"
    held = latest[malware()["id"]]
    (view,) = gateway.stores.records.views(held.record.id, held.number)
    objects = [orjson.loads(body) for body in view.stix]
    assert {one["id"] for one in objects if one.get("revoked")} == {objects[-1]["id"]}
    assert malware()["id"] not in {one["id"] for one in objects}
    # nothing is held any more that could be withdrawn twice
    again = deliver(delivered(taken_back | {"modified": "2030-04-02T09:00:00.000Z"}), feed=FEED, file_name="3.json")
    assert (again.fates, again.withdrawn) == ({Fate.SKIPPED: 1}, 0)


def test_what_was_never_held_is_revoked_in_silence(gateway: Gateway, deliver: Callable[..., Any]) -> None:
    summary = deliver(delivered(malware(revoked=True)), feed=FEED, file_name="1.json")
    assert (summary.fates, summary.withdrawn) == ({Fate.SKIPPED: 1}, 0)


def test_a_copy_of_2_0_is_revoked_with_its_record(gateway: Gateway, deliver: Callable[..., Any]) -> None:
    tool = stix("tool", 3, name="ExampleTool", labels=["x"])
    del tool["spec_version"]
    deliver(delivered(tool), feed=FEED, file_name="1.json")
    taken_back = tool | {"revoked": True, "modified": "2030-04-01T09:00:00.000Z"}
    assert deliver(delivered(taken_back), feed=FEED, file_name="2.json").withdrawn == 1
    (held,) = gateway.stores.records.latest()
    (view,) = gateway.stores.records.views(held.record.id, held.number)
    assert {one["type"] for one in map(orjson.loads, view.stix) if one.get("revoked")} == {"tool", "report"}

"""STIX 2.0 brought to 2.1: what each type becomes, and what has no form there."""

from typing import Any

import orjson
import pytest
import stix2
from originals_builders import bundle, delivery, feed, uuid_of

from gateway import adapters
from gateway.model.stages import NativeRecord, Unreadable
from gateway.stix.feed import UPGRADED
from gateway.stix.upgrade import is_of_2_0, upgraded
from gateway.stix.upgrade_observables import NoFormIn21, observables_of


def of_2_0(stix_type: str, **properties: Any) -> dict[str, Any]:
    moment = "2016-05-12T08:17:27.000Z"
    return {
        "type": stix_type,
        "id": f"{stix_type}--{uuid_of(1)}",
        "created": moment,
        "modified": moment,
        "name": "Example",
        **properties,
    }


@pytest.mark.parametrize(
    ("one", "gains"),
    [
        (
            of_2_0("indicator", labels=["malicious-activity"], pattern="[x:y = 1]", valid_from="2016-01-01T00:00:00Z"),
            {"indicator_types": ["malicious-activity"], "pattern_type": "stix"},
        ),
        (of_2_0("malware", labels=["bot"]), {"malware_types": ["bot"], "is_family": True}),
        (of_2_0("report", labels=["campaign"]), {"report_types": ["campaign"]}),
        (of_2_0("threat-actor", labels=["spy"]), {"threat_actor_types": ["spy"]}),
        (of_2_0("tool", labels=["exploitation"]), {"tool_types": ["exploitation"]}),
        (of_2_0("identity", labels=["CEO"], identity_class="individual"), {"roles": ["CEO"]}),
        (of_2_0("campaign", x_example=[1]), {}),
        (of_2_0("x-example", labels=["kept"]), {}),
    ],
)
def test_labels_move_to_the_types_own_list_and_nothing_else_changes(one: dict[str, Any], gains: dict[str, Any]) -> None:
    (made,) = upgraded(one)
    kept = {name: value for name, value in one.items() if name != "labels" or not any("_" in n for n in gains)}
    kept.pop("labels", None) if gains else None
    assert made == {**kept, **gains, "spec_version": "2.1"}


@pytest.mark.parametrize(
    ("one", "version", "expected"),
    [
        ({"type": "tool"}, None, True),
        ({"type": "tool"}, "2.0", True),
        ({"type": "tool", "spec_version": "2.1"}, "2.0", False),
        ({"type": "tool", "spec_version": "2.0"}, None, True),
        ({"type": "url"}, None, False),
        ({"type": "x-example"}, "2.0", True),
        ({"type": "x-example"}, None, False),
    ],
)
def test_each_object_is_told_its_version(one: dict[str, Any], version: str | None, expected: bool) -> None:
    assert is_of_2_0(one, version) is expected


_HELD = {
    "0": {"type": "ipv4-addr", "value": "198.51.100.7", "resolves_to_refs": ["1"]},
    "1": {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
    "2": {"type": "network-traffic", "src_ref": "0", "protocols": ["tcp"], "src_port": 80},
    "3": {"type": "file", "hashes": {"SHA-256": "ab" * 32, "MD5": "cd" * 16}, "created": "2016-12-21T19:00:00Z"},
    "4": {"type": "process", "pid": 1221, "binary_ref": "3", "created": "2016-01-20T14:11:25.55Z"},
    "5": {"type": "user-account", "user_id": "1001", "password_last_changed": "2016-01-20T14:27:43Z"},
    "6": {"type": "windows-registry-key", "key": "hkey\\x", "modified": "2016-01-20T14:27:43Z"},
    "7": {"type": "file", "name": "a.zip", "extensions": {"archive-ext": {"contains_refs": ["3"]}}},
}


def test_observables_get_the_ids_that_the_standard_gives_them() -> None:
    made = observables_of(_HELD)
    by_id = {one["id"]: one for one in made}
    # the other implementation computes an id wherever it is given none
    theirs = {
        stix2.parse({n: v for n, v in one.items() if n != "id"}, version="2.1").id
        for one in made
        if one["type"] not in ("process", "network-traffic", "file")
    }
    assert theirs <= by_id.keys()
    known = {"md5": stix2.v21.File(hashes={"MD5": "cd" * 16}).id, "ip": stix2.v21.IPv4Address(value="198.51.100.7").id}
    assert set(known.values()) <= by_id.keys()
    traffic = next(one for one in made if one["type"] == "network-traffic")
    assert traffic["id"] == stix2.v21.NetworkTraffic(src_ref=known["ip"], protocols=["tcp"], src_port=80).id
    # each stands behind what it refers to
    seen: set[str] = set()
    for one in made:
        refs = [value for name, value in one.items() if name.endswith("_ref")]
        assert set(refs) <= seen
        seen.add(one["id"])


def test_properties_that_changed_their_names_have_the_new_ones() -> None:
    made = {one["type"]: one for one in observables_of(_HELD)}
    assert (made["process"]["created_time"], "binary_ref" in made["process"]) == ("2016-01-20T14:11:25.55Z", False)
    assert made["process"]["image_ref"].startswith("file--")
    assert made["user-account"]["credential_last_changed"] == "2016-01-20T14:27:43Z"
    assert made["windows-registry-key"]["modified_time"] == "2016-01-20T14:27:43Z"
    assert made["file"]["extensions"]["archive-ext"]["contains_refs"][0].startswith("file--")


@pytest.mark.parametrize(
    "held",
    [
        {},
        [],
        {"0": {"type": "file", "is_encrypted": True}},
        {"0": {"type": "process", "name": "x"}},
        {"0": {"type": "x-example"}},
        {"0": {"type": "network-traffic", "src_ref": "7", "protocols": ["tcp"]}},
        {"0": {"type": "directory", "path": "/", "contains_refs": ["0"]}},
    ],
)
def test_what_has_no_form_in_2_1_is_refused_with_the_reason(held: Any) -> None:
    with pytest.raises(NoFormIn21, match=r"in STIX 2\.1"):
        observables_of(held)


def test_an_observed_data_comes_with_its_observables_and_all_are_marked_as_changed() -> None:
    seen = of_2_0(
        "observed-data",
        first_observed="2016-01-01T00:00:00Z",
        last_observed="2016-01-01T00:00:00Z",
        number_observed=1,
        objects={"0": {"type": "domain-name", "value": "bad.example"}},
    )
    del seen["name"]
    twice = {**seen, "id": f"observed-data--{uuid_of(2)}"}
    refused = {**seen, "id": f"observed-data--{uuid_of(3)}", "objects": {"0": {"type": "process", "name": "x"}}}
    received = delivery(orjson.dumps(bundle(seen, twice, refused) | {"spec_version": "2.0"}))
    first, second, third = adapters.read(received, feed().reading)
    assert isinstance(first, NativeRecord)
    assert isinstance(second, NativeRecord)
    assert isinstance(third, Unreadable)
    made = orjson.loads(first.raw)
    assert [one["type"] for one in made] == ["observed-data", "domain-name"]
    assert made[0]["object_refs"] == [made[1]["id"]]
    assert "objects" not in made[0]
    assert set(first.fields[UPGRADED].split()) == {one["id"] for one in made}
    assert third.code == "no-form-in-2.1"

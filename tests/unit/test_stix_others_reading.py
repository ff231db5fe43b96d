"""Deliveries of other producers' STIX: which objects belong together, what is refused, and what is told of the rest."""

import json
from typing import Any

import orjson
import pytest
from originals_builders import PRODUCER, bundle, delivery, feed, stix, uuid_of

from gateway import adapters, limits
from gateway.adapters import Item
from gateway.errors import UnreadableDelivery
from gateway.model.stages import NativeRecord, Skipped, Unreadable
from gateway.stix.feed import STIX_COLUMNS, UPGRADED

OWN = f"identity--{uuid_of(0xCE)}"
MAKER = {**stix("identity", name="Example Sector Exchange"), "id": PRODUCER}


def read(content: Any, **options: Any) -> list[Item]:
    data = content if isinstance(content, bytes) else orjson.dumps(content)
    return list(adapters.read(delivery(data), feed(**options).reading))


def told(items: list[Item]) -> list[tuple[int, str, Any]]:
    """Line, what it is, and the ids of the objects or the reason."""
    rows: list[tuple[int, str, Any]] = []
    for item in items:
        match item:
            case NativeRecord():
                rows.append((item.line, "item", [one["id"] for one in orjson.loads(item.raw)]))
            case Skipped():
                rows.append((item.line, "skipped", item.reason))
            case Unreadable():
                rows.append((item.line, "refused", item.code))
    return rows


def malware(number: int = 1, **properties: Any) -> dict[str, Any]:
    return stix("malware", number, name="ExampleLoader", is_family=True, **properties)


def report(number: int, *refs: str) -> dict[str, Any]:
    return stix("report", number, name="A report", published="2030-03-01T09:00:00Z", object_refs=list(refs))


def link(number: int, source: str, target: str, relationship_type: str = "related-to") -> dict[str, Any]:
    return stix("relationship", number, relationship_type=relationship_type, source_ref=source, target_ref=target)


def address(value: str = "198.51.100.7", number: int = 1) -> dict[str, Any]:
    return {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{uuid_of(number)}", "value": value}


@pytest.mark.parametrize(
    "form",
    [
        lambda objects: orjson.dumps(bundle(*objects)),
        lambda objects: orjson.dumps({"more": False, "objects": objects}),
        lambda objects: orjson.dumps(objects),
        lambda objects: b"\n".join(orjson.dumps(one) for one in objects),
        lambda objects: b"\xef\xbb\xbf" + orjson.dumps(bundle(*objects)),
    ],
    ids=["bundle", "envelope", "array", "lines", "byte order mark"],
)
def test_the_same_objects_are_the_same_items_whatever_stands_around_them(form: Any) -> None:
    objects = [malware(1), MAKER, malware(2)]
    assert told(read(form(objects))) == [
        (1, "item", [objects[0]["id"], PRODUCER]),
        (3, "item", [objects[2]["id"], PRODUCER]),
    ]
    assert adapters.header(delivery(form(objects)), feed().reading) == STIX_COLUMNS


def test_one_object_alone_is_a_delivery() -> None:
    assert told(read(malware())) == [(1, "item", [malware()["id"]])]


@pytest.mark.parametrize("content", [b'{"type": "bundle", "id": "x"}', b'{"objects": []}', b"[]"])
def test_a_delivery_without_objects_has_no_items(content: bytes) -> None:
    assert read(content) == []


@pytest.mark.parametrize(
    "content", [b"", b"no json", b'{"objects": 7}', b"\xff{}", b"[" * 100_000, b'{"a":' * 100_000 + b"1"]
)
def test_what_is_no_json_refuses_the_delivery(content: bytes) -> None:
    with pytest.raises(UnreadableDelivery):
        read(content)


def test_a_file_of_another_sort_is_not_taken_for_stix() -> None:
    for content in (b"a,b\n1,2\n", b'[{"type": "call", "id": "7--8"}]', b'{"vulnerabilities": [{"cveID": "x"}]}', b""):
        assert adapters.header(delivery(content), feed().reading) == ()


def test_a_report_holds_all_that_it_reaches_and_what_is_said_about_that() -> None:
    one, other, outside = malware(1), malware(2), malware(3)
    within, leaving = link(1, one["id"], other["id"]), link(2, one["id"], outside["id"])
    note = stix("note", 1, content="Seen twice.", object_refs=[other["id"]])
    inner = report(2, other["id"])
    outer = report(1, one["id"], inner["id"])
    rows = told(read(bundle(one, other, within, note, inner, outer, MAKER, outside, leaving)))
    items = {line: set(ids) for line, _, ids in rows}
    assert items[6] == {outer["id"], inner["id"], one["id"], other["id"], within["id"], note["id"], PRODUCER}
    assert items[5] == {inner["id"], other["id"], note["id"], PRODUCER}
    # what no report holds is an item of its own; a relationship that leads out of the report is one, too
    assert items[8] == {outside["id"], PRODUCER}
    assert items[9] == {leaving["id"], one["id"], outside["id"], PRODUCER}
    assert [ids[0] for _, _, ids in rows] == [inner["id"], outer["id"], outside["id"], leaving["id"]]


def test_an_object_of_the_domain_comes_with_its_relationships_and_their_targets() -> None:
    actor = stix("threat-actor", 1, name="Example Crew", threat_actor_types=["crime-syndicate"])
    tool = stix("tool", 1, name="ExampleTool")
    uses = link(1, actor["id"], tool["id"], "uses")
    rows = told(read(bundle(actor, tool, uses)))
    assert rows == [(1, "item", [actor["id"], uses["id"], tool["id"]]), (2, "item", [tool["id"]])]


def test_what_only_gives_context_is_an_item_where_nothing_refers_to_it() -> None:
    place = stix("location", 1, country="US")
    lone = {**address(), "id": f"ipv4-addr--{uuid_of(9)}"}
    unused = {key: value for key, value in stix("marking-definition", 5).items() if key != "modified"}
    unused |= {"definition_type": "statement", "definition": {"statement": "x"}}
    rows = told(read(bundle(place, lone, unused, MAKER)))
    assert rows == [
        (1, "item", [place["id"], PRODUCER]),
        (2, "item", [lone["id"]]),
        (3, "skipped", "unused-definition"),
    ]


def test_an_object_that_breaks_the_standard_is_refused_and_the_rest_goes_on() -> None:
    nameless = {key: value for key, value in stix("tool", 4).items() if key != "name"}
    whole = report(1, malware()["id"], nameless["id"])
    rows = told(read(bundle(malware(), nameless, whole)))
    assert rows == [(2, "refused", "bad-stix"), (3, "item", [whole["id"], malware()["id"]])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type": "malware", "type": "tool"}', "bad-structure"),
        ('{"type": "malware", "id": "malware--1", "x": 1e999}', "bad-value"),
        ('{"type": "malware", "id": "malware--1", "x": 99999999999999999999}', "bad-value"),
        ('{"type": "malware", "id": "malware--1", "x": ' + "9" * 41 + "}", "too-large"),
        ('{"type": "malware", "id": "malware--1", "x": 9007199254740992.0}', "bad-value"),
        ('{"type": "malware", "id": "malware--1", "x": NaN}', "bad-structure"),
        ('{"type": "malware", "id": "malware--1", "x": "\\ud800"}', "bad-value"),
        ('{"type": "malware", "id": "malware--1", "x": ' + "[" * 40 + "]" * 40 + "}", "too-large"),
        ("7", "bad-structure"),
        ("{}", "bad-stix"),
        (json.dumps({**malware(), "created_by_ref": ["x"], "modified": 7}), "bad-stix"),
        ('{"type": "bundle", "id": "bundle--00000001-1111-4111-8111-111111111111", "objects": []}', "bad-stix"),
        ('{"type": ["malware"], "id": 7}', "bad-stix"),
    ],
)
def test_hostile_objects_are_refused_one_by_one(text: str, code: str) -> None:
    content = f'{{"type": "bundle", "objects": [{text}, {json.dumps(malware())}]}}'.encode()
    assert told(read(content)) == [(1, "refused", code), (2, "item", [malware()["id"]])]


def test_a_refusal_names_the_place_and_never_the_value() -> None:
    (item,) = read(malware(first_seen="Jane Placeholder"))
    assert isinstance(item, Unreadable)
    assert "first_seen" in item.problem
    assert "Placeholder" not in item.problem + item.remedy


def test_our_own_coming_back_is_not_taken_in() -> None:
    ours = malware(1) | {"created_by_ref": OWN}
    center = {**stix("identity", name="Center"), "id": OWN, "created_by_ref": OWN}
    seen = stix("observed-data", 1, created_by_ref=OWN, number_observed=1, object_refs=[address()["id"]])
    seen |= {"first_observed": "2030-03-01T09:00:00Z", "last_observed": "2030-03-01T09:00:00Z"}
    theirs = malware(2)
    rows = told(read(bundle(center, ours, seen, address(), theirs), own=(OWN,)))
    assert rows == [*((line, "skipped", "own-object") for line in (1, 2, 3, 4)), (5, "item", [theirs["id"]])]


def test_markings_that_everybody_has_are_no_news() -> None:
    green = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "name": "TLP:GREEN",
        "definition": {"tlp": "green"},
    }
    assert told(read(bundle(green))) == [(1, "skipped", "well-known-marking")]


def test_the_newest_version_counts_and_every_other_is_told() -> None:
    newer = malware(modified="2030-03-02T09:00:00.0Z".replace(".0Z", ".000Z"))
    rows = told(read(bundle(malware(), newer, newer)))
    assert rows == [(1, "skipped", "superseded"), (2, "item", [newer["id"]]), (3, "skipped", "repeated")]


def test_two_contents_of_one_version_are_both_refused() -> None:
    rows = told(read(bundle(malware(), malware(description="another"), malware(2))))
    assert rows == [(1, "refused", "two-contents"), (2, "refused", "two-contents"), (3, "item", [malware(2)["id"]])]


def test_an_object_of_its_makers_own_type_is_held_to_what_all_have_in_common() -> None:
    own = stix("x-example-thing", 1, x_anything={"deep_ref": malware()["id"]}, parts_refs=[malware(2)["id"]])
    rows = told(read(bundle(own, malware(), malware(2))))
    assert rows[0] == (1, "item", [own["id"], malware(2)["id"]])
    (item,) = read({key: value for key, value in own.items() if key != "modified"})
    assert isinstance(item, Unreadable)


def test_an_item_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STIX_ITEM_OBJECTS", 3)
    many = [malware(number) for number in range(1, 5)]
    rows = told(read(bundle(*many, report(1, *(one["id"] for one in many)))))
    assert rows[-1] == (5, "refused", "too-large")
    # what the refused report would have held is not lost: each is an item of its own
    assert [row[1] for row in rows] == ["item"] * 4 + ["refused"]


def test_all_items_together_have_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many reports on the same thousand objects would be a million: past the limit the rest is refused, unread."""
    size = len(orjson.dumps(malware()))
    monkeypatch.setattr(limits, "STIX_REPEATED_BYTES", 40 * size)
    many = [malware(number) for number in range(1, 21)]
    reports = [report(number, *(one["id"] for one in many)) for number in range(1, 6)]
    rows = told(read(bundle(*many, *reports)))
    assert [row[1] for row in rows].count("item") < len(reports)
    assert (25, "refused", "too-large") in rows


def test_an_observable_without_its_version_is_given_one() -> None:
    """Else everybody's object for a value, which has one id, would be held in two forms."""
    bare = {key: value for key, value in address().items() if key != "spec_version"}
    (item,) = read(bare)
    assert isinstance(item, NativeRecord)
    assert orjson.loads(item.raw) == [address()]
    assert item.fields[UPGRADED] == bare["id"]

"""JSON items: where they are found, how their values are named, what is wrong with one and what with the file."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import delivery

from gateway import adapters, limits
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import FollowSpec, JsonSpec
from gateway.model.stages import NativeRecord, Skipped, Unreadable


def reading(items: str | None = None, *, columns: tuple[str, ...] = (), **spec: Any) -> Reading:
    layout = JsonSpec.model_validate({"items": items, **spec} if items else spec)
    return Reading(format="json", json=layout, columns=columns)


def read(text: str | bytes, how: Reading | None = None) -> list[adapters.Item]:
    content = text.encode() if isinstance(text, str) else text
    return list(adapters.read(delivery(content), how or reading()))


def fields(text: str, how: Reading | None = None) -> dict[str, str]:
    (item,) = read(text, how)
    assert isinstance(item, NativeRecord), item
    return dict(item.fields)


class TestAddresses:
    def test_every_value_has_an_address_and_keeps_its_text(self) -> None:
        text = '{"a": {"b": [1.50, {"c": true}, null]}, "d": -0, "e": 1E400, "f": "", "g": [], "h": {}}'
        assert fields(text) == {"a.b[0]": "1.50", "a.b[1].c": "true", "a.b[2]": "", "d": "-0", "e": "1E400", "f": ""}

    def test_a_strange_member_name_cannot_pose_as_an_address(self) -> None:
        text = '{"a.b": "1", "a": {"b": "2", "": "3", "x[0]": "4"}, "x": ["5"]}'
        assert fields(text) == {
            '["a.b"]': "1",
            "a.b": "2",
            'a[""]': "3",
            'a["x[0]"]': "4",
            "x[0]": "5",
        }

    @settings(max_examples=150, deadline=None)
    @given(
        value=st.recursive(
            st.text(max_size=5) | st.integers(-99, 99) | st.booleans(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["a", "b", "a.b", "a[0]", "", '"', "]"]), inner, max_size=3)
            ),
            max_leaves=12,
        )
    )
    def test_no_two_values_have_one_address(self, value: Any) -> None:
        def leaves(inner: Any) -> int:
            if isinstance(inner, dict):
                return sum(map(leaves, inner.values()))
            return sum(map(leaves, inner)) if isinstance(inner, list) else 1

        assert len(fields(json.dumps({"top": value}))) == leaves(value)


class TestWhereTheItemsAre:
    @pytest.mark.parametrize(
        ("text", "items"),
        [
            ('[{"n":1}, {"n":2}]', None),
            ('{"rows": [{"n":1}, {"n":2}]}', "rows[*]"),
            ('{"x":[{"n":9}],"a":{"y":0,"rows":[{"n":1},{"n":2}],"z":{}},"w":""}', "a.rows[*]"),
            ('[{"n":1},{"n":2}]', "[*]"),
            ('\ufeff [ {"n":1} , {"n":2} ] \n', None),
        ],
    )
    def test_in_order_with_their_own_bytes(self, text: str, items: str | None) -> None:
        found = read(text, reading(items))
        assert [dict(item.fields) for item in found if isinstance(item, NativeRecord)] == [{"n": "1"}, {"n": "2"}]
        assert [item.raw for item in found] == [b'{"n":1}', b'{"n":2}']

    def test_the_line_is_where_the_item_starts(self) -> None:
        assert [item.line for item in read('[\n{"n":\n1},\n\n {"n":2},{"n":3}]')] == [2, 5, 5]

    def test_one_object_is_one_item(self) -> None:
        assert [item.raw for item in read(' {"n": 1}')] == [b'{"n": 1}']

    def test_an_empty_list_is_a_delivery_without_items_and_lacks_no_column(self) -> None:
        how = reading(columns=("n", "m[*]"))
        assert read("[]", how) == []
        assert adapters.header(delivery(b"[]"), how) == ("n", "m[*]")

    def test_lines_of_json(self) -> None:
        found = read('{"n":1}\r\n\n  \n{"n":\n{"n":2} x\n{"n":3}', reading(lines=True))
        assert [(item.line, type(item).__name__) for item in found] == [
            (1, "NativeRecord"),
            (3, "Skipped"),
            (4, "Unreadable"),
            (5, "Unreadable"),
            (6, "NativeRecord"),
        ]
        assert isinstance(found[1], Skipped)
        assert {item.code for item in found if isinstance(item, Unreadable)} == {"bad-structure"}

    @pytest.mark.parametrize(
        ("text", "how"),
        [
            ("", reading()),
            ("a,b\n1,2\n", reading()),
            ('[{"n":1}', reading()),
            ('[{"n":1},]', reading()),
            ('[{"n":1}] x', reading()),
            ('{"n":1}{"n":2}', reading()),
            ("[{'n':1}]", reading()),
            ('{"rows": [{"n":1}]}', reading("items[*]")),
            ('{"rows": {"n":1}}', reading("rows[*]")),
            ('{"rows": [], "rows": []}', reading("rows[*]")),
            ('{"x": NaN, "rows": []}', reading("rows[*]")),
            ("{}", reading("rows[*]")),
            ("[1]", reading("rows[*]")),
            ('{"rows" [1]}', reading("rows[*]")),
            ("[" * 100_000, reading()),
            ('{"a":' * 100_000, reading("a[*]")),
            ("a,b\n1,2\n", reading(lines=True)),
            (" \n", reading(lines=True)),
            ('[\n"one",\n"two"\n]\n', reading(lines=True)),
        ],
    )
    def test_a_file_that_is_no_such_json_is_refused_once(self, text: str, how: Reading) -> None:
        with pytest.raises(UnreadableDelivery) as caught:
            adapters.header(delivery(text.encode()), how)
        assert caught.value.remedy
        with pytest.raises(UnreadableDelivery):
            read(text, how)

    def test_bytes_outside_the_encoding_refuse_a_text_and_only_their_line_of_lines(self) -> None:
        with pytest.raises(UnreadableDelivery, match="encoding"):
            read(b'[{"n":"\xff"}]')
        found = read(b'{"n":"\xff"}\n{"n":"x"}', reading(lines=True))
        assert [type(item) for item in found] == [Unreadable, NativeRecord]

    def test_a_declared_old_encoding_is_read_and_its_bytes_are_kept(self) -> None:
        how = Reading(format="json", encodings=("utf-8", "windows-1252"))
        (item,) = read(b'[{"n":"caf\xe9"}]', how)
        assert isinstance(item, NativeRecord)
        assert (dict(item.fields), item.raw) == ({"n": "café"}, b'{"n":"caf\xe9"}')


class TestOneBadItem:
    @pytest.mark.parametrize(
        ("item", "code"),
        [
            ("3", "bad-structure"),
            ("[1]", "bad-structure"),
            ('{"a":1,"a":2}', "bad-structure"),
            ('{"x":{"a":1,"b":2,"a":1}}', "bad-structure"),
            ('{"a":NaN}', "bad-structure"),
            ('{"a":-Infinity}', "bad-structure"),
            (f'{{"a":{"9" * 41}}}', "too-large"),
            ('{"a":' * 33 + "1" + "}" * 33, "too-large"),
            (json.dumps({"a": "x" * (limits.CELL_CHARACTERS + 1)}), "too-large"),
            (json.dumps({"a": ["x"] * 20_001}), "too-large"),
            (json.dumps({"a": ["x" * 100_000] * 11}), "too-large"),
        ],
    )
    def test_is_told_and_the_file_goes_on(self, item: str, code: str) -> None:
        before, bad, after = read(f'[{{"n":1}},{item},{{"n":2}}]')
        assert isinstance(before, NativeRecord)
        assert isinstance(after, NativeRecord)
        assert isinstance(bad, Unreadable)
        assert (bad.code, bad.raw) == (code, item.encode())
        assert bad.remedy


class TestReferences:
    FOLLOW = FollowSpec()
    GRAPH = json.dumps(
        {
            "call": [{"$id": "c1", "place": {"$ref": "p1"}, "by": {"$ref": "u1"}, "gone": {"$ref": "nobody"}}],
            "places": [{"$id": "p1", "street": "Main Street", "unit": {"$ref": "u1"}}],
            "units": [{"$id": "u1", "name": "Unit 1", "at": {"$ref": "p1"}}],
        }
    )

    def test_are_followed_where_the_mapping_reads_behind_them(self) -> None:
        how = Reading(
            format="json", json=JsonSpec(follow=self.FOLLOW), columns=("call[*].place.street", "call[*].gone.name")
        )
        found = fields(self.GRAPH, how)
        assert found["call[0].place.street"] == "Main Street"
        assert found["call[0].place.unit.$ref"] == "u1"
        assert found["call[0].by.$ref"] == "u1"
        assert found["call[0].gone.$ref"] == "nobody"

    def test_two_objects_with_one_id_keep_the_item_out_unless_they_say_the_same(self) -> None:
        how = Reading(format="json", json=JsonSpec(follow=self.FOLLOW), columns=("a.b",))
        (same,) = read('{"a": {"$ref": "x"}, "c": [{"$id": "x", "b": 1}, {"$id": "x", "b": 1}]}', how)
        (unlike,) = read('{"a": {"$ref": "x"}, "c": [{"$id": "x", "b": 1}, {"$id": "x", "b": 2}]}', how)
        assert isinstance(same, NativeRecord)
        assert same.fields["a.b"] == "1"
        assert isinstance(unlike, Unreadable)
        assert unlike.code == "bad-structure"

    def test_a_circle_ends(self) -> None:
        column = "call[*].place.unit.at.unit.at.street"
        how = Reading(format="json", json=JsonSpec(follow=self.FOLLOW), columns=(column,))
        found = fields(self.GRAPH, how)
        assert found["call[0].place.unit.name"] == "Unit 1"
        assert found["call[0].place.unit.at.$ref"] == "p1"

    def test_an_explosion_of_references_ends_at_the_limit(self) -> None:
        steps = 30
        graph = {f"o{n}": {"$id": f"{n}", "l": {"$ref": f"{n + 1}"}, "r": {"$ref": f"{n + 1}"}} for n in range(steps)}
        columns = tuple(
            "o0" + "".join(f".{'lr'[bit >> n & 1]}" for n in range(steps)) + ".x" for bit in range(0, 2**steps, 2**18)
        )
        how = Reading(format="json", json=JsonSpec(follow=self.FOLLOW), columns=columns)
        (item,) = read(json.dumps(graph), how)
        assert isinstance(item, Unreadable)
        assert item.code == "too-large"


class TestHeader:
    def test_read_dropped_and_unknown_addresses_each_once(self) -> None:
        how = Reading(format="json", columns=("n", "a[*].b", "a[0].c"), drops=("private", "a[*].secret"))
        text = b'[{"n":1,"a":[{"b":1,"c":2,"secret":{"x":1}},{"b":2,"c":3}]},{"private":[{"y":2}],"privateer":1}]'
        assert adapters.header(delivery(text), how) == (
            "n",
            "a[*].b",
            "a[0].c",
            "a[*].secret",
            "a[*].c",
            "private",
            "privateer",
        )

    def test_null_in_the_place_of_an_object_that_is_read_is_no_column(self) -> None:
        how = Reading(format="json", columns=("n", "who.name", "list[*].x"))
        text = b'[{"n":1,"who":null,"list":null,"other":null},{"n":2,"who":{"name":"x"}},{"n":3,"who":"somebody"}]'
        assert adapters.header(delivery(text), how) == ("n", "other", "who.name", "who")

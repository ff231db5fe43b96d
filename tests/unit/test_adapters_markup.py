"""XML items: what is refused before it is read, where items are found, what expressions take and what they leave."""

import time
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_builders import delivery, mapping_of

from gateway import adapters, limits
from gateway.errors import BadSetting, UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import XmlSpec
from gateway.model.stages import NativeRecord, Unreadable

SPACE = {"a": "urn:example:a", "b": "urn:example:b"}
TWO = b'<?xml version="1.0"?>\n<r xmlns="urn:example:a">\n <i n="1"><t>one</t></i>\n <i n="2"/>\n</r>\n'


def reading(
    *columns: str,
    items: str | list[str] = "a:r/a:i",
    groups: tuple[str, ...] = (),
    drops: tuple[str, ...] = (),
    **spec: Any,
) -> Reading:
    layout = XmlSpec.model_validate({"items": items, "namespaces": SPACE, **spec})
    return Reading(format="xml", xml=layout, columns=columns, groups=groups, drops=drops)


def read(content: str | bytes, how: Reading) -> list[adapters.Item]:
    return list(adapters.read(delivery(content.encode() if isinstance(content, str) else content), how))


def item(inside: str) -> str:
    return f'<r xmlns="urn:example:a" xmlns:x="urn:example:b"><i>{inside}</i></r>'


def fields(inside: str, how: Reading) -> dict[str, str]:
    (found,) = read(item(inside), how)
    assert isinstance(found, NativeRecord), found
    return dict(found.fields)


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "not well-formed"),
            (b"a,b\n1,2\n", "not well-formed"),
            (b'<r xmlns="urn:example:a"><i></r>', "line 1, column 31"),
            (b'<r xmlns="urn:example:a"><i>&nothing;</i></r>', "not well-formed"),
            (b'<r xmlns="urn:example:a"><x:i/></r>', "not well-formed"),
            (b'<!DOCTYPE r><r xmlns="urn:example:a"/>', "document type"),
            (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r xmlns="urn:example:a"/>', "document type"),
            (b'<!DOCTYPE r [<!ENTITY e SYSTEM "http://example.com/">]><r>&e;</r>', "document type"),
            (b'<r><i xmlns="urn:example:a"/></r>', "another root"),
            (b'<r xmlns="urn:example:a"><other/></r>', "has elements, but none at 'a:r/a:i'"),
            (b'<!-- c --><?xml version="1.0"?><r xmlns="urn:example:a"/>', "not well-formed"),
            (b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><r/>', "encoding"),
            (b'<r xmlns="urn:example:a">\xff</r>', "do not fit"),
            (b'<r xmlns="urn:example:a">' + b"<x>" * 101, "nested more than"),
        ],
    )
    def test_a_file_is_refused_once_with_its_reason(self, content: bytes, says: str) -> None:
        with pytest.raises(UnreadableDelivery, match=says) as caught:
            adapters.header(delivery(content), reading())
        assert caught.value.remedy

    def test_an_expansion_bomb_costs_nothing(self) -> None:
        levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
        bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "x">{levels}]><r xmlns="urn:example:a"><i>&e11;</i></r>'
        start = time.perf_counter()
        with pytest.raises(UnreadableDelivery, match="document type"):
            read(bomb, reading("."))
        assert time.perf_counter() - start < 0.2

    def test_junk_before_the_declaration_is_passed_over_only_where_the_mapping_says_so(self) -> None:
        content = b"<!-- exported\n by hand -->\n" + TWO
        found = read(content, reading("@n", repair=["leading-junk"]))
        assert [(one.line, one.raw) for one in found] == [(5, b'<i n="1"><t>one</t></i>'), (6, b'<i n="2"/>')]


class TestItems:
    def test_a_root_without_elements_is_an_export_of_nothing(self) -> None:
        assert read('<r xmlns="urn:example:a"/>', reading("@n")) == []

    def test_each_with_its_line_its_bytes_and_its_values(self) -> None:
        one, two = read(TWO, reading("@n", "a:t"))
        assert isinstance(one, NativeRecord)
        assert isinstance(two, NativeRecord)
        assert (one.line, one.raw, dict(one.fields)) == (3, b'<i n="1"><t>one</t></i>', {"@n": "1", "a:t": "one"})
        assert (two.line, two.raw, dict(two.fields)) == (4, b'<i n="2"/>', {"@n": "2"})

    @pytest.mark.parametrize(
        "inside",
        [
            "<i/>",
            "<i></i>",
            "<i >/></i >",
            "<i><j/></i>",
            '<i x="/>"></i>',
            "<i x='>'/>",
            "<i><!--/>--></i>",
            "<i>]]&gt;<i/></i>",
        ],
    )
    def test_the_bytes_of_an_item_end_where_it_ends(self, inside: str) -> None:
        content = f'<r xmlns="urn:example:a"><q/>{inside}<q/></r>'
        assert [found.raw.decode() for found in read(content, reading())] == [inside]

    def test_prefixes_are_those_of_the_mapping_not_of_the_file(self) -> None:
        content = '<z:r xmlns:z="urn:example:a" xmlns:a="urn:example:b"><z:i><a:t>v</a:t></z:i></z:r>'
        (found,) = read(content, reading("b:t"))
        assert isinstance(found, NativeRecord)
        assert dict(found.fields) == {"b:t": "v"}

    def test_an_item_may_declare_a_prefix_anew(self) -> None:
        content = '<r xmlns="urn:example:a" xmlns:p="urn:example:a"><i xmlns:p="urn:example:b"><p:t>v</p:t></i></r>'
        (found,) = read(content, reading("b:t"))
        assert isinstance(found, NativeRecord)
        assert dict(found.fields) == {"b:t": "v"}

    def test_any_element_at_a_step(self) -> None:
        content = "<r xmlns='urn:example:a'><s><i n='1'/></s><u><i n='2'/></u><i n='3'/></r>"
        assert [f.raw for f in read(content, reading(items="a:r/*/a:i"))] == [b"<i n='1'/>", b"<i n='2'/>"]

    @pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-8", "utf-16"])
    def test_a_declared_encoding_is_read_and_its_bytes_are_kept(self, encoding: str) -> None:
        content = f'<?xml version="1.0" encoding="{encoding}"?><r xmlns="urn:example:a"><i>café</i></r>'.encode(
            encoding
        )
        (found,) = read(content, reading("."))
        assert isinstance(found, NativeRecord)
        assert found.fields["."] == "café"
        assert found.raw in content

    def test_a_file_without_items_is_an_empty_delivery(self) -> None:
        content = b'<r xmlns="urn:example:a"></r>'
        assert read(content, reading("@n")) == []
        assert adapters.header(delivery(content), reading("@n")) == ("@n",)

    def test_an_item_beyond_the_limit_is_one_unreadable_item(self) -> None:
        long = "x" * (limits.ROW_BYTES + 1)
        content = f'<r xmlns="urn:example:a"><i>{long}</i><i>y</i></r>'
        big, small = read(content, reading("."))
        assert isinstance(big, Unreadable)
        assert big.code == "too-large"
        assert isinstance(small, NativeRecord)


class TestExpressions:
    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            ("a:t", "one two"),
            ("a:t/@k", "key"),
            ("a:t[@k='key']", "one two"),
            ("count(a:u)", "2"),
            ("a:u[2]", "second"),
            ("(a:u)[1]", "first"),
            ("string(a:u)", "first"),
            ("a:t = 'one two'", "true"),
            ("1 div 0", ""),
            ("3 div 2", "1.5"),
            ("a:t/text()[1]", "one "),
        ],
    )
    def test_find_nodes_texts_numbers_and_answers(self, expression: str, value: str) -> None:
        inside = '<t k="key">one <!-- not this --><x:w>two</x:w></t><u>first</u><u>second</u>'
        assert fields(inside, reading(expression)) == {expression: value}

    def test_what_is_not_there_has_no_cell(self) -> None:
        assert fields("<t/>", reading("a:u", "a:t")) == {"a:t": ""}

    def test_several_values_where_one_is_read_are_not_passed_over(self) -> None:
        (found,) = read(item("<t>1</t><t>2</t>"), reading("a:t"))
        assert isinstance(found, Unreadable)
        assert (found.code, found.column) == ("bad-structure", "a:t")
        assert fields("<t>1</t><t>2</t>", reading("a:t[*]")) == {"a:t[1]": "1", "a:t[2]": "2"}

    def test_members_of_a_group_have_positions(self) -> None:
        how = reading("a:g[*]/a:t", "a:g[*]/a:u[*]", "a:g[*]", groups=("a:g[*]",))
        found = fields("<g><t>1</t></g><g><u>2</u><u>3</u></g>", how)
        assert found == {"a:g[1]/a:t": "1", "a:g[1]": "1", "a:g[2]/a:u[1]": "2", "a:g[2]/a:u[2]": "3", "a:g[2]": "23"}

    def test_references_lead_to_what_has_the_id_and_back(self) -> None:
        inside = (
            '<p x:id="P1"><t>who</t></p><v x:id="V1"><w x:ref="P1"/></v><l x:id="L1"><t>where</t></l>'
            '<join><v x:ref="V1"/><l x:ref="L1"/></join>'
        )
        who = "a:v[*]/deref(a:w/@b:ref)/a:t"
        where = "a:v[*]/deref(referring(@b:id)/../a:l/@b:ref)/a:t"
        how = reading(who, where, groups=("a:v[*]",), id="b:id", ref="b:ref")
        assert fields(inside, how) == {
            "a:v[1]/deref(a:w/@b:ref)/a:t": "who",
            "a:v[1]/deref(referring(@b:id)/../a:l/@b:ref)/a:t": "where",
        }

    def test_who_refers_may_say_so_in_several_attributes(self) -> None:
        inside = '<v x:id="V1"/><w x:ref="V1"><t>one</t></w><w x:same="V1"><t>other</t></w>'
        both = "a:v[*]/referring(@b:id)/a:t"
        how = reading(f"{both}[*]", groups=("a:v[*]",), id="b:id", ref=["b:ref", "b:same"])
        assert fields(inside, how) == {
            "a:v[1]/referring(@b:id)/a:t[1]": "one",
            "a:v[1]/referring(@b:id)/a:t[2]": "other",
        }

    def test_two_elements_with_one_id_keep_the_item_out_and_cost_nothing(self) -> None:
        who = "a:v[*]/deref(referring(@b:id)/@b:ref)/a:t"
        how = reading(who, groups=("a:v[*]",), id="b:id", ref="b:ref")
        start = time.perf_counter()
        (found,) = read(item('<v x:id="V"/><w x:ref="V"/>' * 20_000), how)
        assert time.perf_counter() - start < 2
        assert isinstance(found, Unreadable)
        assert found.code == "bad-structure"

    def test_many_members_with_references_take_linear_time(self) -> None:
        who = "a:v[*]/deref(referring(@b:id)/../a:l/@b:ref)/a:t"
        how = reading(who, groups=("a:v[*]",), id="b:id", ref="b:ref")
        inside = "".join(
            f'<v x:id="V{n}"/><l x:id="L{n}"><t>{n}</t></l><j><v x:ref="V{n}"/><l x:ref="L{n}"/></j>'
            for n in range(5000)
        )
        start = time.perf_counter()
        assert len(fields(inside, how)) == 5000
        assert time.perf_counter() - start < 5

    @pytest.mark.parametrize(
        "expression", ["a:t[", "q:t", "unknown()", "document('file:///etc/passwd')", "$v", "a:t/@*/..["]
    )
    def test_an_expression_that_cannot_work_is_refused_with_the_mapping(self, expression: str) -> None:
        reads = {"format": "xml", "xml": {"items": "a:r/a:i", "namespaces": SPACE}, "timezone": "America/Chicago"}
        with pytest.raises(BadSetting, match="XPath"):
            mapping_of({"record.title": {"from": expression}}, reads=reads)

    def test_regular_expressions_that_may_run_for_ever_are_no_function(self) -> None:
        spaces = {**SPACE, "re": "http://exslt.org/regular-expressions"}
        reads = {"format": "xml", "xml": {"items": "a:r/a:i", "namespaces": spaces}, "timezone": "America/Chicago"}
        with pytest.raises(BadSetting, match="XPath"):
            mapping_of({"record.title": {"from": "string(re:test(a:t, '^(a+)+$'))"}}, reads=reads)

    def test_an_undeclared_prefix_of_the_path_is_refused_with_the_mapping(self) -> None:
        with pytest.raises(ValueError, match="'q' is not declared"):
            reading(items="q:r/q:i")


class TestVersions:
    """One standard, several namespaces: a prefix may stand for all of them."""

    SPACES: ClassVar[dict[str, Any]] = {
        "namespaces": {"a": ["urn:example:a", "urn:example:older"], "b": "urn:example:b"}
    }

    @pytest.mark.parametrize("uri", ["urn:example:a", "urn:example:older"])
    def test_an_item_of_any_version_is_read_alike_and_keeps_its_bytes(self, uri: str) -> None:
        content = f'<r xmlns="{uri}" xmlns:o="{uri}"><i o:n="1"><t>one</t></i></r>'
        (found,) = read(content, reading("a:t", "@a:n", **self.SPACES))
        assert isinstance(found, NativeRecord)
        assert found.fields == {"a:t": "one", "@a:n": "1"}
        assert found.raw == b'<i o:n="1"><t>one</t></i>'

    def test_what_is_left_over_is_told_under_the_prefix(self) -> None:
        content = b'<r xmlns="urn:example:older"><i n="1"><t>one</t><u>two</u></i></r>'
        assert adapters.header(delivery(content), reading("a:t", **self.SPACES)) == ("a:t", "@n", "a:u")

    def test_another_namespace_is_none_of_them(self) -> None:
        with pytest.raises(UnreadableDelivery, match="another root than 'a:r'"):
            read('<r xmlns="urn:example:oldest"><i/></r>', reading("a:t", **self.SPACES))

    def test_a_namespace_belongs_to_one_prefix(self) -> None:
        with pytest.raises(ValueError, match="belongs to one prefix"):
            reading(namespaces={"a": ["urn:example:a", "urn:example:b"], "b": "urn:example:b"})


class TestSeveralPaths:
    PATHS = ("a:i", "b:envelope/b:content/a:i")

    def both(self, **spec: Any) -> Reading:
        return reading("a:t", items=list(self.PATHS), **spec)

    def test_an_item_comes_alone_or_in_an_envelope(self) -> None:
        alone = '<i xmlns="urn:example:a"><t>1</t></i>'
        enveloped = f'<e:envelope xmlns:e="urn:example:b"><e:content>{alone}{alone}</e:content><e:x/></e:envelope>'
        assert [item.fields for item in read(alone, self.both())] == [{"a:t": "1"}]  # type: ignore[union-attr]
        assert [item.raw for item in read(enveloped, self.both())] == [alone.encode()] * 2

    def test_what_lies_inside_an_item_is_no_item_of_another_path(self) -> None:
        how = reading("a:t", items=["a:i", "a:i/a:j"])
        (found,) = read('<i xmlns="urn:example:a"><j><t>inner</t></j><t>outer</t></i>', how)
        assert isinstance(found, NativeRecord)
        assert found.fields == {"a:t": "outer"}

    def test_every_root_and_every_path_is_named(self) -> None:
        with pytest.raises(UnreadableDelivery, match="another root than 'a:i' or 'b:envelope'"):
            read('<other xmlns="urn:example:a"/>', self.both())
        with pytest.raises(UnreadableDelivery, match="none at 'a:i' or 'b:envelope/b:content/a:i'"):
            read('<envelope xmlns="urn:example:b"><x/></envelope>', self.both())


class TestNamedSets:
    """What `let` names is where addresses can start."""

    def test_a_later_name_may_use_an_earlier_one(self) -> None:
        let = {"english": "a:t[@l='en']", "chosen": "($english | a:t[not($english)])[1]"}
        how = reading("$chosen", "$chosen/@l", let=let)
        assert fields('<t l="fr">un</t><t l="en">one</t>', how) == {"$chosen": "one", "$chosen/@l": "en"}
        assert fields('<t l="fr">un</t><t l="it">uno</t>', how) == {"$chosen": "un", "$chosen/@l": "fr"}
        assert fields("<u/>", how) == {}

    def test_groups_start_there_and_what_is_dropped_too(self) -> None:
        how = reading(
            "$g/a:t[*]/a:w",
            groups=("$g/a:t[*]",),
            drops=("a:g[count(. | $g) != count($g)]",),
            let={"g": "a:g[2]"},
        )
        content = item("<g><t><w>1</w></t></g><g><t><w>2</w></t><t><w>3</w></t></g>")
        (found,) = read(content, how)
        assert isinstance(found, NativeRecord)
        assert found.fields == {"$g/a:t[1]/a:w": "2", "$g/a:t[2]/a:w": "3"}
        assert adapters.header(delivery(content.encode()), how) == (
            "$g/a:t[*]/a:w",
            "a:g[count(. | $g) != count($g)]",
        )

    def test_nothing_of_one_item_stays_for_the_next(self) -> None:
        content = '<r xmlns="urn:example:a"><i><t>1</t></i><i/></r>'
        first, second = read(content, reading("$t", let={"t": "a:t"}))
        assert isinstance(first, NativeRecord)
        assert isinstance(second, NativeRecord)
        assert (first.fields, second.fields) == ({"$t": "1"}, {})

    @pytest.mark.parametrize("let", [{"one": "$two", "two": "a:t"}, {"one": "a:t["}, {"one": "$one"}])
    def test_a_name_that_cannot_work_is_refused_with_the_mapping(self, let: dict[str, str]) -> None:
        xml = {"items": "a:r/a:i", "namespaces": SPACE, "let": let}
        with pytest.raises(BadSetting, match="XPath"):
            mapping_of({}, reads={"format": "xml", "xml": xml, "timezone": "America/Chicago"})


class TestTheAccount:
    def test_what_is_read_what_is_dropped_and_what_is_neither(self) -> None:
        inside = (
            '<t k="1">v</t><secret><name>n</name></secret><u>w</u><u m="2"><x:z>deep</x:z></u> tail <q/>'
            '<n xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/><o:p xmlns:o="urn:o">p</o:p>'
        )
        told = adapters.header(
            delivery(item(inside).encode()), reading("a:t", "a:missing", drops=("a:secret", "a:none"))
        )
        assert told == ("a:t", "a:secret", ".", "a:t/@k", "a:u", "a:u/@m", "a:u/b:z", "{urn:o}p")

    def test_an_element_that_is_read_as_a_whole_is_read_with_all_its_text(self) -> None:
        told = adapters.header(delivery(item("<t>a<x:z>b</x:z></t>").encode()), reading("a:t"))
        assert told == ("a:t",)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")),
        max_size=5,
    )
)
def test_what_was_written_is_read_back(values: list[str]) -> None:
    def escaped(value: str) -> str:
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    content = '<r xmlns="urn:example:a">' + "\n".join(f"<i>{escaped(value)}</i>" for value in values) + "</r>"
    found = read(content, reading("."))
    assert [one.fields["."] for one in found if isinstance(one, NativeRecord)] == values
    assert [one.raw.decode() for one in found] == [f"<i>{escaped(value)}</i>" for value in values]

"""NIEM Naming and Design Rules 6.0, section 13, and what section 14.2 says of JSON messages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from niem_builders import CENTER, bare_record, full_view, view_of
from niem_folders import XSD, coded_folder, metadata_folder

from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage
from gateway.niem.message_json import JSON_RULES, MessageJson
from gateway.niem.message_shapes import Shapes
from gateway.niem.render import render

CHECKER = MessageChecker(XSD)
JSON = MessageJson(CHECKER.index)
GOOD = render(full_view(Kind.INCIDENT), CENTER)
SMALL = render(view_of(bare_record(Kind.INCIDENT)), CENTER)
CONTEXT = CHECKER.index.namespaces
ROOT = "fx:IncidentReport"


def small() -> Any:
    return json.loads(JSON.to_json(SMALL))


def told(message: Any) -> str:
    """The code and the path of the one fault that ends the reading of a message."""
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    with pytest.raises(InvalidMessage) as refused:
        JSON.from_json(text)
    (fault,) = refused.value.faults
    return f"{fault.code} {fault.path}".strip()


def with_member(name: str, value: Any) -> Any:
    message = small()
    message[ROOT][name] = value
    return message


def test_the_table_has_every_rule_of_the_section_and_each_is_tested_here() -> None:
    assert [row.number for row in JSON_RULES] == [f"13-{n}" for n in range(1, 9)]
    tested = set(re.findall(r"def test_13_(\d)", Path(__file__).read_text(encoding="utf-8")))
    assert tested == {row.number.removeprefix("13-") for row in JSON_RULES}


@pytest.mark.parametrize(
    "text", [b"[]", b"1", b'"x"', b"null", b"", b"{", b"\xff", b'{"a":1}{}', b"{'a':1}", b'{"a":NaN}']
)
def test_13_1_a_message_is_one_json_object(text: bytes) -> None:
    assert told(text) == "json.13-1"


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("@graph", [], f"{ROOT}/…"),
        ("@id", 7, ROOT),
        ("@type", ["fx:IncidentReportType"], ROOT),
        ("nc:Person", [{"@id": None}], f"{ROOT}/nc:Person[1]"),
        ("nc:Person", [{"@index": 1}], f"{ROOT}/nc:Person[1]"),
        ("https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/Location", [], f"{ROOT}/…"),
    ],
)
def test_13_2_a_message_is_json_ld(name: str, value: Any, path: str) -> None:
    assert told(with_member(name, value)) == f"json.13-2 {path}"


def test_13_2_a_member_stands_once() -> None:
    text = json.dumps(with_member("nc:Person", [{"nc:PersonSexCode": 1}])).encode()
    assert told(text.replace(b'{"nc:PersonSexCode": 1}', b'{"j:PersonSexCode": ["M"], "j:PersonSexCode": ["F"]}')) == (
        f"json.13-2 {ROOT}/nc:Person[1]"
    )


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("nc:Person", ["a person"], f"{ROOT}/nc:Person[1]"),
        ("fx:Handling", {"fx:PersonalInformationIndicator": 1}, f"{ROOT}/fx:Handling/fx:PersonalInformationIndicator"),
        ("nc:DocumentTitleText", [7], f"{ROOT}/nc:DocumentTitleText[1]"),
        ("nc:DocumentTitleText", [None], f"{ROOT}/nc:DocumentTitleText[1]"),
        ("nc:DocumentTitleText", [["nested"]], f"{ROOT}/nc:DocumentTitleText[1]"),
        ("nc:DocumentTitleText", ["\x00"], f"{ROOT}/nc:DocumentTitleText[1]"),
        ("nc:DocumentTitleText", ["\ud800"], f"{ROOT}/nc:DocumentTitleText[1]"),
    ],
)
def test_13_3_a_value_has_the_form_of_its_property(name: str, value: Any, path: str) -> None:
    assert told(with_member(name, value)) == f"json.13-3 {path}"


def test_13_3_what_xml_schema_says_of_it_is_said_of_the_xml_message() -> None:
    message = with_member("nc:Person", [{"j:PersonSexCode": ["Q"]}])
    faults = CHECKER.faults(JSON.from_json(json.dumps(message).encode()))
    assert [(fault.code, fault.path) for fault in faults] == [("xsd.code-list", f"{ROOT}/nc:Person/j:PersonSexCode")]


@pytest.mark.parametrize(
    "context",
    [None, "https://example.com/context.jsonld", [], {"@base": "http://x/"}, {"nc": {"@id": "x"}}, {"nc": None}],
)
def test_13_4_a_context_is_embedded_and_maps_prefixes(context: Any) -> None:
    message = small()
    message["@context"] = context
    assert told(message) == "json.13-4 @context"


def test_13_4_our_context_maps_every_namespace_of_the_model() -> None:
    used = {etree.QName(element).namespace for element in etree.fromstring(GOOD).iter("*")}
    assert small()["@context"] == CONTEXT
    assert used <= set(CONTEXT.values())


def test_13_4_prefixes_are_the_senders_own() -> None:
    """The same message under other prefixes, and with a prefix that nobody needs."""
    text = JSON.to_json(SMALL)
    message = json.loads(text.replace(b'"nc:', b'"core:'))
    message["@context"] = {**CONTEXT, "core": CONTEXT["nc"], "more": "urn:example:more"}
    assert JSON.from_json(json.dumps(message).encode()) == JSON.from_json(text)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("nc:PersonName", f"{ROOT}/nc:PersonName"),
        ("nc:NoSuchThing", f"{ROOT}/nc:NoSuchThing"),
        ("zz:Person", f"{ROOT}/zz:Person"),
        ("Person", f"{ROOT}/…"),
        ("", f"{ROOT}/…"),
        ("urn:example:Planted Secret", f"{ROOT}/…"),
        ("j:OrganizationAugmentation", f"{ROOT}/j:OrganizationAugmentation"),
        ("structures:id", f"{ROOT}/structures:id"),
        ("xsi:nil", f"{ROOT}/xsi:nil"),
    ],
)
def test_13_5_a_member_is_a_property_of_the_class(name: str, path: str) -> None:
    assert told(with_member(name, [])) == f"json.13-5 {path}"


def test_13_5_a_root_is_a_property_of_the_model() -> None:
    message = small()
    message["nc:NoSuchRoot"] = message.pop(ROOT)
    assert told(message) == "json.13-5 nc:NoSuchRoot"
    message["nc:Another"] = {}
    assert told(message) == "json.13-2"


def test_13_5_an_iri_written_out_is_the_same_property() -> None:
    message = small()
    report = message[ROOT]
    report[f"{CONTEXT['nc']}Location"] = report.pop("nc:Location")
    assert JSON.from_json(json.dumps(message).encode()) == JSON.from_json(JSON.to_json(SMALL))


def test_13_6_objects_with_the_same_id_are_one_object() -> None:
    """The first that says something is the object; one with an @id alone refers, wherever it stands."""
    message = with_member("nc:Person", [{"@id": "#p"}, {"@id": "#p", "j:PersonSexCode": ["F"]}])
    written = JSON.from_json(json.dumps(message).encode())
    assert b'<nc:Person structures:ref="p" xsi:nil="true"/><nc:Person structures:id="p"><j:PersonSexCode>F' in written
    assert CHECKER.faults(written) == ()


def test_13_7_no_id_where_the_reference_code_is_none(tmp_path: Path) -> None:
    coded = MessageChecker(coded_folder(tmp_path, LocationType="ANY"))
    text = json.dumps(with_member("nc:Person", [{"@id": "#p", "j:PersonSexCode": ["F"]}])).encode()
    written = MessageJson(coded.index).from_json(text)
    places = [fault.path for fault in coded.faults(written) if fault.code == "ndr.12-4"]
    assert f"{ROOT}/nc:Person" in places
    assert f"{ROOT}/nc:Location" not in places


def test_13_8_objects_with_the_same_id_have_a_class_in_common() -> None:
    message = with_member("nc:Person", [{"@id": "#scene"}])
    written = JSON.from_json(json.dumps(message).encode())
    assert [fault.code for fault in CHECKER.faults(written)] == ["ndr.12-10"]


# Section 14.2 -----------------------------------------------------------------------------------------------------


def with_latitude(written: str) -> bytes:
    opening = b"<nc:LatitudeDegreeValue>"
    return re.sub(opening + rb"[^<]*", opening + written.encode(), GOOD, count=1)


@pytest.mark.parametrize("written", ["45.0600", "-7", "0", "12345678901234567890.123", "1e2", "-0.0"])
def test_a_number_is_json_s_own_digit_for_digit(written: str) -> None:
    text = JSON.to_json(with_latitude(written))
    assert f'"nc:LatitudeDegreeValue":[{written}]'.encode() in text
    assert f"<nc:LatitudeDegreeValue>{written}<".encode() in JSON.from_json(text)


@pytest.mark.parametrize("written", ["+5", ".5", "5.", "007", " 5 ", "-0.", "1_0", "1" * 60, "INF", "\u0663"])
def test_a_number_that_json_cannot_write_stays_a_text(written: str) -> None:
    text = JSON.to_json(with_latitude(written))
    assert f'"nc:LatitudeDegreeValue":["{written}"]'.encode() in text
    assert f"<nc:LatitudeDegreeValue>{written}<".encode() in JSON.from_json(text)


def test_a_truth_value_is_json_s_own_and_another_way_to_write_it_a_text() -> None:
    assert b'"fx:PersonalInformationIndicator":true' in JSON.to_json(GOOD)
    document = GOOD.replace(b"<fx:PersonalInformationIndicator>true", b"<fx:PersonalInformationIndicator>1", 1)
    assert b'"fx:PersonalInformationIndicator":"1"' in JSON.to_json(document)
    assert b"<fx:PersonalInformationIndicator>1<" in JSON.from_json(JSON.to_json(document))


def test_a_repeatable_property_is_an_array_even_of_one() -> None:
    report = small()[ROOT]
    assert report["nc:DocumentSummaryText"] == ["What may be said <aloud>."]
    assert isinstance(report["fx:Handling"], dict)


def test_augmentation_elements_disappear_and_come_back() -> None:
    text = JSON.to_json(GOOD)
    assert b"Augmentation" not in text
    assert JSON.from_json(text).count(b"<fx:LocationAugmentation>") == GOOD.count(b"<fx:LocationAugmentation>") > 0


def test_an_empty_augmentation_says_nothing() -> None:
    document = SMALL.replace(b"</nc:Location>", b"<fx:LocationAugmentation/></nc:Location>", 1)
    assert CHECKER.faults(document) == ()
    assert JSON.to_json(document) == JSON.to_json(SMALL)


def test_an_object_is_identified_by_a_fragment_or_a_uri_and_referred_to_by_it_alone() -> None:
    elsewhere = b'<nc:Person structures:uri="urn:example:7" xsi:nil="true"/><nc:Location '
    document = SMALL.replace(b"<nc:Location ", elsewhere, 1)
    report = json.loads(JSON.to_json(document))[ROOT]
    assert report["nc:Person"] == [{"@id": "urn:example:7"}]
    assert report["nc:Location"][0]["@id"] == "#scene"
    assert b'structures:uri="urn:example:7" xsi:nil="true"' in JSON.from_json(JSON.to_json(document))


def test_an_object_with_nothing_but_its_id_says_its_class() -> None:
    document = SMALL.replace(b"<nc:Location ", b'<nc:Person structures:id="p"/><nc:Location ', 1)
    report = json.loads(JSON.to_json(document))[ROOT]
    assert report["nc:Person"] == [{"@type": "nc:PersonType", "@id": "#p"}]
    assert b'<nc:Person structures:id="p"/>' in JSON.from_json(JSON.to_json(document))


def test_properties_that_take_turns_carry_their_turn() -> None:
    """Circles and polygons stand for one head: their order, of which the NDR asks nothing, survives."""
    circle = b'<nc:AreaCircularRegion structures:uri="#%b"/>'
    polygon = b'<nc:AreaPolygonRegion structures:uri="#b"/>'
    area = b"<nc:LocationArea>" + circle % b"a" + polygon + circle % b"c" + b"</nc:LocationArea>"
    document = SMALL.replace(b"</nc:Address>", b"</nc:Address>" + area, 1)
    message = json.loads(JSON.to_json(document))
    (said,) = message[ROOT]["nc:Location"][0]["nc:LocationArea"]
    turns = {one["@id"]: int(one["@index"]) for name in said for one in said[name]}
    assert sorted(turns, key=turns.__getitem__) == ["#a", "#b", "#c"]
    assert JSON.to_json(JSON.from_json(JSON.to_json(document))) == JSON.to_json(document)
    assert b"@index" not in JSON.to_json(SMALL)
    said["nc:AreaPolygonRegion"][0].pop("@index")
    assert told(message).startswith(f"json.13-2 {ROOT}/nc:Location")


@pytest.fixture(scope="module")
def with_metadata(tmp_path_factory: pytest.TempPathFactory) -> MessageChecker:
    return MessageChecker(metadata_folder(tmp_path_factory.mktemp("metadata")))


def test_a_reference_attribute_is_the_object_property_that_it_stands_for(with_metadata: MessageChecker) -> None:
    converter = MessageJson(with_metadata.index)
    metadata = b'<nc:Metadata structures:id="m%d"><nc:ConfidencePercent>40</nc:ConfidencePercent></nc:Metadata>'
    document = SMALL.replace(b"<nc:Incident ", metadata % 1 + metadata % 2 + b"<nc:Incident ", 1)
    document = document.replace(b"<nc:Location ", b'<nc:Location nc:metadataRef="m1 m2" ', 1)
    document = document.replace(b"<nc:DocumentSummaryText>", b'<nc:DocumentSummaryText nc:metadataRef="m2">', 1)
    document = document.replace(b"<fx:IncidentReport ", b'<fx:IncidentReport nc:metadataRef="m1" ', 1)
    assert with_metadata.faults(document) == ()
    report = json.loads(converter.to_json(document))[ROOT]
    assert report["nc:Location"][0]["nc:Metadata"] == [{"@id": "#m1"}, {"@id": "#m2"}]
    assert report["nc:DocumentSummaryText"] == [
        {"nc:Metadata": [{"@id": "#m2"}], "nc:TextLiteral": "What may be said <aloud>."}
    ]
    # where the class has the property itself, the attribute keeps its own name
    assert [said["@id"] for said in report["nc:Metadata"]] == ["#m1", "#m2"]
    assert report["nc:metadataRef"] == [{"@id": "#m1"}]
    back = converter.from_json(converter.to_json(document))
    assert etree.tostring(etree.fromstring(back), method="c14n") == etree.tostring(
        etree.fromstring(document), method="c14n"
    )


@pytest.mark.parametrize(
    "said", [[], ["m1"], [{"@id": "http://elsewhere"}], [{"@id": "#m1", "nc:ConfidencePercent": []}]]
)
def test_a_reference_attribute_holds_references_of_the_message_alone(with_metadata: MessageChecker, said: Any) -> None:
    converter = MessageJson(with_metadata.index)
    message = json.loads(converter.to_json(SMALL))
    message[ROOT]["nc:Location"][0]["nc:Metadata"] = said
    with pytest.raises(InvalidMessage) as refused:
        converter.from_json(json.dumps(message).encode())
    assert refused.value.faults[0].path == f"{ROOT}/nc:Location[1]/nc:Metadata"


def test_no_class_of_our_schemas_has_a_property_at_two_places() -> None:
    """JSON has one name for both; a schema that grows such a class has to say which is meant."""
    shapes = Shapes(CHECKER.index)
    assert {name: shapes.of(name).doubtful for name in CHECKER.index.types if shapes.of(name).doubtful} == {}

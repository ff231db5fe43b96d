"""NIEM Naming and Design Rules 6.0, section 12: every rule for messages, by cases on both of its sides."""

import re
from pathlib import Path

import pytest
from lxml import etree
from niem_builders import CENTER, full_view
from niem_folders import XSD, coded_folder, metadata_folder

from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.message_rules import MESSAGE_RULES, REFERENCE_CODES
from gateway.niem.render import render

GOOD = render(full_view(Kind.INCIDENT), CENTER)
PERSON = b'<nc:Person structures:id="person-0">'
REFERENCE = b'<nc:Person structures:ref="person-1" xsi:nil="true"/>'
METADATA = b'<nc:Metadata structures:id="m1"><nc:ConfidencePercent>40</nc:ConfidencePercent></nc:Metadata>'
TITLE = b"<nc:DocumentTitleText>"


@pytest.fixture(scope="module")
def checker() -> MessageChecker:
    return MessageChecker(XSD)


@pytest.fixture(scope="module")
def with_metadata(tmp_path_factory: pytest.TempPathFactory) -> MessageChecker:
    """A checker over schemas that declare nc:Metadata and an augmentation with nc:metadataRef."""
    return MessageChecker(metadata_folder(tmp_path_factory.mktemp("metadata")))


def found(checker: MessageChecker, *changes: tuple[bytes, bytes]) -> set[str]:
    document = GOOD
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new, 1)
    return {fault.code for fault in checker.faults(document)}


def person_with(attribute: bytes) -> tuple[bytes, bytes]:
    return PERSON, PERSON[:-1] + b" " + attribute + b">"


def test_the_table_has_every_rule_of_the_section_and_each_open_one_is_broken_here() -> None:
    assert [row.number for row in MESSAGE_RULES] == [f"12-{n}" for n in range(1, 16)]
    tests = Path(__file__).read_text(encoding="utf-8")
    broken = set(re.findall(r"ndr\.(12-\d+)", tests))
    assert {row.number for row in MESSAGE_RULES if row.is_open} <= broken
    assert all(row.asks.endswith(".") and row.held_by for row in MESSAGE_RULES)


def test_12_1_the_root_is_a_message_of_the_exchange(checker: MessageChecker) -> None:
    document = GOOD.replace(b"fx:IncidentReport", b"nc:Report")
    assert "ndr.12-1" in {fault.code for fault in checker.faults(document)}


def test_12_2_the_message_is_schema_valid(checker: MessageChecker) -> None:
    """A schema fault is told under a code of its own: what exactly is wrong."""
    assert "xsd.element-content" in found(checker, (PERSON, PERSON + b"<nc:Person/>"))


@pytest.mark.parametrize("attribute", [b'xml:lang="en"', b'color="red"', b'xml:space="preserve"'])
def test_12_3_no_attribute_that_nobody_declared(checker: MessageChecker, attribute: bytes) -> None:
    assert "ndr.12-3" in found(checker, person_with(attribute))


def test_12_3_what_the_schema_language_itself_lets_stand_is_no_breach(checker: MessageChecker) -> None:
    location = b'<fx:IncidentReport xsi:schemaLocation="urn:nowhere nowhere.xsd"'
    assert found(checker, (b"<fx:IncidentReport", location)) == set()


def test_12_3_an_augmenting_attribute_is_allowed_where_its_record_says(with_metadata: MessageChecker) -> None:
    handling = (b"<fx:Handling>", b'<fx:Handling nc:metadataRef="m1">')
    metadata = (b"<nc:Incident ", METADATA + b"<nc:Incident ")
    literal = (TITLE, TITLE[:-1] + b' nc:metadataRef="m1">')
    association = (b"<nc:PersonResidenceAssociation>", b'<nc:PersonResidenceAssociation nc:metadataRef="m1">')
    assert found(with_metadata, metadata, handling, literal, association, person_with(b'nc:sourceURI="#x"')) == set()
    wrong_class = (b"<fx:Handling>", b'<fx:Handling nc:sourceURI="#x">')
    assert found(with_metadata, wrong_class) == {"ndr.12-3"}
    assert found(with_metadata, person_with(b'nc:remarkText="declared, but for nothing"')) == {"ndr.12-3"}


CODED = [
    ("NONE", {"ndr.12-4", "ndr.12-5", "ndr.12-6"}),
    ("REF", {"ndr.12-6"}),
    ("IDREF", {"ndr.12-6"}),
    ("URI", {"ndr.12-5"}),
    ("ANYURI", {"ndr.12-5"}),
    ("RELURI", {"ndr.12-5"}),
    ("INTERNAL", set()),
    ("ANY", set()),
]


@pytest.mark.parametrize(("code", "broken"), CODED)
def test_12_4_to_12_6_a_reference_code_says_what_may_be_referred_to(
    tmp_path: Path, code: str, broken: set[str]
) -> None:
    others = dict.fromkeys(("ActivityType", "OrganizationType", "ItemType", "LocationType"), "ANY")
    coded = MessageChecker(coded_folder(tmp_path, PersonType=code, **others))
    # what no type above it has a code for is NONE; of interest here are people
    told = {
        f.code for f in coded.faults(with_uri()) if f.path.rpartition("/")[2].startswith(("nc:Person[", "nc:EntityP"))
    }
    assert told & {"ndr.12-4", "ndr.12-5", "ndr.12-6"} == broken


def with_uri() -> bytes:
    another = b'<nc:Person structures:uri="urn:example:1"/>'
    return GOOD.replace(PERSON, another + PERSON, 1)


def test_12_4_a_code_holds_for_derived_types_and_silence_is_none(tmp_path: Path) -> None:
    """A vehicle is an item. Where one component has a code, those without one may not be referred to."""
    coded = MessageChecker(coded_folder(tmp_path, ItemType="ANY"))
    told = {fault.path.rpartition("/")[2].partition("[")[0] for fault in coded.faults(GOOD) if fault.code == "ndr.12-4"}
    assert "nc:Person" in told
    assert not {"nc:Vehicle", "nc:Item"} & told


def test_12_4_to_12_6_every_reference_code_is_tested() -> None:
    assert {code for code, _ in CODED} == set(REFERENCE_CODES)


@pytest.mark.parametrize("second", [b'structures:ref="person-1"', b'structures:uri="urn:x:1"'])
def test_12_7_only_one_of_id_ref_and_uri(checker: MessageChecker, second: bytes) -> None:
    assert "ndr.12-7" in found(checker, person_with(second))


def test_12_8_a_reference_has_its_object(checker: MessageChecker) -> None:
    assert found(checker, (REFERENCE, REFERENCE.replace(b"person-1", b"person-99"))) == {"ndr.12-8"}


def test_12_9_there_is_one_validation_root() -> None:
    """Nothing lets an element be validated by itself: there is no element wildcard, so one root for everything."""
    for path in XSD.rglob("*.xsd"):
        assert not list(etree.parse(str(path)).getroot().iter("{http://www.w3.org/2001/XMLSchema}any")), path
    assert not next(row for row in MESSAGE_RULES if row.number == "12-9").is_open


@pytest.mark.parametrize("other", [b"place-0", b"vehicle-0", b"activity-0", b"observable-1"])
def test_12_10_a_reference_leads_to_an_object_of_its_type(checker: MessageChecker, other: bytes) -> None:
    assert found(checker, (REFERENCE, REFERENCE.replace(b"person-1", other))) == {"ndr.12-10"}


def test_12_10_a_derived_type_is_an_object_of_its_type(checker: MessageChecker) -> None:
    """A vehicle is a conveyance and an item; a cyber incident is an incident and an activity."""
    good = b'<nc:Item structures:ref="vehicle-0" xsi:nil="true"/>'
    assert good in GOOD
    activity = b'<nc:Activity structures:ref="activity-0" xsi:nil="true"/>'
    assert found(checker, (activity, activity.replace(b"activity-0", b"activity-5"))) == set()


@pytest.mark.parametrize("references", [b"m1", b"m1 m2", b" m2  m1 "])
def test_12_11_a_reference_attribute_leads_to_objects_of_its_type(
    with_metadata: MessageChecker, references: bytes
) -> None:
    metadata = (b"<nc:Incident ", METADATA + METADATA.replace(b"m1", b"m2") + b"<nc:Incident ")
    assert found(with_metadata, metadata, person_with(b'nc:metadataRef="' + references + b'"')) == set()


@pytest.mark.parametrize("references", [b"m3", b"m1 m3", b"person-1", b"m1 place-0"])
def test_12_11_a_reference_attribute_that_leads_elsewhere_is_found(
    with_metadata: MessageChecker, references: bytes
) -> None:
    metadata = (b"<nc:Incident ", METADATA + b"<nc:Incident ")
    assert found(with_metadata, metadata, person_with(b'nc:metadataRef="' + references + b'"')) == {"ndr.12-11"}


@pytest.mark.parametrize("uri", ["http://a b", "urn:x:%zz", "http://a.example/{x}"])
def test_12_12_a_uri_has_the_form_of_rfc_3986(checker: MessageChecker, uri: str) -> None:
    with_it = b'<nc:Person structures:uri="' + uri.encode() + b'">'
    assert "ndr.12-12" in found(checker, (PERSON, with_it))


@pytest.mark.parametrize("uri", ["http://example.com/Person/223/", "#boogala", "urn:uuid:x", "?q=%20", ""])
def test_12_12_what_has_the_form_is_no_breach(checker: MessageChecker, uri: str) -> None:
    another = b'<nc:Person structures:uri="' + uri.encode() + b'"/>'
    assert "ndr.12-12" not in found(checker, (PERSON, another + PERSON))


def test_12_12_holds_for_every_attribute_that_is_a_uri(with_metadata: MessageChecker) -> None:
    assert "ndr.12-12" in found(with_metadata, person_with(b'nc:sourceURI="urn:x:%zz"'))


def test_12_13_an_augmentation_stands_once(checker: MessageChecker) -> None:
    twice = b"<fx:LocationAugmentation/>"
    once = b"<fx:LocationAugmentation>"
    assert found(checker, (once, twice + once)) == {"ndr.12-13"}


def test_12_13_in_a_message_with_no_other_augmentation(checker: MessageChecker) -> None:
    """The quick look at the bytes that spares small messages the walk must not miss the smallest case."""
    start, rest = GOOD.split(b"<nc:DocumentSubmitter>")
    middle = b"<nc:DocumentSubmitter><nc:EntityOrganization>%b%b</nc:EntityOrganization></nc:DocumentSubmitter>"
    for one, other in (
        (b"<j:OrganizationAugmentation/>", b"<j:OrganizationAugmentation />"),
        (
            b"<j:OrganizationAugmentation/>",
            b'<q:OrganizationAugmentation xmlns:q="https://docs.oasis-open.org/niemopen/ns/model/domains/justice/6.0/"/>',
        ),
    ):
        small = re.sub(rb"<(\w+:\w*Augmentation)>.*?</\1>", b"", start) + middle % (one, other)
        assert "ndr.12-13" in {fault.code for fault in checker.faults(small + b"</fx:IncidentReport>")}
    assert rest


@pytest.mark.parametrize("nil", [b"true", b"1", b" true "])
def test_12_14_nil_only_with_a_reference(checker: MessageChecker, nil: bytes) -> None:
    assert found(checker, (REFERENCE, b'<nc:Person xsi:nil="' + nil + b'"/>')) == {"ndr.12-14"}


def test_12_15_no_base_below_the_root(checker: MessageChecker) -> None:
    assert {"ndr.12-15", "xsd.attribute"} <= found(checker, person_with(b'xml:base="http://a.example/"'))


def test_12_15_a_base_on_the_root_breaks_another_rule(checker: MessageChecker) -> None:
    """The rule allows it; our schemas declare no such attribute, so it is there by a wildcard alone."""
    based = b'<fx:IncidentReport xml:base="http://a.example/"'
    codes = found(checker, (b"<fx:IncidentReport", based))
    assert "ndr.12-15" not in codes
    assert {"ndr.12-3", "xsd.attribute"} <= codes


def test_an_id_occurs_once(checker: MessageChecker) -> None:
    assert "ndr.duplicate-id" in found(checker, (PERSON, PERSON.replace(b"person-0", b"person-1")))

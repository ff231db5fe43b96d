"""The checker: what it finds, how it tells it, and what it never says."""

import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree
from niem_builders import CENTER, bare_record, full_record, full_view, view_of

from gateway import limits
from gateway.errors import InvalidDocument, MissingFile
from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage, MessageFault, path_of, prefixed
from gateway.niem.render import render
from gateway.niem.rules import RULES, Severity
from gateway.niem.schema_index import SchemaIndex
from gateway.niem.second_opinion import Opinion, weighed

XSD = Path(__file__).resolve().parents[2] / "xsd"


@pytest.fixture(scope="module")
def checker() -> MessageChecker:
    return MessageChecker(XSD)


GOOD = render(full_view(Kind.INCIDENT), CENTER)


def spoiled(old: bytes, new: bytes, document: bytes = GOOD) -> bytes:
    assert old in document
    return document.replace(old, new, 1)


def codes(faults: tuple[MessageFault, ...]) -> set[str]:
    return {fault.code for fault in faults}


@pytest.mark.parametrize(
    ("old", "new", "code", "expected"),
    [
        (b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot", "xsd.code-list", "'arrest'"),
        (b"<nc:PersonBirthDate><nc:Date>", b"<nc:PersonBirthDate><nc:Date>x", "xsd.value-form", "xs:date"),
        (b"<nc:LatitudeDegreeValue>", b"<nc:LatitudeDegreeValue>99", "xsd.value-range", "90"),
        (b"<fx:Handling>", b"<fx:Handling><nc:Nothing/>", "xsd.element-content", "fx:TrafficLightProtocolCode"),
        (b"<nc:PersonName>", b"<nc:PersonName>stray", "xsd.text", ""),
    ],
)
def test_a_schema_fault_is_told_with_place_and_expectation(
    checker: MessageChecker, old: bytes, new: bytes, code: str, expected: str
) -> None:
    fault = next(f for f in checker.faults(spoiled(old, new)) if f.code == code)
    assert expected in fault.expected
    assert fault.path.startswith("fx:IncidentReport/")
    assert "{" not in fault.sentence()
    assert fault.line > 0


def test_a_fault_never_repeats_a_value(checker: MessageChecker) -> None:
    secret = b"Planted-Secret-Value"
    document = spoiled(b"<nc:PersonBirthDate><nc:Date>", b"<nc:PersonBirthDate><nc:Date>" + secret)
    document = spoiled(b"<usps:StateCode>", b"<usps:StateCode>" + secret, document)
    document = spoiled(b'structures:ref="', b'structures:ref="' + secret, document)
    found = checker.faults(document)
    assert len(found) >= 3
    assert not any("Planted" in fault.sentence() for fault in found)
    assert any("characters)" in fault.found for fault in found)
    with pytest.raises(InvalidDocument) as refused:
        checker.check(full_view(Kind.INCIDENT), document)
    assert "Planted" not in str(refused.value)


def test_a_value_that_imitates_an_expectation_is_not_repeated(checker: MessageChecker) -> None:
    imitation = b"x' is not an element of the set {'Planted'}."
    found = checker.faults(spoiled(b"<usps:StateCode>", b"<usps:StateCode>" + imitation))
    assert "Planted" not in " ".join(fault.sentence() for fault in found)
    assert "xsd.code-list" in codes(found)


def test_all_faults_are_raised_together_with_a_second_opinion(checker: MessageChecker) -> None:
    document = spoiled(b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot")
    document = spoiled(b'structures:ref="', b'structures:ref="no-', document)
    with pytest.raises(InvalidMessage) as refused:
        checker.check(full_view(Kind.INCIDENT), document)
    assert {"xsd.code-list", "ndr.12-8"} <= codes(refused.value.faults)
    assert refused.value.code == "rendering.invalid"
    (code,) = [fault for fault in refused.value.faults if fault.code == "xsd.code-list"]
    assert code.opinion == "xmlschema agrees: the value is not in the list"
    assert code.opinion in code.sentence()


def test_a_good_message_becomes_a_validated_one(checker: MessageChecker) -> None:
    view = full_view(Kind.INCIDENT)
    validated = checker.check(view, GOOD)
    assert (validated.view, validated.document) == (view, GOOD)
    assert checker.second_opinion(GOOD) == ()


@pytest.mark.parametrize(
    "other",
    [
        view_of(full_record(Kind.SUSPICIOUS_ACTIVITY)),
        view_of(full_record(Kind.INCIDENT), document_id="00000000-0000-4000-8000-000000000000"),
    ],
    ids=["another kind", "another document"],
)
def test_a_message_of_another_view_is_refused(checker: MessageChecker, other: Any) -> None:
    with pytest.raises(InvalidMessage) as refused:
        checker.check(other, GOOD)
    assert "rule.view" in codes(refused.value.faults)


_CREATED = b"<nc:DocumentCreationDate>"
_BREACHES: dict[str, tuple[Kind, bytes, bytes]] = {
    "fx-1": (Kind.INCIDENT, b"urn:uuid:", b"urn:oops:"),
    "fx-2": (Kind.INCIDENT, _CREATED, _CREATED + b"<nc:DateTime>2026-01-01T00:00:00Z</nc:DateTime>"),
    "fx-3": (Kind.INCIDENT, _CREATED + b"<nc:DateTime>2026", _CREATED + b"<nc:DateTime>2027"),
    "fx-4": (Kind.INCIDENT, b">TLP:AMBER+STRICT<", b">TLP:RED<"),
    "fx-5": (Kind.INCIDENT, b"<nc:ConfidencePercent>", b"<nc:ConfidencePercent>9"),
    "fx-6": (Kind.INCIDENT, b"<fx:SourceDigestText>ab", b"<fx:SourceDigestText>AB"),
    "fx-11": (Kind.INCIDENT, b"<nc:EndDate><nc:DateTime>2026", b"<nc:EndDate><nc:DateTime>1999"),
    "fx-12": (Kind.INCIDENT, b"<nc:RangeMaximumIntegerValue>", b"<nc:RangeMaximumIntegerValue>-"),
    "fx-13": (
        Kind.INDICATOR_SET,
        b"<fx:IndicatorValidUntilDate><nc:DateTime>2026",
        b"<fx:IndicatorValidUntilDate><nc:DateTime>1999",
    ),
}


@pytest.mark.parametrize("rule", sorted(_BREACHES))
def test_a_breach_of_a_rule_is_found(checker: MessageChecker, rule: str) -> None:
    kind, old, new = _BREACHES[rule]
    document = spoiled(old, new, render(full_view(kind), CENTER))
    assert f"rule.{rule}" in codes(checker.faults(document))


@pytest.mark.parametrize(
    ("rule", "kind", "field"),
    [
        ("fx-8", Kind.INCIDENT, "activities"),
        ("fx-8", Kind.SUSPICIOUS_ACTIVITY, "activities"),
        ("fx-9", Kind.VULNERABILITY, "vulnerabilities"),
        ("fx-10", Kind.INDICATOR_SET, "indicators"),
        ("fx-7", Kind.SUSPICIOUS_ACTIVITY, "suspicious_activity"),
    ],
)
def test_a_message_without_what_its_kind_is_about_is_found(
    checker: MessageChecker, rule: str, kind: Kind, field: str
) -> None:
    empty: Any = None if field == "suspicious_activity" else ()
    record = msgspec.structs.replace(bare_record(kind), **{field: empty})
    assert f"rule.{rule}" in codes(checker.faults(render(view_of(record), CENTER)))


def test_every_rule_is_tested() -> None:
    assert {rule.id for rule in RULES} == set(_BREACHES) | {"fx-7", "fx-8", "fx-9", "fx-10"}


def test_a_warning_does_not_stop_a_message(checker: MessageChecker) -> None:
    _, old, new = _BREACHES["fx-11"]
    document = spoiled(old, new)
    assert [fault.severity for fault in checker.faults(document)] == [Severity.WARNING]
    assert checker.check(full_view(Kind.INCIDENT), document).document == document


def test_the_number_of_faults_is_limited(checker: MessageChecker) -> None:
    many = b'<nc:Person structures:ref="nobody" xsi:nil="true"/>' * 500
    found = checker.faults(spoiled(b"<nc:Person ", many + b"<nc:Person "))
    assert len(found) == limits.PROBLEMS_PER_ITEM


def test_threads_share_a_checker_and_each_gets_its_own_faults(checker: MessageChecker) -> None:
    documents = {
        "xsd.code-list": spoiled(b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot"),
        "xsd.value-form": spoiled(b"<nc:PersonBirthDate><nc:Date>", b"<nc:PersonBirthDate><nc:Date>x"),
        "": GOOD,
    }
    answers: list[tuple[str, set[str]]] = []

    def work(code: str, document: bytes) -> None:
        answers.extend((code, codes(checker.faults(document))) for _ in range(40))

    threads = [threading.Thread(target=work, args=item) for item in documents.items() for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 240
    assert [answer for answer in answers if answer[1] != ({answer[0]} if answer[0] else set())] == []


@pytest.mark.parametrize("build", [MessageChecker, SchemaIndex])
def test_a_folder_without_schemas_is_refused_with_a_remedy(build: Any, tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="gateway iepd subset"):
        build(tmp_path)


# Reports ----------------------------------------------------------------------------------------------------------


def test_a_report_says_of_each_schema_fault_whether_xmlschema_agrees(checker: MessageChecker) -> None:
    document = spoiled(b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot")
    document = spoiled(b"<nc:PersonName>", b"<nc:PersonName>stray", document)
    document = spoiled(b"<fx:Handling>", b"<fx:Handling><nc:Nothing/>", document)
    opinions = {fault.code: fault.opinion for fault in checker.report(document) if fault.code.startswith("xsd.")}
    assert opinions == {
        "xsd.code-list": "xmlschema agrees: the value is not in the list",
        "xsd.text": "xmlschema agrees: the content is not allowed",
        "xsd.element-content": "xmlschema agrees: nc:Nothing is not expected as child 1",
    }


def test_a_report_says_where_xmlschema_sees_it_otherwise(checker: MessageChecker) -> None:
    """A no-break space is text; xmlschema takes it for a blank."""
    (fault,) = checker.report(spoiled(b"<nc:PersonName>", b"<nc:PersonName>\xc2\xa0"))
    assert (fault.code, fault.opinion) == ("xsd.text", "xmlschema finds nothing here")


def test_what_xmlschema_alone_finds_is_a_warning(checker: MessageChecker) -> None:
    fault = MessageFault(code="xsd.text", problem="x", path="fx:IncidentReport/nc:Person")
    alone = Opinion("fx:IncidentReport/nc:Vehicle/nc:ItemStyleText", "the value is not in the list")
    told = weighed((fault,), (alone, Opinion("fx:IncidentReport/nc:Person", "the content is not allowed")))
    assert [(one.code, one.severity, one.opinion) for one in told] == [
        ("xsd.text", "error", "xmlschema agrees: the content is not allowed"),
        ("xmlschema.alone", "warning", "the value is not in the list"),
    ]


def test_a_report_never_repeats_a_value_of_either_validator(checker: MessageChecker) -> None:
    secret = b"Planted"
    document = GOOD
    for opening in (
        b"<nc:PersonBirthDate><nc:Date>",
        b"<usps:StateCode>",
        b"<nc:LatitudeDegreeValue>",
        b"<nc:PersonName>",
    ):
        document = spoiled(opening, opening + secret, document)
    document = spoiled(b'structures:id="', b'structures:id="' + secret + b" ", document)
    document = spoiled(b'xsi:type="', b'xsi:type="nc:' + secret, document)
    told = msgspec.json.encode(checker.report(document)).decode()
    assert told.count('"opinion":"xmlschema') >= 4
    assert "Planted" not in told


def test_a_report_as_json_has_every_part_of_a_fault(checker: MessageChecker) -> None:
    (fault,) = checker.report(spoiled(b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot"))
    facts = msgspec.json.decode(msgspec.json.encode(fault))
    assert facts.pop("line") > 0
    assert facts.pop("expected").startswith("'incident', 'call-for-service'")
    assert facts == {
        "code": "xsd.code-list",
        "problem": "the code is not in the list",
        "path": "fx:IncidentReport/nc:Incident[1]/fx:ActivityAugmentation/fx:ActivityCategoryCode",
        "found": "ri… (4 characters)",
        "severity": "error",
        "opinion": "xmlschema agrees: the value is not in the list",
    }


def test_paths_count_siblings_of_the_same_name_and_know_every_prefix(checker: MessageChecker) -> None:
    root = etree.fromstring(
        b'<a xmlns="urn:strange" xmlns:q="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"><b/><q:P/><q:P>'
        b"<b/></q:P></a>"
    )
    paths = [path_of(element) for element in root.iter("*")]
    assert paths == ["a", "a/b[1]", "a/nc:P[1]", "a/nc:P[2]", "a/nc:P[2]/b"]
    assert prefixed("{http://www.w3.org/XML/1998/namespace}base {urn:strange}x") == "xml:base x"


def test_a_path_among_a_million_siblings() -> None:
    """Once they were counted in Python, for each fault anew; `tests/fuzz` bounds what a whole report may cost."""
    root = etree.fromstring(b"<a>" + b"<b/>" * 1_000_000 + b"</a>")
    assert path_of(root[999_999]) == "a/b[1000000]"


def test_four_threads_with_four_sorts_of_faults_never_see_each_other_s(checker: MessageChecker) -> None:
    changes = {
        "xsd.code-list": (b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>riot"),
        "xsd.value-form": (b"<nc:PersonBirthDate><nc:Date>", b"<nc:PersonBirthDate><nc:Date>x"),
        "xsd.text": (b"<nc:PersonName>", b"<nc:PersonName>stray"),
        "ndr.12-8": (b'structures:ref="', b'structures:ref="no-'),
    }
    answers: dict[str, list[tuple[set[str], list[str]]]] = {code: [] for code in changes}

    def work(code: str) -> None:
        document = spoiled(*changes[code])
        for _ in range(25):
            told = checker.report(document)
            answers[code].append((codes(told), [fault.opinion for fault in told]))

    threads = [threading.Thread(target=work, args=(code,)) for code in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for code, told in answers.items():
        assert [found for found, _ in told] == [{code}] * 25
        assert len({tuple(opinions) for _, opinions in told}) == 1

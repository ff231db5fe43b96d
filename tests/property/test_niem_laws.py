"""Laws of the NIEM rendering, over random records."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, XML_TEXT, bare_record, full_record, view_of, views

from gateway.errors import RenderingError
from gateway.model.entities import Person
from gateway.model.kinds import Kind
from gateway.model.stages import View
from gateway.niem.characters import attribute_text, element_text
from gateway.niem.check import MessageChecker
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.render import render

CHECKER = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
MODEST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _errors(document: bytes) -> list[str]:
    """Faults apart from warnings: random times may end before they start."""
    return [fault.sentence() for fault in CHECKER.faults(document) if fault.severity == "error"]


@pytest.mark.parametrize("kind", [Kind.INDICATOR_SET, Kind.SUSPICIOUS_ACTIVITY])
def test_every_record_renders_to_a_valid_message(kind: Kind) -> None:
    @MODEST
    @given(views(kind))
    def law(view: View) -> None:
        rules = {"[rule.fx-3]", "[rule.fx-8]", "[rule.fx-9]"}
        document = render(view, CENTER)
        assert [fault for fault in _errors(document) if not any(rule in fault for rule in rules)] == []
        assert render(view, CENTER) == document

    law()


@settings(max_examples=150, deadline=None)
@given(XML_TEXT)
def test_text_comes_back_exactly_from_an_element(text: str) -> None:
    parsed = etree.fromstring(f"<a>{element_text(text, 'x')}</a>".encode())
    assert parsed.text == text


@settings(max_examples=150, deadline=None)
@given(XML_TEXT)
def test_text_comes_back_exactly_from_an_attribute(text: str) -> None:
    parsed = etree.fromstring(f'<a b="{attribute_text(text, "x")}"/>'.encode())
    assert parsed.get("b") == text


@settings(max_examples=150, deadline=None)
@given(XML_TEXT)
def test_escaping_agrees_with_an_element_builder(text: str) -> None:
    """The oracle is lxml's own serializer; compared in canonical form, as a signature would see it."""
    element = etree.Element("a")
    element.text = text
    ours = etree.fromstring(f"<a>{element_text(text, 'x')}</a>".encode())
    assert etree.tostring(ours, method="c14n") == etree.tostring(element, method="c14n")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=8), st.sampled_from([chr(c) for c in (*range(9), 11, 12, *range(14, 32), 0xD800, 0xFFFE)]))
def test_what_xml_cannot_carry_is_always_refused(text: str, bad: str) -> None:
    with pytest.raises(RenderingError) as refused:
        element_text(text + bad, "field")
    assert refused.value.where == "field"


@settings(max_examples=60, deadline=None)
@given(narrative=XML_TEXT, surname=XML_TEXT, label=XML_TEXT)
def test_free_text_comes_back_exactly_and_never_becomes_markup(narrative: str, surname: str, label: str) -> None:
    record = msgspec.structs.replace(
        bare_record(Kind.INCIDENT),
        narrative=narrative,
        labels=(label, "second"),
        people=(Person(ref="someone", surname=surname),),
    )
    root = etree.fromstring(render(view_of(record), CENTER))

    def said(path: str) -> list[str]:
        return [element.text for element in root.xpath(path, namespaces=NAMESPACES)]

    assert said("nc:DocumentDescriptionText") == [narrative]
    assert said("nc:DocumentKeywordText") == [label, "second"]
    assert said("//nc:PersonSurName") == [surname]
    assert not [element for element in root.iter() if not isinstance(element.tag, str)]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(RENDERED_KINDS), st.data())
def test_leaving_any_entities_and_facts_out_leaves_a_valid_message(kind: Kind, data: st.DataObject) -> None:
    """A projection may take away any optional field; what remains still renders to a valid message."""
    record = full_record(kind)
    for field in ("people", "vehicles", "places", "activities", "vulnerabilities", "organizations", "indicators"):
        kept = []
        for entity in getattr(record, field):
            empty = {name: value for name, value in _defaults(entity).items() if data.draw(st.booleans())}
            kept.append(msgspec.structs.replace(entity, **empty))
        record = msgspec.structs.replace(record, **{field: tuple(kept)})
    assert _errors(render(view_of(record), CENTER)) == []


def _defaults(entity: Any) -> dict[str, Any]:
    fields = msgspec.structs.fields(entity)
    return {field.name: field.default for field in fields if field.default is not msgspec.NODEFAULT}

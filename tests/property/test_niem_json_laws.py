"""Laws of the JSON form of messages, over random records and over mutants."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, XML_TEXT, bare_record, full_view, view_of, views
from niem_mutants import mutants, small_record

from gateway.model.kinds import Kind
from gateway.model.stages import View
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage
from gateway.niem.message_json import MessageJson
from gateway.niem.render import render

CHECKER = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
JSON = MessageJson(CHECKER.index)
MODEST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def canonical(document: bytes) -> bytes:
    return bytes(etree.tostring(etree.fromstring(document), method="c14n"))


def errors(document: bytes) -> list[str]:
    return [fault.code for fault in CHECKER.faults(document) if fault.severity == "error"]


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_every_message_comes_back_from_json(kind: Kind) -> None:
    @MODEST
    @given(views(kind))
    def law(view: View) -> None:
        document = render(view, CENTER)
        text = JSON.to_json(document)
        json.loads(text)
        assert canonical(JSON.from_json(text)) == canonical(document)

    law()


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_the_largest_and_the_smallest_messages_come_back(kind: Kind) -> None:
    for view in (full_view(kind), view_of(bare_record(kind)), view_of(bare_record(kind), releasable_text=None)):
        document = render(view, CENTER)
        assert canonical(JSON.from_json(JSON.to_json(document))) == canonical(document)


@settings(max_examples=60, deadline=None)
@given(XML_TEXT)
def test_text_comes_back_exactly(text: str) -> None:
    document = render(view_of(bare_record(Kind.VULNERABILITY), releasable_text=text), CENTER)
    written = JSON.to_json(document)
    assert text in json.loads(written)["fx:VulnerabilityReport"]["nc:DocumentSummaryText"]
    assert canonical(JSON.from_json(written)) == canonical(document)


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_valid_mutant_says_the_same_on_the_way_back_and_forth(kind: Kind) -> None:
    """Of odd messages something insignificant may not come back; what comes back is valid and says the same.

    Of an invalid one, what has names of the model can still be converted, and can be judged on the other side.
    """
    document = render(view_of(small_record(kind)), CENTER)
    converted = sound = refused = 0
    for done, mutant in mutants(document, 300, seed=20261122):
        faulty = errors(mutant)
        try:
            text = JSON.to_json(mutant)
            back = JSON.from_json(text)
        except InvalidMessage:
            refused += 1 if faulty else 1000  # a valid message is never refused
            continue
        converted += 1
        if not faulty:
            sound += 1
            assert JSON.to_json(back) == text, done
            assert errors(back) == [], done
    assert converted > 100
    assert sound > 20
    assert refused < 1000


def _resorted(value: Any, data: st.DataObject) -> Any:
    if isinstance(value, dict):
        names = data.draw(st.permutations(sorted(value)))
        return {name: _resorted(value[name], data) for name in names}
    return [_resorted(item, data) for item in value] if isinstance(value, list) else value


def _sorted(text: bytes) -> str:
    return json.dumps(json.loads(text), sort_keys=True)


@settings(MODEST, max_examples=10)
@given(st.sampled_from(RENDERED_KINDS), st.data())
def test_the_order_of_members_has_no_meaning(kind: Kind, data: st.DataObject) -> None:
    """A tool may write the members of an object in any order: the message stays valid and says the same."""
    text = JSON.to_json(render(view_of(small_record(kind)), CENTER))
    back = JSON.from_json(json.dumps(_resorted(json.loads(text), data)).encode())
    assert errors(back) == []
    assert _sorted(JSON.to_json(back)) == _sorted(text)

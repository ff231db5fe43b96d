"""Hostile JSON ends in one clear fault with a path, in bounded time and memory; nothing is fetched or followed."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limited_process import limited
from niem_builders import CENTER, RENDERED_KINDS, full_view, view_of
from niem_mutants import small_record

from gateway import limits
from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage
from gateway.niem.message_json import MessageJson
from gateway.niem.render import render

CHECKER = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
JSON = MessageJson(CHECKER.index)
GOOD = JSON.to_json(render(full_view(Kind.INDICATOR_SET), CENTER))
CONTEXT = json.dumps(CHECKER.index.namespaces)


def message(content: str) -> bytes:
    return f'{{"@context":{CONTEXT},"fx:IncidentReport":{content}}}'.encode()


HOSTILE = {
    "deep arrays": lambda: message('{"nc:Person":' + "[" * 150_000 + "]" * 150_000 + "}"),
    "deep objects": lambda: message('{"nc:Person":' * 150_000),
    "unclosed": lambda: message("[" * 1_000),
    "very many brackets": lambda: b"[" * (limits.JSON_BYTES - 1),
    "very many values": lambda: message("[" + "0," * 8_000_000 + "0]"),
    "too large": lambda: message('"' + "x" * limits.JSON_BYTES + '"'),
    "a long text": lambda: message('{"nc:DocumentTitleText":["' + "x" * 30_000_000 + '"]}'),
    "a long number": lambda: message('{"nc:Person":' + "9" * 5_000_000 + "}"),
    "a number without end": lambda: message('{"nc:Person":1e' + "9" * 5_000_000 + "}"),
    "many backslashes": lambda: message('"' + "\\" * 5_000_001),
    "many quotes": lambda: message('"' * 5_000_001),
    "a long name": lambda: message('{"nc:' + "x" * 5_000_000 + '":1}'),
    "an unfinished escape": lambda: message('"\\u12'),
    "a remote context": lambda: b'{"@context":"http://127.0.0.1:9/x","fx:IncidentReport":{}}',
    "an imported context": lambda: b'{"@context":{"@import":"http://127.0.0.1:9/x"},"fx:IncidentReport":{}}',
    "many references": lambda: message('{"nc:Person":[' + ",".join(['{"@id":"#p"}'] * 60_000) + "]}"),
    "many prefixes": lambda: ('{"@context":{' + ",".join(f'"p{i}":"urn:{i}"' for i in range(90_000)) + "}}").encode(),
}


def read(name: str) -> str:
    """What a child process with little memory and time says of one of them."""
    text = HOSTILE[name]()
    try:
        document = JSON.from_json(text)
    except InvalidMessage as refused:
        (fault,) = refused.faults
        return f"{fault.code} {len(str(refused)) < 600}"
    return " ".join(sorted({fault.code for fault in CHECKER.faults(document)}))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_refused_in_bounded_time_and_memory(name: str) -> None:
    told = limited(read, name)
    if name == "a long text":
        assert told.startswith("xml.too-large")
    elif name == "many references":
        assert told == "xml.too-wide"
    else:
        assert told in {f"json.13-{n} True" for n in (1, 2, 3, 4, 5)}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidMessage):
        JSON.from_json(data)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["#p", "nc:Person"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@id", "@type", "@index", "@value", "nc:Person", "nc:PersonName", "nc:TextLiteral", "x", "nc:"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_any_value_as_a_message_is_refused_or_is_xml_that_can_be_judged(value: object) -> None:
    text = message(json.dumps(value))
    try:
        document = JSON.from_json(text)
    except InvalidMessage:
        return
    CHECKER.faults(document)


def _damaged(text: bytes, seed: int, count: int) -> list[bytes]:
    chance = random.Random(seed)
    scraps = [
        b"",
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"1e999",
        b"\\u0000",
        b"\\ud800",
        b"\xff",
        b"@id",
        b"#",
    ]
    made = []
    for _ in range(count):
        mutant = bytearray(text)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(mutant))
            mutant[place : place + chance.choice([0, 1, 2, 30])] = chance.choice(scraps)
        made.append(bytes(mutant))
    return made


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_damage_anywhere_is_refused_or_gives_xml_that_can_be_judged(kind: Kind) -> None:
    text = JSON.to_json(render(view_of(small_record(kind)), CENTER))
    for mutant in _damaged(text, seed=13, count=150):
        try:
            document = JSON.from_json(mutant)
        except InvalidMessage as refused:
            (fault,) = refused.faults
            assert fault.code.startswith("json.13-")
            continue
        CHECKER.faults(document)

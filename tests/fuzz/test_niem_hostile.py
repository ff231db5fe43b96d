"""Hostile documents end in one clear fault, in bounded time and memory: nothing is expanded, fetched or followed.

What could take much of either is checked in a child process that may have little of both.
"""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limited_process import limited
from niem_builders import CENTER, bare_record, full_view, view_of

from gateway import limits
from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage
from gateway.niem.message_json import MessageJson
from gateway.niem.render import render

CHECKER = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
JSON = MessageJson(CHECKER.index)
GOOD = render(full_view(Kind.INDICATOR_SET), CENTER)
SMALL = render(view_of(bare_record(Kind.INCIDENT)), CENTER)
END = b"</fx:IncidentReport>"
CHECKER.report(SMALL.replace(b"<fx:Handling>", b"<fx:Handling>x", 1))  # compiled here, for every child process

_ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(12))
_BOMB = f"<!DOCTYPE a [{_ENTITIES}]><a>&e11;</a>"


def _encoded(text: str, encoding: str, declared: str) -> bytes:
    return f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)


REFUSED: dict[str, tuple[bytes, str]] = {
    "entity bomb": (_BOMB.encode(), "xml.doctype"),
    "entity bomb after a byte order mark": (b"\xef\xbb\xbf" + _BOMB.encode(), "xml.doctype"),
    "entity bomb in UTF-16": (_BOMB.encode("utf-16"), "xml.malformed"),
    "entity bomb in big-endian UTF-16": (b"\xfe\xff" + _BOMB.encode("utf-16-be"), "xml.malformed"),
    "entity bomb in a declared UTF-16 without a mark": (_encoded(_BOMB, "utf-16-le", "UTF-16LE"), "xml.malformed"),
    "entity bomb in UTF-32": (_BOMB.encode("utf-32"), "xml.malformed"),
    "entity bomb in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "xml.malformed"),
    "entity bomb in EBCDIC": (_encoded(_BOMB, "cp037", "cp037"), "xml.malformed"),
    "quadratic blowup": (
        b'<!DOCTYPE a [<!ENTITY e "' + b"x" * 100_000 + b'">]><a>' + b"&e;" * 50_000 + b"</a>",
        "xml.doctype",
    ),
    "parameter entities": (
        b"<!DOCTYPE a [<!ENTITY % p \"<!ENTITY q 'x'>\"> %p; %p;]><a>&q;</a>",
        "xml.doctype",
    ),
    "external parameter entity": (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><a/>', "xml.doctype"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "xml.doctype"),
    "external DTD": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/none.dtd"><a/>', "xml.doctype"),
    "public DTD": (b'<!DOCTYPE a PUBLIC "-//X//Y" "http://127.0.0.1:9/none.dtd"><a/>', "xml.doctype"),
    "undefined entity": (b"<a>&nothing;</a>", "xml.malformed"),
    "deep nesting": (b"<a>" * 100_000, "xml.malformed"),
    "deep and closed": (b"<a>" * 5_000 + b"</a>" * 5_000, "xml.malformed"),
    "a million nested elements": (b"<a>" * 1_000_000 + b"</a>" * 1_000_000, "xml.too-large"),
    "too large": (b"<a>" + b" " * limits.XML_BYTES + b"</a>", "xml.too-large"),
    "a name of a megabyte": (b"<" + b"n" * 1_000_000 + b"/>", "xml.malformed"),
    "an attribute name of a megabyte": (b"<a " + b"n" * 1_000_000 + b"=''/>", "xml.malformed"),
    "a namespace prefix of a megabyte": (b"<" + b"n" * 1_000_000 + b":a/>", "xml.malformed"),
    "an attribute value of 15 megabytes": (b'<a b="' + b"x" * 15_000_000 + b'"/>', "xml.malformed"),
    "a text node of 15 megabytes": (b"<a>" + b"x" * 15_000_000 + b"</a>", "xml.malformed"),
    "a comment of 15 megabytes": (b"<a><!--" + b"x" * 15_000_000 + b"--></a>", "xml.malformed"),
    "a CDATA section without end": (b"<a><![CDATA[" + b"x" * 9_000_000, "xml.malformed"),
    "empty": (b"", "xml.malformed"),
    "no XML": (b"\x00\xff\xfe plain", "xml.malformed"),
    "two roots": (b"<a/><b/>", "xml.malformed"),
    "text before the declaration": (b"<!-- x --><?xml version='1.0'?><a/>", "xml.malformed"),
    "another vocabulary": (b"<a xmlns='urn:x'/>", "ndr.12-1"),
    "a million siblings": (SMALL.replace(END, b"<nc:Person/>" * 1_000_000 + END), "xml.too-large"),
    "a hundred thousand siblings": (SMALL.replace(END, b"<nc:Person/>" * 100_000 + END), "xml.too-wide"),
    "wide below": (
        SMALL.replace(b"<fx:Handling>", b"<fx:Handling>" + b"<a/>" * (limits.MESSAGE_SIBLINGS + 1), 1),
        "xml.too-wide",
    ),
}


def codes_of(name: str) -> set[str]:
    document, _ = REFUSED[name]
    return {fault.code for fault in CHECKER.report(document)}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_document_is_refused_in_bounded_time_and_memory(name: str) -> None:
    assert REFUSED[name][1] in limited(codes_of, name)


def _inside(content: bytes) -> bytes:
    return SMALL.replace(END, content + END)


FAULTY: dict[str, Callable[[], bytes]] = {
    "as many faulty siblings as may be": lambda: _inside(
        b'<nc:ActivityItemAssociation><nc:Activity q=""/></nc:ActivityItemAssociation>' * (limits.MESSAGE_SIBLINGS - 20)
    ),
    "a million attributes": lambda: SMALL.replace(
        b"<fx:Handling>", b"<fx:Handling " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b">", 1
    ),
    "a hundred thousand attributes of the root": lambda: SMALL.replace(
        b"<fx:IncidentReport", b"<fx:IncidentReport " + b" ".join(b'a%d=""' % n for n in range(100_000)), 1
    ),
    "fifty thousand namespaces": lambda: SMALL.replace(
        b"<fx:Handling>", b"<fx:Handling " + b" ".join(b'xmlns:a%d="urn:%d"' % (n, n) for n in range(50_000)) + b">", 1
    ),
    "names of 40 kilobytes": lambda: _inside(b"<nc:" + b"n" * 40_000 + b"/>"),
    "references in a chain": lambda: _inside(
        b"".join(b'<nc:Person structures:ref="p%d" xsi:nil="true"/>' % n for n in range(15_000))
    ),
    "very many references to one": lambda: _inside(b'<nc:Location structures:ref="scene" xsi:nil="true"/>' * 15_000),
    "the same id everywhere": lambda: _inside(b'<nc:Person structures:id="p"/>' * 15_000),
    "an id of nine megabytes": lambda: _inside(b'<nc:Person structures:ref="' + b"x" * 9_000_000 + b'"/>'),
    "a reference to nine megabytes of names": lambda: _inside(
        b'<nc:Person xsi:type="nc:' + b"x" * 9_000_000 + b'"/>'
    ),
    "a URI of nine megabytes": lambda: _inside(b'<nc:Person structures:uri="' + b"%2" * 4_500_000 + b'"/>'),
    "a code of nine megabytes": lambda: SMALL.replace(
        b"Code>green", b"Code>" + b"g" * 9_000_000, 1
    ),
    "a number of nine megabytes": lambda: _inside(
        b"<nc:Location><nc:LocationDescriptionText>x</nc:LocationDescriptionText></nc:Location>"
    ).replace(b"<nc:LatitudeDegreeValue>", b"<nc:LatitudeDegreeValue>" + b"9" * 9_000_000, 1),
    "processing instructions": lambda: _inside(b"<?xml-stylesheet href='http://127.0.0.1:9/x'?>" * 40_000),
    "comments": lambda: _inside(b"<!-- x -->" * 60_000),
    "deep inside": lambda: _inside(b"<nc:Person>" * 200 + b"</nc:Person>" * 200),
}  # fmt: skip


def judged(name: str) -> tuple[int, bool, int]:
    """How many faults, whether each is told in few words, and how the converter ends."""
    document = FAULTY[name]()
    faults = CHECKER.report(document)
    try:
        converted = len(JSON.to_json(document))
    except InvalidMessage as refused:
        converted = -len(refused.faults)
    return len(faults), all(len(fault.sentence()) < 100_000 for fault in faults), converted


@pytest.mark.parametrize("name", FAULTY)
def test_a_costly_document_is_judged_in_bounded_time_and_memory(name: str) -> None:
    number, is_short, converted = limited(judged, name)
    assert number <= 2 * limits.PROBLEMS_PER_ITEM
    assert is_short
    assert converted
    harmless = {"processing instructions", "comments", "very many references to one", "fifty thousand namespaces"}
    assert bool(number) == (name not in harmless)


def test_a_gigabyte_is_refused_by_its_size() -> None:
    def refuse() -> str:
        (fault,) = CHECKER.report(bytes(1_000_000_000))
        return fault.code

    assert limited(refuse, megabytes=1200) == "xml.too-large"


@pytest.mark.parametrize(
    "attribute",
    [
        'xsi:schemaLocation="https://fusion-exchange.example/niem/exchange/1.0/ {address}/x.xsd"',
        'xsi:noNamespaceSchemaLocation="{address}/x.xsd"',
        'xmlns:xi="http://www.w3.org/2001/XInclude" xml:base="{address}/"',
    ],
)
def test_nothing_is_fetched(attribute: str) -> None:
    """Whatever a message points at, nobody calls there."""
    calls: list[str] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def wait() -> None:
            try:
                listener.accept()
                calls.append("called")
            except OSError:
                pass

        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        rooted = SMALL.replace(
            b"<fx:IncidentReport", f"<fx:IncidentReport {attribute.format(address=address)}".encode(), 1
        )
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}/x" parse="text"/>'.encode()
        CHECKER.report(rooted)
        CHECKER.report(rooted.replace(b"<fx:Handling>", include + b"<fx:Handling>", 1))
        listener.shutdown(socket.SHUT_RDWR)
    waiting.join(5)
    assert calls == []


def test_an_inclusion_is_an_element_out_of_place() -> None:
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>'
    faults = CHECKER.faults(SMALL.replace(b"<fx:Handling>", include + b"<fx:Handling>", 1))
    assert {(fault.code, fault.path) for fault in faults} == {
        ("xsd.element-content", "fx:IncidentReport/include"),
        ("ndr.12-3", "fx:IncidentReport/include"),
    }


def test_an_included_schema_location_is_not_followed() -> None:
    document = GOOD.replace(
        b"<fx:IndicatorReport", b'<fx:IndicatorReport xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"', 1
    )
    assert CHECKER.faults(document) == ()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_faults(data: bytes) -> None:
    assert CHECKER.faults(data) != ()
    with pytest.raises(InvalidMessage):
        JSON.to_json(data)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_damage_anywhere_never_breaks_the_checker(position: int, damage: bytes) -> None:
    found = CHECKER.faults(GOOD[:position] + damage + GOOD[position + 1 :])
    assert all(fault.code.split(".")[0] in ("xml", "xsd", "ndr", "rule") for fault in found)

"""Hostile documents end in one clear fault, quickly: nothing is expanded, fetched or followed."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from niem_builders import CENTER, full_view

from gateway import limits
from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.render import render

CHECKER = MessageChecker(Path(__file__).resolve().parents[2] / "xsd")
GOOD = render(full_view(Kind.INDICATOR_SET), CENTER)

_ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(12))
_BOMB = f"<!DOCTYPE a [{_ENTITIES}]><a>&e11;</a>"

HOSTILE: dict[str, tuple[bytes, str]] = {
    "entity bomb": (_BOMB.encode(), "xml.doctype"),
    "entity bomb in UTF-16": (_BOMB.encode("utf-16"), "xml.malformed"),
    "entity bomb in a declared UTF-16 without a mark": (
        f'<?xml version="1.0" encoding="UTF-16LE"?>{_BOMB}'.encode("utf-16-le"),
        "xml.malformed",
    ),
    "entity bomb in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "xml.malformed"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "xml.doctype"),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/none.dtd"><a/>', "xml.doctype"),
    "undefined entity": (b"<a>&nothing;</a>", "xml.malformed"),
    "deep nesting": (b"<a>" * 100_000, "xml.malformed"),
    "deep and closed": (b"<a>" * 5_000 + b"</a>" * 5_000, "xml.malformed"),
    "too large": (b"<a>" + b" " * limits.XML_BYTES + b"</a>", "xml.too-large"),
    "empty": (b"", "xml.malformed"),
    "no XML": (b"\x00\xff\xfe plain", "xml.malformed"),
    "two roots": (b"<a/><b/>", "xml.malformed"),
    "text before the declaration": (b"<!-- x --><?xml version='1.0'?><a/>", "xml.malformed"),
    "another vocabulary": (b"<a xmlns='urn:x'/>", "ndr.12-1"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_quickly(name: str) -> None:
    document, code = HOSTILE[name]
    start = time.perf_counter()
    found = CHECKER.faults(document)
    assert time.perf_counter() - start < 2
    assert code in {fault.code for fault in found}


def test_an_included_schema_location_is_not_followed() -> None:
    document = GOOD.replace(
        b"<fx:IndicatorReport", b'<fx:IndicatorReport xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"', 1
    )
    assert CHECKER.faults(document) == ()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_faults(data: bytes) -> None:
    assert CHECKER.faults(data) != ()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=3))
def test_damage_anywhere_never_breaks_the_checker(position: int, damage: bytes) -> None:
    found = CHECKER.faults(GOOD[:position] + damage + GOOD[position + 1 :])
    assert all(fault.code.split(".")[0] in ("xml", "xsd", "ndr", "rule") for fault in found)

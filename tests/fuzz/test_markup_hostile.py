"""Hostile XML deliveries: refused or set aside in bounded time and memory; nothing is expanded, fetched or followed."""

from collections.abc import Callable, Iterator

import pytest
from limited_process import limited
from mapping_builders import delivery

from gateway import adapters, limits
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import XmlSpec
from gateway.model.content import Content
from gateway.model.stages import NativeRecord, Received

SPEC = XmlSpec.model_validate({"items": "a:r/a:i", "namespaces": {"a": "urn:example:a"}})
READING = Reading(format="xml", xml=SPEC, columns=("a:t", "@n"))
START, END = b'<r xmlns="urn:example:a">', b"</r>"

_ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "lol"}">' for i in range(12))
_BOMB = f'<!DOCTYPE r [{_ENTITIES}]><r xmlns="urn:example:a"><i><t>&e11;</t></i></r>'


def stretched(before: bytes, piece: bytes, times: int, after: bytes) -> Content:
    """A content that is made while it is read: the same piece very many times between a head and a tail."""
    size = len(before) + len(piece) * times + len(after)

    def pieces(start: int, stop: int) -> Iterator[bytes]:
        yield before[start:stop]
        low, high = max(start - len(before), 0), min(stop - len(before), len(piece) * times)
        if low < high:
            first = low // len(piece)
            repeated = piece * (-(-high // len(piece)) - first)
            yield repeated[low - first * len(piece) : high - first * len(piece)]
        behind = len(before) + len(piece) * times
        yield after[max(start - behind, 0) : max(stop - behind, 0)]

    return Content(size, lambda start, stop: b"".join(pieces(start, stop)))


def told(content: Content) -> str:
    """What becomes of a delivery: how many records and other items, or why it was refused."""
    received: Received = delivery(b"")
    received = Received(
        receipt=received.receipt,
        feed=received.feed,
        file_name=received.file_name,
        sha256="0" * 64,
        received=received.received,
        content=content,
    )
    records = others = 0
    try:
        for item in adapters.read(received, READING):
            records += isinstance(item, NativeRecord)
            others += not isinstance(item, NativeRecord)
    except UnreadableDelivery as refused:
        return f"refused: {refused.problem}" if refused.remedy else "refused without a word"
    return f"{records} records, {others} others"


GIGABYTE = 1_000_000_000
HOSTILE: dict[str, tuple[Callable[[], Content], str]] = {
    "entity bomb": (lambda: Content.of(_BOMB.encode()), "refused: the file has a document type"),
    "entity bomb in UTF-16": (lambda: Content.of(_BOMB.encode("utf-16")), "refused: the file has a document type"),
    "entity bomb in UTF-16 without a mark": (
        lambda: Content.of(f'<?xml version="1.0" encoding="UTF-16"?>{_BOMB}'.encode("utf-16-le")),
        "refused",
    ),
    "entity bomb in UTF-7": (
        lambda: Content.of(b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-<r/>'),
        "refused: the file is written in an encoding",
    ),
    "parameter entities": (
        lambda: Content.of(b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>' + START + END),
        "refused: the file has a document type",
    ),
    "an inclusion": (
        lambda: Content.of(
            START + b'<i><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/></i>' + END
        ),
        "1 records, 0 others",
    ),
    "a million nested elements": (
        lambda: stretched(START + b"<i>", b"<t>", 1_000_000, b""),
        "refused: elements are nested more than",
    ),
    "a text of a gigabyte outside the items": (
        lambda: stretched(START, b"x" * 1000, GIGABYTE // 1000, END),
        "0 records",
    ),
    "a comment of a gigabyte": (
        lambda: stretched(START + b"<!--", b"x" * 1000, GIGABYTE // 1000, b"-->" + END),
        "refused: a tag or a comment",
    ),
    "a text of 200 megabytes in an item": (
        lambda: stretched(START + b"<i><t>", b"x" * 1000, 200_000, b"</t></i><i n='1'/>" + END),
        "1 records, 1 others",
    ),
    "three hundred thousand attributes": (
        lambda: Content.of(START + b"<i " + b" ".join(b"a%d=''" % n for n in range(300_000)) + b"/>" + END),
        "0 records, 1 others",
    ),
    "two hundred thousand items": (lambda: stretched(START, b"<i/>", 200_000, END), "200000 records, 0 others"),
    "a million siblings in an item": (
        lambda: stretched(START + b"<i>", b"<t/>", 1_000_000, b"</i>" + END),
        "0 records, 1 others",
    ),
    "a name of ten megabytes": (lambda: stretched(START + b"<", b"n" * 1000, 10_000, b"/>" + END), "refused"),
    "very many namespaces around very many items": (
        lambda: Content.of(
            b"<r xmlns='urn:example:a' "
            + b" ".join(b"xmlns:p%d='urn:%d'" % (n, n) for n in range(100_000))
            + b">"
            + b"<i xmlns:q='urn:q'/>" * 100_000
            + END
        ),
        f"refused: more than {limits.XML_NAMESPACES} namespaces",
    ),
    "a namespace of a megabyte around very many items": (
        lambda: Content.of(
            b"<r xmlns='urn:example:a' xmlns:p='urn:" + b"x" * 1_000_000 + b"'>" + b"<i/>" * 100_000 + END
        ),
        "refused: a namespace",
    ),
    "a tag of ten megabytes": (
        lambda: Content.of(START + b"<i a='" + b"x" * 10_000_000 + b"'/>" + END),
        "refused: a tag or a comment",
    ),
    "processing instructions": (lambda: stretched(START, b"<?x y?>", 2_000_000, b"<i/>" + END), "1 records, 0 others"),
    "a declaration that never ends": (lambda: stretched(b"<?xml ", b" " * 1000, 100_000, b""), "refused"),
}


def outcome(name: str) -> str:
    return told(HOSTILE[name][0]())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_delivery_ends_in_bounded_time_and_memory(name: str) -> None:
    said = limited(outcome, name, seconds=40)
    assert said.startswith(HOSTILE[name][1])
    assert said != "refused without a word"

"""Laws of the reader: any bytes end in items or in one clear refusal, and no byte is lost."""

import csv
import io
import random
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from mapping_builders import delivery

from gateway import adapters
from gateway.adapters.delimited import Header, walk
from gateway.errors import UnreadableDelivery
from gateway.mapping import Reading
from gateway.mapping.layouts import CodedTextSpec, Hl7Spec
from gateway.model.stages import NativeRecord, Skipped, Unreadable

READINGS = [
    Reading(format="delimited", encodings=("utf-8-sig", "windows-1252")),
    Reading(format="delimited", encodings=("utf-8",), comment="#"),
    Reading(format="delimited", encodings=("ascii",), delimiter="\t", quote=None, header=("a", "b")),
    Reading(format="delimited", encodings=("iso-8859-1",), delimiter=";", quote="'"),
]
HOSTILE = st.lists(
    st.sampled_from(
        [
            b"a,b",
            b"1,2",
            b'"',
            b'""',
            b",",
            b"\n",
            b"\r\n",
            b"\r",
            b"\0",
            b"\xff",
            b"\xc3\xab",
            b"#",
            b"'",
            b";",
            b"\t",
            b" ",
            b"\xef\xbb\xbf",
            b'"x\ny"',
        ]
    ),
    max_size=40,
).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(content=HOSTILE | st.binary(max_size=300), reading=st.sampled_from(READINGS))
@example(content=b"", reading=READINGS[0])
@example(content=b'a,b\n"', reading=READINGS[0])
def test_any_bytes_end_in_items_or_one_refusal_and_none_is_lost(content: bytes, reading: Reading) -> None:
    received = delivery(content)
    try:
        walked = list(walk(received, reading))
    except UnreadableDelivery:
        return
    assert b"".join(item.raw for item in walked) == content
    headers = [item for item in walked if isinstance(item, Header)]
    assert len(headers) == (0 if reading.header else 1)
    read = list(adapters.read(received, reading))
    assert read == [item for item in walked if not isinstance(item, Header)]
    assert all(isinstance(item, NativeRecord | Skipped | Unreadable) for item in read)
    columns = adapters.header(received, reading)
    assert all(tuple(item.fields) == columns for item in read if isinstance(item, NativeRecord))
    line = 1
    for item in walked:
        assert item.line == line
        line += max(1, item.raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n"))


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cs",)), min_size=0, max_size=12
)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8), end=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_is_read_back(rows: list[tuple[str, str, str]], end: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(("one", "two", "three"))
    writer.writerows(rows)
    read = list(adapters.read(delivery(text.getvalue().encode()), READINGS[0]))
    assert len(read) == len(rows)
    for row, item in zip(rows, read, strict=True):
        if isinstance(item, NativeRecord):
            assert tuple(item.fields.values()) == row
        else:
            assert isinstance(item, Skipped)
            assert not any(cell.strip() for cell in row) or tuple(c.strip() for c in row) == ("one", "two", "three")


TEXTS = {
    "hl7v2": Reading(
        format="hl7v2",
        encodings=("utf-8-sig", "windows-1252"),
        columns=("PID-5.1", "OBX(A)-5", "DG1[*]-3.1", "PID-3[*].1"),
        groups=("DG1[*]",),
        hl7=Hl7Spec(named={"OBX": "3.1"}),
    ),
    "coded-text": Reading(
        format="coded-text",
        encodings=("ascii",),
        columns=("MKE", "NAM[*]"),
        text=CodedTextSpec(codes=("MKE", "NAM", "RMK"), starts=("MKE",), continues=("RMK",)),
    ),
    "paragraphs": Reading(format="coded-text", encodings=("ascii",), text=CodedTextSpec(codes=("MKE", "NAM"))),
}
PIECES = {
    "hl7v2": ["MSH|^~\\&|", "MSH", "PID|1||7^^^A&B~8", "OBX|1||A||x", "DG1|1", "BHS|", "BTS|1", "\x0b", "\x1c", "~"],
    "coded-text": ["MKE/", "NAM/X", "RMK/one", "XYZ/1", "words", "/", " ", "\t", "\ufeff"],
}  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(data=st.data(), sort=st.sampled_from(sorted(TEXTS)))
def test_any_text_ends_in_items_or_one_refusal_and_none_is_lost(data: st.DataObject, sort: str) -> None:
    """Messages and paragraphs: the items' bytes, one after the other, are the delivery; their lines say where."""
    pieces = [piece.encode() for piece in PIECES["hl7v2" if sort == "hl7v2" else "coded-text"]]
    content = data.draw(
        st.lists(st.sampled_from([*pieces, b"\r", b"\n", b"\r\n", b"\xff", b"\0"]), max_size=60).map(b"".join)
        | st.binary(max_size=200)
    )
    received = delivery(content)
    try:
        items = list(adapters.read(received, TEXTS[sort]))
    except UnreadableDelivery:
        return
    assert b"".join(item.raw for item in items) == content
    line = 1
    for item in items:
        assert item.line == line
        line += len(re.findall(rb"\r\n|\r|\n", item.raw))
        assert isinstance(item, NativeRecord | Skipped | Unreadable)
    assert adapters.header(received, TEXTS[sort]) or content


def test_seeded_mutants_of_a_sample_lose_no_byte() -> None:
    from mapping_builders import SAMPLES

    chance = random.Random(20300801)
    for path in sorted(SAMPLES.glob("*.csv")):
        whole = path.read_bytes()
        for _ in range(60):
            mutant = bytearray(whole)
            for _ in range(chance.randint(1, 12)):
                place = chance.randrange(len(mutant))
                mutant[place : place + chance.randint(0, 3)] = chance.choice(
                    [b'"', b"\n", b"\r", b",", b"\0", b"\xff", b"", b'""', b"\x80"]
                )
            try:
                walked = list(walk(delivery(bytes(mutant)), READINGS[0]))
            except UnreadableDelivery:
                continue
            assert b"".join(item.raw for item in walked) == bytes(mutant)

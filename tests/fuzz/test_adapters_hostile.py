"""Mutants of the bundled samples: each ends in records, quarantine or one clear refusal, soon, whatever the format."""

import io
import random
import resource
import time
import zipfile
from collections.abc import Iterator

import pytest
from mapping_builders import IDS, MAPPINGS, SAMPLES, delivery

from gateway import adapters
from gateway.errors import UnreadableDelivery
from gateway.mapping import Mapped, Rejected, load_mappings
from gateway.model.stages import NativeRecord, Skipped, Unreadable

SHIPPED = load_mappings([MAPPINGS])
FILES = {path.stem: path for path in sorted(SAMPLES.iterdir()) if path.stem in SHIPPED}
SCRAPS = [
    b"", b"\n", b"\r\n", b'"', b"'", b"{", b"}", b"[", b"]", b":", b",", b"<", b">", b"</", b"/>", b"&amp;", b"&x;",
    b"<!--", b"-->", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml version='1.0'?>", b"\\u0000", b"\\ud800",
    b"null", b"NaN", b"1e999", b"9" * 60, b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xfe\xff", b" " * 30, b"9999", b"0000",
]  # fmt: skip
SECONDS = 1.0
"""No mutant of a sample, a few kilobytes long, takes as much processor time; the usual one takes some milliseconds."""
MEGABYTES = 256
"""No mutant takes as much more memory than the process had; the usual one takes next to none."""


def mutants(content: bytes, seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        mutant = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(mutant) + 1)
            match chance.randrange(4):
                case 0:
                    mutant[place : place + chance.randint(0, 4)] = chance.choice(SCRAPS)
                case 1 if place < len(mutant):
                    mutant[place] = chance.randrange(256)
                case 2:
                    del mutant[place : place + chance.choice([1, 2, 40, 400])]
                case _:
                    piece = mutant[place : place + chance.choice([3, 30, 300])]
                    there = chance.randrange(len(mutant) + 1)
                    mutant[there:there] = piece
        yield bytes(mutant)


def broken_workbooks(content: bytes, seed: int, count: int) -> Iterator[bytes]:
    """Sound archives with a broken part, and now and then a broken archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(seed)
    for number in range(count):
        name = chance.choice(sorted(parts))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for part, text in parts.items():
                archive.writestr(part, next(mutants(text, seed + number, 1)) if part == name else text)
        yield stream.getvalue() if number % 10 else next(mutants(content, seed + number, 1))


def end_of(feed: str, content: bytes) -> list[str]:
    """What becomes of a delivery, in words; anything but the words below is a failure of the gateway."""
    mapping = SHIPPED[feed]
    received = delivery(content, feed=feed)
    told = []
    try:
        mapping.check_columns(adapters.header(received, mapping.reading))
        for item in adapters.read(received, mapping.reading):
            assert item.line >= 1
            result = mapping.map(item, received, IDS) if isinstance(item, NativeRecord) else item
            assert isinstance(result, Mapped | Rejected | Skipped | Unreadable)
            if isinstance(result, Unreadable):
                assert result.code
                assert result.problem
                assert result.remedy
            told.append(type(result).__name__)
    except UnreadableDelivery as error:
        told.append("refused" if error.problem and error.remedy else "refused without a word")
    return told


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(feed: str, content: bytes) -> tuple[list[str], float]:
    """What becomes of it, and the CPU seconds that took."""
    start = time.process_time()
    return end_of(feed, content), time.process_time() - start


def run(feed: str, *, seed: int, count: int) -> None:
    content = FILES[feed].read_bytes()
    whole = end_of(feed, content)
    assert "Mapped" in whole
    assert "refused" not in whole
    ends = set()
    break_up = broken_workbooks if FILES[feed].suffix == ".xlsx" else mutants
    before = _peak_megabytes()
    for number, mutant in enumerate(break_up(content, seed, count)):
        told, seconds = _timed(feed, mutant)
        ends.update(told)
        # What blows up blows up each time; what was slow once stood beside other work.
        assert seconds < SECONDS or _timed(feed, mutant)[1] < SECONDS, f"mutant {number} of seed {seed}"
        assert _peak_megabytes() - before < MEGABYTES, f"mutant {number} of seed {seed}"
    assert {"Mapped"} <= ends
    assert "refused without a word" not in ends


@pytest.mark.parametrize("feed", sorted(FILES))
def test_a_thousand_mutants(feed: str) -> None:
    run(feed, seed=20301122, count=1000)


@pytest.mark.soak
@pytest.mark.parametrize("feed", sorted(FILES))
def test_ten_thousand_mutants(feed: str) -> None:
    run(feed, seed=7, count=10_000)

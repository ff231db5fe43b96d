"""A delivery's bytes, read piece by piece: the pieces are the whole, wherever the blocks end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_builders import delivery

from gateway import limits
from gateway.adapters import delimited
from gateway.mapping.reading import Reading
from gateway.model.content import Content

BYTES = st.lists(st.sampled_from([b"a", b"bc,", b"\n", b"\r\n", b"\r", b'"', b'"x\ny"', b"1,2\n"]), max_size=30).map(
    b"".join
)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOCK_BYTES", 4)


@pytest.mark.usefixtures("small_blocks")
class TestPieces:
    def test_blocks_and_lines_together_are_the_content(self) -> None:
        @given(BYTES)
        def law(data: bytes) -> None:
            content = Content.of(data)
            assert b"".join(content.blocks()) == content.whole() == data
            lines = list(content.lines())
            assert b"".join(lines) == data
            assert lines == [line + b"\n" for line in data.split(b"\n")[:-1]] + [x for x in data.split(b"\n")[-1:] if x]

        law()

    def test_the_reader_sees_the_same_rows_wherever_the_blocks_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reading = Reading(format="delimited")

        @given(BYTES)
        def law(data: bytes) -> None:
            received = delivery(b"a,b\n" + data)
            in_small = list(delimited.walk(received, reading))
            with monkeypatch.context() as context:
                context.setattr(limits, "BLOCK_BYTES", 1 << 20)
                assert list(delimited.walk(received, reading)) == in_small
            assert b"".join(item.raw for item in in_small) == received.content.whole()

        law()


def test_reading_beyond_the_ends_gives_what_there_is() -> None:
    content = Content.of(b"abc")
    assert (content.read(-5, 2), content.read(2, 99), content.read(3, 4), content.read(2, 1)) == (b"ab", b"c", b"", b"")


def test_equal_bytes_are_equal_content() -> None:
    assert Content.of(b"abc") == Content(3, lambda start, stop: b"abc"[start:stop])
    assert Content.of(b"abc") != Content.of(b"abd")
    assert Content.of(b"abc").sha256() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_mark_that_is_cut_off_is_no_text() -> None:
    assert Content.of(b"\xef\xbb\xbfa").is_written_in("utf-8-sig")
    assert not Content.of(b"\xef\xbb").is_written_in("utf-8-sig")
    assert Content.of(b"\xef\xbb").is_written_in("windows-1252")

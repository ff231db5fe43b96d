"""The bytes of a delivery, wherever they lie: read piece by piece, so that no file has to fit into memory."""

import codecs
import hashlib
from collections.abc import Callable, Iterator

from gateway import limits

__all__ = ["Content"]


class Content:
    """So many bytes that can be read from any place, any number of times, and never change.

    `read(start, stop)` of the source gives exactly the bytes from `start` to before `stop`, both within the size.
    """

    __slots__ = ("_read", "_size")

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._read = read

    @classmethod
    def of(cls, data: bytes) -> "Content":
        """Bytes that are in memory already."""
        return cls(len(data), lambda start, stop: data[start:stop])

    def __len__(self) -> int:
        return self._size

    def __eq__(self, other: object) -> bool:
        """The same bytes, wherever they lie."""
        if not isinstance(other, Content) or len(self) != len(other):
            return False
        return all(one == another for one, another in zip(self.blocks(), other.blocks(), strict=True))

    def __hash__(self) -> int:
        return hash(self._size)

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to before `stop`, or to the end where there are fewer."""
        start, stop = max(start, 0), min(stop, self._size)
        return self._read(start, stop) if start < stop else b""

    def whole(self) -> bytes:
        """All bytes at once; for formats with a limit of their own that is far below what a delivery may have."""
        return self.read(0, self._size)

    def sha256(self) -> str:
        """The SHA-256 of all bytes, in hexadecimal."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()

    def blocks(self) -> Iterator[bytes]:
        """All bytes in order, `limits.BLOCK_BYTES` at a time; the last block may be shorter."""
        for start in range(0, self._size, limits.BLOCK_BYTES):
            yield self.read(start, start + limits.BLOCK_BYTES)

    def is_written_in(self, encoding: str) -> bool:
        """Whether every byte is text in the encoding."""
        # the decoder of utf-8-sig takes a mark that is cut off for no bytes at all; the mark itself is UTF-8
        decoder = codecs.getincrementaldecoder("utf-8" if encoding == "utf-8-sig" else encoding)("strict")
        try:
            for block in self.blocks():
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True

    def lines(self) -> Iterator[bytes]:
        """The lines with their ends, in order: LF and CRLF end a line. Together they are the content."""
        begun: list[bytes] = []
        for block in self.blocks():
            for line in _divided(block):
                begun.append(line)
                if line.endswith(b"\n"):
                    yield b"".join(begun) if len(begun) > 1 else line
                    begun = []
        if begun:
            yield b"".join(begun)


def _divided(block: bytes) -> list[bytes]:
    """A block's lines, each with its LF; the last may have none."""
    lines = block.split(b"\n")
    last = lines.pop()
    divided = [line + b"\n" for line in lines]
    return [*divided, last] if last else divided

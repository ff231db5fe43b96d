"""Files that are named on the command line."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gateway import limits
from gateway.errors import BadSetting, DeliveryTooLarge, MissingFile
from gateway.model.content import Content

__all__ = ["delivered", "read_whole", "write_new"]


@contextmanager
def delivered(path: Path) -> Iterator[Content]:
    """A file's bytes, read where they lie while the context is open. Raises MissingFile or DeliveryTooLarge."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise MissingFile("the file cannot be read", where=str(path), remedy="Check path and permissions") from error
    with file:
        yield _content_of(file, path)


def _content_of(file: BinaryIO, path: Path) -> Content:
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode):
        _check_size(status.st_size, path)
        return Content(status.st_size, lambda start, stop: os.pread(file.fileno(), stop - start, start))
    data = file.read(limits.DELIVERY_BYTES + 1)  # a pipe can be read once only
    _check_size(len(data), path)
    return Content.of(data)


def _check_size(size: int, path: Path) -> None:
    if size > limits.DELIVERY_BYTES:
        raise DeliveryTooLarge(
            f"the file has more than {limits.DELIVERY_BYTES} bytes", where=str(path), remedy="Deliver it in parts"
        )


def read_whole(path: Path) -> bytes:
    """A file's bytes at once. Raises MissingFile or DeliveryTooLarge."""
    with delivered(path) as content:
        return content.whole()


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises BadSetting when it is, MissingFile when its folder is not."""
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise BadSetting("the file is there already", where=str(path), remedy="Choose another name") from error
    except OSError as error:
        raise MissingFile("the file cannot be written", where=str(path), remedy="Check path and permissions") from error

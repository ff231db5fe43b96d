"""A file in the author's hands, as if it had been delivered: nothing is stored, and its receipt is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.cli.files import delivered
from gateway.model.stages import Received
from gateway.wiring import system_clock

__all__ = ["as_delivered"]


@contextmanager
def as_delivered(path: Path, feed: str) -> Iterator[Received]:
    """The file as a delivery of the feed, while the context is open. Raises MissingFile or DeliveryTooLarge."""
    with delivered(path) as content:
        yield Received(
            receipt="try",
            feed=feed,
            file_name=path.name,
            sha256=content.sha256(),
            received=system_clock(),
            content=content,
        )

"""A file in the author's hands, as if it had been delivered: nothing is stored, and its receipt is none."""

import hashlib
from pathlib import Path

from gateway.cli.ingest import read_delivery
from gateway.model.stages import Received
from gateway.wiring import system_clock

__all__ = ["as_delivered"]


def as_delivered(path: Path, feed: str) -> Received:
    """The file as a delivery of the feed. Raises MissingFile or DeliveryTooLarge."""
    content = read_delivery(path)
    return Received(
        receipt="try",
        feed=feed,
        file_name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        received=system_clock(),
        content=content,
    )

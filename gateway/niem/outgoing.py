"""What a message tells, as the tables of its head see it: a view of a record, with the center that tells it."""

from datetime import datetime
from typing import NamedTuple, Protocol

from gateway.model.center import Center
from gateway.model.record import Record

__all__ = ["Outgoing", "Told"]


class Told(Protocol):
    """What a message tells: a view of a record, or a message that was read."""

    @property
    def record(self) -> Record: ...
    @property
    def document_id(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def modified(self) -> datetime: ...
    @property
    def releasable_text(self) -> str | None: ...


class Outgoing(NamedTuple):
    """What is told, with the center that tells it."""

    view: Told
    center: Center

"""What the road asks of a feed, whether a mapping document reads it or its objects say themselves what they are."""

from collections.abc import Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from gateway.mapping.compiled import Mapped, Rejected
from gateway.mapping.expectations import Expectation
from gateway.mapping.reading import Reading
from gateway.model.codes import Sensitivity
from gateway.model.identity import IdKey
from gateway.model.kinds import Kind
from gateway.model.problems import Problem
from gateway.model.stages import NativeRecord, Received, Revoked, Skipped

__all__ = ["Feed", "FeedDocument", "FeedReads"]


class FeedReads(Protocol):
    """How the files are written."""

    @property
    def addressed(self) -> bool:
        """Whether items are put together from parts."""


class FeedDocument(Protocol):
    """What a feed's document says of its deliveries."""

    @property
    def reads(self) -> FeedReads:
        """How the files are written."""

    @property
    def delivery(self) -> str:
        """Whether a file holds changes, all there is, or all of a window of time."""

    @property
    def missing(self) -> str:
        """What becomes of a held record that a file leaves out."""

    @property
    def window(self) -> str | None:
        """The target whose values a window reaches over."""

    @property
    def expect(self) -> str | None:
        """When a delivery is due."""

    @property
    def carries(self) -> tuple[Sensitivity, ...] | None:
        """The sensitive facts that its records can hold; None where nobody has said."""

    @property
    def drops(self) -> dict[str, str]:
        """The columns that are left out, with the reason."""


class Feed(Protocol):
    """One feed, ready to be read."""

    @property
    def name(self) -> str:
        """The feed's name, which is its document's."""

    @property
    def feed(self) -> str:
        """The same."""

    @property
    def version(self) -> str:
        """The document's version."""

    @property
    def reading(self) -> Reading:
        """What a reader needs to know."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What its records can be."""

    @property
    def expectation(self) -> Expectation | None:
        """When a delivery is due."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of that time."""

    @property
    def document(self) -> FeedDocument:
        """The document."""

    def check_columns(self, header: Sequence[str]) -> tuple[Problem, ...]:
        """What a delivery's columns are told about."""

    def map(self, native: NativeRecord, received: Received, ids: IdKey) -> Mapped | Rejected | Revoked | Skipped:
        """Make an item a record, or say why not."""

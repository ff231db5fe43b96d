"""The feeds of STIX of a gateway, each with the tests of its document passed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gateway.adapters import stix_json
from gateway.errors import BadSetting, UnreadableDelivery
from gateway.mapping.compiled import Mapped, Rejected
from gateway.mapping.examples import TestOutcome
from gateway.mapping.values import value_at, value_in_words
from gateway.model.content import Content
from gateway.model.identity import IdKey
from gateway.model.stages import NativeRecord, Received, Revoked, Skipped, Unreadable
from gateway.stix.feed import StixFeed
from gateway.stix.feed_document import StixExampleSpec, load_stix_document, load_stix_documents

__all__ = ["load_stix_feed", "load_stix_feeds", "run_stix_tests"]

_REVOKED: Final = "revoked"
_IDS_OF_NOBODY: Final = IdKey(b"feed tests only!")


def load_stix_feeds(folders: Sequence[Path], *, own: Sequence[str]) -> dict[str, StixFeed]:
    """Every feed of STIX of the folders, by name. `own` are the identities whose objects are not taken in again.

    Raises a ConfigurationError for a document that does not read, BadSetting for one whose tests fail.
    """
    feeds = {name: StixFeed(document, own=own) for name, document in load_stix_documents(folders).items()}
    for feed in feeds.values():
        for outcome in run_stix_tests(feed):
            if not outcome.passed:
                raise BadSetting(
                    f"the test '{outcome.name}' of the feed fails: {outcome.faults[0]}",
                    where=feed.name,
                    remedy="Correct the document or its test",
                )
    return feeds


def load_stix_feed(path: Path) -> StixFeed:
    """One feed for its author, whose tests may fail; nothing is its center's own."""
    return StixFeed(load_stix_document(path), own=())


def run_stix_tests(feed: StixFeed) -> tuple[TestOutcome, ...]:
    """Every test of the feed's document, in order. Values of the tests are invented and shown in clear."""
    return tuple(TestOutcome(name=test.name, faults=tuple(_faults(feed, test))) for test in feed.document.tests)


def _faults(feed: StixFeed, test: StixExampleSpec) -> Iterator[str]:
    received = Received(
        receipt="test",
        feed=feed.name,
        file_name="test",
        sha256="0" * 64,
        received=datetime(2000, 1, 1, tzinfo=UTC),
        content=Content.of(test.given.encode()),
    )
    try:
        item = next(stix_json.read(received, feed.reading), None)
    except UnreadableDelivery as error:
        yield error.problem
        return
    match feed.map(item, received, _IDS_OF_NOBODY) if isinstance(item, NativeRecord) else item:
        case Mapped(record=record):
            if test.expect is None:
                yield "the item became a record"
            for path, expected in (test.expect or {}).items():
                found = value_in_words(value_at(record, path, where=feed.name))
                if found != expected:
                    yield f"{path}: expected {expected!r}, got {found!r}"
        case Rejected(problems=problems):
            if test.reject != problems[0].code:
                yield f"the item was rejected: {problems[0].code}"
        case Unreadable(code=code):
            if test.reject != code:
                yield f"the item was rejected: {code}"
        case Revoked():
            if test.skip != _REVOKED:
                yield "the item takes its record back"
        case Skipped(reason=reason):
            if test.skip != reason:
                yield f"the item was skipped: {reason}"
        case None:
            yield "the delivery has no item"

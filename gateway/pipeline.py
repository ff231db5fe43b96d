"""READ FIRST. The road, as one page of straight calls.

    receive → read → map → review → decide → project → (NIEM: render, validate, sign)
            → (STIX: render, validate, sign) → publish

A record passes from stage to stage in one direction, one frozen type per stage (`gateway.model.stages`). Every item
of a delivery meets exactly one fate. From `decide` to the last signature the calls are those of `gateway.publisher`.
Serving what was published is `gateway.taxii`; nothing is rendered there.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from gateway import adapters, limits
from gateway.absences import Trust, missing_from
from gateway.disposition import BatchUnderWay, not_of_this_view_alone
from gateway.errors import DeliveryTooLarge, InputError, InvalidDocument, RenderingError, UnreadableDelivery
from gateway.logs import Log
from gateway.mapping.compiled import Rejected
from gateway.mapping.feed import Feed
from gateway.model.content import Content
from gateway.model.problems import Problem
from gateway.model.record import Record
from gateway.model.stages import (
    Cleared,
    NativeRecord,
    Received,
    Revoked,
    Skipped,
    Unreadable,
    Withdrawal,
)
from gateway.publisher import Publisher
from gateway.stopwatch import Stopwatch
from gateway.store.absences import AbsenceStore, HeldVersion
from gateway.store.batches import Batch, BatchStore, ItemOutcome
from gateway.store.deliveries import Claim, DeliveryStore, DeliverySummary
from gateway.store.engine import from_ms, to_us
from gateway.store.records import RecordStore

__all__ = ["Pipeline", "Progress"]

Item = NativeRecord | Skipped | Unreadable


class Progress(NamedTuple):
    """How far a delivery is: items done, and about how many of its bytes they were."""

    items: int
    done_bytes: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """From delivered bytes to published releases."""

    mappings: Mapping[str, Feed]
    publisher: Publisher
    deliveries: DeliveryStore
    records: RecordStore
    batches: BatchStore
    absences: AbsenceStore
    clock: Callable[[], datetime]
    watch: Stopwatch
    log: Log

    def receive(self, content: Content, *, feed: str, file_name: str) -> Received:
        """Commit the delivered bytes, before anything is read. Raises DeliveryTooLarge or DeliveryChanged."""
        if len(content) > limits.DELIVERY_BYTES:
            raise DeliveryTooLarge(
                f"the file has {len(content)} bytes",
                where=file_name,
                remedy=f"Deliver it in parts of at most {limits.DELIVERY_BYTES} bytes",
            )
        received = Received(
            receipt=str(uuid.uuid4()),
            feed=feed,
            file_name=file_name,
            sha256=content.sha256(),
            received=self.clock(),
            content=content,
        )
        with self.watch.stage("receive"):
            self.deliveries.accept(received)
        return received

    def drive(
        self,
        claim: Claim,
        *,
        on_progress: Callable[[Progress], None] = lambda _: None,
        trust: Trust = Trust.AS_USUAL,
    ) -> DeliverySummary:
        """Take a claimed delivery down the road, batch by batch, and close it.

        A file that cannot be read (on) is closed as failed with its problem; what came before stays published. At the
        end of one that was read whole, what it leaves out is withdrawn where its feed says so, as far as `trust` goes.
        """
        problems: tuple[Problem, ...] = ()
        state = "done"
        try:
            mapping = self._mapping_of(claim.received)
            problems = mapping.check_columns(adapters.header(claim.received, mapping.reading))
            if any(problem.fatal for problem in problems):
                state = "failed"
            else:
                done = self._drive_items(mapping, claim, on_progress)
                problems += self._withdraw_missing(mapping, claim, trust, progress=done)
        except InputError as error:
            state = "failed"
            problems += (Problem(code=error.code, problem=error.problem, remedy=error.remedy),)
        self.deliveries.finish(claim, state=state, problems=problems)
        return self.deliveries.summary(claim.received.receipt)

    def _mapping_of(self, received: Received) -> Feed:
        mapping = self.mappings.get(received.feed)
        if mapping is None:
            raise UnreadableDelivery(
                f"there is no mapping for the feed '{received.feed}'",
                where=received.file_name,
                remedy="Put the mapping document back, then deliver the file again",
            )
        return mapping

    def _drive_items(self, mapping: Feed, claim: Claim, on_progress: Callable[[Progress], None]) -> int:
        """Give every item its fate; how many there are."""
        position = claim.progress
        items = adapters.read(claim.received, mapping.reading)
        done_bytes = sum(len(item.raw) for item in islice(items, position))  # an earlier worker finished these
        snapshot = mapping.document.delivery != "delta"
        earlier = self.deliveries.said_last(claim.received) if snapshot else self.deliveries.seen_before(claim.received)
        while batch := self._next_items(items):
            said_before = self.records.contents_at(earlier, position + 1, position + len(batch))
            under_way = self._translate(enumerate(batch, position + 1), mapping, claim.received, said_before)
            position += len(batch)
            with self.watch.stage("publish"):
                self.batches.commit_items(under_way, claim, progress=position, now_us=to_us(self.clock()))
            self._log_fates(under_way, mapping, claim.received)
            done_bytes += sum(len(item.raw) for item in batch)
            on_progress(Progress(position, min(done_bytes, len(claim.received.content))))
        return position

    def _withdraw_missing(self, mapping: Feed, claim: Claim, trust: Trust, *, progress: int) -> tuple[Problem, ...]:
        missing, problems = missing_from(mapping, claim.received, self.absences, trust)
        while batch := list(islice(missing, limits.PUBLISH_BATCH)):
            outcomes = [self._withdrawal(held) for held in batch]
            withdrawals = tuple(one for one in outcomes if isinstance(one, Withdrawal))
            problems += tuple(one for one in outcomes if isinstance(one, Problem))
            with self.watch.stage("publish"):
                under_way = Batch(withdrawals=withdrawals)
                self.batches.commit_items(under_way, claim, progress=progress, now_us=to_us(self.clock()))
            for withdrawn in withdrawals:
                facts = {"record": withdrawn.record.id, "version": withdrawn.number}
                self.log.info("withdrawn", receipt=claim.received.receipt, reason="missing", **facts)
        return problems

    def _withdrawal(self, held: HeldVersion, why: str = "missing") -> Withdrawal | Problem:
        """The last version of a record's life; every view that partners hold is taken back, or none of them."""
        modified = max(self.clock(), from_ms(held.modified_ms + 1))
        published = self.records.published(held.record.id)
        try:
            views = tuple(self.publisher.take_back(view, at=modified) for view in published)
        except (RenderingError, InvalidDocument) as error:
            problem = f"{held.record.id} is {why} and could not be withdrawn: {error.problem}"
            return Problem(code="not-withdrawn", problem=problem, remedy=error.remedy, fatal=False)
        return Withdrawal(
            record=held.record,
            number=held.number + 1,
            created=from_ms(held.created_ms),
            modified=modified,
            life=held.life,
            supersedes=held.number if held.state == "awaiting" else None,
            views=views,
        )

    def _next_items(self, items: Iterator[Item]) -> list[Item]:
        with self.watch.stage("read"):
            return list(islice(items, limits.PUBLISH_BATCH))

    def replay(self, received: Received, fixes: Mapping[int, Mapping[str, str]]) -> tuple[ItemOutcome, ...]:
        """Take quarantined items down the road again, with today's mapping and the corrected cells of each position.

        A record made this way has the id that a clean first pass would have given. Raises UnreadableDelivery.
        """
        mapping = self._mapping_of(received)
        items = enumerate(adapters.read(received, mapping.reading), 1)
        chosen = ((position, _fixed(item, fixes[position])) for position, item in items if position in fixes)
        outcomes: list[ItemOutcome] = []
        while batch := list(islice(chosen, limits.PUBLISH_BATCH)):
            under_way = self._translate(batch, mapping, received, frozenset())
            self.batches.commit_replayed(under_way, received.receipt, now_us=to_us(self.clock()))
            self._log_fates(under_way, mapping, received)
            outcomes += under_way.outcomes
        return tuple(outcomes)

    def _translate(
        self,
        items: Iterable[tuple[int, Item]],
        mapping: Feed,
        received: Received,
        said_before: Set[tuple[int, str, str]],
    ) -> Batch:
        """What becomes of each item; nothing is written yet."""
        under_way = BatchUnderWay(mapping, now=self.clock())
        mapped: list[tuple[int, NativeRecord, Record]] = []
        revoked: dict[str, int] = {}
        for position, item in items:
            if isinstance(item, Skipped):
                under_way.skip(position, item)
            elif isinstance(item, Unreadable):
                under_way.quarantine_unreadable(position, item)
            else:
                with self.watch.stage("map"):
                    outcome = mapping.map(item, received, self.publisher.ids)
                if isinstance(outcome, Skipped):
                    under_way.skip(position, outcome)
                elif isinstance(outcome, Revoked):
                    under_way.revoke(position, outcome)
                    revoked[outcome.record_id] = position
                elif isinstance(outcome, Rejected):
                    under_way.quarantine(position, item.line, item.raw, outcome.problems, outcome.record_id)
                else:
                    under_way.warn(position, outcome.warnings)
                    mapped.append((position, item, outcome.record))
        under_way.know(self.records.heads(record.id for _, _, record in mapped), said_before)
        wave: dict[str, tuple[int, NativeRecord, Cleared]] = {}
        for position, item, record in mapped:
            if record.id in wave:  # the next version of a record is settled when the one before is released
                self._release_wave(tuple(wave.values()), under_way)
                wave = {}
            cleared = under_way.settle(position, item.line, record)
            if cleared is not None:
                wave[record.id] = (position, item, cleared)
        self._release_wave(tuple(wave.values()), under_way)
        for record_id, held in self.absences.versions_of(revoked).items() if revoked else ():
            under_way.withdraw(revoked[record_id], self._withdrawal(held, "revoked"))
        return under_way.batch()

    def _release_wave(self, wave: Sequence[tuple[int, NativeRecord, Cleared]], under_way: BatchUnderWay) -> None:
        outcomes = self.publisher.release_all([cleared for _, _, cleared in wave])
        decided = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        under_way.know_contents(self.records.contents_of(not_of_this_view_alone(decided)))
        for (position, item, cleared), outcome in zip(wave, outcomes, strict=True):
            if isinstance(outcome, Exception):
                problems = (_problem_of(outcome, item.line),)
                under_way.quarantine(position, item.line, item.raw, problems, cleared.record.id)
            elif (problem := under_way.contradiction(outcome, item.line)) is not None:
                under_way.quarantine(position, item.line, item.raw, (problem,), cleared.record.id)
            else:
                under_way.release(position, item.line, outcome)

    def _log_fates(self, batch: Batch, mapping: Feed, received: Received) -> None:
        """One line for each item, after its fate is committed, and for each record that an item took back."""
        for withdrawn in batch.withdrawals:
            facts = {"record": withdrawn.record.id, "version": withdrawn.number}
            self.log.info("withdrawn", receipt=received.receipt, reason="revoked", **facts)
        for outcome in batch.outcomes:
            self.log.info(
                "item",
                receipt=received.receipt,
                item=outcome.position,
                line=outcome.line,
                mapping=f"{mapping.name}@{mapping.version}",
                fate=str(outcome.fate),
                reason=outcome.reason,
                record=outcome.record_id,
                version=outcome.number,
            )


def _fixed(item: Item, fixes: Mapping[str, str]) -> Item:
    """The item with its corrected cells; what a reader could not take apart has no cells to correct."""
    return replace(item, fields={**item.fields, **fixes}) if fixes and isinstance(item, NativeRecord) else item


def _problem_of(error: Exception, line: int) -> Problem:
    if isinstance(error, RenderingError | InvalidDocument):
        return Problem(code=error.code, problem=str(error), remedy=error.remedy, line=line)
    return Problem(
        code="internal-error",
        problem=f"the gateway itself failed on this item ({type(error).__name__})",
        remedy="Report this as a fault; the item is kept",
        line=line,
    )

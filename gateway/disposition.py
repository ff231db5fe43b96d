"""What becomes of each item of a batch: every item gets exactly one fate, and everything that follows is collected."""

from collections.abc import Iterable, Mapping, Set
from datetime import datetime
from typing import Final, NamedTuple

from gateway.mapping.feed import Feed
from gateway.model.kinds import KINDS
from gateway.model.problems import Problem
from gateway.model.record import Record
from gateway.model.stages import Cleared, Fate, Release, Revoked, Skipped, Unreadable, Withdrawal
from gateway.sharing.decide import Decision
from gateway.store.batches import Batch, ItemOutcome, NewVersion, Quarantined
from gateway.store.engine import from_ms, to_ms
from gateway.store.publication import version_key
from gateway.store.records import Head

__all__ = ["REVOKED", "BatchUnderWay", "Decided", "not_of_this_view_alone", "refusing_clauses"]


REVOKED: Final = "revoked"
"""Why an item is skipped that takes its record back."""


class Decided(NamedTuple):
    """Every decision on a record version, and the release that came of the permits (no views if there were none)."""

    decisions: tuple[Decision, ...]
    release: Release


class BatchUnderWay:
    """Collects the outcome of a batch, in order. Later items of the batch see what earlier ones brought about."""

    def __init__(self, mapping: Feed, *, now: datetime) -> None:
        self._mapping = mapping
        self._now_ms = to_ms(now)
        self._outcomes: dict[int, ItemOutcome] = {}
        self._warnings: dict[int, tuple[Problem, ...]] = {}
        self._quarantined: list[Quarantined] = []
        self._versions: list[NewVersion] = []
        self._releases: list[Release] = []
        self._withdrawals: list[Withdrawal] = []
        self._heads: dict[str, Head] = {}
        self._said_before: Set[tuple[int, str, str]] = frozenset()
        self._contents: dict[tuple[str, str], bytes] = {}

    def know(self, heads: Mapping[str, Head], said_before: Set[tuple[int, str, str]]) -> None:
        """Learn the latest held version of the records that the batch is about.

        `said_before` holds position, record and content digest of what the very same bytes said when they were
        delivered before. Saying it again changes nothing, also where a later row or file has changed the record since.
        """
        self._heads.update(heads)
        self._said_before = said_before

    def warn(self, position: int, warnings: tuple[Problem, ...]) -> None:
        """Keep what is noteworthy about an item that goes on."""
        if warnings:
            self._warnings[position] = warnings

    def skip(self, position: int, item: Skipped) -> None:
        """The item holds nothing to translate."""
        self._fate(position, item.line, Fate.SKIPPED, item.reason)

    def revoke(self, position: int, item: Revoked) -> None:
        """The item takes its record back, and is none itself."""
        self._fate(position, item.line, Fate.SKIPPED, REVOKED, item.record_id)

    def withdraw(self, position: int, outcome: Withdrawal | Problem) -> None:
        """The record that an item takes back, or why it could not be taken back."""
        if isinstance(outcome, Problem):
            self.warn(position, (outcome,))
        else:
            self._withdrawals.append(outcome)

    def quarantine_unreadable(self, position: int, item: Unreadable) -> None:
        """The item cannot be taken apart."""
        problem = Problem(code=item.code, problem=item.problem, remedy=item.remedy, line=item.line, column=item.column)
        self.quarantine(position, item.line, item.raw, (problem,))

    def quarantine(
        self, position: int, line: int, raw: bytes, problems: tuple[Problem, ...], record_id: str | None = None
    ) -> None:
        """The item is rejected; its bytes and problems are kept. Where its key reads, its record is not missing."""
        self._fate(position, line, Fate.QUARANTINED, problems[0].code, record_id)
        self._quarantined.append(
            Quarantined(
                position=position,
                raw=raw,
                mapping=self._mapping.name,
                mapping_version=self._mapping.version,
                problems=problems,
            )
        )

    def settle(self, position: int, line: int, record: Record) -> Cleared | None:
        """Tell new from changed from unchanged; the cleared version when it is to be published now, else None."""
        head = self._heads.get(record.id)
        digest = record.content_digest()
        replayed = (position, record.id, digest) in self._said_before
        if head is not None and (head.digest == digest or replayed):
            self._fate(position, line, Fate.UNCHANGED, "", record.id, head.number)
            return None
        cleared = self._next_version(record, head)
        row = KINDS[record.kind]
        if not row.is_rendered:
            self._keep(position, cleared, digest, "held")
            self._fate(position, line, Fate.HELD, f"kind {record.kind} has no rendering yet", record.id, cleared.number)
            return None
        if row.approvals:
            self._keep(position, cleared, digest, "awaiting")
            reason = f"{row.approvals} approvals needed"
            self._fate(position, line, Fate.AWAITING_REVIEW, reason, record.id, cleared.number)
            return None
        return cleared

    def _next_version(self, record: Record, head: Head | None) -> Cleared:
        """The record as its next version; one that was withdrawn begins another life."""
        if head is None:
            now = from_ms(self._now_ms)
            return Cleared(record=record, number=1, created=now, modified=now)
        modified = from_ms(max(self._now_ms, head.modified_ms + 1))
        back = head.state == "withdrawn"
        return Cleared(
            record=record,
            number=head.number + 1,
            created=modified if back else from_ms(head.created_ms),
            modified=modified,
            life=head.life + 1 if back else head.life,
        )

    def release(self, position: int, line: int, decided: Decided) -> None:
        """The version was decided on and, where permitted, signed: publish it, or hold it with the clauses."""
        cleared = decided.release.cleared
        record, number = cleared.record, cleared.number
        head = self._heads.get(record.id)
        state = "released" if decided.release.views else "held"
        self._keep(position, cleared, record.content_digest(), state)
        if not decided.release.views:
            self._fate(position, line, Fate.HELD, refusing_clauses(decided.decisions), record.id, number)
            return
        seen_before = head is not None and head.was_released and head.life == cleared.life
        fate = Fate.UPDATED if seen_before else Fate.PUBLISHED
        self._releases.append(decided.release)
        self._fate(position, line, fate, "", record.id, number)

    def know_contents(self, held: Mapping[tuple[str, str], bytes]) -> None:
        """Learn what is held already of the objects that are not of one view alone."""
        self._contents = {**held, **self._contents}

    def contradiction(self, decided: Decided, line: int) -> Problem | None:
        """What is wrong where an object is held already, in the same version, with another content.

        An observable has one id everywhere, and an object of another producer has its producer's; an object of one
        view alone cannot meet another. What does not contradict counts as held from here on.
        """
        found = not_of_this_view_alone([decided])
        if any(self._contents.get(version, body) != body for version, body in found.items()):
            return Problem(
                code="two-contents",
                problem="an object is held already in the same version with another content",
                remedy="Ask the producer which is right; a new version of the object would do",
                line=line,
            )
        self._contents.update(found)
        return None

    def batch(self) -> Batch:
        """Everything collected, for one transaction."""
        return Batch(
            outcomes=tuple(
                outcome
                if position not in self._warnings
                else ItemOutcome(
                    position=outcome.position,
                    line=outcome.line,
                    fate=outcome.fate,
                    reason=outcome.reason,
                    record_id=outcome.record_id,
                    number=outcome.number,
                    warnings=self._warnings[position],
                )
                for position, outcome in sorted(self._outcomes.items())
            ),
            quarantined=tuple(self._quarantined),
            versions=tuple(self._versions),
            releases=tuple(self._releases),
            withdrawals=tuple(self._withdrawals),
        )

    def _keep(self, position: int, cleared: Cleared, digest: str, state: str) -> None:
        record = cleared.record
        head = self._heads.get(record.id)
        waited = head.number if head and head.state == "awaiting" else None
        created_ms, modified_ms = to_ms(cleared.created), to_ms(cleared.modified)
        self._versions.append(
            NewVersion(
                record=record,
                number=cleared.number,
                digest=digest,
                life=cleared.life,
                created_ms=created_ms,
                modified_ms=modified_ms,
                state=state,
                position=position,
                supersedes=waited,
            )
        )
        released = state == "released" or bool(head and head.was_released and head.life == cleared.life)
        self._heads[record.id] = Head(
            cleared.number, digest, state, cleared.life, created_ms, modified_ms, was_released=released
        )

    def _fate(
        self,
        position: int,
        line: int,
        fate: Fate,
        reason: str,
        record_id: str | None = None,
        number: int | None = None,
    ) -> None:
        if position in self._outcomes:
            raise AssertionError("an item would have two fates")
        self._outcomes[position] = ItemOutcome(
            position=position,
            line=line,
            fate=fate,
            reason=reason,
            record_id=record_id,
            number=number,
        )


def not_of_this_view_alone(decided: Iterable[Decided]) -> dict[tuple[str, str], bytes]:
    """The observables and the objects of other producers in the releases: id and sortable version to bytes."""
    return {
        (stored.id, version_key(stored.version)): stored.body
        for one in decided
        for signed in one.release.views
        for foreign in ({original.stix_id for original in signed.view.record.originals},)
        for stored in signed.stix
        if stored.version is None or stored.id in foreign
    }


def refusing_clauses(decisions: tuple[Decision, ...]) -> str:
    """The clauses by which each agreement refused, in short: what an operator reads first."""
    first = {decision.agreement: decision.failing[0].clause for decision in decisions if decision.failing}
    return "; ".join(f"{agreement}: {clause}" for agreement, clause in sorted(first.items())) or "no agreement"

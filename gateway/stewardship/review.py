"""Review: operators release or return what waits, each with a signature over exactly what they saw."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from cryptography.x509.oid import NameOID

from gateway.disposition import Decided, refusing_clauses
from gateway.errors import ReviewRefused
from gateway.model.kinds import KINDS
from gateway.model.record import Record
from gateway.model.stages import Fate
from gateway.publisher import Publisher
from gateway.sharing.documents import Operator, Standing
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.keys import SigningKey
from gateway.signing.trust import TrustStore
from gateway.store.batches import Batch, BatchStore, NewReview, Refated
from gateway.store.engine import to_ms, to_us
from gateway.store.records import HeldRecord, RecordStore, Review

__all__ = ["ReviewDesk", "Reviewed"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review brought about. `fate` is the item's fate now; `missing` how many approvals are still needed."""

    record_id: str
    number: int
    fate: Fate
    missing: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Takes reviews. An operating-system user is no identity: each operator signs with a key of their own."""

    records: RecordStore
    batches: BatchStore
    publisher: Publisher
    operators: Mapping[str, Operator]
    trust: TrustStore
    clock: Callable[[], datetime]

    def waiting(self) -> tuple[HeldRecord, ...]:
        """What waits for review, oldest first."""
        return self.records.latest(state="awaiting")

    def approve(
        self, record_id: str, *, operator: str, key: SigningKey, releasable_text: str | None = None
    ) -> Reviewed:
        """Approve the version that waits; with the last approval needed it is published.

        `releasable_text` is the reviewer's own account for recipients who may not see the narrative. Raises
        ReviewRefused when nothing waits, the operator may not review or has done so, or the key is not theirs.
        """
        held, review = self._reviewed(record_id, operator=operator, key=key, verdict="approve", text=releasable_text)
        if self._missing(held):
            self.batches.commit_reviewed(Batch(reviews=(review,)), now_us=to_us(self.clock()))
            # Another operator may have approved in the same moment, each seeing one approval: look again.
            held = self.records.get(record_id, held.number)
            if self._missing(held) or held.state != "awaiting":
                return Reviewed(record_id, held.number, Fate.AWAITING_REVIEW, self._missing(held))
            return self._release(held, ())
        return self._release(held, (review,))

    def _missing(self, held: HeldRecord) -> int:
        """How many approvals by different operators the version still needs; each one given is verified."""
        return max(0, KINDS[held.record.kind].approvals - len(self._verified_approvals(held)))

    def _release(self, held: HeldRecord, reviews: tuple[NewReview, ...]) -> Reviewed:
        decided = self.publisher.release(held.cleared())
        releases = (decided.release,) if decided.release.views else ()
        fate, reason = self._fate_of(held.record.id, decided)
        state = "released" if releases else "held"
        change = Refated(record_id=held.record.id, number=held.number, state=state, fate=fate, reason=reason)
        batch = Batch(reviews=reviews, refated=(change,), releases=releases)
        self.batches.commit_reviewed(batch, now_us=to_us(self.clock()))
        return Reviewed(held.record.id, held.number, fate, 0, reason)

    def _fate_of(self, record_id: str, decided: Decided) -> tuple[Fate, str]:
        if not decided.release.views:
            return Fate.HELD, refusing_clauses(decided.decisions)
        earlier = self.records.heads([record_id])[record_id].was_released
        return (Fate.UPDATED if earlier else Fate.PUBLISHED), ""

    def return_to_agency(self, record_id: str, *, operator: str, key: SigningKey) -> Reviewed:
        """Close the version without releasing it; the agency may send a better one. One operator is enough."""
        held, review = self._reviewed(record_id, operator=operator, key=key, verdict="return", text=None)
        reason = "returned by a reviewer"
        change = Refated(record_id=record_id, number=held.number, state="returned", fate=Fate.HELD, reason=reason)
        self.batches.commit_reviewed(Batch(reviews=(review,), refated=(change,)), now_us=to_us(self.clock()))
        return Reviewed(record_id, held.number, Fate.HELD, 0, reason)

    def _reviewed(
        self, record_id: str, *, operator: str, key: SigningKey, verdict: str, text: str | None
    ) -> tuple[HeldRecord, NewReview]:
        """The version as it will be with this review, and the review itself; nothing is stored yet."""
        held = self.records.get(record_id)
        if held.state != "awaiting":
            raise ReviewRefused(f"version {held.number} does not wait", where=record_id, remedy="gateway review list")
        person = self.operators.get(operator)
        if person is None or person.standing is not Standing.ACTIVE or "reviewer" not in person.roles:
            raise ReviewRefused(f"'{operator}' is no active reviewer", where=record_id, remedy="gateway operator list")
        if any(review.operator == operator for review in held.reviews):
            raise ReviewRefused(
                f"{operator} has reviewed this version already",
                where=record_id,
                remedy="A second, different operator has to review it",
            )
        now_ms = to_ms(self.clock())
        statement = _statement(held.record, held.number, held.digest, operator, verdict, now_ms, text)
        review = NewReview(
            record_id=record_id,
            number=held.number,
            operator=operator,
            verdict=verdict,
            at_ms=now_ms,
            statement=statement,
            jws=JsonSigner(key, Content.REVIEW).sign(statement),
        )
        given = Review(operator, verdict, now_ms, statement, review.jws)
        self._verify(given, held)
        return held._replace(reviews=(*held.reviews, given)), review

    def _verified_approvals(self, held: HeldRecord) -> frozenset[str]:
        approvals = [review for review in held.reviews if review.verdict == "approve"]
        for review in approvals:
            self._verify(review, held)
        return frozenset(review.operator for review in approvals)

    def _verify(self, review: Review, held: HeldRecord) -> None:
        """Raises UntrustedSignature or ReviewRefused unless the operator signed this verdict on this version."""
        signer = verify_detached(review.jws, review.statement, self.trust, Content.REVIEW, at=self.clock())
        names = signer.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        said = orjson.loads(review.statement)
        meant = {"record": held.record.id, "number": held.number, "digest": held.digest, "verdict": review.verdict}
        if [name.value for name in names] != [review.operator] or not meant.items() <= said.items():
            raise ReviewRefused(
                "the review was signed by somebody else, or says something else",
                where=held.record.id,
                remedy="Sign with the operator's own key",
            )


def _statement(
    record: Record, number: int, digest: str, operator: str, verdict: str, at_ms: int, text: str | None
) -> bytes:
    said = {
        "record": record.id,
        "number": number,
        "digest": digest,
        "operator": operator,
        "verdict": verdict,
        "at_ms": at_ms,
    }
    return orjson.dumps(said | ({"releasable_text": text} if text else {}), option=orjson.OPT_SORT_KEYS)

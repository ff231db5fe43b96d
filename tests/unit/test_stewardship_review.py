"""Review: two different operators, each with a key of their own, over exactly what they saw."""

from dataclasses import replace

import msgspec
import orjson
import pytest
from exchange import approve_everything, partner_client
from sqlalchemy import update
from taxii_builders import drive, sample

from gateway.errors import NotHeld, ReviewRefused, UntrustedSignature
from gateway.model.codes import Sensitivity
from gateway.model.record import encode_record
from gateway.model.stages import Fate
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.store import tables
from gateway.store.batches import Batch
from gateway.store.engine import writing
from gateway.wiring import Gateway

FEED = "sar-form"


@pytest.fixture
def waiting(gateway: Gateway) -> str:
    """A report that waits."""
    drive(gateway, sample(FEED), FEED)
    return gateway.review_desk.waiting()[0].record.id


def approve(
    gateway: Gateway, record: str, operator: str, *, key_of: str | None = None, text: str | None = None
) -> object:
    key = gateway.operator_key(key_of or operator)
    return gateway.review_desk.approve(record, operator=operator, key=key, releasable_text=text)


def test_nothing_is_published_before_the_second_approval(gateway: Gateway, waiting: str) -> None:
    client = partner_client(gateway, "valley-fusion-center")
    first = gateway.review_desk.approve(waiting, operator="analyst-one", key=gateway.operator_key("analyst-one"))
    assert (first.fate, first.missing) == (Fate.AWAITING_REVIEW, 1)
    assert client.objects() == []
    second = gateway.review_desk.approve(waiting, operator="analyst-two", key=gateway.operator_key("analyst-two"))
    assert (second.fate, second.missing) == (Fate.PUBLISHED, 0)
    assert any(o["type"] == "grouping" for o in client.objects())


def test_one_operator_does_not_approve_twice(gateway: Gateway, waiting: str) -> None:
    approve(gateway, waiting, "analyst-one")
    with pytest.raises(ReviewRefused, match="has reviewed this version already"):
        approve(gateway, waiting, "analyst-one")
    assert partner_client(gateway, "valley-fusion-center").objects() == []


@pytest.mark.parametrize("operator", ["nobody", "", "analyst-one\n"])
def test_who_is_no_reviewer_approves_nothing(gateway: Gateway, waiting: str, operator: str) -> None:
    with pytest.raises(ReviewRefused, match="no active reviewer"):
        approve(gateway, waiting, operator, key_of="analyst-one")


@pytest.mark.parametrize("change", [{"standing": "suspended"}, {"roles": ("administrator",)}], ids=str)
def test_an_operator_out_of_standing_or_role_approves_nothing(
    gateway: Gateway, waiting: str, change: dict[str, object]
) -> None:
    register = gateway.register.operators
    register["analyst-one"] = register["analyst-one"].model_copy(update=change)
    with pytest.raises(ReviewRefused, match="no active reviewer"):
        approve(gateway, waiting, "analyst-one")


def test_a_key_of_somebody_else_is_refused_and_nothing_is_kept(gateway: Gateway, waiting: str) -> None:
    with pytest.raises(ReviewRefused, match="somebody else"):
        approve(gateway, waiting, "analyst-one", key_of="analyst-two")
    with pytest.raises((ReviewRefused, UntrustedSignature)):
        gateway.review_desk.approve(waiting, operator="analyst-one", key=gateway.signing_key)
    assert gateway.stores.records.get(waiting).reviews == ()


def test_what_is_returned_is_closed_and_published_nowhere(gateway: Gateway, waiting: str) -> None:
    returned = gateway.review_desk.return_to_agency(
        waiting, operator="analyst-one", key=gateway.operator_key("analyst-one")
    )
    assert returned.fate is Fate.HELD
    with pytest.raises(ReviewRefused, match="does not wait"):
        approve(gateway, waiting, "analyst-two")
    assert waiting not in {held.record.id for held in gateway.review_desk.waiting()}
    assert partner_client(gateway, "valley-fusion-center").objects() == []


def test_a_better_version_of_what_was_returned_waits_anew(gateway: Gateway, waiting: str) -> None:
    gateway.review_desk.return_to_agency(waiting, operator="analyst-one", key=gateway.operator_key("analyst-one"))
    number = gateway.stores.records.get(waiting).number
    drive(gateway, sample(FEED).replace(b" a ", b" one "), FEED)
    newest = gateway.stores.records.get(waiting)
    assert (newest.number, newest.state, newest.reviews) == (number + 1, "awaiting", ())


def test_the_statement_holds_what_was_approved(gateway: Gateway, waiting: str) -> None:
    approve(gateway, waiting, "analyst-one", text="May be said.")
    held = gateway.stores.records.get(waiting)
    (review,) = held.reviews
    said = orjson.loads(review.statement)
    assert said["digest"] == held.digest == held.record.content_digest()
    assert (said["record"], said["number"], said["operator"], said["verdict"]) == (
        waiting, held.number, "analyst-one", "approve")  # fmt: skip
    assert said["releasable_text"] == review.releasable_text == "May be said."
    verified = verify_detached(review.jws, review.statement, gateway.trust, Content.REVIEW, at=gateway.clock())
    assert "CN=analyst-one" in verified.subject


def test_a_review_is_no_signature_on_a_record(gateway: Gateway, waiting: str) -> None:
    approve(gateway, waiting, "analyst-one")
    (review,) = gateway.stores.records.get(waiting).reviews
    with pytest.raises(UntrustedSignature, match="another purpose"):
        verify_detached(review.jws, review.statement, gateway.trust, Content.STIX_RECORD, at=gateway.clock())


def _rewrite(gateway: Gateway, **values: object) -> None:
    with writing(gateway.stores.engine) as connection:
        connection.execute(update(tables.reviews).values(**values))


def test_a_review_altered_in_the_database_counts_for_nothing(gateway: Gateway, waiting: str) -> None:
    """Whoever can write the database must not be able to make an approval."""
    approve(gateway, waiting, "analyst-one")
    (review,) = gateway.stores.records.get(waiting).reviews
    forged = orjson.dumps({**orjson.loads(review.statement), "verdict": "approve", "at_ms": 0})
    _rewrite(gateway, statement=forged)
    with pytest.raises(UntrustedSignature):
        approve(gateway, waiting, "analyst-two")
    assert gateway.stores.records.get(waiting).state == "awaiting"


@pytest.mark.parametrize("altered", [{"verdict": "return"}, {"number": 99}, {"record": "record--x"}], ids=str)
def test_a_signed_word_serves_only_for_what_it_says(gateway: Gateway, waiting: str, altered: dict[str, object]) -> None:
    """A signed `return`, or an approval of another version, does not become this approval by where it is stored."""
    approve(gateway, waiting, "analyst-one")
    (review,) = gateway.stores.records.get(waiting).reviews
    statement = orjson.dumps({**orjson.loads(review.statement), **altered}, option=orjson.OPT_SORT_KEYS)
    jws = JsonSigner(gateway.operator_key("analyst-one"), Content.REVIEW).sign(statement)
    _rewrite(gateway, statement=statement, jws=jws)
    with pytest.raises(ReviewRefused):
        approve(gateway, waiting, "analyst-two")
    assert gateway.stores.records.get(waiting).state == "awaiting"


def test_a_record_that_nobody_may_see_is_held_with_its_clauses(gateway: Gateway, waiting: str) -> None:
    held = gateway.stores.records.get(waiting)
    sealed = msgspec.structs.replace(
        held.record,
        handling=msgspec.structs.replace(held.record.handling, sensitivities=(Sensitivity.SEALED,)),
    )
    with writing(gateway.stores.engine) as connection:
        connection.execute(
            update(tables.record_versions)
            .where(tables.record_versions.c.record_id == waiting)
            .values(content=encode_record(sealed), digest=sealed.content_digest())
        )
    approve(gateway, waiting, "analyst-one")
    reviewed = gateway.review_desk.approve(waiting, operator="analyst-two", key=gateway.operator_key("analyst-two"))
    assert reviewed.fate is Fate.HELD
    assert "law.sealed" in reviewed.reason


def test_an_update_of_a_published_report_waits_and_the_earlier_version_stays(gateway: Gateway) -> None:
    drive(gateway, sample(FEED), FEED)
    approve_everything(gateway)
    client = partner_client(gateway, "valley-fusion-center")
    before = {o["id"]: o.get("modified") for o in client.objects()}
    changed = sample(FEED).replace(b"twice", b"often").replace(b",Patrol,", b",Telephone,")
    summary = drive(gateway, changed, FEED)
    assert summary.fates.get(Fate.AWAITING_REVIEW)
    assert {o["id"]: o.get("modified") for o in client.objects()} == before
    approve_everything(gateway)
    after = {o["id"]: o.get("modified") for o in client.objects()}
    assert after != before


def test_an_unknown_record_is_said(gateway: Gateway) -> None:
    with pytest.raises(NotHeld):
        approve(gateway, "record--none", "analyst-one")


def test_two_operators_who_approve_in_the_same_moment_release_the_record(gateway: Gateway, waiting: str) -> None:
    commit = gateway.stores.batches.commit_reviewed
    desk = gateway.review_desk

    class Interleaved:
        """Lets the second operator approve between the first one's look and the first one's commit."""

        begun = False

        def commit_reviewed(self, batch: Batch, *, now_us: int) -> None:
            if not Interleaved.begun:
                Interleaved.begun = True
                replace(desk, batches=self).approve(
                    waiting, operator="analyst-two", key=gateway.operator_key("analyst-two")
                )
            commit(batch, now_us=now_us)

    interleaved = replace(desk, batches=Interleaved())
    last = interleaved.approve(waiting, operator="analyst-one", key=gateway.operator_key("analyst-one"))
    assert last.fate is Fate.PUBLISHED
    assert gateway.stores.records.get(waiting).state == "released"

"""One transaction for everything that follows from an item; a clock for each collection that only goes forward."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from store_builders import (
    START_US,
    batch,
    claimed,
    collection,
    everything,
    outcome,
    record_named,
    release,
    signed,
    version,
)

from gateway import limits
from gateway.errors import LeaseLost, NotHeld, StoreError
from gateway.model.stages import Fate
from gateway.store import placements
from gateway.store.batches import Batch, BatchStore, Refated
from gateway.store.collections import CollectionStore, PageQuery
from gateway.store.deliveries import DeliveryStore
from gateway.store.engine import open_engine
from gateway.store.publication import version_key
from gateway.store.records import RecordStore
from gateway.store.schema import upgrade

V1, V2, V3 = (f"2026-06-0{n}T12:00:00.000Z" for n in (1, 2, 3))
ONE, TWO = record_named(1), record_named(2)
ALL = PageQuery(limit=1000, versions=("all",))
LAST = PageQuery(limit=1000)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'gateway.db'}")
    upgrade(made)
    CollectionStore(made).declare((collection("a"), collection("b")))
    return made


@pytest.fixture
def store(engine: Engine) -> BatchStore:
    return BatchStore(engine)


@pytest.fixture
def deliveries(engine: Engine) -> DeliveryStore:
    return DeliveryStore(engine)


@pytest.fixture
def collections(engine: Engine) -> CollectionStore:
    return CollectionStore(engine)


def commit(store: BatchStore, deliveries: DeliveryStore, what: Batch, receipt: str, *, now_us: int = START_US) -> None:
    store.commit_items(what, claimed(deliveries, receipt), progress=1, now_us=now_us)


def bodies(collections: CollectionStore, name: str, query: PageQuery = LAST) -> list[bytes]:
    return [placed.body for placed in collections.page(name, query).objects]


# All or nothing --------------------------------------------------------------------------------------------------


def test_one_version_of_an_object_has_one_content(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    """STIX 2.1, 3.6.2; whoever would publish a second content publishes nothing at all."""
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("x--1", V1, b"first")], ("a",))), "r1")
    claim = claimed(deliveries, "r2")
    before = everything(engine)
    conflict = signed(TWO, 1, [("x--2", V1, b"new"), ("x--1", V1, b"second")], ("a", "b"))
    with pytest.raises(StoreError, match="two contents"):
        store.commit_items(batch(TWO, 1, conflict), claim, progress=1, now_us=START_US + 9)
    assert everything(engine) == before
    assert bodies(collections, "a") == [b"first"]


def test_one_batch_with_two_contents_is_refused_too(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore
) -> None:
    claim = claimed(deliveries, "r1")
    before = everything(engine)
    views = (
        signed(ONE, 1, [("x--1", V1, b"first")], ("a",)),
        signed(ONE, 1, [("x--1", V1, b"second")], ("b",), key="narrow@1"),
    )
    with pytest.raises(StoreError, match="two contents"):
        store.commit_items(batch(ONE, 1, *views), claim, progress=1, now_us=START_US)
    assert everything(engine) == before


def test_the_same_instant_with_more_digits_is_the_same_version(store: BatchStore, deliveries: DeliveryStore) -> None:
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("x--1", "2026-06-01T12:00:00Z", b"first")], ("a",))), "r1")
    longer = signed(TWO, 1, [("x--1", "2026-06-01T12:00:00.0000000Z", b"second")], ("a",))
    with pytest.raises(StoreError, match="two contents"):
        commit(store, deliveries, batch(TWO, 1, longer), "r2")


@pytest.mark.parametrize(
    "bad", ["banana", "2026-06-01", "2026-06-01T12:00:00", "2026-06-01T12:00:00.Z0", "x" * 19 + ".aZ"]
)
def test_a_version_that_is_no_timestamp_is_refused(bad: str) -> None:
    with pytest.raises(StoreError, match="not a timestamp"):
        version_key(bad)


def test_version_keys_sort_as_the_instants_do() -> None:
    instants = [
        "2026-06-01T12:00:00Z",
        "2026-06-01T12:00:00.05Z",
        "2026-06-01T12:00:00.050001Z",
        "2026-06-01T12:00:00.0500011Z",
        "2026-06-01T12:00:00.5Z",
        "2026-06-01T12:00:01.000Z",
    ]
    keys = [version_key(text) for text in instants]
    assert keys == sorted(set(keys))
    assert version_key(None) == ""


def test_nothing_is_written_without_the_lease(engine: Engine, store: BatchStore, deliveries: DeliveryStore) -> None:
    first = claimed(deliveries, "r1")
    after = START_US + limits.LEASE_SECONDS * 1_000_000 + 1
    assert deliveries.claim(now_us=after - 1, receipt="r1") is None, "held until its lease ends"
    second = deliveries.claim(now_us=after, receipt="r1")
    assert second is not None
    before = everything(engine)
    made = batch(ONE, 1, signed(ONE, 1, [("x--1", V1, b"x")], ("a",)))
    with pytest.raises(LeaseLost):
        store.commit_items(made, first, progress=1, now_us=after)
    with pytest.raises(LeaseLost):
        deliveries.finish(first, state="done")
    assert everything(engine) == before
    store.commit_items(made, second, progress=1, now_us=after)
    deliveries.finish(second, state="done")
    with pytest.raises(LeaseLost):
        store.commit_items(made, second, progress=2, now_us=after)
    assert deliveries.claim(now_us=after * 2) is None, "what is done is not claimed again"


def test_progress_is_kept_with_the_items(store: BatchStore, deliveries: DeliveryStore) -> None:
    claim = claimed(deliveries, "r1")
    assert claim.progress == 0
    store.commit_items(Batch(outcomes=(outcome(1), outcome(2))), claim, progress=2, now_us=START_US)
    again = deliveries.claim(now_us=START_US * 2, receipt="r1")
    assert again is not None
    assert again.progress == 2
    with pytest.raises(IntegrityError):
        store.commit_items(Batch(outcomes=(outcome(2),)), again, progress=3, now_us=START_US)
    assert deliveries.summary("r1").rows == 2, "an item has one fate"


def test_the_oldest_waiting_delivery_is_claimed_first(deliveries: DeliveryStore) -> None:
    assert deliveries.claim(now_us=START_US) is None
    claimed(deliveries, "r1")
    claimed(deliveries, "r2")
    assert deliveries.claim(now_us=START_US) is None, "both are held"
    found = deliveries.claim(now_us=START_US * 2)
    assert found is not None
    assert found.received.receipt == "r1"
    assert found.received.content.whole() == b"content"


def test_a_failure_while_placing_leaves_nothing_behind(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process may die between any two statements: objects without places, places without fates must not be."""
    claim = claimed(deliveries, "r1")
    before = everything(engine)
    real = placements.place

    def dies_at_the_second(connection: object, name: str, *rest: object, **more: object) -> int:
        if name == "b":
            raise RuntimeError("the power fails")
        return real(connection, name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("gateway.store.publication.place", dies_at_the_second)
    with pytest.raises(RuntimeError):
        store.commit_items(
            batch(ONE, 1, signed(ONE, 1, [("x--1", V1, b"x")], ("a", "b"))), claim, progress=1, now_us=START_US
        )
    assert everything(engine) == before
    assert deliveries.summary("r1").rows == 0


def test_a_collection_that_is_not_there_publishes_nothing(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore
) -> None:
    claim = claimed(deliveries, "r1")
    before = everything(engine)
    with pytest.raises(StoreError, match="no such collection"):
        store.commit_items(
            batch(ONE, 1, signed(ONE, 1, [("x--1", V1, b"x")], ("a", "zz"))), claim, progress=1, now_us=START_US
        )
    assert everything(engine) == before


# Order -----------------------------------------------------------------------------------------------------------


def test_date_added_goes_forward_though_the_clock_goes_back(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    for number, now_us in enumerate((START_US, START_US - 10**9, START_US - 10**12, START_US + 5), start=1):
        of = record_named(number)
        view = signed(of, 1, [(f"x--{number}-{n}", V1, b"%d-%d" % (number, n)) for n in range(3)], ("a",))
        commit(store, deliveries, batch(of, 1, view), f"r{number}", now_us=now_us)
    placed = collections.page("a", ALL).objects
    added = [one.date_added_us for one in placed]
    assert added == sorted(set(added))
    assert [one.body for one in placed] == [b"%d-%d" % (number, n) for number in range(1, 5) for n in range(3)]


def test_a_poller_visits_each_object_once_while_others_publish(engine: Engine, tmp_path: Path) -> None:
    """The law of the page walk: whatever is being written meanwhile."""
    writers, each = 3, 8
    failures: list[BaseException] = []

    def publish(writer: int) -> None:
        try:
            own = open_engine(f"sqlite:///{tmp_path / 'gateway.db'}")
            store, deliveries = BatchStore(own), DeliveryStore(own)
            for n in range(each):
                of = record_named(writer * 1000 + n + 1)
                objects = [(f"x--{writer}-{n}-{k}", V1, b"%d-%d-%d" % (writer, n, k)) for k in range(4)]
                commit(store, deliveries, batch(of, 1, signed(of, 1, objects, ("a",))), f"r{writer}-{n}",
                       now_us=START_US + (n * 7919 + writer * 104_729) % 1000)  # fmt: skip
            own.dispose()
        except BaseException as error:  # a thread has nobody to raise to
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(writer,)) for writer in range(writers)]
    collections = CollectionStore(engine)
    seen: list[bytes] = []
    after = 0
    for thread in threads:
        thread.start()
    while True:
        finished = not any(thread.is_alive() for thread in threads)
        page = collections.page("a", PageQuery(limit=5, after_us=after, versions=("all",)))
        if page.objects:
            seen += [one.body for one in page.objects]
            after = page.objects[-1].date_added_us
        elif finished:
            break
        else:
            time.sleep(0.002)
    assert failures == []
    assert len(seen) == len(set(seen)) == writers * each * 4


def test_what_is_placed_already_is_not_placed_again(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    marking = ("marking-definition--1", V1, b"marking")
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [marking, ("x--1", V1, b"1")], ("a",))), "r1")
    commit(store, deliveries, batch(TWO, 1, signed(TWO, 1, [marking, ("x--2", V1, b"2")], ("a", "b"))), "r2")
    assert bodies(collections, "a") == [b"marking", b"1", b"2"]
    assert bodies(collections, "b") == [b"marking", b"2"]


# Versions --------------------------------------------------------------------------------------------------------


def _three_versions(store: BatchStore, deliveries: DeliveryStore) -> None:
    """Version 1 has a person who is gone from version 2; version 3 comes with a third body."""
    shared = ("ipv4-addr--1", None, b"address")
    first = [shared, ("x--person", V1, b"person"), ("report--1", V1, b"report 1")]
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, first, ("a",))), "r1")
    second = [shared, ("report--1", V2, b"report 2")]
    commit(store, deliveries, batch(ONE, 2, signed(ONE, 2, second, ("a",))), "r2")
    third = [("report--1", V3, b"report 3")]
    commit(store, deliveries, batch(ONE, 3, signed(ONE, 3, third, ("a",))), "r3")


def test_first_last_all_and_a_value(store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore) -> None:
    _three_versions(store, deliveries)

    def found(*versions: str) -> list[bytes]:
        return bodies(collections, "a", PageQuery(limit=1000, types=("report",), versions=versions))

    assert found("last") == [b"report 3"]
    assert found("first") == [b"report 1"]
    assert found("all") == [b"report 1", b"report 2", b"report 3"]
    assert found("first", "last") == [b"report 1", b"report 3"]
    assert found(version_key(V2)) == [b"report 2"]
    assert found(version_key(V2), "last") == [b"report 2", b"report 3"]


def test_what_a_newer_version_left_out_leaves_the_latest_objects(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    _three_versions(store, deliveries)
    assert bodies(collections, "a") == [b"report 3"]
    assert len(bodies(collections, "a", ALL)) == 5


def test_a_part_that_another_record_holds_too_stays(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    address = ("ipv4-addr--1", None, b"address")
    commit(store, deliveries, batch(TWO, 1, signed(TWO, 1, [address, ("report--2", V1, b"other")], ("a",))), "r0")
    _three_versions(store, deliveries)
    assert sorted(bodies(collections, "a")) == [b"address", b"other", b"report 3"]


def test_a_part_that_comes_back_is_latest_again(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    _three_versions(store, deliveries)
    fourth = [("ipv4-addr--1", None, b"address"), ("report--1", "2026-06-04T12:00:00.000Z", b"report 4")]
    commit(store, deliveries, batch(ONE, 4, signed(ONE, 4, fourth, ("a",))), "r4")
    assert sorted(bodies(collections, "a")) == [b"address", b"report 4"]


def test_a_version_that_goes_elsewhere_leaves_where_it_was(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    """A raised marking: the new version reaches `b` in a narrower view and `a` no longer; `a` must not keep the old."""
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("report--f", V1, b"full")], ("a", "b"))), "r1")
    narrow = signed(ONE, 2, [("report--n", V2, b"narrow")], ("b",), key="narrow@1")
    commit(store, deliveries, batch(ONE, 2, narrow), "r2")
    assert bodies(collections, "a") == []
    assert bodies(collections, "b") == [b"narrow"]
    assert bodies(collections, "a", ALL) == [b"full"]


def test_a_version_of_the_same_view_that_reaches_fewer_collections_leaves_the_others(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    commit(
        store,
        deliveries,
        batch(ONE, 1, signed(ONE, 1, [("report--f", V1, b"1"), ("x--p", V1, b"p")], ("a", "b"))),
        "r1",
    )
    commit(
        store, deliveries, batch(ONE, 2, signed(ONE, 2, [("report--f", V2, b"2"), ("x--p", V1, b"p")], ("b",))), "r2"
    )
    assert bodies(collections, "a") == []
    assert sorted(bodies(collections, "b")) == [b"2", b"p"]


def test_a_version_that_nobody_may_see_takes_the_earlier_ones_along(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    """The correction says that the record is sealed: what was published must not go on being read as the latest."""
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("report--f", V1, b"full")], ("a",))), "r1")
    held = Batch(outcomes=(outcome(fate=Fate.HELD),), versions=(version(ONE, 2, state="held"),))
    commit(store, deliveries, held, "r2")
    assert bodies(collections, "a") == []


def test_a_version_that_waits_for_review_changes_nothing_yet(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("report--f", V1, b"full")], ("a",))), "r1")
    waits = Batch(outcomes=(outcome(fate=Fate.AWAITING_REVIEW),), versions=(version(ONE, 2, state="awaiting"),))
    commit(store, deliveries, waits, "r2")
    assert bodies(collections, "a") == [b"full"]
    refused = Refated(record_id=ONE.id, number=2, state="held", fate=Fate.HELD, reason="a: law.sealed")
    store.commit_reviewed(Batch(refated=(refused,)), now_us=START_US)
    assert bodies(collections, "a") == []


def test_a_version_returned_to_the_agency_leaves_the_earlier_one_in_force(
    store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    commit(store, deliveries, batch(ONE, 1, signed(ONE, 1, [("report--f", V1, b"full")], ("a",))), "r1")
    waits = Batch(outcomes=(outcome(fate=Fate.AWAITING_REVIEW),), versions=(version(ONE, 2, state="awaiting"),))
    commit(store, deliveries, waits, "r2")
    returned = Refated(record_id=ONE.id, number=2, state="returned", fate=Fate.HELD, reason="returned by a reviewer")
    store.commit_reviewed(Batch(refated=(returned,)), now_us=START_US)
    assert bodies(collections, "a") == [b"full"]


def test_two_versions_of_one_record_in_one_batch(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore, collections: CollectionStore
) -> None:
    both = Batch(
        outcomes=(outcome(1), outcome(2, Fate.UPDATED)),
        versions=(version(ONE, 1), version(ONE, 2, position=2)),
        releases=(
            release(ONE, 1, signed(ONE, 1, [("report--1", V1, b"1"), ("x--p", V1, b"p")], ("a",))),
            release(ONE, 2, signed(ONE, 2, [("report--1", V2, b"2")], ("a",))),
        ),
    )
    commit(store, deliveries, both, "r1")
    assert bodies(collections, "a") == [b"2"]
    assert bodies(collections, "a", ALL) == [b"1", b"p", b"2"]
    held = RecordStore(engine).get(ONE.id)
    assert (held.number, held.state) == (2, "released")


def test_a_waiting_version_that_a_newer_one_supersedes_has_its_fate_changed(
    engine: Engine, store: BatchStore, deliveries: DeliveryStore
) -> None:
    waits = Batch(
        outcomes=(outcome(1, Fate.AWAITING_REVIEW), outcome(2, Fate.AWAITING_REVIEW)),
        versions=(version(ONE, 1, state="awaiting"), version(ONE, 2, position=2, state="awaiting", supersedes=1)),
    )
    commit(store, deliveries, waits, "r1")
    summary = deliveries.summary("r1")
    assert summary.fates == {Fate.SKIPPED: 1, Fate.AWAITING_REVIEW: 1}
    assert summary.reasons[Fate.SKIPPED, "superseded before review"] == 1
    assert summary.rows == 2
    with pytest.raises(StoreError, match="no longer waits"):
        store.commit_reviewed(
            Batch(refated=(Refated(record_id=ONE.id, number=1, state="released", fate=Fate.PUBLISHED),)),
            now_us=START_US,
        )
    assert RecordStore(engine).get(ONE.id).state == "awaiting"


def test_what_is_not_held_is_said(engine: Engine, deliveries: DeliveryStore) -> None:
    with pytest.raises(NotHeld):
        deliveries.summary("no such receipt")
    with pytest.raises(NotHeld):
        RecordStore(engine).get(ONE.id)
    assert RecordStore(engine).heads([]) == {}

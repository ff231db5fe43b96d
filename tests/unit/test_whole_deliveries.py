"""Files that say all there is: what they leave out is withdrawn, and partners are told; silence is not over-read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SteppingClock
from exchange import PartnerClient, approve_everything, partner_client

from gateway import limits
from gateway.absences import Trust
from gateway.errors import InvalidDocument
from gateway.model.content import Content
from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.store.engine import to_us
from gateway.verification import verify_objects
from gateway.wiring import Gateway, open_gateway

FEED = "nightly-calls"
DOCUMENT = """
mapping: nightly-calls
version: 1
makes: {makes}
source: {{agency: Lakeshore County Sheriff}}
handling: {{tlp: amber}}
reads: {{format: delimited, timezone: America/Chicago}}
key: [Call No]
delivery: {delivery}
missing: {missing}
{more}
fields:
  activity.call.category: {{value: {category}}}
  activity.call.case_number: {{from: Call No, required: true}}
  activity.call.reported: {{from: Received, date: "MM/DD/YYYY HH:mm", required: true}}
  activity.call.type_text: Nature
  record.title: {{from: Nature}}
  {fields}
tests:
  - name: any call
    given: {{Call No: "1", Received: 07/04/2030 22:15, Nature: Noise}}
    expect: {{activity.call.type_text: Noise}}
"""
Row = tuple[str, str, str]
HEADER = "Call No,Received,Nature"


def night(*rows: Row) -> bytes:
    return "\n".join([HEADER, *(",".join(row) for row in rows), ""]).encode()


def call(number: int, nature: str = "Noise", day: int = 4) -> Row:
    return str(number), f"07/{day:02d}/2030 22:15", nature


class Feed:
    """A gateway with one nightly feed, and the peer center that receives its incidents."""

    def __init__(self, home: Path, clock: SteppingClock, **document: str) -> None:
        text = {"makes": "incident", "category": "incident", "delivery": "full", "missing": "withdraw"}
        text |= {"more": "", "fields": ""} | document
        (home / "mappings" / f"{FEED}.yaml").write_text(DOCUMENT.format(**text), encoding="utf-8")
        self.gateway: Gateway = open_gateway(home, clock=clock)
        self.valley: PartnerClient = partner_client(self.gateway, "valley-fusion-center")

    def deliver(self, *rows: Row, trust: Trust = Trust.AS_USUAL) -> DeliverySummary:
        return self.bytes(night(*rows), trust=trust)

    def bytes(self, content: bytes, trust: Trust = Trust.AS_USUAL) -> DeliverySummary:
        received = self.gateway.pipeline.receive(Content.of(content), feed=FEED, file_name="nightly.csv")
        return self.drive(received.receipt, trust)

    def drive(self, receipt: str, trust: Trust = Trust.AS_USUAL) -> DeliverySummary:
        claim = self.gateway.stores.deliveries.claim(now_us=to_us(self.gateway.clock()), receipt=receipt)
        assert claim is not None
        return self.gateway.pipeline.drive(claim, trust=trust)

    def states(self) -> dict[str, tuple[int, str]]:
        return {h.record.native_key: (h.number, h.state) for h in self.gateway.stores.records.latest()}

    def containers(self, **parameters: str) -> list[dict[str, Any]]:
        return [one for one in self.valley.objects(**parameters) if one["type"] == "report"]


MakeFeed = Callable[..., Feed]


@pytest.fixture
def feed(home: Path, clock: SteppingClock) -> Any:
    made: list[Feed] = []

    def make(**document: str) -> Feed:
        made.append(Feed(home, clock, **document))
        return made[-1]

    yield make
    for one in made:
        one.gateway.close()


def test_last_nights_file_with_three_rows_changed_and_two_gone(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(*(call(n) for n in range(1, 9)))
    summary = nightly.deliver(
        *(call(n) for n in range(1, 4)), *(call(n, "Quiet again") for n in range(4, 7))
    )  # 7 and 8 are gone
    assert summary.fates == {Fate.UNCHANGED: 3, Fate.UPDATED: 3}
    assert (summary.withdrawn, summary.rows, summary.problems) == (2, 6, ())
    assert nightly.states() == {
        **dict.fromkeys("123", (1, "released")),
        **dict.fromkeys("456", (2, "released")),
        **dict.fromkeys("78", (2, "withdrawn")),
    }


def test_a_partner_is_told_and_reads_nothing_of_it_any_more(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2, "Planted word"))
    before = {one["id"]: one for one in nightly.valley.objects()}
    nightly.deliver(call(1))
    objects = nightly.valley.objects()
    revoked = {one["id"]: one for one in objects if one.get("revoked")}
    assert {one["type"] for one in revoked.values()} == {"incident", "report"}
    for identifier, one in revoked.items():
        assert one["modified"] > before[identifier]["modified"]
        assert one["created"] == before[identifier]["created"]
    assert "Planted" not in json.dumps(objects)
    # what is left is signed like anything else, and whole
    now = nightly.gateway.clock()
    evidence = verify_objects(objects, nightly.gateway.trust, at=now, form="pull")
    assert len(evidence.containers) == 2
    assert all(not coverage.missing for coverage in evidence.containers)
    assert {one["id"] for one in nightly.containers() if not one.get("revoked")} == {
        one["id"] for one in before.values() if one["type"] == "report"
    } - revoked.keys()


def test_a_poller_that_asks_for_what_is_new_hears_of_it(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2))
    collection = nightly.valley.collections()[0]["id"]
    path = f"/exchange/collections/{collection}/objects/"
    seen = nightly.valley.get(path).headers["X-TAXII-Date-Added-Last"]
    nightly.deliver(call(1))
    new = nightly.valley.get(path, added_after=seen).get_json()["objects"]
    assert [one["type"] for one in new if one.get("revoked")] == ["incident", "report"]


def test_what_comes_back_is_published_anew_under_new_ids(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2))
    first = {one["id"] for one in nightly.containers()}
    nightly.deliver(call(1))
    summary = nightly.deliver(call(1), call(2), call(3))
    assert summary.fates == {Fate.UNCHANGED: 1, Fate.PUBLISHED: 2}
    back = [one for one in nightly.containers() if not one.get("revoked")]
    assert len({one["id"] for one in back} - first) == 2
    assert [one["id"] for one in nightly.valley.objects() if one.get("revoked") and one["type"] == "report"] != []
    held = next(h for h in nightly.gateway.stores.records.latest() if h.record.native_key == "2")
    assert (held.number, held.life, held.state) == (3, 1, "released")
    assert held.created_ms == held.modified_ms
    # and once more: the second life ends like the first
    assert nightly.deliver(call(1), call(3)).withdrawn == 1
    assert nightly.deliver(call(1), call(2), call(3)).fates == {Fate.UNCHANGED: 2, Fate.PUBLISHED: 1}


def test_the_same_file_again_changes_nothing(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2))
    nightly.deliver(call(1))
    before = nightly.valley.objects()
    summary = nightly.deliver(call(1))
    assert (summary.fates, summary.withdrawn) == ({Fate.UNCHANGED: 1}, 0)
    assert nightly.valley.objects() == before


def test_the_file_of_the_night_before_last_is_news_again(feed: MakeFeed) -> None:
    """A whole file says how things are now, also in the very bytes of an earlier one."""
    nightly = feed()
    nightly.deliver(call(1), call(2))
    nightly.deliver(call(1, "Quarrel"))
    summary = nightly.deliver(call(1), call(2))
    assert summary.fates == {Fate.UPDATED: 1, Fate.PUBLISHED: 1}


def test_a_rejected_row_with_a_key_is_not_missing(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2), call(3))
    summary = nightly.deliver(call(1), ("2", "31/12/2030 08:00", "Noise"))
    assert summary.fates == {Fate.UNCHANGED: 1, Fate.QUARANTINED: 1}
    assert summary.withdrawn == 1
    assert nightly.states()["2"] == (1, "released")


@pytest.mark.parametrize("row", [",07/04/2030 22:15,Noise", "2,07/04/2030 22:15", '"2,07/04/2030 22:15,Noise'])
def test_an_item_that_may_be_anybodys_keeps_everything(feed: MakeFeed, row: str) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2), call(3))
    summary = nightly.bytes(night(call(1)) + row.encode() + b"\n")
    assert summary.withdrawn == 0
    assert [problem.code for problem in summary.problems] == ["absence-ignored"]
    assert summary.state == "done"


def test_a_file_that_loses_more_than_half_is_not_believed_unasked(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(*(call(n) for n in range(1, 31)))
    rest = [call(n) for n in range(1, 6)]
    summary = nightly.deliver(*rest)
    assert summary.withdrawn == 0
    assert "25 of 30 records are missing" in summary.problems[0].problem
    assert nightly.deliver(*rest, trust=Trust.CONFIRMED).withdrawn == 25
    assert limits.MISSING_FEW < 25


def test_a_file_with_nothing_but_its_header_is_not_believed_unasked(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2))
    summary = nightly.deliver()
    assert (summary.withdrawn, [p.code for p in summary.problems]) == (0, ["absence-ignored"])
    assert nightly.deliver(trust=Trust.CONFIRMED).withdrawn == 2
    assert nightly.deliver().problems == (), "there is nothing left to miss"


def test_a_record_that_cannot_be_taken_back_stays_and_stops_no_other(
    feed: MakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2), call(3))
    pipeline = nightly.gateway.pipeline
    real = type(pipeline.publisher).take_back
    broken = next(h.record.id for h in nightly.gateway.stores.records.latest() if h.record.native_key == "2")

    def breaks(publisher: Any, published: Any, *, at: Any) -> Any:
        if published in nightly.gateway.stores.records.published(broken):
            raise InvalidDocument("1 fault", remedy="Report it")
        return real(publisher, published, at=at)

    monkeypatch.setattr(type(pipeline.publisher), "take_back", breaks)
    summary = nightly.deliver(call(1))
    assert (summary.state, summary.withdrawn) == ("done", 1)
    assert [problem.code for problem in summary.problems] == ["not-withdrawn"]
    assert nightly.states()["2"] == (1, "released")


def test_a_file_that_a_newer_one_has_overtaken_withdraws_nothing(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1), call(2))
    late = nightly.gateway.pipeline.receive(Content.of(night(call(1))), feed=FEED, file_name="late.csv")
    nightly.deliver(call(1), call(2), call(3))
    summary = nightly.drive(late.receipt)
    assert (summary.withdrawn, [p.code for p in summary.problems]) == (0, ["absence-ignored"])


def test_a_file_that_cannot_be_read_withdraws_nothing(feed: MakeFeed) -> None:
    nightly = feed()
    nightly.deliver(call(1))
    for broken in (b"", b"\n\n", b"something,else\n1,2\n"):
        summary = nightly.bytes(broken)
        assert (summary.state, summary.withdrawn) == ("failed", 0)


@pytest.mark.parametrize(("delivery", "missing"), [("full", "keep"), ("delta", "keep")])
def test_nothing_is_withdrawn_unless_the_document_says_so(feed: MakeFeed, delivery: str, missing: str) -> None:
    nightly = feed(delivery=delivery, missing=missing)
    nightly.deliver(call(1), call(2))
    assert nightly.deliver(call(1)).withdrawn == 0


def test_a_window_speaks_only_of_the_time_that_it_covers(feed: MakeFeed) -> None:
    nightly = feed(delivery="window", more="window: activity.call.reported")
    nightly.deliver(*(call(n, day=n) for n in range(1, 11)))
    summary = nightly.deliver(*(call(n, day=n) for n in (4, 6, 7, 9)))
    assert summary.withdrawn == 2
    assert {number for number, (_, state) in nightly.states().items() if state == "withdrawn"} == {"5", "8"}


def test_records_of_other_feeds_are_not_missed(feed: MakeFeed, deliver: Callable[..., Any], gateway: Gateway) -> None:
    nightly = feed()
    others = (Path(__file__).parent.parent.parent / "mappings" / "samples" / "cisa-kev.csv").read_bytes()
    deliver(others, "cisa-kev")
    held = {h.record.id for h in gateway.stores.records.latest()}
    nightly.deliver(call(1), call(2))
    nightly.deliver(call(1))
    assert {h.record.id for h in gateway.stores.records.latest() if h.state != "withdrawn"} >= held


def test_a_version_that_waits_for_review_no_longer_does(feed: MakeFeed) -> None:
    nightly = feed(
        makes="suspicious-activity",
        category="suspicious-activity",
        fields="suspicious.behaviors: {from: Nature, code: all}\n  record.narrative: {from: Nature}",
        more="codes: {all: {values: {Noise: PHOTO}, unmapped: quarantine}}",
    )
    first = nightly.deliver(call(1), call(2))
    assert first.fates == {Fate.AWAITING_REVIEW: 2}
    assert nightly.deliver(call(1)).withdrawn == 1
    assert [held.record.native_key for held in nightly.gateway.review_desk.waiting()] == ["1"]
    told = nightly.gateway.stores.deliveries.summary(first.receipt)
    assert told.reasons[Fate.SKIPPED, "withdrawn before review"] == 1
    assert approve_everything(nightly.gateway) == 1
    assert not any(one.get("revoked") for one in nightly.valley.objects())


def test_a_crash_on_the_way_is_taken_up_again(feed: MakeFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    nightly = feed()
    nightly.deliver(*(call(n) for n in range(1, 7)))
    monkeypatch.setattr(limits, "PUBLISH_BATCH", 1)
    received = nightly.gateway.pipeline.receive(Content.of(night(call(1), call(2))), feed=FEED, file_name="nightly.csv")
    claim = nightly.gateway.stores.deliveries.claim(now_us=to_us(nightly.gateway.clock()), receipt=received.receipt)
    assert claim is not None
    taken_back = []

    def dies_at_the_third(held: Any) -> Any:
        taken_back.append(held)
        if len(taken_back) == 3:
            raise RuntimeError("the machine stops")
        return real(held)

    pipeline = nightly.gateway.pipeline
    real = pipeline._withdrawal
    monkeypatch.setattr(type(pipeline), "_withdrawal", lambda _, held: dies_at_the_third(held))
    with pytest.raises(RuntimeError):
        pipeline.drive(claim)
    monkeypatch.undo()
    again = nightly.gateway.stores.deliveries.claim(
        now_us=to_us(nightly.gateway.clock()) + (limits.LEASE_SECONDS + 1) * 1_000_000, receipt=received.receipt
    )
    assert again is not None
    assert pipeline.drive(again).withdrawn == 4
    assert sorted(n for n, (_, state) in nightly.states().items() if state == "withdrawn") == ["3", "4", "5", "6"]

"""The road as a whole: replay, corrections, crashes, and one fate for each item."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SteppingClock
from exchange import approve_everything, partner_client
from store_builders import everything
from taxii_builders import drive, sample

from gateway import limits, publisher
from gateway.errors import DeliveryTooLarge, LeaseLost
from gateway.model.content import Content
from gateway.model.stages import Fate
from gateway.store import tables
from gateway.store.engine import reading, to_us
from gateway.store.placements import place
from gateway.wiring import Gateway, open_gateway

FEED = "seattle-pd-cad"
QUIET = ("journal", "delivery_blocks", "deliveries", "items", "quarantine")


def calls(*numbers: int, disposition: str = "REPORT WRITTEN (NO ARREST)") -> bytes:
    """Calls for service, invented, one for each number."""
    rows = list(csv.reader(io.StringIO(sample(FEED).decode("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(rows[0])
    for number in numbers:
        writer.writerow([f"20310000{number:05d}", disposition, *rows[1][2:]])
    return out.getvalue().encode()


def placements(gateway: Gateway) -> list[tuple[Any, ...]]:
    """Everything that partners can read, in order, with its flags."""
    p, s = tables.placements, tables.stix_objects
    with reading(gateway.stores.engine) as connection:
        statement = (
            p.select()
            .join(s, s.c.seq == p.c.object_seq)
            .with_only_columns(p.c.collection_id, s.c.id, s.c.version, s.c.body, p.c.is_latest, p.c.is_first)
            .order_by(p.c.collection_id, p.c.date_added_us)
        )
        return [tuple(row) for row in connection.execute(statement)]


@pytest.mark.parametrize("feed", ["seattle-pd-cad", "cisa-kev", "agency-indicators", "sar-form"])
def test_replaying_an_input_publishes_nothing_new(feed: str, gateway: Gateway) -> None:
    drive(gateway, sample(feed), feed)
    approve_everything(gateway)
    drive(gateway, sample(feed), feed)
    approve_everything(gateway)
    before, counted = placements(gateway), everything(gateway.stores.engine)
    summary = drive(gateway, sample(feed), feed)
    assert placements(gateway) == before
    after = everything(gateway.stores.engine)
    assert {t: n for t, n in after.items() if t not in QUIET} == {t: n for t, n in counted.items() if t not in QUIET}
    assert not {Fate.PUBLISHED, Fate.UPDATED, Fate.AWAITING_REVIEW} & set(summary.fates)


def test_every_item_has_one_fate_and_the_fates_sum(gateway: Gateway) -> None:
    content = calls(1, 2, 3) + b"\n" + calls(4).splitlines()[1] + b"\nbroken,row\n"
    summary = drive(gateway, content, FEED)
    assert summary.state == "done"
    with reading(gateway.stores.engine) as connection:
        rows = connection.execute(tables.items.select().order_by(tables.items.c.position)).all()
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert Counter(Fate(row.fate) for row in rows) == summary.fates
    assert sum(summary.reasons.values()) == summary.rows == len(rows)
    assert len(gateway.stores.quarantine.items(summary.receipt)) == summary.fates[Fate.QUARANTINED]


def test_two_versions_of_one_record_in_one_delivery(gateway: Gateway) -> None:
    """Both are published, the later one is the latest; `modified` goes forward though they are of one moment."""
    content = calls(7) + calls(7, disposition="ASSISTANCE RENDERED").splitlines()[1] + b"\n"
    summary = drive(gateway, content, FEED)
    assert summary.fates == {Fate.PUBLISHED: 1, Fate.UPDATED: 1}
    client = partner_client(gateway, "valley-fusion-center")
    reports = [o for o in client.objects(**{"match[version]": "all"}) if o["type"] == "report"]
    assert len(reports) == 2
    assert len({o["id"] for o in reports}) == 1
    assert reports[0]["modified"] < reports[1]["modified"]
    assert reports[0]["created"] == reports[1]["created"]
    assert [o["modified"] for o in client.objects() if o["type"] == "report"] == [reports[1]["modified"]]


def test_a_clock_that_goes_back_makes_no_version_older(gateway: Gateway, clock: SteppingClock) -> None:
    clock.now += timedelta(days=1)  # no key signs before the home was founded
    drive(gateway, calls(7), FEED)
    clock.now -= timedelta(hours=5)
    drive(gateway, calls(7, disposition="ASSISTANCE RENDERED"), FEED)
    client = partner_client(gateway, "valley-fusion-center")
    clock.now += timedelta(hours=6)
    versions = [o["modified"] for o in client.objects(**{"match[version]": "all"}) if o["type"] == "report"]
    assert len(versions) == 2
    assert versions == sorted(versions)


# Crashes ---------------------------------------------------------------------------------------------------------


def test_a_crash_between_receiving_and_driving_loses_nothing(home: Path, clock: SteppingClock) -> None:
    first = open_gateway(home, clock=clock)
    received = first.pipeline.receive(Content.of(calls(1, 2)), feed=FEED, file_name="calls.csv")
    first.close()
    second = open_gateway(home, clock=clock)
    claim = second.stores.deliveries.claim(now_us=to_us(clock()))
    assert claim is not None
    assert claim.received == received
    assert second.pipeline.drive(claim).fates == {Fate.PUBLISHED: 2}
    second.close()


class Crash(BaseException):
    """The process dies: nothing may catch it."""


@pytest.fixture
def crash_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Die at the n-th placing of objects in a collection, half way through the transaction."""

    def arm(nth: int) -> None:
        calls_made: Iterator[int] = iter(range(1, 1000))

        def dies(*arguments: Any, **options: Any) -> int:
            placed = place(*arguments, **options)
            if next(calls_made) == nth:
                raise Crash
            return placed

        monkeypatch.setattr("gateway.store.publication.place", dies)

    return arm


def _end_state(gateway: Gateway) -> Any:
    return [(c, i, latest, first) for c, i, _, _, latest, first in placements(gateway)]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_crash_while_publishing_is_resumed_to_the_same_end(
    nth: int,
    gateway: Gateway,
    home: Path,
    clock: SteppingClock,
    monkeypatch: pytest.MonkeyPatch,
    crash_at: Callable[[int], None],
    tmp_path: Path,
) -> None:
    """Killed in the n-th batch: those before it stand whole, of it nothing does; a second worker goes on."""
    monkeypatch.setattr(limits, "PUBLISH_BATCH", 4)
    content = calls(*range(10))
    received = gateway.pipeline.receive(Content.of(content), feed=FEED, file_name="calls.csv")
    claim = gateway.stores.deliveries.claim(now_us=to_us(clock()))
    assert claim is not None
    crash_at(nth)
    with pytest.raises(Crash):
        gateway.pipeline.drive(claim)
    monkeypatch.setattr("gateway.store.publication.place", place)
    half = gateway.stores.deliveries.summary(received.receipt)
    assert half.state == "received"
    assert half.rows == 4 * (nth - 1)
    reports = [body for _, identifier, _, body, _, _ in placements(gateway) if identifier.startswith("report--")]
    assert len(reports) == 4 * (nth - 1)
    assert gateway.stores.deliveries.claim(now_us=to_us(clock())) is None, "still leased to the dead worker"
    clock.now += timedelta(seconds=limits.LEASE_SECONDS + 1)
    again = gateway.stores.deliveries.claim(now_us=to_us(clock()))
    assert again is not None
    assert again.progress == 4 * (nth - 1)
    summary = gateway.pipeline.drive(again)
    assert summary.state == "done"
    assert summary.fates == {Fate.PUBLISHED: 10}
    assert len({i for _, i, _, _ in _end_state(gateway)}) == len(_end_state(gateway)), "nothing twice"
    assert drive(gateway, content, FEED).fates == {Fate.UNCHANGED: 10}
    with pytest.raises(LeaseLost):
        gateway.stores.deliveries.finish(claim, state="failed")


@pytest.mark.parametrize("stage", ["render_niem", "render_stix", "seal"])
def test_a_fault_in_one_record_quarantines_it_alone_and_names_no_value(
    stage: str, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(publisher, stage)

    def fails_on_the_second(thing: Any, *more: Any, **named: Any) -> Any:
        niem = getattr(thing, "niem", thing)
        if getattr(niem, "view", niem).record.native_key.endswith("00002"):
            raise ZeroDivisionError("Pat Placeholder")
        return real(thing, *more, **named)

    monkeypatch.setattr(publisher, stage, fails_on_the_second)
    summary = drive(gateway, calls(1, 2, 3), FEED)
    assert summary.fates == {Fate.PUBLISHED: 2, Fate.QUARANTINED: 1}
    (item,) = gateway.stores.quarantine.items(summary.receipt)
    assert item.problems[0].code == "internal-error"
    assert "ZeroDivisionError" in item.problems[0].problem
    assert "Placeholder" not in str(item.problems)
    assert b"2031000000002" in item.raw


def test_a_view_that_breaks_its_standard_never_leaves(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    real = publisher.render_niem

    def breaks_the_second(view: Any, center: Any) -> bytes:
        document: bytes = real(view, center)
        return (
            document.replace(b"</fx:Handling>", b"</fx:Handling><nc:Unknown/>") if b"00002<" in document else document
        )

    monkeypatch.setattr(publisher, "render_niem", breaks_the_second)
    summary = drive(gateway, calls(1, 2, 3), FEED)
    assert summary.fates == {Fate.PUBLISHED: 2, Fate.QUARANTINED: 1}
    (item,) = gateway.stores.quarantine.items(summary.receipt)
    assert item.problems[0].code == "rendering.invalid"
    assert "2031000000002" not in partner_client(gateway, "valley-fusion-center").everything_readable()


def test_a_file_that_cannot_be_read_is_kept_and_closed_as_failed(gateway: Gateway) -> None:
    for content in (b"", b"\xff\xfe\x00", b"no,such,columns\n1,2,3\n", b"\x00" * 50):
        summary = drive(gateway, content, FEED)
        assert summary.state == "failed"
        assert summary.rows == 0
        assert summary.problems
    assert len(gateway.stores.deliveries.receipts()) == 4


def test_a_delivery_beyond_the_limit_is_refused(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DELIVERY_BYTES", 10)
    with pytest.raises(DeliveryTooLarge, match="10 bytes"):
        gateway.pipeline.receive(Content.of(b"x" * 11), feed=FEED, file_name="big.csv")
    assert gateway.stores.deliveries.receipts() == ()


def test_two_records_with_one_address_under_different_markings_both_go_out(gateway: Gateway) -> None:
    """An observable's id follows from its value: its bytes must not depend on whose record it is in."""
    rows = list(csv.reader(io.StringIO(sample("agency-indicators").decode("utf-8-sig"))))
    header = rows[0]
    good = next(r for r in rows[1:] if len(r) == len(header) and r[header.index("Type")].lower().startswith("domain"))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for key, tlp in (("R-1", "GREEN"), ("R-2", "AMBER")):
        row = list(good)
        row[header.index("Reference")], row[header.index("TLP")] = key, tlp
        writer.writerow(row)
    assert drive(gateway, out.getvalue().encode(), "agency-indicators").fates == {Fate.PUBLISHED: 2}


def test_the_journal_holds_no_personal_value(gateway: Gateway) -> None:
    drive(gateway, sample("sar-form"), "sar-form")
    approve_everything(gateway)
    with reading(gateway.stores.engine) as connection:
        lines = b"".join(connection.execute(tables.journal.select().with_only_columns(tables.journal.c.body)).scalars())
    assert b"record.released" in lines
    for word in (b"Placeholder", b"TST-0417", b"Riverbend", b"specimen", b"30-00017"):
        assert word not in lines


def test_the_log_holds_no_personal_value(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    drive(gateway, sample("sar-form"), "sar-form")
    approve_everything(gateway)
    said = "".join(capsys.readouterr())
    for word in ("Placeholder", "TST-0417", "Riverbend", "specimen", "30-00017"):
        assert word not in said

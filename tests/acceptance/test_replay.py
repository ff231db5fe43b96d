"""Replaying an input changes nothing: not even a file whose later rows change what its earlier rows said."""

from collections.abc import Callable
from pathlib import Path

import pytest
from exchange import approve_everything, partner_client

from gateway.config import shipped
from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.wiring import Gateway

Deliver = Callable[..., DeliverySummary]
SAMPLES = sorted((shipped("mappings") / "samples").glob("*.csv"))
CHANGING = {Fate.PUBLISHED, Fate.UPDATED, Fate.HELD, Fate.AWAITING_REVIEW}


def _served(gateway: Gateway) -> dict[str, list[str]]:
    """What each partner reads under all versions, object by object."""
    return {
        partner: sorted(
            f"{one['id']} {one.get('modified')}"
            for one in partner_client(gateway, partner).objects(**{"match[version]": "all"})
        )
        for partner in gateway.register.partners
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_same_bytes_again_change_nothing(sample: Path, deliver: Deliver, gateway: Gateway) -> None:
    first = deliver(sample.read_bytes(), sample.stem)
    approve_everything(gateway)
    before = _served(gateway)
    again = deliver(sample.read_bytes(), sample.stem)
    assert again.rows == first.rows
    assert not CHANGING & set(again.fates)
    assert again.fates[Fate.QUARANTINED] == first.fates[Fate.QUARANTINED]
    assert gateway.review_desk.waiting() == ()
    assert _served(gateway) == before


def _two_rows(feed: str, old: str, new: str) -> tuple[str, str, str]:
    path = shipped("mappings") / "samples" / f"{feed}.csv"
    header, row, *_ = path.read_text(encoding="utf-8-sig").splitlines()
    assert old in row
    return header, row, row.replace(old, new)


def test_an_old_value_in_new_bytes_is_a_change(deliver: Deliver, gateway: Gateway) -> None:
    feed = "seattle-pd-cad"
    header, row, changed = _two_rows(feed, ",911,", ",ONVIEW,")
    assert deliver(f"{header}\n{row}\n".encode(), feed).fates == {Fate.PUBLISHED: 1}
    assert deliver(f"{header}\n{changed}\n".encode(), feed).fates == {Fate.UPDATED: 1}
    assert deliver(f"{header}\n{row}\n".encode(), feed).fates == {Fate.UNCHANGED: 1}, "the first bytes again"
    assert deliver(f"{header}\n{row}\r\n".encode(), feed).fates == {Fate.UPDATED: 1}, "new bytes, old value"


def test_a_file_that_says_all_there_is_is_news_after_another(deliver: Deliver, gateway: Gateway) -> None:
    """The catalog is delivered whole: yesterday's bytes after today's say that today's change was taken back."""
    feed = "cisa-kev"
    header, row, changed = _two_rows(feed, "Known", "Unknown")
    for text, fate in ((row, Fate.PUBLISHED), (changed, Fate.UPDATED), (row, Fate.UPDATED), (row, Fate.UNCHANGED)):
        assert deliver(f"{header}\n{text}\n".encode(), feed).fates == {fate: 1}


def test_a_value_that_comes_back_within_one_file_counts(deliver: Deliver, gateway: Gateway) -> None:
    header, row, *_ = (shipped("mappings") / "samples" / "cisa-kev.csv").read_text(encoding="utf-8-sig").splitlines()
    changed = row.replace("Known", "Unknown")
    summary = deliver(f"{header}\n{row}\n{changed}\n{row}\n".encode(), "cisa-kev")
    assert summary.fates == {Fate.PUBLISHED: 1, Fate.UPDATED: 2}

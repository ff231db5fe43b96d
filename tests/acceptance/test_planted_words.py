"""A word planted in any field that can hold one appears nowhere in what an infrastructure operator can pull."""

import csv
import io
from collections.abc import Callable

from exchange import approve_everything, partner_client

from gateway.config import shipped
from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.wiring import Gateway

Deliver = Callable[..., DeliverySummary]


def _planted_delivery() -> tuple[bytes, dict[str, str]]:
    """The first good report of the sample, once for each column with a word of its own in that column."""
    text = (shipped("mappings") / "samples" / "sar-form.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    header, good = rows[0], rows[1]
    key = header.index("Report Number")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    words: dict[str, str] = {}
    for number, column in enumerate(header):
        row = list(good)
        word = f"Zq{number:02d}planted"
        row[key] = f"99-{number:05d}"
        row[number] = word if number == key else f"{row[number]} {word}".strip()
        if column in ("Subject License", "Vehicle Plate", "Reporting ORI", "Reporter Email"):
            row[number] = word
        words[column] = word
        writer.writerow(row)
    return out.getvalue().encode(), words


def test_planted_words_reach_the_peer_and_never_the_operator(deliver: Deliver, gateway: Gateway) -> None:
    content, words = _planted_delivery()
    summary = deliver(content, "sar-form", "Zq99planted.csv")
    waiting = gateway.review_desk.waiting()
    assert summary.fates[Fate.AWAITING_REVIEW] == len(waiting)
    carried = "".join(str(held.record) for held in waiting)
    planted = {column: word for column, word in words.items() if word in carried or word.upper() in carried}
    assert len(planted) > 25, "most columns of the form take free text"
    approve_everything(gateway)
    operator = partner_client(gateway, "harbor-power").everything_readable().lower()
    peer = partner_client(gateway, "valley-fusion-center").everything_readable().lower()
    assert operator.count('"incident"') >= len(waiting)
    for column, word in {**planted, "file name": "Zq99planted"}.items():
        assert word.lower() not in operator, f"{column} shows through"
        if column != "file name":
            assert word.lower() in peer, f"{column} should have reached the peer: the test would see nothing otherwise"


def test_a_releasable_text_is_all_that_the_operator_reads(deliver: Deliver, gateway: Gateway) -> None:
    content, _ = _planted_delivery()
    deliver(content, "sar-form")
    approve_everything(gateway, releasable_text="Watch the intake fence.")
    read = partner_client(gateway, "harbor-power").everything_readable()
    assert "Watch the intake fence." in read
    assert "planted" not in read


def test_ids_and_digests_of_the_operators_view_link_to_no_other_view(deliver: Deliver, gateway: Gateway) -> None:
    content, _ = _planted_delivery()
    deliver(content, "sar-form")
    approve_everything(gateway)
    shared_types = {"identity", "marking-definition", "extension-definition"}
    seen = {}
    for partner in ("harbor-power", "valley-fusion-center"):
        objects = partner_client(gateway, partner).objects()
        seen[partner] = {o["id"] for o in objects if o["type"] not in shared_types}
    assert seen["harbor-power"]
    assert not seen["harbor-power"] & seen["valley-fusion-center"]
    internal = {held.record.id.partition("--")[2] for held in gateway.stores.records.latest()}
    assert not internal & {identifier.partition("--")[2] for ids in seen.values() for identifier in ids}

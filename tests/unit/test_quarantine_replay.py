"""Rejected items: corrected, taken down the road again with the same ids, or set aside; what was delivered stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config import shipped
from gateway.errors import BadSetting, NotHeld
from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.wiring import Gateway, open_gateway

Deliver = Callable[..., DeliverySummary]
FEED = "cisa-kev"


def _lines(path: str = f"samples/{FEED}.csv") -> list[str]:
    return (shipped("mappings") / path).read_text(encoding="utf-8-sig").splitlines()


@pytest.fixture
def rejected(deliver: Deliver) -> DeliverySummary:
    """A delivery of one good row and one whose date does not read."""
    header, good, other, *_ = _lines()
    bad = other.replace(other.split(",")[0], "CVE-2031-55555")
    day = next(cell for cell in bad.split(",") if cell.startswith("20") and cell.count("-") == 2)
    return deliver(f"{header}\n{good}\n{bad.replace(day, '02/05/2030', 1)}\n".encode(), FEED)


def _only(gateway: Gateway) -> tuple[str, int]:
    (item,) = gateway.stores.quarantine.items()
    return item.receipt, item.position


def test_a_corrected_cell_and_a_replay_publish_the_item(gateway: Gateway, rejected: DeliverySummary) -> None:
    receipt, position = _only(gateway)
    raw = gateway.stores.quarantine.get(receipt, position).raw
    gateway.quarantine_desk.fix(receipt, position, {"dateAdded": "2030-02-05"})
    assert gateway.stores.quarantine.get(receipt, position).raw == raw
    outcomes = gateway.quarantine_desk.replay(receipt)[receipt]
    assert [(o.position, o.fate) for o in outcomes] == [(position, Fate.PUBLISHED)]
    assert gateway.stores.quarantine.items() == ()
    summary = gateway.stores.deliveries.summary(receipt)
    assert summary.fates == {Fate.PUBLISHED: 2}
    assert summary.rows == rejected.rows


def test_a_replay_gives_the_id_of_a_clean_first_pass(
    gateway: Gateway, rejected: DeliverySummary, deliver: Deliver
) -> None:
    receipt, position = _only(gateway)
    gateway.quarantine_desk.fix(receipt, position, {"dateAdded": "2030-02-05"})
    (outcome,) = gateway.quarantine_desk.replay(receipt, position)[receipt]
    again = gateway.stores.quarantine.items()
    assert again == ()
    held = gateway.stores.records.get(str(outcome.record_id))
    assert held.record.native_key == "CVE-2031-55555"
    assert held.record.id == "record--" + gateway.ids.uuid("record", FEED, "CVE-2031-55555")


def test_a_replay_that_fails_again_keeps_the_item_with_its_problems_of_today(
    gateway: Gateway, rejected: DeliverySummary
) -> None:
    receipt, position = _only(gateway)
    gateway.quarantine_desk.fix(receipt, position, {"dateAdded": "2030-02-05", "cveID": "no CVE"})
    (outcome,) = gateway.quarantine_desk.replay()[receipt]
    assert outcome.fate is Fate.QUARANTINED
    assert [p.code for p in gateway.stores.quarantine.get(receipt, position).problems] == ["bad-value"]
    assert gateway.stores.deliveries.summary(receipt).fates == {Fate.PUBLISHED: 1, Fate.QUARANTINED: 1}


def test_a_mended_mapping_is_what_a_replay_uses(gateway: Gateway, rejected: DeliverySummary, home: Path) -> None:
    receipt, position = _only(gateway)
    text = (shipped("mappings") / f"{FEED}.yaml").read_text(encoding="utf-8")
    widened = text.replace("from: dateAdded, date: YYYY-MM-DD", "from: dateAdded, date: [YYYY-MM-DD, MM/DD/YYYY]", 1)
    assert widened != text
    (home / "mappings" / f"{FEED}.yaml").write_text(widened.replace("version: 1", "version: 2"), encoding="utf-8")
    reopened = open_gateway(home, clock=gateway.clock)
    (outcome,) = reopened.quarantine_desk.replay()[receipt]
    held = reopened.stores.records.get(str(outcome.record_id))
    reopened.close()
    assert (outcome.position, outcome.fate) == (position, Fate.PUBLISHED)
    assert held.record.provenance.mapping_version == "2"
    assert str(held.record.vulnerabilities[0].added) == "2030-02-05"


def test_a_dropped_item_is_skipped_with_its_reason(gateway: Gateway, rejected: DeliverySummary) -> None:
    receipt, position = _only(gateway)
    gateway.quarantine_desk.drop(receipt, position, "a test row of the vendor")
    summary = gateway.stores.deliveries.summary(receipt)
    assert summary.reasons[Fate.SKIPPED, "dropped: a test row of the vendor"] == 1
    assert summary.rows == rejected.rows
    with pytest.raises(NotHeld):
        gateway.quarantine_desk.drop(receipt, position, "again")


def test_what_makes_no_sense_is_refused(gateway: Gateway, rejected: DeliverySummary) -> None:
    receipt, position = _only(gateway)
    with pytest.raises(BadSetting, match="reads no column 'nocolumn'"):
        gateway.quarantine_desk.fix(receipt, position, {"nocolumn": "x"})
    with pytest.raises(BadSetting, match="a reason is needed"):
        gateway.quarantine_desk.drop(receipt, position, "  ")
    with pytest.raises(NotHeld):
        gateway.quarantine_desk.replay(receipt, 1)

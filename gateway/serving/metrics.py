"""What a monitor reads: the gateway's numbers in the Prometheus text format.

Feed names tell who delivers to the center, so the page needs a token of its own; a partner's credential does not open
it. Nothing here counts anything: each answer is one look at the store.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.checkup import VitalSigns

__all__ = ["CONTENT_TYPE", "exposition"]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class _Signs(Collector):
    """The numbers of one look, as the library wants them handed over."""

    def __init__(self, signs: VitalSigns) -> None:
        self._signs = signs

    def collect(self) -> Iterator[Metric]:
        """One gauge for each number."""
        late = GaugeMetricFamily("gateway_feed_late", "1 where a delivery is overdue.", labels=["feed"])
        due = GaugeMetricFamily(
            "gateway_feed_due_timestamp_seconds", "The last deadline of a feed's delivery.", labels=["feed"]
        )
        for timing in self._signs.timings:
            late.add_metric([timing.feed], int(timing.late))
            due.add_metric([timing.feed], timing.due.timestamp())
        last = GaugeMetricFamily(
            "gateway_feed_last_delivery_timestamp_seconds", "When a feed's last file came.", labels=["feed"]
        )
        store = self._signs.store
        for feed, moment in sorted(store.last_received.items()):
            last.add_metric([feed], moment.timestamp())
        rejected = GaugeMetricFamily("gateway_quarantine_items", "Rejected items that are open.", labels=["feed"])
        for feed, count in sorted(store.quarantined.items()):
            rejected.add_metric([feed], count)
        yield from (late, due, last, rejected)
        yield GaugeMetricFamily("gateway_deliveries_waiting", "Deliveries not read to their end.", value=store.waiting)
        yield GaugeMetricFamily("gateway_deliveries_failed", "Files refused in the last week.", value=store.failed)
        yield GaugeMetricFamily("gateway_records_awaiting_review", "Versions that wait.", value=store.awaiting)


def exposition(signs: VitalSigns) -> bytes:
    """The page."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Signs(signs))
    return generate_latest(registry)

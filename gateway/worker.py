"""The worker: claims delivered files and drives them down the road, also those that another process left behind."""

import threading
from collections.abc import Callable
from datetime import datetime

from gateway.errors import LeaseLost
from gateway.logs import Log
from gateway.pipeline import Pipeline
from gateway.store.deliveries import DeliveryStore, DeliverySummary
from gateway.store.engine import to_us

__all__ = ["drain", "work_until"]

_IDLE_SECONDS = 1.0
"""How long an idle worker waits before it looks again."""


def drain(
    pipeline: Pipeline,
    deliveries: DeliveryStore,
    *,
    clock: Callable[[], datetime],
    log: Log,
    on_done: Callable[[DeliverySummary], None] = lambda _: None,
) -> int:
    """Drive everything that waits, oldest first; how many deliveries that were."""
    done = 0
    while (claim := deliveries.claim(now_us=to_us(clock()))) is not None:
        log.info("delivery.claimed", receipt=claim.received.receipt, feed=claim.received.feed, progress=claim.progress)
        try:
            summary = pipeline.drive(claim)
        except LeaseLost as error:
            log.warning("delivery.lost", receipt=error.where)
            continue
        log.info("delivery.done", receipt=summary.receipt, state=summary.state, rows=summary.rows)
        on_done(summary)
        done += 1
    return done


def work_until(
    stopped: threading.Event,
    pipeline: Pipeline,
    deliveries: DeliveryStore,
    *,
    clock: Callable[[], datetime],
    log: Log,
    on_done: Callable[[DeliverySummary], None] = lambda _: None,
) -> None:
    """Drain, wait, and drain again until `stopped` is set."""
    while not stopped.is_set():
        drain(pipeline, deliveries, clock=clock, log=log, on_done=on_done)
        stopped.wait(_IDLE_SECONDS)

"""A served exchange with every bundled sample published, for tests that only read."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conftest import SteppingClock
from exchange import PartnerClient, approve_everything, partner_client

from gateway.config import shipped_samples
from gateway.model.content import Content
from gateway.wiring import Gateway, open_gateway

FEEDS = ("agency-indicators", "chp-cad", "cisa-kev", "cisa-kev-json", "nibrs-flat", "sar-form", "seattle-pd-cad")
"""Feeds of every kind that can leave; a new sample elsewhere does not move what the tests of polling count."""


@dataclass(frozen=True)
class Exchange:
    """The gateway behind it, and a client for each of the example partners."""

    gateway: Gateway
    clock: SteppingClock
    valley: PartnerClient
    harbor: PartnerClient
    federal: PartnerClient

    def collection(self, client: PartnerClient) -> str:
        """The path of the client's first collection that holds something."""
        for found in client.collections():
            path = f"/exchange/collections/{found['id']}/"
            if client.get(f"{path}manifest/", limit="1").get_json():
                return path
        raise AssertionError("no collection of this partner holds anything")


def sample(feed: str) -> bytes:
    """The bundled sample of a feed."""
    return shipped_samples()[feed].read_bytes()


def drive(gateway: Gateway, content: bytes, feed: str, file_name: str = "delivery.csv") -> Any:
    """Deliver and drive down the road."""
    received = gateway.pipeline.receive(Content.of(content), feed=feed, file_name=file_name)
    claim = gateway.stores.deliveries.claim(now_us=0, receipt=received.receipt)
    assert claim is not None
    return gateway.pipeline.drive(claim)


@contextmanager
def exchange_in(founded: Path, folder: Path) -> Iterator[Exchange]:
    """An exchange over a copy of a founded home, all samples delivered and reviewed."""
    home = folder / "home"
    shutil.copytree(founded, home)
    clock = SteppingClock()
    gateway = open_gateway(home, clock=clock)
    try:
        for feed in FEEDS:
            drive(gateway, sample(feed), feed, shipped_samples()[feed].name)
        approve_everything(gateway)
        yield Exchange(
            gateway,
            clock,
            valley=partner_client(gateway, "valley-fusion-center"),
            harbor=partner_client(gateway, "harbor-power"),
            federal=partner_client(gateway, "federal-cyber-desk"),
        )
    finally:
        gateway.close()


def basic(user: str, password: str) -> str:
    """An Authorization header for HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

"""gateway serve, gateway work."""

import signal
import threading
from typing import Annotated

import typer

from gateway.cli.ingest import show_summary
from gateway.cli.shown import Home, console, opened
from gateway.wiring import serving
from gateway.worker import drain, work_until

__all__ = ["serve", "stop_signal", "work"]


def stop_signal() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set: stopping is orderly, and nothing is cut off half way."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def serve(home: Home = None) -> None:
    """Serve TAXII 2.1 and the key set over HTTPS until stopped.

    Example: gateway serve --home ./gateway-home
    """
    out = console()
    stopped = stop_signal()
    with opened(home) as gateway, serving(gateway) as url:
        out.print(f"Serving on {url}; stop with Ctrl-C.")
        stopped.wait()
    out.print("Stopped.")


def work(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing waits any more.")] = False,
    home: Home = None,
) -> None:
    """Drive waiting deliveries down the road; takes over what a stopped process left unfinished.

    Example: gateway work --once
    """
    stopped = stop_signal()
    with opened(home) as gateway:
        pipeline, deliveries, clock, log = gateway.pipeline, gateway.stores.deliveries, gateway.clock, gateway.log
        if once:
            drain(pipeline, deliveries, clock=clock, log=log, on_done=show_summary)
        else:
            work_until(stopped, pipeline, deliveries, clock=clock, log=log, on_done=show_summary)

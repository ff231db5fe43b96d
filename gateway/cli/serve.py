"""gateway serve."""

import time

from gateway.cli.shown import Home, console, opened
from gateway.demo import serving

__all__ = ["serve"]


def serve(home: Home = None) -> None:
    """Serve TAXII 2.1 and the key set over HTTPS until stopped.

    Example: gateway serve --home ./gateway-home
    """
    out = console()
    with opened(home) as gateway, serving(gateway) as url:
        out.print(f"Serving on {url}; stop with Ctrl-C.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            out.print("Stopped.")

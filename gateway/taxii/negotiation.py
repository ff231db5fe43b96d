"""Media types and methods, put right before medallion's views see them.

Those views understand one spelling of the TAXII media type. The standard admits any that HTTP does: without a version,
with q-values, quotes and other letter case, in a list (TAXII 2.1, 1.6.8.2 and 3.1; RFC 9110, 12.5.1).
"""

import io
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.http import parse_accept_header, parse_options_header

from gateway import limits, names

__all__ = ["Negotiation", "admits_taxii"]

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_RANGES = ("application/taxii+json", "application/*", "*/*")


def admits_taxii(header: str) -> bool:
    """Whether an Accept or Content-Type value admits TAXII 2.1."""
    for value, quality in parse_accept_header(header):
        media_type, options = parse_options_header(value)
        versioned = options.get("version", "2.1") == "2.1"
        if media_type.lower() in _RANGES and versioned and quality > 0:
            return True
    return False


class Negotiation:
    """WSGI middleware: canonical media types, HEAD as GET without its body, chunked bodies with a length."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if admits_taxii(environ.get("HTTP_ACCEPT", "") or "*/*"):
            environ["HTTP_ACCEPT"] = names.TAXII_MEDIA_TYPE
        content_type = environ.get("CONTENT_TYPE", "")
        is_taxii = parse_options_header(content_type)[0].lower() == "application/taxii+json"
        if is_taxii and admits_taxii(content_type):
            environ["CONTENT_TYPE"] = names.TAXII_MEDIA_TYPE
        if environ["REQUEST_METHOD"] == "POST" and not environ.get("CONTENT_LENGTH"):
            body = environ["wsgi.input"].read(limits.REQUEST_BYTES + 1)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        if environ["REQUEST_METHOD"] != "HEAD":
            return self._app(environ, start_response)
        answer = self._app({**environ, "REQUEST_METHOD": "GET"}, start_response)
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        return []

"""The TLS server: cheroot, which shows the application the client's certificate in mod_ssl's variables."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Server

from gateway import limits
from gateway.errors import ConfigurationError
from gateway.signing.key_files import require_key_file

_HEADER_BYTES = 32 * 1024
"""Request line and headers together; the longest token that we issue is a few hundred bytes."""

__all__ = ["TlsFiles", "make_server", "running"]


class TlsFiles:
    """Certificate chain and key of the server, and the authority that issues partners' client certificates."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "tls" / "server.crt"
        self.key = folder / "tls" / "server.key"
        self.client_authority = folder / "ca" / "root.crt"


def make_server(app: Any, *, host: str, port: int, threads: int, tls: TlsFiles) -> Server:
    """A server that is not listening yet. Port 0 lets the system choose one.

    Raises UnsafeKeyFile when others could read the key.
    """
    require_key_file(tls.key, tls.certificate)
    server = Server(
        (host, port),
        app,
        numthreads=threads,
        timeout=limits.REQUEST_SECONDS,
        server_name="gateway",
    )
    server.max_request_body_size = limits.REQUEST_BYTES
    server.max_request_header_size = _HEADER_BYTES
    adapter = BuiltinSSLAdapter(str(tls.certificate), str(tls.key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(tls.certificate, tls.key)
    context.load_verify_locations(tls.client_authority)
    context.verify_mode = ssl.CERT_OPTIONAL
    adapter.context = context
    server.ssl_adapter = adapter
    return server


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Listen and serve in a thread of its own; yields the base URL, such as https://127.0.0.1:8443."""
    try:
        server.prepare()
    except OSError as error:
        host, port = server.bind_addr[:2]
        raise ConfigurationError(
            "the address is in use or not ours", where=f"{host}:{port}", remedy="Choose another listen_port"
        ) from error
    thread = threading.Thread(target=server.serve, name="gateway-server", daemon=True)
    thread.start()
    host, port = server.bind_addr[:2]
    try:
        yield f"https://{host}:{port}"
    finally:
        server.stop()
        thread.join(timeout=10)

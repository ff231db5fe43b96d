"""The partner's side: polling with an unmodified taxii2-client."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from taxii2client.common import _HTTPConnection
from taxii2client.v21 import ApiRoot, Server, as_pages

from gateway import limits
from gateway.errors import GatewayError

__all__ = ["Pulled", "fetch_key_set", "pull"]


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one collection gave: its objects in the order served."""

    collection_id: str
    title: str
    objects: tuple[dict[str, Any], ...]
    pages: int


def pull(
    discovery_url: str, *, user: str, password: str, ca_file: Path, on_page: Callable[[int], None] = lambda _: None
) -> tuple[Pulled, ...]:
    """Everything in every collection that the server shows to this credential.

    Raises GatewayError when the server cannot be reached or refuses the credential.
    """
    try:
        connection = _connection(user, password, ca_file)
        root = Server(discovery_url, conn=connection).default
        if root is None:
            return ()
        return tuple(_pull_one(collection, on_page) for collection in ApiRoot(root.url, conn=connection).collections)
    except requests.RequestException as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise GatewayError(
            f"the server does not serve this credential ({status})",
            where=discovery_url,
            remedy="Check the address, the credential and the CA file",
        ) from error


def _connection(user: str, password: str, ca_file: Path) -> _HTTPConnection:
    """The client's connection, believing this CA alone: requests lets REQUESTS_CA_BUNDLE override a session's CA."""
    connection = _HTTPConnection(user=user, password=password, verify=str(ca_file), version="2.1")
    connection.session.trust_env = False
    return connection


def _pull_one(collection: Any, on_page: Callable[[int], None]) -> Pulled:
    if not _UUID.fullmatch(str(collection.id)):  # it becomes a file's name at the partner
        raise GatewayError("the server names a collection by something else than a UUID", remedy="Ask the center")
    objects: list[dict[str, Any]] = []
    pages = 0
    for envelope in as_pages(collection.get_objects, per_request=limits.PAGE_OBJECTS):
        pages += 1
        objects += envelope.get("objects", [])
        on_page(len(objects))
    return Pulled(collection.id, collection.title, tuple(objects), pages)


def fetch_key_set(url: str, *, ca_file: Path) -> bytes:
    """The center's published key set. Raises GatewayError when it cannot be fetched."""
    try:
        response = requests.get(url, verify=str(ca_file), timeout=limits.REQUEST_SECONDS)
        response.raise_for_status()
    except requests.RequestException as error:
        raise GatewayError("the key set cannot be fetched", where=url, remedy="Check the address") from error
    return response.content

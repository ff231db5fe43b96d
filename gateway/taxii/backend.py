"""medallion's backend over the gateway's store: what each partner sees is decided here, at every request."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import medallion
import orjson
from flask import g, request
from flask.json.provider import JSONProvider
from medallion.backends.base import Backend
from medallion.exceptions import ProcessingError

from gateway import limits, names
from gateway.model.center import Center
from gateway.sharing.access import open_agreements
from gateway.sharing.documents import Agreement, Register
from gateway.store.collections import Collection, CollectionStore, Page, Placed
from gateway.store.disseminations import Dissemination, DisseminationStore
from gateway.store.engine import to_us
from gateway.taxii.authentication import Caller
from gateway.taxii.cursor import CursorKey
from gateway.taxii.query import Poll, read_poll, timestamp

__all__ = ["GatewayBackend", "RawJson", "RawJsonProvider"]

Resource = dict[str, Any]
Headers = dict[str, str]


class RawJson:
    """A JSON document that is written already. False when it lists nothing: medallion answers 404 then."""

    __slots__ = ("_lists_something", "body")

    def __init__(self, body: bytes, *, lists_something: bool = True) -> None:
        self.body = body
        self._lists_something = lists_something

    def __bool__(self) -> bool:
        return self._lists_something


class RawJsonProvider(JSONProvider):
    """Sends stored documents without parsing them; everything else goes through orjson."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """JSON text. medallion puts it into a Response, which takes the bytes of a RawJson as they are."""
        return obj.body if isinstance(obj, RawJson) else orjson.dumps(obj).decode()  # type: ignore[return-value]

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a JSON text. Raises ValueError."""
        return orjson.loads(s)


class GatewayBackend(Backend):  # type: ignore[misc]  # medallion has no types
    """Collections as the caller's agreements open them; a collection that is not open does not exist.

    Nothing is written through TAXII: partners receive here, agencies push elsewhere.
    """

    def __init__(
        self,
        *,
        center: Center,
        register: Callable[[], Register],
        collections: CollectionStore,
        disseminations: DisseminationStore,
        cursor_key: CursorKey,
        page_objects: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._center = center
        self._register = register
        self._collections = collections
        self._disseminations = disseminations
        self._cursor_key = cursor_key
        self._page_objects = page_objects
        self._clock = clock

    def server_discovery(self) -> Resource:
        """TAXII 2.1, 4.1."""
        return {
            "title": self._center.name,
            "description": "Records under sharing agreements",
            "contact": self._center.contact,
            "default": names.API_ROOT_PATH,
            "api_roots": [names.API_ROOT_PATH],
        }

    def get_api_root_information(self, api_root: str) -> Resource | None:
        """TAXII 2.1, 4.2; None for any root but ours."""
        if api_root != names.API_ROOT:
            return None
        return {
            "title": self._center.name,
            "description": "One collection for each agreement and projection",
            "versions": [names.TAXII_MEDIA_TYPE],
            "max_content_length": limits.REQUEST_BYTES,
        }

    def get_collections(self, api_root: str) -> Resource:
        """TAXII 2.1, 5.1: the caller's own collections; the key is left out when there are none (2.1.1)."""
        shown = [_resource(collection) for collection, _ in self._open(api_root)]
        return {"collections": shown} if shown else {}

    def get_collection(self, api_root: str, collection_id: str) -> Resource | None:
        """TAXII 2.1, 5.2, by id or alias; None, which answers 404, for one that is not open to the caller."""
        found = self._find(api_root, collection_id)
        return None if found is None else _resource(found[0])

    def get_objects(
        self, api_root: str, collection_id: str, _: Resource, allowed: tuple[str, ...], limit: int
    ) -> tuple[RawJson, Headers]:
        """TAXII 2.1, 5.4."""
        poll, page, headers = self._poll(api_root, collection_id, "objects", allowed, limit)
        return _envelope(poll, page, b"objects", [placed.body for placed in page.objects]), headers

    def get_object(
        self, api_root: str, collection_id: str, object_id: str, _: Resource, allowed: tuple[str, ...], limit: int
    ) -> tuple[RawJson, Headers]:
        """TAXII 2.1, 5.6."""
        poll, page, headers = self._poll(api_root, collection_id, "object", allowed, limit, object_id)
        return _envelope(poll, page, b"objects", [placed.body for placed in page.objects]), headers

    def get_object_manifest(
        self, api_root: str, collection_id: str, _: Resource, allowed: tuple[str, ...], limit: int
    ) -> tuple[RawJson, Headers]:
        """TAXII 2.1, 5.3."""
        poll, page, headers = self._poll(api_root, collection_id, "manifest", allowed, limit)
        records = [
            orjson.dumps(
                {
                    "id": placed.id,
                    "date_added": timestamp(placed.date_added_us),
                    "version": _version(placed),
                    "media_type": names.STIX_MEDIA_TYPE,
                }
            )
            for placed in page.objects
        ]
        return _envelope(poll, page, b"objects", records), headers

    def get_object_versions(
        self, api_root: str, collection_id: str, object_id: str, _: Resource, allowed: tuple[str, ...], limit: int
    ) -> tuple[RawJson, Headers]:
        """TAXII 2.1, 5.8."""
        poll, page, headers = self._poll(api_root, collection_id, "versions", allowed, limit, object_id)
        versions = [orjson.dumps(_version(placed)) for placed in page.objects]
        return _envelope(poll, page, b"versions", versions), headers

    def get_status(self, api_root: str, status_id: str) -> Resource | None:
        """TAXII 2.1, 4.3. No statuses: nothing is added through TAXII."""
        return None

    def add_objects(self, *_: Any) -> NoReturn:
        """Never reached while no collection is writable."""
        raise ProcessingError("Nothing is added through TAXII", 403)

    def delete_object(self, *_: Any) -> NoReturn:
        """Never reached while no collection is writable."""
        raise ProcessingError("Nothing is deleted through TAXII", 403)

    def _open(self, api_root: str) -> list[tuple[Collection, Agreement]]:
        """The collections open to the caller now, with their agreements; looked up once for each request."""
        if api_root != names.API_ROOT:
            return []
        if "gateway_open" not in g:
            caller: Caller = medallion.auth.current_user()
            agreements = open_agreements(caller.partner, self._register(), at=self._clock()).agreements
            g.gateway_open = [
                (collection, agreements[collection.agreement])
                for collection in self._collections.all()
                if collection.agreement in agreements
            ]
        opened: list[tuple[Collection, Agreement]] = g.gateway_open
        return opened

    def _find(self, api_root: str, id_or_alias: str) -> tuple[Collection, Agreement] | None:
        return next((entry for entry in self._open(api_root) if id_or_alias in (entry[0].id, entry[0].alias)), None)

    def _poll(
        self,
        api_root: str,
        collection_id: str,
        endpoint: str,
        allowed: tuple[str, ...],
        limit: int,
        object_id: str | None = None,
    ) -> tuple[Poll, Page, Headers]:
        found = self._find(api_root, collection_id)
        if found is None:
            raise ProcessingError("Not found", 404)
        collection, agreement = found
        caller: Caller = medallion.auth.current_user()
        if object_id is not None and not self._collections.has_object(collection.id, object_id):
            raise ProcessingError("Not found", 404)
        poll = read_poll(
            request.args,
            allowed=allowed,
            limit=limit if "limit" in request.args else min(limit, self._page_objects),
            key=self._cursor_key,
            scope=(caller.partner.partner, collection.id, endpoint, object_id or ""),
            object_id=object_id,
        )
        page = Page((), False) if poll.finds_nothing else self._collections.page(collection.id, poll.query)
        if not page.objects:
            return poll, page, {}
        first, last = page.objects[0].date_added_us, page.objects[-1].date_added_us
        self._disseminations.add(
            Dissemination(
                partner=caller.partner.partner,
                credential=caller.credential,
                collection_id=collection.id,
                agreement=agreement.agreement,
                agreement_version=agreement.version,
                purpose=agreement.purpose,
                from_us=poll.query.after_us,
                to_us=last,
                objects=len(page.objects),
                filter=orjson.dumps({"endpoint": endpoint, "object": object_id, **poll.parameters}).decode(),
                source=request.remote_addr or "",
                at_us=to_us(self._clock()),
            )
        )
        headers = {"X-TAXII-Date-Added-First": timestamp(first), "X-TAXII-Date-Added-Last": timestamp(last)}
        return poll, page, headers


def _resource(collection: Collection) -> Resource:
    return {
        "id": collection.id,
        "title": collection.title,
        "description": collection.description,
        "alias": collection.alias,
        "can_read": True,
        "can_write": False,
        "media_types": [names.STIX_MEDIA_TYPE],
    }


def _version(placed: Placed) -> str:
    return placed.version or timestamp(placed.date_added_us)


def _envelope(poll: Poll, page: Page, key: bytes, members: list[bytes]) -> RawJson:
    """The envelope, manifest or versions resource around members that are JSON already (TAXII 2.1, 3.7)."""
    if not members:
        return RawJson(b"{}", lists_something=False)
    start = b'{"more":false,"'
    if page.more:
        token = poll.next_token(page.objects[-1].date_added_us)
        start = b'{"more":true,"next":"' + token.encode() + b'","'
    return RawJson(start + key + b'":[' + b",".join(members) + b"]}")

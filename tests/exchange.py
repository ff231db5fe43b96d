"""A partner without a network: asks the served app itself, as a TAXII client would."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway import names
from gateway.serving.app import create_app
from gateway.store.engine import to_us
from gateway.wiring import Gateway, services_of

ACCEPT = {"Accept": names.TAXII_MEDIA_TYPE}


@dataclass(frozen=True)
class PartnerClient:
    """One partner with its own credential."""

    http: FlaskClient
    secret: str

    def get(self, path: str, **parameters: str) -> TestResponse:
        """GET with the partner's credential as a Bearer token."""
        headers = {**ACCEPT, "Authorization": f"Bearer {self.secret}"}
        return self.http.get(path, headers=headers, query_string=parameters)

    def collections(self) -> list[dict[str, Any]]:
        """The collections that the partner sees."""
        listed: list[dict[str, Any]] = self.get("/exchange/collections/").get_json().get("collections", [])
        return listed

    def objects(self, **parameters: str) -> list[dict[str, Any]]:
        """Everything in every collection, page by page."""
        found = []
        for collection in self.collections():
            path = f"/exchange/collections/{collection['id']}/objects/"
            for envelope in self.pages(path, **parameters):
                found += envelope.get("objects", [])
        return found

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """The envelopes of a walk."""
        envelope: dict[str, Any] = {"more": True}
        more: dict[str, str] = {}
        while envelope.get("more"):
            response = self.get(path, **parameters, **more)
            assert response.status_code == 200, response.get_data(as_text=True)
            envelope = response.get_json()
            more = {"next": envelope.get("next", "")}
            yield envelope

    def everything_readable(self) -> str:
        """All text that the partner can get at: every endpoint, every header, artifacts decoded."""
        read = [_text(self.get(path)) for path in ("/taxii2/", "/exchange/", "/exchange/collections/", "/keys")]
        for collection in self.collections():
            base = f"/exchange/collections/{collection['id']}/"
            read += [_text(self.get(base)), _text(self.get(f"{base}manifest/", **{"match[version]": "all"}))]
            for envelope in self.pages(f"{base}objects/", **{"match[version]": "all"}):
                read.append(json.dumps(envelope, ensure_ascii=False))
                for stix_object in envelope.get("objects", []):
                    if "payload_bin" in stix_object:
                        read.append(base64.b64decode(stix_object["payload_bin"]).decode())
        return "\n".join(read)


def partner_client(gateway: Gateway, partner: str) -> PartnerClient:
    """A client for a partner, with a fresh credential."""
    _, secret = gateway.stores.credentials.issue(partner, now_us=to_us(gateway.clock()))
    return PartnerClient(create_app(services_of(gateway)).test_client(), secret)


def approve_everything(gateway: Gateway, *, releasable_text: str | None = None) -> int:
    """Both analysts approve all that waits; how many records that were."""
    waiting = gateway.review_desk.waiting()
    for held in waiting:
        for operator in ("analyst-one", "analyst-two"):
            gateway.review_desk.approve(
                held.record.id,
                operator=operator,
                key=gateway.operator_key(operator),
                releasable_text=releasable_text,
            )
    return len(waiting)


def _text(response: TestResponse) -> str:
    return f"{response.headers}\n{response.get_data(as_text=True)}"

"""The gate at every request: standing, credential, term are asked again, and what was withdrawn is gone at once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import SteppingClock
from exchange import PartnerClient, partner_client
from taxii_builders import drive, sample

from gateway.errors import NotHeld
from gateway.store.engine import to_us
from gateway.wiring import Gateway, open_gateway


@pytest.fixture
def valley(gateway: Gateway) -> PartnerClient:
    drive(gateway, sample("seattle-pd-cad"), "seattle-pd-cad")
    client = partner_client(gateway, "valley-fusion-center")
    assert client.objects()
    return client


def statuses(client: PartnerClient, base: str) -> list[int]:
    return [client.get(base + tail).status_code for tail in ("", "objects/", "manifest/")]


def test_a_revoked_credential_fails_at_the_next_request(gateway: Gateway, valley: PartnerClient) -> None:
    (credential,) = gateway.stores.credentials.of_partner("valley-fusion-center")
    other = partner_client(gateway, "valley-fusion-center")
    gateway.stores.credentials.revoke(credential.id, now_us=to_us(gateway.clock()))
    assert valley.get("/taxii2/").status_code == 401
    assert other.get("/taxii2/").status_code == 200, "the partner's other credential holds"
    with pytest.raises(NotHeld):
        gateway.stores.credentials.revoke(credential.id, now_us=0)


def test_an_expired_agreement_ends_at_the_next_request(
    gateway: Gateway, valley: PartnerClient, clock: SteppingClock
) -> None:
    (collection,) = valley.collections()
    base = f"/exchange/collections/{collection['id']}/"
    more = valley.get(f"{base}objects/", limit="3").get_json()["next"]
    assert statuses(valley, base) == [200, 200, 200]
    clock.now += timedelta(days=731)
    assert statuses(valley, base) == [404, 404, 404]
    assert valley.get("/exchange/collections/").data == b"{}"
    assert valley.get(f"{base}objects/", next=more).status_code == 404, "a walk under way ends too"


def test_an_agreement_that_has_not_begun_shows_nothing(
    gateway: Gateway, valley: PartnerClient, clock: SteppingClock
) -> None:
    clock.now -= timedelta(days=2)
    assert valley.collections() == []


NEXT = ('version: "1"', 'version: "2"')
CHANGES = {
    "partner suspended": {
        "partners/valley-fusion-center.yaml": [("category:", "standing: suspended\ncategory:")],
    },
    "agreement suspended": {
        "agreements/valley-incidents.yaml": [NEXT, ("title:", "standing: suspended\ntitle:")],
    },
    "no longer a recipient": {
        "agreements/valley-incidents.yaml": [NEXT, ("[valley-fusion-center]", "[harbor-power]")],
    },
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_partner_or_agreement_out_of_force_sees_no_collection(
    gateway: Gateway, valley: PartnerClient, home: Path, change: str
) -> None:
    (collection,) = valley.collections()
    base = f"/exchange/collections/{collection['id']}/"
    for document, edits in CHANGES[change].items():
        text = (home / document).read_text()
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        (home / document).write_text(text)
    assert statuses(valley, base) == [404, 404, 404], "the served register is the documents as they stand"
    changed = open_gateway(home, clock=gateway.clock)
    try:
        client = partner_client(changed, "valley-fusion-center")
        assert client.get("/taxii2/").status_code == 200
        assert client.collections() == []
        assert statuses(client, base) == [404, 404, 404]
    finally:
        changed.close()


def test_a_credential_of_a_partner_that_is_gone_is_none(gateway: Gateway, valley: PartnerClient, home: Path) -> None:
    (home / "partners" / "valley-fusion-center.yaml").unlink()
    (home / "agreements" / "valley-incidents.yaml").unlink()
    changed = open_gateway(home, clock=gateway.clock)
    try:
        client = PartnerClient(partner_client(changed, "harbor-power").http, valley.secret)
        assert client.get("/taxii2/").status_code == 401
    finally:
        changed.close()


def test_nothing_published_nothing_listed_as_content(gateway: Gateway) -> None:
    client = partner_client(gateway, "harbor-power")
    (collection,) = client.collections()
    base = f"/exchange/collections/{collection['id']}/"
    assert client.get(f"{base}objects/").data == b"{}"
    assert client.get(f"{base}manifest/").data == b"{}"


def test_a_poller_that_waits_sees_what_comes_later(
    gateway: Gateway, valley: PartnerClient, deliver: Callable[..., object]
) -> None:
    (collection,) = valley.collections()
    path = f"/exchange/collections/{collection['id']}/objects/"
    last = valley.get(path).headers["X-TAXII-Date-Added-Last"]
    assert valley.get(path, added_after=last).data == b"{}"
    changed = sample("seattle-pd-cad").replace(b"ASSISTANCE RENDERED", b"REPORT WRITTEN (NO ARREST)")
    deliver(changed, "seattle-pd-cad")
    assert valley.get(path, added_after=last).get_json()["objects"]


def test_a_document_that_does_not_read_changes_nothing_until_it_is_mended(
    gateway: Gateway, valley: PartnerClient, home: Path
) -> None:
    path = home / "partners" / "valley-fusion-center.yaml"
    text = path.read_text()
    path.write_text(text + "standing: suspnded\n")
    assert len(valley.collections()) == 1
    path.write_text(text + "standing: suspended\n")
    assert valley.collections() == []
    path.write_text(text)
    assert len(valley.collections()) == 1

"""The official client, unmodified, over real TLS; and the whole demo."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from taxii2client.exceptions import AccessError
from taxii2client.v21 import Collection, Server, as_pages
from taxii_builders import Exchange, exchange_in

from gateway.demo import run_demo
from gateway.errors import GatewayError, UntrustedSignature
from gateway.signing.key_set import certificates_of
from gateway.signing.keys import load_certificates
from gateway.signing.pki import init_development_pki
from gateway.signing.trust import TrustStore
from gateway.taxii.client import fetch_key_set, pull
from gateway.verification import verify_objects
from gateway.wiring import serving


@pytest.fixture(scope="module")
def exchange(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    with exchange_in(founded, tmp_path_factory.mktemp("interop")) as made:
        yield made


@pytest.fixture(scope="module")
def url(exchange: Exchange) -> Iterator[str]:
    with serving(exchange.gateway, port=0) as base:
        yield base


@pytest.fixture(scope="module")
def root(exchange: Exchange) -> Path:
    return exchange.gateway.home / "certs" / "ca" / "root.crt"


@pytest.fixture
def server(exchange: Exchange, url: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Made as its manual says; requests would take another CA bundle from these variables."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    with Server(f"{url}/taxii2/", user="any", password=exchange.valley.secret, verify=str(root)) as made:
        yield made


@pytest.fixture
def collection(server: Server) -> Collection:
    (found,) = server.default.collections
    return found


def test_the_client_discovers_what_is_its_own(url: str, server: Server, collection: Collection) -> None:
    assert server.title == "Test Fusion Center"
    assert [one.url for one in server.api_roots] == [f"{url}/exchange/"]
    assert collection.title == "Incidents and suspicious activity for Valley Fusion Center"
    assert (collection.can_read, collection.can_write) == (True, False)


@pytest.mark.parametrize("per_request", [7, 25, 1000])
def test_as_pages_visits_each_object_once(exchange: Exchange, collection: Collection, per_request: int) -> None:
    pages = [page.get("objects", []) for page in as_pages(collection.get_objects, per_request=per_request)]
    assert all(len(page) <= per_request for page in pages)
    found = [(o["id"], o.get("modified")) for page in pages for o in page]
    assert found == [(o["id"], o.get("modified")) for o in exchange.valley.objects()]
    assert len(found) > 50


def test_as_pages_ends_for_the_manifest_too(exchange: Exchange, collection: Collection) -> None:
    """A server that says `more` without `next` keeps this client in a circle."""
    found = [entry["id"] for page in as_pages(collection.get_manifest, per_request=20) for entry in page["objects"]]
    assert found == [o["id"] for o in exchange.valley.objects()]


def test_objects_and_versions_by_id_and_filters(collection: Collection) -> None:
    report = collection.get_objects(type="report")["objects"][0]
    assert collection.get_object(report["id"])["objects"] == [report]
    assert report["modified"] in collection.object_versions(report["id"])["versions"]
    everything = collection.get_objects(version="all")["objects"]
    assert len(everything) >= len(collection.get_objects()["objects"])


def test_the_client_may_not_write(collection: Collection) -> None:
    with pytest.raises(AccessError):
        collection.add_objects({"objects": []})
    with pytest.raises(AccessError):
        collection.delete_object("indicator--00000000-0000-4000-8000-000000000000")


def test_what_is_pulled_verifies_against_the_published_keys(exchange: Exchange, url: str, root: Path) -> None:
    for client, partner in ((exchange.valley, "valley"), (exchange.harbor, "harbor"), (exchange.federal, "federal")):
        pulled = pull(f"{url}/taxii2/", user=partner, password=client.secret, ca_file=root)
        trust = TrustStore(load_certificates(root), certificates_of(fetch_key_set(f"{url}/keys", ca_file=root)))
        (collection,) = pulled
        evidence = verify_objects(list(collection.objects), trust, at=exchange.clock(), form="pull")
        assert evidence.covered == len({o["id"] for o in collection.objects})
        assert all(coverage.missing == () for coverage in evidence.containers)
        altered = [dict(o) for o in collection.objects]
        altered[len(altered) // 2]["created"] = "2020-01-01T00:00:00.000Z"
        with pytest.raises(UntrustedSignature):
            verify_objects(altered, trust, at=exchange.clock(), form="pull")


def test_a_wrong_secret_or_root_pulls_nothing(
    exchange: Exchange, url: str, root: Path, founded: Path, tmp_path: Path
) -> None:
    with pytest.raises(GatewayError, match="401") as caught:
        pull(f"{url}/taxii2/", user="x", password="fxg_wrong", ca_file=root)
    assert "fxg_wrong" not in str(caught.value)
    init_development_pki(tmp_path / "other", center="Other", at=exchange.clock())
    with pytest.raises(GatewayError):
        pull(
            f"{url}/taxii2/", user="x", password=exchange.valley.secret, ca_file=tmp_path / "other" / "ca" / "root.crt"
        )


def test_tls_is_1_2_or_later_and_plain_http_is_not_served(url: str, root: Path) -> None:
    """TAXII 2.1, 8.1: HTTPS alone; TLS 1.2 MUST."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    context = ssl.create_default_context(cafile=str(root))
    with (
        socket.create_connection((host, port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        assert tls.version() in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(requests.RequestException):
        requests.get(url.replace("https", "http") + "/taxii2/", timeout=5).raise_for_status()


def test_the_demo_passes_every_check_in_a_folder_of_its_own(tmp_path: Path) -> None:
    steps: list[str] = []
    report = run_demo(tmp_path / "demo", on_step=steps.append)
    assert [check.says for check in report.checks if not check.holds] == []
    assert report.passed
    assert len(report.partners) == 5
    assert len(report.checks) > 10
    assert all(partner.signatures >= partner.records > 0 for partner in report.partners)
    assert len(steps) == 4
    assert sorted(path.name for path in (tmp_path / "demo" / "pulled").iterdir()) == sorted(
        partner.partner for partner in report.partners
    )

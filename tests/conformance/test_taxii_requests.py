"""TAXII 2.1, sections 1.6, 3 and 4: media types, errors, authentication, discovery; and the bugs other servers have."""

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from taxii_builders import Exchange, basic, exchange_in
from werkzeug.test import TestResponse

from gateway import limits, names
from gateway.serving.app import create_app
from gateway.wiring import services_of

TAXII = "application/taxii+json;version=2.1"


@pytest.fixture(scope="module")
def exchange(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    with exchange_in(founded, tmp_path_factory.mktemp("taxii-requests")) as made:
        yield made


@pytest.fixture(scope="module")
def base(exchange: Exchange) -> str:
    return exchange.collection(exchange.valley)


def ask(exchange: Exchange, path: str, method: str = "GET", **headers: Any) -> TestResponse:
    """A request of the peer center with the given headers; None takes one away."""
    given: dict[str, Any] = {"Authorization": f"Bearer {exchange.valley.secret}", "Accept": TAXII} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return exchange.valley.http.open(path, method=method, headers={n: v for n, v in given.items() if v is not None})


def is_error(response: TestResponse, status: int) -> bool:
    """3.6.1: title is there, http_status is the status as text, the media type is TAXII's."""
    body = response.get_json(force=True)
    assert response.status_code == status, body
    assert response.headers["Content-Type"] == TAXII
    assert body["title"]
    assert body["http_status"] == str(status)
    return True


ENDPOINTS = (
    "/taxii2/",
    "/exchange/",
    "/exchange/collections/",
    "{base}",
    "{base}objects/",
    "{base}objects/{object}/",
    "{base}objects/{object}/versions/",
    "{base}manifest/",
)


@pytest.fixture(scope="module")
def an_object(exchange: Exchange, base: str) -> str:
    return str(exchange.valley.get(f"{base}manifest/", limit="1").get_json()["objects"][0]["id"])


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_answers_with_the_taxii_media_type_3_1(
    exchange: Exchange, base: str, an_object: str, endpoint: str
) -> None:
    response = ask(exchange, endpoint.format(base=base, object=an_object))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == TAXII
    assert response.get_json()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_credential_is_401_with_two_challenges_1_6_9(
    exchange: Exchange, base: str, an_object: str, endpoint: str
) -> None:
    response = ask(exchange, endpoint.format(base=base, object=an_object), Authorization=None)
    assert is_error(response, 401)
    challenges = response.headers.getlist("WWW-Authenticate")
    assert [challenge.split()[0] for challenge in challenges] == ["Basic", "Bearer"]


ACCEPTED = (
    "application/taxii+json;version=2.1",
    "application/taxii+json",
    "application/taxii+json; version=2.1",
    "application/taxii+json ; version=2.1",
    'application/taxii+json;version="2.1"',
    "APPLICATION/TAXII+JSON;VERSION=2.1",
    "application/taxii+json;version=2.1;q=0.5",
    "application/taxii+json;q=0.9;version=2.1",
    "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
    "application/json, application/taxii+json;version=2.1;q=0.1",
    "text/html,application/xhtml+xml,*/*;q=0.8",
    "*/*",
    "application/*",
    "",
    None,
)
REFUSED = (
    "application/taxii+json;version=2.0",
    'application/taxii+json;version="2.2"',
    "application/json",
    "text/html",
    "application/taxii+json;version=2.1;q=0",
    "application/stix+json;version=2.1",
    "application/taxii+jsonx;version=2.1",
)


@pytest.mark.parametrize("accept", ACCEPTED)
def test_accept_that_admits_taxii_2_1_is_never_406(exchange: Exchange, base: str, accept: str | None) -> None:
    for path in ("/taxii2/", f"{base}objects/"):
        response = ask(exchange, path, Accept=accept)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == TAXII


@pytest.mark.parametrize("accept", REFUSED)
def test_accept_that_does_not_admit_it_is_406(exchange: Exchange, base: str, accept: str) -> None:
    for path in ("/taxii2/", f"{base}objects/"):
        assert is_error(ask(exchange, path, Accept=accept), 406)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/nothing-here/at-all/", "GET", 404),
        ("/", "GET", 404),
        ("/other-root/", "GET", 404),
        ("/other-root/collections/", "GET", 404),
        ("/exchange/collections/00000000-0000-4000-8000-000000000000/", "GET", 404),
        ("/exchange/collections/00000000-0000-4000-8000-000000000000/objects/", "GET", 404),
        ("/exchange/collections/not-a-uuid/manifest/", "GET", 404),
        ("{base}objects/indicator--00000000-0000-4000-8000-000000000000/", "GET", 404),
        ("{base}objects/indicator--00000000-0000-4000-8000-000000000000/versions/", "GET", 404),
        ("{base}objects/banana/", "GET", 404),
        ("/exchange/status/00000000-0000-4000-8000-000000000000/", "GET", 404),
        ("/exchange/collections/%00/", "GET", 404),
        ("/exchange/collections/%2e%2e/%2e%2e/keys", "GET", 404),
        ("/exchange/collections/..%2f..%2fsecrets/", "GET", 404),
        ("/taxii2/", "POST", 405),
        ("/taxii2/", "DELETE", 405),
        ("{base}manifest/", "PUT", 405),
        ("/keys", "POST", 405),
    ],
)
def test_errors_are_taxii_errors_everywhere_3_6(
    exchange: Exchange, base: str, path: str, method: str, status: int
) -> None:
    response = ask(exchange, path.format(base=base), method)
    assert is_error(response, status)
    assert ("Allow" in response.headers) == (status == 405)


def test_a_fault_of_ours_says_nothing_about_itself(
    exchange: Exchange, base: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret detail of Pat Placeholder")

    monkeypatch.setattr(type(exchange.gateway.stores.collections), "page", fails)
    with caplog.at_level(logging.DEBUG):
        response = ask(exchange, f"{base}objects/")
    assert is_error(response, 500)
    assert "Placeholder" not in response.get_data(as_text=True)
    assert "Placeholder" not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_head_is_get_without_a_body(exchange: Exchange, base: str, an_object: str, endpoint: str) -> None:
    """RFC 9110, 9.3.2."""
    path = endpoint.format(base=base, object=an_object)
    response = ask(exchange, path, "HEAD")
    assert response.status_code == 200
    assert response.data == b""
    assert response.headers["Content-Length"] == ask(exchange, path).headers["Content-Length"]
    assert ask(exchange, "/nothing/", "HEAD").status_code == 404


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_path_without_its_last_slash_leads_to_the_one_with_it(
    exchange: Exchange, base: str, an_object: str, endpoint: str
) -> None:
    path = endpoint.format(base=base, object=an_object)
    response = ask(exchange, path.rstrip("/"))
    assert response.status_code == 308
    assert response.headers["Location"].endswith(path)


# Discovery and API root (4.1, 4.2) ---------------------------------------------------------------------------------


def test_discovery_4_1(exchange: Exchange) -> None:
    discovery = ask(exchange, "/taxii2/").get_json()
    assert discovery["default"] in discovery["api_roots"]
    assert all(re.fullmatch(r"/[a-z]+/", root) for root in discovery["api_roots"])
    assert discovery.keys() <= {"title", "description", "contact", "default", "api_roots"}


def test_api_root_4_2(exchange: Exchange) -> None:
    root = ask(exchange, "/exchange/").get_json()
    assert root["versions"] == [TAXII]
    assert root["max_content_length"] == limits.REQUEST_BYTES > 0
    assert root["title"]


def test_collections_5_1_and_5_2(exchange: Exchange) -> None:
    listed = ask(exchange, "/exchange/collections/").get_json()["collections"]
    assert listed == ask(exchange, "/exchange/collections/").get_json()["collections"]
    assert [c["id"] for c in listed] == sorted(c["id"] for c in listed)
    for one in listed:
        assert UUID(one["id"]).version == 4
        assert (one["can_read"], one["can_write"]) == (True, False)
        assert one["media_types"] == ["application/stix+json;version=2.1"]
        assert ask(exchange, f"/exchange/collections/{one['id']}/").get_json() == one
    assert len({c["title"] for c in listed}) == len(listed)
    assert len({c["alias"] for c in listed}) == len(listed)


def test_an_alias_serves_in_the_path_5_2(exchange: Exchange, base: str) -> None:
    resource = ask(exchange, base).get_json()
    by_alias = f"/exchange/collections/{resource['alias']}/"
    assert ask(exchange, by_alias).get_json() == resource
    assert ask(exchange, f"{by_alias}objects/", "GET").data == ask(exchange, f"{base}objects/").data


def test_a_collection_of_others_does_not_exist(exchange: Exchange, base: str) -> None:
    """5.2.1: hidden, not forbidden: a 403 would say that it is there."""
    alias = ask(exchange, base).get_json()["alias"]
    for path in (base, f"{base}objects/", f"{base}manifest/", f"/exchange/collections/{alias}/"):
        assert is_error(exchange.harbor.get(path), 404)
    mine = {c["id"] for c in exchange.valley.collections()}
    assert not mine & {c["id"] for c in exchange.harbor.collections()}


def test_a_hidden_collection_and_no_collection_answer_alike(exchange: Exchange, base: str) -> None:
    missing = "/exchange/collections/00000000-0000-4000-8000-000000000000/"
    for tail in ("", "objects/", "manifest/", "objects/x/", "objects/x/versions/"):
        hidden, none = exchange.harbor.get(base + tail), exchange.harbor.get(missing + tail)
        assert (hidden.status_code, none.status_code) == (404, 404)
        ids = (base.split("/")[-2].encode(), missing.split("/")[-2].encode())
        assert hidden.data.replace(ids[0], b"ID") == none.data.replace(ids[1], b"ID")


# Nothing is written here (5.5, 5.7) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/taxii+json;version=2.1", 403),
        ("application/taxii+json", 403),
        ("APPLICATION/TAXII+JSON; VERSION=2.1", 403),
        ("application/taxii+json;version=2.1;charset=utf-8", 403),
        ('application/taxii+json;version="2.1"', 403),
        ("application/taxii+json;version=2.0", 415),
        ("application/json", 415),
        ("text/plain", 415),
        ("", 415),
        ("*/*", 415),
    ],
)
def test_post_to_a_readable_collection_5_5(exchange: Exchange, base: str, content_type: str, status: int) -> None:
    """Media type first (415), then can_write (403)."""
    response = exchange.valley.http.post(
        f"{base}objects/",
        data=b'{"objects":[]}',
        headers={"Authorization": f"Bearer {exchange.valley.secret}", "Accept": TAXII},
        content_type=content_type,
    )
    assert is_error(response, status)


def test_post_to_a_hidden_collection_is_404(exchange: Exchange, base: str) -> None:
    response = exchange.harbor.http.post(
        f"{base}objects/",
        data=b"{}",
        headers={"Authorization": f"Bearer {exchange.harbor.secret}", "Accept": TAXII, "Content-Type": TAXII},
    )
    assert is_error(response, 404)


def test_delete_is_403_where_it_may_be_read_and_404_where_not_5_7(
    exchange: Exchange, base: str, an_object: str
) -> None:
    path = f"{base}objects/{an_object}/"
    assert is_error(ask(exchange, path, "DELETE"), 403)
    headers = {"Authorization": f"Bearer {exchange.harbor.secret}", "Accept": TAXII}
    assert is_error(exchange.harbor.http.delete(path, headers=headers), 404)
    assert ask(exchange, path).status_code == 200


# Who calls (1.6.9, 8.2.2) ------------------------------------------------------------------------------------------


def test_one_secret_serves_as_bearer_token_and_password(exchange: Exchange) -> None:
    secret = exchange.valley.secret
    for header in (
        f"Bearer {secret}",
        f"bearer {secret}",
        f"Token {secret}",
        basic("valley-fusion-center", secret),
        basic("", secret),
        basic("any", secret),
        basic("ü", secret),
    ):
        assert ask(exchange, "/taxii2/", Authorization=header).status_code == 200, header.split()[0]


def _odd_headers(secret: str) -> dict[str, str]:
    return {
        "empty": "",
        "scheme alone": "Bearer",
        "scheme and space": "Bearer ",
        "secret alone": secret,
        "another scheme": f"Digest {secret}",
        "wrong secret": "Bearer fxg_" + "A" * 43,
        "secret and more": f"Bearer {secret}x",
        "secret cut": f"Bearer {secret[:-1]}",
        "other case": f"Bearer {secret.upper()}",
        "a null byte": f"Bearer {secret}\0",
        "null byte inside Basic": basic("u", f"{secret}\0"),
        "secret as user": basic(secret, ""),
        "Basic without colon": "Basic YWJj",
        "Basic no base64": "Basic %%%",
        "Basic no UTF-8": "Basic //79OnNlY3JldA==",
        "Basic empty": "Basic ",
        "two credentials": f"Bearer {secret}, Bearer {secret}",
        "huge": "Bearer " + "x" * 100_000,
        "huge Basic": "Basic " + "QUFB" * 30_000,
        "non-ASCII": "Bearer s\xe9cret",
        "SQL": "Bearer ' OR 1=1 --",
        "hash of the secret": "Bearer " + "a" * 64,
    }


@pytest.mark.parametrize("sort", list(_odd_headers("x")))
def test_odd_authorization_is_401_and_nothing_else(exchange: Exchange, sort: str) -> None:
    header = _odd_headers(exchange.valley.secret)[sort]
    assert is_error(ask(exchange, "/exchange/collections/", Authorization=header), 401)


def test_a_secret_in_the_url_is_no_credential(exchange: Exchange) -> None:
    """It would end in logs."""
    secret = exchange.valley.secret
    for query in (f"?token={secret}", f"?access_token={secret}", f"?apikey={secret}"):
        assert is_error(ask(exchange, f"/taxii2/{query}", Authorization=None), 401)


def test_headers_of_proxies_are_not_believed(exchange: Exchange) -> None:
    for header in ("X-Forwarded-User", "X-Remote-User", "Remote-User", "SSL-Client-S-DN", "X-Client-Cert"):
        response = exchange.valley.http.get(
            "/exchange/collections/", headers={header: "valley-fusion-center", "Accept": TAXII}
        )
        assert is_error(response, 401)


def test_two_apps_in_one_process_ask_their_own_authenticators(
    exchange: Exchange, founded: Path, tmp_path: Path
) -> None:
    """medallion.auth is one object for the whole process."""
    with exchange_in(founded, tmp_path) as other:
        assert ask(exchange, "/taxii2/").status_code == 200
        assert is_error(ask(exchange, "/taxii2/", Authorization=f"Bearer {other.valley.secret}"), 401)
        assert is_error(ask(other, "/taxii2/", Authorization=f"Bearer {exchange.valley.secret}"), 401)
        assert ask(other, "/taxii2/").status_code == 200
        assert ask(exchange, "/taxii2/").status_code == 200


def test_the_published_keys_and_health_need_no_credential(exchange: Exchange) -> None:
    app = create_app(services_of(exchange.gateway)).test_client()
    assert app.get("/keys").headers["Content-Type"] == "application/jwk-set+json"
    assert app.get("/livez").status_code == 200
    assert app.get("/readyz").status_code == 200
    assert b"fusion" not in app.get("/livez").data.lower()


def test_timestamps_of_headers_have_microseconds_3_2(exchange: Exchange, base: str) -> None:
    for tail in ("objects/", "manifest/"):
        headers = ask(exchange, base + tail).headers
        for name in ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", headers[name])
            assert datetime.strptime(headers[name], "%Y-%m-%dT%H:%M:%S.%f%z").year == 2026
    assert names.TAXII_MEDIA_TYPE == TAXII


def test_logs_hold_no_secret_and_no_name(exchange: Exchange, base: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(exchange, f"{base}objects/")
        ask(exchange, "/taxii2/", Authorization=basic("u", exchange.valley.secret))
        ask(exchange, f"{base}objects/", Accept="text/html")
        ask(exchange, f"{base}objects/?added_after=banana")
    for word in (exchange.valley.secret, "Placeholder", "TST-0417"):
        assert word not in caplog.text

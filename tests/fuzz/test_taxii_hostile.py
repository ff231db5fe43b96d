"""Whatever is asked, however it is asked: an answer in TAXII's words, never a fault, never somebody else's data."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taxii_builders import Exchange, exchange_in

RUNS = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ODD = st.sampled_from(
    ["", "0", "-1", "all", "last", "first,last", "2.1", "\0", "../", "%2e", "a,b", "é", "9" * 30, "[]"]
)
NAMES = st.sampled_from(
    ["limit", "next", "added_after", "match[id]", "match[type]", "match[version]", "match[spec_version]", "match[x]"]
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@pytest.fixture(scope="module")
def exchange(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    with exchange_in(founded, tmp_path_factory.mktemp("taxii-hostile")) as made:
        yield made


@pytest.fixture(scope="module")
def base(exchange: Exchange) -> str:
    return exchange.collection(exchange.valley)


@RUNS
@given(
    tail=st.sampled_from(["objects/", "manifest/", "objects/x/", "objects/x/versions/", ""]),
    parameters=st.lists(st.tuples(NAMES | TEXT, TEXT | ODD), max_size=4),
)
def test_any_parameters(exchange: Exchange, base: str, tail: str, parameters: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in parameters)
    headers = {"Authorization": f"Bearer {exchange.valley.secret}"}
    response = exchange.valley.http.get(f"{base}{tail}?{query}", headers=headers)
    assert response.status_code in (200, 400, 404)
    assert response.headers["Content-Type"] == "application/taxii+json;version=2.1"


@RUNS
@given(
    parts=st.lists(TEXT | ODD, max_size=5), method=st.sampled_from(["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH"])
)
def test_any_path(exchange: Exchange, parts: list[str], method: str) -> None:
    path = "/exchange/" + "/".join(quote(part, safe="") for part in parts)
    headers = {"Authorization": f"Bearer {exchange.harbor.secret}", "Accept": "*/*"}
    response = exchange.harbor.http.open(path, method=method, headers=headers)
    assert response.status_code < 500
    assert b'"objects"' not in response.data


@RUNS
@given(accept=HEADER, authorization=HEADER, content_type=HEADER)
def test_any_headers(exchange: Exchange, base: str, accept: str, authorization: str, content_type: str) -> None:
    headers = {"Accept": accept, "Authorization": authorization, "Content-Type": content_type}
    response = exchange.valley.http.get(f"{base}objects/", headers=headers)
    assert response.status_code in (401, 406)
    assert b'"objects"' not in response.data

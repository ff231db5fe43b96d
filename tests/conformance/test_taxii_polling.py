"""TAXII 2.1, sections 3.3 to 3.5, 5.3, 5.4, 5.6 and 5.8: order, filters, paging, and whose pages they are."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from taxii_builders import Exchange, drive, exchange_in, sample
from werkzeug.test import TestResponse

from gateway.store import tables
from gateway.store.engine import reading

ALL = {"match[version]": "all"}


@pytest.fixture(scope="module")
def exchange(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    with exchange_in(founded, tmp_path_factory.mktemp("taxii-polling")) as made:
        changed = sample("seattle-pd-cad").replace(b"REPORT WRITTEN (NO ARREST)", b"ASSISTANCE RENDERED")
        assert changed != sample("seattle-pd-cad")
        drive(made.gateway, changed, "seattle-pd-cad", "second.csv")
        yield made


@pytest.fixture(scope="module")
def base(exchange: Exchange) -> str:
    return exchange.collection(exchange.valley)


@pytest.fixture(scope="module")
def manifest(exchange: Exchange, base: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = exchange.valley.get(f"{base}manifest/", **ALL).get_json()["objects"]
    assert len(found) > 60
    return found


def ids(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.get_data(as_text=True)
    return [one["id"] for one in response.get_json().get("objects", [])]


def walk(exchange: Exchange, path: str, key: str = "objects", **parameters: str) -> list[list[Any]]:
    """The pages of a walk, the parameters repeated beside `next`."""
    return [envelope.get(key, []) for envelope in exchange.valley.pages(path, **parameters)]


# Order and shape (3.3, 3.7, 5.3.1) ---------------------------------------------------------------------------------


def test_manifest_records_5_3_1(manifest: list[dict[str, Any]]) -> None:
    assert all(entry.keys() == {"id", "date_added", "version", "media_type"} for entry in manifest)
    assert {entry["media_type"] for entry in manifest} == {"application/stix+json;version=2.1"}
    added = [entry["date_added"] for entry in manifest]
    assert added == sorted(set(added)), "ascending, and no two alike"


def test_manifest_and_objects_are_the_same_in_the_same_order(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    objects = exchange.valley.get(f"{base}objects/", **ALL).get_json()["objects"]
    assert [o["id"] for o in objects] == [entry["id"] for entry in manifest]
    for stix_object, entry in zip(objects, manifest, strict=True):
        if "modified" in stix_object or "created" in stix_object:
            assert entry["version"] == stix_object.get("modified", stix_object.get("created"))


def test_headers_are_the_first_and_last_date_added_3_2(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    for tail in ("manifest/", "objects/"):
        headers = exchange.valley.get(base + tail, limit="7", **ALL).headers
        assert headers["X-TAXII-Date-Added-First"] == manifest[0]["date_added"]
        assert headers["X-TAXII-Date-Added-Last"] == manifest[6]["date_added"]


def test_an_empty_result_is_an_empty_object_3_7(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    last = manifest[-1]["date_added"]
    for tail in ("objects/", "manifest/", f"objects/{manifest[0]['id']}/"):
        response = exchange.valley.get(base + tail, added_after=last)
        assert (response.status_code, response.data) == (200, b"{}")
        assert "X-TAXII-Date-Added-First" not in response.headers


# added_after (3.4) -------------------------------------------------------------------------------------------------


def test_added_after_is_exclusive(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    after = manifest[9]["date_added"]
    assert ids(exchange.valley.get(f"{base}objects/", added_after=after, **ALL)) == [e["id"] for e in manifest[10:]]
    before = datetime.fromisoformat(after) - timedelta(microseconds=1)
    found = ids(exchange.valley.get(f"{base}objects/", added_after=f"{before:%Y-%m-%dT%H:%M:%S.%fZ}", **ALL))
    assert found == [e["id"] for e in manifest[9:]]


@pytest.mark.parametrize(
    "form",
    [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.0Z",
        "1970-01-01T00:00:00.12Z",
        "1970-01-01T00:00:00.123456Z",
        "1970-01-01T00:00:00.1234567Z",
        "1970-01-01T00:00:00.123456789012Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_added_after_takes_any_number_of_fraction_digits(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]], form: str
) -> None:
    """STIX 2.1, 3.11 allows any; the official client sends none where they are zero."""
    assert len(ids(exchange.valley.get(f"{base}objects/", added_after=form, **ALL))) == len(manifest)


def test_added_after_beyond_all_time_finds_nothing(exchange: Exchange, base: str) -> None:
    assert exchange.valley.get(f"{base}objects/", added_after="9999-12-31T23:59:59.999999Z").data == b"{}"


MALFORMED = [
    "added_after=",
    "added_after=banana",
    "added_after=2026-01-01",
    "added_after=2026-01-01T00:00:00",
    "added_after=2026-01-01T00:00:00%2B00:00",
    "added_after=2026-13-01T00:00:00Z",
    "added_after=2026-02-30T00:00:00Z",
    "added_after=2026-01-01T24:00:00Z",
    "added_after=2026-01-01T00:00:61Z",
    "added_after=0000-01-01T00:00:00Z",
    "added_after=2026-01-01T00:00:00.Z",
    "added_after=2026-01-01t00:00:00z",
    "added_after=2026-01-01T00:00:00Z%00",
    "added_after=%D9%A2%D9%A0%D9%A2%D9%A6-01-01T00:00:00Z",
    "added_after=2026-01-01T00:00:00Z&added_after=2026-01-01T00:00:00Z",
    "limit=0",
    "limit=-1",
    "limit=abc",
    "limit=",
    "limit=1.5",
    "limit=1e3",
    "limit=%D9%A3",
    "limit=1_0",
    "limit=%20%205",
    "limit=+5",
    "limit=" + "9" * 5000,
    "limit=5&limit=5",
    "match[id]=",
    "match[id]=a,,b",
    "match[id]=a&match[id]=b",
    "match[type]=,",
    "match[version]=",
    "match[version]=banana",
    "match[version]=all,last",
    "match[version]=first,all",
    "match[version]=2026-01-01T00:00:00",
    "match[version]=last&match[version]=first",
    "match[spec_version]=2.1&match[spec_version]=2.1",
    "next=",
    "next=banana",
    "next=AAAA",
    "next=%00",
    "next=%C3%A9",
    "next=a&next=b",
    "match[id]=" + ",".join(f"x{n}" for n in range(101)),
]


@pytest.mark.parametrize("query", MALFORMED, ids=lambda q: q[:60])
def test_a_malformed_or_repeated_parameter_is_400_3_4(exchange: Exchange, base: str, query: str) -> None:
    for tail in ("objects/", "manifest/"):
        response = exchange.valley.http.get(
            f"{base}{tail}?{query}",
            headers={"Authorization": f"Bearer {exchange.valley.secret}", "Accept": "*/*"},
        )
        assert response.status_code == 400, response.get_data(as_text=True)[:200]
        assert response.get_json()["http_status"] == "400"


# match (3.4.1) -----------------------------------------------------------------------------------------------------


def test_match_id_and_type_a_comma_means_or_two_fields_mean_and(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    get, path = exchange.valley.get, f"{base}objects/"
    types = sorted({entry["id"].partition("--")[0] for entry in manifest})
    one, other = manifest[0]["id"], manifest[20]["id"]
    assert set(ids(get(path, **{"match[id]": one}, **ALL))) == {one}
    assert set(ids(get(path, **{"match[id]": f"{one},{other}"}, **ALL))) == {one, other}
    for kind in types:
        wanted = [e["id"] for e in manifest if e["id"].startswith(f"{kind}--")]
        assert ids(get(path, **{"match[type]": kind}, **ALL)) == wanted
    both = ",".join(types[:2])
    assert len(ids(get(path, **{"match[type]": both}, **ALL))) == sum(
        e["id"].partition("--")[0] in types[:2] for e in manifest
    )
    assert ids(get(path, **{"match[id]": one, "match[type]": "no-such-type"}, **ALL)) == []
    assert ids(get(path, **{"match[type]": "x-unknown,no-such-type"})) == [], "an unknown type is no error"


def versions_of(manifest: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in manifest:
        found.setdefault(entry["id"], []).append(entry["version"])
    return found


def test_match_version_words(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    """Default last; first and last may stand together; an object of one version is both."""
    get, path = exchange.valley.get, f"{base}manifest/"
    versions = versions_of(manifest)
    changed = [identifier for identifier, found in versions.items() if len(found) > 1]
    assert changed, "the second delivery changed a record"

    def shown(**parameters: str) -> dict[str, list[str]]:
        return versions_of(get(path, **parameters).get_json()["objects"])

    last = shown()
    assert last == shown(**{"match[version]": "last"})
    first, both = shown(**{"match[version]": "first"}), shown(**{"match[version]": "first,last"})
    for identifier in changed:
        low, *_, high = sorted(versions[identifier])
        assert first[identifier] == [low]
        assert last[identifier] == [high]
        assert both[identifier] == [low, high]
    assert first.keys() == versions.keys()
    assert last.keys() <= versions.keys()


def test_match_version_value_whatever_its_number_of_digits(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    versions = versions_of(manifest)
    identifier, (low, *_, high) = next((i, sorted(v)) for i, v in versions.items() if len(v) > 1)
    path = f"{base}objects/{identifier}/"
    for version in (low, high, low.replace("Z", "000Z"), low.replace("Z", "0000000Z")):
        found = exchange.valley.get(path, **{"match[version]": version}).get_json()["objects"]
        assert [o["modified"] for o in found] == [high if version == high else low]
    both = exchange.valley.get(path, **{"match[version]": f"{low},last"}).get_json()["objects"]
    assert [o["modified"] for o in both] == [low, high]


def test_match_spec_version(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    path = f"{base}objects/"
    assert len(ids(exchange.valley.get(path, **{"match[spec_version]": "2.1"}, **ALL))) == len(manifest)
    assert len(ids(exchange.valley.get(path, **{"match[spec_version]": "2.0,2.1"}, **ALL))) == len(manifest)
    assert exchange.valley.get(path, **{"match[spec_version]": "2.0"}).data == b"{}"


def test_one_object_and_its_versions_5_6_and_5_8(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    for identifier, versions in versions_of(manifest).items():
        listed = exchange.valley.get(f"{base}objects/{identifier}/versions/")
        assert sorted(listed.get_json()["versions"]) == sorted(versions)
        assert "X-TAXII-Date-Added-Last" in listed.headers
        every = exchange.valley.get(f"{base}objects/{identifier}/", **ALL).get_json()["objects"]
        assert {o["id"] for o in every} == {identifier}
        assert len(every) == len(versions)


# Paging (3.4, 3.5) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 2, 7, 1000, 100_000])
def test_a_walk_visits_each_object_exactly_once(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]], limit: int
) -> None:
    wanted = [entry["id"] for entry in manifest]
    if limit == 1:
        wanted = wanted[-12:]
    after = manifest[-13]["date_added"] if limit == 1 else "1970-01-01T00:00:00Z"
    for tail in ("objects/", "manifest/"):
        pages = walk(exchange, base + tail, limit=str(limit), added_after=after, **ALL)
        assert all(0 < len(page) <= limit for page in pages)
        assert [one["id"] for page in pages for one in page] == wanted


def test_versions_are_paged_with_next(exchange: Exchange, base: str, manifest: list[dict[str, Any]]) -> None:
    """The client loops for ever where `more` comes without `next`."""
    identifier, versions = next((i, v) for i, v in versions_of(manifest).items() if len(v) > 1)
    pages = walk(exchange, f"{base}objects/{identifier}/versions/", "versions", limit="1")
    assert pages == [[version] for version in versions]
    alone = walk(exchange, f"{base}objects/{identifier}/", limit="1", **ALL)
    assert [[o["modified"] for o in page] for page in alone] == pages


def test_more_and_next_stand_together_and_only_where_the_result_was_cut(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    count = len(manifest)
    for limit in (1, count - 1, count, count + 1):
        envelope = exchange.valley.get(f"{base}objects/", limit=str(limit), **ALL).get_json()
        assert envelope["more"] is (limit < count)
        assert ("next" in envelope) is envelope["more"]


@pytest.fixture(scope="module")
def token(exchange: Exchange, base: str) -> str:
    query = {"limit": "5", "match[version]": "all", "added_after": "2000-01-01T00:00:00Z"}
    return str(exchange.valley.get(f"{base}objects/", **query).get_json()["next"])


def test_next_alone_carries_its_filters(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]], token: str
) -> None:
    """OpenCTI's connector sends `next` and nothing else."""
    assert ids(exchange.valley.get(f"{base}objects/", next=token)) == [e["id"] for e in manifest[5:]]


def test_next_with_the_same_parameters_continues(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]], token: str
) -> None:
    found = exchange.valley.get(f"{base}objects/", next=token, added_after="2000-01-01T00:00:00Z", limit="3", **ALL)
    assert ids(found) == [e["id"] for e in manifest[5:8]]


@pytest.mark.parametrize(
    "contradiction",
    [
        {"added_after": "2001-01-01T00:00:00Z"},
        {"match[version]": "last"},
        {"match[type]": "report"},
        {"match[id]": "x"},
        {"match[spec_version]": "2.1"},
    ],
    ids=str,
)
def test_a_parameter_that_contradicts_next_is_400(
    exchange: Exchange, base: str, token: str, contradiction: dict[str, str]
) -> None:
    response = exchange.valley.get(f"{base}objects/", next=token, **contradiction)
    assert response.status_code == 400
    assert "contradicts" in response.get_json()["description"]


def test_the_same_next_twice_gives_the_same_page(exchange: Exchange, base: str, token: str) -> None:
    """A retried request must lose nothing: the server keeps no walk."""
    once = exchange.valley.get(f"{base}objects/", next=token, limit="4")
    assert exchange.valley.get(f"{base}objects/", next=token, limit="4").data == once.data


def test_next_by_the_alias_continues(exchange: Exchange, base: str, token: str) -> None:
    alias = exchange.valley.get(base).get_json()["alias"]
    assert exchange.valley.get(f"/exchange/collections/{alias}/objects/", next=token).status_code == 200


def test_a_token_is_worth_nothing_elsewhere(
    exchange: Exchange, base: str, token: str, manifest: list[dict[str, Any]]
) -> None:
    """App. B: re-evaluated; not at another collection, endpoint or object, and not for another partner."""
    theirs = exchange.collection(exchange.harbor)
    federal = exchange.collection(exchange.federal)
    places = [
        exchange.valley.get(f"{base}manifest/", next=token),
        exchange.valley.get(f"{base}objects/{manifest[0]['id']}/", next=token),
        exchange.harbor.get(f"{theirs}objects/", next=token),
        exchange.federal.get(f"{federal}objects/", next=token),
    ]
    assert [response.status_code for response in places] == [400] * 4
    assert exchange.harbor.get(f"{base}objects/", next=token).status_code == 404


def test_a_tampered_token_is_400(exchange: Exchange, base: str, token: str) -> None:
    data = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    assert base64.urlsafe_b64encode(bytes(data)).rstrip(b"=").decode() == token
    for index in (0, 8, 15, 16, 17, 20, len(data) - 1):
        altered = bytes(data[:index]) + bytes([data[index] ^ 1]) + bytes(data[index + 1 :])
        forged = base64.urlsafe_b64encode(altered).rstrip(b"=").decode()
        assert exchange.valley.get(f"{base}objects/", next=forged).status_code == 400
    for other in (token[:-1], token[:-8], token + "A", f"{token}==", token.swapcase(), f" {token}"):
        assert exchange.valley.get(f"{base}objects/", next=other).status_code == 400, other[-10:]


def test_a_token_says_nothing_that_the_partner_does_not_know(token: str) -> None:
    body = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[16:]
    place, parameters = orjson.loads(body)
    assert isinstance(place, int)
    assert parameters == {"match[version]": "all", "added_after": "2000-01-01T00:00:00Z"}


def test_polling_by_the_last_date_added_alone_visits_each_object_once(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    """3.5: a client may page by X-TAXII-Date-Added-Last; no two objects share one date."""
    found: list[str] = []
    after = "1970-01-01T00:00:00Z"
    while True:
        response = exchange.valley.get(f"{base}objects/", limit="9", added_after=after, **ALL)
        if response.data == b"{}":
            break
        found += ids(response)
        after = response.headers["X-TAXII-Date-Added-Last"]
    assert found == [entry["id"] for entry in manifest]


def test_a_referenced_object_stands_before_the_one_that_refers_to_it(exchange: Exchange, base: str) -> None:
    """A client that reads page by page wraps each page in a bundle: references must lead back, not forward."""
    seen: set[str] = set()
    for stix_object in exchange.valley.get(f"{base}objects/", **ALL).get_json()["objects"]:
        seen.add(stix_object["id"])
        refs = [v for n, v in stix_object.items() if n.endswith("_ref")]
        refs += [ref for n, v in stix_object.items() if n.endswith("_refs") for ref in v]
        assert set(refs) <= seen | {stix_object["id"]}, stix_object["id"]


# The dissemination log (28 CFR 23.20(g)) ---------------------------------------------------------------------------


def _log(exchange: Exchange) -> list[Any]:
    with reading(exchange.gateway.stores.engine) as connection:
        return list(connection.execute(tables.disseminations.select().order_by(tables.disseminations.c.seq)))


def test_each_page_that_held_something_is_logged_with_purpose_and_range(
    exchange: Exchange, base: str, manifest: list[dict[str, Any]]
) -> None:
    before = len(_log(exchange))
    first = exchange.valley.get(f"{base}objects/", limit="6", **ALL)
    exchange.valley.get(f"{base}objects/", limit="4", next=first.get_json()["next"])
    exchange.valley.get(f"{base}manifest/", limit="2", **ALL)
    exchange.valley.get(f"{base}objects/", added_after=manifest[-1]["date_added"])
    exchange.harbor.get(f"{base}objects/")
    exchange.valley.get(f"{base}objects/", limit="0")
    one, two, three = _log(exchange)[before:]
    places = [to_us(entry["date_added"]) for entry in manifest]
    assert (one.from_us, one.to_us, one.objects) == (0, places[5], 6)
    assert (two.from_us, two.to_us, two.objects) == (places[5], places[9], 4)
    assert (three.from_us, three.to_us, three.objects) == (0, places[1], 2)
    for row in (one, two, three):
        assert row.partner == "valley-fusion-center"
        assert row.agreement == "valley-incidents"
        assert row.agreement_version == "1"
        assert row.purpose == "prevention and investigation of crime"
        assert row.collection_id == base.split("/")[-2]
        assert row.source == "127.0.0.1"
        assert row.at_us > 0
        assert exchange.valley.secret not in str(row)
    assert orjson.loads(three.filter) == {"endpoint": "manifest", "object": None, "match[version]": "all"}


def to_us(text: str) -> int:
    return round((datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def test_who_received_a_record_is_answered_from_the_log(exchange: Exchange, base: str) -> None:
    exchange.valley.get(f"{base}objects/", **ALL)
    incident = next(
        held for held in exchange.gateway.stores.records.latest(state="released") if held.record.kind == "incident"
    )
    given = exchange.gateway.stores.disseminations.recipients_of(incident.record.id)
    assert {row.partner for row in given} == {"valley-fusion-center"}

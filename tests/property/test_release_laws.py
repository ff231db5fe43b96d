"""For any agreements, partners and records: a release by hand gives exactly what a whole pull has for the record."""

import base64
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import SteppingClock
from exchange import approve_everything, partner_client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taxii_builders import drive, sample

from gateway import names
from gateway.errors import NotPermitted
from gateway.sharing.projections import PROJECTIONS
from gateway.stix.canonical import canonical
from gateway.wiring import Gateway, open_gateway

FEEDS = ("seattle-pd-cad", "sar-form", "agency-indicators")
RUNS = settings(deadline=None, max_examples=5, suppress_health_check=list(HealthCheck))
AGREEMENTS = st.fixed_dictionaries(
    {
        "recipients": st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2, unique=True),
        "projection": st.sampled_from(list(PROJECTIONS)),
        "kinds": st.lists(
            st.sampled_from(["incident", "suspicious-activity", "indicator-set"]), min_size=1, unique=True
        ),
        "standing": st.sampled_from(["active", "active", "active", "suspended"]),
        "deliver": st.sampled_from([{"niem": "none"}, {"niem": "artifact"}]),
        "tlp": st.sampled_from(["amber", "red", "green"]),
    }
)
LATER = st.sampled_from(["nothing", "suspend a", "suspend g0", "correct"])


def _write_register(home: Path, agreed: list[dict[str, Any]]) -> None:
    for folder in ("partners", "agreements"):
        for path in (home / folder).glob("*.yaml"):
            path.unlink()
    for name in "ab":
        partner = {
            "partner": name,
            "name": f"Partner {name} (example)",
            "category": "law-enforcement",
            "contact": "desk@partner.example",
            "law_enforcement_authority": "yes",
        }
        (home / "partners" / f"{name}.yaml").write_text(json.dumps(partner))
    for number, facts in enumerate(agreed):
        agreement = {
            "agreement": f"g{number}",
            "version": "1",
            "title": f"Agreement g{number}",
            "purpose": "tests",
            "effective": "2020-01-01",
            "expires": "2099-01-01",
            **{key: value for key, value in facts.items() if key != "tlp"},
            "markings": {"tlp_max": facts["tlp"], "cui": ["LEI", "INV", "INF", "PRVCY"], "caveats": ["LES"]},
        }
        (home / "agreements" / f"g{number}.yaml").write_text(json.dumps(agreement))


def _append(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _pulled(gateway: Gateway, partner: str) -> dict[str, dict[tuple[str, str | None], str]]:
    """By container: the digests of the objects that it signs for and of itself, of all that the partner can read."""
    client = partner_client(gateway, partner)
    readable = {_version(one): one for one in client.objects(**{"match[version]": "all"})}
    found = {}
    for one in client.objects():
        integrity = one.get("extensions", {}).get(names.INTEGRITY_EXTENSION)
        if integrity is None:
            continue
        signed = {(entry["ref"], entry.get("modified")): entry["digest"] for entry in integrity["manifest"]}
        assert signed.keys() <= readable.keys()
        found[one["id"]] = signed | {_version(one): _digest(one)}
    return found


def _version(one: dict[str, Any]) -> tuple[str, str | None]:
    return one["id"], one.get("modified")


def _digest(one: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(canonical(one)).digest()).rstrip(b"=").decode()


def _containers_of(gateway: Gateway, record: str) -> set[str]:
    number = gateway.stores.records.get(record).number
    views = [view for n in range(1, number + 1) for view in gateway.stores.records.views(record, n)]
    return {json.loads(view.stix[-1])["id"] for view in views}


def _released(gateway: Gateway, record: str, partner: str) -> dict[tuple[str, str | None], str]:
    try:
        released = gateway.release_desk.release(
            record, to=partner, reason="a law", operator="analyst-two", key=gateway.operator_key("analyst-two")
        )
    except NotPermitted:
        return {}
    objects = json.loads(released.files[f"{record}.stix.json"])["objects"]
    assert len(objects) == released.objects
    return {_version(one): _digest(one) for one in objects}


def _holds(founded: Path, agreed: list[dict[str, Any]], later: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(founded, home)
        _write_register(home, agreed)
        gateway = open_gateway(home, clock=SteppingClock())
        try:
            for feed in FEEDS:
                drive(gateway, sample(feed), feed)
            approve_everything(gateway)
            if later == "suspend a":
                _append(home / "partners" / "a.yaml", standing="suspended")
            elif later == "suspend g0":
                _append(home / "agreements" / "g0.yaml", standing="suspended")
            elif later == "correct":
                drive(gateway, sample("seattle-pd-cad").replace(b"AUTO THEFT", b"AUTOMOBILE THEFT"), "seattle-pd-cad")
            for partner in "ab":
                pulled = _pulled(gateway, partner)
                told = set()
                for held in gateway.stores.records.latest():
                    mine = _containers_of(gateway, held.record.id) & pulled.keys()
                    wanted: dict[tuple[str, str | None], str] = {}
                    for container in mine:
                        wanted |= pulled[container]
                    assert _released(gateway, held.record.id, partner) == wanted
                    told |= mine
                assert told == pulled.keys(), "no container of a pull is without its record"
        finally:
            gateway.close()


@RUNS
@given(st.lists(AGREEMENTS, min_size=1, max_size=3), LATER)
def test_a_release_gives_exactly_what_a_pull_has(founded: Path, agreed: list[dict[str, Any]], later: str) -> None:
    _holds(founded, agreed, later)


@pytest.mark.soak
@settings(RUNS, max_examples=100)
@given(st.lists(AGREEMENTS, min_size=1, max_size=3), LATER)
def test_a_release_gives_exactly_what_a_pull_has_for_many(
    founded: Path, agreed: list[dict[str, Any]], later: str
) -> None:
    _holds(founded, agreed, later)

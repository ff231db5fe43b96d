"""What misp-stix and pycti, each in an environment of its own, keep of what we publish.

The tables of docs/consumers.py say it; here both libraries are run and every row must come true: a type that is lost
without a row fails, and so does a row that tells of a loss which is none.
"""

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from docs_shell import ROOT
from foreign_readers import Event, run
from hypothesis import HealthCheck, Phase, given, seed, settings
from stix_builders import CENTER, FULL, KEY, SEALED_AT, ToySigner, nearly_empty, signed_niem

import gateway.examples
from gateway import names
from gateway.model.codes import ObservableType
from gateway.model.entities import Person
from gateway.model.record import Record
from gateway.niem.iepd.samples import sample_views
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix.canonical import canonical
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal
from gateway.stix.render import render

RECORDS = Path(gateway.examples.__file__).parent / "records"
RANDOM_RECORDS = 300

Bundle = dict[str, Any]
_ID = re.compile(r"[a-z-]+--[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture(scope="module")
def consumers() -> Any:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module("docs.consumers")


@pytest.fixture(scope="module")
def bundles() -> list[Bundle]:
    """The full and the narrow view of every sample record and of every record of the builders, and random records.

    Every row of the table has its case before the random ones. Objects that are passed on for other producers are left
    out: they are of any type, and what a consumer makes of them is not for us to mend.
    """
    found = []
    for kind, view in sample_views(RECORDS):
        if view.record.originals:
            continue
        for projection in PROJECTIONS.values():
            view_id = KEY.uuid("document", kind.value, projection.name)
            shown = project(view.record, projection, view_id=view_id).record
            found.append(bundle(shown, f"{kind}-{projection.name}"))
    for name, make in FULL.items():
        if make().originals:
            continue
        found += [bundle(make(), f"{name}-full"), bundle(nearly_empty(make()), f"{name}-nearly-empty")]
    found.append(bundle(twice_named(), "twice-named"))
    found += [bundle(one, f"random-{n}", carries_niem=bool(n % 2)) for n, one in enumerate(random_records())]
    return found


def bundle(record: Record, name: str, **options: Any) -> Bundle:
    niem = signed_niem(record, key=name, **options)
    signed = seal(ObjectChecker().check(niem, render(niem, CENTER)), ToySigner().sign, "toy-1", at=SEALED_AT)
    objects = [json.loads(one.body) for one in signed.stix]
    return {"type": "bundle", "id": f"bundle--{KEY.uuid('bundle', name)}", "objects": objects}


def twice_named() -> Record:
    """Observables without an activity, one e-mail address among them twice, a witness, and a narrative about them."""
    record = FULL["indicator-set"]()
    (address,) = (one for one in record.observables if one.type is ObservableType.EMAIL)
    return msgspec.structs.replace(
        record,
        narrative="The invented mail came twice.",
        people=(Person(ref="reader", full_name="Rowan Invented"),),
        observables=(*record.observables, msgspec.structs.replace(address, ref="again")),
        indicators=(),
        relations=(),
    )


def random_records() -> list[Record]:
    """A seeded sample of the records that the laws of rendering are tried with."""
    strategy = importlib.import_module("tests.property.test_stix_render_laws").records
    found: list[Record] = []

    @seed(20261122)
    @settings(
        max_examples=RANDOM_RECORDS,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy())
    def collect(record: Record) -> None:
        found.append(msgspec.structs.replace(record, originals=()))

    collect()
    return found


def case(one: dict[str, Any], event: Event, objects: list[dict[str, Any]]) -> str:
    """The case of the table of misp-stix that the object is; `objects` are those of its bundle."""
    match one["type"]:
        case "identity" if one["id"] == names.PRODUCT_IDENTITY:
            return "the product's own"
        case "identity" if one["id"] == f"identity--{CENTER.id}":
            return "the center's own"
        case "observed-data" if one["object_refs"][0].startswith("email-addr--"):
            first = next(other for other in objects if other.get("object_refs") == one["object_refs"])
            return "" if first is one else "a second one of an e-mail address"
        case "note" if not any(map(event.takes_notes, one["object_refs"])):
            return "about what is lost"
        case "relationship" if event.is_object(one["source_ref"]) and event.is_object(one["target_ref"]):
            return "between two objects" if one["source_ref"] != one["target_ref"] else ""
        case _:
            return ""


@pytest.mark.soak
def test_misp_stix_keeps_what_the_table_says_and_loses_what_the_table_says(consumers: Any, bundles: Any) -> None:
    fates = {(row.type, row.when): row.kept for row in consumers.FATES if row.library == "misp-stix"}
    seen: dict[tuple[str, str], set[bool]] = {}
    for given_bundle, verdict in zip(bundles, run("misp", "misp_import.py", bundles), strict=True):
        event = Event(verdict["event"])
        cases = {one["id"]: (one["type"], case(one, event, given_bundle["objects"])) for one in given_bundle["objects"]}
        for one in given_bundle["objects"]:
            seen.setdefault(cases[one["id"]], set()).add(event.holds(one))
        for error in verdict["errors"]:
            failed = [cases[identifier] for identifier in _ID.findall(error)] or [(error.rpartition(" ")[2], "")]
            assert not any(fates[key] for key in failed), error
    assert seen == {key: {kept} for key, kept in fates.items()}


@pytest.mark.soak
def test_pycti_takes_every_object_apart_but_those_of_the_table(consumers: Any, bundles: Any) -> None:
    lost = {row.type for row in consumers.FATES if row.library == "pycti" and not row.kept}
    set_aside: set[str] = set()
    for given_bundle, verdict in zip(bundles, run("pycti", "pycti_split.py", bundles), strict=True):
        handed = {one["id"]: one for one in verdict["objects"]}
        assert len(handed) == len(verdict["objects"])
        set_aside |= {identifier.partition("--")[0] for identifier in verdict["incompatible"]}
        for one in given_bundle["objects"]:
            if one["type"] not in lost:
                assert changed(one, handed[one["id"]]) == set(), one["type"]
    assert set_aside == lost


def changed(ours: dict[str, Any], theirs: dict[str, Any]) -> set[str]:
    """The properties that came out otherwise.

    An identity that is its own creator is not told so, and a reference that stands twice comes out once.
    """
    expected = dict(ours)
    if ours.get("created_by_ref") == ours["id"]:
        expected["created_by_ref"] = None
    if "external_references" in ours:
        distinct = {canonical(one): one for one in ours["external_references"]}
        expected["external_references"] = list(distinct.values())
    return {name for name in expected if expected[name] != theirs.get(name)}


def test_the_table_tells_of_the_versions_that_are_locked(consumers: Any) -> None:
    for library, lock in zip(consumers.LIBRARIES, ("misp", "pycti"), strict=True):
        text = (ROOT / "tests" / "interop" / "environments" / f"{lock}.lock").read_text(encoding="utf-8")
        assert f"\n{library.name}=={library.version} " in text
        assert re.findall(r"--(?:extra-)?index-url|https?://", text) == []


def test_each_row_of_the_table_is_one_case(consumers: Any) -> None:
    keys = [row[:3] for row in consumers.FATES]
    assert len(keys) == len(set(keys))
    assert {row.library for row in consumers.FATES} == {one.name for one in consumers.LIBRARIES}
    assert [row for row in consumers.FATES if bool(row.answer) == row.kept] == []

"""Projecting twice is projecting once; a projection never adds a fact; what is planted outside a kept class is gone."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from niem_builders import full_record, records
from sharing_builders import AT, IDS, agreement, cleared, partner, register

from gateway.model.codes import Sensitivity, Tlp
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.handling import Handling
from gateway.model.kinds import Kind
from gateway.model.particulars import PARTICULARS
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record, decode_record, encode_record
from gateway.sharing.decide import Verdict
from gateway.sharing.projections import PROJECTIONS, narrowest, project
from gateway.sharing.views import collection_id, explain, share

VIEW_ID = "b0a1d2c3-e4f5-4a6b-8c7d-9e0f1a2b3c4d"
NARROW = PROJECTIONS["no-personal-information"]
RUNS = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
KINDS = st.sampled_from(Kind)
SOME = KINDS.flatmap(records)


@RUNS
@given(SOME, st.sampled_from(list(PROJECTIONS.values())))
def test_projecting_twice_is_projecting_once(record: Record, projection: object) -> None:
    once = project(record, projection, view_id=VIEW_ID)  # type: ignore[arg-type]
    again = project(once.record, projection, view_id=VIEW_ID)  # type: ignore[arg-type]
    assert again.record == once.record
    assert set(again.withheld) <= set(once.withheld)


@RUNS
@given(SOME)
def test_the_full_projection_withholds_nothing_that_says_something(record: Record) -> None:
    shown = project(record, PROJECTIONS["full"], view_id=VIEW_ID)
    assert shown.withheld == ()
    assert shown.record.handling == record.handling
    assert shown.record.provenance == record.provenance
    assert shown.record.narrative == record.narrative
    assert shown.record.people == tuple(p for p in record.people if msgspec.structs.asdict(p).keys() and _says(p))


def _says(entity: object) -> bool:
    fields = {f.name: f for f in msgspec.structs.fields(entity)}  # type: ignore[arg-type]
    return any(getattr(entity, n) != f.default for n, f in fields.items() if n != "ref")


def _facts(record: Record) -> dict[str, object]:
    """Every fact with its path; entities are found by their names."""
    found: dict[str, object] = {}
    plain = {"title", "narrative", "labels", "native_key", "kind"}
    found |= {name: getattr(record, name) for name in plain}
    for name in ("handling", "provenance", *(row.field for row in PARTICULARS.values())):
        part = getattr(record, name)
        found |= {f"{name}.{f}": getattr(part, f) for f in part.__struct_fields__} if part else {}
    for sort, entity in record.entities():
        found |= {f"{sort}.{entity.ref}.{f}": getattr(entity, f) for f in entity.__struct_fields__}
    found |= {f"relation.{r.source}.{r.role}.{r.target}": True for r in record.relations}
    return found


@RUNS
@given(SOME)
def test_a_projection_never_adds_a_fact(record: Record) -> None:
    before, after = _facts(record), _facts(project(record, NARROW, view_id=VIEW_ID).record)
    assert after.keys() <= before.keys()
    for path, value in after.items():
        if value == before[path] or value in (None, "", ()):
            continue
        field = path.rpartition(".")[2]
        # What is left of an exact place is the tenth of a degree around it, and that it is a region now.
        assert field in ("latitude", "longitude", "precision", "source_sha256", "line"), path
        if field in ("latitude", "longitude"):
            assert abs(value - before[path]) <= NARROW.coordinates / 2  # type: ignore[operator]
            assert value == value.quantize(NARROW.coordinates)  # type: ignore[union-attr]
        elif field != "precision":
            assert value == {"source_sha256": "0" * 64, "line": 1}[field]


@RUNS
@given(SOME)
def test_a_projected_record_is_a_record(record: Record) -> None:
    shown = project(record, NARROW, view_id=VIEW_ID).record
    assert decode_record(encode_record(shown)) == shown
    refs = {entity.ref for _, entity in shown.entities()}
    assert all(r.source in refs and r.target in refs for r in shown.relations)


@pytest.mark.parametrize("kind", Kind)
def test_no_text_of_a_field_that_is_not_kept_is_left(kind: Kind) -> None:
    """A record in which every text field says its own path; in the narrow view none of them is to be read."""
    record = full_record(kind)
    planted = {path: value for path, value in _texts(record).items() if isinstance(value, str)}
    assert len(planted) > 150
    shown = encode_record(project(record, NARROW, view_id=VIEW_ID).record).decode()
    kept = {path for path, value in planted.items() if value in shown and len(value) > 4}
    allowed = ("activity", "item", "relation")
    for path in kept:
        assert disclosed(path) in (Discloses.FACT, Discloses.STRUCTURE), path
    assert not any("person-" in planted[path] for path in kept), allowed
    for word in ("native key", "Title", "First line", "label one", "person-0.", "place-0.", "provenance."):
        assert word not in shown
    assert record.id not in shown


def _texts(record: Record) -> dict[str, object]:
    return {path: value for path, value in _facts(record).items() if isinstance(value, str) and value}


TYPES = {
    **{sort: group.type for sort, group in ENTITY_GROUPS.items()},
    "handling": Handling,
    "provenance": Provenance,
    **{row.field: row.type for row in PARTICULARS.values()},
}


def disclosed(path: str) -> Discloses | None:
    sort, field = path.partition(".")[0], path.rpartition(".")[2]
    if sort == "relation":
        return Discloses.STRUCTURE
    return disclosures(TYPES[sort])[field] if sort in TYPES else disclosures(Record)[field]


def test_the_narrowest_projection_does_not_depend_on_order() -> None:
    assert narrowest(frozenset({"full", "no-personal-information"})) == "no-personal-information"
    assert narrowest(frozenset({"full"})) == "full"


HANDLINGS = st.builds(
    Handling,
    tlp=st.sampled_from(Tlp),
    sensitivities=st.lists(st.sampled_from(Sensitivity), max_size=2).map(tuple),
)
AGREEMENTS = st.fixed_dictionaries(
    {
        "recipients": st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True),
        "projection": st.sampled_from(list(PROJECTIONS)),
        "kinds": st.lists(st.sampled_from(["incident", "suspicious-activity", "criminal-intelligence"]), min_size=1),
        "standing": st.sampled_from(["active", "active", "suspended"]),
        "deliver": st.sampled_from([{"niem": "none"}, {"niem": "artifact"}]),
        "markings": st.sampled_from(list(Tlp)).map(lambda tlp: {"tlp_max": tlp.value}),
    }
)
PARTNERS = st.fixed_dictionaries(
    {
        "law_enforcement_authority": st.booleans(),
        "standing": st.sampled_from(["active", "active", "suspended"]),
    }
)
BASE = {kind: full_record(kind) for kind in (Kind.INCIDENT, Kind.SUSPICIOUS_ACTIVITY, Kind.CRIMINAL_INTELLIGENCE)}


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(AGREEMENTS, min_size=1, max_size=4),
    st.lists(PARTNERS, min_size=3, max_size=3),
    st.sampled_from(list(BASE)),
    HANDLINGS,
)
def test_whatever_is_agreed_explanation_and_placement_are_one_and_the_law_holds(
    agreed: list[dict[str, object]], partners: list[dict[str, object]], kind: Kind, handling: Handling
) -> None:
    of = register(
        *(agreement(f"g{n}", **facts) for n, facts in enumerate(agreed)),
        partners=tuple(partner(name, **facts) for name, facts in zip("abc", partners, strict=True)),
    )
    asked = cleared(msgspec.structs.replace(BASE[kind], handling=handling))
    shared = share(asked, of, IDS, at=AT)
    assert all(d.failing or d.verdict is Verdict.PERMIT for d in shared.decisions)
    placed = {c for view in shared.views for c in view.collections}
    possible = {collection_id(IDS, name, p): name for name in of.agreements for p in PROJECTIONS}
    open_to = {possible[c] for c in placed}
    assert len(placed) == len(open_to)
    for name in of.partners:
        for explained in explain(asked, name, of, IDS, at=AT):
            failing = [reason.clause for reason in explained.decision.failing]
            assert (explained.view is None) == bool(failing) == (explained.decision.verdict is Verdict.REFUSE)
            if explained.decision.agreement in open_to:
                assert failing in ([], ["partner.standing"]), "only its standing keeps a recipient from what is placed"
            else:
                assert failing
    if {Sensitivity.SEALED, Sensitivity.EXPUNGED} & set(handling.sensitivities):
        assert not placed

"""Laws of rendering over invented records of every shape the canonical record allows."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import orjson
import stix2
from handling_builders import COUNTRY_LISTS, consistent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import inspect
from niem_builders import PATTERNED, pattern_of
from originals_builders import originals_with_facts
from stix_builders import CENTER, KEY, SEALED_AT, ToySigner, provenance, showing, signed_niem

from gateway import names
from gateway.model.codes import ObservableType, SuspiciousBehavior
from gateway.model.disclosure import Discloses
from gateway.model.entities import Circle, Indicator, Observable, Polygon
from gateway.model.handling import Handling
from gateway.model.kinds import KINDS, Kind
from gateway.model.particulars import PARTICULARS, SuspiciousActivity
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.relations import ROLES, Relation, Role
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix.canonical import canonical
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, verify
from gateway.stix.originals import foreign_ids
from gateway.stix.read import read
from gateway.stix.render import render

CHECKER = ObjectChecker()
RENDERED_KINDS = [kind for kind, row in KINDS.items() if row.is_rendered]

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_OBSERVABLES = st.sampled_from(
    [
        (ObservableType.IPV4, "198.51.100.3"),
        (ObservableType.IPV6, "2001:db8::7"),
        (ObservableType.DOMAIN, "bad.example"),
        (ObservableType.URL, "http://bad.example/a b'c\\d{e}|ü%zz"),
        (ObservableType.EMAIL, "mallory@bad.example"),
        (ObservableType.MD5, "a" * 32),
        (ObservableType.SHA1, "b" * 40),
        (ObservableType.SHA256, "c" * 64),
        (ObservableType.SHA512, "d" * 128),
    ]
)


_COUNTRIES = st.sampled_from((None, "US", "CA", "MX", "DE", "FJ"))
"""Codes that there are; both standards look them up."""

AREA_EXAMPLES = {pattern_of(shape): PATTERNED[pattern_of(shape)] for shape in (Polygon, Circle)}
"""Degrees have bounds that no pattern tells."""


def _of(shape: Any) -> st.SearchStrategy[Any]:
    match shape:
        case inspect.Metadata(type=inner):
            return _of(inner)
        case inspect.UnionType(types=types):
            return st.none() | st.one_of(*(_of(one) for one in types if not isinstance(one, inspect.NoneType)))
        case inspect.VarTupleType(item_type=item):
            return st.lists(_of(item), max_size=2).map(tuple)
        case inspect.EnumType(cls=cls):
            return st.sampled_from(list(cls))
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=low, le=high):
            return st.integers(low if low is not None else 0, high if high is not None else 2**53 - 1)
        case inspect.DateTimeType():
            return st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
        case inspect.DateType():
            return st.dates(date(1900, 1, 1), date(2100, 1, 1))
        case inspect.DecimalType():
            return st.decimals(Decimal(0), Decimal(90), places=18) | st.decimals(Decimal(0), Decimal(90), places=2)
        case inspect.StrType(pattern=pattern) if pattern in AREA_EXAMPLES:
            return st.sampled_from(AREA_EXAMPLES[pattern])
        case inspect.StrType(pattern=pattern):
            return _TEXT if pattern is None else st.from_regex(pattern.replace("$", r"\Z"), fullmatch=True)
    raise TypeError(shape)


def structs(cls: Any, **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    shape = inspect.type_info(cls)
    assert isinstance(shape, inspect.StructType)
    return st.builds(cls, **({field.name: _of(field.type) for field in shape.fields} | fixed))


def _particulars(cls: Any) -> st.SearchStrategy[Any]:
    """No suspicion without a behavior: the kind requires one, and no projection withholds it."""
    behaviors = st.lists(st.sampled_from(SuspiciousBehavior), min_size=1, max_size=2).map(tuple)
    return structs(cls, **({"behaviors": behaviors} if cls is SuspiciousActivity else {}))


def _handlings() -> st.SearchStrategy[Handling]:
    shape = inspect.type_info(Handling)
    assert isinstance(shape, inspect.StructType)
    parts = {field.name: _of(field.type) for field in shape.fields}
    return st.builds(consistent, **parts | {"release_to": COUNTRY_LISTS, "display_to": COUNTRY_LISTS})


def _fitting(relation: Relation) -> Relation:
    """Mapping lets nobody live in a vehicle; that role is the one that STIX has a relationship type of its own for."""
    row = ROLES[relation.role]
    ends = (relation.source.rpartition("-")[0] in row.source, relation.target.rpartition("-")[0] in row.target)
    fits = relation.role is not Role.RESIDENT_AT or all(ends)
    return relation if fits else msgspec.structs.replace(relation, role=Role.SUBJECT)


@st.composite
def records(draw: st.DrawFn) -> Record:
    groups: dict[str, Any] = {}
    for sort, group in ENTITY_GROUPS.items():
        if sort in ("observable", "indicator", "original"):
            continue
        count = draw(st.integers(0, 2))
        fixed = {"country": _COUNTRIES} if "country" in group.type.__struct_fields__ else {}
        groups[group.field] = tuple(
            draw(structs(group.type, ref=st.just(f"{sort}-{n}"), **fixed)) for n in range(count)
        )
    groups["observables"] = tuple(
        Observable(ref=f"observable-{n}", type=kind, value=value)
        for n, (kind, value) in enumerate(draw(st.lists(_OBSERVABLES, max_size=3)))
    )
    groups["indicators"] = tuple(
        draw(structs(Indicator, ref=st.just(f"indicator-{n}"), observable=st.sampled_from(["observable-0", "gone"])))
        for n in range(draw(st.integers(0, 2)))
    )
    groups["originals"], stated = draw(originals_with_facts())
    for field, entities in stated.items():
        groups[field] += entities
    refs = [one.ref for group in groups.values() for one in group] or ["nothing"]
    ends = st.sampled_from([*refs, "withheld"])
    related = st.builds(Relation, source=ends, role=st.sampled_from(Role), target=ends)
    relations = st.lists(related.map(_fitting), max_size=4)
    kind = draw(st.sampled_from(RENDERED_KINDS))
    return Record(
        id="record--4b5a7f0e-0000-4000-8000-000000000001",
        kind=kind,
        native_key=draw(_TEXT | st.just("")),
        handling=draw(_handlings()),
        provenance=provenance(),
        title=draw(st.none() | _TEXT),
        narrative=draw(st.none() | _TEXT),
        labels=tuple(draw(st.lists(_TEXT, max_size=2))),
        relations=tuple(draw(relations)),
        **{row.field: draw(st.none() | _particulars(row.type)) for row in PARTICULARS.values() if kind in row.kinds},
        **groups,
    )


_CLASSES = st.sets(st.sampled_from([Discloses.PERSON, Discloses.TEXT, Discloses.REFERENCE, Discloses.TECHNICAL]))
_SLOW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@_SLOW
@given(records(), _CLASSES, st.booleans())
def test_every_projection_of_every_record_renders_valid(
    record: Record, classes: set[Discloses], carries_niem: bool
) -> None:
    shown = showing(record, Discloses.FACT, *classes)
    niem = signed_niem(shown, carries_niem=carries_niem)
    objects = render(niem, CENTER)
    foreign = foreign_ids(niem.view)
    assert CHECKER.faults(objects, foreign=foreign) == ()
    signed = seal(CHECKER.check(niem, objects), ToySigner().sign, "toy-1", at=SEALED_AT)
    parsed = [orjson.loads(one.body) for one in signed.stix]
    assert CHECKER.faults(parsed, foreign=foreign) == ()
    (coverage,) = verify(parsed, ToySigner().check)
    assert (coverage.missing, coverage.foreign) == ((), ())


@settings(_SLOW, max_examples=40)
@given(records(), st.sampled_from(sorted(PROJECTIONS)), st.booleans())
def test_the_gateways_own_projections_render_valid_and_come_back(
    record: Record, projection: str, carries_niem: bool
) -> None:
    view_id = KEY.uuid("document", projection)
    shown = project(record, PROJECTIONS[projection], view_id=view_id).record
    niem = signed_niem(shown, key=projection, carries_niem=carries_niem)
    objects = render(niem, CENTER)
    assert CHECKER.faults(objects, foreign=foreign_ids(niem.view)) == ()
    assert _comparable(read(objects, record_id=f"record--{view_id}")) == _comparable(shown)


@settings(_SLOW, max_examples=40)
@given(records())
def test_stix2_reads_and_writes_every_record_unchanged(record: Record) -> None:
    # others' custom content is theirs, and no library that is asked to refuse it takes it
    objects = render(signed_niem(msgspec.structs.replace(record, originals=())), CENTER)
    document = {"type": "bundle", "id": f"bundle--{KEY.uuid('bundle')}", "objects": list(objects)}
    written = json.loads(stix2.parse(document, allow_custom=False).serialize())["objects"]
    assert [canonical(one) for one in written] == [canonical(one) for one in objects]


@settings(_SLOW, max_examples=40)
@given(records(), st.sampled_from([Discloses.PERSON, Discloses.TEXT, Discloses.REFERENCE]))
def test_two_views_of_one_record_share_no_id_of_ours(record: Record, more: Discloses) -> None:
    wide = {one["id"] for one in render(signed_niem(record, key="wide"), CENTER)}
    narrow = {one["id"] for one in render(signed_niem(showing(record, Discloses.FACT, more), key="narrow"), CENTER)}
    wide -= {one.stix_id for one in record.originals}  # what is passed on goes by its producer's id everywhere
    common = {"marking-definition", "extension-definition", "domain-name", "url", "file", "ipv4-addr", "ipv6-addr"}
    shared = {identifier for identifier in wide & narrow if identifier.partition("--")[0] not in common}
    identities = {f"identity--{CENTER.id}", names.PRODUCT_IDENTITY}
    assert shared - {one for one in shared if one.startswith("email-addr--")} == identities


@settings(_SLOW, max_examples=40)
@given(records())
def test_rendering_depends_on_nothing_but_its_arguments(record: Record) -> None:
    twin = msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=Record)
    assert render(signed_niem(twin), CENTER) == render(signed_niem(record), CENTER)


def test_every_kind_but_one_has_a_container() -> None:
    assert set(Kind) - set(RENDERED_KINDS) == {Kind.CRIMINAL_INTELLIGENCE}


def _said(particulars: msgspec.Struct | None) -> msgspec.Struct | None:
    """Particulars as STIX keeps them: decimals as JSON numbers, None where all of them is withheld."""
    if particulars is None:
        return None
    said = {name: getattr(particulars, name) for name in particulars.__struct_fields__}
    if not any(value not in (None, ()) for value in said.values()):
        return None
    floats = {name: Decimal(repr(float(value))) for name, value in said.items() if isinstance(value, Decimal)}
    return msgspec.structs.replace(particulars, **floats)


_GATHERED = ("indicators", "observables", "people", "organizations", "places", "vulnerabilities")
"""What a record may hold from objects of others, too: it is read back behind what has an object of ours."""


def _comparable(record: Record) -> Record:
    """The record in the order and the digits that STIX keeps.

    STIX keeps amounts of money as JSON numbers, and relations both of whose ends are shown, each once.
    Blank texts stand for withheld ones.
    """
    watched = {one.ref for one in record.observables}
    joined = [(sort, one) for sort, one in record.entities() if sort != "original"]
    ends = {one.ref for sort, one in joined if sort != "indicator" or one.observable in watched}
    particulars = {row.field: getattr(record, row.field) for row in PARTICULARS.values()}
    return msgspec.structs.replace(
        record,
        labels=tuple(label for label in record.labels if label),
        items=tuple(
            msgspec.structs.replace(
                one, value_dollars=None if one.value_dollars is None else Decimal(repr(float(one.value_dollars)))
            )
            for one in record.items
        ),
        **{field: tuple(sorted(getattr(record, field), key=lambda one: one.ref)) for field in _GATHERED},
        relations=tuple(dict.fromkeys(r for r in record.relations if {r.source, r.target} <= ends)),
        **{field: _said(one) for field, one in particulars.items()},
    )


@_SLOW
@given(records(), _CLASSES)
def test_reading_what_was_rendered_gives_the_record(record: Record, classes: set[Discloses]) -> None:
    shown = showing(record, Discloses.FACT, *classes)
    niem = signed_niem(shown)
    signed = seal(CHECKER.check(niem, render(niem, CENTER)), ToySigner().sign, "toy-1", at=SEALED_AT)
    again = read([orjson.loads(one.body) for one in signed.stix], record_id=shown.id)
    assert _comparable(again) == _comparable(shown)

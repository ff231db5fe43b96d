"""Views for the tests of the NIEM stage, built from the model's own annotations: a new field is covered by itself.

`full_view` sets every field of every entity to a value of its own; `views()` is a hypothesis strategy over all valid
records. All content is invented.
"""

import enum
import types
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from handling_builders import COUNTRY_LISTS, consistent
from hypothesis import strategies as st
from msgspec import Meta, Struct

from gateway.model.center import Center
from gateway.model.codes import (
    ActivityCategory,
    IndicatorType,
    ItemCategory,
    ObservableType,
    SuspiciousBehavior,
    Tlp,
)
from gateway.model.disclosure import Ref
from gateway.model.entities import (
    Activity,
    AreaCode,
    Circle,
    Entity,
    Indicator,
    Item,
    Observable,
    Organization,
    Original,
    Person,
    Place,
    Polygon,
    StixId,
    StixInstant,
    Vehicle,
)
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS, Kind
from gateway.model.particular_codes import AlertMessageType, AlertStatus, LookoutCategory
from gateway.model.particulars import PARTICULARS, Alert, Lookout, SuspiciousActivity
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.relations import ROLES, Relation
from gateway.model.stages import View
from gateway.stix.canonical import canonical

CENTER = Center(
    id="3e9d7c1a-52b4-4f0e-8a6d-0c1b2a394857",
    name="Cascade & Plains Fusion Center",
    abbreviation="CPFC",
    contact="duty desk, extension 4",
    created="2026-01-05T08:00:00Z",
    ori="ZZ0000000",
)
RENDERED_KINDS = tuple(kind for kind, row in KINDS.items() if row.niem_root)
RECORD_ID = "record--7b0d1c52-8f6a-4d39-9b1e-5a4c3d2e1f00"
DOCUMENT_ID = "b0a1d2c3-e4f5-4a6b-8c7d-9e0f1a2b3c4d"


def pattern_of(annotation: Any) -> str:
    return str(next(extra.pattern for extra in annotation.__metadata__ if isinstance(extra, Meta)))


PATTERNED = {
    r"^[A-Z]{2}$": ("OR", "WA", "TX", "NY"),
    r"^CVE-[0-9]{4}-[0-9]{4,19}$": ("CVE-2026-12345", "CVE-2025-0001"),
    r"^CWE-[0-9]{1,6}$": ("CWE-79", "CWE-1321"),
    r"^[0-9a-f]{64}$": ("ab" * 32, "0" * 64),
    pattern_of(Polygon): ("45.1,-122.5 45.2,-122.5 45.2,-122.25 45.1,-122.5", "0,0 0,1.5 -1,1 0,0"),
    pattern_of(Circle): ("45.25,-122.5 12.5", "-3,0 40"),
    pattern_of(StixId): (
        "indicator--5f0d3c1a-7b2e-4c8d-9e10-a1b2c3d4e5f6",
        "x-thing--0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0",
    ),
    pattern_of(Ref): ("observable-1", "gone"),
    pattern_of(StixInstant): ("2026-03-04T15:00:00.250Z", "2026-03-04T15:00:00Z"),
    r"^[a-z][a-z0-9-]{2,249}$": ("indicator", "x-thing"),
    pattern_of(AreaCode): ("SAME:000000", "UGC:XXZ001"),
}
_COUNTRIES = ("US", "CA", "MX")


@dataclass(frozen=True)
class _Kind:
    """A field's type, taken apart: the bare type, its constraints, and whether it is optional or a tuple."""

    bare: Any
    meta: dict[str, Any]
    optional: bool
    many: bool


def _taken_apart(annotation: Any) -> _Kind:
    meta: dict[str, Any] = {}
    optional = many = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            for extra in annotation.__metadata__:
                if isinstance(extra, Meta):
                    meta |= {
                        k: getattr(extra, k)
                        for k in ("ge", "le", "pattern", "max_length")
                        if getattr(extra, k) is not None
                    }
            annotation = get_args(annotation)[0]
        elif origin in (Union, types.UnionType):
            optional = True
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        elif origin is tuple:
            many = True
            annotation = get_args(annotation)[0]
        else:
            return _Kind(annotation, meta, optional, many)


def fields_of(struct: type[Struct]) -> dict[str, _Kind]:
    """The fields of a model type, taken apart."""
    hints = get_type_hints(struct, include_extras=True)
    return {name: _taken_apart(hints[name]) for name in struct.__struct_fields__}


# One record with everything ----------------------------------------------------------------------------------------


def _value(kind: _Kind, path: str, index: int) -> Any:
    if isinstance(kind.bare, enum.EnumMeta):
        return list(kind.bare)[index % len(kind.bare)]
    if kind.bare is str:
        choices = _COUNTRIES if path.endswith("country") else PATTERNED.get(kind.meta.get("pattern", ""))
        return choices[index % len(choices)] if choices else f"{path} <&> {index}"
    if kind.bare is bool:
        return True
    if kind.bare is int:
        return min(kind.meta.get("ge", 0) + 41 + index, kind.meta.get("le", 10**6))
    if kind.bare is Decimal:
        return Decimal("45.0625") + index
    if kind.bare is datetime:
        return datetime(2026, 3, 4, 15, 0, index, 250_000, tzinfo=UTC)
    if kind.bare is date:
        return date(2026, 4, 1 + index % 28)
    raise TypeError(f"no example value for {kind.bare} at {path}")


def full(struct: type[Struct], path: str, **given: Any) -> Any:
    """An instance with every field set; `given` fields are taken as they are."""
    values = dict(given)
    for index, (name, kind) in enumerate(fields_of(struct).items()):
        if name in values:
            continue
        where = f"{path}.{name}"
        if not kind.many:
            values[name] = _value(kind, where, index)
        elif isinstance(kind.bare, enum.EnumMeta):
            values[name] = tuple(kind.bare)
        else:
            values[name] = (_value(kind, where, index), _value(kind, where, index + 1))
    return struct(**values)


def original(
    number: int,
    name: str = "Loader <&>",
    *,
    shown: bool = True,
    unchanged: bool | None = True,
    stands_for: str | None = None,
) -> Original:
    """An object of an invented producer, the same for the same number but for its name."""
    one = {
        "type": "malware",
        "spec_version": "2.1",
        "id": f"malware--{number:08x}-7b2e-4c8d-9e10-a1b2c3d4e5f6",
        "created_by_ref": "identity--0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0",
        "created": "2026-03-04T15:00:00.250Z",
        "modified": "2026-03-04T15:00:00.250Z",
        "name": name,
        "is_family": True,
    }
    return Original(
        ref=f"original-{number}",
        stix_id=str(one["id"]),
        stix_type="malware",
        producer="identity--0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0",
        version="2026-03-04T15:00:00.250Z",
        name=name,
        content=canonical(one).decode() if shown else None,
        unchanged=unchanged,
        stands_for=stands_for,
    )


def _full_entities() -> dict[str, tuple[Entity, ...]]:
    groups: dict[str, tuple[Entity, ...]] = {}
    variants: dict[str, tuple[str, Any]] = {
        "activity": ("category", ActivityCategory),
        "item": ("category", ItemCategory),
        "observable": ("type", ObservableType),
    }
    for sort, group in ENTITY_GROUPS.items():
        if sort in variants:
            field, vocabulary = variants[sort]
            groups[group.field] = tuple(
                full(group.type, f"{sort}-{i}", ref=f"{sort}-{i}", **{field: member})
                for i, member in enumerate(vocabulary)
            )
        elif sort == "indicator":
            groups[group.field] = tuple(
                full(
                    Indicator,
                    f"{sort}-{i}",
                    ref=f"{sort}-{i}",
                    observable=f"observable-{i}",
                    types=tuple(IndicatorType),
                )
                for i in range(len(ObservableType))
            )
        elif sort == "original":
            groups[group.field] = (original(0, stands_for="observable-1"), original(1, unchanged=False))
        else:
            groups[group.field] = tuple(full(group.type, f"{sort}-{i}", ref=f"{sort}-{i}") for i in range(2))
    return groups


def every_relation() -> tuple[Relation, ...]:
    """One relation for each role and pair of sorts that the table of roles lets it join."""
    return tuple(
        Relation(source=f"{source}-0", role=role, target=f"{target}-1")
        for role, row in ROLES.items()
        for source in sorted(row.source)
        for target in sorted(row.target)
    )


def full_record(kind: Kind) -> Record:
    """A record of that kind in which nothing is empty."""
    return Record(
        id=RECORD_ID,
        kind=kind,
        native_key="native key <1>",
        handling=full(Handling, "handling", tlp=Tlp.AMBER_STRICT, release_to=("USA", "CAN"), display_to=("MEX",)),
        provenance=full(Provenance, "provenance", source_sha256="ab" * 32),
        title="Title & more",
        narrative="First line.\nSecond line\twith a tab.\rThird ]]> end",
        labels=("label one", "label-two"),
        relations=every_relation(),
        **{row.field: full(row.type, word) for word, row in PARTICULARS.items() if kind in row.kinds},
        **_full_entities(),
    )


def view_of(record: Record, **changes: Any) -> View:
    """A view of a record as a projection makes it."""
    base = View(
        key="full",
        record=record,
        number=1,
        created=datetime(2026, 3, 5, 9, 30, 0, 123_000, tzinfo=UTC),
        modified=datetime(2026, 3, 6, 10, 0, tzinfo=UTC),
        ids=IdKey(b"a test key that is long enough"),
        document_id=DOCUMENT_ID,
        withheld=("person", "place"),
        carries_niem=False,
        collections=(),
        releasable_text="What may be said <aloud>.",
    )
    return msgspec.structs.replace(base, **changes)


def full_view(kind: Kind) -> View:
    return view_of(full_record(kind))


def bare_record(kind: Kind) -> Record:
    """What is left of a record when a projection withholds all text, people, references and places."""
    entities: dict[str, Any] = {
        Kind.INCIDENT: {
            "activities": (Activity(ref="event", category=ActivityCategory.INCIDENT),),
            "places": (Place(ref="scene", state="OR", latitude=Decimal("45.5"), longitude=Decimal("-122.7")),),
        },
        Kind.SUSPICIOUS_ACTIVITY: {
            "activities": (Activity(ref="event", category=ActivityCategory.SUSPICIOUS_ACTIVITY),),
            "suspicious_activity": SuspiciousActivity(behaviors=(SuspiciousBehavior.PHOTO,)),
            "people": (Person(ref="subject"),),
            "organizations": (Organization(ref="target"),),
            "vehicles": (Vehicle(ref="car"),),
            "items": (Item(ref="thing", category=ItemCategory.DEVICE),),
        },
        Kind.INDICATOR_SET: {
            "observables": (Observable(ref="seen", type=ObservableType.IPV4, value="192.0.2.7"),),
            "indicators": (Indicator(ref="sign", observable="seen"), Indicator(ref="orphan", observable="withheld")),
        },
        Kind.VULNERABILITY: {"vulnerabilities": (_bare_vulnerability(),)},
        Kind.LOOKOUT: {"lookout": Lookout(category=LookoutCategory.STOLEN_VEHICLE)},
        Kind.ALERT: {"alert": Alert(status=AlertStatus.ACTUAL, message_type=AlertMessageType.ALERT)},
        Kind.CYBER_INCIDENT: {"activities": (Activity(ref="event", category=ActivityCategory.CYBER),)},
        Kind.FIRE: {"activities": (Activity(ref="event", category=ActivityCategory.FIRE),)},
    }.get(kind, {"activities": (Activity(ref="event", category=ActivityCategory.MEDICAL),)})
    return Record(
        id=RECORD_ID,
        kind=kind,
        native_key="",
        handling=Handling(tlp=Tlp.GREEN),
        provenance=Provenance(
            feed="",
            agency="",
            receipt="",
            file_name="",
            source_sha256="0" * 64,
            line=1,
            mapping="",
            mapping_version="",
            received=datetime(2026, 3, 4, tzinfo=UTC),
        ),
        **entities,
    )


def _bare_vulnerability() -> Any:
    group = ENTITY_GROUPS["vulnerability"]
    return group.type(ref="weakness", cve="CVE-2026-4321")  # type: ignore[call-arg]


# Random records ---------------------------------------------------------------------------------------------------

XML_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c in "\t\n\r" or c >= " "
    )
    | st.sampled_from(list("&<>\r\n\t\"']\U0001f6a8é")),
    min_size=1,
    max_size=30,
)
"""Text that XML 1.0 can carry, leaning towards what breaks careless writers."""

_INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def _strategy(kind: _Kind, name: str) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    if isinstance(kind.bare, enum.EnumMeta):
        one = st.sampled_from(kind.bare)
    elif kind.bare is str:
        choices = _COUNTRIES if name == "country" else PATTERNED.get(kind.meta.get("pattern", ""))
        one = st.sampled_from(choices) if choices else XML_TEXT
    elif kind.bare is bool:
        one = st.booleans()
    elif kind.bare is int:
        one = st.integers(kind.meta.get("ge", 0), kind.meta.get("le", 2**53 - 1))
    elif kind.bare is Decimal:
        low, high = {"latitude": (-90, 90), "longitude": (-180, 180)}.get(name, (0, 10**12))
        one = st.decimals(low, high, allow_nan=False, allow_infinity=False, places=7)
    elif kind.bare is datetime:
        one = _INSTANTS
    else:
        one = st.dates(date(1900, 1, 1), date(2100, 1, 1))
    if kind.many:
        return st.lists(one, max_size=3).map(tuple)
    return st.none() | one if kind.optional else one


def structs(struct: type[Struct], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Random instances of a model type."""
    parts = {name: _strategy(kind, name) for name, kind in fields_of(struct).items() if name not in given}
    return st.builds(struct, **parts, **given)


def _originals() -> st.SearchStrategy[tuple[Original, ...]]:
    facts = st.fixed_dictionaries(
        {
            "name": XML_TEXT,
            "shown": st.booleans(),
            "unchanged": st.none() | st.booleans(),
            "stands_for": st.sampled_from((None, "observable-1", "gone")),
        }
    )
    return st.lists(facts, max_size=2).map(lambda many: tuple(original(i, **one) for i, one in enumerate(many)))


def _entities(sort: str, observables: int) -> st.SearchStrategy[tuple[Any, ...]]:
    if sort == "original":
        return _originals()
    struct = ENTITY_GROUPS[sort].type

    def named(entities: list[Any]) -> tuple[Any, ...]:
        return tuple(msgspec.structs.replace(entity, ref=f"{sort}-{i}") for i, entity in enumerate(entities))

    given: dict[str, st.SearchStrategy[Any]] = {"ref": st.just("x")}
    if sort == "indicator":
        given["observable"] = st.integers(0, max(observables, 1)).map(lambda i: f"observable-{i}")
    return st.lists(structs(struct, **given), max_size=2).map(named)


def _particulars(
    struct: type[Struct], kind: Kind, field: str, given: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[Any]:
    """Particulars that say something, or none where the kind does not require them."""
    some = structs(struct, **given).filter(_says_something)
    return some if field in KINDS[kind].requires else st.none() | some


def _says_something(particulars: Struct) -> bool:
    return any(getattr(particulars, name) not in (None, ()) for name in particulars.__struct_fields__)


def _handlings() -> st.SearchStrategy[Handling]:
    parts = {name: _strategy(kind, name) for name, kind in fields_of(Handling).items()}
    return st.builds(consistent, **parts | {"release_to": COUNTRY_LISTS, "display_to": COUNTRY_LISTS})


@st.composite
def records(draw: st.DrawFn, kind: Kind) -> Record:
    """A random valid record: any fields, any entities, any relations that the table of roles allows."""
    groups = {group.field: draw(_entities(sort, 2)) for sort, group in ENTITY_GROUPS.items()}
    present = {sort: [entity.ref for entity in groups[group.field]] for sort, group in ENTITY_GROUPS.items()}
    possible = [
        Relation(source=source, role=role, target=target)
        for role, row in ROLES.items()
        for source_sort in sorted(row.source)
        for source in present[source_sort]
        for target_sort in sorted(row.target)
        for target in present[target_sort]
    ]
    relations = draw(st.lists(st.sampled_from(possible), max_size=6).map(tuple)) if possible else ()
    behaviors = st.lists(st.sampled_from(SuspiciousBehavior), min_size=1, max_size=3).map(tuple)
    given: dict[type[Struct], dict[str, st.SearchStrategy[Any]]] = {SuspiciousActivity: {"behaviors": behaviors}}
    particulars = {
        row.field: draw(_particulars(row.type, kind, row.field, given.get(row.type, {})))
        for row in PARTICULARS.values()
        if kind in row.kinds
    }
    return Record(
        id=RECORD_ID,
        kind=kind,
        native_key=draw(st.just("") | XML_TEXT),
        handling=draw(_handlings()),
        provenance=draw(structs(Provenance)),
        title=draw(st.none() | XML_TEXT),
        narrative=draw(st.none() | XML_TEXT),
        labels=draw(st.lists(XML_TEXT, max_size=2).map(tuple)),
        relations=relations,
        **particulars,
        **groups,
    )


def views(kind: Kind) -> st.SearchStrategy[View]:
    """Random views of records of one kind."""
    return records(kind).map(view_of)

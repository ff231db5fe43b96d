"""Our five property-extensions: what police and fusion-center records say that STIX has no property for.

One table, `SECTIONS`, tells which extension an object carries and which of a record's fields it holds. The writer
(`fill`), the extension-definition objects and the JSON Schemas that partners validate with all come from it. Field
names are the canonical record's own, so a reader needs no second table.

A field that a standard property carries unchanged (`exact`) is not repeated. A standard property that may hold a
made-up value where the record says nothing (a required `name`) never counts as carrying the field.
"""

from functools import cache
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Struct

from gateway import names
from gateway.model.codes import Caveat, Sensitivity
from gateway.model.disclosure import Day, Discloses, FreeText, Instant, Personal, Ref, Reference, Switch
from gateway.model.entities import (
    Activity,
    Indicator,
    Item,
    Observable,
    Organization,
    Person,
    Place,
    StixId,
    Vehicle,
    Vulnerability,
)
from gateway.model.kinds import Kind
from gateway.model.particulars import (
    Alert,
    CyberEvent,
    FireEvent,
    HealthEvent,
    Lookout,
    MedicalResponse,
    SuspiciousActivity,
    Tip,
)
from gateway.model.relations import Role
from gateway.stix.forms import filled

__all__ = [
    "EXTENSIONS",
    "SECTIONS",
    "Extension",
    "IntegrityFacts",
    "ManifestEntry",
    "OriginalFacts",
    "PassedOn",
    "ProvenanceFacts",
    "RecordFacts",
    "RoleFacts",
    "Section",
    "definition",
    "extension",
    "fill",
    "section_of",
]


class ProvenanceFacts(Struct, frozen=True, kw_only=True):
    """Where the record came from, as far as the view tells."""

    received: Instant
    feed: Reference | None = None
    agency: Reference | None = None
    agency_ori: Reference | None = None
    receipt: Reference | None = None
    file_name: Reference | None = None
    source_sha256: Reference | None = None
    line: Annotated[int, Discloses.REFERENCE] | None = None
    mapping: Reference | None = None
    mapping_version: Reference | None = None


class PassedOn(Struct, frozen=True, kw_only=True):
    """What became of an object of another producer in the view.

    `is_object`: the object is passed on under its own id, so that its content stands there and not here.
    `is_stated`: the record's facts that it stands for are in the object, and in no other.
    """

    is_object: Switch | None = None
    is_stated: Switch | None = None


class OriginalFacts(PassedOn, frozen=True, kw_only=True):
    """What the container says of an object of another producer that the record holds."""

    ref: Ref
    stix_id: StixId
    stix_type: Annotated[str, Discloses.FACT]
    producer: StixId | None = None
    version: Annotated[str, Discloses.FACT] | None = None
    name: FreeText | None = None
    content: Annotated[str, Discloses.TEXT] | None = None
    unchanged: Switch | None = None
    stands_for: Ref | None = None


class RecordFacts(Struct, frozen=True, kw_only=True):
    """What the container says of the record as a whole.

    `indicators` holds claims whose observable the view withholds: a STIX indicator needs a pattern to be one.
    `originals` tells of the objects of other producers.
    """

    kind: Kind
    provenance: ProvenanceFacts
    title: FreeText | None = None
    designating_entity: Reference | None = None
    dissemination_list: tuple[Personal, ...] = ()
    decontrol_date: Day | None = None
    caveats: tuple[Caveat, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    personal_information: Switch | None = None
    validate_by: Day | None = None
    suspicious_activity: SuspiciousActivity | None = None
    lookout: Lookout | None = None
    alert: Alert | None = None
    tip: Tip | None = None
    cyber_event: CyberEvent | None = None
    medical_response: MedicalResponse | None = None
    health_event: HealthEvent | None = None
    fire_event: FireEvent | None = None
    indicators: tuple[Indicator, ...] = ()
    originals: tuple[OriginalFacts, ...] = ()


class RoleFacts(Struct, frozen=True, kw_only=True):
    """The part that the relationship's target has in its source."""

    role: Role


class ManifestEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One object that the signature covers: its id, its version if it has one, and the digest of its canonical JSON."""

    ref: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*--[0-9a-f-]{36}$")]
    digest: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]
    modified: str | None = None


class IntegrityFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The manifest of a view and the signature over its container.

    `digest`, `jws` and `timestamp` are base64url without padding. The signed payload is the canonical JSON of the
    container without `jws` and `timestamp`; the signature is a detached compact JWS (RFC 7515, appendix F). `signed` is
    the signing time. `timestamp` is a DER token of RFC 3161 over the signature's text, the third part of `jws`.
    """

    canonicalization: Annotated[str, msgspec.Meta(pattern=r"^RFC8785$")]
    digest_alg: Annotated[str, msgspec.Meta(pattern=r"^sha-256$")]
    key_id: Annotated[str, msgspec.Meta(min_length=1)]
    signed: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$")]
    manifest: Annotated[tuple[ManifestEntry, ...], msgspec.Meta(min_length=1)]
    jws: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$")]
    timestamp: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+$")] | None = None


class Extension(NamedTuple):
    """One of our extensions: its id, its name (which ends its schema's address) and what it is for."""

    id: str
    name: str
    says: str


class Section(NamedTuple):
    """What one extension holds on one STIX type.

    `facts` is the type whose fields are written; `exact` are those of its fields that a standard property carries.
    `as_text` are decimals among the exact ones that are written here as text where a JSON number would round them or
    the standard property cannot stand.
    """

    extension: str
    stix_type: str
    facts: type[Struct]
    exact: frozenset[str] = frozenset()
    as_text: frozenset[str] = frozenset()


EXTENSIONS: Final[dict[str, Extension]] = {
    "record": Extension(
        names.RECORD_EXTENSION,
        "record",
        "Facts of an agency's record without a standard property: times, codes, dispositions, handling, provenance.",
    ),
    "person": Extension(names.PERSON_EXTENSION, "person", "Names, description and reach of a person in a record."),
    "item": Extension(names.ITEM_EXTENSION, "item", "A vehicle, weapon or other thing in a record."),
    "role": Extension(names.ROLE_EXTENSION, "role", "The part that the target of a relationship has in its source."),
    "integrity": Extension(
        names.INTEGRITY_EXTENSION,
        "integrity",
        "A signature over the container, and SHA-256 digests of every other object published with it.",
    ),
}

_DESCRIPTION: Final = frozenset({"description"})
_ADDRESS: Final = frozenset(
    ["name", "street", "city", "postal_code", "state", "country", "latitude", "longitude", "description"]
)

_COORDINATES: Final = frozenset({"latitude", "longitude"})

SECTIONS: Final[tuple[Section, ...]] = (
    Section("record", "report", RecordFacts),
    Section("record", "grouping", RecordFacts),
    Section("record", "incident", Activity, _DESCRIPTION),
    Section("record", "identity", Organization),
    Section("record", "location", Place, _ADDRESS, _COORDINATES),
    Section("record", "observed-data", Observable),
    Section("record", "indicator", Indicator, frozenset({"confidence"})),
    Section("record", "vulnerability", Vulnerability, frozenset({"cve", "description"})),
    Section("person", "identity", Person, _DESCRIPTION),
    Section("item", "infrastructure", Vehicle, _DESCRIPTION),
    Section("item", "infrastructure", Item, _DESCRIPTION),
    Section("role", "relationship", RoleFacts),
    Section("integrity", "report", IntegrityFacts),
    Section("integrity", "grouping", IntegrityFacts),
)
"""Every use of our extensions. A vehicle and an item share one: only an item has a `category`."""

_BY_FACTS: Final[dict[type[Struct], Section]] = {section.facts: section for section in reversed(SECTIONS)}


def section_of(facts: type[Struct]) -> Section:
    """The (first) section that holds facts of this type."""
    return _BY_FACTS[facts]


@cache
def _written(facts: type[Struct]) -> tuple[str, ...]:
    exact = _BY_FACTS[facts].exact
    return tuple(name for name in facts.__struct_fields__ if name not in exact)


def fill(facts: Struct, **more: Any) -> dict[str, dict[str, Any]]:
    """The `extensions` property of the object that carries these facts; fields that hold nothing are left out.

    `more` are further properties of the same extension, for what a standard property cannot carry exactly.
    """
    kind = type(facts)
    held = filled([(name, getattr(facts, name)) for name in _written(kind)])
    if more:
        held |= filled(more.items())
    return extension(_BY_FACTS[kind].extension, held)


def extension(name: str, properties: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One of our property-extensions, by name, as it stands in an object's `extensions`."""
    return {EXTENSIONS[name].id: {"extension_type": "property-extension", **properties}}


@cache
def definition(name: str) -> dict[str, Any]:
    """The extension-definition object (STIX 2.1, 7.3) of one extension, published beside the objects that use it.

    Made once. The same bytes at every center: partners of several centers meet one definition, not one from each.
    """
    row = EXTENSIONS[name]
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": row.id,
        "created_by_ref": names.PRODUCT_IDENTITY,
        "created": names.EXTENSIONS_CREATED,
        "modified": names.EXTENSIONS_MODIFIED,
        "name": f"Fusion exchange {row.name}",
        "description": row.says,
        "schema": f"{names.STIX_SCHEMA_URI}{row.name}.json",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }

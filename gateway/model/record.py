"""The canonical record: what the gateway understood, before anyone decides who may see it."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from gateway.model.disclosure import Discloses, FreeText, Reference
from gateway.model.entities import (
    Activity,
    Entity,
    Indicator,
    Item,
    Observable,
    Organization,
    Original,
    Person,
    Place,
    Vehicle,
    Vulnerability,
)
from gateway.model.handling import Handling
from gateway.model.kinds import Kind
from gateway.model.particulars import (
    PARTICULARS,
    Alert,
    CyberEvent,
    FireEvent,
    HealthEvent,
    Lookout,
    MedicalResponse,
    SuspiciousActivity,
    Tip,
)
from gateway.model.provenance import Provenance
from gateway.model.relations import Relation

__all__ = ["ENTITY_GROUPS", "Record", "RecordId", "decode_record", "encode_record"]

RecordId = Annotated[
    str,
    Discloses.REFERENCE,
    Meta(pattern=r"^record--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
]
"""The center's own id of a record: keyed from feed and native key, unguessable, never shown to partners."""


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One record of one agency, canonical and immutable.

    `native_key` is what the agency calls it; `title`, `narrative` and `labels` are the agency's words.
    """

    id: RecordId
    kind: Annotated[Kind, Discloses.FACT]
    native_key: Reference
    handling: Handling
    provenance: Provenance
    title: FreeText | None = None
    narrative: FreeText | None = None
    labels: tuple[Reference, ...] = ()
    activities: tuple[Activity, ...] = ()
    people: tuple[Person, ...] = ()
    organizations: tuple[Organization, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    items: tuple[Item, ...] = ()
    places: tuple[Place, ...] = ()
    observables: tuple[Observable, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    originals: tuple[Original, ...] = ()
    relations: tuple[Relation, ...] = ()
    suspicious_activity: SuspiciousActivity | None = None
    lookout: Lookout | None = None
    alert: Alert | None = None
    tip: Tip | None = None
    cyber_event: CyberEvent | None = None
    medical_response: MedicalResponse | None = None
    health_event: HealthEvent | None = None
    fire_event: FireEvent | None = None

    def __post_init__(self) -> None:
        for field in _FOREIGN[self.kind]:
            if getattr(self, field) is not None:
                raise ValueError(f"a record of the kind '{self.kind}' has no {field}")

    def entities(self) -> Iterator[tuple[str, Entity]]:
        """Every entity with the name of its sort ('person', 'place' …), in the record's order."""
        for sort, group in ENTITY_GROUPS.items():
            for entity in getattr(self, group.field):
                yield sort, entity

    def content_digest(self) -> str:
        """SHA-256, in hexadecimal, over everything but the provenance: equal exactly when nothing was changed."""
        placeless = msgspec.structs.replace(self, provenance=_NOWHERE)
        return hashlib.sha256(encode_record(placeless)).hexdigest()


_FOREIGN = {kind: tuple(row.field for row in PARTICULARS.values() if kind not in row.kinds) for kind in Kind}
"""For each kind, the particulars that its records may not have."""


class EntityGroup(msgspec.Struct, frozen=True):
    """Where the entities of one sort stand in a record, and their type."""

    field: str
    type: type[Entity]


ENTITY_GROUPS: dict[str, EntityGroup] = {
    "activity": EntityGroup("activities", Activity),
    "person": EntityGroup("people", Person),
    "organization": EntityGroup("organizations", Organization),
    "vehicle": EntityGroup("vehicles", Vehicle),
    "item": EntityGroup("items", Item),
    "place": EntityGroup("places", Place),
    "observable": EntityGroup("observables", Observable),
    "indicator": EntityGroup("indicators", Indicator),
    "vulnerability": EntityGroup("vulnerabilities", Vulnerability),
    "original": EntityGroup("originals", Original),
}
"""Sort name (as mapping documents and roles write it) to the record's field and type."""

_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="string")
_DECODER = msgspec.json.Decoder(Record)
_NOWHERE = msgspec.convert(
    {
        "feed": "",
        "agency": "",
        "receipt": "",
        "file_name": "",
        "source_sha256": "0" * 64,
        "line": 1,
        "mapping": "",
        "mapping_version": "",
        "received": "1970-01-01T00:00:00Z",
    },
    Provenance,
)


def encode_record(record: Record) -> bytes:
    """The record as JSON with a fixed order of keys; the store's form."""
    return _ENCODER.encode(record)


def decode_record(data: bytes) -> Record:
    """The record back from the store's form. Raises msgspec.ValidationError when the bytes are not one."""
    return _DECODER.decode(data)

"""Invented records, views and signed NIEM documents for the tests of the STIX stage. No real person, plate or case."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

import gateway.examples
from gateway.errors import UntrustedSignature
from gateway.model.center import Center
from gateway.model.codes import (
    ActivityCategory,
    ActivityStatus,
    Caveat,
    IndicatorType,
    ItemCategory,
    ItemStatus,
    ObservableType,
    PlacePrecision,
    Race,
    RansomwareUse,
    ReviewStage,
    Sensitivity,
    Sex,
    SuspiciousBehavior,
    TargetSector,
    TipDomain,
    Tlp,
)
from gateway.model.cui import Cui
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.entities import (
    Activity,
    Indicator,
    Item,
    Observable,
    Organization,
    Person,
    Place,
    Vehicle,
    Vulnerability,
)
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import Kind
from gateway.model.particulars import PARTICULARS, SuspiciousActivity
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record, decode_record
from gateway.model.relations import Relation, Role
from gateway.model.stages import SignedNiem, View
from gateway.stix.integrity import Seal

CENTER = Center(
    id="0f3cbb0c-6a55-4b0e-9a5f-3d5a0d9f1c11",
    name="Example State Fusion Center",
    abbreviation="ESFC",
    contact="desk@esfc.example",
    created="2026-01-05T08:00:00Z",
    ori="XX0000000",
    acs_custodian="USA.EXAMPLE",
)
CREATED = datetime(2026, 3, 4, 15, 6, 7, 120_000, UTC)
MODIFIED = datetime(2026, 3, 5, 9, 0, 0, 0, UTC)
SEEN = datetime(2026, 3, 4, 14, 55, 30, 500_000, UTC)
LATER = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
KEY = IdKey(b"a key for tests, not a secret one")
SEALED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The signing time of views in tests."""


def provenance() -> Provenance:
    return Provenance(
        feed="harbor-pd-cad",
        agency="Harbor City Police",
        agency_ori="XX0010000",
        receipt="receipt-0001",
        file_name="calls-2026-03.csv",
        source_sha256="ab" * 32,
        line=17,
        mapping="harbor-pd-cad",
        mapping_version="3",
        received=datetime(2026, 3, 5, 8, 59, 58, 250_000, UTC),
    )


def _record(kind: Kind, key: str, **parts: Any) -> Record:
    handling = Handling(
        tlp=Tlp.AMBER,
        cui=(Cui.LEI, Cui.SP_CHRI),
        caveats=(Caveat.LES,),
        sensitivities=(Sensitivity.JUVENILE,),
        confidence=60,
        personal_information=True,
        validate_by=date(2027, 3, 4),
    )
    return Record(
        id="record--4b5a7f0e-0000-4000-8000-000000000001",
        kind=kind,
        native_key=key,
        **({"handling": handling, "provenance": provenance()} | parts),
    )


def incident() -> Record:
    return _record(
        Kind.INCIDENT,
        "HC-26-000123",
        title="Burglary at a chandlery",
        narrative='Window forced.\nThe owner said "nothing but rope is gone" — O\'Dell will call back.',
        labels=("burglary", "harbor"),
        activities=(
            Activity(
                ref="burglary",
                category=ActivityCategory.OFFENSE,
                case_number="HC-26-000123",
                type_text="BURGLARY-COMMERCIAL",
                code="220",
                priority=2,
                started=SEEN,
                ended=LATER,
                reported=LATER,
                arrived=datetime(2026, 3, 4, 16, 20, tzinfo=UTC),
                status=ActivityStatus.ACTIVE,
                disposition="REPORT TAKEN",
                source="911",
                description="Rear window forced with a tool.",
            ),
        ),
        people=(
            Person(
                ref="suspect",
                given_name="Testa",
                middle_name="Q",
                surname="Placeholder",
                name_suffix="Jr",
                aliases=("Teo", "The Placeholder"),
                birth_date=date(1990, 1, 2),
                age_low_years=30,
                age_high_years=40,
                sex=Sex.MALE,
                race=Race.UNKNOWN,
                height_inches=71,
                weight_pounds=180,
                description="Blue jacket.",
                driver_license="X000000",
                driver_license_state="WA",
                telephone="555-0100",
                email="testa@mail.example",
                address="1 Nowhere Lane",
            ),
            Person(ref="owner", full_name="Ana Invented"),
        ),
        organizations=(Organization(ref="shop", name="Invented Chandlery", sector=TargetSector.RETL, ori="XX0020000"),),
        vehicles=(
            Vehicle(
                ref="van",
                make="FORD",
                model="TRANSIT",
                year=2014,
                color="WHI",
                style="VN",
                vin="1FTNE14W0TEST0000",
                plate="TEST123",
                plate_state="WA",
                description="Dent on the left.",
            ),
        ),
        items=(
            Item(
                ref="rope",
                category=ItemCategory.PROPERTY,
                status=ItemStatus.STOLEN,
                make="Knot & Sons",
                serial="S-1",
                description="Coil of rope",
                quantity=3,
                value_dollars=Decimal("249.90"),
            ),
        ),
        places=(
            Place(
                ref="scene",
                name="Pier 9",
                street="9 Pier Road",
                city="Harbor City",
                county="Shore",
                state="WA",
                postal_code="98000",
                country="US",
                latitude=Decimal("47.60000000000000071"),
                longitude=Decimal("-122.330"),
                precision=PlacePrecision.BLOCK,
                precinct="N",
                sector="N1",
                beat="N12",
                description="By the water.",
            ),
        ),
        relations=(
            Relation(source="burglary", role=Role.SUBJECT, target="suspect"),
            Relation(source="burglary", role=Role.VICTIM, target="owner"),
            Relation(source="burglary", role=Role.OCCURRED_AT, target="scene"),
            Relation(source="burglary", role=Role.VEHICLE_USED, target="van"),
            Relation(source="burglary", role=Role.ITEM_INVOLVED, target="rope"),
            Relation(source="burglary", role=Role.TARGET, target="shop"),
            Relation(source="van", role=Role.OPERATOR, target="suspect"),
            Relation(source="owner", role=Role.MEMBER_OF, target="shop"),
            Relation(source="suspect", role=Role.RESIDENT_AT, target="scene"),
        ),
    )


def suspicious_activity() -> Record:
    return _record(
        Kind.SUSPICIOUS_ACTIVITY,
        "SAR-26-7",
        narrative="Someone photographed the intake pumps twice.",
        activities=(
            Activity(
                ref="photography",
                category=ActivityCategory.SUSPICIOUS_ACTIVITY,
                started=SEEN,
                status=ActivityStatus.OPEN,
            ),
        ),
        people=(Person(ref="subject", description="Grey coat", sex=Sex.UNKNOWN),),
        organizations=(Organization(ref="utility", name="Invented Water Works", sector=TargetSector.WATR),),
        places=(Place(ref="pumps", state="WA", latitude=Decimal("47.5"), longitude=Decimal("-122")),),
        suspicious_activity=SuspiciousActivity(
            behaviors=(SuspiciousBehavior.PHOTO, SuspiciousBehavior.SURVL),
            target_sectors=(TargetSector.WATR,),
            tip_domain=TipDomain.CRITICAL_INFRASTRUCTURE,
            stage=ReviewStage.SUPERVISOR,
            articulable_facts="Returned after being asked to leave.",
            privacy_fields=True,
        ),
        relations=(
            Relation(source="photography", role=Role.SUBJECT, target="subject"),
            Relation(source="photography", role=Role.OCCURRED_AT, target="pumps"),
            Relation(source="photography", role=Role.TARGET, target="utility"),
        ),
    )


_VALUES = {
    ObservableType.IPV4: "198.51.100.3",
    ObservableType.IPV6: "2001:db8::7",
    ObservableType.DOMAIN: "bad.example",
    ObservableType.URL: "http://bad.example/it's\\x?q='",
    ObservableType.EMAIL: "mallory@bad.example",
    ObservableType.MD5: "a" * 32,
    ObservableType.SHA1: "b" * 40,
    ObservableType.SHA256: "c" * 64,
    ObservableType.SHA512: "d" * 128,
}


def indicator_set() -> Record:
    return _record(
        Kind.INDICATOR_SET,
        "set-9",
        observables=tuple(Observable(ref=f"seen-{t.value}", type=t, value=v) for t, v in _VALUES.items()),
        indicators=tuple(
            Indicator(
                ref=f"sign-{t.value}",
                observable=f"seen-{t.value}",
                types=(IndicatorType.MALICIOUS_ACTIVITY,),
                malware="InventedLoader",
                first_seen=SEEN,
                last_seen=LATER,
                confidence=75,
            )
            for t in _VALUES
        ),
        relations=(Relation(source="sign-url", role=Role.OBSERVED, target="seen-url"),),
    )


def vulnerability() -> Record:
    return _record(
        Kind.VULNERABILITY,
        "CVE-2026-10001",
        vulnerabilities=(
            Vulnerability(
                ref="hole",
                cve="CVE-2026-10001",
                name="Invented Router Command Injection",
                vendor="Invented",
                product="Router",
                description="Lets anybody in.",
                required_action="Apply the update or stop using it.",
                added=date(2026, 3, 1),
                due=date(2026, 3, 22),
                ransomware=RansomwareUse.KNOWN,
                weaknesses=("CWE-78", "CWE-20"),
                references=("https://vendor.example/advisory/1",),
                notes="See the vendor.",
                exploited=True,
            ),
        ),
    )


FULL: dict[str, Callable[[], Record]] = {
    "incident": incident,
    "suspicious-activity": suspicious_activity,
    "indicator-set": indicator_set,
    "vulnerability": vulnerability,
}
FULL |= {
    path.stem: partial(decode_record, path.read_bytes())
    for path in sorted((Path(gateway.examples.__file__).parent / "records").glob("*.json"))
    if path.stem not in FULL
}
"""One record of every kind: the ones above, and the shipped samples of the kinds that they leave out."""


def showing(record: Record, *classes: Discloses) -> Record:
    """A stand-in for a projection: the record with only the named classes (and STRUCTURE) of facts left."""
    kept = frozenset(classes) | {Discloses.STRUCTURE}
    groups: dict[str, Any] = {
        group.field: tuple(_showing(one, kept) for one in getattr(record, group.field))
        for sort, group in ENTITY_GROUPS.items()
        if sort != "observable" or Discloses.TECHNICAL in kept
    }
    for group in ENTITY_GROUPS.values():
        groups.setdefault(group.field, ())
    particulars = {row.field: getattr(record, row.field) for row in PARTICULARS.values()}
    places = tuple(
        msgspec.structs.replace(shown, latitude=_coarse(place.latitude), longitude=_coarse(place.longitude))
        for shown, place in zip(groups["places"], record.places, strict=True)
    )
    return msgspec.structs.replace(
        record,
        **(groups | {"places": places}),
        native_key=record.native_key if Discloses.REFERENCE in kept else "",
        title=record.title if Discloses.TEXT in kept else None,
        narrative=record.narrative if Discloses.TEXT in kept else None,
        labels=record.labels if Discloses.REFERENCE in kept else (),
        handling=_showing(record.handling, kept),
        provenance=record.provenance if Discloses.REFERENCE in kept else _blank(record.provenance),
        **{field: _showing(one, kept) for field, one in particulars.items() if one is not None},
    )


def _showing(entity: Any, kept: frozenset[Discloses]) -> Any:
    fields = {field.name: field for field in msgspec.structs.fields(type(entity))}
    withheld = {
        name: fields[name].default if not fields[name].required else getattr(entity, name)
        for name, disclosed in disclosures(type(entity)).items()
        if disclosed not in kept
    }
    return msgspec.structs.replace(entity, **withheld)


def _coarse(degrees: Decimal | None) -> Decimal | None:
    return None if degrees is None else round(degrees, 1)


def _blank(source: Provenance) -> Provenance:
    blank = dict.fromkeys(("feed", "agency", "receipt", "file_name", "mapping", "mapping_version"), "")
    return msgspec.structs.replace(source, **blank, agency_ori=None, source_sha256="0" * 64, line=1)


def nearly_empty(record: Record) -> Record:
    """Codes, times, states and coarse coordinates only."""
    return showing(record, Discloses.FACT)


def view(record: Record, *, key: str = "full", carries_niem: bool = True, releasable: str | None = None) -> View:
    return View(
        key=key,
        record=record,
        number=2,
        created=CREATED,
        modified=MODIFIED,
        ids=KEY.derive(record.kind.value, key),
        document_id=KEY.uuid("document", record.kind.value, key),
        withheld=(),
        carries_niem=carries_niem,
        collections=("91a7b528-80eb-42ed-a74d-c6fbd5a26116",),
        releasable_text=releasable,
    )


def signed_niem(record: Record, **options: Any) -> SignedNiem:
    shown = view(record, **options)
    document = f"<fx:Report xmlns:fx='https://fusion-exchange.example/niem/exchange/1.0/' id='{shown.document_id}'/>"
    return SignedNiem(view=shown, document=document.encode(), key_id="test-key-1")


@dataclass(frozen=True, slots=True)
class ToySigner:
    """Shaped like a detached JWS, made with a key that everybody knows: for tests of what is signed, not of how."""

    key_id: str = "toy-1"

    def sign(self, payload: bytes) -> str:
        digest = hmac.new(self.key_id.encode(), payload, hashlib.sha256).digest()
        return f"e30..{urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    def check(self, given: Seal) -> str:
        if given.jws != self.sign(given.payload):
            raise UntrustedSignature("the signature does not hold")
        return self.key_id

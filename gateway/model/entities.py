"""What a record speaks of: people, organizations, vehicles, items, places, observables and what happened.

Every type is frozen. Each has `ref`, its local name within the record, by which relations point at it. A field left
out by the agency is None or empty; an empty text never occurs.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from gateway import limits
from gateway.model.codes import (
    ActivityCategory,
    ActivityStatus,
    EyeColor,
    HairColor,
    IndicatorType,
    ItemCategory,
    ItemStatus,
    ObservableType,
    PlacePrecision,
    Race,
    RansomwareUse,
    Sex,
    TargetSector,
)
from gateway.model.disclosure import (
    Count,
    Day,
    Degrees,
    Discloses,
    ExactPlace,
    FreeText,
    Instant,
    Percent,
    Personal,
    Ref,
    Reference,
    Switch,
    Technical,
)

__all__ = [
    "Activity",
    "Entity",
    "Indicator",
    "Item",
    "Observable",
    "Organization",
    "Original",
    "Person",
    "Place",
    "StixId",
    "Vehicle",
    "Vulnerability",
]

StateCode = Annotated[str, Discloses.FACT, Meta(pattern=r"^[A-Z]{2}$")]
"""USPS state code; NIEM 6.0 usps:StateCodeSimpleType."""
CountryCode = Annotated[str, Discloses.FACT, Meta(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2; NIEM 6.0 genc:CountryAlpha2CodeSimpleType."""
PersonalState = Annotated[str, Discloses.PERSON, Meta(pattern=r"^[A-Z]{2}$")]
PersonalNumber = Annotated[int, Discloses.PERSON, Meta(ge=0, le=2000)]
_DEGREES = r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?"
_POINT = f"{_DEGREES},{_DEGREES}"
Polygon = Annotated[str, Discloses.PLACE, Meta(pattern=f"^{_POINT}(?: {_POINT}){{3,}}$", max_length=65536)]
"""Corners of an area as `latitude,longitude` pairs with blanks between, the last the first again (CAP 1.2, 3.2.4)."""
Circle = Annotated[str, Discloses.PLACE, Meta(pattern=rf"^{_POINT} [0-9]{{1,6}}(?:\.[0-9]{{1,6}})?$")]
"""Centre of an area as `latitude,longitude`, then its radius in kilometres (CAP 1.2, 3.2.4)."""
AreaCode = Annotated[str, Discloses.PLACE, Meta(pattern=r"^[A-Za-z0-9._-]{1,40}:[A-Za-z0-9._-]{1,40}$")]
"""A coded area as `system:code`, such as `SAME:048453` (CAP 1.2, 3.2.4 geocode)."""
StixId = Annotated[
    str,
    Discloses.REFERENCE,
    Meta(pattern=r"^[a-z][a-z0-9-]{2,249}--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
]
"""Another producer's id of an object (STIX 2.1, 2.9)."""
StixInstant = Annotated[str, Discloses.FACT, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{1,9})?Z$")]
"""A timestamp as its producer wrote it (STIX 2.1, 2.13): the digits of the fraction tell versions apart."""
CveId = Annotated[str, Discloses.FACT, Meta(pattern=r"^CVE-[0-9]{4}-[0-9]{4,19}$")]
CweId = Annotated[str, Discloses.FACT, Meta(pattern=r"^CWE-[0-9]{1,6}$")]


def _within(value: Decimal | None, low: int, high: int, name: str) -> None:
    if value is not None and not (value.is_finite() and low <= value <= high):
        raise ValueError(f"{name} is not between {low} and {high}")


def _on_earth(points: list[str]) -> None:
    for point in points:
        try:
            latitude, longitude = map(Decimal, point.split(","))
        except (ValueError, ArithmeticError) as error:
            raise ValueError("a point of an area is not written as latitude,longitude") from error
        _within(latitude, -90, 90, "a latitude of an area")
        _within(longitude, -180, 180, "a longitude of an area")


class Entity(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of everything a relation can point at."""

    ref: Ref


class Person(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A human being: subject, victim, witness, owner, reporter; the role is in the relation (NIEM nc:PersonType)."""

    given_name: Personal | None = None
    middle_name: Personal | None = None
    surname: Personal | None = None
    name_suffix: Personal | None = None
    full_name: Personal | None = None
    aliases: tuple[Personal, ...] = ()
    birth_date: Annotated[Day, Discloses.PERSON] | None = None
    age_low_years: PersonalNumber | None = None
    age_high_years: PersonalNumber | None = None
    sex: Annotated[Sex, Discloses.PERSON] | None = None
    race: Annotated[Race, Discloses.PERSON] | None = None
    eye_color: Annotated[EyeColor, Discloses.PERSON] | None = None
    hair_color: Annotated[HairColor, Discloses.PERSON] | None = None
    height_inches: PersonalNumber | None = None
    weight_pounds: PersonalNumber | None = None
    description: Annotated[FreeText, Discloses.PERSON] | None = None
    driver_license: Personal | None = None
    driver_license_state: PersonalState | None = None
    telephone: Personal | None = None
    email: Personal | None = None
    address: Personal | None = None


class Organization(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A body of people: an agency, a company, a target (NIEM nc:OrganizationType)."""

    name: Annotated[FreeText, Discloses.TEXT] | None = None
    category: FreeText | None = None
    ori: Reference | None = None
    sector: Annotated[TargetSector, Discloses.FACT] | None = None
    telephone: Personal | None = None
    email: Personal | None = None


class Vehicle(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A road vehicle (NIEM nc:VehicleType with j:ConveyanceRegistration for the plate)."""

    make: Personal | None = None
    model: Personal | None = None
    year: Annotated[int, Discloses.PERSON, Meta(ge=1885, le=2100)] | None = None
    color: Personal | None = None
    style: Personal | None = None
    vin: Personal | None = None
    plate: Personal | None = None
    plate_state: PersonalState | None = None
    description: Annotated[FreeText, Discloses.PERSON] | None = None


class Item(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A thing: weapon, property, document, device (NIEM nc:ItemType, j:FirearmType)."""

    category: Annotated[ItemCategory, Discloses.FACT]
    status: Annotated[ItemStatus, Discloses.FACT] | None = None
    make: FreeText | None = None
    model: FreeText | None = None
    serial: Personal | None = None
    description: FreeText | None = None
    quantity: Count | None = None
    value_dollars: Annotated[Decimal, Discloses.FACT] | None = None

    def __post_init__(self) -> None:
        _within(self.value_dollars, 0, 10**12, "value_dollars")


class Place(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Somewhere (NIEM nc:LocationType). Coordinates are WGS 84 degrees, as the agency gave them."""

    name: ExactPlace | None = None
    street: ExactPlace | None = None
    city: ExactPlace | None = None
    county: ExactPlace | None = None
    state: StateCode | None = None
    postal_code: ExactPlace | None = None
    country: CountryCode | None = None
    latitude: Degrees | None = None
    longitude: Degrees | None = None
    precision: Annotated[PlacePrecision, Discloses.FACT] | None = None
    precinct: ExactPlace | None = None
    sector: ExactPlace | None = None
    beat: ExactPlace | None = None
    description: FreeText | None = None
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    area_codes: tuple[AreaCode, ...] = ()

    def __post_init__(self) -> None:
        _within(self.latitude, -90, 90, "latitude")
        _within(self.longitude, -180, 180, "longitude")
        for polygon in self.polygons:
            _on_earth(polygon.split(" "))
        for circle in self.circles:
            _on_earth(circle.split(" ")[:1])


class Activity(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened (NIEM nc:ActivityType, nc:IncidentType, j:OffenseType). Times are UTC."""

    category: Annotated[ActivityCategory, Discloses.FACT]
    case_number: Reference | None = None
    type_text: FreeText | None = None
    code: Reference | None = None
    priority: Count | None = None
    started: Instant | None = None
    ended: Instant | None = None
    reported: Instant | None = None
    arrived: Instant | None = None
    status: Annotated[ActivityStatus, Discloses.FACT] | None = None
    disposition: FreeText | None = None
    source: FreeText | None = None
    description: FreeText | None = None


class Observable(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A technical value that was seen. `value` is refanged and normalized (lower-case hashes and domains)."""

    type: Annotated[ObservableType, Discloses.TECHNICAL]
    value: Technical


class Indicator(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """The claim that an observable is a sign of something (STIX 2.1 indicator, 4.7)."""

    observable: Ref
    types: tuple[Annotated[IndicatorType, Discloses.FACT], ...] = ()
    description: FreeText | None = None
    malware: FreeText | None = None
    first_seen: Instant | None = None
    last_seen: Instant | None = None
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    confidence: Percent | None = None


class Vulnerability(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A known weakness of a product (STIX 2.1 vulnerability, 4.18; CISA KEV columns)."""

    cve: CveId
    name: FreeText | None = None
    vendor: Technical | None = None
    product: Technical | None = None
    description: FreeText | None = None
    required_action: FreeText | None = None
    added: Day | None = None
    due: Day | None = None
    ransomware: Annotated[RansomwareUse, Discloses.FACT] | None = None
    weaknesses: tuple[CweId, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: FreeText | None = None
    exploited: Switch | None = None


class Original(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """An object of STIX as another producer published it; `content` is its JSON (STIX 2.1, 3).

    `unchanged` says that the content is the producer's own in STIX 2.1, so that it can be passed on under the
    producer's id; otherwise it was brought to 2.1 here, and what is made of it gets an id of the center's.
    `stands_for` names the entity of the record whose facts are all in the content.
    """

    stix_id: StixId
    stix_type: Annotated[str, Discloses.FACT, Meta(pattern=r"^[a-z][a-z0-9-]{2,249}$")]
    producer: StixId | None = None
    version: StixInstant | None = None
    name: FreeText | None = None
    content: Annotated[str, Discloses.TEXT, Meta(max_length=limits.ORIGINAL_CHARACTERS)] | None = None
    unchanged: Switch | None = None
    stands_for: Ref | None = None

"""The record's people, things, places and happenings as NIEM 6.0 elements: one table of parts for each sort.

The order of the parts is the order of the types in `xsd/`; tests compare the two.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec.structs import astuple

from gateway.model.codes import ActivityCategory, ItemCategory
from gateway.model.entities import Place
from gateway.niem.parts import (
    CODE,
    DAY,
    DECIMAL,
    INSTANT,
    INTEGER,
    Each,
    Fixed,
    Leaf,
    Leaves,
    Only,
    Part,
    Reference,
    Seen,
    Shape,
    Within,
)
from gateway.niem.place_codes import GENC_COUNTRIES, USPS_STATES

__all__ = [
    "ACTIVITIES",
    "ITEMS",
    "ORGANIZATION",
    "PERSON",
    "PLACE",
    "PLACE_SEEN",
    "REGISTRATION",
    "VEHICLE",
    "place_fields",
]

# People and organizations -----------------------------------------------------------------------------------------


class _Alias(NamedTuple):
    name: str


_TELEPHONE: Final = "nc:ContactTelephoneNumber/nc:FullTelephoneNumber/nc:TelephoneNumberFullID"
_NAME_CATEGORY: Final = "nc:PersonNameCategoryCode"

PERSON: Final = Shape(
    "nc:Person",
    (
        Within(
            "nc:PersonAgeMeasure",
            (
                Within(
                    "nc:MeasureIntegerRange",
                    (
                        Leaf("nc:RangeMaximumIntegerValue", "age_high_years", INTEGER),
                        Leaf("nc:RangeMinimumIntegerValue", "age_low_years", INTEGER),
                    ),
                ),
                Fixed("unece:TimeUnitCode", "ANN"),
            ),
        ),
        Leaf("nc:PersonBirthDate/nc:Date", "birth_date", DAY),
        Leaf("nc:PersonDescriptionText", "description"),
        Leaf("j:PersonEyeColorCode", "eye_color", CODE),
        Leaf("j:PersonHairColorCode", "hair_color", CODE),
        Within(
            "nc:PersonHeightMeasure",
            (Leaf("nc:MeasureIntegerValue", "height_inches", INTEGER), Fixed("unece:LengthUnitCode", "INH")),
        ),
        Within(
            "nc:PersonName",
            (
                Leaf("nc:PersonGivenName", "given_name"),
                Leaf("nc:PersonMiddleName", "middle_name"),
                Leaf("nc:PersonSurName", "surname"),
                Leaf("nc:PersonNameSuffixText", "name_suffix"),
                Leaf("nc:PersonFullName", "full_name"),
            ),
            unless=_NAME_CATEGORY,
        ),
        Each(
            "nc:PersonName",
            "aliases",
            (Leaf("nc:PersonFullName", "name"), Fixed(_NAME_CATEGORY, "Alternate")),
            split=_Alias,
            join=lambda found: str(found["name"]),
        ),
        Leaf("j:PersonRaceCode", "race", CODE),
        Leaf("j:PersonSexCode", "sex", CODE),
        Within(
            "nc:PersonWeightMeasure",
            (Leaf("nc:MeasureIntegerValue", "weight_pounds", INTEGER), Fixed("unece:MassUnitCode", "LBR")),
        ),
        Within(
            "nc:PersonContactInformation",
            (
                Leaf("nc:ContactEmailID", "email"),
                Leaf(_TELEPHONE, "telephone"),
                Leaf("nc:ContactMailingAddress/nc:AddressFullText", "address"),
            ),
        ),
        Within(
            "j:PersonAugmentation/j:DriverLicense",
            (
                Leaf("nc:IdentificationID", "driver_license"),
                Leaf("nc:IdentificationJurisdiction/nc:JurisdictionText", "driver_license_state"),
            ),
        ),
    ),
)

ORGANIZATION: Final = Shape(
    "nc:Organization",
    (
        Leaf("nc:OrganizationCategoryText", "category"),
        Leaf("nc:OrganizationName", "name"),
        Within(
            "nc:OrganizationPrimaryContactInformation",
            (Leaf("nc:ContactEmailID", "email"), Leaf(_TELEPHONE, "telephone")),
        ),
        Leaf("j:OrganizationAugmentation/j:OrganizationORIIdentification/nc:IdentificationID", "ori"),
        Leaf("fx:OrganizationAugmentation/fx:OrganizationSectorCode", "sector", CODE),
    ),
)

# Things -----------------------------------------------------------------------------------------------------------

VEHICLE: Final = Shape(
    "nc:Vehicle",
    (
        Leaf("nc:ConveyanceColorPrimaryText", "color"),
        Leaf("nc:ItemDescriptionText", "description"),
        Leaf("nc:ItemMakeName", "make"),
        Leaf("nc:ItemModelName", "model"),
        Leaf("nc:ItemModelYearDate", "year", INTEGER),
        Leaf("nc:ItemStyleText", "style"),
        Leaf("nc:VehicleIdentification/nc:IdentificationID", "vin"),
    ),
)

REGISTRATION: Final = Only(
    Within(
        "j:ConveyanceRegistration",
        (
            Reference("nc:Conveyance", "ref"),
            Within(
                "j:ConveyanceRegistrationPlateIdentification",
                (
                    Leaf("nc:IdentificationID", "plate"),
                    Leaf("nc:IdentificationJurisdiction/nc:JurisdictionText", "plate_state"),
                ),
            ),
        ),
    ),
    some=("plate", "plate_state"),
)
"""The registration of a vehicle whose plate or plate state is known: the plate hangs on it, and it on the vehicle."""

_ITEM_PARTS: Final = (
    Leaf("fx:ItemCategoryCode", "category", CODE),
    Leaf("nc:ItemDescriptionText", "description"),
    Leaf("nc:ItemMakeName", "make"),
    Leaf("nc:ItemModelName", "model"),
    Leaf("nc:ItemQuantity", "quantity", INTEGER),
    Leaf("nc:ItemSerialIdentification/nc:IdentificationID", "serial"),
    Leaf("nc:ItemStatus/j:ItemStatusCode", "status", CODE),
    Within(
        "nc:ItemValue/nc:ItemValueAmount",
        (Leaf("nc:Amount", "value_dollars", DECIMAL), Fixed("nc:CurrencyText", "USD")),
    ),
)

_ITEM: Final = Shape("nc:Item", _ITEM_PARTS)
_FIREARM: Final = Shape("j:Firearm", _ITEM_PARTS)
ITEMS: Final[Mapping[ItemCategory, Shape]] = {
    category: _FIREARM if category is ItemCategory.FIREARM else _ITEM for category in ItemCategory
}
"""The shape of each category of item."""

# Places -----------------------------------------------------------------------------------------------------------

_TWO_DIMENSIONS: Final = ("latitude", "longitude")
_LATITUDE: Final = "nc:GeographicCoordinateLatitude/nc:LatitudeDegreeValue"
_LONGITUDE: Final = "nc:GeographicCoordinateLongitude/nc:LongitudeDegreeValue"
_DATUM: Final = Fixed("nc:GeographicDatumText", "WGS 84")
_COORDINATE: Final = (Leaf(_LATITUDE, "latitude", DECIMAL), Leaf(_LONGITUDE, "longitude", DECIMAL))


def _place(place: Any) -> tuple[Any, ...]:
    """A place's values, then its state and its country: as a code if the list has it, else as a name.

    A two-letter code that the list does not have is that of a Canadian province, for one.
    """
    state, country = place.state, place.country
    state_listed, country_listed = state in USPS_STATES, country in GENC_COUNTRIES
    return (
        *astuple(place),
        state if state_listed else None,
        None if state_listed else state,
        country if country_listed else None,
        None if country_listed else country,
    )


PLACE_SEEN: Final = Seen((*Place.__struct_fields__, "state_code", "state_name", "country_code", "country_name"), _place)
"""A place as its table sees it."""


def place_fields(found: dict[str, Any]) -> dict[str, Any]:
    """What a reader found of a place, as a place's fields."""
    told = {field: value for field, value in found.items() if field in Place.__struct_fields__}
    for field in ("state", "country"):
        if (value := found.get(f"{field}_code") or found.get(f"{field}_name")) is not None:
            told[field] = value
    return told


class _Point(NamedTuple):
    """A corner or a centre of an area, in degrees as they are written."""

    latitude: str
    longitude: str


class _Circle(NamedTuple):
    latitude: str
    longitude: str
    kilometres: str


class _Corners(NamedTuple):
    corners: tuple[str, ...]


def _point(text: str) -> _Point:
    latitude, _, longitude = text.partition(",")
    return _Point(latitude, longitude)


def _circle(text: str) -> _Circle:
    centre, _, kilometres = text.partition(" ")
    latitude, _, longitude = centre.partition(",")
    return _Circle(latitude, longitude, kilometres)


_POLYGON: Final = Each(
    "nc:AreaPolygonRegion",
    "polygons",
    (
        Each(
            "nc:PolygonNodeLocation",
            "corners",
            (
                Within(
                    "nc:Location2DGeospatialCoordinate", (Leaf(_LATITUDE, "latitude"), Leaf(_LONGITUDE, "longitude"))
                ),
            ),
            split=_point,
            join=lambda found: f"{found['latitude']},{found['longitude']}",
        ),
    ),
    split=lambda text: _Corners(tuple(text.split(" "))),
    join=lambda found: " ".join(found["corners"]),
)
_CIRCLE: Final = Each(
    "nc:AreaCircularRegion",
    "circles",
    (
        Within("nc:CircularRegionCenterCoordinate", (Leaf(_LATITUDE, "latitude"), Leaf(_LONGITUDE, "longitude"))),
        Within(
            "nc:CircularRegionRadiusLengthMeasure",
            (Leaf("nc:MeasureDecimalValue", "kilometres"), Fixed("unece:LengthUnitCode", "KMT")),
        ),
    ),
    split=_circle,
    join=lambda found: f"{found['latitude']},{found['longitude']} {found['kilometres']}",
)

PLACE: Final = Shape(
    "nc:Location",
    (
        Within(
            "nc:Address",
            (
                Leaf("nc:AddressDeliveryPointText", "street"),
                Leaf("nc:AddressCityName", "city"),
                Leaf("nc:AddressCountyName", "county"),
                Leaf("nc:AddressState/usps:StateCode", "state_code"),
                Leaf("nc:AddressState/nc:StateName", "state_name"),
                Leaf("nc:AddressCountry/genc:CountryAlpha2Code", "country_code"),
                Leaf("nc:AddressCountry/nc:CountryName", "country_name"),
                Leaf("nc:AddressPostalCode", "postal_code"),
            ),
        ),
        Within("nc:LocationArea", (_POLYGON, _CIRCLE)),
        Leaf("nc:LocationDescriptionText", "description"),
        # NIEM wants latitude and longitude together; the model does not, and a lone one goes to the augmentation.
        Only(Within("nc:Location2DGeospatialCoordinate", (_DATUM, *_COORDINATE)), given=_TWO_DIMENSIONS),
        Within(
            "nc:LocationLocale",
            (Leaf("nc:LocalePoliceBeatText", "beat"), Leaf("nc:LocalePoliceJurisdictionID", "precinct")),
        ),
        Leaf("nc:LocationName", "name"),
        Within(
            "fx:LocationAugmentation",
            (
                Leaf("fx:LocationPrecisionCode", "precision", CODE),
                Leaf("fx:LocationPoliceSectorText", "sector"),
                Leaves("fx:LocationAreaID", "area_codes"),
                *(Only(part, lacking=_TWO_DIMENSIONS) for part in _COORDINATE),
            ),
        ),
    ),
)

# What happened ----------------------------------------------------------------------------------------------------

_ACTIVITY_PARTS: Final[tuple[Part, ...]] = (
    Leaf("nc:ActivityIdentification/nc:IdentificationID", "case_number"),
    Leaf("nc:ActivityCategoryText", "type_text"),
    # A range as soon as the end is known, else a point in time.
    Only(Leaf("nc:ActivityDate/nc:DateTime", "started", INSTANT), lacking=("ended",)),
    Only(
        Within(
            "nc:ActivityDate/nc:DateRange",
            (Leaf("nc:StartDate/nc:DateTime", "started", INSTANT), Leaf("nc:EndDate/nc:DateTime", "ended", INSTANT)),
        ),
        given=("ended",),
    ),
    Leaf("nc:ActivityDescriptionText", "description"),
    Leaf("nc:ActivityDisposition/nc:DispositionText", "disposition"),
    Leaf("nc:ActivityReportedDate/nc:DateTime", "reported", INSTANT),
    Leaf("nc:ActivityStatus/fx:ActivityStatusCode", "status", CODE),
)
_ACTIVITY_FACTS: Final = (
    Leaf("fx:ActivityCategoryCode", "category", CODE),
    Leaf("fx:ActivityLocalCodeText", "code"),
    Leaf("fx:ActivityPriorityNumeric", "priority", INTEGER),
    Leaf("fx:ActivityArrivalDate/nc:DateTime", "arrived", INSTANT),
)
_INCIDENT_PARTS: Final = (
    *_ACTIVITY_PARTS,
    Within("fx:ActivityAugmentation", _ACTIVITY_FACTS),
    Leaf("j:IncidentAugmentation/j:IncidentSourceText", "source"),
)
# NIEM knows the source of an incident only.
_OTHER_ACTIVITY_PARTS: Final = (
    *_ACTIVITY_PARTS,
    Within("fx:ActivityAugmentation", (*_ACTIVITY_FACTS, Leaf("fx:ActivitySourceText", "source"))),
)

_INCIDENT: Final = Shape("nc:Incident", _INCIDENT_PARTS)
_SHAPES_OF_THEIR_OWN: Final[Mapping[ActivityCategory, Shape]] = {
    ActivityCategory.OFFENSE: Shape("j:Offense", _OTHER_ACTIVITY_PARTS),
    ActivityCategory.ARREST: Shape("j:Arrest", _OTHER_ACTIVITY_PARTS),
    ActivityCategory.CYBER: Shape("cyber:CyberIncident", _INCIDENT_PARTS),
}
ACTIVITIES: Final[Mapping[ActivityCategory, Shape]] = {
    category: _SHAPES_OF_THEIR_OWN.get(category, _INCIDENT) for category in ActivityCategory
}
"""The shape of each category of activity."""

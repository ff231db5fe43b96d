"""The record's entities as NIEM 6.0 elements: one table of parts for each sort, in schema order.

The order of the parts is the order of the types in `xsd/`; tests compare the two.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway.model.codes import ActivityCategory, ItemCategory
from gateway.model.entities import Activity, Entity, Indicator, Item, Observable, Place
from gateway.niem.cyber import OBSERVABLES, VULNERABILITY, written_indicator
from gateway.niem.place_codes import GENC_COUNTRIES, USPS_STATES
from gateway.niem.template import (
    Part,
    Shape,
    code,
    day,
    decimal,
    each,
    element_text,
    fixed,
    instant,
    integer,
    reference,
    text,
    within,
)

__all__ = ["ACTIVITY_ELEMENTS", "registrations", "shape_of", "written"]


# People and organizations -----------------------------------------------------------------------------------------


def _alias(value: Any) -> str:
    name = f"<nc:PersonFullName>{element_text(value, 'aliases')}</nc:PersonFullName>"
    return f"<nc:PersonName>{name}<nc:PersonNameCategoryCode>Alternate</nc:PersonNameCategoryCode></nc:PersonName>"


_TELEPHONE: Final = "nc:ContactTelephoneNumber/nc:FullTelephoneNumber/nc:TelephoneNumberFullID"

_PERSON: Final = Shape(
    "nc:Person",
    (
        within(
            "nc:PersonAgeMeasure",
            (
                within(
                    "nc:MeasureIntegerRange",
                    (
                        integer("nc:RangeMaximumIntegerValue", "age_high_years"),
                        integer("nc:RangeMinimumIntegerValue", "age_low_years"),
                    ),
                ),
                fixed("<unece:TimeUnitCode>ANN</unece:TimeUnitCode>", "age_high_years", "age_low_years"),
            ),
        ),
        day("nc:PersonBirthDate/nc:Date", "birth_date"),
        text("nc:PersonDescriptionText", "description"),
        code("j:PersonEyeColorCode", "eye_color"),
        code("j:PersonHairColorCode", "hair_color"),
        within(
            "nc:PersonHeightMeasure",
            (
                integer("nc:MeasureIntegerValue", "height_inches"),
                fixed("<unece:LengthUnitCode>INH</unece:LengthUnitCode>", "height_inches"),
            ),
        ),
        within(
            "nc:PersonName",
            (
                text("nc:PersonGivenName", "given_name"),
                text("nc:PersonMiddleName", "middle_name"),
                text("nc:PersonSurName", "surname"),
                text("nc:PersonNameSuffixText", "name_suffix"),
                text("nc:PersonFullName", "full_name"),
            ),
        ),
        each("aliases", _alias),
        code("j:PersonRaceCode", "race"),
        code("j:PersonSexCode", "sex"),
        within(
            "nc:PersonWeightMeasure",
            (
                integer("nc:MeasureIntegerValue", "weight_pounds"),
                fixed("<unece:MassUnitCode>LBR</unece:MassUnitCode>", "weight_pounds"),
            ),
        ),
        within(
            "nc:PersonContactInformation",
            (
                text("nc:ContactEmailID", "email"),
                text(_TELEPHONE, "telephone"),
                text("nc:ContactMailingAddress/nc:AddressFullText", "address"),
            ),
        ),
        within(
            "j:PersonAugmentation/j:DriverLicense",
            (
                text("nc:IdentificationID", "driver_license"),
                text("nc:IdentificationJurisdiction/nc:JurisdictionText", "driver_license_state"),
            ),
        ),
    ),
)

_ORGANIZATION: Final = Shape(
    "nc:Organization",
    (
        text("nc:OrganizationCategoryText", "category"),
        text("nc:OrganizationName", "name"),
        within(
            "nc:OrganizationPrimaryContactInformation",
            (text("nc:ContactEmailID", "email"), text(_TELEPHONE, "telephone")),
        ),
        text("j:OrganizationAugmentation/j:OrganizationORIIdentification/nc:IdentificationID", "ori"),
        code("fx:OrganizationAugmentation/fx:OrganizationSectorCode", "sector"),
    ),
)

# Things -----------------------------------------------------------------------------------------------------------

_VEHICLE: Final = Shape(
    "nc:Vehicle",
    (
        text("nc:ConveyanceColorPrimaryText", "color"),
        text("nc:ItemDescriptionText", "description"),
        text("nc:ItemMakeName", "make"),
        text("nc:ItemModelName", "model"),
        integer("nc:ItemModelYearDate", "year"),
        text("nc:ItemStyleText", "style"),
        text("nc:VehicleIdentification/nc:IdentificationID", "vin"),
    ),
)

_REGISTERED: Final = reference("nc:Conveyance", "ref")

registrations: Final = within(
    "j:ConveyanceRegistration",
    (
        # The plate hangs on the registration, the registration on the vehicle.
        lambda vehicle: _REGISTERED(vehicle) if vehicle.plate or vehicle.plate_state else "",
        within(
            "j:ConveyanceRegistrationPlateIdentification",
            (
                text("nc:IdentificationID", "plate"),
                text("nc:IdentificationJurisdiction/nc:JurisdictionText", "plate_state"),
            ),
        ),
    ),
)
"""The registration of a vehicle whose plate or plate state is known."""

_ITEM_PARTS: Final = (
    code("fx:ItemCategoryCode", "category"),
    text("nc:ItemDescriptionText", "description"),
    text("nc:ItemMakeName", "make"),
    text("nc:ItemModelName", "model"),
    integer("nc:ItemQuantity", "quantity"),
    text("nc:ItemSerialIdentification/nc:IdentificationID", "serial"),
    code("nc:ItemStatus/j:ItemStatusCode", "status"),
    within(
        "nc:ItemValue/nc:ItemValueAmount",
        (
            decimal("nc:Amount", "value_dollars"),
            fixed("<nc:CurrencyText>USD</nc:CurrencyText>", "value_dollars"),
        ),
    ),
)

_ITEM: Final = Shape("nc:Item", _ITEM_PARTS)
_FIREARM: Final = Shape("j:Firearm", _ITEM_PARTS)

# Places -----------------------------------------------------------------------------------------------------------

_LATITUDE: Final = decimal("nc:GeographicCoordinateLatitude/nc:LatitudeDegreeValue", "latitude")
_LONGITUDE: Final = decimal("nc:GeographicCoordinateLongitude/nc:LongitudeDegreeValue", "longitude")


def _coordinate(place: Place) -> str:
    """NIEM wants latitude and longitude together; the model does not, and a lone one goes to the augmentation."""
    if place.latitude is None or place.longitude is None:
        return ""
    datum = "<nc:GeographicDatumText>WGS 84</nc:GeographicDatumText>"
    pair = f"{datum}{_LATITUDE(place)}{_LONGITUDE(place)}"
    return f"<nc:Location2DGeospatialCoordinate>{pair}</nc:Location2DGeospatialCoordinate>"


def _lone_coordinate(place: Place) -> str:
    together = place.latitude is not None and place.longitude is not None
    return "" if together else _LATITUDE(place) + _LONGITUDE(place)


# A two-letter code that the list does not have, such as a Canadian province, is carried as a name.
_STATE_CODE: Final = code("nc:AddressState/usps:StateCode", "state")
_STATE_NAME: Final = text("nc:AddressState/nc:StateName", "state")
_COUNTRY_CODE: Final = code("nc:AddressCountry/genc:CountryAlpha2Code", "country")
_COUNTRY_NAME: Final = text("nc:AddressCountry/nc:CountryName", "country")


def _state(place: Place) -> str:
    return _STATE_CODE(place) if place.state in USPS_STATES else _STATE_NAME(place)


def _country(place: Place) -> str:
    return _COUNTRY_CODE(place) if place.country in GENC_COUNTRIES else _COUNTRY_NAME(place)


_PLACE: Final = Shape(
    "nc:Location",
    (
        within(
            "nc:Address",
            (
                text("nc:AddressDeliveryPointText", "street"),
                text("nc:AddressCityName", "city"),
                text("nc:AddressCountyName", "county"),
                _state,
                _country,
                text("nc:AddressPostalCode", "postal_code"),
            ),
        ),
        text("nc:LocationDescriptionText", "description"),
        _coordinate,
        within(
            "nc:LocationLocale",
            (text("nc:LocalePoliceBeatText", "beat"), text("nc:LocalePoliceJurisdictionID", "precinct")),
        ),
        text("nc:LocationName", "name"),
        within(
            "fx:LocationAugmentation",
            (
                code("fx:LocationPrecisionCode", "precision"),
                text("fx:LocationPoliceSectorText", "sector"),
                _lone_coordinate,
            ),
        ),
    ),
)

# What happened ----------------------------------------------------------------------------------------------------


def _when(activity: Activity) -> str:
    """A range as soon as the end is known, else a point in time."""
    return _RANGE(activity) if activity.ended is not None else _START(activity)


_START: Final = instant("nc:ActivityDate/nc:DateTime", "started")
_RANGE: Final = within(
    "nc:ActivityDate/nc:DateRange",
    (instant("nc:StartDate/nc:DateTime", "started"), instant("nc:EndDate/nc:DateTime", "ended")),
)

_ACTIVITY_PARTS: Final[tuple[Part, ...]] = (
    text("nc:ActivityIdentification/nc:IdentificationID", "case_number"),
    text("nc:ActivityCategoryText", "type_text"),
    _when,
    text("nc:ActivityDescriptionText", "description"),
    text("nc:ActivityDisposition/nc:DispositionText", "disposition"),
    instant("nc:ActivityReportedDate/nc:DateTime", "reported"),
    code("nc:ActivityStatus/fx:ActivityStatusCode", "status"),
)
_ACTIVITY_FACTS: Final = (
    code("fx:ActivityCategoryCode", "category"),
    text("fx:ActivityLocalCodeText", "code"),
    integer("fx:ActivityPriorityNumeric", "priority"),
    instant("fx:ActivityArrivalDate/nc:DateTime", "arrived"),
)
_INCIDENT_PARTS: Final = (
    *_ACTIVITY_PARTS,
    within("fx:ActivityAugmentation", _ACTIVITY_FACTS),
    text("j:IncidentAugmentation/j:IncidentSourceText", "source"),
)
# NIEM knows the source of an incident only.
_OTHER_ACTIVITY_PARTS: Final = (
    *_ACTIVITY_PARTS,
    within("fx:ActivityAugmentation", (*_ACTIVITY_FACTS, text("fx:ActivitySourceText", "source"))),
)

_INCIDENT: Final = Shape("nc:Incident", _INCIDENT_PARTS)
_OTHER_ACTIVITIES: Final[Mapping[ActivityCategory, Shape]] = {
    ActivityCategory.OFFENSE: Shape("j:Offense", _OTHER_ACTIVITY_PARTS),
    ActivityCategory.ARREST: Shape("j:Arrest", _OTHER_ACTIVITY_PARTS),
    ActivityCategory.CYBER: Shape("cyber:CyberIncident", _INCIDENT_PARTS),
}
ACTIVITY_ELEMENTS: Final[Mapping[ActivityCategory, str]] = {
    category: _OTHER_ACTIVITIES.get(category, _INCIDENT).element for category in ActivityCategory
}
"""The element in which each category of activity travels."""

_SHAPES: Final[Mapping[str, Shape]] = {
    "person": _PERSON,
    "organization": _ORGANIZATION,
    "vehicle": _VEHICLE,
    "place": _PLACE,
    "vulnerability": VULNERABILITY,
}


def shape_of(sort: str, entity: Entity) -> Shape:
    """The shape in which an entity of that sort is written."""
    if isinstance(entity, Activity):
        return _OTHER_ACTIVITIES.get(entity.category, _INCIDENT)
    if isinstance(entity, Item):
        return _FIREARM if entity.category is ItemCategory.FIREARM else _ITEM
    if isinstance(entity, Observable):
        return OBSERVABLES[entity.type]
    return _SHAPES[sort]


def written(sort: str, entity: Entity, observables: Mapping[str, Observable]) -> str:
    """One entity as XML. `observables` are the record's, by their local names."""
    if isinstance(entity, Indicator):
        return written_indicator(entity, observables)
    return shape_of(sort, entity).write(entity)

"""Definitions of what a record says of places and of what happened."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["ACTIVITY", "PLACE", "RELATION"]

PLACE: Final[Definitions] = {
    "name": Definition("Name of the place: a business, a building, a park.", "nc:LocationName"),
    "street": Definition("House number and street, or the streets that cross there.", "nc:AddressDeliveryPointText"),
    "city": Definition("City, town or other municipality.", "nc:AddressCityName"),
    "county": Definition("County, parish or borough.", "nc:AddressCountyName"),
    "state": Definition(
        "State as a two-letter USPS code; for another country the two letters of its province.",
        "nc:AddressState",
    ),
    "postal_code": Definition(
        "ZIP code, of five or nine digits, or another country's postal code.", "nc:AddressPostalCode"
    ),
    "country": Definition("Country as a two-letter code of ISO 3166-1.", "nc:AddressCountry"),
    "latitude": Definition(
        "Latitude in decimal degrees of WGS 84, north positive, from -90 to 90, with the agency's own digits.",
        "nc:LatitudeDegreeValue",
    ),
    "longitude": Definition(
        "Longitude in decimal degrees of WGS 84, east positive, from -180 to 180, with the agency's own digits.",
        "nc:LongitudeDegreeValue",
    ),
    "precision": Definition(
        "How near the coordinates are to where it happened; agencies blur addresses before they publish.",
        "fx:LocationPrecisionCode",
    ),
    "precinct": Definition(
        "Police precinct, district or division that the place lies in.", "nc:LocalePoliceJurisdictionID"
    ),
    "sector": Definition(
        "Police sector that the place lies in: part of a precinct, made of beats.", "fx:LocationPoliceSectorText"
    ),
    "beat": Definition(
        "Police beat that the place lies in: the smallest area with a patrol of its own.", "nc:LocalePoliceBeatText"
    ),
    "description": Definition(
        "The place in words: how to find it, what sort of place it is.", "nc:LocationDescriptionText"
    ),
    "polygons": Definition(
        "Areas by their corners: pairs `latitude,longitude` in degrees of WGS 84 with blanks between, the last pair "
        "the first again.",
        "nc:AreaPolygonRegion; CAP 1.2, 3.2.4",
    ),
    "circles": Definition(
        "Areas by centre and radius: `latitude,longitude` in degrees of WGS 84, a blank, the radius in kilometres.",
        "nc:AreaCircularRegion; CAP 1.2, 3.2.4",
    ),
    "area_codes": Definition(
        "Areas by code, each as `system:code`, such as a SAME code of the National Weather Service.",
        "fx:LocationAreaID; CAP 1.2, 3.2.4",
    ),
}

ACTIVITY: Final[Definitions] = {
    "category": Definition("What sort of happening it is.", "fx:ActivityCategoryCode"),
    "case_number": Definition(
        "Number under which the agency keeps the case, the call or the report.", "nc:ActivityIdentification"
    ),
    "type_text": Definition(
        "Type of the happening in the agency's words: the offense, the call type, the nature of the run.",
        "nc:ActivityCategoryText",
    ),
    "code": Definition(
        "Code by which the agency classifies the happening: a statute, an NIBRS or UCR code, a call code.",
        "fx:ActivityLocalCodeText",
    ),
    "priority": Definition(
        "Priority that dispatch gave the call, on the agency's own scale; with most, 0 or 1 is the most urgent.",
        "fx:ActivityPriorityNumeric",
    ),
    "started": Definition("When it began, in UTC; where only a window is known, the earliest moment.", "nc:StartDate"),
    "ended": Definition("When it was over, in UTC; where only a window is known, the latest moment.", "nc:EndDate"),
    "reported": Definition("When the agency was told of it, in UTC.", "nc:ActivityReportedDate"),
    "arrived": Definition("When the first unit was at the scene, in UTC.", "fx:ActivityArrivalDate"),
    "status": Definition("Where the handling of the happening stands.", "fx:ActivityStatusCode"),
    "disposition": Definition(
        "What came of it in the agency's words: report taken, arrest made, unfounded.", "nc:ActivityDisposition"
    ),
    "source": Definition(
        "How the agency learned of it: a call to 911, an officer on view, an alarm.",
        "j:IncidentSourceText or fx:ActivitySourceText",
    ),
    "description": Definition("What happened, in the agency's words.", "nc:ActivityDescriptionText"),
}

RELATION: Final[Definitions] = {
    "source": Definition("Local name of the happening or thing in which the target has a part.", "structures:ref"),
    "role": Definition("The part that the target has in the source."),
    "target": Definition("Local name of whom or what the role belongs to.", "structures:ref"),
}

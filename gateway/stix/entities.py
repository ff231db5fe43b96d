"""People, organizations, vehicles, items and places as STIX objects.

A name that STIX requires and the view withholds is made from the entity's part in the record and its sort, from
nothing else.
"""

from decimal import Decimal
from typing import Any, Final

from gateway.model.codes import ItemCategory, PlacePrecision, TargetSector
from gateway.model.entities import Item, Organization, Person, Place, Vehicle
from gateway.model.relations import Role
from gateway.stix.extensions import fill
from gateway.stix.forms import number
from gateway.stix.frame import Frame

__all__ = [
    "item",
    "item_name",
    "organization",
    "person",
    "person_name",
    "place",
    "place_name",
    "vehicle",
    "vehicle_name",
]

_PART_TITLES: Final[dict[Role, str]] = {
    Role.SUBJECT: "Subject",
    Role.VICTIM: "Victim",
    Role.WITNESS: "Witness",
    Role.REPORTER: "Reporting party",
    Role.OFFICER: "Officer",
    Role.OPERATOR: "Vehicle operator",
    Role.OWNER: "Owner",
    Role.TARGET: "Target",
    Role.RESPONDER: "Responding agency",
}

_SECTORS: Final[dict[TargetSector, str]] = {
    TargetSector.AGRI: "agriculture",
    TargetSector.CHEM: "chemical",
    TargetSector.COMM: "commercial",
    TargetSector.DAMS: "dams",
    TargetSector.DFNSE: "defense",
    TargetSector.EDU: "education",
    TargetSector.EMRG: "emergency-services",
    TargetSector.ENRG: "energy",
    TargetSector.ENTMT: "entertainment",
    TargetSector.FIN: "financial-services",
    TargetSector.GVTBLDG: "government",
    TargetSector.HLTH: "healthcare",
    TargetSector.IT: "technology",
    TargetSector.MFG: "manufacturing",
    TargetSector.NCLR: "nuclear",
    TargetSector.RETL: "retail",
    TargetSector.TELCM: "telecommunications",
    TargetSector.TRANS: "transportation",
    TargetSector.UTL: "utilities",
    TargetSector.WATR: "water",
}
"""NIEM sectors that STIX's industry-sector-ov has a word for; the code itself stands in the extension."""

_NORTHERN_AMERICA: Final = frozenset({"US", "CA", "MX"})

_PRECISION_METRES: Final[dict[PlacePrecision, int]] = {
    PlacePrecision.BLOCK: 100,
    PlacePrecision.INTERSECTION: 50,
    PlacePrecision.BEAT: 2_000,
    PlacePrecision.CITY: 20_000,
    PlacePrecision.REGION: 100_000,
}
"""Radius that a map may draw around coordinates of a coarse precision; the precision's code is in the extension."""


def person_name(frame: Frame, one: Person) -> str:
    """The person's name as far as the view shows it, else the person's part in the record."""
    parts = (one.given_name, one.middle_name, one.surname, one.name_suffix)
    shown = one.full_name or " ".join(part for part in parts if part)
    return shown or _part(frame, one.ref, "Person")


def person(frame: Frame, one: Person) -> dict[str, Any]:
    """An identity of class individual (STIX 2.1, 4.5) with the person extension."""
    return frame.entity(
        one.ref,
        name=person_name(frame, one),
        description=one.description,
        identity_class="individual",
        contact_information=", ".join(reach for reach in (one.telephone, one.email, one.address) if reach),
        extensions=fill(one),
    )


def organization(frame: Frame, one: Organization) -> dict[str, Any]:
    """An identity of class organization with the record extension."""
    return frame.entity(
        one.ref,
        name=one.name or _part(frame, one.ref, "Organization"),
        identity_class="organization",
        sectors=[_SECTORS[one.sector]] if one.sector in _SECTORS else None,
        contact_information=", ".join(reach for reach in (one.telephone, one.email) if reach),
        extensions=fill(one),
    )


def vehicle_name(one: Vehicle) -> str:
    """Year, colour, make, model and style, then the plate, as far as the view shows them; else "Vehicle"."""
    looks = " ".join(str(part) for part in (one.year, one.color, one.make, one.model, one.style) if part)
    plate = " ".join(part for part in (one.plate_state, one.plate) if part)
    return ", plate ".join(part for part in (looks or "Vehicle", plate) if part)


def vehicle(frame: Frame, one: Vehicle) -> dict[str, Any]:
    """An infrastructure (STIX 2.1, 4.8) with the item extension."""
    return _thing(frame, one, vehicle_name(one))


def item_name(one: Item) -> str:
    """Make and model as far as the view shows them, else the category."""
    return " ".join(part for part in (one.make, one.model) if part) or _item_title(one.category)


def item(frame: Frame, one: Item) -> dict[str, Any]:
    """An infrastructure with the item extension."""
    return _thing(frame, one, item_name(one))


def place_name(one: Place) -> str:
    """The place in a few words for people, from the narrowest part to the widest; empty when nothing is shown."""
    parts = (one.name, one.street, one.city, one.county, one.state, one.postal_code, one.country)
    return ", ".join(part for part in parts if part)


def place(frame: Frame, one: Place) -> dict[str, Any]:
    """A location (STIX 2.1, 4.10) with the record extension.

    A location needs a region, a country or both coordinates; a place without a country is taken to be in northern
    America, where the gateway runs. A single coordinate, or one with more digits than a JSON number keeps, is written
    as text in the extension.
    """
    both = one.latitude is not None and one.longitude is not None
    coordinates = {"latitude": one.latitude, "longitude": one.longitude}
    as_text = {name: str(held) for name, held in coordinates.items() if held is not None and not (both and _fits(held))}
    return frame.entity(
        one.ref,
        name=one.name,
        description=one.description,
        region="northern-america" if one.country in _NORTHERN_AMERICA or not one.country else None,
        country=one.country,
        administrative_area=_area(one),
        city=one.city,
        street_address=one.street,
        postal_code=one.postal_code,
        latitude=number(one.latitude) if both and one.latitude is not None else None,
        longitude=number(one.longitude) if both and one.longitude is not None else None,
        precision=_PRECISION_METRES.get(one.precision) if both and one.precision else None,
        extensions=fill(one, **as_text),
    )


def _thing(frame: Frame, one: Vehicle | Item, name: str) -> dict[str, Any]:
    return frame.entity(
        one.ref,
        name=name,
        description=one.description,
        infrastructure_types=["unknown"],
        extensions=fill(one),
    )


def _part(frame: Frame, ref: str, otherwise: str) -> str:
    role = frame.roles.get(ref)
    return _PART_TITLES.get(role, otherwise) if role else otherwise


def _item_title(category: ItemCategory) -> str:
    return category.value.capitalize()


def _area(one: Place) -> str | None:
    """ISO 3166-2 for a state of the United States, which USPS codes are; the plain code elsewhere."""
    if not one.state:
        return None
    return f"US-{one.state}" if one.country in (None, "", "US") else one.state


def _fits(value: Decimal) -> bool:
    return Decimal(repr(float(value))) == value

"""What each fact of a record discloses: the one place that projections read.

A field's class is written at the field, in its annotation. A field without one does not pass the tests; a projection
keeps the classes that it names and withholds everything else.
"""

import enum
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from gateway import limits


class Discloses(enum.Enum):
    """What somebody learns who reads the field."""

    FACT = "fact"
    """A coded value, a number, a time, a switch: closed vocabulary, no room for anything else."""
    PERSON = "person"
    """Who somebody is, what they look like, how to reach them, what they drive."""
    TEXT = "text"
    """Free text, in which anything may stand."""
    REFERENCE = "reference"
    """What leads back to a case or a source: numbers, labels, file names, links, digests."""
    PLACE = "place"
    """An exact place: a street, coordinates, a place's name."""
    TECHNICAL = "technical"
    """A technical value of cyber defence: an address, a domain, a hash, a product."""
    STRUCTURE = "structure"
    """The record's own build, given by the mapping document and not by data: local names, roles."""


Ref = Annotated[str, Discloses.STRUCTURE, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
"""Local name of an entity within its record, given by the mapping document ('subject', 'scene')."""

Personal = Annotated[str, Discloses.PERSON, Meta(max_length=limits.TEXT_CHARACTERS)]
FreeText = Annotated[str, Discloses.TEXT, Meta(max_length=limits.TEXT_CHARACTERS)]
Reference = Annotated[str, Discloses.REFERENCE, Meta(max_length=4096)]
ExactPlace = Annotated[str, Discloses.PLACE, Meta(max_length=1024)]
Technical = Annotated[str, Discloses.TECHNICAL, Meta(max_length=4096)]
Instant = Annotated[datetime, Discloses.FACT, Meta(tz=True)]
"""Aware, in UTC."""
Day = Annotated[date, Discloses.FACT]
Count = Annotated[int, Discloses.FACT, Meta(ge=0, le=2**53 - 1)]
Percent = Annotated[int, Discloses.FACT, Meta(ge=0, le=100)]
Switch = Annotated[bool, Discloses.FACT]
Degrees = Annotated[Decimal, Discloses.PLACE]
"""Decimal degrees, exactly as written; finite."""


def disclosure_of(annotation: Any) -> Discloses | None:
    """The class written in an annotation, looking through optionals and tuples; None where none is written.

    Where an alias that has a class is annotated again, the outer class holds: a birth date is a `Day` that discloses
    a person.
    """
    if get_origin(annotation) is Annotated:
        written = [extra for extra in annotation.__metadata__ if isinstance(extra, Discloses)]
        return written[-1] if written else disclosure_of(get_args(annotation)[0])
    return next((found for argument in get_args(annotation) if (found := disclosure_of(argument))), None)


def disclosures(entity: type[msgspec.Struct]) -> dict[str, Discloses | None]:
    """Each field of an entity type with what it discloses."""
    hints = get_type_hints(entity, include_extras=True)
    return {name: disclosure_of(hints[name]) for name in entity.__struct_fields__}

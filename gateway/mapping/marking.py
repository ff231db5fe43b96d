"""The handling of one record: what holds for the feed, with what the row's own cells say of it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Self

from msgspec.structs import replace
from pydantic import Field, model_validator

from gateway.mapping.sections import Scalar, Section
from gateway.mapping.targets import BANNER
from gateway.model.banner import Banner
from gateway.model.codes import Caveat, Pap, Sensitivity, Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Country, Handling

__all__ = ["HandlingSpec", "marked"]


class HandlingSpec(Section):
    """What holds for every record of the feed; a `handling.…` field overrides it row by row."""

    tlp: Tlp
    cui: tuple[Cui, ...] = ()
    dissemination: tuple[Dissemination, ...] = ()
    release_to: tuple[Country, ...] = ()
    display_to: tuple[Country, ...] = ()
    dissemination_list: tuple[Scalar, ...] = ()
    designating_entity: Scalar | None = None
    decontrol_date: date | None = None
    supplemental_markings: tuple[SupplementalMarking, ...] = ()
    pap: Pap | None = None
    caveats: tuple[Caveat, ...] = ()
    sensitivities: tuple[Sensitivity, ...] = ()
    confidence: Annotated[int, Field(ge=0, le=100)] | None = None
    personal_information: bool | None = None

    def handling(self) -> Handling:
        """The handling of a record of which no more is known. Raises ValueError for countries that cannot stand."""
        return Handling(**{name: getattr(self, name) for name in type(self).model_fields})

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        self.handling()
        return self


_ADDED: Final = ("cui", "dissemination", "caveats")
"""What a banner adds to what holds for the feed: it never takes a marking away."""

_NAMED: Final = ("release_to", "display_to")
"""Countries, in whose place those of the banner stand: two lists together would release to more than either."""


def marked(handling: Handling, values: Mapping[str, Any]) -> Handling:
    """The handling with the values of a row. A field of its own stands for the feed's; a banner adds to both.

    Raises ValueError for countries that cannot stand in a marking.
    """
    banner = values.get(BANNER)
    own = {name: value for name, value in values.items() if name != BANNER}
    if not isinstance(banner, Banner):
        return replace(handling, **own)
    for name in _ADDED:
        own[name] = tuple(dict.fromkeys((*own.get(name, getattr(handling, name)), *getattr(banner, name))))
    for name in _NAMED:
        if countries := getattr(banner, name):
            own[name] = countries
    return replace(handling, **own)

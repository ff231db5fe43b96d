"""How a record may be handled: markings, sensitive facts, reliability, retention."""

from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from gateway.model.banner import Banner, settle, write_banner
from gateway.model.codes import Caveat, Pap, Sensitivity, Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.disclosure import Day, Discloses, Percent, Personal, Reference, Switch

__all__ = ["Country", "Handling"]

Country = Annotated[str, Discloses.FACT, Meta(pattern=r"^[A-Z0-9]{3}$")]
"""A country of a release marking; NIEM 6.0 genc:CountryAlpha3CodeSimpleType."""


class Handling(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the originator asks of everyone who holds the record.

    The CUI fields have one form: specified categories first, then by the alphabet, each control that a fact speaks of
    among the controls, and `CUI` where a fact of CUI stands without a category (`gateway.model.banner.settle`).
    `release_to` are the countries of REL TO, `display_to` those of DISPLAY ONLY, `dissemination_list` is the list that
    DL ONLY speaks of. From `decontrol_date` on the designating agency asks for no CUI controls (32 CFR 2002.18). `pap`
    bounds what a recipient may do with what it learns. `validate_by` is the last day on which the record counts as
    reviewed (28 CFR 23.20(h)); after it nothing is shared.
    Raises ValueError for countries that cannot stand.
    """

    tlp: Annotated[Tlp, Discloses.FACT]
    cui: tuple[Annotated[Cui, Discloses.FACT], ...] = ()
    dissemination: tuple[Annotated[Dissemination, Discloses.FACT], ...] = ()
    release_to: tuple[Country, ...] = ()
    display_to: tuple[Country, ...] = ()
    dissemination_list: tuple[Personal, ...] = ()
    designating_entity: Reference | None = None
    decontrol_date: Day | None = None
    supplemental_markings: tuple[Annotated[SupplementalMarking, Discloses.FACT], ...] = ()
    pap: Annotated[Pap, Discloses.FACT] | None = None
    caveats: tuple[Annotated[Caveat, Discloses.FACT], ...] = ()
    sensitivities: tuple[Annotated[Sensitivity, Discloses.FACT], ...] = ()
    confidence: Percent | None = None
    personal_information: Switch | None = None
    validate_by: Day | None = None

    def __post_init__(self) -> None:
        listed = (Dissemination.DL_ONLY,) if self.dissemination_list else ()
        facts = self.designating_entity or self.decontrol_date or self.supplemental_markings
        settle(self, controls=listed, controlled=bool(facts))

    @property
    def marking(self) -> Banner:
        """The CUI part of the markings, as a banner says it."""
        return Banner(
            cui=self.cui, dissemination=self.dissemination, release_to=self.release_to, display_to=self.display_to
        )

    @property
    def banner(self) -> str:
        """The banner line, caveats included."""
        return write_banner(replace(self.marking, caveats=self.caveats))

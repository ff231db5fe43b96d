"""The documents that people write about sharing: partners, operators, agreements."""

import enum
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from gateway.documents import Document
from gateway.errors import BadSetting
from gateway.model.codes import Caveat, Sensitivity, Tlp
from gateway.model.countries import COUNTRIES, UNITED_STATES
from gateway.model.cui import Cui, Dissemination
from gateway.model.kinds import Kind
from gateway.model.stages import StixContent
from gateway.sharing.projections import PROJECTIONS

__all__ = ["Agreement", "Category", "NiemDelivery", "Operator", "Partner", "Register", "Standing"]

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""Lower-case words joined with hyphens; also the name of the document's file."""


def _yes_no(value: object) -> object:
    if isinstance(value, str) and value not in ("yes", "no"):
        raise ValueError("write yes or no")
    return value == "yes" if isinstance(value, str) else value


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("write a country's three letters, such as USA")
    return code


YesNo = Annotated[bool, BeforeValidator(_yes_no)]


class Standing(enum.StrEnum):
    """Whether a partner or an agreement is in force."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Category(enum.StrEnum):
    """What sort of body a partner is."""

    FUSION_CENTER = "fusion-center"
    LAW_ENFORCEMENT = "law-enforcement"
    FEDERAL = "federal"
    PRIVATE_SECTOR = "private-sector"
    PUBLIC_HEALTH = "public-health"
    FIRE_EMS = "fire-ems"
    EMERGENCY_MANAGEMENT = "emergency-management"


class NiemDelivery(enum.StrEnum):
    """Whether the signed NIEM document travels inside the STIX view."""

    ARTIFACT = "artifact"
    NONE = "none"


class Partner(Document):
    """A body that receives.

    `law_enforcement_authority` is an attested attribute (28 CFR 23.20(f)(1)); so is `federal_contractor`, which says
    whether it receives under a contract with the United States. `country` is its nation's three-letter code.
    """

    partner: Slug
    name: Annotated[str, Field(min_length=1, max_length=200)]
    category: Category
    contact: Annotated[str, Field(max_length=200)]
    country: Annotated[str, AfterValidator(_known_country)] = UNITED_STATES
    law_enforcement_authority: YesNo = False
    federal_contractor: YesNo | None = None
    standing: Standing = Standing.ACTIVE


class Operator(Document):
    """One of the center's own people, who signs with a credential of their own."""

    operator: Slug
    name: Annotated[str, Field(min_length=1, max_length=200)]
    roles: tuple[Literal["reviewer", "privacy-officer", "administrator"], ...]
    standing: Standing = Standing.ACTIVE


class Markings(Document):
    """The ceiling: the narrowest TLP that may pass; the categories, controls and caveats that a record may have."""

    tlp_max: Tlp
    cui: tuple[Cui, ...] = ()
    dissemination: tuple[Dissemination, ...] = ()
    caveats: tuple[Caveat, ...] = ()


class Exclusions(Document):
    """What never passes under the agreement, whatever else it allows."""

    sensitivities: tuple[Sensitivity, ...] = ()
    feeds: tuple[str, ...] = ()


class Delivery(Document):
    """How the view is delivered.

    Pollers that keep indicators and drop everything else are served `stix: indicators-only`.
    """

    niem: NiemDelivery = NiemDelivery.NONE
    stix: StixContent = StixContent.EVERYTHING

    @model_validator(mode="after")
    def _holds_together(self) -> "Delivery":
        if self.stix is StixContent.INDICATORS_ONLY and self.niem is not NiemDelivery.NONE:
            raise ValueError("indicators-only leaves no room for the NIEM document; write `niem: none`")
        return self


class Agreement(Document):
    """What the center has agreed to share with the recipients, and how much of it they see.

    `effective` and `expires` are days in UTC; the agreement holds from the start of the first to the start of the
    second. `supersedes` names agreements whose projection this one's replaces. `dissemination_list` names those
    recipients whom the designating agency's own lists name; records marked DL ONLY reach nobody else.
    """

    agreement: Slug
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    recipients: Annotated[tuple[Slug, ...], Field(min_length=1)]
    authority: tuple[str, ...] = ()
    purpose: Annotated[str, Field(min_length=1, max_length=500)]
    effective: date
    expires: date
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    markings: Markings
    dissemination_list: tuple[Slug, ...] = ()
    exclude: Exclusions = Exclusions()
    projection: str
    deliver: Delivery = Delivery()
    supersedes: tuple[Slug, ...] = ()
    standing: Standing = Standing.ACTIVE

    @model_validator(mode="after")
    def _holds_together(self) -> "Agreement":
        if self.expires <= self.effective:
            raise ValueError("expires must be later than effective")
        if not set(self.dissemination_list) <= set(self.recipients):
            raise ValueError("dissemination_list names somebody who is no recipient of the agreement")
        if self.projection not in PROJECTIONS:
            raise ValueError(f"projection must be one of {', '.join(PROJECTIONS)}")
        if self.deliver.stix is StixContent.INDICATORS_ONLY and not PROJECTIONS[self.projection].shows_indicators:
            raise ValueError(f"deliver says indicators-only, and the projection {self.projection} shows none")
        return self


class Register:
    """The partners, operators and agreements of one center, by name; what names another has been checked."""

    def __init__(
        self, *, partners: Iterable[Partner], operators: Iterable[Operator], agreements: Iterable[Agreement]
    ) -> None:
        self.partners = {partner.partner: partner for partner in partners}
        self.operators = {operator.operator: operator for operator in operators}
        self.agreements = {agreement.agreement: agreement for agreement in agreements}
        for agreement in self.agreements.values():
            for recipient in agreement.recipients:
                if recipient not in self.partners:
                    raise BadSetting(
                        f"the recipient '{recipient}' is no partner",
                        where=f"agreement {agreement.agreement}",
                        remedy=f"Known partners: {', '.join(sorted(self.partners)) or 'none'}",
                    )
            for older in agreement.supersedes:
                if older not in self.agreements:
                    raise BadSetting(
                        f"it supersedes '{older}', which is no agreement", where=f"agreement {agreement.agreement}"
                    )

    def agreements_of(self, partner: str) -> tuple[Agreement, ...]:
        """The agreements under which the partner receives, in name order."""
        return tuple(a for _, a in sorted(self.agreements.items()) if partner in a.recipients)

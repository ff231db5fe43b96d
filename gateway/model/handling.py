"""How a record may be handled: markings, sensitive facts, reliability, retention."""

from typing import Annotated

from msgspec import Struct

from gateway.model.codes import Caveat, Cui, Sensitivity, Tlp
from gateway.model.disclosure import Day, Discloses, Percent, Switch

__all__ = ["Handling"]


class Handling(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the originator asks of everyone who holds the record.

    `validate_by` is the last day on which the record counts as reviewed (28 CFR 23.20(h)); after it nothing is shared.
    """

    tlp: Annotated[Tlp, Discloses.FACT]
    cui: tuple[Annotated[Cui, Discloses.FACT], ...] = ()
    caveats: tuple[Annotated[Caveat, Discloses.FACT], ...] = ()
    sensitivities: tuple[Annotated[Sensitivity, Discloses.FACT], ...] = ()
    confidence: Percent | None = None
    personal_information: Switch | None = None
    validate_by: Day | None = None

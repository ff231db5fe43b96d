"""Limited dissemination controls as clauses of law: for each control, what must be shown of a partner before it passes.

32 CFR 2002.16(b): a control that the designating agency applied binds everyone who holds the information; no agreement
switches it off. A control whose condition cannot be shown from what the center knows of the partner refuses.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from gateway.model.countries import UNITED_STATES
from gateway.model.cui import Dissemination
from gateway.model.handling import Handling
from gateway.sharing.documents import Agreement, Category, Partner

__all__ = ["CONTROL_ROWS", "ControlRow"]

Shown = Callable[[Handling, Partner, Agreement], bool]


class ControlRow(NamedTuple):
    """One control: the clause's name, who may receive in words, what shows it, and what the partner was found to be."""

    control: Dissemination
    clause: str
    wants: str
    shown: Shown
    found: Callable[[Partner, Agreement], str]


def _american(_: Handling, partner: Partner, __: Agreement) -> bool:
    return partner.country == UNITED_STATES


def _released(handling: Handling, partner: Partner, _: Agreement) -> bool:
    return partner.country in handling.release_to


def _american_or_released(handling: Handling, partner: Partner, agreement: Agreement) -> bool:
    return _american(handling, partner, agreement) or _released(handling, partner, agreement)


def _federal(handling: Handling, partner: Partner, agreement: Agreement) -> bool:
    return partner.category is Category.FEDERAL and _american(handling, partner, agreement)


def _federal_or_contractor(handling: Handling, partner: Partner, agreement: Agreement) -> bool:
    return _federal(handling, partner, agreement) or partner.federal_contractor is True


def _no_contractor(_: Handling, partner: Partner, __: Agreement) -> bool:
    """A public body is none unless it says so; a private one must say so itself."""
    if partner.federal_contractor is None:
        return partner.category is not Category.PRIVATE_SECTOR
    return not partner.federal_contractor


def _listed(_: Handling, partner: Partner, agreement: Agreement) -> bool:
    return partner.partner in agreement.dissemination_list


def _never(_: Handling, __: Partner, ___: Agreement) -> bool:
    return False


def _country(partner: Partner, _: Agreement) -> str:
    return f"a partner of {partner.country}"


def _category(partner: Partner, _: Agreement) -> str:
    contractor = {True: ", a federal contractor", False: ", no federal contractor", None: ""}
    return f"{partner.category}{contractor[partner.federal_contractor]}, of {partner.country}"


def _list(partner: Partner, agreement: Agreement) -> str:
    return "named on it" if partner.partner in agreement.dissemination_list else "not named on it"


def _privileged(_: Partner, __: Agreement) -> str:
    return "nothing that shows it"


CONTROL_ROWS: Final = (
    ControlRow(Dissemination.NOFORN, "law.noforn", "a partner of the United States", _american, _country),
    ControlRow(
        Dissemination.REL_TO, "law.rel-to", "a partner of a country that it is released to", _released, _country
    ),
    ControlRow(
        Dissemination.DISPLAY_ONLY,
        "law.display-only",
        "a partner of the United States, for whoever else may see it gets no copy",
        _american_or_released,
        _country,
    ),
    ControlRow(
        Dissemination.RELIDO,
        "law.relido",
        "a partner of the United States; a release official decides on others",
        _american_or_released,
        _country,
    ),
    ControlRow(Dissemination.FED_ONLY, "law.fed-only", "a federal agency", _federal, _category),
    ControlRow(
        Dissemination.FEDCON,
        "law.fedcon",
        "a federal agency or a federal contractor",
        _federal_or_contractor,
        _category,
    ),
    ControlRow(Dissemination.NOCON, "law.nocon", "a partner who is no federal contractor", _no_contractor, _category),
    ControlRow(Dissemination.DL_ONLY, "law.dl-only", "a partner whom the dissemination list names", _listed, _list),
    ControlRow(
        Dissemination.ATTORNEY_CLIENT,
        "law.attorney-client",
        "the attorney, the attorney's agents or the client",
        _never,
        _privileged,
    ),
    ControlRow(
        Dissemination.ATTORNEY_WORK_PRODUCT,
        "law.attorney-wp",
        "a leave of the attorney whose work it is",
        _never,
        _privileged,
    ),
)
"""One row for each control. The registry's note that DL ONLY supersedes other controls is not used: all are asked."""

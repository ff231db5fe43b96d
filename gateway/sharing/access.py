"""Which agreements are open to a partner at this moment: asked at every request, whatever the road."""

from datetime import datetime
from typing import NamedTuple

from gateway.sharing.decide import Access, Decision, Verdict, gate
from gateway.sharing.documents import Agreement, Partner, Register

__all__ = ["Opened", "open_agreements"]


class Opened(NamedTuple):
    """The agreements under which the partner may receive now, by name, and the decisions that closed the others."""

    agreements: dict[str, Agreement]
    refused: tuple[Decision, ...]


def open_agreements(partner: Partner, register: Register, *, at: datetime) -> Opened:
    """Ask standing, recipients and term of each agreement that names the partner. `at` is aware."""
    agreements = register.agreements_of(partner.partner)
    decided = [(agreement, gate(Access(partner, agreement, at))) for agreement in agreements]
    return Opened(
        {agreement.agreement: agreement for agreement, decision in decided if decision.verdict is Verdict.PERMIT},
        tuple(decision for _, decision in decided if decision.verdict is Verdict.REFUSE),
    )

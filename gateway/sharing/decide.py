"""Decide: may this record go to this recipient under this agreement, and by which clause not.

Tables of clauses, each a pure question with a name and a source. Everything is refused that no agreement
permits; the clauses of law stand outside every agreement and cannot be switched off.
"""

import enum
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from gateway.model.codes import Sensitivity
from gateway.model.kinds import KINDS, Kind
from gateway.model.stages import Cleared, StixContent
from gateway.sharing.dissemination import CONTROL_ROWS, ControlRow
from gateway.sharing.documents import Agreement, Partner, Standing

__all__ = [
    "ACCESS_CLAUSES",
    "CONTENT_CLAUSES",
    "LAW_CLAUSES",
    "Access",
    "Decision",
    "Question",
    "Reason",
    "Verdict",
    "decide",
    "gate",
]


class Verdict(enum.Enum):
    """Both sides of a decision."""

    PERMIT = "permit"
    REFUSE = "refuse"


class Access(NamedTuple):
    """What is asked at every request: may this partner receive anything under this agreement at this time (UTC)?"""

    partner: Partner
    agreement: Agreement
    at: datetime


class Question(NamedTuple):
    """What is asked before rendering: may this record version go there too?"""

    cleared: Cleared
    access: Access


class Reason(NamedTuple):
    """One clause's answer: whether it holds, what it wants and what it found. Never a personal value."""

    clause: str
    holds: bool
    wants: str
    found: str
    cite: str


class Decision(NamedTuple):
    """A verdict with its reasons, never empty. Compare `verdict`: a decision refuses to be a truth value."""

    agreement: str
    partner: str
    verdict: Verdict
    reasons: tuple[Reason, ...]

    def __bool__(self) -> bool:
        raise TypeError("compare decision.verdict; a Decision has more than two sides")

    @property
    def failing(self) -> tuple[Reason, ...]:
        """The clauses that refuse."""
        return tuple(reason for reason in self.reasons if not reason.holds)


class AccessClause(NamedTuple):
    """A clause that needs no record. `ask` returns whether it holds, what it wants and what it found."""

    name: str
    ask: Callable[[Access], tuple[bool, str, str]]
    cite: str


class ContentClause(NamedTuple):
    """A clause about a record, of law or of the agreement."""

    name: str
    ask: Callable[[Question], tuple[bool, str, str]]
    cite: str


def _words(values: Any) -> str:
    return ", ".join(str(value) for value in values) or "nothing"


def _sealed(q: Question) -> tuple[bool, str, str]:
    barred = {Sensitivity.SEALED, Sensitivity.EXPUNGED} & set(q.cleared.record.handling.sensitivities)
    return not barred, "a record that is not sealed or expunged", _words(sorted(barred)) if barred else "an open record"


def _validated(q: Question) -> tuple[bool, str, str]:
    last = q.cleared.record.handling.validate_by
    return (
        last is None or q.access.at.date() <= last,
        "a record within its validation period",
        f"valid to {last or 'no end'}",
    )


def _reviewed(q: Question) -> tuple[bool, str, str]:
    needed = KINDS[q.cleared.record.kind].approvals
    given = len(set(q.cleared.approvals))
    return given >= needed, f"{needed} approvals by different operators", f"{given} approvals"


def _law_enforcement(q: Question) -> tuple[bool, str, str]:
    applies = q.cleared.record.kind is Kind.CRIMINAL_INTELLIGENCE
    holds = not applies or q.access.partner.law_enforcement_authority
    found = (
        "a law enforcement authority" if q.access.partner.law_enforcement_authority else "no law enforcement authority"
    )
    return holds, "a law enforcement authority for criminal intelligence", found


def _standing(q: Access) -> tuple[bool, str, str]:
    return q.agreement.standing is Standing.ACTIVE, "an agreement in force", f"{q.agreement.standing}"


def _partner_standing(q: Access) -> tuple[bool, str, str]:
    return q.partner.standing is Standing.ACTIVE, "a partner in good standing", f"{q.partner.standing}"


def _recipient(q: Access) -> tuple[bool, str, str]:
    return q.partner.partner in q.agreement.recipients, "a recipient of the agreement", q.partner.partner


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _term(q: Access) -> tuple[bool, str, str]:
    holds = _start(q.agreement.effective) <= q.at < _start(q.agreement.expires)
    return holds, f"a day from {q.agreement.effective} until before {q.agreement.expires}", f"{q.at.date()}"


def _kinds(q: Question) -> tuple[bool, str, str]:
    kind = q.cleared.record.kind
    return kind in q.access.agreement.kinds, f"one of {_words(q.access.agreement.kinds)}", str(kind)


def _tlp(q: Question) -> tuple[bool, str, str]:
    ceiling, found = q.access.agreement.markings.tlp_max, q.cleared.record.handling.tlp
    return found.rank <= ceiling.rank, f"TLP:{ceiling.upper()} or wider", f"TLP:{found.upper()}"


def _cui(q: Question) -> tuple[bool, str, str]:
    allowed, found = q.access.agreement.markings.cui, q.cleared.record.handling.cui
    return set(found) <= set(allowed), f"CUI categories within {_words(allowed)}", _words(found)


def _caveats(q: Question) -> tuple[bool, str, str]:
    allowed, found = q.access.agreement.markings.caveats, q.cleared.record.handling.caveats
    return set(found) <= set(allowed), f"caveats within {_words(allowed)}", _words(found)


def _sensitivities(q: Question) -> tuple[bool, str, str]:
    barred, found = q.access.agreement.exclude.sensitivities, q.cleared.record.handling.sensitivities
    return not set(barred) & set(found), f"none of {_words(barred)}", _words(found)


def _feeds(q: Question) -> tuple[bool, str, str]:
    feed = q.cleared.record.provenance.feed
    return feed not in q.access.agreement.exclude.feeds, f"no feed of {_words(q.access.agreement.exclude.feeds)}", feed


def _dissemination(q: Question) -> tuple[bool, str, str]:
    allowed, found = q.access.agreement.markings.dissemination, q.cleared.record.handling.dissemination
    return set(found) <= set(allowed), f"dissemination controls within {_words(allowed)}", _words(found)


def _control(row: ControlRow) -> ContentClause:
    def ask(q: Question) -> tuple[bool, str, str]:
        handling, (partner, agreement, _) = q.cleared.record.handling, q.access
        if row.control not in handling.dissemination:
            return True, row.wants, f"a record without {row.control}"
        return row.shown(handling, partner, agreement), row.wants, row.found(partner, agreement)

    return ContentClause(row.clause, ask, f"32 CFR 2002.16(b); CUI registry, {row.control}")


def _indicators(q: Question) -> tuple[bool, str, str]:
    record = q.cleared.record
    observed = {one.ref for one in record.observables}
    has_any = any(one.observable in observed for one in record.indicators) or any(
        one.stix_type == "indicator" for one in record.originals
    )
    holds = has_any or q.access.agreement.deliver.stix is not StixContent.INDICATORS_ONLY
    return holds, "indicators, where nothing else is delivered", "some" if has_any else "none"


LAW_CLAUSES: tuple[ContentClause, ...] = (
    ContentClause("law.sealed", _sealed, "state sealing and expungement law"),
    ContentClause("law.validate-by", _validated, "28 CFR 23.20(h)"),
    ContentClause("law.review", _reviewed, "ISE-SAR Functional Standard, vetting; center policy"),
    ContentClause("law.criminal-intelligence", _law_enforcement, "28 CFR 23.20(f)(1)"),
    *(_control(row) for row in CONTROL_ROWS),
)
"""Outside every agreement; no agreement switches them off."""

ACCESS_CLAUSES: tuple[AccessClause, ...] = (
    AccessClause("partner.standing", _partner_standing, "partner, standing"),
    AccessClause("agreement.recipients", _recipient, "agreement, recipients"),
    AccessClause("agreement.standing", _standing, "agreement, standing"),
    AccessClause("agreement.term", _term, "agreement, effective and expires"),
)
"""Asked before rendering and again at each request."""

CONTENT_CLAUSES: tuple[ContentClause, ...] = (
    ContentClause("agreement.kinds", _kinds, "agreement, kinds"),
    ContentClause("agreement.markings.tlp_max", _tlp, "agreement, markings; TLP 2.0"),
    ContentClause("agreement.markings.cui", _cui, "agreement, markings; 32 CFR 2002"),
    ContentClause("agreement.markings.dissemination", _dissemination, "agreement, markings; 32 CFR 2002.16"),
    ContentClause("agreement.markings.caveats", _caveats, "agreement, markings"),
    ContentClause("agreement.exclude.sensitivities", _sensitivities, "agreement, exclude"),
    ContentClause("agreement.exclude.feeds", _feeds, "agreement, exclude"),
    ContentClause("agreement.deliver.stix", _indicators, "agreement, deliver"),
)


def decide(question: Question) -> Decision:
    """Ask every clause, law first; permitted when all hold. The first that fails is the one a refusal names."""
    return _decision(
        question.access,
        tuple(Reason(c.name, *c.ask(question), c.cite) for c in LAW_CLAUSES)
        + tuple(Reason(c.name, *c.ask(question.access), c.cite) for c in ACCESS_CLAUSES)
        + tuple(Reason(c.name, *c.ask(question), c.cite) for c in CONTENT_CLAUSES),
    )


def gate(access: Access) -> Decision:
    """The clauses that are asked again at each request: standing, recipients, term."""
    return _decision(access, tuple(Reason(c.name, *c.ask(access), c.cite) for c in ACCESS_CLAUSES))


def _decision(access: Access, reasons: tuple[Reason, ...]) -> Decision:
    verdict = Verdict.PERMIT if all(reason.holds for reason in reasons) else Verdict.REFUSE
    return Decision(access.agreement.agreement, access.partner.partner, verdict, reasons)

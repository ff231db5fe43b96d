"""Partners, agreements and cleared records of the tests' own. No real body, no real person."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from niem_builders import full_record

from gateway.model.codes import Caveat, Tlp
from gateway.model.cui import Cui, Dissemination
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import Kind
from gateway.model.record import Record
from gateway.model.stages import Cleared
from gateway.sharing.decide import Access, Question
from gateway.sharing.documents import Agreement, Partner, Register

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
IDS = IdKey(b"sixteen bytes or more, not secret")


WIDEST: dict[str, Any] = {
    "tlp_max": "red",
    "cui": list(Cui),
    "dissemination": list(Dissemination),
    "caveats": list(Caveat),
}
"""The widest ceiling there can be."""


def partner(name: str = "valley", **changes: Any) -> Partner:
    """A law enforcement partner in good standing."""
    facts: dict[str, Any] = {
        "partner": name,
        "name": f"{name} (example)",
        "category": "law-enforcement",
        "contact": "desk@partner.example",
        "law_enforcement_authority": True,
    }
    return Partner.model_validate(facts | changes)


def agreement(name: str = "main", **changes: Any) -> Agreement:
    """An agreement that lets everything pass that a law lets pass."""
    facts: dict[str, Any] = {
        "agreement": name,
        "version": "1",
        "title": f"Agreement {name}",
        "recipients": ["valley"],
        "purpose": "tests",
        "effective": "2026-01-01",
        "expires": "2027-01-01",
        "kinds": list(Kind),
        "markings": WIDEST,
        "projection": "full",
    }
    return Agreement.model_validate(facts | changes)


def record(kind: Kind = Kind.INCIDENT, *, feed: str = "a-feed", **handling: Any) -> Record:
    """A full record whose handling bars nothing unless it is said."""
    full = full_record(kind)
    return msgspec.structs.replace(
        full,
        handling=Handling(**({"tlp": Tlp.GREEN, "validate_by": date(2026, 12, 31)} | handling)),
        provenance=msgspec.structs.replace(full.provenance, feed=feed),
    )


def cleared(of: Record | None = None, **changes: Any) -> Cleared:
    """A first version, approved by two operators."""
    facts: dict[str, Any] = {
        "record": of or record(),
        "number": 1,
        "created": AT,
        "modified": AT,
        "approvals": ("analyst-one", "analyst-two"),
    }
    return Cleared(**(facts | changes))


def question(
    of: Cleared | None = None, *, to: Partner | None = None, under: Agreement | None = None, at: datetime = AT
) -> Question:
    """May it go there?"""
    return Question(of or cleared(), Access(to or partner(), under or agreement(), at))


def register(*agreements: Agreement, partners: tuple[Partner, ...] | None = None) -> Register:
    """A register; the partners are made from the recipients unless they are given."""
    names = sorted({name for one in agreements for name in one.recipients})
    return Register(
        partners=partners if partners is not None else [partner(name) for name in names],
        operators=[],
        agreements=agreements,
    )

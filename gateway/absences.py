"""What a delivery leaves unsaid: the held records that should be in it, by its feed's own word, and are not.

Silence is weak evidence. Nothing is concluded from a file that holds items nobody can tell whose they are, that holds
nothing at all, that a newer file has overtaken, or that would take away more than an agency is likely to mean.
"""

import enum
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from gateway import limits
from gateway.mapping.feed import Feed
from gateway.mapping.values import value_at
from gateway.model.problems import Problem
from gateway.model.stages import Received
from gateway.store.absences import AbsenceStore, HeldVersion, Silence

__all__ = ["Missing", "Trust", "missing_from"]


class Trust(enum.Enum):
    """How many records one delivery's silence may withdraw."""

    AS_USUAL = "as usual"
    """No more than an ordinary day takes away; see `limits.MISSING_SHARE`."""
    CONFIRMED = "confirmed"
    """However many: a person has looked."""


class Missing(NamedTuple):
    """The records to withdraw, or why none is."""

    records: Iterator[HeldVersion]
    problems: tuple[Problem, ...] = ()


def missing_from(mapping: Feed, received: Received, store: AbsenceStore, trust: Trust) -> Missing:
    """The held records of the feed that a delivery, read to its end, should have and does not.

    None for a feed that does not withdraw what is missing, and none, with the problem, where the silence says nothing.
    """
    if mapping.document.missing != "withdraw":
        return Missing(iter(()))
    silence = store.silence(received.receipt, received.feed, received.received)
    if problem := _weak(silence):
        return Missing(iter(()), (problem,))
    absent = _candidates(mapping, received, store)
    if trust is Trust.CONFIRMED:
        return Missing(absent())
    gone = sum(1 for _ in absent())
    most = max(limits.MISSING_FEW, limits.MISSING_SHARE * silence.held) if silence.keyed else 0
    return Missing(iter(()), (_too_many(gone, silence.held),)) if gone > most else Missing(absent())


def _candidates(mapping: Feed, received: Received, store: AbsenceStore) -> Callable[[], Iterator[HeldVersion]]:
    """Finds what is absent; for a window, only what lies in the time that the delivery covers, its ends included."""
    where = (received.receipt, received.feed)
    target = mapping.document.window
    if target is None:
        return lambda: store.absent(*where)

    def moment(held: HeldVersion) -> Any:
        return value_at(held.record, target, where=mapping.name)

    covered = [value for held in store.present(*where) if (value := moment(held)) is not None]
    if not covered:
        return lambda: iter(())
    first, last = min(covered), max(covered)
    return lambda: (
        held for held in store.absent(*where) if (value := moment(held)) is not None and first <= value <= last
    )


def _weak(silence: Silence) -> Problem | None:
    """Why nothing may be concluded from a delivery's silence."""
    if silence.later is not None:
        return Problem(
            code="absence-ignored",
            problem="a later delivery of the feed has been read already; what is missing here is not withdrawn",
            remedy="Deliver the newest file again, if it should decide",
            fatal=False,
        )
    if silence.keyless:
        return Problem(
            code="absence-ignored",
            problem=f"{silence.keyless} items have no key that reads; what is missing is not withdrawn: it may be they",
            remedy="Have the agency mend these items and deliver the file again",
            fatal=False,
        )
    return None


def _too_many(gone: int, held: int) -> Problem:
    return Problem(
        code="absence-ignored",
        problem=f"{gone} of {held} records are missing; so many are not withdrawn unasked",
        remedy="See whether the file is whole; if it is, deliver it again with --confirm-missing",
        fatal=False,
    )

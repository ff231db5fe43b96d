"""What an agreement lets in: the sensitive facts that its kinds of record can hold and that it does not exclude."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gateway.model.codes import Sensitivity
from gateway.model.kinds import Kind
from gateway.sharing.documents import Agreement

__all__ = ["Exposure", "FeedFacts", "exposures"]

_NEVER_SHARED = frozenset({Sensitivity.SEALED, Sensitivity.EXPUNGED})
"""Barred by law, whatever an agreement says: clause `law.sealed`."""


class FeedFacts(NamedTuple):
    """What a feed makes, and the sensitive facts that it declares; None where it declares nothing."""

    feed: str
    kind: Kind
    carries: tuple[Sensitivity, ...] | None


class Exposure(NamedTuple):
    """A feed whose records an agreement takes, and what of them it does not exclude. None: nobody has said."""

    agreement: str
    feed: str
    facts: tuple[Sensitivity, ...] | None


def exposures(agreements: Iterable[Agreement], feeds: Sequence[FeedFacts]) -> tuple[Exposure, ...]:
    """Every agreement and feed that meet in a kind, where sensitive facts may pass; by agreement, then by feed."""
    found = []
    for agreement in sorted(agreements, key=lambda one: one.agreement):
        barred = _NEVER_SHARED | set(agreement.exclude.sensitivities)
        for feed in sorted(feeds):
            if feed.kind not in agreement.kinds or feed.feed in agreement.exclude.feeds:
                continue
            facts = None if feed.carries is None else tuple(fact for fact in feed.carries if fact not in barred)
            if facts is None or facts:
                found.append(Exposure(agreement.agreement, feed.feed, facts))
    return tuple(dict.fromkeys(found))

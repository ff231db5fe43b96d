"""From a cleared record to its views: who gets it is settled here, before anything is rendered."""

from datetime import datetime
from typing import NamedTuple

from gateway.model.identity import IdKey
from gateway.model.stages import Cleared, StixContent, View
from gateway.sharing.decide import Access, Decision, Question, Reason, Verdict, decide
from gateway.sharing.documents import Agreement, NiemDelivery, Register
from gateway.sharing.projections import PROJECTIONS, Projection, narrowest, project

__all__ = [
    "Explanation",
    "Shared",
    "bare_view",
    "collection_id",
    "explain",
    "possible_projections",
    "share",
    "view_key",
]


class Shared(NamedTuple):
    """Every decision that was taken on a record, and the views that came of the permits."""

    decisions: tuple[Decision, ...]
    views: tuple[View, ...]


class Explanation(NamedTuple):
    """Why one partner does or does not receive a record: each agreement's decision, and what a permit shows."""

    decision: Decision
    projection: str
    view: View | None


def collection_id(ids: IdKey, agreement: str, projection: str) -> str:
    """The id of the TAXII collection of an agreement and a projection; stable across versions of the agreement."""
    return ids.uuid("collection", agreement, projection)


def possible_projections(agreement: Agreement, register: Register) -> tuple[str, ...]:
    """The projections in which the agreement can come to deliver: its own, and narrower ones of shared recipients."""
    others = {
        other.projection
        for other in register.agreements.values()
        if set(other.recipients) & set(agreement.recipients)
        and set(other.kinds) & set(agreement.kinds)
        and other.agreement not in agreement.supersedes
    }
    own = agreement.projection
    narrower = sorted(p for p in others - {own} if narrowest(frozenset({p, own})) == p)
    return (own, *narrower)


def view_key(projection: str, agreement: Agreement) -> str:
    """Names a view class: `full@1`, `full@1+niem`, `full@1+indicators-only`."""
    carried = "+niem" if agreement.deliver.niem is NiemDelivery.ARTIFACT else ""
    only = f"+{StixContent.INDICATORS_ONLY}" if agreement.deliver.stix is StixContent.INDICATORS_ONLY else ""
    return PROJECTIONS[projection].key + carried + only


def share(cleared: Cleared, register: Register, ids: IdKey, *, at: datetime) -> Shared:
    """Decide for every agreement and recipient, then project once for each view class that came out.

    A collection is shared by all recipients of its agreement, so it receives the record only if nothing but its
    standing keeps any of them from it: a recipient who is barred by law bars the collection, a suspended one too, since
    it may be reinstated.
    """
    decisions: list[Decision] = []
    permitted: list[Agreement] = []
    for _, agreement in sorted(register.agreements.items()):
        taken = [
            decide(Question(cleared, Access(register.partners[name], agreement, at)))
            for name in sorted(agreement.recipients)
        ]
        decisions += taken
        if any(d.verdict is Verdict.PERMIT for d in taken) and not any(_bars_the_collection(d) for d in taken):
            permitted.append(agreement)
    places: dict[str, tuple[str, list[str]]] = {}
    for agreement in permitted:
        projection = _effective_projection(agreement, permitted)
        if not _leaves_something(agreement, projection):
            continue
        key = view_key(projection, agreement)
        collections = places.setdefault(key, (projection, []))[1]
        collections.append(collection_id(ids, agreement.agreement, projection))
    views = tuple(
        _view(cleared, key, projection, tuple(collections), ids)
        for key, (projection, collections) in sorted(places.items())
    )
    return Shared(tuple(decisions), views)


def _bars_the_collection(decision: Decision) -> bool:
    return any(reason.clause != "partner.standing" for reason in decision.failing)


def _leaves_something(agreement: Agreement, projection: str) -> bool:
    """Not where another agreement's narrower projection hides the indicators that alone would be delivered."""
    return agreement.deliver.stix is StixContent.EVERYTHING or PROJECTIONS[projection].shows_indicators


def _effective_projection(agreement: Agreement, permitted: list[Agreement]) -> str:
    """The narrowest projection that any permitting agreement gives any of this agreement's recipients."""
    candidates = {
        other.projection
        for other in permitted
        if set(other.recipients) & set(agreement.recipients) and other.agreement not in agreement.supersedes
    }
    return narrowest(frozenset(candidates | {agreement.projection}))


def bare_view(cleared: Cleared, projection: Projection, ids: IdKey) -> View:
    """A view for nobody: what a projection would show, decided by no agreement and placed nowhere. For previews."""
    return _view(cleared, projection.key, projection.name, (), ids)


def _view(cleared: Cleared, key: str, projection: str, collections: tuple[str, ...], ids: IdKey) -> View:
    life = (f"life {cleared.life}",) if cleared.life else ()
    view_ids = ids.derive("view", cleared.record.id, key, *life)
    document_id = view_ids.uuid("document")
    projected = project(cleared.record, PROJECTIONS[projection], view_id=document_id)
    return View(
        key=key,
        record=projected.record,
        number=cleared.number,
        created=cleared.created,
        modified=cleared.modified,
        ids=view_ids,
        document_id=document_id,
        withheld=projected.withheld,
        carries_niem="+niem" in key,
        stix=StixContent.INDICATORS_ONLY if key.endswith(StixContent.INDICATORS_ONLY) else StixContent.EVERYTHING,
        collections=collections,
        releasable_text=cleared.releasable_text,
    )


def explain(cleared: Cleared, partner: str, register: Register, ids: IdKey, *, at: datetime) -> tuple[Explanation, ...]:
    """One explanation for each agreement that names the partner, in name order; a view exactly where it permits."""
    shared = share(cleared, register, ids, at=at)
    taken = {(d.agreement, d.partner): d for d in shared.decisions}
    explanations = []
    for agreement in register.agreements_of(partner):
        view = next(
            (
                v
                for v in shared.views
                for p in PROJECTIONS
                if collection_id(ids, agreement.agreement, p) in v.collections
            ),
            None,
        )
        decision = taken[agreement.agreement, partner]
        if view is None and decision.verdict is Verdict.PERMIT:
            decision = _barred_by_another(decision, [taken[agreement.agreement, name] for name in agreement.recipients])
        shown = view if decision.verdict is Verdict.PERMIT else None
        explanations.append(Explanation(decision, agreement.projection if shown is None else shown.key, shown))
    return tuple(explanations)


def _barred_by_another(decision: Decision, taken: list[Decision]) -> Decision:
    """The refusal of a recipient who might receive the record if the collection or the projection were its own."""
    found = ", ".join(f"{d.partner}: {d.failing[0].clause}" for d in taken if _bars_the_collection(d))
    wants = "a record that every recipient of the agreement may see"
    reason = Reason("agreement.shared-collection", False, wants, found, "agreement, recipients")
    if not found:
        wants, found = "a projection that shows indicators", "another agreement's narrower one"
        reason = Reason("agreement.deliver.stix", False, wants, found, "agreement, deliver")
    return decision._replace(verdict=Verdict.REFUSE, reasons=(*decision.reasons, reason))

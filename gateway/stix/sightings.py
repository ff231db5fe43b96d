"""Sightings: that somebody or something in the record was seen, when and where (STIX 2.1, 5.2).

A sighting says again what the record's own facts say, in the form in which consumers look for it; reading a view back
passes over it. It always tells who or where: OpenCTI drops one that does not. Where the place of it is not known, that
is the agency whose record it is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from gateway.model.codes import ActivityCategory
from gateway.model.entities import Activity, Indicator
from gateway.model.relations import Role
from gateway.stix.forms import external_reference, instant, whole_seconds
from gateway.stix.frame import Frame

__all__ = ["sightings"]

_SEEN_IN: Final = frozenset({Role.SUBJECT, Role.VEHICLE_USED, Role.ITEM_INVOLVED})
"""Parts that whoever or whatever has them was seen in, where the activity is something that was watched."""

_WATCHED: Final = frozenset({ActivityCategory.SUSPICIOUS_ACTIVITY})


def sightings(frame: Frame) -> Iterator[dict[str, Any]]:
    """Of indicators that were seen, of what a lookout seeks, of who and what a suspicious activity was watched of.

    The identity of the agency stands before them where one of them names it.
    """
    agency = _agency(frame)
    by_agency = [agency["id"]] if agency else []
    found = [*_of_indicators(frame, by_agency), *_last_seen(frame, by_agency), *_watched(frame)]
    if agency and any(one["where_sighted_refs"] == by_agency for one in found):
        yield agency
    yield from found


def _agency(frame: Frame) -> dict[str, Any] | None:
    provenance = frame.record.provenance
    if not provenance.agency:
        return None
    ori = [external_reference("ori", provenance.agency_ori)] if provenance.agency_ori else None
    return frame.made(
        "identity", "agency", name=provenance.agency, identity_class="organization", external_references=ori
    )


def _of_indicators(frame: Frame, by_agency: list[str]) -> Iterator[dict[str, Any]]:
    for claim in frame.record.indicators:
        if by_agency and claim.ref in frame.ids and (claim.first_seen or claim.last_seen):
            yield _of_indicator(frame, claim, by_agency)


def _of_indicator(frame: Frame, claim: Indicator, by_agency: list[str]) -> dict[str, Any]:
    observed = frame.ids.get(claim.observable, "")
    data = [observed] if observed.startswith("observed-data--") else None
    times = (claim.first_seen or claim.last_seen, claim.last_seen or claim.first_seen)
    return _sighting(frame, claim.ref, times, by_agency, observed_data_refs=data)


def _last_seen(frame: Frame, by_agency: list[str]) -> Iterator[dict[str, Any]]:
    """What a lookout seeks was last seen where the activity took place that it is sought for."""
    lookout = frame.record.lookout
    if lookout is None or lookout.last_seen is None:
        return
    sought = [one for one in frame.record.relations if one.role is Role.SOUGHT and one.target in frame.ids]
    for ref in dict.fromkeys(one.target for one in sought):
        places = [place for one in sought if one.target == ref for place in _places(frame, one.source)]
        if where := places or by_agency:
            yield _sighting(frame, ref, (lookout.last_seen, lookout.last_seen), where)


def _watched(frame: Frame) -> Iterator[dict[str, Any]]:
    for activity in frame.record.activities:
        if activity.category in _WATCHED and activity.started:
            yield from _watched_in(frame, activity, activity.started)


def _watched_in(frame: Frame, activity: Activity, started: datetime) -> Iterator[dict[str, Any]]:
    places = _places(frame, activity.ref)
    if not places:
        return
    ended = max(started, activity.ended or started)
    parts = [one for one in frame.record.relations if one.source == activity.ref and one.role in _SEEN_IN]
    for ref in dict.fromkeys(one.target for one in parts if one.target in frame.ids):
        yield _sighting(frame, ref, (started, ended), places, activity.ref)


def _places(frame: Frame, activity: str) -> list[str]:
    found = [
        frame.ids[one.target]
        for one in frame.record.relations
        if one.source == activity and one.role is Role.OCCURRED_AT and one.target in frame.ids
    ]
    return [ref for ref in dict.fromkeys(found) if ref.startswith("location--")]


def _sighting(
    frame: Frame,
    ref: str,
    times: tuple[datetime | None, datetime | None],
    where: list[str],
    *role: str,
    **properties: Any,
) -> dict[str, Any]:
    first, last = (instant(whole_seconds(moment)) if moment else None for moment in times)
    if first and last and last < first:
        first = last
    return frame.made(
        "sighting",
        ref,
        *role,
        first_seen=first,
        last_seen=last,
        sighting_of_ref=frame.ids[ref],
        where_sighted_refs=where,
        **properties,
    )

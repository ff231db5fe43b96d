"""Technical values: observables, what was seen of them, the indicators that claim something, vulnerabilities."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from gateway import names
from gateway.model.codes import ObservableType
from gateway.model.entities import Indicator, Observable, Vulnerability
from gateway.model.patterns import OBSERVABLE_FORMS, pattern, stix_value
from gateway.model.record import Record
from gateway.model.relations import Role
from gateway.stix.extensions import fill
from gateway.stix.forms import external_reference, instant, whole_seconds
from gateway.stix.frame import Frame
from gateway.stix.ids import observable_id

__all__ = [
    "indicator",
    "indicator_relationships",
    "malware",
    "niem_artifact",
    "observable",
    "observed",
    "times_seen",
    "validity",
    "vulnerability",
]


class _ObservableRow(NamedTuple):
    """How one type of observable is told to people, and how long an indicator on it lasts.

    Addresses change hands within weeks, domains and URLs within months; a file with a given hash stays what it is.
    """

    title: str
    lifetime: timedelta


_OBSERVABLES: Final[dict[ObservableType, _ObservableRow]] = {
    ObservableType.IPV4: _ObservableRow("IPv4 address", timedelta(days=30)),
    ObservableType.IPV6: _ObservableRow("IPv6 address", timedelta(days=30)),
    ObservableType.DOMAIN: _ObservableRow("Domain", timedelta(days=90)),
    ObservableType.URL: _ObservableRow("URL", timedelta(days=90)),
    ObservableType.EMAIL: _ObservableRow("E-mail address", timedelta(days=90)),
    ObservableType.MD5: _ObservableRow("File with MD5", timedelta(days=365)),
    ObservableType.SHA1: _ObservableRow("File with SHA-1", timedelta(days=365)),
    ObservableType.SHA256: _ObservableRow("File with SHA-256", timedelta(days=365)),
    ObservableType.SHA512: _ObservableRow("File with SHA-512", timedelta(days=365)),
}


def observable(one: Observable) -> dict[str, Any]:
    """The cyber-observable object (STIX 2.1, 6).

    It has the bare value only: everybody's object for this value has the same id, so what this record says of it
    stands in the observed-data.
    """
    form = OBSERVABLE_FORMS[one.type]
    value = stix_value(one)
    facts: dict[str, Any] = {"hashes": {form.algorithm: value}} if form.algorithm else {"value": value}
    return {"type": form.stix_type, "spec_version": "2.1", "id": observable_id(form.stix_type, facts), **facts}


def observed(frame: Frame, one: Observable, seen: list[datetime]) -> dict[str, Any]:
    """The observed-data (STIX 2.1, 4.14) of one observable, with the record extension.

    STIX asks for a first and a last time: those of `seen`, else when the center received the record.
    """
    times = sorted(seen) or [frame.record.provenance.received]
    return frame.entity(
        one.ref,
        first_observed=instant(whole_seconds(times[0])),
        last_observed=instant(whole_seconds(times[-1])),
        number_observed=1,
        object_refs=[observable(one)["id"]],
        extensions=fill(one),
    )


def times_seen(record: Record) -> dict[str, list[datetime]]:
    """By observable, the times at which it was seen: indicators' first and last sight, activities it was seen in."""
    happenings = {one.ref: one for one in record.activities}
    seen: dict[str, list[datetime]] = {one.ref: [] for one in record.observables}
    for claim in record.indicators:
        seen.setdefault(claim.observable, []).extend(m for m in (claim.first_seen, claim.last_seen) if m)
    for relation in record.relations:
        if relation.role is Role.OBSERVED and relation.source in happenings:
            scene = happenings[relation.source]
            seen.setdefault(relation.target, []).extend(m for m in (scene.started, scene.ended) if m)
    return seen


def validity(one: Indicator, lifetime: timedelta, received: datetime) -> tuple[datetime, datetime]:
    """From when until when an indicator holds: whole seconds, the end after the start (STIX 2.1, 4.7).

    The end is always set, for clients bring an indicator without one back for ever. Where the record names none, it
    is the observable's usual lifetime after the last sight.
    """
    start = whole_seconds(one.valid_from or one.first_seen or one.last_seen or received)
    if one.valid_until is None:
        last_sign = max(start, whole_seconds(one.last_seen or start))
        return start, _later(last_sign, lifetime)
    end = whole_seconds(one.valid_until)
    return (start, end) if start < end else (end - timedelta(seconds=1), end)


def _later(moment: datetime, by: timedelta) -> datetime:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    return moment + by if last - moment > by else last


def indicator(frame: Frame, one: Indicator, target: Observable) -> dict[str, Any]:
    """An indicator (STIX 2.1, 4.7) with the record extension."""
    row = _OBSERVABLES[target.type]
    start, end = validity(one, row.lifetime, frame.record.provenance.received)
    title = f"{row.title} {target.value}"
    claims = ", ".join(kind.value for kind in one.types)
    return frame.entity(
        one.ref,
        name=title,
        description=one.description or (f"{title}: {claims}" if claims else title),
        indicator_types=[kind.value for kind in one.types] or ["unknown"],
        pattern=pattern(target),
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=instant(start),
        valid_until=instant(end),
        confidence=one.confidence,
        extensions=fill(one),
    )


def malware(frame: Frame, name: str) -> dict[str, Any]:
    """The malware family (STIX 2.1, 4.11) that an indicator or an incident of the record names."""
    return frame.made("malware", name, name=name, is_family=True, malware_types=["unknown"])


def indicator_relationships(frame: Frame, one: Indicator) -> list[dict[str, Any]]:
    """`based-on` the observed-data and, where a family is named, `indicates` the malware."""
    found = [_link(frame, one, "based-on", frame.ids[one.observable])]
    if one.malware:
        found.append(_link(frame, one, "indicates", frame.key("malware", one.malware)))
    return found


def _link(frame: Frame, one: Indicator, relationship_type: str, target: str) -> dict[str, Any]:
    return frame.made(
        "relationship",
        relationship_type,
        one.ref,
        relationship_type=relationship_type,
        source_ref=frame.ids[one.ref],
        target_ref=target,
    )


def vulnerability(frame: Frame, one: Vulnerability) -> dict[str, Any]:
    """A vulnerability (STIX 2.1, 4.19) with its CVE id; due date, product and use by ransomware in the extension.

    Links stand as external ids: stix2-validator asks for a digest of what a `url` points at, which nobody here has, and
    OpenCTI's importer drops a reference that has neither.
    """
    weaknesses = [external_reference("cwe", weakness) for weakness in one.weaknesses]
    links = [external_reference("reference", link) for link in one.references if link]
    return frame.entity(
        one.ref,
        name=one.name or one.cve,
        description=one.description,
        external_references=[external_reference("cve", one.cve), *weaknesses, *links],
        extensions=fill(one),
    )


def niem_artifact(frame: Frame, document: bytes) -> dict[str, Any]:
    """The signed NIEM document as an artifact (STIX 2.1, 6.1).

    It is marked, unlike other observables: it is the record.
    """
    facts = {
        "hashes": {"SHA-256": hashlib.sha256(document).hexdigest()},
        "payload_bin": base64.b64encode(document).decode(),
    }
    return {
        "type": "artifact",
        "spec_version": "2.1",
        "id": observable_id("artifact", facts),
        "mime_type": names.NIEM_MEDIA_TYPE,
        **facts,
        "object_marking_refs": list(frame.markings),
    }

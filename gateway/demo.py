"""The whole product in small: bundled files in, every partner's verified pull out, and a report that can fail."""

import base64
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import stix2

from gateway import adapters, names
from gateway.config import shipped_samples
from gateway.errors import ConfigurationError, GatewayError
from gateway.founding import found_home
from gateway.model.codes import SuspiciousBehavior
from gateway.model.content import Content
from gateway.model.stages import Received
from gateway.sharing.views import Explanation, explain
from gateway.signing.keys import load_certificates
from gateway.signing.trust import TrustStore
from gateway.stewardship.review import Reviewed
from gateway.stopwatch import Stopwatch
from gateway.store.deliveries import DeliverySummary
from gateway.store.engine import to_us
from gateway.store.placements import SETTLED
from gateway.store.records import HeldRecord
from gateway.taxii.client import Pulled, fetch_key_set, pull
from gateway.verification import verify_objects
from gateway.wiring import Clock, Gateway, open_gateway, serving, system_clock

__all__ = ["Check", "DemoReport", "PartnerReport", "run_demo"]

_MARKER = ".demo-home"
_CATALOG = "cisa-kev"
"""The feed whose files say all there is."""

_RELEASABLE = (
    "Photography of a protected facility was reported and reviewed. Operators in the sector are asked to note and "
    "report similar activity."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the demo held to be true, and whether it was."""

    says: str
    holds: bool


@dataclass(frozen=True, slots=True)
class PartnerReport:
    """What one partner pulled, and what was withheld from it, by clause and by field."""

    partner: str
    name: str
    collections: tuple[str, ...]
    objects: int
    records: int
    signatures: int
    niem_documents: int
    refused: dict[str, int]
    withheld_fields: int
    credential: str


@dataclass(slots=True)
class DemoReport:
    """Everything that the demo saw."""

    home: Path
    deliveries: list[DeliverySummary] = field(default_factory=list)
    reviews: list[tuple[str, Reviewed]] = field(default_factory=list)
    partners: list[PartnerReport] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """True when every check held."""
        return all(check.holds for check in self.checks)


def run_demo(home: Path, *, clock: Clock = system_clock, on_step: Callable[[str], None] = lambda _: None) -> DemoReport:
    """Run the road in a fresh home. A home that an earlier demo made is replaced; any other folder is left alone.

    Raises ConfigurationError when the folder is in use for something else.
    """
    watch = Stopwatch(time.perf_counter)
    with watch.stage("found home"):
        _fresh_home(home, clock)
    report = DemoReport(home)
    gateway = open_gateway(home, clock=clock, watch=watch)
    try:
        on_step("Delivering the bundled files")
        _deliver(gateway, report)
        on_step("Reviewing the suspicious activity reports, as both analysts")
        _review(gateway, report)
        on_step("Delivering the next night's catalog, which has two entries less")
        _deliver_next_night(gateway, report)
        on_step("Serving over HTTPS on 127.0.0.1, and pulling as each partner")
        secrets = {p: gateway.stores.credentials.issue(p, now_us=to_us(clock()))[1] for p in gateway.register.partners}
        with serving(gateway, port=0) as url:
            for partner in sorted(gateway.register.partners):
                with watch.stage("pull and verify"):
                    _pull(gateway, report, partner, secrets[partner], url)
        report.seconds = dict(watch.seconds)
    finally:
        gateway.close()
    return report


def _fresh_home(home: Path, clock: Clock) -> None:
    if (home / _MARKER).exists():
        shutil.rmtree(home)
    elif home.exists() and any(home.iterdir()):
        raise ConfigurationError(
            "the folder holds something that the demo did not make", where=str(home), remedy="Name a new folder"
        )
    found_home(
        home,
        center_name="Bay State Fusion Center (example)",
        abbreviation="BSFC",
        contact="exchange@bay-state.example",
        clock=clock,
    )
    (home / _MARKER).write_text("Made by gateway demo, which may replace this folder.\n", encoding="utf-8")


def _deliver(gateway: Gateway, report: DemoReport) -> None:
    for feed, path in shipped_samples().items():
        _deliver_one(gateway, report, path.read_bytes(), feed, path.name)


def _deliver_one(gateway: Gateway, report: DemoReport, content: bytes, feed: str, file_name: str) -> DeliverySummary:
    received = gateway.pipeline.receive(Content.of(content), feed=feed, file_name=file_name)
    claim = gateway.stores.deliveries.claim(now_us=to_us(gateway.clock()), receipt=received.receipt)
    if claim is None:
        raise GatewayError("the delivery cannot be claimed", where=file_name)
    summary = gateway.pipeline.drive(claim)
    report.deliveries.append(summary)
    rows = sum(1 for _ in _items(gateway, received))
    report.checks.append(Check(f"{file_name}: each of {rows} rows has one fate", rows == summary.rows))
    return summary


def _deliver_next_night(gateway: Gateway, report: DemoReport) -> None:
    """The rows that became records once more, but for two: what a whole file of this feed lacks is withdrawn."""
    first = next(summary for summary in report.deliveries if summary.feed == _CATALOG)
    received = gateway.stores.deliveries.received(first.receipt)
    latest = gateway.stores.records.latest()
    lines = {held.record.provenance.line for held in latest if held.receipt == first.receipt}
    rows = [item.raw for item in _items(gateway, received) if item.line in lines]
    header = next(received.content.lines())
    summary = _deliver_one(gateway, report, header + b"".join(rows[2:]), _CATALOG, f"next-{first.file_name}")
    report.checks.append(Check("two entries that the next catalog lacks are withdrawn", summary.withdrawn == 2))


def _items(gateway: Gateway, received: Received) -> Iterator[adapters.Item]:
    return adapters.read(received, gateway.mappings[received.feed].reading)


def _review(gateway: Gateway, report: DemoReport) -> None:
    first, second = sorted(gateway.register.operators)
    waiting = sorted(gateway.review_desk.waiting(), key=lambda held: held.record.native_key)
    for number, held in enumerate(waiting, start=1):
        said = held.record.suspicious_activity
        text = _RELEASABLE if said and SuspiciousBehavior.PHOTO in said.behaviors else None
        key = gateway.operator_key(first)
        given = gateway.review_desk.approve(held.record.id, operator=first, key=key, releasable_text=text)
        report.reviews.append((first, given))
        if number < len(waiting):
            key = gateway.operator_key(second)
            report.reviews.append((second, gateway.review_desk.approve(held.record.id, operator=second, key=key)))
    report.deliveries = [gateway.stores.deliveries.summary(summary.receipt) for summary in report.deliveries]
    still = gateway.review_desk.waiting()
    report.checks.append(Check("a report with one approval still waits for the second", len(still) == 1))


def _pull(gateway: Gateway, report: DemoReport, partner: str, secret: str, url: str) -> None:
    root = gateway.home / names.CERTS_FOLDER / "ca" / "root.crt"
    pulled = pull(url + names.DISCOVERY_PATH, user=partner, password=secret, ca_file=root)
    # The partner's own view of trust: the root that it was given, and the key set that the center publishes.
    trust = TrustStore(load_certificates(root)).with_key_set(fetch_key_set(f"{url}/keys", ca_file=root))
    messages = gateway.publisher.niem_checker
    signatures = documents = records = loaded = 0
    for collection in pulled:
        if not collection.objects:
            continue
        evidence = verify_objects(list(collection.objects), trust, at=gateway.clock(), form="pull", messages=messages)
        signatures += len(evidence.containers) + evidence.niem_documents
        documents += evidence.niem_documents
        records += len(evidence.containers)
        loaded += sum(1 for o in collection.objects if stix2.parse(o, allow_custom=False, version="2.1"))
        _write_pull(gateway.home / "pulled" / partner, collection)
    expected, refused, withheld = _explained(gateway, partner)
    got = {_version(stix_object) for collection in pulled for stix_object in collection.objects}
    count = sum(len(collection.objects) for collection in pulled)
    report.checks += [
        Check(f"{partner}: pulled exactly what agreement explain says ({len(expected)} objects)", got == expected),
        Check(f"{partner}: all {signatures} signatures verify and cover every object", records > 0),
        Check(f"{partner}: stix2 loads all {count} objects without custom content", loaded == count),
    ]
    report.partners.append(
        PartnerReport(
            partner=partner,
            name=gateway.register.partners[partner].name,
            collections=tuple(collection.title for collection in pulled),
            objects=count,
            records=records,
            signatures=signatures,
            niem_documents=documents,
            refused=refused,
            withheld_fields=withheld,
            credential=secret,
        )
    )


def _explained(gateway: Gateway, partner: str) -> tuple[set[tuple[str, str]], dict[str, int], int]:
    """The object versions that the explanations entitle the partner to, the refusals by clause, the fields withheld."""
    entitled: set[tuple[str, str]] = set()
    refused: Counter[str] = Counter()
    withheld = 0
    records = gateway.stores.records
    for newest in records.latest():
        refused.update(e.decision.failing[0].clause for e in _explain(gateway, newest, partner) if e.decision.failing)
        versions = [records.get(newest.record.id, number) for number in range(newest.number, 0, -1)]
        settled = next((version for version in versions if version.state in SETTLED), None)
        released = next((version for version in versions if version.state == "released"), None)
        if settled is None or released is None or settled.state == "held":
            continue
        # whoever was permitted the last released version receives what stands for it now, its revocation included
        permitted = {e.view.key: e.view for e in _explain(gateway, released, partner) if e.view is not None}
        withheld += sum(len(view.withheld) for view in permitted.values())
        for view in records.views(settled.record.id, settled.number):
            if view.key in permitted:
                entitled.update(_version(orjson.loads(body)) for body in view.stix)
    return entitled, dict(refused), withheld


def _explain(gateway: Gateway, held: HeldRecord, partner: str) -> tuple[Explanation, ...]:
    return explain(held.cleared(), partner, gateway.register, gateway.ids, at=gateway.clock())


def _version(stix_object: dict[str, Any]) -> tuple[str, str]:
    return stix_object["id"], stix_object.get("modified", "")


def _write_pull(folder: Path, collection: Pulled) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    bundle = {"type": "bundle", "id": f"bundle--{collection.collection_id}", "objects": list(collection.objects)}
    (folder / f"{collection.collection_id}.json").write_bytes(orjson.dumps(bundle, option=orjson.OPT_INDENT_2))
    for stix_object in collection.objects:
        if stix_object["type"] == "artifact" and stix_object.get("mime_type") == names.NIEM_MEDIA_TYPE:
            name = stix_object["id"].partition("--")[2]
            (folder / f"{name}.niem.xml").write_bytes(base64.b64decode(stix_object["payload_bin"]))

"""The bundled samples, row by row: what each becomes, as mappings/samples/README.md tells it."""

import csv
import hashlib
import io
import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, get_args

import msgspec
import pytest
from mapping_builders import IDS, MAPPINGS, SAMPLES, delivery
from sharing_builders import cleared

from gateway import adapters
from gateway.adapters.recognition import feed_of, telling_columns
from gateway.mapping import Mapped, Rejected, load_mappings, recognize
from gateway.mapping.document import Discipline
from gateway.model.codes import Tlp
from gateway.model.kinds import KINDS, Kind
from gateway.model.record import Record, encode_record
from gateway.model.stages import Fate, NativeRecord, Received, Skipped, Unreadable
from gateway.sharing.decide import Access, Question, Verdict, decide
from gateway.wiring import Gateway

SHIPPED = load_mappings([MAPPINGS])
FEEDS = sorted(SHIPPED)
FILES = {path.stem: path for path in sorted(SAMPLES.iterdir()) if path.stem in SHIPPED}
TEXTS = [feed for feed in FEEDS if FILES[feed].suffix not in {".xlsx"}]


def sample(feed: str) -> Received:
    """The bundled sample of a feed, as it would be delivered."""
    path = FILES[feed]
    return delivery(path.read_bytes(), feed=feed, file_name=path.name)


def fates(feed: str) -> list[tuple[int, str, str]]:
    """Line, fate and the codes behind it, of every item of a feed's sample. Review is not asked here."""
    mapping = SHIPPED[feed]
    received = sample(feed)
    held: dict[str, str] = {}
    told = []
    for item in adapters.read(received, mapping.reading):
        result = mapping.map(item, received, IDS) if isinstance(item, NativeRecord) else item
        match result:
            case Mapped():
                before = held.get(result.record.id)
                now = held[result.record.id] = result.record.content_digest()
                fate = Fate.PUBLISHED if before is None else Fate.UNCHANGED if before == now else Fate.UPDATED
                told.append((item.line, fate.value, " ".join(sorted(w.code for w in result.warnings))))
            case Rejected():
                told.append((item.line, Fate.QUARANTINED.value, " ".join(sorted({p.code for p in result.problems}))))
            case Skipped():
                told.append((item.line, Fate.SKIPPED.value, result.reason))
            case Unreadable():
                told.append((item.line, Fate.QUARANTINED.value, result.code))
    return told


def fates_in_the_readme(feed: str) -> list[tuple[int, str, str]]:
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    section = text.split(f"## {FILES[feed].name}\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return [(int(row[0]), row[1], row[2]) for row in rows[2:]]


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_has_the_fate_that_the_readme_tells(feed: str) -> None:
    assert fates(feed) == fates_in_the_readme(feed)


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ("adt-syndromic", {"published": 5, "updated": 1, "unchanged": 1, "skipped": 7, "quarantined": 9}),
        ("agency-indicators", {"published": 10, "updated": 1, "unchanged": 1, "skipped": 4, "quarantined": 6}),
        ("berkeley-pd-cfs", {"published": 10, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 7}),
        ("berkeley-pd-stops", {"published": 7, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 5}),
        ("cap-alert", {"published": 4, "updated": 1, "unchanged": 1, "skipped": 3, "quarantined": 6}),
        ("chp-cad", {"published": 5, "skipped": 4, "quarantined": 3}),
        ("cisa-kev", {"published": 8, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 4}),
        ("cisa-kev-json", {"published": 4, "updated": 1, "unchanged": 1, "quarantined": 5}),
        ("cyber-incidents", {"published": 4, "updated": 1, "unchanged": 1, "quarantined": 8}),
        ("fire-neris", {"published": 6, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 7}),
        ("fire-nfirs", {"published": 7, "updated": 1, "unchanged": 1, "skipped": 4, "quarantined": 7}),
        ("ndex-lexs", {"published": 3, "updated": 1, "unchanged": 1, "skipped": 1, "quarantined": 5}),
        ("nemsis-ems", {"published": 5, "updated": 1, "unchanged": 1, "skipped": 1, "quarantined": 6}),
        ("nena-eido", {"published": 5, "updated": 1, "unchanged": 1, "quarantined": 7}),
        ("ncic-text", {"published": 6, "updated": 1, "unchanged": 1, "skipped": 1, "quarantined": 6}),
        ("nibrs-flat", {"published": 2, "updated": 1, "unchanged": 1, "skipped": 4, "quarantined": 4}),
        ("nibrs-xml", {"published": 2, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 2}),
        ("sar-form-json", {"published": 5, "updated": 1, "unchanged": 1, "quarantined": 10}),
        ("sar-form", {"published": 5, "updated": 1, "unchanged": 1, "skipped": 2, "quarantined": 7}),
        ("tip-email", {"published": 1}),
        ("seattle-pd-cad", {"published": 11, "updated": 1, "unchanged": 1, "skipped": 3, "quarantined": 5}),
    ],
)
def test_the_counts(feed: str, expected: dict[str, int]) -> None:
    assert Counter(fate for _, fate, _ in fates(feed)) == expected


@pytest.mark.parametrize("feed", FEEDS)
def test_a_sample_is_known_by_its_columns_and_has_none_unmapped(feed: str) -> None:
    received = sample(feed)
    header = adapters.header(received, SHIPPED[feed].reading)
    assert recognize(SHIPPED, header) is SHIPPED[feed]
    assert SHIPPED[feed].check_columns(header) == ()
    assert {row.column for row in SHIPPED[feed].ledger()} >= set(header)


def test_every_kind_that_can_leave_the_gateway_has_a_feed() -> None:
    rendered = {kind for kind, row in KINDS.items() if row.is_rendered}
    of_stix = {Kind.THREAT_INTELLIGENCE}  # tests/feeds/test_stix_samples.py
    assert {mapping.kind for mapping in SHIPPED.values()} | of_stix == rendered


def test_the_feeds_cover_the_disciplines_and_say_what_they_can_carry() -> None:
    assert {mapping.document.source.discipline for mapping in SHIPPED.values()} - {None} == set(get_args(Discipline))
    assert [feed for feed, mapping in SHIPPED.items() if mapping.document.carries is None] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_no_other_format_reads_the_sample_as_one_of_its_own(feed: str) -> None:
    """Whichever mapping's reader looks at a file first, the file is known as its own feed's or as nobody's."""
    found = {recognize(SHIPPED, telling_columns(sample(feed), mapping)) for mapping in SHIPPED.values()}
    assert found - {None} == {SHIPPED[feed]}
    assert feed_of(sample(feed), SHIPPED) is SHIPPED[feed]


def first_records(feed: str) -> dict[str, Record]:
    """The first version of each record of a feed's sample, by the agency's key."""
    mapping, received = SHIPPED[feed], sample(feed)
    records: dict[str, Record] = {}
    for item in adapters.read(received, mapping.reading):
        if isinstance(item, NativeRecord) and isinstance(result := mapping.map(item, received, IDS), Mapped):
            records.setdefault(result.record.native_key, result.record)
    return records


@pytest.mark.parametrize(
    ("one", "other"), [("cisa-kev", "cisa-kev-json"), ("nibrs-flat", "nibrs-xml"), ("sar-form", "sar-form-json")]
)
def test_two_formats_of_one_record_are_one_record(one: str, other: str) -> None:
    here, there = first_records(one), first_records(other)
    both = here.keys() & there.keys()
    assert len(both) >= 2
    for key in both:
        assert here[key].id == there[key].id
        assert msgspec.structs.replace(here[key], provenance=there[key].provenance) == there[key]


def test_nothing_that_names_a_patient_is_in_a_record() -> None:
    """Names, numbers, streets, days of birth and telephones of the sample: none is in a record, not even in its key."""
    records = [encode_record(record).decode() for record in first_records("adt-syndromic").values()]
    assert len(records) == 5
    text = FILES["adt-syndromic"].read_text(encoding="utf-8")
    names = {"PLACEHOLDER", "ROBIN", "SAM", "Invented", "Placeholder", "Riverbend^", "Otherville", "CARER", "PO Box"}
    numbers = {"99001", "99002", "99003", "70001", "19850204", "20300104", "19330101", "5550117", "555-0142", "000-00"}
    for secret in names | numbers:
        assert secret in text, secret
        assert not any(secret.rstrip("^") in record.replace("Riverbend General", "") for record in records), secret
    for record in first_records("adt-syndromic").values():
        for person in record.people:
            known = {name for name in person.__struct_fields__ if getattr(person, name) not in (None, ())}
            assert known <= {"ref", "age_low_years", "age_high_years", "sex", "race"}
            assert person.age_low_years is None or person.age_low_years <= 90
        for place in record.places:
            known = {name for name in place.__struct_fields__ if getattr(place, name) not in (None, ())}
            assert known <= {"ref", "county", "state", "postal_code", "precision"}
            assert len(place.postal_code or "") in (0, 3)


def test_a_hit_is_released_to_nobody_under_the_agreements_that_ship(gateway: Gateway) -> None:
    """Not by its kind alone: an agreement that named it would be refused by the record's handling."""
    register = gateway.register
    record = next(iter(first_records("ncic-text").values()))
    assert (record.kind, record.handling.tlp) == (Kind.LOOKOUT, Tlp.RED)
    asked = 0
    for agreement in register.agreements.values():
        for name in agreement.recipients:
            for named in (agreement, agreement.model_copy(update={"kinds": (record.kind,)})):
                decision = decide(Question(cleared(record), Access(register.partners[name], named, gateway.clock())))
                failing = {reason.clause for reason in decision.failing}
                assert decision.verdict is Verdict.REFUSE
                assert {"agreement.markings.tlp_max", "agreement.markings.caveats"} <= failing
                # nothing but the handling and the kind stands in its way: the agreement is in force for the partner
                assert failing <= {
                    "agreement.kinds",
                    "agreement.markings.tlp_max",
                    "agreement.markings.caveats",
                    "agreement.markings.cui",
                    "agreement.exclude.sensitivities",
                }
                asked += 1
    assert asked >= 6


@pytest.mark.parametrize("feed", FEEDS)
def test_every_record_can_leave_and_stays_only_where_an_agreement_or_a_reviewer_says_so(
    feed: str, deliver: Callable[..., Any]
) -> None:
    """Down the whole road: mapped, reviewed where its kind asks for it, decided, rendered and checked in both forms."""
    summary = deliver(FILES[feed].read_bytes(), feed=feed, file_name=FILES[feed].name)
    expected = Counter(fate for _, fate, _ in fates(feed))
    assert summary.fates.get(Fate.QUARANTINED, 0) == expected["quarantined"]
    assert all("agreement." in reason for fate, reason in summary.reasons if fate is Fate.HELD)
    new = sum(summary.fates.get(fate, 0) for fate in (Fate.PUBLISHED, Fate.UPDATED, Fate.HELD))
    if KINDS[SHIPPED[feed].kind].approvals:
        assert new == 0
        assert summary.fates[Fate.AWAITING_REVIEW] == len(first_records(feed))
    else:
        assert new == expected["published"] + expected["updated"]


@pytest.mark.parametrize(
    ("feed", "partner", "published"),
    [
        # what is not for the public, and the alert for a child, go to nobody
        ("cap-alert", "tri-county-fire", 2),
        # the near miss is TLP:RED, the number in place of a name TLP:AMBER+STRICT
        ("cyber-incidents", "federal-cyber-desk", 2),
        # medical runs are marked as health
        ("fire-neris", "tri-county-fire", 4),
        ("fire-nfirs", "tri-county-fire", 6),
        ("adt-syndromic", "lakeshore-health", 5),
        ("nemsis-ems", "lakeshore-health", 5),
        ("ncic-text", None, 0),
    ],
)
def test_who_gets_what_under_the_agreements_that_ship(
    feed: str, partner: str | None, published: int, deliver: Callable[..., Any], gateway: Gateway
) -> None:
    summary = deliver(FILES[feed].read_bytes(), feed=feed, file_name=FILES[feed].name)
    assert summary.fates.get(Fate.PUBLISHED, 0) == published
    register = gateway.register
    receiving = {
        recipient
        for held in gateway.stores.records.latest(state="released")
        for agreement in register.agreements.values()
        for recipient in agreement.recipients
        if decide(Question(held.cleared(), Access(register.partners[recipient], agreement, gateway.clock()))).verdict
        is Verdict.PERMIT
    }
    assert receiving == ({partner} if partner else set())


def test_no_health_record_leaves_with_what_a_patient_said_or_has(deliver: Callable[..., Any], gateway: Gateway) -> None:
    """Complaint and diagnosis are held by the center, and no byte that a partner can read has them."""
    deliver(FILES["adt-syndromic"].read_bytes(), feed="adt-syndromic", file_name="adt-syndromic.hl7")
    said = [record.health_event for record in first_records("adt-syndromic").values()]
    secrets = {text for one in said if one is not None for text in (one.complaint, *one.diagnoses) if text}
    assert len(secrets) >= 6
    views = [
        view
        for held in gateway.stores.records.latest(state="released")
        for view in gateway.stores.records.views(held.record.id, held.number)
    ]
    assert len(views) == 5
    for view in views:
        bytes_of = b"".join((view.niem, *view.stix)).decode()
        assert not [secret for secret in secrets if secret in bytes_of]


def test_reports_have_people_vehicles_narratives_and_a_term() -> None:
    mapping = SHIPPED["sar-form"]
    received = sample("sar-form")
    results = [
        mapping.map(item, received, IDS)
        for item in adapters.read(received, mapping.reading)
        if isinstance(item, NativeRecord)
    ]
    records = {r.record.native_key: r.record for r in results if isinstance(r, Mapped)}
    assert len(records) == 5
    whole = records["EX0990200|30-00017"]
    assert [relation.role.value for relation in whole.relations] == [
        "occurred-at",
        "subject",
        "vehicle-used",
        "target",
        "reporter",
        "officer",
        "reporter",
        "member-of",
    ]
    assert all(record.narrative and record.suspicious_activity for record in records.values())
    assert all(record.handling.validate_by is not None for record in records.values())
    assert sum(any(person.ref == "subject" for person in record.people) for record in records.values()) >= 3
    assert sum(bool(record.vehicles) for record in records.values()) >= 2


_STANDARDS = r"fbi\.gov|usdoj\.gov|niem\.gov|release\.niem\.gov|www\.nemsis\.org|www\.opengis\.net|www\.w3\.org"


@pytest.mark.parametrize("feed", TEXTS)
def test_samples_name_nobody(feed: str) -> None:
    """Telephone numbers from the range for fiction, domains and addresses from the ranges for documentation."""
    text = FILES[feed].read_text(encoding="utf-8-sig", errors="replace")
    telephones = re.findall(r"\b[0-9]{3}-[0-9]{3}-[0-9]{4}\b", text)
    assert all(re.fullmatch(r"[0-9]{3}-555-01[0-9]{2}", number) for number in telephones)
    # the standards' own namespaces are names, not places to write to
    text = re.sub(rf"http://(?:{_STANDARDS})\b", "", text)
    domains = re.findall(r"(?:[a-z0-9-]+(?:\[\.\]|\.))+(?:com|org|net|gov|edu|io)\b", text.lower())
    assert all(re.search(r"(^|[.\]])example(\[\.\]|\.)(com|org|net)$", domain) for domain in domains), domains
    documentation = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for found in re.findall(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b", text):
        address = ipaddress.ip_address(found)
        assert address.is_private, found
        assert any(address in network for network in documentation) or found in {"10.20.30.40", "192.168.1.1"}


def test_the_fingerprints_of_the_samples_rows_differ_where_the_rows_do() -> None:
    """An exact duplicate row has the same digest, a changed row another: what 'unchanged' and 'updated' rest on."""
    for feed in (feed for feed in FEEDS if FILES[feed].suffix == ".csv"):
        text = FILES[feed].read_text(encoding="utf-8-sig")
        rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline="")) if any(row)]
        digests = Counter(hashlib.sha256(repr(row).encode()).hexdigest() for row in rows)
        # the repeated header and the duplicate of one row
        assert sorted(digests.values())[-2:] == [2, 2], feed

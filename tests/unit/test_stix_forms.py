"""Single values in STIX: timestamps, numbers, references, ids."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
import stix2
from stix_builders import CENTER, KEY

from gateway.errors import RenderingError
from gateway.stix.canonical import canonical
from gateway.stix.forms import external_reference, instant, number, plain, version_instant, whole_seconds
from gateway.stix.ids import OBSERVABLE_NAMESPACE, center_ref, keyed_id, marking_id, observable_id
from gateway.stix.shared import center_identity


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), "2026-03-04T05:06:07Z"),
        (datetime(2026, 3, 4, 5, 6, 7, 500_000, UTC), "2026-03-04T05:06:07.5Z"),
        (datetime(2026, 3, 4, 5, 6, 10, 10, UTC), "2026-03-04T05:06:10.00001Z"),
        (datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=-8))), "2026-03-04T13:06:07Z"),
    ],
)
def test_an_instant_is_utc_without_trailing_zeros(moment: datetime, written: str) -> None:
    assert instant(moment) == written
    assert datetime.fromisoformat(written) == moment


def test_a_version_has_exactly_three_fractional_digits() -> None:
    assert version_instant(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)) == "2026-03-04T05:06:07.000Z"
    assert version_instant(datetime(2026, 3, 4, 5, 6, 7, 999_999, UTC)) == "2026-03-04T05:06:07.999Z"


def test_whole_seconds_never_round_up() -> None:
    assert whole_seconds(datetime(2026, 3, 4, 5, 6, 7, 999_999, UTC)) == datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(("decimal", "written"), [("5.0", b"5"), ("-122.330", b"-122.33"), ("1E3", b"1000")])
def test_a_decimal_becomes_the_number_that_canonical_json_writes(decimal: str, written: bytes) -> None:
    assert canonical(number(Decimal(decimal))) == written


def test_plain_leaves_out_what_holds_nothing_and_keeps_false_and_zero() -> None:
    class Facts(msgspec.Struct):
        none: str | None = None
        withheld: str = ""
        no_list: tuple[str, ...] = ()
        no: bool = False
        nil: int = 0

    assert plain(Facts()) == {"no": False, "nil": 0}
    assert plain(("", None)) is None


@pytest.mark.parametrize(
    ("source", "identifier", "name"),
    [
        ("case-number", "26-1", "case-number"),
        ("case-number", "CVE-2026-10001", "cve"),
        ("case-number", "CAPEC-7", "capec"),
        ("cve", "CVE-2026-00001", "cve-id"),
    ],
)
def test_the_number_decides_over_the_source_names_that_stix_keeps(source: str, identifier: str, name: str) -> None:
    assert external_reference(source, identifier) == {"source_name": name, "external_id": identifier}


def test_observable_ids_are_those_of_stix2() -> None:
    digest = "c" * 64
    assert observable_id("ipv4-addr", {"value": "198.51.100.3"}) == stix2.IPv4Address(value="198.51.100.3").id
    assert observable_id("url", {"value": "http://a.example/ü"}) == stix2.URL(value="http://a.example/ü").id
    assert observable_id("file", {"hashes": {"SHA-256": digest}}) == stix2.File(hashes={"SHA-256": digest}).id
    payload = {"payload_bin": "QQ==", "hashes": {"SHA-256": digest}}
    assert observable_id("artifact", payload) == stix2.Artifact(mime_type="text/plain", **payload).id
    plain_uuid = uuid.uuid5(OBSERVABLE_NAMESPACE, '{"value":"bad.example"}')
    assert observable_id("domain-name", {"value": "bad.example"}) == f"domain-name--{plain_uuid}"


def test_keyed_ids_differ_by_type_role_and_view_and_look_random() -> None:
    made = {
        keyed_id(ids, stix_type, role).partition("--")[2]
        for ids in (KEY.derive("one"), KEY.derive("two"))
        for stix_type in ("identity", "location")
        for role in ("a", "b")
    }
    assert len(made) == 8
    assert {uuid.UUID(one).version for one in made} == {4}


def test_the_center_has_one_identity_and_one_marking_for_a_combination() -> None:
    assert center_ref(CENTER) == "identity--0f3cbb0c-6a55-4b0e-9a5f-3d5a0d9f1c11"
    assert marking_id(CENTER, "cui", "LEI") == marking_id(CENTER, "cui", "LEI")
    assert marking_id(CENTER, "cui", "LEI") != marking_id(CENTER, "cui", "INV")
    identity = center_identity(CENTER)
    assert identity["created"] == identity["modified"] == "2026-01-05T08:00:00.000Z"
    assert identity["external_references"] == [{"source_name": "ori", "external_id": "XX0000000"}]


@pytest.mark.parametrize("created", ["yesterday", "2026-01-05T08:00:00"])
def test_a_center_without_a_clear_birthday_is_refused(created: str) -> None:
    with pytest.raises(RenderingError, match="created"):
        center_identity(msgspec.structs.replace(CENTER, created=created))

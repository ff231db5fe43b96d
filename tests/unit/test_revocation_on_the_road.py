"""A stolen key in the middle of a stream: what it signed before and somebody stamped stands, and nothing else of it."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SteppingClock
from exchange import approve_everything, partner_client
from signing_builders import NOW
from taxii_builders import drive, sample
from timestamp_builders import TimestampAuthority, timestamp_root

from gateway import names
from gateway.errors import OutsideValidity, RevokedSigner
from gateway.serving.app import create_app
from gateway.signing.accepted import STRICT_2026
from gateway.signing.keys import load_certificates
from gateway.signing.reasons import Reason
from gateway.signing.rotation import CenterNames, revoke
from gateway.signing.stamped_xml import with_timestamp as with_xml_timestamp
from gateway.signing.timestamps import TimestampAuthorities
from gateway.signing.trust import Terms, TrustStore
from gateway.signing.trust.moments import TimeRule
from gateway.signing.xml_signature import XmlSigner
from gateway.signing.xml_verification import read_xml, verify_xml
from gateway.stix.integrity import with_timestamp
from gateway.verification import verify_objects
from gateway.wiring import Gateway, services_of

FEED = "seattle-pd-cad"
Objects = list[dict[str, Any]]


ROOT = timestamp_root()


@pytest.fixture(scope="module")
def authority() -> TimestampAuthority:
    return ROOT.authority(valid=(NOW - timedelta(days=365), NOW + timedelta(days=3650)))


@pytest.fixture
def pulled(gateway: Gateway) -> Objects:
    drive(gateway, sample(FEED), FEED)
    approve_everything(gateway)
    return partner_client(gateway, "valley-fusion-center").objects()


def certs(gateway: Gateway) -> Path:
    return gateway.home / names.CERTS_FOLDER


def trusting(gateway: Gateway) -> TrustStore:
    """A partner's: the root, the key set as it is published now, the time-stamp authority."""
    stamps = TimestampAuthorities([ROOT.certificate])
    root = load_certificates(certs(gateway) / "ca" / "root.crt")
    published = create_app(services_of(gateway)).test_client().get("/keys").get_data()
    return TrustStore(root, terms=Terms(time=TimeRule(timestamps=stamps))).with_key_set(published)


def stolen(gateway: Gateway, at: datetime, reason: Reason = Reason.KEY_COMPROMISE) -> None:
    center = CenterNames(gateway.settings.center_name, gateway.settings.center_id)
    revoke(certs(gateway), gateway.signing_key.kid, center, reason=reason, at=at)


def documents(objects: Objects) -> list[bytes]:
    return [
        base64.b64decode(one["payload_bin"])
        for one in objects
        if one["type"] == "artifact" and one.get("mime_type") == names.NIEM_MEDIA_TYPE
    ]


def stamped_xml(document: bytes, authority: TimestampAuthority, at: datetime) -> bytes:
    claim = read_xml(document, STRICT_2026).claim
    return with_xml_timestamp(document, authority.token(claim.stamped, at=at))


def stamped_view(objects: Objects, authority: TimestampAuthority, at: datetime) -> Objects:
    """The containers stamped, and what they cover without the NIEM documents in it left as it is."""

    def stamped(one: dict[str, Any]) -> dict[str, Any]:
        integrity = one.get("extensions", {}).get(names.INTEGRITY_EXTENSION)
        if integrity is None:
            return one
        return with_timestamp(one, authority.token(integrity["jws"].rpartition(".")[2].encode(), at=at))

    return [stamped(one) for one in objects if one["type"] != "artifact"]


def test_an_earlier_stamped_signature_outlives_the_theft_of_its_key(
    gateway: Gateway, clock: SteppingClock, pulled: Objects, authority: TimestampAuthority
) -> None:
    kept = stamped_xml(documents(pulled)[0], authority, clock())
    view = stamped_view(pulled, authority, clock())
    clock.now += timedelta(days=2)
    stolen(gateway, clock())
    clock.now += timedelta(days=30)
    trust = trusting(gateway)
    signer = verify_xml(kept, trust, at=clock()).signer
    assert signer.is_proven
    assert signer.signed_at < clock() - timedelta(days=30)
    evidence = verify_objects(view, trust, at=clock(), form="pull")
    assert evidence.covered == len(view)
    with pytest.raises(RevokedSigner):
        verify_xml(documents(pulled)[0], trust, at=clock())
    with pytest.raises(RevokedSigner):
        verify_objects([one for one in pulled if one["type"] != "artifact"], trust, at=clock(), form="pull")


@pytest.mark.parametrize("stamps", [False, True])
@pytest.mark.parametrize("says", [timedelta(), timedelta(days=-3)], ids=["the truth", "an earlier time"])
def test_what_the_thief_signs_later_fails_whatever_time_it_states(
    stamps: bool, says: timedelta, gateway: Gateway, clock: SteppingClock, authority: TimestampAuthority
) -> None:
    thief = XmlSigner(gateway.signing_key)
    clock.now += timedelta(days=5)
    stolen(gateway, clock())
    clock.now += timedelta(days=1)
    forged = thief.sign(b"<a>forged</a>", at=clock() + says)
    if stamps:
        forged = stamped_xml(forged, authority, clock())
    with pytest.raises(RevokedSigner):
        verify_xml(forged, trusting(gateway), at=clock())


@pytest.mark.parametrize(("prove", "outcome"), [(True, None), (False, OutsideValidity)])
def test_a_stamped_signature_outlives_its_certificate_too(
    prove: bool,
    outcome: type[Exception] | None,
    gateway: Gateway,
    clock: SteppingClock,
    pulled: Objects,
    authority: TimestampAuthority,
) -> None:
    kept = documents(pulled)[0]
    if prove:
        kept = stamped_xml(kept, authority, clock())
    trust = trusting(gateway)
    years_later = clock() + timedelta(days=1500)
    check: Callable[[], object] = lambda: verify_xml(kept, trust, at=years_later)  # noqa: E731
    if outcome is None:
        assert check()
    else:
        with pytest.raises(outcome):
            check()

"""A rotation in the middle of a stream: nothing stops, nothing is signed twice, everything verifies for good."""

import base64
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import SteppingClock
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from exchange import approve_everything, partner_client
from taxii_builders import drive, sample

from gateway import names
from gateway.errors import ConfigurationError
from gateway.model.stages import Fate
from gateway.serving.app import create_app
from gateway.signing.key_set import certificates_of
from gateway.signing.keys import load_certificates
from gateway.signing.profiles import DEFAULT_PROFILE, PROFILES
from gateway.signing.reasons import Reason
from gateway.signing.ring import Signs
from gateway.signing.rotation import CenterNames, renew, revoke, rotate
from gateway.signing.trust import TrustStore
from gateway.verification import verify_document, verify_objects
from gateway.wiring import Gateway, services_of

KEV = "cisa-kev"


def certs(gateway: Gateway) -> Path:
    return gateway.home / names.CERTS_FOLDER


def center(gateway: Gateway) -> CenterNames:
    return CenterNames(gateway.settings.center_name, gateway.settings.center_id)


def rotated(gateway: Gateway, clock: SteppingClock, after: timedelta, profile: str = DEFAULT_PROFILE.name) -> str:
    at = clock()
    return rotate(certs(gateway), center(gateway), at=at, signs_from=at + after, profile=PROFILES[profile])


def publish(gateway: Gateway, feed: str) -> None:
    drive(gateway, sample(feed), feed)
    approve_everything(gateway)


def fetched(gateway: Gateway, path: str = "/keys") -> bytes:
    answer = create_app(services_of(gateway)).test_client().get(path)
    assert answer.status_code == 200
    return answer.get_data()


def verified(gateway: Gateway, objects: list[dict[str, Any]], *, at: datetime, key_set: bytes) -> set[str]:
    """The ids of the keys that signed, judged with the root and the published key set alone."""
    trust = TrustStore(load_certificates(certs(gateway) / "ca" / "root.crt"), certificates_of(key_set))
    evidence = verify_objects(objects, trust, at=at, form="pull")
    for one in objects:
        if one["type"] == "artifact" and one.get("mime_type") == names.NIEM_MEDIA_TYPE:
            verify_document(base64.b64decode(one["payload_bin"]), trust, at=at)
    return set(evidence.key_ids)


def test_old_and_new_verify_before_during_and_after_a_rotation(gateway: Gateway, clock: SteppingClock) -> None:
    client = partner_client(gateway, "valley-fusion-center")
    old = gateway.signing_key.kid
    publish(gateway, "seattle-pd-cad")
    assert verified(gateway, client.objects(), at=clock(), key_set=fetched(gateway)) == {old}

    new = rotated(gateway, clock, timedelta(days=7))
    during = fetched(gateway)
    assert {key["kid"] for key in json.loads(during)["keys"]} == {old, new}
    publish(gateway, "chp-cad")
    assert verified(gateway, client.objects(), at=clock(), key_set=during) == {old}, "published, and does not sign yet"

    clock.now += timedelta(days=7, minutes=1)
    publish(gateway, KEV)
    publish(gateway, "nibrs-flat")
    held = client.objects()
    assert verified(gateway, held, at=clock(), key_set=during) == {old, new}, "fetched a week ago, and enough"
    (certs(gateway) / "sign" / f"{old}.key").unlink()
    clock.now += timedelta(days=300)
    assert verified(gateway, held, at=clock(), key_set=fetched(gateway)) == {old, new}
    publish(gateway, "sar-form")
    assert gateway.signing_key.kid == new


def test_what_is_held_and_unchanged_is_not_signed_again(gateway: Gateway, clock: SteppingClock) -> None:
    client = partner_client(gateway, "valley-fusion-center")
    publish(gateway, "seattle-pd-cad")
    before = client.objects()
    rotated(gateway, clock, timedelta())
    summary = drive(gateway, sample("seattle-pd-cad"), "seattle-pd-cad", "again.csv")
    assert Fate.UNCHANGED in summary.fates
    assert not {Fate.PUBLISHED, Fate.UPDATED} & set(summary.fates)
    assert client.objects() == before


def test_one_delivery_is_signed_by_one_key_for_xml_and_another_for_json(gateway: Gateway, clock: SteppingClock) -> None:
    xml = gateway.signing_key.kid
    json_kid = rotated(gateway, clock, timedelta(), "ed25519-jws-2026")
    publish(gateway, "seattle-pd-cad")
    client = partner_client(gateway, "valley-fusion-center")
    assert verified(gateway, client.objects(), at=clock(), key_set=fetched(gateway)) == {xml, json_kid}


def test_a_withdrawal_is_signed_by_the_key_of_its_day(gateway: Gateway, clock: SteppingClock) -> None:
    publish(gateway, "seattle-pd-cad")
    new = rotated(gateway, clock, timedelta())
    ring = gateway.keys.ring()
    assert ring.signer(Signs.JSON, clock()).kid == new
    assert gateway.publisher.signers(clock()).json.kid == new


def test_a_revocation_is_seen_by_a_running_server(gateway: Gateway, clock: SteppingClock) -> None:
    app = create_app(services_of(gateway)).test_client()
    old = gateway.signing_key.kid
    assert len(list(x509.load_der_x509_crl(app.get("/keys/crl").get_data()))) == 0
    done = revoke(certs(gateway), old, center(gateway), reason=Reason.KEY_COMPROMISE, at=clock())
    keys = {key["kid"]: key for key in json.loads(app.get("/keys").get_data())["keys"]}
    assert keys[old]["revoked"]["reason"] == "compromised"
    assert gateway.signing_key.kid == done.successor
    answer = app.get("/keys/crl")
    assert answer.content_type == "application/pkix-crl"
    (entry,) = x509.load_der_x509_crl(answer.get_data())
    assert entry.serial_number == load_certificates(certs(gateway) / "sign" / f"{old}.crt")[0].serial_number
    publish(gateway, "seattle-pd-cad")
    client = partner_client(gateway, "valley-fusion-center")
    assert verified(gateway, client.objects(), at=clock(), key_set=fetched(gateway)) == {done.successor}


def test_the_certificates_are_published_with_the_root(gateway: Gateway, clock: SteppingClock) -> None:
    new = rotated(gateway, clock, timedelta(days=1))
    found = x509.load_pem_x509_certificates(fetched(gateway, "/keys/certificates"))
    assert set(found) == {
        *gateway.keys.ring().certificates(),
        *load_certificates(certs(gateway) / "ca" / "root.crt"),
    }
    assert load_certificates(certs(gateway) / "sign" / f"{new}.crt")[0] in found
    assert b"PRIVATE" not in fetched(gateway, "/keys/certificates") + fetched(gateway)


def test_without_a_revocation_list_there_is_none_to_fetch(gateway: Gateway) -> None:
    (certs(gateway) / "ca" / "crl.pem").unlink()
    assert create_app(services_of(gateway)).test_client().get("/keys/crl").status_code == 404


def test_a_change_that_does_not_read_leaves_the_keys_that_were_in_force(gateway: Gateway, clock: SteppingClock) -> None:
    old = gateway.signing_key.kid
    ring = certs(gateway) / "sign" / "ring.yaml"
    ring.write_text("keys: [\n")
    assert gateway.signing_key.kid == old
    publish(gateway, "seattle-pd-cad")
    assert partner_client(gateway, "valley-fusion-center").objects()


def test_a_renewed_certificate_is_used_from_the_next_release_on(gateway: Gateway, clock: SteppingClock) -> None:
    kid = gateway.signing_key.kid
    publish(gateway, "seattle-pd-cad")
    clock.now += timedelta(days=390)
    renew(certs(gateway), kid, at=clock())
    clock.now += timedelta(days=20)
    publish(gateway, "cisa-kev")
    assert gateway.signing_key.kid == kid
    der = gateway.signing_key.certificate.public_bytes(Encoding.DER)
    assert base64.b64encode(der).decode() in fetched(gateway).decode()
    with pytest.raises(ConfigurationError, match="certs renew"):
        gateway.keys.signers(clock.now + timedelta(days=400))

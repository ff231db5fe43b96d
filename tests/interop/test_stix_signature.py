"""The published procedure for checking a view, followed step by step with other people's tools: joserfc and rfc8785."""

import base64
import copy
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import stix2
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey
from stix_builders import CENTER, FULL, KEY, signed_niem

from gateway import names
from gateway.errors import UntrustedSignature
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.key_files import load_signing_key
from gateway.signing.keys import load_certificates
from gateway.signing.pki import init_development_pki
from gateway.signing.trust import TrustStore
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import Seal, seal, verify
from gateway.stix.render import render

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "certs"
    init_development_pki(folder, center="Example State Fusion Center", at=NOW)
    return folder


@pytest.fixture(scope="module")
def signer(pki: Path) -> JsonSigner:
    key_file = next((pki / "sign").glob("*.key"))
    return JsonSigner(load_signing_key(key_file, key_file.with_suffix(".crt")), Content.STIX_RECORD)


@pytest.fixture(scope="module")
def objects(signer: JsonSigner) -> list[dict[str, Any]]:
    niem = signed_niem(FULL["incident"]())
    signed = seal(ObjectChecker().check(niem, render(niem, CENTER)), signer.sign, signer.kid, at=NOW)
    return [json.loads(one.body) for one in signed.stix]


def _unsigned(container: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    bare = copy.deepcopy(container)
    integrity = bare["extensions"][names.INTEGRITY_EXTENSION]
    return bare, integrity | {"jws": integrity.pop("jws")}


def _attached(detached: str, payload: bytes) -> str:
    header, _, signature = detached.split(".")
    return f"{header}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"


def test_joserfc_and_rfc8785_check_a_view_by_the_published_steps(objects: list[dict[str, Any]], pki: Path) -> None:
    (certificate, *_) = load_certificates(next((pki / "sign").glob("*.crt")))
    key = ECKey.import_key(certificate.public_key())  # type: ignore[arg-type]
    bare, integrity = _unsigned(objects[-1])
    read = jws.deserialize_compact(_attached(integrity["jws"], rfc8785.dumps(bare)), key, algorithms=["ES256"])
    assert read.headers()["kid"] == integrity["key_id"]
    digests = {
        (one["id"], one.get("modified")): base64.urlsafe_b64encode(hashlib.sha256(rfc8785.dumps(one)).digest()).decode()
        for one in objects[:-1]
    }
    listed = {(entry["ref"], entry.get("modified")): f"{entry['digest']}=" for entry in integrity["manifest"]}
    assert listed == digests
    bare["name"] = "Somebody else's report"
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(_attached(integrity["jws"], rfc8785.dumps(bare)), key, algorithms=["ES256"])


def test_a_view_verifies_against_the_trust_store_and_after_stix2(objects: list[dict[str, Any]], pki: Path) -> None:
    trust = TrustStore(
        load_certificates(pki / "ca" / "root.crt"),
        known=[
            c for path in [pki / "ca" / "issuing.crt", *(pki / "sign").glob("*.crt")] for c in load_certificates(path)
        ],
    )

    def check(given: Seal) -> str:
        return verify_detached(given.jws, given.payload, trust, Content.STIX_RECORD, at=NOW).kid

    bundle = {"type": "bundle", "id": f"bundle--{KEY.uuid('bundle')}", "objects": objects}
    for received in (objects, json.loads(stix2.parse(bundle, allow_custom=False).serialize())["objects"]):
        (coverage,) = verify(received, check)
        assert len(coverage.covered) == len(objects)
    forged = copy.deepcopy(objects)
    forged[-1]["description"] = "Nothing happened."
    with pytest.raises(UntrustedSignature):
        verify(forged, check)

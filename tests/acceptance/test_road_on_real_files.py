"""The road on real agency files: every row accounted for, every document judged by foreign software."""

import base64
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stix2
import xmlschema
import xmlsec
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier
from stix2validator import ValidationOptions, validate_instance

from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.store.records import StoredView
from gateway.wiring import Gateway

pytestmark = pytest.mark.acceptance

SEATTLE = "inputs/police-cad-rms/seattle-pd-cad-calls.csv"
KEV = "inputs/kev/known_exploited_vulnerabilities.csv"
DELIVERED = {
    SEATTLE: ("seattle-pd-cad", 222),
    KEV: ("cisa-kev", 1404),
    "inputs/nibrs-flat/Test-Submission-1.txt": ("nibrs-flat", 207),
    "inputs/nibrs-xml/iepd2019.1-nibrs_AllFields_Sample.xml": ("nibrs-xml", 1),
    "inputs/xlsx/ca-911-dui-san-francisco.xlsx": ("chp-cad", 2121),
    "inputs/police-cad-rms/berkeley-pd-cfs-2017.csv": ("berkeley-pd-cfs", 5508),
    "inputs/police-cad-rms/nena-eido-call-transfer.json": ("nena-eido", 1),
}
"""File, its feed, and how many records of it are published."""

Deliver = Callable[..., DeliverySummary]


@pytest.mark.parametrize("path", [SEATTLE, KEV])
def test_every_row_of_the_real_file_has_one_fate(
    path: str, shared_data: Path, deliver: Deliver, gateway: Gateway
) -> None:
    feed, rows = DELIVERED[path]
    summary = deliver((shared_data / path).read_bytes(), feed, Path(path).name)
    assert summary.state == "done"
    assert summary.rows == rows
    assert summary.fates == {Fate.PUBLISHED: rows}
    assert summary.problems == ()
    again = deliver((shared_data / path).read_bytes(), feed, Path(path).name)
    assert again.fates == {Fate.UNCHANGED: rows}


def _deliver_all(shared_data: Path, deliver: Deliver) -> None:
    for path, (feed, _) in DELIVERED.items():
        deliver((shared_data / path).read_bytes(), feed, Path(path).name)


def _views(gateway: Gateway) -> Iterator[StoredView]:
    for held in gateway.stores.records.latest(state="released"):
        yield from gateway.stores.records.views(held.record.id, held.number)


def test_published_niem_is_valid_against_the_full_release_and_its_signature_holds_for_others(
    shared_data: Path, deliver: Deliver, gateway: Gateway, full_niem_schema: Callable[[bytes], list[str]]
) -> None:
    _deliver_all(shared_data, deliver)
    documents = [view.niem for view in _views(gateway)]
    assert len(documents) == sum(records for _, records in DELIVERED.values())
    root_certificate = gateway.home / "certs" / "ca" / "root.crt"
    judged = random.Random(2026).sample(documents, 60)
    for document in documents:
        assert full_niem_schema(document) == []
    manager = xmlsec.KeysManager()
    manager.load_cert(str(root_certificate), xmlsec.KeyFormat.PEM, xmlsec.KeyDataType.TRUSTED)
    signer = gateway.signing_key.certificate
    for document in judged:
        tree = etree.fromstring(document)
        context = xmlsec.SignatureContext(manager)
        context.verify(xmlsec.tree.find_node(tree, xmlsec.constants.NodeSignature))
        config = SignatureConfiguration(location="./", expect_references=2)
        content, properties = XMLVerifier().verify(tree, x509_cert=signer, expect_config=config)
        assert content.signed_xml.tag == tree.tag
        assert properties.signed_xml.tag.endswith("SignedProperties")


def test_xmlschema_finds_no_fault_either_against_the_full_release(
    shared_data: Path, deliver: Deliver, gateway: Gateway, full_niem_release: Path
) -> None:
    _deliver_all(shared_data, deliver)
    documents = [view.niem for view in _views(gateway)]
    schema = xmlschema.XMLSchema(str(full_niem_release))
    for document in random.Random(2026).sample(documents, 60):
        tree = etree.fromstring(document)
        assert list(schema.iter_errors(tree)), "the release has no place for a signature"
        tree.remove(tree.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        assert list(schema.iter_errors(tree)) == []


def _published_stix(shared_data: Path, deliver: Deliver, gateway: Gateway) -> list[list[dict[str, Any]]]:
    _deliver_all(shared_data, deliver)
    return [[json.loads(body) for body in view.stix] for view in _views(gateway)]


def _assert_strictly_valid(objects: list[dict[str, Any]]) -> None:
    options = ValidationOptions(strict=True, version="2.1", enforce_refs=True, strict_properties=True)
    bundle = {"type": "bundle", "id": "bundle--0ab3c1de-7a2c-4a52-8d5e-4b1f2c3d4e5f", "objects": objects}
    results = validate_instance(bundle, options)
    assert results.is_valid, results


def test_published_stix_passes_stix2_and_a_sample_the_strict_validator(
    shared_data: Path, deliver: Deliver, gateway: Gateway
) -> None:
    views = _published_stix(shared_data, deliver, gateway)
    for objects in views:
        for stix_object in objects:
            stix2.parse(stix_object, allow_custom=False, version="2.1")
    for objects in random.Random(7).sample(views, 12):
        _assert_strictly_valid(objects)


@pytest.mark.soak
def test_all_published_stix_passes_the_strict_validator(shared_data: Path, deliver: Deliver, gateway: Gateway) -> None:
    views = _published_stix(shared_data, deliver, gateway)
    for objects in views:
        _assert_strictly_valid(objects)
    print(f"strictly valid: {len(views)} views, {sum(map(len, views))} objects")


def test_the_niem_document_inside_the_stix_view_is_the_published_one(
    shared_data: Path, deliver: Deliver, gateway: Gateway
) -> None:
    deliver((shared_data / SEATTLE).read_bytes(), "seattle-pd-cad")
    for view in _views(gateway):
        artifacts = [o for o in map(json.loads, view.stix) if o["type"] == "artifact"]
        assert [base64.b64decode(a["payload_bin"]) for a in artifacts] == [view.niem]

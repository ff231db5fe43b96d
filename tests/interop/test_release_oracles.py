"""What is handed over as files, judged by the XML Security Library and by OASIS's validator."""

import json
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from cryptography.hazmat.primitives import serialization
from lxml import etree
from stix2validator import ValidationOptions, validate_instance
from taxii_builders import drive, sample
from timestamp_builders import timestamp_root

from gateway.errors import NotPermitted
from gateway.signing.timestamps import TimestampAuthorities, request
from gateway.stix.schemas import write_schemas
from gateway.timestamping import attach, chosen, signatures_in
from gateway.verification import verify_document
from gateway.wiring import Gateway


@pytest.fixture
def handed(gateway: Gateway) -> list[dict[str, bytes]]:
    """The files of every released record that a peer center is given."""
    for feed in ("seattle-pd-cad", "chp-cad"):
        drive(gateway, sample(feed), feed)
    found = []
    for held in gateway.stores.records.latest(state="released"):
        try:
            released = gateway.release_desk.release(
                held.record.id,
                to="valley-fusion-center",
                reason="a test",
                operator="analyst-two",
                key=gateway.operator_key("analyst-two"),
            )
        except NotPermitted:
            continue
        found.append(released.files)
    assert len(found) > 5
    return found


def _xmlsec_verify(document: bytes, gateway: Gateway) -> None:
    root = etree.fromstring(document)
    xmlsec.tree.add_ids(root, ["Id"])
    pem = serialization.Encoding.PEM
    context = xmlsec.SignatureContext()
    leaf = gateway.signing_key.certificate.public_bytes(pem)
    context.key = xmlsec.Key.from_memory(leaf, xmlsec.KeyFormat.CERT_PEM)
    context.verify(xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature))


def _niem(files: dict[str, bytes]) -> bytes:
    (document,) = (content for name, content in files.items() if name.endswith(".niem.xml"))
    return document


def _stix(files: dict[str, bytes]) -> bytes:
    (document,) = (content for name, content in files.items() if name.endswith(".stix.json"))
    return document


def _stamped(content: bytes) -> bytes:
    asked = request(chosen(signatures_in(content, name="file"), None).stamped)
    return attach(content, timestamp_root().authority().reply(asked), asked, name="file").content


def test_xmlsec_accepts_each_niem_document_stamped_or_not(gateway: Gateway, handed: list[dict[str, bytes]]) -> None:
    for files in handed:
        _xmlsec_verify(_niem(files), gateway)
    stamped = _stamped(_niem(handed[0]))
    _xmlsec_verify(stamped, gateway)
    with pytest.raises(xmlsec.Error):
        _xmlsec_verify(stamped.replace(b"2030", b"2031", 1), gateway)


def test_oasis_validator_finds_no_fault_in_a_bundle_stamped_or_not(
    handed: list[dict[str, bytes]], tmp_path: Path
) -> None:
    write_schemas(tmp_path)
    strict: dict[str, Any] = {"strict": True, "enforce_refs": True, "strict_properties": True}
    options = ValidationOptions(version="2.1", silent=True, schema_dir=str(tmp_path), **strict)
    for content in (*(_stix(files) for files in handed), _stamped(_stix(handed[0]))):
        results = validate_instance(json.loads(content), options)
        assert [str(error) for error in results.errors] == []


def test_what_is_stamped_still_holds_by_the_rules_of_verify(gateway: Gateway, handed: list[dict[str, bytes]]) -> None:
    for content in (_niem(handed[0]), _stix(handed[0])):
        before, after = (verify_document(c, gateway.trust, at=gateway.clock()) for c in (content, _stamped(content)))
        assert (after.key_ids, after.containers, after.niem_documents) == (
            before.key_ids,
            before.containers,
            before.niem_documents,
        )


def test_each_view_can_be_stamped_and_its_moment_proved(handed: list[dict[str, bytes]]) -> None:
    root = timestamp_root()
    for files in handed[:3]:
        asked = request(chosen(signatures_in(_stix(files), name="file"), None).stamped)
        attached = attach(_stix(files), root.authority().reply(asked), asked, name="file")
        (found,) = signatures_in(attached.content, name="file")
        assert found.token is not None
        assert TimestampAuthorities([root.certificate]).moment(found.token, found.stamped)

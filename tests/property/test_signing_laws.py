"""A tampered byte never verifies; what verifies is what was signed."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from signing_builders import DOCUMENT, NOW, authority

from gateway.errors import UntrustedSignature
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.key_set import certificates_of, key_set
from gateway.signing.xml_signature import XmlSigner, parse_strict
from gateway.signing.xml_verification import verify_xml

pytestmark = [
    pytest.mark.filterwarnings("ignore:Parsed a serial number:cryptography.utils.CryptographyDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Attribute's length must be"),
]
"""cryptography's own notices about a forged certificate; a mutation now and then makes one."""

ROOT = authority()
KEY = ROOT.leaf()
TRUST = ROOT.trust(KEY)
SIGNED = XmlSigner(KEY).sign(DOCUMENT, at=NOW)
CANONICAL = etree.tostring(parse_strict(DOCUMENT), method="c14n", exclusive=True)
PAYLOAD = bytes(range(64))
JWS = JsonSigner(KEY, Content.STIX_RECORD).sign(PAYLOAD)
KEY_SET = key_set([KEY])
RUNS = settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])


@RUNS
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
@example(0, 1)
@example(len(SIGNED) - 1, 42)
def test_any_byte_of_a_signed_document_altered_is_refused_or_means_the_same(index: int, flip: int) -> None:
    altered = SIGNED[:index] + bytes([SIGNED[index] ^ flip]) + SIGNED[index + 1 :]
    try:
        verified = verify_xml(altered, TRUST, at=NOW)
    except UntrustedSignature:
        return
    # What the signature does not cover (white space after the root, a name in KeyInfo) may change; content may not.
    assert etree.tostring(parse_strict(verified.content), method="c14n", exclusive=True) == CANONICAL


@RUNS
@given(st.integers(0, DOCUMENT.index(b"</m:Report>") - 1), st.binary(min_size=1, max_size=4))
def test_bytes_put_into_the_signed_part_are_refused_or_mean_the_same(index: int, more: bytes) -> None:
    altered = SIGNED[:index] + more + SIGNED[index:]
    try:
        verified = verify_xml(altered, TRUST, at=NOW)
    except UntrustedSignature:
        return
    assert etree.tostring(parse_strict(verified.content), method="c14n", exclusive=True) == CANONICAL


@RUNS
@given(st.integers(0, len(JWS) - 1), st.characters(codec="utf-8"))
def test_any_character_of_a_jws_altered_is_refused(index: int, other: str) -> None:
    altered = JWS[:index] + other + JWS[index + 1 :]
    if altered != JWS:
        with pytest.raises(UntrustedSignature):
            verify_detached(altered, PAYLOAD, TRUST, Content.STIX_RECORD, at=NOW)


@RUNS
@given(st.binary(max_size=80))
def test_no_other_payload_verifies(payload: bytes) -> None:
    if payload != PAYLOAD:
        with pytest.raises(UntrustedSignature):
            verify_detached(JWS, payload, TRUST, Content.STIX_RECORD, at=NOW)


@RUNS
@given(st.integers(0, len(KEY_SET) - 1), st.integers(1, 255))
def test_an_altered_key_set_is_refused_or_gives_the_same_keys(index: int, flip: int) -> None:
    altered = KEY_SET[:index] + bytes([KEY_SET[index] ^ flip]) + KEY_SET[index + 1 :]
    try:
        found = certificates_of(altered)
    except UntrustedSignature:
        return
    assert [c.public_key() for c in found] == [KEY.certificate.public_key()]


@RUNS
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=60))
def test_every_document_signs_deterministically_and_comes_back(text: str) -> None:
    root = etree.Element("{https://center.example/m/}Report")
    etree.SubElement(root, "{https://center.example/m/}Text").text = text
    document = etree.tostring(root, encoding="UTF-8")
    signed = XmlSigner(KEY).sign(document, at=NOW)
    assert signed == XmlSigner(KEY).sign(document, at=NOW)
    content = verify_xml(signed, TRUST, at=NOW).content
    assert (parse_strict(content)[0].text or "") == text


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda t: f"<a>{t}</a>".encode(errors="replace")))
def test_no_bytes_make_a_reader_fail_otherwise(content: bytes) -> None:
    with pytest.raises(UntrustedSignature):
        verify_xml(content, TRUST, at=NOW)
    with pytest.raises(UntrustedSignature):
        certificates_of(content)
    with pytest.raises(UntrustedSignature):
        verify_detached(content.decode("latin-1"), PAYLOAD, TRUST, Content.STIX_RECORD, at=NOW)

"""Other people's software judges our signatures, and we judge theirs: every profile, every shape of message."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import xmlsec
from cryptography.hazmat.primitives import serialization
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from lxml import etree
from signing_builders import DOCUMENT, NOW, Authority, authority, loaded
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import InvalidDigest, InvalidSignature
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier
from signxml.xades import XAdESVerifier
from stix_builders import CENTER, FULL, nearly_empty, view

from gateway.errors import BadSetting, UntrustedSignature
from gateway.niem.render import render
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.key_set import certificates_of, key_set
from gateway.signing.keys import SigningKey
from gateway.signing.profiles import ED25519_JWS_2026, PROFILES, XmlForm
from gateway.signing.xml_signature import XmlSigner, canonical, parse_strict
from gateway.signing.xml_verification import verify_xml

XML_PROFILES = [name for name, profile in PROFILES.items() if profile.xml is not XmlForm.NONE]
SHAPES = FULL | {"nearly empty": lambda: nearly_empty(FULL["incident"]())}


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def keys(root: Authority) -> dict[str, SigningKey]:
    return {name: root.leaf(profile=profile) for name, profile in PROFILES.items()}


@pytest.fixture(scope="module")
def key(keys: dict[str, SigningKey]) -> SigningKey:
    return keys["ecdsa-p256-2026"]


def _xmlsec_verify(document: bytes, key: SigningKey) -> None:
    context = xmlsec.SignatureContext()
    pem = key.certificate.public_bytes(serialization.Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM)
    root = etree.fromstring(document)
    xmlsec.tree.add_ids(root, ["Id"])
    context.verify(xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature))


def _signxml_verify(document: bytes, key: SigningKey) -> bytes:
    """The signed content, in canonical form."""
    references = 2 if key.profile.xml is XmlForm.XADES_B else 1
    config = SignatureConfiguration(location="./", expect_references=references)
    results = XMLVerifier().verify(document, x509_cert=key.certificate, expect_config=config)
    first = results[0] if isinstance(results, list) else results
    return canonical(first.signed_xml)


@pytest.mark.parametrize("profile", XML_PROFILES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_message_verifies_with_xmlsec_and_signxml(
    shape: str, profile: str, root: Authority, keys: dict[str, SigningKey]
) -> None:
    key, document = keys[profile], render(view(SHAPES[shape]()), CENTER)
    signed = XmlSigner(key).sign(document, at=NOW)
    _xmlsec_verify(signed, key)
    assert _signxml_verify(signed, key) == canonical(parse_strict(document))
    assert canonical(parse_strict(verify_xml(signed, root.trust(), at=NOW).content)) == canonical(
        parse_strict(document)
    )
    altered = signed.replace(b"</nc:IdentificationID>", b" </nc:IdentificationID>", 1)
    assert altered != signed
    with pytest.raises(xmlsec.Error):
        _xmlsec_verify(altered, key)
    with pytest.raises((InvalidSignature, InvalidDigest)):
        _signxml_verify(altered, key)


@pytest.mark.parametrize("profile", [name for name in XML_PROFILES if PROFILES[name].xml is XmlForm.XADES_B])
def test_signxml_reads_the_xades_properties(profile: str, keys: dict[str, SigningKey]) -> None:
    """EN 319 132-1, baseline B: the signing time and the certificate are signed; the format of the data is told."""
    signed = XmlSigner(keys[profile]).sign(DOCUMENT, at=NOW)
    results = XAdESVerifier().verify(
        signed, x509_cert=keys[profile].certificate, expect_config=SignatureConfiguration(expect_references=2)
    )
    (properties,) = [one.signed_xml for one in results if one.signed_xml.tag.endswith("SignedProperties")]
    assert properties.findtext("{*}SignedSignatureProperties/{*}SigningTime") == "2026-06-01T12:00:00Z"
    assert properties.findtext("{*}SignedDataObjectProperties/{*}DataObjectFormat/{*}MimeType") == "application/xml"


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1, a tool of Debian, is not installed")
@pytest.mark.parametrize("profile", XML_PROFILES)
def test_the_command_line_tool_xmlsec1_verifies_by_the_printed_recipe(
    profile: str, root: Authority, keys: dict[str, SigningKey], tmp_path: Path
) -> None:
    (tmp_path / "root.crt").write_bytes(root.certificate.public_bytes(serialization.Encoding.PEM))
    document = tmp_path / "message.xml"
    document.write_bytes(XmlSigner(keys[profile]).sign(render(view(FULL["incident"]()), CENTER), at=NOW))
    command = ["xmlsec1", "--verify", "--id-attr:Id", "SignedProperties", "--trusted-pem", "root.crt"]
    moment = ["--verification-gmt-time", "2026-06-01 12:00:00"]
    done = subprocess.run([*command, *moment, document.name], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def _signed_by_signxml(key: SigningKey, **options: object) -> bytes:
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",  # type: ignore[arg-type]
    )
    tree = signer.sign(parse_strict(DOCUMENT), key=loaded(key).private, cert=list(key.chain), **options)  # type: ignore[arg-type]
    return bytes(etree.tostring(tree))


def test_a_signature_made_by_signxml_verifies_here(root: Authority, key: SigningKey) -> None:
    verified = verify_xml(_signed_by_signxml(key), root.trust(), at=NOW)
    assert verified.signer.kid == key.kid
    assert canonical(parse_strict(verified.content)) == canonical(parse_strict(DOCUMENT))
    with pytest.raises(UntrustedSignature):
        verify_xml(_signed_by_signxml(key).replace(b"second", b"secund"), root.trust(), at=NOW)


def test_a_signature_made_by_xmlsec_verifies_here(root: Authority, key: SigningKey) -> None:
    tree = parse_strict(DOCUMENT)
    template = xmlsec.template.create(tree, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.ECDSA_SHA256, ns="ds")
    reference = xmlsec.template.add_reference(template, xmlsec.Transform.SHA256, uri="")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(template))
    tree.append(template)
    context = xmlsec.SignatureContext()
    private = loaded(key).private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context.key = xmlsec.Key.from_memory(private, xmlsec.KeyFormat.PEM)
    context.key.load_cert_from_memory(
        key.certificate.public_bytes(serialization.Encoding.PEM), xmlsec.KeyFormat.CERT_PEM
    )
    context.sign(template)
    assert verify_xml(etree.tostring(tree), root.trust(), at=NOW).signer.kid == key.kid


def test_a_profile_without_xml_signs_none(keys: dict[str, SigningKey]) -> None:
    with pytest.raises(BadSetting, match="signs no XML"):
        XmlSigner(keys[ED25519_JWS_2026.name])


@pytest.mark.parametrize("profile", PROFILES)
def test_joserfc_checks_our_detached_jws_from_the_published_key_set_alone(
    profile: str, root: Authority, keys: dict[str, SigningKey]
) -> None:
    payload, key = b'{"a":1}', keys[profile]
    signature = JsonSigner(key, Content.STIX_RECORD).sign(payload)
    published = KeySet.import_key_set(json.loads(key_set(keys.values())))
    algorithms = [key.profile.algorithm.jws_name]
    obj = jws.deserialize_compact(signature, published, payload=payload, algorithms=algorithms)
    assert obj.headers()["kid"] == key.kid
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(signature, published, payload=b'{"a":2}', algorithms=algorithms)
    known = root.trust().with_known(certificates_of(key_set(keys.values())))
    assert verify_detached(signature, payload, known, Content.STIX_RECORD, at=NOW).kid == key.kid

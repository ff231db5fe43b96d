"""Other people's software judges our signatures, and we judge theirs."""

import json

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
from signxml.verifier import XMLVerifier

from gateway.errors import UntrustedSignature
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.signing.key_set import key_set
from gateway.signing.keys import SigningKey
from gateway.signing.xml_signature import XmlSigner, parse_strict
from gateway.signing.xml_verification import verify_xml


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def key(root: Authority) -> SigningKey:
    return root.leaf()


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return XmlSigner(key).sign(DOCUMENT, at=NOW)


def _xmlsec_verify(document: bytes, key: SigningKey) -> None:
    context = xmlsec.SignatureContext()
    pem = key.certificate.public_bytes(serialization.Encoding.PEM)
    context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM)
    context.verify(xmlsec.tree.find_node(etree.fromstring(document), xmlsec.constants.NodeSignature))


def test_xmlsec_accepts_our_xml_signature_and_refuses_an_altered_one(signed: bytes, key: SigningKey) -> None:
    _xmlsec_verify(signed, key)
    with pytest.raises(xmlsec.Error):
        _xmlsec_verify(signed.replace(b"second", b"secund"), key)


def test_signxml_accepts_our_xml_signature_and_refuses_an_altered_one(signed: bytes, key: SigningKey) -> None:
    result = XMLVerifier().verify(signed, x509_cert=key.certificate)
    assert not isinstance(result, list)
    assert etree.tostring(result.signed_xml, method="c14n", exclusive=True) == etree.tostring(
        parse_strict(DOCUMENT), method="c14n", exclusive=True
    )
    with pytest.raises((InvalidSignature, InvalidDigest)):
        XMLVerifier().verify(signed.replace(b"second", b"secund"), x509_cert=key.certificate)


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
    assert etree.tostring(parse_strict(verified.content), method="c14n", exclusive=True) == etree.tostring(
        parse_strict(DOCUMENT), method="c14n", exclusive=True
    )
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


def test_joserfc_checks_our_detached_jws_from_the_published_key_set_alone(key: SigningKey) -> None:
    payload = b'{"a":1}'
    signature = JsonSigner(key, Content.STIX_RECORD).sign(payload)
    published = KeySet.import_key_set(json.loads(key_set([key])))
    obj = jws.deserialize_compact(signature, published, payload=payload, algorithms=["ES256"])
    assert obj.headers()["kid"] == key.kid
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(signature, published, payload=b'{"a":2}', algorithms=["ES256"])

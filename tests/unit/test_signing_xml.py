"""Enveloped XML signatures: exactly one, under the root, over everything, by a key that may sign (W3C XMLDSig 1.1)."""

import base64
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from lxml import etree
from signing_builders import DOCUMENT, NOW, Authority, authority, signing_key

from gateway import limits
from gateway.errors import RenderingError, UntrustedSignature
from gateway.signing.keys import SigningKey
from gateway.signing.profiles import FAST_UNSAFE_TESTS_ONLY
from gateway.signing.trust import TrustStore
from gateway.signing.xml_signature import XmlSigner, parse_strict
from gateway.signing.xml_verification import verify_xml

DS = "http://www.w3.org/2000/09/xmldsig#"


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def key(root: Authority) -> SigningKey:
    return root.leaf()


@pytest.fixture(scope="module")
def trust(root: Authority) -> TrustStore:
    return root.trust()


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return XmlSigner(key).sign(DOCUMENT, at=NOW)


def canonical(document: bytes) -> bytes:
    return etree.tostring(parse_strict(document), method="c14n", exclusive=True)


def test_the_evidence_names_the_signer_and_holds_the_content_alone(
    signed: bytes, key: SigningKey, trust: TrustStore
) -> None:
    verified = verify_xml(signed, trust, at=NOW)
    assert verified.signer.kid == key.kid
    assert verified.signer.subject == "CN=signer"
    assert canonical(verified.content) == canonical(DOCUMENT)
    assert b"Signature" not in verified.content


def test_the_same_document_gives_the_same_bytes_rfc_6979(signed: bytes, key: SigningKey) -> None:
    assert XmlSigner(key).sign(DOCUMENT, at=NOW) == signed


def test_signing_adds_a_signature_and_changes_nothing_else(signed: bytes) -> None:
    assert re.sub(rb"<ds:Signature.*</ds:Signature>", b"", signed, flags=re.DOTALL) == DOCUMENT


def _wrapped(signed: bytes) -> bytes:
    tree = parse_strict(signed)
    signature = tree.find(f"{{{DS}}}Signature")
    forged = etree.Element(tree.tag, nsmap=tree.nsmap)
    etree.SubElement(forged, "{https://center.example/m/}Text").text = "forged"
    forged.append(tree)
    tree.remove(signature)
    forged.append(signature)
    return etree.tostring(forged)


def _inside(signed: bytes) -> bytes:
    """The signed document, signature and all, as a child of a new root."""
    return b"<forged>" + signed.partition(b"?>")[2] + b"</forged>"


def _nested(signed: bytes) -> bytes:
    tree = parse_strict(signed)
    signature = tree.find(f"{{{DS}}}Signature")
    tree[0].append(signature)
    return etree.tostring(tree)


def _twice(signed: bytes) -> bytes:
    block = re.search(rb"<ds:Signature .*</ds:Signature>", signed, re.DOTALL)
    assert block is not None
    return signed.replace(block[0], block[0] * 2)


def _object_hiding(signed: bytes) -> bytes:
    return signed.replace(b"</ds:Signature>", b"<ds:Object><m:Text>hidden</m:Text></ds:Object></ds:Signature>")


def _reference_to_a_part(signed: bytes) -> bytes:
    return signed.replace(b'URI=""', b'URI="#part"').replace(b"<m:Text>A", b'<m:Text Id="part">A')


def _renamed_namespace(signed: bytes) -> bytes:
    return signed.replace(b"https://center.example/n/", b"https://center.example/x/")


def _prefix_swapped(signed: bytes) -> bytes:
    return signed.replace(b"m:Report", b"n:Report")


def _extra_transform(signed: bytes) -> bytes:
    xpath = b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>0</ds:XPath>'
    return signed.replace(b"<ds:Transforms>", b"<ds:Transforms>" + xpath + b"</ds:Transform>")


def _sha1(signed: bytes) -> bytes:
    return signed.replace(b"xmlenc#sha256", b"xmldsig#sha1").replace(
        b"xmldsig-more#ecdsa-sha256", b"xmldsig#ecdsa-sha1"
    )


def _hmac(signed: bytes) -> bytes:
    return signed.replace(b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#hmac-sha256")


def _no_certificate(signed: bytes) -> bytes:
    return re.sub(rb"<ds:X509Data>.*</ds:X509Data>", b"", signed)


def _garbled_certificate(signed: bytes) -> bytes:
    return re.sub(
        rb"<ds:X509Certificate>.*</ds:X509Certificate>", b"<ds:X509Certificate>AAAA</ds:X509Certificate>", signed
    )


def _certificate_of_an_unknown_version(signed: bytes) -> bytes:
    text = re.search(rb"<ds:X509Certificate>(.*)</ds:X509Certificate>", signed)
    assert text is not None
    odd = base64.b64decode(text[1]).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x0a")
    return signed.replace(text[1], base64.b64encode(odd))


def _certificate_with_an_unreadable_subject(signed: bytes) -> bytes:
    text = re.search(rb"<ds:X509Certificate>(.*)</ds:X509Certificate>", signed)
    assert text is not None
    data = base64.b64decode(text[1])
    at = data.rindex(b"\x0c\x06signer")
    odd = data[:at] + b"\xfc" + data[at + 1 :]
    return signed.replace(text[1], base64.b64encode(odd))


def _no_value(signed: bytes) -> bytes:
    return re.sub(rb"<ds:SignatureValue>.*</ds:SignatureValue>", b"", signed)


def _another_value(signed: bytes) -> bytes:
    value = base64.b64encode(bytes(63) + b"\1")
    return re.sub(rb"(<ds:SignatureValue>).*(</ds:SignatureValue>)", rb"\g<1>" + value + rb"\g<2>", signed)


def _added_sibling(signed: bytes) -> bytes:
    return signed.replace(b"</m:Report>", b"<m:Text>added after the signature</m:Text></m:Report>")


def _doctype(signed: bytes) -> bytes:
    return signed.replace(b"?>\n", b'?>\n<!DOCTYPE m:Report [<!ENTITY e "x">]>\n')


ATTACKS = {
    "wrapping: the signed element moved under a forged root": _wrapped,
    "the whole signed document inside a forged root": _inside,
    "the signature not directly under the root": _nested,
    "two signatures": _twice,
    "a reference to a part of the document": _reference_to_a_part,
    "another namespace behind the same prefix": _renamed_namespace,
    "another prefix on the root": _prefix_swapped,
    "a transform that signs nothing": _extra_transform,
    "SHA-1": _sha1,
    "HMAC with a public key": _hmac,
    "no certificate": _no_certificate,
    "a certificate that does not read": _garbled_certificate,
    "a certificate of an unknown version": _certificate_of_an_unknown_version,
    "a certificate with an unreadable subject": _certificate_with_an_unreadable_subject,
    "no signature value": _no_value,
    "another signature value": _another_value,
    "an element added beside the signature": _added_sibling,
    "a document type": _doctype,
    "no signature at all": lambda _: DOCUMENT,
    "no XML at all": lambda _: b"not XML",
    "nothing": lambda _: b"",
    "cut in the middle": lambda signed: signed[: len(signed) // 2],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_verifies(attack: str, signed: bytes, trust: TrustStore) -> None:
    forged = ATTACKS[attack](signed)
    assert forged != signed
    with pytest.raises(UntrustedSignature):
        verify_xml(forged, trust, at=NOW)


def test_what_stands_in_the_signature_itself_is_never_handed_on(signed: bytes, trust: TrustStore) -> None:
    """An enveloped signature does not cover itself: whatever is hidden in it must not come out as content."""
    assert b"hidden" not in verify_xml(_object_hiding(signed), trust, at=NOW).content


def test_a_comment_splits_no_value(signed: bytes, trust: TrustStore) -> None:
    """Canonicalization without comments: a comment breaks no signature, so what is handed on must not hold it."""
    commented = signed.replace(b"second", b"sec<!-- a -->ond")
    verified = verify_xml(commented, trust, at=NOW)
    assert verified.content == verify_xml(signed, trust, at=NOW).content
    assert parse_strict(verified.content)[2].text == "second"


def test_a_key_of_a_foreign_authority_is_not_believed(trust: TrustStore) -> None:
    foreign = authority("Test Root").leaf()
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_xml(XmlSigner(foreign).sign(DOCUMENT, at=NOW), trust, at=NOW)


def test_a_self_signed_certificate_is_not_believed(trust: TrustStore) -> None:
    other = authority("Other Root")
    key = signing_key(other.key, other.certificate)
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_xml(XmlSigner(key).sign(DOCUMENT, at=NOW), trust, at=NOW)


@pytest.mark.parametrize("at", [NOW - timedelta(days=2), NOW + timedelta(days=366)])
def test_a_certificate_counts_only_within_its_validity(signed: bytes, trust: TrustStore, at: object) -> None:
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_xml(signed, trust, at=at)  # type: ignore[arg-type]


@pytest.mark.parametrize("key_usage", ["key_encipherment", "key_agreement", "content_commitment"])
def test_a_key_that_may_not_sign_is_not_believed(root: Authority, trust: TrustStore, key_usage: str) -> None:
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_xml(XmlSigner(root.leaf(key_usage=key_usage)).sign(DOCUMENT, at=NOW), trust, at=NOW)


@pytest.mark.parametrize("usage", [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH])
def test_a_key_for_tls_signs_no_document(root: Authority, trust: TrustStore, usage: object) -> None:
    """A partner's client certificate comes from the same root as the signer's; it must not pass for it."""
    tls = root.leaf("harbor-power", usages=(usage,))  # type: ignore[arg-type]
    with pytest.raises(UntrustedSignature, match="not trusted"):
        verify_xml(XmlSigner(tls).sign(DOCUMENT, at=NOW), trust, at=NOW)


def test_a_certificate_without_extended_usages_is_for_any_purpose(root: Authority, trust: TrustStore) -> None:
    """RFC 5280, 4.2.1.12: the extension restricts; a center's own certificates need not have it."""
    assert (
        verify_xml(XmlSigner(root.leaf(usages=())).sign(DOCUMENT, at=NOW), trust, at=NOW).signer.subject == "CN=signer"
    )


def test_a_signature_by_another_key_than_the_embedded_one_does_not_hold(
    root: Authority, key: SigningKey, trust: TrustStore
) -> None:
    """Our own signer would find out before it let go; a peer's may not, so this one does not look."""
    careless = replace(signing_key(ec.generate_private_key(ec.SECP256R1()), *key.chain), profile=FAST_UNSAFE_TESTS_ONLY)
    with pytest.raises(UntrustedSignature, match="does not hold"):
        verify_xml(XmlSigner(careless).sign(DOCUMENT, at=NOW), trust, at=NOW)


def test_a_signature_that_does_not_verify_is_never_let_go(key: SigningKey) -> None:
    impostor = signing_key(ec.generate_private_key(ec.SECP256R1()), *key.chain)
    with pytest.raises(RenderingError, match="does not verify"):
        XmlSigner(impostor).sign(DOCUMENT, at=NOW)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<a>",
        b"<a/>",
        b"<!DOCTYPE a><a>x</a>",
        b'<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#">x<ds:Signature/></a>',
        b"<a>" + b"x" * (limits.XML_BYTES + 1) + b"</a>",
    ],
    ids=["nothing", "cut", "no content", "document type", "signed already", "too large"],
)
def test_what_cannot_be_signed_is_refused(key: SigningKey, document: bytes) -> None:
    with pytest.raises(RenderingError):
        XmlSigner(key).sign(document, at=NOW)


def test_entities_are_not_resolved() -> None:
    with pytest.raises(RenderingError, match="document type"):
        parse_strict(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>')

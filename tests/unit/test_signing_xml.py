"""Enveloped XML signatures: exactly one, under the root, over everything, by a key that may sign (W3C XMLDSig 1.1)."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from lxml import etree
from signing_builders import DOCUMENT, NOW, Authority, authority, loaded, signing_key

from gateway import limits
from gateway.errors import RenderingError, UntrustedSignature
from gateway.signing.accepted import LEGACY_SHA1_2008, STRICT_2026
from gateway.signing.algorithms import RSA_SHA1
from gateway.signing.keys import SigningKey
from gateway.signing.profiles import FAST_UNSAFE_TESTS_ONLY, PROFILES
from gateway.signing.trust import TrustStore
from gateway.signing.xml_signature import XmlSigner, parse_strict
from gateway.signing.xml_verification import read_xml, verify_xml

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


def _duplicate_id(signed: bytes) -> bytes:
    """Another element under the id that the second reference names, before the one that was meant."""
    return signed.replace(b"<m:Text>A", b'<m:Text Id="signed-properties">A')


def _duplicate_id_in_another_spelling(signed: bytes) -> bytes:
    return signed.replace(b"</ds:Object>", b'<m:Text xml:id="signed-properties">x</m:Text></ds:Object>')


def _properties_twice(signed: bytes) -> bytes:
    block = re.search(rb"<ds:Object>.*</ds:Object>", signed)
    assert block is not None
    return signed.replace(block[0], block[0].replace(b"2026-06-01", b"2020-01-01") + block[0])


def _properties_of_another_signature(signed: bytes) -> bytes:
    return signed.replace(b'Target="#signature"', b'Target="#another"')


def _properties_moved_into_the_content(signed: bytes) -> bytes:
    tree = parse_strict(signed)
    (properties,) = tree.iter("{http://uri.etsi.org/01903/v1.3.2#}SignedProperties")
    tree.insert(0, properties)
    return etree.tostring(tree)


def _another_signing_time(signed: bytes) -> bytes:
    return signed.replace(b"2026-06-01T12:00:00Z", b"2026-05-01T12:00:00Z")


def _properties_without_reference(signed: bytes) -> bytes:
    """The reference to the properties is taken out: what they state would stand there unsigned."""
    return re.sub(rb"<ds:Reference Type=.*?</ds:Reference>", b"", signed)


def _third_reference(signed: bytes) -> bytes:
    block = re.search(rb"<ds:Reference Type=.*?</ds:Reference>", signed)
    assert block is not None
    return signed.replace(block[0], block[0] * 2)


def _references_swapped(signed: bytes) -> bytes:
    blocks = re.findall(rb"<ds:Reference .*?</ds:Reference>", signed)
    return signed.replace(blocks[0] + blocks[1], blocks[1] + blocks[0])


def _with_comments(signed: bytes) -> bytes:
    return signed.replace(b"xml-exc-c14n#", b"xml-exc-c14n#WithComments")


def _inclusive(signed: bytes) -> bytes:
    return signed.replace(
        b"http://www.w3.org/2001/10/xml-exc-c14n#", b"http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    )


def _prefix_undeclared(signed: bytes) -> bytes:
    return signed.replace(b' xmlns:n="https://center.example/n/"', b"").replace(b"n:kind", b"kind")


def _instruction(signed: bytes) -> bytes:
    return signed.replace(b"second", b"sec<?x y?>ond")


ATTACKS = {
    "a duplicate of the id that is referred to": _duplicate_id,
    "a duplicate of the id as xml:id": _duplicate_id_in_another_spelling,
    "two sets of properties, the first forged": _properties_twice,
    "properties that are another signature's": _properties_of_another_signature,
    "properties moved into the content": _properties_moved_into_the_content,
    "another signing time": _another_signing_time,
    "properties that no reference covers": _properties_without_reference,
    "a third reference": _third_reference,
    "references in another order": _references_swapped,
    "canonicalization with comments": _with_comments,
    "inclusive canonicalization": _inclusive,
    "a namespace that is no longer declared": _prefix_undeclared,
    "a processing instruction inside a value": _instruction,
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


def _legacy_signed(root: Authority) -> bytes:
    """RSA of 1,024 bits with SHA-1 and inclusive canonicalization, written by hand: nothing here would make it."""
    private = rsa.generate_private_key(65537, 1024)
    certificate = root.certify(private, name="old-alerts")
    tree = parse_strict(DOCUMENT)
    digest = base64.b64encode(hashlib.sha1(etree.tostring(tree, method="c14n")).digest()).decode()
    inclusive, ds = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2000/09/xmldsig#"
    signature = etree.fromstring(
        f'<ds:Signature xmlns:ds="{ds}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{inclusive}"/>'
        f'<ds:SignatureMethod Algorithm="{ds}rsa-sha1"/><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ds}enveloped-signature"/></ds:Transforms><ds:DigestMethod Algorithm="{ds}sha1"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue/>"
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    tree.append(signature)
    info = etree.tostring(signature[0], method="c14n")
    signature[1].text = base64.b64encode(private.sign(info, padding.PKCS1v15(), hashes.SHA1())).decode()
    return bytes(etree.tostring(tree))


def test_the_signing_time_comes_from_the_signed_properties_alone(signed: bytes, trust: TrustStore) -> None:
    read = read_xml(signed, STRICT_2026)
    assert read.claim.signing_time == NOW
    assert read.claim.timestamp is None


def test_a_certificate_for_the_same_key_does_not_take_the_place_of_the_signers(
    root: Authority, key: SigningKey, signed: bytes, trust: TrustStore
) -> None:
    """Certificate substitution (EN 319 132-1, 5.2.2): the digest that was signed is of one certificate."""
    other = root.certify(loaded(key).private, name="somebody-else")
    swapped = re.sub(
        rb"(<ds:X509Certificate>)[^<]*", rb"\g<1>" + base64.b64encode(other.public_bytes(Encoding.DER)), signed, count=1
    )
    with pytest.raises(UntrustedSignature, match="another certificate"):
        verify_xml(swapped, trust, at=NOW)


def test_sha1_is_read_only_under_the_policy_that_names_it(root: Authority) -> None:
    """A short RSA key and SHA-1, as old alerts have them."""
    document = _legacy_signed(root)
    with pytest.raises(UntrustedSignature, match="strict-2026"):
        read_xml(document, STRICT_2026)
    assert read_xml(document, LEGACY_SHA1_2008).claim.algorithm is RSA_SHA1
    with pytest.raises(UntrustedSignature, match="does not hold"):
        read_xml(document.replace(b"second", b"secund"), LEGACY_SHA1_2008)


def test_no_profile_signs_with_what_only_a_legacy_policy_reads() -> None:
    assert {profile.algorithm for profile in PROFILES.values()} <= STRICT_2026.algorithms
    assert all(profile.rsa_bits in (0, 3072) for profile in PROFILES.values())
    assert FAST_UNSAFE_TESTS_ONLY.name not in PROFILES


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


def _signed_again(signed: bytes, key: SigningKey, *swaps: tuple[bytes, bytes]) -> bytes:
    """What a stranger can make: any content of the signature, under a signature of their own that holds."""
    for pattern, replacement in swaps:
        signed, count = re.subn(pattern, replacement, signed, count=1)
        assert count == 1
    root = parse_strict(signed)
    signature = root.find(f"{{{DS}}}Signature")
    info = etree.tostring(signature.find(f"{{{DS}}}SignedInfo"), method="c14n", exclusive=True)
    signature.find(f"{{{DS}}}SignatureValue").text = base64.b64encode(loaded(key).sign(info)).decode()
    return bytes(etree.tostring(root))


_EC = (
    b'<ds:KeyInfo><ds:KeyValue><e:ECKeyValue xmlns:e="http://www.w3.org/2009/xmldsig11#">'
    b'<e:NamedCurve URI="urn:oid:9.9"/><e:PublicKey>AAAA</e:PublicKey></e:ECKeyValue></ds:KeyValue>'
)
_NO_POINT = _EC.replace(b"9.9", b"1.2.840.10045.3.1.7").replace(b"AAAA", b"")
_OTHER_SORT = (
    b'<ds:KeyInfo><e:DEREncodedKeyValue xmlns:e="http://www.w3.org/2009/xmldsig11#">'
    b"MCowBQYDK2VuAyEACSqLOQGYbDLZ5HBC3rC0/pXyGv0TLBjAjqHRnQKLQAk=</e:DEREncodedKeyValue>"
)


@pytest.mark.parametrize(
    "swap",
    [
        (b"<ds:DigestValue>[^<]+", b"<ds:DigestValue>"),
        (b"<ds:KeyInfo>", _EC),
        (b"<ds:KeyInfo>", _NO_POINT),
        (b"<ds:KeyInfo>", _OTHER_SORT),
        (b"<xades:SigningTime>[^<]+", b"<xades:SigningTime>0001-01-01T00:00:00+14:00"),
        (b"<xades:SigningTime>[^<]+", b"<xades:SigningTime>9999-12-31T23:59:59-14:00"),
    ],
    ids=["empty-digest", "unknown-curve", "empty-point", "another-sort-of-key", "before-the-year-1", "after-9999"],
)
def test_a_strangers_own_signature_with_hostile_parts_is_refused_not_a_crash(
    swap: tuple[bytes, bytes], signed: bytes, key: SigningKey
) -> None:
    swaps = [swap]
    if b"SigningTime" in swap[0]:
        altered = parse_strict(re.sub(*swap, signed))
        properties = altered.find(".//{http://uri.etsi.org/01903/v1.3.2#}SignedProperties")
        digest = hashlib.sha256(etree.tostring(properties, method="c14n", exclusive=True)).digest()
        second = rb'(#signed-properties".*?<ds:DigestValue>)[^<]+'
        swaps.append((second, rb"\g<1>" + base64.b64encode(digest)))
    with pytest.raises(UntrustedSignature):
        read_xml(_signed_again(signed, key, *swaps), STRICT_2026)


def test_a_signature_with_an_empty_value_is_refused(signed: bytes) -> None:
    with pytest.raises(UntrustedSignature):
        read_xml(re.sub(rb"<ds:SignatureValue>[^<]+", b"<ds:SignatureValue>", signed), STRICT_2026)

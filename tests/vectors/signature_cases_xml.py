"""Signature vectors over XML: byte changes, wrapping, forms and algorithms."""

# One row for one vector.
# fmt: off

import hmac
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from signature_pki import by_hand
from signature_world import OWN_NAME, World, holds, refused, vector

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_WRAPPING = "XML Signature wrapping: McIntosh and Austel 2005; XML Signature Best Practices, 2.1"
_SEE = "XML Signature 1.1, 8.1.3 (see what is signed)"
_C14N = "Exclusive XML Canonicalization 1.0; Canonical XML 1.0, 2.3"


def xml_cases(w: World) -> Iterator[dict[str, Any]]:
    """Every vector whose document is XML, but for those about trust."""
    good = w.niem()
    policy = w.policy()

    def case(name: str, says: str, made: str, cite: str, content: bytes, expected: dict[str, Any]) -> dict[str, Any]:
        assert content != good or name == "xml-holds", name
        return vector(name, says, made, cite, content, policy, expected)

    yield case("xml-holds", "A signed message as it is.", "untouched", "XAdES baseline B: EN 319 132-1, 6.3", good, holds())
    yield from (case(*row, holds()) for row in _same(good))
    yield from (case(*row) for row in _changed(w, good))
    yield from (case(*row) for row in _wrapped(good))
    yield from (case(*row) for row in _forms(w, good))
    yield from _algorithms(w)


def _same(good: bytes) -> Iterator[tuple[str, str, str, str, bytes]]:
    """Other bytes for the same signed content."""
    made = "the text of the signed document is spelled another way"
    text = b"What may be said"
    yield ("xml-character-reference", "A letter written as a reference is the same.", made, _C14N, good.replace(text, b"&#87;hat may be said"))
    yield "xml-cdata", "A CDATA section is its text.", made, _C14N, good.replace(text, b"<![CDATA[What may be said]]>")
    yield ("xml-quotes", "Apostrophes around an attribute are quotation marks.", made, _C14N, good.replace(b'structures:id="event"', b"structures:id='event'"))
    yield ("xml-space-in-tag", "Blanks within a tag are none of its content.", made, _C14N, good.replace(b"<nc:DocumentSummaryText>", b"<nc:DocumentSummaryText  >"))
    yield ("xml-unused-namespace", "A declaration that nothing uses is not signed under exclusive canonicalization.", made, _C14N, good.replace(b" xmlns:xsi=", b' xmlns:spare="urn:example:spare" xmlns:xsi=', 1))
    yield ("xml-comment-in-value", "A comment is not signed. The value must be read whole, not up to the comment.", "a comment is put into a value", "CVE-2017-11427 (comment truncation); XML Signature 1.1, 6.5", good.replace(b"duty desk,", b"duty<!-- nothing --> desk,"))


def _changed(w: World, good: bytes) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    altered = refused("altered")
    made = "one change to the signed document"
    yield ("xml-content-byte", "A changed letter of the content.", made, _SEE, good.replace(b"duty desk", b"duly desk"), altered)
    yield ("xml-attribute-value", "A changed attribute.", made, _SEE, good.replace(b'structures:id="event"', b'structures:id="other"'), altered)
    yield ("xml-whitespace-between", "A blank between two elements is content.", made, _C14N, good.replace(b"</nc:DocumentSummaryText>", b"</nc:DocumentSummaryText> "), altered)
    yield ("xml-processing-instruction", "A processing instruction within the content is signed content.", made, "Canonical XML 1.0, 2.3", good.replace(b"duty desk", b"duty<?x y?> desk"), altered)
    yield ("xml-namespace-rebound", "The prefix leads to another namespace.", made, _C14N, good.replace(b"niem-core/6.0/", b"niem-core/5.0/"), altered)
    yield ("xml-prefix-rebound-inside", "A prefix is bound anew within the content.", made, _C14N, good.replace(b"<nc:DocumentSummaryText>", b'<nc:DocumentSummaryText xmlns:nc="urn:example:other">'), altered)
    yield ("xml-element-added", "An element that was not signed stands in the content.", made, _SEE, good.replace(b"<ds:Signature ", b"<fx:Added/><ds:Signature ", 1), altered)
    yield ("xml-element-removed", "A signed element is missing.", made, _SEE, re.sub(rb"<nc:DocumentSummaryText>.*?</nc:DocumentSummaryText>", b"", good), altered)
    flip = _flip(good, b"<ds:SignatureValue>", 8)
    yield ("xml-signature-byte", "A changed character of the signature value.", made, "XML Signature 1.1, 3.2.2", flip, altered)
    yield ("xml-digest-byte", "A changed character of the digest.", made, "XML Signature 1.1, 3.2.1", _flip(good, b"<ds:DigestValue>", 3), altered)
    yield ("xml-signing-time", "The signing time is changed; it is signed.", made, "EN 319 132-1, 5.2.1", good.replace(b"<xades:SigningTime>2026-06-01", b"<xades:SigningTime>2026-05-01"), altered)
    other = w.niem(w.root.issue("Vector Signer", key=w.signer.key, names=(OWN_NAME,)).signing_key())
    swapped = re.sub(rb"<ds:X509Certificate>.*?</ds:X509Certificate>", lambda _: _certificate(other), good)
    yield ("xml-certificate-swapped", "KeyInfo has another trusted certificate over the same key: the signed digest is of the first.", "the certificate in KeyInfo is exchanged", "EN 319 132-1, 5.2.2 (SigningCertificateV2)", swapped, altered)
    foreign = w.niem(w.root.issue("Another Signer", names=(OWN_NAME,)).signing_key())
    swapped = re.sub(rb"<ds:X509Certificate>.*?</ds:X509Certificate>", lambda _: _certificate(foreign), good)
    yield ("xml-certificate-of-another-key", "KeyInfo has the trusted certificate of another key.", "the certificate in KeyInfo is exchanged", "XML Signature 1.1, 4.5", swapped, altered)
    yield ("xml-certificate-byte", "A changed byte within the certificate's own signature.", made, "RFC 5280, 4.1.1.3", _flip(good, b"</ds:X509Certificate>", -12), altered)


def _wrapped(good: bytes) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    head, _, body = good.partition(b"?>\n")
    head += b"?>\n"
    signature = re.search(rb"<ds:Signature .*</ds:Signature>", body, re.DOTALL)
    assert signature is not None
    bare = body.replace(signature[0], b"")
    start = body[: body.index(b">") + 1]
    end = body[body.rindex(b"</") :]
    forged = bare.replace(b"duty desk", b"evil desk")
    form, altered = refused("form"), refused("altered")
    yield ("xml-wrapped-whole", "The signed document, signature and all, is a child of a forged one.", "wrapping under a new root", _WRAPPING, head + start + body + end, form)
    yield ("xml-wrapped-sibling", "A forged root takes the signature over, and hides the signed document beside it.", "wrapping, sibling", _WRAPPING, head + start + bare + signature[0] + end, altered)
    inner = signature[0].replace(b"</ds:Signature>", b"<ds:Object>" + bare + b"</ds:Object></ds:Signature>")
    yield ("xml-wrapped-in-object", "The signed document hides in an Object of the signature; the forged one stands outside.", "wrapping, Object", _WRAPPING, head + forged.replace(end, inner + end), altered)
    child = forged.replace(b"<nc:Incident ", b"<nc:Incident ", 1).replace(end, bare + signature[0] + end)
    yield ("xml-wrapped-child", "The signed document is a child of the forged one, the signature is the forged one's.", "wrapping, child", _WRAPPING, head + child, altered)
    yield ("xml-signature-not-under-root", "The signature stands deeper than directly under the root.", "the signature is moved into an element", _WRAPPING, head + body.replace(signature[0], b"").replace(b"</nc:Incident>", signature[0] + b"</nc:Incident>"), form)
    yield ("xml-two-signatures", "Two signatures: which of them counts is nobody's to guess.", "the signature is there twice", _WRAPPING, good.replace(signature[0], signature[0] * 2), form)
    yield ("xml-signature-removed", "A message without a signature.", "the signature is taken out", _SEE, head + bare, form)
    yield ("xml-id-twice", "The id that the second reference names is there twice.", "an attribute is added", "XML Signature 1.1, 4.4.3.2; xml:id 1.0, 4", good.replace(b"<nc:DocumentSummaryText>", b'<nc:DocumentSummaryText Id="signed-properties">'), form)
    yield ("xml-structures-id-twice", "NIEM's structures:id has the value of the Id that is referred to.", "an attribute is changed", "NIEM NDR 6.0, 12.2 (structures:id is of type ID)", good.replace(b'structures:id="event"', b'structures:id="signed-properties"'), form)
    yield ("xml-properties-of-another", "The signed properties say that they are of another signature.", "the Target is changed", "EN 319 132-1, 5.1 (Target)", good.replace(b'Target="#signature"', b'Target="#other"'), form)
    moved = re.search(rb"<xades:SignedProperties .*</xades:SignedProperties>", good, re.DOTALL)
    assert moved is not None
    decoy = moved[0].replace(b"2026-06-01", b"2026-01-01").replace(b' Id="signed-properties"', b"")
    yield (
        "xml-properties-moved",
        "The signed properties stand elsewhere; forged ones stand in their place.",
        "the properties are moved",
        _WRAPPING,
        good.replace(moved[0], decoy).replace(b"</ds:Object>", b"</ds:Object><ds:Object>" + moved[0].replace(b"<xades:SignedProperties ", b'<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" ') + b"</ds:Object>"),
        form,
    )


def _forms(w: World, good: bytes) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    form = refused("form")
    doctype = good.replace(b"?>\n", b'?>\n<!DOCTYPE x [<!ENTITY e "duty desk">]>\n', 1)
    yield ("xml-doctype", "A document type declaration.", "a DOCTYPE is added", "XML Signature Best Practices, 2.1.4; CWE-611", doctype, form)
    yield ("xml-entity", "An entity stands for signed text.", "an entity is declared and used", "CWE-776", doctype.replace(b"duty desk, ", b"&e;, "), form)
    yield ("xml-prefix-undeclared", "A prefix is undeclared, which XML 1.0 has no way to say.", "xmlns:nc is set to nothing", "Namespaces in XML 1.0, 5", good.replace(b"<nc:Incident ", b'<nc:Incident xmlns:nc="" ', 1), form)
    message = w.message()
    xpath = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>'
    xslt = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template></xsl:stylesheet></ds:Transform>'
    coded = f'<ds:Transform Algorithm="{_DSIG}base64"></ds:Transform>'
    made = "signed by the center's own key in this form"
    best = "XML Signature Best Practices, 2.1 (transforms)"
    yield ("xml-transform-xpath", "An XPath transform chooses what is signed.", made, best, by_hand(message, w.signer, transforms=xpath), form)
    yield ("xml-transform-xslt", "An XSLT transform computes what is signed.", made, best, by_hand(message, w.signer, transforms=xslt), form)
    yield ("xml-transform-base64", "A base64 transform reads text alone.", made, best, by_hand(message, w.signer, transforms=coded), form)
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    yield ("xml-c14n-inclusive", "Inclusive canonicalization is of the legacy set.", made, _C14N, by_hand(message, w.signer, c14n=inclusive), form)
    yield ("xml-c14n-with-comments", "Canonicalization with comments is not accepted.", made, _C14N, by_hand(message, w.signer, c14n="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"), form)
    part = message.replace(b"<nc:Incident ", b'<nc:Incident Id="part" ', 1)
    yield ("xml-reference-to-a-part", "The signature covers one element of the document.", made, _WRAPPING, by_hand(part, w.signer, uri="#part", target="Incident"), form)
    yield ("xml-reference-elsewhere", "The signature is over something at an address.", made, "XML Signature 1.1, 4.4.3.2", by_hand(message, w.signer, uri="https://center.example/other.xml"), form)
    invalid = message.replace(b"<fx:TrafficLightProtocolCode>green", b"<fx:TrafficLightProtocolCode>blue")
    yield ("xml-signed-nonsense", "A signature that holds over a message that the schema refuses.", made, "NIEM NDR 6.0, 12; the exchange's own schema", by_hand(invalid, w.signer), refused("unreadable"))
    yield ("xml-plain-holds", "A plain signature, without XAdES, holds; it states no time.", made, "XML Signature 1.1", by_hand(message, w.signer), holds())


def _algorithms(w: World) -> Iterator[dict[str, Any]]:
    message, policy, weak = w.message(), w.policy(), refused("algorithm")
    made, cite = "signed by the center's own key in this form", "NIST SP 800-131A revision 2; XML Signature 1.1, 6"
    spki = w.signer.certificate.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keyed = by_hand(message, w.signer, method=f"{_MORE}hmac-sha256", value=hmac.digest(spki, message, sha256))
    forms = (
        ("xml-ecdsa-sha1", "ECDSA with SHA-1.", by_hand(message, w.signer, method=f"{_MORE}ecdsa-sha1")),
        ("xml-hmac", "A keyed digest, with the public key for a secret.", keyed),
        ("xml-algorithm-unknown", "An algorithm that nobody knows.", by_hand(message, w.signer, method="urn:example:none", value=b"")),
        ("xml-algorithm-of-another-key", "The algorithm named is for RSA, the key is on a curve.", by_hand(message, w.signer, method=f"{_MORE}rsa-sha256", value=b"x" * 64)),
    )
    for name, says, content in forms:
        yield vector(name, says, made, cite, content, policy, weak)
    says = "The content is digested with SHA-1."
    yield vector("xml-digest-sha1", says, made, cite, by_hand(message, w.signer, digest=f"{_DSIG}sha1"), policy, refused("altered"))
    short = w.root.issue("Short Key", key=rsa.generate_private_key(65537, 1024), names=(OWN_NAME,))
    says = "An RSA key of 1024 bits."
    yield vector("xml-rsa-1024", says, made, cite, by_hand(message, short, method=f"{_MORE}rsa-sha256"), policy, weak)
    old = w.root.issue("Old Signer", key=rsa.generate_private_key(65537, 2048), names=(OWN_NAME,))
    sha1 = by_hand(message, old, method=f"{_DSIG}rsa-sha1", digest=f"{_DSIG}sha1")
    says = "RSA with SHA-1, as alerting systems signed for long"
    cap = "CAP 1.2, 3.3.4.1"
    yield vector("xml-sha1-under-strict", f"{says}: the strict set refuses it.", made, cap, sha1, policy, weak)
    legacy = policy | {"accepts": "legacy-sha1-2008"}
    yield vector("xml-sha1-under-legacy", f"{says}: a policy that names the legacy set reads it.", made, cap, sha1, legacy, holds())
    limited = w.policy(accepts="legacy-sha1-2008", centers=[{"id": f"identity--{OWN_NAME.value[9:]}", "algorithms": ["ecdsa-p256-sha256"]}])
    says += ": the legacy set is read, but this center is not believed with it."
    yield vector("xml-sha1-not-of-this-center", says, made, cap, sha1, limited, refused("not-allowed"))
    curve = w.root.issue("Curve Signer", key=ec.generate_private_key(ec.SECP256R1()), names=(OWN_NAME,))
    pinned = {"name": "pinned", "pinned": [curve.pem]}
    content = w.niem(curve.signing_key())
    yield vector("xml-pinned", "The policy names the certificate itself, and no root.", made, "RFC 6125, 6.6.4 (pinning)", content, pinned, holds())


def _flip(document: bytes, mark: bytes, distance: int) -> bytes:
    """The document with the base64 character at this distance from the end of a mark (its start, if negative) changed."""
    place = document.index(mark) + (len(mark) if distance >= 0 else 0) + distance
    other = b"A" if document[place : place + 1] != b"A" else b"B"
    return document[:place] + other + document[place + 1 :]


def _certificate(document: bytes) -> bytes:
    found = re.search(rb"<ds:X509Certificate>.*?</ds:X509Certificate>", document)
    assert found is not None
    return found[0]

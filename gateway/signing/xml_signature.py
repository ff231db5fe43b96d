"""Enveloped XML Signature with exclusive canonicalization (W3C XML Signature 1.1; Exclusive XML Canonicalization 1.0).

Signing is direct: libxml2 canonicalizes, `cryptography` signs, and the result is checked once before it is let go.
Verifying is signxml's, whose guards against signature wrapping matter more than its speed.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway import limits
from gateway.errors import RenderingError, UntrustedSignature
from gateway.signing.keys import SigningKey, raw_to_der
from gateway.signing.trust import Signer, TrustStore

__all__ = ["VerifiedXml", "XmlSigner", "parse_strict", "verify_xml"]

_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_SIGNATURE: Final = f"{{{_DS}}}Signature"


@dataclass(frozen=True, slots=True)
class VerifiedXml:
    """What was signed, and by whom. Use `content` and nothing else: it is the document without its signature."""

    content: bytes
    signer: Signer


class XmlSigner:
    """Puts an enveloped signature on a document, with the certificate chain in KeyInfo."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        profile = key.profile
        # The canonical form of SignedInfo is written here directly: no attribute or namespace is out of order, no
        # element is empty-tagged. `_self_check` holds that against libxml2 for every signature made.
        self._signed_info = (
            f'<ds:SignedInfo xmlns:ds="{_DS}">'
            f'<ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"></ds:CanonicalizationMethod>'
            f'<ds:SignatureMethod Algorithm="{profile.xml_signature_uri}"></ds:SignatureMethod>'
            '<ds:Reference URI=""><ds:Transforms>'
            f'<ds:Transform Algorithm="{_ENVELOPED}"></ds:Transform>'
            f'<ds:Transform Algorithm="{_EXCLUSIVE}"></ds:Transform></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{profile.xml_digest_uri}"></ds:DigestMethod>'
            "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        )
        certificates = "".join(f"<ds:X509Certificate>{_der(c)}</ds:X509Certificate>" for c in key.chain)
        self._key_info = (
            f"<ds:KeyInfo><ds:KeyName>{key.kid}</ds:KeyName><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>"
        )

    @property
    def kid(self) -> str:
        """The key id that each signature names."""
        return self._key.kid

    def sign(self, document: bytes) -> bytes:
        """The document with `ds:Signature` as the last child of its root.

        Raises RenderingError when the document does not parse or its root is empty, and when the finished signature
        does not verify (which would be a fault of ours, caught before it leaves).
        """
        root = parse_strict(document)
        close = document.rfind(b"</")
        if close < 0 or root.find(_SIGNATURE) is not None:
            raise RenderingError("the document has no content or is signed already", remedy="Sign the message itself")
        digest = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
        signed_info = self._signed_info.format(digest=base64.b64encode(digest).decode())
        value = base64.b64encode(self._key.sign(signed_info.encode())).decode()
        inner = signed_info.replace(f' xmlns:ds="{_DS}"', "", 1)
        signature = (
            f'<ds:Signature xmlns:ds="{_DS}">{inner}'
            f"<ds:SignatureValue>{value}</ds:SignatureValue>{self._key_info}</ds:Signature>"
        )
        signed = document[:close] + signature.encode() + document[close:]
        self._self_check(signed)
        return signed

    def _self_check(self, signed: bytes) -> None:
        root = parse_strict(signed)
        signature = root.find(_SIGNATURE)
        info = signature.find(f"{{{_DS}}}SignedInfo")
        value = base64.b64decode(signature.findtext(f"{{{_DS}}}SignatureValue"))
        stated = base64.b64decode(info.findtext(f".//{{{_DS}}}DigestValue"))
        canonical_info = etree.tostring(info, method="c14n", exclusive=True)
        root.remove(signature)
        actual = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
        try:
            self._key.private.public_key().verify(
                raw_to_der(value, self._key.profile), canonical_info, ec.ECDSA(self._key.profile.hash)
            )
        except (InvalidSignature, ValueError) as error:
            raise RenderingError("our own signature does not verify", remedy="Report this as a fault") from error
        if actual != stated:
            raise RenderingError("our own digest does not hold", remedy="Report this as a fault")


def verify_xml(document: bytes, trust: TrustStore, *, at: datetime) -> VerifiedXml:
    """The signed content of an enveloped signature, with its signer.

    `at` is the time at which the certificate must hold, aware. Accepts exactly one signature, a direct child of the
    root, over the whole document, ECDSA with SHA-256. Raises UntrustedSignature for anything less.
    """
    try:
        root = parse_strict(document)
    except RenderingError as error:
        raise UntrustedSignature(error.problem, remedy="Ask the sender for the document again") from error
    signatures = list(root.iter(_SIGNATURE))
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise UntrustedSignature(
            f"the document holds {len(signatures)} signatures; one, directly under the root, is accepted",
            remedy="Ask the sender for a document with one enveloped signature",
        )
    signer = trust.by_chain(_embedded_chain(signatures[0]), at=at)
    config = SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=1,
        signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}),
        digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
    )
    try:
        result = XMLVerifier().verify(root, x509_cert=signer.certificate, expect_config=config)
    except (SignXMLException, InvalidSignature, etree.LxmlError, ValueError) as error:
        raise UntrustedSignature(
            "the signature does not hold", where=signer.subject, remedy="The document was altered; do not use it"
        ) from error
    if isinstance(result, list) or result.signed_xml is None or result.signed_xml.tag != root.tag:
        raise UntrustedSignature("the signature does not cover the whole document", where=signer.subject)
    return VerifiedXml(content=etree.tostring(result.signed_xml), signer=signer)


def parse_strict(document: bytes) -> Any:
    """The root element, parsed with no entities, no network, no document type and no huge trees.

    Raises RenderingError when the bytes are not such a document.
    """
    if len(document) > limits.XML_BYTES:
        raise RenderingError(f"the document has {len(document)} bytes", remedy=f"The limit is {limits.XML_BYTES}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise RenderingError(f"line {error.lineno}: the XML is not well-formed", remedy="Mend the document") from error
    if root.getroottree().docinfo.doctype:
        raise RenderingError("the document declares a document type", remedy="Remove the DOCTYPE")
    return root


def _embedded_chain(signature: Any) -> list[x509.Certificate]:
    texts = [e.text or "" for e in signature.iterfind(f"{{{_DS}}}KeyInfo/{{{_DS}}}X509Data/{{{_DS}}}X509Certificate")]
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(text)) for text in texts[:4]]
    except (ValueError, x509.InvalidVersion) as error:
        raise UntrustedSignature("a certificate in KeyInfo does not read") from error
    if not chain:
        raise UntrustedSignature("the signature names no certificate", remedy="Ask the sender to embed its certificate")
    return chain


def _der(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()

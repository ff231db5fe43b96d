"""Making enveloped XML Signatures with exclusive canonicalization (W3C XML Signature 1.1; Exclusive XML C14N 1.0).

Signing is direct: libxml2 canonicalizes, `cryptography` signs, and the signature is written as text into the bytes of
the document, before the end tag of its root. What is written is canonical already; a signer holds that against libxml2
once, when it is made.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives import hashes, serialization
from lxml import etree

from gateway import limits
from gateway.errors import BadSetting, RenderingError
from gateway.signing.accepted import EXCLUSIVE_C14N, SHA256
from gateway.signing.keys import SigningKey
from gateway.signing.profiles import XmlForm
from gateway.signing.texts import plain_base64

__all__ = ["DS", "ENVELOPED", "SIGNATURE", "SIGNED_PROPERTIES_TYPE", "XADES", "XmlSigner", "canonical", "parse_strict"]

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SIGNED_PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"
SIGNATURE: Final = f"{{{DS}}}Signature"

_DS_HERE: Final = f' xmlns:ds="{DS}"'
_XADES_HERE: Final = f' xmlns:xades="{XADES}"'


class XmlSigner:
    """Puts an enveloped signature on a document, with the certificate chain in KeyInfo."""

    def __init__(self, key: SigningKey) -> None:
        """Raises BadSetting for a key whose profile signs no XML."""
        profile = key.profile
        if profile.xml is XmlForm.NONE:
            raise BadSetting(f"the profile {profile.name} signs no XML", remedy="Sign XML with a key of another one")
        self._key = key
        self._is_xades = profile.xml is XmlForm.XADES_B
        certificates = "".join(
            f"<ds:X509Certificate>{plain_base64(c.public_bytes(serialization.Encoding.DER))}</ds:X509Certificate>"
            for c in key.chain
        )
        self._key_info = (
            f"<ds:KeyInfo><ds:KeyName>{key.kid}</ds:KeyName><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>"
        )
        self._certificate_digest = plain_base64(key.certificate.fingerprint(hashes.SHA256()))
        self._require_canonical()

    @property
    def kid(self) -> str:
        """The key id that each signature names."""
        return self._key.kid

    def sign(self, document: bytes, *, at: datetime) -> bytes:
        """The document with `ds:Signature` as the last child of its root; `at` (aware) is the signing time.

        Raises RenderingError when the document does not parse, has an empty root, a signature or something beside its
        root, and when the finished signature does not verify (which would be a fault of ours, caught before it leaves).
        """
        return self.sign_parsed(document, parse_strict(document), at=at)

    def sign_parsed(self, document: bytes, root: Any, *, at: datetime) -> bytes:
        """As `sign`, for who has just parsed the document: `root` is what these very bytes parse to."""
        close = _before_end_tag(document, root)
        if next(root.iter(SIGNATURE), None) is not None:
            raise RenderingError("the document is signed already", remedy="Sign the message itself")
        if root.getprevious() is not None or root.getnext() is not None:
            raise RenderingError("something stands beside the root element", remedy="Remove it: it would not be signed")
        digest = plain_base64(hashlib.sha256(canonical(root)).digest())
        info, properties = self._parts(digest, at)
        value = plain_base64(self._key.sign(info.encode()))
        return document[:close] + self._signature(info, value, properties) + document[close:]

    def _parts(self, digest: str, at: datetime) -> tuple[str, str]:
        """SignedInfo and the signed properties ('' where the profile has none), both canonical."""
        algorithm = self._key.profile.algorithm.xml_uri
        if not self._is_xades:
            return _signed_info(algorithm, digest, ""), ""
        properties = self._signed_properties(at)
        return _signed_info(algorithm, digest, plain_base64(hashlib.sha256(properties.encode()).digest())), properties

    def _require_canonical(self) -> None:
        """What is signed is written here as text; libxml2 must find it canonical where it stands."""
        info, properties = self._parts(plain_base64(bytes(32)), datetime.fromtimestamp(0, UTC))
        signature = parse_strict(b"<a>" + self._signature(info, "", properties) + b"</a>")[0]
        found = [canonical(signature[0]), *([canonical(signature[-1][0][0])] if properties else [])]
        if found != [text.encode() for text in (info, properties) if text]:
            raise RenderingError("our own signature is not in canonical form", remedy="Report this as a fault")

    def _signature(self, info: str, value: str, properties: str) -> bytes:
        """The signature element; what it declares itself, its parts need not."""
        if not properties:
            return (
                f"<ds:Signature{_DS_HERE}>{info.replace(_DS_HERE, '', 1)}"
                f"<ds:SignatureValue>{value}</ds:SignatureValue>{self._key_info}</ds:Signature>"
            ).encode()
        inner = properties.replace(_DS_HERE, "").replace(_XADES_HERE, "", 1)
        return (
            f'<ds:Signature{_DS_HERE} Id="signature">{info.replace(_DS_HERE, "", 1)}'
            f"<ds:SignatureValue>{value}</ds:SignatureValue>{self._key_info}"
            f'<ds:Object><xades:QualifyingProperties{_XADES_HERE} Target="#signature">{inner}'
            "</xades:QualifyingProperties></ds:Object></ds:Signature>"
        ).encode()

    def _signed_properties(self, at: datetime) -> str:
        """Canonical: signing time, certificate and format of the data (EN 319 132-1 V1.2.1, 5.2.1, 5.2.2, 5.2.4)."""
        return (
            f'<xades:SignedProperties{_XADES_HERE} Id="signed-properties"><xades:SignedSignatureProperties>'
            f"<xades:SigningTime>{at:%Y-%m-%dT%H:%M:%SZ}</xades:SigningTime>"
            "<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>"
            f'<ds:DigestMethod{_DS_HERE} Algorithm="{SHA256}"></ds:DigestMethod>'
            f"<ds:DigestValue{_DS_HERE}>{self._certificate_digest}</ds:DigestValue>"
            "</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
            '<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#signed-content">'
            "<xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat>"
            "</xades:SignedDataObjectProperties></xades:SignedProperties>"
        )


def canonical(element: Any) -> bytes:
    """The exclusive canonical form of an element, without comments."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


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


def _before_end_tag(document: bytes, root: Any) -> int:
    """Where the end tag of the root begins. Raises RenderingError when the bytes do not end with one.

    In a well-formed document only the root's end tag can be the last `</` with nothing but its name and `>` after it:
    a comment would still have to end with `-->`, an instruction with `?>`.
    """
    close = document.rfind(b"</")
    name = f"{root.prefix}:{etree.QName(root).localname}" if root.prefix else etree.QName(root).localname
    if close < 0 or document[close + 2 :].rstrip() != f"{name}>".encode():
        raise RenderingError("the document has no content, or no plain end", remedy="Sign the message itself")
    return close


def _signed_info(algorithm: str, digest: str, properties_digest: str) -> str:
    """SignedInfo in canonical form."""
    content_id = ' Id="signed-content"' if properties_digest else ""
    properties = (
        f'<ds:Reference Type="{SIGNED_PROPERTIES_TYPE}" URI="#signed-properties"><ds:Transforms>'
        f'<ds:Transform Algorithm="{EXCLUSIVE_C14N}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{properties_digest}</ds:DigestValue></ds:Reference>"
    )
    return (
        f"<ds:SignedInfo{_DS_HERE}>"
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{algorithm}"></ds:SignatureMethod>'
        f'<ds:Reference{content_id} URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
        f'<ds:Transform Algorithm="{EXCLUSIVE_C14N}"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
        f"{properties if properties_digest else ''}</ds:SignedInfo>"
    )

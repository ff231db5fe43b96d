"""Reading enveloped XML Signatures: "see what is signed" (W3C XML Signature 1.1, 8.1.3).

The shape of the signature is checked first, against the few shapes that are accepted; then signxml verifies it. The
caller gets the signed content without the signature, and uses that alone.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.errors import RenderingError, UntrustedSignature
from gateway.signing.accepted import EXCLUSIVE_C14N, SHA256, SHA384, SHA512, Accepted
from gateway.signing.algorithms import BY_XML_URI, SignatureAlgorithm, kind_of
from gateway.signing.claim import Claim, Content, Signer, Trust
from gateway.signing.xml_signature import (
    DS,
    ENVELOPED,
    SIGNATURE,
    SIGNED_PROPERTIES_TYPE,
    XADES,
    canonical,
    parse_strict,
)

__all__ = ["ReadXml", "VerifiedXml", "read_xml", "verify_xml"]

_CHAIN_LIMIT: Final = 4
_HASHES: Final = {SHA256: hashlib.sha256, SHA384: hashlib.sha384, SHA512: hashlib.sha512}
_CERTIFICATE_DIGEST: Final = f"{{{XADES}}}SigningCertificateV2/{{{XADES}}}Cert/{{{XADES}}}CertDigest"
_ANY_FAULT: Final = (
    SignXMLException,
    InvalidSignature,
    UnsupportedAlgorithm,
    etree.LxmlError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
)
"""What signxml raises for a signature that does not hold, and for parts that are empty or of a sort unknown to it."""
_STAMP: Final = (
    f"{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties/"
    f"{{{XADES}}}SignatureTimeStamp/{{{XADES}}}EncapsulatedTimeStamp"
)


@dataclass(frozen=True, slots=True)
class ReadXml:
    """A signature that holds, and the content under it: the document without its signature. Nobody is believed yet."""

    content: bytes
    claim: Claim


@dataclass(frozen=True, slots=True)
class VerifiedXml:
    """What was signed, and by whom. Use `content` and nothing else: it is the document without its signature."""

    content: bytes
    signer: Signer


def verify_xml(document: bytes, trust: Trust, *, at: datetime) -> VerifiedXml:
    """The signed content of an enveloped signature, with its signer, if `trust` believes it at the moment `at`.

    Raises UntrustedSignature for anything less.
    """
    read = read_xml(document, trust.accepts)
    return VerifiedXml(content=read.content, signer=trust.judge(read.claim, at=at))


def read_xml(document: bytes, accepted: Accepted) -> ReadXml:
    """The signed content with what the signature claims, once it is shown to hold.

    Accepts exactly one signature, a direct child of the root, over the whole document, and beside that at most over its
    own XAdES properties. Raises UntrustedSignature for anything less.
    """
    try:
        root = parse_strict(document)
    except RenderingError as error:
        raise UntrustedSignature(error.problem, remedy="Ask the sender for the document again") from error
    signatures = list(root.iter(SIGNATURE))
    if len(signatures) != 1 or signatures[0].getparent() is not root:
        raise UntrustedSignature(
            f"the document holds {len(signatures)} signatures; one, directly under the root, is accepted",
            remedy="Ask the sender for a document with one enveloped signature",
        )
    signature = signatures[0]
    algorithm = _algorithm(signature, accepted)
    properties = _signed_properties(signature, root, accepted)
    chain = _embedded_chain(signature)
    if kind_of(_public_key(chain[0])) is not algorithm.kind or not accepted.admits_key(_public_key(chain[0])):
        raise UntrustedSignature("the key is not one for this algorithm, or too short", remedy="Check who made it")
    content = _held_content(root, chain[0], accepted, references=1 if properties is None else 2)
    if properties is not None:
        _require_certificate(properties, chain[0])
    return ReadXml(
        content=content,
        claim=Claim(
            content=Content.NIEM_DOCUMENT,
            algorithm=algorithm,
            chain=tuple(chain),
            stamped=canonical(signature.find(f"{{{DS}}}SignatureValue")),
            signing_time=_signing_time(properties),
            timestamp=_timestamp(signature),
        ),
    )


# The shape ------------------------------------------------------------------------------------------------------------


def _algorithm(signature: Any, accepted: Accepted) -> SignatureAlgorithm:
    method = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}SignatureMethod")
    algorithm = BY_XML_URI.get(method.get("Algorithm", "")) if method is not None else None
    if algorithm not in accepted.algorithms or algorithm is None:
        raise UntrustedSignature(f"the algorithm is not accepted by {accepted.name}", remedy="Check who made it")
    return algorithm


def _signed_properties(signature: Any, root: Any, accepted: Accepted) -> Any:
    """The XAdES properties that are signed too, None without them. Raises UntrustedSignature for another shape."""
    info = signature.find(f"{{{DS}}}SignedInfo")
    method = info.find(f"{{{DS}}}CanonicalizationMethod")
    references = info.findall(f"{{{DS}}}Reference")
    if method is None or method.get("Algorithm") not in accepted.canonicalizations or not 1 <= len(references) <= 2:
        raise _shape("it is not canonicalized as accepted, or has more references than two")
    first = references[0]
    transforms = _transforms(first)
    if first.get("URI") != "" or transforms[:1] != [ENVELOPED] or len(transforms) > 2:
        raise _shape("its first reference is not to the whole document, enveloped")
    if any(transform not in accepted.canonicalizations for transform in transforms[1:]):
        raise _shape("its first reference has a transform that is not accepted")
    return _referred(signature, root, references[1]) if len(references) == 2 else None


def _referred(signature: Any, root: Any, reference: Any) -> Any:
    if reference.get("Type") != SIGNED_PROPERTIES_TYPE or _transforms(reference) != [EXCLUSIVE_C14N]:
        raise _shape("its second reference is not to its own properties")
    name = (reference.get("URI") or "").removeprefix("#")
    properties = signature.find(f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties/{{{XADES}}}SignedProperties")
    if not name or len(list(_with_id(root, name))) != 1 or properties is None or properties.get("Id") != name:
        raise _shape("an id that it refers to is there twice, or not where it belongs")
    target = properties.getparent().get("Target")
    if not signature.get("Id") or target != f"#{signature.get('Id')}":
        raise _shape("its properties are those of another signature")
    return properties


def _with_id(root: Any, name: str) -> Iterator[Any]:
    """Every element that anybody might take for the one with this id."""
    for element in root.iter(etree.Element):
        if any(etree.QName(a).localname.lower() == "id" and value == name for a, value in element.attrib.items()):
            yield element


def _transforms(reference: Any) -> list[str]:
    """Their algorithms in order; '' for one with parameters (an XPath, a stylesheet): signxml would pass over it."""
    transforms = reference.iterfind(f"{{{DS}}}Transforms/{{{DS}}}Transform")
    return ["" if len(t) else t.get("Algorithm", "") for t in transforms]


def _shape(what: str) -> UntrustedSignature:
    return UntrustedSignature(
        f"the signature has a form that is not accepted: {what}", remedy="Ask the sender for an enveloped signature"
    )


# What holds -----------------------------------------------------------------------------------------------------------


def _held_content(root: Any, certificate: x509.Certificate, accepted: Accepted, *, references: int) -> bytes:
    methods = {a.xml_uri for a in accepted.algorithms}
    config = SignatureConfiguration(
        require_x509=True,
        location="./",
        expect_references=references,
        signature_methods=frozenset(method for method in SignatureMethod if method.value in methods),
        digest_algorithms=frozenset(digest for digest in DigestAlgorithm if digest.value in accepted.digests),
        # Whether the certificate held, and when, is for the policy: signxml would ask about the wall clock's time.
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        result = XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
    except _ANY_FAULT as error:
        raise UntrustedSignature(
            "the signature does not hold", remedy="The document was altered; do not use it"
        ) from error
    first = result[0] if isinstance(result, list) else result
    if first.signed_xml is None or first.signed_xml.tag != root.tag:
        raise UntrustedSignature("the signature does not cover the whole document", remedy="Do not use it")
    return bytes(etree.tostring(first.signed_xml))


def _require_certificate(properties: Any, leaf: x509.Certificate) -> None:
    """The signed digest is of the certificate in KeyInfo, which nobody can then exchange (EN 319 132-1, 5.2.2)."""
    stated = properties.find(f"{{{XADES}}}SignedSignatureProperties/{_CERTIFICATE_DIGEST}")
    method = stated.find(f"{{{DS}}}DigestMethod") if stated is not None else None
    digest = _HASHES.get(method.get("Algorithm", "")) if method is not None else None
    value = (stated.findtext(f"{{{DS}}}DigestValue") or "").strip() if stated is not None else ""
    actual = digest(leaf.public_bytes(serialization.Encoding.DER)).digest() if digest else b""
    if not actual or base64.b64encode(actual).decode() != value:
        raise UntrustedSignature("the signature was made under another certificate", remedy="Do not use it")


def _signing_time(properties: Any) -> datetime | None:
    if properties is None:
        return None
    text = properties.findtext(f"{{{XADES}}}SignedSignatureProperties/{{{XADES}}}SigningTime") or ""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:  # OverflowError: in UTC it lies before the year 1, or after 9999
        raise UntrustedSignature("the signing time does not read", remedy="Ask the sender for it again") from error


def _timestamp(signature: Any) -> bytes | None:
    text = signature.findtext(f"{{{DS}}}Object/{{{XADES}}}QualifyingProperties/{_STAMP}")
    try:
        return base64.b64decode(text, validate=False) if text else None
    except ValueError as error:
        raise UntrustedSignature("the timestamp does not read", remedy="Ask the sender for it again") from error


def _embedded_chain(signature: Any) -> list[x509.Certificate]:
    texts = [e.text or "" for e in signature.iterfind(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")]
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(text)) for text in texts[:_CHAIN_LIMIT]]
    except (ValueError, x509.InvalidVersion) as error:
        raise UntrustedSignature(
            "a certificate in KeyInfo does not read", remedy="Ask the sender for it again"
        ) from error
    if not chain:
        raise UntrustedSignature("the signature names no certificate", remedy="Ask the sender to embed its certificate")
    return chain


def _public_key(certificate: x509.Certificate) -> object:
    try:
        return certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UntrustedSignature("the certificate's key does not read", remedy="Check who made it") from error

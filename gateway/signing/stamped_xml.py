"""A timestamp in a signed XML document: XAdES baseline T (EN 319 132-1 V1.2.1, 5.3 and 6.3).

The token goes into the unsigned properties of the signature. It is inserted as text: no other byte of the document
changes, and the signature over it holds as before.
"""

from typing import Final

from gateway.errors import RenderingError, UntrustedSignature
from gateway.signing.accepted import EXCLUSIVE_C14N, STRICT_2026
from gateway.signing.texts import plain_base64
from gateway.signing.xml_verification import read_xml

__all__ = ["with_timestamp"]

_END: Final = b"</xades:QualifyingProperties>"


def with_timestamp(document: bytes, token: bytes) -> bytes:
    """The signed document with a time-stamp token (RFC 3161, DER) over the canonical form of its ds:SignatureValue.

    The canonicalization is named, for without a name it would be the inclusive one. Raises UntrustedSignature when the
    signature does not hold, RenderingError when it has no place for a timestamp or has one already.
    """
    before = read_xml(document, STRICT_2026)
    if before.claim.timestamp is not None:
        raise RenderingError("the signature has a timestamp already", remedy="Use the document as it is")
    if document.count(_END) != 1:
        raise RenderingError(
            "the signature has no place for a timestamp, or not where this gateway writes it",
            remedy="Timestamp the file itself: gateway timestamp request --detached",
        )
    stamped = document.replace(_END, _unsigned_properties(token) + _END)
    try:
        after = read_xml(stamped, STRICT_2026)
    except UntrustedSignature as error:
        raise _misplaced() from error
    if after.content != before.content or after.claim.timestamp != token:
        raise _misplaced()
    return stamped


def _unsigned_properties(token: bytes) -> bytes:
    return (
        "<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE_C14N}"/>'
        f"<xades:EncapsulatedTimeStamp>{plain_base64(token)}</xades:EncapsulatedTimeStamp>"
        "</xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    ).encode()


def _misplaced() -> RenderingError:
    return RenderingError("the timestamp does not fit into the signature", remedy="Timestamp the file itself")

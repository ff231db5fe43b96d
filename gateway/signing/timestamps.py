"""Time-stamp tokens (RFC 3161): proof by a third party that a signature stood at a moment.

Nothing here asks a network: a request is bytes that an operator sends to an authority, its reply is bytes that come
back. A token proves its moment offline and years later, when the signer's key is long retired.
"""

import hashlib
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from gateway import limits
from gateway.errors import UntrustedSignature
from gateway.signing.timestamp_gaps import close_the_gaps, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfc3161_client.tsp import TimeStampResponse

__all__ = ["Stamp", "TimestampAuthorities", "imprinted", "request", "stamp_of", "token_of"]

_BY_IDENTIFIER: Final = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
_GRANTED: Final = b"\x30\x03\x02\x01\x00"
"""PKIStatusInfo with the status `granted` (RFC 3161, 2.4.2): a token is kept without the reply that it came in."""
_ANY_FAULT: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the readers of DER and of certificates raise for bytes that are none."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says of itself; nobody is believed yet.

    `moment` is its genTime (aware, UTC), `accuracy` how far off it may be, None where the authority does not say.
    `policy` is the object identifier of the authority's policy, `digest` the hexadecimal imprint.
    """

    moment: datetime
    accuracy: timedelta | None
    policy: str
    serial_number: int
    digest: str
    authority: str


def request(stamped: bytes) -> bytes:
    """A TimeStampReq (DER) for these bytes: SHA-256, with a nonce, asking for the certificates (RFC 3161, 2.4.1).

    Raises UntrustedSignature for no bytes: an empty file proves nothing.
    """
    if not stamped:
        raise UntrustedSignature("there is nothing to timestamp: the file is empty", remedy="Check which file it is")
    builder = TimestampRequestBuilder().data(stamped).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def token_of(reply: bytes, stamped: bytes, request: bytes | None = None) -> bytes:
    """The token (DER) in an authority's TimeStampResp, if it was granted for these bytes. Nobody is believed yet.

    With the request that was sent, its nonce must have come back. Raises UntrustedSignature for anything less.
    """
    answer = _granted(reply)
    if not _is_over(answer, stamped):
        raise _other_content()
    if request is not None and answer.tst_info.nonce != _nonce(request):
        raise UntrustedSignature("the reply answers another request", remedy="Attach the reply to the request sent")
    with _readable():
        return bytes(answer.time_stamp_token())


def imprinted(reply: bytes, among: Iterable[bytes]) -> bytes:
    """Which of these bytes a granted reply is about. Raises UntrustedSignature when it is about none of them."""
    answer = _granted(reply)
    for stamped in among:
        if _is_over(answer, stamped):
            return stamped
    raise _other_content()


def stamp_of(token: bytes) -> Stamp:
    """What a token says, unverified. Raises UntrustedSignature when it is no token."""
    return _stamp(_decoded(_as_reply(token)))


class TimestampAuthorities:
    """The roots of the time-stamp authorities that are believed; no other use of a root makes it one of these."""

    def __init__(self, roots: Iterable[x509.Certificate]) -> None:
        self._roots = tuple(dict.fromkeys(roots))

    def moment(self, token: bytes, stamped: bytes) -> datetime:
        """When the bytes stood at the latest: the token's genTime (aware, UTC, the fraction of a second cut off).

        It must be over exactly these bytes, signed by the certificate that it names itself (ESS, RFC 5816), which
        chains to one of the roots at that moment and is for timestamps alone, marked critical (RFC 3161, 2.3). Whether
        the authority's certificate was revoked is not asked: that cannot be known offline. Raises UntrustedSignature
        for anything less, with the reason.
        """
        if not self._roots:
            raise UntrustedSignature("no time-stamp authority is trusted", remedy="Name the authority's root")
        answer = _decoded(_as_reply(token))
        if not _is_over(answer, stamped):
            raise _other_content()
        verifier = VerifierBuilder(roots=list(self._roots)).build()
        try:
            verifier.verify_message(answer, stamped)
        except VerificationError as error:
            raise UntrustedSignature(
                "the timestamp is not by an authority that is trusted",
                where=_last_reason(error),
                remedy="Check the authority's root, and its certificate's dates and purpose",
            ) from error
        except _ANY_FAULT as error:
            raise _unreadable() from error
        with _readable():
            close_the_gaps(token)
        stamp = _stamp(answer)
        if stamp.accuracy is not None and stamp.accuracy > timedelta(seconds=limits.TIMESTAMP_ACCURACY_SECONDS):
            raise refused("its clock may be off by more than a minute")
        return stamp.moment


# Reading --------------------------------------------------------------------------------------------------------------


def _as_reply(token: bytes) -> bytes:
    """A TimeStampResp around a bare token (RFC 3161, 2.4.2)."""
    body = _GRANTED + token
    size = len(body)
    if size > limits.TIMESTAMP_BYTES:
        raise _too_large()
    head = bytes([size]) if size < 0x80 else b"\x83" + size.to_bytes(3, "big")
    if 0x80 <= size < 0x100:
        head = b"\x81" + bytes([size])
    elif 0x100 <= size < 0x10000:
        head = b"\x82" + size.to_bytes(2, "big")
    return b"\x30" + head + body


def _decoded(reply: bytes) -> "TimeStampResponse":
    if len(reply) > limits.TIMESTAMP_BYTES + 8:
        raise _too_large()
    try:
        return decode_timestamp_response(reply)
    except _ANY_FAULT:
        with _readable():
            return decode_timestamp_response(_in_order(reply))


def _in_order(reply: bytes) -> bytes:
    """The reply with its certificates in the order that DER has for a set, which rfc3161-client insists on.

    OpenSSL's authority writes them as they come. They are under no signature (RFC 5652, 5.1 and 5.4).
    """
    answer = tsp.TimeStampResp.load(reply, strict=True)
    signed = answer["time_stamp_token"]["content"]
    signed["certificates"] = cms.CertificateSet(sorted(signed["certificates"], key=lambda one: one.dump()))
    return bytes(answer.dump())


def _granted(reply: bytes) -> "TimeStampResponse":
    answer = _decoded(reply)
    if answer.status != 0:
        raise UntrustedSignature(
            "the authority did not grant the timestamp",
            where=f"status {answer.status}",
            remedy="Read its reply with openssl ts -reply -text; send a new request",
        )
    return answer


def _nonce(request: bytes) -> int:
    with _readable():
        nonce = tsp.TimeStampReq.load(request, strict=True)["nonce"].native
    if not isinstance(nonce, int):
        raise UntrustedSignature("the request holds no nonce", remedy="Make it with gateway timestamp request")
    return nonce


def _is_over(answer: "TimeStampResponse", stamped: bytes) -> bool:
    with _readable():
        imprint = answer.tst_info.message_imprint
        algorithm, found = imprint.hash_algorithm.dotted_string, imprint.message
    digest = _BY_IDENTIFIER.get(algorithm)
    if digest is None:
        raise refused("its imprint is made with a digest that does not count")
    return digest(stamped).digest() == found


def _stamp(answer: "TimeStampResponse") -> Stamp:
    with _readable():
        info = answer.tst_info
        far = info.accuracy
        accuracy = (
            None
            if far is None
            else timedelta(seconds=far.seconds or 0, milliseconds=far.millis or 0, microseconds=far.micros or 0)
        )
        moment = info.gen_time
        return Stamp(
            moment=moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC),
            accuracy=accuracy,
            policy=info.policy.dotted_string,
            serial_number=info.serial_number,
            digest=info.message_imprint.message.hex(),
            authority=_signer_name(answer),
        )


def _signer_name(answer: "TimeStampResponse") -> str:
    """The subject of the certificate that the token points at; its issuer where it brings none."""
    (signer,) = answer.signed_data.signer_infos
    for der in answer.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if certificate.serial_number == signer.serial_number and certificate.issuer == signer.issuer:
            return certificate.subject.rfc4514_string()
    return signer.issuer.rfc4514_string()


@contextmanager
def _readable() -> "Iterator[None]":
    try:
        yield
    except _ANY_FAULT as error:
        raise _unreadable() from error


def _last_reason(error: VerificationError) -> str:
    """OpenSSL's own words, the last of its stack, without the lines of its source."""
    _, found, words = str(error).rpartition('data: "')
    return words.partition('"')[0].removeprefix("Verify error:").strip()[:120] if found else str(error)[:120]


def _other_content() -> UntrustedSignature:
    return UntrustedSignature("the timestamp is over something else", remedy="Check which file it was made for")


def _unreadable() -> UntrustedSignature:
    return UntrustedSignature("the timestamp does not read", remedy="Ask the authority for a DER token (RFC 3161)")


def _too_large() -> UntrustedSignature:
    return UntrustedSignature("the timestamp is too large", remedy=f"The limit is {limits.TIMESTAMP_BYTES} bytes")

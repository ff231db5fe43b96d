"""RFC 3161: a token is believed only whole; what rfc3161-client does not ask, we ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response
from signing_builders import NOW
from timestamp_builders import POLICY, TIMESTAMPS_ALONE, Issuer, TimestampAuthority, timestamp_root

from gateway.errors import UntrustedSignature
from gateway.signing.keys import load_certificates
from gateway.signing.timestamps import Stamp, TimestampAuthorities, request, stamp_of, token_of

VECTORS = Path(__file__).parent.parent / "vectors" / "timestamps"
STAMPED = b"c2lnbmF0dXJl"
ROOT = timestamp_root()
AUTHORITY = ROOT.authority()
BELIEVED = TimestampAuthorities([ROOT.certificate])
TOKEN = AUTHORITY.token(STAMPED)


def test_a_request_asks_with_sha256_a_nonce_and_for_the_certificates() -> None:
    asked = tsp.TimeStampReq.load(request(STAMPED)).native
    assert asked["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert asked["cert_req"] is True
    assert asked["nonce"] != tsp.TimeStampReq.load(request(STAMPED)).native["nonce"]


def test_a_granted_reply_gives_a_token_that_proves_its_moment() -> None:
    asked = request(STAMPED)
    token = token_of(AUTHORITY.reply(asked), STAMPED, asked)
    moment = BELIEVED.moment(token, STAMPED)
    assert (moment, moment.tzinfo) == (NOW, UTC)


def test_what_a_token_says_is_shown_without_belief() -> None:
    far = replace(AUTHORITY, info={"accuracy": {"seconds": 1, "millis": 500}})
    stamp = stamp_of(far.token(STAMPED))
    assert stamp == Stamp(NOW, timedelta(seconds=1.5), POLICY, 7, stamp.digest, "CN=Test TSA")


@pytest.mark.parametrize("status", [2, 3, 4, 5])
def test_a_reply_that_is_not_granted_gives_no_token(status: int) -> None:
    asked = request(STAMPED)
    with pytest.raises(UntrustedSignature, match="did not grant"):
        token_of(AUTHORITY.reply(asked, status=status), STAMPED, asked)


def test_a_reply_to_another_request_is_refused_by_its_nonce() -> None:
    with pytest.raises(UntrustedSignature, match="another request"):
        token_of(AUTHORITY.reply(request(STAMPED)), STAMPED, request(STAMPED))


def test_a_reply_over_something_else_is_refused() -> None:
    asked = request(STAMPED)
    with pytest.raises(UntrustedSignature, match="something else"):
        token_of(AUTHORITY.reply(asked), b"other", asked)


def _short_rsa() -> TimestampAuthority:
    return ROOT.authority(key=rsa.generate_private_key(65537, 1024))


def _below(middle: Issuer) -> TimestampAuthority:
    authority = middle.authority()
    return replace(authority, brings=(*authority.brings, middle.certificate))


def _twin_of_the_signer() -> TimestampAuthority:
    """A second certificate with the signer's issuer and serial number: which one signed would be anybody's guess."""
    twin = ROOT.issue("Twin", usages=TIMESTAMPS_ALONE, serial_number=AUTHORITY.signer.certificate.serial_number)
    return replace(AUTHORITY, brings=(*AUTHORITY.brings, twin.certificate))


def _with_a_critical_extension() -> TimestampAuthority:
    extension = {"extn_id": "1.2.3.9", "critical": True, "extn_value": b"\x05\x00"}
    return replace(AUTHORITY, info={"extensions": [extension]})


_EXPIRED = (NOW - timedelta(days=10), NOW - timedelta(days=1))
_TWO_PURPOSES = (*TIMESTAMPS_ALONE, ExtendedKeyUsageOID.CODE_SIGNING)
NOT_BELIEVED = {
    "an authority under another root": timestamp_root("Other").authority(),
    "a certificate that had expired": ROOT.authority(valid=_EXPIRED),
    "a certificate that was not valid yet": ROOT.authority(valid=(NOW + timedelta(days=1), NOW + timedelta(days=9))),
    "a certificate for no purpose": ROOT.authority(usages=()),
    "a certificate for another purpose": ROOT.authority(usages=(ExtendedKeyUsageOID.EMAIL_PROTECTION,)),
    "a certificate for two purposes": ROOT.authority(usages=_TWO_PURPOSES),
    "a purpose that is not critical": ROOT.authority(is_critical=False),
    "an issuer that is no authority": _below(ROOT.issue("Middle")),
    "an issuer that had expired": _below(ROOT.issue("Middle", is_authority=True, valid=_EXPIRED)),
    "an issuer that is not there": ROOT.issue("Middle", is_authority=True).authority(),
    "no certificate at all": replace(AUTHORITY, brings=()),
    "another key than the certificate's": replace(AUTHORITY, signer=Issuer(AUTHORITY.signer.certificate, ROOT.key)),
    "another certificate named in its signature": replace(AUTHORITY, names_certificate=ROOT.certificate),
    "no certificate named in its signature": replace(AUTHORITY, has_ess=False),
    "two certificates that might be the signer's": _twin_of_the_signer(),
    "a signature over SHA-1": replace(AUTHORITY, digest="sha1"),
    "a short key": _short_rsa(),
    "a critical extension": _with_a_critical_extension(),
    "a clock that may be an hour off": replace(AUTHORITY, info={"accuracy": {"seconds": 3600}}),
}


@pytest.mark.parametrize("authority", NOT_BELIEVED.values(), ids=NOT_BELIEVED)
def test_a_token_with_one_thing_wrong_is_not_believed(authority: TimestampAuthority) -> None:
    with pytest.raises(UntrustedSignature, match="timestamp") as raised:
        BELIEVED.moment(authority.token(STAMPED), STAMPED)
    assert "pk7" not in str(raised.value)


RIGHT = {
    "directly under the root": AUTHORITY,
    "under an intermediate": _below(ROOT.issue("Middle", is_authority=True)),
    "with an RSA key": ROOT.authority(key=rsa.generate_private_key(65537, 2048)),
    "signed over SHA-512": replace(AUTHORITY, digest="sha512"),
    "a second off": replace(AUTHORITY, info={"accuracy": {"seconds": 1}}),
    "with the root along": replace(AUTHORITY, brings=(*AUTHORITY.brings, ROOT.certificate)),
}


@pytest.mark.parametrize("authority", RIGHT.values(), ids=RIGHT)
def test_a_token_with_nothing_wrong_is_believed(authority: TimestampAuthority) -> None:
    assert BELIEVED.moment(authority.token(STAMPED), STAMPED) == NOW


def test_a_token_of_a_certificate_that_has_expired_since_is_still_believed() -> None:
    """Validity is asked at the token's own moment: that is what a timestamp is for."""
    then = NOW - timedelta(days=5)
    authority = ROOT.authority(valid=(NOW - timedelta(days=9), NOW - timedelta(days=1)))
    assert BELIEVED.moment(authority.token(STAMPED, at=then), STAMPED) == then


def test_the_signer_itself_is_no_root() -> None:
    """A root that is no authority makes nobody a time-stamp authority."""
    with pytest.raises(UntrustedSignature):
        TimestampAuthorities([AUTHORITY.signer.certificate]).moment(TOKEN, STAMPED)


def test_without_a_root_nobody_is_believed() -> None:
    with pytest.raises(UntrustedSignature, match="no time-stamp authority"):
        TimestampAuthorities([]).moment(TOKEN, STAMPED)


def test_a_token_is_over_its_own_bytes_alone() -> None:
    with pytest.raises(UntrustedSignature, match="something else"):
        BELIEVED.moment(TOKEN, STAMPED + b"A")


def test_a_token_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(UntrustedSignature, match="too large"):
        BELIEVED.moment(bytes(70_000), STAMPED)


@pytest.mark.parametrize("hostile", [b"", b"\x30", b"0" * 300, b"\x30\x84\xff\xff\xff\xff", b"\x30\x80" * 20_000])
def test_hostile_der_is_refused_in_words(hostile: bytes) -> None:
    for read in (lambda: BELIEVED.moment(hostile, STAMPED), lambda: token_of(hostile, STAMPED)):
        with pytest.raises(UntrustedSignature):
            read()
    with pytest.raises(UntrustedSignature):
        token_of(AUTHORITY.reply(request(STAMPED)), STAMPED, hostile)


@settings(max_examples=300)
@given(st.integers(0, len(TOKEN) * 8 - 1))
def test_a_flipped_bit_never_moves_the_moment(bit: int) -> None:
    """Some bits are under no signature (versions, algorithm parameters): those may hold, and say the same."""
    altered = bytearray(TOKEN)
    altered[bit // 8] ^= 1 << bit % 8
    try:
        moment = BELIEVED.moment(bytes(altered), STAMPED)
    except UntrustedSignature:
        return
    assert moment == NOW


@settings(max_examples=200)
@given(st.integers(0, len(TOKEN)), st.binary(max_size=12))
def test_a_token_cut_or_filled_is_refused_in_words(length: int, filling: bytes) -> None:
    altered = TOKEN[:length] + filling
    if altered == TOKEN:
        return
    with pytest.raises(UntrustedSignature):
        BELIEVED.moment(altered, STAMPED)


def test_a_moment_is_told_in_whole_seconds() -> None:
    """Never later than the token says."""
    at = datetime(2026, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    assert BELIEVED.moment(AUTHORITY.token(STAMPED, at=at), STAMPED) == NOW


def test_a_reply_of_openssl_with_its_certificates_in_any_order_is_believed() -> None:
    """rfc3161-client reads a CMS set in DER's order alone; OpenSSL's authority writes one as it comes."""
    stamped, asked, reply = ((VECTORS / name).read_bytes() for name in ("stamped.txt", "request.tsq", "reply.tsr"))
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(reply)
    token = token_of(reply, stamped, asked)
    believed = TimestampAuthorities(load_certificates(VECTORS / "root.crt"))
    assert believed.moment(token, stamped) == stamp_of(token).moment
    assert stamp_of(token).authority == "CN=Example TSA"
    with pytest.raises(UntrustedSignature, match="not by an authority"):
        BELIEVED.moment(token, stamped)

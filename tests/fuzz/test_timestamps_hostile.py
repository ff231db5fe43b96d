"""Damaged tokens and replies: refused in words, or they say what they said; nothing else ever gets out."""

import random

import pytest
from signing_builders import NOW
from timestamp_builders import timestamp_root

from gateway.errors import UntrustedSignature
from gateway.signing.timestamps import TimestampAuthorities, request, stamp_of, token_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:Parsed a serial number"),
    pytest.mark.filterwarnings("ignore:Attribute's length must be"),
]
"""cryptography's own notices about damaged certificates; they name no content."""
STAMPED = b"what is stamped"


def _damaged(rng: random.Random, source: bytes) -> bytes:
    """Bytes replaced, removed, inserted or repeated; replaced ones most often, so that lengths still hold."""
    damaged = bytearray(source)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(damaged))
        match rng.randrange(8):
            case 0:
                del damaged[at : at + rng.randrange(1, 9)]
            case 1:
                damaged[at:at] = rng.randbytes(rng.randrange(1, 9))
            case 2:
                other = rng.randrange(len(damaged))
                damaged[at:at] = damaged[other : other + rng.randrange(1, 60)]
            case _:
                damaged[at] = rng.randrange(256)
    return bytes(damaged) or b"\x00"


def _withstands(count: int, seed: int) -> int:
    """Feeds so many damaged tokens and replies; how many were refused."""
    rng = random.Random(seed)
    root = timestamp_root()
    authority, believed = root.authority(), TimestampAuthorities([root.certificate])
    asked = request(STAMPED)
    token, reply = authority.token(STAMPED), authority.reply(asked)
    refused = 0
    for _ in range(count):
        damaged_token, damaged_reply, damaged_request = (_damaged(rng, one) for one in (token, reply, asked))
        try:
            assert believed.moment(damaged_token, STAMPED) == NOW
        except UntrustedSignature:
            refused += 1
        for read in (
            lambda data=damaged_reply: token_of(data, STAMPED, asked),
            lambda data=damaged_request: token_of(reply, STAMPED, data),
            lambda data=damaged_token: stamp_of(data),
        ):
            try:
                read()
            except UntrustedSignature:
                refused += 1
    return refused


def test_damaged_timestamps_are_refused_in_words() -> None:
    assert _withstands(1500, seed=3161) > 1500


def test_a_certificate_of_an_unknown_version_in_a_token_is_refused_in_words() -> None:
    """Found by the long run: that is no ValueError to the library."""
    token = timestamp_root().authority().token(STAMPED)
    odd = token.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x39")
    assert odd != token
    with pytest.raises(UntrustedSignature, match="does not read"):
        stamp_of(odd)


@pytest.mark.soak
def test_many_damaged_timestamps_are_refused_in_words() -> None:
    assert _withstands(100_000, seed=5816) > 100_000

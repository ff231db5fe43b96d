"""Whatever is done to the ring, one key signs XML and one signs JSON at every moment, and no ended key comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import ConfigurationError
from gateway.signing.profiles import DEFAULT_PROFILE, PROFILES
from gateway.signing.reasons import Reason
from gateway.signing.ring import KeyState, Ring, RingKey, Signs

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNS = settings(deadline=None, max_examples=300)

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["rotate", "rotate", "revoke"]),
        st.integers(0, 60),  # hours since the act before
        st.integers(0, 200),  # hours until a new key signs
        st.sampled_from(list(PROFILES)),
        st.integers(0, 30),  # which key is revoked
    ),
    max_size=12,
)


def kid(number: int) -> str:
    return f"{number:032x}"


def played(acts: list[tuple[str, int, int, str, int]]) -> list[tuple[datetime, Ring]]:
    """The ring after each act. A revocation that leaves nothing to sign makes a key at once, as the command does."""
    now = START
    ring = Ring().with_key(kid(0), RingKey(profile=DEFAULT_PROFILE.name, made=now, signs_from=now), at=now)
    history = [(now, ring)]
    for act, waited, ahead, profile, which in acts:
        now += waited * HOUR + timedelta(seconds=1)
        open_keys = [name for name, key in ring.keys.items() if key.revoked_at is None]
        if act == "rotate":
            new = RingKey(profile=profile, made=now, signs_from=now + ahead * HOUR)
            ring = ring.with_key(kid(len(ring.keys)), new, at=now)
        elif open_keys:
            name = open_keys[which % len(open_keys)]
            ring = ring.with_revoked(name, since=now - HOUR, reason=Reason.KEY_COMPROMISE, at=now)
            if not _signed_for(ring, now):
                profile = ring.keys[name].profile
                ring = ring.with_key(kid(len(ring.keys)), RingKey(profile=profile, made=now, signs_from=now), at=now)
        history.append((now, ring))
    return history


def _signed_for(ring: Ring, at: datetime) -> bool:
    try:
        return all(ring.signer(form, at) for form in Signs)
    except ConfigurationError:
        return False


def moments(history: list[tuple[datetime, Ring]]) -> list[datetime]:
    """Every moment at which something changes, just before and just after."""
    ring = history[-1][1]
    edges = [edge for key in ring.keys.values() for edge in (key.signs_from, key.made)]
    return sorted({edge + d for edge in edges for d in (-timedelta(microseconds=1), timedelta(), HOUR)})


@RUNS
@given(ACTS)
def test_at_each_moment_one_key_signs_each_form(acts: list[tuple[str, int, int, str, int]]) -> None:
    history = played(acts)
    for number, (at, ring) in enumerate(history):
        until = history[number + 1][0] if number + 1 < len(history) else at + 300 * HOUR
        for moment in (at, *(m for m in moments(history) if at <= m < until)):
            for form in Signs:
                name = ring.signer(form, moment)
                assert ring.keys[name].can(form)
                assert ring.state_of(name, moment) is KeyState.SIGNING
                able = [
                    k for k, key in ring.keys.items() if key.can(form) and ring.state_of(k, moment) is KeyState.SIGNING
                ]
                assert ring.keys[name].signs_from == max(ring.keys[k].signs_from for k in able)


@RUNS
@given(ACTS)
def test_a_retired_or_revoked_key_never_signs_again(acts: list[tuple[str, int, int, str, int]]) -> None:
    ended: set[str] = set()
    for at, ring in played(acts):
        assert not ended & {ring.signer(form, at) for form in Signs}
        for name in ring.keys:
            state = ring.state_of(name, at)
            assert name not in ended or state in (KeyState.RETIRED, KeyState.REVOKED)
            if state in (KeyState.RETIRED, KeyState.REVOKED):
                ended.add(name)


@RUNS
@given(ACTS)
def test_no_act_takes_a_key_out_of_the_ring(acts: list[tuple[str, int, int, str, int]]) -> None:
    """What is published stays published: somebody holds what it signed."""
    known: set[str] = set()
    for _, ring in played(acts):
        assert known <= set(ring.keys)
        known = set(ring.keys)


def test_a_revoked_key_to_come_leaves_the_present_one_signing() -> None:
    """The end of the present key was to be the beginning of the other: it is lifted."""
    ring = played([("rotate", 1, 100, DEFAULT_PROFILE.name, 0)])[-1][1]
    assert ring.until(kid(0)) == START + 101 * HOUR + timedelta(seconds=1)
    after = ring.with_revoked(kid(1), since=START, reason=Reason.SUPERSEDED, at=START + 2 * HOUR)
    assert after.until(kid(0)) is None
    assert after.signer(Signs.XML, START + 200 * HOUR) == kid(0)


def test_an_ed25519_key_takes_over_json_alone() -> None:
    ring = played([("rotate", 1, 0, "ed25519-jws-2026", 0)])[-1][1]
    at = START + 2 * HOUR
    assert (ring.signer(Signs.XML, at), ring.signer(Signs.JSON, at)) == (kid(0), kid(1))
    ring = ring.with_key(kid(2), RingKey(profile=DEFAULT_PROFILE.name, made=at, signs_from=at), at=at)
    assert (ring.signer(Signs.XML, at), ring.signer(Signs.JSON, at)) == (kid(2), kid(2))
    assert {ring.state_of(kid(n), at) for n in (0, 1)} == {KeyState.RETIRED}


def test_a_key_cannot_be_added_twice_or_begin_in_the_past_or_be_revoked_twice() -> None:
    ring = played([])[-1][1]
    at = START + HOUR
    entry = RingKey(profile=DEFAULT_PROFILE.name, made=at, signs_from=at)
    with pytest.raises(ConfigurationError, match="in the ring"):
        ring.with_key(kid(0), entry, at=at)
    with pytest.raises(ConfigurationError, match="past"):
        ring.with_key(kid(1), entry, at=at + HOUR)
    revoked = ring.with_revoked(kid(0), since=at, reason=Reason.UNSPECIFIED, at=at)
    with pytest.raises(ConfigurationError, match="to be revoked"):
        revoked.with_revoked(kid(0), since=at, reason=Reason.UNSPECIFIED, at=at)
    with pytest.raises(ConfigurationError, match="no key signs XML"):
        revoked.signer(Signs.XML, at)

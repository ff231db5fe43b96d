"""Policies one by one: what each asks, what it says, and how they are put together."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from signing_builders import NOW, Authority, authority
from timestamp_builders import Issuer, timestamp_root

from gateway.errors import (
    BadSetting,
    OutsideValidity,
    RevocationUnknown,
    RevokedSigner,
    SignerNotAllowed,
    UnknownSigner,
    UntrustedSignature,
)
from gateway.signing.algorithms import ECDSA_SHA256
from gateway.signing.claim import Claim, Content
from gateway.signing.key_set import PublishedKey, Revocation, key_set
from gateway.signing.keys import SigningKey, key_id
from gateway.signing.reasons import Reason
from gateway.signing.trust import Terms, TrustStore
from gateway.signing.trust.centers import CenterTerms, MaySignKinds, NamedFor
from gateway.signing.trust.certificates import ChainsTo, MaySign, Pinned, ValidAtSigning
from gateway.signing.trust.crl import load_list
from gateway.signing.trust.moments import Moment, Proof, ProofNeeded, TimeRule
from gateway.signing.trust.ocsp import load_response
from gateway.signing.trust.policy import AllOf, AnyOf
from gateway.signing.trust.revocation import REASONS, NotRevoked, RevokedKey, Standing

DAY = timedelta(days=1)
CENTER = "identity--3e9d7c1a-52b4-4f0e-8a6d-0c1b2a394857"


@pytest.fixture(scope="module")
def root() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def key(root: Authority) -> SigningKey:
    return root.leaf()


def claim_of(key: SigningKey, **said: Any) -> Claim:
    said = {"content": Content.NIEM_DOCUMENT, "stamped": b"value", **said}
    return Claim(algorithm=ECDSA_SHA256, chain=key.chain, **said)


def moment(
    signed: datetime = NOW,
    now: datetime = NOW,
    proof: Proof = Proof.CLAIM,
    needed: ProofNeeded = ProofNeeded.WHEN_REVOKED_OR_EXPIRED,
) -> Moment:
    return Moment(now, signed, proof, needed, "said")


@dataclass(frozen=True)
class Stamped:
    """Time-stamp authorities that read a token as a number of days from NOW."""

    def moment(self, token: bytes, stamped: bytes) -> datetime:
        if stamped != b"value":
            raise UntrustedSignature("the token is over something else")
        return NOW + int(token) * DAY


@dataclass(frozen=True)
class Says:
    """A policy that always says the same, or refuses with it."""

    text: str
    refuses: bool = False

    def check(self, claim: Claim, at: Moment) -> tuple[str, ...]:
        if self.refuses:
            raise UnknownSigner(self.text)
        return (self.text,)


# Put together -----------------------------------------------------------------------------------------------------


def test_all_of_gives_all_evidence_in_order_and_stops_at_the_first_fault(key: SigningKey) -> None:
    both = AllOf((Says("one"), Says("two")))
    assert both.check(claim_of(key), moment()) == ("one", "two")
    with pytest.raises(UnknownSigner, match="three"):
        AllOf((both, Says("three", refuses=True), Says("four", refuses=True))).check(claim_of(key), moment())


def test_all_of_nothing_is_a_fault_not_a_pass() -> None:
    with pytest.raises(BadSetting, match="believes everybody"):
        AllOf(())


def test_any_of_gives_the_first_that_holds_and_else_the_first_fault(key: SigningKey) -> None:
    either = AnyOf((Says("one", refuses=True), Says("two"), Says("three")))
    assert either.check(claim_of(key), moment()) == ("two",)
    with pytest.raises(UnknownSigner, match="one"):
        AnyOf((Says("one", refuses=True), Says("two", refuses=True))).check(claim_of(key), moment())
    with pytest.raises(UnknownSigner, match="believes nobody"):
        AnyOf(()).check(claim_of(key), moment())


# The time of signing ----------------------------------------------------------------------------------------------


def test_a_timestamp_proves_the_time_whatever_the_signer_says(key: SigningKey) -> None:
    rule = TimeRule(Stamped())
    found = rule.moment_of(claim_of(key, signing_time=NOW - 3 * DAY, timestamp=b"-2"), NOW)
    assert (found.signed, found.is_proven, found.must_hold_at) == (NOW - 2 * DAY, True, (NOW - 2 * DAY,))


def test_a_stated_time_has_the_certificate_hold_now_as_well(key: SigningKey) -> None:
    found = TimeRule(Stamped()).moment_of(claim_of(key, signing_time=NOW - DAY), NOW)
    assert (found.signed, found.proof, found.must_hold_at) == (NOW - DAY, Proof.CLAIM, (NOW - DAY, NOW))
    trusting = TimeRule(needed=ProofNeeded.NEVER).moment_of(claim_of(key, signing_time=NOW - DAY), NOW)
    assert trusting.must_hold_at == (NOW - DAY,)


def test_nothing_stated_is_judged_at_the_time_asked(key: SigningKey) -> None:
    found = TimeRule().moment_of(claim_of(key), NOW)
    assert (found.signed, found.proof, found.must_hold_at) == (NOW, Proof.NONE, (NOW,))


def test_a_token_that_does_not_hold_counts_for_nothing_and_is_told(key: SigningKey) -> None:
    found = TimeRule(Stamped()).moment_of(claim_of(key, signing_time=NOW, timestamp=b"0", stamped=b"other"), NOW)
    assert not found.is_proven
    assert "not believed (the token is over something else)" in found.says


@pytest.mark.parametrize(
    ("said", "rule", "problem"),
    [
        ({"signing_time": NOW + DAY}, TimeRule(), "in the future"),
        ({"timestamp": b"1"}, TimeRule(Stamped()), "later than the time asked"),
        ({"signing_time": NOW, "timestamp": b"-1"}, TimeRule(Stamped()), "older than the stated"),
        ({"signing_time": NOW}, TimeRule(Stamped(), ProofNeeded.ALWAYS), "asks for a timestamp"),
    ],
)
def test_times_that_cannot_be_are_refused(said: dict[str, Any], rule: TimeRule, problem: str, key: SigningKey) -> None:
    with pytest.raises(OutsideValidity, match=problem):
        rule.moment_of(claim_of(key, **said), NOW)


def test_clocks_may_differ_by_the_skew_and_no_more(key: SigningKey) -> None:
    rule = TimeRule(skew=timedelta(seconds=10))
    assert rule.moment_of(claim_of(key, signing_time=NOW + timedelta(seconds=10)), NOW).signed == NOW
    with pytest.raises(OutsideValidity):
        rule.moment_of(claim_of(key, signing_time=NOW + timedelta(seconds=11)), NOW)


# The certificate --------------------------------------------------------------------------------------------------


def test_a_path_is_judged_at_the_signing_and_now_unless_that_is_proven(root: Authority, key: SigningKey) -> None:
    policy, later = ChainsTo((root.certificate,)), NOW + 400 * DAY
    assert "leads to the root CN=Test Root" in policy.check(claim_of(key), moment())[0]
    with pytest.raises(UnknownSigner):
        policy.check(claim_of(key), moment(NOW, later))
    assert policy.check(claim_of(key), moment(NOW, later, Proof.TIMESTAMP))


def test_a_pinned_certificate_needs_no_root_and_no_other_passes_for_it(root: Authority, key: SigningKey) -> None:
    pinned = Pinned(key.chain)
    assert pinned.check(claim_of(key), moment())
    with pytest.raises(UnknownSigner, match="not one of those"):
        pinned.check(claim_of(root.leaf("another")), moment())


def test_a_named_use_must_be_among_the_extended_usages(key: SigningKey) -> None:
    assert MaySign(x509.ExtendedKeyUsageOID.EMAIL_PROTECTION).check(claim_of(key), moment())
    with pytest.raises(SignerNotAllowed, match="not for this use"):
        MaySign(x509.ExtendedKeyUsageOID.TIME_STAMPING).check(claim_of(key), moment())


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (moment(NOW - 2 * DAY), "began after"),
        (moment(NOW + 400 * DAY, NOW + 400 * DAY), "had expired when"),
        (moment(NOW, NOW + 400 * DAY), "no timestamp proves"),
    ],
)
def test_validity_is_asked_at_the_signing(at: Moment, problem: str, key: SigningKey) -> None:
    with pytest.raises(OutsideValidity, match=problem):
        ValidAtSigning().check(claim_of(key), at)


def test_an_expired_certificate_with_proof_says_so(key: SigningKey) -> None:
    (said,) = ValidAtSigning().check(claim_of(key), moment(NOW, NOW + 400 * DAY, Proof.TIMESTAMP))
    assert said == "its certificate held then, and has expired since"


def test_proof_does_not_save_a_stated_time_before_the_certificate(key: SigningKey) -> None:
    with pytest.raises(OutsideValidity, match="said to have been"):
        ValidAtSigning().check(claim_of(key, signing_time=NOW - 9 * DAY), moment(proof=Proof.TIMESTAMP))


# Centers ----------------------------------------------------------------------------------------------------------


def test_a_review_names_no_center_and_is_not_asked_for_one(key: SigningKey) -> None:
    terms = {CENTER: CenterTerms(CENTER, kinds=frozenset({"alert"}))}
    review = claim_of(key, content=Content.REVIEW)
    assert NamedFor(terms).check(review, moment()) == MaySignKinds(terms).check(review, moment()) == ()


def test_content_without_a_center_is_refused_where_centers_are_named(key: SigningKey) -> None:
    with pytest.raises(SignerNotAllowed, match="names no center"):
        NamedFor({CENTER: CenterTerms(CENTER)}).check(claim_of(key), moment())


def test_content_without_a_kind_is_refused_where_kinds_are_named(key: SigningKey) -> None:
    terms = {CENTER: CenterTerms(CENTER, kinds=frozenset({"alert"}))}
    with pytest.raises(SignerNotAllowed, match="believes this center on alert alone"):
        MaySignKinds(terms).check(claim_of(key, center=CENTER), moment())


# Revocation -------------------------------------------------------------------------------------------------------


def revoked_key(key: SigningKey, since: datetime, reason: Reason) -> NotRevoked:
    kid = key_id(key.certificate)
    return NotRevoked(None, revoked_keys={kid: RevokedKey(kid, since, reason)})


@pytest.mark.parametrize("reason", Reason)
def test_only_harmless_reasons_let_a_stated_time_stand(reason: Reason, key: SigningKey) -> None:
    """RFC 5280, 5.3.1: the table says which; a timestamp saves what is older, for any reason."""
    policy, now = revoked_key(key, NOW + DAY, reason), NOW + 2 * DAY
    with pytest.raises(RevokedSigner, match="no timestamp proves"):
        policy.check(claim_of(key), moment(now=now))
    trusting = moment(now=now, needed=ProofNeeded.NEVER)
    if REASONS[reason].is_harmless:
        assert "leaves the key good" in policy.check(claim_of(key), trusting)[0]
    else:
        with pytest.raises(RevokedSigner):
            policy.check(claim_of(key), trusting)
    assert "as its timestamp proves" in policy.check(claim_of(key), moment(now=now, proof=Proof.TIMESTAMP))[0]


@pytest.mark.parametrize("proof", Proof)
def test_a_signature_after_the_revocation_never_passes(proof: Proof, key: SigningKey) -> None:
    policy = revoked_key(key, NOW, Reason.SUPERSEDED)
    with pytest.raises(RevokedSigner, match="before the signature was made"):
        policy.check(claim_of(key), moment(NOW, NOW + DAY, proof, ProofNeeded.NEVER))


def test_every_reason_has_a_row_with_its_why() -> None:
    assert set(REASONS) == set(Reason)
    assert all(row.why for row in REASONS.values())


def crl(root: Authority | Issuer, build: Callable[[Any], Any] = lambda builder: builder) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(NOW - DAY)
        .next_update(NOW + DAY)
    )
    made = build(builder).sign(root.key, hashes.SHA256())
    return bytes(made.public_bytes(serialization.Encoding.DER))


def _point(**given: Any) -> x509.IssuingDistributionPoint:
    nothing = dict.fromkeys(("full_name", "relative_name", "only_some_reasons"))
    parts = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs")
    return x509.IssuingDistributionPoint(**(nothing | dict.fromkeys(parts, False) | given))


@pytest.mark.parametrize(
    ("extension", "what"),
    [
        (x509.DeltaCRLIndicator(1), "a delta list"),
        (_point(indirect_crl=True), "an indirect list"),
        (_point(only_contains_attribute_certs=True), "attribute certificates"),
        (_point(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})), "some reasons"),
    ],
)
def test_a_special_list_is_refused_plainly(extension: x509.ExtensionType, what: str, root: Authority) -> None:
    data = crl(root, lambda builder: builder.add_extension(extension, critical=True))
    with pytest.raises(BadSetting, match=what):
        load_list(data, name="x.crl")


def test_a_list_of_authorities_says_nothing_of_a_leaf(root: Authority, key: SigningKey) -> None:
    data = crl(root, lambda builder: builder.add_extension(_point(only_contains_ca_certs=True), critical=True))
    assert load_list(data, name="x.crl").standing(key.certificate, root.certificate, NOW) is None


@pytest.mark.parametrize("data", [b"", b"not a list", b"-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n"])
def test_what_is_no_list_or_response_is_a_fault_of_the_call(data: bytes) -> None:
    for load in (load_list, load_response):
        with pytest.raises(BadSetting):
            load(data, name="x")


def test_a_list_by_an_authority_that_may_not_sign_lists_is_not_fresh(root: Authority, key: SigningKey) -> None:
    """The builders' root has keyCertSign alone (RFC 5280, 4.2.1.3 and 6.3.3 (f))."""
    standing = load_list(crl(root), name="x.crl").standing(key.certificate, root.certificate, NOW)
    assert standing == Standing("the list x.crl is not signed by CN=Test Root", is_fresh=False)


def test_a_required_source_that_is_missing_is_refused(root: Authority, key: SigningKey) -> None:
    policy = NotRevoked(ChainsTo((root.certificate,)), is_required=True)
    with pytest.raises(RevocationUnknown, match="no source speaks of it"):
        policy.check(claim_of(key), moment())
    with pytest.raises(RevocationUnknown, match="named in the policy has no"):
        NotRevoked(None, is_required=True).check(claim_of(key), moment())


# The store --------------------------------------------------------------------------------------------------------


def test_the_store_gives_evidence_of_every_rule(root: Authority, key: SigningKey) -> None:
    terms = Terms(name="test", time=TimeRule(Stamped()))
    signer = TrustStore([root.certificate], terms=terms).judge(
        claim_of(key, signing_time=NOW - timedelta(hours=1), timestamp=b"0"), at=NOW + 500 * DAY
    )
    assert (signer.policy, signer.signed_at, signer.is_proven, signer.subject) == ("test", NOW, True, "CN=signer")
    assert signer.evidence == (
        "signed by 2026-06-01T12:00:00+00:00, as a time-stamp authority proves",
        "ecdsa-p256-sha256 is accepted by strict-2026",
        "its certificate is for signing",
        "its certificate held then, and has expired since",
        "CN=signer leads to the root CN=Test Root",
        "no revocation list was asked",
    )


def test_a_store_without_roots_and_pins_believes_nobody(key: SigningKey) -> None:
    with pytest.raises(UnknownSigner, match="believes nobody"):
        TrustStore([], key.chain).judge(claim_of(key), at=NOW)


def test_a_renewed_certificate_over_the_same_key_is_the_newest_unless_named(root: Authority, key: SigningKey) -> None:
    store = TrustStore([root.certificate], key.chain).with_known(key.chain)
    thumbprint = base64.urlsafe_b64encode(key.certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    assert store.certificate_of(key.kid) == store.certificate_of(key.kid, thumbprint=thumbprint) == key.certificate
    with pytest.raises(UnknownSigner):
        store.certificate_of(key.kid, thumbprint="x")


def test_a_claim_for_another_algorithm_than_accepted_is_refused_by_the_policy_too(
    root: Authority, key: SigningKey
) -> None:
    limited = Terms(centers={CENTER: CenterTerms(CENTER, algorithms=frozenset({"ed25519"}))})
    claim = replace(claim_of(key), center=CENTER)
    with pytest.raises(SignerNotAllowed, match="not believed of this signer"):
        TrustStore([root.certificate], terms=limited).judge(claim, at=NOW)


# What was tried against it -----------------------------------------------------------------------------------------


def test_a_key_set_does_not_soften_what_the_policy_says_of_a_key(root: Authority, key: SigningKey) -> None:
    """An earlier date with a harmless reason would make good again what was signed before it."""
    terms = Terms(
        time=TimeRule(needed=ProofNeeded.NEVER),
        revoked_keys={key.kid: RevokedKey(key.kid, NOW + 2 * DAY, Reason.KEY_COMPROMISE)},
    )
    superseded = Revocation(NOW + DAY, Reason.SUPERSEDED)
    poisoned = key_set([PublishedKey(key.kid, key.chain, key.profile, superseded)])
    store = TrustStore([root.certificate], terms=terms)
    for trust in (store, store.with_key_set(poisoned)):
        with pytest.raises(RevokedSigner, match="keyCompromise"):
            trust.judge(claim_of(key, signing_time=NOW), at=NOW + 10 * DAY)


def test_a_key_that_the_policy_takes_back_may_be_an_authoritys(root: Authority, key: SigningKey) -> None:
    authority_key = key_id(root.certificate)
    terms = Terms(revoked_keys={authority_key: RevokedKey(authority_key, NOW - DAY)})
    with pytest.raises(RevokedSigner, match="Test Root"):
        TrustStore([root.certificate], terms=terms).judge(claim_of(key), at=NOW)


def test_a_list_of_another_part_does_not_tell_that_a_certificate_is_good(key: SigningKey) -> None:
    """The certificate names no distribution point: no part of the authority's list is its own (RFC 5280, 6.3.3)."""
    part = _point(full_name=[x509.UniformResourceIdentifier("http://center.example/part-1.crl")])
    issuer = timestamp_root("Test Root")
    entry = x509.RevokedCertificateBuilder().serial_number(key.certificate.serial_number).revocation_date(NOW).build()
    for build, is_listed in ((lambda one: one, False), (lambda one: one.add_revoked_certificate(entry), True)):
        data = crl(issuer, lambda one, build=build: build(one.add_extension(part, critical=True)))
        standing = load_list(data, name="x.crl").standing(key.certificate, issuer.certificate, NOW)
        assert standing is not None
        assert (standing.is_fresh, standing.revocation is not None) == (is_listed, is_listed)


def test_a_list_of_its_own_part_speaks_of_a_certificate(key: SigningKey) -> None:
    root = timestamp_root("Test Root")
    here = [x509.UniformResourceIdentifier("http://center.example/part-1.crl")]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(here, None, None, None)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(key.certificate.subject)
        .issuer_name(root.certificate.subject)
        .public_key(root.key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(points, critical=False)
        .sign(root.key, hashes.SHA256())
    )
    data = crl(root, lambda builder: builder.add_extension(_point(full_name=here), critical=True))
    standing = load_list(data, name="x.crl").standing(certificate, root.certificate, NOW)
    assert standing is not None
    assert standing.is_fresh


def test_a_known_certificate_with_an_unknown_sort_of_key_is_refused(root: Authority, key: SigningKey) -> None:
    """Only a signer's own key is looked at when a key set is read; its authorities' come with it."""
    p256, unknown = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030109")
    der = key.certificate.public_bytes(serialization.Encoding.DER).replace(p256, unknown)
    published = json.loads(key_set([key]))
    published["keys"][0]["x5c"].append(base64.b64encode(der).decode())
    with pytest.raises(UntrustedSignature, match="does not read"):
        TrustStore([root.certificate]).with_key_set(json.dumps(published).encode())


@pytest.mark.parametrize("at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
def test_the_ends_of_time_may_be_asked_about(at: datetime, root: Authority, key: SigningKey) -> None:
    for terms in (Terms(), Terms(time=TimeRule(Stamped()))):
        with pytest.raises(OutsideValidity):
            TrustStore([root.certificate], terms=terms).judge(claim_of(key, signing_time=NOW), at=at)
    assert load_list(crl(root), name="x.crl").standing(key.certificate, root.certificate, at) is not None

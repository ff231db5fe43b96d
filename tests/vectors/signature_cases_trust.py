"""Signature vectors about whom to believe: roots, purposes, times, revocation, centers, kinds."""

# One row for one vector.
# fmt: off

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from signature_pki import ASKED, SIGNED, Node
from signature_world import CENTER_ID, KIND, OTHER_ID, OWN_NAME, World, bundle, holds, refused, vector

from gateway.signing.keys import key_id

_VALID = "RFC 5280, 6.1.3"
_REASONS = "RFC 5280, 5.3.1"
_TIMES = "EN 319 102-1, 5.5"
_BEFORE = datetime(2026, 5, 20, tzinfo=UTC)
_AFTER = datetime(2026, 6, 10, tzinfo=UTC)
_COMPROMISE = x509.ReasonFlags.key_compromise
_SUPERSEDED = x509.ReasonFlags.superseded
_MADE = "signed as it says, then judged by the policy"


def trust_cases(w: World) -> Iterator[dict[str, Any]]:
    """Every vector about trust."""
    yield from _purposes(w)
    yield from _times(w)
    yield from _lists(w)
    yield from _responses(w)
    yield from _centers(w)


def _purposes(w: World) -> Iterator[dict[str, Any]]:
    def by(name: str, says: str, node: Node, cite: str, expected: dict[str, Any], *chain: Node) -> dict[str, Any]:
        content = w.niem(node.signing_key(*(one.certificate for one in chain)))
        return vector(name, says, _MADE, cite, content, w.policy(), expected)

    stranger = w.stranger.issue("Vector Signer", names=(OWN_NAME,))
    yield by("trust-unknown-root", "A certificate of an authority that nobody believes.", stranger, _VALID, refused("unknown-signer"))
    yield by("trust-chain-brought-along", "The unknown root comes along in KeyInfo; that adds no trust.", stranger, _VALID, refused("unknown-signer"), w.stranger)
    tls = w.root.issue("Web Server", extended=(ExtendedKeyUsageOID.SERVER_AUTH,), names=(OWN_NAME,))
    yield by("trust-tls-certificate", "A certificate for TLS signs no documents.", tls, "RFC 5280, 4.2.1.12", refused("not-allowed"))
    agreement = w.root.issue("Key Agreement", bits=("key_agreement",), names=(OWN_NAME,))
    yield by("trust-may-not-sign", "A key that may not sign.", agreement, "RFC 5280, 4.2.1.3", refused("not-allowed"))
    authority = w.root.issue("Issuing", bits=("digital_signature", "key_cert_sign"), is_authority=True, extended=())
    yield by("trust-authority-signs", "An authority's own certificate signs a message.", authority, "RFC 5280, 4.2.1.9", refused("not-allowed"))
    issuing = w.root.issue("Issuing", bits=("key_cert_sign", "crl_sign"), is_authority=True, extended=())
    below = issuing.issue("Vector Signer", names=(OWN_NAME,))
    yield by("trust-intermediate", "A path over an intermediate authority that comes along.", below, _VALID, holds(), issuing)
    yield by("trust-intermediate-missing", "The same without the intermediate.", below, _VALID, refused("unknown-signer"))
    leaf_issued = w.signer.issue("Below A Leaf", names=(OWN_NAME,))
    yield by("trust-issued-by-a-leaf", "A certificate that another signer issued.", leaf_issued, "RFC 5280, 4.2.1.9; CVE-2002-0862", refused("unknown-signer"), w.signer)


def _times(w: World) -> Iterator[dict[str, Any]]:
    def case(name: str, says: str, content: bytes, expected: dict[str, Any], *, at: datetime = ASKED, **terms: Any) -> dict[str, Any]:
        return vector(name, says, _MADE, _TIMES, content, w.policy(**terms), expected, at=at)

    outside = refused("outside-validity")
    yield case("time-future", "Signed in the future.", w.niem(at=ASKED + timedelta(days=1)), outside)
    yield case("time-skew", "Signed two minutes from now: clocks differ.", w.niem(at=ASKED + timedelta(minutes=2)), holds())
    ended = w.root.issue("Ended", valid=(datetime(2025, 1, 1, tzinfo=UTC), _AFTER), names=(OWN_NAME,))
    plain = w.niem(ended.signing_key())
    stamped = w.stamped_xml(plain, SIGNED + timedelta(minutes=1))
    yield case("time-expired-since", "The certificate has ended since; the time of signing is only stated.", plain, outside)
    never = {"required": "never"}
    yield case("time-expired-since-never", "The same, under a policy that takes the signer's word.", plain, holds(), timestamps=never)
    yield case("time-expired-since-stamped", "The same with a timestamp from before the end.", stamped, holds(proven=True), timestamps=w.authorities)
    yield case("time-asked-before-the-end", "The same without a timestamp, asked about a day on which it held.", plain, holds(), at=SIGNED + timedelta(days=2))
    late = w.stamped_xml(plain, _AFTER + timedelta(days=1))
    yield case("time-stamped-too-late", "The timestamp is from after the end.", late, outside, timestamps=w.authorities)
    yield case("time-stamp-not-believed", "The timestamp is of an authority that the policy does not name.", stamped, outside)
    other = w.stamped_xml(w.niem(), SIGNED)
    token = other[other.index(b"<xades:UnsignedProperties>") : other.index(b"</xades:UnsignedProperties>")]
    moved = plain.replace(b"</xades:QualifyingProperties>", token + b"</xades:UnsignedProperties></xades:QualifyingProperties>")
    yield case("time-stamp-of-another", "The timestamp is over another signature.", moved, outside, timestamps=w.authorities)
    yield case("time-signed-after-the-end", "Signed after the certificate had ended.", w.niem(ended.signing_key(), at=_AFTER + timedelta(days=1)), outside)
    young = w.root.issue("Young", valid=(_AFTER, datetime(2030, 1, 1, tzinfo=UTC)), names=(OWN_NAME,))
    yield case("time-before-the-certificate", "The stated time is older than the certificate.", w.niem(young.signing_key()), outside)
    early = w.stamped_xml(w.niem(), SIGNED - timedelta(days=1))
    yield case("time-stamp-before-signing", "The timestamp is older than the signing time.", early, outside, timestamps=w.authorities)
    always = w.authorities | {"required": "always"}
    yield case("time-proof-always", "The policy always asks for a timestamp, and there is none.", w.niem(), outside, timestamps=always)
    yield case("time-proof-always-given", "The same, with one.", w.stamped_xml(w.niem(), SIGNED), holds(proven=True), timestamps=always)
    view = w.stamped_view(w.view(ended), SIGNED)
    content = bundle(view)
    yield case("time-stix-stamped", "A STIX view with a timestamp; its certificate has ended since.", content, holds(view, proven=True), timestamps=w.authorities, known=(ended,))


def _lists(w: World) -> Iterator[dict[str, Any]]:
    plain, stamped = w.niem(), w.stamped_xml(w.niem(), SIGNED)

    def case(name: str, says: str, content: bytes, crl: str, expected: dict[str, Any], cite: str = _REASONS, *, required: bool = True, times: dict[str, Any] | None = None, at: datetime = ASKED) -> dict[str, Any]:
        terms = {"revocation": {"crls": [crl] if crl else [], "require": required}, "timestamps": times or w.authorities}
        return vector(name, says, _MADE, cite, content, w.policy(**terms), expected, at=at)

    revoked, unknown, never = refused("revoked"), refused("revocation-unknown"), {"required": "never"}
    lost = w.root.crl((w.signer, _AFTER, _COMPROMISE))
    yield case("crl-good", "A current list that does not name the signer.", plain, w.root.crl(), holds())
    yield case("crl-before-signing", "Taken back before the signature.", plain, w.root.crl((w.signer, _BEFORE, _SUPERSEDED)), revoked)
    yield case("crl-before-signing-stamped", "The same, and a timestamp changes nothing.", stamped, w.root.crl((w.signer, _BEFORE, _SUPERSEDED)), revoked)
    yield case("crl-compromised-later", "The key was lost after the stated time, which is the signer's word alone.", plain, lost, revoked)
    yield case("crl-compromised-later-never", "The same under a policy that takes the signer's word elsewhere.", plain, lost, revoked, times=never)
    yield case("crl-compromised-later-stamped", "The key was lost later, and a timestamp proves the time.", stamped, lost, holds(proven=True))
    yield case("crl-unspecified-later-never", "No reason is given, so it may be the worst.", plain, w.root.crl((w.signer, _AFTER, None)), revoked, times=never)
    yield case("crl-withdrawn-later-never", "A privilege was withdrawn: the holder still has the key.", plain, w.root.crl((w.signer, _AFTER, x509.ReasonFlags.privilege_withdrawn)), revoked, times=never)
    yield case("crl-superseded-later-never", "Replaced later, and nobody suspects the key: the signer's word is taken.", plain, w.root.crl((w.signer, _AFTER, _SUPERSEDED)), holds(), times=never)
    yield case("crl-superseded-later", "The same under a policy that asks for proof whenever something was taken back.", plain, w.root.crl((w.signer, _AFTER, _SUPERSEDED)), revoked)
    since = w.root.crl((w.signer, _AFTER, _COMPROMISE), invalid_since=_BEFORE)
    yield case("crl-invalidity-date", "Taken back later, but compromised since before the signature.", stamped, since, revoked, "RFC 5280, 5.3.2")
    yield case("crl-asked-before", "Asked about a time before it was taken back.", plain, lost, holds(), required=False, at=SIGNED + timedelta(days=2))
    stale = w.root.crl(update=_BEFORE, until=SIGNED)
    yield case("crl-stale-required", "The list is out of date, and the policy asks for a current one.", plain, stale, unknown, "RFC 5280, 6.3.3")
    yield case("crl-stale-told", "The same where the policy does not ask for one.", plain, stale, holds(), "RFC 5280, 6.3.3", required=False)
    yield case("crl-stale-still-tells", "An outdated list still tells who was taken back.", plain, w.root.crl((w.signer, _BEFORE, _COMPROMISE), update=_BEFORE, until=SIGNED), revoked, required=False)
    forged = Node(w.stranger.key, w.root.certificate).crl()
    yield case("crl-forged", "A list in the authority's name, signed by somebody else.", plain, forged, unknown, "RFC 5280, 6.3.3 (f)")
    yield case("crl-of-another", "A list of another authority says nothing.", plain, w.stranger.crl(), unknown, "RFC 5280, 6.3.3 (b)")
    yield case("crl-none", "No list, where one is asked for.", plain, "", unknown, "RFC 5280, 6.3")
    issuing = w.root.issue("Issuing", bits=("key_cert_sign", "crl_sign"), is_authority=True, extended=())
    below = w.niem(issuing.issue("Vector Signer", names=(OWN_NAME,)).signing_key(issuing.certificate))
    yield case("crl-authority-revoked", "The issuing authority was taken back.", below, w.root.crl((issuing, _BEFORE, x509.ReasonFlags.ca_compromise)), revoked, required=False)
    for name, says, since_when, expected in (("key-revoked-before", "The policy itself does not believe the key since before the signature.", _BEFORE, revoked), ("key-revoked-later", "The policy does not believe the key since after the stated time.", _AFTER, revoked)):
        own = {"revoked_keys": [{"key": key_id(w.signer.certificate), "since": since_when.isoformat()}]}
        yield vector(name, says, _MADE, _REASONS, plain, w.policy(revocation=own), expected)
    own = {"revoked_keys": [{"key": key_id(w.signer.certificate), "since": _AFTER.isoformat()}]}
    policy = w.policy(revocation=own, timestamps=w.authorities)
    yield vector("key-revoked-later-stamped", "The same, and a timestamp proves the time.", _MADE, _REASONS, stamped, policy, holds(proven=True))


def _responses(w: World) -> Iterator[dict[str, Any]]:
    delegate = w.root.issue("Responder", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    plain = w.niem()
    unknown = refused("revocation-unknown")
    other = w.root.issue("Other Signer")
    impostor = w.stranger.issue("Responder", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    rows = (
        ("ocsp-good", "A response by the authority itself.", w.root.answer(w.signer), holds()),
        ("ocsp-delegated", "A response by whom the authority delegated.", w.root.answer(w.signer, responder=delegate), holds()),
        ("ocsp-revoked", "A response that says it was taken back.", w.root.answer(w.signer, revoked=_BEFORE, reason=_COMPROMISE), refused("revoked")),
        ("ocsp-not-delegated", "A response by a certificate of the authority that is not for it.", w.root.answer(w.signer, responder=other), unknown),
        ("ocsp-stranger", "A response by another authority's responder.", w.root.answer(w.signer, responder=impostor), unknown),
        ("ocsp-of-another", "A response about another certificate.", w.root.answer(other), unknown),
    )
    for name, says, answer, expected in rows:
        policy = w.policy(revocation={"ocsp": [answer], "require": True})
        yield vector(name, says, _MADE, "RFC 6960, 4.2.2.2", plain, policy, expected)


def _centers(w: World) -> Iterator[dict[str, Any]]:
    view, niem = w.view(), w.niem()
    no = refused("not-allowed")

    def case(name: str, says: str, content: bytes, centers: list[dict[str, Any]], expected: dict[str, Any]) -> Any:
        return vector(name, says, _MADE, "RFC 5280, 4.2.1.6; ADR 0021", content, w.policy(centers=centers), expected)

    yield case("center-named", "The certificate names the center that the content names.", niem, [{"id": CENTER_ID}], holds())
    yield case("center-named-stix", "The same for a view.", bundle(view), [{"id": CENTER_ID}], holds(view))
    yield case("center-unknown", "The content names a center that the policy does not believe.", niem, [{"id": OTHER_ID}], no)
    nameless = w.root.issue("Other Center")
    yield case("center-of-another", "Another center's certificate signs in this one's name.", w.niem(nameless.signing_key()), [{"id": CENTER_ID}], no)
    dns = [{"id": CENTER_ID, "names": ["dns:other-center.invalid"]}]
    yield case("center-by-dns", "The policy knows the center by a DNS name.", w.niem(nameless.signing_key()), dns, holds())
    subject = [{"id": CENTER_ID, "names": ["subject:CN=Other Center"]}]
    yield case("center-by-subject", "The policy knows the center by its certificate's subject.", w.niem(nameless.signing_key()), subject, holds())
    yield case("kind-believed", "A kind that the center is believed on.", niem, [{"id": CENTER_ID, "kinds": [str(KIND)]}], holds())
    yield case("kind-not-believed", "A kind that it is not believed on.", niem, [{"id": CENTER_ID, "kinds": ["alert"]}], no)
    yield case("kind-not-believed-stix", "The same for a view.", bundle(view), [{"id": CENTER_ID, "kinds": ["alert"]}], no)
    algorithms = [{"id": CENTER_ID, "algorithms": ["ed25519"]}]
    yield case("center-other-algorithm", "An algorithm that this center does not use.", niem, algorithms, no)

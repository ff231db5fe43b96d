"""Signature vectors over STIX: manifests, containers, detached signatures, and JSON read in two ways."""

# One row for one vector.
# fmt: off

import copy
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import msgspec
from cryptography.hazmat.primitives import serialization
from niem_builders import CENTER, bare_record, view_of
from signature_world import KIND, OTHER_ID, World, b64u, bundle, envelope, holds, integrity_of, refused, vector

from gateway.model.stages import SignedNiem
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.stix.canonical import canonical

_MANIFEST = "the integrity extension of docs/reference/stix-extensions.md"
_JCS = "RFC 8785, 3.2"
_BEST = "RFC 8725"


def json_cases(w: World) -> Iterator[dict[str, Any]]:
    """Every vector whose document is JSON, but for those about trust."""
    view = w.view()
    policy = w.policy()
    content = bundle(view)

    def case(name: str, says: str, made: str, cite: str, given: bytes, expected: dict[str, Any], **other: Any) -> dict[str, Any]:
        return vector(name, says, made, cite, given, other.get("policy", policy), expected)

    yield case("stix-holds", "A signed view as it is.", "untouched", _MANIFEST, content, holds(view))
    yield from (case(*row) for row in _same(view, content))
    yield from (case(*row) for row in _numbers(w))
    yield from (case(*row) for row in _two_readings(content))
    yield from (case(*row) for row in _objects(w, view))
    yield from (case(*row) for row in _headers(w, view))
    yield from _artifacts(w)


def _same(view: list[dict[str, Any]], content: bytes) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    made = "the same values, written another way"
    good = holds(view)
    backwards = [dict(reversed(one.items())) for one in reversed(view)]
    yield "stix-order", "Members and objects in another order.", made, _JCS, bundle(backwards), good
    yield ("stix-whitespace", "No blanks at all.", made, _JCS, json.dumps(json.loads(content), separators=(",", ":")).encode(), good)
    escaped = content.replace(b"What may", b"\\u0057hat may", 1)
    assert escaped != content
    yield "stix-escapes", "A letter written as an escape is the letter.", made, _JCS, escaped, good
    yield ("stix-envelope", "A TAXII envelope with the whole view.", made, "TAXII 2.1, 3.7", envelope(view, more=False), good)
    page = view[2:]
    gone = (view[0]["id"], view[1]["id"])
    yield ("stix-page", "A page of an envelope: the container, and not all that it covers.", made, "TAXII 2.1, 3.7", envelope(page, more=True), holds(page, missing=gone))
    yield ("stix-container-alone", "The container by itself.", made, "STIX 2.1, 3", json.dumps(view[-1]).encode(), holds(view[-1:], missing=tuple(one["id"] for one in view[:-1])))
    yield ("stix-object-twice", "The same object twice, with the same contents.", made, "STIX 2.1, 8", bundle([view[0], *view]), good)


def _numbers(w: World) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    record = bare_record(KIND)
    sure = msgspec.structs.replace(record, handling=msgspec.structs.replace(record.handling, confidence=60))
    view = w.view(record=sure)
    content, made = bundle(view), "the same number, written another way"
    assert content.count(b'"confidence": 60') == 1
    for name, spelled in (("stix-number-exponent", b"6e1"), ("stix-number-fraction", b"60.0")):
        says = f"The number 60 written as {spelled.decode()}."
        given = content.replace(b'"confidence": 60', b'"confidence": ' + spelled)
        yield name, says, made, "RFC 8785, 3.2.2.3", given, holds(view)
    other = content.replace(b'"confidence": 60', b'"confidence": 61')
    yield "stix-number-altered", "Another number.", "one change to the objects", _MANIFEST, other, refused("altered")


def _two_readings(content: bytes) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    bad = refused("unreadable")
    made = "a change to the text of the bundle"
    name = b'"name": "Emergency medical event"'
    assert content.count(name) == 1
    yield ("json-name-twice", "A name stands twice: readers take the first or the last.", made, "RFC 8259, 4; RFC 7493, 2.3", content.replace(name, b'"name": "Forged", ' + name), bad)
    yield ("json-type-twice", "The same in the bundle itself.", made, "RFC 7493, 2.3", content.replace(b'"type": "bundle"', b'"type": "bundle", "objects": [], "type": "bundle"', 1), bad)
    yield "json-nan", "NaN is no JSON.", made, "RFC 8259, 6", content.replace(name, name + b', "x": NaN'), bad
    yield ("json-huge-number", "A number that a double does not hold.", made, "RFC 7493, 2.2", content.replace(name, name + b', "x": 1e400'), bad)
    yield ("json-long-integer", "A whole number beyond 2 to the 53.", made, "RFC 7493, 2.2", content.replace(name, name + b', "x": 9007199254740993'), bad)
    yield ("json-deep", "A value nested a thousand times.", made, "RFC 8259, 9", content.replace(name, name + b', "x": ' + b"[" * 1000 + b"]" * 1000), bad)
    yield ("json-lone-surrogate", "Half of a character, which has no canonical form.", made, "RFC 7493, 2.1", content.replace(b"What may", b"\\ud800 may", 1), refused("altered"))
    yield ("json-not-utf-8", "A byte that is no UTF-8.", made, "RFC 8259, 8.1", content.replace(b"What may", b"\xff may", 1), bad)
    yield "json-cut", "Half of the text.", made, "RFC 8259", content[: len(content) // 2], bad
    yield ("json-no-objects", "A bundle without objects.", made, "STIX 2.1, 8", b'{"type": "bundle", "id": "bundle--1"}', bad)


def _objects(w: World, view: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    altered, made = refused("altered"), "one change to the objects"

    def changed(place: int, **members: Any) -> bytes:
        objects = copy.deepcopy(view)
        objects[place] |= members
        return bundle(objects)

    yield ("stix-object-altered", "A changed name of an object.", made, _MANIFEST, changed(0, name="Somebody else"), altered)
    yield ("stix-normalization", "A letter in decomposed form is another value: canonical JSON normalizes nothing.", made, "RFC 8785, 3.1; UAX 15", changed(0, name="Cafe\u0301"), altered)
    other = changed(0, modified="2026-01-06T08:00:00.000Z")
    yield ("stix-modified-altered", "A changed version: nobody signed that one.", made, _MANIFEST, other, refused("not-covered", foreign=(view[0]["id"],)))
    yield ("stix-container-altered", "A changed title of the container.", made, _MANIFEST, changed(-1, name="Forged"), altered)
    yield ("stix-publisher-altered", "The container names another center.", made, _MANIFEST, changed(-1, created_by_ref="identity--5d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6"), altered)
    foreign = {"type": "identity", "spec_version": "2.1", "id": "identity--6a6b8d1c-3c1f-4a57-9d1e-1f2e3d4c5b6a", "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Nobody"}
    yield ("stix-foreign-object", "An object that no manifest lists.", "an object is added", _MANIFEST, bundle([*view, foreign]), refused("not-covered", foreign=(foreign["id"],)))
    yield ("stix-two-contents", "Two objects with one id and version.", "an object is there twice, once changed", "STIX 2.1, 3.6", bundle([*view, view[0] | {"name": "Somebody else"}]), altered)
    newer = view[0] | {"modified": "2026-02-01T00:00:00.000Z", "name": "Newer"}
    yield ("stix-newer-version", "A second, newer version of a signed object, that nobody signed.", "a version is added", "STIX 2.1, 3.6", bundle([*view, newer]), refused("not-covered", foreign=(newer["id"],)))
    yield ("stix-no-container", "The objects without their container.", "the container is left out", _MANIFEST, bundle(view[:-1]), refused("not-covered"))
    entry = copy.deepcopy(view)
    integrity_of(entry[-1])["manifest"].pop(0)
    yield "stix-manifest-shortened", "An entry of the manifest is gone.", made, _MANIFEST, bundle(entry), altered
    entry = copy.deepcopy(view)
    integrity_of(entry[-1])["signed"] = "2026-05-01T12:00:00Z"
    yield ("stix-signing-time", "The stated signing time is changed; it is signed.", made, _MANIFEST, bundle(entry), altered)
    entry = copy.deepcopy(view)
    integrity_of(entry[-1])["manifest"] = "none"
    yield "stix-malformed-extension", "The manifest is no list.", made, _MANIFEST, bundle(entry), refused("form")
    moved = copy.deepcopy(view)
    moved[0].setdefault("extensions", {}).update(moved[-1]["extensions"])
    yield ("stix-signature-elsewhere", "An object that is no container carries the signature.", "the extension is copied", _MANIFEST, bundle(moved), refused("form"))
    second = w.view(ids=view_of(bare_record(KIND)).ids, number=2, releasable_text="Another text.")
    swapped = [*view[:-1], second[-1]]
    yield ("stix-container-of-another-view", "The container of another text of the same record: it vouches for the same objects.", "the containers of two views are exchanged", _MANIFEST, bundle(swapped), holds(swapped))
    crossed = copy.deepcopy(view)
    integrity_of(crossed[-1])["jws"] = integrity_of(second[-1])["jws"]
    yield ("stix-jws-of-another", "A valid signature, of another container.", "the signatures are exchanged", "RFC 7515, appendix F", bundle(crossed), altered)


def _headers(w: World, view: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str, bytes, dict[str, Any]]]:
    key = w.signer.signing_key()
    spki = w.signer.certificate.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def signed(header: dict[str, Any], *, secret: bytes | None = None, value: bytes | None = None) -> bytes:
        objects = copy.deepcopy(view)
        integrity = integrity_of(objects[-1])
        del integrity["jws"]
        start = b64u(json.dumps(header, separators=(",", ":")).encode())
        data = f"{start}.{b64u(canonical(objects[-1]))}".encode()
        made = hmac.digest(secret, data, hashlib.sha256) if secret is not None else key.sign(data)
        integrity["jws"] = f"{start}..{b64u(made if value is None else value)}"
        return bundle(objects)

    good = {"alg": "ES256", "kid": key.kid, "typ": "stix-record"}
    made = "a JWS with this header, over the container's own payload"
    weak, form = refused("algorithm"), refused("form")
    yield ("jws-none", "The algorithm none, and no signature.", made, f"{_BEST}, 2.1; RFC 7515, 8", signed(good | {"alg": "none"}, value=b""), form)
    yield ("jws-hs256", "HMAC with the public key for a secret.", made, f"{_BEST}, 2.1 (algorithm confusion)", signed(good | {"alg": "HS256"}, secret=spki), weak)
    yield ("jws-alg-case", "es256 is no name of an algorithm.", made, "RFC 7515, 4.1.1 (case-sensitive)", signed(good | {"alg": "es256"}), weak)
    yield ("jws-another-algorithm", "The header says EdDSA, the key is on P-256.", made, f"{_BEST}, 3.1", signed(good | {"alg": "EdDSA"}), refused("altered"))
    yield ("jws-another-purpose", "A signature that was made for a review.", made, f"{_BEST}, 2.8 and 3.12 (cross-JWT confusion)", signed(good | {"typ": "gateway-review"}), form)
    yield ("jws-no-type", "A header without a type.", made, f"{_BEST}, 3.11", signed({"alg": "ES256", "kid": key.kid}), form)
    yield ("jws-critical", "A critical extension that nobody knows.", made, "RFC 7515, 4.1.11", signed(good | {"crit": ["exp"], "exp": 1}), form)
    yield ("jws-unknown-kid", "A key id that nobody knows.", made, "RFC 7515, 4.1.4", signed(good | {"kid": "0" * 32}), refused("unknown-signer"))
    yield ("jws-unknown-thumbprint", "The thumbprint of a certificate that nobody knows.", made, "RFC 7515, 4.1.8", signed(good | {"x5t#S256": b64u(bytes(32))}), refused("unknown-signer"))
    yield ("jws-key-in-header", "A key that the signature brings itself (jwk) counts for nothing.", made, f"{_BEST}, 3.10; CVE-2018-0114", signed(good | {"kid": "0" * 32, "jwk": {"kty": "EC", "crv": "P-256"}}), refused("unknown-signer"))
    yield ("jws-zero-signature", "A signature of zeros.", made, "CVE-2022-21449 (r and s of zero)", signed(good, value=bytes(64)), refused("altered"))
    der = signed(good, value=key.profile.algorithm.der(key.sign(b"x")))
    yield "jws-der-signature", "The signature value in DER form.", made, "RFC 7518, 3.4", der, refused("altered")
    objects = copy.deepcopy(view)
    integrity = integrity_of(objects[-1])
    head, _, tail = integrity["jws"].split(".")
    integrity["jws"] = f"{head}.{b64u(b'{}')}.{tail}"
    yield ("jws-attached", "A payload of its own within the signature.", "a payload is put into the JWS", "RFC 7515, appendix F", bundle(objects), form)
    objects = copy.deepcopy(view)
    integrity = integrity_of(objects[-1])
    integrity["jws"] = integrity["jws"] + "="
    yield ("jws-padding", "Padding at the end: one signature has one spelling.", "a character is added", "RFC 7515, 2", bundle(objects), form)
    review = JsonSigner(key, Content.REVIEW).sign(b"{}")
    objects = copy.deepcopy(view)
    integrity_of(objects[-1])["jws"] = review
    yield ("jws-review-reused", "A real review's signature in a container.", "a signature of another purpose is put in", f"{_BEST}, 2.8", bundle(objects), form)


def _artifacts(w: World) -> Iterator[dict[str, Any]]:
    view, made = w.view(carries_niem=True), "signed by the center's own key"
    says = "A view with the signed NIEM message in it."
    yield vector("stix-with-niem", says, made, _MANIFEST, bundle(view), w.policy(), holds(view))
    stranger = w.stranger.issue("Stranger")
    says = "The container is the center's, the NIEM message in it was signed by a stranger."
    crossed = w.view(carries_niem=True, niem_by=stranger)
    yield vector("stix-niem-of-a-stranger", says, made, _MANIFEST, bundle(crossed), w.policy(), refused("unknown-signer"))
    says = "The NIEM message names another center than the container that carries it."
    other = msgspec.structs.replace(CENTER, id=OTHER_ID.partition("--")[2])
    mixed = bundle(w.view(carries_niem=True, niem_of=other))
    yield vector("stix-niem-of-another-center", says, made, _MANIFEST, mixed, w.policy(), refused("not-allowed"))
    says = "The NIEM message in a signed view has lost its signature."
    bare = SignedNiem(view=view_of(bare_record(KIND), carries_niem=True), document=w.message(), key_id="")
    unsigned = w.sealed(bare)
    yield vector("stix-niem-unsigned", says, made, _MANIFEST, bundle(unsigned), w.policy(), refused("form"))

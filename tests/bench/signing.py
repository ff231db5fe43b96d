"""Signing both outputs of one view: ours, its bare operations, and the public libraries for the same.

The bare operations are what no signer can do without: canonicalization of what is parsed already, hashing, and the key.
`bare_signing` has the making of both signatures alone; `bare_checked` also their check, which every signature of ours
passes before it leaves. The libraries are signxml for XML, in the same form (XAdES), and joserfc over rfc8785 for
the manifest; they check nothing.
"""

import base64
import hashlib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import rfc8785
from cryptography.hazmat.primitives import serialization
from joserfc import jws
from joserfc.jwk import ECKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.xades import XAdESSigner

import gateway.examples
from gateway import names
from gateway.model.kinds import Kind
from gateway.model.stages import SignedNiem, ValidatedStix
from gateway.niem.iepd.samples import CENTER, sample_views
from gateway.niem.render import render as render_niem
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.signing.keys import LoadedKey, SigningKey
from gateway.signing.xml_signature import XmlSigner, canonical, parse_strict
from gateway.stix.canonical import canonical as canonical_json
from gateway.stix.integrity import seal
from gateway.stix.render import render
from tests.signing_builders import authority

__all__ = ["measure_signing"]

_RECORDS: Final = Path(gateway.examples.__file__).parent / "records"
_AT: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)


def measure_signing(rounds: int, repeats: int = 300) -> dict[str, Any]:
    """CPU microseconds for the sample record of an incident, medians of the rounds, and ratios."""
    key = authority().leaf()
    view = next(view for kind, view in sample_views(_RECORDS) if kind is Kind.INCIDENT)
    document = render_niem(view, CENTER)
    niem = SignedNiem(view=view, document=document, key_id=key.kid)
    valid = ValidatedStix(niem=niem, objects=render(niem, CENTER))
    xml_signer, json_signer = XmlSigner(key), JsonSigner(key, Content.STIX_RECORD)
    checked = parse_strict(document)  # the road has parsed it when it was checked
    bare = _Bare(key, document, valid)
    theirs = _Libraries(key, document, valid)
    works: dict[str, Callable[[], object]] = {
        "xml": lambda: xml_signer.sign_parsed(document, checked, at=_AT),
        "stix": lambda: seal(valid, json_signer.sign, key.kid, at=_AT),
        "bare_signing": bare.sign,
        "bare_check": bare.check,
        "signxml": theirs.xml,
        "joserfc": theirs.stix,
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(_microseconds(work, repeats))
    found = {name: round(statistics.median(times), 1) for name, times in taken.items()}
    ours = found["xml"] + found["stix"]
    return {
        "objects": len(valid.objects),
        "document_bytes": len(document),
        **found,
        "ours_to_bare_signing": round(ours / found["bare_signing"], 2),
        "ours_to_bare_checked": round(ours / (found["bare_signing"] + found["bare_check"]), 2),
        "theirs_to_ours": round((found["signxml"] + found["joserfc"]) / ours, 1),
    }


class _Bare:
    """The operations alone, on what is parsed and rendered already."""

    def __init__(self, key: SigningKey, document: bytes, valid: ValidatedStix) -> None:
        self._key = key
        self._root = parse_strict(document)
        self._info = parse_strict(XmlSigner(key).sign(document, at=_AT))[-1][0]
        sealed = seal(valid, JsonSigner(key, Content.STIX_RECORD).sign, key.kid, at=_AT)
        *self._others, _ = valid.objects
        self._container = _sealed_container(sealed.stix[-1].body)
        self._made = (self._key.secret.sign(b"x"), b"x")

    def sign(self) -> None:
        hashlib.sha256(canonical(self._root)).digest()
        self._key.secret.sign(canonical(self._info))
        for one in self._others:
            hashlib.sha256(canonical_json(one)).digest()
        self._key.secret.sign(canonical_json(self._container))

    def check(self) -> None:
        signature, data = self._made
        for _ in range(2):
            self._key.profile.algorithm.verify(self._key.certificate.public_key(), signature, data)


class _Libraries:
    """signxml for the document; rfc8785, hashlib and joserfc for the manifest, as their manuals show them."""

    def __init__(self, key: SigningKey, document: bytes, valid: ValidatedStix) -> None:
        assert isinstance(key.secret, LoadedKey)
        self._pem = key.secret.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._certificate = key.certificate.public_bytes(serialization.Encoding.PEM)
        self._jwk = ECKey.import_key(self._pem)
        self._document = document
        *self._others, self._container = valid.objects
        self._header = {"alg": "ES256", "kid": key.kid, "typ": "stix-record"}

    def xml(self) -> bytes:
        signer = XAdESSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        tree = etree.fromstring(self._document)
        return bytes(etree.tostring(signer.sign(tree, key=self._pem, cert=self._certificate)))

    def stix(self) -> bytes:
        manifest = [
            {"ref": one["id"], "digest": base64.urlsafe_b64encode(hashlib.sha256(rfc8785.dumps(one)).digest()).decode()}
            for one in self._others
        ]
        payload = rfc8785.dumps(self._container | {"manifest": manifest})
        signature = jws.detach_content(jws.serialize_compact(self._header, payload, self._jwk))
        return rfc8785.dumps(self._container | {"manifest": manifest, "jws": signature})


def _sealed_container(body: bytes) -> dict[str, Any]:
    container: dict[str, Any] = orjson.loads(body)
    container["extensions"][names.INTEGRITY_EXTENSION].pop("jws")
    return container


def _microseconds(work: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - started) / repeats * 1e6

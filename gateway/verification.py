"""Checking what a partner received: NIEM documents, STIX bundles, TAXII envelopes; who signed what."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from gateway import limits, names
from gateway.errors import UntrustedSignature
from gateway.signing.claim import Content, Signer, Trust
from gateway.signing.json_signature import read_detached
from gateway.signing.xml_verification import read_xml
from gateway.stix.integrity import Coverage, Seal, verify

__all__ = ["Evidence", "verify_document", "verify_objects"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What held: the form of the document, who signed, and which objects the signatures cover.

    `niem_documents` counts the signed NIEM documents that were checked, the document itself or artifacts in it.
    """

    form: str
    signers: tuple[str, ...]
    key_ids: tuple[str, ...]
    containers: tuple[Coverage, ...] = ()
    covered: int = 0
    niem_documents: int = 0


def verify_document(content: bytes, trust: Trust, *, at: datetime, name: str = "") -> Evidence:
    """Check one file: NIEM XML, a STIX bundle, or a TAXII envelope.

    Raises UntrustedSignature for anything less than a document whose every object is covered by a valid signature of
    a trusted key.
    """
    if content.lstrip()[:1] == b"<":
        signer = _niem_signer(content, trust, at)
        return Evidence("NIEM document", (signer.subject,), (signer.kid,), niem_documents=1)
    if len(content) > limits.JSON_BYTES:
        raise UntrustedSignature("the document is too large", where=name, remedy=f"The limit is {limits.JSON_BYTES}")
    try:
        document = msgspec.json.decode(content, type=_Objects)
    except msgspec.MsgspecError as error:
        raise UntrustedSignature(
            "this is no NIEM document, STIX bundle or TAXII envelope", where=name, remedy="Check the file"
        ) from error
    form = "STIX bundle" if document.type == "bundle" else "TAXII envelope"
    return verify_objects(document.objects, trust, at=at, form=form)


class _Objects(msgspec.Struct):
    """The part that bundles and envelopes have in common (STIX 2.1, 8; TAXII 2.1, 3.7)."""

    objects: list[dict[str, Any]]
    type: str = ""


def verify_objects(objects: list[dict[str, Any]], trust: Trust, *, at: datetime, form: str) -> Evidence:
    """Check STIX objects, the signed NIEM documents among them included. Raises UntrustedSignature."""
    signers: dict[str, str] = {}

    def check(sealed: Seal) -> str:
        signer = _stix_signer(sealed, trust, at)
        signers[signer.kid] = signer.subject
        return signer.kid

    containers = verify(objects, check)
    if not containers:
        raise UntrustedSignature("no object carries a signature", remedy="Get the report or grouping of the record too")
    foreign = containers[0].foreign
    if foreign:
        raise UntrustedSignature(
            f"{len(foreign)} objects are covered by no signature", where=foreign[0], remedy="Do not rely on them"
        )
    documents = 0
    for stix_object in objects:
        if stix_object.get("type") == "artifact" and stix_object.get("mime_type") == names.NIEM_MEDIA_TYPE:
            signer = _niem_signer(base64.b64decode(stix_object["payload_bin"]), trust, at)
            signers[signer.kid] = signer.subject
            documents += 1
    return Evidence(
        form=form,
        signers=tuple(sorted(set(signers.values()))),
        key_ids=tuple(sorted(signers)),
        containers=containers,
        covered=len({identifier for c in containers for identifier in c.covered}),
        niem_documents=documents,
    )


def _niem_signer(document: bytes, trust: Trust, at: datetime) -> Signer:
    return trust.judge(read_xml(document, trust.accepts).claim, at=at)


def _stix_signer(sealed: Seal, trust: Trust, at: datetime) -> Signer:
    claim = read_detached(sealed.jws, sealed.payload, trust, Content.STIX_RECORD)
    claim = replace(
        claim,
        signing_time=sealed.signed,
        timestamp=sealed.timestamp,
        center=sealed.publisher,
        kinds=frozenset({sealed.kind} if sealed.kind else ()),
    )
    return trust.judge(claim, at=at)

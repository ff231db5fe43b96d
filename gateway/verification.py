"""Checking what a partner received: NIEM documents, STIX bundles, envelopes and objects; who signed what, and when."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from lxml import etree

from gateway import names
from gateway.errors import NotCovered, RenderingError, SignerNotAllowed, UnreadableContent, UnreadableDelivery
from gateway.niem.check import MessageChecker
from gateway.niem.read import Message, read
from gateway.niem.rules import Severity
from gateway.signing.claim import Claim, Content, Signer, Trust
from gateway.signing.json_signature import read_detached
from gateway.signing.xml_signature import parse_strict
from gateway.signing.xml_verification import read_xml
from gateway.stix.integrity import Coverage, Seal, verify
from gateway.stix.strict_json import strict_json

__all__ = ["Evidence", "SignatureHeld", "verify_document", "verify_objects"]

_BUNDLE: Final = "bundle"


@dataclass(frozen=True, slots=True)
class SignatureHeld:
    """One signature that holds and is believed.

    `of` is the id of the container or artifact that it stands in, or of the NIEM document itself. `center` is the STIX
    identity that the content names as its publisher, `kinds` the kinds of record; empty where the content tells none.
    """

    of: str
    content: Content
    center: str
    kinds: tuple[str, ...]
    signer: Signer


@dataclass(frozen=True, slots=True)
class Evidence:
    """What held: the form of the document, each signature, and which objects the containers cover."""

    form: str
    signatures: tuple[SignatureHeld, ...]
    containers: tuple[Coverage, ...] = ()

    @property
    def signers(self) -> tuple[str, ...]:
        """The subjects of those who signed, sorted."""
        return tuple(sorted({held.signer.subject for held in self.signatures}))

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys that signed, sorted."""
        return tuple(sorted({held.signer.kid for held in self.signatures}))

    @property
    def covered(self) -> int:
        """How many objects the containers cover, the containers among them."""
        return len({identifier for container in self.containers for identifier in container.covered})

    @property
    def missing(self) -> tuple[str, ...]:
        """The ids of objects that were signed and are not here: on another page, not asked for, or kept back."""
        given = {identifier for container in self.containers for identifier in container.covered}
        return tuple(dict.fromkeys(ref for c in self.containers for ref in c.missing if ref not in given))

    @property
    def niem_documents(self) -> int:
        """How many signed NIEM documents were checked: the document itself, or artifacts in it."""
        return sum(1 for held in self.signatures if held.content is Content.NIEM_DOCUMENT)


def verify_document(
    content: bytes, trust: Trust, *, at: datetime, name: str = "", messages: MessageChecker | None = None
) -> Evidence:
    """Check one file: NIEM XML, a STIX bundle, a TAXII envelope, or one STIX object.

    With `messages`, NIEM documents are held against the schema before anything is read in them. Raises
    UntrustedSignature for anything less than a document whose every object is covered by a valid signature of a
    trusted key.
    """
    if content.lstrip()[:1] == b"<":
        held = _Verification(trust, at, messages).niem(content, of="")
        form = "NIEM document" if held.center or held.kinds else "XML document of another maker"
        return Evidence(form, (held,))
    form, objects = _objects(strict_json(content, where=name), name)
    return verify_objects(objects, trust, at=at, form=form, messages=messages)


def verify_objects(
    objects: Sequence[dict[str, Any]],
    trust: Trust,
    *,
    at: datetime,
    form: str,
    messages: MessageChecker | None = None,
) -> Evidence:
    """Check STIX objects, the signed NIEM documents among them included. Raises UntrustedSignature."""
    verification = _Verification(trust, at, messages)
    containers = verify(objects, verification.seal)
    if not containers:
        raise NotCovered("no object carries a signature", remedy="Get the report or grouping of the record too")
    foreign = containers[0].foreign
    if foreign:
        raise NotCovered(
            f"{len(foreign)} objects are covered by no signature", where=foreign[0], remedy="Do not rely on them"
        )
    sealed = [replace(held, of=c.container) for held, c in zip(verification.seals, containers, strict=True)]
    documents = []
    for stix_object in objects:
        payload = _own_message(stix_object)
        if payload is not None:
            held = verification.niem(payload, of=stix_object["id"])
            _require_same_center(held, containers)
            documents.append(held)
    return Evidence(form, (*sealed, *documents), containers)


@dataclass(frozen=True, slots=True)
class _Verification:
    """One call: whom to believe, at which time; `seals` are the containers' signatures in the order of the calls."""

    trust: Trust
    at: datetime
    messages: MessageChecker | None
    seals: list[SignatureHeld] = field(default_factory=list)

    def seal(self, sealed: Seal) -> str:
        claim = replace(
            read_detached(sealed.jws, sealed.payload, self.trust, Content.STIX_RECORD),
            signing_time=sealed.signed,
            timestamp=sealed.timestamp,
            center=sealed.publisher,
            kinds=frozenset({sealed.kind} if sealed.kind else ()),
        )
        held = self._held(claim, "")
        self.seals.append(held)
        return held.signer.kid

    def niem(self, document: bytes, *, of: str) -> SignatureHeld:
        """The signature of an XML document; its center and kind are read in what was signed, never in the file."""
        signed = read_xml(document, self.trust.accepts)
        message = self._message(signed.content)
        if message is None:
            return self._held(signed.claim, of)
        center = f"identity--{message.center.id}" if message.center.id else ""
        claim = replace(signed.claim, center=center, kinds=frozenset({str(message.record.kind)}))
        return self._held(claim, of or f"urn:uuid:{message.document_id}")

    def _held(self, claim: Claim, of: str) -> SignatureHeld:
        signer = self.trust.judge(claim, at=self.at)
        return SignatureHeld(of, claim.content, claim.center, tuple(sorted(claim.kinds)), signer)

    def _message(self, content: bytes) -> Message | None:
        """The message that was signed, checked first; None for XML of another maker."""
        root = parse_strict(content)
        if not _is_own(root):
            return None
        faults = self.messages.faults(content) if self.messages is not None else ()
        errors = [fault for fault in faults if fault.severity == Severity.ERROR]
        if errors:
            raise UnreadableContent(
                f"what was signed is no valid message of the exchange: {errors[0].code}",
                remedy="Ask the center; its own check should have found this",
            )
        try:
            return read(root)
        except UnreadableDelivery as error:
            raise UnreadableContent(
                f"what was signed does not read as a message of the exchange: {error.problem}",
                remedy="Ask the center; its own check should have found this",
            ) from error


def _objects(document: Any, name: str) -> tuple[str, list[dict[str, Any]]]:
    """The objects of a bundle (STIX 2.1, 8), an envelope (TAXII 2.1, 3.7) or of one object by itself."""
    if isinstance(document, dict):
        objects = document.get("objects")
        if "type" in document and document["type"] != _BUNDLE:
            form, objects = "STIX object", [document]
        else:
            form = "STIX bundle" if document.get("type") == _BUNDLE else "TAXII envelope"
        if isinstance(objects, list) and all(isinstance(one, dict) for one in objects):
            return form, objects
    raise UnreadableContent(
        "this is no NIEM document, STIX bundle or TAXII envelope", where=name, remedy="Check the file"
    )


def _own_message(stix_object: dict[str, Any]) -> bytes | None:
    """The NIEM document in an artifact, if it is one of ours; others' attachments are covered by the manifest alone.

    What any reader may take for a message counts as one: under another media type, or with line breaks in its base64.
    """
    payload = stix_object.get("payload_bin")
    if stix_object.get("type") != "artifact" or not isinstance(payload, str):
        return None
    try:
        document = base64.b64decode(payload)
        return document if _is_own(parse_strict(document)) else None
    except (binascii.Error, ValueError, RenderingError):
        return None


def _is_own(root: Any) -> bool:
    return bool(etree.QName(root).namespace == names.EXTENSION_NAMESPACE)


def _require_same_center(held: SignatureHeld, containers: tuple[Coverage, ...]) -> None:
    """A center vouches for its own documents: a container may not carry another center's under its own name."""
    publishers = {container.publisher for container in containers if held.of in container.covered}
    if held.center and publishers != {held.center}:
        raise SignerNotAllowed(
            "the NIEM document is of another center than the container that carries it",
            where=held.of[:120],
            remedy="Do not use it; ask the publisher",
        )

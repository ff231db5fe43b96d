"""What the signature vectors have in common: a center, its authority and documents, and the form of a vector."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from niem_builders import CENTER, bare_record, view_of
from signature_pki import ASKED, SIGNED, Node, root
from timestamp_builders import Issuer, TimestampAuthority, timestamp_root

from gateway.model.center import Center
from gateway.model.kinds import Kind
from gateway.model.record import Record
from gateway.model.stages import SignedNiem
from gateway.niem.render import render as render_niem
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.signing.keys import SigningKey
from gateway.signing.xml_signature import XmlSigner, canonical, parse_strict
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, with_timestamp
from gateway.stix.render import render as render_stix

OWN_NAME = x509.UniformResourceIdentifier(f"urn:uuid:{CENTER.id}")
CENTER_ID = f"identity--{CENTER.id}"
OTHER_ID = "identity--5d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6"
_YEARS = (datetime(2025, 1, 1, tzinfo=SIGNED.tzinfo), datetime(2036, 1, 1, tzinfo=SIGNED.tzinfo))
KIND = Kind.EMERGENCY_MEDICAL


@dataclass(frozen=True)
class World:
    """One center under one authority, another authority that nobody believes, and a time-stamp authority."""

    root: Node
    signer: Node
    stranger: Node
    stamps: Issuer
    stamper: TimestampAuthority
    checker: ObjectChecker

    def niem(self, key: SigningKey | None = None, *, at: datetime = SIGNED) -> bytes:
        """A small signed NIEM message."""
        return XmlSigner(key or self.signer.signing_key()).sign(self.message(), at=at)

    def message(self) -> bytes:
        """The same without a signature."""
        return render_niem(view_of(bare_record(KIND)), CENTER)

    def view(
        self,
        node: Node | None = None,
        *,
        at: datetime = SIGNED,
        carries_niem: bool = False,
        niem_by: Node | None = None,
        niem_of: Center = CENTER,
        record: Record | None = None,
        **changes: Any,
    ) -> list[dict[str, Any]]:
        """A small sealed view, container last."""
        view = view_of(record or bare_record(KIND), carries_niem=carries_niem, **changes)
        key = (node or self.signer).signing_key()
        document = XmlSigner((niem_by or node or self.signer).signing_key()).sign(render_niem(view, niem_of), at=at)
        return self.sealed(SignedNiem(view=view, document=document, key_id=key.kid), key, at=at)

    def sealed(self, niem: SignedNiem, key: SigningKey | None = None, *, at: datetime = SIGNED) -> list[dict[str, Any]]:
        """The STIX view of a signed message."""
        signer = JsonSigner(key or self.signer.signing_key(), Content.STIX_RECORD)
        valid = self.checker.check(niem, render_stix(niem, CENTER))
        return [json.loads(one.body) for one in seal(valid, signer.sign, signer.kid, at=at).stix]

    def stamped_xml(self, signed: bytes, at: datetime) -> bytes:
        """The document with a XAdES signature timestamp (EN 319 132-1, 5.3)."""
        value = parse_strict(signed).find(".//{http://www.w3.org/2000/09/xmldsig#}SignatureValue")
        token = b64encode(self.stamper.token(canonical(value), at=at))
        unsigned = (
            b"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
            b"<xades:EncapsulatedTimeStamp>" + token + b"</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
            b"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
        )
        return re.sub(rb"(?=</xades:QualifyingProperties>)", lambda _: unsigned, signed)

    def stamped_view(self, objects: list[dict[str, Any]], at: datetime) -> list[dict[str, Any]]:
        """The view with a timestamp over its container's signature."""
        (integrity,) = [one for one in objects[-1]["extensions"].values() if "jws" in one]
        token = self.stamper.token(integrity["jws"].split(".")[2].encode(), at=at)
        return [*objects[:-1], with_timestamp(objects[-1], token)]

    def policy(self, *, known: tuple[Node, ...] = (), **more: Any) -> dict[str, Any]:
        """The policy that believes the root, and knows the signer."""
        return {"name": "vectors", "roots": [self.root.pem], "known": [n.pem for n in (self.signer, *known)]} | more

    @property
    def authorities(self) -> dict[str, Any]:
        """The time-stamp authority, as a policy names it."""
        return {"authorities": [Node(self.stamps.key, self.stamps.certificate).pem]}


def world() -> World:
    """A fresh one."""
    authority, stamps = root("Vector Root"), timestamp_root("Vector TSA Root")
    return World(
        root=authority,
        signer=authority.issue("Vector Signer", names=(OWN_NAME,)),
        stranger=root("Stranger Root"),
        stamps=stamps,
        stamper=stamps.authority("Vector TSA", valid=_YEARS),
        checker=ObjectChecker(),
    )


def bundle(objects: list[dict[str, Any]]) -> bytes:
    """A STIX bundle."""
    return json.dumps(
        {"type": "bundle", "id": "bundle--6f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5", "objects": objects}, indent=1
    ).encode()


def envelope(objects: list[dict[str, Any]], *, more: bool) -> bytes:
    """A TAXII envelope."""
    return json.dumps({"more": more, "objects": objects}, indent=1).encode()


def integrity_of(container: dict[str, Any]) -> dict[str, Any]:
    """The integrity extension, to be changed in place."""
    found: dict[str, Any]
    (found,) = [one for one in container["extensions"].values() if "jws" in one]
    return found


def b64u(data: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def vector(
    name: str,
    says: str,
    made: str,
    cite: str,
    content: bytes,
    policy: dict[str, Any],
    expected: dict[str, Any],
    *,
    at: datetime = ASKED,
) -> dict[str, Any]:
    """One vector, in the form of the README."""
    media = "application/xml" if content.lstrip()[:1] == b"<" else "application/json"
    try:
        held: dict[str, Any] = {"media_type": media, "text": content.decode()}
    except UnicodeDecodeError:
        held = {"media_type": media, "base64": b64encode(content).decode()}
    return {
        "id": name,
        "says": says,
        "provenance": {"made": made, "cite": cite},
        "input": held,
        "policy": policy,
        "at": at.isoformat().replace("+00:00", "Z"),
        "expected": expected,
    }


def holds(
    objects: list[dict[str, Any]] | None = None, *, missing: tuple[str, ...] = (), proven: bool = False
) -> dict[str, Any]:
    """The verdict that it holds, with what is covered."""
    covered = sorted({one["id"] for one in objects or ()})
    return {"verdict": "holds", "covered": covered, "missing": sorted(missing), "foreign": [], "time_is_proven": proven}


def refused(reason: str, *, foreign: tuple[str, ...] = ()) -> dict[str, Any]:
    """The verdict that it does not, by the reason's class."""
    return {"verdict": "refused", "reason": reason, "foreign": sorted(foreign)}

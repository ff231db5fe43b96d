"""Ids of STIX objects (STIX 2.1, 2.9).

Objects that the center makes are keyed per view and shaped like random UUIDs: two views never share an id, and no id
can be guessed from a case number. Cyber observables follow the standard's own rule over the values that the view
shows, so that everybody who sees the same address calls it by the same id. The center's identity is the same
everywhere.
"""

import hashlib
import uuid
from typing import Any, Final

from gateway.model.center import Center
from gateway.model.identity import IdKey
from gateway.stix.canonical import canonical

__all__ = ["OBSERVABLE_NAMESPACE", "center_ref", "keyed_id", "marking_id", "observable_id"]

OBSERVABLE_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of deterministic ids; STIX 2.1, 2.9 keeps it for cyber observables."""


def keyed_id(ids: IdKey, stix_type: str, *role: str) -> str:
    """The id of a domain object, relationship or container that has the role in the view.

    The STIX type is part of what is keyed: one producer may not use a UUID for two types (STIX 2.1, 2.9).
    """
    return f"{stix_type}--{ids.uuid(stix_type, *role)}"


def observable_id(stix_type: str, contributing: dict[str, Any]) -> str:
    """The id of a cyber observable: UUIDv5 over the canonical JSON of its id-contributing properties.

    Built by hand from SHA-1, because `uuid.uuid5` wants text and takes three times as long.
    """
    raw = bytearray(hashlib.sha1(OBSERVABLE_NAMESPACE.bytes + canonical(contributing), usedforsecurity=False).digest())
    raw[6] = (raw[6] & 0x0F) | 0x50
    raw[8] = (raw[8] & 0x3F) | 0x80
    return f"{stix_type}--{uuid.UUID(bytes=bytes(raw[:16]))}"


def center_ref(center: Center) -> str:
    """The id of the center's own identity, the same in every view and collection."""
    return f"identity--{center.id}"


def marking_id(center: Center, *parts: str) -> str:
    """The id of a marking that the center itself defines.

    It names no record and is shared by all views, so it is keyed with the center's public id, not with a view's key.
    """
    return keyed_id(IdKey(center.id.encode()), "marking-definition", *parts)

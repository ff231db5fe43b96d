"""The identities that stand before everything published: the center's own, and the product's.

Each is made once and never changed afterwards; the views of all records hold the same one.
"""

from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from gateway import names
from gateway.errors import RenderingError
from gateway.model.center import Center
from gateway.stix.forms import version_instant
from gateway.stix.ids import center_ref

__all__ = ["center_identity", "center_instant", "product_identity"]


def center_instant(center: Center) -> str:
    """When the center's home was made, in the form of `created`. Raises RenderingError when it is no UTC timestamp."""
    return _instant(center.created, "created")


def _instant(text: str, name: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RenderingError(
            f"the center's `{name}` is not a timestamp",
            where="gateway.yaml",
            remedy="Write it like 2026-01-31T08:00:00Z",
        ) from error
    if moment.tzinfo is None:
        raise RenderingError(f"the center's `{name}` has no zone", where="gateway.yaml", remedy="End it with Z")
    return version_instant(moment)


@lru_cache(64)
def center_identity(center: Center) -> dict[str, Any]:
    """The identity object (STIX 2.1, 4.5) that `created_by_ref` points at, byte for byte the same in every view."""
    created = center_instant(center)
    revised = _instant(center.revised, "revised") if center.revised else created
    identity: dict[str, Any] = {
        "type": "identity",
        "spec_version": "2.1",
        "id": center_ref(center),
        "created_by_ref": center_ref(center),
        "created": created,
        "modified": revised,
        "name": center.name,
        "identity_class": "organization",
        "sectors": ["government-public-services"],
    }
    if center.abbreviation:
        identity["description"] = f"{center.name} ({center.abbreviation})"
    if center.contact:
        identity["contact_information"] = center.contact
    if center.ori:
        identity["external_references"] = [{"source_name": "ori", "external_id": center.ori}]
    return identity


@cache
def product_identity() -> dict[str, Any]:
    """Who defines the extensions; the same bytes at every center."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": names.PRODUCT_IDENTITY,
        "created_by_ref": names.PRODUCT_IDENTITY,
        "created": names.EXTENSIONS_CREATED,
        "modified": names.EXTENSIONS_CREATED,
        "name": "Fusion Exchange Gateway",
        "description": "The software whose extensions this record uses.",
        "identity_class": "system",
    }

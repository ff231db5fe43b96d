"""Where a record came from, exactly."""

from typing import Annotated

from msgspec import Meta, Struct

from gateway.model.disclosure import Discloses, Instant, Reference

__all__ = ["Provenance"]


class Provenance(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The delivery, the line and the mapping that made the record. It is no part of the record's content digest."""

    feed: Annotated[str, Discloses.REFERENCE]
    agency: Annotated[str, Discloses.REFERENCE]
    agency_ori: Reference | None = None
    receipt: Reference
    file_name: Reference
    source_sha256: Annotated[str, Discloses.REFERENCE, Meta(pattern=r"^[0-9a-f]{64}$")]
    line: Annotated[int, Discloses.REFERENCE, Meta(ge=1)]
    mapping: Annotated[str, Discloses.REFERENCE]
    mapping_version: Annotated[str, Discloses.REFERENCE]
    received: Instant

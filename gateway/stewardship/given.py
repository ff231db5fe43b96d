"""What a release gives, as the files of the partner, as the operator's statement, as rows of the log."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple

import orjson

from gateway import names
from gateway.sharing.documents import Agreement
from gateway.store.collections import Collection, Placed
from gateway.store.disseminations import Channel, Dissemination
from gateway.store.engine import to_ms
from gateway.store.record_places import PlacedView

__all__ = ["Given", "Said", "files_of", "once", "row_of", "statement_of"]


class Given(NamedTuple):
    """One view as it is given: by which agreement, from which collection, in which version of the record."""

    agreement: Agreement
    collection: Collection
    view: PlacedView


class Said(NamedTuple):
    """What the log keeps of a release beside the view: `statement` is what the operator signed, `jws` the signature."""

    record_id: str
    partner: str
    reason: str
    operator: str
    statement: str
    jws: str
    at_us: int


def once(given: Iterable[Given]) -> tuple[Placed, ...]:
    """Each object version once, in the order of the views: what views share stands first in the first of them."""
    objects = (placed for one in given for placed in one.view.objects)
    return tuple({(placed.id, placed.version): placed for placed in objects}.values())


def files_of(
    record_id: str, given: Sequence[Given], bundle_id: Callable[[str], str], ours: AbstractSet[bytes]
) -> dict[str, bytes]:
    """Names and bytes: a bundle of the objects as they are served, and each signed NIEM document that they carry.

    `bundle_id` makes a UUID of the digest of what the bundle holds; `ours` are the center's own NIEM documents, for an
    artifact of another producer may hold XML too.
    """
    body = b",".join(placed.body for placed in once(given))
    identifier = bundle_id(hashlib.sha256(body).hexdigest()).encode()
    files = {f"{record_id}.stix.json": b'{"type":"bundle","id":"bundle--%s","objects":[%s]}' % (identifier, body)}
    documents: dict[bytes, str] = {}
    for one in given:
        for document in filter(None, map(_payload, one.view.objects)):
            if document in ours:
                documents.setdefault(document, one.collection.alias)
    for document, alias in documents.items():
        files[f"{record_id}.niem.xml" if len(documents) == 1 else f"{record_id}.{alias}.niem.xml"] = document
    return files


def _payload(placed: Placed) -> bytes:
    if placed.type != "artifact":
        return b""
    artifact = orjson.loads(placed.body)
    return (
        base64.b64decode(artifact.get("payload_bin", "")) if artifact.get("mime_type") == names.NIEM_MEDIA_TYPE else b""
    )


def statement_of(
    record_id: str,
    given: Sequence[Given],
    files: dict[str, bytes],
    *,
    to: str,
    reason: str,
    operator: str,
    at: datetime,
) -> bytes:
    """What the operator signs: who gets what, why, by which agreement, with the SHA-256 of each file."""
    said = {
        "record": record_id,
        "partner": to,
        "reason": reason,
        "operator": operator,
        "at_ms": to_ms(at),
        "given": [
            {
                "agreement": one.agreement.agreement,
                "agreement_version": one.agreement.version,
                "collection": one.collection.id,
                "number": one.view.number,
            }
            for one in given
        ],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def row_of(one: Given, said: Said) -> Dissemination:
    """The row of the dissemination log for one view."""
    places = [placed.date_added_us for placed in one.view.objects]
    return Dissemination(
        credential="",
        collection_id=one.collection.id,
        agreement=one.agreement.agreement,
        agreement_version=one.agreement.version,
        purpose=one.agreement.purpose,
        from_us=min(places) - 1,
        to_us=max(places),
        objects=len(places),
        filter="",
        source="",
        channel=Channel.RELEASE,
        number=one.view.number,
        **said._asdict(),
    )

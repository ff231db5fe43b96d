"""One frozen type per stage of the road; holding one is proof that its stage happened.

`Received` → `NativeRecord` → `Record` → `Cleared` → `View` → `ValidatedNiem` → `SignedNiem` → `ValidatedStix` →
`Signed` → `Release`. Each is made by its stage alone.
"""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from gateway.model.content import Content
from gateway.model.identity import IdKey
from gateway.model.record import Record

__all__ = [
    "Cleared",
    "Fate",
    "NativeRecord",
    "Received",
    "Release",
    "Revoked",
    "Signed",
    "SignedNiem",
    "Skipped",
    "StixContent",
    "Unreadable",
    "ValidatedNiem",
    "ValidatedStix",
    "View",
    "Withdrawal",
    "WithdrawnView",
]


class Fate(enum.StrEnum):
    """What became of one item of a delivery; every item has exactly one."""

    PUBLISHED = "published"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    QUARANTINED = "quarantined"
    AWAITING_REVIEW = "awaiting review"
    HELD = "held"


class Received(Struct, frozen=True, kw_only=True):
    """A delivery whose bytes are committed. `receipt` is its id; `received` is aware and UTC."""

    receipt: str
    feed: str
    file_name: str
    sha256: str
    received: datetime
    content: Content


class NativeRecord(Struct, frozen=True, kw_only=True):
    """One item as the agency wrote it: `fields` by source column, empty cells included; `line` is 1-based."""

    line: int
    fields: Mapping[str, str]
    raw: bytes


class Skipped(Struct, frozen=True, kw_only=True):
    """An item that holds nothing to translate (a blank row, a repeated header), with the reason's code."""

    line: int
    reason: str
    raw: bytes


class Revoked(Struct, frozen=True, kw_only=True):
    """An item by which its producer takes back what it said before: the record of that, if one is held, goes."""

    line: int
    record_id: str
    raw: bytes


class Unreadable(Struct, frozen=True, kw_only=True):
    """An item that the reader cannot take apart; the file goes on after it."""

    line: int
    code: str
    problem: str
    remedy: str
    raw: bytes
    column: str = ""


class Cleared(Struct, frozen=True, kw_only=True):
    """A record version that may be decided on: its kind needs no review, or enough operators have approved it.

    `number` counts the record's versions from 1. `created` is when version 1 was made, `modified` when this one was;
    both UTC at millisecond precision, `modified` strictly later with each version. `life` counts how often the record
    was withdrawn before: a record that comes back is published under new ids, because revoking an object is permanent
    (STIX 2.1, 3.2), and `created` is when it came back.
    """

    record: Record
    number: int
    created: datetime
    modified: datetime
    life: int = 0
    approvals: tuple[str, ...] = ()
    releasable_text: str | None = None


class StixContent(enum.StrEnum):
    """How much of a record's STIX a view has."""

    EVERYTHING = "everything"
    INDICATORS_ONLY = "indicators-only"


class View(Struct, frozen=True, kw_only=True):
    """What one projection shows of a cleared record, and where it goes.

    `key` names the view class: the projection, with `+niem` where the signed NIEM document travels inside the STIX
    view and `+indicators-only` where it has no other domain objects. `ids` is the id key of this record under this
    view: nothing derived from it links to another view. `document_id` is the view's own UUID. `collections` are the
    TAXII collections that receive it.
    """

    key: str
    record: Record
    number: int
    created: datetime
    modified: datetime
    ids: IdKey
    document_id: str
    withheld: tuple[str, ...]
    carries_niem: bool
    stix: StixContent = StixContent.EVERYTHING
    collections: tuple[str, ...]
    releasable_text: str | None = None


class ValidatedNiem(Struct, frozen=True, kw_only=True):
    """A NIEM message that passed every check; UTF-8 XML without a signature.

    `root` is the element that the document was parsed to when it was checked: what is signed is what was checked.
    Whoever uses it leaves it as it is.
    """

    view: View
    document: bytes
    root: Any


class SignedNiem(Struct, frozen=True, kw_only=True):
    """The same message with our enveloped signature, verified once by the signer itself."""

    view: View
    document: bytes
    key_id: str


class ValidatedStix(Struct, frozen=True, kw_only=True):
    """The view's STIX objects, all checked; referenced objects stand before those that refer to them."""

    niem: SignedNiem
    objects: tuple[dict[str, Any], ...]


class Signed(Struct, frozen=True, kw_only=True):
    """One view of a record whose exact bytes carry our signatures.

    `stix` holds each object as canonical JSON, in publishing order, with its id, type and version; the container,
    which carries the manifest and the signature, is last.
    """

    view: View
    niem: bytes
    stix: tuple["SignedObject", ...]
    key_id: str


class WithdrawnView(Struct, frozen=True, kw_only=True):
    """What takes one published view of a record back: each object that has versions, revoked; the container signed."""

    key: str
    document_id: str
    collections: tuple[str, ...]
    stix: tuple["SignedObject", ...]
    key_id: str


class Withdrawal(Struct, frozen=True, kw_only=True):
    """A record's last version of a life: what every partner who holds it is told. No views, if nobody received it.

    `number` is the new version's; `supersedes` that of one that still waits for review.
    """

    record: Record
    number: int
    created: datetime
    modified: datetime
    life: int
    supersedes: int | None
    views: tuple[WithdrawnView, ...]


class SignedObject(Struct, frozen=True, kw_only=True):
    """One STIX object as it will be served. `version` is its `modified`, else `created`, else None."""

    id: str
    type: str
    version: str | None
    body: bytes


class Release(Struct, frozen=True, kw_only=True):
    """All signed views of one record version, with their places; published together or not at all."""

    cleared: Cleared
    views: tuple[Signed, ...]

"""A feed of STIX, ready to run: an item of another producer's objects in, a canonical record or its problems out.

The record holds every object of the item as an original. What the gateway understands of one becomes an entity, too.
A container of another gateway is read back into the record that it shows.
"""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import orjson
from msgspec.structs import replace

from gateway import names
from gateway.errors import BadMarking, UnreadableDelivery
from gateway.mapping.compiled import Mapped, Rejected
from gateway.mapping.expectations import Expectation, read_expectation
from gateway.mapping.reading import Reading
from gateway.mapping.sensitive import facts_shown, undeclared
from gateway.model.codes import Sensitivity
from gateway.model.entities import Entity, Original
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS, Kind
from gateway.model.problems import Problem
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.stages import NativeRecord, Received, Revoked
from gateway.stix.canonical import canonical
from gateway.stix.facts import facts_of
from gateway.stix.feed_document import StixFeedDocument
from gateway.stix.foreign import references
from gateway.stix.marked import marking_refs, strictest, tightened
from gateway.stix.read import read

__all__ = ["STIX_COLUMNS", "UPGRADED", "StixFeed"]

STIX_COLUMNS: Final = ("stix:id", "stix:type")
"""What an item of STIX has in place of columns: the id and the type of its first object."""
UPGRADED: Final = "stix:upgraded"
"""The ids of those of an item's objects that were brought from 2.0 to 2.1, with blanks between."""

_CONTEXT: Final = frozenset(
    [
        "identity",
        "location",
        "marking-definition",
        "extension-definition",
        "relationship",
        "language-content",
        "report",
        "grouping",
        "note",
        "opinion",
    ]
)
"""Types that make no claim of their own about what is technical."""

_GROUPS: Final = {group.type: group.field for group in ENTITY_GROUPS.values()}
_NAME_CHARACTERS: Final = 4096


class StixFeed:
    """One feed. Immutable, free of state between items. `own` are the identities of the center and of its product."""

    __slots__ = ("_accepted", "_document", "_floor", "expectation", "name", "reading", "version", "zone")

    def __init__(self, document: StixFeedDocument, *, own: Sequence[str]) -> None:
        self._document = document
        self._accepted = frozenset(document.accepted_statements)
        self._floor = document.handling.handling()
        self.expectation: Expectation | None = read_expectation(document.expect) if document.expect else None
        self.zone = ZoneInfo(document.reads.timezone or "UTC")
        self.name = document.mapping
        self.version = str(document.version)
        self.reading = Reading(format=document.reads.format, own=tuple(own))

    @property
    def feed(self) -> str:
        """The feed's name."""
        return self.name

    @property
    def columns(self) -> tuple[str, ...]:
        """What stands in place of columns."""
        return STIX_COLUMNS

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Other gateways may send records of any kind."""
        return tuple(Kind)

    @property
    def document(self) -> StixFeedDocument:
        """The document."""
        return self._document

    def check_columns(self, header: Sequence[str]) -> tuple[Problem, ...]:
        """Objects have no columns that could be missing; whatever is no STIX is told item by item."""
        return ()

    def map(self, native: NativeRecord, received: Received, ids: IdKey) -> Mapped | Rejected | Revoked:
        """The record that an item is. The same item and delivery always give the same record.

        Its id depends on the feed and the first object's id alone. An item with a marking that cannot be honoured is
        rejected: it is never shared. A first object that its producer has revoked takes its record back.
        """
        objects: list[dict[str, Any]] = orjson.loads(native.raw)
        root = objects[0]
        record_id = "record--" + ids.uuid("record", self.name, root["id"])
        if root.get("revoked") is True:
            return Revoked(line=native.line, record_id=record_id, raw=native.raw)
        try:
            if names.RECORD_EXTENSION in root.get("extensions", {}):
                record = self._from_a_gateway(objects, native, received, record_id)
            else:
                record = self._from_originals(objects, native, received, record_id)
        except (BadMarking, UnreadableDelivery) as error:
            code = "bad-marking" if isinstance(error, BadMarking) else "bad-stix"
            return _rejected(code, error.problem, error.remedy, native.line, record_id)
        except (msgspec.ValidationError, ValueError):  # the record's own rules: their words may repeat a value
            return _rejected("bad-value", "the objects make no record", "Report this", native.line, record_id)
        marks = self._sensitivities(record)
        if self._document.carries is not None and (foreign := marks - {*self._document.carries}):
            fault = undeclared(min(foreign))
            return _rejected(fault.code, fault.problem, fault.remedy, native.line, record_id)
        ordered = tuple(fact for fact in Sensitivity if fact in marks)
        return Mapped(record=replace(record, handling=replace(record.handling, sensitivities=ordered)))

    def _sensitivities(self, record: Record) -> frozenset[Sensitivity]:
        """What the record is marked for, and what it shows.

        Others' objects show nothing of what was declared, so every record that is made of them is marked for all of it.
        """
        declared = self._document.carries or () if record.originals else ()
        return facts_shown(record) | {*record.handling.sensitivities, *self._floor.sensitivities, *declared}

    def _handling(self, objects: Sequence[dict[str, Any]], floor: Handling) -> Handling:
        definitions = {one["id"]: one for one in objects if one["type"] == "marking-definition"}
        refs = dict.fromkeys(ref for one in objects for ref in marking_refs(one))
        return strictest(refs, definitions, floor, accepted=self._accepted)

    def _from_a_gateway(
        self, objects: list[dict[str, Any]], native: NativeRecord, received: Received, record_id: str
    ) -> Record:
        """What another gateway's container shows, handled at least as this feed asks."""
        shown = read(objects, record_id=record_id)
        handling = self._handling(objects, tightened(shown.handling, self._floor))
        return replace(
            shown, native_key=objects[0]["id"], handling=handling, provenance=self._provenance(native, received)
        )

    def _from_originals(
        self, objects: list[dict[str, Any]], native: NativeRecord, received: Received, record_id: str
    ) -> Record:
        upgraded = set(native.fields.get(UPGRADED, "").split())
        root = objects[0]
        groups: dict[str, list[Entity]] = {}
        originals: list[Original] = []
        for number, one in enumerate(_referred_first(objects), start=1):
            entities = facts_of(one, f"fact-{number}")
            for entity in entities:
                groups.setdefault(_GROUPS[type(entity)], []).append(entity)
            stands_for = entities[0].ref if entities else None
            originals.append(_original(one, f"original-{number}", one["id"] not in upgraded, stands_for))
        handling = self._handling(objects, self._floor)
        if "people" in groups:
            handling = replace(handling, personal_information=True)
        data: dict[str, Any] = {
            "id": record_id,
            "kind": _kind(root, originals, groups),
            "native_key": root["id"],
            "handling": handling,
            "provenance": self._provenance(native, received),
            "title": _name(root),
            "originals": originals,
            **groups,
        }
        return msgspec.convert(msgspec.to_builtins(data), Record)

    def _provenance(self, native: NativeRecord, received: Received) -> Provenance:
        source = self._document.source
        return Provenance(
            feed=self.name,
            agency=source.agency,
            agency_ori=source.ori,
            receipt=received.receipt,
            file_name=received.file_name,
            source_sha256=received.sha256,
            line=native.line,
            mapping=self.name,
            mapping_version=self.version,
            received=received.received,
        )


def _rejected(code: str, problem: str, remedy: str, line: int, record_id: str) -> Rejected:
    return Rejected(problems=(Problem(code=code, problem=problem, remedy=remedy, line=line),), record_id=record_id)


def _original(one: dict[str, Any], ref: str, unchanged: bool, stands_for: str | None) -> Original:
    return Original(
        ref=ref,
        stix_id=one["id"],
        stix_type=one["type"],
        producer=one.get("created_by_ref"),
        version=one.get("modified") or one.get("created"),
        name=_name(one),
        content=canonical(one).decode(),
        unchanged=unchanged,
        stands_for=stands_for,
    )


def _name(one: dict[str, Any]) -> str | None:
    """The object's name where it is one; the content has it whole in any case."""
    name = one.get("name")
    return name if isinstance(name, str) and 0 < len(name) <= _NAME_CHARACTERS else None


def _kind(root: dict[str, Any], originals: Sequence[Original], groups: dict[str, list[Entity]]) -> Kind:
    """What the record is: a kind with facts of its own where they are all understood, else threat intelligence."""
    claims = [one for one in originals if one.stix_type not in _CONTEXT]
    understood = bool(claims) and all(one.stands_for is not None for one in claims)
    if root["type"] == "vulnerability" and groups.get("vulnerabilities"):
        return Kind.VULNERABILITY
    if understood and all(groups.get(field) for field in KINDS[Kind.INDICATOR_SET].requires):
        return Kind.INDICATOR_SET
    return Kind.THREAT_INTELLIGENCE


def _referred_first(objects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The objects in an order of their own: what is referred to before what refers to it, where no circle forbids."""
    by_id = {one["id"]: one for one in sorted(objects, key=lambda one: str(one["id"]))}
    placed: dict[str, dict[str, Any]] = {}
    begun: set[str] = set()
    waiting = list(reversed(by_id))
    while waiting:
        name = waiting[-1]
        if name in placed:
            waiting.pop()
        elif name in begun:
            placed[waiting.pop()] = by_id[name]
        else:
            begun.add(name)
            ahead = (ref for ref in references(by_id[name]) if ref in by_id and ref not in begun)
            waiting += sorted(ahead, reverse=True)
    return list(placed.values())

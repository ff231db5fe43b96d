"""Which objects of a delivery of STIX belong together: each item is one object with what it needs to be understood.

A report or grouping holds all that it refers to, and what is said about that. Every other object of the domain is an
item of its own, with its relationships and their targets. What only gives context (who made it, how it is marked) is
in the items that refer to it. An object stands in every item that needs it; limits keep that within bounds.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.model.stages import NativeRecord, Skipped, Unreadable
from gateway.stix.checks.properties import OBSERVABLES
from gateway.stix.extensions import EXTENSIONS
from gateway.stix.feed import STIX_COLUMNS, UPGRADED
from gateway.stix.foreign import references
from gateway.stix.marked import WELL_KNOWN_MARKINGS

__all__ = ["StixObject", "items_of"]

Item = NativeRecord | Skipped | Unreadable

_CONTAINERS: Final = ("report", "grouping")
_DEFINITIONS: Final = frozenset({"marking-definition", "extension-definition"})
_ABOUT: Final[dict[str, tuple[str, ...]]] = {
    "relationship": ("source_ref",),
    "sighting": ("sighting_of_ref",),
    "note": ("object_refs",),
    "opinion": ("object_refs",),
    "language-content": ("object_ref",),
}
"""Objects that say something about others, and where they name them."""

_CONTEXT: Final = ("identity", "location")
"""Objects of the domain that others refer to for context."""

_OF_OUR_OWN: Final = frozenset(row.id for row in EXTENSIONS.values())
_LOOK_BYTES: Final = 64
"""What it costs to look at an object that then is not taken."""


class StixObject(NamedTuple):
    """One object in STIX 2.1: its place in the delivery, its canonical JSON, whether it is as its producer wrote it."""

    position: int
    one: dict[str, Any]
    body: bytes
    unchanged: bool

    @property
    def id(self) -> str:
        return str(self.one["id"])

    @property
    def type(self) -> str:
        return str(self.one["type"])


def items_of(
    objects: Sequence[StixObject], *, own: frozenset[str], told: Iterable[Skipped | Unreadable]
) -> Iterator[Item]:
    """Every item, and every object that is in none with the reason, in the order of the delivery.

    `own` are the identities whose objects are not taken in again; `told` is what the reader has said already.
    """
    others: list[Item] = list(told)
    mine: list[StixObject] = []
    theirs: list[StixObject] = []
    for held in _newest(objects, others):
        if held.id in WELL_KNOWN_MARKINGS:
            others.append(Skipped(line=held.position, reason="well-known-marking", raw=held.body))
        elif held.id in own | _OF_OUR_OWN or str(held.one.get("created_by_ref")) in own:
            others.append(Skipped(line=held.position, reason="own-object", raw=held.body))
            mine.append(held)
        else:
            theirs.append(held)
    delivery = _Delivery(theirs)
    items = delivery.items({ref for held in mine for ref in references(held.one)}, others)
    yield from sorted(chain(others, items), key=lambda item: item.line)


def _newest(objects: Sequence[StixObject], told: list[Item]) -> Iterator[StixObject]:
    """The newest version of each object. Two contents of one version cannot both be right: none is taken."""
    versions: dict[str, dict[str, list[StixObject]]] = {}
    for held in objects:
        version = str(held.one.get("modified", ""))
        versions.setdefault(held.id, {}).setdefault(_sortable(version), []).append(held)
    for by_version in versions.values():
        newest = max(by_version)
        for version, same in by_version.items():
            if len({held.body for held in same}) > 1:
                told += [_two_contents(held) for held in same]
                continue
            first, *again = same
            if not first.unchanged:  # an observable of several observations of 2.0
                again = [held for held in again if held.type not in OBSERVABLES]
            told += [Skipped(line=held.position, reason="repeated", raw=held.body) for held in again]
            if version == newest:
                yield first
            else:
                told.append(Skipped(line=first.position, reason="superseded", raw=first.body))


def _sortable(version: str) -> str:
    whole, _, fraction = version.removesuffix("Z").partition(".")
    return f"{whole}.{fraction.ljust(9, '0')}"


def _two_contents(held: StixObject) -> Unreadable:
    return ItemFault(
        "two-contents",
        "the same version of the object stands twice in the delivery, with different contents",
        "Ask the producer which is right",
    ).unreadable(line=held.position, raw=held.body)


class _TooLarge(Exception):
    """An item passes a limit."""


class _Delivery:
    """The objects of one delivery, by id and by what they speak of."""

    def __init__(self, objects: Sequence[StixObject]) -> None:
        self._objects = objects
        self._by_id = {held.id: held for held in objects}
        self._refs = {
            held.id: [ref for ref in references(held.one) if ref in self._by_id and ref != held.id] for held in objects
        }
        self._about: dict[str, list[str]] = {}
        for held in objects:
            for name in _ABOUT.get(held.type, ()):
                named = held.one.get(name, ())
                for ref in [named] if isinstance(named, str) else named:
                    self._about.setdefault(ref, []).append(held.id)
        self._left_bytes = limits.STIX_REPEATED_BYTES

    def items(self, referred_by_own: set[str], told: list[Item]) -> Iterator[Item]:
        """The items; what none of them has is told with its reason."""
        found: dict[str, tuple[str, ...] | None] = {}
        covered: set[str] = set()

        def take(roots: Iterable[StixObject]) -> None:
            for held in roots:
                if held.id not in found:
                    found[held.id] = members = self._members(held)
                    covered.update(members or (held.id,))

        take(held for held in self._objects if held.type in _CONTAINERS)
        take([held for held in self._objects if _is_of_the_domain(held) and held.id not in covered])
        for rank in (_CONTEXT, ("relationship", "sighting"), ("note", "opinion", "language-content")):
            referred = {ref for held in self._objects if held.id not in covered for ref in self._refs[held.id]}
            chosen = [held for held in self._objects if held.type in rank]
            if rank == _CONTEXT:
                chosen = [held for held in chosen if held.id in self._about or held.id not in referred]
            take(held for held in chosen if held.id not in covered)
        for held in self._objects:
            if held.id in covered:
                continue
            if held.type in _DEFINITIONS:
                told.append(Skipped(line=held.position, reason="unused-definition", raw=held.body))
            elif held.type in OBSERVABLES and held.id in referred_by_own:
                told.append(Skipped(line=held.position, reason="own-object", raw=held.body))
            else:
                take([held])
        return (self._item(self._by_id[root], members) for root, members in found.items())

    def _members(self, root: StixObject) -> tuple[str, ...] | None:
        """The ids of an item's objects, the root first; None where it passes a limit."""
        members: dict[str, None] = {}
        try:
            spent = self._reach(root.id, members, 0)
            if root.type in _CONTAINERS:
                spent = self._said_within(members, spent)
            else:
                for name in self._about.get(root.id, ()):
                    spent = self._reach(name, members, spent)
        except _TooLarge:
            self._left_bytes -= _LOOK_BYTES * len(members)
            return None
        self._left_bytes -= spent
        return tuple(members)

    def _reach(self, start: str, members: dict[str, None], spent: int) -> int:
        """Adds an object with all that it refers to, directly or not; the bytes that the item then has."""
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name in members:
                continue
            members[name] = None
            spent += len(self._by_id[name].body)
            if len(members) > limits.STIX_ITEM_OBJECTS or spent > min(limits.STIX_ITEM_BYTES, self._left_bytes):
                raise _TooLarge
            waiting += reversed(self._refs[name])
        return spent

    def _said_within(self, members: dict[str, None], spent: int) -> int:
        """Adds what is said about the members and about nothing else."""
        for name in list(members):
            for about in self._about.get(name, ()):
                self._left_bytes -= _LOOK_BYTES
                if self._left_bytes < 0:
                    raise _TooLarge
                if about not in members and self._ends(about) <= members.keys():
                    spent = self._reach(about, members, spent)
        return spent

    def _ends(self, name: str) -> set[str]:
        one = self._by_id[name].one
        return {one[end] for end in ("source_ref", "target_ref", "sighting_of_ref", "object_ref") if end in one} | set(
            one.get("object_refs", ())
        )

    def _item(self, root: StixObject, members: tuple[str, ...] | None) -> Item:
        if members is None:
            fault = ItemFault(
                "too-large",
                "the object and all that it refers to are too large for one item",
                f"At most {limits.STIX_ITEM_OBJECTS} objects and {limits.STIX_ITEM_BYTES} bytes are: ask for parts",
            )
            return fault.unreadable(line=root.position, raw=root.body)
        held = [self._by_id[name] for name in members]
        changed = " ".join(one.id for one in held if not one.unchanged)
        texts = (root.id, root.type)
        return NativeRecord(
            line=root.position,
            fields={**dict(zip(STIX_COLUMNS, texts, strict=True)), UPGRADED: changed},
            raw=b"[" + b",".join(one.body for one in held) + b"]",
        )


def _is_of_the_domain(held: StixObject) -> bool:
    """Whether the object is an item of its own wherever no report or grouping has it."""
    if held.type in {*_CONTEXT, *_DEFINITIONS, *_ABOUT, *_CONTAINERS} or held.type in OBSERVABLES:
        return False
    return "created" in held.one

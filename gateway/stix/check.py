"""Check a view's objects before they are signed: nothing leaves that its standard would refuse.

Every object meets the OASIS schema of its type, the schemas of our own extensions, and the MUSTs that schemas cannot
say. All faults are collected, so that one report shows everything.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from gateway.errors import InvalidDocument
from gateway.model.stages import SignedNiem, ValidatedStix
from gateway.stix.extensions import EXTENSIONS
from gateway.stix.foreign import foreign_faults
from gateway.stix.musts import OBJECT_CHECKS, VIEW_CHECKS
from gateway.stix.oasis import SchemaSet
from gateway.stix.originals import foreign_ids
from gateway.stix.schemas import extension_schema

__all__ = ["ObjectChecker", "ObjectFault"]

_REMEMBERED: Final = 256
"""Most shared objects that a checker remembers: five TLP markings, a few CUI ones, our definitions, the identities."""

_SHARED_TYPES: Final = frozenset({"marking-definition", "extension-definition", "identity"})

_TOLD: Final = 20
"""Most faults that an error message lists; `faults` gives all of them."""


@dataclass(frozen=True, slots=True)
class ObjectFault:
    """One breach: the object's id, the path within it (empty for the object as a whole), and what is wrong."""

    object_id: str
    path: str
    problem: str

    def __str__(self) -> str:
        place = f" {self.path}" if self.path else ""
        return f"{self.object_id}{place}: {self.problem}"


class ObjectChecker:
    """The compiled checks. Building it takes about a fifth of a second; build one and keep it."""

    def __init__(self) -> None:
        self._schemas = SchemaSet({row.id: extension_schema(name) for name, row in EXTENSIONS.items()})
        self._sound: dict[str, dict[str, Any]] = {}

    def check(self, niem: SignedNiem, objects: tuple[dict[str, Any], ...]) -> ValidatedStix:
        """The same objects as a checked view. Raises InvalidDocument with all faults; it repeats no value."""
        self.require_sound(objects, foreign=foreign_ids(niem.view))
        return ValidatedStix(niem=niem, objects=objects)

    def require_sound(self, objects: Sequence[dict[str, Any]], *, foreign: Set[str] = frozenset()) -> None:
        """Nothing, where the objects of a view are sound. Raises InvalidDocument as `check` does."""
        faults = self.faults(objects, foreign=foreign)
        if faults:
            told = "; ".join(str(fault) for fault in faults[:_TOLD])
            more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
            raise InvalidDocument(
                f"{len(faults)} faults: {told}{more}",
                where="STIX view",
                remedy="Correct the mapping if a value is at fault; report it if not",
            )

    def faults(self, objects: Sequence[dict[str, Any]], *, foreign: Set[str] = frozenset()) -> tuple[ObjectFault, ...]:
        """Every breach of STIX 2.1 or of our extensions' schemas in the objects of a view, in their order.

        `foreign` are the ids of objects that are passed on for other makers: they keep what the standard demands, and
        may refer to what is not in the view.
        """
        found: list[ObjectFault] = []
        sound: list[dict[str, Any]] = []
        for one in objects:
            if isinstance(one.get("id"), str) and one["id"] in foreign:
                found += [ObjectFault(str(one["id"]), *fault) for fault in foreign_faults(one, self._schemas)]
            else:
                found += self._faults_once(one)
            if isinstance(one.get("id"), str):
                sound.append(one)
        whole = (ObjectFault(*fault) for check in VIEW_CHECKS for fault in check(sound))
        found += [fault for fault in whole if fault.object_id not in foreign or fault.path == "id"]
        return tuple(found)

    def _faults_once(self, one: dict[str, Any]) -> list[ObjectFault]:
        """Faults of one object; what every view shares is looked at once, and again only if it is not equal."""
        identifier = str(one.get("id"))
        if not _is_shared(one):
            return list(self._faults_of(one))
        if self._sound.get(identifier) == one:
            return []
        faults = list(self._faults_of(one))
        if not faults and len(self._sound) < _REMEMBERED:
            self._sound[identifier] = one
        return faults

    def _faults_of(self, one: dict[str, Any]) -> Iterator[ObjectFault]:
        broken = [ObjectFault(str(one.get("id", "")), path, problem) for path, problem in self._schemas.faults(one)]
        if broken:  # the checks below rely on the shapes that the schema promises
            yield from broken
            return
        for check in OBJECT_CHECKS:
            yield from (ObjectFault(*fault) for fault in check(one))


def _is_shared(one: dict[str, Any]) -> bool:
    """Whether the object belongs to no record: a marking, a definition, or an identity that bears no marking."""
    stix_type = one.get("type")
    return isinstance(stix_type, str) and stix_type in _SHARED_TYPES and "object_marking_refs" not in one

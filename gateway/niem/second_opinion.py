"""What xmlschema, a validator that shares no code with libxml2, says of the same message.

Its sentences repeat values; only which of its checks failed is told, and names of elements. It is slow, needs a second
to compile the schema, and is asked for reports alone.
"""

import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
import xmlschema

from gateway import limits
from gateway.niem.faults import MessageFault, path_of, prefixed

__all__ = ["Opinion", "SecondOpinion", "weighed"]


class Opinion(NamedTuple):
    """One fault that xmlschema finds: the way to its element, and what is wrong, without any value."""

    path: str
    reason: str


_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "XsdEnumerationFacets": "the value is not in the list",
        "XsdPatternFacets": "the value does not fit the pattern",
        "XsdMinInclusiveFacet": "the value is too small",
        "XsdMaxInclusiveFacet": "the value is too large",
        "XsdMinExclusiveFacet": "the value is too small",
        "XsdMaxExclusiveFacet": "the value is too large",
        "XsdAtomicBuiltin": "the value is not of its type",
        "XsdAtomicRestriction": "the value is not of its type",
        "XsdAnyAttribute": "an attribute is not allowed",
        "XsdAttributeGroup": "an attribute is not allowed",
        "XsdComplexType": "the type does not allow it",
        "XsdElement": "the element may not be as it is",
        "XsdGroup": "the content is not allowed",
        "XMLSchema10": "a reference leads nowhere, or the root is not declared",
    }
)
"""What each check of xmlschema is about, by the name of its class."""

_STUMBLES: Final = (xmlschema.XMLSchemaException, KeyError, ValueError, TypeError, AttributeError, RecursionError)
"""How xmlschema ends on some invalid messages, such as one that states an unknown xsi:type."""


class SecondOpinion:
    """xmlschema over a schema folder, compiled when it is first asked. Threads take turns."""

    def __init__(self, entry: Path) -> None:
        self._entry = entry
        self._lock = threading.Lock()

    @cached_property
    def _schema(self) -> Any:
        return xmlschema.XMLSchema(str(self._entry), allow="local", defuse="always")

    def of(self, root: Any) -> tuple[Opinion, ...]:
        """The faults that xmlschema finds in a parsed message; at most `limits.PROBLEMS_PER_ITEM`."""
        with self._lock:
            found = []
            errors = islice(self._schema.iter_errors(root), limits.PROBLEMS_PER_ITEM)
            try:
                for error in errors:
                    path = path_of(error.elem) if error.elem is not None else path_of(root)
                    found.append(Opinion(path, _reason(error)))
            except _STUMBLES:
                found.append(Opinion(path_of(root), "it stumbles over the message and cannot go on"))
        return tuple(dict.fromkeys(found))


def _reason(error: Any) -> str:
    if isinstance(error, xmlschema.XMLSchemaChildrenValidationError):
        if error.invalid_tag is None:
            return "a required element is missing"
        return f"{prefixed(error.invalid_tag)} is not expected as child {error.index + 1}"
    kind = type(error.validator).__name__
    return _REASONS.get(kind, f"its check {kind} fails")


def weighed(faults: Iterable[MessageFault], opinions: Iterable[Opinion]) -> tuple[MessageFault, ...]:
    """The schema faults with what xmlschema says of the same place, and then what it alone finds, as warnings.

    The two validators put a fault in a content model at the child or at its parent; both count as the same place.
    """
    given = list(opinions)
    told: set[Opinion] = set()
    weighed_faults = []
    for fault in faults:
        near = [opinion for opinion in given if _is_near(fault.path, opinion.path)]
        told.update(near)
        if fault.code.startswith("xsd."):
            said = f"xmlschema agrees: {near[0].reason}" if near else "xmlschema finds nothing here"
            fault = msgspec.structs.replace(fault, opinion=said)
        weighed_faults.append(fault)
    covered = any(fault.code.startswith(("ndr.12-8", "ndr.12-11", "ndr.duplicate")) for fault in weighed_faults)
    alone = (o for o in given if o not in told and not (covered and o.reason == _REASONS["XMLSchema10"]))
    return (*weighed_faults, *(_alone(opinion) for opinion in alone))


def _alone(opinion: Opinion) -> MessageFault:
    return MessageFault(
        code="xmlschema.alone",
        problem="xmlschema finds a fault that libxml2 does not",
        path=opinion.path,
        severity="warning",
        opinion=opinion.reason,
    )


def _is_near(one: str, other: str) -> bool:
    return one == other or one.rpartition("/")[0] == other or other.rpartition("/")[0] == one

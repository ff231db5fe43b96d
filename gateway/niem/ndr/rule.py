"""One rule of the NDR as a row of a table, and the small language in which rows say what breaks it.

A check finds the nodes that break a rule. Where XPath 1.0 can say it, it is XPath, evaluated at the root of a schema
document, with functions of our own for what XPath 1.0 lacks:

    n:name(@base)       the prefixed name in an attribute, in Clark notation
    n:ends(@name, 'x')  whether a text ends so
    n:like(@name, 'x')  whether a regular expression matches a text from its start
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from gateway.niem.ndr.documents import APPINFO, CT, STRUCTURES, XS, SchemaFile, SchemaSet, Standing, expanded
from gateway.niem.rules import Severity

__all__ = ["ALL", "EXTENSION", "SUBSET", "Check", "RuleRow", "SetCheck", "at", "by_reading", "must", "should"]

Check = Callable[[SchemaFile, SchemaSet], Iterable[Any]]
"""The nodes of one schema document that break a rule."""

SetCheck = Callable[[SchemaSet], Iterable[tuple[SchemaFile, Any]]]
"""The nodes that break a rule about the set as a whole, each with its document."""

ALL: Final = frozenset({Standing.REFERENCE, Standing.EXTENSION, Standing.SUBSET})
EXTENSION: Final = frozenset({Standing.EXTENSION})
SUBSET: Final = frozenset({Standing.SUBSET})


class RuleRow(NamedTuple):
    """One rule: its number in NDR 6.0, what must hold in our words, and how it is found broken.

    `applies` are the standings of the documents that it binds. A rule without a check is for a reader's judgement;
    `reason` says why.
    """

    number: str
    says: str
    severity: Severity
    applies: frozenset[Standing]
    check: Check | None = None
    set_check: SetCheck | None = None
    reason: str = ""

    @property
    def is_checked(self) -> bool:
        """Whether a program decides."""
        return self.check is not None or self.set_check is not None


def must(
    number: str,
    says: str,
    check: Check | None = None,
    *,
    of_set: SetCheck | None = None,
    applies: frozenset[Standing] = ALL,
) -> RuleRow:
    """A rule with MUST."""
    return RuleRow(number, says, Severity.ERROR, applies, check, of_set)


def should(number: str, says: str, check: Check, *, applies: frozenset[Standing] = ALL) -> RuleRow:
    """A rule with SHOULD."""
    return RuleRow(number, says, Severity.WARNING, applies, check)


def by_reading(number: str, says: str, reason: str, *, applies: frozenset[Standing] = ALL) -> RuleRow:
    """A rule that no program can check."""
    return RuleRow(number, says, Severity.ERROR, applies, reason=reason)


def at(xpath: str) -> Check:
    """The nodes that an expression finds."""
    compiled: Any = etree.XPath(xpath, namespaces=_NAMESPACES, extensions=_FUNCTIONS, smart_strings=True)

    def check(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
        for found in compiled(file.root):
            yield found if etree.iselement(found) else found.getparent()

    return check


_OWN: Final = "urn:fusion-exchange-gateway:ndr"
_NAMESPACES: Final = {"xs": XS, "appinfo": APPINFO, "structures": STRUCTURES, "ct": CT, "n": _OWN}


def _text(value: Any) -> str:
    """The string value of the first node, as XPath's own functions take it."""
    if not isinstance(value, list):
        return str(value)
    first = value[0] if value else ""
    return first if isinstance(first, str) else "".join(first.itertext())


def _name(_: Any, value: Any) -> str:
    return expanded(value[0].getparent(), str(value[0])) if value else ""


def _ends(_: Any, value: Any, ending: str) -> bool:
    return _text(value).endswith(ending)


def _like(_: Any, value: Any, pattern: str) -> bool:
    return re.match(pattern, " ".join(_text(value).split())) is not None


_FUNCTIONS: Final = {(_OWN, "name"): _name, (_OWN, "ends"): _ends, (_OWN, "like"): _like}

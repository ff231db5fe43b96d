"""Patterns of indicators: their syntax, the names and hashes in them (STIX 2.1, 4.7.1 and section 9)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level
from gateway.stix.checks.pattern_syntax import Comparison, read_pattern
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES

__all__ = ["PATTERN_CHECKS", "unlisted_in_pattern"]

_INDICATOR: Final = frozenset({"indicator"})
_TYPE_NAME: Final = re.compile(r"-?[a-z0-9]+(?:-[a-z0-9]+)*-?")
_PROPERTY_NAME: Final = re.compile(r"[a-z0-9_]{3,250}")
_NAME_LENGTHS: Final = range(3, 251)

_DIGITS: Final = {
    "MD5": 32,
    "RIPEMD160": 40,
    "SHA1": 40,
    "SHA224": 56,
    "SHA256": 64,
    "SHA384": 96,
    "SHA512": 128,
    "SHA3224": 56,
    "SHA3256": 64,
    "SHA3384": 96,
    "SHA3512": 128,
    "WHIRLPOOL": 128,
}
"""How many hexadecimal digits a hash has, by the algorithm's name without hyphens."""

_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_EXACT: Final = frozenset({"=", "==", "!=", "<>", "IN"})
_SSDEEP: Final = re.compile(r"[A-Za-z0-9/+:.]{1,128}")


def _is_stix(one: dict[str, Any]) -> bool:
    return one.get("pattern_type") == "stix" and isinstance(one["pattern"], str)


def _syntax(one: dict[str, Any]) -> Iterator[Breach]:
    if _is_stix(one):
        fault = read_pattern(one["pattern"]).fault
        if fault is not None:
            yield "pattern", f"at character {fault.position + 1} {fault.problem}"


def _names(one: dict[str, Any]) -> Iterator[Breach]:
    for comparison in _comparisons(one):
        stix_type, name = comparison.stix_type, comparison.path[0]
        if stix_type not in OBSERVABLES and not (len(stix_type) in _NAME_LENGTHS and _TYPE_NAME.fullmatch(stix_type)):
            yield "pattern", "names a type of object that no observable can have"
        is_listed = stix_type in OBSERVABLES and name in PROPERTIES[stix_type]
        if not is_listed and not _PROPERTY_NAME.fullmatch(name):
            yield "pattern", "names a property that no observable can have"


def _hashes(one: dict[str, Any]) -> Iterator[Breach]:
    for comparison in _comparisons(one):
        if "hashes" in comparison.path and comparison.operator in _EXACT:
            for operand in comparison.operands:
                if not _can_be_hash(comparison.path[-1], operand.replace("'", "")):
                    yield "pattern", "compares a hash with what cannot be one"


def _can_be_hash(algorithm: str, value: str) -> bool:
    name = algorithm.upper().replace("-", "").replace("'", "")
    if name == "SSDEEP":
        return _SSDEEP.fullmatch(value) is not None
    return name not in _DIGITS or (len(value) == _DIGITS[name] and _HEXADECIMAL.issuperset(value))


def _comparisons(one: dict[str, Any]) -> tuple[Comparison, ...]:
    """The comparisons of a pattern that has no fault of syntax."""
    if not _is_stix(one):
        return ()
    comparisons, fault = read_pattern(one["pattern"])
    return () if fault else comparisons


def unlisted_in_pattern(one: dict[str, Any]) -> Iterator[Breach]:
    """The properties in an indicator's pattern that the standard does not give to their observables."""
    for comparison in _comparisons(one):
        if comparison.stix_type in OBSERVABLES and comparison.path[0] not in PROPERTIES[comparison.stix_type]:
            yield "pattern", "names a property that the standard does not give to the observable"


PATTERN_CHECKS: Final = (
    Check(
        code="pattern-syntax",
        clause="9",
        level=Level.MUST,
        says="A STIX pattern follows the grammar of patterns.",
        look=_syntax,
        types=_INDICATOR,
        needs=("pattern",),
    ),
    Check(
        code="pattern-names",
        clause="9.7",
        level=Level.MUST,
        says="The types and properties in a STIX pattern have names that an observable can have.",
        look=_names,
        types=_INDICATOR,
        needs=("pattern",),
    ),
    Check(
        code="pattern-hashes",
        clause="9.6.4",
        level=Level.MUST,
        says="A hash in a STIX pattern has the form that its algorithm gives.",
        look=_hashes,
        types=_INDICATOR,
        needs=("pattern",),
    ),
)
"""Checks of patterns."""

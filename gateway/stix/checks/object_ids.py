"""The UUID in an id: which version of UUID it has to be (STIX 2.1, 2.9)."""

from typing import Any, Final

from gateway.stix.checks.check_row import UNKNOWN, Breach, Check, Level
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES

__all__ = ["ID_CHECKS"]

_VERSION_AT: Final = -22
"""Where the version stands in an id, from its end: 8-4-Vxxx-4-12."""

_CONTRIBUTING: Final = {
    "artifact": frozenset({"hashes", "payload_bin"}),
    "email-message": frozenset({"from_ref", "subject", "body"}),
    "user-account": frozenset({"account_type", "user_id", "account_login"}),
    "windows-registry-key": frozenset({"key", "values"}),
    "x509-certificate": frozenset({"hashes", "serial_number"}),
}
"""The observables all of whose id contributing properties are optional, with these properties."""

_KEYED: Final = OBSERVABLES - {"process"}
_RANDOM: Final = frozenset(PROPERTIES) - _KEYED


def _random(one: dict[str, Any]) -> tuple[Breach, ...]:
    if one["id"][_VERSION_AT] != "4":
        return (("id", "does not end in a UUID of the version that the type asks for, which is 4"),)
    return ()


def _keyed(one: dict[str, Any]) -> tuple[Breach, ...]:
    if one["id"][_VERSION_AT] != "5" and not _contributes_nothing(one):
        return (("id", "does not end in a UUID of the version that the type asks for, which is 5"),)
    return ()


def _keyed_or_random(one: dict[str, Any]) -> tuple[Breach, ...]:
    """A type outside the standard is an observable if it has no versions; then its ids may be of either version."""
    if one["id"][_VERSION_AT] not in ("4" if "created" in one else "45"):
        return (("id", "does not end in a UUID of a version that the type may have"),)
    return ()


def _random_without_contribution(one: dict[str, Any]) -> tuple[Breach, ...]:
    if one["id"][_VERSION_AT] != "4" and _contributes_nothing(one):
        return (
            ("id", "does not end in a UUID of version 4, though the object has nothing to make one of version 5 from"),
        )
    return ()


def _contributes_nothing(one: dict[str, Any]) -> bool:
    contributing = _CONTRIBUTING.get(one["type"])
    return contributing is not None and contributing.isdisjoint(one)


ID_CHECKS: Final = (
    Check(
        code="uuid-contribution",
        clause="2.9",
        level=Level.MUST,
        says="An observable without any of its id contributing properties has a UUID of version 4.",
        look=_random_without_contribution,
        types=frozenset(_CONTRIBUTING),
    ),
    Check(
        code="uuid-process",
        clause="2.9",
        level=Level.MUST,
        says="A process has a UUID of version 4.",
        look=_random,
        types=frozenset({"process"}),
    ),
    Check(
        code="uuid-random",
        clause="2.9",
        level=Level.SHOULD,
        says="What is no observable has a UUID of version 4.",
        look=_random,
        types=_RANDOM - {"process"},
        number="103",
    ),
    Check(
        code="uuid-observable",
        clause="2.9",
        level=Level.SHOULD,
        says="An observable has a UUID of version 5, made from its id contributing properties.",
        look=_keyed,
        types=_KEYED,
        number="103",
    ),
    Check(
        code="uuid-custom",
        clause="2.9",
        level=Level.SHOULD,
        says="An object of a type outside the standard has a UUID of version 4, or of 5 if it is an observable.",
        look=_keyed_or_random,
        types=frozenset({UNKNOWN}),
        number="103",
    ),
)
"""Checks of ids."""

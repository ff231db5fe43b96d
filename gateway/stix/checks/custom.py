"""Custom content: types, properties and extensions beyond the standard go by extension definitions (STIX 2.1, 7.3)."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import UNKNOWN, Breach, Check, Level
from gateway.stix.checks.patterns import unlisted_in_pattern
from gateway.stix.checks.properties import (
    EXTENSION_PARTS,
    EXTENSION_PROPERTIES,
    EXTENSIONS,
    OBSERVABLES,
    PARTS,
    PROPERTIES,
)

__all__ = ["CUSTOM_CHECKS", "STRICT_CHECKS"]

_NEW_OBJECTS: Final = frozenset({"new-sdo", "new-sco", "new-sro"})
_PARTED: Final = frozenset(stix_type for stix_type, _ in PARTS)
_RESERVED: Final = frozenset({"severity", "username", "phone_numbers", "action"})
"""Names that the standard keeps for itself (3.8); the schemas refuse them where they may not stand."""


def _extends_by(one: dict[str, Any], kinds: frozenset[str]) -> bool:
    """Whether one of the object's extensions is of one of these kinds (10.5)."""
    extensions = one.get("extensions")
    held = extensions.values() if isinstance(extensions, dict) else ()
    return any(isinstance(each, dict) and each.get("extension_type") in kinds for each in held)


def _custom_type(one: dict[str, Any]) -> Iterator[Breach]:
    if not _extends_by(one, _NEW_OBJECTS):
        yield "type", "is not a type of the standard, and no extension brings it"


def _custom_properties(one: dict[str, Any]) -> tuple[Breach, ...]:
    listed = PROPERTIES[one["type"]]
    if listed.issuperset(one) or _extends_by(one, frozenset({"toplevel-property-extension"})):
        return ()
    unlisted = sorted(one.keys() - listed - _RESERVED)
    return tuple((name, "is a custom property that no extension brings") for name in unlisted)


def _custom_parts(one: dict[str, Any]) -> Iterator[Breach]:
    """Properties beyond the standard in what is nested in an observable: a dictionary, or a list of them."""
    for (stix_type, name), listed in PARTS.items():
        if stix_type == one["type"] and name in one:
            yield from _unlisted(name, one[name], listed)


def _unlisted(path: str, held: Any, listed: frozenset[str]) -> Iterator[Breach]:
    for place, part in enumerate(held if isinstance(held, list) else [held]):
        if not isinstance(part, dict) or not listed.issuperset(part):
            yield (
                f"{path}.{place}" if isinstance(held, list) else path,
                "has a custom property that no extension brings",
            )


def _custom_in_extensions(one: dict[str, Any]) -> Iterator[Breach]:
    """Properties beyond the standard in the predefined extensions and in what is nested there."""
    extensions = one["extensions"]
    for name in sorted(EXTENSIONS[one["type"]] & extensions.keys()):
        held, path = extensions[name], f"extensions.{name}"
        yield from _unlisted(path, held, EXTENSION_PROPERTIES[name])
        for (extension, part), listed in EXTENSION_PARTS.items():
            if extension == name and isinstance(held, dict) and part in held:
                yield from _unlisted(f"{path}.{part}", held[part], listed)


def _custom_extensions(one: dict[str, Any]) -> Iterator[Breach]:
    unlisted = one["extensions"].keys() - EXTENSIONS[one["type"]]
    if unlisted and not _extends_by(one, frozenset({"property-extension"})):
        yield "extensions", "has an extension that no definition brings"


def _beyond_the_standard(one: dict[str, Any]) -> Iterator[Breach]:
    for name in sorted(one.keys() - PROPERTIES[one["type"]]):
        yield name, "is not a property of the standard"
    if one["type"] == "indicator":
        yield from unlisted_in_pattern(one)


def _beyond_the_standard_in_part(one: dict[str, Any]) -> Iterator[Breach]:
    yield from _custom_parts(one)
    if one["type"] in EXTENSIONS and "extensions" in one:
        yield from _custom_in_extensions(one)


def _deprecated(one: dict[str, Any]) -> Iterator[Breach]:
    yield "objects", "is deprecated"


def _recommended(one: dict[str, Any]) -> Iterator[Breach]:
    for name in ("name", "description"):
        if name not in one:
            yield name, "is not there"


def _described(one: dict[str, Any]) -> Iterator[Breach]:
    if "description" not in one:
        yield "description", "is not there"


def _extension_properties(one: dict[str, Any]) -> Iterator[Breach]:
    if "toplevel-property-extension" in one.get("extension_types", ()) and "extension_properties" not in one:
        yield "extension_properties", "is not there"


def _row(code: str, clause: str, says: str, look: Any, types: frozenset[str], need: str, number: str) -> Check:
    return Check(code, clause, Level.SHOULD, says, look, types, (need,) if need else (), number)


CUSTOM_CHECKS: Final = (
    _row(
        "custom-type", "7.3", "A type outside the standard is brought by an extension.",
        _custom_type, frozenset({UNKNOWN}), "", "401",
    ),
    _row(
        "custom-property", "7.3", "A property outside the standard is brought by an extension.",
        _custom_properties, frozenset(PROPERTIES), "", "401",
    ),
    _row(
        "custom-part", "7.3", "What is nested in an observable has the properties of the standard.",
        _custom_parts, _PARTED, "", "401",
    ),
    _row(
        "custom-in-extension", "3.10", "A predefined extension has the properties of the standard.",
        _custom_in_extensions, frozenset(EXTENSIONS), "extensions", "401",
    ),
    _row(
        "custom-extension", "7.3", "An extension that is not predefined has a definition.",
        _custom_extensions, frozenset(EXTENSIONS), "extensions", "401",
    ),
    _row(
        "deprecated", "4.14.1", "Observed data refers to its observables and does not hold them.",
        _deprecated, frozenset({"observed-data"}), "objects", "304",
    ),
    _row(
        "indicator-text", "4.7.1", "An indicator has a name and a description.",
        _recommended, frozenset({"indicator"}), "", "303",
    ),
    _row(
        "extension-description", "7.3.1", "An extension definition has a description.",
        _described, frozenset({"extension-definition"}), "", "305",
    ),
    _row(
        "extension-properties", "7.3.1", "A definition of top-level properties names them.",
        _extension_properties, frozenset({"extension-definition"}), "", "306",
    ),
)  # fmt: skip
"""Checks of custom content, and of what should be there or should not be any more."""

STRICT_CHECKS: Final = (
    _row(
        "beyond-the-standard", "11.1", "Every property is one of the standard; it is asked for by name.",
        _beyond_the_standard, frozenset(PROPERTIES), "", "strict-properties",
    ),
    _row(
        "beyond-the-standard-in-part", "11.1", "Every nested property is one of the standard; it is asked for by name.",
        _beyond_the_standard_in_part, OBSERVABLES, "", "strict-properties",
    ),
)  # fmt: skip
"""Checks that refuse every custom property, whether an extension brings it or not; made where they are asked for."""

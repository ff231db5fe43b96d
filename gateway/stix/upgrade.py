"""STIX 2.0 brought to 2.1, object by object, by tables (the differences stand in STIX 2.1, appendix C and 1.7).

What is made here has the producer's id and times, and is no longer the producer's own words: it is marked as changed,
and leaves under an id of the center's. What has no form in 2.1 refuses its object, with the reason.
"""

from typing import Any, Final, NamedTuple

from gateway.stix.upgrade_observables import NoFormIn21, observables_of

__all__ = ["NoFormIn21", "is_of_2_0", "upgraded"]

_TYPES: Final = frozenset(
    [
        "attack-pattern",
        "campaign",
        "course-of-action",
        "identity",
        "indicator",
        "intrusion-set",
        "malware",
        "observed-data",
        "report",
        "threat-actor",
        "tool",
        "vulnerability",
        "relationship",
        "sighting",
        "marking-definition",
    ]
)
"""The types of STIX 2.0, parts 2 and 1; none of them may be without `spec_version` in 2.1."""


class _Change(NamedTuple):
    """What 2.1 asks of a type and 2.0 did not have: where its labels went, and what is said by default.

    Malware of 2.0 has a name and a description and no sample: it speaks of a family.
    """

    labels: str | None = None
    says: tuple[tuple[str, Any], ...] = ()


_CHANGES: Final[dict[str, _Change]] = {
    "identity": _Change("roles"),
    "indicator": _Change("indicator_types", (("pattern_type", "stix"),)),
    "malware": _Change("malware_types", (("is_family", True),)),
    "report": _Change("report_types"),
    "threat-actor": _Change("threat_actor_types"),
    "tool": _Change("tool_types"),
}


def is_of_2_0(one: dict[str, Any], version: str | None) -> bool:
    """Whether an object is one of STIX 2.0: it says so, or its bundle does, or it says nothing and has a type of 2.0.

    `version` is what the bundle says; in 2.1 objects say it themselves, and only observables need not.
    """
    said = one.get("spec_version")
    if said is not None:
        return bool(said == "2.0")
    return version == "2.0" or one.get("type") in _TYPES


def upgraded(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The object in STIX 2.1, behind the observables that it held. Custom properties and types stay as they are.

    Raises NoFormIn21 for what 2.1 has no place for, or has another shape than 2.0 gives it.
    """
    change = _CHANGES.get(str(one.get("type")), _Change())
    made = {"spec_version": "2.1", **one} | {"spec_version": "2.1"}
    for name, value in change.says:
        made.setdefault(name, value)
    if change.labels is not None and "labels" in made:
        made.setdefault(change.labels, made.pop("labels"))
    if one.get("type") != "observed-data" or "objects" not in made:
        return [made]
    held = observables_of(made.pop("objects"))
    made["object_refs"] = [observable["id"] for observable in held]
    return [*{observable["id"]: observable for observable in held}.values(), made]

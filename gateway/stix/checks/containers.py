"""Objects that came together: versions that repeat, ends that are missing, the container of old (STIX 2.1, 2.13, 8)."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level, SetCheck

__all__ = ["CONTAINER_CHECKS", "REFERENCE_CHECKS", "SET_CHECKS"]

_MAY_HOLD: Final[dict[tuple[str, str], frozenset[str]]] = {
    (stix_type, name): frozenset(targets.split())
    for stix_type, names in {
        "directory": {"contains_refs": "file directory"},
        "domain-name": {"resolves_to_refs": "ipv4-addr ipv6-addr domain-name"},
        "email-addr": {"belongs_to_ref": "user-account"},
        "email-message": {
            **dict.fromkeys(("from_ref", "sender_ref", "to_refs", "cc_refs", "bcc_refs"), "email-addr"),
            "raw_email_ref": "artifact",
            "body_multipart.body_raw_ref": "artifact file",
        },
        "file": {
            "parent_directory_ref": "directory",
            "content_ref": "artifact",
            "extensions.archive-ext.contains_refs": "file",
        },
        "ipv4-addr": {"resolves_to_refs": "mac-addr", "belongs_to_refs": "autonomous-system"},
        "ipv6-addr": {"resolves_to_refs": "mac-addr", "belongs_to_refs": "autonomous-system"},
        "network-traffic": {
            **dict.fromkeys(("src_ref", "dst_ref"), "ipv4-addr ipv6-addr mac-addr domain-name"),
            **dict.fromkeys(("src_payload_ref", "dst_payload_ref"), "artifact"),
            **dict.fromkeys(("encapsulates_refs", "encapsulated_by_ref"), "network-traffic"),
            "extensions.http-request-ext.message_body_data_ref": "artifact",
        },
        "process": {
            "opened_connection_refs": "network-traffic",
            "creator_user_ref": "user-account",
            "image_ref": "file",
            "parent_ref": "process",
            "child_refs": "process",
            "extensions.windows-service-ext.service_dll_refs": "file",
        },
        "windows-registry-key": {"creator_user_ref": "user-account"},
    }.items()
    for name, targets in names.items()
}
"""By type and property: the types of the objects that the property refers to."""


def _keys(one: dict[str, Any]) -> Iterator[Breach]:
    for key in one["objects"]:
        if not (key.isdecimal() and key.isascii()):
            yield "objects", "has a key that is not a number"


def _references(one: dict[str, Any]) -> Iterator[Breach]:
    held = one["objects"]
    for place, (key, each) in enumerate(held.items()):
        stix_type = each.get("type")
        for (source, name), targets in _MAY_HOLD.items():
            if source == stix_type:
                for ref in _values(each, name.split(".")):
                    there = held.get(ref) if isinstance(ref, str) else None
                    path = f"objects.{key if key.isalnum() else place}.{name}"
                    if not isinstance(there, dict):
                        yield path, "refers to nothing that is held there"
                    elif there.get("type") not in targets:
                        yield path, "refers to an object of another type than it may"


def _values(held: Any, steps: Sequence[str]) -> Iterator[Any]:
    """The references at the end of a path, through lists."""
    if isinstance(held, list):
        for each in held:
            yield from _values(each, steps)
    elif not steps:
        yield held
    elif isinstance(held, dict) and steps[0] in held:
        yield from _values(held[steps[0]], steps[1:])


CONTAINER_CHECKS: Final = (
    Check(
        code="container-references",
        clause="2.13",
        level=Level.MUST,
        says="References within the container of old lead to objects in it, of the types that they may.",
        look=_references,
        types=frozenset({"observed-data"}),
        needs=("objects",),
    ),
    Check(
        code="container-keys",
        clause="2.13",
        level=Level.SHOULD,
        says="The keys of the container of old are numbers.",
        look=_keys,
        types=frozenset({"observed-data"}),
        needs=("objects",),
        number="141",
    ),
)
"""Checks of observed data with the deprecated container."""


def _versions(objects: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    first: dict[str, str] = {}
    for place, one in enumerate(objects):
        name, modified = one.get("id"), one.get("modified")
        if isinstance(name, str) and isinstance(modified, str):
            if first.get(name) == modified:
                yield place, "modified", "is that of another object with the same id"
            first.setdefault(name, modified)


def _ends(objects: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    there = {one.get("id") for one in objects if one.get("type") != "relationship" and isinstance(one.get("id"), str)}
    for place, one in enumerate(objects):
        if one.get("type") == "relationship":
            for name in ("source_ref", "target_ref"):
                if isinstance(one.get(name), str) and one[name] not in there:
                    yield place, name, "refers to nothing that came along"


SET_CHECKS: Final = (
    SetCheck(
        code="duplicate-version",
        clause="3.6.1",
        level=Level.SHOULD,
        says="No two objects have the same id and the same time of modification.",
        look=_versions,
        number="203",
    ),
)
"""Checks of the objects of a bundle, or of those handed in together."""

REFERENCE_CHECKS: Final = (
    SetCheck(
        code="relationship-ends",
        clause="5.1.2",
        level=Level.SHOULD,
        says="The ends of a relationship come along with it; it is asked for by name.",
        look=_ends,
        number="enforce-refs",
    ),
)
"""Checks that are made where they are asked for: a page of a collection need not hold both ends."""

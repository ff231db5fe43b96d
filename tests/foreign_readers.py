"""Where to find a STIX object of ours in what a foreign library made of it."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from docs_shell import ROOT

__all__ = ["Event", "run"]

_ENVIRONMENTS = ROOT / "build" / "interop"
_SCRIPTS = ROOT / "tests" / "interop" / "environments"
_SECONDS = 600


def run(environment: str, script: str, bundles: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One verdict for each bundle. Skips, visibly, where `make interop` has not made the environment."""
    python = _ENVIRONMENTS / environment / "bin" / "python"
    if not python.is_file():
        pytest.skip(f"no environment '{environment}'; run `make interop`")
    lines = "".join(json.dumps(bundle) + "\n" for bundle in bundles)
    done = subprocess.run(
        [python, "-I", _SCRIPTS / script], input=lines, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


_VALUES = {
    "identity": "name",
    "location": "name",
    "malware": "name",
    "attack-pattern": "name",
    "course-of-action": "name",
    "vulnerability": "name",
    "ipv4-addr": "value",
    "ipv6-addr": "value",
    "domain-name": "value",
    "url": "value",
    "email-addr": "value",
}
"""The property by which an object is known again where its id is gone."""


class Event:
    """A MISP event, as far as it tells which STIX objects are in it."""

    def __init__(self, event: dict[str, Any]) -> None:
        parts = [(holder, part) for holder, part in _parts("", event) if holder != "ObjectReference"]
        self.holders = {part["uuid"]: holder for holder, part in parts if "uuid" in part}
        self.tags = {part["name"] for holder, part in parts if holder == "Tag"}
        self.values = {part["value"] for holder, part in parts if isinstance(part.get("value"), str)}
        self.notes = {part["note"].strip() for holder, part in parts if holder == "Note"}
        self.comments = "\n".join(str(part["comment"]) for _, part in parts if "comment" in part)
        self.references = {
            (part["object_uuid"], part["referenced_uuid"])
            for holder, part in _parts("", event)
            if holder == "ObjectReference"
        }

    def is_object(self, stix_id: str) -> bool:
        """Whether the STIX object is an object, which is what references of MISP join."""
        return self.holders.get(_uuid(stix_id)) == "Object"

    def takes_notes(self, stix_id: str) -> bool:
        """Whether notes about the STIX object have a place: it is an object, or an attribute that tells its id."""
        return self.is_object(stix_id) or stix_id in self.comments

    def joins(self, source: str, target: str) -> bool:
        """Whether a reference leads from one object of the event to another."""
        ends = (_uuid(source), _uuid(target))
        return ends in self.references and set(ends) <= self.holders.keys()

    def holds(self, one: dict[str, Any]) -> bool:
        """Whether the STIX object is in the event: by its id, by the value that it is known by, or as a tag."""
        if one["type"] == "relationship":
            return self.joins(one["source_ref"], one["target_ref"])
        if one["type"] == "note":
            return one["content"].strip() in self.notes
        value = one.get(_VALUES.get(one["type"], ""), "")
        blankless = {value, value.strip()}  # MISP strips them
        return (
            _uuid(one["id"]) in self.holders
            or one["id"] in self.comments
            or not blankless.isdisjoint(self.values)
            or (one["type"] == "marking-definition" and not self.tags.isdisjoint(_tags(one)))
            or (one["type"] == "identity" and f'misp-galaxy:producer="{one["name"]}"' in self.tags)
            or (one["type"] == "location" and one["id"] in self.values)
        )


def _tags(marking: dict[str, Any]) -> set[str]:
    statement = marking.get("definition", {}).get("statement")
    return {marking["name"].lower(), f"statement:{statement}"}


def _uuid(stix_id: str) -> str:
    return stix_id.partition("--")[2]


def _parts(holder: str, part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON object below, with the name of the list that it stands in."""
    if isinstance(part, dict):
        yield holder, part
        for key, value in part.items():
            yield from _parts(key, value)
    elif isinstance(part, list):
        for one in part:
            yield from _parts(holder, one)

"""What a cyber incident was done with and answered by: malware, attack patterns, courses of action.

The words stand in the record extension of the container too, which is what reading a view back takes.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from gateway.stix.cyber import malware
from gateway.stix.frame import Frame

__all__ = ["attack_relationships", "attacks"]

_TECHNIQUE: Final = re.compile(r"\bT[0-9]{4}(?:\.[0-9]{3})?\b")
"""A technique's number in MITRE ATT&CK."""


def attacks(frame: Frame) -> Iterator[dict[str, Any]]:
    """A malware, attack pattern or course of action (STIX 2.1, 4.11, 4.1, 4.3) for each that the incident names."""
    event = frame.record.cyber_event
    if event is not None:
        yield from (malware(frame, name) for name in event.malware if name)
        yield from (_attack_pattern(frame, name) for name in event.attack_patterns if name)
        yield from (
            frame.made("course-of-action", text, name=text) for text in dict.fromkeys(event.courses_of_action) if text
        )


def _attack_pattern(frame: Frame, name: str) -> dict[str, Any]:
    numbers = dict.fromkeys(_TECHNIQUE.findall(name))
    technique = [{"source_name": "mitre-attack", "external_id": number} for number in numbers]
    return frame.made("attack-pattern", name, name=name, external_references=technique or None)


def attack_relationships(frame: Frame, found: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """`related-to` between each incident and what it was done with or answered by, which `attacks` found.

    The standard has no other relationship of an incident with any of them (STIX 2.1, appendix B).
    """
    targets = dict.fromkeys(one["id"] for one in found)
    for activity in frame.record.activities:
        for target in targets:
            yield frame.made(
                "relationship",
                "attack",
                activity.ref,
                target,
                relationship_type="related-to",
                source_ref=frame.ids[activity.ref],
                target_ref=target,
            )

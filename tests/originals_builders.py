"""Invented objects of other producers, and records that hold them as originals. No real person or case."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from gateway.model.content import Content
from gateway.model.entities import Entity, Original
from gateway.model.record import ENTITY_GROUPS
from gateway.model.stages import Received
from gateway.stix.canonical import canonical
from gateway.stix.facts import facts_of
from gateway.stix.feed import StixFeed
from gateway.stix.feed_document import StixFeedDocument

__all__ = ["PRODUCER", "bundle", "delivery", "feed", "foreign_objects", "original_of", "originals_with_facts", "stix"]

PRODUCER = "identity--0d9e8c7b-6a5f-4e3d-8c2b-1a0f9e8d7c6b"
_GROUPS = {group.type: group.field for group in ENTITY_GROUPS.values()}


def uuid_of(number: int) -> str:
    return f"{number:08x}-1111-4111-8111-111111111111"


def stix(stix_type: str, number: int = 1, **properties: Any) -> dict[str, Any]:
    """An object of another producer, with what its type has in common with all."""
    moment = "2030-03-01T09:00:00.000Z"
    common = {"created_by_ref": PRODUCER, "created": moment, "modified": moment}
    return {"type": stix_type, "spec_version": "2.1", "id": f"{stix_type}--{uuid_of(number)}", **common, **properties}


def bundle(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"type": "bundle", "id": f"bundle--{uuid_of(1)}", "objects": list(objects)}


def feed(*, own: tuple[str, ...] = (), **changes: Any) -> StixFeed:
    """A feed of STIX; `changes` are keys of its document."""
    data = {
        "mapping": "others",
        "version": 1,
        "source": {"agency": "Example Sector Exchange"},
        "handling": {"tlp": "clear"},
        "reads": {"format": "stix"},
    }
    return StixFeed(StixFeedDocument.model_validate(data | changes), own=own)


def delivery(content: bytes) -> Received:
    return Received(
        receipt="receipt-1",
        feed="others",
        file_name="bundle.json",
        sha256="ab" * 32,
        received=datetime(2030, 3, 2, tzinfo=UTC),
        content=Content.of(content),
    )


def original_of(one: dict[str, Any], number: int, *, unchanged: bool = True, stands_for: str | None = None) -> Original:
    name = one.get("name")
    return Original(
        ref=f"original-{number}",
        stix_id=one["id"],
        stix_type=one["type"],
        producer=one.get("created_by_ref"),
        version=one.get("modified"),
        name=name,
        content=canonical(one).decode(),
        unchanged=unchanged,
        stands_for=stands_for,
    )


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_WORDS = st.sampled_from(["Example Crew", "ExampleLoader", "Über-Tool", 'a "quoted" name'])
_PATTERNS = st.sampled_from(
    [
        "[domain-name:value = 'updates.example.net']",
        "[url:value = 'http://bad.example/it\\'s']",
        "[file:hashes.'SHA-256' = '" + "ab" * 32 + "']",
        "[ipv4-addr:value = '198.51.100.7'] AND [ipv4-addr:value = '198.51.100.8']",
        "[process:name LIKE 'x%']",
    ]
)


@st.composite
def foreign_objects(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """One sound object of another producer, of a type that is understood or not."""
    make = draw(
        st.sampled_from(["identity", "indicator", "vulnerability", "location", "malware", "x-example", "report", "url"])
    )
    custom = draw(st.dictionaries(st.just("x_example_note"), _TEXT | st.integers(0, 2**53 - 1) | st.booleans()))
    match make:
        case "identity":
            kind = draw(st.sampled_from(["individual", "organization", "class"]))
            return stix("identity", number, name=draw(_TEXT), identity_class=kind, **custom)
        case "indicator":
            types = draw(st.lists(st.sampled_from(["malicious-activity", "example-type"]), min_size=1, max_size=1))
            return stix(
                "indicator",
                number,
                pattern=draw(_PATTERNS),
                pattern_type="stix",
                valid_from="2030-03-01T09:00:00Z",
                indicator_types=types,
                **custom,
            )
        case "vulnerability":
            cve = [{"source_name": "cve", "external_id": "CVE-2030-10001"}] * draw(st.integers(0, 1))
            return stix("vulnerability", number, name=draw(_WORDS), **({"external_references": cve} if cve else {}))
        case "location":
            degrees = draw(st.floats(-90, 90, allow_nan=False).map(lambda value: round(value, 6) + 0.0))
            return stix("location", number, country="US", latitude=degrees, longitude=degrees, **custom)
        case "malware":
            return stix("malware", number, name=draw(_WORDS), is_family=True, **custom)
        case "report":
            return stix(
                "report", number, name=draw(_WORDS), published="2030-03-01T09:00:00Z", object_refs=[PRODUCER], **custom
            )
        case "url":
            value = "http://bad.example/" + str(number)
            return {"type": "url", "spec_version": "2.1", "id": f"url--{uuid_of(number)}", "value": value}
        case _:
            return stix("x-example", number, x_anything={"deep": [1, 2.5, draw(_TEXT)]}, **custom)


@st.composite
def originals_with_facts(draw: st.DrawFn) -> tuple[tuple[Original, ...], dict[str, tuple[Entity, ...]]]:
    """Originals, some without content, and the entities that some of them state, by the record's field."""
    originals: list[Original] = []
    entities: dict[str, list[Entity]] = {}
    for number in range(1, draw(st.integers(0, 3)) + 1):
        one = draw(foreign_objects(number))
        stated = facts_of(one, f"fact-{number}") if draw(st.booleans()) else ()
        for entity in stated:
            entities.setdefault(_GROUPS[type(entity)], []).append(entity)
        original = original_of(one, number, unchanged=draw(st.booleans()), stands_for=stated[0].ref if stated else None)
        originals.append(original)
    return tuple(originals), {field: tuple(held) for field, held in entities.items()}

"""Real STIX from others: our canonical JSON is the reference's, and our schema verdict is stix2-validator's."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from stix2validator import ValidationOptions
from stix2validator.validator import _schema_validate

from gateway.stix.canonical import canonical
from gateway.stix.markings import TLP_EXTENSION
from gateway.stix.oasis import SchemaSet

pytestmark = pytest.mark.acceptance


def bundles(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.json")):
        if path.stat().st_size < 400_000:
            try:
                document = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                continue
            if isinstance(document, dict) and document.get("type") == "bundle":
                yield document


@pytest.fixture(scope="module")
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    folder: Path = request.getfixturevalue("shared_data")
    return [
        one
        for part in ("cti-documentation", "cti-stix2-json-schemas", "stix2extensions", "attack-flow", "medallion")
        for document in bundles(folder / "stix" / part)
        for one in document.get("objects", ())
        if one.get("spec_version") == "2.1"
    ]


def test_canonical_json_of_real_objects_is_the_references(objects: list[dict[str, Any]]) -> None:
    assert len(objects) > 100
    assert [one["id"] for one in objects if canonical(one) != rfc8785.dumps(one)] == []


def test_the_schema_verdict_on_real_objects_is_stix2_validators(objects: list[dict[str, Any]]) -> None:
    schemas = SchemaSet({})
    options = ValidationOptions(version="2.1", silent=True)
    standard = [one for one in objects if "not one of STIX 2.1" not in str(list(schemas.faults(one)))]
    assert len(standard) > 100
    differing = [
        one["id"]
        for one in standard[:400]
        if bool(list(schemas.faults(one)))
        != any(True for errors, _ in _schema_validate(copy.deepcopy(one), options) for _ in errors)
    ]
    assert differing == []


def test_our_tlp_extension_is_the_published_one(shared_data: Path) -> None:
    published = json.loads((shared_data / "stix/stix2extensions/remote-definitions/tlp-v2.json").read_text("utf-8"))
    assert TLP_EXTENSION in {one["id"] for one in published["objects"]}

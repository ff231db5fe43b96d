"""The page of the extensions tells of every property, and of the standard properties that stand in for some."""

import importlib
import re
import sys
from types import ModuleType
from typing import Any

import pytest
from docs_shell import ROOT
from stix_builders import CENTER, FULL, signed_niem

from gateway.stix.extensions import EXTENSIONS, SECTIONS
from gateway.stix.render import render
from gateway.stix.schemas import extension_schema

PAGE = ROOT / "docs" / "reference" / "stix-extensions.md"


@pytest.fixture(scope="module")
def page() -> ModuleType:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module("docs.extensions")


def chapters() -> dict[str, str]:
    text = PAGE.read_text(encoding="utf-8").partition("## Codes")[0]
    return dict(re.findall(r"^## ([a-z]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))


def described(schema: Any) -> dict[str, str]:
    """Every property of a schema with its description."""
    if isinstance(schema, list):
        return {name: says for one in schema for name, says in described(one).items()}
    if not isinstance(schema, dict):
        return {}
    own = {name: one.get("description", "") for name, one in schema.get("properties", {}).items()}
    return own | {name: says for one in schema.values() for name, says in described(one).items()}


_STANDARD = {"type", "extensions", "extension_type", *(row.id for row in EXTENSIONS.values())}


def test_each_extension_has_a_chapter_and_each_property_of_its_schema_a_row_and_a_description() -> None:
    assert list(chapters()) == list(EXTENSIONS)
    for name, text in chapters().items():
        properties = {one: says for one, says in described(extension_schema(name)).items() if one not in _STANDARD}
        assert [one for one in properties if f"| `{one}` |" not in text] == []
        assert [one for one, says in properties.items() if not says] == []


def test_each_fact_that_a_standard_property_carries_is_written_there(page: ModuleType) -> None:
    written: dict[str, set[str]] = {}
    for make in FULL.values():
        for one in render(signed_niem(make()), CENTER):
            written.setdefault(one["type"], set()).update(one)
    for section in SECTIONS:
        stands = {page.standard_property(section.facts, field) for field in section.exact}
        assert stands <= written[section.stix_type], section


def test_each_vocabulary_that_a_property_names_is_listed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"code of `([A-Za-z]+)`", text))
    assert named == set(re.findall(r"^\| `([A-Z][A-Za-z]+)` \|", text.partition("## Codes")[2], re.M))

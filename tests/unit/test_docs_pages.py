"""The pages say what the code says: generated parts are fresh, names are complete, links lead somewhere."""

import importlib
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from docs_shell import ROOT
from pydantic import BaseModel

from gateway import limits, trust_policy
from gateway.config import Settings
from gateway.disposition import REVOKED
from gateway.documents import Document
from gateway.mapping import document
from gateway.model.disclosure import disclosures
from gateway.model.kinds import Kind
from gateway.model.record import ENTITY_GROUPS
from gateway.model.relations import Role
from gateway.serving.app import create_app
from gateway.sharing import documents as sharing_documents
from gateway.sharing.decide import ACCESS_CLAUSES, CONTENT_CLAUSES, LAW_CLAUSES
from gateway.store.batches import SUPERSEDED, WITHDRAWN
from gateway.wiring import Gateway, services_of

PAGES = tuple(
    sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "certs" / "README.md"}, key=lambda p: str(p))
)
_SOURCES = tuple((ROOT / "gateway").rglob("*.py"))
_CODE_PATTERNS = (
    r'CellFault\(\s*"([a-z-]+)"',
    r'ItemFault\(\s*"([a-z][a-z0-9.-]+)"',
    r'Problem\(\s*code="([a-z-]+)"',
    r'_unreadable\(\s*line,\s*"([a-z-]+)"',
    r'Final = \(\s*"([a-z]+-[a-z]+)",\s*f?"',
    r'return "([a-z-]+)", "',
)
"""How the mapping and the readers write the code of a problem."""


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module("docs.generate")


@pytest.fixture(scope="module")
def words(generate: ModuleType) -> Any:
    return importlib.import_module("docs.words")


def page(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_each_generated_part_is_what_the_code_says(generate: ModuleType) -> None:
    stale = [name_of(p) for p in generate.pages() if generate.filled(text := p.read_text(encoding="utf-8")) != text]
    assert not stale, "run python -m docs.generate"


def test_each_generated_part_stands_on_one_page(generate: ModuleType) -> None:
    marks = [mark for p in generate.pages() for mark in re.findall(r"begin generated ([a-z-]+)", p.read_text())]
    assert sorted(marks) == sorted(generate.BLOCKS)


def test_each_command_has_a_heading_and_an_example(generate: ModuleType) -> None:
    sections = dict(
        re.findall(r"^## (gateway [a-z -]+)\n(.*?)(?=^## |\Z)", page("docs/reference/commands.md"), re.M | re.S)
    )
    assert set(sections) == {name for name, _ in generate.commands()}
    assert [name for name, text in sections.items() if "Example: `" not in text] == []


def test_each_setting_is_explained(words: Any) -> None:
    assert set(words.SETTINGS) == set(Settings.model_fields)


def test_each_error_code_is_on_its_page(generate: ModuleType) -> None:
    text = page("docs/reference/errors.md")
    assert [e.code for e in generate.error_classes() if f"| `{e.code}` | {e.__name__} |" not in text] == []


def test_each_problem_code_of_the_source_is_explained_and_none_else(words: Any) -> None:
    sources = [
        p
        for p in _SOURCES
        if {"mapping", "adapters"} & {*p.parts} or p.name in ("pipeline.py", "absences.py", "disposition.py")
    ]
    found = {code for p in sources for pattern in _CODE_PATTERNS for code in re.findall(pattern, p.read_text())}
    assert found == set(words.PROBLEMS)


def test_each_reason_to_skip_is_explained_and_none_else(words: Any) -> None:
    readers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "gateway" / "adapters").glob("*.py"))
    found = set(re.findall(r'reason="([a-z -]+)"', readers)) | set(
        re.findall(r'return "((?:blank|comm)[a-z-]+)"', readers)
    )
    found |= {REVOKED, SUPERSEDED, WITHDRAWN}
    assert found == set(words.SKIPS)


def test_each_key_of_a_mapping_document_is_explained(words: Any) -> None:
    sections = {
        name: schema
        for name, schema in vars(document).items()
        if isinstance(schema, type) and issubclass(schema, document.Section) and schema is not document.Section
    }
    assert set(words.MAPPING) == set(words.SECTIONS) == set(sections)
    for name, schema in sections.items():
        assert set(words.MAPPING[name]) == _keys(schema), name


def test_each_key_of_the_documents_about_sharing_is_explained(words: Any) -> None:
    schemas = {
        name: schema
        for name, schema in vars(sharing_documents).items()
        if isinstance(schema, type) and issubclass(schema, Document) and schema is not Document
    }
    assert set(words.AGREEMENTS) == set(words.AGREEMENT_SECTIONS) == set(schemas)
    for name, schema in schemas.items():
        assert set(words.AGREEMENTS[name]) == _keys(schema), name


def test_each_key_of_a_trust_policy_is_explained(words: Any) -> None:
    schemas = {
        name: schema
        for name, schema in vars(trust_policy).items()
        if isinstance(schema, type) and issubclass(schema, Document) and schema is not Document
    }
    assert set(words.TRUST) == set(words.TRUST_SECTIONS) == set(schemas)
    for name, schema in schemas.items():
        assert set(words.TRUST[name]) == _keys(schema), name


def _keys(schema: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in schema.model_fields.items()}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("docs/reference/clauses.md", [c.name for c in (*LAW_CLAUSES, *ACCESS_CLAUSES, *CONTENT_CLAUSES)]),
        ("docs/reference/kinds.md", list(Kind)),
        ("docs/reference/mapping-language.md", list(Role)),
        ("docs/reference/limits.md", [name for name in vars(limits) if name.isupper()]),
        (
            "docs/reference/projections.md",
            [f"{sort}.{field}" for sort, group in ENTITY_GROUPS.items() for field in disclosures(group.type)],
        ),
    ],
)
def test_each_name_has_a_row_on_its_page(path: str, names: list[str]) -> None:
    text = page(path)
    assert [name for name in names if f"| `{name}` |" not in text] == []


def test_each_address_that_is_served_is_on_the_taxii_page(gateway: Gateway) -> None:
    documented = set(re.findall(r"`([A-Z]+) (/[^`]*)`", page("docs/reference/taxii.md")))
    served = set()
    for rule in create_app(services_of(gateway)).url_map.iter_rules():
        path = re.sub(r"<[a-z:]*api_root>", "exchange", rule.rule)
        path = re.sub(r"<[a-z]+:object_id>", "{object}", re.sub(r"<[a-z]+:(collection|status)_id>", "{id}", path))
        served |= {(method, path) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert documented == served - {("GET", "/static/<path:filename>")}


def test_each_dependency_is_justified_and_none_else() -> None:
    project = tomllib.loads(page("pyproject.toml"))["project"]
    _, running, developing, _ = re.split(r"^## ", page("docs/explanation/dependencies.md"), flags=re.M)
    assert _first_cells(running) == _names(project["dependencies"])
    assert _first_cells(developing) == _names(project["optional-dependencies"]["test"])


def _first_cells(text: str) -> set[str]:
    rows = re.findall(r"^\| ([a-z][a-z0-9., -]*) \| ", text, re.M)
    return {name for row in rows for name in row.split(", ")}


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[=<>]", line)[0] for line in requirements}


def test_each_key_of_the_benchmark_is_explained(generate: ModuleType) -> None:
    measured = importlib.import_module("tests.bench.__main__").measure(2, 1, 1, streaming_rows=8)
    documented = re.findall(r"^\| `([a-z_.]+)` \|", page("docs/reference/bench.md"), re.M)
    paths = [
        f"{key}.{name}"
        for key in ("machine", "ours", "mapping", "niem", "stix", "signing", "streaming")
        for name in measured.pop(key)
    ]
    assert set(measured.pop("naive")) == {path.partition(".")[2] for path in paths if path.startswith("ours.")}
    assert sorted(documented) == sorted([*paths, "naive", *measured])


def test_each_decision_is_listed() -> None:
    records = {p.name for p in (ROOT / "docs/adr").glob("0*.md")}
    assert set(re.findall(r"\((0[^)]+\.md)\)", page("docs/adr/README.md"))) == records
    for name in records:
        assert re.findall(r"^\*\*(\w+)\.\*\*", page(f"docs/adr/{name}"), re.M) == ["Context", "Choice", "Cost"], name


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_and_named_files_lead_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and anchor not in _anchors(there)):
            broken.append(target)
    broken += [
        file for file in re.findall(r"`((?:gateway|tests|xsd|mappings)/[\w./-]+)`", text) if not (ROOT / file).exists()
    ]
    assert broken == []


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*PAGES, *(ROOT / "docs").glob("*.py")], ids=name_of)
def test_nothing_tells_of_one_machine_or_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.])/(?:work|root|home|tmp|Users|mnt)/\S*", text) == []
    assert re.findall(r"[\w.]*(?:pypi|pythonhosted|npmjs|crates|golang|docker)\.(?:org|io|com)\S*", text) == []


def test_long_lines_are_only_tables_and_code() -> None:
    prose = (re.sub(r"^```.*?^```$", "", p.read_text(), flags=re.M | re.S) for p in PAGES if p.name != "commands.md")
    assert [line for text in prose for line in text.splitlines() if len(line) > 120 and not line.startswith("|")] == []

"""The subset and the messages against the official NIEM 6.0 release."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, bare_record, full_view, view_of, views

from gateway.errors import BadSetting
from gateway.model.kinds import Kind
from gateway.model.stages import View
from gateway.niem.check import MessageChecker
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.render import render
from gateway.niem.subset import generate

pytestmark = pytest.mark.acceptance

XSD = Path(__file__).resolve().parents[2] / "xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
Schema = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def release(shared_data: Path) -> Path:
    return shared_data / "niem" / "6.0" / "xsd"


@pytest.fixture(scope="session")
def full_release(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Schema:
    """Validation against the whole release with our extension on top; gives the errors."""
    folder = tmp_path_factory.mktemp("full")
    for entry in release.iterdir():
        (folder / entry.name).symlink_to(entry)
    (folder / EXTENSION_FILE).parent.mkdir()
    shutil.copy(XSD / EXTENSION_FILE, folder / EXTENSION_FILE)
    schema = etree.XMLSchema(etree.parse(str(folder / EXTENSION_FILE)))

    def errors(document: bytes) -> list[str]:
        schema.validate(etree.fromstring(document))
        return [f"{error.path}: {error.type_name}" for error in schema.error_log]

    return errors


@pytest.fixture(scope="module")
def checker() -> MessageChecker:
    return MessageChecker(XSD)


def test_regenerating_the_subset_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    manifest = generate(release, XSD / "want.yaml", tmp_path)
    made = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    held = {path.relative_to(XSD).as_posix(): path.read_bytes() for path in XSD.rglob("*") if path.is_file()}
    assert set(manifest.generated_files) == set(made) - {"manifest.json"}
    held.pop("want.yaml")
    held.pop("README.md", None)
    assert made == held


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("  nc:NoSuchType: [nc:PersonName]", "no type nc:NoSuchType"),
        ("  nc:PersonType: [nc:ItemModelName]", "nc:PersonType has no place for nc:ItemModelName"),
        ("  zz:PersonType: [nc:PersonName]", "no namespace with prefix 'zz'"),
    ],
)
def test_a_want_list_that_wants_what_is_not_there_is_refused(
    release: Path, tmp_path: Path, line: str, told: str
) -> None:
    want = tmp_path / "want.yaml"
    want.write_text(f'release: "6.0"\ntypes:\n{line}\n', encoding="utf-8")
    with pytest.raises(BadSetting, match=told):
        generate(release, want, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _particles(node: Any) -> list[str]:
    return [element.get("ref") for element in node.iter(f"{XS}element")]


def _types(root: Any) -> dict[str, Any]:
    return {node.get("name"): node for node in root if node.tag in (f"{XS}complexType", f"{XS}simpleType")}


def test_each_subset_type_is_its_release_type_with_something_left_out(release: Path) -> None:
    """Same base, the same order of what is left, the same occurrence bounds, the same codes."""
    compared = 0
    for path in XSD.rglob("*.xsd"):
        relative = path.relative_to(XSD)
        if relative.as_posix() == EXTENSION_FILE:
            continue
        ours, theirs = etree.parse(str(path)).getroot(), etree.parse(str(release / relative)).getroot()
        assert ours.get("targetNamespace") == theirs.get("targetNamespace")
        official = _types(theirs)
        order = [name for name in official if name in _types(ours)]
        assert list(_types(ours)) == order
        for name, node in _types(ours).items():
            other = official[name]
            whole = iter(_particles(other))
            assert all(reference in whole for reference in _particles(node)), name
            assert [e.get("base") for e in node.iter(f"{XS}extension")] == [
                e.get("base") for e in other.iter(f"{XS}extension")
            ]
            assert [e.get("value") for e in node.iter(f"{XS}enumeration")] == [
                e.get("value") for e in other.iter(f"{XS}enumeration")
            ]
            compared += 1
    assert compared > 90


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_messages_of_every_kind_are_valid_against_the_full_release(kind: Kind, full_release: Schema) -> None:
    assert full_release(render(full_view(kind), CENTER)) == []
    assert full_release(render(view_of(bare_record(kind), releasable_text=None), CENTER)) == []


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_random_messages_are_valid_against_the_full_release(kind: Kind, full_release: Schema) -> None:
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(views(kind))
    def law(view: View) -> None:
        assert full_release(render(view, CENTER)) == []

    law()


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_xmlschema_finds_no_fault_in_our_messages(kind: Kind, checker: MessageChecker) -> None:
    assert checker.second_opinion(render(full_view(kind), CENTER)) == ()
    assert checker.second_opinion(render(view_of(bare_record(kind)), CENTER)) == ()

"""The subset and the messages against the official NIEM 6.0 release, and libxml2 against an independent validator."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, bare_record, full_record, full_view, view_of, views
from typer.testing import CliRunner

from gateway.cli.application import application
from gateway.errors import BadSetting
from gateway.model.kinds import Kind
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.stages import View
from gateway.niem.check import MessageChecker
from gateway.niem.extension import EXTENSION_FILE, GLOBAL_ATTRIBUTES, AttributeRow
from gateway.niem.namespaces import NAMESPACES
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


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["table", "json"])
def test_the_command_tells_what_it_made(release: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    run = CliRunner().invoke(application, ["iepd", "subset", str(release), "--out", str(tmp_path), *options])
    assert run.exit_code == 0, run.output
    if options:
        held = json.loads((XSD / "manifest.json").read_text(encoding="utf-8"))
        assert json.loads(run.stdout) == held
    else:
        assert "niem-core.xsd" in run.stdout
        assert "from NIEM 6.0 (ps02)." in run.stdout


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


@pytest.mark.soak
@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_thousand_messages_are_valid_against_the_subset_and_the_full_release(
    kind: Kind, full_release: Schema, checker: MessageChecker
) -> None:
    """By libxml2 against both; every fiftieth by xmlschema against the subset as well."""
    seen = 0

    @settings(
        max_examples=1000,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(views(kind))
    def law(view: View) -> None:
        nonlocal seen
        document = render(view, CENTER)
        assert full_release(document) == []
        assert [fault for fault in checker.faults(document) if fault.code.startswith(("xsd", "ndr"))] == []
        if seen % 50 == 0:
            assert checker.second_opinion(document) == ()
        seen += 1

    law()
    assert seen >= 1000


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_xmlschema_finds_no_fault_in_our_messages(kind: Kind, checker: MessageChecker) -> None:
    assert checker.second_opinion(render(full_view(kind), CENTER)) == ()
    assert checker.second_opinion(render(view_of(bare_record(kind)), CENTER)) == ()


# Mutants ----------------------------------------------------------------------------------------------------------


def _small_record(kind: Kind) -> Record:
    """Two entities of each sort and the relations between them."""
    record = full_record(kind)
    groups = {group.field: getattr(record, group.field)[:2] for group in ENTITY_GROUPS.values()}
    return msgspec.structs.replace(record, relations=record.relations[::3], **groups)


def _mutants(document: bytes, number: int, seed: int) -> Iterator[bytes]:
    choose = random.Random(seed)
    original = etree.fromstring(document)
    for _ in range(number):
        root = deepcopy(original)
        elements = list(root.iter())
        victim = choose.choice(elements[1:])
        parent, other = victim.getparent(), choose.choice(elements)
        mutation = choose.randrange(8)
        if mutation == 0:
            parent.remove(victim)
        elif mutation == 1:
            parent.insert(choose.randrange(len(parent) + 1), deepcopy(victim))
        elif mutation == 2:
            parent.insert(choose.randrange(len(parent)), victim)
        elif mutation == 3:
            victim.tag = other.tag
        elif mutation == 4:
            victim.text = choose.choice(["", "x", "-1", "2026-02-30", "true", "OR", " 7 "])
        elif mutation == 5:
            parent.insert(0, deepcopy(other)) if other is not root else parent.remove(victim)
        elif mutation == 6:
            siblings = list(parent)
            choose.shuffle(siblings)
            parent[:] = siblings
        else:
            victim.attrib.clear()
        yield etree.tostring(root)


@pytest.mark.parametrize("kind", [Kind.SUSPICIOUS_ACTIVITY, Kind.INDICATOR_SET])
def test_our_checker_and_xmlschema_agree_on_mutants(kind: Kind, checker: MessageChecker, shared_data: Path) -> None:
    """Verdicts on the schema and on ids; libxml2 leaves references to us, xmlschema checks them."""
    document = render(view_of(_small_record(kind)), CENTER)
    ours_alone, theirs_alone, invalid = [], [], 0
    for number, mutant in enumerate(_mutants(document, 150, seed=20260304)):
        codes = {fault.code for fault in checker.faults(mutant)}
        ours = any(code.startswith("xsd.") or code in ("ndr.12-8", "ndr.duplicate-id") for code in codes)
        theirs = checker.second_opinion(mutant) != ()
        invalid += theirs
        if ours and not theirs:
            ours_alone.append((number, codes))
        if theirs and not ours:
            theirs_alone.append((number, checker.second_opinion(mutant)))
    assert (ours_alone, theirs_alone) == ([], [])
    assert 50 < invalid < 150


# Attributes that augment every class ------------------------------------------------------------------------------


@pytest.mark.parametrize("row", GLOBAL_ATTRIBUTES, ids=lambda row: row.attribute)
def test_a_global_attribute_may_stand_on_objects_associations_and_literals(
    row: AttributeRow, full_release: Schema, checker: MessageChecker
) -> None:
    """NDR 6.0, 4.16.2.1: declared once in the extension, admitted by the wildcard of structures, here and there."""
    prefix, _, local = row.attribute.partition(":")
    name = f"{{{NAMESPACES[prefix]}}}{local}"
    for path in ("nc:Person", "nc:DocumentTitleText", "j:ActivitySubjectAssociation"):
        root = etree.fromstring(render(full_view(Kind.INCIDENT), CENTER))
        element = root.find(path, NAMESPACES)
        element.set(name, "person-0")
        document = etree.tostring(root)
        assert full_release(document) == [], path
        assert [f.code for f in checker.faults(document) if f.code.startswith("xsd.")] == [], path
        element.set(name.replace(local, "noSuchAttribute"), "person-0")
        unknown = etree.tostring(root)
        assert full_release(unknown) != []
        assert [f.code for f in checker.faults(unknown) if f.code.startswith("xsd.")] != []


def test_the_extension_announces_its_global_attributes() -> None:
    root = etree.parse(str(XSD / EXTENSION_FILE)).getroot()
    announced = root.iter("{https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/}Augmentation")
    assert [(node.get("property"), tuple(node.get("globalClassCode").split())) for node in announced] == [
        (row.attribute, row.class_codes) for row in GLOBAL_ATTRIBUTES
    ]


def test_the_announcement_has_the_form_of_the_release(release: Path) -> None:
    """The release's own schema for annotations accepts what our extension says to machines."""
    schema = etree.XMLSchema(etree.parse(str(release / "utility" / "appinfo.xsd")))
    root = etree.parse(str(XSD / EXTENSION_FILE)).getroot()
    for node in root.iter("{https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/}Augmentation"):
        alone = etree.fromstring(etree.tostring(node))  # with the prefixes that are declared above it
        assert schema.validate(alone), schema.error_log


def test_every_type_of_the_subset_keeps_its_augmentation_point(release: Path) -> None:
    for path in XSD.rglob("*.xsd"):
        relative = path.relative_to(XSD)
        if relative.as_posix() == EXTENSION_FILE:
            continue
        ours, official = (
            _types(etree.parse(str(path)).getroot()),
            _types(etree.parse(str(release / relative)).getroot()),
        )
        for name, node in ours.items():
            points = [[p for p in _particles(n) if p.endswith("AugmentationPoint")] for n in (node, official[name])]
            assert points[0] == points[1], name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("nc:IntegerListType", ("nc:IntegerListSimpleType",)),
        ("biom:LipCharacterizationCodeType", ("biom:LipPatternSimpleType", "biom:LipPrintCodeSimpleType")),
    ],
    ids=["list", "union"],
)
def test_a_list_or_a_union_brings_along_what_it_lists_or_joins(
    release: Path, tmp_path: Path, name: str, parts: tuple[str, ...]
) -> None:
    want = tmp_path / "want.yaml"
    own = (XSD / "want.yaml").read_text(encoding="utf-8")
    want.write_text(f"{own}\n  {name}: []\n", encoding="utf-8")
    generate(release, want, tmp_path / "out")
    found = {
        f"{prefix}:{local}"
        for path in (tmp_path / "out").rglob("*.xsd")
        for root in [etree.parse(str(path)).getroot()]
        for prefix in [next((p for p, uri in root.nsmap.items() if uri == root.get("targetNamespace")), "")]
        for local in _types(root)
    }
    assert {name, *parts} <= found
    assert etree.XMLSchema(etree.parse(str(tmp_path / "out" / EXTENSION_FILE)))


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_what_the_subset_accepts_the_release_accepts(kind: Kind, full_release: Schema, checker: MessageChecker) -> None:
    document = render(view_of(_small_record(kind)), CENTER)
    accepted, refused_by_release = 0, []
    for number, mutant in enumerate(_mutants(document, 150, seed=20261122)):
        if any(fault.code.startswith("xsd.") for fault in checker.faults(mutant)):
            continue
        accepted += 1
        if errors := full_release(mutant):
            refused_by_release.append((number, errors))
    assert refused_by_release == []
    assert accepted > 10

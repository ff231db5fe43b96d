"""NIEM Naming and Design Rules 6.0: our schema documents (sections 7 to 9)."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from niem_builders import CENTER, full_view

from gateway import names
from gateway.model.kinds import KINDS, Kind
from gateway.niem import wording
from gateway.niem.check import MessageChecker
from gateway.niem.extension import EXTENSION_FILE, augmentation_points
from gateway.niem.extension_elements import ELEMENTS
from gateway.niem.render import render

XSD = Path(__file__).resolve().parents[2] / "xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"
GOOD = render(full_view(Kind.INCIDENT), CENTER)


@pytest.fixture(scope="module")
def checker() -> MessageChecker:
    return MessageChecker(XSD)


def found(checker: MessageChecker, old: bytes, new: bytes) -> set[str]:
    assert old in GOOD
    return {fault.code for fault in checker.faults(GOOD.replace(old, new, 1))}


# Schema documents -------------------------------------------------------------------------------------------------

DOCUMENTS = sorted(XSD.rglob("*.xsd"))
NAMED = ("element", "complexType", "simpleType", "attribute", "attributeGroup", "enumeration")


def schema(path: Path) -> Any:
    return etree.parse(str(path)).getroot()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_7_37_and_7_38_every_component_is_documented(path: Path) -> None:
    root = schema(path)
    bare = []
    for node in root.iter(*(f"{XS}{kind}" for kind in NAMED)):
        if node.get("ref"):
            continue
        text = node.findtext(f"{XS}annotation/{XS}documentation") or ""
        if not text.endswith("."):
            bare.append(node.get("name") or node.get("value"))
    assert bare == []
    assert root.findtext(f"{XS}annotation/{XS}documentation")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_7_53_and_the_opening_phrases(path: Path) -> None:
    wrong = []
    for node in schema(path):
        name, text = node.get("name") or "", node.findtext(f"{XS}annotation/{XS}documentation") or ""
        if node.tag in (f"{XS}complexType", f"{XS}simpleType") and not text.startswith("A data type for "):
            wrong.append(name)
        if node.tag == f"{XS}element" and name.endswith("Indicator") and not text.startswith("True if "):
            wrong.append(name)
        if name.endswith("AugmentationPoint") and not text.startswith("An augmentation point for "):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_8_and_9_2_a_schema_document_names_its_target_version_and_language(path: Path) -> None:
    root = schema(path)
    assert root.get("targetNamespace").endswith("/")
    assert root.get("version")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-US"
    targets = [
        value for node in root.iter() for key, value in node.attrib.items() if key.endswith("conformanceTargets")
    ]
    kinds = {"exchange.xsd": ["ExtensionSchemaDocument"], "structures.xsd": []}
    assert [target.rpartition("#")[2] for target in targets] == kinds.get(path.name, ["SubsetSchemaDocument"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_9_23_and_9_24_every_import_is_local_and_there(path: Path) -> None:
    for node in schema(path).iter(f"{XS}import"):
        assert (path.parent / node.get("schemaLocation")).is_file()


def heads() -> set[str]:
    """The local names of the elements of the folder that others may stand in for."""
    nodes = [node for path in DOCUMENTS for node in schema(path).iterchildren(f"{XS}element")]
    abstract = {node.get("name") for node in nodes if node.get("abstract") == "true"}
    return abstract | {
        node.get("substitutionGroup").rpartition(":")[2] for node in nodes if node.get("substitutionGroup")
    }


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_repeatable_element_before_a_repeatable_head_stands_in_a_choice(path: Path) -> None:
    """libxml2 accepts members of a repeatable head before a repeatable element that must precede them."""
    known, exposed = heads(), []
    for sequence in schema(path).iter(f"{XS}sequence"):
        for node, following in zip(sequence, [*sequence[1:], None], strict=True):
            meets_head = following is None or (following.get("maxOccurs") == "unbounded" and local(following) in known)
            repeats = node.tag == f"{XS}element" and (node.get("maxOccurs") or "1") != "1"
            if repeats and meets_head and local(node) not in known:
                exposed.append(node.get("ref"))
    assert exposed == []


def local(node: Any) -> str:
    return (node.get("ref") or "").rpartition(":")[2]


def test_the_order_that_libxml2_would_let_pass_is_refused(checker: MessageChecker) -> None:
    """A member of a substitution head before the repeatable element that must precede the head."""
    later = b"<j:PersonEyeColorCode>BLUE</j:PersonEyeColorCode>"
    codes = found(checker, b"<nc:PersonDescriptionText>", later + b"<nc:PersonDescriptionText>")
    assert "xsd.element-content" in codes


def test_the_tables_use_the_prefix_of_the_product() -> None:
    """Prefixes in the tables are written out, to be readable; another one means changing them as well."""
    assert names.EXTENSION_PREFIX == "fx"
    assert {row.name for row in ELEMENTS}.isdisjoint(name for name, _ in augmentation_points())


def test_the_extension_has_the_namespace_and_the_roots_of_the_product() -> None:
    root = schema(XSD / EXTENSION_FILE)
    assert root.get("targetNamespace") == names.EXTENSION_NAMESPACE
    elements = {node.get("name") for node in root.iterchildren(f"{XS}element")}
    assert {row.niem_root for row in KINDS.values() if row.niem_root} <= elements


def test_9_64_and_9_71_every_object_type_of_the_extension_ends_in_its_augmentation_point() -> None:
    for node in schema(XSD / EXTENSION_FILE).iterchildren(f"{XS}complexType"):
        base = next(node.iter(f"{XS}extension")).get("base")
        if node.find(f"{XS}simpleContent") is not None or base == "structures:AugmentationType":
            continue
        last = list(node.iter(f"{XS}element"))[-1].get("ref")
        assert last == f"fx:{node.get('name').removesuffix('Type')}AugmentationPoint"


def test_9_13_and_9_94_elements_are_nillable_unless_abstract() -> None:
    for node in schema(XSD / EXTENSION_FILE).iterchildren(f"{XS}element"):
        assert (node.get("abstract") == "true") == (node.get("type") is None)
        assert node.get("abstract") == "true" or node.get("nillable") == "true"


def test_the_manifest_describes_the_folder() -> None:
    manifest = json.loads((XSD / "manifest.json").read_text(encoding="utf-8"))
    made = {p.relative_to(XSD).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in DOCUMENTS}
    catalog = XSD / "xml-catalog.xml"
    made["xml-catalog.xml"] = hashlib.sha256(catalog.read_bytes()).hexdigest()
    assert manifest["generated_files"] == made
    assert manifest["want_list_sha256"] == hashlib.sha256((XSD / "want.yaml").read_bytes()).hexdigest()
    assert not [name for name in manifest["release_files"] if "ncic" in name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PersonGivenName", "A name of person given."),
        ("OrganizationORIIdentification", "An identification of organization ORI."),
        ("ActivityDate", "A date of activity."),
        ("StatusAbstract", "A data concept for status."),
        ("Location2DGeospatialCoordinate", "A piece of information about location 2D geospatial coordinate."),
    ],
)
def test_documentation_is_made_from_the_words_of_the_name(name: str, expected: str) -> None:
    assert wording.of_element(name) == expected

"""The message specification package: built the same each time, and checked so that no tampering passes."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from gateway import limits
from gateway.cli.application import application
from gateway.errors import BadDocument, DeliveryTooLarge, MissingFile, UnreadableDelivery
from gateway.model.kinds import KINDS, Kind
from gateway.niem.check import MessageChecker
from gateway.niem.iepd.archive import packed, read_package
from gateway.niem.iepd.build import build_package, package_name, sample_records
from gateway.niem.iepd.report import Fault, PackageReport, Verdict
from gateway.niem.iepd.samples import forms, record_of, samples
from gateway.niem.iepd.verify import check_package
from gateway.niem.message_json import MessageJson
from gateway.niem.schema_index import SchemaIndex

XSD = Path(__file__).resolve().parents[2] / "xsd"
RENDERED = [kind for kind, row in KINDS.items() if row.niem_root]
Files = dict[str, bytes]
CATALOG = "iepd-catalog.xml"
EXTENSION = "xsd/exchange/exchange.xsd"
SAMPLE = "iep-sample/xml/incident.xml"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("iepd") / "package.zip"
    path.write_bytes(build_package())
    return path


@pytest.fixture(scope="module")
def files(built: Path) -> Files:
    return dict(read_package(built).files)


@pytest.fixture(scope="module")
def untouched(built: Path) -> PackageReport:
    return check_package(built)


def told(report: PackageReport) -> set[tuple[str, str]]:
    """Each fault, with its check; without lines, which a change moves."""
    return {(result.id, f"{fault.file}: {fault.problem}") for result in report.checks for fault in result.faults}


# Building ---------------------------------------------------------------------------------------------------------


def test_building_twice_gives_the_same_bytes(built: Path) -> None:
    assert build_package() == built.read_bytes()


def test_the_archive_has_one_root_sorted_names_and_one_time(built: Path) -> None:
    with zipfile.ZipFile(built) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.filename.partition("/")[0] for entry in entries} == {package_name()}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}


def test_the_package_holds(untouched: PackageReport) -> None:
    assert {result.verdict for result in untouched.checks} == {Verdict.HOLDS}
    assert [fault for result in untouched.checks for fault in result.faults] == []
    assert untouched.holds


@pytest.mark.parametrize("kind", RENDERED)
def test_every_kind_with_a_message_has_a_sample_in_every_form(kind: Kind, files: Files) -> None:
    written = forms(XSD)
    assert len(written) == 2
    assert [f"{form.folder}/{kind}{form.ending}" in files for form in written] == [True, True]


def test_the_json_samples_are_the_xml_samples() -> None:
    converter = MessageJson(SchemaIndex(XSD))
    made = {sample.path: sample.text for sample in samples(sample_records(), XSD)}
    for path, text in made.items():
        if path.endswith(".json"):
            twin = made[path.replace("json", "xml")]
            back = converter.from_json(text)
            assert etree.tostring(etree.fromstring(back), method="c14n") == etree.tostring(
                etree.fromstring(twin), method="c14n"
            )


def test_the_samples_are_messages_that_the_gateway_would_send() -> None:
    checker = MessageChecker(XSD)
    for sample in samples(sample_records(), XSD):
        if sample.path.endswith(".xml"):
            assert [fault.sentence() for fault in checker.faults(sample.text)] == [], sample.kind


def test_a_sample_record_is_of_the_kind_that_its_file_is_named_after(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="no sample record of kind incident"):
        record_of(tmp_path, Kind.INCIDENT)
    (tmp_path / "incident.json").write_bytes((sample_records() / "vulnerability.json").read_bytes())
    with pytest.raises(BadDocument, match="of kind vulnerability"):
        record_of(tmp_path, Kind.INCIDENT)
    (tmp_path / "incident.json").write_text('{"kind": "incident"}', encoding="utf-8")
    with pytest.raises(BadDocument, match="missing required field"):
        record_of(tmp_path, Kind.INCIDENT)


def test_the_catalog_lists_every_file_once(files: Files) -> None:
    root = etree.fromstring(files[CATALOG])
    name = "{http://reference.niem.gov/niem/resource/iepd/catalog/5.0/}pathURI"
    listed = [node.get(name) for node in root.iter("*") if node.get(name)]
    assert set(listed) == set(files) - {CATALOG}
    assert {path for path in listed if listed.count(path) > 1} == {"xml-catalog.xml"}  # one for each class of messages


def test_the_assertion_says_what_the_checker_found(files: Files, untouched: PackageReport) -> None:
    said = files["conformance.md"].decode()
    errors = sum(len(result.faults) for result in untouched.checks)
    assert f"It found {errors} errors and 0 warnings." in said
    assert "8-19" in said


# Tampering --------------------------------------------------------------------------------------------------------


def changed(path: str, old: str, new: str, count: int = 1) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        text = files[path].decode()
        assert old in text
        files[path] = text.replace(old, new, count).encode()

    return change


def removed(path: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        del files[path]

    return change


def added(path: str, data: bytes) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files[path] = data

    return change


_DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
TAMPERED = {
    # what was done: the change, the check that finds it, what it says
    "uri": (changed(CATALOG, 'c:iepdURI="https:', 'c:iepdURI="'), "identity", "c:iepdURI is no absolute URI"),
    "name": (changed(CATALOG, 'c:iepdName="fusion', 'c:iepdName="-fusion'), "identity", "c:iepdName"),
    "version": (changed(CATALOG, 'VersionID="1.0"', 'VersionID="one"'), "identity", "c:iepdVersionID"),
    "claim": (changed(CATALOG, "iepd/5.0/#IEPD", "iepd/5.0/#MPD"), "identity", "does not assert"),
    "date": (changed(CATALOG, "<c:CreationDate>2026", "<c:CreationDate>26"), "identity", "creation date"),
    "no read me": (changed(CATALOG, '<c:ReadMe c:pathURI="readme.md"/>', ""), "artifacts", "c:ReadMe"),
    "no change log": (changed(CATALOG, "c:IEPDChangeLog", "c:Documentation"), "artifacts", "c:IEPDChangeLog"),
    "no assertion": (changed(CATALOG, "c:ConformanceAssertion", "c:Documentation"), "artifacts", "Assertion"),
    "no extension": (changed(CATALOG, "c:ExtensionSchemaDocument", "c:ReferenceSchemaDocument"), "artifacts", "ext"),
    "file gone": (removed("changelog.md"), "files", "'changelog.md', which is not there"),
    "file more": (added("extra.txt", b"x"), "files", "extra.txt: the catalog does not list this file"),
    "file emptied": (added("readme.md", b" \n"), "files", "readme.md: the file is empty"),
    "path leads out": (changed(CATALOG, '"readme.md"', '"../readme.md"'), "files", "does not lead to a file"),
    "path is far": (changed(CATALOG, '"readme.md"', '"https://x.example/readme.md"'), "files", "does not lead"),
    "listed twice": (changed(CATALOG, "<c:ReadMe", '<c:ReadMe c:pathURI="readme.md"/><c:ReadMe'), "files", "2 times"),
    "class unnamed": (changed(CATALOG, ' structures:id="IncidentReport"', ""), "classes", "no structures:id"),
    "class twice": (changed(CATALOG, '"IndicatorReport"', '"IncidentReport"'), "classes", "stands twice"),
    "no sample": (
        changed(CATALOG, '<c:IEPSampleXMLDocument c:pathURI="iep-sample/xml/incident.xml"/>', ""),
        "classes",
        "IncidentReport: there is no sample",
    ),
    "no schema": (changed(CATALOG, "c:XMLSchemaValid", "c:Nothing", 2), "classes", "by which schema"),
    "prefix unknown": (changed(CATALOG, 'List="fx:Incident', 'List="gx:Incident'), "classes", "not declared"),
    "constraint unknown": (
        changed(CATALOG, "<c:XMLSchemaValid>", '<c:SchematronValid/><c:XMLSchemaValid>'),
        "classes",
        "c:SchematronValid is not checked here",
    ),
    "xml catalog astray": (changed("xml-catalog.xml", "xsd/niem-core.xsd", "xsd/core.xsd"), "xml-catalogs", "no file"),
    "xml catalog without address": (
        changed("xml-catalog.xml", 'uri="xsd/niem-core.xsd"', 'url="xsd/niem-core.xsd"'),
        "xml-catalogs",
        "no file",
    ),
    "xml catalog leads out": (
        changed("xml-catalog.xml", "xsd/niem-core.xsd", "/etc/hostname"),
        "xml-catalogs",
        "no file",
    ),
    "xml catalog mixed": (
        changed("xml-catalog.xml", "xsd/niem-core.xsd", "xsd/codes/sar.xsd"),
        "xml-catalogs",
        "another namespace",
    ),
    "xml catalog broken": (added("xml-catalog.xml", b"<catalog"), "xml-catalogs", "does not parse"),
    "root undeclared": (changed(CATALOG, '"fx:IncidentReport"', '"fx:Incident"'), "schemas", "is not declared"),
    "schema leads out": (
        changed(EXTENSION, 'schemaLocation="../niem-core.xsd"', 'schemaLocation="../../../core.xsd"'),
        "locality",
        "no schema document of the package",
    ),
    "schema is far": (
        changed(EXTENSION, 'schemaLocation="../niem-core.xsd"', 'schemaLocation="http://x.example/core.xsd"'),
        "locality",
        "no schema document of the package",
    ),
    "schema with entities": (changed(EXTENSION, "<xs:schema", _DOCTYPE + "<xs:schema"), "locality", "document type"),
    "schema cut off": (changed(EXTENSION, "</xs:schema>", ""), "locality", "does not parse"),
    "schema incomplete": (
        changed("xsd/niem-core.xsd", '<xs:element name="Person"', '<xs:element name="Human"'),
        "schemas",
        "libxml2 says",
    ),
    "rule broken": (changed(EXTENSION, 'name="HandlingType"', 'name="HandlingKind"', 1), "rules", "HandlingKind"),
    "undocumented": (
        changed(EXTENSION, "<xs:documentation>A caveat that travels with the report.</xs:documentation>", ""),
        "rules",
        "HandlingCaveatCode",
    ),
    "nil forbidden": (
        changed(EXTENSION, 'type="fx:HandlingType" nillable="true"', 'type="fx:HandlingType"'),
        "rules",
        "An element that is not abstract may be nil",
    ),
    "structures changed": (
        changed("xsd/utility/structures.xsd", '<xs:attribute ref="structures:uri"/>', ""),
        "rules",
        "The structures namespace is there as appendix B",
    ),
    "extension called subset": (
        changed(EXTENSION, "#ExtensionSchemaDocument", "#SubsetSchemaDocument"),
        "rules",
        "Extension namespaces, and no others, assert",
    ),
    "sample invalid": (changed(SAMPLE, "<fx:Handling>", "<fx:Handling><fx:Mood/>"), "samples", "out of place"),
    "sample of another class": (
        changed(SAMPLE, "fx:IncidentReport", "fx:VulnerabilityReport", 2),
        "samples",
        "none of the class IncidentReport",
    ),
    "sample refers nowhere": (
        changed(SAMPLE, 'structures:ref="person-1"', 'structures:ref="person-9"'),
        "samples",
        "leads nowhere",
    ),
    "sample refers to a place": (
        changed(SAMPLE, 'structures:ref="person-1"', 'structures:ref="place-1"'),
        "samples",
        "another type of object",
    ),
    "sample with entities": (
        changed(SAMPLE, "<fx:IncidentReport", _DOCTYPE + "<fx:IncidentReport"),
        "samples",
        "document type declaration",
    ),
    "sample with entities in UTF-16": (
        added(SAMPLE, f'<?xml version="1.0" encoding="UTF-16"?>{_DOCTYPE}<x>&e;</x>'.encode("utf-16")),
        "samples",
        "document type declaration",
    ),
    "sample is no xml": (added(SAMPLE, b"{}"), "samples", "does not parse"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found(name: str, files: Files, untouched: PackageReport, tmp_path: Path) -> None:
    change, check, says = TAMPERED[name]
    tampered = dict(files)
    change(tampered)
    path = tmp_path / "package.zip"
    path.write_bytes(packed("package", tampered))
    report = check_package(path)
    found = told(report) - told(untouched)
    assert [text for result, text in found if result == check and says in text], found
    warned = name == "constraint unknown"
    assert report.holds == (untouched.holds and warned)
    verdict = next(result.verdict for result in report.checks if result.id == check)
    assert verdict is (Verdict.WARNED if warned else Verdict.BROKEN)


def test_samples_are_not_judged_by_schemas_that_do_not_compile(files: Files, tmp_path: Path) -> None:
    tampered = dict(files)
    changed(EXTENSION, 'schemaLocation="../niem-core.xsd"', 'schemaLocation="/etc/passwd"')(tampered)
    path = tmp_path / "package.zip"
    path.write_bytes(packed("package", tampered))
    verdicts = {result.id: result.verdict for result in check_package(path).checks}
    assert (verdicts["schemas"], verdicts["samples"]) == (Verdict.NOT_REACHED, Verdict.NOT_REACHED)


# Hostile archives -------------------------------------------------------------------------------------------------


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], deflated: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("package/link")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def encrypted() -> bytes:
    data = bytearray(zipped(("package/a", b"x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


HOSTILE = {
    "no archive": b"not a zip",
    "cut off": zipped(("package/a", b"x" * 100))[:60],
    "damaged": zipped(("package/a", b"hello there")).replace(b"hello", b"hallo"),
    "leads out": zipped(("package/../../evil", b"x")),
    "absolute": zipped(("/package/evil", b"x")),
    "drive": zipped(("C:/package/evil", b"x")),
    "backslash": zipped((zipfile.ZipInfo("package\\evil"), b"x")),
    "control character": zipped(("package/a\nb", b"x")),
    "cut name": zipped(("package/aaaab", b"x")).replace(b"aaaab", b"aaa\0b"),
    "link": zipped((link(), b"/etc/passwd")),
    "encrypted": encrypted(),
    "same name in capitals": zipped(("package/a", b"x"), ("package/A", b"y")),
    "file and folder": zipped(("package/a", b"x"), ("package/a/b", b"y")),
    "two roots": zipped(("one/a", b"x"), ("two/a", b"y")),
    "no root": zipped(("a", b"x")),
    "empty": zipped(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_reported(name: str, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(UnreadableDelivery):
        read_package(path)
    report = check_package(path)
    assert not report.holds
    assert [result.verdict for result in report.checks] == [Verdict.BROKEN]
    assert [p.name for p in tmp_path.iterdir()] == ["package.zip"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(("package/a", b"\0" * 4096), deflated=True))
    monkeypatch.setattr(limits, "PACKAGE_UNPACKED_BYTES", 4095)
    with pytest.raises(DeliveryTooLarge, match="would unpack to 4096 bytes"):
        read_package(path)


def test_too_many_files_and_too_large_a_file_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(zipped(("package/a", b"x"), ("package/b", b"y")))
    monkeypatch.setattr(limits, "PACKAGE_FILES", 1)
    with pytest.raises(DeliveryTooLarge, match="in 2 files"):
        read_package(path)
    monkeypatch.setattr(limits, "PACKAGE_BYTES", 10)
    with pytest.raises(DeliveryTooLarge, match="the package has"):
        read_package(path)


@pytest.mark.parametrize("text", [b"<wrong/>", b"<", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'])
def test_a_package_without_a_catalog_of_its_kind_is_broken(text: bytes, tmp_path: Path) -> None:
    for name in (CATALOG, "mpd-catalog.xml"):
        path = tmp_path / "package.zip"
        path.write_bytes(zipped((f"package/{name}", text)))
        assert [result.verdict for result in check_package(path).checks] == [Verdict.BROKEN]


def test_a_union_that_holds_itself_is_no_endless_question(files: Files, tmp_path: Path) -> None:
    ring = (
        '<xs:simpleType name="ACodeSimpleType"><xs:union memberTypes="fx:BCodeSimpleType"/></xs:simpleType>'
        '<xs:simpleType name="BCodeSimpleType"><xs:union memberTypes="fx:ACodeSimpleType"/></xs:simpleType>'
        '<xs:complexType name="CType"><xs:complexContent><xs:extension base="fx:CType"/></xs:complexContent>'
        "</xs:complexType>"
    )
    tampered = dict(files)
    changed(EXTENSION, "</xs:schema>", f"{ring}</xs:schema>")(tampered)
    path = tmp_path / "package.zip"
    path.write_bytes(packed("package", tampered))
    assert {r.id for r in check_package(path).checks if r.verdict is Verdict.BROKEN} >= {"schemas", "rules"}


# The commands -----------------------------------------------------------------------------------------------------


def test_build_and_check_at_the_command_line(tmp_path: Path, untouched: PackageReport) -> None:
    path = tmp_path / "package.zip"
    run = CliRunner().invoke(application, ["iepd", "build", "--out", str(path), "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["bytes"] == path.stat().st_size
    run = CliRunner().invoke(application, ["iepd", "check", str(path), "--json"])
    assert run.exit_code == (0 if untouched.holds else 1)
    report = json.loads(run.stdout)
    assert report["sha256"] == untouched.sha256
    assert [check["id"] for check in report["checks"]] == [result.id for result in untouched.checks]


def test_a_broken_package_is_1_and_its_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(b"no zip")
    run = CliRunner().invoke(application, ["iepd", "check", str(path)])
    assert run.exit_code == 1
    assert "The package does not hold." in run.stdout
    assert "no ZIP archive" in run.stdout


def test_a_fault_is_one_sentence() -> None:
    fault = Fault(problem="it is empty", file="a.xsd", line=3, rule="NDR 9-3")
    assert fault.sentence() == "a.xsd, line 3: it is empty [NDR 9-3]"
    assert Fault(problem="it is empty").sentence() == "it is empty"

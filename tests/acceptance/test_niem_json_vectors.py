"""The JSON form against what niemtran, the converter of the NIEM project, makes of the same messages."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway.niem.message_json import MessageJson
from gateway.niem.schema_index import SchemaIndex

pytestmark = pytest.mark.acceptance

VECTORS = ("augCCwA", "augCCwE", "augSCwE")
_CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'
_PARTS = ("niem-core.xsd", "adapters/niem-xs.xsd", "utility/structures.xsd")


@pytest.fixture
def resources(shared_data: Path) -> Path:
    return shared_data / "niem" / "cmftool" / "app-niemtran" / "src" / "test" / "resources"


def converter(resources: Path, shared_data: Path, name: str, folder: Path) -> MessageJson:
    """A converter over the vector's schema and the parts of the NIEM 6.0 release that it needs."""
    for part in _PARTS:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shared_data / "niem" / "6.0" / "xsd" / part, folder / part)
    shutil.copy(resources / f"{name}.xsd", folder / "vector.xsd")
    entries = "".join(f'<uri name="urn:{part}" uri="{part}"/>' for part in (*_PARTS, "vector.xsd"))
    (folder / "xml-catalog.xml").write_text(_CATALOG.format(entries), encoding="utf-8")
    return MessageJson(SchemaIndex(folder))


def theirs(text: str) -> Any:
    """Their JSON, which has no context, and where they write an IRI out for want of a prefix, with the prefix."""
    return json.loads(text.replace('"http://example.com/test/', '"t:'))


@pytest.mark.parametrize("name", VECTORS)
def test_our_json_is_theirs(resources: Path, shared_data: Path, tmp_path: Path, name: str) -> None:
    ours = converter(resources, shared_data, name, tmp_path)
    written = json.loads(ours.to_json((resources / f"{name}.xml").read_bytes()))
    assert written.pop("@context")["t"] == "http://example.com/test/"
    expected = theirs((resources / f"{name}.json").read_text(encoding="utf-8"))
    # The release lets a person have several educations, the vector's own reduced core one: there it is no array.
    assert _alike(written) == _alike(expected)


def _alike(value: Any) -> Any:
    """Arrays of one as their member: which properties repeat is the schema's to say, and theirs is not here."""
    if isinstance(value, dict):
        return {name: _alike(member) for name, member in value.items()}
    if isinstance(value, list):
        return _alike(value[0]) if len(value) == 1 else [_alike(member) for member in value]
    return value


def message(resources: Path, name: str) -> bytes:
    """A message of theirs. One has an attribute at an element whose class has no such property: moved to its parent."""
    text = (resources / f"{name}.xml").read_text(encoding="utf-8")
    comment = ' nc:personNameCommentText="foo"'
    if comment in text:
        text = text.replace(comment, "").replace("<nc:PersonName>", f"<nc:PersonName{comment}>")
    return text.encode()


@pytest.mark.parametrize("name", [*VECTORS, "literal"])
def test_their_message_comes_back(resources: Path, shared_data: Path, tmp_path: Path, name: str) -> None:
    ours = converter(resources, shared_data, name, tmp_path)
    document = message(resources, name)
    back = ours.from_json(ours.to_json(document))
    assert _bare(back) == _bare(document)


@pytest.mark.parametrize("name", VECTORS)
def test_their_json_becomes_their_xml(resources: Path, shared_data: Path, tmp_path: Path, name: str) -> None:
    ours = converter(resources, shared_data, name, tmp_path)
    text = json.loads((resources / f"{name}.json").read_text(encoding="utf-8"))
    text["@context"] = json.loads(ours.to_json(message(resources, name)))["@context"]
    assert _bare(ours.from_json(json.dumps(text).encode())) == _bare(message(resources, name))


def test_a_literal_class_is_an_object(resources: Path, shared_data: Path, tmp_path: Path) -> None:
    """There is no JSON to this message; the class of its names has attributes, so each name is an object."""
    ours = converter(resources, shared_data, "literal", tmp_path)
    written = json.loads(ours.to_json(message(resources, "literal")))
    (name,) = written["t:Message"]["nc:PersonName"]
    assert name["nc:personNameCommentText"] == "foo"
    assert name["nc:PersonGivenName"] == [{"nc:TextLiteral": "Peter"}]
    assert name["nc:PersonMiddleName"] == [{"nc:TextLiteral": "Death"}, {"nc:TextLiteral": "Bredon"}]


@pytest.mark.parametrize("name", ["iep1", "iep2"])
def test_the_crash_driver_messages_come_back(shared_data: Path, tmp_path: Path, name: str) -> None:
    example = shared_data / "niem" / "cmftool" / "lib-cmf" / "examples" / "CrashDriver"
    shutil.copytree(example / "model.xsd", tmp_path / "model", copy_function=shutil.copyfile)
    folder = tmp_path / "model"
    parts = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xsd"))
    entries = "".join(f'<uri name="urn:{part}" uri="{part}"/>' for part in parts)
    (folder / "xml-catalog.xml").write_text(_CATALOG.format(entries), encoding="utf-8")
    ours = MessageJson(SchemaIndex(folder))
    document = (example / "examples" / f"{name}.xml").read_bytes()
    text = ours.to_json(document)
    assert _bare(ours.from_json(text)) == _bare(document)
    charge = json.loads(text)["exch:CrashDriverInfo"]["j:Charge"][0]
    assert charge["@id"] == "#CH01"


def _bare(document: bytes) -> bytes:
    """A message in exclusive canonical form, without blanks between elements and without its fragment URIs.

    `structures:uri="#P01"` says what `structures:id` and `structures:ref` say (NDR 6.0, 14.2.3), and becomes one.
    """
    root = etree.fromstring(document, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    uri = "{https://docs.oasis-open.org/niemopen/ns/model/structures/6.0/}"
    for element in root.iter("*"):
        for name in (f"{uri}uri", f"{uri}ref", f"{uri}id"):
            link = element.attrib.pop(name, None)
            if link is not None:
                element.set("link", link.removeprefix("#"))
    return bytes(etree.tostring(root, method="c14n", exclusive=True))

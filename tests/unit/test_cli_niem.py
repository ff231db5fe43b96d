"""gateway niem: faults of messages in files, exit codes, both directions of conversion."""

from pathlib import Path

import orjson
import pytest
from cli_builders import call
from lxml import etree
from niem_builders import CENTER, full_view

from gateway.model.kinds import Kind
from gateway.model.record import decode_record
from gateway.niem.render import render

VIEW = full_view(Kind.INCIDENT)
GOOD = render(VIEW, CENTER)
WRONG = GOOD.replace(b"<fx:ActivityCategoryCode>incident", b"<fx:ActivityCategoryCode>Planted", 1)
WARNED = GOOD.replace(b"<nc:EndDate><nc:DateTime>2026", b"<nc:EndDate><nc:DateTime>1999", 1)
SIGNED = GOOD.replace(
    b"</fx:IncidentReport>",
    b'\n<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n<ds:x/></ds:Signature></fx:IncidentReport>',
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents = {"good.xml": GOOD, "wrong.xml": WRONG, "warned.xml": WARNED, "signed.xml": SIGNED, "bad.json": b"{}"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in contents}


@pytest.mark.parametrize(("name", "code"), [("good.xml", 0), ("warned.xml", 0), ("signed.xml", 0), ("wrong.xml", 1)])
def test_an_error_is_1_and_a_warning_is_not(files: dict[str, str], name: str, code: int) -> None:
    assert call("niem", "check", files[name]).code == code


def test_faults_are_told_in_words_and_never_with_a_value(files: dict[str, str]) -> None:
    result = call("niem", "check", files["good.xml"], files["wrong.xml"], files["bad.json"])
    assert result.code == 1
    assert "good.xml: NIEM XML, no faults" in result.out
    assert "the code is not in the list; found Pl… (7 characters); expected 'incident'" in result.out
    assert "xmlschema agrees" in result.out
    assert "json.13-4" in result.out
    assert "Planted" not in result.out + result.err


def test_faults_as_json(files: dict[str, str]) -> None:
    result = call("niem", "check", "--json", files["wrong.xml"], files["warned.xml"])
    wrong, warned = orjson.loads(result.out)
    assert (wrong["holds"], warned["holds"], wrong["form"]) == (False, True, "xml")
    assert [fault["code"] for fault in wrong["faults"]] == ["xsd.code-list"]
    assert [fault["severity"] for fault in warned["faults"]] == ["warning"]


def test_a_message_is_converted_there_and_back(files: dict[str, str], tmp_path: Path) -> None:
    there, back = tmp_path / "message.json", tmp_path / "back.xml"
    assert call("niem", "convert", files["good.xml"], "--out", there).code == 0
    assert call("niem", "check", there).code == 0
    assert call("niem", "convert", there, "--out", back).code == 0
    assert etree.tostring(etree.fromstring(back.read_bytes()), method="c14n") == etree.tostring(
        etree.fromstring(GOOD), method="c14n"
    )


@pytest.mark.parametrize("name", ["wrong.xml", "bad.json"])
def test_a_message_with_errors_is_not_converted(files: dict[str, str], tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    assert call("niem", "convert", files[name], "--out", out).code == 1
    assert not out.exists()


def test_a_missing_file_is_2(tmp_path: Path) -> None:
    assert call("niem", "check", tmp_path / "nothing.xml").code == 2


@pytest.mark.parametrize("name", ["good.xml", "signed.xml"])
def test_a_message_is_read_back_into_its_record(files: dict[str, str], tmp_path: Path, name: str) -> None:
    out = tmp_path / "record.json"
    assert call("niem", "read", files[name], "--out", out).code == 0
    record = decode_record(out.read_bytes())
    assert record.id == f"record--{VIEW.document_id}"
    assert (record.people, record.places, record.handling) == (
        VIEW.record.people,
        VIEW.record.places,
        VIEW.record.handling,
    )


def test_what_no_record_has_a_place_for_is_told_and_not_dropped_silently(tmp_path: Path) -> None:
    second = b"<nc:PersonSurName>Planted</nc:PersonSurName>"
    odd = tmp_path / "odd.xml"
    odd.write_bytes(GOOD.replace(b"</nc:PersonSurName>", b"</nc:PersonSurName>" + second, 1))
    result = call("niem", "read", odd, "--out", tmp_path / "record.json")
    assert result.code == 1
    assert "not in the record: fx:IncidentReport/nc:Person[1]/nc:PersonName[1]/nc:PersonSurName[2]" in result.err
    assert "Planted" not in result.out + result.err


def test_a_message_with_errors_is_not_read(files: dict[str, str]) -> None:
    result = call("niem", "read", files["wrong.xml"])
    assert result.code == 1
    assert result.out == ""

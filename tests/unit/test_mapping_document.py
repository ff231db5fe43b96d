"""The closed vocabulary: what is not known is named with the nearest that is, and what cannot work never starts."""

import copy
from pathlib import Path
from typing import Any

import pytest
from mapping_builders import MAPPINGS, document_data, mapped, mapping_of, write
from ruamel.yaml import YAML

from gateway.errors import BadDocument, BadSetting, ConfigurationError, MissingFile, UnknownKey
from gateway.mapping import compile_mapping, load_mapping, load_mapping_document
from gateway.mapping.catalog import is_of_stix

WHO = "person.who.surname"
FULL: dict[str, Any] = document_data(
    {"activity.call.type_text": {"from": "Type", "code": "kinds", "when": {"column": "Type", "filled": "true"}}},
    each={
        "cars": {"of": "cars[*]", "when": {"column": "k", "in": "x"}, "fields": {"vehicle.car.plate": {"from": "p"}}}
    },
    expires={"after": "activity.call.reported", "days": "10"},
    codes={"kinds": {"values": {"A": "B"}, "unmapped": "keep"}},
    relations=[{"source": "call", "role": "subject", "target": "who"}],
    checks=[{"that": ["activity.call.type_text", "filled"], "else": "warn", "say": "why"}],
    skip=[{"column": "Type", "equals": "X", "reason": "pseudo-row"}],
    tests=[{"name": "n", "given": {"Number": "7"}, "reject": {"code": "missing"}}],
)


def with_key(path: tuple[Any, ...], key: str) -> dict[str, Any]:
    data = copy.deepcopy(FULL)
    section: Any = data
    for step in path:
        section = section[step]
    section[key] = "x"
    return data


@pytest.mark.parametrize(
    ("path", "mistyped", "nearest"),
    [
        ((), "feilds", "fields"),
        (("source",), "agancy", "agency"),
        (("handling",), "tpl", "tlp"),
        (("reads",), "time_zone", "timezone"),
        (("expires",), "day", "days"),
        (("codes", "kinds"), "unmaped", "unmapped"),
        (("fields", "activity.call.type_text"), "requierd", "required"),
        (("fields", "activity.call.type_text"), "form", "from"),
        (("fields", "activity.call.type_text", "when"), "colum", "column"),
        (("relations", 0), "roles", "role"),
        (("checks", 0), "els", "else"),
        (("skip", 0), "equal", "equals"),
        (("each", "cars"), "felds", "fields"),
        (("each", "cars", "when"), "colum", "column"),
        (("each", "cars", "fields", "vehicle.car.plate"), "requierd", "required"),
        (("tests", 0), "givn", "given"),
        (("tests", 0, "reject"), "colunm", "column"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(
    tmp_path: Path, path: tuple[Any, ...], mistyped: str, nearest: str
) -> None:
    file = write(tmp_path, with_key(path, mistyped))
    with pytest.raises(UnknownKey) as caught:
        load_mapping_document(file)
    assert f"Did you mean '{nearest}'?" in str(caught.value)
    assert mistyped in caught.value.problem
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("target", "nearest"),
    [
        ("person.subject.surnam", "surname"),
        ("persn.subject.surname", "person"),
        ("record.narative", "narrative"),
        ("handling.tpl", "tlp"),
        ("suspicious.behaviours", "behaviors"),
    ],
)
def test_an_unknown_target_names_the_nearest_known_one(target: str, nearest: str) -> None:
    with pytest.raises(UnknownKey, match=f"Did you mean '{nearest}'"):
        mapping_of({target: "Column"})


@pytest.mark.parametrize(
    "target", ["person.surname", "record.a.title", "activity.call.category.x", "record.id", "place.x.ref"]
)
def test_a_path_that_leads_nowhere_is_no_target(target: str) -> None:
    with pytest.raises(UnknownKey):
        mapping_of({target: "Column"})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"activity.call.reported": "When"}, "needs its format"),
        ({"activity.call.reported": {"from": "When", "date": "yyyy"}}, "unknown letter"),
        ({"activity.call.priority": {"from": "P", "date": "YYYY-MM-DD"}}, "'date' does not fit"),
        ({"activity.call.disposition": {"from": "P", "between": ["1", "2"]}}, "'between' does not fit"),
        ({"activity.call.priority": {"from": "P", "prefix": "x"}}, "'prefix' does not fit"),
        ({"activity.call.priority": {"from": "P", "between": ["9", "1"]}}, "smaller number first"),
        ({"activity.call.priority": {"value": "high"}}, "not a number"),
        ({"activity.call.priority": {"from": "P", "default": "-1"}}, "not between"),
        ({"activity.call.priority": {"value": ["1", "2"]}}, "holds one value"),
        ({"activity.call.status": {"value": "finished"}}, "vocabulary"),
        ({"activity.call.disposition": {"from": "D", "code": "nowhere"}}, "no code table"),
        ({"activity.call.disposition": {"from": "D", "split": ","}}, "make many"),
        ({"activity.call.disposition": {"from": ["D", "E"]}}, "'pick: first' or 'join'"),
        ({"activity.call.disposition": {"from": "D", "join": " "}}, "need several"),
        ({"activity.call.reported": {"value": "2030-01-01"}}, "never a constant"),
        ({"place.scene.city": {"value": "Riverbend"}}, "constants only"),
        ({"item.thing.make": "Make"}, "no field fills 'category'"),
        ({"indicator.sign.malware": "Malware", "indicator.sign.observable": {"value": "seen"}}, "names no observable"),
        ({"person.call.surname": "Name"}, "two things, activity and person"),
    ],
)
def test_a_field_that_cannot_work_is_refused_before_the_first_row(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadSetting, match=complaint):
        mapping_of(fields)


@pytest.mark.parametrize(
    ("sections", "complaint"),
    [
        ({"fields": {"record.title": {"from": "A", "value": "b"}}}, "exactly one of 'from'"),
        ({"fields": {"record.title": {"value": "b", "case": "upper"}}}, "stands alone"),
        ({"fields": {"record.title": {"from": "A", "cut": "(?=x)"}}}, "RE2"),
        ({"fields": {"record.title": {"from": "A", "case": "camel"}}}, "case"),
        ({"reads": {"format": "delimited", "timezone": "Mars/Olympus"}}, "not a time zone"),
        ({"reads": {"format": "delimited", "encoding": "utf-7"}}, "encoding"),
        ({"reads": {"format": "delimited", "delimiter": '"'}}, "two different"),
        ({"reads": {"format": "delimited", "delimiter": "\n"}}, "two different"),
        ({"reads": {"format": "delimited", "header": ["Number", "Number"]}}, "each once"),
        ({"reads": {"format": "delimited", "header": []}}, "each once"),
        ({"handling": {"tlp": "purple"}}, "tlp"),
        ({"key": []}, "key"),
        ({"tests": []}, "tests"),
        ({"codes": {"x": {"values": {"a": "b"}}}}, "unmapped"),
        ({"codes": {"x": {"values": {"a": "b"}, "unmapped": "default"}}}, "default"),
        ({"codes": {"x": {"file": "a.csv", "values": {"a": "b"}, "unmapped": "keep"}}}, "exactly one of 'file'"),
    ],
)
def test_a_section_with_a_wrong_value_is_refused(tmp_path: Path, sections: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadSetting, match=complaint):
        load_mapping_document(write(tmp_path, document_data(**sections)))


@pytest.mark.parametrize(
    ("sections", "complaint"),
    [
        ({"relations": [{"source": "call", "role": "owner", "target": "who"}]}, "does not join"),
        ({"relations": [{"source": "call", "role": "subject", "target": "whom"}]}, "Did you mean 'who'"),
        ({"accompanies": {"who": "cal"}}, "Did you mean 'call'"),
        ({"expires": {"after": "person.who.surname", "days": "3"}}, "no day or time"),
        ({"checks": [{"that": ["record.title", "filled"], "else": "warn", "say": "x"}]}, "with targets"),
        ({"checks": [{"that": [WHO, "<", "activity.call.priority"], "else": "warn", "say": "x"}]}, "different"),
        ({"checks": [{"that": ["person.who.surname", "~", "x"], "else": "warn", "say": "x"}]}, "Operators"),
        ({"drops": {"Surname": "private"}}, "is read as well"),
        ({"reads": {"format": "delimited", "header": ["Number", "Name"]}}, "not in 'reads.header'"),
        ({"codes": {"x": {"file": "../outside.csv", "unmapped": "keep"}}}, "outside"),
        ({"codes": {"x": {"file": "codes/nowhere.csv", "unmapped": "keep"}}}, "no such file"),
    ],
)
def test_sections_that_do_not_fit_each_other_are_refused(sections: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        mapping_of({"person.who.surname": "Surname", "activity.call.priority": "Priority"}, **sections)
    assert complaint in str(caught.value)


def test_every_meaning_of_a_code_table_must_fit_its_target(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="'X' to 'finished'"):
        mapping_of(
            {"activity.call.status": {"from": "S", "code": "stages"}},
            codes={"stages": {"values": {"O": "open", "X": "finished"}, "unmapped": "keep"}},
        )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("from,to,label\na,b,c\n", "header"),
        ("from,to,label,since,until\na,b,c,,\na,d,e,,\n", "twice"),
        ("from,to,label,since,until\na,b\n", "not 5 cells"),
        ("from,to,label,since,until\na,b,c,2030-13-01,\n", "YYYY-MM-DD"),
        ("from,to,label,since,until\na,b,c,2030-02-01,2029-02-01\n", "after 'until'"),
        ('from,to,label,since,until\n"a,b,c,,\n', "not CSV"),
    ],
)
def test_a_code_table_that_does_not_read(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(BadDocument, match=complaint):
        mapping_of(codes={"x": {"file": "t.csv", "unmapped": "keep"}}, folder=tmp_path)


def test_yaml_keeps_its_hands_off_codes_and_dates(tmp_path: Path) -> None:
    """`NO`, `010`, `1E1`, `09A`, a date and a switch stay what the file says."""
    path = tmp_path / "a-feed.yaml"
    path.write_text(
        """
mapping: a-feed
version: 1
makes: incident
source: {agency: Sample Police Department}
handling: {tlp: amber}
reads: {format: delimited, empty: [NULL, ~, 000]}
key: Number
codes:
  offense: {values: {NO: NO, Y: YES, 010: 1E1, 09A: 2024-01-01, 1E1: 0x10}, unmapped: quarantine}
fields:
  activity.call.category: {value: incident}
  activity.call.code: {from: Code, code: offense}
tests:
  - {name: no, given: {Number: 1, Code: NO}, expect: {activity.call.code: NO}}
""",
        encoding="utf-8",
    )
    mapping = load_mapping(path)
    found = {code: mapped(mapping, Code=code).activities[0].code for code in ("NO", "Y", "010", "09A", "1E1")}
    assert found == {"NO": "NO", "Y": "YES", "010": "1E1", "09A": "2024-01-01", "1E1": "0x10"}
    assert mapping.document.reads.empty == ("NULL", "", "000")


def test_white_space_counts_in_separators(tmp_path: Path) -> None:
    data = document_data({"record.title": {"from": ["A", "B"], "join": ", "}})
    mapping = compile_mapping(load_mapping_document(write(tmp_path, data)), tmp_path)
    assert mapped(mapping, A="one", B="two").title == "one, two"


def test_a_file_is_named_for_its_feed(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="not the file's name"):
        load_mapping(write(tmp_path, document_data(), name="another"))
    with pytest.raises(MissingFile):
        load_mapping(tmp_path / "nowhere.yaml")


def test_the_schema_file_is_the_models_own() -> None:
    from gateway.mapping import SCHEMA_FILE, schema_text

    assert (MAPPINGS / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_the_schema_knows_every_shipped_document_and_refuses_a_typing_error() -> None:
    import json

    import jsonschema_rs

    from gateway.mapping import schema_text

    validator = jsonschema_rs.validator_for(json.loads(schema_text()))
    for path in sorted(path for path in MAPPINGS.glob("*.yaml") if not is_of_stix(path)):
        # what an editor sees: plain YAML with numbers and switches in it
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        data = json.loads(json.dumps(data, default=str))
        assert [error.message for error in validator.iter_errors(data)] == [], path.name
        first = next(iter(data["fields"]))
        assert not validator.is_valid({**data, "feilds": {}})
        assert not validator.is_valid({**data, "fields": {**data["fields"], first + "s": "Column"}})

"""The ledger: each target with its own conversion and its code table's version, each cell of an item, each fact."""

import json
import random
import re
import shutil
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cli_builders import call
from mapping_builders import IDS, MAPPINGS, SAMPLES, delivery, document_data, mapping_of, write

from gateway import adapters
from gateway.authoring.compared import What, compare
from gateway.authoring.facts import facts_of
from gateway.authoring.traced import CONSTANT, TriedCell
from gateway.authoring.tried import Tried, try_mapping
from gateway.authoring.unmapped import find_unmapped
from gateway.config import shipped
from gateway.errors import UnreadableDelivery
from gateway.mapping import load_mappings
from gateway.mapping.addresses import shape_of
from gateway.mapping.codes import load_code_table
from gateway.mapping.document import CodeSpec
from gateway.model.stages import NativeRecord

JSON = {"format": "json", "timezone": "America/Chicago"}
HEADER = "from,to,label,since,until\n"


def version(values: dict[str, str]) -> str:
    return load_code_table("t", CodeSpec(values=values, unmapped="keep"), MAPPINGS).version


class TestTableVersions:
    def test_the_version_changes_exactly_when_a_meaning_does(self) -> None:
        first = version({"A": "1", "B": "2"})
        assert len(first) == 8
        assert int(first, 16) >= 0
        assert version({"B": "2", "A": "1"}) == first, "the order of the rows does not count"
        assert (
            len({first, version({"A": "2", "B": "1"}), version({"A": "1"}), version({"A": "1", "B": "2", "": ""})}) == 4
        )

    def test_a_file_and_the_same_values_have_one_version(self, tmp_path: Path) -> None:
        (tmp_path / "t.csv").write_text(HEADER + "A,1,first,,\nB,2,second,2030-01-01,\n")
        read = load_code_table("t", CodeSpec(file="t.csv", unmapped="empty"), tmp_path)
        assert read.version == version({"A": "1", "B": "2"})

    def test_each_target_has_its_own_conversion(self) -> None:
        codes = {"types": {"values": {"N": "Noise"}, "unmapped": "keep"}}
        fields = {
            "record.title": {"from": "T", "code": "types"},
            "activity.call.type_text": {"from": "T", "case": "upper"},
        }
        row = next(row for row in mapping_of(fields, codes=codes).ledger() if row.column == "T")
        assert dict(zip(row.targets, row.conversion, strict=True)) == {
            "record.title": f'code "types" (table {version({"N": "Noise"})})',
            "activity.call.type_text": 'case "upper"',
        }


def tried(mapping: Any, item: dict[str, Any]) -> Tried:
    (one,) = try_mapping(mapping, delivery(json.dumps([item]).encode()), IDS)
    return one


def cells(one: Tried) -> dict[tuple[str, str], TriedCell]:
    return {(cell.column, cell.target): cell for cell in one.cells}


class TestTheCellsOfAnItem:
    GROUP: ClassVar = {
        "of": "victims[*]",
        "when": {"column": "kind", "in": ["person"]},
        "fields": {
            "person.victim.surname": "name",
            "item.loss.category": {"value": "property"},
            "item.loss.description": {"from": "lost[*]", "join": ", "},
        },
    }

    def test_a_member_has_its_own_cells_and_its_number(self) -> None:
        victims = [
            {"kind": "shop", "name": "Example Store"},
            {"kind": "person", "name": "Placeholder", "lost": ["bag", "ring"]},
        ]
        found = cells(tried(mapping_of(each={"victims": self.GROUP}, reads=JSON), {"Number": "1", "victims": victims}))
        assert found["victims[1].name", "person.victim-1.surname"].result == "Placeholder"
        assert found["victims[1].lost[0]", "item.loss-1.description"].result == "bag, ring"
        assert found["victims[1].lost[1]", "item.loss-1.description"].value == "ring"
        assert found["victims[0].name", "(not let in)"].value == "Example Store"
        assert found["victims[0].kind", "(lets in members of victims)"].value == "shop"

    def test_every_cell_of_an_item_is_there(self) -> None:
        mapping = mapping_of({"record.labels": "tags[*].name"}, reads=JSON, drops={"more": "not needed"})
        item = {"Number": "1", "tags": [{"name": "a"}, {"name": "b"}], "more": {"x": 1, "y": 2}, "odd": "?"}
        found = cells(tried(mapping, item))
        assert found["tags[1].name", "record.labels"].result == "a; b"
        assert found["more", "(dropped)"][1:5] == ("2 values", "(dropped)", "", "not needed")
        assert found["odd", "(not known)"].value == "?"

    def test_what_no_cell_brought_is_the_mappings(self) -> None:
        found = cells(
            tried(
                mapping_of({"place.scene.city": {"value": "Riverbend"}, "place.scene.street": "S"}, reads=JSON),
                {"Number": "1", "S": "x"},
            )
        )
        assert found[CONSTANT, "place.scene.city"].result == "Riverbend"
        assert found[CONSTANT, "handling.tlp"].result == "amber"

    def test_the_column_that_was_not_picked_became_nothing(self) -> None:
        mapping = mapping_of({"record.title": {"from": ["A", "B"], "pick": "first"}}, reads=JSON)
        found = cells(tried(mapping, {"Number": "1", "A": "", "B": "x"}))
        assert found["A", "record.title"].result == ""
        assert found["B", "record.title"].result == "x"
        found = cells(tried(mapping, {"Number": "1", "A": "y", "B": "x"}))
        assert found["B", "record.title"].how.startswith("not picked")

    def test_a_problem_stands_beside_its_cell(self) -> None:
        group = {
            "of": "v[*]",
            "fields": {"person.victim.sex": "sex", "person.victim.surname": {"from": "n", "required": "true"}},
        }
        one = tried(
            mapping_of(each={"v": group}, reads=JSON), {"Number": "1", "v": [{"sex": "F", "n": "x"}, {"sex": "?"}]}
        )
        found = cells(one)
        assert one.outcome == "rejected"
        assert "[unmapped-code]" in found["v[1].sex", "person.victim-2.sex"].problem
        assert "[missing]" in found["v[1].n", "person.victim-2.surname"].problem
        assert found["v[0].sex", "person.victim-1.sex"].problem == ""


SHIPPED = load_mappings([MAPPINGS])


@pytest.mark.parametrize("feed", sorted(SHIPPED))
def test_every_cell_and_every_fact_of_the_samples_is_in_the_ledger(feed: str) -> None:
    path = next(path for path in SAMPLES.iterdir() if path.stem == feed)
    mapping, received = SHIPPED[feed], delivery(path.read_bytes(), feed=feed, file_name=path.name)
    items = list(adapters.read(received, mapping.reading))
    for item, one in zip(items, try_mapping(mapping, received, IDS), strict=True):
        if one.outcome not in ("record", "rejected"):
            continue
        assert isinstance(item, NativeRecord)
        shown = {cell.column for cell in one.cells}
        left_out = {name for name in item.fields if name not in shown}
        assert {name for name in left_out if not shape_of(name).startswith(tuple(mapping.document.drops))} == set()
        if one.record is not None:
            facts = facts_of(one.record)
            assert {cell.target: cell.result for cell in one.cells if cell.result and cell.target in facts} == facts
        told = {problem.column for problem in one.problems if problem.column}
        assert told <= {cell.column for cell in one.cells if cell.problem}


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ledger") / "home"
    call("init", home)
    shutil.copytree(shipped("mappings") / "codes", home / "mappings" / "codes")
    shutil.copy(shipped("mappings") / "seattle-pd-cad.yaml", home / "mappings")
    call("ingest", SAMPLES / "seattle-pd-cad.csv", SAMPLES / "nibrs-xml.xml", home=home)
    return home


class TestTheCommands:
    def records(self, home: Path, feed: str) -> list[str]:
        return [row["record"] for row in call("record", "list", "--json", home=home).json if row["feed"] == feed]

    def ledger(self, home: Path, record: str) -> Any:
        return call("record", "show", record, "--ledger", "--json", home=home).json

    def test_each_fact_has_file_line_column_conversion_and_table(self, ingested: Path) -> None:
        record = self.records(ingested, "seattle-pd-cad")[0]
        facts = self.ledger(ingested, record)
        status = next(row for row in facts["ledger"] if row["target"] == "activity.call.status")
        assert (status["file"], status["column"]) == ("seattle-pd-cad.csv", "Event Clearance Description")
        assert status["line"] == facts["provenance"]["line"]
        assert status["how"].startswith('code "clearance" (table ')
        assert facts["notes"] == []
        shown = call("record", "show", record, "--ledger", home=ingested)
        assert shown.code == 0
        assert "ATTENTION" not in shown.out

    def test_members_of_groups_are_in_it(self, ingested: Path) -> None:
        targets = {row["target"] for row in self.ledger(ingested, self.records(ingested, "nibrs-xml")[0])["ledger"]}
        assert {"activity.offense-1.code", "person.victim-1.sex"} <= targets

    def test_another_version_of_the_mapping_is_said_first(self, ingested: Path, tmp_path: Path) -> None:
        own = Path(shutil.copytree(ingested, tmp_path / "own"))
        document = own / "mappings" / "seattle-pd-cad.yaml"
        document.write_text(document.read_text().replace("\nversion: 1", "\nversion: 2"))
        record = self.records(own, "seattle-pd-cad")[0]
        (note,) = self.ledger(own, record)["notes"]
        assert note == "Version 1 of the mapping made the record; this is what version 2 of today does."
        assert "ATTENTION. Version 1" in " ".join(call("record", "show", record, "--ledger", home=own).out.split())

    def test_a_table_that_changed_without_a_version_is_noticed(self, ingested: Path, tmp_path: Path) -> None:
        own = Path(shutil.copytree(ingested, tmp_path / "own"))
        table = own / "mappings" / "codes" / "seattle-clearance.csv"
        # the tests inside the mapping still hold, or the gateway would not start
        changed = re.sub(r"(?m)^(?!ASSISTANCE RENDERED)(.*),(?:cleared|closed),", r"\1,open,", table.read_text())
        table.write_text(changed)
        told = [self.ledger(own, record)["notes"] for record in self.records(own, "seattle-pd-cad")]
        notes = next(notes for notes in told if notes)
        assert "Today the item gives another record than the one that is held." in notes
        assert "without a new version" in notes[-1]

    def test_a_withdrawn_record_shows_where_its_last_facts_came_from(self, tmp_path: Path) -> None:
        own = tmp_path / "home"
        call("init", own)
        write(own / "mappings", document_data(delivery="full", missing="withdraw"))
        for name, numbers in (("one.csv", "1\n2\n"), ("two.csv", "2\n")):
            (tmp_path / name).write_text("Number\n" + numbers)
            call("ingest", tmp_path / name, "--feed", "a-feed", home=own)
        rows = call("record", "list", "--json", home=own).json
        gone = next(row["record"] for row in rows if row["state"] == "withdrawn")
        facts = self.ledger(own, gone)
        assert facts["notes"][0].startswith("Version 2 was withdrawn: ")
        assert facts["provenance"]["file_name"] == "one.csv"
        assert facts["ledger"][0]["value"] == "1"

    def test_a_cell_that_was_corrected_is_noticed(self, ingested: Path, tmp_path: Path) -> None:
        own = Path(shutil.copytree(ingested, tmp_path / "own"))
        waiting = call("quarantine", "list", "--json", home=own).json
        item = next(one for one in waiting if one["codes"] == ["bad-date"] and one["file"].endswith(".csv"))
        place = (item["receipt"], item["item"])
        call("quarantine", "fix", *place, "--set", "Original Time Queued=7/4/2030 9:15:00 PM", home=own)
        before = set(self.records(own, "seattle-pd-cad"))
        assert call("quarantine", "replay", *place, home=own).code == 0
        (record,) = set(self.records(own, "seattle-pd-cad")) - before
        notes = self.ledger(own, record)["notes"]
        assert notes[0] == "Today the item gives no record (rejected)."
        assert "corrected in quarantine" in notes[1]


@pytest.mark.parametrize("feed", sorted(SHIPPED))
def test_mutants_of_the_samples_are_tried_and_looked_through(feed: str) -> None:
    """Whatever the reader lets through, the ledger and the report of codes can tell of; the rest is one clear error."""
    path = next(path for path in SAMPLES.iterdir() if path.stem == feed)
    mapping, whole, chance = SHIPPED[feed], path.read_bytes(), random.Random(20301122)
    for _ in range(25):
        mutant = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(mutant))
            mutant[place : place + chance.choice([0, 1, 12])] = chance.choice([b"", b"0", b"]", b"\xff", b"\n"])
        received = delivery(bytes(mutant), feed=feed, file_name=path.name)
        try:
            assert all(one.outcome for one in try_mapping(mapping, received, IDS))
            assert find_unmapped(mapping, MAPPINGS, received).items
            assert {change.what for change in compare(mapping, mapping, received, IDS)} == {What.SAME}
        except UnreadableDelivery:
            continue


def held_kind(folder: Path) -> tuple[Path, Path]:
    """A mapping that makes criminal intelligence, and a file for it."""
    content = folder / "files.csv"
    content.write_text("Number\n1\n")
    return write(folder, document_data(makes="criminal-intelligence")), content


class TestTrying:
    CALLS = SAMPLES / "seattle-pd-cad.csv"
    MAPPING = shipped("mappings") / "seattle-pd-cad.yaml"

    def test_one_row_is_shown_with_its_documents(self) -> None:
        shown = call("map", "try", self.MAPPING, self.CALLS, "--row", "1")
        assert shown.code == 0
        for word in ('code "clearance" (table', "As niem:", "IncidentReport", "As stix:", '"type": "bundle"'):
            assert word in shown.out

    @pytest.mark.parametrize(("form", "begins"), [("niem", "<"), ("stix", '{\n  "type"'), ("record", '{\n  "id"')])
    def test_a_form_that_is_asked_for(self, form: str, begins: str) -> None:
        one, two = call("map", "try", self.MAPPING, self.CALLS, "--limit", "2", "--as", form, "--json").json
        assert one[form].startswith(begins)
        assert two[form] != one[form]
        assert not {"niem", "stix", "record"} - {form} & set(one)

    def test_many_rows_are_shown_without(self) -> None:
        assert "As niem" not in call("map", "try", self.MAPPING, self.CALLS, "--limit", "2").out

    def test_a_kind_without_rendering_is_held(self, tmp_path: Path) -> None:
        """Criminal intelligence is the one kind that is kept and never written."""
        shown = call("map", "try", *held_kind(tmp_path), "--row", "1")
        assert shown.code == 0
        assert shown.out.count("held: this kind has no rendering yet") == 2

    def test_a_record_that_cannot_be_written_is_1(self, tmp_path: Path) -> None:
        """A place without anything a STIX location needs."""
        content = tmp_path / "calls.csv"
        content.write_text("Number,P\n1,block\n")
        mapping = write(
            tmp_path,
            document_data(
                {"place.scene.precision": "P"}, relations=[{"source": "call", "role": "occurred-at", "target": "scene"}]
            ),
        )
        shown = call("map", "try", mapping, content, "--row", "1")
        assert "Traceback" not in shown.err
        assert (shown.code == 1) == ("not written: " in shown.out)

    def test_any_file_name_and_a_row_that_is_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "calls.csv").write_text("Number\n1\n")
        mapping = write(tmp_path, document_data(), name="last-week")
        assert call("map", "try", mapping, tmp_path / "calls.csv").code == 0
        assert "no such item" in call("map", "try", mapping, tmp_path / "calls.csv", "--row", "2").out
        assert call("map", "check", mapping).code == 2, "what the gateway would load has its feed's name"

    def test_translate_says_what_is_held(self, tmp_path: Path) -> None:
        call("init", tmp_path / "home")
        mapping, file = held_kind(tmp_path)
        shutil.copy(mapping, tmp_path / "home" / "mappings")
        result = call("translate", file, "--to", "niem", "-o", tmp_path / "out", "--json", home=tmp_path / "home")
        assert (result.code, result.json["translated"], result.json["held"]) == (0, 0, [2])
        assert list((tmp_path / "out").iterdir()) == []
        said = call("translate", file, "--to", "stix", home=tmp_path / "home").out
        assert "line 2: held: this kind has no rendering yet" in said
        assert call("translate", file, home=tmp_path / "home").out.startswith("{")

    def test_translated_items_of_one_line_are_files_of_their_own(self, tmp_path: Path) -> None:
        call("init", tmp_path / "home")
        rows = json.loads((SAMPLES / "cisa-kev-json.json").read_text(encoding="utf-8-sig"))
        (tmp_path / "kev.json").write_text(json.dumps(rows))
        call("translate", tmp_path / "kev.json", "-o", tmp_path / "out", home=tmp_path / "home")
        names = sorted(path.name for path in (tmp_path / "out").iterdir())
        assert names[:2] == ["line-1-2.json", "line-1-3.json"]
        assert "line-1.json" in names

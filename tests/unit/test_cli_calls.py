"""The program's edge: help with an example, exit codes 0, 1 and 2, JSON that parses, errors that say what to do."""

import re
import shutil
from pathlib import Path

import orjson
import pytest
from cli_builders import Result, call, commands

from gateway.config import shipped

CALLS = shipped("mappings") / "samples" / "seattle-pd-cad.csv"
SAR = shipped("mappings") / "samples" / "sar-form.csv"
SECRET = re.compile(r"fxg_[A-Za-z0-9_-]{20,}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cli") / "home"
    assert call("init", home, "--name", "Test Center", "--abbreviation", "TC").code == 0
    return home


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "own"))


@pytest.fixture(scope="module")
def filled(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with calls published and reports waiting; only read by the tests."""
    home = Path(shutil.copytree(made, tmp_path_factory.mktemp("cli-filled") / "home"))
    assert call("ingest", CALLS, SAR, home=home).code == 1
    return home


# Every command ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(words: tuple[str, ...]) -> None:
    result = call(*words, "--help")
    assert result.code == 0
    text = re.sub(r"[\s│]+", " ", result.out)
    assert f"Example: {'GATEWAY_PULL_SECRET=… ' if words == ('pull',) else ''}gateway {' '.join(words)}" in text


def test_the_promised_commands_are_there() -> None:
    promised = {
        "init", "demo", "ingest", "translate", "serve", "pull", "verify", "map check", "map profile",
        "map try", "map codes", "map diff", "quarantine list",
        "quarantine show", "review list", "review show", "review approve", "review return", "record list",
        "record show", "agreement list", "agreement check", "agreement explain", "partner list",
        "partner credential issue", "partner credential list", "partner credential revoke", "operator list",
        "certs init-dev", "certs status", "certs rotate", "certs renew", "certs revoke",
        "iepd subset", "iepd build", "iepd check", "db upgrade", "niem check",
        "niem convert", "niem read",
    }  # fmt: skip
    assert promised <= {" ".join(words) for words in commands()}


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("ingest",), ("record", "show"), ("review", "list", "--nonsense")]
)
def test_a_wrong_call_is_2(arguments: tuple[str, ...]) -> None:
    assert call(*arguments).code == 2


READERS = [
    words
    for words in commands()
    if words[-1] in ("list", "status", "check")
    and words[0] not in ("map", "niem", "iepd")
    and "credential" not in words
]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_missing_home_is_2_and_says_what_to_run(words: tuple[str, ...], tmp_path: Path) -> None:
    result = call(*words, home=tmp_path / "nowhere")
    assert result.code == 2
    said = " ".join(result.err.split())
    assert "gateway init" in said
    assert "nowhere" in said
    assert "Traceback" not in result.err


JSON_READERS = [words for words in READERS if words != ("agreement", "check")]


@pytest.mark.parametrize("words", JSON_READERS, ids=" ".join)
def test_json_parses(words: tuple[str, ...], filled: Path) -> None:
    result = call(*words, "--json", home=filled)
    assert result.code == 0
    assert isinstance(result.json, list)
    assert result.json


@pytest.mark.parametrize("words", [*READERS, ("partner", "credential", "list", "harbor-power")], ids=" ".join)
def test_tables_are_for_people(words: tuple[str, ...], filled: Path) -> None:
    result = call(*words, home=filled)
    assert result.code == 0
    assert result.out.strip()
    assert not SECRET.search(result.out + result.err)


# Errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("gateway.yaml", "center_name:", "centre_name:", "Did you mean 'center_name'?"),
        ("gateway.yaml", "listen_port: 8443", "listen_port: 99999", "listen_port"),
        ("partners/harbor-power.yaml", "category:", "categry:", "Did you mean 'category'?"),
        ("agreements/federal-cyber.yaml", "kinds:", "kind:", "Did you mean 'kinds'?"),
        ("partners/harbor-power.yaml", "contact:", "'[/red]': x\ncontact:", "'[/red]' is not a known key"),
        ("partners/harbor-power.yaml", "contact:", "'[bold]x': x\ncontact:", "'[bold]x' is not a known key"),
        ("partners/harbor-power.yaml", "contact:", "contact: x\ncontact:", "twice"),
    ],
)
def test_a_mistyped_document_is_2_and_names_place_and_remedy(
    own: Path, file: str, old: str, new: str, says: str
) -> None:
    path = own / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    result = call("partner", "list", home=own)
    assert result.code == 2
    said = " ".join(result.err.split())
    assert says in said
    assert path.name in said
    assert re.search(r"\[configuration\.[a-z-]+\]", said)


def test_a_secret_that_others_can_read_is_refused(own: Path) -> None:
    (own / "secrets" / "id.key").chmod(0o644)
    result = call("partner", "list", home=own)
    assert result.code == 2
    assert "chmod 600" in result.err


def test_init_leaves_alone_what_is_there(tmp_path: Path, made: Path) -> None:
    before = sorted(path.name for path in made.iterdir())
    assert call("init", made).code == 2
    assert sorted(path.name for path in made.iterdir()) == before
    (tmp_path / "file").write_text("x")
    result = call("init", tmp_path / "file")
    assert result.code == 2
    assert "Traceback" not in result.err


def test_a_demo_replaces_only_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    result = call("demo", home=tmp_path / "mine")
    assert result.code == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ingest", "no-such-file.csv"), 2),
        (("ingest", CALLS, "--feed", "no-such-feed"), 2),
        (("ingest", Path(__file__)), 2),
        (("translate", "no-such-file.csv"), 2),
        (("translate", CALLS, "--projection", "no-such-projection", "--to", "niem"), 2),
        (("record", "show", "record--none"), 1),
        (("review", "show", "record--none"), 1),
        (("review", "approve", "record--none", "--as", "nobody"), 2),
        (("quarantine", "show", "none", "1"), 1),
        (("agreement", "explain", "record--none", "nobody"), 2),
        (("agreement", "explain", "record--none", "harbor-power"), 1),
        (("partner", "credential", "issue", "nobody"), 2),
        (("partner", "credential", "revoke", "none"), 1),
    ],
    ids=lambda value: " ".join(str(v) for v in value)[:60] if isinstance(value, tuple) else str(value),
)
def test_what_is_not_there_or_not_known_is_said_in_one_sentence(
    arguments: tuple[object, ...], code: int, filled: Path
) -> None:
    result = call(*arguments, home=filled)
    assert result.code == code, result.err
    assert result.err.strip()
    assert "Traceback" not in result.err


def test_pull_without_secret_or_root_is_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GATEWAY_PULL_SECRET", raising=False)
    assert "GATEWAY_PULL_SECRET" in call("pull", "https://127.0.0.1:1").err
    monkeypatch.setenv("GATEWAY_PULL_SECRET", "x")
    result = call("pull", "https://127.0.0.1:1", "--ca", tmp_path / "none.crt")
    assert result.code == 2
    assert "none.crt" in result.err


def test_pull_from_nowhere_is_1(monkeypatch: pytest.MonkeyPatch, made: Path, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEWAY_PULL_SECRET", "x-secret-x")
    root = made / "certs" / "ca" / "root.crt"
    result = call("pull", "https://127.0.0.1:1", "--ca", root, "-o", tmp_path)
    assert result.code == 1
    assert "x-secret-x" not in result.out + result.err


# The road, command by command ------------------------------------------------------------------------------------


def test_ingest_says_every_fate_and_why(own: Path) -> None:
    result = call("ingest", CALLS, "--json", home=own)
    (facts,) = result.json
    assert result.code == 1, "some rows of the sample are rejected"
    assert facts["feed"] == "seattle-pd-cad"
    assert facts["state"] == "done"
    assert sum(facts["fates"].values()) == facts["rows"]
    again = call("ingest", CALLS, home=own)
    assert "unchanged" in again.out
    assert "quarantined" in again.out
    good = own / "good.csv"
    good.write_bytes(b"".join(CALLS.read_bytes().splitlines(keepends=True)[:3]))
    assert call("ingest", good, home=own).code == 0


@pytest.mark.parametrize("to", ["record", "niem", "stix"])
def test_translate_is_dry_and_its_json_is_one_document(to: str, filled: Path, tmp_path: Path) -> None:
    before = (filled / "gateway.db").read_bytes()
    result = call("translate", CALLS, "--to", to, "--json", home=filled)
    assert result.code == 1
    assert result.json["translated"] > 5
    assert result.json["problems"]
    written = call("translate", CALLS, "--to", to, "-o", tmp_path / "out", home=filled)
    assert written.code == 1
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == result.json["translated"]
    assert {path.suffix for path in files} == ({".xml"} if to == "niem" else {".json"})
    assert (filled / "gateway.db").read_bytes() == before


def test_a_narrow_preview_shows_what_would_be_shown(filled: Path) -> None:
    wide = call("translate", SAR, "--to", "stix", home=filled).out
    narrow = call("translate", SAR, "--to", "stix", "--projection", "no-personal-information", home=filled).out
    assert "Placeholder" in wide
    for word in ("TST-0417", "Placeholder", "Riverbend", "specimen"):
        assert word not in narrow


def test_a_quarantined_item_is_shown_with_its_bytes_only_when_asked(filled: Path) -> None:
    item = call("quarantine", "list", "--json", home=filled).json[0]
    assert item["problems"]
    assert len(item["problems"]) == len(item["codes"])
    plain = call("quarantine", "show", item["receipt"], item["item"], home=filled)
    raw = call("quarantine", "show", item["receipt"], item["item"], "--raw", home=filled)
    assert plain.code == raw.code == 0
    assert raw.out.startswith(plain.out)
    assert len(raw.out) > len(plain.out)


def test_a_record_shows_as_json_as_niem_and_as_stix(filled: Path) -> None:
    listed = call("record", "list", "--json", home=filled).json
    incident = next(row["record"] for row in listed if row["kind"] == "incident" and row["state"] == "released")
    shown = call("record", "show", incident, home=filled).json
    assert shown["record"]["id"] == incident
    assert shown["record"]["kind"] == "incident"
    assert shown["views"] == ["full@1+niem"]
    assert call("record", "show", incident, "--as", "niem", home=filled).out.startswith("<")
    assert {"report"} <= {o["type"] for o in call("record", "show", incident, "--as", "stix", home=filled).json}
    assert call("record", "show", incident, "--as", "stix", "--view", "none", home=filled).code == 1
    assert call("record", "show", incident, "--received-by", home=filled).json == []
    assert len(call("record", "list", "--limit", "2", "--json", home=filled).json) == 2


def test_review_publishes_with_the_second_operator(own: Path, tmp_path: Path) -> None:
    call("ingest", SAR, home=own)
    waiting = call("review", "list", "--json", home=own).json
    record = waiting[0]["record"]
    shown = call("review", "show", record, home=own).json
    assert shown["record"]["id"] == record
    assert shown["reviews"] == []
    text = tmp_path / "summary.txt"
    text.write_text("May be said.\n")
    first = call("review", "approve", record, "--as", "analyst-one", "--releasable-text", text, home=own)
    assert (first.code, "1 more approval needed" in first.out) == (0, True)
    twice = call("review", "approve", record, "--as", "analyst-one", home=own)
    assert twice.code == 1
    assert "reviewed this version already" in twice.err
    assert call("review", "show", record, home=own).json["reviews"] == [
        {"operator": "analyst-one", "verdict": "approve", "text": "May be said."}
    ]
    assert "published" in call("review", "approve", record, "--as", "analyst-two", home=own).out
    other = waiting[1]["record"]
    assert "held" in call("review", "return", other, "--as", "analyst-two", home=own).out
    explained = call("agreement", "explain", record, "harbor-power", "--json", home=own).json
    assert [(e["agreement"], e["verdict"]) for e in explained] == [("harbor-suspicious-activity", "permit")]
    assert explained[0]["withheld"]
    assert call("agreement", "explain", other, "federal-cyber-desk", "--json", home=own).json[0]["verdict"] == "refuse"
    table = call("agreement", "explain", record, "harbor-power", home=own).out
    assert "receives no-personal-information@1" in table
    assert "law.sealed" in table


def test_agencies_data_is_no_markup(own: Path) -> None:
    """A report number is the agency's text: it must neither break a table nor vanish from it."""
    rows = SAR.read_bytes().replace(b"30-00018", b"[/x]0018").replace(b"30-00021", b"[red]021")
    delivered = own / "[odd] name.csv"
    delivered.write_bytes(rows)
    result = call("ingest", delivered, "--feed", "sar-form", home=own)
    assert "Traceback" not in result.err
    assert "[odd] name.csv" in result.out
    for command in (("review", "list"), ("record", "list")):
        shown = call(*command, home=own)
        assert shown.code == 0
        assert "[red]021" in shown.out


# Secrets ---------------------------------------------------------------------------------------------------------


def _everything_said(home: Path) -> str:
    results: list[Result] = [call(*words, "--json", home=home) for words in JSON_READERS]
    results += [call("partner", "credential", "list", "harbor-power", home=home), call("partner", "list", home=home)]
    return "".join(r.out + r.err for r in results)


def test_a_secret_is_shown_once_and_never_again(own: Path) -> None:
    issued = call("partner", "credential", "issue", "harbor-power", home=own)
    (secret,) = SECRET.findall(issued.out)
    said = _everything_said(own)
    assert not SECRET.search(said)
    for path in (own / "secrets").iterdir():
        assert path.read_text() not in said
    assert secret not in said
    credential = next(w for w in issued.out.split() if re.fullmatch(r"[0-9a-f-]{36}", w))
    assert "valid" in call("partner", "credential", "list", "harbor-power", home=own).out
    assert call("partner", "credential", "revoke", credential, home=own).code == 0
    assert "revoked" in call("partner", "credential", "list", "harbor-power", home=own).out


# Verify ----------------------------------------------------------------------------------------------------------


def test_a_flipped_byte_makes_verify_fail(filled: Path, tmp_path: Path) -> None:
    listed = call("record", "list", "--json", home=filled).json
    incident = next(row["record"] for row in listed if row["kind"] == "incident" and row["state"] == "released")
    niem, bundle = tmp_path / "message.xml", tmp_path / "bundle.json"
    niem.write_text(call("record", "show", incident, "--as", "niem", home=filled).out)
    objects = call("record", "show", incident, "--as", "stix", home=filled).json
    bundle.write_bytes(orjson.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}))
    held = call("verify", niem, bundle, "--json", home=filled)
    assert held.code == 0, held.out
    assert [(f["holds"], f["form"]) for f in held.json] == [(True, "NIEM document"), (True, "STIX bundle")]
    assert held.json[1]["objects_covered"] == len(objects)
    assert "signed by" in call("verify", niem, home=filled).out
    data = niem.read_bytes()
    at = data.rindex(b"2030", 0, data.index(b"<ds:Signature"))
    niem.write_bytes(data[:at] + b"2031" + data[at + 4 :])
    assert call("verify", niem, home=filled).code == 1
    other = bundle.read_bytes().replace(b'"created":"20', b'"created":"21', 1)
    assert other != bundle.read_bytes()
    bundle.write_bytes(other)
    both = call("verify", niem, bundle, "--json", home=filled)
    assert both.code == 1
    assert [fact["holds"] for fact in both.json] == [False, False]
    assert {fact["code"] for fact in both.json} == {"signature.untrusted"}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"not a document", b'{"objects":[]}', b'{"objects":[{"id":"x"}]}', b"<a/>"]
)
def test_verify_of_something_else_is_1(content: bytes, filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    result = call("verify", path, home=filled)
    assert result.code == 1
    assert "✗" in result.out


def test_verify_under_a_foreign_root_is_1(filled: Path, tmp_path: Path) -> None:
    call("init", tmp_path / "other")
    listed = call("record", "list", "--json", home=filled).json
    incident = next(row["record"] for row in listed if row["kind"] == "incident" and row["state"] == "released")
    niem = tmp_path / "message.xml"
    niem.write_text(call("record", "show", incident, "--as", "niem", home=filled).out)
    root = tmp_path / "other" / "certs" / "ca" / "root.crt"
    assert call("verify", niem, home=filled).code == 0
    assert call("verify", niem, "--root", root, home=filled).code == 1
    assert call("verify", niem, "--root", tmp_path / "none.crt", home=filled).code == 2
    assert call("verify", tmp_path / "none.xml", home=filled).code == 2


def test_certificates_about_to_end_are_1(filled: Path) -> None:
    assert call("certs", "status", home=filled).code == 0
    assert call("certs", "status", "--within", "4000", home=filled).code == 1


def test_certs_init_dev_gives_a_new_partner_a_certificate_and_renews_none(own: Path) -> None:
    (own / "partners" / "ridge.yaml").write_text("partner: ridge\nname: Ridge\ncategory: federal\ncontact: x\n")
    before = {path: path.read_bytes() for path in (own / "certs").rglob("*") if path.is_file()}
    assert call("certs", "init-dev", home=own).code == 0
    after = {path: path.read_bytes() for path in (own / "certs").rglob("*") if path.is_file()}
    assert {path.name for path in after.keys() - before.keys()} == {"ridge.crt", "ridge.key"}
    assert {path: after[path] for path in before} == before


def test_map_check_runs_the_tests_inside_the_mappings(tmp_path: Path) -> None:
    result = call("map", "check", "--json")
    assert result.code == 0
    assert all(row["passed"] for row in result.json)
    assert len(result.json) > 4
    assert call("map", "check", tmp_path / "none.yaml").code == 2

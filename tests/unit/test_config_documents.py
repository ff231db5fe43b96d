"""YAML as people write it, settings, and the founding of a home."""

import contextlib
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import limits, names
from gateway.config import Settings, home_from, load_settings, shipped
from gateway.documents import load_text, nearest, read_text
from gateway.errors import (
    BadDocument,
    BadSetting,
    ConfigurationError,
    GatewayError,
    MissingFile,
    UnknownKey,
    UnsafeKeyFile,
)
from gateway.founding import found_home
from gateway.wiring import open_gateway


@pytest.mark.parametrize(
    "word", ["NO", "yes", "010", "0x1F", "1E1", "1_000", "2024-01-01", "12:30:45", ".inf", "true", "=", "<<"]
)
def test_every_plain_scalar_is_text(word: str) -> None:
    assert load_text(f"key: {word}", where="t") == {"key": word}
    assert load_text(f"{word}: x", where="t") == {word: "x"}
    assert load_text(f"- {word}", where="t") == [word]


NOTHING = {"key:": None, "key: ~": None, "key: null": None, "key: ''": "", "key: 'null'": "null", "key: Null": "Null"}


@pytest.mark.parametrize(("text", "value"), NOTHING.items())
def test_nothing_is_none_and_quoted_is_text(text: str, value: object) -> None:
    assert load_text(text, where="t") == {"key": value}


DEEP = "[" * (limits.DOCUMENT_DEPTH + 2) + "]" * (limits.DOCUMENT_DEPTH + 2)
REFUSED = {
    "repeated key": "a: 1\nb: 2\na: 3\n",
    "repeated key in flow": "{a: 1, a: 2}",
    "anchor": "a: &x 1\nb: 2\n",
    "alias": "a: &x [1]\nb: *x\n",
    "billion laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "merge key": "base: &b {x: 1}\nother:\n  <<: *b\n",
    "complex key": "? [a, b]\n: c\n",
    "too deep": DEEP,
    "far too deep": "[" * 5000,
    "tab": "a:\n\tb: c\n",
    "unclosed": "a: [1, 2\n",
    "two documents": "a: 1\n---\nb: 2\n",
    "control character": "a: \x01\n",
}


@pytest.mark.parametrize("sort", REFUSED)
def test_what_is_not_plain_yaml_is_refused_with_its_place(sort: str) -> None:
    with pytest.raises(BadDocument) as caught:
        load_text(REFUSED[sort], where="file.yaml")
    assert "file.yaml" in str(caught.value)
    assert caught.value.remedy


def test_a_tag_makes_nothing_but_text_and_lists() -> None:
    """YAML's tags can name Python objects; here the document is only taken apart, nothing is constructed."""
    text = "a: !!python/object/apply:os.system [x]\nb: !!int 7\nc: !mine y\n"
    assert load_text(text, where="t") == {"a": ["x"], "b": "7", "c": "y"}


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}&*!?|>'\"#%@,. \n\t~0\x00é\\"), max_size=40))
def test_any_text_ends_in_data_or_one_refusal(text: str) -> None:
    with contextlib.suppress(BadDocument):
        assert _is_plain(load_text(text, where="t"))


def _is_plain(data: Any) -> bool:
    if isinstance(data, dict):
        return all(isinstance(key, str) and _is_plain(value) for key, value in data.items())
    return all(map(_is_plain, data)) if isinstance(data, list) else data is None or isinstance(data, str)


def test_files_are_utf8_small_and_there(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_text(tmp_path / "bom.yaml") == "a: 1\n"
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9\n")
    with pytest.raises(BadDocument, match="UTF-8"):
        read_text(tmp_path / "latin.yaml")
    (tmp_path / "big.yaml").write_bytes(b"#" * (limits.DOCUMENT_BYTES + 1))
    with pytest.raises(BadDocument, match="bytes"):
        read_text(tmp_path / "big.yaml")
    for absent in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(MissingFile):
            read_text(absent)


def test_the_nearest_word_or_none() -> None:
    assert nearest("expirs", ["expires", "effective"]) == "expires"
    assert nearest("zzz", ["expires"]) is None


# Settings --------------------------------------------------------------------------------------------------------


def test_the_environment_overrides_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(home).center_name == "Test Fusion Center"
    monkeypatch.setenv("GATEWAY_CENTER_NAME", "Another Center")
    monkeypatch.setenv("GATEWAY_PAGE_OBJECTS", "7")
    changed = load_settings(home)
    assert (changed.center_name, changed.page_objects) == ("Another Center", 7)
    monkeypatch.setenv("GATEWAY_PAGE_OBJECTS", "many")
    with pytest.raises(BadSetting, match="page_objects"):
        load_settings(home)


def test_settings_are_frozen_and_know_their_home(home: Path) -> None:
    read = load_settings(home)
    assert read.home == home
    assert read.url == f"sqlite:///{home / names.DATABASE_FILE}"
    with pytest.raises(ValueError, match="frozen"):
        read.listen_port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "line", ["listen_port: 70000", "server_threads: 0", "page_objects: 1001", "center_id: x", "created: today"]
)
def test_a_setting_out_of_range_is_named(home: Path, line: str) -> None:
    path = home / names.SETTINGS_FILE
    name = line.partition(":")[0]
    kept = [one for one in path.read_text().splitlines() if not one.startswith(f"{name}:")]
    path.write_text("\n".join([*kept, line, ""]))
    with pytest.raises(BadSetting, match=name):
        load_settings(home)


@pytest.mark.parametrize("content", ["", "- a\n", "text\n"])
def test_a_settings_file_that_is_none_is_refused(home: Path, content: str) -> None:
    (home / names.SETTINGS_FILE).write_text(content)
    with pytest.raises(ConfigurationError, match=r"gateway\.yaml"):
        load_settings(home)


def test_a_folder_that_is_no_home_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="gateway init"):
        load_settings(tmp_path)


def test_home_is_the_option_then_the_variable_then_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_HOME", raising=False)
    assert home_from(None) == Path("gateway-home")
    monkeypatch.setenv("GATEWAY_HOME", "elsewhere")
    assert home_from(None) == Path("elsewhere")
    assert home_from(Path("here")) == Path("here")


def test_every_setting_is_typed_and_documented_by_its_name() -> None:
    assert set(Settings.model_fields) >= {"center_id", "center_name", "listen_port", "database_url", "page_objects"}
    assert (shipped("mappings") / "samples").is_dir()


# Founding --------------------------------------------------------------------------------------------------------

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def found(home: Path, name: str = "Test Center") -> None:
    found_home(home, center_name=name, abbreviation="TC", contact="desk@center.example", clock=lambda: AT)


def test_a_founded_home_opens_and_keeps_its_secrets(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found(home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    secrets = sorted((home / "secrets").iterdir())
    assert [path.name for path in secrets] == [
        "cursor.key",
        "id.key",
        "metrics.key",
        "pseudonym.key",
        "suppression.key",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    contents = [path.read_text() for path in secrets]
    assert len(set(contents)) == 5
    assert all(len(bytes.fromhex(text)) == 32 for text in contents)
    open_gateway(home, clock=lambda: AT).close()


def test_two_homes_share_no_secret_and_no_id(tmp_path: Path) -> None:
    for name in ("a", "b"):
        found(tmp_path / name)
    one, other = ((tmp_path / name / "secrets" / "id.key").read_text() for name in "ab")
    assert one != other
    assert load_settings(tmp_path / "a").center_id != load_settings(tmp_path / "b").center_id


@pytest.mark.parametrize(
    "name", ['The "Best" Center', "Back\\slash", "colon: #hash", "é ü ß", "[list]", "yes", "{a: b}"]
)
def test_any_name_of_a_center_comes_back_from_its_settings(tmp_path: Path, name: str) -> None:
    found(tmp_path / "home", name)
    assert load_settings(tmp_path / "home").center_name == name


def test_a_home_is_never_founded_over_something(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(ConfigurationError, match="not empty"):
        found(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(ConfigurationError, match="no folder"):
        found(tmp_path / "mine.txt")


def test_agreements_run_two_years_from_the_founding(home: Path) -> None:
    opened = open_gateway(home, clock=lambda: AT)
    terms = {(a.effective, a.expires) for a in opened.register.agreements.values()}
    assert len(terms) == 1
    (term,) = terms
    assert (term[1] - term[0]).days == 730
    opened.close()


def _signer(home: Path, suffix: str) -> Path:
    (path,) = (home / "certs" / "sign").glob(f"*.{suffix}")
    return path


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda home: (home / "secrets" / "id.key").unlink(), MissingFile),
        (lambda home: (home / "secrets" / "cursor.key").write_text("not hexadecimal"), BadSetting),
        (lambda home: (home / "secrets" / "id.key").chmod(0o640), UnsafeKeyFile),
        (lambda home: _signer(home, "key").chmod(0o604), UnsafeKeyFile),
        (lambda home: _signer(home, "key").unlink(), MissingFile),
        (lambda home: (home / "certs" / "sign" / "ring.yaml").unlink(), MissingFile),
        (lambda home: (home / "certs" / "ca" / "root.crt").unlink(), MissingFile),
        (lambda home: _signer(home, "crt").write_text("x"), BadSetting),
        (lambda home: (home / "gateway.db").unlink(), GatewayError),
        (lambda home: (home / "partners" / "harbor-power.yaml").unlink(), BadSetting),
        (lambda home: (home / "agreements" / "federal-cyber.yaml").write_text("x: 1"), UnknownKey),
    ],
)
def test_a_damaged_home_is_refused_with_a_remedy(home: Path, damage: Any, error: type[GatewayError]) -> None:
    damage(home)
    with pytest.raises(error) as caught:
        open_gateway(home, clock=lambda: AT)
    assert caught.value.remedy

"""The commands of README, tutorial and how-tos are run as a reader would; all others at least exist."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docs_shell import ROOT, File, all_commands, commands, matches, program, run, steps
from typer.testing import CliRunner

from gateway.cli.application import application

PAGES = (ROOT / "README.md", ROOT / "certs" / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_READERS_OWN = {
    "cp",
    "curl",
    "export",
    "gateway",
    "grep",
    "kill",
    "ls",
    "make",
    "mkdir",
    "openssl",
    "python",
    "sed",
    "tar",
    "xmlsec1",
}
"""What a page may ask its reader to run; `.` puts the program on the path."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def runnable(path: Path) -> bool:
    return any(not isinstance(step, File) for step in steps(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with program(tmp_path_factory.mktemp("program") / "bin") as folder:
        yield folder


@pytest.fixture(scope="module")
def tree() -> dict[str, Any]:
    """Every command by its full name."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return dict(importlib.import_module("docs.generate").commands())


def test_the_pages_that_teach_are_run() -> None:
    taught = {p for folder in ("tutorial", "howto") for p in (ROOT / "docs" / folder).glob("*.md")}
    assert taught == {p for p in PAGES if runnable(p)}


@pytest.mark.parametrize("page", [p for p in PAGES if runnable(p)], ids=name_of)
def test_following_the_page_does_what_it_says(page: Path, path: Path, tmp_path: Path) -> None:
    faults = run(page.read_text(encoding="utf-8"), folder=tmp_path, path=path)
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path, tree: dict[str, Any]) -> None:
    text = page.read_text(encoding="utf-8")
    in_fences = [command.text for command in all_commands(text)]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    named = (
        in_fences
        + re.findall(r"`((?:gateway|make) [^`\n]+)`", prose)
        + re.findall(r"^ {4}((?:gateway) .+)$", prose, re.M)
    )
    unknown = [fault for line in named for fault in _unknown(line, tree)]
    assert unknown == []
    strange = [
        line for line in in_fences if re.sub(r"^\w+=(?:\$\(|\S+ )", "", line).split()[0] not in {*_READERS_OWN, "."}
    ]
    assert strange == []


def _unknown(line: str, tree: dict[str, Any]) -> Iterator[str]:
    """What the line names and the program or the Makefile does not have."""
    for target in re.findall(r"(?:^|\s)make ([a-z]+)", line):
        if not re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.M):
            yield f"make {target}"
    for call in re.findall(r"(?:^|[\s(])(gateway [^|)>&#]+)", line):
        names = [name for name in tree if f"{call} ".startswith(f"{name} ")]
        groups = [name for name in tree if name.startswith(f"{call.strip()} ")]
        if not names and not groups and not call.startswith("gateway --help"):
            yield call
        for name in names:
            known = {option for parameter in tree[name].params for option in parameter.opts}
            yield from (
                f"{name} {option}" for option in re.findall(r"(?<=\s)--?[a-z][a-z-]*", call) if option not in known
            )


def test_the_report_of_the_readme_is_the_demonstrations_own(tmp_path: Path) -> None:
    result = CliRunner().invoke(application, ["demo", "--home", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    (shown,) = re.findall(r"^```text\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    printed = iter(result.output.splitlines())
    wanted = [line for line in shown.splitlines() if line.strip() and not line.startswith("[…")]
    assert [line for line in wanted if not any(matches(line, found) for found in printed)] == []


def test_a_page_that_promises_too_much_is_caught(path: Path, tmp_path: Path) -> None:
    page = (
        "```console\n$ gateway init center\nA home is ready in center.\nA pony is ready.\n"
        "$ gateway review list --home center\n$ gateway nonsense\n```\n"
    )
    first, second = run(page, folder=tmp_path, path=path)
    assert "not printed: A pony is ready." in first
    assert "exit 2, the page says 0" in second


def test_an_expected_line_may_leave_something_out() -> None:
    (command,) = commands("$ gateway review list  # exit 1\nrecord--… version 1: …\n…\n")
    assert (command.exit_code, command.prints) == (1, ("record--… version 1: …",))
    assert matches(command.prints[0], "record--12 version 1: published  ")
    assert not matches(command.prints[0], "record--12 version 2: published")

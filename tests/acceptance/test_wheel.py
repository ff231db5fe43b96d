"""The wheel holds what the program needs: mappings, schemas, examples, migrations; the demo runs from it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as hatchling builds it from this tree, without network."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_ships_what_stays_at_the_top_level_of_the_tree(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"gateway/_shipped/{folder}/{path.relative_to(ROOT / folder)}"
        for folder in ("mappings", "xsd")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    wanted |= {str(path.relative_to(ROOT)) for path in (ROOT / "gateway" / "examples").rglob("*.yaml")}
    wanted |= {str(path.relative_to(ROOT)) for path in (ROOT / "gateway" / "examples").rglob("*.json")}
    wanted |= {str(path.relative_to(ROOT)) for path in (ROOT / "gateway" / "store" / "migrations").rglob("*.py")}
    assert len(wanted) > 30
    assert wanted <= names


def test_the_demo_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    run = subprocess.run(
        [sys.executable, "-c", "from gateway.cli import main; main()", "demo", "--home", str(tmp_path / "h"), "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
    report = json.loads(run.stdout)
    assert report["passed"] is True
    assert len(report["partners"]) == 5
    assert all(check["holds"] for check in report["checks"])

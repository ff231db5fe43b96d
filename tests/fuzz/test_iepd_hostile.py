"""Packages with bytes changed anywhere end in a report: nothing is followed, and no other error comes out."""

import random
from pathlib import Path

import pytest

from gateway.niem.iepd.archive import packed, read_package
from gateway.niem.iepd.build import build_package
from gateway.niem.iepd.verify import check_package

SEED = 20261122


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("iepd-hostile") / "package.zip"
    path.write_bytes(build_package())
    return path


def spoiled(data: bytes, choose: random.Random) -> bytes:
    """Some bytes changed, taken out or doubled, at one place."""
    start = choose.randrange(len(data))
    length = choose.choice((1, 1, 4, 64))
    middle = choose.choice((b"", choose.randbytes(length), data[start : start + length] * 2, b"<", b'"', b"&#0;"))
    return data[:start] + middle + data[start + length :]


def judge(built: Path, folder: Path, number: int) -> tuple[int, int]:
    """How many spoiled archives, and how many archives of spoiled files, still hold or not: all have a report."""
    choose = random.Random(SEED)
    files = dict(read_package(built).files)
    path, archives, contents = folder / "package.zip", 0, 0
    for _ in range(number):
        path.write_bytes(spoiled(built.read_bytes(), choose))
        archives += bool(check_package(path).checks)
        victim = choose.choice(sorted(files))
        path.write_bytes(packed("package", files | {victim: spoiled(files[victim], choose)}))
        contents += bool(check_package(path).checks)
    return archives, contents


def test_spoiled_packages_have_a_report(built: Path, tmp_path: Path) -> None:
    assert judge(built, tmp_path, 12) == (12, 12)


@pytest.mark.soak
def test_many_spoiled_packages_have_a_report(built: Path, tmp_path: Path) -> None:
    assert judge(built, tmp_path, 1000) == (1000, 1000)
    print(f"seed {SEED}: 2000 spoiled packages, each with a report")

"""Checking a package, whoever made it: archive, catalog, files, schemas, naming and design rules, samples.

Its schemas are judged where they were unpacked: in a folder of their own, which is removed afterwards. Nothing is
fetched.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from gateway import limits
from gateway.errors import GatewayError
from gateway.niem.iepd.archive import Package, read_package
from gateway.niem.iepd.contents import Contents, read_contents
from gateway.niem.iepd.listing import (
    check_classes,
    check_files,
    check_identity,
    check_required,
    check_xml_catalogs,
    schema_roles,
)
from gateway.niem.iepd.report import CheckResult, Fault, PackageReport, Verdict
from gateway.niem.iepd.schemas import Schemas
from gateway.niem.ndr.checker import RULES
from gateway.niem.rules import Severity

__all__ = ["check_package"]


class _Row(NamedTuple):
    """One check: what it asks, how it is made, and which other must hold before it can be."""

    id: str
    says: str
    check: Callable[[], Iterator[Fault]]
    needs: tuple[str, ...] = ()
    looked_at: str = ""


def check_package(path: Path, progress: Callable[[str], None] = lambda _: None) -> PackageReport:
    """The report on a package. `progress` is told each check before it is made.

    Raises MissingFile for a path that is no file. A package that cannot be read at all has a report too.
    """
    progress("archive")
    try:
        package = read_package(path)
        contents = read_contents(package)
    except GatewayError as error:
        if not path.is_file():
            raise
        return _unreadable(path, error)
    with tempfile.TemporaryDirectory(prefix="iepd-") as name:
        folder = Path(name).resolve()
        _unpack(package, folder)
        results: dict[str, CheckResult] = {"archive": _archive_result(package)}
        for row in _rows(contents, Schemas(contents, folder)):
            progress(row.says)
            results[row.id] = _result(row, results)
    return PackageReport(
        package=path.name,
        sha256=_digest(path),
        name=contents.claimed("iepdName"),
        version=contents.claimed("iepdVersionID"),
        uri=contents.claimed("iepdURI"),
        holds=all(result.verdict in (Verdict.HOLDS, Verdict.WARNED) for result in results.values()),
        checks=tuple(results.values()),
    )


def _rows(contents: Contents, schemas: Schemas) -> tuple[_Row, ...]:
    """The checks in their order."""
    roles = schema_roles(contents)
    samples = sum(len(row.samples) for row in contents.classes)
    checked = sum(row.is_checked for row in RULES)
    return (
        _Row("identity", "The catalog says who the package is", lambda: check_identity(contents)),
        _Row("artifacts", "Every required artifact is listed", lambda: check_required(contents)),
        _Row(
            "files",
            "The files are those that the catalog lists",
            lambda: check_files(contents),
            looked_at=f"{len(contents.package.files)} files",
        ),
        _Row(
            "classes",
            "Every class of messages is complete",
            lambda: check_classes(contents),
            looked_at=f"{len(contents.classes)} classes",
        ),
        _Row("xml-catalogs", "The XML catalogs lead to the schemas", lambda: check_xml_catalogs(contents)),
        _Row(
            "locality",
            "No schema leads out of the package",
            schemas.check_locality,
            looked_at=f"{len(roles)} schema documents",
        ),
        _Row("schemas", "The schemas compile from the package alone", schemas.check_compilation, ("locality",)),
        _Row(
            "rules",
            "The schemas keep the naming and design rules",
            schemas.check_rules,
            ("locality",),
            looked_at=f"{checked} rules",
        ),
        _Row(
            "samples",
            "The samples are messages of their classes",
            schemas.check_samples,
            ("schemas",),
            looked_at=f"{samples} samples",
        ),
    )


def _result(row: _Row, before: dict[str, CheckResult]) -> CheckResult:
    if any(before[need].verdict in (Verdict.BROKEN, Verdict.NOT_REACHED) for need in row.needs):
        return CheckResult(id=row.id, says=row.says, verdict=Verdict.NOT_REACHED)
    faults = tuple(islice(row.check(), limits.PACKAGE_FAULTS))
    broken = any(fault.severity == Severity.ERROR for fault in faults)
    verdict = Verdict.BROKEN if broken else Verdict.WARNED if faults else Verdict.HOLDS
    return CheckResult(id=row.id, says=row.says, verdict=verdict, faults=faults, looked_at=row.looked_at)


def _archive_result(package: Package) -> CheckResult:
    size = sum(len(data) for data in package.files.values())
    return CheckResult(id="archive", says=_ARCHIVE, verdict=Verdict.HOLDS, looked_at=f"{size:,} bytes unpacked")


_ARCHIVE = "The archive is safe to unpack and has a catalog in its root folder"


def _unreadable(path: Path, error: GatewayError) -> PackageReport:
    fault = Fault(problem=error.problem, file=error.where if error.where != str(path) else "")
    result = CheckResult(id="archive", says=_ARCHIVE, verdict=Verdict.BROKEN, faults=(fault,))
    return PackageReport(
        package=path.name, sha256=_digest(path), name="", version="", uri="", holds=False, checks=(result,)
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(package: Package, folder: Path) -> None:
    for path, data in package.files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

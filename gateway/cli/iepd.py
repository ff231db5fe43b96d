"""gateway iepd."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.shown import AsJson, console, group, print_json, progress, table
from gateway.config import shipped
from gateway.errors import MissingFile
from gateway.niem.iepd.build import build_package, package_name
from gateway.niem.iepd.report import PackageReport
from gateway.niem.iepd.verify import check_package
from gateway.niem.subset import WANT_LIST_FILE, generate

__all__ = ["commands"]

commands = group("The NIEM schemas and the message specification package.")


@commands.callback()
def iepd() -> None:
    """The NIEM schemas and the message specification package."""


@commands.command()
def subset(
    release: Annotated[Path, typer.Argument(help="The xsd folder of a NIEM 6.0 release.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; else the shipped xsd folder.")
    ] = None,
    want: Annotated[
        Path | None, typer.Option(help="What is wanted of the release; else the shipped want list.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Generate the subset schema set, our extension schema included, from a NIEM release and the want list.

    Example: gateway iepd subset ~/niem-model/xsd --out xsd
    """
    if not release.is_dir():
        raise MissingFile("there is no such release folder", where=str(release), remedy="Name its xsd folder")
    target = out or shipped("xsd")
    with _steps("schemas") as step:
        manifest = generate(release, want or shipped("xsd") / WANT_LIST_FILE, target, progress=step)
    if as_json:
        print_json(manifest)
        return
    rows = [
        (path, digest[:16], "yes" if path in manifest.release_files else "ours")
        for path, digest in manifest.generated_files.items()
    ]
    table("", ("Schema document", "SHA-256 begins", "Of the release"), rows)
    console().print(
        f"{len(manifest.generated_files)} documents in {target}, from NIEM {manifest.release} ({manifest.version})."
    )


@commands.command()
def build(
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The file to write; else its name, here.")] = None,
    schemas: Annotated[Path | None, typer.Option(help="The schema folder; else the shipped one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Build the message specification package: schemas, samples, catalog and documents in one ZIP.

    The same schemas give the same bytes.

    Example: gateway iepd build --out fusion-exchange-1.0.zip
    """
    target = out or Path(f"{package_name()}.zip")
    if not target.parent.is_dir():
        raise MissingFile("there is no such folder", where=str(target.parent), remedy="Make it first")
    data = build_package(schemas)
    target.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    if as_json:
        print_json({"package": str(target), "bytes": len(data), "sha256": digest})
    else:
        console().print(f"{target} has {len(data):,} bytes. SHA-256 {digest}")


@commands.command()
def check(
    package: Annotated[Path, typer.Argument(help="A message specification package (IEPD), as a ZIP file.")],
    as_json: AsJson = False,
) -> None:
    """Check a message specification package: catalog, files, schemas, naming and design rules, samples.

    Exit code 1 when a check is broken.

    Example: gateway iepd check fusion-exchange-1.0.zip
    """
    with _steps("checks") as step:
        report = check_package(package, step)
    if as_json:
        print_json(report)
    else:
        _show(report)
    if not report.holds:
        raise typer.Exit(1)


@contextmanager
def _steps(what: str) -> Iterator[Callable[[str], None]]:
    """Counts steps on a terminal."""
    with progress(what) as show:
        done = 0

        def step(_: str) -> None:
            nonlocal done
            done += 1
            show(done, 0)

        yield step


def _show(report: PackageReport) -> None:
    rows = [(result.says, result.verdict, len(result.faults) or "", result.looked_at) for result in report.checks]
    table(
        f"{report.name or report.package} {report.version}".strip(), ("Check", "Verdict", ">Found", "Looked at"), rows
    )
    for result in report.checks:
        for fault in result.faults:
            console().print(f"{fault.severity}: {fault.sentence()}")
    console().print("The package holds." if report.holds else "The package does not hold.")

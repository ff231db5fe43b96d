"""gateway map codes."""

import csv
from pathlib import Path
from typing import Annotated

import typer

from gateway.authoring.unmapped import CodeReport, UnmappedCode, find_unmapped
from gateway.cli.shown import AsJson, console, print_json, progress, table
from gateway.cli.tried_files import as_delivered
from gateway.errors import BadSetting
from gateway.mapping.catalog import load_mapping_version
from gateway.mapping.codes import COLUMNS

__all__ = ["codes"]

_SHOWN = 2
"""Columns and targets that a line of the table names."""


def codes(
    mapping: Annotated[Path, typer.Argument(help="The mapping document.")],
    file: Annotated[Path, typer.Argument(help="A file of the feed.")],
    only: Annotated[str | None, typer.Option("--table", help="Only the codes of this table or vocabulary.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Also write one table's codes here, as rows to fill in: a new CSV file."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The codes of a file that no code table has, most frequent first; exit 1 when there are any.

    A field that has a vocabulary and no table is asked as well. In the rows that -o writes, `to` is empty and `label`
    says in how many items the code was met: fill `to` in, correct the label, then add the rows to the table.

    Example: gateway map codes our-calls.yaml calls.csv --table dispositions -o missing.csv
    """
    compiled = load_mapping_version(mapping)
    with as_delivered(file, compiled.feed) as received, progress(file.name) as tell:
        report = find_unmapped(compiled, mapping.parent, received, lambda items: tell(items, 0))
    found = [code for code in report.codes if only in (None, code.table)]
    known = {*compiled.document.codes, *(code.table for code in report.codes)}
    if only is not None and only not in known:
        raise BadSetting(f"there is no table '{only}'", where="--table", remedy=f"Known: {', '.join(sorted(known))}")
    if as_json:
        facts = {"items": report.items, "unreadable": report.unreadable, "passed_over": report.passed_over}
        print_json({**facts, "unmapped": [code._asdict() for code in found]})
    else:
        _show(report, found)
    if found and out is not None:
        _write(found, out)
        if not as_json:
            console().print(f"Written to {out}: fill in 'to', then add the rows to '{found[0].table}'")
    if found:
        raise typer.Exit(1)


def _show(report: CodeReport, found: list[UnmappedCode]) -> None:
    rows = [
        (code.table, code.code, code.items, _some(code.columns), _some(code.targets), code.becomes) for code in found
    ]
    if rows:
        table("", ("Table", "Code", ">Items", "Columns", "Targets", "What becomes of it"), rows)
    counted = (
        f"{len(rows)} {'code' if len(rows) == 1 else 'codes'} in no table" if rows else "Every code is in its table"
    )
    said = f"{counted}; {report.items} items looked at"
    console().print(said + (f", {report.unreadable} of them not readable" if report.unreadable else ""))
    if report.passed_over:
        console().print(f"There are more, met {report.passed_over} times: is it a column of texts?")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _write(found: list[UnmappedCode], out: Path) -> None:
    tables = sorted({code.table for code in found})
    if len(tables) > 1:
        raise BadSetting(
            f"the codes are of {len(tables)} tables", where=str(out), remedy=f"Add --table: {', '.join(tables)}"
        )
    try:
        with out.open("x", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, lineterminator="\n")
            rows.writerow(COLUMNS)
            rows.writerows((code.code, "", f"met in {_counted(code.items, 'item')}", "", "") for code in found)
    except FileExistsError as error:
        raise BadSetting("the file is there already", where=str(out), remedy="Name a new file") from error
    except OSError as error:
        raise BadSetting("the file cannot be written", where=str(out), remedy="Check path and permissions") from error

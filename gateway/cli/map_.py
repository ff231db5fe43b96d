"""gateway map."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.authoring.draft import draft_mapping
from gateway.authoring.profile import FileProfile, profile_text
from gateway.cli import map_codes, map_diff, map_try
from gateway.cli.ingest import read_delivery
from gateway.cli.shown import AsJson, console, group, print_json, table
from gateway.config import shipped
from gateway.mapping.catalog import load_mapping
from gateway.mapping.examples import run_tests

__all__ = ["commands"]

commands = group("Mapping documents: how each feed is read.")


@commands.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Mapping documents; else all that ship.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read mapping documents and run the tests inside them; exit 1 when a test fails.

    Example: gateway map check my-feed.yaml
    """
    paths = files or sorted(shipped("mappings").glob("*.yaml"))
    rows = []
    for path in paths:
        mapping = load_mapping(path)
        rows += [
            (mapping.name, outcome.name, outcome.passed, "; ".join(outcome.faults)) for outcome in run_tests(mapping)
        ]
    if as_json:
        print_json([dict(zip(("mapping", "test", "passed", "faults"), row, strict=True)) for row in rows])
    else:
        shown = [(name, test, "✓" if passed else "✗", faults) for name, test, passed, faults in rows]
        table("", ("Mapping", "Test", "", "Faults"), shown, empty="No tests inside these mappings.")
        console().print(f"{len(paths)} mappings, {len(rows)} tests, {sum(not r[2] for r in rows)} failed.")
    if not all(row[2] for row in rows):
        raise typer.Exit(1)


@commands.command()
def profile(
    file: Annotated[Path, typer.Argument(help="A file of the feed, as the agency exports it.")],
    draft: Annotated[
        Path | None, typer.Option("--draft", help="Also write a draft mapping here; its name is the feed's name.")
    ] = None,
    agency: Annotated[str, typer.Option(help="The agency's name, for the draft.")] = "Name the agency here",
    timezone: Annotated[str, typer.Option(help="The zone of the file's local times, for the draft.")] = (
        "America/New_York"
    ),
    as_json: AsJson = False,
) -> None:
    """What a file holds: encoding, delimiter, and each column's empties, date shapes and codes.

    Example: gateway map profile calls.csv --draft mappings/our-calls.yaml --agency "Our Police"
    """
    seen = profile_text(read_delivery(file))
    if draft is not None:
        text = draft_mapping(draft.stem, seen, agency=agency, timezone=timezone)
        draft.write_text(text, encoding="utf-8")
    if as_json:
        print_json({**seen._asdict(), "columns": [column._asdict() for column in seen.columns]})
        return
    _show_profile(file, seen)
    if draft is not None:
        console().print(f"A draft is in {draft}: edit it, then gateway map try {draft} {file}")


def _show_profile(file: Path, seen: FileProfile) -> None:
    delimiter = "tab" if seen.delimiter == "\t" else seen.delimiter
    odd = f", {seen.odd_rows} of another width" if seen.odd_rows else ""
    console().print(f"{file.name}: {seen.encoding}, delimiter {delimiter}, {seen.rows} rows looked at{odd}")
    rows = [
        (
            column.name,
            column.filled,
            column.empty,
            column.distinct,
            "key" if column.is_key else column.date or ", ".join(column.dates) or _numbers(column.numbers),
            ", ".join(column.codes[:6]) + (" …" if len(column.codes) > 6 else ""),
        )
        for column in seen.columns
    ]
    table("", ("Column", ">Filled", ">Empty", ">Distinct", "Looks like", "Codes"), rows)


def _numbers(count: int) -> str:
    return f"{count} numbers" if count else ""


commands.command("try")(map_try.try_)
commands.command("codes")(map_codes.codes)
commands.command("diff")(map_diff.diff)

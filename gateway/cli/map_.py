"""gateway map."""

import secrets
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from gateway.authoring.draft import draft_mapping
from gateway.authoring.profile import FileProfile, profile_text
from gateway.authoring.tried import Tried, try_mapping
from gateway.cli.files import delivered
from gateway.cli.shown import AsJson, console, group, print_json, table
from gateway.config import shipped
from gateway.mapping.catalog import load_mapping
from gateway.mapping.examples import run_tests
from gateway.model.identity import IdKey
from gateway.model.stages import Received
from gateway.wiring import system_clock

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
    with delivered(file) as content:
        seen = profile_text(content.whole())
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


@commands.command("try")
def try_(
    mapping: Annotated[Path, typer.Argument(help="The mapping document.")],
    file: Annotated[Path, typer.Argument(help="A file of the feed.")],
    row: Annotated[int | None, typer.Option("--row", min=1, help="Only the item of this number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many items.")] = 3,
    as_json: AsJson = False,
) -> None:
    """What becomes of each column: source, value, target, value, problem. Nothing is stored.

    Example: gateway map try our-calls.yaml calls.csv --row 7
    """
    compiled = load_mapping(mapping)
    with delivered(file) as content:
        received = Received(
            receipt="try",
            feed=compiled.feed,
            file_name=file.name,
            sha256=content.sha256(),
            received=system_clock(),
            content=content,
        )
        items = try_mapping(compiled, received, IdKey(secrets.token_bytes(32)))
        chosen = list(islice(items, row - 1, row) if row else islice(items, limit))
    if as_json:
        print_json([{**t._asdict(), "cells": [c._asdict() for c in t.cells], "record": None} for t in chosen])
    else:
        for tried in chosen:
            _show_tried(tried)
    if any(tried.outcome in ("rejected", "unreadable") for tried in chosen):
        raise typer.Exit(1)


def _show_tried(tried: Tried) -> None:
    reason = f": {tried.reason}" if tried.reason else ""
    title = f"Item {tried.item}, line {tried.line}: {tried.outcome}{reason}"
    table(title, ("Column", "Value", "Target", "How", "Becomes", "Problem"), tried.cells, empty=tried.outcome)
    for problem in tried.problems:
        if not problem.column:
            console().print(f"  {problem.sentence()}")

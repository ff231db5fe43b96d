"""gateway map profile."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.authoring.draft import draft_mapping
from gateway.authoring.profile import ColumnProfile, FileProfile, profile_of
from gateway.cli.shown import AsJson, console, print_json, progress, table
from gateway.cli.tried_files import as_delivered
from gateway.errors import BadSetting
from gateway.mapping.reading import Reading

__all__ = ["profile"]


def profile(
    file: Annotated[Path, typer.Argument(help="A file of the feed, as the agency exports it.")],
    draft: Annotated[
        Path | None, typer.Option("--draft", help="Also write a draft mapping here, a new file named for the feed.")
    ] = None,
    agency: Annotated[str, typer.Option(help="The agency's name, for the draft.")] = "Name the agency here",
    timezone: Annotated[str, typer.Option(help="The zone of the file's local times, for the draft.")] = (
        "America/New_York"
    ),
    as_json: AsJson = False,
) -> None:
    """What a file holds: its format, and each column's or address's empties, date shapes and codes.

    The format is told by the content: delimited text, workbook, JSON, XML or e-mail. Fixed width cannot be told.

    Example: gateway map profile calls.csv --draft mappings/our-calls.yaml --agency "Our Police"
    """
    with as_delivered(file, "profile") as received, progress(file.name) as tell:
        seen = profile_of(received, lambda items: tell(items, 0))
    if draft is not None:
        _write(draft, draft_mapping(draft.stem, seen, agency=agency, timezone=timezone))
    if as_json:
        facts = {"format": seen.reading.format, "reads": _layout(seen.reading), "items": seen.rows}
        columns = [column._asdict() for column in seen.columns]
        print_json({**facts, "unreadable": seen.odd_rows, "is_part": seen.is_part, "columns": columns})
        return
    _show(file, seen)
    if draft is not None:
        console().print(f"A draft is in {draft}: edit it, then gateway map try {draft} {file}")


def _write(draft: Path, text: str) -> None:
    try:
        with draft.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise BadSetting(
            "the file is there already, and somebody may have worked on it", where=str(draft), remedy="Name a new file"
        ) from error
    except OSError as error:
        raise BadSetting("the file cannot be written", where=str(draft), remedy="Check path and permissions") from error


def _show(file: Path, seen: FileProfile) -> None:
    layout = ", ".join(f"{key} {value}" for key, value in _layout(seen.reading).items())
    odd = f", {seen.odd_rows} of them not readable" if seen.odd_rows else ""
    part = "the first " if seen.is_part else ""
    console().print(f"{file.name}: {seen.reading.format}, {layout}; {part}{seen.rows} items looked at{odd}")
    rows = [
        (
            column.name,
            column.filled,
            column.empty,
            column.distinct,
            _looks_like(column),
            ", ".join(column.codes[:6]) + (" …" if len(column.codes) > 6 else ""),
        )
        for column in seen.columns
    ]
    table("", ("Column", ">Filled", ">Empty", ">Distinct", "Looks like", "Codes"), rows)


def _layout(reading: Reading) -> dict[str, Any]:
    """What `reads` would say beside the format."""
    facts: dict[str, Any] = {} if reading.format == "workbook" else {"encoding": reading.encodings[0]}
    if reading.format == "delimited":
        facts["delimiter"] = "tab" if reading.delimiter == "\t" else reading.delimiter
    for spec in (reading.json, reading.xml, reading.workbook):
        if spec is not None:
            facts.update(spec.model_dump(exclude_defaults=True))
    return facts


def _looks_like(column: ColumnProfile) -> str:
    if column.is_key:
        return "key"
    return column.date or ", ".join(column.dates) or (f"{column.numbers} numbers" if column.numbers else "")

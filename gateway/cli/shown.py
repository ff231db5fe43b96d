"""How results are shown: tables for people, JSON for programs."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from gateway.config import home_from
from gateway.wiring import Gateway, open_gateway

__all__ = ["AsJson", "Home", "console", "group", "listing", "opened", "print_json", "progress", "table"]

Home = Annotated[
    Path | None, typer.Option("--home", help="The gateway's home; else GATEWAY_HOME, else ./gateway-home.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON, for programs.")]


def console() -> Console:
    """Where results go. On a terminal as wide as it is; elsewhere wide enough that no cell is cut.

    Nothing printed is read as markup: a cell of an agency's file may hold anything.
    """
    width = None if os.isatty(1) else 160
    return Console(highlight=False, markup=False, emoji=False, width=width)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str = "Nothing.") -> None:
    """A table; or one sentence where there are no rows. Cells are shown as they are: an agency's text is no markup."""
    heading = Text(title, style="bold")
    if not rows:
        console().print(heading.append(": ", style="not bold").append(empty, style="not bold") if title else empty)
        return
    if title:
        console().print(heading)
    drawn = Table(header_style="bold")
    for column in columns:
        drawn.add_column(column.strip(">"), justify="right" if column.startswith(">") else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    console().print(drawn)


def listing(
    title: str, columns: Mapping[str, str], rows: Sequence[Sequence[object]], *, as_json: bool, empty: str = "Nothing."
) -> None:
    """Rows as a table, or as JSON objects; `columns` gives each column's JSON name and its heading."""
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(title, tuple(columns.values()), rows, empty=empty)


@contextmanager
def opened(home: Path | None) -> Iterator[Gateway]:
    """The gateway of a home, closed afterwards.

    What is open by then stays until the end, so the garbage collector need not look at it again: measured, that is a
    tenth of the time of a long delivery.
    """
    gateway = open_gateway(home_from(home))
    gc.freeze()
    try:
        yield gateway
    finally:
        gateway.close()


@contextmanager
def progress(what: str, *, total_bytes: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal's standard error, nothing elsewhere.

    Yields a function that takes how many items, and how many bytes of the total (where it is known), are done.
    """
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[items]} items"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not os.isatty(2),
    )
    with bar:
        task = bar.add_task(what, total=None if total_bytes is None else max(total_bytes, 1), items=0)
        yield lambda items, done_bytes: bar.update(task, completed=done_bytes, items=items)


def group(help_text: str) -> typer.Typer:
    """A command group."""
    return typer.Typer(help=help_text, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")

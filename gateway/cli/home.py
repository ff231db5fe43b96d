"""gateway init."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import names
from gateway.cli.shown import console
from gateway.founding import found_home
from gateway.wiring import system_clock

__all__ = ["init"]


def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    name: Annotated[str, typer.Option(help="The center's name.")] = "Example Fusion Center",
    abbreviation: Annotated[str, typer.Option(help="Its short name, in documents.")] = "EFC",
    contact: Annotated[str, typer.Option(help="Whom partners write to.")] = "exchange@center.example",
) -> None:
    """Make a working home: settings, secrets, development certificates, example documents, an empty store.

    Example: gateway init ./gateway-home --name "Bay State Fusion Center" --abbreviation BSFC
    """
    found_home(folder, center_name=name, abbreviation=abbreviation, contact=contact, clock=system_clock)
    out = console()
    out.print(f"A home is ready in {folder}.")
    out.print(f"Look at {folder / names.AGREEMENTS_FOLDER}, then: gateway ingest FILE --home {folder}")

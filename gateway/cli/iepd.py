"""gateway iepd."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.shown import console, group
from gateway.config import shipped
from gateway.errors import MissingFile
from gateway.niem.subset import generate

__all__ = ["commands"]

commands = group("The NIEM schemas.")


@commands.callback()
def iepd() -> None:
    """The NIEM schemas."""


@commands.command()
def subset(
    release: Annotated[Path, typer.Argument(help="The xsd folder of a NIEM 6.0 release.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; else the shipped xsd folder.")
    ] = None,
) -> None:
    """Generate the subset schema set, our extension schema included, from a NIEM release and the want list.

    Example: gateway iepd subset ~/niem-model/xsd --out xsd
    """
    if not release.is_dir():
        raise MissingFile("there is no such release folder", where=str(release), remedy="Name its xsd folder")
    target = out or shipped("xsd")
    manifest = generate(release, shipped("xsd") / "want.yaml", target)
    console().print(f"{len(manifest.generated_files)} schema documents in {target}.")

"""gateway quarantine."""

from typing import Annotated

import typer

from gateway.cli.shown import AsJson, Home, console, group, opened, print_json, table

__all__ = ["commands"]

commands = group("Rejected items, with all their problems.")


@commands.command("list")
def list_(
    receipt: Annotated[str | None, typer.Option(help="Of one delivery only.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """What is in quarantine.

    Example: gateway quarantine list
    """
    with opened(home) as gateway:
        items = gateway.stores.quarantine.items(receipt)
    if as_json:
        print_json(
            [
                {
                    "receipt": i.receipt,
                    "item": i.position,
                    "file": i.file_name,
                    "line": i.line,
                    "mapping": f"{i.mapping}@{i.mapping_version}",
                    "problems": [p.sentence(i.file_name) for p in i.problems],
                    "codes": [p.code for p in i.problems],
                }
                for i in items
            ]
        )
        return
    rows = [(i.receipt, i.position, i.file_name, i.line, ", ".join(p.code for p in i.problems)) for i in items]
    table("In quarantine", ("Receipt", ">Item", "File", ">Line", "Problems"), rows, empty="Nothing is in quarantine.")


@commands.command()
def show(
    receipt: Annotated[str, typer.Argument(help="The delivery's receipt.")],
    item: Annotated[int, typer.Argument(help="The item's number in the delivery.")],
    raw: Annotated[bool, typer.Option("--raw", help="Also print the item exactly as delivered.")] = False,
    home: Home = None,
) -> None:
    """One item with every problem; what was delivered only when asked for.

    Example: gateway quarantine show 5b7c… 12 --raw
    """
    with opened(home) as gateway:
        rejected = gateway.stores.quarantine.get(receipt, item)
    for problem in rejected.problems:
        console().print(problem.sentence(rejected.file_name))
    if raw:
        typer.echo(rejected.raw.decode("utf-8", "backslashreplace"))

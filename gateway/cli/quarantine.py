"""gateway quarantine."""

from typing import Annotated

import typer

from gateway.cli.shown import AsJson, Home, console, group, listing, opened, print_json, table
from gateway.errors import BadSetting
from gateway.model.stages import Fate

__all__ = ["commands"]

commands = group("Rejected items, with all their problems.")
Receipt = Annotated[str, typer.Argument(help="The delivery's receipt.")]
Item = Annotated[int, typer.Argument(help="The item's number in the delivery.")]


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
    receipt: Receipt,
    item: Item,
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


@commands.command()
def fix(
    receipt: Receipt,
    item: Item,
    cells: Annotated[list[str], typer.Option("--set", help="COLUMN=VALUE; may be given several times.")],
    home: Home = None,
) -> None:
    """Correct cells of an item; what was delivered stays as it is. Replay it afterwards.

    Example: gateway quarantine fix 5b7c… 12 --set "State=WI"
    """
    pairs = [cell.partition("=") for cell in cells]
    if not all(separator for _, separator, _ in pairs):
        raise BadSetting("write COLUMN=VALUE", where="--set", remedy='For example --set "State=WI"')
    with opened(home) as gateway:
        gateway.quarantine_desk.fix(receipt, item, {column: value for column, _, value in pairs})
    console().print(f"Corrected. Now: gateway quarantine replay {receipt} {item}")


@commands.command()
def replay(
    receipt: Annotated[str | None, typer.Argument(help="The delivery's receipt; else all of them.")] = None,
    item: Annotated[int | None, typer.Argument(help="One item; else all of the delivery.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Take rejected items down the road again, after a correction of cells, mapping or code table.

    Exits with 1 when something stays in quarantine.

    Example: gateway quarantine replay 5b7c…
    """
    with opened(home) as gateway:
        done = gateway.quarantine_desk.replay(receipt, item)
    rows = [(r, o.position, o.line, str(o.fate), o.reason) for r, outcomes in done.items() for o in outcomes]
    columns = {"receipt": "Receipt", "item": ">Item", "line": ">Line", "fate": "Fate", "reason": "Reason"}
    listing("Replayed", columns, rows, as_json=as_json, empty="Nothing was in quarantine.")
    if any(row[3] == Fate.QUARANTINED for row in rows):
        raise typer.Exit(1)


@commands.command()
def drop(
    receipt: Receipt,
    item: Item,
    reason: Annotated[str, typer.Option(help="Why it may be dropped.")],
    home: Home = None,
) -> None:
    """Set an item aside for good; its fate is skipped, with the reason, and its bytes stay.

    Example: gateway quarantine drop 5b7c… 12 --reason "test row of the vendor"
    """
    with opened(home) as gateway:
        gateway.quarantine_desk.drop(receipt, item, reason)
    console().print("Dropped.")

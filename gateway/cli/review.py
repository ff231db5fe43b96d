"""gateway review."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.shown import AsJson, Home, console, group, listing, opened, print_json
from gateway.documents import read_text
from gateway.model.kinds import KINDS
from gateway.stewardship.review import Reviewed

__all__ = ["commands"]

commands = group("What waits for a person, and the decisions on it.")
Operator = Annotated[str, typer.Option("--as", help="The operator who signs, with the key in the home.")]
RecordArgument = Annotated[str, typer.Argument(help="The record's id, from gateway review list.")]


@commands.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """What waits, oldest first.

    Example: gateway review list
    """
    with opened(home) as gateway:
        waiting = gateway.review_desk.waiting()
    rows = [
        (h.record.id, h.number, h.record.kind, h.record.native_key, len(h.reviews), KINDS[h.record.kind].approvals)
        for h in waiting
    ]
    columns = {
        "record": "Record",
        "version": ">Version",
        "kind": "Kind",
        "native_key": "Agency's key",
        "reviews": ">Reviews",
        "approvals_needed": ">Needed",
    }
    listing("Waiting for review", columns, rows, as_json=as_json)


@commands.command()
def show(record: RecordArgument, home: Home = None) -> None:
    """The record as the reviewer decides on it, with the reviews given so far.

    Example: gateway review show record--…
    """
    with opened(home) as gateway:
        held = gateway.stores.records.get(record)
    print_json(
        {
            "record": held.record,
            "version": held.number,
            "state": held.state,
            "digest": held.digest,
            "reviews": [
                {"operator": r.operator, "verdict": r.verdict, "text": r.releasable_text} for r in held.reviews
            ],
        }
    )


@commands.command()
def approve(
    record: RecordArgument,
    operator: Operator,
    releasable_text: Annotated[
        Path | None,
        typer.Option(
            "--releasable-text", help="A file with your own account, for those who may not see the narrative."
        ),
    ] = None,
    home: Home = None,
) -> None:
    """Approve what waits; with the last approval needed it is published.

    Example: gateway review approve record--… --as analyst-one --releasable-text summary.txt
    """
    text = read_text(releasable_text).strip() if releasable_text else None
    with opened(home) as gateway:
        key = gateway.operator_key(operator)
        _tell(gateway.review_desk.approve(record, operator=operator, key=key, releasable_text=text))


@commands.command("return")
def return_(record: RecordArgument, operator: Operator, home: Home = None) -> None:
    """Close what waits without releasing it.

    Example: gateway review return record--… --as analyst-one
    """
    with opened(home) as gateway:
        _tell(gateway.review_desk.return_to_agency(record, operator=operator, key=gateway.operator_key(operator)))


def _tell(reviewed: Reviewed) -> None:
    more = f"; {reviewed.missing} more approval needed, by another operator" if reviewed.missing else ""
    reason = f" ({reviewed.reason})" if reviewed.reason else ""
    console().print(f"{reviewed.record_id} version {reviewed.number}: {reviewed.fate}{reason}{more}")

"""gateway record."""

import enum
from typing import Annotated

import orjson
import typer

from gateway.cli.shown import AsJson, Home, group, listing, opened, print_json
from gateway.errors import NotHeld

__all__ = ["commands"]

commands = group("What the center holds.")


class Form(enum.StrEnum):
    """How to show a record."""

    RECORD = "record"
    NIEM = "niem"
    STIX = "stix"


@commands.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 100,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """The latest version of every record, oldest first.

    Example: gateway record list --limit 20
    """
    with opened(home) as gateway:
        held = gateway.stores.records.latest(limit=limit)
    rows = [
        (h.record.id, h.number, h.record.kind, h.record.provenance.feed, h.record.native_key, h.state) for h in held
    ]
    columns = {
        "record": "Record",
        "version": ">Version",
        "kind": "Kind",
        "feed": "Feed",
        "native_key": "Agency's key",
        "state": "State",
    }
    listing("Records", columns, rows, as_json=as_json)


@commands.command()
def show(
    record: Annotated[str, typer.Argument(help="The record's id.")],
    form: Annotated[Form, typer.Option("--as", help="record, niem or stix.")] = Form.RECORD,
    view: Annotated[str | None, typer.Option("--view", help="The view, for niem and stix; see --as record.")] = None,
    received_by: Annotated[bool, typer.Option("--received-by", help="Who was given it, why and when.")] = False,
    home: Home = None,
) -> None:
    """One record: as understood, or as a view of it was published.

    Example: gateway record show record--… --as niem --view full@1+niem
    """
    with opened(home) as gateway:
        held = gateway.stores.records.get(record)
        views = gateway.stores.records.views(record, held.number)
        given = gateway.stores.disseminations.recipients_of(record) if received_by else ()
    if received_by:
        print_json([g._asdict() for g in given])
        return
    if form is Form.RECORD:
        facts = {"record": held.record, "version": held.number, "state": held.state, "digest": held.digest}
        print_json({**facts, "views": [v.key for v in views]})
        return
    chosen = next((v for v in views if view in (None, v.key)), None)
    if chosen is None:
        raise NotHeld(
            "there is no such view", where=record, remedy=f"Views: {', '.join(v.key for v in views) or 'none'}"
        )
    if form is Form.NIEM:
        typer.echo(chosen.niem.decode())
    else:
        print_json([orjson.loads(body) for body in chosen.stix])

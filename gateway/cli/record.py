"""gateway record."""

import enum
from typing import Annotated

import orjson
import typer

from gateway.authoring.tried import Tried, try_mapping
from gateway.cli.shown import AsJson, Home, console, group, listing, opened, print_json, table
from gateway.errors import BadSetting, NotHeld
from gateway.mapping.compiled import Mapping
from gateway.store.records import HeldRecord
from gateway.wiring import Gateway

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
    ledger: Annotated[bool, typer.Option("--ledger", help="Where every fact came from, and what was dropped.")] = False,
    received_by: Annotated[bool, typer.Option("--received-by", help="Who was given it, why and when.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """One record: as understood, or as a view of it was published.

    Example: gateway record show record--… --as niem --view full@1+niem
    """
    with opened(home) as gateway:
        held = gateway.stores.records.get(record)
        views = gateway.stores.records.views(record, held.number)
        given = gateway.stores.disseminations.recipients_of(record) if received_by else ()
        if ledger:
            _show_ledger(gateway, held, as_json=as_json)
            return
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
        if not chosen.niem:
            raise NotHeld(
                "the record was withdrawn; nothing is said of it in NIEM any more",
                where=record,
                remedy="--as stix shows what partners were sent",
            )
        typer.echo(chosen.niem.decode())
    else:
        print_json([orjson.loads(body) for body in chosen.stix])


def _show_ledger(gateway: Gateway, held: HeldRecord, *, as_json: bool) -> None:
    """The item that made the record, cell by cell, as today's mapping takes it; first, what is not as it was then."""
    notes = []
    while held.position == 0:
        notes.append(f"Version {held.number} was withdrawn: delivery {held.receipt} does not have the record.")
        held = gateway.stores.records.get(held.record.id, held.number - 1)
    received = gateway.stores.deliveries.received(held.receipt)
    mapping = gateway.mappings.get(received.feed)
    if mapping is None:
        raise NotHeld("the mapping of its feed is gone", where=received.feed, remedy="Put the document back")
    if not isinstance(mapping, Mapping):
        raise BadSetting(
            "the record's feed brings STIX, which has no columns whose way could be shown",
            where=received.feed,
            remedy="The objects that came in stand in the record: gateway record show",
        )
    tried = next(try_mapping(mapping, received, gateway.ids, first=held.position))
    notes += _notes(mapping, tried, held)
    source = held.record.provenance
    if as_json:
        cells = [{"file": source.file_name, "line": tried.line, **cell._asdict()} for cell in tried.cells]
        print_json({"record": held.record.id, "provenance": source, "notes": notes, "ledger": cells})
        return
    console().print(f"{source.file_name}, line {source.line}, SHA-256 {source.source_sha256}")
    console().print(f"receipt {source.receipt}, mapping {source.mapping} version {source.mapping_version}")
    for note in notes:
        console().print(f"ATTENTION. {note}", style="bold")
    rows = [(tried.line, *cell) for cell in tried.cells]
    table("", (">Line", "Column", "Value", "Carried to", "How", "Became", "Problem"), rows)


def _notes(mapping: Mapping, tried: Tried, held: HeldRecord) -> list[str]:
    """Where the ledger of today is not that of the day on which the record was made."""
    made_with = held.record.provenance.mapping_version
    notes = []
    if made_with != mapping.version:
        notes.append(
            f"Version {made_with} of the mapping made the record; this is what version {mapping.version} of today does."
        )
    if tried.record is None:
        notes.append(f"Today the item gives no record ({tried.outcome}).")
    elif tried.record.content_digest() != held.digest:
        notes.append("Today the item gives another record than the one that is held.")
    if len(notes) and made_with == mapping.version:
        notes.append("A cell was corrected in quarantine, or mapping or code table changed without a new version.")
    return notes

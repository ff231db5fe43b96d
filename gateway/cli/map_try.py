"""gateway map try."""

import secrets
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.authoring.preview import HELD, Form, Previews, invented_center, previews_of, readable
from gateway.authoring.tried import Tried, try_mapping
from gateway.cli.shown import AsJson, console, print_json, table
from gateway.cli.tried_files import as_delivered
from gateway.errors import InvalidDocument, RenderingError
from gateway.mapping.catalog import load_mapping_version
from gateway.model.identity import IdKey
from gateway.wiring import system_clock

__all__ = ["try_"]

_OF_ONE_ROW = (Form.NIEM, Form.STIX)
"""What is shown of a single item where nothing else was asked for."""


def try_(
    mapping: Annotated[Path, typer.Argument(help="The mapping document.")],
    file: Annotated[Path, typer.Argument(help="A file of the feed.")],
    row: Annotated[int | None, typer.Option("--row", min=1, help="Only the item of this number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many items.")] = 3,
    forms: Annotated[
        list[Form] | None,
        typer.Option("--as", help="Also show what it would give: record, niem, stix. With --row: niem and stix."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What becomes of each column: source, value, target, value, problem, and the documents that it would give.

    Nothing is stored. The ids are made up for this one call. Exits with 1 when an item shown is no record.

    Example: gateway map try our-calls.yaml calls.csv --row 7 --as niem
    """
    compiled = load_mapping_version(mapping)
    ids = IdKey(secrets.token_bytes(32))
    with as_delivered(file, compiled.feed) as received:
        chosen = list(islice(try_mapping(compiled, received, ids, first=row or 1), 1 if row else limit))
    wanted = tuple(dict.fromkeys(forms)) if forms else _OF_ONE_ROW if row else ()
    previews = previews_of(invented_center(system_clock), ids, system_clock) if wanted else None
    shown = [(tried, _documents(previews, tried, wanted) if previews else {}) for tried in chosen]
    if as_json:
        print_json([_facts(tried, documents) for tried, documents in shown])
    else:
        for tried, documents in shown:
            _show(tried, documents)
        if not chosen:
            console().print("The file has no such item." if row else "The file has no items.")
    if any(tried.outcome in ("rejected", "unreadable") or _failed(documents) for tried, documents in shown):
        raise typer.Exit(1)


def _documents(previews: Previews, tried: Tried, forms: tuple[Form, ...]) -> dict[Form, str | Exception]:
    """Each form's text, a word about why there is none, or the error that writing it ended in."""
    documents: dict[Form, str | Exception] = {}
    for form in forms if tried.record is not None else ():
        assert tried.record is not None
        try:
            document = previews.document(tried.record, form)
            documents[form] = HELD if document is None else readable(document, form)
        except (RenderingError, InvalidDocument) as error:
            documents[form] = error
    return documents


def _failed(documents: dict[Form, str | Exception]) -> bool:
    return any(isinstance(document, Exception) for document in documents.values())


def _facts(tried: Tried, documents: dict[Form, str | Exception]) -> dict[str, Any]:
    facts = {**tried._asdict(), "cells": [cell._asdict() for cell in tried.cells]}
    del facts["record"]
    return {**facts, **{form.value: str(document) for form, document in documents.items()}}


def _show(tried: Tried, documents: dict[Form, str | Exception]) -> None:
    reason = f": {tried.reason}" if tried.reason else ""
    title = f"Item {tried.item}, line {tried.line}: {tried.outcome}{reason}"
    table(title, ("Column", "Value", "Target", "How", "Becomes", "Problem"), tried.cells, empty=tried.outcome)
    for problem in tried.problems:
        if not problem.column:
            console().print(f"  {problem.sentence()}")
    for form, document in documents.items():
        console().print(f"As {form.value}:")
        typer.echo(f"not written: {document}" if isinstance(document, Exception) else document)

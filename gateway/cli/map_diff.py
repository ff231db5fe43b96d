"""gateway map diff."""

import secrets
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gateway.authoring.compared import Change, LedgerChange, What, compare, key_change, ledger_changes, meaning_change
from gateway.cli.shown import AsJson, console, print_json, progress, table
from gateway.cli.tried_files import as_delivered
from gateway.errors import BadSetting
from gateway.mapping.catalog import load_mapping_version
from gateway.model.identity import IdKey

__all__ = ["diff"]


def diff(
    old: Annotated[Path, typer.Argument(help="The mapping document as it was.")],
    new: Annotated[Path, typer.Argument(help="The mapping document as it shall be.")],
    file: Annotated[Path, typer.Argument(help="A file of the feed, such as last week's.")],
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="Show at most so many changed items.")] = 10,
    as_json: AsJson = False,
) -> None:
    """What changes for a file when one version of a mapping takes the place of another; exit 1 when anything does.

    Both documents are of one feed; the files may have any name. Code tables are looked up beside each document.

    Example: gateway map diff old/our-calls.yaml mappings/our-calls.yaml last-week.csv
    """
    before, after = load_mapping_version(old), load_mapping_version(new)
    if before.feed != after.feed:
        raise BadSetting(
            f"the documents are of two feeds, '{before.feed}' and '{after.feed}'",
            where=str(new),
            remedy="Compare two versions of one mapping",
        )
    counts: Counter[What] = Counter()
    changes: list[Change] = []
    with as_delivered(file, after.feed) as received, progress(file.name) as tell:
        for change in compare(before, after, received, IdKey(secrets.token_bytes(32))):
            counts[change.what] += 1
            tell(counts.total(), 0)
            if change.what is not What.SAME and len(changes) < limit:
                changes.append(change)
    other_key, meaning = key_change(before, after), meaning_change(before, after)
    ledger = ledger_changes(before, after)
    if as_json:
        facts = {"counts": {what.value: counts[what] for what in What}, "key": other_key, "delivery": meaning}
        shown = [{**change._asdict(), "facts": [fact._asdict() for fact in change.facts]} for change in changes]
        print_json({**facts, "ledger": [row._asdict() for row in ledger], "changes": shown})
    else:
        _show(counts, changes, [words for words in (other_key, meaning) if words], ledger)
    if other_key or meaning or ledger or counts.total() != counts[What.SAME]:
        raise typer.Exit(1)


def _show(counts: Counter[What], changes: list[Change], notes: list[str], ledger: tuple[LedgerChange, ...]) -> None:
    for note in notes:
        console().print(f"ATTENTION. {note}", style="bold red")
    table("Items", ("What", ">Items"), [(what.value, counts[what]) for what in What if counts[what]])
    if ledger:
        table("Columns", ("Column", "What", "Before", "Now"), ledger)
    rows = [
        (change.line, change.key, change.what.value, fact.target, fact.old, fact.new)
        for change in changes
        for fact in change.facts
    ]
    if rows:
        table("Changed items", (">Line", "Key", "What", "Target", "Before", "Now"), rows)
    left_out = counts.total() - counts[What.SAME] - len(changes)
    if left_out:
        console().print(f"… and {left_out} more items; see --limit")
    if not (notes or ledger or left_out or changes):
        console().print("Nothing changes for this file.")

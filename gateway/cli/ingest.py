"""gateway ingest."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from gateway.absences import Trust
from gateway.adapters import recognition
from gateway.cli.files import delivered
from gateway.cli.shown import AsJson, Home, console, opened, print_json, progress, table
from gateway.errors import BadSetting
from gateway.model.content import Content
from gateway.model.stages import Fate, Received
from gateway.pipeline import Progress
from gateway.store.deliveries import DeliverySummary
from gateway.store.engine import to_us
from gateway.wiring import Gateway

__all__ = ["feed_of", "ingest", "show_summary", "summary_facts"]

_REJECTED_SHOWN = 10
"""Rejected items whose problems are printed; the others are counted."""


def ingest(
    files: Annotated[list[Path], typer.Argument(help="Files as the agency's system exported them.")],
    feed: Annotated[str | None, typer.Option(help="The feed; found by the columns when left out.")] = None,
    confirm_missing: Annotated[
        bool, typer.Option("--confirm-missing", help="Withdraw what a whole file leaves out, however much it is.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Deliver files and drive them down the road. Exits with 1 when anything was rejected.

    Example: gateway ingest calls.csv --feed seattle-pd-cad
    """
    summaries = []
    trust = Trust.CONFIRMED if confirm_missing else Trust.AS_USUAL
    with opened(home) as gateway:
        for path in files:
            with delivered(path) as content:
                name = feed_of(gateway, content, path, feed)
                received = gateway.pipeline.receive(content, feed=name, file_name=path.name)
            claim = gateway.stores.deliveries.claim(now_us=to_us(gateway.clock()), receipt=received.receipt)
            if claim is not None:
                with progress(path.name, total_bytes=len(claim.received.content)) as tell:
                    summaries.append(gateway.pipeline.drive(claim, on_progress=_telling(tell), trust=trust))
        rejected = [gateway.stores.quarantine.items(s.receipt, limit=_REJECTED_SHOWN) for s in summaries]
    if as_json:
        print_json([summary_facts(summary) for summary in summaries])
    else:
        for summary, items in zip(summaries, rejected, strict=True):
            show_summary(summary)
            for item in items:
                for problem in item.problems:
                    console().print(f"  {problem.sentence(item.file_name)}")
            if (more := summary.fates.get(Fate.QUARANTINED, 0) - len(items)) > 0:
                console().print(f"  … and {more} more: gateway quarantine list --receipt {summary.receipt}")
    if any(s.state != "done" or s.fates.get(Fate.QUARANTINED) for s in summaries):
        raise typer.Exit(1)


def _telling(tell: Callable[[int, int], None]) -> Callable[[Progress], None]:
    return lambda done: tell(done.items, done.done_bytes)


def feed_of(gateway: Gateway, content: Content, path: Path, feed: str | None) -> str:
    """The feed that a file belongs to. Raises BadSetting when it is unknown or cannot be told from the columns."""
    if feed is not None:
        if feed not in gateway.mappings:
            raise BadSetting(f"there is no feed '{feed}'", remedy=f"Known feeds: {', '.join(sorted(gateway.mappings))}")
        return feed
    received = Received(receipt="", feed="", file_name=path.name, sha256="", received=gateway.clock(), content=content)
    found = recognition.feed_of(received, gateway.mappings)
    if found is not None:
        return found.feed
    raise BadSetting(
        "the file's columns belong to no feed",
        where=str(path),
        remedy=f"Name the feed with --feed; known feeds: {', '.join(sorted(gateway.mappings))}",
    )


def show_summary(summary: DeliverySummary) -> None:
    """A delivery's fates with their reasons, as a table."""
    rows: list[tuple[object, ...]] = [
        (fate, reason, _lines(summary.lines.get((fate, reason), ()), count), count)
        for (fate, reason), count in sorted(
            summary.reasons.items(), key=lambda entry: (list(Fate).index(entry[0][0]), entry[0][1])
        )
    ]
    rows.append((Text("all rows", style="bold"), "", "", summary.rows))
    if summary.withdrawn:
        rows.append(
            (Text("withdrawn", style="bold"), "records that the file lacks or takes back", "", summary.withdrawn)
        )
    title = f"{summary.file_name} → {summary.feed}: {summary.state}"
    table(title, ("Fate", "Reason", "Lines", ">Rows"), rows)
    for problem in summary.problems:
        console().print(f"  {problem.sentence(summary.file_name)}")


def _lines(lines: tuple[int, ...], count: int) -> str:
    shown = ", ".join(str(line) for line in lines)
    return f"{shown} …" if len(lines) < count and shown else shown


def summary_facts(summary: DeliverySummary) -> dict[str, Any]:
    """The same for programs."""
    return {
        "receipt": summary.receipt,
        "feed": summary.feed,
        "file": summary.file_name,
        "state": summary.state,
        "rows": summary.rows,
        "withdrawn": summary.withdrawn,
        "fates": {str(fate): summary.fates.get(fate, 0) for fate in Fate},
        "reasons": [
            {"fate": str(fate), "reason": reason, "rows": count} for (fate, reason), count in summary.reasons.items()
        ],
        "problems": [problem.sentence(summary.file_name) for problem in summary.problems],
    }

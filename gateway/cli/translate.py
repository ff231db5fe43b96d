"""gateway translate."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gateway import adapters
from gateway.authoring.preview import HELD, Form, Previews
from gateway.cli.files import delivered
from gateway.cli.ingest import feed_of
from gateway.cli.shown import AsJson, Home, console, opened, print_json
from gateway.errors import BadSetting
from gateway.mapping.compiled import Mapped, Rejected
from gateway.model.stages import NativeRecord, Received, Unreadable
from gateway.sharing.projections import PROJECTIONS

__all__ = ["translate"]


def translate(
    file: Annotated[Path, typer.Argument(help="A file as the agency's system exported it.")],
    to: Annotated[Form, typer.Option("--to", help="record, niem or stix.")] = Form.RECORD,
    feed: Annotated[str | None, typer.Option(help="The feed; found by the columns when left out.")] = None,
    projection: Annotated[str, typer.Option(help="How much to show.")] = "full",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A folder for one file each; else standard output.")
    ] = (None),
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Dry run: translate and validate, sign nothing, store nothing, release nothing.

    Example: gateway translate calls.csv --to niem -o ./preview
    """
    if projection not in PROJECTIONS:
        raise BadSetting(f"there is no projection '{projection}'", remedy=f"Known: {', '.join(PROJECTIONS)}")
    results: list[tuple[int, bytes]] = []
    problems: list[str] = []
    held: list[int] = []
    with opened(home) as gateway, delivered(file) as content:
        name = feed_of(gateway, content, file, feed)
        mapping = gateway.mappings[name]
        received = Received(
            receipt="dry-run",
            feed=name,
            file_name=file.name,
            sha256="0" * 64,
            received=gateway.clock(),
            content=content,
        )
        publisher = gateway.publisher
        previews = Previews(gateway.center, gateway.ids, publisher.niem_checker, publisher.stix_checker, gateway.clock)
        for item in adapters.read(received, mapping.reading):
            if isinstance(item, Unreadable):
                problems.append(f"line {item.line}: {item.problem} [{item.code}]")
            elif isinstance(item, NativeRecord):
                outcome = mapping.map(item, received, gateway.ids)
                if isinstance(outcome, Rejected):
                    problems += [problem.sentence(file.name) for problem in outcome.problems]
                elif isinstance(outcome, Mapped):
                    document = previews.document(outcome.record, to, projection=projection)
                    if document is None:
                        held.append(item.line)
                    else:
                        results.append((item.line, document))
    if out is not None:
        _write(results, out, to)
    if as_json:
        facts = {"translated": len(results), "held": held, "problems": problems}
        print_json(facts if out else {**facts, "documents": [data.decode() for _, data in results]})
    else:
        for _, data in results if out is None else ():
            typer.echo(data.decode())
        for line in held:
            console().print(f"line {line}: {HELD}")
        for problem in problems:
            console().print(problem)
    if problems:
        raise typer.Exit(1)


def _write(results: list[tuple[int, bytes]], out: Path, to: Form) -> None:
    out.mkdir(parents=True, exist_ok=True)
    suffix = "xml" if to is Form.NIEM else "json"
    of_line: Counter[int] = Counter()
    for line, data in results:
        of_line[line] += 1
        number = f"-{of_line[line]}" if of_line[line] > 1 else ""
        (out / f"line-{line}{number}.{suffix}").write_bytes(data)

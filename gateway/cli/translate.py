"""gateway translate."""

import enum
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from gateway import adapters
from gateway.cli.files import delivered
from gateway.cli.ingest import feed_of
from gateway.cli.shown import AsJson, Home, console, opened, print_json
from gateway.errors import BadSetting
from gateway.mapping.compiled import Mapped, Rejected
from gateway.model.kinds import KINDS
from gateway.model.record import Record, encode_record
from gateway.model.stages import Cleared, NativeRecord, Received, SignedNiem, Unreadable
from gateway.niem.render import render as render_niem
from gateway.sharing.projections import PROJECTIONS
from gateway.sharing.views import bare_view
from gateway.stix.render import render as render_stix
from gateway.wiring import Gateway

__all__ = ["translate"]


class Form(enum.StrEnum):
    """What to translate to."""

    RECORD = "record"
    NIEM = "niem"
    STIX = "stix"


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
        for item in adapters.read(received, mapping.reading):
            if isinstance(item, Unreadable):
                problems.append(f"line {item.line}: {item.problem} [{item.code}]")
            elif isinstance(item, NativeRecord):
                outcome = mapping.map(item, received, gateway.ids)
                if isinstance(outcome, Rejected):
                    problems += [problem.sentence(file.name) for problem in outcome.problems]
                elif isinstance(outcome, Mapped):
                    results.append((item.line, _written(gateway, outcome.record, to, projection)))
    if out is not None:
        _write(results, out, to)
    if as_json:
        facts = {"translated": len(results), "problems": problems}
        print_json(facts if out else {**facts, "documents": [data.decode() for _, data in results]})
    else:
        for _, data in results if out is None else ():
            typer.echo(data.decode())
        for problem in problems:
            console().print(problem)
    if problems:
        raise typer.Exit(1)


def _written(gateway: Gateway, record: Record, to: Form, projection: str) -> bytes:
    if to is Form.RECORD or not KINDS[record.kind].is_rendered:
        return encode_record(record)
    now = gateway.clock().replace(microsecond=0)
    cleared = Cleared(record=record, number=1, created=now, modified=now)
    view = bare_view(cleared, PROJECTIONS[projection], gateway.ids)
    valid = gateway.publisher.niem_checker.check(view, render_niem(view, gateway.center))
    if to is Form.NIEM:
        return valid.document
    unsigned = SignedNiem(view=view, document=valid.document, key_id="")
    checked = gateway.publisher.stix_checker.check(unsigned, render_stix(unsigned, gateway.center))
    bundle: dict[str, Any] = {"type": "bundle", "id": f"bundle--{view.document_id}", "objects": checked.objects}
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2)


def _write(results: list[tuple[int, bytes]], out: Path, to: Form) -> None:
    out.mkdir(parents=True, exist_ok=True)
    suffix = "xml" if to is Form.NIEM else "json"
    for line, data in results:
        (out / f"line-{line}.{suffix}").write_bytes(data)

"""gateway map."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.adapters.stix_feeds import load_stix_feed, run_stix_tests
from gateway.cli import map_codes, map_diff, map_profile, map_try
from gateway.cli.shown import AsJson, console, group, print_json, table
from gateway.config import shipped
from gateway.mapping.catalog import is_of_stix, load_mapping
from gateway.mapping.examples import run_tests

__all__ = ["commands"]

commands = group("Mapping documents: how each feed is read.")


@commands.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Mapping documents; else all that ship.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read mapping documents and run the tests inside them; exit 1 when a test fails.

    Example: gateway map check my-feed.yaml
    """
    paths = files or sorted(shipped("mappings").glob("*.yaml"))
    rows = []
    for path in paths:
        outcomes = run_stix_tests(load_stix_feed(path)) if is_of_stix(path) else run_tests(load_mapping(path))
        rows += [(path.stem, outcome.name, outcome.passed, "; ".join(outcome.faults)) for outcome in outcomes]
    if as_json:
        print_json([dict(zip(("mapping", "test", "passed", "faults"), row, strict=True)) for row in rows])
    else:
        shown = [(name, test, "✓" if passed else "✗", faults) for name, test, passed, faults in rows]
        table("", ("Mapping", "Test", "", "Faults"), shown, empty="No tests inside these mappings.")
        console().print(f"{len(paths)} mappings, {len(rows)} tests, {sum(not r[2] for r in rows)} failed.")
    if not all(row[2] for row in rows):
        raise typer.Exit(1)


commands.command("profile")(map_profile.profile)
commands.command("try")(map_try.try_)
commands.command("codes")(map_codes.codes)
commands.command("diff")(map_diff.diff)

"""The command tree."""

from typing import Annotated

import typer

from gateway import __version__
from gateway.cli import (
    agreement,
    certs,
    database,
    demo,
    doctor,
    home,
    iepd,
    ingest,
    map_,
    niem,
    partner,
    pull,
    quarantine,
    record,
    release,
    review,
    serve,
    timestamp,
    translate,
    verify,
)

__all__ = ["application"]

application = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"gateway {__version__}")
        raise typer.Exit


@application.callback()
def gateway(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Agency files in, signed NIEM XML and STIX 2.1 out over TAXII 2.1, under sharing agreements."""


application.command("init")(home.init)
application.command("demo")(demo.demo)
application.command("ingest")(ingest.ingest)
application.command("translate")(translate.translate)
application.command("serve")(serve.serve)
application.command("work")(serve.work)
application.command("pull")(pull.pull_command)
application.command("release")(release.release)
application.command("verify")(verify.verify)
application.command("doctor")(doctor.doctor)
for name, group in {
    "map": map_.commands,
    "quarantine": quarantine.commands,
    "review": review.commands,
    "record": record.commands,
    "agreement": agreement.commands,
    "partner": partner.commands,
    "operator": partner.operators,
    "certs": certs.commands,
    "timestamp": timestamp.commands,
    "iepd": iepd.commands,
    "niem": niem.commands,
    "db": database.commands,
}.items():
    application.add_typer(group, name=name)

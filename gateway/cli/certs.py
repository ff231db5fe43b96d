"""gateway certs."""

from typing import Annotated

import typer

from gateway import names
from gateway.cli.shown import AsJson, Home, console, group, listing
from gateway.config import home_from, load_settings
from gateway.founding import complete_development_pki
from gateway.signing.keys import load_certificates
from gateway.wiring import system_clock

__all__ = ["commands"]

commands = group("Keys and certificates.")


@commands.command("init-dev")
def init_dev(home: Home = None) -> None:
    """Make the development certificates that a home lacks, for example those of a new operator.

    Example: gateway certs init-dev --home ./gateway-home
    """
    folder = home_from(home)
    settings = load_settings(folder)
    made = complete_development_pki(folder, center_name=settings.center_name, at=system_clock())
    for name in made:
        console().print(f"made {name}.crt")
    if not made:
        console().print("Every operator and partner has a certificate already.")
    console().print(f"Development certificates are in {folder / names.CERTS_FOLDER}. They are not for operation.")


@commands.command()
def status(
    within: Annotated[int, typer.Option(help="Fail when a certificate ends within so many days.")] = 14,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Every certificate with the days that it has left; exit 1 when one is about to end.

    Example: gateway certs status --within 30
    """
    folder = load_settings(home_from(home)).home / names.CERTS_FOLDER
    now = system_clock()
    rows = []
    for path in sorted(folder.glob("*/*.crt")):
        certificate = load_certificates(path)[0]
        left = (certificate.not_valid_after_utc - now).days
        rows.append((str(path.relative_to(folder)), certificate.subject.rfc4514_string(), left))
    columns = {"file": "File", "subject": "Subject", "days_left": ">Days left"}
    listing("Certificates", columns, rows, as_json=as_json)
    if any(left < within for _, _, left in rows):
        raise typer.Exit(1)

"""gateway doctor."""

from datetime import datetime
from pathlib import Path

import typer

from gateway import names
from gateway.checkup import State, findings
from gateway.cli.shown import AsJson, Home, console, listing, opened
from gateway.signing.keys import load_certificates

__all__ = ["doctor"]

_SHOWN = {State.OK: "✓", State.NOTE: "!", State.ALARM: "✗"}


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Look the gateway over: late feeds, unread deliveries, the quarantine, certificates. Exits with 1 on an alarm.

    Settings, secrets, mappings with their tests, and agreements are read on the way; a fault there is an error.

    Example: gateway doctor --home ./gateway-home
    """
    with opened(home) as gateway:
        now = gateway.clock()
        found = findings(gateway.vital_signs(), _certificates(gateway.home / names.CERTS_FOLDER), now)
    rows = [(one.about, str(one.state) if as_json else _SHOWN[one.state], one.says, one.remedy) for one in found]
    listing("", {"about": "About", "state": "", "says": "Finding", "remedy": "Remedy"}, rows, as_json=as_json)
    alarms = sum(one.state is State.ALARM for one in found)
    if not as_json:
        console().print(f"{len(found)} things looked at, {alarms} alarms.")
    if alarms:
        raise typer.Exit(1)


def _certificates(folder: Path) -> list[tuple[str, datetime]]:
    ends = [(path, load_certificates(path)[0].not_valid_after_utc) for path in sorted(folder.glob("*/*.crt"))]
    return [(f"certificate {path.relative_to(folder)}", moment) for path, moment in ends]

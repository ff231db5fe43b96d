"""gateway doctor."""

from datetime import datetime

import typer

from gateway import names
from gateway.checkup import KeySigns, State, findings
from gateway.cli.shown import AsJson, Home, console, listing, opened
from gateway.errors import MissingFile
from gateway.signing.inventory import inventory
from gateway.signing.providers import providers
from gateway.signing.revocation_list import load_revocation_list
from gateway.wiring import Gateway

__all__ = ["doctor"]

_SHOWN = {State.OK: "✓", State.NOTE: "!", State.ALARM: "✗"}


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Look the gateway over: late feeds, unread deliveries, the quarantine, keys. Exits with 1 on an alarm.

    Settings, secrets, mappings with their tests, and agreements are read on the way; a fault there is an error.

    Example: gateway doctor --home ./gateway-home
    """
    with opened(home) as gateway:
        now = gateway.clock()
        found = findings(gateway.vital_signs(), _key_signs(gateway, now), now)
    rows = [(one.about, str(one.state) if as_json else _SHOWN[one.state], one.says, one.remedy) for one in found]
    listing("", {"about": "About", "state": "", "says": "Finding", "remedy": "Remedy"}, rows, as_json=as_json)
    alarms = sum(one.state is State.ALARM for one in found)
    if not as_json:
        console().print(f"{len(found)} things looked at, {alarms} alarms.")
    if alarms:
        raise typer.Exit(1)


def _key_signs(gateway: Gateway, now: datetime) -> KeySigns:
    folder = gateway.home / names.CERTS_FOLDER
    try:
        found = load_revocation_list(folder / "ca")
        dates = found.last_update_utc, found.next_update_utc or found.last_update_utc
    except MissingFile:
        dates = None
    return KeySigns(inventory(folder, now), providers(gateway.keys.ring().ring, now), dates)

"""gateway certs."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from gateway import names
from gateway.cli.moments import moment_of
from gateway.cli.shown import AsJson, Home, console, group, listing, print_json
from gateway.config import Settings, home_from, load_settings
from gateway.errors import BadSetting, ConfigurationError
from gateway.founding import complete_development_pki
from gateway.signing.inventory import inventory
from gateway.signing.key_ring import load_key_ring
from gateway.signing.profiles import DEFAULT_PROFILE, PROFILES
from gateway.signing.purposes import SIGNER
from gateway.signing.reasons import Reason
from gateway.signing.ring import Token
from gateway.signing.rotation import OVERLAP, CenterNames, renew_revocation_list
from gateway.signing.rotation import renew as renew_certificate
from gateway.signing.rotation import revoke as revoke_key
from gateway.signing.rotation import rotate as rotate_key
from gateway.wiring import system_clock

__all__ = ["commands"]

commands = group("Keys and certificates.")
_PERIOD = re.compile(r"(\d{1,4})([dhm])")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


@commands.command("init-dev")
def init_dev(home: Home = None) -> None:
    """Make the development certificates that a home lacks, for example those of a new operator.

    Example: gateway certs init-dev --home ./gateway-home
    """
    folder = home_from(home)
    settings = load_settings(folder)
    made = complete_development_pki(
        folder, center_name=settings.center_name, center_id=settings.center_id, at=system_clock()
    )
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
    """Every key: its use, its state, the days left; exit 1 when one is about to end or its file is unsafe.

    Example: gateway certs status --within 30
    """
    now = system_clock()
    keys = inventory(_certs(load_settings(home_from(home))), now)
    rows = [
        (
            one.use,
            one.name,
            one.kid,
            one.profile,
            str(one.state),
            (one.ends - now).days,
            [f"{fault.problem}: {fault.remedy}" for fault in one.faults] if as_json else _told(one.faults),
        )
        for one in keys
    ]
    columns = {
        "use": "Use",
        "name": "Name",
        "kid": "Key id",
        "profile": "Profile",
        "state": "State",
        "days_left": ">Days left",
        "findings": "Findings",
    }
    listing("Keys", columns, rows, as_json=as_json)
    if any(one.faults or one.ends_soon(now + timedelta(days=within)) for one in keys):
        raise typer.Exit(1)


@commands.command()
def rotate(
    profile: Annotated[str, typer.Option(help=f"The new key's: {', '.join(PROFILES)}.")] = DEFAULT_PROFILE.name,
    signs_from: Annotated[str | None, typer.Option(help="When it begins to sign, such as 2027-01-31T06:00Z.")] = None,
    within: Annotated[str | None, typer.Option("--in", help="The same as a period: 7d, 12h, 30m.")] = None,
    now: Annotated[bool, typer.Option("--now", help="It signs at once; no partner has fetched it yet.")] = False,
    certificate: Annotated[
        Path | None, typer.Option(help="The chain that your authority issued, PEM; else the development one issues it.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The private key of that certificate, PEM; it is copied.")] = None,
    module: Annotated[str, typer.Option(help="For a key in hardware: the PKCS #11 module's file.")] = "",
    token: Annotated[str, typer.Option(help="The token's label.")] = "",
    token_key: Annotated[str, typer.Option(help="The key's label in the token.")] = "",
    token_id: Annotated[str, typer.Option(help="The key's id in the token, hexadecimal.")] = "",
    pin_file: Annotated[Path | None, typer.Option(help="The file with the token's PIN; it is copied.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Publish a new signing key, which takes over later: in seven days unless said otherwise.

    Example: gateway certs rotate --in 14d
    """
    settings = load_settings(home_from(home))
    if profile not in PROFILES:
        raise BadSetting(f"'{profile}' is no signing profile", where="--profile", remedy=f"Use {', '.join(PROFILES)}")
    _require_whole_token(module, token=token, token_key=token_key, token_id=token_id, pin_file=pin_file)
    if certificate is not None and profile != DEFAULT_PROFILE.name:
        raise BadSetting("the key of a certificate tells its profile itself", where="--profile", remedy="Leave it out")
    at = system_clock()
    begins = _beginning(at, signs_from=signs_from, within=within, now=now)
    kid = rotate_key(
        _certs(settings),
        _center(settings),
        at=at,
        signs_from=begins,
        profile=PROFILES[profile],
        certificate=certificate,
        key=key,
        token=Token(module=module, token=token, key=token_key, id=token_id) if module else None,
        pin_file=pin_file,
    )
    load_key_ring(_certs(settings) / SIGNER.folder, at=at)
    if as_json:
        print_json({"kid": kid, "signs_from": begins})
        return
    console().print(f"The key {kid} is published. It signs from {_minute(begins)}.")


def _require_whole_token(module: str, *, token: str, token_key: str, token_id: str, pin_file: Path | None) -> None:
    """Raises BadSetting for a part of a key in hardware without the module: the new key would lie in a file."""
    if not module and (token or token_key or token_id or pin_file is not None):
        raise BadSetting(
            "a key in hardware needs its module", where="--module", remedy="Name the PKCS #11 module's file"
        )


@commands.command()
def renew(
    name: Annotated[str, typer.Argument(help="Such as operators/NAME, tls/server or a key id; or crl.")],
    certificate: Annotated[
        Path | None, typer.Option(help="The chain that your authority issued, PEM; else the development one issues it.")
    ] = None,
    home: Home = None,
) -> None:
    """Give a key a new certificate; the key and its id stay. With `crl`: issue the list of revoked ones anew.

    Example: gateway certs renew tls/server
    """
    folder = _certs(load_settings(home_from(home)))
    if name == "crl":
        renew_revocation_list(folder, at=system_clock())
        console().print("The revocation list is issued anew.")
        return
    path = renew_certificate(folder, name, at=system_clock(), certificate=certificate)
    console().print(f"The key {path.parent.name}/{path.stem} has a new certificate; the one before is kept beside it.")


@commands.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Such as operators/NAME or a key id; see certs status.")],
    reason: Annotated[Reason, typer.Option(help="Why, as RFC 5280 names it.")],
    since: Annotated[
        str | None,
        typer.Option(help="From when it is not believed, if earlier, such as 2027-01-31T06:00Z."),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Revoke a key for good. If nothing would sign any more, a new key is made that signs at once.

    Example: gateway certs revoke operators/analyst-one --reason keyCompromise
    """
    settings = load_settings(home_from(home))
    done = revoke_key(
        _certs(settings),
        name,
        _center(settings),
        reason=reason,
        at=system_clock(),
        since=moment_of(since, "--since") if since else None,
    )
    if as_json:
        print_json(
            {"kid": done.kid, "listed": done.is_listed, "successor": done.successor, "signed_for": done.is_signed_for}
        )
        return
    out = console()
    out.print(f"The key {done.kid} is revoked. Tell your partners: they see it when they next read /keys or /keys/crl.")
    if not done.is_listed:
        out.print("Its certificate is of another authority. Have that revoke it too, and put its list in ca/crl.pem.")
    if done.successor:
        out.print(f"The key {done.successor} signs from now on.")
    if not done.is_signed_for:
        raise ConfigurationError("nothing signs now", where=name, remedy="Add a key with gateway certs rotate --now")


def _certs(settings: Settings) -> Path:
    return settings.home / names.CERTS_FOLDER


def _center(settings: Settings) -> CenterNames:
    return CenterNames(settings.center_name, settings.center_id)


def _told(faults: tuple[tuple[str, str, str], ...]) -> str:
    return "; ".join(f"{problem}. {remedy}" for _, problem, remedy in faults)


def _beginning(at: datetime, *, signs_from: str | None, within: str | None, now: bool) -> datetime:
    """When a new key begins to sign: one of the three options, else after the usual overlap."""
    if sum((signs_from is not None, within is not None, now)) > 1:
        raise BadSetting("only one beginning can be named", where="--signs-from, --in, --now", remedy="Choose one")
    if now:
        return at
    if signs_from is not None:
        return moment_of(signs_from, "--signs-from")
    if within is None:
        return at + OVERLAP
    period = _PERIOD.fullmatch(within)
    if period is None:
        raise BadSetting("this is no period", where="--in", remedy="Write it like 7d, 12h or 30m")
    return at + int(period[1]) * _UNITS[period[2]]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"

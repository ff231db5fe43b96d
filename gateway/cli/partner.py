"""gateway partner, gateway operator."""

from typing import Annotated

import typer

from gateway import names
from gateway.cli.shown import AsJson, Home, console, group, opened, print_json, table
from gateway.errors import BadSetting
from gateway.store.engine import from_us, to_us
from gateway.wiring import Gateway

__all__ = ["commands", "operators"]

commands = group("Partners and their credentials.")
credentials = group("A partner's credentials: issue, list, revoke.")
operators = group("The center's own people.")
commands.add_typer(credentials, name="credential")


@commands.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """The partners in the home.

    Example: gateway partner list
    """
    with opened(home) as gateway:
        partners = list(gateway.register.partners.values())
    if as_json:
        print_json([p.model_dump(mode="json") for p in partners])
        return
    rows = [(p.partner, p.name, p.category, p.standing, p.contact) for p in partners]
    table("Partners", ("Partner", "Name", "Category", "Standing", "Contact"), rows)


@credentials.command("issue")
def issue(partner: Annotated[str, typer.Argument(help="The partner's name.")], home: Home = None) -> None:
    """Issue a credential. The secret is shown this once and kept only as a hash.

    Example: gateway partner credential issue valley-fusion-center
    """
    with opened(home) as gateway:
        _require(gateway, partner)
        credential, secret = gateway.stores.credentials.issue(partner, now_us=to_us(gateway.clock()))
        url = f"https://{gateway.settings.listen_host}:{gateway.settings.listen_port}{names.DISCOVERY_PATH}"
    out = console()
    out.print(f"Credential {credential.id} of {partner}. The secret, shown once:")
    out.print(secret)
    out.print(f"Use it as Bearer token, or as Basic password with any user name, at {url}")


@credentials.command("list")
def list_credentials(partner: Annotated[str, typer.Argument(help="The partner's name.")], home: Home = None) -> None:
    """A partner's credentials, without their secrets.

    Example: gateway partner credential list valley-fusion-center
    """
    with opened(home) as gateway:
        _require(gateway, partner)
        held = gateway.stores.credentials.of_partner(partner)
    rows = [(c.id, f"{from_us(c.created_us):%Y-%m-%d %H:%M}Z", "revoked" if c.revoked_us else "valid") for c in held]
    table(f"Credentials of {partner}", ("Credential", "Issued", "State"), rows)


@credentials.command("revoke")
def revoke(credential: Annotated[str, typer.Argument(help="The credential's id.")], home: Home = None) -> None:
    """End a credential; it fails at the next request.

    Example: gateway partner credential revoke 2c1d…
    """
    with opened(home) as gateway:
        gateway.stores.credentials.revoke(credential, now_us=to_us(gateway.clock()))
    console().print(f"{credential} is revoked.")


def _require(gateway: Gateway, partner: str) -> None:
    if partner not in gateway.register.partners:
        raise BadSetting(f"there is no partner '{partner}'", remedy="See gateway partner list")


@operators.command("list")
def list_operators(home: Home = None, as_json: AsJson = False) -> None:
    """The operators in the home.

    Example: gateway operator list
    """
    with opened(home) as gateway:
        people = list(gateway.register.operators.values())
    if as_json:
        print_json([p.model_dump(mode="json") for p in people])
        return
    rows = [(p.operator, p.name, ", ".join(p.roles), p.standing) for p in people]
    table("Operators", ("Operator", "Name", "Roles", "Standing"), rows)

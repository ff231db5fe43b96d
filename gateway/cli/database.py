"""gateway db."""

from gateway.cli.shown import Home, console, group
from gateway.config import home_from, load_settings
from gateway.store.engine import open_engine
from gateway.store.schema import upgrade

__all__ = ["commands"]

commands = group("The database.")


@commands.command("upgrade")
def upgrade_(home: Home = None) -> None:
    """Bring the database's schema to this release's.

    Example: gateway db upgrade
    """
    engine = open_engine(load_settings(home_from(home)).url)
    upgrade(engine)
    engine.dispose()
    console().print("The schema is up to date.")

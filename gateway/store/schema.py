"""The database's schema: bringing it up to date, and saying where it stands."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from gateway.errors import StoreError
from gateway.store.engine import writing
from gateway.store.tables import metadata

__all__ = ["drift", "require_current", "upgrade"]

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Bring the schema to this release's, or to an earlier revision's; nothing happens where it is there already."""
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def require_current(engine: Engine) -> None:
    """Raise StoreError unless the schema is exactly this release's."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != head:
        raise StoreError(
            f"the database's schema is {current or 'empty'}, this release needs {head}",
            remedy="Run gateway db upgrade",
        )


def drift(engine: Engine) -> list[object]:
    """The differences between the migrated schema and `tables`; empty when the migrations are complete."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

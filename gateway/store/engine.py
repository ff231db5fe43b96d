"""Opening the database: SQLite with a write-ahead log and full synchronization, or PostgreSQL; the URL chooses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from gateway.errors import BadSetting

__all__ = ["from_ms", "from_us", "insert_new", "lock_row", "open_engine", "reading", "to_ms", "to_us", "writing"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def open_engine(url: str) -> Engine:
    """An engine for a SQLAlchemy URL. Raises BadSetting when the URL or its driver is not usable."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": 30, "check_same_thread": False})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSetting(
            "the database URL is not usable",
            where="database_url",
            remedy="Use sqlite:///PATH, or postgresql+psycopg://… with its driver installed",
        ) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` decides how each begins.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_size=8192")  # for a new file; documents of ten kilobytes commit a tenth faster
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-16384")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the write lock at once, so that it never fails half way because another was first.
    mode = "IMMEDIATE" if connection.get_execution_options().get("gateway_writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; committed at the end, rolled back by an exception."""
    with engine.connect().execution_options(gateway_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look at the data."""
    with engine.connect() as connection, connection.begin():
        yield connection


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over those whose key is there already."""
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def lock_row(connection: Connection, table: Table, **key: Any) -> Any:
    """The row with this key, locked until the transaction ends; None when there is none. SQLite locks as a whole."""
    statement = select(table).where(*(table.c[name] == value for name, value in key.items())).with_for_update()
    return connection.execute(statement).mappings().first()


def to_us(moment: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_us(value: int) -> datetime:
    """The moment, aware and in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, UTC."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(value: int) -> datetime:
    """The moment, aware and in UTC."""
    return _EPOCH + timedelta(milliseconds=value)

"""The schema and the engine: migrations complete, writes durable, secrets kept as hashes."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from store_builders import START_US

from gateway.errors import BadSetting, NotHeld, StoreError
from gateway.store import tables
from gateway.store.collections import CollectionStore
from gateway.store.credentials import CredentialStore
from gateway.store.engine import open_engine, reading, writing
from gateway.store.journal import leaf_hash
from gateway.store.schema import drift, require_current, upgrade


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = open_engine(f"sqlite:///{tmp_path / 'gateway.db'}")
    upgrade(made)
    return made


def test_migrations_leave_no_drift(engine: Engine) -> None:
    assert drift(engine) == []
    require_current(engine)


def test_drift_is_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE quarantine"))
    assert drift(engine)


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert drift(engine) == []


def test_what_was_logged_before_releases_were_is_a_pull(tmp_path: Path) -> None:
    """Revision 0002 adds what a release by hand needs; every older row was an answered page."""
    older = open_engine(f"sqlite:///{tmp_path / 'older.db'}")
    upgrade(older, to="0001")
    row = {
        **dict.fromkeys(("partner", "credential", "collection_id", "agreement", "purpose", "filter", "source"), "x"),
        "agreement_version": "1",
        "from_us": 0,
        "to_us": 5,
        "objects": 2,
        "at_us": 7,
    }
    columns = ", ".join(row)
    with older.begin() as connection:
        connection.execute(
            text(f"INSERT INTO disseminations ({columns}) VALUES (:{columns.replace(', ', ', :')})"), row
        )
    upgrade(older)
    assert drift(older) == []
    with reading(older) as connection:
        (kept,) = connection.execute(tables.disseminations.select()).mappings()
    assert row.items() <= dict(kept).items()
    assert (kept["channel"], kept["record_id"], kept["reason"], kept["jws"]) == ("pull", "", "", "")


def test_an_empty_or_older_database_is_refused_with_the_command(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(StoreError, match="gateway db upgrade"):
        require_current(open_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StoreError, match="0000"):
        require_current(engine)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)], ids=str
)
def test_every_connection_is_durable_and_strict(engine: Engine, pragma: str, value: object) -> None:
    for _ in range(2):
        with engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
        engine.dispose()


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.execute(tables.items.insert().values(receipt="none", position=1, line=1, fate="held"))


def test_an_exception_rolls_everything_back(engine: Engine) -> None:
    store = CollectionStore(engine)

    def fails() -> None:
        with writing(engine) as connection:
            connection.execute(
                tables.agreements.insert().values(name="a", version="1", sha256="", body=b"", loaded_us=0)
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    store.load_agreement("a", "1", b"body", now_us=START_US)


@pytest.mark.parametrize("url", ["", "nonsense", "nosuch://x/y", "oracle+nosuch://x"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="database_url"):
        open_engine(url)


def test_a_loaded_agreement_never_changes(engine: Engine) -> None:
    store = CollectionStore(engine)
    store.load_agreement("a", "1", b"body", now_us=START_US)
    store.load_agreement("a", "1", b"body", now_us=START_US + 1)
    with pytest.raises(BadSetting, match="new version"):
        store.load_agreement("a", "1", b"body ", now_us=START_US)
    store.load_agreement("a", "2", b"body ", now_us=START_US)
    with reading(engine) as connection:
        rows = connection.execute(tables.agreements.select().order_by(tables.agreements.c.version)).all()
    assert [(r.version, r.body, r.sha256) for r in rows] == [
        (v, b, hashlib.sha256(b).hexdigest()) for v, b in (("1", b"body"), ("2", b"body "))
    ]


# Credentials -----------------------------------------------------------------------------------------------------


def test_a_secret_is_random_and_stands_nowhere_in_the_database(engine: Engine, tmp_path: Path) -> None:
    store = CredentialStore(engine)
    _, secret = store.issue("valley", now_us=START_US)
    _, other = store.issue("valley", now_us=START_US)
    assert secret != other
    assert len(secret) > 40
    engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert hashlib.sha256(secret.encode()).hexdigest().encode() in kept
    assert secret.encode() not in kept
    assert secret.removeprefix("fxg_").encode() not in kept


def test_a_credential_is_found_by_its_secret_until_it_is_revoked(engine: Engine) -> None:
    store = CredentialStore(engine)
    credential, secret = store.issue("valley", now_us=START_US)
    assert store.find(secret) == credential
    for wrong in ("", "fxg_", secret[:-1], secret + " ", secret.lower() + "A", "\ud800", "x" * 10_000):
        assert store.find(wrong) is None
    store.revoke(credential.id, now_us=START_US + 5)
    assert store.find(secret) is None
    assert [c.revoked_us for c in store.of_partner("valley")] == [START_US + 5]
    with pytest.raises(NotHeld):
        store.revoke(credential.id, now_us=START_US + 6)
    with pytest.raises(NotHeld):
        store.revoke("no such id", now_us=START_US)


def test_the_journal_holds_a_leaf_for_each_line_and_no_secret(engine: Engine) -> None:
    """RFC 6962, 2.1: SHA-256 over a zero byte and the entry."""
    _, secret = CredentialStore(engine).issue("valley", now_us=START_US)
    with reading(engine) as connection:
        (line,) = connection.execute(tables.journal.select()).all()
    assert line.event == "credential.issued"
    assert line.leaf == hashlib.sha256(b"\x00" + line.body).digest() == leaf_hash(line.body)
    assert secret.encode() not in line.body

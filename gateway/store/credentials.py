"""Partners' credentials: random secrets, shown once, kept as hashes."""

import hashlib
import secrets
import uuid
from typing import NamedTuple

from sqlalchemy import Engine, insert, select, update

from gateway.errors import NotHeld
from gateway.store import tables
from gateway.store.engine import reading, writing
from gateway.store.journal import write_line

__all__ = ["Credential", "CredentialStore"]

_PREFIX = "fxg_"


class Credential(NamedTuple):
    """A credential without its secret."""

    id: str
    partner: str
    created_us: int
    revoked_us: int | None


class CredentialStore:
    """Issuing, checking and revoking. A secret has 256 random bits, so a plain SHA-256 keeps it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def issue(self, partner: str, *, now_us: int) -> tuple[Credential, str]:
        """A new credential and its secret, which is not kept."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        credential = Credential(str(uuid.uuid4()), partner, now_us, None)
        with writing(self._engine) as connection:
            row = {**credential._asdict(), "secret_sha256": _hash(secret)}
            connection.execute(insert(tables.credentials).values(row))
            facts = {"credential": credential.id, "partner": partner}
            write_line(connection, "credential.issued", facts, at_us=now_us)
        return credential, secret

    def find(self, secret: str) -> Credential | None:
        """The credential with this secret, if it is not revoked. Looked up by hash: timing tells nothing."""
        c = tables.credentials
        columns = (c.c.id, c.c.partner, c.c.created_us, c.c.revoked_us)
        statement = select(*columns).where(c.c.secret_sha256 == _hash(secret), c.c.revoked_us.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(statement).first()
        return None if row is None else Credential(*row)

    def of_partner(self, partner: str) -> tuple[Credential, ...]:
        """The partner's credentials, oldest first."""
        c = tables.credentials
        columns = (c.c.id, c.c.partner, c.c.created_us, c.c.revoked_us)
        with reading(self._engine) as connection:
            rows = connection.execute(select(*columns).where(c.c.partner == partner).order_by(c.c.created_us))
            return tuple(Credential(*row) for row in rows)

    def revoke(self, credential_id: str, *, now_us: int) -> None:
        """End a credential; it holds no longer at the next request. Raises NotHeld."""
        c = tables.credentials
        with writing(self._engine) as connection:
            done = connection.execute(
                update(c).where(c.c.id == credential_id, c.c.revoked_us.is_(None)).values(revoked_us=now_us)
            )
            if done.rowcount != 1:
                raise NotHeld("no such credential is valid", where=credential_id)
            write_line(connection, "credential.revoked", {"credential": credential_id}, at_us=now_us)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

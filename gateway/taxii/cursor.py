"""The `next` token: where a walk through pages stands. The server keeps nothing.

It is signed and bound to partner, collection, endpoint and filters, so that a token of one collection is worth nothing
at another. It carries its filters: some clients send `next` alone, without repeating their parameters.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Final

import orjson

__all__ = ["Cursor", "CursorKey"]

_MAC_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which place the next page starts, and the parameters that the walk began with."""

    after_us: int
    parameters: dict[str, str]


class CursorKey:
    """Writes and reads tokens under the gateway's cursor key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, cursor: Cursor, *, scope: tuple[str, ...]) -> str:
        """The opaque token. `scope` is what it is bound to; it is not in the token, only in its signature."""
        body = orjson.dumps([cursor.after_us, cursor.parameters], option=orjson.OPT_SORT_KEYS)
        return _written(self._mac(body, scope) + body)

    def read(self, token: str, *, scope: tuple[str, ...]) -> Cursor:
        """The cursor back. Raises ValueError for a token that is not ours or belongs elsewhere."""
        try:
            data = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
            body = data[_MAC_BYTES:]
            genuine = hmac.compare_digest(data[:_MAC_BYTES], self._mac(body, scope))
            if not genuine or _written(data) != token:  # the second: one spelling for each token
                raise ValueError("the token is not valid here")
            content: Any = orjson.loads(body)
            return Cursor(int(content[0]), dict(content[1]))
        except (TypeError, LookupError, UnicodeError) as error:
            raise ValueError("the token is not valid here") from error

    def _mac(self, body: bytes, scope: tuple[str, ...]) -> bytes:
        message = b"\x1f".join(part.encode() for part in scope) + b"\x1e" + body
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_MAC_BYTES]


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

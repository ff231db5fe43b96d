"""JSON that can be read in one way alone (RFC 8259; I-JSON, RFC 7493).

What is signed is what one reader makes of the text. Where two readers may make two things of it (a name twice, a number
beyond a double), a signature would vouch for both: so such a text is not read at all.
"""

import json
import math
from typing import Any, Final, NoReturn

from gateway import limits
from gateway.errors import UnreadableContent

__all__ = ["strict_json"]

_NUMBER_CHARACTERS: Final = limits.NUMBER_CHARACTERS
_DEPTH: Final = limits.JSON_DEPTH + 4
"""An item, within a list, within a bundle."""


def strict_json(content: bytes, *, where: str = "") -> Any:
    """The value of a JSON text in UTF-8 of at most `limits.JSON_BYTES`.

    Raises UnreadableContent for what is no JSON, repeats a name (RFC 7493, 2.3), has a number that a double does not
    hold (2.2), `NaN` or an infinity, or is nested deeper than `limits.JSON_DEPTH` in a bundle. A lone surrogate
    (2.1) is left to who makes the value canonical.
    """
    if len(content) > limits.JSON_BYTES:
        raise UnreadableContent("the document is too large", where=where, remedy=f"The limit is {limits.JSON_BYTES}")
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_each_once,
            parse_constant=_no_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError as error:
        raise _unreadable("it is nested too deeply", where) from error
    except UnicodeDecodeError as error:
        raise _unreadable("it is not UTF-8", where) from error
    except json.JSONDecodeError as error:
        raise _unreadable(f"line {error.lineno}: it is no JSON", where) from error
    except ValueError as error:
        raise _unreadable(str(error), where) from error
    _require_flat(value, where)
    return value


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return members


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _int(text: str) -> int:
    if len(text) > _NUMBER_CHARACTERS or abs(value := int(text)) > 2**53 - 1:
        raise ValueError("a number is too large")
    return value


def _require_flat(value: Any, where: str) -> None:
    """Level by level: a walk that does not itself go deep."""
    level, depth = [value], 0
    while level:
        if depth > _DEPTH:
            raise _unreadable("it is nested too deeply", where)
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        level, depth = [one for one in inner if isinstance(one, dict | list)], depth + 1


def _unreadable(what: str, where: str) -> UnreadableContent:
    return UnreadableContent(
        f"the document may be read in more than one way, or not at all: {what}",
        where=where,
        remedy="Ask the sender for it again",
    )

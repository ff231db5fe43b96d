"""JSON text from anybody as plain values, in bounded time and memory; numbers keep every digit.

What makes a parser slow or deep is counted in the text before it is parsed.
"""

import json
import re
from typing import Any, Final, NamedTuple

from gateway import limits
from gateway.niem.faults import InvalidMessage, MessageFault

__all__ = ["JsonObject", "Number", "json_fault", "parsed_json", "require_once"]

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")
_DEPTH: Final = 2 * limits.XML_DEPTH
"""An element is one level as an object, and one as an array of objects."""


class Number(NamedTuple):
    """A JSON number as it is written: `45.10` stays `45.10`. It is no text: an @id may not be a number."""

    written: str


class JsonObject(dict[str, Any]):
    """A JSON object; `twice` is a member name that it has more than once."""

    twice: str | None = None


def json_fault(rule: str, problem: str, *, path: str = "", line: int = 0, expected: str = "") -> InvalidMessage:
    """The one error that ends the reading of a JSON message; `rule` is a number of NDR 6.0, section 13."""
    fault = MessageFault(code=f"json.{rule}", problem=problem, path=path, line=line, expected=expected)
    return InvalidMessage((fault,), where="NIEM JSON")


def require_once(value: JsonObject, path: str) -> None:
    """Raises InvalidMessage where an object has a member name twice."""
    if value.twice is not None:
        raise json_fault("13-2", "an object has the same member name twice", path=path)


def parsed_json(text: bytes) -> Any:
    """The value of a JSON text, objects as JsonObject and numbers as Number. Raises InvalidMessage with one fault."""
    if len(text) > limits.JSON_BYTES:
        raise json_fault("13-1", f"the text has {len(text)} bytes", expected=f"{limits.JSON_BYTES} at most")
    values = sum(text.count(mark) for mark in (b",", b"[", b"{"))
    if values > limits.MESSAGE_TAGS:
        raise json_fault("13-1", f"the text has some {values} values", expected=f"{limits.MESSAGE_TAGS} at most")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise json_fault("13-1", f"the text is not UTF-8 at byte {error.start + 1}", expected="UTF-8") from None
    _require_shallow(decoded)
    try:
        return json.loads(
            decoded,
            object_pairs_hook=_object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        problem = f"the text is not JSON at column {error.colno}"
        raise json_fault("13-1", problem, line=error.lineno, expected="RFC 8259") from None


def _require_shallow(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEPTH:
            raise json_fault("13-1", f"values are nested more than {_DEPTH} deep", expected="a message")


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    members = JsonObject(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        members.twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return members


def _number(written: str) -> Number:
    if len(written) > limits.NUMBER_CHARACTERS:
        problem = f"a number has {len(written)} characters"
        raise json_fault("13-1", problem, expected=f"{limits.NUMBER_CHARACTERS} at most")
    return Number(written)


def _no_constant(written: str) -> Any:
    raise json_fault("13-1", f"{written} is not JSON", expected="RFC 8259")

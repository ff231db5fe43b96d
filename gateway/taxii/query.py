"""What a poll asks for: URL parameters read strictly (TAXII 2.1, 3.4 and 3.5)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from gateway.store.collections import PageQuery
from gateway.store.engine import from_us, to_us
from gateway.store.publication import version_key
from gateway.taxii.cursor import Cursor, CursorKey
from gateway.taxii.words import bad_request

__all__ = ["Poll", "read_poll", "timestamp"]

_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,30}))?Z", re.ASCII)
_LIMIT = re.compile(r"[0-9]{1,9}")
"""medallion's view lets Python's `int` read it, which takes spaces, signs, underscores and the digits of any script."""
_WALK_PARAMETERS = ("added_after", "match[id]", "match[type]", "match[version]", "match[spec_version]")
_LONGEST_LIST = 100
_OUR_SPEC_VERSION = "2.1"


class Poll:
    """One request's query, and how to continue it."""

    def __init__(self, query: PageQuery, parameters: dict[str, str], key: CursorKey, scope: tuple[str, ...]) -> None:
        self.query = query
        self.parameters = parameters
        self._key = key
        self._scope = scope

    @property
    def finds_nothing(self) -> bool:
        """True when the query asks only for versions of STIX that we never publish."""
        wanted = self.parameters.get("match[spec_version]")
        return wanted is not None and _OUR_SPEC_VERSION not in wanted.split(",")

    def next_token(self, after_us: int) -> str:
        """The token for the page after a place."""
        return self._key.write(Cursor(after_us, self.parameters), scope=self._scope)


def read_poll(
    arguments: MultiDict[str, str],
    *,
    allowed: Sequence[str],
    limit: int,
    key: CursorKey,
    scope: tuple[str, ...],
    object_id: str | None = None,
) -> Poll:
    """The query behind a request's parameters. Raises a 400 for repeated, malformed or contradicting ones.

    A `next` that comes alone continues; a parameter beside it must be the one that the walk began with.
    """
    for name in arguments:
        if len(arguments.getlist(name)) > 1:
            raise bad_request(f"The parameter {name} occurs more than once")
    if "limit" in arguments and _LIMIT.fullmatch(arguments["limit"]) is None:
        raise bad_request("The parameter limit is not a number")
    usable = {"added_after", *(f"match[{field}]" for field in allowed)}
    given = {name: arguments[name] for name in _WALK_PARAMETERS if name in arguments and name in usable}
    after_us = 0
    if "next" in arguments:
        try:
            cursor = key.read(arguments["next"], scope=scope)
        except ValueError:
            raise bad_request("The next parameter is not valid here") from None
        if any(cursor.parameters.get(name) != value for name, value in given.items()):
            raise bad_request("A parameter contradicts the next parameter")
        given, after_us = cursor.parameters, cursor.after_us
    elif "added_after" in given:
        after_us = _microseconds(given["added_after"], "added_after")
    query = PageQuery(
        limit=limit,
        after_us=after_us,
        ids=(object_id,) if object_id else _list(given, "match[id]"),
        types=_list(given, "match[type]"),
        versions=_versions(given) if "version" in allowed else ("all",),
    )
    return Poll(query, given, key, scope)


def timestamp(us: int) -> str:
    """A date_added as TAXII writes it: UTC with six fraction digits (TAXII 2.1, 3.2)."""
    return from_us(us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _list(given: dict[str, str], name: str) -> tuple[str, ...]:
    values = tuple(given[name].split(",")) if name in given else ()
    if len(values) > _LONGEST_LIST or any(not value for value in values):
        raise bad_request(f"The parameter {name} is malformed or too long")
    return values


def _versions(given: dict[str, str]) -> tuple[str, ...]:
    values = _list(given, "match[version]") or ("last",)
    if "all" in values and len(values) > 1:
        raise bad_request("The version 'all' stands alone")
    words = ("last", "first", "all")
    return tuple(v if v in words else _version(v) for v in values)


def _version(text: str) -> str:
    _microseconds(text, "match[version]")
    return version_key(text)


def _microseconds(text: str, name: str) -> int:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise bad_request(f"The parameter {name} is not a timestamp")
    try:
        whole = datetime.strptime(match[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise bad_request(f"The parameter {name} is not a timestamp") from None
    return to_us(whole) + int((match[2] or "0")[:6].ljust(6, "0"))

"""The observables that an observed-data of STIX 2.0 held, as objects of their own with deterministic ids (2.9)."""

from typing import Any, Final, NamedTuple

from gateway.errors import RenderingError
from gateway.stix.ids import observable_id

__all__ = ["NoFormIn21", "observables_of"]

_HASHES: Final = ("MD5", "SHA-1", "SHA-256", "SHA-512")
"""Of several digests the first of these makes the id (STIX 2.1, 2.9)."""

_HASH_NAMES: Final = {"ssdeep": "SSDEEP", "md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
"""How 2.1 writes names of 2.0's hash-algo-ov that changed, and spellings that are common."""

_DEEPEST: Final = 16
"""Longest chain of observables that refer to one another; a file in a file in a file has three."""


class NoFormIn21(Exception):
    """Something of STIX 2.0 that STIX 2.1 has no place for: what it is, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(problem)


class _Row(NamedTuple):
    """A type of observable: what makes its id, what 2.1 calls otherwise, what it no longer has.

    Without anything that makes its id, the whole object does.
    """

    makes_id: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()


_TIMES: Final = (("created", "ctime"), ("modified", "mtime"), ("accessed", "atime"))
_VALUE: Final = _Row(("value",))

_ROWS: Final[dict[str, _Row]] = {
    "artifact": _Row(("hashes", "payload_bin")),
    "autonomous-system": _Row(("number",)),
    "directory": _Row(("path",), _TIMES),
    "domain-name": _VALUE,
    "email-addr": _VALUE,
    "email-message": _Row(("from_ref", "subject", "body")),
    "file": _Row(
        ("hashes", "name", "extensions", "parent_directory_ref"),
        _TIMES,
        ("is_encrypted", "encryption_algorithm", "decryption_key"),
    ),
    "ipv4-addr": _VALUE,
    "ipv6-addr": _VALUE,
    "mac-addr": _VALUE,
    "mutex": _Row(("name",)),
    "network-traffic": _Row(("start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions")),
    "process": _Row((), (("created", "created_time"), ("binary_ref", "image_ref")), ("name", "arguments")),
    "software": _Row(("name", "cpe", "swid", "vendor", "version")),
    "url": _VALUE,
    "user-account": _Row(
        ("account_type", "user_id", "account_login"), (("password_last_changed", "credential_last_changed"),)
    ),
    "windows-registry-key": _Row(("key", "values"), (("modified", "modified_time"),)),
    "x509-certificate": _Row(("hashes", "serial_number")),
}
"""STIX 2.1, 6: id-contributing properties; STIX 2.0, part 4: names that changed."""


def observables_of(objects: Any) -> list[dict[str, Any]]:
    """The observables of a dictionary of 2.0, each behind those that it refers to. Raises NoFormIn21."""
    if not isinstance(objects, dict) or not objects:
        raise _refused("the observed data have no observables")
    made: dict[str, dict[str, Any]] = {}
    for key in objects:
        _make(key, objects, made, 0)
    return list(made.values())


def _make(key: str, objects: dict[str, Any], made: dict[str, dict[str, Any]], depth: int) -> dict[str, Any]:
    if key in made:
        return made[key]
    held = objects.get(key)
    if not isinstance(held, dict):
        raise _refused("an observable refers to one that is not there")
    if depth == _DEEPEST:
        raise _refused("the observables refer to one another in a circle")
    stix_type = held.get("type")
    if not isinstance(stix_type, str) or (row := _ROWS.get(stix_type)) is None:
        raise _refused("an observable is of a type that the standard does not have")
    if lost := sorted(set(row.gone) & held.keys()):
        raise _refused(f"{stix_type}.{lost[0]} is no longer a property")
    names = dict(row.renamed)
    facts: dict[str, Any] = {
        str(names.get(name, name)): _resolved(name, value, objects, made, depth)
        for name, value in held.items()
        if name != "type"
    }
    contributing: dict[str, Any] = {name: _contribution(facts[name]) for name in row.makes_id if name in facts}
    try:
        identifier = observable_id(stix_type, contributing or facts)
    except RenderingError as error:
        raise _refused("an observable has a value that JSON has no one form for") from error
    made[key] = {"type": stix_type, "spec_version": "2.1", "id": identifier, **facts}
    return made[key]


def _resolved(name: str, value: Any, objects: dict[str, Any], made: dict[str, dict[str, Any]], depth: int) -> Any:
    """The value with ids in place of keys and with the names of digests that 2.1 has, however deep they stand."""
    if name.endswith("_ref") and isinstance(value, str):
        return _make(value, objects, made, depth + 1)["id"]
    if name.endswith("_refs") and isinstance(value, list):
        return [_make(str(ref), objects, made, depth + 1)["id"] for ref in value]
    if name == "hashes" and isinstance(value, dict):
        return {_HASH_NAMES.get(algorithm, algorithm): digest for algorithm, digest in value.items()}
    if isinstance(value, dict):
        return {inner: _resolved(inner, held, objects, made, depth) for inner, held in value.items()}
    if isinstance(value, list):
        return [_resolved("", held, objects, made, depth) for held in value]
    return value


def _contribution(value: Any) -> Any:
    """Of digests the preferred one alone; of anything else all."""
    if not isinstance(value, dict):
        return value
    preferred = next((name for name in _HASHES if name in value), None)
    return value if preferred is None else {preferred: value[preferred]}


def _refused(problem: str) -> NoFormIn21:
    return NoFormIn21(f"{problem} in STIX 2.1", remedy="Ask the producer for it in STIX 2.1")

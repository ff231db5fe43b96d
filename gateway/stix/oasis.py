"""The OASIS JSON Schemas of STIX 2.1, compiled once by a validator in Rust.

They ship inside the package stix2-validator, which we do not import for it: it would bring its network code along.
Each object is judged by the schema of its own type. OASIS's bundle schema is not used; it rejects locations and
incidents. Nothing is ever fetched: a reference to a schema that is not there is an error.
"""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from gateway.errors import MissingFile

__all__ = ["SchemaSet", "shipped_schemas", "standard_schemas"]

_BASE: Final = "https://schemas.example/stix-2.1/"
"""Where the schemas pretend to live, so that their relative references meet; nothing is ever asked of it."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FOLDERS: Final = ("common", "observables", "sdos", "sros")
_NO_OBJECTS: Final = frozenset({"bundle", "None"})
_MASK: Final = "the value"
"""Stands for the instance's value in messages: a name or a plate never reaches a log."""


def shipped_schemas() -> dict[str, dict[str, Any]]:
    """Address to schema of every STIX 2.1 schema that stix2-validator ships. Raises MissingFile when it ships none."""
    package = importlib.util.find_spec("stix2validator")
    roots = list(package.submodule_search_locations or ()) if package else []
    folder = Path(roots[0], "schemas-2.1", "schemas") if roots else Path()
    found = {
        f"{_BASE}{part}/{path.name}": _addressed(json.loads(path.read_text(encoding="utf-8")), f"{part}/{path.name}")
        for part in _FOLDERS
        for path in sorted(folder.glob(f"{part}/*.json"))
        if path.name != "bundle.json"
    }
    if not found:
        raise MissingFile(
            "the installed stix2-validator ships no STIX schemas",
            where="stix2validator/schemas-2.1",
            remedy="Install stix2-validator 3.2.0; the wheel of 3.3.1 came without them",
        )
    return found


def _addressed(schema: dict[str, Any], path: str) -> dict[str, Any]:
    return schema | {"$id": f"{_BASE}{path}", "$schema": _DIALECT}


class SchemaSet:
    """Compiled schemas: one for each STIX type, one for each extension of ours that is handed in."""

    def __init__(self, extensions: dict[str, dict[str, Any]]) -> None:
        schemas = shipped_schemas()
        registry = jsonschema_rs.Registry(list(schemas.items()), retriever=_refuse)
        self._types = {Path(address).stem: _compiled(schema, registry) for address, schema in schemas.items()}
        self._extensions = {name: _compiled(schema, registry) for name, schema in extensions.items()}

    def faults_of_foreign(self, one: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """The same for an object of another maker, whose type may be its own: then by what all objects have in common.

        An object with a `created` is held to what domain objects have, any other to what observables have (3.2, 11.2).
        """
        stix_type = str(one.get("type"))
        if stix_type in self._types:
            yield from _errors(self._types[stix_type], one)
        elif stix_type in _NO_OBJECTS:
            yield "type", "names no object"
        else:
            yield from _errors(self._types["core" if "created" in one else "cyber-observable-core"], one)

    def faults(self, one: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Where and what for each breach of the object's schemas; a type outside the standard is one."""
        validator = self._types.get(str(one.get("type")))
        if validator is None:
            yield "type", "the object's type is not one of STIX 2.1"
            return
        yield from _errors(validator, one)
        held = one.get("extensions")
        for name in held if isinstance(held, dict) else ():
            if name in self._extensions:
                yield from _errors(self._extensions[name], one)


@cache
def standard_schemas() -> SchemaSet:
    """The standard's schemas alone, compiled at the first call."""
    return SchemaSet({})


def _compiled(schema: dict[str, Any], registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, registry=registry, validate_formats=True, mask=_MASK, offline=True)


def _errors(validator: jsonschema_rs.Validator, one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if validator.is_valid(one):
        return
    for error in validator.iter_errors(one):
        yield ".".join(str(step) for step in error.instance_path), error.message


def _refuse(address: str) -> Any:
    raise ValueError(f"schemas are never fetched: {address}")

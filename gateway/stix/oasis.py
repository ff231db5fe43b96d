"""The OASIS JSON Schemas of STIX 2.1, compiled once by a validator in Rust.

They ship inside the package stix2-validator, which we do not import for it: it would bring its network code along.
Each object is judged by the schema of its own type. OASIS's bundle schema is not used; it rejects locations and
incidents. Nothing is ever fetched: a reference to a schema that is not there is an error.
"""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from gateway.errors import MissingFile
from gateway.model.problems import masked
from gateway.stix.checks.word_list import words

__all__ = ["SchemaSet", "shipped_schemas"]

_BASE: Final = "https://schemas.example/stix-2.1/"
"""Where the schemas pretend to live, so that their relative references meet; nothing is ever asked of it."""
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FOLDERS: Final = ("common", "observables", "sdos", "sros")
_BUNDLE: Final = {
    "$id": f"{_BASE}common/bundle.json",
    "$schema": _DIALECT,
    "type": "object",
    "properties": {
        "type": {"const": "bundle"},
        "id": {"allOf": [{"$ref": "identifier.json"}, {"pattern": "^bundle--"}]},
        "objects": {"type": "array", "minItems": 1, "items": {"type": "object"}},
    },
    "required": ["type", "id"],
}
"""STIX 2.1, 8.1, with the objects left to their own schemas."""
_PARTS: Final = words(
    """
    binary core cyber-observable-core dictionary extension external-reference granular-marking hashes-type hex
    identifier kill-chain-phase properties timestamp url-regex
    """
)
"""Schemas that are no type of object."""
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_UNSHOWN: Final = {
    "additionalProperties": "has a property that may not be there",
    "propertyNames": "has a key of the wrong form",
    "unevaluatedProperties": "has a property that may not be there",
}
"""What is said of errors whose message would repeat a key of the object."""
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
        schemas = shipped_schemas() | {f"{_BASE}common/bundle.json": _BUNDLE}
        registry = jsonschema_rs.Registry(list(schemas.items()), retriever=_refuse)
        compiled = {Path(address).stem: _compiled(schema, registry) for address, schema in schemas.items()}
        self._core, self._observable_core = compiled["core"], compiled["cyber-observable-core"]
        self._types = {name: validator for name, validator in compiled.items() if name not in _PARTS}
        self._extensions = {name: _compiled(schema, registry) for name, schema in extensions.items()}

    @property
    def types(self) -> frozenset[str]:
        """The types that have a schema of their own."""
        return frozenset(self._types)

    def faults(self, one: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Where and what for each breach of the object's schemas.

        A type outside the standard is judged by what all objects have in common (STIX 2.1, 3.2): those without a
        version as observables.
        """
        yield from _errors(self._validator_of(one), one)
        held = one.get("extensions")
        for name in held if isinstance(held, dict) else ():
            if name in self._extensions:
                yield from _errors(self._extensions[name], one)

    def accepts(self, one: dict[str, Any]) -> bool:
        """Whether the object breaks none of its schemas: the bare pass."""
        try:
            if not self._validator_of(one).is_valid(one):
                return False
            held = one.get("extensions")
            if type(held) is dict:
                for name in held:
                    if name in self._extensions and not self._extensions[name].is_valid(one):
                        return False
        except (ValueError, OverflowError):
            return False
        return True

    def _validator_of(self, one: dict[str, Any]) -> jsonschema_rs.Validator:
        stix_type = one.get("type")
        known = self._types.get(stix_type) if isinstance(stix_type, str) else None
        if known is not None:
            return known
        return self._core if "created" in one or "modified" in one else self._observable_core


def _compiled(schema: dict[str, Any], registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema, registry=registry, validate_formats=True, mask=_MASK, offline=True)


def _errors(validator: jsonschema_rs.Validator, one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    try:
        if validator.is_valid(one):
            return
        for error in validator.iter_errors(one):
            yield ".".join(_step(step) for step in error.instance_path), _problem(error)
    except (ValueError, OverflowError):  # what no JSON text could have given, or too deep to be looked at
        yield "", "is not an object that a schema can be asked about"


def _step(step: str | int) -> str:
    """A step of a path: names as they are, other keys masked, for a key may hold anything."""
    text = str(step)
    return text if _NAME.fullmatch(text) else masked(text)


def _problem(error: jsonschema_rs.ValidationError) -> str:
    return _UNSHOWN.get(error.kind.name, error.message)


def _refuse(address: str) -> Any:
    raise ValueError(f"schemas are never fetched: {address}")

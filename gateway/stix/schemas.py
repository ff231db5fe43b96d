"""JSON Schemas (2020-12) of our extensions, made from the table in `extensions.py`.

Each describes a whole object that carries the extension, which is the form that stix2-validator's `--schemas` folder
takes: one file per extension, named for its id. The files in docs/reference/stix-extensions/ are this module's output;
a test compares them, and `python -m gateway.stix.schemas FOLDER` writes them anew. Each property is described by its
definition (`gateway.stix.definitions`).
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from msgspec import inspect

from gateway import names
from gateway.stix.definitions import AS_TEXT, declared
from gateway.stix.extensions import EXTENSIONS, SECTIONS, Section

__all__ = ["extension_schema", "schema_files", "write_schemas"]

_TIMESTAMP: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z$"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DECIMAL: Final = r"^-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?$"


def extension_schema(name: str) -> dict[str, Any]:
    """The schema of an object that carries the extension `record`, `person`, `item`, `role` or `integrity`."""
    row = EXTENSIONS[name]
    by_type: dict[str, list[Section]] = {}
    for section in SECTIONS:
        if section.extension == name:
            by_type.setdefault(section.stix_type, []).append(section)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{names.STIX_SCHEMA_URI}{name}.json",
        "title": f"Fusion exchange {name}",
        "description": row.says,
        "type": "object",
        "required": ["type", "extensions"],
        "properties": {
            "type": {"enum": list(by_type)},
            "extensions": {"type": "object", "required": [row.id]},
        },
        "allOf": [_on_type(row.id, stix_type, sections) for stix_type, sections in by_type.items()],
    }


def schema_files() -> dict[str, str]:
    """File name to content of every extension's schema, as docs/reference/stix-extensions/ holds them."""
    return {f"{row.id}.json": json.dumps(extension_schema(name), indent=2) + "\n" for name, row in EXTENSIONS.items()}


def write_schemas(folder: Path) -> None:
    """Write every extension's schema into the folder, over what is there."""
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _on_type(extension_id: str, stix_type: str, sections: list[Section]) -> dict[str, Any]:
    shapes = [_shape(section) for section in sections]
    facts = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
    return {
        "if": {"properties": {"type": {"const": stix_type}}},
        "then": {"properties": {"extensions": {"properties": {extension_id: facts}}}},
    }


def _shape(section: Section) -> dict[str, Any]:
    held = _object(inspect.type_info(section.facts), omit=section.exact)
    held["properties"] = {
        "extension_type": {"const": "property-extension"},
        **held["properties"],
        **{name: _as_text(section, name) for name in sorted(section.as_text)},
    }
    held["required"] = ["extension_type", *held["required"]]
    return held


def _as_text(section: Section, name: str) -> dict[str, Any]:
    text = declared(section.facts, name).definition.text
    return {"description": AS_TEXT + text[:1].lower() + text[1:], "type": "string", "pattern": _DECIMAL}


def _object(shape: inspect.Type, *, omit: frozenset[str] = frozenset()) -> dict[str, Any]:
    assert isinstance(shape, inspect.StructType)
    fields = [field for field in shape.fields if field.name not in omit]
    return {
        "type": "object",
        "description": (shape.cls.__doc__ or "").split("\n", 1)[0],
        "properties": {field.name: _property(shape.cls, field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _property(owner: type[Any], field: inspect.Field) -> dict[str, Any]:
    shape = {key: held for key, held in _value(field.type).items() if key != "description"}
    return {"description": declared(owner, field.name).definition.text, **shape}


def _value(shape: inspect.Type) -> dict[str, Any]:
    match shape:
        case inspect.Metadata(type=inner):
            return _value(inner)
        case inspect.UnionType(types=types):
            return next(_value(one) for one in types if not isinstance(one, inspect.NoneType))
        case inspect.StructType():
            return _object(shape)
        case inspect.EnumType(cls=cls):
            return {"type": "string", "enum": [member.value for member in cls]}
        case inspect.VarTupleType(item_type=item):
            return {"type": "array", "minItems": 1, "items": _value(item)}
        case inspect.StrType():
            return {"type": "string", "minLength": 1} | _bounds(shape, pattern="pattern", max_length="maxLength")
        case inspect.IntType():
            return {"type": "integer"} | _bounds(shape, ge="minimum", le="maximum")
        case inspect.BoolType():
            return {"type": "boolean"}
        case inspect.DateTimeType():
            return {"type": "string", "pattern": _TIMESTAMP}
        case inspect.DateType():
            return {"type": "string", "pattern": _DAY}
        case inspect.DecimalType():
            return {"type": "number"}
    raise TypeError(f"no JSON Schema for {type(shape).__name__}")


def _bounds(shape: inspect.Type, **keywords: str) -> dict[str, Any]:
    found = {keyword: getattr(shape, name) for name, keyword in keywords.items()}
    return {keyword: bound for keyword, bound in found.items() if bound is not None}


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))

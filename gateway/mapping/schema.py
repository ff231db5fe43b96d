"""The JSON Schema of mapping documents, for completion and checks in an editor."""

import json
from typing import Any, Final

from gateway.mapping.document import MappingDocument
from gateway.mapping.targets import target_paths
from gateway.names import BASE_URI

__all__ = ["SCHEMA_FILE", "schema_text"]

SCHEMA_FILE: Final = "mapping.schema.json"


def schema_text() -> str:
    """The schema as the file `mappings/mapping.schema.json` holds it; made from the document's own model."""
    schema: dict[str, Any] = MappingDocument.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = f"{BASE_URI}mapping/1.0/{SCHEMA_FILE}"
    schema["title"] = "Mapping document of the Fusion Exchange Gateway"
    fields = schema["properties"]["fields"]
    # a field may be a column's name alone; a target is a path that the record's types know
    fields["additionalProperties"] = {"anyOf": [{"type": "string"}, fields["additionalProperties"]]}
    fields["propertyNames"] = {"pattern": _target_pattern()}
    each = schema["$defs"]["EachSpec"]["properties"]["fields"]
    each["additionalProperties"] = {"anyOf": [{"type": "string"}, each["additionalProperties"]]}
    each["propertyNames"] = {"pattern": _target_pattern()}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=True) + "\n"


def _target_pattern() -> str:
    by_part: dict[str, list[str]] = {}
    for path in target_paths():
        part, _, field = path.rpartition(".")
        by_part.setdefault(part, []).append(field)
    choices = [
        part.replace(".<name>", r"\.[a-z][a-z0-9-]{0,39}") + r"\.(" + "|".join(fields) + ")"
        for part, fields in by_part.items()
    ]
    return "^(" + "|".join(choices) + ")$"

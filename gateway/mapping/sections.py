"""What the sections of a mapping document are made of: text that stays text, lists, zones, patterns."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import re2
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from gateway.documents import Document
from gateway.mapping.expectations import read_expectation

__all__ = [
    "CodeName",
    "Dst",
    "EmptyCells",
    "Expect",
    "FeedName",
    "OneOrMany",
    "Pattern",
    "Scalar",
    "Section",
    "Zone",
    "as_list",
    "blank_for_none",
]

Scalar = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Text. Editors see numbers and switches in plain YAML; here every scalar is what the file says."""


def as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def blank_for_none(value: Any) -> Any:
    """An empty YAML value stands for the empty cell."""
    if isinstance(value, dict):
        return {key: "" if item is None else item for key, item in value.items()}
    return value


OneOrMany = Annotated[
    tuple[str, ...],
    BeforeValidator(as_list),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}},
            ]
        }
    ),
]


def _blanks_for_none(value: Any) -> Any:
    return ["" if item is None else item for item in value] if isinstance(value, list) else value


EmptyCells = Annotated[tuple[Scalar, ...], BeforeValidator(_blanks_for_none)]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not a time zone; write one such as America/Chicago") from error
    return name


def _linear_pattern(pattern: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError("the pattern is not an RE2 expression (no look-around, no back-references)") from error
    return pattern


def _expectation(text: str) -> str:
    read_expectation(text)
    return text


Expect = Annotated[str, BeforeValidator(_expectation)]
Zone = Annotated[str, BeforeValidator(_known_zone)]
Pattern = Annotated[str, BeforeValidator(_linear_pattern)]
Dst = Literal["earlier", "later", "quarantine"]
FeedName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
CodeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Section(Document):
    """Base of the sections. Unlike other documents, white space counts here: `join: ", "`."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False, populate_by_name=False)

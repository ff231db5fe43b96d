"""YAML documents that people write: settings, mappings, partners, agreements.

Every plain scalar loads as text, so that `NO`, `010`, `1E1` and `2024-01-01` stay what the file says; the document's
schema decides which positions hold a number, a date or a switch. A repeated key, an anchor or an alias is refused. An
unknown key is an error that names the nearest known key.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gateway import limits
from gateway.errors import BadDocument, BadSetting, ConfigurationError, MissingFile, UnknownKey

__all__ = ["Document", "load_document", "load_text", "nearest", "read_text"]


class Document(BaseModel):
    """Base of every document's schema: closed vocabulary, immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


D = TypeVar("D", bound=BaseModel)


def load_document(path: Path, schema: type[D]) -> D:
    """Read one YAML file against its schema.

    Raises MissingFile, BadDocument (does not parse, repeated key), UnknownKey (with the nearest known one) or
    BadSetting (a value its position cannot take); each names the file and the key's path or line.
    """
    return check_document(load_text(read_text(path), where=str(path)), schema, where=str(path))


def read_text(path: Path) -> str:
    """The text of a document file, UTF-8, within `limits.DOCUMENT_BYTES`."""
    try:
        size = path.stat().st_size
        if size > limits.DOCUMENT_BYTES:
            raise BadDocument(
                f"the file has {size} bytes", where=str(path), remedy=f"Keep it under {limits.DOCUMENT_BYTES} bytes"
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise MissingFile("there is no such file", where=str(path), remedy="Check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        raise MissingFile(
            "the file cannot be opened", where=str(path), remedy="Check its type and permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise BadDocument("the file is not UTF-8", where=str(path), remedy="Save it as UTF-8") from error


def load_text(text: str, *, where: str) -> Any:
    """The document's data: dicts, lists, text and None only."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadDocument(
            f"line {line}: {error.problem or 'the YAML does not parse'}",
            where=where,
            remedy="Mend the YAML: look for a missing quote, a tab or a wrong indent",
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadDocument("the YAML does not parse", where=where, remedy="Mend the YAML") from error
    return None if node is None else _plain(node, where, depth=0, seen=set())


def _plain(node: Node, where: str, *, depth: int, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if depth > limits.DOCUMENT_DEPTH:
        raise BadDocument(f"line {line}: nested too deeply", where=where, remedy="Flatten the document")
    if id(node) in seen or node.anchor:
        raise BadDocument(f"line {line}: anchors and aliases are not used here", where=where, remedy="Write it out")
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return None if node.value in ("", "~", "null") and node.style is None else node.value
    if isinstance(node, SequenceNode):
        return [_plain(child, where, depth=depth + 1, seen=seen) for child in node.value]
    if isinstance(node, MappingNode):
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise BadDocument(f"line {line}: a key must be plain text", where=where, remedy="Quote the key")
            key = str(key_node.value)
            if key in data:
                raise BadDocument(
                    f"line {key_node.start_mark.line + 1}: the key '{key}' is there twice",
                    where=where,
                    remedy="Remove one of them",
                )
            data[key] = _plain(value_node, where, depth=depth + 1, seen=seen)
        return data
    raise BadDocument(f"line {line}: this construct is not used here", where=where, remedy="Use mappings, lists, text")


def check_document(data: Any, schema: type[D], *, where: str) -> D:
    """Validate loaded data against its schema; the first fault becomes one clear error of ours."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise _as_our_error(error, schema, where) from error


def _as_our_error(error: ValidationError, schema: type[BaseModel], where: str) -> ConfigurationError:
    faults = error.errors(include_url=False, include_context=True)
    fault = next((f for f in faults if f["type"] == "extra_forbidden"), faults[0])
    path = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        key = str(fault["loc"][-1])
        known = _known_keys(schema, fault["loc"][:-1])
        near = nearest(key, known)
        remedy = f"Did you mean '{near}'?" if near else f"Known keys: {', '.join(sorted(known))}"
        return UnknownKey(f"'{path}' is not a known key", where=where, remedy=remedy)
    message = str(fault["msg"]).removeprefix("Value error, ")
    more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
    return BadSetting(f"{path or 'document'}: {message}{more}", where=where, remedy="See docs/reference")


def _known_keys(schema: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    current: Any = schema
    for part in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = current.model_fields
            name = next((n for n, f in fields.items() if part in (n, f.alias)), None)
            current = fields[name].annotation if name else None
        current = _first_model(current)
        if current is None:
            return []
    model = _first_model(current)
    return [] if model is None else [f.alias or n for n, f in model.model_fields.items()]


def _first_model(annotation: Any) -> type[BaseModel] | None:
    """The schema class inside an annotation such as `tuple[Clause, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _first_model(argument)
        if found is not None:
            return found
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to a mistyped one, or None when nothing is close."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None

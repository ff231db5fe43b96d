"""YAML documents that people write: settings, mappings, partners, agreements.

Every plain scalar loads as text, so that `NO`, `010`, `1E1` and `2024-01-01` stay what the file says; the document's
schema decides which positions hold a number, a date or a switch. A repeated key, an anchor or an alias is refused. An
unknown key is an error that names the nearest known key.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gateway import limits
from gateway.errors import BadDocument, BadSetting, MissingFile, UnknownKey

__all__ = ["Document", "load_document", "load_text", "nearest", "quoted", "read_text"]


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
    except (YAMLError, ValueError, RecursionError) as error:
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
    _refuse_unknown_keys(data, schema, path=(), where=where)
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=True)
        place = ".".join(str(part) for part in faults[0]["loc"]) or "document"
        message = str(faults[0]["msg"]).removeprefix("Value error, ")
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        raise BadSetting(f"{place}: {message}{more}", where=where, remedy="See docs/reference") from error


def _refuse_unknown_keys(data: Any, annotation: Any, *, path: tuple[str, ...], where: str) -> None:
    """Walk data and schema side by side, through lists and named entries, and name the nearest known key."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not isinstance(data, dict):
            return
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        for key, value in data.items():
            if key not in fields:
                near = nearest(key, fields)
                remedy = f"Did you mean '{near}'?" if near else f"Known keys: {', '.join(sorted(fields))}"
                raise UnknownKey(f"'{'.'.join((*path, key))}' is not a known key", where=where, remedy=remedy)
            _refuse_unknown_keys(value, fields[key], path=(*path, key), where=where)
    elif get_origin(annotation) is dict and isinstance(data, dict):
        for key, value in data.items():
            _refuse_unknown_keys(value, get_args(annotation)[1], path=(*path, key), where=where)
    elif get_origin(annotation) is tuple and isinstance(data, list):
        for number, value in enumerate(data, start=1):
            _refuse_unknown_keys(value, get_args(annotation)[0], path=(*path, str(number)), where=where)
    else:
        for argument in get_args(annotation):
            _refuse_unknown_keys(data, argument, path=path, where=where)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to a mistyped one, or None when nothing is close."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n"}


def quoted(text: str) -> str:
    """A double-quoted YAML scalar (YAML 1.2, 7.3.1): what is not plainly visible is escaped."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text) + '"'

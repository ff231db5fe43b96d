"""The names of one NIEM JSON message: what its context says they mean, and how XML writes them."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.niem.json_text import JsonObject, json_fault, require_once
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.schema_index import SchemaIndex

__all__ = ["MessageNames"]

_PREFIXES: Final = {uri: prefix for prefix, uri in NAMESPACES.items()}


class MessageNames:
    """Member names in, prefixed XML names out. Raises InvalidMessage for a context that is not understood."""

    def __init__(self, index: SchemaIndex, context: Any) -> None:
        self._known = index.prefixes()
        self._used: set[str] = set()
        self._context = self._understood(context)

    def _understood(self, context: Any) -> Mapping[str, str]:
        """The prefixes of an embedded context, also those of foreign namespaces; a remote one is never fetched."""
        if not isinstance(context, JsonObject):
            raise json_fault("13-4", "there is no embedded context", path="@context", expected="an object of prefixes")
        require_once(context, "@context")
        for term, means in context.items():
            if term.startswith("@") or not isinstance(means, str):
                problem = "the context has a keyword, or a term that is no prefix"
                raise json_fault("13-4", problem, path="@context", expected="prefixes with their namespaces")
        return dict(context)

    def expanded(self, key: str, path: str) -> str:
        """A member name as a name in Clark notation: prefixed, or a whole IRI."""
        prefix, colon, local = key.partition(":")
        namespace = self._context.get(prefix) if colon else None
        if namespace is None and "/" in key:
            namespace, local = key[: key.rindex("/") + 1], key[key.rindex("/") + 1 :]
        if namespace not in self._known or not local:
            raise json_fault("13-5", "a name that no prefix of the context explains", path=path)
        return f"{{{namespace}}}{local}"

    def named(self, name: str) -> str:
        """A known name with the prefix under which the XML has it."""
        namespace, _, local = name[1:].rpartition("}")
        self._used.add(namespace)
        return f"{_PREFIXES.get(namespace) or self._known[namespace]}:{local}"

    def declared(self) -> dict[str, str]:
        """The prefixes that the XML declares: those of every message of ours, and what else was written."""
        further = {self._known[uri]: uri for uri in sorted(self._used) if uri not in _PREFIXES}
        return {**NAMESPACES, **further}

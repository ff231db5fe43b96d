"""XPath 1.0 over one item, with declared prefixes and two functions of our own.

`deref(@s:ref)` gives the elements whose `reads.xml.id` attribute has one of the values, `referring(@s:id)` those of
which one of the `reads.xml.ref` attributes has: NIEM joins its parts that way (NDR 6.0, structures:id and
structures:ref).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from gateway.errors import BadSetting
from gateway.mapping.addresses import EVERY
from gateway.mapping.layouts import XmlSpec

__all__ = ["References", "check_xpaths", "columns_by_group", "compile_lets", "compile_xpath", "expanded_name"]

_DUMMY: Final = b"<item/>"


class References:
    """Which elements of the item in hand have an id and which refer to one. `used` collects what was looked up."""

    def __init__(self, spec: XmlSpec) -> None:
        self._id = expanded_name(spec.id, spec.prefixes) if spec.id else None
        self._refs = tuple(expanded_name(name, spec.prefixes) for name in spec.ref)
        self._named: dict[str, list[Any]] = {}
        self._referring: dict[str, list[Any]] = {}
        self.used: list[Any] = []

    def index(self, item: Any) -> None:
        """Learn the ids and references of an item, in place of the last one's.

        Raises ValueError where two elements have one id: nothing could tell which of them is meant.
        """
        self._named, self._referring, self.used = {}, {}, []
        if self._id is None:
            return
        for element in item.iter():
            if (value := element.get(self._id)) is not None:
                self._named.setdefault(value, []).append(element)
            for attribute in self._refs:
                if (value := element.get(attribute)) is not None:
                    self._referring.setdefault(value, []).append(element)
        if any(len(elements) > 1 for elements in self._named.values()):
            raise ValueError("two elements have the same id")

    def deref(self, _context: Any, keys: Any) -> list[Any]:
        """The elements that have one of the ids."""
        return self._look_up(self._named, keys)

    def referring(self, _context: Any, keys: Any) -> list[Any]:
        """The elements that refer to one of the ids."""
        return self._look_up(self._referring, keys)

    def _look_up(self, table: Mapping[str, list[Any]], keys: Any) -> list[Any]:
        if not isinstance(keys, list):
            return table.get(str(keys), [])
        self.used.extend(keys)
        texts = dict.fromkeys(key if isinstance(key, str) else "".join(key.itertext()).strip() for key in keys)
        return [element for text in texts for element in table.get(text, ())]


def expanded_name(name: str, namespaces: Mapping[str, str]) -> str:
    """`s:id` as `{uri}id`."""
    prefix, colon, local = name.rpartition(":")
    return f"{{{namespaces[prefix]}}}{local}" if colon else local


def compile_xpath(expression: str, spec: XmlSpec, references: References, *, known: Iterable[str] = ()) -> Any:
    """An expression, ready to run; every `[*]` in it says that there may be several, and selects nothing.

    `known` are the names under `let` that it may use. Raises ValueError for what is no XPath 1.0, or uses a prefix, a
    function or a name that is not known.
    """
    functions = {(None, "deref"): references.deref, (None, "referring"): references.referring}
    try:
        # no EXSLT: its regular expressions are not linear
        xpath = etree.XPath(
            expression.replace(EVERY, ""), namespaces=spec.prefixes or None, extensions=functions, regexp=False
        )
        # prefixes, functions and names are looked up when an expression runs
        xpath(etree.fromstring(_DUMMY), **dict.fromkeys(known, ()))
    except etree.XPathError as error:
        raise ValueError(f"'{expression}' is not an XPath 1.0 expression: {error}") from error
    return xpath


def compile_lets(spec: XmlSpec, references: References) -> dict[str, Any]:
    """What `let` names, ready to run in its order. Raises ValueError as `compile_xpath` does."""
    lets: dict[str, Any] = {}
    for name, expression in spec.let.items():
        lets[name] = compile_xpath(expression, spec, references, known=tuple(lets))
    return lets


def columns_by_group(columns: Sequence[str], groups: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The columns of each group, and under '' those of the item itself, each with the expression to run there."""
    owned: dict[str, list[tuple[str, str]]] = {"": [], **{group: [] for group in groups}}
    for column in columns:
        group = next((group for group in groups if column == group or column.startswith(f"{group}/")), "")
        owned[group].append((column, column[len(group) + 1 :] or "." if group else column))
    return owned


def check_xpaths(
    spec: XmlSpec, columns: Sequence[str], groups: Sequence[str], drops: Sequence[str], *, where: str
) -> None:
    """Raises BadSetting, naming the expression, for one that is no XPath 1.0."""
    references = References(spec)
    owned = columns_by_group(columns, groups)
    try:
        compile_lets(spec, references)
        for expression in (*groups, *drops, *(own for columns in owned.values() for _, own in columns)):
            compile_xpath(expression, spec, references, known=spec.let)
    except ValueError as error:
        raise BadSetting(
            str(error),
            where=where,
            remedy="Correct it; prefixes are declared under reads.xml.namespaces, names under reads.xml.let",
        ) from error

"""XML 1.0: items at a declared path, values by XPath 1.0 with declared namespaces; no DTD, no entity, no network.

The addresses are the mapping's own expressions. One that ends in `[*]` may find several values; any other must find at
most one, so that nothing is passed over in silence. Positions count from 1, as in XPath.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lxml import etree
from msgspec import Struct

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.markup_items import MarkupItem, markup_items
from gateway.mapping.addresses import EVERY, shape_of
from gateway.mapping.layouts import XmlSpec
from gateway.mapping.reading import Reading
from gateway.mapping.xpaths import References, columns_by_group, compile_lets, compile_xpath, expanded_name
from gateway.model.stages import NativeRecord, Received, Unreadable

__all__ = ["header", "read"]

_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
"""xsi:nil, xsi:type and xsi:schemaLocation speak of the markup, not of what happened."""

Item = NativeRecord | Unreadable


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The items of a delivery, in its order; `line` is where an item starts, `raw` its own bytes.

    An item with several values where the mapping asks for one, or beyond a limit, is Unreadable. Raises
    UnreadableDelivery for a file that is not well-formed, has a document type declaration, another root or no item.
    """
    for item, _ in _walk(received, reading):
        yield item


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses of the mapping that find something, and the paths of values that none of them reads or drops.

    Raises UnreadableDelivery as `read` does.
    """
    found: dict[str, None] = {}
    has_records = False
    for item, left_over in _walk(received, reading, leftovers=True):
        has_records = has_records or isinstance(item, NativeRecord)
        found.update(dict.fromkeys(left_over))
    return tuple(found) if has_records else reading.columns


class _Expression(Struct, frozen=True):
    """A column with its compiled expression; `column` is its whole address, `own` what follows its group's."""

    column: str
    own: str
    run: Any


class _GroupExpressions(Struct, frozen=True):
    """A group: its address, the expression for its members, and those of its columns."""

    address: str
    run: Any
    columns: tuple[_Expression, ...]


def _walk(received: Received, reading: Reading, *, leftovers: bool = False) -> Iterator[tuple[Item, Iterable[str]]]:
    spec = reading.xml
    if spec is None:
        raise AssertionError("the mapping document checks that this format has its layout")
    taking = _Taking(reading, spec)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    for item in markup_items(received, reading, spec):
        try:
            fields, nodes = taking.fields(_of_one_version(_parsed(item, parser), spec.versions))
        except ItemFault as fault:
            yield fault.unreadable(line=item.line, raw=item.raw), ()
            continue
        told = taking.told(fields, nodes) if leftovers else ()
        yield NativeRecord(line=item.line, fields=fields, raw=item.raw), told


def _parsed(item: MarkupItem, parser: Any) -> Any:
    if len(item.raw) > limits.ROW_BYTES:
        raise ItemFault(
            "too-large", f"the item has {len(item.raw)} bytes", f"At most {limits.ROW_BYTES} are read as one record"
        )
    try:
        return etree.fromstring(item.document, parser)
    except etree.XMLSyntaxError as error:
        raise ItemFault("bad-structure", "the item is not well-formed by itself", "Correct the export") from error


def _of_one_version(item: Any, versions: Mapping[str, str]) -> Any:
    """The item with the names of other versions of its standard as those of the one that the expressions know."""
    if versions:
        for element in item.iter():
            element.tag = _renamed(element.tag, versions)
            for name, value in element.attrib.items():
                if (renamed := _renamed(name, versions)) != name:
                    del element.attrib[name]
                    element.set(renamed, value)
    return item


def _renamed(name: str, versions: Mapping[str, str]) -> str:
    uri, brace, local = name[1:].rpartition("}")
    return f"{{{versions[uri]}}}{local}" if brace and uri in versions else name


class _Nodes(Struct):
    """What the expressions found in one item, for the account of what they did not."""

    root: Any
    read: list[Any]
    columns: dict[str, None]


class _Taking:
    """Runs the mapping's expressions on an item. Made for one pass over one delivery."""

    def __init__(self, reading: Reading, spec: XmlSpec) -> None:
        self._spec = spec
        self._references = References(spec)
        self._prefixes = {uri: prefix for prefix, uri in spec.prefixes.items()}
        self._ids = {expanded_name(spec.id, spec.prefixes)} if spec.id else set()
        self._lets = compile_lets(spec, self._references)
        self._named_sets: dict[str, Any] = {}
        self._drops = tuple(self._expression(drop, drop) for drop in reading.drops)
        owned = columns_by_group(reading.columns, reading.groups)
        self._columns = tuple(self._expression(column, own) for column, own in owned.pop(""))
        self._groups = tuple(
            _GroupExpressions(address, self._compiled(address), tuple(self._expression(c, own) for c, own in columns))
            for address, columns in owned.items()
        )

    def _compiled(self, expression: str) -> Any:
        return compile_xpath(expression, self._spec, self._references, known=self._lets)

    def _run(self, expression: Any, context: Any) -> Any:
        return expression(context, **self._named_sets)

    def _expression(self, column: str, own: str) -> _Expression:
        return _Expression(column, own, self._compiled(own))

    def fields(self, item: Any) -> tuple[dict[str, str], _Nodes]:
        """The item's values by address. Raises ItemFault for several values where one is asked for, or too many."""
        try:
            self._references.index(item)
        except ValueError as error:
            raise ItemFault("bad-structure", str(error), "Have the exporter give each its own") from error
        self._named_sets = {}
        for name, expression in self._lets.items():
            self._named_sets[name] = self._run(expression, item)
        fields: dict[str, str] = {}
        nodes = _Nodes(item, [], {})
        for column in self._columns:
            self._take(column, column.column, item, fields, nodes)
        for group in self._groups:
            members = self._run(group.run, item)
            for position, member in enumerate(members if isinstance(members, list) else (), start=1):
                address = _numbered(group.address, position)
                if isinstance(member, str):
                    raise ItemFault(
                        "bad-structure", f"'{group.address}' finds no elements", "Correct 'each'", group.address
                    )
                for expression in group.columns:
                    name = address if expression.own == "." else f"{address}/{expression.own}"
                    self._take(expression, name, member, fields, nodes)
        return fields, nodes

    def _take(self, expression: _Expression, name: str, context: Any, fields: dict[str, str], nodes: _Nodes) -> None:
        result = self._run(expression.run, context)
        found = result if isinstance(result, list) else [result]
        if not found:
            return
        nodes.columns[expression.column] = None
        nodes.read += found
        several = EVERY in expression.own
        if len(found) > 1 and not several:
            raise ItemFault(
                "bad-structure",
                f"the item has {len(found)} values where the mapping reads one",
                "Write [*] behind the address, and 'join' or 'pick: first'",
                shape_of(expression.column),
            )
        for position, node in enumerate(found, start=1):
            text = _text(node)
            if len(text) > limits.CELL_CHARACTERS:
                raise ItemFault(
                    "too-large", f"a text is longer than {limits.CELL_CHARACTERS} characters", "Shorten it", name
                )
            if len(fields) >= limits.ITEM_VALUES:
                raise ItemFault("too-large", f"the item has more than {limits.ITEM_VALUES} values", "Divide the item")
            fields[_numbered(name, position) if several else name] = text

    def told(self, fields: dict[str, str], nodes: _Nodes) -> Iterator[str]:
        """The columns and drops that found something, and the paths of everything else that says something."""
        yield from nodes.columns
        texts: set[Any] = set()
        attributes: set[tuple[Any, str]] = set()
        for node in (*nodes.read, *self._references.used):
            if isinstance(node, str):
                _note_text(node, texts, attributes)
            elif etree.iselement(node):
                texts.update(node.iter())
        for drop in self._drops:
            found = self._run(drop.run, nodes.root)
            for node in found if isinstance(found, list) else ():
                yield drop.column
                if isinstance(node, str):
                    _note_text(node, texts, attributes)
                    continue
                for below in node.iter():
                    texts.add(below)
                    attributes.update((below, name) for name in below.attrib)
        for element in nodes.root.iter():
            if element not in texts and _has_text(element):
                yield self._path(element)
            for name in element.attrib:
                if (element, name) not in attributes and name not in self._ids and not name.startswith(_INSTANCE):
                    yield self._path(element, name)

    def _path(self, element: Any, attribute: str = "") -> str:
        steps = [f"@{self._named(attribute)}"] if attribute else []
        while (parent := element.getparent()) is not None:
            steps.insert(0, self._named(element.tag))
            element = parent
        return "/".join(steps) or "."

    def _named(self, name: str) -> str:
        """`{uri}local` with the mapping's prefix for the namespace, where it has one."""
        uri, brace, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        return f"{self._prefixes[uri]}:{local}" if uri in self._prefixes else name if brace else local


def _numbered(address: str, position: int) -> str:
    """The position stands at the last `[*]`; groups further out are one list in XPath, so theirs is 1."""
    before, _, after = address.rpartition(EVERY)
    return f"{before.replace(EVERY, '[1]')}[{position}]{after}"


def _text(node: Any) -> str:
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, float):
        return "" if not math.isfinite(node) else str(int(node)) if node == int(node) else repr(node)
    return str(node) if isinstance(node, str) else "".join(node.itertext())


def _note_text(node: Any, texts: set[Any], attributes: set[tuple[Any, str]]) -> None:
    """A text that an expression found: an attribute's, or an element's own."""
    parent = node.getparent() if hasattr(node, "getparent") else None
    if parent is None:
        return
    if node.is_attribute:
        attributes.add((parent, node.attrname))
    else:
        texts.add(parent)


def _has_text(element: Any) -> bool:
    texts = (element.text, *(child.tail for child in element))
    return any(text and not text.isspace() for text in texts)

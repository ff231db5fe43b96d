"""Parsing a message that may come from anybody: nothing is expanded, fetched or followed, and size is bounded.

What makes libxml2 slow is refused before it is parsed or validated: of very many faulty siblings its validator counts
the position of each anew.
"""

import threading
from typing import Any, Final

from lxml import etree

from gateway import limits
from gateway.niem.faults import MessageFault, path_of

__all__ = ["SafeParser", "without_signature"]

_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_WIDE: Final = etree.XPath(f"(descendant-or-self::*[count(*) > {limits.MESSAGE_SIBLINGS}])[1]")


class SafeParser:
    """Parses messages, in any number of threads."""

    def __init__(self) -> None:
        self._parsers = threading.local()

    def parsed(self, document: bytes) -> tuple[Any, tuple[MessageFault, ...]]:
        """The root of a document, or None and the reason.

        The encoding is UTF-8 whatever the declaration says, so that nothing hides a document type declaration from the
        search for it: without one there are no entities to expand and nothing to fetch.
        """
        if len(document) > limits.XML_BYTES:
            return _refused("xml.too-large", f"the document has {len(document)} bytes", f"{limits.XML_BYTES} at most")
        if b"<!DOCTYPE" in document:
            return _refused("xml.doctype", "a document type declaration", "none")
        tags = document.count(b"<")
        if tags > limits.MESSAGE_TAGS:
            return _refused("xml.too-large", f"the document has {tags} tags", f"{limits.MESSAGE_TAGS} at most")
        parser = getattr(self._parsers, "parser", None)
        if parser is None:
            parser = self._parsers.parser = etree.XMLParser(
                encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            )
        try:
            root = etree.fromstring(document, parser)
        except etree.XMLSyntaxError as error:
            line, column = error.position
            problem = f"the XML does not parse (libxml2 error {error.code}) at column {column}"
            return None, (MessageFault(code="xml.malformed", problem=problem, line=line),)
        if tags > limits.MESSAGE_SIBLINGS and (wide := _WIDE(root)):
            problem = f"an element has {len(wide[0])} children"
            expected = f"{limits.MESSAGE_SIBLINGS} at most"
            return None, (MessageFault(code="xml.too-wide", problem=problem, path=path_of(wide[0]), expected=expected),)
        return root, ()


def without_signature(document: bytes) -> tuple[bytes, bool]:
    """A document without the signature that it envelopes, and whether it had one; no line moves.

    What does not parse is given back as it is.
    """
    root, _ = SafeParser().parsed(document)
    signatures = [] if root is None else root.findall(_SIGNATURE)
    for signature in signatures:
        # blanks for what was there: the lines behind it stay where they are
        lines = "\n" * etree.tostring(signature, with_tail=False).count(b"\n")
        before = signature.getprevious()
        tail = lines + (signature.tail or "")
        if before is None:
            root.text = (root.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
        signature.tail = None
        root.remove(signature)
    return (etree.tostring(root), True) if signatures else (document, False)


def _refused(code: str, problem: str, expected: str) -> tuple[None, tuple[MessageFault, ...]]:
    return None, (MessageFault(code=code, problem=problem, expected=expected),)

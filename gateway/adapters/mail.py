"""E-mail (RFC 5322, MIME): one message, one item.

`message-id`, `date`, `subject`, `from.name` and `from.address` are always there, perhaps empty; any other header has
positions, `header.received[0]`. `body` is the first plain text, `html` the first HTML text without its markup;
`attachment[0]` has `name`, `type`, `bytes` and `sha256`: what is attached is never opened. A date that reads is written
in ISO 8601 with its offset; `-0000` means UTC (RFC 5322, 3.3).
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final, TypeAlias

from lxml import etree, html

from gateway import limits
from gateway.adapters.faults import ItemFault
from gateway.adapters.headings import headings
from gateway.errors import UnreadableDelivery
from gateway.mapping.reading import Reading
from gateway.model.stages import NativeRecord, Received, Unreadable

__all__ = ["header", "read"]

_FIRST_LINE: Final = re.compile(rb"(?:From [^\r\n]*\r?\n)?[A-Za-z][!-9;-~]{0,99}[ \t]*:").match
"""A header's name and its colon (RFC 5322, 2.2), perhaps after the line that mailboxes put before a message.

The standard would let a name begin with a brace or a quote, as a line of JSON does; no header that is in use does.
"""

_ALWAYS: Final = ("subject", "date", "message-id", "from.name", "from.address", "body", "html")
"""What every message has a cell for, if an empty one: that it lacks one is a fault of the message, not of the feed."""

_TEXTS: Final = ("subject", "message-id", "in-reply-to")
_ADDRESSES: Final = ("from", "sender", "reply-to")

Item = NativeRecord | Unreadable
_Parsed: TypeAlias = "Message[Any, Any]"


def read(received: Received, reading: Reading) -> Iterator[Item]:
    """The one message of a delivery; it is Unreadable where its text fits no encoding or passes a limit.

    Raises UnreadableDelivery for what does not begin like a message, or is too large.
    """
    content = received.content.read(0, limits.MAIL_BYTES + 1)
    if _FIRST_LINE(content) is None or len(content) > limits.MAIL_BYTES:
        raise UnreadableDelivery(
            "the file is no e-mail message, or too large a one",
            where=received.file_name,
            remedy=f"Deliver one message a file, of at most {limits.MAIL_BYTES} bytes",
        )
    try:
        yield NativeRecord(line=1, fields=_fields(content, reading), raw=content)
    except ItemFault as fault:
        yield fault.unreadable(line=1, raw=content)


def header(received: Received, reading: Reading) -> tuple[str, ...]:
    """The addresses that the message has. Raises UnreadableDelivery as `read` does."""
    return headings(read(received, reading), reading)


def _fields(content: bytes, reading: Reading) -> dict[str, str]:
    try:
        message: _Parsed = BytesParser(policy=compat32).parsebytes(content)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except RecursionError as error:
        raise ItemFault("too-large", "the message is nested too deeply", "Forward the inner message alone") from error
    if len(parts) > limits.MAIL_PARTS or len(message.keys()) > limits.MAIL_HEADERS:
        raise ItemFault("too-large", f"the message has {len(parts)} parts", "Forward the text alone")
    fields = {**dict.fromkeys(_ALWAYS, ""), **dict(_headers(message))}
    for number, part in enumerate(part for part in parts if _is_attached(part)):
        fields.update(_attachment(f"attachment[{number}]", part))
    for address, kind in (("body", "text/plain"), ("html", "text/html")):
        own = next((p for p in parts if p.get_content_type() == kind and not _is_attached(p)), None)
        if own is not None:
            text = _text(own, reading, address)
            fields[address] = text if kind == "text/plain" else _without_markup(text, address)
    for address, text in fields.items():
        if len(text) > limits.CELL_CHARACTERS:
            raise ItemFault(
                "too-large", f"a text is longer than {limits.CELL_CHARACTERS} characters", "Shorten it", address
            )
    return fields


def _headers(message: _Parsed) -> Iterator[tuple[str, str]]:
    counts: dict[str, int] = {}
    for name, value in message.items():
        name, text = name.lower(), _decoded(str(value))
        position = counts[name] = counts.get(name, -1) + 1
        if position or name not in (*_TEXTS, *_ADDRESSES, "date"):
            yield f"header.{_step(name)}[{position}]", text
        elif name == "date":
            yield "date", _date(text)
        elif name in _TEXTS:
            yield name, " ".join(text.split())
        else:
            yield from _address(name, str(value))


def _step(name: str) -> str:
    """A header's name as a step of an address; the few signs that would make it two are written as hyphens."""
    return re.sub(r"[.\[\]/\"]", "-", name)


def _address(name: str, value: str) -> Iterator[tuple[str, str]]:
    person, address = next(iter(getaddresses([value])), ("", ""))
    yield f"{name}.name", _decoded(person)
    yield f"{name}.address", address if "@" in address else ""


def _decoded(value: str) -> str:
    """A header's text with its encoded words read (RFC 2047); what cannot be read stays as it is written."""
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or "ascii")
            for piece, charset in decode_header(value)
        ]
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return value
    return "".join(pieces)


def _date(text: str) -> str:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _is_attached(part: _Parsed) -> bool:
    return (
        part.get_content_disposition() == "attachment"
        or part.get_content_maintype() != "text"
        or _file_name(part) is not None
    )


def _file_name(part: _Parsed) -> str | None:
    try:
        return part.get_filename()
    except (LookupError, ValueError, TypeError):
        return ""


def _attachment(address: str, part: _Parsed) -> dict[str, str]:
    content = _payload(part)
    return {
        f"{address}.name": _decoded(_file_name(part) or ""),
        f"{address}.type": part.get_content_type(),
        f"{address}.bytes": str(len(content)),
        f"{address}.sha256": hashlib.sha256(content).hexdigest(),
    }


def _payload(part: _Parsed) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        content = None
    return content if isinstance(content, bytes) else b""


def _text(part: _Parsed, reading: Reading, address: str) -> str:
    content = _payload(part)
    for encoding in (part.get_content_charset(), *reading.encodings):
        try:
            return content.decode(encoding or "ascii").replace("\r\n", "\n")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    raise ItemFault(
        "bad-encoding", "the text fits neither its own nor a declared encoding", "Declare 'reads.encoding'", address
    )


def _without_markup(text: str, address: str) -> str:
    if not text.strip():
        return ""
    try:
        tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ItemFault("bad-structure", "the HTML text cannot be read", "Ask for plain text", address) from error
    pieces = tree.xpath("//text()[not(parent::script or parent::style)]")
    return "\n".join(line for piece in pieces if (line := " ".join(str(piece).split())))

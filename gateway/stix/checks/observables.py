"""What single cyber observables ask of their values (STIX 2.1, section 6)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level
from gateway.stix.checks.key_words import PDF_INFORMATION, REQUEST_HEADERS, SOCKET_OPTIONS
from gateway.stix.checks.registries import character_sets, information_elements, media_types, protocols
from gateway.stix.checks.vocabulary_words import PE_TYPES

__all__ = ["OBSERVABLE_CHECKS", "extension_of"]

_VALUE: Final = (
    r"(?:[*-]|(?:\?+|\*)?"
    r"(?:[A-Za-z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+"
    r"(?:\?+|\*)?)"
)
_CPE: Final = re.compile(rf"cpe:2\.3:[aho*-](?::{_VALUE}){{10}}")
"""The formatted string binding of CPE 2.3 (NISTIR 7695, 6.2.1)."""


def extension_of(one: dict[str, Any], name: str) -> dict[str, Any]:
    """The named extension of an object, empty where it has none."""
    extensions = one.get("extensions")
    held = extensions.get(name) if isinstance(extensions, dict) else None
    return held if isinstance(held, dict) else {}


def _media_type(one: dict[str, Any]) -> Iterator[Breach]:
    if one["mime_type"] not in media_types():
        yield "mime_type", "is not a media type that is registered"


def _character_set(one: dict[str, Any]) -> Iterator[Breach]:
    for name in ("path_enc", "name_enc"):
        if name in one and one[name] not in character_sets():
            yield name, "is not a character set that is registered"


def _cpe(one: dict[str, Any]) -> Iterator[Breach]:
    if not _CPE.fullmatch(one["cpe"]):
        yield "cpe", "is not a formatted name of CPE 2.3"


def _ports(one: dict[str, Any]) -> Iterator[Breach]:
    for name in ("src_port", "dst_port"):
        if name not in one:
            yield name, "is not there"


def _protocols(one: dict[str, Any]) -> Iterator[Breach]:
    for place, name in enumerate(one["protocols"]):
        if name not in protocols():
            yield f"protocols.{place}", "is not a service or protocol that is registered"


def _flow(one: dict[str, Any]) -> Iterator[Breach]:
    if not information_elements().issuperset(one["ipfix"]):
        yield "ipfix", "has a key that is not a registered element"


def _request_header(one: dict[str, Any]) -> Iterator[Breach]:
    if not REQUEST_HEADERS.issuperset(_keys(extension_of(one, "http-request-ext").get("request_header"))):
        yield "extensions.http-request-ext.request_header", "has a key that is not the name of a request header"


def _socket_options(one: dict[str, Any]) -> Iterator[Breach]:
    if not SOCKET_OPTIONS.issuperset(_keys(extension_of(one, "socket-ext").get("options"))):
        yield "extensions.socket-ext.options", "has a key that is not the name of a socket option"


def _pdf_information(one: dict[str, Any]) -> Iterator[Breach]:
    if not PDF_INFORMATION.issuperset(_keys(extension_of(one, "pdf-ext").get("document_info_dict"))):
        yield "extensions.pdf-ext.document_info_dict", "has a key that a PDF file's information has not"


def _keys(value: Any) -> frozenset[str]:
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _pe_type(one: dict[str, Any]) -> Iterator[Breach]:
    if extension_of(one, "windows-pebinary-ext").get("pe_type", "exe") not in PE_TYPES:
        yield "extensions.windows-pebinary-ext.pe_type", "is not a word of its vocabulary"


def _priority(one: dict[str, Any]) -> Iterator[Breach]:
    value = extension_of(one, "windows-process-ext").get("priority")
    if isinstance(value, str) and (not value.endswith("_CLASS") or len(value) == len("_CLASS")):
        yield "extensions.windows-process-ext.priority", "does not end in _CLASS"


def _row(code: str, clause: str, level: Level, says: str, look: Any, stix_type: str, need: str, number: str) -> Check:
    needs = (need,) if need else ()
    return Check(code, clause, level, says, look, frozenset(stix_type.split()), needs, number)


_MUST, _SHOULD = Level.MUST, Level.SHOULD

OBSERVABLE_CHECKS: Final = (
    _row(
        "artifact-media-type", "6.1.1", _MUST, "The media type of an artifact is registered.",
        _media_type, "artifact", "mime_type", "",
    ),
    _row(
        "character-set", "6.3.1", _MUST, "The encoding of a path or of a file's name (6.7.1) is registered.",
        _character_set, "directory file", "", "",
    ),
    _row("cpe", "6.14.1", _MUST, "The CPE of software is a formatted name of CPE 2.3.", _cpe, "software", "cpe", ""),
    _row(
        "file-media-type", "6.7.1", _SHOULD, "The media type of a file is registered.",
        _media_type, "file", "mime_type", "271",
    ),
    _row("ports", "6.12.1", _SHOULD, "Traffic has both ports.", _ports, "network-traffic", "", "301"),
    _row(
        "protocols", "6.12.1", _SHOULD, "The protocols of traffic are registered.",
        _protocols, "network-traffic", "protocols", "272",
    ),
    _row("ipfix", "6.12.1", _SHOULD, "The keys of ipfix are registered.", _flow, "network-traffic", "ipfix", "273"),
    _row(
        "request-header", "6.12.2.1", _SHOULD, "The keys of a request's header are names of such fields.",
        _request_header, "network-traffic", "extensions", "274",
    ),
    _row(
        "socket-options", "6.12.4.1", _SHOULD, "The keys of a socket's options are names of such options.",
        _socket_options, "network-traffic", "extensions", "275",
    ),
    _row(
        "pdf-information", "6.7.4.1", _SHOULD, "The keys of a PDF file's information are entries that it can have.",
        _pdf_information, "file", "extensions", "276",
    ),
    _row(
        "vocabulary-pe-type", "10.28", _SHOULD, "`pe_type`: a word of windows-pebinary-type-ov.",
        _pe_type, "file", "extensions", "243",
    ),
    _row(
        "process-priority", "6.13.2.1", _SHOULD, "The priority of a Windows process ends in _CLASS.",
        _priority, "process", "extensions", "149",
    ),
)  # fmt: skip
"""Checks of single observables."""

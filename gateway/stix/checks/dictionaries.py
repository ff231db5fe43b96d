"""Keys of dictionaries: names of hash algorithms, lower case, the container of old (STIX 2.1, 2.3, 2.7 and 2.13)."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level
from gateway.stix.checks.observables import extension_of
from gateway.stix.checks.properties import OBSERVABLES
from gateway.stix.checks.vocabulary_words import HASH_ALGORITHMS
from gateway.stix.checks.word_list import words

__all__ = ["DICTIONARY_CHECKS"]

_LONGEST_NAME: Final = 30
_HASHED: Final = frozenset({"artifact", "file", "x509-certificate"})

_KEYS_AS_THEY_ARE: Final = words(
    """
    hashes file_header_hashes request_header additional_header_fields document_info_dict exif_tags ipfix options
    environment_variables key startup_info
    """
)
"""The dictionaries whose keys are names from elsewhere."""


def _hash_names(one: dict[str, Any]) -> Iterator[Breach]:
    for path, hashes in _hashes(one):
        for name in hashes:
            if name not in HASH_ALGORITHMS and not name.startswith("x_"):
                yield path, "has a key that is not a word of its vocabulary and does not begin with x_"


def _hash_name_lengths(one: dict[str, Any]) -> Iterator[Breach]:
    for path, hashes in _hashes(one):
        if any(len(name) > _LONGEST_NAME for name in hashes):
            yield path, "has a key that is too long for the name of an algorithm"


def _hashes(one: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every dictionary of hashes in the object, with its path."""
    for path, held in _places(one):
        if isinstance(held, dict):
            yield path, held


def _places(one: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "hashes", one.get("hashes")
    if one["type"] != "file":
        return
    streams = extension_of(one, "ntfs-ext").get("alternate_data_streams")
    yield from _of_each("extensions.ntfs-ext.alternate_data_streams", streams)
    binary = extension_of(one, "windows-pebinary-ext")
    yield "extensions.windows-pebinary-ext.file_header_hashes", binary.get("file_header_hashes")
    header = binary.get("optional_header")
    if isinstance(header, dict):
        yield "extensions.windows-pebinary-ext.optional_header.hashes", header.get("hashes")
    yield from _of_each("extensions.windows-pebinary-ext.sections", binary.get("sections"))


def _of_each(path: str, parts: Any) -> Iterator[tuple[str, Any]]:
    for place, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, dict):
            yield f"{path}.{place}.hashes", part.get("hashes")


def _lower_case(one: dict[str, Any]) -> Iterator[Breach]:
    """Keys have no capital letter of ASCII. What stands in lists is not looked at: it has a type of its own."""
    waiting: list[tuple[str, dict[str, Any]]] = [("", one)]
    while waiting:
        path, held = waiting.pop()
        for name, value in held.items():
            if not name or (name != name.lower() and any("A" <= sign <= "Z" for sign in name)):
                yield path, "has a key that is not in lower case"
            if isinstance(value, dict) and name not in _KEYS_AS_THEY_ARE:
                waiting.append((f"{path}.{name}" if path else name, value))


def _reference_hashes(one: dict[str, Any]) -> Iterator[Breach]:
    held = one["external_references"]
    for place, reference in enumerate(held if isinstance(held, list) else ()):
        if isinstance(reference, dict) and "url" in reference and "hashes" not in reference:
            yield f"external_references.{place}", "has an address and no hashes"


DICTIONARY_CHECKS: Final = (
    Check(
        code="vocabulary-hash-algorithm",
        clause="10.7",
        level=Level.SHOULD,
        says="The keys of hashes are words of hash-algorithm-ov, or begin with x_.",
        look=_hash_names,
        types=_HASHED,
        number="241",
    ),
    Check(
        code="hash-name-length",
        clause="2.7",
        level=Level.SHOULD,
        says="The name of a hash algorithm has at most 30 characters.",
        look=_hash_name_lengths,
        types=_HASHED,
        number="150",
    ),
    Check(
        code="lower-case-keys",
        clause="2.3",
        level=Level.SHOULD,
        says="The keys of dictionaries in observables are in lower case, save those that are names from elsewhere.",
        look=_lower_case,
        types=OBSERVABLES,
        number="142",
    ),
    Check(
        code="reference-hashes",
        clause="2.5.2",
        level=Level.SHOULD,
        says="An external reference with an address has hashes of what is found there.",
        look=_reference_hashes,
        needs=("external_references",),
        number="302",
    ),
)
"""Checks of dictionaries and of references."""

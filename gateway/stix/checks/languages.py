"""Codes of languages: tags by RFC 5646, the three letters of ISO 639-2 (STIX 2.1, 3.2, 6.14.1 and 7.1.1)."""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level
from gateway.stix.checks.codes import COUNTRIES, LANGUAGES_OF_THREE_LETTERS, LANGUAGES_OF_TWO_LETTERS

__all__ = ["LANGUAGE_CHECKS", "is_language_tag"]

_TAG: Final = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?"
    r"(?:-(?P<region>[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
    r"|[Xx](?:-[A-Za-z0-9]{1,8})+"
)
"""RFC 5646, 2.1. Primary subtags of four and more letters, and the grandfathered tags, are not in use."""

_LOCAL: Final = re.compile(r"q[a-t][a-z]")
_NAME: Final = re.compile(r"[a-z0-9_]{3,250}")


def is_language_tag(text: str) -> bool:
    """Whether the text is a well-formed tag of RFC 5646 whose two-letter subtags are registered."""
    found = _TAG.fullmatch(text)
    if found is None:
        return False
    language, region = found["language"], found["region"]
    known = language is None or len(language) == 3 or language.lower() in LANGUAGES_OF_TWO_LETTERS
    return known and (region is None or len(region) == 3 or region.upper() in COUNTRIES)


def _language(one: dict[str, Any]) -> Iterator[Breach]:
    if not (isinstance(one["lang"], str) and is_language_tag(one["lang"])):
        yield "lang", "is not a language tag of RFC 5646"


def _of_contents(one: dict[str, Any]) -> Iterator[Breach]:
    for tag, texts in one["contents"].items():
        if not is_language_tag(tag):
            yield "contents", "has a key that is not a language tag of RFC 5646"
        if not isinstance(texts, dict):
            yield "contents", "has a language without a dictionary of translations"
        elif not all(_NAME.fullmatch(name) for name in texts):
            yield "contents", "translates something that cannot be the name of a property"


def _of_software(one: dict[str, Any]) -> Iterator[Breach]:
    for place, code in enumerate(one["languages"]):
        if code not in LANGUAGES_OF_THREE_LETTERS and not _LOCAL.fullmatch(code):
            yield f"languages.{place}", "is not a language code of ISO 639-2"


LANGUAGE_CHECKS: Final = (
    Check(
        code="language",
        clause="3.2",
        level=Level.MUST,
        says="The language of an object is a tag of RFC 5646.",
        look=_language,
        needs=("lang",),
    ),
    Check(
        code="language-content",
        clause="7.1.1",
        level=Level.MUST,
        says="Translations stand under language tags and name properties.",
        look=_of_contents,
        types=frozenset({"language-content"}),
        needs=("contents",),
    ),
    Check(
        code="software-language",
        clause="6.14.1",
        level=Level.MUST,
        says="The languages of software are codes of ISO 639-2.",
        look=_of_software,
        types=frozenset({"software"}),
        needs=("languages",),
    ),
)
"""Checks of language codes."""

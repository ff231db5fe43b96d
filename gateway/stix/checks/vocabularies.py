"""Words from open vocabularies, and how words of one's own should be spelt (STIX 2.1, 2.14 and section 10)."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from gateway.stix.checks.check_row import Breach, Check, Level, Look
from gateway.stix.checks.codes import COUNTRIES
from gateway.stix.checks.vocabulary_words import VOCABULARIES, Vocabulary

__all__ = ["VOCABULARY_CHECKS"]

_SPELT: Final = {
    **{
        stix_type: tuple(name for vocabulary in VOCABULARIES.values() for name in vocabulary.uses.get(stix_type, ()))
        for stix_type in (
            "identity",
            "infrastructure",
            "intrusion-set",
            "location",
            "malware",
            "malware-analysis",
            "report",
            "threat-actor",
            "tool",
        )
    },
    "indicator": ("indicator_types",),
    "marking-definition": ("definition_type",),
}
"""The properties whose own words should follow the rule of spelling."""

_KILL_CHAINS: Final = frozenset({"attack-pattern", "indicator", "infrastructure", "malware", "tool"})


def _words_of(value: Any) -> tuple[tuple[str, Any], ...]:
    """The words of a property with the ends of their paths: one, or those of a list."""
    return tuple((f".{place}", word) for place, word in enumerate(value)) if isinstance(value, list) else (("", value),)


def _from(vocabulary: Vocabulary) -> Look:
    def look(one: dict[str, Any]) -> tuple[Breach, ...]:
        return tuple(
            (f"{name}{end}", "is not a word of its vocabulary")
            for name in vocabulary.uses[one["type"]]
            if name in one
            for end, word in _words_of(one[name])
            if word not in vocabulary.words
        )

    return look


def _is_spelt_as_words_are(word: Any) -> bool:
    """In lower case, with hyphens and neither spaces nor underscores."""
    return not isinstance(word, str) or (word.islower() and "_" not in word and " " not in word)


def _spelling(one: dict[str, Any]) -> Iterator[Breach]:
    for name in _SPELT[one["type"]]:
        if name in one:
            for end, word in _words_of(one[name]):
                if not _is_spelt_as_words_are(word):
                    yield f"{name}{end}", "is not in lower case with hyphens between the words"


def _kill_chains(one: dict[str, Any]) -> Iterator[Breach]:
    for place, phase in enumerate(one["kill_chain_phases"]):
        for name in ("kill_chain_name", "phase_name"):
            if not _is_spelt_as_words_are(phase.get(name)):
                yield f"kill_chain_phases.{place}.{name}", "is not in lower case with hyphens between the words"


def _product(one: dict[str, Any]) -> Iterator[Breach]:
    if not one["product"] or one["product"].strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
        yield "product", "is not in lower case with hyphens between the words"


def _country(one: dict[str, Any]) -> Iterator[Breach]:
    if one["country"].upper() not in COUNTRIES:
        yield "country", "is not a country code of ISO 3166-1"


def _properties(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in vocabulary.uses.values() for name in names))


def _row(code: str, clause: str, says: str, look: Callable[..., Any], types: frozenset[str], number: str) -> Check:
    return Check(code=code, clause=clause, level=Level.SHOULD, says=says, look=look, types=types, number=number)


VOCABULARY_CHECKS: Final = (
    *(
        _row(
            f"vocabulary-{name}",
            vocabulary.clause,
            f"{', '.join(f'`{p}`' for p in _properties(vocabulary))}: words of {name}-ov.",
            _from(vocabulary),
            frozenset(vocabulary.uses),
            vocabulary.number,
        )._replace(needs=_properties(vocabulary))
        for name, vocabulary in VOCABULARIES.items()
    ),
    _row(
        "vocabulary-spelling",
        "2.14",
        "A word for an open vocabulary is in lower case, with hyphens between its parts.",
        _spelling,
        frozenset(_SPELT),
        "111",
    )._replace(needs=tuple(dict.fromkeys(name for names in _SPELT.values() for name in names))),
    _row(
        "kill-chain-spelling",
        "2.11",
        "The names of a kill chain and of its phase are in lower case, with hyphens between their parts.",
        _kill_chains,
        _KILL_CHAINS,
        "121",
    )._replace(needs=("kill_chain_phases",)),
    _row(
        "product-spelling",
        "4.12.1",
        "The product of an analysis is in lower case, with hyphens between its parts.",
        _product,
        frozenset({"malware-analysis"}),
        "143",
    )._replace(needs=("product",)),
    _row(
        "country",
        "4.10.1",
        "A country is a code of ISO 3166-1.",
        _country,
        frozenset({"location"}),
        "277",
    )._replace(needs=("country",)),
)
"""Checks of words."""

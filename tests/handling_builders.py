"""Handlings of the tests' own, with release lists that can stand."""

from typing import Any

from hypothesis import strategies as st

from gateway.model.countries import COUNTRIES
from gateway.model.handling import Handling

COUNTRY_LISTS = st.lists(st.sampled_from(sorted(COUNTRIES)), max_size=3).map(tuple)


def consistent(**facts: Any) -> Handling:
    """A handling of any facts: a release list names the United States."""
    if facts.get("release_to"):
        facts["release_to"] = ("USA", *facts["release_to"])
    return Handling(**facts)

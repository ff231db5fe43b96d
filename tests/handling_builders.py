"""Handlings of the tests' own: random facts brought to agree with each other, as an agency's own would."""

from typing import Any

from hypothesis import strategies as st

from gateway.model.countries import COUNTRIES
from gateway.model.cui import Cui, Dissemination
from gateway.model.handling import Handling

COUNTRY_LISTS = st.lists(st.sampled_from(sorted(COUNTRIES)), max_size=3).map(tuple)
EXAMPLE_COUNTRIES = ("USA", "CAN", "MEX")


def consistent(**facts: Any) -> Handling:
    """A handling of facts that may contradict each other: what a fact needs is added, what has no place is left out."""
    controls = set(facts.get("dissemination", ()))
    if Dissemination.REL_TO in controls or facts.get("release_to"):
        facts["release_to"] = ("USA", *facts.get("release_to", ()))
    if Dissemination.DISPLAY_ONLY in controls:
        facts["display_to"] = facts.get("display_to") or ("CAN",)
    if Dissemination.DL_ONLY not in controls:
        facts.pop("dissemination_list", None)
    if any(facts.get(name) for name in ("designating_entity", "decontrol_date", "supplemental_markings")):
        facts["cui"] = facts.get("cui") or (Cui.CUI,)
    return Handling(**facts)

"""The NIEM and the STIX stage may not import each other, yet say the same of an indicator."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.codes import ObservableType
from gateway.model.entities import Observable
from gateway.niem.cyber import indicator_pattern
from gateway.stix.cyber import pattern


@pytest.mark.parametrize("kind", ObservableType)
def test_the_pattern_of_an_observable_is_the_same_in_both_standards(kind: ObservableType) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.from_regex(r"https?://[ -~]{1,30}"))
    def law(value: str) -> None:
        observable = Observable(ref="seen", type=kind, value=value)
        assert indicator_pattern(observable) == pattern(observable)

    law()

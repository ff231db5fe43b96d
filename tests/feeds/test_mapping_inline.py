"""Every test inside every shipped mapping document, one case each."""

import pytest
from mapping_builders import MAPPINGS

from gateway.mapping import TestOutcome, load_mappings, run_tests

OUTCOMES = [(feed, outcome) for feed, mapping in load_mappings([MAPPINGS]).items() for outcome in run_tests(mapping)]


@pytest.mark.parametrize("outcome", [pytest.param(o, id=f"{feed}: {o.name}") for feed, o in OUTCOMES])
def test_the_document_does_what_its_test_says(outcome: TestOutcome) -> None:
    assert outcome.faults == ()


def test_every_feed_has_an_expectation_and_a_refusal() -> None:
    for feed, mapping in load_mappings([MAPPINGS]).items():
        assert any(test.expect for test in mapping.document.tests), feed
        assert any(test.reject for test in mapping.document.tests), feed

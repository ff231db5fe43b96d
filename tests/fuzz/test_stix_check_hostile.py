"""Any JSON value at all, handed to the checks, ends in findings: nothing is raised, however deep, long or odd it is."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stix_mutants import mutants
from stix_samples import sample, samples

from gateway.stix.check import ObjectChecker
from gateway.stix.checks.properties import PROPERTIES
from gateway.stix.checks.table import Ask

CHECKER = ObjectChecker()
_NAMES = st.sampled_from(sorted({name for names in PROPERTIES.values() for name in names} | {"x", "", "hashes"}))
_WORDS = st.sampled_from(
    [*PROPERTIES, "2.1", "2026-01-01T00:00:00.000Z", sample("tool")["id"], "stix", "[file:size = 1]"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=3), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_JSON, max_size=3))
def test_any_values_are_answered(values: list[Any]) -> None:
    CHECKER.findings(values, asked=tuple(Ask))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(samples()), _NAMES, _JSON)
def test_a_sample_with_anything_in_it_is_answered(one: dict[str, Any], name: str, value: Any) -> None:
    CHECKER.findings([one | {name: value}], asked=tuple(Ask))
    CHECKER.faults([one | {name: value}])


def test_mutants_of_mutants_are_answered() -> None:
    damaged = samples()
    for seed in range(4):
        damaged = [one for _, one in mutants(seed, len(damaged), damaged)]
        CHECKER.findings(damaged, asked=tuple(Ask))
        CHECKER.faults(damaged)


def _deep(depth: int, inner: Any) -> Any:
    for _ in range(depth):
        inner = {"a_b": inner} if depth % 2 else [inner]
    return inner


_HOSTILE: dict[str, dict[str, Any]] = {
    "deep dictionaries": sample("campaign", x_example=_deep(50_001, 1)),
    "deep lists": sample("campaign", x_example=_deep(50_000, 1)),
    "deep keys of an observable": sample("mutex", x_example=_deep(201, 1)),
    "a huge number": sample("identity", confidence=10**400),
    "a number without an end": sample("location", latitude=float("nan")),
    "an endless number": sample("location", latitude=float("inf")),
    "half a sign": sample("campaign", name="\ud800"),
    "half a sign as key": sample("campaign", **{"\ud800": 1}),
    "many references": sample("report", object_refs=[sample("tool")["id"]] * 100_000),
    "many words": sample("malware", capabilities=["unheard"] * 100_000),
    "many selectors": sample(
        "campaign",
        granular_markings=[{"marking_ref": sample("marking-definition")["id"], "selectors": ["name"] * 100_000}],
    ),
    "many properties": sample("campaign", **{f"x_example_{number}": 1 for number in range(20_000)}),
    "a long pattern": sample("indicator", pattern=" AND ".join(["[file:size = 1]"] * 20_000)),
    "a deep pattern": sample("indicator", pattern="(" * 200_000),
    "a text that never closes": sample("indicator", pattern="[file:name = '" + "a" * 200_000),
    "comments that never close": sample("indicator", pattern="[" + "/* " * 50_000),
    "a long language": sample("campaign", lang="en" + "-a1" * 50_000),
    "a long CPE": sample("software", cpe="cpe:2.3:a:" + "?" * 5_000 + "a" * 5_000),
    "a long time": sample("campaign", first_seen="2026-03-01T08:00:00." + "0" * 200_000 + "Z"),
    "a long name of an extension": sample("file", extensions={"k" * 200: {"a": 1}}),
    "a long type": {"type": "a" * 249, "id": "a--11111111-1111-4111-8111-111111111111"},
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_objects_are_answered(name: str) -> None:
    one = copy.copy(_HOSTILE[name])
    CHECKER.findings([one], asked=tuple(Ask))
    CHECKER.faults([one])


def test_the_order_of_objects_does_not_change_what_is_told_of_each() -> None:
    damaged = [one for _, one in mutants(3, 60, samples())]
    told = sorted(finding for one in damaged for finding in CHECKER.findings([one]))
    shuffled = random.Random(3).sample(damaged, len(damaged))
    together = sorted(finding for finding in CHECKER.findings(shuffled) if finding.code != "duplicate-version")
    assert together == told

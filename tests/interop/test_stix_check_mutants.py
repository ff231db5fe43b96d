"""The checks beside stix2-validator 3.2.0: the same verdicts on MUST and on SHOULD, or a difference that has a name."""

import copy
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stix_differential import EXPLAINS, compared, judged
from stix_mutants import mutants
from stix_samples import bundle_of, observable_id, sample, samples

from gateway import names
from gateway.stix.checks.differences import DIFFERENCES
from gateway.stix.checks.table import Ask


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may reach the network."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a test reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


_EITHER = (frozenset(), frozenset({Ask.PROPERTIES}))


def test_each_difference_has_a_name_and_a_reason() -> None:
    assert EXPLAINS.keys() == DIFFERENCES.keys()


def test_samples_pass_both_judges_with_everything_that_can_be_asked() -> None:
    every = frozenset(Ask)
    told = [str(case) for one in samples() for case in judged(one, every) if case.ours or case.theirs]
    assert [case for case in told if "relationship-ends" not in case] == []


def test_verdicts_on_mutants_are_the_same() -> None:
    tally = compared(mutants(20260305, 300, samples()), *_EITHER)
    assert tally.unexplained == []
    assert tally.cases["passed by both"] > 100
    assert tally.cases["refused by both"] > 100
    assert tally.differences.total() < 15


@pytest.mark.soak
def test_verdicts_on_many_mutants_are_the_same() -> None:
    tally = compared(mutants(20260306, 10_000, samples()), *_EITHER)
    assert tally.unexplained == []
    print(dict(tally.cases), dict(tally.differences))


def _bundles(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bundles with a relationship and some of what it may point at; some hold an object twice."""
    relationship = sample("relationship")
    others = [sample(stix_type) for stix_type in ("campaign", "malware", "tool", "location", "identity")]
    for number, (what, damaged) in enumerate(mutants(7, count, [relationship, *others])):
        kept = [one for place, one in enumerate(others) if (number >> place) & 1]
        twice = [copy.deepcopy(kept[0])] if kept and number % 3 == 0 else []
        yield what, bundle_of(damaged, relationship, *kept, *twice)


def test_verdicts_on_bundles_are_the_same() -> None:
    tally = compared(_bundles(60), frozenset(), frozenset({Ask.REFERENCES}))
    assert tally.unexplained == []
    assert tally.cases["passed by both"] > 10
    assert tally.cases["refused by both"] > 20


_KNOWN = [
    ("line-feed", sample("campaign", created="2026-03-04T15:06:07.120Z\n")),
    ("time-as-text", sample("campaign", first_seen="2026-03-01T08:00:00Z", last_seen="2026-03-01T08:00:00.5Z")),
    ("language-tag", sample("campaign", lang="am-ET")),
    ("language-tag", sample("campaign", lang="sr-SP")),
    ("email-domain", sample("email-addr", value="desk@center")),
    ("process-once", sample("process", id=observable_id("process"))),
    ("uuid-of-contribution", sample("user-account", user_id=None, account_type=None, account_login=None,
                                    id="user-account--11111111-1111-4111-8111-111111111111")),
    ("hash-name-length", sample("file", hashes={"x_" + "a" * 40: "00"})),
    ("selector-into-text", sample("identity", granular_markings=[
        {"marking_ref": "marking-definition--11111111-1111-4111-8111-111111111111", "selectors": ["name.[2]"]}])),
    ("hash-in-pattern", sample("indicator", pattern="[file:hashes.MD5 LIKE '00%']")),
    ("own-extension", sample("relationship", extensions={
        names.ROLE_EXTENSION: {"extension_type": "property-extension", "role": "bystander"}})),
    ("exists-in-pattern", sample("indicator", pattern="[EXISTS file:Size]")),
    ("pattern-version", sample("indicator", pattern="[EXISTS file:size]", pattern_version="2.0")),
    ("custom-observable-uuid", {"type": "example-sco", "spec_version": "2.1", "id": observable_id("example-sco"),
     "extensions": {"extension-definition--11111111-1111-4111-8111-111111111111": {"extension_type": "new-sco"}}}),
    ("empty-bundle", bundle_of()),
    ("version-2.0", bundle_of(sample("campaign", spec_version=None))),
    ("crash", sample("indicator", pattern="[file:hashes[0] = 'x']")),
    ("container", sample("observed-data", object_refs=None, objects={
        "0": sample("software", cpe="about cpe:2.3:a:example:suite:4.1:*:*:*:*:*:*:*")})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one"), _KNOWN, ids=[name for name, _ in _KNOWN])
def test_each_named_difference_is_seen(name: str, one: dict[str, Any]) -> None:
    tally = compared([(name, one)])
    assert tally.unexplained == []
    assert name in tally.differences


@pytest.mark.acceptance
def test_verdicts_on_real_objects_are_the_same(shared_data: Path) -> None:
    folder = shared_data / "stix"
    objects: dict[str, dict[str, Any]] = {}
    for part in (
        "cti-documentation",
        "cti-stix2-json-schemas",
        "stix2extensions",
        "attack-flow",
        "medallion",
        "attack",
    ):
        for path in sorted((folder / part).rglob("*.json")):
            try:
                document = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                continue
            held = document.get("objects", ()) if isinstance(document, dict) else ()
            for one in held if isinstance(held, list) else ():
                if isinstance(one, dict) and one.get("spec_version") == "2.1" and len(objects) < 1200:
                    objects.setdefault(json.dumps(one, sort_keys=True), one)
    assert len(objects) > 500
    tally = compared((str(one.get("id")), one) for one in objects.values())
    assert tally.unexplained == []
    print(dict(tally.cases), dict(tally.differences))

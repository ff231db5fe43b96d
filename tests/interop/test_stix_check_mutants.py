"""The checks beside stix2-validator 3.2.0: the same verdicts on MUST and on SHOULD, or a difference that has a name."""

import copy
import json
import re
import socket
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from stix2validator import ValidationOptions, validate_instance
from stix_mutants import mutants
from stix_samples import bundle_of, observable_id, sample, samples

from gateway.stix.check import SCHEMA, Finding, ObjectChecker
from gateway.stix.checks.check_row import Level
from gateway.stix.checks.differences import DIFFERENCES
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES
from gateway.stix.checks.table import Ask

CHECKER = ObjectChecker()


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may reach the network."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a test reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


class Case(NamedTuple):
    """One object with both verdicts at one level; `theirs` begins with `crash` where it gave none."""

    one: dict[str, Any]
    level: Level
    ours: list[Finding]
    theirs: list[str]


def _judged(one: dict[str, Any], asked: frozenset[Ask]) -> Iterator[Case]:
    findings = CHECKER.findings([one], asked=asked)
    options = ValidationOptions(
        version="2.1",
        silent=True,
        strict_properties=Ask.PROPERTIES in asked,
        enforce_refs=Ask.REFERENCES in asked,
    )
    musts = [finding for finding in findings if finding.level is Level.MUST]
    shoulds = [finding for finding in findings if finding.level is Level.SHOULD]
    try:
        with warnings.catch_warnings():  # crashing, it looks up a name that jsonschema has deprecated
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            result = validate_instance(copy.deepcopy(one), options)
    except Exception as crash:  # noqa: BLE001 - it may raise anything, and that is what is told
        yield Case(one, Level.MUST, musts, [f"crash: {crash!r}"])
        return
    yield Case(one, Level.MUST, musts, [str(error) for error in result.errors])
    if not any(finding.code == SCHEMA for finding in findings):
        yield Case(one, Level.SHOULD, shoulds, [str(warning) for warning in result.warnings])


def _only(codes: Iterable[str], told: Iterable[str], pattern: str) -> bool:
    return not set(codes) and all(re.search(pattern, each) for each in told)


def _without_line_feeds(value: Any) -> Any:
    if isinstance(value, dict):
        return {name.rstrip("\n"): _without_line_feeds(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_without_line_feeds(held) for held in value]
    return value.rstrip("\n") if isinstance(value, str) else value


def _codes(case: Case) -> set[str]:
    return {finding.code for finding in case.ours}


_EXPLAINS: dict[str, Callable[[Case], bool]] = {
    "line-feed": lambda case: (
        _codes(case) == {SCHEMA} and not {f.code for f in CHECKER.findings([_without_line_feeds(case.one)])} & {SCHEMA}
    ),
    "time-as-text": lambda case: (
        "." in json.dumps(case.one)
        and (_codes(case) == {"time-order"} or (_only(_codes(case), case.theirs, r"must be later than")))
    ),
    "language-tag": lambda case: (
        _codes(case) <= {"language", "language-content"} and all(re.search("RFC 5646", each) for each in case.theirs)
    ),
    "email-domain": lambda case: _only(_codes(case), case.theirs, "is not a 'email'"),
    "process-once": lambda case: case.one["type"] == "process" and _only(_codes(case), case.theirs, r"\{103\}"),
    "uuid-of-contribution": lambda case: (
        case.one["type"] in OBSERVABLES and _only(_codes(case), case.theirs, r"\{103\}.*not a valid UUIDv5")
    ),
    "custom-observable-uuid": lambda case: (
        case.one["type"] not in PROPERTIES and _only(_codes(case), case.theirs, r"\{103\}.*not a valid UUIDv4")
    ),
    "hash-name-length": lambda case: _codes(case) == {"hash-name-length"},
    "crash": lambda case: not case.ours and case.theirs[0].startswith("crash"),
    "selector-into-text": lambda case: _codes(case) == {"selector"},
    "container": lambda case: bool(case.ours) and all(f.path.startswith("objects.") for f in case.ours),
    "hash-in-pattern": lambda case: _only(_codes(case), case.theirs, r"is not a valid \S+ hash"),
    "exists-in-pattern": lambda case: (
        _codes(case) == {"pattern-names"} and "EXISTS" in case.one["pattern"] and not case.theirs
    ),
    "pattern-version": lambda case: case.one.get("pattern_version") == "2.0" and not case.ours,
    "version-2.0": lambda case: (
        case.one["type"] == "bundle" and any("spec_version" not in held for held in case.one["objects"])
    ),
    "empty-bundle": lambda case: case.one["type"] == "bundle" and not case.one["objects"],
}
"""By the name of the difference: whether it is what a case shows."""


class Tally(NamedTuple):
    """What was compared: cases by level, differences by name, and those that nothing explains."""

    cases: Counter[str]
    differences: Counter[str]
    unexplained: list[str]


def compared(objects: Iterable[tuple[str, dict[str, Any]]], *asks: frozenset[Ask]) -> Tally:
    """Both verdicts on every object, with the asks by turns."""
    tally = Tally(Counter(), Counter(), [])
    for number, (what, one) in enumerate(objects):
        for case in _judged(one, asks[number % len(asks)] if asks else frozenset()):
            tally.cases[case.level] += 1
            if bool(case.ours) == bool(case.theirs):
                tally.cases["refused by both" if case.ours else "passed by both"] += 1
                continue
            name = next((name for name, explains in _EXPLAINS.items() if explains(case)), None)
            if name is None:
                tally.unexplained.append(f"{what} {case.level}: {[str(f) for f in case.ours]} / {case.theirs}")
            else:
                tally.differences[name] += 1
    return tally


_EITHER = (frozenset(), frozenset({Ask.PROPERTIES}))


def test_each_difference_has_a_name_and_a_reason() -> None:
    assert _EXPLAINS.keys() == DIFFERENCES.keys()


def test_samples_pass_both_judges_with_everything_that_can_be_asked() -> None:
    every = frozenset(Ask)
    told = [str(case) for one in samples() for case in _judged(one, every) if case.ours or case.theirs]
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

"""Both verdicts on an object, ours and that of stix2-validator 3.2.0, and the names of the differences between them."""

import copy
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from stix2validator import ValidationOptions, validate_instance

from gateway.stix.check import SCHEMA, Finding, ObjectChecker
from gateway.stix.checks.check_row import Level
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES
from gateway.stix.checks.table import Ask
from gateway.stix.extensions import EXTENSIONS

__all__ = ["EXPLAINS", "compared", "judged"]

CHECKER = ObjectChecker()


class Case(NamedTuple):
    """One object with both verdicts at one level; `theirs` begins with `crash` where it gave none."""

    one: dict[str, Any]
    level: Level
    ours: list[Finding]
    theirs: list[str]


def judged(one: dict[str, Any], asked: frozenset[Ask]) -> Iterator[Case]:
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
    except Exception as crash:
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


def _is_of_extension(one: dict[str, Any], finding: Finding) -> bool:
    """Whether a schema of our own extensions says it: within the extension, or of the type that it may stand on."""
    ours = any(row.id in one.get("extensions", ()) for row in EXTENSIONS.values())
    return finding.path.startswith("extensions.extension-definition--") or (ours and finding.path == "type")


EXPLAINS: dict[str, Callable[[Case], bool]] = {
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
    "own-extension": lambda case: (
        _codes(case) == {SCHEMA}
        and all(_is_of_extension(case.one, f) for f in CHECKER.findings([_without_line_feeds(case.one)]))
    ),
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
        for case in judged(one, asks[number % len(asks)] if asks else frozenset()):
            tally.cases[case.level] += 1
            if bool(case.ours) == bool(case.theirs):
                tally.cases["refused by both" if case.ours else "passed by both"] += 1
                continue
            name = next((name for name, explains in EXPLAINS.items() if explains(case)), None)
            if name is None:
                tally.unexplained.append(f"{what} {case.level}: {[str(f) for f in case.ours]} / {case.theirs}")
            else:
                tally.differences[name] += 1
    return tally

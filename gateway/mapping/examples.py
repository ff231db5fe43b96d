"""The tests that stand inside a mapping document, run as they are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from gateway.errors import BadSetting
from gateway.mapping.addresses import shape_of
from gateway.mapping.compiled import Mapped, Mapping, Rejected
from gateway.mapping.document import ExampleSpec
from gateway.mapping.values import value_at, value_in_words
from gateway.model.content import Content
from gateway.model.identity import IdKey
from gateway.model.stages import NativeRecord, Received, Skipped

__all__ = ["TestOutcome", "require_passing", "run_tests"]

_IDS_OF_NOBODY = b"mapping tests only"


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What became of one test; `faults` is empty exactly when it passed, else one sentence for each difference."""

    __test__: ClassVar[bool] = False

    name: str
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """True when the document does what the test says."""
        return not self.faults


def run_tests(mapping: Mapping) -> tuple[TestOutcome, ...]:
    """Every test of the mapping's document, in order. Values of the tests are invented and shown in clear."""
    return tuple(TestOutcome(name=test.name, faults=tuple(_faults(mapping, test))) for test in mapping.document.tests)


def _faults(mapping: Mapping, test: ExampleSpec) -> list[str]:
    known = {*mapping.columns, *mapping.document.drops}
    strange = [column for column in test.given if not {column, shape_of(column)} & known]
    if strange:
        return [f"the mapping does not know the given column '{column}'" for column in strange]
    received = Received(
        receipt="test",
        feed=mapping.feed,
        file_name="test",
        sha256="0" * 64,
        received=datetime(2000, 1, 1, tzinfo=UTC),
        content=Content.of(b""),
    )
    result = mapping.map(NativeRecord(line=1, fields=test.given, raw=b""), received, IdKey(_IDS_OF_NOBODY))
    faults = _outcome_faults(test, result, mapping.name)
    if test.warn is not None:
        problems = result.warnings if isinstance(result, Mapped) else ()
        codes = {problem.code for problem in problems}
        faults += [f"expected the warning {code}, got {_listed(codes)}" for code in test.warn if code not in codes]
    return faults


def require_passing(mappings: Iterable[Mapping]) -> None:
    """Run the tests inside every mapping. Raises BadSetting for the first that fails: nothing is read by it then."""
    for mapping in mappings:
        for outcome in run_tests(mapping):
            if not outcome.passed:
                raise BadSetting(
                    f"the test '{outcome.name}' of the mapping fails: {outcome.faults[0]}",
                    where=mapping.name,
                    remedy="Correct the mapping or its test; see gateway map check",
                )


def _outcome_faults(test: ExampleSpec, result: Mapped | Rejected | Skipped, where: str) -> list[str]:
    match result:
        case Skipped():
            return [] if test.skip == result.reason else [f"the row was skipped: {result.reason}"]
        case Rejected():
            if test.reject is not None and any(
                problem.fatal
                and problem.code == test.reject.code
                and test.reject.column in (None, problem.column)
                and test.reject.target in (None, problem.target)
                for problem in result.problems
            ):
                return []
            return [f"the row was rejected: {_listed(f'{p.column} {p.target} {p.code}' for p in result.problems)}"]
        case Mapped():
            if test.expect is None:
                return ["the row became a record"]
            found = {path: value_in_words(value_at(result.record, path, where=where)) for path in test.expect}
            return [
                f"{path}: expected {expected!r}, got {found[path]!r}"
                for path, expected in test.expect.items()
                if found[path] != expected
            ]


def _listed(words: Any) -> str:
    return ", ".join(sorted(str(word).strip() for word in words)) or "none"

"""Claims about a finished record, and rows to pass over: closed forms, no expression language."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.document import CheckSpec, SkipSpec
from gateway.mapping.faults import CellFault
from gateway.mapping.fields import Cells
from gateway.mapping.targets import Target

__all__ = ["Check", "Values", "compile_check", "compile_skip"]

Values = Callable[[str], Any]
"""The row's value of a target path, or None."""

_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Check(Struct, frozen=True, kw_only=True):
    """A compiled check. `holds` answers for one row's values; `fault` is what is said where it does not."""

    holds: Callable[[Values], bool]
    fault: CellFault
    quarantines: bool
    target: str
    column: str


def compile_check(spec: CheckSpec, targets: Mapping[str, Target], columns: Mapping[str, str], *, where: str) -> Check:
    """Compile one check; `columns` has the first column of each target.

    Raises BadSetting for a claim that is not of the closed form.
    """
    claim = _compile_claim(spec.that, targets, where)
    condition = _compile_claim(spec.condition, targets, where) if spec.condition is not None else None
    holds = claim
    if condition is not None:
        applies = condition

        def holds_where_it_applies(values: Values) -> bool:
            return not applies(values) or claim(values)

        holds = holds_where_it_applies
    return Check(
        holds=holds,
        fault=CellFault("check-failed", spec.say, "Correct the row, or the check in the mapping"),
        quarantines=spec.otherwise == "quarantine",
        target=str(spec.that[0]),
        column=columns.get(str(spec.that[0]), ""),
    )


def _compile_claim(words: tuple[Any, ...], targets: Mapping[str, Target], where: str) -> Callable[[Values], bool]:
    match words:
        case (str() as left, "filled") if left in targets:
            return lambda values: values(left) is not None
        case (str() as left, "empty") if left in targets:
            return lambda values: values(left) is None
        case (str() as left, "in", [*allowed]) if left in targets and all(isinstance(a, str) for a in allowed):
            among = frozenset(allowed)
            if targets[left].type.many:
                return lambda values: any(_text(value) in among for value in values(left) or ())
            return lambda values: (value := values(left)) is not None and _text(value) in among
        case (str() as left, str() as word, str() as right) if (
            word in _COMPARISONS and left in targets and right in targets
        ):
            if targets[left].type.base is not targets[right].type.base or targets[left].type.many:
                raise _bad(words, where, "the two targets hold different things")
            compare = _COMPARISONS[word]
            return lambda values: (
                (one := values(left)) is None or (other := values(right)) is None or compare(one, other)
            )
        case _:
            raise _bad(words, where, "it is not [target, operator, operand] with targets that the mapping fills")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _bad(words: tuple[Any, ...], where: str, why: str) -> BadSetting:
    shown = ", ".join(str(word) for word in words)
    return BadSetting(
        f"checks: [{shown}]: {why}", where=where, remedy="Operators: = != < <= > >= with a target, in, filled, empty"
    )


def compile_skip(spec: SkipSpec) -> Callable[[Cells], str | None]:
    """A rule that answers with its reason for a row to pass over."""
    column, equals, reason = spec.column, frozenset(spec.equals), spec.reason

    def skip(cells: Cells) -> str | None:
        return reason if cells.get(column, "").strip() in equals else None

    return skip

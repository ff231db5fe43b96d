"""Claims about a finished record, and rows to pass over: closed forms, no expression language."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.assembly import Row
from gateway.mapping.document import CheckSpec, SkipSpec
from gateway.mapping.faults import CellFault
from gateway.mapping.fields import Cells
from gateway.mapping.targets import Target

__all__ = ["Check", "compile_check", "compile_skip"]

Claim = Callable[[Row], bool]

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

    holds: Claim
    fault: CellFault
    quarantines: bool
    target: str
    column: str


def compile_check(
    spec: CheckSpec, targets: Mapping[str, Target], slots: Mapping[str, int], columns: Mapping[str, str], *, where: str
) -> Check:
    """Compile one check. `slots` says where in a row the values of a part stand, `columns` is each target's first one.

    Raises BadSetting for a claim that is not of the closed form.
    """

    def value_of(path: str) -> Callable[[Row], Any]:
        slot, field = slots[targets[path].owner], targets[path].field
        return lambda row: row[slot].get(field)

    claim = _compile_claim(spec.that, targets, value_of, where)
    condition = _compile_claim(spec.condition, targets, value_of, where) if spec.condition is not None else None
    holds = claim
    if condition is not None:
        applies = condition

        def holds_where_it_applies(row: Row) -> bool:
            return not applies(row) or claim(row)

        holds = holds_where_it_applies
    return Check(
        holds=holds,
        fault=CellFault("check-failed", spec.say, "Correct the row, or the check in the mapping"),
        quarantines=spec.otherwise == "quarantine",
        target=str(spec.that[0]),
        column=columns.get(str(spec.that[0]), ""),
    )


def _compile_claim(
    words: tuple[Any, ...],
    targets: Mapping[str, Target],
    value_of: Callable[[str], Callable[[Row], Any]],
    where: str,
) -> Claim:
    match words:
        case (str() as path, "filled") if path in targets:
            left = value_of(path)
            return lambda row: left(row) is not None
        case (str() as path, "empty") if path in targets:
            left = value_of(path)
            return lambda row: left(row) is None
        case (str() as path, "in", [*allowed]) if path in targets and all(isinstance(a, str) for a in allowed):
            left, among = value_of(path), frozenset(allowed)
            if targets[path].type.many:
                return lambda row: any(_text(value) in among for value in left(row) or ())
            return lambda row: (value := left(row)) is not None and _text(value) in among
        case (str() as path, str() as word, str() as other) if (
            word in _COMPARISONS and path in targets and other in targets
        ):
            if targets[path].type.base is not targets[other].type.base or targets[path].type.many:
                raise _bad(words, where, "the two targets hold different things")
            compare, left, right = _COMPARISONS[word], value_of(path), value_of(other)
            return lambda row: (one := left(row)) is None or (two := right(row)) is None or compare(one, two)
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

"""Conditions that an author writes: a field is read, or a member of a group let in, only where a column says so."""

from collections.abc import Callable

from gateway.mapping.cells import Cells
from gateway.mapping.document import WhenSpec

__all__ = ["compile_condition"]


def compile_condition(when: WhenSpec, empties: frozenset[str]) -> Callable[[Cells], bool]:
    """Whether the cells are such as the condition asks for. `empties` count as an empty cell."""
    column, filled = when.column, when.filled
    if filled is None:
        among = frozenset(when.among or ())
        return lambda cells: cells.get(column, "").strip() in among
    return lambda cells: (cells.get(column, "").strip() not in empties) == filled

"""Reading the cells: every field of a row, or of one member of a group, with its problems."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.mapping.assembly import Parts, Row
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.fields import Cells, FieldPlan, missing

__all__ = ["Step", "gather", "steps_of"]


class Step(NamedTuple):
    """One field that reads cells, with the slot of the part that it fills."""

    slot: int
    field: str
    plan: FieldPlan
    read: Callable[[Cells, RowProblems], Any]


def steps_of(plans: Sequence[FieldPlan], parts: Parts) -> tuple[Step, ...]:
    """What runs for every row: constants are no steps."""
    slots = parts.slots()
    return tuple(
        Step(slots[plan.target.owner], plan.target.field, plan, plan.read) for plan in plans if plan.read is not None
    )


def gather(steps: Sequence[Step], parts: Parts, cells: Cells, problems: RowProblems) -> tuple[Row, set[str]]:
    """Read every field; says for which targets there was a fault, so that it is told once."""
    row: Row = [{} for _ in parts.all]
    faulted: set[str] = set()
    for slot, field, plan, read in steps:
        try:
            value = read(cells, problems)
        except CellFault as fault:
            faulted.add(plan.target.path)
            column = next((name for name in plan.columns if cells.get(name)), plan.columns[0])
            problems.refuse(fault, column=column, target=plan.target.path, value=cells.get(column, ""))
            continue
        if value is not None:
            row[slot][field] = value
        elif plan.required:
            faulted.add(plan.target.path)
            problems.refuse(missing(plan.target.path), column=plan.columns[0], target=plan.target.path)
    return row, faulted

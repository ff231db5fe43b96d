"""What goes wrong with one cell, and with one row, while it is mapped."""

from gateway import limits
from gateway.mapping.addresses import Place
from gateway.model.problems import Problem, masked

__all__ = ["CellFault", "RowProblems"]


class CellFault(Exception):
    """A cell that its field cannot take. Never leaves this package: it becomes a `Problem` of the row.

    Neither text repeats the cell's value.
    """

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        self.code = code
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


class RowProblems:
    """The problems of one row, collected; at most `limits.PROBLEMS_PER_ITEM` are kept.

    `place` is the member of a group that is being read: its columns and targets are told as they stand in the item.
    """

    __slots__ = ("fatal", "kept", "line", "place")

    def __init__(self, line: int) -> None:
        self.line = line
        self.kept: list[Problem] = []
        self.fatal = False
        self.place: Place | None = None

    def refuse(self, fault: CellFault, *, column: str = "", target: str = "", value: str = "") -> None:
        """Note a problem that keeps the row out."""
        self.fatal = True
        self._keep(fault, column, target, value, fatal=True)

    def warn(self, fault: CellFault, *, column: str = "", target: str = "", value: str = "") -> None:
        """Note a problem that the row passes with."""
        self._keep(fault, column, target, value, fatal=False)

    def _keep(self, fault: CellFault, column: str, target: str, value: str, *, fatal: bool) -> None:
        if self.place is not None:
            column, target = self.place.column(column), self.place.target(target)
        problem = Problem(
            code=fault.code,
            problem=fault.problem,
            remedy=fault.remedy,
            line=self.line,
            column=column,
            target=target,
            value=masked(value) if value else "",
            fatal=fatal,
        )
        if len(self.kept) < limits.PROBLEMS_PER_ITEM:
            self.kept.append(problem)
        elif fatal and not any(kept.fatal for kept in self.kept):
            self.kept[-1] = problem

"""What is wrong with one item: it is set aside with its bytes, and the file goes on after it."""

from gateway.model.stages import Unreadable

__all__ = ["ItemFault"]


class ItemFault(Exception):
    """Why one item cannot be taken apart: the code of the problem, what it is, what to do, the column where known."""

    def __init__(self, code: str, problem: str, remedy: str, column: str = "") -> None:
        self.code, self.problem, self.remedy, self.column = code, problem, remedy, column
        super().__init__(problem)

    def unreadable(self, *, line: int, raw: bytes) -> Unreadable:
        """The item as it goes on: `line` is where it starts in the delivery, from 1, `raw` its own bytes."""
        return Unreadable(
            line=line, code=self.code, problem=self.problem, remedy=self.remedy, raw=raw, column=self.column
        )

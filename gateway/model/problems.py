"""What is wrong with an item, as a value: one clear sentence each, collected, never only the first."""

from msgspec import Struct

from gateway.errors import sentence

__all__ = ["Problem", "masked"]


class Problem(Struct, frozen=True, kw_only=True):
    """One fault of one item.

    `code` is from the vocabulary in docs/reference (bad-date, unmapped-code …). `line` is 1-based in the delivered
    file; `column` is the source column, `target` the record field. `value` is masked: enough to find it, too little
    to learn from it. `fatal` problems quarantine the item, others are warnings.
    """

    code: str
    problem: str
    remedy: str
    line: int = 0
    column: str = ""
    target: str = ""
    value: str = ""
    fatal: bool = True

    def sentence(self, file_name: str = "") -> str:
        """`calls.csv: line 7, Priority: … . Remedy.`"""
        place = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.column) if part)
        start = ": ".join(part for part in (file_name, place) if part)
        said = " ".join(sentence(text) for text in (self.problem, self.remedy) if text)
        return f"{start}: {said} [{self.code}]" if start else f"{said} [{self.code}]"


def masked(value: str) -> str:
    """The first two characters and the length of a value: logs and reports never repeat what it says."""
    shown = "".join(c if c.isprintable() else "?" for c in value[:2])
    return f"{shown}… ({len(value)} characters)" if len(value) > 2 else f"({len(value)} characters)"

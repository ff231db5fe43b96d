"""The two pieces of Markdown that the generated parts of pages are made of."""

from collections.abc import Iterable

__all__ = ["code", "table"]


def table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A table, one line a row; a cell is written as its text, with the bars in it escaped."""
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |\n" for row in lines)


def code(*texts: object) -> str:
    """The texts as code, with commas between."""
    return ", ".join(f"`{text}`" for text in texts)

"""The texts that a field starts from: the filled cells of its columns, in their order."""

from collections.abc import Callable, Mapping
from typing import cast

from gateway.mapping.addresses import EVERY, Expanded
from gateway.mapping.faults import CellFault

__all__ = ["Cells", "texts_of"]

Cells = Mapping[str, str]


def texts_of(columns: tuple[str, ...], together: str | None) -> Callable[[Cells], list[str]]:
    """The filled cells of the columns, in their order; of a column that repeats, all of them.

    With `together` what stands at one position in all of the columns is one text. The finder raises CellFault
    `bad-structure` where one of the columns has a position that another lacks: nothing could tell what belongs to what.
    """
    if together is not None:
        return _side_by_side(columns, together)
    if not any(EVERY in column for column in columns):
        return lambda cells: [text for column in columns if (text := cells.get(column, ""))]

    def texts(cells: Cells) -> list[str]:
        # a mapping with such a column hands in expanded cells; it is known when the document is compiled
        expanded = cast(Expanded, cells)
        return [
            text
            for column in columns
            for text in (expanded.texts(column) if EVERY in column else (cells.get(column, ""),))
            if text
        ]

    return texts


def _side_by_side(columns: tuple[str, ...], separator: str) -> Callable[[Cells], list[str]]:
    def texts(cells: Cells) -> list[str]:
        expanded = cast(Expanded, cells)
        positions = expanded.positions(columns[0])
        if any(expanded.positions(column) != positions for column in columns[1:]):
            raise CellFault(
                "bad-structure", "the columns do not stand side by side", "Correct the export: each needs the other"
            )
        rows = zip(*(expanded.texts(column) for column in columns), strict=True)
        cleaned = (tuple(text.strip() for text in row) for row in rows)
        # half a pair says nothing
        return [separator.join(row) for row in cleaned if all(row)]

    return texts

"""The texts that a field starts from: the filled cells of its columns, in their order."""

from collections.abc import Callable, Mapping
from typing import cast

from gateway.mapping.addresses import EVERY, Expanded
from gateway.mapping.faults import CellFault

__all__ = ["Cells", "texts_of"]

Cells = Mapping[str, str]


def texts_of(columns: tuple[str, ...], together: str | None, *, exact: bool = True) -> Callable[[Cells], list[str]]:
    """The filled cells of the columns, in their order; of a column that repeats, all of them.

    With `together` what stands at one position in all of the columns is one text, from which empty cells are left out.
    `exact` says that a position is a member's own. Where it only counts what was found, as in XML, the finder raises
    CellFault `bad-structure` for columns of different lengths: nothing could tell what belongs to what.
    """
    if together is not None:
        return _side_by_side(columns, together, exact=exact)
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


def _side_by_side(columns: tuple[str, ...], separator: str, *, exact: bool) -> Callable[[Cells], list[str]]:
    def texts(cells: Cells) -> list[str]:
        expanded = cast(Expanded, cells)
        found = [dict(zip(expanded.positions(c), expanded.texts(c), strict=True)) for c in columns]
        if not exact and any(one.keys() != found[0].keys() for one in found):
            raise CellFault(
                "bad-structure", "the columns do not stand side by side", "Correct the export: each needs the other"
            )
        rows = ([one.get(position, "").strip() for one in found] for position in sorted(set().union(*found)))
        return [separator.join(filter(None, row)) for row in rows if any(row)]

    return texts

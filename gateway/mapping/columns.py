"""The columns of a feed: what each is for, and what a delivery with other columns is told."""

from collections.abc import Sequence

from msgspec import Struct

from gateway.documents import nearest
from gateway.errors import BadSetting
from gateway.mapping.document import FieldSpec, MappingDocument
from gateway.model.problems import Problem

__all__ = ["LedgerRow", "check_header", "ledger_of", "read_columns"]


class LedgerRow(Struct, frozen=True, kw_only=True):
    """What becomes of one native column: it is carried to `targets`, or `dropped` says why not.

    `conversion` says in words what is done on the way; `uses` names other parts that the column plays (key, condition,
    row to skip).
    """

    column: str
    targets: tuple[str, ...] = ()
    conversion: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    dropped: str = ""


def read_columns(document: MappingDocument, *, where: str) -> tuple[str, ...]:
    """Every column that the mapping reads, in the document's order.

    Raises BadSetting for a column that is read and dropped as well, or is said to be in a header that lacks it.
    """
    columns = dict.fromkeys(document.key)
    for spec in document.fields.values():
        columns.update(dict.fromkeys(spec.columns or ()))
        if spec.when is not None:
            columns[spec.when.column] = None
    columns.update(dict.fromkeys(rule.column for rule in document.skip))
    both = next((column for column in columns if column in document.drops), None)
    if both is not None:
        raise BadSetting(f"drops.{both}: the column is read as well", where=where, remedy="Remove it from 'drops'")
    header = document.reads.header
    absent = next((column for column in columns if header is not None and column not in header), None)
    if absent is not None:
        raise BadSetting(
            f"the column '{absent}' is not in 'reads.header'", where=where, remedy="Correct the name or the header"
        )
    return tuple(columns)


def check_header(document: MappingDocument, columns: Sequence[str], header: Sequence[str]) -> tuple[Problem, ...]:
    """Columns that the delivery lacks or has in addition, each once. A fatal problem refuses the whole delivery."""
    delivered, expected = set(header), set(columns)
    needed = set(document.key) | {
        column
        for spec in document.fields.values()
        if spec.required and spec.default is None and spec.when is None and len(spec.columns or ()) == 1
        for column in spec.columns or ()
    }
    problems = [
        Problem(
            code="missing-column",
            problem=f"the delivery has no column '{column}'",
            remedy=_near(column, [name for name in header if name not in expected]),
            column=column,
            fatal=column in needed,
        )
        for column in columns
        if column not in delivered
    ]
    unknown = [column for column in header if column not in expected and column not in document.drops]
    if any(column not in delivered for column in document.key):
        # perhaps there is no header at all, and these words are somebody's data: they are counted, not repeated
        problems += [_no_header(len(unknown))] if unknown else []
    elif document.reads.unknown_columns != "ignore":
        problems += [
            Problem(
                code="unknown-column",
                problem=f"the mapping does not know the column '{column}'; its values are not carried",
                remedy="Map it under 'fields', or give a reason under 'drops'",
                column=column,
                fatal=document.reads.unknown_columns == "reject",
            )
            for column in unknown
        ]
    return tuple(problems)


def _no_header(count: int) -> Problem:
    return Problem(
        code="unknown-column",
        problem=f"the delivery lacks its key column and has {count} that the mapping does not know",
        remedy="See whether the file begins with a header, and whether it belongs to this feed",
        fatal=True,
    )


def _near(column: str, others: Sequence[str]) -> str:
    near = nearest(column, others)
    return f"The delivery has '{near}': is it the same?" if near else "Ask the agency whether its export has changed"


def ledger_of(document: MappingDocument) -> tuple[LedgerRow, ...]:
    """One row per native column that the document speaks of, in its order; dropped columns last."""
    targets: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    uses: dict[str, list[str]] = {}
    for column in document.key:
        uses.setdefault(column, []).append("key")
    for path, spec in document.fields.items():
        for column in spec.columns or ():
            targets.setdefault(column, []).append(path)
            words.setdefault(column, []).append(conversion_in_words(spec))
        if spec.when is not None:
            uses.setdefault(spec.when.column, []).append(f"condition of {path}")
    for rule in document.skip:
        uses.setdefault(rule.column, []).append(f"skips rows: {rule.reason}")
    carried = tuple(
        LedgerRow(
            column=column,
            targets=tuple(targets.get(column, ())),
            conversion=tuple(words.get(column, ())),
            uses=tuple(uses.get(column, ())),
        )
        for column in dict.fromkeys((*uses, *targets))
    )
    return carried + tuple(LedgerRow(column=column, dropped=reason) for column, reason in document.drops.items())


def conversion_in_words(spec: FieldSpec) -> str:
    """`cut "^-+", case upper` or `as it is`; the keys of the field in their order of work."""
    shown = {
        "pick": spec.pick,
        "join": spec.join,
        "split": spec.split,
        "find": spec.find,
        "cut": spec.cut,
        "match": spec.match,
        "case": spec.case,
        "code": spec.code,
        "date": " or ".join(spec.date) if spec.date else None,
        "number": spec.number,
        "between": " and ".join(spec.between) if spec.between else None,
        "prefix": spec.prefix or None,
        "suffix": spec.suffix or None,
        "default": spec.default,
    }
    words = [f'{key} "{value}"' for key, value in shown.items() if value is not None]
    return ", ".join(words) or "as it is"

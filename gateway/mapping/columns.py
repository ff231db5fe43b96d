"""The columns of a feed: what each is for, and what a delivery with other columns is told."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from gateway.documents import nearest
from gateway.errors import BadSetting
from gateway.mapping.addresses import EVERY, GroupAddress
from gateway.mapping.document import EachSpec, FieldSpec, MappingDocument
from gateway.mapping.hl7_addresses import check_hl7_addresses
from gateway.mapping.layouts import UNCODED, Hl7Spec
from gateway.mapping.repeated import group_columns
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
    """Every column that the mapping reads, in the document's order; those of groups with their whole address.

    Raises BadSetting for a column that is read and dropped as well, is said to be in a header that lacks it, or is one
    that the format cannot have, and for a key, a condition or a row to skip that looks at a column that repeats.
    """
    columns = dict.fromkeys(document.key)
    for spec in document.fields.values():
        columns.update(dict.fromkeys(spec.columns or ()))
        if spec.when is not None:
            columns[spec.when.column] = None
    columns.update(dict.fromkeys(rule.column for rule in document.skip))
    _refuse_repeated(document, where)
    for group in document.each.values():
        columns.update(dict.fromkeys(_whole_columns(group, document, where).values()))
    both = next((column for column in columns if column in document.drops), None)
    if both is not None:
        raise BadSetting(f"drops.{both}: the column is read as well", where=where, remedy="Remove it from 'drops'")
    header = document.reads.header
    absent = next((column for column in columns if header is not None and column not in header), None)
    if absent is not None:
        raise BadSetting(
            f"the column '{absent}' is not in 'reads.header'", where=where, remedy="Correct the name or the header"
        )
    _refuse_strange(document, tuple(columns), where)
    return tuple(columns)


def _refuse_strange(document: MappingDocument, columns: tuple[str, ...], where: str) -> None:
    """Addresses that no item of the format can have, and codes that are not declared."""
    reads, others = document.reads, (*(group.of for group in document.each.values()), *document.drops)
    if reads.format == "hl7v2":
        check_hl7_addresses(reads.hl7 or Hl7Spec(), columns, others, where)
    if reads.text is not None:
        known = (*reads.text.codes, UNCODED)
        for address in (*columns, *others):
            code = address.partition("[")[0]
            if code not in known:
                near = nearest(code, known)
                raise BadSetting(
                    f"'{address}' is none of the codes under 'reads.text'",
                    where=where,
                    remedy=f"Did you mean '{near}'?" if near else "Declare the code",
                )


def _refuse_repeated(document: MappingDocument, where: str) -> None:
    conditions = [spec.when.column for spec in document.fields.values() if spec.when is not None]
    single = {
        "key": document.key,
        "when": conditions,
        "skip": [rule.column for rule in document.skip],
    }
    for key, columns in single.items():
        repeated = next((column for column in columns if EVERY in column), None)
        if repeated is not None:
            raise BadSetting(f"{key}: '{repeated}' is not one column", where=where, remedy="Name a single address")


def _whole_columns(spec: EachSpec, document: MappingDocument, where: str) -> dict[str, str]:
    """A group's columns as its fields write them, each with its whole address."""
    relative = group_columns(spec)
    address = GroupAddress(spec.of, relative, step=document.reads.step, where=where)
    return {column: address.whole(column) for column in relative}


def check_header(document: MappingDocument, columns: Sequence[str], header: Sequence[str]) -> tuple[Problem, ...]:
    """Columns that the delivery lacks or has in addition, each once. A fatal problem refuses the whole delivery."""
    delivered, expected = set(header), set(columns)
    optional = _optional(document, delivered) if document.reads.addressed else frozenset()
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
        if column not in delivered and column not in optional
    ]
    unknown = [column for column in header if column not in expected and column not in document.drops]
    if any(column not in delivered | optional for column in document.key):
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


def _optional(document: MappingDocument, delivered: set[str]) -> frozenset[str]:
    """Addresses that a delivery of structured items may lack without a word.

    Those of a group that has no member in it: no arrests this month is no fault. Those for which another address of
    the same field is there. The key, where the delivery has what a rule to skip items looks at: they may be all it has.
    """
    absent = tuple(
        spec.of for spec in document.each.values() if not any(column.startswith(spec.of) for column in delivered)
    )
    optional: set[str] = set()
    for _, spec, whole in _all_fields(document):
        columns = [whole.get(column, column) for column in spec.columns or ()]
        if not delivered.isdisjoint(columns):
            optional.update(columns)
    for group in document.each.values():
        if group.of in absent:
            optional.update(_whole_columns(group, document, document.mapping).values())
    if any(rule.column in delivered for rule in document.skip):
        optional.update(document.key)
    return frozenset(optional)


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
    for path, spec, whole in _all_fields(document):
        for column in spec.columns or ():
            targets.setdefault(whole.get(column, column), []).append(path)
            words.setdefault(whole.get(column, column), []).append(conversion_in_words(spec))
        if spec.when is not None:
            uses.setdefault(whole.get(spec.when.column, spec.when.column), []).append(f"condition of {path}")
    for name, group in document.each.items():
        if group.when is not None:
            column = _whole_columns(group, document, document.mapping)[group.when.column]
            uses.setdefault(column, []).append(f"lets in members of {name}")
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


def _all_fields(document: MappingDocument) -> Iterator[tuple[str, FieldSpec, dict[str, str]]]:
    """Every field with its target; in a group, with the whole addresses of its columns."""
    for path, spec in document.fields.items():
        yield path, spec, {}
    for group in document.each.values():
        whole = _whole_columns(group, document, document.mapping)
        for path, spec in group.fields.items():
            yield path, spec, whole


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

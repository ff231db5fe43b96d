"""The columns of a feed: what each is for, and what a delivery with other columns is told."""

from collections.abc import Iterator, Sequence, Set
from typing import Final, NamedTuple

from gateway import limits
from gateway.documents import nearest
from gateway.errors import BadSetting
from gateway.mapping.addresses import EVERY, GroupAddress
from gateway.mapping.document import AssociationSpec, EachSpec, FieldSpec, MappingDocument
from gateway.mapping.hl7_addresses import check_hl7_addresses
from gateway.mapping.layouts import UNCODED, Hl7Spec
from gateway.mapping.repeated import group_columns
from gateway.model.problems import Problem

__all__ = ["all_fields", "association_columns", "check_header", "read_columns", "whole_columns"]

_SHOWN: Final = 5
"""Addresses that one sentence lists."""


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
        columns.update(dict.fromkeys(whole_columns(group, document, where).values()))
    for association in document.associations:
        columns.update(dict.fromkeys(association_columns(association, document, where)))
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
    reads = document.reads
    others = (*document.repeating, *document.drops)
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


def whole_columns(spec: EachSpec, document: MappingDocument, where: str) -> dict[str, str]:
    """A group's columns as its fields write them, each with its whole address."""
    relative = group_columns(spec)
    address = GroupAddress(spec.of, relative, step=document.reads.step, where=where)
    return {column: address.whole(column) for column in relative}


def association_columns(spec: AssociationSpec, document: MappingDocument, where: str) -> tuple[str, ...]:
    """The references of an association, each with its whole address."""
    own = tuple(end.by for end in (spec.source, spec.target) if end.by is not None)
    address = GroupAddress(spec.of, own, step=document.reads.step, where=where)
    return tuple(address.whole(column) for column in own)


def check_header(document: MappingDocument, columns: Sequence[str], header: Sequence[str]) -> tuple[Problem, ...]:
    """Columns that the delivery lacks or has in addition, each once. A fatal problem refuses the whole delivery.

    A row has every column of its file. A structured item has only the addresses at which it holds something, so of
    those an item can do without, only what looks renamed is told by itself; the rest is one sentence.
    """
    delivered, expected = set(header), set(columns)
    absent = [column for column in columns if column not in delivered]
    others = [name for name in header if name not in expected]
    unknown = [name for name in others if name not in document.drops]
    needed = _needed(document)
    optional = frozenset[str]()
    if document.reads.addressed:
        optional = _optional(document, delivered)
        problems = _absent_addresses(document, absent, unknown, needed=needed - optional, optional=optional)
    else:
        problems = [_missing(column, _near(column, others), fatal=column in needed) for column in absent]
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


def _needed(document: MappingDocument) -> set[str]:
    """Columns without which no item can become a record."""
    return set(document.key) | {
        column
        for spec in document.fields.values()
        if spec.required and spec.default is None and spec.when is None and len(spec.columns or ()) == 1
        for column in spec.columns or ()
    }


def _missing(column: str, remedy: str, *, fatal: bool) -> Problem:
    return Problem(
        code="missing-column",
        problem=f"the delivery has no column '{column}'",
        remedy=remedy,
        column=column,
        fatal=fatal,
    )


def _absent_addresses(
    document: MappingDocument,
    absent: Sequence[str],
    unknown: Sequence[str],
    *,
    needed: Set[str],
    optional: Set[str],
) -> list[Problem]:
    """Of structured items: the addresses that are needed, those that look renamed, and how many more are not there.

    A part that was renamed is told once, not for everything below it. A message is one item, and no item has
    everything: of e-mail the others are not counted.
    """
    problems: list[Problem] = []
    told: set[tuple[str, str]] = set()
    more: list[str] = []
    for column in absent:
        renamed = _renamed(column, unknown, document.reads.step(column))
        if column in needed:
            remedy = _is_it(renamed.address) if renamed else _ASK
            problems.append(_missing(column, remedy, fatal=True))
        elif renamed and renamed.change not in told:
            problems.append(_missing(column, _is_it(renamed.address), fatal=False))
        elif not renamed and column not in optional:
            more.append(column)
        if renamed:
            told.add(renamed.change)
    if more and document.reads.format != "email":
        problems.append(_not_met(more))
    return problems


def _not_met(addresses: Sequence[str]) -> Problem:
    shown = ", ".join(addresses[:_SHOWN]) + (" …" if len(addresses) > _SHOWN else "")
    return Problem(
        code="missing-column",
        problem=f"no item of this delivery has anything at {len(addresses)} of the mapping's addresses: {shown}",
        remedy="Nothing is to be done where that is usual; otherwise ask the agency whether its export has changed",
        fatal=False,
    )


class _Renamed(NamedTuple):
    """An address that is perhaps another's new name; `change` is the part that differs, before and after."""

    address: str
    change: tuple[str, str]


def _renamed(column: str, others: Sequence[str], step: str) -> _Renamed | None:
    """The other address that differs from this one in a single step, and there in a few letters; None for none."""
    own = column.split(step)
    near: dict[tuple[int, str], str] = {}
    for other in others[: limits.ROW_COLUMNS]:
        steps = other.split(step)
        if len(steps) == len(own):
            places = [place for place, pair in enumerate(zip(own, steps, strict=True)) if pair[0] != pair[1]]
            if len(places) == 1:
                near[places[0], steps[places[0]]] = other
    for place in range(len(own)):
        name = nearest(own[place], [name for at, name in near if at == place])
        if name is not None:
            before = step.join(own[: place + 1])
            return _Renamed(near[place, name], (before, step.join([*own[:place], name])))
    return None


def _optional(document: MappingDocument, delivered: set[str]) -> frozenset[str]:
    """Addresses that a delivery of structured items may lack without a word.

    Those of a group that has no member in it: no arrests this month is no fault. Those for which another address of
    the same field is there. The key, where the delivery has what a rule to skip items looks at: they may be all it has.
    """
    absent = tuple(
        address for address in document.repeating if not any(column.startswith(address) for column in delivered)
    )
    optional: set[str] = set()
    for _, spec, whole in all_fields(document):
        columns = [whole.get(column, column) for column in spec.columns or ()]
        if not delivered.isdisjoint(columns):
            optional.update(columns)
    for group in document.each.values():
        if group.of in absent:
            optional.update(whole_columns(group, document, document.mapping).values())
    for association in document.associations:
        if association.of in absent:
            optional.update(association_columns(association, document, document.mapping))
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


_ASK: Final = "Ask the agency whether its export has changed"


def _is_it(name: str) -> str:
    return f"The delivery has '{name}': is it the same?"


def _near(column: str, others: Sequence[str]) -> str:
    near = nearest(column, others)
    return _is_it(near) if near else _ASK


def all_fields(document: MappingDocument) -> Iterator[tuple[str, FieldSpec, dict[str, str]]]:
    """Every field with its target; in a group, with the whole addresses of its columns."""
    for path, spec in document.fields.items():
        yield path, spec, {}
    for group in document.each.values():
        whole = whole_columns(group, document, document.mapping)
        for path, spec in group.fields.items():
            yield path, spec, whole

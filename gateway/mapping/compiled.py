"""A mapping document, compiled once: a row of an agency's file in, a canonical record or its problems out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from gateway.errors import BadSetting
from gateway.mapping.addresses import expander
from gateway.mapping.assembly import Parts, Row, compile_parts, known_name, names_of
from gateway.mapping.associating import associate, compile_associations
from gateway.mapping.checks import Check, compile_check, compile_skip
from gateway.mapping.codes import load_code_table
from gateway.mapping.columns import check_header, read_columns
from gateway.mapping.converters import clean_text
from gateway.mapping.document import MappingDocument
from gateway.mapping.expectations import read_expectation
from gateway.mapping.faults import CellFault, RowProblems
from gateway.mapping.fields import Cells, compile_field
from gateway.mapping.gathering import gather, steps_of
from gateway.mapping.ledger import LedgerRow, ledger_of
from gateway.mapping.marking import marked
from gateway.mapping.reading import Reading, reading_from
from gateway.mapping.relating import End, compile_relations, relate
from gateway.mapping.repeated import Group, GroupFields, compile_group, read_members, refuse_collisions
from gateway.mapping.sensitive import compile_sensitive
from gateway.mapping.targets import Target, find_target
from gateway.mapping.xpaths import check_xpaths
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS, Kind
from gateway.model.particulars import PARTICULARS
from gateway.model.problems import Problem
from gateway.model.provenance import Provenance
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Received, Skipped

__all__ = ["Mapped", "Mapping", "Rejected", "compile_mapping"]

_KEY_CHARACTERS = 1024
"""Longest native key, all columns together; a longer one is a broken row."""


_ASK = "Ask the designating agency for the right marking"


class Mapped(Struct, frozen=True, kw_only=True):
    """A row that became a record. `warnings` are what it passed with."""

    record: Record
    warnings: tuple[Problem, ...] = ()


class Rejected(Struct, frozen=True, kw_only=True):
    """A row that goes to quarantine, with all of its problems, warnings included; at least one is fatal.

    `record_id` is the record's that it would have been, where the row has a key.
    """

    problems: tuple[Problem, ...]
    record_id: str | None = None


class Mapping:
    """One feed's mapping, ready to run. Made by `compile_mapping`; immutable, free of state between rows."""

    __slots__ = (
        "_associations",
        "_base_handling",
        "_checks",
        "_document",
        "_expand",
        "_expires",
        "_groups",
        "_parts",
        "_relations",
        "_sensitive",
        "_skips",
        "_steps",
        "_table_versions",
        "columns",
        "expectation",
        "kind",
        "name",
        "reading",
        "version",
        "zone",
    )

    def __init__(self, document: MappingDocument, folder: Path) -> None:
        where = document.mapping
        tables = {name: load_code_table(name, spec, folder) for name, spec in document.codes.items()}
        self._table_versions = {name: table.version for name, table in tables.items()}
        plans = [
            compile_field(find_target(path, where=where), spec, reads=document.reads, tables=tables, where=where)
            for path, spec in document.fields.items()
        ]
        targets = {plan.target.path: plan.target for plan in plans}
        _check_particulars(document, targets, where=where)
        _check_window(document, targets, where=where)
        self.expectation = read_expectation(document.expect) if document.expect is not None else None
        self.zone = ZoneInfo(document.reads.timezone or "UTC")
        self.name = document.mapping
        self.version = str(document.version)
        self.kind: Kind = document.makes
        self.columns = read_columns(document, where=where)
        self.reading: Reading = reading_from(document, self.columns)
        if document.reads.xml is not None:
            reading = self.reading
            check_xpaths(document.reads.xml, reading.columns, reading.groups, reading.drops, where=where)
        self._document = document
        groups = [compile_group(name, spec, document, tables, where=where) for name, spec in document.each.items()]
        names = names_of([*plans, *(plan for group in groups for plan in group.plans)], where)
        refuse_collisions(names, groups, where)
        for name in document.accompanies:
            known_name(name, names, "accompanies", where)
        self._parts: Parts = compile_parts(plans, accompanies=document.accompanies, names=names, where=where)
        self._steps = steps_of(plans, self._parts)
        self._expand = expander(self.columns)
        self._groups = tuple(_group(fields, document.accompanies, names, where) for fields in groups)
        ends = _ends(self._parts, self._groups)
        self._relations = compile_relations(document.relations, names, ends, where=where)
        self._associations = compile_associations(document, names, ends, where=where)
        self._skips = tuple(compile_skip(spec) for spec in document.skip)
        first_columns = {plan.target.path: plan.columns[0] for plan in plans if plan.columns}
        self._checks: tuple[Check, ...] = tuple(
            compile_check(spec, targets, self._parts.slots(), first_columns, where=where) for spec in document.checks
        )
        self._expires = _compile_expiry(document, targets, self._parts, where=where)
        self._sensitive = compile_sensitive(document, where=where)
        self._base_handling = document.handling.handling()

    @property
    def feed(self) -> str:
        """The feed that the mapping reads; a feed and its mapping have one name."""
        return self.name

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What its records can be: one kind."""
        return (self.kind,)

    @property
    def document(self) -> MappingDocument:
        """The document that was compiled."""
        return self._document

    def check_columns(self, header: Sequence[str]) -> tuple[Problem, ...]:
        """What a delivery's columns are told about: once per delivery, never per row. Fatal ones refuse it."""
        return check_header(self._document, self.columns, header)

    def ledger(self) -> tuple[LedgerRow, ...]:
        """Each native column: the targets that it is carried to, and how, or why it is dropped."""
        return ledger_of(self._document, self._table_versions)

    def map(self, native: NativeRecord, received: Received, ids: IdKey) -> Mapped | Rejected | Skipped:
        """Translate one row. All of its problems are collected; none holds a value in clear.

        The same row and delivery always give the same record; its id depends on the feed and the key alone.
        """
        cells = native.fields if self._expand is None else self._expand(native.fields)
        for rule in self._skips:
            if reason := rule(cells):
                return Skipped(line=native.line, reason=reason, raw=native.raw)
        problems = RowProblems(native.line)
        key = self._read_key(cells, problems)
        keyless = problems.fatal
        row, faulted = gather(self._steps, self._parts, cells, problems)
        record_fields = self._assemble(row, cells, problems, faulted)
        handling = self._handling(row, record_fields, problems)
        if not problems.fatal:
            self._check_whole(record_fields, row, problems)
        if problems.fatal:
            return Rejected(problems=tuple(problems.kept), record_id=None if keyless else self._record_id(key, ids))
        record = Record(
            id=self._record_id(key, ids),
            kind=self.kind,
            native_key="|".join(key),
            handling=handling,
            provenance=self._provenance(native, received),
            **record_fields,
        )
        return Mapped(record=record, warnings=tuple(problems.kept))

    def _record_id(self, key: tuple[str, ...], ids: IdKey) -> str:
        return "record--" + ids.uuid("record", self._document.twin_of or self.name, *key)

    def _assemble(self, row: Row, cells: Cells, problems: RowProblems, faulted: set[str]) -> dict[str, Any]:
        """The record's own fields, by name: entities, relations, title and the rest."""
        present = self._parts.complete(row)
        record_fields: dict[str, Any] = {**self._parts.assemble(row, present, problems, faulted)}
        presence: dict[str, Sequence[tuple[int, Sequence[bool]]]] = {"": ((0, present),)}
        numbers: dict[str, dict[str, int]] = {}
        for group in self._groups:
            members = read_members(group, cells, problems)
            presence[group.fields.name] = members.presence
            numbers[group.fields.name] = members.numbers
            for field, entities in members.made.items():
                record_fields[field] = record_fields.get(field, ()) + entities
        relations = relate(self._relations, presence)
        if self._associations:
            listed = associate(self._associations, cells, presence, numbers)
            relations = tuple(dict.fromkeys((*relations, *listed)))
        record_fields["relations"] = relations
        others = self._parts.others
        if (part := others.get("record")) is not None:
            record_fields.update(row[part.slot])
        record_fields |= self._parts.particular(row, present, problems, faulted)
        return record_fields

    def _read_key(self, cells: Cells, problems: RowProblems) -> tuple[str, ...]:
        key = []
        for column in self._document.key:
            text = cells.get(column, "").strip()
            key.append(text)
            if not text or text in self._document.reads.empty:
                fault = CellFault("missing", "the row has no key, so it cannot be known again", "Fill the cell")
                problems.refuse(fault, column=column)
            elif sum(map(len, key)) > _KEY_CHARACTERS:
                problems.refuse(CellFault("too-large", "the key is too long", "Correct the cell"), column=column)
            else:
                try:
                    clean_text(text, lines=False)
                except CellFault as fault:
                    problems.refuse(fault, column=column, value=text)
        return tuple(key)

    def _check_whole(self, record_fields: dict[str, Any], row: Row, problems: RowProblems) -> None:
        """The kind's required facts, then the document's own checks."""
        for field in KINDS[self.kind].requires:
            if not record_fields.get(field):
                fault = CellFault("missing", f"a record of this kind needs {field}", "Fill the cells that make them")
                problems.refuse(fault, target=field)

        for check in self._checks:
            if not check.holds(row):
                note = problems.refuse if check.quarantines else problems.warn
                note(check.fault, column=check.column, target=check.target)

    def _handling(self, row: Row, record_fields: dict[str, Any], problems: RowProblems) -> Handling:
        handling = self._base_handling
        part = self._parts.others.get("handling")
        if part is not None and (values := row[part.slot]):
            try:
                handling = marked(handling, values)
            except ValueError as error:
                # the words of the handling's own rules hold no value
                problems.refuse(CellFault("bad-marking", str(error), _ASK), target="handling")
        if (marks := self._sensitive.marks(handling.sensitivities, record_fields, problems)) != handling.sensitivities:
            handling = replace(handling, sensitivities=marks)
        if self._expires is not None and handling.validate_by is None:
            start = row[self._expires.slot].get(self._expires.field)
            if start is not None:
                day: date = start.date() if isinstance(start, datetime) else start
                try:
                    handling = replace(handling, validate_by=day + timedelta(days=self._expires.days))
                except OverflowError:
                    fault = CellFault("out-of-range", "the record would expire after the year 9999", "Correct the date")
                    problems.refuse(fault, target="handling.validate_by")
        return handling

    def _provenance(self, native: NativeRecord, received: Received) -> Provenance:
        source = self._document.source
        return Provenance(
            feed=self.name,
            agency=source.agency,
            agency_ori=source.ori,
            receipt=received.receipt,
            file_name=received.file_name,
            source_sha256=received.sha256,
            line=native.line,
            mapping=self.name,
            mapping_version=self.version,
            received=received.received,
        )


class _Expiry(Struct, frozen=True):
    """Where the retention clock of a record starts, and how long it runs."""

    slot: int
    field: str
    days: int


def _group(fields: GroupFields, accompanies: dict[str, str], names: dict[str, str], where: str) -> Group:
    parts = compile_parts(fields.plans, accompanies=accompanies, names=names, where=where)
    return Group(fields=fields, parts=parts, steps=steps_of(fields.plans, parts))


def _ends(parts: Parts, groups: Sequence[Group]) -> dict[str, End]:
    """Where a relation finds each entity."""
    owners = [("", parts), *((group.fields.name, group.parts) for group in groups)]
    return {part.name: End(group, part.slot, part.name) for group, own in owners for part in own.all if part.name}


def _compile_expiry(
    document: MappingDocument, targets: dict[str, Target], parts: Parts, *, where: str
) -> _Expiry | None:
    if document.expires is None:
        return None
    target = targets.get(document.expires.after)
    if target is None or target.type.base not in (date, datetime):
        raise BadSetting(
            f"expires.after: '{document.expires.after}' is no day or time that the mapping fills",
            where=where,
            remedy="Name one of the document's date targets",
        )
    slot = next(part.slot for part in parts.all if part.path == target.owner)
    return _Expiry(slot, target.field, document.expires.days)


def _check_particulars(document: MappingDocument, targets: dict[str, Target], *, where: str) -> None:
    for target in targets.values():
        row = PARTICULARS.get(target.part)
        if row is not None and document.makes not in row.kinds:
            raise BadSetting(
                f"'{target.path}' has no place in a record of the kind '{document.makes}'",
                where=where,
                remedy=f"Only these kinds have it: {', '.join(sorted(row.kinds))}",
            )


def _check_window(document: MappingDocument, targets: dict[str, Target], *, where: str) -> None:
    if document.window is None:
        return
    target = targets.get(document.window)
    if target is None or target.type.base not in (date, datetime):
        raise BadSetting(
            f"window: '{document.window}' is no day or time that the mapping fills",
            where=where,
            remedy="Name one of the document's date targets, outside 'each'",
        )


def compile_mapping(document: MappingDocument, folder: Path) -> Mapping:
    """Compile a document; its code tables lie in `folder`.

    Raises a ConfigurationError that names the document and the key for whatever cannot work: an unknown target, a
    table whose meanings the target cannot hold, a relation its role forbids, an entity that could never be made.
    """
    return Mapping(document, folder)

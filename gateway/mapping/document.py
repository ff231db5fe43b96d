"""The schema of a mapping document: how one agency's file becomes canonical records.

One YAML document per feed, with a closed vocabulary. A target stands on the left, its column on the right, and the
work on a cell has one fixed order, so nobody has to think about pipelines:

    from -> when -> together -> pick/join/count -> split/find -> trim -> squeeze -> empty -> cut -> match -> case
         -> code -> date/number/type -> between -> prefix/suffix -> default -> required

An item that is no plain row has addresses for columns (`gateway.mapping.addresses`); what repeats within it is read
under `each`. There is no expression language and no code. Author's patterns run on RE2, in time linear in the text.
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from gateway.documents import load_document
from gateway.mapping.layouts import (
    CodedTextSpec,
    ColumnsSpec,
    FixedWidthSpec,
    FollowSpec,
    Hl7Spec,
    JsonSpec,
    SegmentSpec,
    WorkbookSpec,
    XmlSpec,
)
from gateway.mapping.marking import HandlingSpec
from gateway.mapping.relations import AssociationSpec, EndSpec, RelationSpec
from gateway.mapping.sections import (
    CodeName,
    Dst,
    EmptyCells,
    Expect,
    FeedName,
    OneOrMany,
    Pattern,
    Scalar,
    Section,
    Zone,
    as_list,
    blank_for_none,
)
from gateway.model.codes import Sensitivity
from gateway.model.kinds import Kind

__all__ = [
    "AssociationSpec",
    "CheckSpec",
    "CodeSpec",
    "CodedTextSpec",
    "ColumnsSpec",
    "EachSpec",
    "EndSpec",
    "ExampleSpec",
    "FieldSpec",
    "FixedWidthSpec",
    "FollowSpec",
    "HandlingSpec",
    "Hl7Spec",
    "JsonSpec",
    "MappingDocument",
    "ReadsSpec",
    "RelationSpec",
    "SegmentSpec",
    "WhenSpec",
    "WorkbookSpec",
    "XmlSpec",
    "load_mapping_document",
]


Discipline = Literal[
    "law-enforcement", "fire", "emergency-medical", "public-health", "emergency-management", "private-sector"
]
LAYOUTS: Final = {
    "json": "json_",
    "xml": "xml",
    "fixed-width": "fixed",
    "workbook": "workbook",
    "hl7v2": "hl7",
    "coded-text": "text",
}
"""Formats with a section of their own under `reads`, and its field."""

_LAYOUT_NEEDED: Final = ("xml", "fixed-width", "coded-text")
"""Formats that cannot be read without their section."""


class SourceSpec(Section):
    """Whose system wrote the file, and which of the center's disciplines it belongs to.

    `ori` is the agency's originating agency identifier.
    """

    agency: Scalar
    discipline: Discipline | None = None
    ori: Scalar | None = None
    system: Scalar | None = None


class ReadsSpec(Section):
    """How the file is written.

    `encoding` is tried in order, strictly. `header` names the columns of a file that has no header row. `timezone`
    holds for every date without an offset. `dst` decides the hour that a change of the clocks repeats or leaves out.
    `empty` lists the cells that count as empty, beside the empty cell itself. `comment` starts lines to leave out.
    `json`, `xml`, `fixed`, `workbook`, `hl7` and `text` say more about files of one format each (`LAYOUTS`).
    """

    format: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    encoding: Annotated[
        tuple[
            Literal["utf-8", "utf-8-sig", "ascii", "windows-1252", "iso-8859-1", "iso-8859-15", "cp437"],
            ...,
        ],
        Field(min_length=1),
        BeforeValidator(as_list),
    ] = ("utf-8-sig",)
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Field(min_length=1, max_length=1)] | None = '"'
    header: tuple[Scalar, ...] | None = None
    timezone: Zone | None = None
    dst: Dst = "quarantine"
    empty: EmptyCells = ()
    unknown_columns: Literal["ignore", "warn", "reject"] = "warn"
    comment: Annotated[str, Field(min_length=1, max_length=4)] | None = None
    json_: Annotated[JsonSpec | None, Field(alias="json")] = None
    xml: XmlSpec | None = None
    fixed: FixedWidthSpec | None = None
    workbook: WorkbookSpec | None = None
    hl7: Hl7Spec | None = None
    text: CodedTextSpec | None = None

    def step(self, address: str) -> str:
        """What stands in an address of this format between a part of it and the next step: `PID-5.1`, `a/b`, `a.b`."""
        if self.format == "hl7v2":
            return "." if "-" in address else "-"
        return "/" if self.format == "xml" else "."

    @property
    def addressed(self) -> bool:
        """Whether items are put together from parts, so that none has all columns, rather than being one row each."""
        return self.format == "email" or self.format in LAYOUTS

    @model_validator(mode="after")
    def _layout_of_its_format(self) -> Self:
        for name, field in LAYOUTS.items():
            key = field.rstrip("_")
            if getattr(self, field) is not None and self.format != name:
                raise ValueError(f"'{key}' belongs to 'format: {name}', and only to it")
            if getattr(self, field) is None and self.format == name and name in _LAYOUT_NEEDED:
                raise ValueError(f"'format: {name}' needs '{key}'")
        return self

    @model_validator(mode="after")
    def _can_be_taken_apart(self) -> Self:
        marks = [self.delimiter, *([self.quote] if self.quote is not None else [])]
        if len(set(marks)) != len(marks) or any(not mark.isascii() or mark in "\r\n\0" for mark in marks):
            raise ValueError("'delimiter' and 'quote' are two different ASCII characters, no line ends")
        if self.header is not None and (not self.header or len(set(self.header)) != len(self.header)):
            raise ValueError("'header' needs names, each once")
        return self


class WhenSpec(Section):
    """A field is read only where a column says so: `{column: Type, in: [a, b]}` or `{column: Type, filled: true}`."""

    column: str
    among: Annotated[OneOrMany | None, Field(alias="in")] = None
    filled: bool | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        if (self.among is None) == (self.filled is None):
            raise ValueError("give exactly one of 'in' and 'filled'")
        return self


class FieldSpec(Section):
    """One target's source and the work on it; the order of work is fixed, see the module."""

    columns: Annotated[OneOrMany | None, Field(alias="from")] = None
    value: OneOrMany | None = None
    when: WhenSpec | None = None
    together: Scalar | None = None
    pick: Literal["first"] | None = None
    join: Scalar | None = None
    count: OneOrMany | None = None
    split: Scalar | None = None
    find: Pattern | None = None
    trim: bool = True
    squeeze: bool = False
    empty: EmptyCells = ()
    cut: Pattern | None = None
    match: Pattern | None = None
    case: Literal["upper", "lower", "title"] | None = None
    code: CodeName | None = None
    date: OneOrMany | None = None
    zone: Zone | None = None
    dst: Dst | None = None
    number: Literal["point", "comma"] | None = None
    between: tuple[Scalar, Scalar] | None = None
    prefix: Scalar = ""
    suffix: Scalar = ""
    default: Scalar | None = None
    required: bool = False
    cite: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _column_alone(cls, data: Any) -> Any:
        return {"from": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _reads_one_thing(self) -> Self:
        if (self.columns is None) == (self.value is None):
            raise ValueError("give exactly one of 'from' (a column) and 'value' (a constant)")
        if self.value is not None and self.model_fields_set - {"value", "cite"}:
            raise ValueError("a constant 'value' stands alone")
        if self.pick and self.join is not None:
            raise ValueError("give one of 'pick' and 'join'")
        if self.split is not None and self.find is not None:
            raise ValueError("give one of 'split' and 'find'")
        if self.split == "":
            raise ValueError("'split' needs a separator")
        return self


class EachSpec(Section):
    """A group that repeats within one item: every victim, every offense. `of` is its address, with `[*]` at its end.

    The addresses of its fields start at the group; `../` in front starts one group further out, or at the item. The
    entities of the n-th member get the refs `<name>-<n>`, counted from 1 over the members that `when` lets in. `id` is
    the address of what the item's own references call a member; `associations` find it by that.
    """

    of: Annotated[str, Field(pattern=r"^.*\[\*\]$")]
    when: WhenSpec | None = None
    id: str | None = None
    fields: Annotated[dict[str, FieldSpec], Field(min_length=1)]


class CodeSpec(Section):
    """A code table: a CSV file (from,to,label,since,until) or values written here.

    `unmapped` says what becomes of a code that is not in the table: `keep` it as it is, use the `default`, leave the
    field `empty`, or `quarantine` the item.
    """

    file: str | None = None
    values: Annotated[dict[str, Scalar] | None, BeforeValidator(blank_for_none)] = None
    unmapped: Literal["keep", "default", "empty", "quarantine"]
    default: Scalar | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.values is None):
            raise ValueError("give exactly one of 'file' and 'values'")
        if (self.unmapped == "default") != (self.default is not None):
            raise ValueError("'default' belongs to 'unmapped: default', and only to it")
        return self


class ExpiresSpec(Section):
    """Sets `handling.validate_by`, where no field does: so many days after the day that a target holds (UTC)."""

    after: str
    days: Annotated[int, Field(ge=1, le=36_525)]


Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "filled", "empty"]


class CheckSpec(Section):
    """A claim about the finished record, in three words: `[target, operator, operand]`.

    The operand of `in` is a list of values, that of a comparison another target; `filled` and `empty` have none. A
    comparison with an empty side holds. `if` limits the check to the records for which it is true.
    """

    that: tuple[Any, ...]
    condition: Annotated[tuple[Any, ...] | None, Field(alias="if")] = None
    otherwise: Annotated[Literal["warn", "quarantine"], Field(alias="else")]
    say: str


class SkipSpec(Section):
    """Rows that hold nothing to translate, such as a title written as data; `reason` is a code like `pseudo-row`."""

    column: str
    equals: OneOrMany
    reason: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class RejectSpec(Section):
    """The problem that a test expects."""

    code: str
    column: str | None = None
    target: str | None = None


Expected = dict[str, Scalar | tuple[Scalar, ...] | None]


class ExampleSpec(Section):
    """A test inside the document: the cells given, and the values, the refusal or the skip expected of them."""

    name: str
    given: Annotated[dict[str, Scalar], BeforeValidator(blank_for_none)]
    expect: Expected | None = None
    reject: RejectSpec | None = None
    skip: str | None = None
    warn: OneOrMany | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if sum(part is not None for part in (self.expect, self.reject, self.skip)) != 1:
            raise ValueError("give exactly one of 'expect', 'reject' and 'skip'")
        return self


class MappingDocument(Section):
    """One feed's mapping, whole.

    `twin_of` names a feed that brings the same records in another format: both then give a record the same id.

    `delivery` says what a file is: changes (`delta`), all that there is (`full`), or all within a `window` of time:
    from the earliest to the latest value that the target named there has in the file. `missing` says what becomes of a
    held record that should be in such a file and is not. `expect` is when a delivery is due, in the zone of `reads`.
    `carries` names the sensitive facts that records of the feed can hold; an empty list says that they hold none.
    """

    mapping: FeedName
    version: Annotated[int, Field(ge=1)]
    about: str | None = None
    makes: Kind
    source: SourceSpec
    handling: HandlingSpec
    reads: ReadsSpec
    key: OneOrMany
    twin_of: FeedName | None = None
    delivery: Literal["delta", "window", "full"] = "delta"
    window: str | None = None
    missing: Literal["keep", "withdraw"] = "keep"
    expect: Expect | None = None
    carries: tuple[Sensitivity, ...] | None = None
    expires: ExpiresSpec | None = None
    codes: dict[str, CodeSpec] = Field(default_factory=dict)
    fields: Annotated[dict[str, FieldSpec], Field(min_length=1)]
    each: dict[CodeName, EachSpec] = Field(default_factory=dict)
    accompanies: dict[str, str] = Field(default_factory=dict)
    relations: tuple[RelationSpec, ...] = ()
    associations: tuple[AssociationSpec, ...] = ()
    drops: dict[str, str] = Field(default_factory=dict)
    checks: tuple[CheckSpec, ...] = ()
    skip: tuple[SkipSpec, ...] = ()
    tests: Annotated[tuple[ExampleSpec, ...], Field(min_length=1)]

    @property
    def repeating(self) -> tuple[str, ...]:
        """The addresses of all that repeats within an item: groups, then associations."""
        addresses = [spec.of for spec in self.each.values()] + [spec.of for spec in self.associations]
        return tuple(dict.fromkeys(addresses))

    @model_validator(mode="after")
    def _absence_means_something(self) -> Self:
        if (self.delivery == "window") != (self.window is not None):
            raise ValueError("'window' belongs to 'delivery: window', and only to it: name the target with the time")
        if self.missing == "withdraw" and self.delivery == "delta":
            raise ValueError("'missing: withdraw' needs 'delivery: full' or 'delivery: window'")
        return self


def load_mapping_document(path: Path) -> MappingDocument:
    """Read one mapping document.

    Raises MissingFile, BadDocument, UnknownKey or BadSetting, each with the file and the key's path.
    """
    return load_document(path, MappingDocument)

"""How the files of the structured formats are built: the sections of `reads` that are one format's own."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from gateway.mapping.sections import OneOrMany, Pattern, Scalar, Section, as_list

__all__ = [
    "UNCODED",
    "CodedTextSpec",
    "ColumnsSpec",
    "FixedWidthSpec",
    "FollowSpec",
    "Hl7Spec",
    "JsonSpec",
    "SegmentSpec",
    "WorkbookSpec",
    "XmlSpec",
]

_XML_NAME = r"[A-Za-z_][\w.-]*"
_XML_STEP = rf"(?:{_XML_NAME}:)?(?:{_XML_NAME}|\*)"
XmlPath = Annotated[str, Field(pattern=rf"^{_XML_STEP}(?:/{_XML_STEP})*$")]
Namespaces = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(as_list),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]
VariableName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SegmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_HL7_PART = r"^[1-9][0-9]{0,2}(?:\.[1-9][0-9]{0,2}){0,2}$"
Hl7Part = Annotated[str, Field(pattern=_HL7_PART), WithJsonSchema({"type": ["string", "number"], "pattern": _HL7_PART})]
SlashCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,7}$")]


class FollowSpec(Section):
    """References within one item: an object with the member `reference` stands for the object whose `id` it names."""

    reference: str = "$ref"
    id: str = "$id"


class JsonSpec(Section):
    """A JSON file. `items` is the address of its items, such as `result.rows[*]`; without it the file is one array
    of items, or one item. With `lines` every line is a JSON text of its own (NDJSON).
    """

    items: Annotated[str, Field(pattern=r"^[^\[\]]*\[\*\]$")] | None = None
    lines: bool = False
    follow: FollowSpec | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.lines and self.items is not None:
            raise ValueError("with 'lines' each line is one item: give one of 'lines' and 'items'")
        return self


class XmlSpec(Section):
    """An XML file. `items` is the path from the root element to the items, such as `a:Report/a:Incident`; or several,
    where the same items also come inside an envelope.

    `namespaces` declares every prefix that the paths use; the prefixes of the file itself do not count. A prefix may
    stand for the namespaces of several versions of one standard: an item is read as if it had the first of them. `let`
    names what expressions find in the item, so that addresses can start there: `$area/a:name`; a later one may use an
    earlier. `id` and `ref` are the attributes that `deref(…)` and `referring(…)` look for. `repair` lists faults to
    pass over: `leading-junk` is text before the XML declaration.
    """

    items: Annotated[
        tuple[XmlPath, ...],
        BeforeValidator(as_list),
        Field(min_length=1),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
    ]
    namespaces: dict[Annotated[str, Field(pattern=rf"^{_XML_NAME}$")], Namespaces] = Field(default_factory=dict)
    let: dict[VariableName, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    id: Annotated[str, Field(pattern=rf"^(?:{_XML_NAME}:)?{_XML_NAME}$")] | None = None
    ref: Annotated[
        tuple[Annotated[str, Field(pattern=rf"^(?:{_XML_NAME}:)?{_XML_NAME}$")], ...],
        BeforeValidator(as_list),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
    ] = ()
    repair: Annotated[tuple[Literal["leading-junk"], ...], BeforeValidator(as_list)] = ()

    @model_validator(mode="after")
    def _prefixes_are_declared(self) -> Self:
        for path in (*self.items, self.id or "", *self.ref):
            for prefix in re.findall(rf"({_XML_NAME}):", path):
                if prefix not in self.namespaces:
                    raise ValueError(f"the prefix '{prefix}' is not declared under 'namespaces'")
        return self

    @model_validator(mode="after")
    def _one_prefix_for_each(self) -> Self:
        uris = [uri for names in self.namespaces.values() for uri in names]
        several = [names for names in self.namespaces.values() if len(names) > 1]
        if several and len(set(uris)) != len(uris):
            raise ValueError("a namespace of several versions belongs to one prefix")
        return self

    @property
    def prefixes(self) -> dict[str, str]:
        """Each prefix with the namespace that it has in expressions."""
        return {prefix: names[0] for prefix, names in self.namespaces.items()}

    @property
    def versions(self) -> dict[str, str]:
        """The namespaces of other versions, each with the one as which it is read."""
        return {uri: names[0] for names in self.namespaces.values() for uri in names[1:]}

    @property
    def where(self) -> str:
        """The paths of the items, in words."""
        return " or ".join(f"'{path}'" for path in self.items)


class ColumnsSpec(Section):
    """A stretch of a line: `at` its first column, counted from 1, `long` its number of columns.

    `times` says how often it follows itself. `parts` divide each stretch; their `at` counts from its own start.
    """

    at: Annotated[int, Field(ge=1, le=100_000)]
    long: Annotated[int, Field(ge=1, le=100_000)]
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    parts: "dict[SegmentName, ColumnsSpec]" = Field(default_factory=dict)

    @model_validator(mode="after")
    def _parts_lie_inside(self) -> Self:
        for name, part in self.parts.items():
            if part.at - 1 + part.long > self.long or part.times > 1 or part.parts:
                raise ValueError(f"the part '{name}' does not lie inside its stretch, or repeats")
        return self


class SegmentSpec(Section):
    """One sort of line. `repeats` says whether an item has several of it: its addresses then have a position.

    `alone` lines are an item each, whatever stands around them.
    """

    name: SegmentName
    repeats: bool = False
    alone: bool = False
    fields: dict[SegmentName, ColumnsSpec] = Field(default_factory=dict)


class FixedWidthSpec(Section):
    """Lines of fixed columns. `kind` is where a line says which of the `segments` it is.

    `length`, where given, is where a line says how long it is. `common` columns stand in every line; consecutive lines
    that agree in the columns named by `group_by` are one item. Without `kind` every line is an item of the one segment.
    """

    kind: ColumnsSpec | None = None
    length: ColumnsSpec | None = None
    common: dict[SegmentName, ColumnsSpec] = Field(default_factory=dict)
    group_by: OneOrMany | None = None
    segments: Annotated[dict[str, SegmentSpec], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.kind is None and (len(self.segments) != 1 or self.group_by is not None):
            raise ValueError("several segments, or 'group_by', need 'kind'")
        unknown = [name for name in self.group_by or () if name not in self.common]
        if unknown:
            raise ValueError(f"'group_by' names '{unknown[0]}', which is no column of 'common'")
        names = [segment.name for segment in self.segments.values()]
        if len({*names, *self.common}) != len(names) + len(self.common):
            raise ValueError("each segment and each column of 'common' needs a name of its own")
        if any(column.times > 1 or column.parts for column in self.common.values()):
            raise ValueError("a column of 'common' is one plain stretch")
        return self


class WorkbookSpec(Section):
    """A workbook. `sheets` is a pattern that the names of the sheets to read match, whole; without it all are read.

    `header` names a column that the header row has: rows before it are titles. With `merge_on` the rows of all sheets
    that agree in that column are one item: the first sheet's cells, and from later sheets the columns that were empty
    or are new.
    """

    sheets: Pattern | None = None
    header: Scalar | None = None
    merge_on: Scalar | None = None


class Hl7Spec(Section):
    """HL7 v2 messages. `named` says which of their values tells segments of one sort, or repetitions of one field,
    apart: with `OBX: 3.1` the address `OBX(21612-7)-5` is field 5 of the OBX whose field 3.1 is 21612-7, and with
    `PID-3: 5` the address `PID-3(MR).1` is the identifier whose type, its component 5, is MR.
    """

    named: dict[
        Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2}(?:-[1-9][0-9]{0,2})?$")],
        Hl7Part,
    ] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _components_of_a_field(self) -> Self:
        deep = next((key for key, part in self.named.items() if "-" in key and part.count(".") > 1), None)
        if deep is not None:
            raise ValueError(f"'{deep}' is a field: name one of its components, such as 5, or 4.2")
        return self


UNCODED: Final = "text"
"""In coded text, the address of lines, and of the beginnings of lines, that belong to no code: `text[0]`."""


class CodedTextSpec(Section):
    """Text of `CODE/value` pairs. `codes` is the closed set of codes: no other word before a slash is one.

    A line that begins with one of `starts` begins an item; without it, blank lines divide the items. The value of one
    of `continues` goes on over the following lines, up to the next code or a blank line; any other ends with its line.
    """

    codes: Annotated[tuple[SlashCode, ...], BeforeValidator(as_list), Field(min_length=1)]
    starts: Annotated[tuple[SlashCode, ...], BeforeValidator(as_list)] = ()
    continues: Annotated[tuple[SlashCode, ...], BeforeValidator(as_list)] = ()

    @model_validator(mode="after")
    def _codes_are_declared(self) -> Self:
        unknown = next((code for code in (*self.starts, *self.continues) if code not in self.codes), None)
        if unknown is not None:
            raise ValueError(f"'{unknown}' is not among the 'codes'")
        return self

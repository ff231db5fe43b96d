"""The reference page of our STIX extensions, made from their table, their types and the dictionary."""

import inspect as python_inspect
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, inspect

from docs.markdown import code, table
from gateway.model.disclosure import disclosures
from gateway.model.entities import Place, Vulnerability
from gateway.model.kinds import KINDS, Kind
from gateway.model.relations import ROLES, Role
from gateway.stix.definitions import declared
from gateway.stix.extensions import EXTENSIONS, SECTIONS, Section, definition

__all__ = ["standard_property", "vocabulary_rows", "written_extensions"]

_STANDARD: Final[Mapping[tuple[type[Struct], str], str]] = {
    (Place, "street"): "street_address",
    (Place, "state"): "administrative_area",
    (Vulnerability, "cve"): "external_references",
}
"""Standard properties with another name than the field that they carry."""

_COLUMNS: Final = ("Property", "Form", "Required", "Definition", "In NIEM, or clause", "Class", "Standard property")


def standard_property(facts: type[Struct], field: str) -> str:
    """The standard property that carries a field unchanged in place of the extension."""
    return _STANDARD.get((facts, field), field)


def written_extensions() -> str:
    """A chapter for each extension with a table for each type of facts, and one for each type inside them."""
    return "\n".join(part for name in EXTENSIONS for part in _extension(name))


def _extension(name: str) -> Iterator[str]:
    row, said = EXTENSIONS[name], definition(name)
    by_facts: dict[type[Struct], list[Section]] = {}
    for section in SECTIONS:
        if section.extension == name:
            by_facts.setdefault(section.facts, []).append(section)
    schema = f"[{code(said['schema'])}](stix-extensions/{row.id}.json)"
    yield f"## {name}\n\n{row.says}\n"
    yield table(("Id", "Version", "JSON Schema"), [(code(row.id), said["version"], schema)])
    inner: dict[str, type[Struct]] = {}
    for facts, sections in by_facts.items():
        yield f"### {name} on {', '.join(section.stix_type for section in sections)}: {_words(facts)}\n"
        yield table(_COLUMNS, _rows(facts, sections[0]))
        inner |= _inside(facts)
    for field, facts in inner.items():
        yield f"### {field}\n\n{_first_line(facts)}\n"
        yield table(_COLUMNS, _rows(facts, None))


def _words(facts: type[Struct]) -> str:
    return facts.__name__.removesuffix("Facts").lower()


def _fields(facts: type[Struct]) -> tuple[inspect.Field, ...]:
    shape = inspect.type_info(facts)
    assert isinstance(shape, inspect.StructType)
    return shape.fields


def _inside(facts: type[Struct]) -> dict[str, type[Struct]]:
    """The types of facts that stand inside these, by the property that holds them."""
    found = ((field.name, _plain(field.type)) for field in _fields(facts))
    return {name: shape.cls for name, shape in found if isinstance(shape, inspect.StructType)}


def _rows(facts: type[Struct], section: Section | None) -> Iterator[tuple[str, ...]]:
    for field in _fields(facts):
        owner, (says, source) = declared(facts, field.name)
        disclosed = disclosures(owner)[field.name]
        exact = section is not None and field.name in section.exact
        standard = code(standard_property(facts, field.name)) if exact else ""
        if section is not None and field.name in section.as_text:
            standard += "; here as text where that would round it"
        yield (
            code(field.name),
            _form(field.name, field.type),
            "yes" if field.required and not exact else "",
            says,
            source,
            disclosed.value if disclosed else "",
            standard,
        )


def _plain(shape: inspect.Type) -> inspect.Type:
    """The type of one value."""
    match shape:
        case inspect.Metadata(type=inner) | inspect.VarTupleType(item_type=inner):
            return _plain(inner)
        case inspect.UnionType(types=types):
            return next(_plain(one) for one in types if not isinstance(one, inspect.NoneType))
    return shape


def _form(name: str, shape: inspect.Type) -> str:
    match shape:
        case inspect.Metadata(type=inner):
            return _form(name, inner)
        case inspect.UnionType(types=types):
            return next(_form(name, one) for one in types if not isinstance(one, inspect.NoneType))
        case inspect.VarTupleType(item_type=inner):
            return f"list of {_form(name, inner)}"
        case inspect.StructType():
            return f"[facts](#{name})"
        case inspect.EnumType(cls=cls):
            return f"code of {code(cls.__name__)}"
        case inspect.IntType(ge=low, le=high):
            return f"whole number{_between(low, high)}"
        case inspect.StrType(max_length=longest):
            return f"text of at most {longest:,} characters" if longest else "text"
    return _FORMS[type(shape)]


def _between(low: int | None, high: int | None) -> str:
    if low is None or high is None or high > 2**31:
        return "" if low is None else f" from {low}"
    return f" from {low} to {high}"


_FORMS: Final[Mapping[type[inspect.Type], str]] = {
    inspect.BoolType: "`true` or `false`",
    inspect.DateTimeType: "time in UTC, ending in Z",
    inspect.DateType: "day",
    inspect.DecimalType: "number",
}


def vocabulary_rows() -> str:
    """Every closed vocabulary that properties of the extensions take words of."""
    found: dict[str, type[Any]] = {}
    for section in SECTIONS:
        for cls in _vocabularies(section.facts):
            found[cls.__name__] = cls
    rows = [(code(name), _first_line(cls), _members(cls)) for name, cls in sorted(found.items())]
    return table(("Vocabulary", "What it tells", "Words"), rows)


def _vocabularies(facts: type[Struct]) -> Iterator[type[Any]]:
    for field in _fields(facts):
        match _plain(field.type):
            case inspect.EnumType(cls=cls):
                yield cls
            case inspect.StructType(cls=cls):
                yield from _vocabularies(cls)


def _members(vocabulary: type[StrEnum]) -> str:
    if vocabulary is Role:
        return "; ".join(f"{code(role)}: the target {row.says}" for role, row in ROLES.items())
    if vocabulary is Kind:
        return "; ".join(f"{code(kind)}: {row.title.lower()}" for kind, row in KINDS.items())
    return code(*(member.value for member in vocabulary))


def _first_line(thing: type[Any]) -> str:
    return " ".join(python_inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].split())

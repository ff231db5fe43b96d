"""Fills the generated tables of the reference pages: `python -m docs.generate`.

A page is written by hand. Between `<!-- begin generated NAME -->` and `<!-- end generated NAME -->` stands what the
code says about itself. A test compares each page with what this module would write.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import gateway
from docs import consumers, disclosure, extensions, markings, signing, words
from docs.markdown import code as _code
from docs.markdown import table as _table
from gateway import limits, trust_policy
from gateway.adapters import FORMATS
from gateway.cli.application import application
from gateway.config import Settings
from gateway.errors import ConfigurationError, GatewayError
from gateway.mapping import document
from gateway.mapping.targets import BANNER, PARTS, find_target, target_paths
from gateway.model.cui import Cui
from gateway.model.dictionary import definition
from gateway.model.disclosure import Discloses
from gateway.model.kinds import KINDS
from gateway.model.record import ENTITY_GROUPS
from gateway.model.relations import ROLES
from gateway.niem import message_guide
from gateway.niem.ndr.checker import RULES
from gateway.sharing import documents as sharing_documents
from gateway.sharing.decide import ACCESS_CLAUSES, CONTENT_CLAUSES, LAW_CLAUSES
from gateway.sharing.projections import PROJECTIONS
from gateway.signing.trust.revocation import REASONS
from gateway.stix.checks.check_row import UNKNOWN, Check
from gateway.stix.checks.differences import DIFFERENCES
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES
from gateway.stix.checks.table import ASKED, CHECKS, HOUSE, SET_ROWS

__all__ = ["BLOCKS", "commands", "error_classes", "filled", "main", "pages"]

FOLDER: Final = Path(__file__).resolve().parent
_BLOCK: Final = re.compile(r"(<!-- begin generated ([a-z-]+) -->\n).*?(<!-- end generated \2 -->)", re.DOTALL)


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the program with its full name, groups left out; groups in the order of `gateway --help`."""

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        children = getattr(command, "commands", None)
        if children is None:
            yield name, command
        else:
            for child_name, child in children.items():
                yield from walk(f"{name} {child_name}", child)

    return walk("gateway", typer.main.get_command(application))


def _command_pages() -> str:
    parts = []
    for name, command in commands():
        says, _, example = inspect.cleandoc(command.help or "").partition("Example:")
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        usage = " ".join([name, *(_argument(p) for p in arguments)])
        parts.append(f"## {name}\n\n{' '.join(says.split())}\n\n    {usage} [options]\n\n")
        rows = [(_code(p.name.upper()), p.help or "", "yes" if p.required else "no") for p in arguments]
        parts.append(_table(("Argument", "Meaning", "Required"), rows) + "\n" if rows else "")
        options = [
            (_code(*p.opts), " ".join((p.help or "").split()), _shown_default(p))
            for p in command.params
            if p.param_type_name == "option" and p.name != "help"
        ]
        parts.append(_table(("Option", "Meaning", "Default"), options) + "\n" if options else "")
        parts.append(f"Example: `{' '.join(example.split())}`\n\n" if example else "")
    return "".join(parts)


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _shown_default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, False) else _code(getattr(parameter.default, "value", parameter.default))


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "required" if field.is_required() else _code(field.default) if field.default not in (None, "") else ""
        shown = "; ".join([_type_in_words(field.annotation), *_bounds(field.metadata)])
        rows.append((_code(name), _code(f"GATEWAY_{name.upper()}"), shown, default, words.SETTINGS[name]))
    return _table(("Key", "Variable", "Type", "Default", "Meaning"), rows)


_BOUNDS: Final = {
    "ge": "at least",
    "le": "at most",
    "min_length": "length at least",
    "max_length": "length at most",
    "pattern": "shape",
}


def _bounds(metadata: list[Any]) -> Iterator[str]:
    """The bounds of a setting in words."""
    for bound in metadata:
        for name, says in _BOUNDS.items():
            value = getattr(bound, name, None)
            if value is not None:
                yield f"{says} {_code(value)}"


def error_classes() -> tuple[type[GatewayError], ...]:
    """Every error class of the gateway, in the order of the tree, with the modules that define them loaded."""
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)

    def walk(error: type[GatewayError]) -> Iterator[type[GatewayError]]:
        yield error
        for child in error.__subclasses__():
            yield from walk(child)

    return tuple(error for error in walk(GatewayError) if error.__module__.startswith("gateway."))


def _errors() -> str:
    rows = [
        (_code(e.code), e.__name__, 2 if issubclass(e, ConfigurationError) else 1, _first_line(e))
        for e in error_classes()
    ]
    return _table(("Code", "Class", "Exit", "Meaning"), rows)


def _first_line(thing: Any) -> str:
    return " ".join(inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].split())


def _problems() -> str:
    return _table(("Code", "About", "Meaning", "What to do"), [(_code(c), *row) for c, row in words.PROBLEMS.items()])


def _skips() -> str:
    return _table(("Reason", "Meaning"), [(_code(code), says) for code, says in words.SKIPS.items()])


def _kinds() -> str:
    rows = [
        (
            _code(kind),
            row.title,
            row.approvals or "none",
            _code(*row.requires),
            _code(row.niem_root) if row.niem_root else "",
            _code(row.container) if row.container else "",
            "yes" if row.is_rendered else "held",
        )
        for kind, row in KINDS.items()
    ]
    return _table(("Kind", "Title", "Approvals", "Requires", "NIEM message", "STIX container", "Published"), rows)


def _roles() -> str:
    rows = [
        (_code(role), ", ".join(sorted(row.source)), ", ".join(sorted(row.target)), f"The target {row.says}.")
        for role, row in ROLES.items()
    ]
    return _table(("Role", "Source", "Target", "Meaning"), rows)


def _projections() -> str:
    rows = [
        (
            _code(p.key),
            ", ".join(d.value for d in Discloses if d in p.keeps),
            f"rounded to {p.coordinates} degrees" if p.coordinates else "as they are",
            p.says,
        )
        for p in PROJECTIONS.values()
    ]
    return _table(("Projection", "Keeps the classes", "Coordinates", "What a partner sees"), rows)


def _classes() -> str:
    texts = _texts_below(Discloses)
    return _table(("Class", "What a reader of the field learns"), [(_code(d.value), texts[d.name]) for d in Discloses])


def _texts_below(thing: Any) -> dict[str, str]:
    """The strings that stand below the names of a class or a module, by name."""
    body = ast.parse(inspect.getsource(thing)).body
    statements = body[0].body if isinstance(body[0], ast.ClassDef) else body
    texts = {}
    for name, text in pairwise(statements):
        target = (
            name.target
            if isinstance(name, ast.AnnAssign)
            else name.targets[0]
            if isinstance(name, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            texts[target.id] = " ".join(str(text.value.value).split())
    return texts


def _clauses(clauses: tuple[Any, ...]) -> Callable[[], str]:
    return lambda: _table(("Clause", "Source"), [(_code(c.name), c.cite) for c in clauses])


def _keys(module: Any, sections: Mapping[str, str], meanings: Mapping[str, Mapping[str, str]]) -> str:
    parts = []
    for section, title in sections.items():
        schema: type[BaseModel] = getattr(module, section)
        fields = {field.alias or name: field for name, field in schema.model_fields.items()}
        rows = [
            (_code(key), _type_in_words(fields[key].annotation), _key_default(fields[key]), says)
            for key, says in meanings[section].items()
        ]
        parts.append(f"### {title}\n\n{_table(('Key', 'Type', 'Default', 'Meaning'), rows)}\n")
    return "".join(parts)


def _key_default(field: Any) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default is PydanticUndefined or isinstance(default, BaseModel) or default in (None, "", (), False):
        return ""
    return (
        _code(*default) if isinstance(default, tuple) else _code(str(default).lower() if default is True else default)
    )


def _type_in_words(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return _type_in_words(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return "one of " + _code(*get_args(annotation))
    if get_origin(annotation) in (typing.Union, UnionType):
        return " or ".join(_type_in_words(a) for a in get_args(annotation) if a is not type(None))
    if get_origin(annotation) is tuple:
        inner = dict.fromkeys(_type_in_words(a) for a in get_args(annotation) if a is not Ellipsis)
        return "list of " + " and ".join(inner)
    if get_origin(annotation) is dict:
        return f"names, each with {_type_in_words(get_args(annotation)[1])}"
    if annotation is Cui:
        return "a [CUI category](markings.md#categories)"
    if isinstance(annotation, type) and hasattr(annotation, "__members__"):
        return "one of " + _code(*(member.value for member in annotation.__members__.values()))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "section"
    return _PLAIN_WORDS.get(annotation, str(annotation))


_PLAIN_WORDS: Final = {
    str: "text",
    int: "whole number",
    bool: "`true` or `false`",
    date: "day",
    datetime: "time",
    Any: "words",
}


def _targets() -> str:
    rows = []
    for path in target_paths():
        target = find_target(path.replace("<name>", "x"), where="the reference page")
        kind = target.type
        base = _type_in_words(kind.base) if kind.base in (str, int, bool) or hasattr(kind.base, "__members__") else ""
        base = base or _BASES_IN_WORDS[kind.base.__name__]
        means = words.BANNER if target.field == BANNER else definition(_PART_TYPES[target.part], target.field).says
        rows.append((_code(path), f"many: {base}" if kind.many else base, means))
    return _table(("Target", "Holds", "Meaning"), rows)


_PART_TYPES: Final = {**PARTS, **{sort: group.type for sort, group in ENTITY_GROUPS.items()}}


_BASES_IN_WORDS: Final = {
    "date": "day",
    "datetime": "time",
    "Decimal": "number",
    "Banner": "a [banner line](markings.md#the-banner-line)",
}


def _formats() -> str:
    rows = [(_code(name), _first_line(inspect.getmodule(reader.read))) for name, reader in FORMATS.items()]
    return _table(("Format", "What it reads"), rows)


def _revocation_reasons() -> str:
    rows = [(_code(reason), "yes" if row.is_harmless else "no", row.why) for reason, row in REASONS.items()]
    return _table(("Reason", "A stated time may stand", "Why"), rows)


def _limits() -> str:
    texts = _texts_below(limits)
    return _table(
        ("Limit", "Value", "Meaning"), [(_code(n), f"{getattr(limits, n):,}", says) for n, says in texts.items()]
    )


def _ndr_rules() -> str:
    rows = [
        (r.number, r.says, r.severity if r.is_checked else "", ", ".join(sorted(a.value for a in r.applies)), r.reason)
        for r in RULES
    ]
    return _table(("Rule", "What must hold", "Checked as", "Binds", "Why a reader decides"), rows)


def _stix_checks() -> str:
    asked = [row for rows in ASKED.values() for row in rows]
    rows = [
        (_code(r.code), r.clause, r.level.value, r.number, _concerned(r), r.says)
        for r in (*CHECKS, *SET_ROWS, *asked, *HOUSE)
    ]
    return _table(("Code", "Clause", "Level", "stix2-validator", "Concerns", "What must hold"), rows)


def _concerned(row: Any) -> str:
    if not isinstance(row, Check):
        return "objects together"
    named = {
        None: "every object",
        frozenset(PROPERTIES): "every type of the standard",
        OBSERVABLES: "every observable",
        frozenset({UNKNOWN}): "other types",
    }
    if row.types in named:
        return named[row.types]
    assert row.types is not None
    for whole, called in ((OBSERVABLES, "observables"), (frozenset(PROPERTIES) - OBSERVABLES, "what is no observable")):
        if len(row.types) > len(whole) - 5 and row.types <= whole:
            return ", ".join((called, *(f"not {name}" for name in sorted(whole - row.types))))
    return ", ".join(sorted(row.types))


def _stix_differences() -> str:
    rows = [(_code(name), d.refused_by, d.says, d.reason) for name, d in DIFFERENCES.items()]
    return _table(("Difference", "Refused by", "What", "Why"), rows)


BLOCKS: Final[dict[str, Callable[[], str]]] = {
    "commands": _command_pages,
    "settings": _settings,
    "errors": _errors,
    "problems": _problems,
    "skips": _skips,
    "kinds": _kinds,
    "roles": _roles,
    "projections": _projections,
    "classes": _classes,
    "disclosure": disclosure.class_rows,
    "law-clauses": _clauses(LAW_CLAUSES),
    "access-clauses": _clauses(ACCESS_CLAUSES),
    "content-clauses": _clauses(CONTENT_CLAUSES),
    "mapping-keys": lambda: _keys(document, words.SECTIONS, words.MAPPING),
    "agreement-keys": lambda: _keys(sharing_documents, words.AGREEMENT_SECTIONS, words.AGREEMENTS),
    "trust-keys": lambda: _keys(trust_policy, words.TRUST_SECTIONS, words.TRUST),
    "revocation-reasons": _revocation_reasons,
    "formats": _formats,
    "own-design": lambda: message_guide.OWN_DESIGN,
    "message-kinds": message_guide.guide_of_kinds,
    "message-types": message_guide.guide_of_types,
    "message-elements": message_guide.guide_of_elements,
    "message-codes": message_guide.guide_of_codes,
    "ndr-rules": _ndr_rules,
    "stix-checks": _stix_checks,
    "stix-differences": _stix_differences,
    "signing-profiles": signing.signing_profiles,
    "accepted-signatures": signing.accepted_sets,
    "targets": _targets,
    "limits": _limits,
    "cui-categories": markings.categories,
    "cui-controls": markings.controls,
    "acs-words": markings.written_words,
    "acs-honoured": markings.honoured_words,
    "stix-extensions": extensions.written_extensions,
    "stix-vocabularies": extensions.vocabulary_rows,
    "consumer-libraries": consumers.library_rows,
    "consumer-fates": consumers.fate_rows,
    "consumer-pollers": consumers.poller_rows,
}
"""What can stand between the marks of a page."""


def pages() -> tuple[Path, ...]:
    """The pages with generated parts."""
    return tuple(p for p in sorted(FOLDER.rglob("*.md")) if "<!-- begin generated" in p.read_text(encoding="utf-8"))


def filled(text: str) -> str:
    """The page with its generated parts as the code has them now."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found[2]]().rstrip()}\n\n{found[3]}", text)


def main() -> None:
    """Write every page anew."""
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

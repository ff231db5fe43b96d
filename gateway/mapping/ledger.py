"""The ledger of a mapping: what becomes of each native column, so that nothing is left out in silence."""

from collections.abc import Mapping

from msgspec import Struct

from gateway.mapping.columns import all_fields, association_columns, whole_columns
from gateway.mapping.document import FieldSpec, MappingDocument

__all__ = ["LedgerRow", "conversion_in_words", "ledger_of"]


class LedgerRow(Struct, frozen=True, kw_only=True):
    """What becomes of one native column: it is carried to `targets`, or `dropped` says why not.

    `conversion` says in words what is done on the way, to each target in its place, with the version of its code table;
    `uses` names other parts that the column plays (key, condition, row to skip).
    """

    column: str
    targets: tuple[str, ...] = ()
    conversion: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    dropped: str = ""


def ledger_of(document: MappingDocument, table_versions: Mapping[str, str]) -> tuple[LedgerRow, ...]:
    """One row per native column that the document speaks of, in its order; dropped columns last."""
    targets: dict[str, list[str]] = {}
    words: dict[str, list[str]] = {}
    uses: dict[str, list[str]] = {}
    for column in document.key:
        uses.setdefault(column, []).append("key")
    for path, spec, whole in all_fields(document):
        for column in spec.columns or ():
            targets.setdefault(whole.get(column, column), []).append(path)
            words.setdefault(whole.get(column, column), []).append(conversion_in_words(spec, table_versions))
        if spec.when is not None:
            uses.setdefault(whole.get(spec.when.column, spec.when.column), []).append(f"condition of {path}")
    for name, group in document.each.items():
        if group.when is not None:
            column = whole_columns(group, document, document.mapping)[group.when.column]
            uses.setdefault(column, []).append(f"lets in members of {name}")
        if group.id is not None:
            uses.setdefault(whole_columns(group, document, document.mapping)[group.id], []).append(f"names the {name}")
    for association in document.associations:
        for column in association_columns(association, document, document.mapping):
            uses.setdefault(column, []).append(
                f"joins {association.target.entity} to {association.source.entity} as {association.role}"
            )
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


def conversion_in_words(spec: FieldSpec, table_versions: Mapping[str, str]) -> str:
    """`cut "^-+", case "upper"`, `code "areas" (table 3f9a01c2)` or `as it is`; the keys in their order of work."""
    shown = {
        "together": spec.together,
        "pick": spec.pick,
        "join": spec.join,
        "count": ", ".join(spec.count) if spec.count else None,
        "split": spec.split,
        "find": spec.find,
        "squeeze": "blanks" if spec.squeeze else None,
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
    if spec.code is not None:
        table = f'code "{spec.code}"'
        words[words.index(table)] = f"{table} (table {table_versions[spec.code]})"
    return ", ".join(words) or "as it is"

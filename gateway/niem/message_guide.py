"""The extension as a person reads it: every message, type, element and list of codes with its definition.

Made from the tables that the schema is made from, in Markdown. It goes into the package and into the reference pages.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.model.kinds import KINDS
from gateway.niem.extension import TYPES, TypeRow
from gateway.niem.extension_elements import ELEMENTS, VOCABULARIES

__all__ = ["OWN_DESIGN", "guide_of_codes", "guide_of_elements", "guide_of_kinds", "guide_of_types", "message_guide"]

OWN_DESIGN: Final = (
    "NIEM 6.0 has no messages for emergency medical events, public health events and fires as a fusion center shares\n"
    "them. Where the messages here speak of those, what is in our namespace is our own design and follows no standard."
)
_OCCURS: Final = {"": "1", "?": "0..1", "*": "0..n", "+": "1..n"}


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (columns, ("---",) * len(columns), *rows)
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in lines)


def guide_of_kinds() -> str:
    """The message of each kind of record, with what it says."""
    elements = {row.name: row for row in ELEMENTS}
    rows = []
    for kind, row in KINDS.items():
        root = elements.get(row.niem_root or "")
        if root is not None:
            rows.append((f"`{kind}`", row.title, f"`fx:{root.name}`", f"`{root.type}`", root.says))
    return _table(("Kind of record", "Title", "Message", "Type", "What it is"), rows)


def guide_of_types() -> str:
    """Every type, with what it is derived from and what may stand in it, in order."""
    parts = []
    for row in TYPES:
        particles = tuple(_particles(row))
        parts.append(f"### fx:{row.name}\n\n{row.says}\nExtends `{row.base}`.\n\n")
        parts.append(_table(("Element", "Occurs"), particles) + "\n" if particles else "")
    return "".join(parts).rstrip() + "\n"


def _particles(row: TypeRow) -> Iterator[tuple[str, str]]:
    for particle in row.particles:
        name = particle.rstrip("?*+")
        if not name.endswith("AugmentationPoint"):
            yield f"`{name}`", _OCCURS[particle[len(name) :]]


def guide_of_elements() -> str:
    """Every element of the extension, with its definition."""
    rows = (
        (f"`fx:{row.name}`", f"`{row.type}`", row.says, f"`{row.head}`" if row.head else "")
        for row in sorted(ELEMENTS, key=lambda row: row.name)
    )
    return _table(("Element", "Type", "Definition", "Stands in for"), rows)


def guide_of_codes() -> str:
    """Every list of codes, with its codes."""
    rows = (
        (f"`fx:{row.name}CodeType`", f"{row.says[:1].upper()}{row.says[1:]}.", ", ".join(f"`{v}`" for v in row.values))
        for row in VOCABULARIES
    )
    return _table(("List", "What it tells", "Codes"), rows)


def message_guide() -> str:
    """The whole guide as one document."""
    return f"""# Messages of the exchange

Elements with the prefix `fx` are of our extension of NIEM 6.0. All others are NIEM's; their definitions are in the NIEM
release.

{OWN_DESIGN}

## Messages by kind of record

{guide_of_kinds()}
## Types

{guide_of_types()}
## Elements

{guide_of_elements()}
## Lists of codes

{guide_of_codes()}"""

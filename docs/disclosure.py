"""The table of what each field of a record discloses."""

from typing import Final

from msgspec import Struct

from docs.markdown import code, table
from gateway.model.disclosure import disclosures
from gateway.model.handling import Handling
from gateway.model.particulars import PARTICULARS
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.sharing.projections import PROJECTIONS

__all__ = ["class_rows"]


def class_rows() -> str:
    """What each field discloses, and which projections keep it."""
    parts: dict[str, type[Struct]] = {sort: group.type for sort, group in ENTITY_GROUPS.items()}
    parts |= {"record": Record, "handling": Handling, "provenance": Provenance}
    parts |= {word: row.type for word, row in PARTICULARS.items()}
    rows = []
    for part, kind in parts.items():
        for field, disclosed in disclosures(kind).items():
            if disclosed is None or (kind is Record and field in _STRUCTURED):
                continue
            kept = ("yes" if disclosed in p.keeps else "" for p in PROJECTIONS.values())
            rows.append((code(f"{part}.{field}"), disclosed.value, *kept))
    return table(("Field", "Class", *(code(name) for name in PROJECTIONS)), rows)


_STRUCTURED: Final = {
    *(group.field for group in ENTITY_GROUPS.values()),
    "relations",
    "handling",
    "provenance",
    *(row.field for row in PARTICULARS.values()),
}

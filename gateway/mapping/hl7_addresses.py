"""Addresses of HL7 v2 messages: segment, field, component and subcomponent, as the standard's own tables write them.

`PID-5.1` is the first component of field 5 of the segment PID, `PID-3.4.2` a subcomponent. A position in brackets,
counted from 0, tells segments of one sort and repetitions of one field apart: `DG1[0]-3.1`, `PID-3[1].1`. So does a
value in parentheses, where `reads.hl7.named` says which value that is: `OBX(21612-7)-5`, `PID-3(MR).1`.
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from gateway.errors import BadSetting
from gateway.mapping.layouts import Hl7Spec

__all__ = ["Hl7Address", "check_hl7_addresses", "parse_hl7_address"]

_PLACE: Final = r"\[(?:\*|[0-9]{1,5})\]"
_NAME: Final = r"\(([^()\[\]]{1,80})\)"
_ADDRESS: Final = re.compile(
    rf"(([A-Z][A-Z0-9]{{2}})(?:{_NAME})?({_PLACE})?)"
    rf"(-([1-9][0-9]{{0,2}})(?:{_NAME})?({_PLACE})?(?:\.[1-9][0-9]{{0,2}}){{0,2}})?"
).fullmatch


class Hl7Address(Struct, frozen=True, kw_only=True):
    """One address taken apart. `field` is empty where it means a segment; the names are what the parentheses hold.

    `segment_part` is the address up to the segment's position, `rest` what follows it.
    """

    segment: str
    segment_name: str
    segment_placed: bool
    field: str
    field_name: str
    field_placed: bool
    segment_part: str
    rest: str

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """What stands in parentheses, with the segment or field before it as `reads.hl7.named` writes it."""
        pairs = ((self.segment, self.segment_name), (f"{self.segment}-{self.field}", self.field_name))
        return tuple((key, name) for key, name in pairs if name)


def parse_hl7_address(address: str) -> Hl7Address | None:
    """The parts of an address; None for a text that is none."""
    found = _ADDRESS(address)
    if found is None:
        return None
    segment_part, segment, name, place, rest, field, field_name, field_place = found.groups(default="")
    return Hl7Address(
        segment=segment,
        segment_name=name,
        segment_placed=bool(place),
        field=field,
        field_name=field_name,
        field_placed=bool(field_place),
        segment_part=segment_part,
        rest=rest,
    )


def check_hl7_addresses(spec: Hl7Spec, columns: Iterable[str], others: Iterable[str], where: str) -> None:
    """Raises BadSetting for what is no address of a message, and for a name whose segment or field has none.

    `columns` name one value each; `others`, groups and what is left out, may name whole segments and fields.
    """
    wanted = [(column, True) for column in columns] + [(other, False) for other in others]
    for address, is_column in wanted:
        found = parse_hl7_address(address)
        if found is None or (is_column and not found.field):
            raise BadSetting(
                f"'{address}' is no address of a value in an HL7 message",
                where=where,
                remedy="Write segment, field and component, such as PID-5.1, DG1[*]-3.1 or PID-3[0].4.2",
            )
        undeclared = next((key for key, _ in found.named if key not in spec.named), None)
        if undeclared is not None:
            raise BadSetting(
                f"'{address}': nothing says which value names a {undeclared}",
                where=where,
                remedy=f"Set reads.hl7.named, for example {{{undeclared}: 3.1}}",
            )

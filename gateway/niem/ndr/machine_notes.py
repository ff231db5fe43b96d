"""NDR 6.0, section 9.7: annotations for machines."""

from typing import Final

from gateway.niem.ndr.documents import APPINFO
from gateway.niem.ndr.rule import RuleRow, at, by_reading, must

__all__ = ["MACHINE_NOTES"]

MACHINE_NOTES: Final[tuple[RuleRow, ...]] = (
    must(
        "9-80",
        "Attributes of the appinfo namespace stand on elements of XML Schema.",
        at(f"//*[not(self::xs:*)][@*[namespace-uri() = '{APPINFO}']]"),
    ),
    must(
        "9-81",
        "What stands directly in an xs:appinfo is elements.",
        at("//xs:appinfo[text()[normalize-space()]]"),
    ),
    must("9-82", "Elements in an xs:appinfo have a namespace.", at("//xs:appinfo/*[namespace-uri() = '']")),
    must("9-83", "Nothing in an xs:appinfo is of XML Schema.", at("//xs:appinfo//xs:*")),
    by_reading(
        "9-84",
        "A component that is marked as deprecated is deprecated.",
        "The mark is the only thing that says so.",
    ),
    must(
        "9-85",
        "Local terms are declared for the whole schema document.",
        at("//appinfo:LocalTerm[not(parent::xs:appinfo/parent::xs:annotation/parent::xs:schema)]"),
    ),
)

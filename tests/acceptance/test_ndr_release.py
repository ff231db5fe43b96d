"""The rules of the NDR over the official NIEM 6.0 release: what they find there is listed, with why it is right."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from gateway.niem.ndr.checker import Finding, findings
from gateway.niem.ndr.documents import SchemaSet, Standing

pytestmark = pytest.mark.acceptance

FEW = ("auxiliary/cui.xsd", "codes/sar.xsd", "codes/unece_rec20.xsd", "codes/usps.xsd", "domains/cyber.xsd")
"""Schema documents that our messages use and that do not import half of the release."""

KNOWN = {
    # The generic code with a list that the message names enumerates nothing.
    ("7-6", "complexType CodeType"): 1,
    # Patterns, and a union of codes with a pattern, that are called codes.
    ("7-8", "simpleType LipCharacterizationCodeSimpleType"): 1,
    ("7-8", "simpleType ItemMIDBCodeSimpleType"): 1,
    ("7-8", "simpleType OSuffixCodeSimpleType"): 1,
    ("7-9", "complexType LipCharacterizationCodeType"): 1,
    ("7-9", "complexType ItemMIDBFunctionCodeType"): 1,
    ("7-9", "complexType OSuffixCodeType"): 1,
    # Names that the recommendations on names would have otherwise.
    ("7-31", "element NetworkRouteEntryPreferredLifetime"): 1,
    ("7-31", "element NetworkRouteEntryValidLifetime"): 1,
    ("7-34", "complexType IdentifierComponentType"): 1,
    ("7-34", "element DataPointIdentifierInstanceVariable"): 1,
    ("7-34", "element IdentifierComponent"): 1,
    ("7-34", "element IdentifierComponentAugmentationPoint"): 1,
    # The namespace for code lists in messages ends in "instance/" after its version.
    ("8-4", ""): 1,
    # Elements that stand in for an augmentation point without an augmentation type, two for one point among them.
    ("9-74", "element LocationFeatureAdapter"): 1,
    ("9-74", "element LocationGeometryAdapter"): 1,
    ("9-74", "element AngularMeasureDecimalValue"): 1,
    ("9-74", "element CommentDestinationText"): 1,
    ("9-74", "element CommentKeywordText"): 1,
    ("9-75", "element CommentDestinationText"): 1,
    ("9-75", "element CommentKeywordText"): 1,
    ("9-75", "element LocationFeatureAdapter"): 1,
    ("9-75", "element LocationGeometryAdapter"): 1,
    # One augmentation type of the human services domain has the name of another type than it augments.
    ("9-78", "element ActivityPersonAssociationAugmentation"): 1,
    # Two schema documents of OGC import a third from different places.
    ("10-5", ""): 1,
}
STUB = "ncic.xsd"
"""The copy of this code list is a stub that claims nothing (see the reference): 9-48 and 10-1 are the copy's."""


def found(folder: Path, paths: list[str]) -> tuple[Finding, ...]:
    schemas = SchemaSet.of_texts({path: (folder / path).read_bytes() for path in paths})
    return findings(schemas, standings=(Standing.REFERENCE,))


def with_imports(folder: Path, *paths: str) -> list[str]:
    """These schema documents and all that they import."""
    reached, waiting = set(paths), list(paths)
    while waiting:
        path = waiting.pop()
        root = etree.parse(str(folder / path)).getroot()
        for node in root.iter("{http://www.w3.org/2001/XMLSchema}import"):
            imported = SchemaSet.place(path, node.get("schemaLocation"))
            if imported not in reached:
                reached.add(imported)
                waiting.append(imported)
    return sorted(reached)


def counted(given: tuple[Finding, ...]) -> dict[tuple[str, str], int]:
    return dict(Counter((finding.rule, finding.component) for finding in given if STUB not in finding.found))


def test_the_namespaces_that_we_use_keep_the_rules(shared_data: Path) -> None:
    folder = shared_data / "niem" / "6.0" / "xsd"
    given = counted(found(folder, with_imports(folder, *FEW)))
    assert given == {("7-6", "complexType CodeType"): 1, ("8-4", ""): 1}


@pytest.mark.soak
def test_the_whole_release_breaks_the_listed_rules_and_no_others(shared_data: Path) -> None:
    folder = shared_data / "niem" / "6.0" / "xsd"
    paths = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.xsd"))]
    given = counted(tuple(f for f in found(folder, paths) if f.document != "codes/ncic.xsd"))
    print(f"{len(paths)} schema documents, {sum(given.values())} findings")
    assert {key: number for key, number in given.items() if KNOWN.get(key) != number} == {}
    assert set(KNOWN) == set(given)

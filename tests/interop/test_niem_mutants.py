"""Our verdict on mutants of valid messages against xmlschema's, a validator that shares no code with libxml2.

Where the two differ, the difference belongs to a class of the table below, by a predicate; another one fails the test.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import xmlschema
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, view_of
from niem_mutants import MUTATIONS, mutants, small_record

from gateway.model.kinds import Kind
from gateway.niem.check import MessageChecker
from gateway.niem.faults import MessageFault
from gateway.niem.render import render

XSD = Path(__file__).resolve().parents[2] / "xsd"
CHECKER = MessageChecker(XSD)
SEED = 20261122


class Verdicts(NamedTuple):
    """A mutant and what is known of it: our faults, and whether xmlschema finds it valid, also against the subset."""

    document: bytes
    faults: tuple[MessageFault, ...]
    is_valid_to_them: bool
    is_valid_in_subset: bool

    @property
    def codes(self) -> set[str]:
        return {fault.code for fault in self.faults}

    @property
    def schema_codes(self) -> set[str]:
        return {code for code in self.codes if code.startswith("xsd.")}


class Difference(NamedTuple):
    """A class of differences: why it is one, and how a verdict is known to belong to it."""

    name: str
    reason: str
    holds: Callable[[Verdicts], bool]


_OF_XML_SCHEMA = {"ndr.12-8", "ndr.duplicate-id"}
"""Our rules that XML Schema has too, as xs:IDREF and xs:ID."""


def _has_strange_blanks(document: bytes) -> bool:
    """Whether blanks of Unicode that XML does not know (XML 1.0, production 3) stand between elements."""
    between = (element.tail or "" for element in etree.fromstring(document).iter("*"))
    return any(tail.strip(" \t\r\n") and not tail.strip() for tail in between)


def _has_attributes_of_xml(document: bytes) -> bool:
    names = (name for element in etree.fromstring(document).iter("*") for name in element.keys())  # noqa: SIM118
    return any(name.startswith("{http://www.w3.org/XML/1998/namespace}") for name in names)


def _is_ours_alone(code: str) -> bool:
    return code.startswith(("rule.", "ndr.")) and code not in _OF_XML_SCHEMA


DIFFERENCES = (
    Difference(
        "our rules",
        "the rules of the exchange and rules for messages of the NDR forbid more than XML Schema can",
        lambda v: v.is_valid_to_them and all(_is_ours_alone(code) for code in v.codes),
    ),
    Difference(
        "subset",
        "the subset leaves out optional properties of the release; xmlschema over the subset refuses the message too",
        lambda v: v.is_valid_to_them and bool(v.schema_codes) and not v.is_valid_in_subset,
    ),
    Difference(
        "anyURI",
        "libxml2 holds xs:anyURI to the form of a URI, as rule 12-12 asks; xmlschema lets any text pass",
        lambda v: v.is_valid_to_them and v.schema_codes == {"xsd.value-form"} and "ndr.12-12" in v.codes,
    ),
    Difference(
        "attributes of XML",
        "xmlschema knows xml:lang and xml:base by itself, and the wildcard of structures passes them; no document"
        " of ours declares them, so libxml2 does not, and rule 12-3 forbids them anyway",
        lambda v: v.is_valid_to_them and v.schema_codes == {"xsd.attribute"} and _has_attributes_of_xml(v.document),
    ),
    Difference(
        "blanks",
        "a no-break space is text and may not stand between elements; xmlschema takes every blank of Unicode for white",
        lambda v: v.is_valid_to_them and v.schema_codes == {"xsd.text"} and _has_strange_blanks(v.document),
    ),
)


def _verdicts(mutant: bytes, validator: xmlschema.XMLSchema | None) -> Verdicts:
    errors = tuple(fault for fault in CHECKER.faults(mutant) if fault.severity == "error")
    in_subset = CHECKER.second_opinion(mutant) == ()
    return Verdicts(mutant, errors, in_subset if validator is None else _is_valid(validator, mutant), in_subset)


def _is_valid(validator: xmlschema.XMLSchema, mutant: bytes) -> bool:
    try:
        return bool(validator.is_valid(etree.fromstring(mutant)))
    except (xmlschema.XMLSchemaException, KeyError, ValueError, TypeError):  # it stumbles over some, such as xsi:type
        return False


def compared(
    kinds: tuple[Kind, ...], number: int, validator: xmlschema.XMLSchema | None
) -> tuple[Counter[str], list[tuple[str, object]]]:
    """How often the verdicts agreed or differed, by class, over so many mutants of each kind; and the unexplained."""
    counts: Counter[str] = Counter()
    unexplained: list[tuple[str, object]] = []
    for kind in kinds:
        document = render(view_of(small_record(kind)), CENTER)
        for done, mutant in mutants(document, number, SEED):
            verdicts = _verdicts(mutant, validator)
            is_valid_to_us = not verdicts.faults
            if is_valid_to_us == verdicts.is_valid_to_them:
                counts["both valid" if is_valid_to_us else "both invalid"] += 1
                continue
            name = next((difference.name for difference in DIFFERENCES if difference.holds(verdicts)), "")
            counts[name or "unexplained"] += 1
            if not name:
                unexplained.append((done, verdicts.codes or CHECKER.second_opinion(mutant)))
    return counts, unexplained


def _names() -> Iterator[str]:
    for kind in RENDERED_KINDS:
        document = render(view_of(small_record(kind)), CENTER)
        for done, _ in mutants(document, 80, SEED):
            yield from done.split("+")


def test_every_mutation_occurs_in_the_sample() -> None:
    assert set(_names()) == set(MUTATIONS)


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_sample_of_mutants_has_the_same_verdict_from_both(kind: Kind) -> None:
    counts, unexplained = compared((kind,), 80, None)
    assert unexplained == []
    assert counts["both valid"] >= 3
    assert counts["both invalid"] >= 30


@pytest.mark.soak
@pytest.mark.acceptance
def test_four_thousand_mutants_have_the_same_verdict_from_xmlschema_over_the_full_release(
    full_niem_release: Path,
) -> None:
    validator = xmlschema.XMLSchema(str(full_niem_release), allow="local", defuse="always")
    each = -(-4000 // len(RENDERED_KINDS))
    counts, unexplained = compared(RENDERED_KINDS, each, validator)
    print(f"\nseed {SEED}, {sum(counts.values())} mutants: {dict(sorted(counts.items()))}")
    assert unexplained == []
    assert sum(counts.values()) >= 4000


@pytest.mark.soak
def test_four_thousand_mutants_have_the_same_verdict_from_xmlschema_over_the_subset() -> None:
    counts, unexplained = compared(RENDERED_KINDS, -(-4000 // len(RENDERED_KINDS)), None)
    print(f"\nseed {SEED}, {sum(counts.values())} mutants: {dict(sorted(counts.items()))}")
    assert unexplained == []

"""NDR 6.0, sections 7 to 11: each rule for schema documents, kept and broken, and our own schemas under all of them."""

from pathlib import Path

import pytest
from ndr_cases import CASES, CORE, FLOATS, MESSAGE, OUTSIDE, PARADE, RING, ROOT, SCHEMA, Case

from gateway.errors import BadDocument
from gateway.niem.ndr.checker import NOT_FOR_SCHEMAS, RULES, Finding, findings, order
from gateway.niem.ndr.documents import SchemaSet, Standing

XSD = Path(__file__).resolve().parents[2] / "xsd"
LAST_OF = {7: 59, 8: 19, 9: 94, 10: 9, 11: 2}
"""The last rule of each section of NDR 6.0 (Project Specification 01)."""


def texts() -> dict[str, str]:
    paths = (CORE, "adapters/niem-xs.xsd", "utility/structures.xsd")
    return {PARADE: SCHEMA, OUTSIDE: FLOATS} | {path: (XSD / path).read_text(encoding="utf-8") for path in paths}


def judged(documents: dict[str, str], root: str = ROOT) -> tuple[Finding, ...]:
    coded = {path: text.encode() for path, text in documents.items()}
    standings = {PARADE: Standing.EXTENSION, CORE: Standing.SUBSET}
    return findings(SchemaSet.of_texts(coded, standings, (root,)))


def case_findings(case: Case, snippet: str) -> list[Finding]:
    documents, root = texts(), ROOT
    if case.document == MESSAGE:
        root = snippet
    elif case.document == RING:
        documents |= ring() if snippet else {}
    elif case.keeps in documents[case.document]:
        documents[case.document] = documents[case.document].replace(case.keeps, snippet, 1)
    else:
        documents[case.document] = documents[case.document].replace("</xs:schema>", f"{snippet}</xs:schema>")
    return [finding for finding in judged(documents, root) if finding.rule == case.rule]


def ring() -> dict[str, str]:
    """Two documents that import one another, and that nobody else imports."""
    text = (
        '<xs:schema targetNamespace="urn:{}" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        '<xs:import namespace="urn:{}" schemaLocation="{}.xsd"/></xs:schema>'
    )
    return {f"{name}.xsd": text.format(name, other, other) for name, other in (("one", "two"), ("two", "one"))}


def test_the_parade_schema_keeps_every_rule() -> None:
    assert [finding.sentence() for finding in judged(texts())] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_is_kept_and_broken(case: Case) -> None:
    assert [finding.sentence() for finding in case_findings(case, case.keeps)] == []
    broken = case_findings(case, case.breaks)
    assert broken
    assert broken[0].expected
    assert broken[0].line > 0


def test_every_rule_that_a_program_checks_has_a_case() -> None:
    assert sorted({case.rule for case in CASES}, key=order) == [row.number for row in RULES if row.is_checked]


def test_every_rule_of_the_sections_has_a_row_or_a_reason() -> None:
    numbers = [f"{section}-{number}" for section, last in LAST_OF.items() for number in range(1, last + 1)]
    rows = [row.number for row in RULES]
    assert sorted([*rows, *NOT_FOR_SCHEMAS], key=order) == numbers
    assert [row.number for row in RULES if not row.is_checked and not row.reason] == []


def test_every_rule_says_what_must_hold_in_words_of_its_own() -> None:
    said = [row.says for row in RULES]
    assert [text for text in said if not text.endswith(".") or "MUST" in text] == []
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("text", [b"<xs:schema", b"<!DOCTYPE a><a/>"])
def test_a_document_that_does_not_parse_is_refused(text: bytes) -> None:
    with pytest.raises(BadDocument):
        SchemaSet.of_texts({"a.xsd": text})


# Our own schemas --------------------------------------------------------------------------------------------------


def test_our_schemas_break_no_rule() -> None:
    documents = {path.relative_to(XSD).as_posix(): path.read_bytes() for path in XSD.rglob("*.xsd")}
    assert findings(SchemaSet.of_texts(documents)) == ()


def test_structures_claim_no_target_and_all_others_claim_their_own() -> None:
    documents = {path.relative_to(XSD).as_posix(): path.read_bytes() for path in XSD.rglob("*.xsd")}
    standings = {file.path: file.standing for file in SchemaSet.of_texts(documents).files}
    assert standings.pop("utility/structures.xsd") is Standing.STRUCTURES
    assert standings.pop("exchange/exchange.xsd") is Standing.EXTENSION
    assert set(standings.values()) == {Standing.SUBSET}

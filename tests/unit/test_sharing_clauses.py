"""Each clause, both ways: what passes, what does not, and that the refusal names it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sharing_builders import AT, WIDEST, agreement, cleared, partner, question, record

from gateway.model.codes import Caveat, Sensitivity, Tlp
from gateway.model.cui import Cui, Dissemination
from gateway.model.kinds import Kind
from gateway.model.stages import Cleared
from gateway.sharing.decide import (
    ACCESS_CLAUSES,
    CONTENT_CLAUSES,
    LAW_CLAUSES,
    Access,
    Question,
    Verdict,
    decide,
    gate,
)
from gateway.sharing.dissemination import CONTROL_ROWS
from gateway.sharing.documents import Exclusions, Markings

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INTELLIGENCE = cleared(record(Kind.CRIMINAL_INTELLIGENCE))
SAR = record(Kind.SUSPICIOUS_ACTIVITY)


def marked(**markings: Any) -> Question:
    ceiling = {"tlp_max": "amber", "cui": ["LEI"], "caveats": ["LES"]}
    of = record(**({"tlp": Tlp.AMBER, "cui": (Cui.LEI,), "caveats": (Caveat.LES,)} | markings))
    return question(cleared(of), under=agreement(markings=ceiling))


def controlled(control: str, **markings: Any) -> Cleared:
    return cleared(record(dissemination=(Dissemination(control),), **markings))


def on_the_list(control: str, *, listed: bool) -> Question:
    under = agreement(dissemination_list=["valley"] if listed else [])
    return question(controlled(control), under=under)


FOREIGN = partner(country="CAN")
FEDERAL = partner(category="federal")
CONTROLS: dict[str, tuple[Question, Question]] = {
    "law.noforn": (question(controlled("NOFORN")), question(controlled("NOFORN"), to=FOREIGN)),
    "law.rel-to": (
        question(controlled("REL TO", release_to=("USA", "CAN")), to=FOREIGN),
        question(controlled("REL TO", release_to=("USA", "GBR")), to=FOREIGN),
    ),
    "law.display-only": (
        question(controlled("DISPLAY ONLY", display_to=("CAN",))),
        question(controlled("DISPLAY ONLY", display_to=("CAN",)), to=FOREIGN),
    ),
    "law.relido": (question(controlled("RELIDO")), question(controlled("RELIDO"), to=FOREIGN)),
    "law.fed-only": (question(controlled("FED ONLY"), to=FEDERAL), question(controlled("FED ONLY"))),
    "law.fedcon": (
        question(controlled("FEDCON"), to=partner(category="private-sector", federal_contractor="yes")),
        question(controlled("FEDCON"), to=partner(category="private-sector")),
    ),
    "law.nocon": (
        question(controlled("NOCON"), to=partner(category="private-sector", federal_contractor="no")),
        question(controlled("NOCON"), to=partner(category="private-sector")),
    ),
    "law.dl-only": (on_the_list("DL ONLY", listed=True), on_the_list("DL ONLY", listed=False)),
    "law.attorney-client": (question(), question(controlled("Attorney-Client"), to=FEDERAL)),
    "law.attorney-wp": (question(), question(controlled("Attorney-WP"), to=FEDERAL)),
}

CASES: dict[str, tuple[Question, Question]] = {
    # clause: (a question for which it holds, the same question changed so that it alone fails)
    "law.sealed": (
        question(cleared(record(sensitivities=(Sensitivity.JUVENILE,)))),
        question(cleared(record(sensitivities=(Sensitivity.SEALED,)))),
    ),
    "law.validate-by": (
        question(cleared(record(validate_by=AT.date()))),
        question(cleared(record(validate_by=AT.date() - timedelta(days=1)))),
    ),
    "law.review": (
        question(cleared(SAR, approvals=("analyst-one", "analyst-two"))),
        question(cleared(SAR, approvals=("analyst-one", "analyst-one"))),
    ),
    "law.criminal-intelligence": (
        question(INTELLIGENCE),
        question(INTELLIGENCE, to=partner(law_enforcement_authority="no")),
    ),
    **CONTROLS,
    "partner.standing": (question(), question(to=partner(standing="suspended"))),
    "agreement.recipients": (question(), question(to=partner("stranger"))),
    "agreement.standing": (question(), question(under=agreement(standing="suspended"))),
    "agreement.term": (question(at=NEW_YEAR), question(at=NEW_YEAR - timedelta(microseconds=1))),
    "agreement.kinds": (
        question(under=agreement(kinds=["incident"])),
        question(under=agreement(kinds=["vulnerability"])),
    ),
    "agreement.markings.tlp_max": (marked(), marked(tlp=Tlp.AMBER_STRICT)),
    "agreement.markings.cui": (marked(), marked(cui=(Cui.LEI, Cui.JUV))),
    "agreement.markings.dissemination": (
        marked(),
        marked(dissemination=(Dissemination.NOFORN,)),
    ),
    "agreement.markings.caveats": (marked(), marked(caveats=(Caveat.LES, Caveat.ORCON))),
    "agreement.exclude.sensitivities": (
        question(
            cleared(record(sensitivities=(Sensitivity.JUVENILE,))),
            under=agreement(exclude={"sensitivities": ["informant"]}),
        ),
        question(
            cleared(record(sensitivities=(Sensitivity.JUVENILE,))),
            under=agreement(exclude={"sensitivities": ["juvenile"]}),
        ),
    ),
    "agreement.exclude.feeds": (
        question(under=agreement(exclude={"feeds": ["b-feed"]})),
        question(under=agreement(exclude={"feeds": ["a-feed"]})),
    ),
    "agreement.deliver.stix": (
        question(under=agreement(deliver={"stix": "indicators-only"})),
        question(
            cleared(msgspec.structs.replace(record(), indicators=(), originals=())),
            under=agreement(deliver={"stix": "indicators-only"}),
        ),
    ),
}
ALL = {clause.name: clause for clause in (*LAW_CLAUSES, *ACCESS_CLAUSES, *CONTENT_CLAUSES)}


def test_no_clause_is_without_a_case() -> None:
    assert CASES.keys() == ALL.keys()


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_holds(clause: str) -> None:
    decision = decide(CASES[clause][0])
    assert decision.verdict is Verdict.PERMIT
    assert decision.failing == ()
    assert [reason.clause for reason in decision.reasons] == list(ALL)


@pytest.mark.parametrize("clause", CASES)
def test_a_clause_refuses_and_is_named(clause: str) -> None:
    decision = decide(CASES[clause][1])
    assert decision.verdict is Verdict.REFUSE
    (reason,) = decision.failing
    assert reason.clause == clause
    assert reason.cite == ALL[clause].cite
    assert reason.wants
    assert reason.found


@pytest.mark.parametrize("clause", [c.name for c in LAW_CLAUSES])
def test_no_agreement_switches_a_clause_of_law_off(clause: str) -> None:
    """The widest agreement there can be: every kind, every marking, nothing excluded."""
    refused = CASES[clause][1]
    widest = agreement(kinds=list(Kind), markings=WIDEST)
    asked = Question(refused.cleared, Access(refused.access.partner, widest, refused.access.at))
    assert [reason.clause for reason in decide(asked).failing] == [clause]


@pytest.mark.parametrize("control", Dissemination)
def test_every_control_has_its_clause(control: Dissemination) -> None:
    (row,) = [row for row in CONTROL_ROWS if row.control is control]
    clause = ALL[row.clause]
    assert control.value in clause.cite
    assert "32 CFR 2002.16" in clause.cite


@pytest.mark.parametrize(
    ("facts", "controls", "refused"),
    [
        ({"country": "CAN", "category": "federal"}, ("FED ONLY",), ["law.fed-only"]),
        ({"country": "CAN"}, ("REL TO", "NOFORN"), ["law.noforn"]),
        ({"country": "MEX"}, ("DISPLAY ONLY", "REL TO"), ["law.rel-to", "law.display-only"]),
        ({"federal_contractor": "yes"}, ("NOCON",), ["law.nocon"]),
        ({"federal_contractor": "yes"}, ("FEDCON",), []),
        ({"category": "federal"}, ("FED ONLY", "FEDCON", "NOFORN", "NOCON", "RELIDO"), []),
        ({"category": "fusion-center"}, ("NOCON", "NOFORN"), []),
        ({"category": "fusion-center"}, ("FED ONLY", "FEDCON"), ["law.fed-only", "law.fedcon"]),
    ],
)
def test_controls_are_asked_one_by_one(facts: dict[str, Any], controls: tuple[str, ...], refused: list[str]) -> None:
    lists = {"release_to": ("USA", "CAN")} if "REL TO" in controls else {}
    lists |= {"display_to": ("MEX",)} if "DISPLAY ONLY" in controls else {}
    of = cleared(record(dissemination=tuple(map(Dissemination, controls)), **lists))
    assert [reason.clause for reason in decide(question(of, to=partner(**facts))).failing] == refused


def test_a_release_list_that_names_nobody_releases_to_nobody() -> None:
    refused = decide(question(controlled("REL TO")))
    assert [reason.clause for reason in refused.failing] == ["law.rel-to"]


def test_a_marking_without_a_category_needs_an_agreement_that_names_it() -> None:
    """`CUI` alone may be of any category: an agreement about some of them does not cover it."""
    refused = decide(marked(cui=(Cui.CUI,)))
    assert [reason.clause for reason in refused.failing] == ["agreement.markings.cui"]


def test_law_is_asked_first() -> None:
    """A refusal names the first that fails; what a law bars is not blamed on an agreement."""
    asked = question(cleared(record(sensitivities=(Sensitivity.EXPUNGED,))), under=agreement(standing="suspended"))
    assert [reason.clause for reason in decide(asked).failing] == ["law.sealed", "agreement.standing"]


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), Verdict.REFUSE),
        (datetime(2026, 1, 1, tzinfo=UTC), Verdict.PERMIT),
        (datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), Verdict.PERMIT),
        (datetime(2027, 1, 1, tzinfo=UTC), Verdict.REFUSE),
    ],
    ids=str,
)
def test_a_term_runs_in_utc_from_the_first_day_to_before_the_last(at: datetime, verdict: Verdict) -> None:
    assert gate(Access(partner(), agreement(), at)).verdict is verdict


def test_the_gate_asks_all_that_needs_no_record() -> None:
    decision = gate(Access(partner(standing="suspended"), agreement(standing="suspended"), AT))
    assert [reason.clause for reason in decision.reasons] == [clause.name for clause in ACCESS_CLAUSES]
    assert [reason.clause for reason in decision.failing] == ["partner.standing", "agreement.standing"]


@pytest.mark.parametrize("asked", [question(), question(at=AT + timedelta(days=900))], ids=["permit", "refuse"])
def test_a_decision_refuses_to_be_a_truth_value(asked: Question) -> None:
    with pytest.raises(TypeError, match="verdict"):
        bool(decide(asked))
    with pytest.raises(TypeError):
        _ = "yes" if decide(asked) else "no"


def test_a_record_without_retention_end_is_valid() -> None:
    assert decide(question(cleared(record(validate_by=None)))).verdict is Verdict.PERMIT


def test_the_last_day_of_validity_counts_whole() -> None:
    late = datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    of = cleared(record(validate_by=date(2026, 6, 30)))
    assert decide(question(of, at=late)).verdict is Verdict.PERMIT
    assert decide(question(of, at=late + timedelta(seconds=1))).verdict is Verdict.REFUSE


@pytest.mark.parametrize(("found", "ceiling"), [(f, c) for f in Tlp for c in Tlp])
def test_a_tlp_ceiling_lets_pass_what_is_as_wide_or_wider(found: Tlp, ceiling: Tlp) -> None:
    order = ["clear", "green", "amber", "amber+strict", "red"]
    asked = question(cleared(record(tlp=found)), under=agreement(markings={"tlp_max": ceiling.value}))
    permitted = order.index(found.value) <= order.index(ceiling.value)
    assert (decide(asked).verdict is Verdict.PERMIT) == permitted


def test_reasons_repeat_no_personal_value() -> None:
    of = cleared(record(sensitivities=tuple(Sensitivity), cui=tuple(Cui)))
    said = str(decide(question(of, under=agreement(kinds=["tip"], exclude={"feeds": ["a-feed"]}))).reasons)
    for text in ("person-0", "Title", "native key", "First line", "label one"):
        assert text not in said


def test_what_an_agreement_leaves_out_it_does_not_allow() -> None:
    """Deny by default: no categories and no caveats named means none may be on a record."""
    assert Markings(tlp_max=Tlp.RED).cui == ()
    assert Markings(tlp_max=Tlp.RED).caveats == ()
    assert Exclusions().feeds == ()

"""Several agreements, one record: shared collections, the narrowest projection, superseding, and the explanation."""

from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError
from sharing_builders import AT, IDS, agreement, cleared, partner, record, register

from gateway.errors import BadSetting
from gateway.model.codes import Sensitivity
from gateway.model.kinds import Kind
from gateway.sharing.decide import Verdict
from gateway.sharing.documents import Agreement, Register
from gateway.sharing.views import collection_id, explain, possible_projections, share, view_key

NARROW = "no-personal-information"


def placed(of: Register, cleared_record: object = None) -> dict[str, str]:
    """Agreement to projection, for each collection that the record is placed in."""
    shared = share(cleared_record or cleared(), of, IDS, at=AT)  # type: ignore[arg-type]
    found = {}
    for view in shared.views:
        for name, projection in product(of.agreements, ("full", NARROW)):
            if collection_id(IDS, name, projection) in view.collections:
                assert name not in found, "one collection of an agreement for one record"
                found[name] = projection
    assert sum(len(view.collections) for view in shared.views) == len(found)
    return found


def test_no_agreement_no_view() -> None:
    shared = share(cleared(), register(), IDS, at=AT)
    assert shared == ((), ())


def test_one_decision_for_each_agreement_and_recipient() -> None:
    of = register(agreement("a", recipients=["valley", "ridge"]), agreement("b"))
    decisions = share(cleared(), of, IDS, at=AT).decisions
    assert [(d.agreement, d.partner) for d in decisions] == [("a", "ridge"), ("a", "valley"), ("b", "valley")]
    assert all(d.reasons for d in decisions)


def test_agreements_with_the_same_view_share_one_rendering() -> None:
    shared = share(cleared(), register(agreement("a"), agreement("b", recipients=["ridge"])), IDS, at=AT)
    (view,) = shared.views
    assert view.key == "full@1"
    assert len(view.collections) == 2


def test_the_niem_document_inside_makes_a_view_of_its_own() -> None:
    inside = agreement("a", deliver={"niem": "artifact"})
    shared = share(cleared(), register(inside, agreement("b", recipients=["ridge"])), IDS, at=AT)
    assert [(view.key, view.carries_niem) for view in shared.views] == [("full@1", False), ("full@1+niem", True)]
    assert view_key("full", inside) == "full@1+niem"
    assert shared.views[0].document_id != shared.views[1].document_id


def test_indicators_alone_make_a_view_of_its_own() -> None:
    alone = agreement("a", deliver={"stix": "indicators-only"})
    shared = share(cleared(), register(alone, agreement("b", recipients=["ridge"])), IDS, at=AT)
    assert [(view.key, str(view.stix)) for view in shared.views] == [
        ("full@1", "everything"),
        ("full@1+indicators-only", "indicators-only"),
    ]
    assert shared.views[0].document_id != shared.views[1].document_id


def test_where_a_narrower_projection_hides_the_indicators_nothing_is_delivered_and_the_reason_is_told() -> None:
    of = register(agreement("alone", deliver={"stix": "indicators-only"}), agreement("narrow", projection=NARROW))
    assert placed(of) == {"narrow": NARROW}
    found = {one.decision.agreement: one for one in explain(cleared(), "valley", of, IDS, at=AT)}
    assert found["alone"].view is None
    assert found["alone"].decision.failing[0].clause == "agreement.deliver.stix"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"projection": NARROW}, "shows none"),
        ({"deliver": {"stix": "indicators-only", "niem": "artifact"}}, "leaves no room"),
    ],
)
def test_an_agreement_that_would_deliver_nothing_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        agreement("alone", **({"deliver": {"stix": "indicators-only"}} | changes))


def test_a_partner_under_two_agreements_gets_the_narrowest_projection_in_each() -> None:
    of = register(agreement("wide"), agreement("narrow", projection=NARROW))
    assert placed(of) == {"wide": NARROW, "narrow": NARROW}


def test_partners_who_share_no_agreement_narrow_nothing_for_each_other() -> None:
    of = register(agreement("wide"), agreement("narrow", projection=NARROW, recipients=["ridge"]))
    assert placed(of) == {"wide": "full", "narrow": NARROW}


def test_an_agreement_that_does_not_permit_narrows_nothing() -> None:
    of = register(agreement("wide"), agreement("narrow", projection=NARROW, kinds=["tip"]))
    assert placed(of) == {"wide": "full"}


def test_an_agreement_that_supersedes_another_keeps_its_own_projection() -> None:
    of = register(agreement("wide", supersedes=["narrow"]), agreement("narrow", projection=NARROW))
    assert placed(of)["wide"] == "full"


@pytest.mark.parametrize(
    ("agreements", "expected"),
    [
        ([agreement("a")], {"a": ("full",)}),
        ([agreement("a"), agreement("b", projection=NARROW)], {"a": ("full", NARROW), "b": (NARROW,)}),
        (
            [agreement("a", supersedes=["b"]), agreement("b", projection=NARROW)],
            {"a": ("full",), "b": (NARROW,)},
        ),
    ],
    ids=["alone", "shared recipient", "superseding"],
)
def test_a_collection_is_declared_for_every_projection_that_can_come(
    agreements: list[Agreement], expected: dict[str, tuple[str, ...]]
) -> None:
    of = register(*agreements)
    assert {name: possible_projections(one, of) for name, one in of.agreements.items()} == expected
    for name, projection in placed(of).items():
        assert projection in expected[name]


def _multilateral(kind: Kind, **changes: object) -> Register:
    """A collection shared by a police department and a utility."""
    return register(
        agreement("both", recipients=["ridge-police", "utility"], kinds=[kind]),
        partners=(partner("ridge-police"), partner("utility", law_enforcement_authority="no", **changes)),
    )


def test_a_recipient_barred_by_law_bars_the_shared_collection() -> None:
    """28 CFR 23.20(f)(1): the collection has one content; whoever may not see it keeps it out."""
    of = cleared(record(Kind.CRIMINAL_INTELLIGENCE))
    assert placed(_multilateral(Kind.CRIMINAL_INTELLIGENCE), of) == {}
    assert placed(_multilateral(Kind.INCIDENT)) == {"both": "full"}


def test_a_suspended_recipient_keeps_nothing_from_the_others() -> None:
    """Its own requests are refused at the gate; the collection goes on."""
    assert placed(_multilateral(Kind.INCIDENT, standing="suspended")) == {"both": "full"}


def test_a_suspended_recipient_barred_by_law_still_bars_the_collection() -> None:
    """Once reinstated it would read what was placed meanwhile, which the law never lets it see."""
    of = cleared(record(Kind.CRIMINAL_INTELLIGENCE))
    assert placed(_multilateral(Kind.CRIMINAL_INTELLIGENCE, standing="suspended"), of) == {}


def test_with_all_recipients_suspended_nothing_is_placed() -> None:
    of = register(agreement("a"), partners=(partner("valley", standing="suspended"),))
    assert placed(of) == {}


@pytest.mark.parametrize("sensitivities", [(), (Sensitivity.JUVENILE,), (Sensitivity.SEALED,)])
def test_the_explanation_says_what_sharing_did(sensitivities: tuple[Sensitivity, ...]) -> None:
    of = register(
        agreement("a", exclude={"sensitivities": ["juvenile"]}),
        agreement("b", projection=NARROW),
        agreement("c", recipients=["ridge", "valley"], kinds=["tip"]),
        agreement("d", recipients=["ridge"]),
    )
    asked = cleared(record(sensitivities=sensitivities))
    shared = share(asked, of, IDS, at=AT)
    for name in of.partners:
        explanations = explain(asked, name, of, IDS, at=AT)
        assert [e.decision.agreement for e in explanations] == [a.agreement for a in of.agreements_of(name)]
        for explained in explanations:
            collections = {
                c
                for view in shared.views
                for c in view.collections
                if c in {collection_id(IDS, explained.decision.agreement, p) for p in ("full", NARROW)}
            }
            assert (explained.view is not None) == bool(collections)
            if explained.view is None:
                assert explained.decision.verdict is Verdict.REFUSE
                assert explained.decision.failing[0].clause
            else:
                assert collections <= set(explained.view.collections)
                assert explained.projection == explained.view.key


def test_the_explanation_of_a_recipient_whose_fellow_is_barred_shows_no_view() -> None:
    of = _multilateral(Kind.CRIMINAL_INTELLIGENCE)
    (explained,) = explain(cleared(record(Kind.CRIMINAL_INTELLIGENCE)), "ridge-police", of, IDS, at=AT)
    assert explained.view is None
    assert explained.decision.verdict is Verdict.REFUSE
    (reason,) = explained.decision.failing
    assert reason.clause == "agreement.shared-collection"
    assert reason.found == "utility: law.criminal-intelligence"


def test_the_explanation_of_a_suspended_recipient_shows_no_view() -> None:
    of = _multilateral(Kind.INCIDENT, standing="suspended")
    (explained,) = explain(cleared(), "utility", of, IDS, at=AT)
    assert explained.view is None
    assert [reason.clause for reason in explained.decision.failing] == ["partner.standing"]


def test_ids_of_views_link_to_nothing() -> None:
    of = register(agreement("a"), agreement("b", recipients=["ridge"], projection=NARROW))
    asked = cleared()
    full, narrow = sorted(share(asked, of, IDS, at=AT).views, key=lambda v: v.key)
    ids = {full.document_id, narrow.document_id, asked.record.id.removeprefix("record--")}
    assert len(ids) == 3
    assert full.ids.uuid("x") != narrow.ids.uuid("x")
    assert collection_id(IDS, "a", "full") == collection_id(IDS, "a", "full")
    assert collection_id(IDS, "a", "full") != collection_id(IDS, "b", "full")


def test_a_recipient_that_is_no_partner_is_refused() -> None:
    with pytest.raises(BadSetting, match="'valley' is no partner"):
        register(agreement(), partners=())


def test_superseding_what_is_no_agreement_is_refused() -> None:
    with pytest.raises(BadSetting, match="'gone', which is no agreement"):
        register(agreement(supersedes=["gone"]))

"""Markings both ways: what a handling becomes, and what the markings of others make of a handling."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from stix_builders import CENTER

from gateway.errors import BadMarking
from gateway.model.codes import Caveat, Pap, Tlp
from gateway.model.cui import Cui, Dissemination
from gateway.model.handling import Handling
from gateway.stix.acs import ACS_EXTENSION
from gateway.stix.marked import marking_refs, strictest
from gateway.stix.markings import CUI_EXTENSION, PAP_EXTENSION, PAP_MARKINGS, TLP_MARKINGS, marking_objects
from gateway.stix.privacy import privacy_marking

CLEAR = Handling(tlp=Tlp.CLEAR)
NOBODY = msgspec.structs.replace(CENTER, acs_custodian=None)


def acs(handling: Handling) -> dict[str, Any]:
    (found,) = [one for one in marking_objects(handling, CENTER) if ACS_EXTENSION in one["extensions"]]
    return dict(found["extensions"][ACS_EXTENSION])


# Outbound ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(Pap))
def test_the_pap_marking_is_the_official_object(level: Pap) -> None:
    tlp, pap = marking_objects(Handling(tlp=Tlp.GREEN, pap=level), NOBODY)
    assert tlp["id"] == TLP_MARKINGS[Tlp.GREEN].id
    assert pap["id"] == PAP_MARKINGS[level].id
    assert pap["name"] == f"PAP:{level.value.upper()}"
    assert pap["extensions"][PAP_EXTENSION] == {"extension_type": "property-extension", "pap": level.value}
    assert set(pap) == {"type", "spec_version", "id", "created", "name", "extensions"}


def test_without_a_custodian_there_is_no_access_control_marking() -> None:
    handling = Handling(tlp=Tlp.AMBER, caveats=(Caveat.LES,))
    assert [one["name"] for one in marking_objects(handling, NOBODY)] == ["TLP:AMBER"]
    assert [one["name"] for one in marking_objects(handling, CENTER)] == ["TLP:AMBER", "ACS U//LES"]


def test_law_enforcement_sensitive_content_is_permitted_to_law_enforcement_and_goes_no_further() -> None:
    found = acs(Handling(tlp=Tlp.AMBER, caveats=(Caveat.LES,), personal_information=True))
    assert found["control_set"] == {"classification": "U", "sensitivity": ["LES", "PII"], "shareability": ["LE"]}
    assert found["policy_reference"].endswith("privdefault=deny&sharedefault=deny")
    assert found["access_privilege"] == [
        {"privilege_action": "ALL", "privilege_scope": {"shareability": ["LE"]}, "rule_effect": "permit"}
    ]
    assert "further_sharing" not in found


def test_what_everybody_may_have_is_permitted_to_all() -> None:
    found = acs(Handling(tlp=Tlp.CLEAR, personal_information=False))
    assert found["control_set"]["formal_determination"] == ["PUBREL", "NO-PII-PRESENT"]
    assert found["policy_reference"].endswith("privdefault=permit&sharedefault=permit")
    assert "access_privilege" not in found


def test_countries_bound_the_access() -> None:
    handling = Handling(tlp=Tlp.GREEN, cui=(Cui.LEI,), release_to=("USA", "CAN"))
    found = acs(handling)
    assert found["control_set"]["permitted_nationalities"] == ["USA", "CAN"]
    assert found["access_privilege"][0]["privilege_scope"] == {
        "shareability": ["LE"],
        "permitted_nationalities": ["USA", "CAN"],
    }
    assert [rule["rule_effect"] for rule in found["further_sharing"]] == ["permit"]


def test_different_handlings_have_different_access_control_markings() -> None:
    handlings = [
        Handling(tlp=tlp, caveats=caveats, personal_information=personal)
        for tlp in (Tlp.CLEAR, Tlp.GREEN, Tlp.RED)
        for caveats in ((), (Caveat.LES,), (Caveat.FOUO,))
        for personal in (True, False, None)
    ]
    said = {}
    for handling in handlings:
        marking = marking_objects(handling, CENTER)[-1]
        assert said.setdefault(marking["id"], marking) == marking
    assert len(said) > 15


# Inbound -----------------------------------------------------------------------------------------------------------


def definition(ref: str = "marking-definition--11111111-1111-4111-8111-111111111111", **facts: Any) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": ref,
        "created": "2026-01-01T00:00:00.000Z",
    } | facts


def extended(extension: str, **facts: Any) -> dict[str, Any]:
    return definition(extensions={extension: {"extension_type": "property-extension"} | facts})


def read(*markings: dict[str, Any], floor: Handling = CLEAR, accepted: frozenset[str] = frozenset()) -> Handling:
    found = {one["id"]: one for one in markings}
    return strictest(found, found, floor, accepted=accepted)


@pytest.mark.parametrize(
    ("ref", "level"),
    [
        ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp.CLEAR),
        ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp.GREEN),
        ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp.AMBER),
        ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp.RED),
        *((row.id, level) for level, row in TLP_MARKINGS.items()),
    ],
)
def test_both_traffic_light_protocols_are_known_by_their_ids(ref: str, level: Tlp) -> None:
    assert strictest([ref], {}, CLEAR, accepted=frozenset()).tlp is level


def test_a_tlp_definition_under_a_foreign_id_is_read_by_its_words() -> None:
    assert read(definition(definition_type="tlp", definition={"tlp": "amber"})).tlp is Tlp.AMBER


def test_clear_under_the_id_of_white_is_clear() -> None:
    """OpenCTI exports TLP:CLEAR so."""
    white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
    assert (
        read(definition(white, definition_type="tlp", definition={"tlp": "clear"}, name="TLP:CLEAR")).tlp is Tlp.CLEAR
    )


def test_the_stricter_of_two_holds_and_the_feeds_own_is_a_floor() -> None:
    refs = [TLP_MARKINGS[Tlp.GREEN].id, TLP_MARKINGS[Tlp.RED].id, PAP_MARKINGS[Pap.AMBER].id]
    found = strictest(refs, {}, Handling(tlp=Tlp.AMBER, caveats=(Caveat.LES,), pap=Pap.RED), accepted=frozenset())
    assert (found.tlp, found.pap, found.caveats) == (Tlp.RED, Pap.RED, (Caveat.LES,))
    assert strictest([], {}, Handling(tlp=Tlp.AMBER), accepted=frozenset()).tlp is Tlp.AMBER


@pytest.mark.parametrize(
    "handling",
    [
        Handling(tlp=Tlp.GREEN, cui=(Cui.LEI, Cui.SP_CHRI), dissemination=(Dissemination.NOFORN,)),
        Handling(tlp=Tlp.AMBER_STRICT, cui=(Cui.LEI,), release_to=("USA", "CAN")),
        Handling(tlp=Tlp.CLEAR, pap=Pap.GREEN),
    ],
)
def test_our_own_markings_are_read_back(handling: Handling) -> None:
    assert read(*marking_objects(handling, NOBODY)) == handling


def test_two_lists_of_countries_release_to_those_on_both() -> None:
    floor = Handling(tlp=Tlp.CLEAR, cui=(Cui.LEI,), release_to=("USA", "CAN", "GBR"))
    controls = {"control": "CUI", "categories": ["LEI"]}
    assert read(extended(CUI_EXTENSION, **controls, disseminations=["REL TO USA, CAN"]), floor=floor).release_to == (
        "USA",
        "CAN",
    )


@pytest.mark.parametrize(
    "handling",
    [
        Handling(tlp=Tlp.CLEAR, personal_information=False),
        Handling(tlp=Tlp.GREEN, caveats=(Caveat.LES,)),
        Handling(tlp=Tlp.GREEN, cui=(Cui.LEI,), release_to=("USA", "CAN")),
    ],
)
def test_our_own_access_control_marking_is_honoured_where_it_may_go_further(handling: Handling) -> None:
    found = read(*marking_objects(handling, CENTER))
    assert (found.tlp, found.release_to) == (handling.tlp, handling.release_to)
    assert set(handling.caveats) <= set(found.caveats)


@pytest.mark.parametrize("level", [Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED])
def test_our_own_access_control_marking_holds_what_may_not_go_further(level: Tlp) -> None:
    with pytest.raises(BadMarking, match="does not permit everyone"):
        read(*marking_objects(Handling(tlp=level), CENTER))


def test_our_own_statement_of_privacy_is_honoured() -> None:
    assert read(privacy_marking(CENTER)).personal_information is True


def test_an_access_control_marking_that_lets_everyone_pass_it_on_is_honoured() -> None:
    control = {"classification": "U", "sensitivity": ["LES"], "formal_determination": ["FOUO"]}
    policy = "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit"
    found = read(extended(ACS_EXTENSION, policy_reference=policy, control_set=control))
    assert set(found.caveats) == {Caveat.LES, Caveat.FOUO}


_POLICY = "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit"

UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (definition(), "does not know"),
    (definition(definition_type="x-colors", definition={"x-colors": "mauve"}), "does not know"),
    (definition(definition_type="tlp", definition={"tlp": "mauve"}), "no protocol"),
    (definition(definition_type="statement", definition={"statement": "Copyright Invented Corp"}), "for people"),
    (extended("extension-definition--99999999-9999-4999-8999-999999999999", level=1), "an extension"),
    (extended(PAP_EXTENSION, pap="mauve"), "no protocol"),
    (extended(CUI_EXTENSION, control="CUI", categories=["MAUVE"]), "neither a category"),
    (extended(ACS_EXTENSION, policy_reference=_POLICY, control_set={"classification": "S"}), "classified"),
    (extended(ACS_EXTENSION, policy_reference=_POLICY), "classified"),
    (
        extended(
            ACS_EXTENSION,
            policy_reference=_POLICY.replace("sharedefault=permit", "sharedefault=deny"),
            control_set={"classification": "U"},
        ),
        "does not permit everyone",
    ),
    (
        extended(ACS_EXTENSION, policy_reference=_POLICY, control_set={"classification": "U", "caveat": ["FISA"]}),
        "under caveat",
    ),
    (
        extended(
            ACS_EXTENSION,
            policy_reference=_POLICY,
            control_set={"classification": "U"},
            further_sharing=[{"sharing_scope": ["FOREIGNGOV"], "rule_effect": "deny"}],
        ),
        "denies",
    ),
]


@pytest.mark.parametrize(("marking", "told"), UNKNOWN, ids=[told for _, told in UNKNOWN])
def test_what_cannot_be_honoured_is_not_shared(marking: dict[str, Any], told: str) -> None:
    with pytest.raises(BadMarking, match=told) as caught:
        read(marking)
    assert "mauve" not in str(caught.value).lower()
    assert "Invented Corp" not in str(caught.value)


def test_a_marking_whose_definition_is_not_at_hand_is_not_honoured() -> None:
    with pytest.raises(BadMarking, match="not in the delivery"):
        strictest(["marking-definition--11111111-1111-4111-8111-111111111111"], {}, CLEAR, accepted=frozenset())


def test_a_statement_that_people_have_accepted_binds_nothing_more() -> None:
    marking = definition(definition_type="statement", definition={"statement": "Copyright Invented Corp"})
    assert read(marking, accepted=frozenset({marking["id"]})) == CLEAR


def test_granular_markings_bind_the_whole_object() -> None:
    one = {
        "object_marking_refs": ["marking-definition--a"],
        "granular_markings": [
            {"selectors": ["name"], "marking_ref": "marking-definition--b"},
            {"selectors": ["description"], "lang": "en"},
        ],
    }
    assert marking_refs(one) == ("marking-definition--a", "marking-definition--b")
    assert marking_refs({}) == ()


def test_markings_that_name_no_country_in_common_are_told() -> None:
    floor = Handling(tlp=Tlp.CLEAR, cui=(Cui.LEI,), display_to=("MEX",))
    marking = extended(CUI_EXTENSION, control="CUI", categories=["LEI"], disseminations=["DISPLAY ONLY GBR"])
    with pytest.raises(BadMarking, match="no country in common"):
        read(marking, floor=floor)


def test_the_time_of_the_marking_is_the_centers() -> None:
    created = datetime.fromisoformat(acs(CLEAR)["create_date_time"])
    assert created.tzinfo == UTC

"""Sightings, granular privacy markings, attack objects, languages and views of indicators alone."""

import copy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import stix2
from stix_builders import CENTER, FULL, incident, indicator_set, signed_niem, suspicious_activity

from gateway import names
from gateway.model.particulars import CyberEvent
from gateway.model.record import Record
from gateway.model.relations import Role
from gateway.model.stages import SignedNiem, StixContent
from gateway.stix.check import ObjectChecker
from gateway.stix.read import read
from gateway.stix.render import render

Objects = tuple[dict[str, Any], ...]


def rendered(record: Record) -> Objects:
    return render(signed_niem(record), CENTER)


def of_type(objects: Objects, stix_type: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == stix_type]


def by_id(objects: Objects) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in objects}


# Sightings -----------------------------------------------------------------------------------------------------------


def test_an_indicator_that_was_seen_has_a_sighting_with_what_was_seen() -> None:
    objects = rendered(indicator_set())
    indicators = {one["id"]: one for one in of_type(objects, "indicator")}
    seen = [one.ref for one in indicator_set().indicators if one.first_seen or one.last_seen]
    sightings = of_type(objects, "sighting")
    assert len(sightings) == len(seen) > 0
    for one in sightings:
        assert one["sighting_of_ref"] in indicators
        assert by_id(objects)[one["observed_data_refs"][0]]["type"] == "observed-data"
        assert one["first_seen"] <= one["last_seen"]
        (where,) = one["where_sighted_refs"]
        assert by_id(objects)[where]["name"] == indicator_set().provenance.agency


def test_an_indicator_that_nobody_saw_has_none() -> None:
    record = indicator_set()
    unseen = tuple(msgspec.structs.replace(one, first_seen=None, last_seen=None) for one in record.indicators)
    assert not of_type(rendered(msgspec.structs.replace(record, indicators=unseen)), "sighting")


def test_what_a_lookout_seeks_was_last_seen_at_the_place_of_the_activity() -> None:
    record = FULL["lookout"]()
    assert record.lookout is not None
    moment = datetime(2026, 11, 3, 22, 15, 30, 500_000, tzinfo=UTC)
    lookout = msgspec.structs.replace(record.lookout, last_seen=moment)
    objects = rendered(msgspec.structs.replace(record, lookout=lookout))
    sought = {one.target for one in record.relations if one.role is Role.SOUGHT}
    sightings = of_type(objects, "sighting")
    assert len(sightings) == len(sought) > 0
    for one in sightings:
        assert one["first_seen"] == one["last_seen"] == "2026-11-03T22:15:30Z"
        assert by_id(objects)[one["sighting_of_ref"]]["type"] in ("identity", "infrastructure")
        assert {by_id(objects)[ref]["type"] for ref in one["where_sighted_refs"]} <= {"location", "identity"}


def test_where_nobody_may_know_who_saw_it_there_is_no_sighting() -> None:
    record = indicator_set()
    nobody = msgspec.structs.replace(record.provenance, agency="", agency_ori=None)
    objects = rendered(msgspec.structs.replace(record, provenance=nobody))
    assert not of_type(objects, "sighting")
    assert len(of_type(objects, "identity")) == len(of_type(rendered(record), "identity")) - 1


def test_who_was_watched_was_seen_at_the_place_of_the_suspicious_activity() -> None:
    record = suspicious_activity()
    sightings = of_type(rendered(record), "sighting")
    roles = (Role.SUBJECT, Role.VEHICLE_USED, Role.ITEM_INVOLVED)
    assert len(sightings) == len({one.target for one in record.relations if one.role in roles}) > 0
    assert all(one["where_sighted_refs"][0].startswith("location--") for one in sightings)


def test_the_people_of_an_incident_are_not_sighted() -> None:
    """A victim at home was not seen by anybody who looked out for her."""
    assert not of_type(rendered(incident()), "sighting")


# Attacks -------------------------------------------------------------------------------------------------------------


def test_an_attack_is_told_in_the_standards_own_objects() -> None:
    record = FULL["cyber-incident"]()
    event = CyberEvent(
        malware=("ExampleLoader", "ExampleLoader"),
        attack_patterns=("Phishing (T1566.001)", "Odd trick"),
        courses_of_action=("Reset the tokens",),
    )
    record = msgspec.structs.replace(record, cyber_event=event, indicators=())
    objects = rendered(record)
    assert [one["name"] for one in of_type(objects, "malware")] == ["ExampleLoader"]
    phishing, odd = of_type(objects, "attack-pattern")
    assert phishing["external_references"] == [{"source_name": "mitre-attack", "external_id": "T1566.001"}]
    assert "external_references" not in odd
    (answer,) = of_type(objects, "course-of-action")
    joined = {one["target_ref"] for one in of_type(objects, "relationship")}
    assert {of_type(objects, "malware")[0]["id"], phishing["id"], odd["id"], answer["id"]} <= joined
    assert read(list(objects), record_id=record.id).cyber_event == event


# Languages and references -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "shown"), [("es-US", "es"), ("en", "en"), ("EN-gb", "en"), ("zho", None), ("", None)])
def test_an_alert_says_its_language(said: str, shown: str | None) -> None:
    record = FULL["alert"]()
    assert record.alert is not None
    spoken = msgspec.structs.replace(record, alert=msgspec.structs.replace(record.alert, language=said))
    container = rendered(spoken)[-1]
    assert container.get("lang") == shown


def test_an_alert_points_at_the_alerts_it_follows_and_keeps_its_own_number_first() -> None:
    record = FULL["alert"]()
    assert record.alert is not None
    earlier = "desk@alerts.example,EX-2026-001,2026-11-01T10:00:00-08:00"
    follows = msgspec.structs.replace(record, alert=msgspec.structs.replace(record.alert, references=(earlier,)))
    own, other = rendered(follows)[-1]["external_references"]
    assert own["external_id"] == record.native_key
    assert other == {"source_name": "cap", "external_id": earlier}
    blank = msgspec.structs.replace(follows, native_key="")
    assert read(list(rendered(blank)), record_id=record.id).native_key == ""
    assert read(list(rendered(follows)), record_id=record.id).native_key == record.native_key


def test_an_agency_that_is_called_like_a_source_of_ours_keeps_its_number() -> None:
    record = FULL["alert"]()
    named = msgspec.structs.replace(record, provenance=msgspec.structs.replace(record.provenance, agency="cap"))
    assert read(list(rendered(named)), record_id=record.id).native_key == record.native_key


# Privacy -------------------------------------------------------------------------------------------------------------


def test_what_tells_who_somebody_is_bears_a_granular_marking() -> None:
    objects = rendered(suspicious_activity())
    marked = [one for one in objects if "granular_markings" in one]
    assert marked
    for one in marked:
        ((row),) = one["granular_markings"]
        statement = by_id(objects)[row["marking_ref"]]
        assert statement["definition_type"] == "statement"
        for selector in row["selectors"]:
            value: Any = one
            for step in selector.split("."):
                value = value[step]
    person = next(one for one in marked if one.get("identity_class") == "individual")
    (row,) = person["granular_markings"]
    assert "name" in row["selectors"]
    assert any(selector.startswith(f"extensions.{names.PERSON_EXTENSION}.") for selector in row["selectors"])


def test_a_zero_that_tells_who_somebody_is_has_its_whole_extension_marked() -> None:
    """stix2 holds a selector that leads to a zero for one that leads nowhere."""
    record = suspicious_activity()
    newborn = tuple(msgspec.structs.replace(one, age_low_years=0) for one in record.people)
    objects = rendered(msgspec.structs.replace(record, people=newborn))
    person = next(one for one in objects if one.get("identity_class") == "individual")
    assert f"extensions.{names.PERSON_EXTENSION}" in person["granular_markings"][0]["selectors"]
    assert stix2.parse(person, allow_custom=False)["granular_markings"]


def test_kinds_whose_standard_asks_for_none_bear_none() -> None:
    assert not [one for one in rendered(incident()) if "granular_markings" in one]


# Indicators alone -----------------------------------------------------------------------------------------------------


def alone(record: Record) -> Objects:
    niem = signed_niem(record, carries_niem=False)
    view = msgspec.structs.replace(niem.view, stix=StixContent.INDICATORS_ONLY)
    return render(SignedNiem(view=view, document=niem.document, key_id=niem.key_id), CENTER)


def test_a_view_of_indicators_alone_has_no_other_domain_objects_but_its_container() -> None:
    objects = alone(indicator_set())
    everything = of_type(rendered(indicator_set()), "indicator")
    assert {one["type"] for one in objects} == {
        "identity",
        "marking-definition",
        "extension-definition",
        "indicator",
        "report",
    }
    indicators = of_type(objects, "indicator")
    assert [one["pattern"] for one in indicators] == [one["pattern"] for one in everything]
    assert all(one["valid_until"] > one["valid_from"] for one in indicators)
    assert objects[-1]["object_refs"] == [one["id"] for one in indicators]
    assert ObjectChecker().faults(copy.deepcopy(objects)) == ()

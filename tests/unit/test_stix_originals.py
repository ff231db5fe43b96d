"""Records of others' objects: what is understood, how it may be handled, how it leaves, and how it is taken back."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import stix2
from msgspec.structs import replace
from originals_builders import PRODUCER, bundle, delivery, feed, original_of, stix, uuid_of
from stix_builders import CENTER, SEALED_AT, ToySigner, incident, indicator_set, signed_niem, view

from gateway import adapters, names
from gateway.errors import InvalidDocument, RenderingError
from gateway.mapping.compiled import Mapped, Rejected
from gateway.model.codes import IndicatorType, ObservableType, Sensitivity, Tlp
from gateway.model.entities import Indicator, Observable, Organization, Person, Place, Vulnerability
from gateway.model.identity import IdKey
from gateway.model.kinds import Kind
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Revoked
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix.check import ObjectChecker
from gateway.stix.facts import facts_of
from gateway.stix.integrity import seal, verify
from gateway.stix.originals import ORIGIN, foreign_ids
from gateway.stix.read import read
from gateway.stix.render import render
from gateway.stix.revocation import revoke

CHECKER = ObjectChecker()
IDS = IdKey(b"a key for tests, not a secret one")
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
MAKER = {**stix("identity", name="Example Exchange", identity_class="organization"), "id": PRODUCER}


def outcomes(*objects: dict[str, Any], version: str | None = None, **changes: Any) -> list[Mapped | Rejected | Revoked]:
    received = delivery(orjson.dumps(bundle(*objects) | ({"spec_version": version} if version else {})))
    chosen = feed(**changes)
    items = adapters.read(received, chosen.reading)
    return [chosen.map(item, received, IDS) for item in items if isinstance(item, NativeRecord)]


def record(*objects: dict[str, Any], **options: Any) -> Record:
    outcome = outcomes(*objects, **options)[0]
    assert isinstance(outcome, Mapped), outcome
    return outcome.record


def indicator(number: int = 1, pattern: str = "[domain-name:value = 'BAD.example']", **more: Any) -> dict[str, Any]:
    facts = {"pattern": pattern, "pattern_type": "stix", "valid_from": "2030-03-01T09:00:00Z"}
    return stix("indicator", number, indicator_types=["malicious-activity"], **facts, **more)


def malware(number: int = 1, **more: Any) -> dict[str, Any]:
    return stix("malware", number, name="ExampleLoader", is_family=True, **more)


# What is understood -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            {"type": "url", "id": f"url--{uuid_of(1)}", "value": "http://bad.example/x"},
            (Observable(ref="fact", type=ObservableType.URL, value="http://bad.example/x"),),
        ),
        (
            {"type": "file", "id": f"file--{uuid_of(1)}", "name": "a", "hashes": {"MD5": "A" * 32, "SHA-1": "b" * 40}},
            (Observable(ref="fact", type=ObservableType.SHA1, value="b" * 40),),
        ),
        ({"type": "file", "id": f"file--{uuid_of(1)}", "name": "a.exe"}, ()),
        ({"type": "ipv4-addr", "id": f"ipv4-addr--{uuid_of(1)}", "value": "10.0.0.1"}, ()),
        (
            indicator(confidence=40, description="A sign"),
            (
                Indicator(
                    ref="fact",
                    observable="fact-value",
                    types=(IndicatorType.MALICIOUS_ACTIVITY,),
                    description="A sign",
                    valid_from=datetime(2030, 3, 1, 9, tzinfo=UTC),
                    confidence=40,
                ),
                Observable(ref="fact-value", type=ObservableType.DOMAIN, value="bad.example"),
            ),
        ),
        (indicator(pattern="[url:value = 'http://a.example' OR url:value = 'http://b.example']"), ()),
        (indicator(pattern="[domain-name:value != 'bad.example']"), ()),
        (indicator(pattern="[domain-name:value = 'bad.example'] WITHIN 5 SECONDS"), ()),
        (indicator() | {"pattern_type": "sigma"}, ()),
        (indicator() | {"indicator_types": ["of-our-own"]}, ()),
        (indicator(revoked=True), ()),
        (
            stix(
                "vulnerability",
                name="A hole",
                external_references=[{"source_name": "cve", "external_id": "CVE-2030-1234"}],
            ),
            (Vulnerability(ref="fact", cve="CVE-2030-1234", name="A hole"),),
        ),
        (stix("vulnerability", name="CVE-2030-1234"), ()),
        (
            stix("identity", name="Ana Invented", identity_class="individual"),
            (Person(ref="fact", full_name="Ana Invented"),),
        ),
        (stix("identity", name="Works", identity_class="organization"), (Organization(ref="fact", name="Works"),)),
        (stix("identity", name="Everybody", identity_class="class"), ()),
        (
            stix("location", country="US", administrative_area="US-WA", city="Harbor City"),
            (Place(ref="fact", country="US", state="WA", city="Harbor City"),),
        ),
        (stix("location", country="Narnia"), ()),
        (malware(), ()),
    ],
)
def test_only_what_an_object_states_wholly_becomes_an_entity(one: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert facts_of(one, "fact") == expected


@pytest.mark.parametrize(
    ("objects", "kind"),
    [
        ((indicator(),), Kind.INDICATOR_SET),
        ((indicator(), MAKER), Kind.INDICATOR_SET),
        ((indicator(pattern="[process:name = 'x']"),), Kind.THREAT_INTELLIGENCE),
        ((malware(),), Kind.THREAT_INTELLIGENCE),
        (
            (
                stix(
                    "vulnerability",
                    name="x",
                    external_references=[{"source_name": "cve", "external_id": "CVE-2030-1234"}],
                ),
            ),
            Kind.VULNERABILITY,
        ),
    ],
)
def test_a_record_has_the_kind_whose_facts_are_all_understood(objects: tuple[dict[str, Any], ...], kind: Kind) -> None:
    made = record(*objects)
    assert (made.kind, made.native_key) == (kind, objects[0]["id"])
    assert [one.stix_id for one in made.originals][-1] == objects[0]["id"]


def test_a_record_with_a_person_says_so() -> None:
    assert record(stix("identity", name="Ana Invented", identity_class="individual")).handling.personal_information


# How it may be handled --------------------------------------------------------------------------------------------


def test_the_strictest_marking_of_any_object_binds_the_record() -> None:
    report = stix("report", name="r", published="2030-03-01T09:00:00Z", object_refs=[malware()["id"]])
    made = record(report | {"object_marking_refs": [GREEN]}, malware(object_marking_refs=[AMBER]))
    assert made.handling.tlp is Tlp.AMBER
    assert record(malware(object_marking_refs=[GREEN]), handling={"tlp": "red"}).handling.tlp is Tlp.RED


def test_an_unknown_marking_anywhere_means_do_not_share() -> None:
    nowhere = f"marking-definition--{uuid_of(7)}"
    granular = malware(granular_markings=[{"marking_ref": nowhere, "selectors": ["name"]}])
    for one in (malware(object_marking_refs=[nowhere]), granular):
        (outcome,) = outcomes(one)
        assert isinstance(outcome, Rejected)
        assert [problem.code for problem in outcome.problems] == ["bad-marking"]


def test_a_statement_is_honoured_once_somebody_has_read_it() -> None:
    statement = {name: value for name, value in stix("marking-definition", 7).items() if name != "modified"}
    statement |= {"definition_type": "statement", "definition": {"statement": "Ask us first."}}
    objects = (malware(object_marking_refs=[statement["id"]]), statement)
    (refused,) = outcomes(*objects)
    assert isinstance(refused, Rejected)
    made = record(*objects, accepted_statements=[statement["id"]])
    assert [one.stix_type for one in made.originals] == ["marking-definition", "malware"]


def test_what_its_producer_revoked_takes_its_record_back() -> None:
    (outcome,) = outcomes(malware(revoked=True))
    assert isinstance(outcome, Revoked)


# How it leaves ----------------------------------------------------------------------------------------------------


def test_an_object_of_another_producer_leaves_unchanged_beside_our_container() -> None:
    theirs = malware(x_example={"b": 1, "a": [2.5]}, description="Ünïcode")
    made = record(theirs, MAKER)
    niem = signed_niem(made)
    objects = render(niem, CENTER)
    CHECKER.check(niem, objects)
    assert theirs in objects
    assert MAKER in objects
    container = objects[-1]
    assert {theirs["id"], PRODUCER} <= set(container["object_refs"])
    ids = [one["id"] for one in objects]
    assert ids.index(PRODUCER) < ids.index(theirs["id"]) < ids.index(container["id"])
    signed = seal(CHECKER.check(niem, objects), ToySigner().sign, "toy-1", at=SEALED_AT)
    (coverage,) = verify([orjson.loads(one.body) for one in signed.stix], ToySigner().check)
    assert theirs["id"] in coverage.covered
    # a part of it verifies as well, and a changed object does not hide
    part = [theirs, orjson.loads(signed.stix[-1].body)]
    assert verify(part, ToySigner().check)[0].covered[0] == theirs["id"]


def test_the_container_refers_to_nothing_that_makes_libraries_refuse_it() -> None:
    """A strict library takes no report that refers to a marking, or to a type that it does not know."""
    own = stix("x-example", 5, x_anything=1, object_marking_refs=[f"marking-definition--{uuid_of(7)}"])
    statement = {name: value for name, value in stix("marking-definition", 7).items() if name != "modified"}
    statement |= {"definition_type": "statement", "definition": {"statement": "Ask us first."}}
    objects = render(signed_niem(record(own, statement, MAKER, accepted_statements=[statement["id"]])), CENTER)
    assert own in objects
    assert statement in objects
    assert not {own["id"], statement["id"]} & set(objects[-1]["object_refs"])
    assert stix2.parse(objects[-1], allow_custom=False).id == objects[-1]["id"]


def test_what_an_object_states_has_no_object_of_ours_beside_it() -> None:
    objects = render(signed_niem(record(indicator(), MAKER), carries_niem=False), CENTER)
    assert [one["type"] for one in objects if one["type"] in ("indicator", "observed-data", "domain-name")] == [
        "indicator"
    ]


def test_an_entity_that_says_more_than_the_object_has_an_object_of_its_own() -> None:
    made = record(indicator(), MAKER)
    more = replace(made, indicators=(replace(made.indicators[0], malware="ExampleLoader"),))
    objects = render(signed_niem(more), CENTER)
    assert sum(one["type"] == "indicator" for one in objects) == 2
    assert read(objects, record_id=more.id).indicators == more.indicators


def test_what_was_brought_to_2_1_is_a_copy_of_ours_that_names_its_origin() -> None:
    moment = "2016-05-12T08:17:27.000Z"
    common = {"created_by_ref": PRODUCER, "created": moment, "modified": moment}
    maker = {"type": "identity", "id": PRODUCER, "name": "Example Exchange", "identity_class": "organization"} | common
    tool = {"type": "tool", "id": f"tool--{uuid_of(3)}", "name": "ExampleTool", "labels": ["exploitation"]} | common
    made = record(tool, maker, version="2.0")
    assert [one.unchanged for one in made.originals] == [False, False]
    niem = signed_niem(made)
    objects = render(niem, CENTER)
    CHECKER.check(niem, objects)
    (copy,) = [one for one in objects if one["type"] == "tool"]
    assert copy["id"] != tool["id"]
    assert copy["created_by_ref"] == f"identity--{CENTER.id}"
    assert copy["external_references"] == [{"source_name": "Example Exchange", "external_id": tool["id"]}]
    assert copy["object_marking_refs"] == list(objects[-1]["object_marking_refs"])
    assert read(objects, record_id=made.id) == made


def test_references_between_copies_lead_to_copies() -> None:
    moment = {"created": "2016-05-12T08:17:27.000Z", "modified": "2016-05-12T08:17:27.000Z"}
    tool = {"type": "tool", "id": f"tool--{uuid_of(3)}", "name": "ExampleTool", "labels": ["x"]} | moment
    link = {
        "type": "relationship",
        "id": f"relationship--{uuid_of(4)}",
        "relationship_type": "uses",
        "source_ref": f"threat-actor--{uuid_of(5)}",
        "target_ref": tool["id"],
    } | moment
    made = next(
        o.record for o in outcomes(tool, link, version="2.0") if isinstance(o, Mapped) and len(o.record.originals) > 1
    )
    niem = signed_niem(made)
    objects = render(niem, CENTER)
    CHECKER.check(niem, objects)  # the actor is not in the delivery: what is passed on may refer to what is elsewhere
    by_type = {one["type"]: one for one in objects}
    assert by_type["relationship"]["target_ref"] == by_type["tool"]["id"] != tool["id"]
    assert by_type["relationship"]["source_ref"] == link["source_ref"]


def test_an_original_without_its_content_is_a_reference_of_the_container() -> None:
    made = replace(record(malware()), originals=(replace(original_of(malware(), 1), content=None),))
    objects = render(signed_niem(made), CENTER)
    assert malware() not in objects
    assert {"source_name": ORIGIN, "external_id": malware()["id"]} in objects[-1]["external_references"]
    assert read(objects, record_id=made.id) == made


def test_the_narrow_view_shows_nothing_of_others() -> None:
    made = record(malware(description="Looks like it"), MAKER)
    shown = project(made, PROJECTIONS["no-personal-information"], view_id=uuid_of(9)).record
    assert shown.originals == ()
    objects = render(signed_niem(shown), CENTER)
    assert not [one for one in objects if one.get("created_by_ref") == PRODUCER]
    assert "ExampleLoader" not in orjson.dumps(objects).decode()


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"id": "malware--x", "type": "malware"}'])
def test_a_content_that_is_not_its_object_is_not_written(content: str) -> None:
    made = replace(record(malware()), originals=(replace(original_of(malware(), 1), content=content or " "),))
    with pytest.raises(RenderingError):
        render(signed_niem(made), CENTER)


def test_objects_of_others_keep_every_must_and_none_of_our_habits() -> None:
    """Custom properties, six digits of a second, another version of UUID, a reference to elsewhere: all are theirs."""
    theirs = malware(x_example="yes", created="2030-03-01T09:00:00.123456Z", modified="2030-03-01T09:00:00.123456Z")
    theirs["id"] = "malware--30038539-3eb6-5a7e-9f19-7d7c8c9f7a55"
    objects = render(signed_niem(record(theirs)), CENTER)
    assert CHECKER.faults(objects, foreign={theirs["id"]}) == ()
    assert len(CHECKER.faults(objects)) >= 4
    broken = tuple({**one, "kill_chain_phases": []} if one["id"] == theirs["id"] else one for one in objects)
    with pytest.raises(InvalidDocument, match="kill_chain_phases"):
        CHECKER.check(signed_niem(record(theirs)), broken)


def test_a_withdrawal_takes_back_what_is_ours_and_leaves_others_alone() -> None:
    objects = render(signed_niem(record(malware(), MAKER)), CENTER)
    revocation = revoke(objects, at=datetime(2031, 1, 1, tzinfo=UTC))
    assert CHECKER.faults(revocation.checked, foreign=revocation.foreign) == ()
    published = {one["id"]: one for one in revocation.objects}
    assert not {malware()["id"], PRODUCER} & published.keys()
    assert published[objects[-1]["id"]]["revoked"] is True


# Other gateways ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [incident, indicator_set])
def test_a_container_of_another_gateway_is_read_into_the_record_that_it_shows(make: Any) -> None:
    sent = replace(make(), handling=replace(make().handling, cui=(), caveats=(), sensitivities=()))
    niem = signed_niem(sent)
    peer = replace(CENTER, acs_custodian=None)  # its own marking would not let it be passed on
    signed = seal(CHECKER.check(niem, render(niem, peer)), ToySigner().sign, "toy-1", at=SEALED_AT)
    objects = [orjson.loads(one.body) for one in signed.stix]
    made = [
        o.record
        for o in outcomes(*objects, own=(names.PRODUCT_IDENTITY,), handling={"tlp": "amber+strict"})
        if isinstance(o, Mapped)
    ]
    (got,) = [one for one in made if one.native_key == objects[-1]["id"]]
    assert (got.kind, got.originals, got.provenance.feed) == (sent.kind, (), "others")
    assert got.handling.tlp is Tlp.AMBER_STRICT
    assert {one.ref for _, one in got.entities()} == {one.ref for _, one in sent.entities()}
    assert got.relations == sent.relations
    assert len(made) == 1


def sent_by_a_peer(**changes: Any) -> list[dict[str, Any]]:
    """An incident with a victim, from a gateway that did not mark it as such."""
    handling = replace(incident().handling, cui=(), caveats=(), sensitivities=())
    niem = signed_niem(replace(incident(), handling=handling, **changes))
    return list(render(niem, replace(CENTER, acs_custodian=None)))


def test_what_a_gateways_record_shows_is_marked_whatever_its_sender_says() -> None:
    made = record(*sent_by_a_peer()[::-1], own=(names.PRODUCT_IDENTITY,), carries=["victim", "witness", "juvenile"])
    assert Sensitivity.VICTIM in made.handling.sensitivities
    assert Sensitivity.INFORMANT not in made.handling.sensitivities


def test_a_sensitive_fact_that_the_feed_does_not_declare_keeps_the_record_out() -> None:
    outcome = outcomes(*sent_by_a_peer()[::-1], own=(names.PRODUCT_IDENTITY,), carries=["health"])[0]
    assert isinstance(outcome, Rejected)
    assert [one.code for one in outcome.problems] == ["handling-conflict"]


def test_records_of_others_objects_are_marked_for_all_that_the_feed_declares() -> None:
    assert record(malware(), carries=["informant"]).handling.sensitivities == (Sensitivity.INFORMANT,)
    assert record(malware()).handling.sensitivities == ()


def test_ids_of_what_is_passed_on_are_told_to_the_checker() -> None:
    made = record(malware(), MAKER)
    assert foreign_ids(view(made)) == {malware()["id"], PRODUCER}

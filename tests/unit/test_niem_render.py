"""Rendering a view as a NIEM message: every field of the record has its place, and what is absent leaves no trace."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree
from niem_builders import (
    CENTER,
    DOCUMENT_ID,
    RECORD_ID,
    RENDERED_KINDS,
    bare_record,
    fields_of,
    full_record,
    full_view,
    view_of,
)

from gateway.errors import RenderingError
from gateway.model.codes import ActivityCategory, Caveat, ObservableType, Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.entities import Activity, Indicator, Observable, Person, Place, Vehicle
from gateway.model.handling import Handling
from gateway.model.kinds import KINDS, Kind
from gateway.model.particular_codes import AlertMessageType
from gateway.model.particulars import PARTICULARS
from gateway.model.patterns import pattern
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.relations import ROLES, Relation, Role
from gateway.niem.associations import ASSOCIATIONS
from gateway.niem.characters import element_text
from gateway.niem.check import MessageChecker
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.place_codes import GENC_COUNTRIES, USPS_STATES
from gateway.niem.render import render

XSD = Path(__file__).resolve().parents[2] / "xsd"


@pytest.fixture(scope="module")
def checker() -> MessageChecker:
    return MessageChecker(XSD)


_ELSEWHERE = {"ref", "observable", "type", "polygons", "circles"}
"""Fields that are written as structures:id, structures:ref and xsi:type, and areas, whose corners stand apart."""


def parsed(record: Record, **changes: Any) -> Any:
    return etree.fromstring(render(view_of(record, **changes), CENTER))


def values(root: Any, path: str) -> list[str]:
    return [node if isinstance(node, str) else node.text for node in root.xpath(path, namespaces=NAMESPACES)]


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_record_with_everything_is_a_valid_message(kind: Kind, checker: MessageChecker) -> None:
    document = render(full_view(kind), CENTER)
    assert checker.faults(document) == ()
    assert etree.fromstring(document).tag.endswith(f"}}{KINDS[kind].niem_root}")


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_record_with_almost_everything_withheld_is_a_valid_message(kind: Kind, checker: MessageChecker) -> None:
    view = view_of(bare_record(kind), releasable_text=None, withheld=())
    assert checker.check(view, render(view, CENTER)).view is view


def _without_one_field() -> list[Any]:
    """Every optional field of every sort of entity, and of the record's own parts."""
    cases = []
    record = full_record(Kind.SUSPICIOUS_ACTIVITY)
    for sort, group in ENTITY_GROUPS.items():
        entities = getattr(record, group.field)
        for name, kind in fields_of(group.type).items():
            if kind.optional or kind.many:
                empty = () if kind.many else None
                changed = tuple(msgspec.structs.replace(entity, **{name: empty}) for entity in entities)
                cases.append(pytest.param({group.field: changed}, id=f"{sort}.{name}"))
    for part in ("handling", "suspicious_activity", "provenance"):
        whole = getattr(record, part)
        for name, kind in fields_of(type(whole)).items():
            if kind.optional or kind.many:
                empty = () if kind.many else None
                cases.append(pytest.param({part: msgspec.structs.replace(whole, **{name: empty})}, id=f"{part}.{name}"))
    for name in ("feed", "agency", "receipt", "file_name", "mapping", "mapping_version"):
        changed_provenance = msgspec.structs.replace(record.provenance, **{name: ""})
        cases.append(pytest.param({"provenance": changed_provenance}, id=f"provenance.{name}"))
    nothing = ("title", "narrative", "suspicious_activity")
    cases.extend(pytest.param({name: None}, id=f"record.{name}") for name in nothing)
    cases.append(pytest.param({"labels": ()}, id="record.labels"))
    cases.append(pytest.param({"native_key": ""}, id="record.native_key"))
    return cases


@pytest.mark.parametrize("change", _without_one_field())
def test_every_field_of_the_record_has_a_place_in_the_message(change: dict[str, Any]) -> None:
    """Taking one field away takes something out of the message."""
    record = full_record(Kind.SUSPICIOUS_ACTIVITY)
    lesser = msgspec.structs.replace(record, **change)
    whole, less = render(view_of(record), CENTER), render(view_of(lesser), CENTER)
    assert len(less) < len(whole)


def _without_one_particular() -> list[Any]:
    cases = []
    for word, row in PARTICULARS.items():
        kind = min(row.kinds, key=lambda one: list(Kind).index(one))
        record = full_record(kind)
        whole = getattr(record, row.field)
        for name, field in fields_of(row.type).items():
            if field.optional or field.many:
                lesser = msgspec.structs.replace(whole, **{name: () if field.many else None})
                cases.append(pytest.param(record, {row.field: lesser}, id=f"{word}.{name}"))
    return cases


@pytest.mark.parametrize(("record", "change"), _without_one_particular())
def test_every_particular_has_a_place_in_the_message(record: Record, change: dict[str, Any]) -> None:
    lesser = msgspec.structs.replace(record, **change)
    assert len(render(view_of(lesser), CENTER)) < len(render(view_of(record), CENTER))


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_every_text_of_the_record_stands_in_the_message_exactly(kind: Kind) -> None:
    """All strings of the full record carry their own path, so that none can hide behind another."""
    record = full_record(kind)
    root = parsed(record)
    said = {"".join(element.itertext()) for element in root.iter() if len(element) == 0}
    expected: set[str] = {record.native_key, record.title or "", record.narrative or "", *record.labels}
    particulars = [getattr(record, row.field) for row in PARTICULARS.values()]
    parts = [record.provenance, *filter(None, particulars), *(entity for _, entity in record.entities())]
    for part in parts:
        for name in set(part.__struct_fields__) - _ELSEWHERE:
            value = getattr(part, name)
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str):
                    expected.add(str(one))
    assert expected - {AlertMessageType.ALERT} <= said


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_the_same_view_gives_the_same_bytes(kind: Kind) -> None:
    assert render(full_view(kind), CENTER) == render(full_view(kind), CENTER)


def test_no_whitespace_stands_between_elements() -> None:
    root = parsed(full_record(Kind.INCIDENT))
    assert [e.tag for e in root.iter() if len(e) and (e.text or "").strip() != (e.text or "")] == []
    assert [e.tag for e in root.iter() if e.tail] == []


def test_the_document_says_what_the_view_is() -> None:
    root = parsed(full_record(Kind.INCIDENT))
    assert values(root, "nc:DocumentIdentification/nc:IdentificationID") == [f"urn:uuid:{DOCUMENT_ID}"]
    assert values(root, "nc:DocumentCreationDate/nc:DateTime") == ["2026-03-05T09:30:00.123000Z"]
    assert values(root, "nc:DocumentLastModifiedDate/nc:DateTime") == ["2026-03-06T10:00:00Z"]
    assert values(root, "nc:DocumentSummaryText") == ["What may be said <aloud>."]
    assert values(root, "nc:DocumentSubmitter//nc:OrganizationName") == [CENTER.name]


def test_what_the_projection_blanks_leaves_no_element() -> None:
    document = render(view_of(bare_record(Kind.INCIDENT), releasable_text=None, withheld=()), CENTER)
    for name in (
        b"fx:Provenance",
        b"DocumentSource",
        b"ReportID",
        b"Digest",
        b"Summary",
        b"Line",
        b"cui:Doc",
        b"Title",
    ):
        assert name not in document


def test_the_message_does_not_tell_what_was_withheld() -> None:
    """That there is a plate is a fact by itself."""
    record = bare_record(Kind.INCIDENT)
    told = render(view_of(record, withheld=("vehicle.plate", "record.title")), CENTER)
    assert told == render(view_of(record, withheld=()), CENTER)


def test_the_centers_own_record_id_never_leaves() -> None:
    assert RECORD_ID.removeprefix("record--").encode() not in render(full_view(Kind.INCIDENT), CENTER)


@pytest.mark.parametrize("tlp", Tlp)
def test_the_traffic_light_is_written_as_code_and_as_label(tlp: Tlp, checker: MessageChecker) -> None:
    record = bare_record(Kind.INCIDENT)
    record = msgspec.structs.replace(record, handling=msgspec.structs.replace(record.handling, tlp=tlp))
    root = parsed(record)
    assert values(root, "fx:Handling/fx:TrafficLightProtocolCode") == [tlp.value]
    assert values(root, "nc:DocumentSensitivityText") == [f"TLP:{tlp.value.upper()}"]
    assert checker.faults(etree.tostring(root)) == ()


@pytest.mark.parametrize("category", Cui)
def test_every_cui_category_is_a_code_that_niem_has(category: Cui, checker: MessageChecker) -> None:
    record = bare_record(Kind.INCIDENT)
    record = msgspec.structs.replace(record, handling=msgspec.structs.replace(record.handling, cui=(category,)))
    root = parsed(record)
    codes = values(root, "//cui:SpecifiedCategoryMarkingCode | //cui:BasicCategoryMarkingCode")
    assert codes == ([] if category is Cui.CUI else [category.value])
    assert values(root, "//cui:DesignatingEntityText") == [CENTER.name]
    assert checker.faults(etree.tostring(root)) == ()


def test_the_whole_marking_is_written_in_the_schemas_order(checker: MessageChecker) -> None:
    handling = Handling(
        tlp=Tlp.AMBER,
        cui=(Cui.LEI, Cui.SP_CHRI),
        dissemination=(Dissemination.DL_ONLY, Dissemination.NOCON),
        release_to=("USA", "CAN"),
        display_to=("MEX",),
        dissemination_list=("Sample County Sheriff",),
        designating_entity="Example Bureau",
        decontrol_date=date(2031, 5, 6),
        supplemental_markings=(SupplementalMarking.PRE_DECISIONAL,),
        caveats=(Caveat.LES,),
    )
    root = parsed(msgspec.structs.replace(bare_record(Kind.INCIDENT), handling=handling))
    metadata = root.find("cui:DocumentAugmentation/cui:DocumentMarkingMetadata", NAMESPACES)
    said = [" ".join(etree.QName(e).localname + (f"={e.text}" if e.text else "") for e in c.iter()) for c in metadata]
    assert said == [
        "SpecifiedCategoryMarkingCode=SP-CHRI",
        "BasicCategoryMarkingCode=LEI",
        "DocumentMarkingLDC DocumentMarkingLDCCode=DISPLAY ONLY LDCCountryCode=MEX",
        "DocumentMarkingLDC DocumentMarkingLDCCode=DL ONLY LDC-DLONLYText=Sample County Sheriff",
        "DocumentMarkingLDC DocumentMarkingLDCCode=NOCON",
        "DocumentMarkingLDC DocumentMarkingLDCCode=REL TO LDCCountryCode=USA LDCCountryCode=CAN",
        "DesignatingEntityText=Example Bureau",
        "DecontrolSchedule DecontrolDate=2031-05-06",
        "SupplementalAdministrativeMarkingCode=PRE-DECISIONAL",
    ]
    assert values(root, "nc:DocumentSensitivityText") == [
        "TLP:AMBER",
        "CUI//SP-CHRI/LEI//DISPLAY ONLY MEX/DL ONLY/NOCON/REL TO USA, CAN",
        "LES",
    ]
    assert checker.faults(etree.tostring(root)) == ()


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    there = datetime(2026, 3, 4, 9, 15, tzinfo=timezone(timedelta(hours=-8)))
    record = bare_record(Kind.INCIDENT)
    activity = Activity(ref="event", category=ActivityCategory.INCIDENT, started=there)
    root = parsed(msgspec.structs.replace(record, activities=(activity,)))
    assert values(root, "nc:Incident/nc:ActivityDate/nc:DateTime") == ["2026-03-04T17:15:00Z"]


def test_an_activity_with_an_end_has_a_range() -> None:
    ends = datetime(2026, 3, 4, 18, tzinfo=UTC)
    record = bare_record(Kind.INCIDENT)
    activity = Activity(ref="event", category=ActivityCategory.FIRE, ended=ends)
    root = parsed(msgspec.structs.replace(record, activities=(activity,)))
    assert values(root, "nc:Incident//nc:EndDate/nc:DateTime") == ["2026-03-04T18:00:00Z"]
    assert values(root, "nc:Incident//nc:StartDate") == []


@pytest.mark.parametrize(
    ("category", "element"),
    [
        (ActivityCategory.INCIDENT, "nc:Incident"),
        (ActivityCategory.CALL_FOR_SERVICE, "nc:Incident"),
        (ActivityCategory.OFFENSE, "j:Offense"),
        (ActivityCategory.ARREST, "j:Arrest"),
        (ActivityCategory.CYBER, "cyber:CyberIncident"),
    ],
)
def test_each_category_of_activity_has_its_element_and_keeps_its_code(category: ActivityCategory, element: str) -> None:
    record = msgspec.structs.replace(
        bare_record(Kind.INCIDENT), activities=(Activity(ref="event", category=category, source="radio"),)
    )
    root = parsed(record)
    assert values(root, f"{element}/fx:ActivityAugmentation/fx:ActivityCategoryCode") == [category.value]
    assert values(root, f"{element}//*[contains(local-name(), 'SourceText')]") == ["radio"]


def test_decimals_have_no_exponent_and_keep_their_digits() -> None:
    place = Place(ref="scene", latitude=Decimal("1E-7"), longitude=Decimal("-122.6700"))
    root = parsed(msgspec.structs.replace(bare_record(Kind.INCIDENT), places=(place,)))
    assert values(root, "//nc:LatitudeDegreeValue") == ["0.0000001"]
    assert values(root, "//nc:LongitudeDegreeValue") == ["-122.6700"]


@pytest.mark.parametrize("lone", ["latitude", "longitude"])
def test_a_lone_coordinate_is_kept_apart(lone: str, checker: MessageChecker) -> None:
    place = Place(ref="scene", **{lone: Decimal("12.5")})
    root = parsed(msgspec.structs.replace(bare_record(Kind.INCIDENT), places=(place,)))
    assert values(root, "nc:Location/fx:LocationAugmentation//*[not(*)]") == ["12.5"]
    assert checker.faults(etree.tostring(root)) == ()


def test_a_plate_stands_on_a_registration_that_points_at_the_vehicle() -> None:
    record = msgspec.structs.replace(
        bare_record(Kind.INCIDENT), vehicles=(Vehicle(ref="car", plate="ZZ 0001", plate_state="OR"), Vehicle(ref="van"))
    )
    root = parsed(record)
    assert values(root, "j:ConveyanceRegistration/nc:Conveyance/@structures:ref") == ["car"]
    assert values(root, "j:ConveyanceRegistration//nc:IdentificationID") == ["ZZ 0001"]


def test_an_alias_is_a_name_of_its_own() -> None:
    person = Person(ref="subject", surname="Example", aliases=("Sam the Sample", "S. E."))
    root = parsed(msgspec.structs.replace(bare_record(Kind.INCIDENT), people=(person,)))
    assert values(root, "//nc:PersonName[nc:PersonNameCategoryCode = 'Alternate']/nc:PersonFullName") == [
        "Sam the Sample",
        "S. E.",
    ]


def test_each_role_and_sort_has_its_association() -> None:
    """The table of associations covers the table of roles, and nothing else."""
    allowed = {(role, s, t) for role, row in ROLES.items() for s in row.source for t in row.target}
    assert set(ASSOCIATIONS) == allowed


def test_relations_keep_their_order_and_their_ends() -> None:
    relations = (
        Relation(source="event", role=Role.OCCURRED_AT, target="scene"),
        Relation(source="event", role=Role.SUBJECT, target="someone"),
        Relation(source="someone", role=Role.RESIDENT_AT, target="scene"),
    )
    record = msgspec.structs.replace(bare_record(Kind.INCIDENT), people=(Person(ref="someone"),), relations=relations)
    root = parsed(record)
    written = [element for element in root if "Association" in element.tag]
    assert [element.xpath("string(.//@structures:ref)", namespaces=NAMESPACES) for element in written] == [
        "event",
        "event",
        "someone",
    ]
    assert values(root, "j:ActivitySubjectAssociation/j:Subject/nc:EntityPerson/@structures:ref") == ["someone"]


@pytest.mark.parametrize(
    "relation",
    [
        Relation(source="event", role=Role.SUBJECT, target="nobody"),
        Relation(source="nothing", role=Role.OCCURRED_AT, target="scene"),
        Relation(source="scene", role=Role.OCCURRED_AT, target="event"),
    ],
)
def test_a_relation_that_joins_nothing_is_refused(relation: Relation) -> None:
    record = msgspec.structs.replace(bare_record(Kind.INCIDENT), relations=(relation,))
    with pytest.raises(RenderingError, match="relation") as refused:
        render(view_of(record), CENTER)
    assert refused.value.where == "relations"


def test_an_indicator_whose_observable_is_withheld_keeps_its_other_facts(checker: MessageChecker) -> None:
    seen = datetime(2026, 2, 1, tzinfo=UTC)
    record = msgspec.structs.replace(
        bare_record(Kind.INDICATOR_SET),
        indicators=(Indicator(ref="sign", observable="withheld", last_seen=seen, confidence=60),),
    )
    root = parsed(record)
    assert values(root, "//cyber:LastObservedDate/nc:DateTime") == ["2026-02-01T00:00:00Z"]
    assert values(root, "//fx:IndicatorPatternText") == []
    assert checker.faults(etree.tostring(root)) == ()


@pytest.mark.parametrize(
    ("observable", "expected"),
    [
        (Observable(ref="o", type=ObservableType.IPV4, value="192.0.2.7"), "[ipv4-addr:value = '192.0.2.7']"),
        (
            Observable(ref="o", type=ObservableType.URL, value="http://a.example/'\\"),
            r"[url:value = 'http://a.example/\'%5C']",
        ),
        (Observable(ref="o", type=ObservableType.SHA256, value="ab" * 32), f"[file:hashes.'SHA-256' = '{'ab' * 32}']"),
        (Observable(ref="o", type=ObservableType.MD5, value="cd" * 16), f"[file:hashes.'MD5' = '{'cd' * 16}']"),
    ],
)
def test_an_observable_has_its_stix_pattern(observable: Observable, expected: str) -> None:
    assert pattern(observable) == expected


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].niem_root is None])
def test_a_kind_without_a_message_is_refused(kind: Kind) -> None:
    record = msgspec.structs.replace(bare_record(Kind.INCIDENT), kind=kind)
    with pytest.raises(RenderingError, match="no NIEM message yet"):
        render(view_of(record), CENTER)


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_that_xml_cannot_carry_is_refused_by_field_and_not_by_value(bad: str) -> None:
    record = msgspec.structs.replace(
        bare_record(Kind.INCIDENT), people=(Person(ref="subject", surname=f"Planted{bad}Secret"),)
    )
    with pytest.raises(RenderingError) as refused:
        render(view_of(record), CENTER)
    assert refused.value.where == "surname"
    assert refused.value.code == "rendering.error"
    assert "Planted" not in str(refused.value)
    assert f"U+{ord(bad):04X}" in str(refused.value)


def test_days_are_written_without_a_zone() -> None:
    person = Person(ref="subject", birth_date=date(1984, 7, 21))
    root = parsed(msgspec.structs.replace(bare_record(Kind.INCIDENT), people=(person,)))
    assert values(root, "//nc:PersonBirthDate/nc:Date") == ["1984-07-21"]


@pytest.mark.parametrize(
    ("state", "country", "said"),
    [
        ("OR", "US", ["usps:StateCode", "genc:CountryAlpha2Code"]),
        ("ON", "CA", ["nc:StateName", "genc:CountryAlpha2Code"]),
        ("OR", "ZZ", ["usps:StateCode", "nc:CountryName"]),
    ],
)
def test_a_code_that_the_list_does_not_have_is_carried_as_a_name(
    state: str, country: str, said: list[str], checker: MessageChecker
) -> None:
    record = msgspec.structs.replace(
        bare_record(Kind.INCIDENT), places=(Place(ref="scene", state=state, country=country),)
    )
    root = parsed(record)
    assert [values(root, f"//{element}") for element in said] == [[state], [country]]
    assert checker.faults(etree.tostring(root)) == ()


@pytest.mark.parametrize(
    ("file", "codes"), [("codes/usps.xsd", USPS_STATES), ("codes/genc.xsd", GENC_COUNTRIES)], ids=["usps", "genc"]
)
def test_the_codes_of_places_are_those_of_the_schemas(file: str, codes: frozenset[str]) -> None:
    listed = etree.parse(str(XSD / file)).xpath("//*[local-name() = 'enumeration']/@value")
    assert codes == {code for code in listed if len(code) == 2}


def test_exactly_the_characters_of_xml_1_0_are_accepted() -> None:
    """Production 2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]."""
    refused = []
    for number in (*range(0x10000), 0x10000, 0x10FFFF):
        try:
            element_text(f"a{chr(number)}", "field")
        except RenderingError:
            refused.append(number)
    controls = [n for n in range(0x20) if n not in (0x9, 0xA, 0xD)]
    assert refused == [*controls, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]

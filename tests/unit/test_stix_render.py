"""What a view becomes in STIX: the mapping of every sort of entity, order, names, completeness."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import inspect
from niem_builders import PATTERNED, pattern_of
from stix_builders import CENTER, FULL, KEY, SEEN, incident, indicator_set, nearly_empty, showing, signed_niem, view

from gateway import names
from gateway.errors import RenderingError
from gateway.model.codes import Caveat, ObservableType, Tlp
from gateway.model.cui import Cui
from gateway.model.disclosure import Discloses, disclosures
from gateway.model.entities import AreaCode, Circle, Indicator, Observable, Place, Polygon
from gateway.model.handling import Handling
from gateway.model.kinds import KINDS, Kind
from gateway.model.particulars import PARTICULARS
from gateway.model.patterns import pattern
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.relations import Relation, Role
from gateway.stix.canonical import canonical
from gateway.stix.cyber import observable, validity
from gateway.stix.entities import place
from gateway.stix.extensions import SECTIONS
from gateway.stix.frame import frame_of
from gateway.stix.markings import marking_objects
from gateway.stix.render import render

Objects = tuple[dict[str, Any], ...]

SHARED_IDENTITIES = {f"identity--{CENTER.id}", names.PRODUCT_IDENTITY}


def rendered(record: Record, **options: Any) -> Objects:
    return render(signed_niem(record, **options), CENTER)


def of_type(objects: Objects, stix_type: str) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == stix_type]


def facts(one: dict[str, Any], extension: str) -> dict[str, Any]:
    found: dict[str, Any] = one["extensions"][extension]
    return found


# Order and common properties --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FULL))
def test_shared_objects_come_first_and_the_container_holds_the_rest(name: str) -> None:
    objects = rendered(FULL[name]())
    container = objects[-1]
    assert container["type"] == KINDS[Kind(name)].container
    shared = [one for one in objects if one["id"] not in {*container["object_refs"], container["id"]}]
    assert list(objects[: len(shared)]) == shared
    kinds = {one["type"] for one in shared}
    assert kinds == {"identity", "marking-definition", "extension-definition"}
    assert container["object_refs"] == [one["id"] for one in objects[len(shared) : -1]]


def test_extension_definitions_are_the_products_and_the_same_at_every_center() -> None:
    elsewhere = msgspec.structs.replace(CENTER, id="1f3cbb0c-6a55-4b0e-9a5f-3d5a0d9f1c12", name="Another Center")
    here = [one for one in rendered(incident()) if one["type"] == "extension-definition"]
    there = [one for one in render(signed_niem(incident()), elsewhere) if one["type"] == "extension-definition"]
    assert here == there
    assert {one["created_by_ref"] for one in here} == {names.PRODUCT_IDENTITY}


def test_a_revised_center_is_a_new_version_of_its_identity() -> None:
    revised = msgspec.structs.replace(CENTER, name="Renamed Center", revised="2026-09-01T00:00:00.000Z")
    identity = render(signed_niem(incident()), revised)[0]
    assert identity["name"] == "Renamed Center"
    assert identity["modified"] == "2026-09-01T00:00:00.000Z" > identity["created"]


@pytest.mark.parametrize("name", sorted(FULL))
def test_rendering_is_repeatable(name: str) -> None:
    assert rendered(FULL[name]()) == rendered(FULL[name]())


def test_every_object_of_the_record_has_the_views_times_maker_and_markings() -> None:
    for one in rendered(incident()):
        if one["type"] in ("marking-definition", "extension-definition", "artifact") or one["id"] in SHARED_IDENTITIES:
            continue
        assert one["created"] == "2026-03-04T15:06:07.120Z"
        assert one["modified"] == "2026-03-05T09:00:00.000Z"
        assert one["created_by_ref"] == f"identity--{CENTER.id}"
        assert one["object_marking_refs"] == [marking["id"] for marking in marking_objects(incident().handling, CENTER)]


def test_two_views_share_no_id_but_those_of_shared_objects_and_observables() -> None:
    for name, make in FULL.items():
        if name == Kind.THREAT_INTELLIGENCE:  # what others published keeps its ids in every view
            continue
        first = {one["id"] for one in rendered(make(), key="full")}
        second = {one["id"] for one in rendered(make(), key="redacted")}
        shared = {i.partition("--")[0] for i in first & second} - {"ipv4-addr", "ipv6-addr", "domain-name", "url"}
        assert shared - {"email-addr", "file"} == {"identity", "marking-definition", "extension-definition"}, name
        assert {i for i in first & second if i.startswith("identity--")} == SHARED_IDENTITIES


def test_a_kind_without_a_stix_form_is_refused() -> None:
    with pytest.raises(RenderingError, match="criminal-intelligence"):
        rendered(msgspec.structs.replace(incident(), kind=Kind.CRIMINAL_INTELLIGENCE))


# Markings and handling --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", list(Tlp))
def test_the_tlp_marking_is_the_official_object(level: Tlp) -> None:
    record = msgspec.structs.replace(incident(), handling=Handling(tlp=level))
    marking, _ = of_type(rendered(record), "marking-definition")
    assert set(marking) == {"type", "spec_version", "id", "created", "name", "extensions"}
    assert marking["created"] == "2022-10-01T00:00:00.000Z"
    assert marking["name"] == f"TLP:{level.value.upper()}"
    assert list(marking["extensions"].values()) == [{"extension_type": "property-extension", "tlp_2_0": level.value}]


def test_the_cui_marking_lists_specified_categories_first() -> None:
    record = msgspec.structs.replace(incident(), handling=Handling(tlp=Tlp.RED, cui=(Cui.LEI, Cui.INV, Cui.SP_WIT)))
    _, cui, _ = of_type(rendered(record), "marking-definition")
    assert cui["name"] == "CUI//SP-WIT/INV/LEI"
    (extension,) = cui["extensions"].values()
    assert extension["categories"] == ["SP-WIT", "INV", "LEI"]
    assert extension["designator_ref"] == f"identity--{CENTER.id}"


def test_handling_and_provenance_stand_in_the_containers_record_extension() -> None:
    container = rendered(incident())[-1]
    said = facts(container, names.RECORD_EXTENSION)
    assert said["kind"] == "incident"
    assert said["caveats"] == [Caveat.LES.value]
    assert said["personal_information"] is True
    assert said["validate_by"] == "2027-03-04"
    assert said["provenance"]["file_name"] == "calls-2026-03.csv"
    assert said["provenance"]["line"] == 17
    assert container["confidence"] == 60
    assert container["labels"] == ["burglary", "harbor"]
    assert container["external_references"] == [{"source_name": "Harbor City Police", "external_id": "HC-26-000123"}]


def test_the_records_own_id_is_never_shown() -> None:
    record = incident()
    assert record.id.removeprefix("record--") not in str(rendered(record))


# Completeness -----------------------------------------------------------------------------------------------------


AREAS = {pattern_of(shape) for shape in (Polygon, Circle, AreaCode)}


def filled(cls: Any, path: str) -> Any:
    """An instance with a distinctive value in every field, made from the type alone."""
    shape = inspect.type_info(cls)
    assert isinstance(shape, inspect.StructType)
    return cls(**{field.name: _value(field.type, f"{path}.{field.name}") for field in shape.fields})


def _value(shape: Any, path: str) -> Any:
    seed = int(hashlib.sha256(path.encode()).hexdigest()[:6], 16)
    match shape:
        case inspect.Metadata(type=inner):
            return _value(inner, path)
        case inspect.UnionType(types=types):
            return _value(next(one for one in types if not isinstance(one, inspect.NoneType)), path)
        case inspect.VarTupleType(item_type=item):
            return (_value(item, path),)
        case inspect.EnumType(cls=cls):
            return list(cls)[seed % len(cls)]
        case inspect.BoolType():
            return True
        case inspect.IntType(ge=low, le=high):
            return (low or 0) + seed % ((high or 10**6) - (low or 0))
        case inspect.DateTimeType():
            return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seed)
        case inspect.DateType():
            return date(2000, 1, 1) + timedelta(days=seed % 9000)
        case inspect.DecimalType():
            return Decimal(seed % 9000) / 100
        case inspect.StrType(pattern=pattern) if pattern in AREAS:
            return PATTERNED[pattern][0]
        case inspect.StrType(pattern=pattern):
            examples = {
                "CVE": f"CVE-2026-{10000 + seed}",
                "CWE": f"CWE-{seed % 999}",
                "[A-Z]{2}": "WA",
                "[A-Z0-9]{3}": "USA",
                "0-9a-f": "c" * 64,
            }
            return next((text for mark, text in examples.items() if pattern and mark in pattern), f"text-of-{path}")
        case inspect.StructType(cls=cls):
            return filled(cls, path)
    raise TypeError(shape)


def values_in(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for held in value.values():
            yield from values_in(held)
    elif isinstance(value, list):
        for held in value:
            yield from values_in(held)
    else:
        yield value


def leaves(struct: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, msgspec.Struct):
                yield from leaves(one, f"{path}.{name}")
            elif one is not None:
                yield f"{path}.{name}", one


def as_written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def everything(kind: Kind) -> Record:
    entities = {
        group.field: (msgspec.structs.replace(filled(group.type, sort), ref=f"the-{sort}"),)
        for sort, group in ENTITY_GROUPS.items()
    }
    watched = msgspec.structs.replace(entities["observables"][0], type=ObservableType.DOMAIN, value="watched.example")
    claim = msgspec.structs.replace(entities["indicators"][0], observable=watched.ref)
    maker = "identity--0d9e8c7b-6a5f-4e3d-8c2b-1a0f9e8d7c6b"
    tool = {"type": "tool", "id": "tool--0d9e8c7b-6a5f-4e3d-8c2b-1a0f9e8d7c6c", "name": "the-tool"}
    original = msgspec.structs.replace(
        entities["originals"][0],
        stix_id=tool["id"],
        stix_type="tool",
        producer=maker,
        content=canonical(tool).decode(),
        unchanged=False,
    )
    return Record(
        id="record--4b5a7f0e-0000-4000-8000-000000000001",
        kind=kind,
        native_key="the-native-key",
        title="the-title",
        narrative="the-narrative",
        labels=("the-label",),
        handling=filled(Handling, "handling"),
        provenance=filled(Provenance, "provenance"),
        **{row.field: filled(row.type, word) for word, row in PARTICULARS.items() if kind in row.kinds},
        relations=(Relation(source="the-activity", role=Role.SUBJECT, target="the-person"),),
        **(entities | {"observables": (watched,), "indicators": (claim,), "originals": (original,)}),
    )


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.is_rendered])
def test_every_field_of_a_record_reaches_its_stix(kind: Kind) -> None:
    record = everything(kind)
    written = set(values_in(list(rendered(record))))
    told_otherwise = {"record.id", "record.relations.source", "record.relations.target"}  # never; by refs
    # within the text of a control; that nothing is lost is shown in test_stix_read
    told_otherwise |= {f"record.handling.{name}" for name in ("dissemination", "release_to", "display_to")}
    lost = {
        path
        for path, value in leaves(record, "record")
        if path not in told_otherwise and not {as_written(value), f"US-{value}"} & written
    }
    assert lost == set()


def test_a_relation_joins_the_objects_of_its_ends() -> None:
    objects = rendered(incident())
    by_id = {one["id"]: one for one in objects}
    joined = {
        (
            facts(link, names.ROLE_EXTENSION)["role"],
            link["relationship_type"],
            by_id[link["source_ref"]]["name"],
            by_id[link["target_ref"]]["name"],
        )
        for link in of_type(objects, "relationship")
    }
    offense, van, suspect = (
        "Offense: BURGLARY-COMMERCIAL",
        "2014 WHI FORD TRANSIT VN, plate WA TEST123",
        ("Testa Q Placeholder Jr"),
    )
    assert joined == {
        ("subject", "related-to", offense, suspect),
        ("victim", "related-to", offense, "Ana Invented"),
        ("occurred-at", "related-to", offense, "Pier 9"),
        ("vehicle-used", "related-to", offense, van),
        ("item-involved", "related-to", offense, "Knot & Sons"),
        ("target", "related-to", offense, "Invented Chandlery"),
        ("operator", "related-to", van, suspect),
        ("member-of", "related-to", "Ana Invented", "Invented Chandlery"),
        ("resident-at", "located-at", suspect, "Pier 9"),
    }


def test_a_relation_to_something_withheld_is_not_told() -> None:
    record = msgspec.structs.replace(incident(), people=(), organizations=())
    roles = {facts(link, names.ROLE_EXTENSION)["role"] for link in of_type(rendered(record), "relationship")}
    assert roles == {"occurred-at", "vehicle-used", "item-involved"}


def test_the_sections_name_only_fields_there_are() -> None:
    for section in SECTIONS:
        assert section.exact <= set(section.facts.__struct_fields__)
        assert section.as_text <= section.exact


# Withheld ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.INCIDENT, Kind.SUSPICIOUS_ACTIVITY])
def test_a_nearly_empty_view_shows_nothing_that_was_withheld(kind: Kind) -> None:
    record = everything(kind)
    shown = str(rendered(nearly_empty(record), carries_niem=False))
    kept = {Discloses.FACT, Discloses.STRUCTURE}
    secrets = {
        value
        for group in ENTITY_GROUPS.values()
        for one in getattr(record, group.field)
        for name, disclosed in disclosures(type(one)).items()
        if disclosed not in kept and str(value := getattr(one, name)).startswith("text-of-")
    }
    assert len(secrets) > 40
    assert [secret for secret in secrets if secret in shown] == []
    assert "the-n" not in shown
    assert "the-title" not in shown


def test_names_of_what_is_withheld_come_from_the_part_and_the_sort() -> None:
    objects = rendered(nearly_empty(incident()))
    named = {one["name"] for one in objects if one["type"] in ("identity", "infrastructure", "incident", "report")}
    assert named == {
        CENTER.name, "Fusion Exchange Gateway",
        "Incident", "Offense", "Subject", "Victim", "Target", "Vehicle", "Property",
    }  # fmt: skip
    assert not of_type(objects, "note")
    assert "external_references" not in objects[-1]


def test_blank_provenance_is_left_out() -> None:
    said = facts(rendered(nearly_empty(incident()))[-1], names.RECORD_EXTENSION)
    assert said["provenance"] == {"received": "2026-03-05T08:59:58.25Z"}


def test_an_indicator_without_its_observable_is_told_in_the_container() -> None:
    objects = rendered(nearly_empty(indicator_set()), carries_niem=False)
    assert not of_type(objects, "indicator")
    assert objects[-1]["object_refs"] == [f"identity--{CENTER.id}"]
    claims = facts(objects[-1], names.RECORD_EXTENSION)["indicators"]
    assert len(claims) == 9
    assert claims[0]["confidence"] == 75
    assert "malware" not in claims[0]


# Places -----------------------------------------------------------------------------------------------------------


def written_place(**fields: Any) -> dict[str, Any]:
    one = Place(ref="here", **fields)
    record = msgspec.structs.replace(incident(), places=(one,), relations=())
    return place(frame_of(view(record), CENTER, ()), one)


def test_a_place_without_a_country_is_in_northern_america() -> None:
    assert written_place()["region"] == "northern-america"
    assert written_place(country="CA", state="BC")["administrative_area"] == "BC"
    assert written_place(state="WA")["administrative_area"] == "US-WA"
    assert "region" not in written_place(country="DE")


def test_a_single_coordinate_and_a_too_precise_one_stand_as_text() -> None:
    alone = written_place(latitude=Decimal("47.5"))
    assert "latitude" not in alone
    assert facts(alone, names.RECORD_EXTENSION)["latitude"] == "47.5"
    long = written_place(latitude=Decimal("47.60000000000000071"), longitude=Decimal("-122.330"))
    assert (long["latitude"], long["longitude"]) == (47.6, -122.33)
    assert facts(long, names.RECORD_EXTENSION)["latitude"] == "47.60000000000000071"
    assert "longitude" not in facts(long, names.RECORD_EXTENSION)


# Observables and indicators ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (ObservableType.IPV4, "198.51.100.3", "[ipv4-addr:value = '198.51.100.3']"),
        (ObservableType.SHA256, "c" * 64, f"[file:hashes.'SHA-256' = '{'c' * 64}']"),
        (ObservableType.DOMAIN, r"a'b\c.example", r"[domain-name:value = 'a\'b\\c.example']"),
        (ObservableType.URL, "http://a.example/it's", r"[url:value = 'http://a.example/it\'s']"),
    ],
)
def test_patterns_escape_quotes_and_backslashes(kind: ObservableType, value: str, written: str) -> None:
    assert pattern(Observable(ref="one", type=kind, value=value)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("http://a.example/x?q=1&r=%20#f", "http://a.example/x?q=1&r=%20#f"),
        ("http://a.example/a b|c\\d^[e]", "http://a.example/a%20b%7Cc%5Cd%5E%5Be%5D"),
        ("http://[2001:db8::7]:8080/", "http://[2001:db8::7]:8080/"),
        ("http://a.example/100%", "http://a.example/100%25"),
        ("http://a.example/ü", "http://a.example/%C3%BC"),
    ],
)
def test_a_url_is_written_as_rfc_3986_asks(value: str, written: str) -> None:
    assert observable(Observable(ref="one", type=ObservableType.URL, value=value))["value"] == written


def test_an_observable_has_its_bare_value_and_the_record_speaks_in_the_observed_data() -> None:
    objects = rendered(indicator_set())
    (address,) = of_type(objects, "ipv4-addr")
    assert set(address) == {"type", "spec_version", "id", "value"}
    seen = next(one for one in of_type(objects, "observed-data") if one["object_refs"] == [address["id"]])
    assert (seen["first_observed"], seen["last_observed"]) == ("2026-03-04T14:55:30Z", "2026-03-04T16:00:00Z")
    based = [one for one in of_type(objects, "relationship") if one["target_ref"] == seen["id"]]
    assert [one["relationship_type"] for one in based] == ["based-on"]


def test_the_same_value_twice_is_one_observable() -> None:
    twice = tuple(Observable(ref=ref, type=ObservableType.DOMAIN, value="bad.example") for ref in ("one", "two"))
    objects = rendered(msgspec.structs.replace(indicator_set(), observables=twice, indicators=(), relations=()))
    assert len(of_type(objects, "domain-name")) == 1
    assert len(of_type(objects, "observed-data")) == 2
    assert of_type(objects, "observed-data")[0]["first_observed"] == "2026-03-05T08:59:58Z"


def test_one_malware_family_is_one_object() -> None:
    objects = rendered(indicator_set())
    (family,) = of_type(objects, "malware")
    assert family["name"] == "InventedLoader"
    indicates = [one for one in of_type(objects, "relationship") if one["relationship_type"] == "indicates"]
    assert {one["target_ref"] for one in indicates} == {family["id"]}
    assert len(indicates) == 9


RECEIVED = datetime(2026, 3, 5, tzinfo=UTC)
MONTH = timedelta(days=30)
START, WHOLE = datetime(2026, 1, 1, tzinfo=UTC), SEEN.replace(microsecond=0)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, (RECEIVED, RECEIVED + MONTH)),
        ({"first_seen": START, "last_seen": SEEN}, (START, WHOLE + MONTH)),
        ({"valid_from": SEEN}, (WHOLE, WHOLE + MONTH)),
        ({"valid_from": START, "valid_until": SEEN}, (START, WHOLE)),
        ({"valid_from": SEEN, "valid_until": START}, (START - timedelta(seconds=1), START)),
        ({"valid_from": START, "valid_until": START}, (START - timedelta(seconds=1), START)),
        ({"valid_from": datetime(9999, 12, 30, tzinfo=UTC)}, (
            datetime(9999, 12, 30, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
        )),
    ],
)  # fmt: skip
def test_an_indicator_always_ends_after_it_starts(
    times: dict[str, datetime], expected: tuple[datetime, datetime]
) -> None:
    assert validity(Indicator(ref="one", observable="two", **times), MONTH, RECEIVED) == expected


# Vulnerability, artifact, text ------------------------------------------------------------------------------------


def test_a_vulnerability_carries_its_cve_and_what_cisa_says_of_it() -> None:
    objects = rendered(FULL["vulnerability"]())
    (hole,) = of_type(objects, "vulnerability")
    assert hole["external_references"][0] == {"source_name": "cve", "external_id": "CVE-2026-10001"}
    assert all("external_id" in one for one in hole["external_references"])  # OpenCTI drops what has no id and no URL
    said = facts(hole, names.RECORD_EXTENSION)
    assert (said["due"], said["ransomware"], said["weaknesses"]) == ("2026-03-22", "known", ["CWE-78", "CWE-20"])
    assert objects[-1]["report_types"] == ["vulnerability"]


def test_the_signed_niem_document_travels_as_a_marked_artifact() -> None:
    niem = signed_niem(incident())
    objects = render(niem, CENTER)
    (artifact,) = of_type(objects, "artifact")
    assert base64.b64decode(artifact["payload_bin"]) == niem.document
    assert artifact["hashes"] == {"SHA-256": hashlib.sha256(niem.document).hexdigest()}
    assert artifact["mime_type"] == "application/xml"
    assert artifact["object_marking_refs"] == objects[-1]["object_marking_refs"]
    assert artifact["id"] in objects[-1]["object_refs"]
    assert not of_type(rendered(incident(), carries_niem=False), "artifact")


def test_the_narrative_is_a_note_about_what_happened() -> None:
    objects = rendered(incident())
    (note,) = of_type(objects, "note")
    assert note["content"] == incident().narrative
    assert note["object_refs"] == [of_type(objects, "incident")[0]["id"]]


def test_the_description_starts_with_the_releasable_text() -> None:
    description = rendered(incident(), releasable="Watch for a white van.")[-1]["description"]
    assert description.startswith("Watch for a white van.\n\nIncident of Harbor City Police")
    assert "Handling: TLP:AMBER" in description


def test_the_description_counts_what_it_does_not_list() -> None:
    many = tuple(Observable(ref=f"o-{n}", type=ObservableType.DOMAIN, value=f"d{n}.example") for n in range(25))
    record = msgspec.structs.replace(indicator_set(), observables=many, indicators=(), relations=())
    assert "d9.example and 15 more." in rendered(record)[-1]["description"]


def test_a_withheld_text_class_takes_the_text_away_and_leaves_the_rest() -> None:
    record = showing(incident(), Discloses.FACT, Discloses.PERSON, Discloses.PLACE, Discloses.REFERENCE)
    container = rendered(record)[-1]
    assert container["name"] == "Incident HC-26-000123"
    assert "BURGLARY-COMMERCIAL" not in str(rendered(record))


def test_ids_come_from_the_views_key_alone() -> None:
    first = rendered(incident())
    niem = signed_niem(incident())
    rekeyed = msgspec.structs.replace(niem.view, ids=KEY.derive("another"))
    second = render(msgspec.structs.replace(niem, view=rekeyed), CENTER)
    assert first[-1]["id"] != second[-1]["id"]

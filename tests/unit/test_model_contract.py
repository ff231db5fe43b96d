"""The canonical record keeps its promises: a class at each field, patterns at coded text, frozen types."""

import enum
import re
from datetime import UTC, datetime
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from niem_builders import full_record, records

import gateway.errors
from gateway.errors import GatewayError
from gateway.model import codes
from gateway.model.disclosure import Discloses, disclosure_of, disclosures
from gateway.model.handling import Handling
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS, Kind
from gateway.model.particulars import PARTICULARS
from gateway.model.problems import Problem, masked
from gateway.model.provenance import Provenance
from gateway.model.record import ENTITY_GROUPS, Record, decode_record, encode_record
from gateway.model.relations import ROLES, Relation, Role

PARTICULAR_TYPES = tuple(row.type for row in PARTICULARS.values())
TYPES = (*(group.type for group in ENTITY_GROUPS.values()), Handling, Provenance, *PARTICULAR_TYPES, Relation)
PARTS = {"handling", "provenance", "relations"}
PARTS |= {row.field for row in (*PARTICULARS.values(), *ENTITY_GROUPS.values())}


def fields() -> list[tuple[type, str]]:
    found = [(kind, name) for kind in TYPES for name in kind.__struct_fields__]
    return found + [(Record, name) for name in Record.__struct_fields__ if name not in PARTS]


@pytest.mark.parametrize(("kind", "name"), fields(), ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_every_field_says_what_it_discloses(kind: type[msgspec.Struct], name: str) -> None:
    assert disclosures(kind)[name] is not None


def _pattern(annotation: Any) -> str | None:
    if get_origin(annotation) is Annotated:
        for extra in annotation.__metadata__:
            if isinstance(extra, msgspec.Meta) and extra.pattern:
                return extra.pattern
        return _pattern(get_args(annotation)[0])
    return next((p for argument in get_args(annotation) if (p := _pattern(argument))), None)


def _holds(annotation: Any, wanted: type) -> bool:
    if annotation is wanted:
        return True
    return any(_holds(argument, wanted) for argument in get_args(annotation))


@pytest.mark.parametrize(("kind", "name"), fields(), ids=lambda v: v if isinstance(v, str) else v.__name__)
def test_text_that_passes_as_a_fact_has_a_pattern_that_leaves_no_room(kind: type[msgspec.Struct], name: str) -> None:
    annotation = get_type_hints(kind, include_extras=True)[name]
    if disclosure_of(annotation) in (Discloses.FACT, Discloses.STRUCTURE) and _holds(annotation, str):
        pattern = _pattern(annotation)
        assert pattern is not None
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert re.search(pattern, "Pat Placeholder, TST-0417") is None


def test_the_classes_are_read_through_aliases_and_the_outer_one_holds() -> None:
    inner = Annotated[str, Discloses.FACT]
    assert disclosure_of(inner | None) is Discloses.FACT
    assert disclosure_of(tuple[inner, ...]) is Discloses.FACT
    assert disclosure_of(Annotated[inner, Discloses.PERSON]) is Discloses.PERSON
    assert disclosure_of(str) is None


@pytest.mark.parametrize("kind", TYPES, ids=lambda k: k.__name__)
def test_every_type_is_frozen_and_closed(kind: type[msgspec.Struct]) -> None:
    config = kind.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(Kind).flatmap(records))
def test_a_record_comes_back_from_the_stores_form(record: Record) -> None:
    encoded = encode_record(record)
    assert decode_record(encoded) == record
    assert encode_record(decode_record(encoded)) == encoded


def test_the_content_digest_is_over_everything_but_the_provenance() -> None:
    record = full_record(Kind.INCIDENT)
    elsewhere = msgspec.structs.replace(
        record,
        provenance=msgspec.structs.replace(record.provenance, line=99, received=datetime(2020, 1, 1, tzinfo=UTC)),
    )
    assert elsewhere.content_digest() == record.content_digest()
    for change in ({"narrative": "x"}, {"labels": ()}, {"people": record.people[:1]}, {"native_key": "x"}):
        assert msgspec.structs.replace(record, **change).content_digest() != record.content_digest()


def test_every_kind_has_a_row_and_requires_fields_that_exist() -> None:
    assert KINDS.keys() == set(Kind)
    for row in KINDS.values():
        assert set(row.requires) <= set(Record.__struct_fields__)
        assert (row.niem_root is None) == (row.container is None)
        assert row.title


@pytest.mark.parametrize("kind", [Kind.SUSPICIOUS_ACTIVITY, Kind.TIP, Kind.CRIMINAL_INTELLIGENCE])
def test_what_speaks_of_people_without_proof_needs_two_reviewers(kind: Kind) -> None:
    assert KINDS[kind].approvals == 2


def test_every_role_joins_sorts_that_exist() -> None:
    assert ROLES.keys() == set(Role)
    for row in ROLES.values():
        assert row.source
        assert row.source | row.target <= ENTITY_GROUPS.keys()


# Ids -------------------------------------------------------------------------------------------------------------

PARTS_OF_IDS = st.lists(
    st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=3
)


@given(PARTS_OF_IDS, PARTS_OF_IDS)
def test_ids_are_v4_shaped_stable_and_different_for_different_parts(one: list[str], other: list[str]) -> None:
    key = IdKey(b"k" * 32)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", key.uuid(*one))
    assert key.uuid(*one) == IdKey(b"k" * 32).uuid(*one)
    assert (key.uuid(*one) == key.uuid(*other)) == (one == other)
    assert key.uuid(*one) != IdKey(b"l" * 32).uuid(*one)
    assert key.uuid(*one) != key.derive("scope").uuid(*one)


def test_an_id_key_keeps_its_secret_to_itself() -> None:
    key = IdKey(b"very secret bytes of the center")
    assert "secret" not in repr(key)
    assert "secret" not in str(key)
    with pytest.raises(ValueError, match="16 bytes"):
        IdKey(b"short")


# Problems and errors ---------------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_a_masked_value_tells_two_characters_and_a_length(value: str) -> None:
    shown = masked(value)
    assert len(shown) <= 40
    assert shown.isprintable()
    if len(value) > 2:
        assert value not in shown
        assert f"({len(value)} characters)" in shown


def test_a_problem_is_one_sentence_with_place_and_code() -> None:
    problem = Problem(
        code="bad-date", problem="31/12 is no day of a month", remedy="Write month first", line=7, column="DOB"
    )
    assert problem.sentence("a.csv") == (
        "a.csv: line 7, DOB: 31/12 is no day of a month. Write month first. [bad-date]"
    )
    assert Problem(code="c", problem="p", remedy="").sentence() == "p. [c]"


def _errors() -> list[type[GatewayError]]:
    found = [c for c in vars(gateway.errors).values() if isinstance(c, type) and issubclass(c, GatewayError)]
    assert len(found) > 15
    return found


def test_every_error_has_a_code_of_its_own_and_is_drawn_in_the_tree() -> None:
    codes = [error.code for error in _errors()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+\.[a-z-]+", code) for code in codes)
    tree = gateway.errors.__doc__ or ""
    drawn = re.findall(r"^[ │├└─]*([A-Z][A-Za-z]+)(?= {2,}|$)", tree, re.MULTILINE)
    assert {error.__name__ for error in _errors()} <= set(drawn)


def test_the_tree_is_drawn_as_it_grows() -> None:
    depth: dict[str, int] = {}
    for line in (gateway.errors.__doc__ or "").splitlines():
        match = re.match(r"^([ │├└─]*)([A-Z][A-Za-z]+)(?: {2,}|$)", line)
        if match:
            depth[match[2]] = (len(match[1]) - 4) // 4
    for error in _errors():
        assert depth[error.__name__] == len(error.__mro__) - GatewayError.__mro__.__len__(), error


def test_an_error_says_where_what_and_what_to_do() -> None:
    error = GatewayError("it broke", where="file.yaml", remedy="Mend it")
    assert str(error) == "file.yaml: it broke. Mend it."
    assert str(GatewayError("Is it?")) == "Is it?"


def test_vocabularies_repeat_no_code() -> None:
    for vocabulary in vars(codes).values():
        if isinstance(vocabulary, enum.EnumMeta) and issubclass(vocabulary, enum.StrEnum):
            members = vocabulary.__members__
            assert len(members) == len({member.value for member in members.values()}), vocabulary

"""Laws of the CUI banner and of the marking in a NIEM message."""

import msgspec
from handling_builders import COUNTRY_LISTS, consistent
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from niem_builders import CENTER, XML_TEXT, bare_record, view_of

from gateway.errors import BadMarking
from gateway.model.banner import Banner, read_banner, write_banner, write_portion
from gateway.model.codes import Caveat, Tlp
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Handling
from gateway.model.kinds import Kind
from gateway.niem.namespaces import NAMESPACES
from gateway.niem.read import read
from gateway.niem.render import render


def many(values: type) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=4).map(tuple)  # type: ignore[call-overload]


HANDLINGS = st.builds(
    consistent,
    tlp=st.sampled_from(Tlp),
    cui=many(Cui),
    dissemination=many(Dissemination),
    release_to=COUNTRY_LISTS,
    display_to=COUNTRY_LISTS,
    dissemination_list=st.lists(XML_TEXT, max_size=2).map(tuple),
    designating_entity=st.none() | XML_TEXT,
    decontrol_date=st.none() | st.dates(),
    supplemental_markings=many(SupplementalMarking),
    caveats=many(Caveat),
)


def banner_of(handling: Handling) -> Banner:
    return Banner(
        cui=handling.cui,
        dissemination=handling.dissemination,
        release_to=handling.release_to,
        display_to=handling.display_to,
        caveats=handling.caveats,
    )


@settings(deadline=None, max_examples=200)
@given(HANDLINGS)
def test_reading_what_was_written_gives_the_same(handling: Handling) -> None:
    banner = banner_of(handling)
    assert read_banner(write_banner(banner)) == banner
    assert read_banner(write_portion(banner)) == banner
    assert read_banner(write_banner(banner).lower()) == banner


@settings(deadline=None, max_examples=200)
@given(HANDLINGS, st.randoms())
def test_the_normal_form_does_not_depend_on_order(handling: Handling, random: object) -> None:
    banner = banner_of(handling)
    head, *groups = write_banner(banner).split("//")
    pieces = [group.split("/") for group in groups]
    for group in pieces:
        random.shuffle(group)  # type: ignore[attr-defined]
    random.shuffle(pieces)  # type: ignore[attr-defined]
    assert write_banner(read_banner("//".join([head, *map("/".join, pieces)]))) == write_banner(banner)


@settings(deadline=None, max_examples=200)
@given(HANDLINGS)
def test_a_message_says_every_fact_of_the_marking_and_no_other(handling: Handling) -> None:
    record = msgspec.structs.replace(bare_record(Kind.INCIDENT), handling=handling)
    root = etree.fromstring(render(view_of(record), CENTER))
    assert (root.find(".//cui:DocumentMarkingMetadata", NAMESPACES) is not None) == bool(handling.cui)
    assert read(root, record_id=record.id).record.handling == handling


WORDS = st.sampled_from(
    [
        "CUI",
        "CONTROLLED",
        "U",
        "LEI",
        "SP-INV",
        "NOFORN",
        "NF",
        "REL TO USA, CAN",
        "REL TO",
        "LES",
        "FOUO",
        "SECRET",
        "",
    ]
)


@settings(deadline=None, max_examples=400)
@given(
    st.text(max_size=40) | st.lists(WORDS, max_size=6).flatmap(lambda w: st.sampled_from(["/".join(w), "//".join(w)]))
)
def test_any_text_is_a_banner_with_a_normal_form_or_one_clear_error(text: str) -> None:
    banner, error = _read(text)
    if banner is not None:
        assert read_banner(write_banner(banner)) == banner
    else:
        assert error.remedy
        assert len(text) < 6 or text not in str(error)


def _read(text: str) -> tuple[Banner | None, BadMarking]:
    try:
        return read_banner(text), BadMarking("none")
    except BadMarking as error:
        return None, error

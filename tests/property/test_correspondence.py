"""The NIEM message and the STIX objects of one view say the same facts: each reads back as the same record.

What the two standards cannot keep alike is named in `facts`, with the reason, and nothing else may differ.
"""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, full_view, views

from gateway.model.identity import IdKey
from gateway.model.kinds import Kind
from gateway.model.record import ENTITY_GROUPS, Record
from gateway.model.stages import SignedNiem, View
from gateway.niem.read import read as read_niem
from gateway.niem.render import render as render_niem
from gateway.sharing.projections import PROJECTIONS, project
from gateway.stix.read import read as read_stix
from gateway.stix.render import render as render_stix

SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
Fact = tuple[str, str, Any]


def facts(record: Record) -> set[Fact]:
    """Every fact of a record as (whose, which, what), without order; a part with nothing in it is none.

    Left aside: a line without its file or the file's digest, which says nothing; relations to and from indicators whose
    observable is withheld, which STIX has no object for; which observable such an indicator is about.
    """
    watched = {one.ref for one in record.observables}
    mute = {one.ref for one in record.indicators if one.observable not in watched}
    found: set[Fact] = {("record", "relation", one) for one in record.relations if not {one.source, one.target} & mute}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if name in {group.field for group in ENTITY_GROUPS.values()}:
            for one in value:
                found |= _of(f"{name} {one.ref}", one, {"observable"} if one.ref in mute else set())
        elif name == "provenance":
            is_told = value.file_name and value.source_sha256 != "0" * 64
            found |= _of(name, value, set() if is_told else {"line"})
        elif name in ("labels",):
            found.add(("record", name, frozenset(label for label in value if label)))
        elif isinstance(value, msgspec.Struct):
            found |= _of(name, value, set())
        elif name != "relations" and value not in (None, (), ""):
            found.add(("record", name, value))
    return found


def _of(owner: str, held: Any, without: set[str]) -> set[Fact]:
    """The filled fields of a part of the record; decimals as the JSON number nearest to them."""
    return {
        (owner, name, _plain(getattr(held, name)))
        for name in held.__struct_fields__
        if name not in without and getattr(held, name) not in (None, (), "")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return frozenset(value)
    return float(value) if isinstance(value, Decimal) else value


def check(view: View) -> None:
    document = render_niem(view, CENTER)
    objects = render_stix(SignedNiem(view=view, document=document, key_id="test"), CENTER)
    from_niem = read_niem(etree.fromstring(document), record_id=view.record.id).record
    from_stix = read_stix(objects, record_id=view.record.id)
    assert facts(from_niem) == facts(from_stix) == facts(view.record)


def projected(view: View, projection: str) -> View:
    record = project(view.record, PROJECTIONS[projection], view_id=view.document_id).record
    return msgspec.structs.replace(view, record=record, ids=IdKey(b"a key of sixteen bytes"))


@pytest.mark.parametrize("projection", sorted(PROJECTIONS))
@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_both_say_all_of_a_record_that_has_everything(kind: Kind, projection: str) -> None:
    check(projected(full_view(kind), projection))


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_both_say_the_same_of_any_view(kind: Kind) -> None:
    SLOW(given(views(kind), st.sampled_from(sorted(PROJECTIONS)))(lambda view, name: check(projected(view, name))))()


@pytest.mark.soak
@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_both_say_the_same_of_a_thousand_views(kind: Kind) -> None:
    law = given(views(kind), st.sampled_from(sorted(PROJECTIONS)))(lambda view, name: check(projected(view, name)))
    settings(SLOW, max_examples=1000)(law)()

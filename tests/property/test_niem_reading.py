"""Two laws of NIEM messages over random records of every kind.

The templates write what the slow builder writes; what is written reads back as the record.
"""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from niem_builders import CENTER, RENDERED_KINDS, full_view, view_of, views
from niem_oracle import build

from gateway.model.kinds import Kind
from gateway.model.record import Record
from gateway.model.stages import View
from gateway.niem.read import read
from gateway.niem.render import render

SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def canonical(element: Any) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def normal(record: Record) -> Record:
    """The record with its sets of codes in one order, and without what a message has no place for.

    A message keeps the responses of an alert as a set, no empty labels, and a line only with its file. Activities,
    items and relations stand by their elements. An indicator whose observable is not shown does not tell which one.
    """
    seen = {one.ref for one in record.observables}
    line = record.provenance.line if record.provenance.file_name else 1
    alert = record.alert
    return msgspec.structs.replace(
        record,
        activities=tuple(sorted(record.activities, key=lambda one: one.ref)),
        items=tuple(sorted(record.items, key=lambda one: one.ref)),
        relations=tuple(sorted(record.relations, key=lambda one: (one.source, one.role, one.target))),
        provenance=msgspec.structs.replace(record.provenance, line=line),
        labels=tuple(label for label in record.labels if label),
        alert=alert and msgspec.structs.replace(alert, responses=tuple(sorted(alert.responses))),
        indicators=tuple(
            one if one.observable in seen else msgspec.structs.replace(one, observable="withheld")
            for one in record.indicators
        ),
    )


def check_laws(view: View) -> None:
    document = render(view, CENTER)
    parsed = etree.fromstring(document)
    assert canonical(parsed) == canonical(build(view, CENTER))
    message = read(parsed, record_id=view.record.id)
    assert normal(message.record) == normal(view.record)
    assert message.unread == ()
    assert (message.document_id, message.created, message.modified, message.releasable_text) == (
        view.document_id,
        view.created,
        view.modified,
        view.releasable_text,
    )
    assert message.center == msgspec.structs.replace(CENTER, created="")
    assert render(message, message.center) == render(view_of(message.record), message.center)


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_templates_write_what_the_builder_writes_and_it_reads_back(kind: Kind) -> None:
    SLOW(given(views(kind))(check_laws))()


@pytest.mark.soak
@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_thousand_records_of_every_kind_are_written_and_read_back(kind: Kind) -> None:
    settings(SLOW, max_examples=1000)(given(views(kind))(check_laws))()


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_record_with_everything_is_written_and_read_back(kind: Kind) -> None:
    check_laws(full_view(kind))

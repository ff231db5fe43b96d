"""What a record would look like outside: its NIEM message and its STIX objects, checked, unsigned and sent nowhere."""

import enum
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from lxml import etree

from gateway.config import shipped
from gateway.model.center import Center
from gateway.model.identity import IdKey
from gateway.model.kinds import KINDS
from gateway.model.record import Record, encode_record
from gateway.model.stages import Cleared, SignedNiem
from gateway.niem.check import MessageChecker
from gateway.niem.render import render as render_niem
from gateway.sharing.projections import PROJECTIONS
from gateway.sharing.views import bare_view
from gateway.stix.check import ObjectChecker
from gateway.stix.render import render as render_stix

__all__ = ["HELD", "Form", "Previews", "invented_center", "previews_of", "readable"]

HELD = "held: this kind has no rendering yet"
"""What becomes of a record of a kind that neither NIEM nor STIX is written for."""


class Form(enum.StrEnum):
    """What to show a record as."""

    RECORD = "record"
    NIEM = "niem"
    STIX = "stix"


class Previews(NamedTuple):
    """Shows records in each form, as a projection lets them be seen."""

    center: Center
    ids: IdKey
    niem_checker: MessageChecker
    stix_checker: ObjectChecker
    clock: Callable[[], datetime]

    def document(self, record: Record, form: Form, *, projection: str = "full") -> bytes | None:
        """The record in a form, in the bytes that would be signed; None where its kind has no rendering and is held.

        Raises RenderingError or InvalidDocument for a record that cannot be written.
        """
        if form is Form.RECORD:
            return encode_record(record)
        if not KINDS[record.kind].is_rendered:
            return None
        now = self.clock().replace(microsecond=0)
        cleared = Cleared(record=record, number=1, created=now, modified=now)
        view = bare_view(cleared, PROJECTIONS[projection], self.ids)
        valid = self.niem_checker.check(view, render_niem(view, self.center))
        if form is Form.NIEM:
            return valid.document
        unsigned = SignedNiem(view=view, document=valid.document, key_id="")
        checked = self.stix_checker.check(unsigned, render_stix(unsigned, self.center))
        bundle: dict[str, Any] = {"type": "bundle", "id": f"bundle--{view.document_id}", "objects": checked.objects}
        return orjson.dumps(bundle, option=orjson.OPT_INDENT_2)


def readable(document: bytes, form: Form) -> str:
    """A document with line ends and indents, for the eye; a signature would be over the other bytes."""
    if form is Form.RECORD:
        return orjson.dumps(orjson.loads(document), option=orjson.OPT_INDENT_2).decode()
    if form is Form.NIEM:
        root = etree.fromstring(document)  # our own, just rendered and checked
        etree.indent(root)
        return str(etree.tostring(root, encoding="unicode"))
    return document.decode()


def previews_of(center: Center, ids: IdKey, clock: Callable[[], datetime]) -> Previews:
    """Previews as a center would publish; the checkers are the road's own."""
    return Previews(center, ids, MessageChecker(shipped("xsd")), ObjectChecker(), clock)


def invented_center(clock: Callable[[], datetime]) -> Center:
    """A center for those who have no home yet; its name says that it is none."""
    created = clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return Center(
        id="00000000-0000-4000-8000-000000000000",
        name="A center that does not exist",
        abbreviation="NONE",
        contact="nobody@example.org",
        created=created,
    )

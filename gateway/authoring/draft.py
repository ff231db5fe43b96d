"""A draft mapping from a profile: it runs as it is, and every line waits for the author's word."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from gateway.authoring.profile import ColumnProfile, FileProfile
from gateway.documents import quoted
from gateway.errors import UnreadableDelivery
from gateway.mapping.addresses import EVERY
from gateway.mapping.reading import Reading
from gateway.mapping.targets import find_target

__all__ = ["draft_mapping"]

_TARGETS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("lat",), "place.scene.latitude"),
    (("lon", "lng"), "place.scene.longitude"),
    (("city", "town"), "place.scene.city"),
    (("zip", "postal"), "place.scene.postal_code"),
    (("block", "street", "address", "location"), "place.scene.street"),
    (("beat",), "place.scene.beat"),
    (("precinct", "district", "division"), "place.scene.precinct"),
    (("dispos", "clearance"), "activity.event.disposition"),
    (("title", "subject"), "record.title"),
    (("narrative", "comment", "remark", "description", "body"), "record.narrative"),
    (("type", "offense", "nature", "problem", "category"), "activity.event.type_text"),
)
"""Words in a column's name, each with the target that is proposed for it; the first that fits and is free."""
_TIMES: Final = ("activity.event.started", "activity.event.reported", "activity.event.ended", "activity.event.arrived")
_NOT_YET: Final = "not looked at yet"
_REPEATS: Final = "not looked at yet; it repeats, so read it under 'each', or a value of it with 'join' or 'pick'"


def draft_mapping(feed: str, profile: FileProfile, *, agency: str, timezone: str) -> str:
    """The YAML of a mapping for this file, making incidents; what was not understood stands under `drops`.

    Raises UnreadableDelivery for items in which everything repeats: nothing could tell them apart.
    """
    columns = [column for column in profile.columns if _can_be_written(column.name)]
    single = [column for column in columns if not column.repeats]
    found = next((column for column in single if column.is_key), None)
    key = found or next((column for column in single if column.filled), None) or next(iter(single), None)
    if key is None:
        raise UnreadableDelivery(
            "everything in the items repeats, so there is nothing to tell them apart by",
            remedy="Write the mapping by hand; a group of a larger item may be the real item",
        )
    taken: set[str] = set()
    fields = ["  activity.event.category: {value: incident}"]
    fields.append(f"  activity.event.case_number: {{from: {quoted(key.name)}, required: true}}")
    drops: dict[str, str] = {}
    for column in columns:
        line = "" if column is key else _field(column, taken)
        if line:
            fields.append(line)
        elif column.repeats:
            drops[column.name.partition(EVERY)[0] + EVERY] = _REPEATS
        elif column is not key:
            drops[column.name] = _NOT_YET
    has_place = any(target.startswith("place.scene") for target in taken)
    return "\n".join(
        [
            f"mapping: {feed}",
            "version: 1",
            "about: A draft made from one file. Read every line before you trust it.",
            "makes: incident",
            f"source: {{agency: {quoted(agency)}, system: {quoted('not stated')}}}",
            "handling: {tlp: red}  # the narrowest; widen it when you know what the file holds",
            "",
            "reads:",
            *(f"  {line}" for line in _reads(profile, timezone)),
            "",
            f"key: [{quoted(key.name)}]" + ("" if found else "  # nothing was found that tells items apart: choose"),
            "",
            "fields:",
            *fields,
            *(["", "drops:", *(f"  {quoted(name)}: {quoted(why)}" for name, why in drops.items())] if drops else []),
            "",
            *(
                ["relations:", "  - {source: event, role: occurred-at, target: scene}"]
                if has_place
                else ["relations: []"]
            ),
            "",
            "tests:",
            "  - name: an item without a key is rejected",
            f"    given: {{{quoted(key.name)}: {quoted('')}}}",
            "    reject: {code: missing}",
            "",
        ]
    )


def _reads(profile: FileProfile, timezone: str) -> Iterator[str]:
    reading = profile.reading
    yield f"format: {reading.format}"
    if reading.format != "workbook":
        yield f"encoding: [{', '.join(reading.encodings)}]"
    yield from _LAYOUTS.get(reading.format, _no_layout)(reading)
    yield f"timezone: {timezone}"
    yield "dst: quarantine"
    empties = sorted({word for column in profile.columns for word in column.empties})
    yield f"empty: [{', '.join(quoted(word) for word in empties)}]"
    yield "unknown_columns: warn"


def _delimited(reading: Reading) -> Iterator[str]:
    yield f"delimiter: {quoted(reading.delimiter)}"


def _json(reading: Reading) -> Iterator[str]:
    if reading.json is not None and reading.json.lines:
        yield "json: {lines: true}"
    elif reading.json is not None and reading.json.items is not None:
        yield f"json: {{items: {quoted(reading.json.items)}}}"


def _xml(reading: Reading) -> Iterator[str]:
    assert reading.xml is not None
    yield "xml:"
    yield f"  items: {quoted(reading.xml.items[0])}"
    if reading.xml.namespaces:
        yield "  namespaces:"
        yield from (f"    {quoted(prefix)}: {quoted(uri)}" for prefix, uri in reading.xml.prefixes.items())
    if reading.xml.repair:
        yield f"  repair: [{', '.join(reading.xml.repair)}]"


def _workbook(reading: Reading) -> Iterator[str]:
    spec = reading.workbook
    shown = {"sheets": spec.sheets, "header": spec.header} if spec is not None else {}
    keys = [f"{key}: {quoted(value)}" for key, value in shown.items() if value is not None]
    if keys:
        yield f"workbook: {{{', '.join(keys)}}}"


def _no_layout(_: Reading) -> Iterator[str]:
    return iter(())


_LAYOUTS: Final = {"delimited": _delimited, "json": _json, "xml": _xml, "workbook": _workbook}
"""How each format's own part of `reads` is written."""


def _field(column: ColumnProfile, taken: set[str]) -> str:
    """The line of a field, where the column's dates or the last word of its name say what it is."""
    if column.repeats or not column.filled:
        return ""
    name = column.name.replace("/", ".").rpartition(".")[2].lower()
    work = ""
    if column.date is not None:
        target = next((t for t in _TIMES if t not in taken), None)
        work = f", date: {quoted(column.date)}"
    else:
        target = next((t for words, t in _TARGETS if t not in taken and any(word in name for word in words)), None)
        if target is not None and not _fits(target, column):
            target = None
    if target is None:
        return ""
    taken.add(target)
    return f"  {target}: {{from: {quoted(column.name)}{work}}}"


def _fits(target: str, column: ColumnProfile) -> bool:
    """Whether all values of the column are such as the target can hold: numbers, or texts on one line."""
    kind = find_target(target, where="draft").type
    return column.numbers == column.filled if kind.base is Decimal else kind.lines or not column.lined


def _can_be_written(name: str) -> bool:
    """Half a surrogate pair has no form in a document; such a column stays unknown."""
    return name.encode("utf-8", "ignore").decode() == name

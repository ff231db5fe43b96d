"""A draft mapping from a profile: it runs as it is, and every line waits for the author's word."""

from typing import Final

from gateway.authoring.profile import ColumnProfile, FileProfile

__all__ = ["draft_mapping"]

_TARGETS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("lat",), "place.scene.latitude"),
    (("lon", "lng"), "place.scene.longitude"),
    (("city",), "place.scene.city"),
    (("zip", "postal"), "place.scene.postal_code"),
    (("block", "street", "address", "location"), "place.scene.street"),
    (("beat",), "place.scene.beat"),
    (("precinct", "district", "division"), "place.scene.precinct"),
    (("dispos", "clearance"), "activity.event.disposition"),
    (("narrative", "comment", "remark", "description"), "record.narrative"),
    (("type", "offense", "nature", "problem", "category"), "activity.event.type_text"),
)
"""Words in a column's name, each with the target that is proposed for it; the first that fits and is free."""
_TIMES: Final = ("activity.event.started", "activity.event.reported", "activity.event.ended", "activity.event.arrived")


def draft_mapping(feed: str, profile: FileProfile, *, agency: str, timezone: str) -> str:
    """The YAML of a mapping for this file, making incidents; what was not understood stands under `drops`."""
    found = next((column for column in profile.columns if column.is_key), None)
    key = found or profile.columns[0]
    taken: set[str] = set()
    fields: list[str] = ["  activity.event.category: {value: incident}"]
    drops: list[str] = []
    fields.append(f"  activity.event.case_number: {{from: {_quoted(key.name)}, required: true}}")
    for column in profile.columns:
        if column is key:
            continue
        line = _field(column, taken)
        if line:
            fields.append(line)
        else:
            drops.append(f"  {_quoted(column.name)}: not looked at yet")
    empties = sorted({word for column in profile.columns for word in column.empties})
    return "\n".join(
        [
            f"mapping: {feed}",
            "version: 1",
            "about: A draft made from one file. Read every line before you trust it.",
            "makes: incident",
            f"source: {{agency: {_quoted(agency)}, system: {_quoted('not stated')}}}",
            "handling: {tlp: red}  # the narrowest; widen it when you know what the file holds",
            "",
            "reads:",
            "  format: delimited",
            f"  encoding: [{profile.encoding}]",
            f"  delimiter: {_quoted(profile.delimiter)}",
            f"  timezone: {timezone}",
            "  dst: quarantine",
            f"  empty: [{', '.join(_quoted(word) for word in empties)}]",
            "  unknown_columns: warn",
            "",
            f"key: [{_quoted(key.name)}]"
            + ("" if found else "  # no column was found that tells rows apart: choose one"),
            "",
            "fields:",
            *fields,
            *(["", "drops:", *drops] if drops else []),
            "",
            "relations:" if "place.scene" in " ".join(fields) else "relations: []",
            *(["  - {source: event, role: occurred-at, target: scene}"] if "place.scene" in " ".join(fields) else []),
            "",
            "tests:",
            "  - name: a row without a key is rejected",
            f"    given: {{{_quoted(key.name)}: {_quoted('')}}}",
            "    reject: {code: missing}",
            "",
        ]
    )


def _field(column: ColumnProfile, taken: set[str]) -> str:
    name = column.name.lower()
    if column.date is not None:
        target = next((t for t in _TIMES if t not in taken), None)
        work = f"date: {_quoted(column.date)}"
    else:
        target = next((t for words, t in _TARGETS if t not in taken and any(word in name for word in words)), None)
        work = ""
        if target is not None and target.endswith(("latitude", "longitude")) and column.numbers != column.filled:
            target = None
    if target is None or not column.filled:
        return ""
    taken.add(target)
    source = _quoted(column.name)
    return f"  {target}: {{from: {source}, {work}}}" if work else f"  {target}: {{from: {source}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'

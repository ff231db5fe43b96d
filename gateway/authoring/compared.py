"""Two versions of one feed's mapping on one file: what each item was and would be, and where the ledgers differ."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from gateway.authoring.facts import facts_of
from gateway.authoring.sources import items_of
from gateway.mapping.compiled import Mapped, Mapping, Rejected
from gateway.model.identity import IdKey
from gateway.model.record import Record
from gateway.model.stages import NativeRecord, Received, Skipped, Unreadable

__all__ = ["Change", "Fact", "LedgerChange", "What", "compare", "key_change", "ledger_changes", "meaning_change"]


_NO_ITEM: Final = "no item starts here"


class What(StrEnum):
    """What happens to an item when the new version takes the place of the old one."""

    SAME = "same"
    CHANGED = "changed"
    ID_CHANGED = "id changed"
    NEWLY_REJECTED = "newly rejected"
    NEWLY_ACCEPTED = "newly accepted"
    NEWLY_SKIPPED = "newly skipped"


class Fact(NamedTuple):
    """One fact that differs; an empty text stands for none."""

    target: str
    old: str
    new: str


class Change(NamedTuple):
    """One item under both versions. `facts` lists what differs; for items that are no record, why they are none."""

    line: int
    key: str
    what: What
    facts: tuple[Fact, ...]


class LedgerChange(NamedTuple):
    """A column that is carried, dropped or converted otherwise than before."""

    column: str
    what: str
    old: str
    new: str


class _Outcome(NamedTuple):
    """One item under one version. `place` is its line and its number among the items of that line."""

    place: tuple[int, int]
    record: Record | None
    skipped: bool
    why: str


def compare(old: Mapping, new: Mapping, received: Received, ids: IdKey) -> Iterator[Change]:
    """Each item of a file under both versions, side by side, in the order of the file. Raises UnreadableDelivery.

    Items belong together that start at the same place; one that a version does not find there counts as skipped.
    """
    before, after = _outcomes(old, received, ids), _outcomes(new, received, ids)
    left, right = next(before, None), next(after, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.place < right.place):
            assert left is not None
            yield _change(left, _nothing(left))
            left = next(before, None)
        elif left is None or right.place < left.place:
            yield _change(_nothing(right), right)
            right = next(after, None)
        else:
            yield _change(left, right)
            left, right = next(before, None), next(after, None)


def _outcomes(mapping: Mapping, received: Received, ids: IdKey) -> Iterator[_Outcome]:
    of_line: Counter[int] = Counter()
    line = 0
    for item in items_of(mapping, received):
        if item.line != line:
            of_line.clear()
            line = item.line
        of_line[line] += 1
        place = (line, of_line[line])
        result = mapping.map(item, received, ids) if isinstance(item, NativeRecord) else item
        match result:
            case Mapped(record=record):
                yield _Outcome(place, record, False, "")
            case Skipped(reason=reason):
                yield _Outcome(place, None, True, f"skipped: {reason}")
            case Unreadable(code=code):
                yield _Outcome(place, None, False, f"rejected: {code}")
            case Rejected(problems=problems):
                why = dict.fromkeys(f"{p.code} {p.column or p.target}".strip() for p in problems if p.fatal)
                yield _Outcome(place, None, False, f"rejected: {', '.join(why)}")


def _nothing(other: _Outcome) -> _Outcome:
    return _Outcome(other.place, None, True, _NO_ITEM)


def _change(old: _Outcome, new: _Outcome) -> Change:
    record = new.record or old.record
    key = record.native_key if record is not None else ""
    return Change(old.place[0], key, _what(old, new), tuple(_differences(old, new)))


def _what(old: _Outcome, new: _Outcome) -> What:
    if old.record is not None and new.record is not None:
        if old.record.id != new.record.id:
            return What.ID_CHANGED
        return What.SAME if old.record.content_digest() == new.record.content_digest() else What.CHANGED
    if new.record is not None:
        return What.NEWLY_ACCEPTED
    if old.record is None and old.skipped == new.skipped:
        # to find no item, or to pass one over, is the same for the record
        return What.SAME if old.why == new.why or _NO_ITEM in (old.why, new.why) else What.CHANGED
    return What.NEWLY_SKIPPED if new.skipped else What.NEWLY_REJECTED


def _differences(old: _Outcome, new: _Outcome) -> Iterator[Fact]:
    if old.why != new.why:
        yield Fact("(outcome)", old.why or "a record", new.why or "a record")
    if old.record is None or new.record is None:
        return
    if old.record == new.record:
        return
    was, will = _described(old.record), _described(new.record)
    for target in dict.fromkeys((*was, *will)):
        if was.get(target) != will.get(target):
            yield Fact(target, was.get(target, ""), will.get(target, ""))


def _described(record: Record) -> dict[str, str]:
    return {"(kind)": record.kind.value, "(key)": record.native_key, **facts_of(record)}


def key_change(old: Mapping, new: Mapping) -> str:
    """One sentence where records would get other ids because the document names them otherwise; else nothing."""
    was, will = (m.document.key for m in (old, new))
    if was != will:
        return f"Every record would be new: the key changes from {_listed(was)} to {_listed(will)}."
    if (old.document.twin_of or old.name) != (new.document.twin_of or new.name):
        return "Every record would be new: 'twin_of' changes."
    return ""


def meaning_change(old: Mapping, new: Mapping) -> str:
    """One sentence where a delivery would say something else about the records that it leaves out; else nothing."""
    was, will = ((m.document.delivery, m.document.window, m.document.missing) for m in (old, new))
    if was == will:
        return ""
    words = (" ".join(filter(None, (f"delivery: {d}", w and f"of {w},", f"missing: {m}"))) for d, w, m in (was, will))
    before, now = words
    return f"What a file leaves out would mean something else: before, {before}; now, {now}."


def _listed(columns: tuple[str, ...]) -> str:
    return "[" + ", ".join(columns) + "]"


def ledger_changes(old: Mapping, new: Mapping) -> tuple[LedgerChange, ...]:
    """Columns that the two versions treat differently, in the order of the new ledger; those it lacks last."""
    was, will = _fates(old), _fates(new)
    changes = []
    for column in dict.fromkeys((*will, *was)):
        before, after = was.get(column, _Fate("", "")), will.get(column, _Fate("", ""))
        if before != after:
            what = _NEWLY[after.how] if before.how != after.how else "otherwise than before"
            changes.append(LedgerChange(column, what, before.says, after.says))
    return tuple(changes)


class _Fate(NamedTuple):
    """How a version treats a column, in one word and in full."""

    how: str
    says: str


_NEWLY = {"carried": "newly carried", "dropped": "newly dropped", "": "no longer spoken of"}


def _fates(mapping: Mapping) -> dict[str, _Fate]:
    fates = {}
    for row in mapping.ledger():
        carried = [f"{target}: {how}" for target, how in zip(row.targets, row.conversion, strict=True)]
        says = "; ".join([*row.uses, *carried])
        fates[row.column] = _Fate("dropped", row.dropped) if row.dropped else _Fate("carried", says)
    return fates

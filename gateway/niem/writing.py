"""Tables compiled to writers: one template for each set of facts that an entity has.

Which facts an entity has decides every tag around them, so for each such set the tags are put together once, with a
slot for each value, and kept. Writing is then: take the values, find the template of those that are there, fill it.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from gateway import limits
from gateway.niem.characters import attribute_text, element_text, is_local_name, is_plain
from gateway.niem.parts import (
    Computed,
    Each,
    Fixed,
    Form,
    Kept,
    Leaf,
    Leaves,
    Only,
    Part,
    Reference,
    Seen,
    Shape,
    Within,
    fields_of,
)

__all__ = ["Writer", "shape_writer", "writer"]

Writer = Callable[[Any], str]
"""From an entity to XML text, '' when there is nothing to say. Raises RenderingError for what XML cannot carry."""

_ID: Final = "ref"


class _Slot(NamedTuple):
    """One place of a template that is filled from the entity.

    `form` writes a value that is taken by `field`, `whole` a tuple of values, elements and all; `make` writes from the
    entity itself. What `whole` and `make` give is escaped. `quoted` says that the place is an attribute.
    """

    part: Part | None
    field: str
    form: Form | None = None
    whole: Writer | None = None
    make: Writer | None = None
    quoted: bool = False

    @property
    def is_free(self) -> bool:
        """Whether its value is free text."""
        return self.form is not None and self.form.is_free

    @property
    def writes(self) -> Callable[[Any], str] | None:
        """What writes its value; None where the value may stand as `str` has it."""
        return self.whole or (self.form.write if self.form is not None else None)


_Fill = Callable[[Sequence[Any]], str | None]
"""Fills one template with an entity's values; None where a text is empty, which wants another template."""


def _filling(template: str, picks: Sequence[int], slots: Sequence[_Slot]) -> _Fill:
    """The filling of a template. `picks` are the places of the values, `slots` what each of them is."""
    free = [i for i, slot in enumerate(slots) if slot.is_free]
    quoted = [i for i, slot in enumerate(slots) if slot.quoted]
    written = [(i, write) for i, slot in enumerate(slots) if (write := slot.writes) is not None]
    picked = _picking(picks)
    texts_of, names_of = _picking([picks[i] for i in free]), _picking([picks[i] for i in quoted])

    def fill(values: Sequence[Any]) -> str | None:
        texts = texts_of(values)
        if "" in texts:
            return None
        # One look at all the text of an entity together: nearly always there is nothing to escape.
        plain = is_plain("".join(texts)) and (not quoted or is_local_name("".join(names_of(values))))
        if plain and not written:
            return template % picked(values)
        shown = list(picked(values))
        for position, write in written:
            shown[position] = write(shown[position])
        if not plain:
            for position in free:
                shown[position] = element_text(shown[position], slots[position].field)
            for position in quoted:
                shown[position] = attribute_text(shown[position], slots[position].field)
        return template % tuple(shown)

    return fill


def _picking(places: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    if not places:
        return lambda values: ()
    if len(places) == 1:
        (place,) = places
        return lambda values: (values[place],)
    return itemgetter(*places)


def writer(parts: Sequence[Part], seen: Seen | None = None) -> Writer:
    """A writer of the parts one after the other; `seen` gives the values of all fields at once, which is faster."""
    return _compiled(tuple(parts), "", frozenset(), "", seen)


def shape_writer(shape: Shape, seen: Seen, *, flagged: Iterable[str] = (), flag: str = "") -> Writer:
    """A writer of an entity with its `structures:id`, which is its local name in the record.

    The entity's element gets the attribute `flag` if all of its facts are `flagged` fields. Else those of its elements
    get it all of whose facts are, and that are objects; elements of augmentations pass it on.
    """
    stated = f' xsi:type="{shape.type}"' if shape.type else ""
    fields = frozenset(flagged)
    if fields.issuperset(field for part in shape.parts for field in fields_of(part)):
        return _compiled(shape.parts, f"{shape.element}{stated}{flag}", frozenset(), "", seen)
    return _compiled(shape.parts, f"{shape.element}{stated}", fields, flag, seen)


def _compiled(parts: tuple[Part, ...], element: str, flagged: frozenset[str], flag: str, seen: Seen | None) -> Writer:
    slots = [slot for part in parts for slot in _slots(part, _flag_of(part, flagged, flag))]
    if element:
        slots.insert(0, _Slot(None, _ID, quoted=True))
    taken = [slot for slot in slots if slot.make is None]
    made = [slot for slot in slots if slot.make is not None]
    makers = tuple(slot.make for slot in made if slot.make is not None)
    if seen is None:
        names = tuple(dict.fromkeys(slot.field for slot in taken))
        seen = Seen(names, _getter(names))
    values_of = seen.values
    places = {id(slot): seen.names.index(slot.field) for slot in taken}
    places |= {id(slot): len(seen.names) + i for i, slot in enumerate(made)}
    build = _Builder(tuple(slots), tuple(places[id(slot)] for slot in slots), element, flagged, flag)
    sized = tuple({places[id(slot)] for slot in slots if slot.whole is not None or slot.make is not None})
    fills: dict[Any, _Fill] = {}

    def write(entity: Any) -> str:
        values = values_of(entity)
        if makers:
            values = (*values, *[make(entity) for make in makers])
        # The types tell None from a value; whether a tuple or a made text is empty, they do not tell.
        key: Any = tuple(map(type, values))
        if sized:
            key = (key, *[not values[i] for i in sized])
        fill = fills.get(key)
        if fill is None:
            fill = build.fill(parts, _held(values, sized, blank=()))
            if len(fills) < limits.TEMPLATES_PER_SHAPE:
                fills[key] = fill
        text = fill(values)
        return text if text is not None else build.fill(parts, _held(values, sized, blank=("",)))(values) or ""

    return write


def _held(values: Sequence[Any], sized: Container[int], *, blank: Container[Any]) -> set[int]:
    """The places that have values; what is `sized` or of `blank` counts only if it is not empty."""
    return {
        i
        for i, value in enumerate(values)
        if not (value is None or (i in sized and not value) or (type(value) is str and value in blank))
    }


def _getter(fields: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if not fields:
        return lambda entity: ()
    if len(fields) == 1:
        one = attrgetter(fields[0])
        return lambda entity: (one(entity),)
    return attrgetter(*fields)


def _flag_of(part: Part, flagged: frozenset[str], flag: str) -> str:
    """The attribute that the part's element bears: the flag, if it is an object and all that it tells is flagged."""
    is_object = "/" in getattr(part, "path", "") or isinstance(part, Within | Each)
    return flag if flag and is_object and flagged.issuperset(fields_of(part)) else ""


def _slots(part: Part, flag: str) -> Iterator[_Slot]:
    match part:
        case Leaf():
            yield _Slot(part, part.field, form=part.form)
        case Reference():
            yield _Slot(part, part.field, quoted=True)
        case Leaves():
            yield _Slot(part, part.field, whole=_repeating(part, flag))
        case Each():
            yield _Slot(part, part.field, whole=_each(part, flag))
        case Kept():
            yield _Slot(part, f"kept {id(part)}", make=_keeping(part))
        case Computed():
            yield _Slot(part, part.name, make=_computing(part))
        case Within():
            for inner in part.parts:
                yield from _slots(inner, "")
        case Only():
            yield from _slots(part.part, flag)
        case Fixed():
            pass


def _repeating(part: Leaves, flag: str) -> Writer:
    last = part.path.rpartition("/")[2]
    start, end = f"<{last}{flag}>", f"</{last}>"
    if part.below:
        start, end = f"{start}<{part.below}>", f"</{part.below}>{end}"
    form = partial(element_text, field=part.field) if part.form.is_free else part.form.write or str

    def repeat(values: Any) -> str:
        return "".join([f"{start}{form(value)}{end}" for value in values if value != ""])

    return repeat


def _each(part: Each, flag: str) -> Writer:
    last = part.path.rpartition("/")[2]
    start, inner = f"<{last}{flag}>", _member_writer(part)

    def every(values: Any) -> str:
        return "".join([f"{start}{inner(part.split(value))}</{last}>" for value in values if value])

    return every


def _member_writer(part: Each) -> Writer:
    """The writer of one member; by one template, where the member is a tuple of all that its parts tell, in order."""
    inner = writer(part.parts)
    slots = [slot for one in part.parts for slot in _slots(one, "")]
    if not all(slot.is_free for slot in slots):
        return inner
    build = _Builder(tuple(slots), tuple(range(len(slots))), "", frozenset(), "")
    fill = build.fill(part.parts, range(len(slots)))

    def write(member: Any) -> str:
        text = fill(member) if isinstance(member, tuple) and len(member) == len(slots) else None
        return inner(member) if text is None else text

    return write


def _keeping(part: Kept) -> Writer:
    values_of, inner = _getter(part.by), writer(part.parts)
    kept: dict[Any, str] = {}

    def write(entity: Any) -> str:
        values = values_of(entity)
        text = kept.get(values)
        if text is None:
            text = inner(part.seen(entity))
            if len(kept) < limits.TEMPLATES_PER_SHAPE:
                kept[values] = text
        return text

    return write


def _computing(part: Computed) -> Writer:
    def compute(entity: Any) -> str:
        text = part.write(entity)
        return element_text(text, part.name) if text else ""

    return compute


class _Builder(NamedTuple):
    """Puts the template together for one set of facts. Tags come from the tables alone; `%` in them is doubled."""

    slots: tuple[_Slot, ...]
    places: tuple[int, ...]
    element: str
    flagged: frozenset[str]
    flag: str

    def fill(self, parts: Sequence[Part], present: Container[int]) -> _Fill:
        """The filling of the template for an entity that has values at these places."""
        there = frozenset(slot.field for slot, place in zip(self.slots, self.places, strict=True) if place in present)
        picks: list[int] = [0] if self.element else []
        content = "".join([self._written(part, there, picks, self.flag) for part in parts])
        return _filling(self._framed(content), [self.places[i] for i in picks], [self.slots[i] for i in picks])

    def _framed(self, content: str) -> str:
        if not self.element:
            return content
        start = f'<{self.element} structures:id="%s"'
        return f"{start}>{content}</{self.element.partition(' ')[0]}>" if content else f"{start}/>"

    def _written(self, part: Part, there: frozenset[str], picks: list[int], flag: str) -> str:
        match part:
            case Only():
                return self._written(part.part, there, picks, flag) if _holds(part, there) else ""
            case Fixed():
                return f"<{part.path}>{part.value.replace('%', '%%')}</{part.path}>"
            case Within():
                opening, closing = self._tags(part.path, part, flag)
                if not any(field in there for field in _deciding(part, there)):
                    return ""
                inner = "".join([self._written(one, there, picks, "") for one in part.parts])
                return f"{opening}{inner}{closing}" if inner else ""
            case Kept():
                picks.append(next(i for i, slot in enumerate(self.slots) if slot.part is part))
                return "%s"
            case Leaf() | Computed() | Reference() | Leaves() | Each():
                return self._filled(part, there, picks, flag)

    def _filled(
        self, part: Leaf | Computed | Reference | Leaves | Each, there: frozenset[str], picks: list[int], flag: str
    ) -> str:
        index = next(i for i, slot in enumerate(self.slots) if slot.part is part)
        if self.slots[index].field not in there:
            return ""
        picks.append(index)
        outer, _, last = part.path.rpartition("/")
        match part:
            case Reference():
                opening, closing = self._tags(outer, part, flag)
                return f'{opening}<{last} structures:ref="%s" xsi:nil="true"/>{closing}'
            case Leaves() | Each():
                opening, closing = self._tags(outer, part, flag)
                return f"{opening}%s{closing}"
            case _:
                opening, closing = self._tags(part.path, part, flag)
                prefix = part.prefix if isinstance(part, Leaf) else ""
                return f"{opening}{prefix}%s{closing}"

    def _tags(self, path: str, part: Part, flag: str) -> tuple[str, str]:
        steps = path.split("/") if path else []
        flagged = _flag_of(part, self.flagged, flag)
        bearer = next((step for step in steps if not step.endswith("Augmentation")), None) if flagged else None
        opening = "".join(f"<{step}{flagged if step is bearer else ''}>" for step in steps)
        return opening, "".join(f"</{step}>" for step in reversed(steps))


def _holds(part: Only, there: frozenset[str]) -> bool:
    return (
        there.issuperset(part.given)
        and (not part.some or not there.isdisjoint(part.some))
        and (not part.lacking or not there.issuperset(part.lacking))
    )


def _deciding(part: Part, there: frozenset[str]) -> Iterator[str]:
    """The fields that make an element appear: those of its parts that are to be written."""
    match part:
        case Within():
            for inner in part.parts:
                yield from _deciding(inner, there)
        case Only():
            if _holds(part, there):
                yield from _deciding(part.part, there)
        case Fixed() | Kept():
            return
        case _:
            yield from fields_of(part)

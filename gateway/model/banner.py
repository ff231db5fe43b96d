"""The banner line and the portion mark of controlled unclassified information, read and written.

    CUI//SP-CHRI/LEI//REL TO USA, CAN        (CUI//SP-CHRI/LEI//REL TO USA, CAN)

32 CFR 2002.20(b) and (f): the control marking, then categories, then limited dissemination controls, with `//` between
the groups and `/` within one. Legacy banners (`UNCLASSIFIED//FOUO`, `LES`) are read into caveats. A word that no table
has is an error: it may well say that the document must not be shared.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import force_setattr

from gateway.documents import nearest
from gateway.errors import BadMarking
from gateway.model.codes import Caveat
from gateway.model.countries import COUNTRIES, UNITED_STATES
from gateway.model.cui import PORTION_CONTROLS, Cui, Dissemination, in_registry_order

__all__ = ["Banner", "control_texts", "read_banner", "settle", "write_banner", "write_portion"]


class Banner(Struct, frozen=True, kw_only=True):
    """What a banner line says, in its normal form; without anything it is an unmarked document's.

    `release_to` are the countries of `REL TO`, `display_to` those of `DISPLAY ONLY`. Raises ValueError like `settle`.
    """

    cui: tuple[Cui, ...] = ()
    dissemination: tuple[Dissemination, ...] = ()
    release_to: tuple[str, ...] = ()
    display_to: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    def __post_init__(self) -> None:
        settle(self)
        force_setattr(self, "caveats", tuple(caveat for caveat in Caveat if caveat in self.caveats))


_FOLLOWS: Final = {"release_to": Dissemination.REL_TO, "display_to": Dissemination.DISPLAY_ONLY}
"""Fields with countries, and the control that they are of."""

_MARKS: Final = ("cui", "dissemination", *_FOLLOWS)


def settle(marks: Struct, *, controls: Iterable[Dissemination] = (), controlled: bool = False) -> None:
    """Bring the CUI fields of a new, frozen struct into the registry's order, and complete them.

    Countries bring their control, and a control, which only CUI can have, brings `CUI`; so do `controls` and
    `controlled`, which other facts of the struct ask for. Raises ValueError for a country that is none, and for a
    release list without the United States.
    """
    held: dict[str, tuple[str, ...]] = {name: getattr(marks, name) for name in _MARKS}
    found = {*held["dissemination"], *controls, *(control for field, control in _FOLLOWS.items() if held[field])}
    if not (found or controlled or held["cui"]):
        return
    for field, control in _FOLLOWS.items():
        force_setattr(marks, field, _countries(control, held[field]))
    force_setattr(marks, "dissemination", tuple(control for control in Dissemination if control in found))
    force_setattr(marks, "cui", in_registry_order(map(Cui, held["cui"] or (Cui.CUI,))))


def _countries(control: Dissemination, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, by the alphabet, the United States first."""
    if not COUNTRIES.issuperset(codes):
        raise ValueError(f"'{control}' names a country by a code that is none of GENC's three letters")
    if codes and control is Dissemination.REL_TO and UNITED_STATES not in codes:
        raise ValueError(f"'{control}' does not name {UNITED_STATES}, which always stands first")
    return tuple(sorted({*codes}, key=lambda code: (code != UNITED_STATES, code)))


_CONTROLLED: Final = frozenset({"CUI", "CONTROLLED"})
_UNMARKED: Final = frozenset({"U", "UNCLASSIFIED"})
_CLASSIFIED: Final = frozenset({"C", "S", "TS", "CONFIDENTIAL", "SECRET", "TOP SECRET"})
_CATEGORIES: Final = {category.value: category for category in Cui if category is not Cui.CUI} | {"PCII": Cui("PCII")}
_CONTROLS: Final = {spelling.upper(): control for control in Dissemination for spelling in (control.value,)} | {
    spelling: control for control, spelling in PORTION_CONTROLS.items()
}
_CAVEATS: Final = {caveat.value: caveat for caveat in Caveat} | {
    "FOR OFFICIAL USE ONLY": Caveat.FOUO,
    "LAW ENFORCEMENT SENSITIVE": Caveat.LES,
    "SENSITIVE BUT UNCLASSIFIED": Caveat.SBU,
    "28 CFR 23": Caveat.CFR23,
    "28 CFR PART 23": Caveat.CFR23,
}


def read_banner(text: str) -> Banner:
    """A banner line, or a portion mark with its parentheses, in any letter case.

    A control that names no country where it should is read as one that names none. Raises BadMarking for a word that is
    no control marking, category, control or caveat, for a classified marking, and for countries that cannot stand. The
    error never repeats a word of the text.
    """
    line = " ".join(text.upper().split())
    if line.startswith("(") and line.endswith(")"):
        line = line[1:-1]
    groups = [[piece.strip() for piece in group.split("/")] for group in line.split("//")]
    heads = [group[0] for group in groups[:2] if len(group) == 1]
    unmarked = heads[:1] and heads[0] in _UNMARKED
    controlled = any(head in _CONTROLLED for head in (heads if unmarked else heads[:1]))
    words = [piece for group in groups[bool(unmarked) + controlled :] for piece in group]
    found: dict[str, list[str]] = {"cui": [Cui.CUI] if controlled else []}
    for word in words:
        _sort(word, found, controlled=controlled)
    try:
        return Banner(**{field: tuple(values) for field, values in found.items()})  # type: ignore[arg-type]
    except ValueError as error:
        raise BadMarking(str(error), remedy="Ask the designating agency for the right marking") from error


def _sort(word: str, found: dict[str, list[str]], *, controlled: bool) -> None:
    """Put one word of a banner where it belongs."""
    if word in _CLASSIFIED:
        raise BadMarking("the marking is a classified one", remedy="Take the document to where such documents may be")
    if (caveat := _CAVEATS.get(word)) is not None:
        found.setdefault("caveats", []).append(caveat)
        return
    for field, control in _FOLLOWS.items():
        if word.startswith(f"{control.value} "):
            found.setdefault("dissemination", []).append(control)
            found.setdefault(field, []).extend(word[len(control.value) :].replace(",", " ").split())
            return
    if (named := _CONTROLS.get(word)) is not None:
        found.setdefault("dissemination", []).append(named)
    elif (category := _CATEGORIES.get(word)) is not None and controlled:
        found["cui"].append(category)
    else:
        near = nearest(word, [*_CATEGORIES, *_CONTROLS, *_CAVEATS]) if controlled else None
        raise BadMarking(
            "a word of the marking is neither a category nor a control" if controlled else "the marking is not one",
            remedy=f"The nearest is '{near}'" if near else "Ask the designating agency what it means",
        )


def control_texts(banner: Banner) -> tuple[str, ...]:
    """The limited dissemination controls as a banner writes them, each with its countries."""
    return _controls(banner, {control: control.value for control in banner.dissemination})


def _controls(banner: Banner, spelling: dict[Dissemination, str]) -> tuple[str, ...]:
    countries = {control: ", ".join(getattr(banner, field)) for field, control in _FOLLOWS.items()}
    return tuple(f"{spelling[control]} {countries.get(control, '')}".strip() for control in banner.dissemination)


def write_banner(banner: Banner) -> str:
    """The banner line: `CUI`, categories, controls, then the caveats of older rules; `UNCLASSIFIED` without CUI."""
    return _line(banner, control_texts(banner), "UNCLASSIFIED")


def write_portion(banner: Banner) -> str:
    """The portion mark, in parentheses and with the controls in their short spelling."""
    return f"({_line(banner, _controls(banner, PORTION_CONTROLS), 'U')})"


def _line(banner: Banner, controls: tuple[str, ...], unmarked: str) -> str:
    categories = [category.value for category in banner.cui if category is not Cui.CUI]
    groups = ("CUI" if banner.cui else unmarked, *map("/".join, (categories, controls, banner.caveats)))
    return "//".join(group for group in groups if group)

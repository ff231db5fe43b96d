"""Addresses: how the values of a structured item are named, one flat text field each.

A plain file has columns; a structured item has addresses: `incident.number`, `offenses[0].code`, in XML
`a:Offense[1]/a:Code`, in HL7 v2 `DG1[0]-3.1`. A number in brackets is a position, counted as the format counts. In a
mapping document `[*]` stands for every position. Within a group that repeats, addresses start at its member: `code`,
`.` for the member itself, `../number` for what stands one group further out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from gateway.errors import BadSetting

__all__ = ["EVERY", "Address", "Expanded", "GroupAddress", "Place", "expander", "placed", "shape_of"]

EVERY: Final = "[*]"
"""Stands for every position."""

_UP: Final = "../"
_POSITION: Final = re.compile(r"\[[0-9]+\]")
_ANY_POSITION: Final = r"\[([0-9]{1,9})\]"


def shape_of(name: str) -> str:
    """The address with every position as `[*]`: what a mapping document writes."""
    return _POSITION.sub(EVERY, name) if "[" in name else name


class Address(Struct, frozen=True):
    """A column that repeats: its texts in the order of their positions."""

    column: str
    match: Callable[[str], re.Match[str] | None]


class Expanded(dict[str, str]):
    """The cells of an item or of a member, and of each column that repeats the texts with their positions."""

    def __init__(self, cells: Mapping[str, str], found: Mapping[str, list[tuple[tuple[int, ...], str]]]) -> None:
        super().__init__(cells)
        self._found = {column: sorted(texts) for column, texts in found.items()}

    def texts(self, column: str) -> list[str]:
        """The texts of a column that repeats, in the order of their positions."""
        return [text for _, text in self._found[column]]

    def positions(self, column: str) -> list[tuple[int, ...]]:
        """Where the texts of such a column stand."""
        return [position for position, _ in self._found[column]]


def expander(columns: Iterable[str]) -> Callable[[Mapping[str, str]], Mapping[str, str]] | None:
    """Finds the texts of the columns that repeat, in one pass over an item; None where no column repeats."""
    addresses = tuple(Address(column, re.compile(_pattern(column)).fullmatch) for column in columns if EVERY in column)
    if not addresses:
        return None

    def expand(cells: Mapping[str, str]) -> Expanded:
        found: dict[str, list[tuple[tuple[int, ...], str]]] = {address.column: [] for address in addresses}
        for name, text in cells.items():
            if "[" in name:
                for address in addresses:
                    if (match := address.match(name)) is not None:
                        found[address.column].append((tuple(map(int, match.groups())), text))
        return Expanded(cells, found)

    return expand


def _pattern(address: str) -> str:
    return _ANY_POSITION.join(re.escape(piece) for piece in address.split(EVERY))


class Place(Struct, frozen=True, kw_only=True):
    """Which member of which group is being read: `prefix` is its address, `number` its number from 1."""

    group: "GroupAddress"
    positions: tuple[int, ...]
    number: int

    def column(self, relative: str) -> str:
        """The whole address of a column of the member."""
        return placed(self.group.whole(relative), self.positions) if relative else ""

    def target(self, path: str) -> str:
        """The path of a target with the member's number: `person.victim-2.sex`."""
        sort, _, rest = path.partition(".")
        name, dot, field = rest.partition(".")
        return f"{sort}.{name}-{self.number}{dot}{field}" if name else path


class GroupAddress:
    """The address of a group, which ends in `[*]`, and how its members' columns are found.

    `step` says what stands after an address before its next step. Raises BadSetting for a column with more `../` than
    there are groups around it.
    """

    def __init__(self, address: str, columns: Iterable[str], *, step: Callable[[str], str], where: str) -> None:
        self.address = address
        self._step = step
        self._where = where
        self._match = re.compile(_pattern(address) + rf"(?:{re.escape(step(address))}(.+))?", re.DOTALL).fullmatch
        self._outer = {column: self.whole(column) for column in columns if column.startswith(_UP)}

    def whole(self, relative: str) -> str:
        """The address of a member's column, from the item, with `[*]` for the positions."""
        if relative == ".":
            return self.address
        if not relative.startswith(_UP):
            return f"{self.address}{self._step(self.address)}{relative}"
        ups = 0
        while relative.startswith(_UP):
            ups, relative = ups + 1, relative[len(_UP) :]
        pieces = self.address.split(EVERY)[:-1]
        if ups > len(pieces):
            raise BadSetting(
                f"'{_UP * ups}{relative}' leads out of the item: '{self.address}' lies in {len(pieces) - 1} groups",
                where=self._where,
                remedy=f"Use at most {len(pieces)} times '{_UP}'",
            )
        outer = pieces[: len(pieces) - ups]
        further_out = EVERY.join([*outer, ""])
        return further_out + self._step(further_out) + relative if outer else relative

    def members(self, cells: Mapping[str, str]) -> list[tuple[tuple[int, ...], dict[str, str]]]:
        """Each member's positions and cells, in the order of their positions."""
        found: dict[tuple[int, ...], dict[str, str]] = {}
        for name, text in cells.items():
            if "[" in name and (match := self._match(name)) is not None:
                groups = match.groups()
                found.setdefault(tuple(map(int, groups[:-1])), {})[groups[-1] or "."] = text
        members = sorted(found.items(), key=lambda member: member[0])
        for positions, own in members:
            for column, whole in self._outer.items():
                outside = cells.get(placed(whole, positions))
                if outside is not None:
                    own[column] = outside
        return members


def placed(address: str, positions: tuple[int, ...]) -> str:
    """The address with positions in place of the first `[*]`s; what has none left stays `[*]`."""
    pieces = address.split(EVERY)
    whole = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        whole += (f"[{positions[number]}]" if number < len(positions) else EVERY) + piece
    return whole

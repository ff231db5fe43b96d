"""Damaged copies of STIX objects: at any depth something is replaced, removed, added, doubled, swapped or misspelt."""

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

__all__ = ["mutants"]

_WRONG: tuple[Any, ...] = (
    None,
    7,
    -1,
    2.5,
    "",
    "x",
    "Two Words",
    "under_score",
    [],
    {},
    ["x"],
    [{}],
    {"x": 1},
    True,
    "2026-02-30T00:00:00.000Z",
    "2019-01-01T00:00:00.000Z",
    "2031-01-01T00:00:00.5Z",
    "2026-03-05T09:00:60Z",
    "identity--11111111-1111-4111-8111-111111111111",
    "file--11111111-1111-5111-8111-111111111111",
)
_ADDED: tuple[tuple[str, Any], ...] = (
    ("x_example_note", "custom"),
    ("rating", 5),
    ("lang", "en"),
    ("lang", "english"),
    ("labels", ["one"]),
    ("confidence", 200),
    ("revoked", True),
    ("defanged", True),
    ("external_references", [{"source_name": "a page", "url": "https://page.example/"}]),
    ("external_references", [{"source_name": "a page", "description": "seen"}]),
    ("object_marking_refs", ["marking-definition--11111111-1111-4111-8111-111111111111"]),
    (
        "granular_markings",
        [{"marking_ref": "marking-definition--11111111-1111-4111-8111-111111111111", "selectors": ["name"]}],
    ),
    ("extensions", {"custom-ext": {"rating": 5}}),
    (
        "extensions",
        {
            "extension-definition--11111111-1111-4111-8111-111111111111": {
                "extension_type": "toplevel-property-extension"
            }
        },
    ),
    (
        "extensions",
        {"extension-definition--11111111-1111-4111-8111-111111111111": {"extension_type": "property-extension"}},
    ),
    ("created", "2026-03-04T15:06:07.120Z"),
    ("first_seen", "2026-03-09T08:00:00Z"),
    ("Capital", 1),
    ("severity", "high"),
)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT.*Z")
_TOKEN = re.compile(r"'[^']*'|[A-Za-z_]+|[0-9.]+|\S")

_Site = tuple[Any, Any]
"""A dictionary or list and the key or place in it."""


def _sites(value: Any) -> Iterator[_Site]:
    if isinstance(value, dict | list):
        for key, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from _sites(held)


def _replaced(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    site[0][site[1]] = copy.deepcopy(chance.choice(_WRONG))


def _removed(_: random.Random, one: dict[str, Any], site: _Site) -> None:
    del site[0][site[1]]


def _added(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    name, value = chance.choice(_ADDED)
    within = chance.random() < 0.3 and isinstance(site[0][site[1]], dict)
    (site[0][site[1]] if within else one)[name] = copy.deepcopy(value)


def _doubled(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    held = site[0][site[1]]
    if isinstance(held, list) and held:
        held.append(copy.deepcopy(chance.choice(held)))
    else:
        _misspelt(chance, one, site)


def _swapped(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    """Two values of the same sort change places: times with times, references with references."""
    held = site[0][site[1]]
    sort = _sort_of(held)
    others = [other for other in _sites(one) if _sort_of(other[0][other[1]]) == sort]
    other = chance.choice(others)
    site[0][site[1]], other[0][other[1]] = other[0][other[1]], held


def _sort_of(value: Any) -> str:
    if isinstance(value, str):
        return "time" if _TIME.fullmatch(value) else "reference" if "--" in value else "text"
    return type(value).__name__


def _misspelt(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    held = site[0][site[1]]
    if isinstance(held, str) and held:
        at = chance.randrange(len(held))
        site[0][site[1]] = chance.choice(
            (
                held[:at] + held[at + 1 :],
                held[:at] + chance.choice("aZ9_ -'[\\é") + held[at + 1 :],
                held.upper(),
                held.replace("-", "_", 1),
                held[: len(held) // 2],
                held + chance.choice(("x", " ", "0", "\n")),
            )
        )
    elif isinstance(held, int | float) and not isinstance(held, bool):
        site[0][site[1]] = chance.choice((-held, held + 1, held * 1000, float(held), str(held)))
    else:
        _replaced(chance, one, site)


def _renamed(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    if isinstance(site[0], dict):
        name = site[1]
        new = chance.choice(
            (name.upper(), name.title(), name + "s", "x_" + name, name[:2], name.replace("_", "-"), "k_" * 20)
        )
        site[0][new] = site[0].pop(name)
    else:
        _doubled(chance, one, site)


def _other_uuid(chance: random.Random, one: dict[str, Any], _: _Site) -> None:
    head, _, tail = one["id"].rpartition("--")
    one["id"] = f"{head}--{tail[:14]}{chance.choice('1345')}{tail[15:]}"


def _shifted(chance: random.Random, one: dict[str, Any], _: _Site) -> None:
    """One of the times moves to another that the object has, or a little beside it."""
    times = [site for site in _sites(one) if isinstance(site[0][site[1]], str) and _TIME.fullmatch(site[0][site[1]])]
    if times:
        source, target = chance.choice(times), chance.choice(times)
        moved = source[0][source[1]]
        target[0][target[1]] = chance.choice(
            (moved, moved[:-1].partition(".")[0] + chance.choice((".5Z", ".000Z", "Z")))
        )


def _respelt_pattern(chance: random.Random, one: dict[str, Any], site: _Site) -> None:
    if isinstance(one.get("pattern"), str):
        tokens = _TOKEN.findall(one["pattern"])
        at = chance.randrange(len(tokens))
        tokens[at : at + 1] = chance.choice(
            ([], [tokens[at], tokens[at]], [chance.choice(tokens)], ["NOT", tokens[at]])
        )
        one["pattern"] = " ".join(tokens)
    else:
        _misspelt(chance, one, site)


_DAMAGES: tuple[Callable[[random.Random, dict[str, Any], _Site], None], ...] = (
    _replaced,
    _replaced,
    _removed,
    _added,
    _doubled,
    _swapped,
    _misspelt,
    _misspelt,
    _misspelt,
    _renamed,
    _other_uuid,
    _shifted,
    _respelt_pattern,
)


def mutants(seed: int, count: int, objects: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """So many damaged copies, all objects by turns, each with a name; the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        one = copy.deepcopy(objects[number % len(objects)])
        damages = [chance.choice(_DAMAGES) for _ in range(chance.choice((1, 1, 1, 2)))]
        for damage in damages:
            sites = [site for site in _sites(one) if not (site[0] is one and site[1] in ("type", "id"))]
            if sites:
                damage(chance, one, chance.choice(sites))
        yield f"{number} {one.get('type')}: {', '.join(damage.__name__ for damage in damages)}", one

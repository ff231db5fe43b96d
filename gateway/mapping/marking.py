"""The handling of one record: what holds for the feed, with what the row's own cells say of it."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from gateway.mapping.targets import BANNER
from gateway.model.banner import Banner
from gateway.model.handling import Handling

__all__ = ["marked"]

_ADDED: Final = ("cui", "dissemination", "caveats")
"""What a banner adds to what holds for the feed: it never takes a marking away."""

_NAMED: Final = ("release_to", "display_to")
"""Countries, in whose place those of the banner stand: two lists together would release to more than either."""


def marked(handling: Handling, values: Mapping[str, Any]) -> Handling:
    """The handling with the values of a row. A field of its own stands for the feed's; a banner adds to both.

    Raises ValueError for countries that cannot stand in a marking.
    """
    banner = values.get(BANNER)
    own = {name: value for name, value in values.items() if name != BANNER}
    if not isinstance(banner, Banner):
        return replace(handling, **own)
    for name in _ADDED:
        own[name] = tuple(dict.fromkeys((*own.get(name, getattr(handling, name)), *getattr(banner, name))))
    for name in _NAMED:
        if countries := getattr(banner, name):
            own[name] = countries
    return replace(handling, **own)

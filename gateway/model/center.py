"""The center itself: who publishes."""

from msgspec import Struct

__all__ = ["Center"]


class Center(Struct, frozen=True, kw_only=True):
    """The fusion center that runs this gateway. `id` is its v4-shaped UUID, `created` when the home was made (UTC).

    `revised` is when its name or contact last changed: the same identity and version never has two contents.
    """

    id: str
    name: str
    abbreviation: str
    contact: str
    created: str
    ori: str | None = None
    revised: str | None = None

"""The center itself: who publishes."""

from msgspec import Struct

__all__ = ["Center"]


class Center(Struct, frozen=True, kw_only=True):
    """The fusion center that runs this gateway. `id` is its v4-shaped UUID, `created` when the home was made (UTC).

    `revised` is when its name or contact last changed: the same identity and version never has two contents.
    `acs_custodian` is how access control markings call the center (`USA.DHS`); without it none are written.
    """

    id: str
    name: str
    abbreviation: str
    contact: str
    created: str
    ori: str | None = None
    revised: str | None = None
    acs_custodian: str | None = None

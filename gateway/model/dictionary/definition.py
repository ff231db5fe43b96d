"""The form of one definition."""

from typing import NamedTuple

__all__ = ["Definition", "Definitions"]


class Definition(NamedTuple):
    """What one field means, in one sentence with unit, zone of time and code system.

    `source` is the NIEM 6.0 element that carries the field in a message (`fx:` for one of ours), or the clause of the
    standard that it is taken from; empty where there is neither.
    """

    says: str
    source: str = ""

    @property
    def text(self) -> str:
        """The sentence with its source after it, as schemas print it."""
        return f"{self.says} ({self.source})" if self.source else self.says


Definitions = dict[str, Definition]
"""The definitions of one type's own fields, by name."""

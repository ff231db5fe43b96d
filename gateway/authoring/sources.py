"""The items of a file that an author looks at, as the road would read them."""

from collections.abc import Iterator

from gateway import adapters
from gateway.adapters import Item
from gateway.errors import UnreadableDelivery
from gateway.mapping.compiled import Mapping
from gateway.model.stages import Received

__all__ = ["items_of"]


def items_of(mapping: Mapping, received: Received) -> Iterator[Item]:
    """Every item of a file of the feed. Raises UnreadableDelivery for a file that the road would refuse."""
    header = adapters.header(received, mapping.reading)
    fatal = next((problem for problem in mapping.check_columns(header) if problem.fatal), None)
    if fatal is not None:
        raise UnreadableDelivery(fatal.problem, where=received.file_name, remedy=fatal.remedy)
    return adapters.read(received, mapping.reading)

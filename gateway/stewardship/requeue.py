"""Quarantined items: corrected, taken down the road again, or set aside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.errors import BadSetting
from gateway.pipeline import Pipeline
from gateway.store.batches import ItemOutcome
from gateway.store.deliveries import DeliveryStore
from gateway.store.engine import to_us
from gateway.store.quarantine import QuarantineStore

__all__ = ["QuarantineDesk"]


@dataclass(frozen=True, slots=True)
class QuarantineDesk:
    """What the center's people do with rejected items. The delivered bytes never change."""

    quarantine: QuarantineStore
    deliveries: DeliveryStore
    pipeline: Pipeline
    clock: Callable[[], datetime]

    def fix(self, receipt: str, position: int, cells: Mapping[str, str]) -> None:
        """Correct cells of an item, by column. Raises NotHeld, or BadSetting for a column the mapping does not know."""
        item = self.quarantine.get(receipt, position)
        mapping = self.pipeline.mappings.get(item.feed)
        known = mapping.columns if mapping is not None else ()
        for column in cells:
            if column not in known:
                raise BadSetting(
                    f"the mapping reads no column '{column}'", where=item.feed, remedy=f"Columns: {', '.join(known)}"
                )
        self.quarantine.fix(receipt, position, cells, now_us=to_us(self.clock()))

    def replay(self, receipt: str | None = None, position: int | None = None) -> dict[str, tuple[ItemOutcome, ...]]:
        """Take what is in quarantine down the road again: all of it, one delivery's, or one item; outcomes by receipt.

        Raises NotHeld when the item named is not in quarantine.
        """
        chosen = self.quarantine.items(receipt)
        if receipt is not None and position is not None:
            chosen = (self.quarantine.get(receipt, position),)
        fixes: dict[str, dict[int, Mapping[str, str]]] = {}
        for item in chosen:
            fixes.setdefault(item.receipt, {})[item.position] = item.fixes
        return {r: self.pipeline.replay(self.deliveries.received(r), positions) for r, positions in fixes.items()}

    def drop(self, receipt: str, position: int, reason: str) -> None:
        """Set an item aside for good, with a reason. Raises NotHeld, or BadSetting without a reason."""
        if not reason.strip():
            raise BadSetting("a reason is needed", where=f"{receipt}:{position}", remedy="Say why it may be dropped")
        self.quarantine.drop(receipt, position, reason.strip(), now_us=to_us(self.clock()))

"""Who signs at a moment, asked at every release: a rotation needs no restart."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.errors import ConfigurationError
from gateway.logs import Log
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.signing.key_ring import KeyRing, load_key_ring
from gateway.signing.ring import Signs
from gateway.signing.xml_signature import XmlSigner

__all__ = ["LiveKeys", "Signers"]


@dataclass(frozen=True, slots=True)
class Signers:
    """What signs NIEM documents, and what signs STIX views. Two keys where the newest one has no form for XML."""

    xml: XmlSigner
    json: JsonSigner


class LiveKeys:
    """The key ring as its files stand now: asked at every release, read again when one of them has changed.

    A change that does not read is refused as a whole and logged; the keys that were in force stay in force.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], datetime], log: Log) -> None:
        self._folder = folder
        self._clock = clock
        self._log = log
        self._seen = self._look()
        self._ring = load_key_ring(folder, at=clock())
        self._made: dict[tuple[str, str], Signers] = {}

    def ring(self) -> KeyRing:
        """The ring in force."""
        seen = self._look()
        if seen != self._seen:
            try:
                self._ring, self._made = load_key_ring(self._folder, at=self._clock()), {}
                self._log.info("keys.read")
            except ConfigurationError as error:
                self._log.error("keys.refused", code=error.code, where=error.where, problem=error.problem)
            self._seen = seen
        return self._ring

    def signers(self, at: datetime) -> Signers:
        """The signers at that moment (aware). Raises ConfigurationError when none may sign."""
        ring = self.ring()
        xml, json = ring.signer(Signs.XML, at), ring.signer(Signs.JSON, at)
        names = xml.kid, json.kid
        if names not in self._made:
            self._made[names] = Signers(XmlSigner(xml), JsonSigner(json, Content.STIX_RECORD))
        return self._made[names]

    def _look(self) -> frozenset[tuple[str, int, int, int]]:
        seen = set()
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # removed while we looked: the next look sees that
                facts = path.stat()
                seen.add((path.name, facts.st_mtime_ns, facts.st_size, facts.st_ino))
        return frozenset(seen)

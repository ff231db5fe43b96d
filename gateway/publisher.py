"""The second half of the road: from a cleared record to its signed views, and from a published view to its revocation.

decide → project → (NIEM: render, validate, sign) → (STIX: render, validate, sign)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from gateway.disposition import Decided
from gateway.model.center import Center
from gateway.model.identity import IdKey
from gateway.model.stages import Cleared, Release, Signed, SignedNiem, ValidatedNiem, WithdrawnView
from gateway.niem.check import MessageChecker
from gateway.niem.render import render as render_niem
from gateway.sharing.documents import Register
from gateway.sharing.views import share
from gateway.signing.signers import Signers
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, seal_objects
from gateway.stix.render import render as render_stix
from gateway.stix.revocation import revoke
from gateway.stopwatch import Stopwatch
from gateway.store.records import PublishedView

__all__ = ["Publisher"]


@dataclass(frozen=True, slots=True)
class Publisher:
    """From a cleared record to its signed views. Holds what that needs, and no state.

    `signers` tells who signs at a moment: keys change while the gateway runs.
    """

    register: Callable[[], Register]
    ids: IdKey
    center: Center
    niem_checker: MessageChecker
    stix_checker: ObjectChecker
    signers: Callable[[datetime], Signers]
    clock: Callable[[], datetime]
    watch: Stopwatch

    def release(self, cleared: Cleared) -> Decided:
        """Decide, then render, validate and sign every view; no views when no agreement lets anyone see the record.

        Raises RenderingError or InvalidDocument when a view cannot be written; then none leaves.
        """
        (outcome,) = self.release_all([cleared])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def release_all(self, many: Sequence[Cleared]) -> list[Decided | Exception]:
        """The same for many records; what went wrong with one stands in its place and stops no other.

        The records go through a stage together before the next begins: measured, that is 1.4 times as fast as taking
        each through all stages, because the processor's caches hold one stage's code at a time.
        """
        with self.watch.stage("decide and project"):
            register, now = self.register(), self.clock()
            signers = self.signers(now)
            shared = [share(cleared, register, self.ids, at=now) for cleared in many]
        failed: dict[int, Exception] = {}
        road: list[tuple[int, Any]] = [(place, view) for place, one in enumerate(shared) for view in one.views]
        for name, step in self._stages(signers, now):
            with self.watch.stage(name):
                road = list(_each(step, road, failed))
        signed: dict[int, list[Signed]] = {}
        for place, view in road:
            signed.setdefault(place, []).append(view)
        return [
            failed.get(place) or Decided(one.decisions, Release(cleared=cleared, views=tuple(signed.get(place, ()))))
            for place, (cleared, one) in enumerate(zip(many, shared, strict=True))
        ]

    def take_back(self, published: PublishedView, *, at: datetime) -> WithdrawnView:
        """What withdraws a published view: its objects revoked at that moment, checked and signed like any other.

        Raises InvalidDocument when that cannot be said in STIX; then nothing is withdrawn.
        """
        signer = self.signers(at).json
        revocation = revoke([orjson.loads(body) for body in published.view.stix], at=at)
        self.stix_checker.require_sound(revocation.checked, foreign=revocation.foreign)
        return WithdrawnView(
            key=published.view.key,
            document_id=published.view.document_id,
            collections=published.collections,
            stix=seal_objects(revocation.objects, signer.sign, signer.kid, at=at),
            key_id=signer.kid,
        )

    def _stages(self, signers: Signers, now: datetime) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        """The stages of a view, in order; each takes what the one before it made. `now` is the signing time."""
        return (
            ("NIEM render", lambda view: (view, render_niem(view, self.center))),
            ("NIEM validate", lambda rendered: self.niem_checker.check(*rendered)),
            ("NIEM sign", lambda valid: _sign_niem(valid, signers, now)),
            ("STIX render", lambda signed: (signed, render_stix(signed, self.center))),
            ("STIX validate", lambda rendered: self.stix_checker.check(*rendered)),
            ("STIX sign", lambda valid: seal(valid, signers.json.sign, signers.json.kid, at=now)),
        )


def _sign_niem(valid: ValidatedNiem, signers: Signers, now: datetime) -> SignedNiem:
    document = signers.xml.sign_parsed(valid.document, valid.root, at=now)
    return SignedNiem(view=valid.view, document=document, key_id=signers.xml.kid)


def _each(
    step: Callable[[Any], Any], road: Iterable[tuple[int, Any]], failed: dict[int, Exception]
) -> Iterator[tuple[int, Any]]:
    """Take every view that has not failed one stage further; a record one of whose views fails goes no further."""
    for place, thing in road:
        if place not in failed:
            try:
                yield place, step(thing)
            except Exception as error:  # the edge of a record: nothing that one does may stop the others
                failed[place] = error

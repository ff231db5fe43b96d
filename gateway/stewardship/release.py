"""Release by hand: a record as files, for a partner without TAXII.

The decision is that of a pull, asked now, and what is given is what the partner's collections give: views that were
published and signed before, byte for byte. Neither a reason nor an operator widens it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from cryptography.x509.oid import NameOID

from gateway import limits
from gateway.disposition import refusing_clauses
from gateway.errors import BadSetting, NotPermitted
from gateway.model.identity import IdKey
from gateway.sharing.access import open_agreements
from gateway.sharing.decide import Decision
from gateway.sharing.documents import Partner, Register, Standing
from gateway.sharing.views import explain
from gateway.signing.claim import Content, Trust
from gateway.signing.json_signature import JsonSigner, verify_detached
from gateway.signing.keys import SigningKey
from gateway.stewardship.given import Given, Said, files_of, once, row_of, statement_of
from gateway.store.collections import CollectionStore
from gateway.store.disseminations import DisseminationStore
from gateway.store.engine import to_us
from gateway.store.record_places import RecordPlaces
from gateway.store.records import HeldRecord, RecordStore

__all__ = ["ReleaseDesk", "Released"]

_ROLES: Final = frozenset({"reviewer", "privacy-officer"})
"""Who may hand out records; an administrator runs the machine."""


@dataclass(frozen=True, slots=True)
class Released:
    """What a release hands over, logged by now. `files` are names with their bytes; nothing is written here.

    `is_revocation` tells that the record was withdrawn: all that is said of it is that it no longer holds.
    """

    record_id: str
    partner: str
    given: tuple[Given, ...]
    files: dict[str, bytes]
    objects: int
    is_revocation: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseDesk:
    """Takes releases. An operating-system user is no identity: each operator signs with a key of their own."""

    records: RecordStore
    places: RecordPlaces
    collections: CollectionStore
    disseminations: DisseminationStore
    register: Callable[[], Register]
    ids: IdKey
    trust: Trust
    clock: Callable[[], datetime]

    def release(
        self, record_id: str, *, to: str, reason: str, operator: str, key: SigningKey, agreement: str | None = None
    ) -> Released:
        """Decide, sign the statement and log it; with the files' bytes, which may be handed over then.

        `agreement` narrows to one of the partner's. Raises NotPermitted with the clause when the partner would not get
        the record by a pull, or the operator may not release; BadSetting for an unknown partner or agreement, and for a
        reason that is none; UntrustedSignature when the key is not the operator's.
        """
        now = self.clock()
        held = self.records.get(record_id)
        register = self.register()
        partner = _partner(register, to, agreement)
        given = self._given(held, partner, register, agreement, at=now)
        _require_reason(reason)
        _require_operator(register, operator)
        numbers = {one.view.number for one in given}
        ours = {view.niem for number in numbers for view in self.records.views(record_id, number)}
        files = files_of(record_id, given, partial(self.ids.derive("release", to).uuid, record_id), ours)
        statement = statement_of(record_id, given, files, to=to, reason=reason, operator=operator, at=now)
        jws = JsonSigner(key, Content.RELEASE).sign(statement)
        self._require_own(jws, statement, operator, at=now)
        said = Said(record_id, to, reason, operator, statement.decode(), jws, to_us(now))
        self.disseminations.add_release([row_of(one, said) for one in given])
        return Released(
            record_id=record_id,
            partner=to,
            given=given,
            files=files,
            objects=len(once(given)),
            is_revocation=held.state == "withdrawn",
            at=now,
        )

    def _given(
        self, held: HeldRecord, partner: Partner, register: Register, only: str | None, *, at: datetime
    ) -> tuple[Given, ...]:
        opened = open_agreements(partner, register, at=at)
        agreements = {name: one for name, one in opened.agreements.items() if only in (None, name)}
        collections = {one.id: one for one in self.collections.all() if one.agreement in agreements}
        views = self.places.views_in(collections, held.record.id)
        if not views:
            refused = tuple(one for one in opened.refused if only in (None, one.agreement))
            raise self._refusal(held, partner, register, refused, agreements, at=at)
        return tuple(
            Given(agreements[collections[one.collection_id].agreement], collections[one.collection_id], one)
            for one in views
        )

    def _refusal(
        self,
        held: HeldRecord,
        partner: Partner,
        register: Register,
        refused: tuple[Decision, ...],
        opened: Iterable[str],
        *,
        at: datetime,
    ) -> NotPermitted:
        """The first clause of each agreement that refuses; never what the record says."""
        asked = set(opened)
        if asked and held.state != "withdrawn":
            explained = explain(held.cleared(), partner.partner, register, self.ids, at=at)
            refused += tuple(one.decision for one in explained if one.decision.agreement in asked)
        clauses = refusing_clauses(refused)
        if clauses == "no agreement" and asked:
            clauses = "no collection that is open to it has the record"
        return NotPermitted(
            f"{partner.partner} does not receive it by a pull, so not by a release either ({clauses})",
            where=held.record.id,
            remedy=f"See gateway agreement explain {held.record.id} {partner.partner}",
        )

    def _require_own(self, jws: str, statement: bytes, operator: str, *, at: datetime) -> None:
        """Raises UntrustedSignature or NotPermitted unless it is the operator's own key that signed."""
        signer = verify_detached(jws, statement, self.trust, Content.RELEASE, at=at, signing_time=at)
        common = signer.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if [name.value for name in common] != [operator]:
            raise NotPermitted(
                "the release was signed by somebody else", where=operator, remedy="Sign with the operator's own key"
            )


def _partner(register: Register, name: str, agreement: str | None) -> Partner:
    partner = register.partners.get(name)
    if partner is None:
        raise BadSetting(f"there is no partner '{name}'", remedy=f"Known: {', '.join(sorted(register.partners))}")
    known = [one.agreement for one in register.agreements_of(name)]
    if agreement is not None and agreement not in known:
        raise BadSetting(
            f"no agreement '{agreement}' names {name}", remedy=f"Its agreements: {', '.join(known) or 'none'}"
        )
    return partner


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > limits.REASON_CHARACTERS or not reason.isprintable():
        raise BadSetting(
            "a release needs a reason, on one line",
            remedy=f"Say in at most {limits.REASON_CHARACTERS} characters why, and who asked",
        )


def _require_operator(register: Register, name: str) -> None:
    person = register.operators.get(name)
    if person is None or person.standing is not Standing.ACTIVE or not _ROLES & set(person.roles):
        raise NotPermitted(
            f"'{name}' is no active reviewer or privacy officer", remedy="See gateway operator list for who is"
        )

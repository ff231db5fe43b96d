"""`certs/sign/ring.yaml`: which keys the center has signed with, signs with, and will sign with.

The private keys and certificates lie beside it, named by key id. The document has what a certificate does not say:
from when a key signs, until when it did, and whether it was revoked.
"""

import enum
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, field_validator, model_validator

from gateway.documents import Document, load_document, quoted
from gateway.errors import BadSetting, ConfigurationError
from gateway.signing.key_folder import replace_public
from gateway.signing.profiles import PROFILES, SigningProfile, XmlForm
from gateway.signing.reasons import FOR_GOOD, Reason

__all__ = ["RING_FILE", "KeyId", "KeyState", "Ring", "RingKey", "Signs", "Token", "read_ring", "write_ring"]

RING_FILE: Final = "ring.yaml"
KeyId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Signs(enum.StrEnum):
    """What a key may be asked to sign."""

    XML = "xml"
    JSON = "json"


class KeyState(enum.StrEnum):
    """Where a key stands at a moment."""

    NEXT = "next"
    """Published, and signs later."""
    SIGNING = "signing"
    IN_USE = "in use"
    """A key for something else than signing records: its certificate counts."""
    RETIRED = "retired"
    """Signs no more; what it signed holds, and its certificate stays published."""
    REVOKED = "revoked"


class Token(Document):
    """Where a key lies in hardware: the PKCS #11 module's file, the token's label, the key's label or its id (hex)."""

    module: str
    token: str
    key: str = ""
    id: Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2})*$")] = ""

    @model_validator(mode="after")
    def _names_a_key(self) -> "Token":
        if not self.key and not self.id:
            raise ValueError("name the key by its label (key) or by its id")
        return self


class RingKey(Document):
    """One key. Times are aware; `signs_until` is the moment from which it signs no more, None while that is open.

    `revoked_at` is the moment from which its signatures do not count: with a stolen key, when it was stolen.
    """

    profile: str
    made: AwareDatetime
    signs_from: AwareDatetime
    signs_until: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    reason: Reason | None = None
    token: Token | None = None

    @field_validator("profile")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in PROFILES:
            raise ValueError(f"'{name}' is no signing profile; use one of {', '.join(PROFILES)}")
        return name

    @model_validator(mode="after")
    def _revocation_is_whole(self) -> "RingKey":
        if (self.revoked_at is None) != (self.reason is None):
            raise ValueError("revoked_at and reason stand together")
        if self.reason is not None and self.reason not in FOR_GOOD:
            raise ValueError("a key cannot be on hold")
        return self

    @property
    def signing_profile(self) -> SigningProfile:
        """The profile itself."""
        return PROFILES[self.profile]

    def can(self, form: Signs) -> bool:
        """Whether its profile signs such content."""
        return form is Signs.JSON or self.signing_profile.xml is not XmlForm.NONE

    def covers(self, other: "RingKey") -> bool:
        """Whether it can sign whatever the other key can."""
        return all(self.can(form) for form in Signs if other.can(form))


class Ring(Document):
    """All keys by their ids. An immutable value: each act gives the ring that it leads to."""

    keys: dict[KeyId, RingKey] = Field(default_factory=dict)

    def signer(self, form: Signs, at: datetime) -> str:
        """The id of the one key that signs such content at that moment: of those that may, the newest.

        Raises ConfigurationError when there is none.
        """
        able = [kid for kid, key in self.keys.items() if key.can(form) and self._may_sign(kid, at)]
        if not able:
            raise ConfigurationError(
                f"no key signs {form.upper()} now", where=RING_FILE, remedy="Run gateway certs rotate --now"
            )
        return max(able, key=self._order)

    def until(self, kid: str) -> datetime | None:
        """When the key stops to sign: as written, or as soon as a newer key takes over all that it does."""
        key = self.keys[kid]
        newer = [
            other.signs_from
            for name, other in self.keys.items()
            if other.revoked_at is None and self._order(name) > self._order(kid) and other.covers(key)
        ]
        return min([*newer, *([key.signs_until] if key.signs_until else [])], default=None)

    def state_of(self, kid: str, at: datetime) -> KeyState:
        """Where the key stands at that moment. A revoked key stays revoked, whatever moment is asked about."""
        key = self.keys[kid]
        until = self.until(kid)
        if key.revoked_at is not None:
            return KeyState.REVOKED
        if until is not None and until <= at:
            return KeyState.RETIRED
        return KeyState.NEXT if at < key.signs_from else KeyState.SIGNING

    def with_key(self, kid: str, key: RingKey, *, at: datetime) -> "Ring":
        """The ring with one more key. Raises ConfigurationError for one that is there, or that would sign the past."""
        if kid in self.keys:
            raise ConfigurationError(
                f"the key {kid} is in the ring already", where=RING_FILE, remedy="Make another key"
            )
        if key.signs_from < at and self.keys:
            raise BadSetting("a key cannot start to sign in the past", where=RING_FILE, remedy="Name a later moment")
        settled = self._settled(at)
        return settled.model_copy(update={"keys": {**settled.keys, kid: key}})

    def with_revoked(self, kid: str, *, since: datetime, reason: Reason, at: datetime) -> "Ring":
        """The ring after a revocation at `at`, which counts from `since`. No retired key comes back for it.

        Raises ConfigurationError for a key that is not there or is revoked already, BadSetting for a mere hold.
        """
        if reason not in FOR_GOOD:
            raise BadSetting(
                f"a key cannot be on hold ({reason})", where=RING_FILE, remedy="Revoke it for good, or rotate"
            )
        settled = self._settled(at)
        if kid not in settled.keys or settled.keys[kid].revoked_at is not None:
            raise ConfigurationError(
                f"no key {kid} is to be revoked", where=RING_FILE, remedy="See gateway certs status"
            )
        revoked = settled.keys[kid].model_copy(update={"revoked_at": since, "reason": reason})
        return settled.model_copy(update={"keys": {**settled.keys, kid: revoked}})

    def _settled(self, at: datetime) -> "Ring":
        """The same ring with the ends that have come written down: a newer key's revocation cannot lift them."""
        keys = {}
        for kid, key in self.keys.items():
            until = self.until(kid)
            keys[kid] = key.model_copy(update={"signs_until": until}) if until is not None and until <= at else key
        return self.model_copy(update={"keys": keys})

    def _may_sign(self, kid: str, at: datetime) -> bool:
        return self.state_of(kid, at) is KeyState.SIGNING

    def _order(self, kid: str) -> tuple[datetime, datetime, str]:
        key = self.keys[kid]
        return key.signs_from, key.made, kid


def read_ring(folder: Path) -> Ring:
    """The ring of a folder of signing keys. Raises ConfigurationError."""
    return load_document(folder / RING_FILE, Ring)


def write_ring(folder: Path, ring: Ring) -> None:
    """Write the document in one step."""
    lines = [
        "# The center's signing keys. Written by gateway certs; docs/howto/rotate-a-key.md",
        "keys:" if ring.keys else "keys: {}",
    ]
    for kid, key in ring.keys.items():
        lines.append(f'  "{kid}":')
        for name, value in key.model_dump(mode="json", exclude_none=True).items():
            if isinstance(value, dict):
                lines += [f"    {name}:", *(f"      {part}: {quoted(text)}" for part, text in value.items() if text)]
            else:
                lines.append(f"    {name}: {quoted(str(value))}")
    replace_public(folder / RING_FILE, "\n".join([*lines, ""]).encode())

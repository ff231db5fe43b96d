"""A gateway's home as a folder: the documents, secrets and keys in it, read strictly."""

import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import orjson

from gateway import names
from gateway.documents import Document, load_document
from gateway.errors import BadSetting, ConfigurationError, MissingFile, UnsafeKeyFile
from gateway.logs import Log
from gateway.model.identity import IdKey
from gateway.sharing.documents import Agreement, Operator, Partner, Register
from gateway.sharing.projections import PROJECTIONS
from gateway.sharing.views import collection_id, possible_projections
from gateway.signing.key_files import load_signing_key
from gateway.signing.keys import SigningKey
from gateway.store.collections import Collection, CollectionStore
from gateway.store.engine import to_us

__all__ = ["LiveRegister", "read_key_pair", "read_register", "read_secret"]

D = TypeVar("D", bound=Document)
_REGISTER_FOLDERS = (names.PARTNERS_FOLDER, names.OPERATORS_FOLDER, names.AGREEMENTS_FOLDER)


def read_register(home: Path) -> Register:
    """The partners, operators and agreements of a home. Raises ConfigurationError for the first that is wrong."""
    return Register(
        partners=_documents(home / names.PARTNERS_FOLDER, Partner),
        operators=_documents(home / names.OPERATORS_FOLDER, Operator),
        agreements=_documents(home / names.AGREEMENTS_FOLDER, Agreement),
    )


def _documents(folder: Path, schema: type[D]) -> Sequence[D]:
    documents = []
    for path in sorted(folder.glob("*.yaml")):
        document = load_document(path, schema)
        name = next(iter(document.model_dump().values()))
        if name != path.stem:
            raise BadSetting(
                f"the document calls itself '{name}'", where=str(path), remedy="Give file and document one name"
            )
        documents.append(document)
    return documents


class LiveRegister:
    """The register as its documents stand now: asked at every request, read again when a file has changed.

    A change that does not read is refused as a whole and logged; what was in force before stays in force.
    """

    def __init__(
        self, home: Path, ids: IdKey, collections: CollectionStore, *, clock: Callable[[], datetime], log: Log
    ) -> None:
        self._home = home
        self._ids = ids
        self._collections = collections
        self._clock = clock
        self._log = log
        self._stamp = self._look()
        self._register = self._read()

    def __call__(self) -> Register:
        """The register in force."""
        stamp = self._look()
        if stamp != self._stamp:
            try:
                self._register = self._read()
                self._log.info("register.read")
            except ConfigurationError as error:
                self._log.error("register.refused", code=error.code, where=error.where, problem=error.problem)
            self._stamp = stamp
        return self._register

    def _look(self) -> frozenset[tuple[str, int, int]]:
        seen = set()
        for folder in _REGISTER_FOLDERS:
            for path in (self._home / folder).glob("*.yaml"):
                with suppress(FileNotFoundError):  # removed while we looked: the next look sees that
                    facts = path.stat()
                    seen.add((str(path), facts.st_mtime_ns, facts.st_size))
        return frozenset(seen)

    def _read(self) -> Register:
        register = read_register(self._home)
        declared = []
        for name, agreement in sorted(register.agreements.items()):
            # Whether an agreement is suspended is the center's switch, not part of what was agreed: no new version.
            body = orjson.dumps(agreement.model_dump(mode="json", exclude={"standing"}), option=orjson.OPT_SORT_KEYS)
            self._collections.load_agreement(name, agreement.version, body, now_us=to_us(self._clock()))
            for projection in possible_projections(agreement, register):
                suffix = "" if projection == agreement.projection else f" ({projection})"
                declared.append(
                    Collection(
                        id=collection_id(self._ids, name, projection),
                        agreement=name,
                        projection=projection,
                        alias=f"{name}.{projection}",
                        title=f"{agreement.title}{suffix}",
                        description=PROJECTIONS[projection].says,
                    )
                )
        self._collections.declare(tuple(declared))
        return register


def read_secret(home: Path, name: str) -> bytes:
    """One of the home's secrets. Raises MissingFile, UnsafeKeyFile or BadSetting."""
    path = home / names.SECRETS_FOLDER / name
    if not path.exists():
        raise MissingFile("the secret is missing", where=str(path), remedy="Restore it from the backup of the home")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UnsafeKeyFile("others than its owner may read it", where=str(path), remedy="Run chmod 600 on it")
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise BadSetting("this is not a secret", where=str(path), remedy="Restore it from the backup") from error


def read_key_pair(folder: Path, name: str) -> SigningKey:
    """A key with its chain: `name.key` and `name.crt`. Raises MissingFile, UnsafeKeyFile or BadSetting."""
    return load_signing_key(folder / f"{name}.key", folder / f"{name}.crt")

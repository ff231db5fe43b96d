"""Founding a home: settings, secrets, development certificates, example documents, an empty store."""

import os
import secrets
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from string import Template

from gateway import examples, names
from gateway.documents import load_document, quoted
from gateway.errors import ConfigurationError
from gateway.sharing.documents import Operator, Partner
from gateway.signing.pki import init_development_pki, issue_leaf
from gateway.signing.purposes import OPERATOR, PARTNER
from gateway.store.engine import open_engine
from gateway.store.schema import upgrade

__all__ = ["complete_development_pki", "found_home"]

_SECRETS = (
    names.ID_KEY_FILE,
    names.CURSOR_KEY_FILE,
    names.PSEUDONYM_KEY_FILE,
    names.SUPPRESSION_KEY_FILE,
    names.METRICS_KEY_FILE,
)
_EXAMPLE_FOLDERS = (names.PARTNERS_FOLDER, names.AGREEMENTS_FOLDER, names.OPERATORS_FOLDER)

_SETTINGS = """\
# Settings of this gateway. Every key is also a variable: GATEWAY_CENTER_NAME and so on. docs/reference/settings.md
center_id: {center_id}
center_name: {center_name}
center_abbreviation: {abbreviation}
center_contact: {contact}
created: {created}
# database_url: postgresql+psycopg://gateway@db.example/gateway
listen_host: 127.0.0.1
listen_port: 8443
"""


def found_home(home: Path, *, center_name: str, abbreviation: str, contact: str, clock: Callable[[], datetime]) -> None:
    """Make a working home in a folder that does not exist yet or is empty.

    Raises ConfigurationError when something is there already.
    """
    if home.exists() and not home.is_dir():
        raise ConfigurationError("this is no folder", where=str(home), remedy="Name a new or an empty folder")
    if home.exists() and any(home.iterdir()):
        raise ConfigurationError("the folder is not empty", where=str(home), remedy="Name a new or an empty folder")
    now = clock()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.chmod(0o700)
    created = now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"
    center_id = str(uuid.uuid4())
    text = _SETTINGS.format(
        center_id=center_id,
        center_name=quoted(center_name.replace("\n", " ")),
        abbreviation=quoted(abbreviation.replace("\n", " ")),
        contact=quoted(contact.replace("\n", " ")),
        created=created,
    )
    (home / names.SETTINGS_FILE).write_text(text, encoding="utf-8")
    for folder in (names.MAPPINGS_FOLDER, names.INBOX_FOLDER):
        (home / folder).mkdir()
    _write_secrets(home / names.SECRETS_FOLDER)
    _write_examples(home, now.date())
    complete_development_pki(home, center_name=center_name, center_id=center_id, at=now)
    engine = open_engine(f"sqlite:///{home / names.DATABASE_FILE}")
    upgrade(engine)
    engine.dispose()


def complete_development_pki(home: Path, *, center_name: str, center_id: str, at: datetime) -> tuple[str, ...]:
    """Make the development certificates that the home lacks, and name them.

    The first time: authorities, server, signer, journal, time stamps, and one for each operator and partner. Later:
    those of operators and partners that have come since. What is there stays as it is. Raises ConfigurationError when a
    certificate is missing and the authority that would issue it is not kept here.
    """
    certs = home / names.CERTS_FOLDER
    operators = sorted((home / names.OPERATORS_FOLDER).glob("*.yaml"))
    partners = sorted((home / names.PARTNERS_FOLDER).glob("*.yaml"))
    wanted = [
        *((OPERATOR, load_document(path, Operator).operator) for path in operators),
        *((PARTNER, load_document(path, Partner).partner) for path in partners),
    ]
    made = []
    if not (certs / "ca").exists():
        init_development_pki(certs, center=center_name, center_id=center_id, at=at)
        made += [str(path.relative_to(certs).with_suffix("")) for path in sorted(certs.glob("*/*.crt"))]
    for purpose, name in wanted:
        if not (certs / purpose.folder / f"{name}.crt").exists():
            issue_leaf(certs, purpose, name, center=center_name, at=at)
            made.append(f"{purpose.folder}/{name}")
    return tuple(made)


def _write_examples(home: Path, today: date) -> None:
    """The example documents, with agreements that run from today for two years."""
    term = {"effective": str(today), "expires": str(today + timedelta(days=730))}
    for folder in _EXAMPLE_FOLDERS:
        (home / folder).mkdir()
        for source in (resources.files(examples) / folder).iterdir():
            text = Template(source.read_text(encoding="utf-8")).substitute(term)
            (home / folder / source.name).write_text(text, encoding="utf-8")


def _write_secrets(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in _SECRETS:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))

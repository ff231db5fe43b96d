"""Files that hold secrets: what must be true of one before it is read, and what is wrong with one that fails."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from gateway import limits
from gateway.errors import MissingFile, UnsafeKeyFile

__all__ = ["CREDENTIALS_VARIABLE", "FileFault", "faults_of", "find_secret", "read_private", "require_private"]

CREDENTIALS_VARIABLE: Final = "CREDENTIALS_DIRECTORY"
"""Where systemd puts the credentials of a service (systemd.exec, LoadCredential=)."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class FileFault(NamedTuple):
    """One thing that is wrong with a file; `remedy` says what to do."""

    where: str
    problem: str
    remedy: str


def faults_of(path: Path) -> tuple[FileFault, ...]:
    """Whoever else could read or replace a secret's file, by modes and owners alone; nothing is opened.

    A link counts as the file that it leads to, and both folders are looked at: who owns the link's folder chooses the
    file. Owners are the user of this process or root; a file of somebody else is somebody else's secret. Raises
    MissingFile when there is no such file.
    """
    try:
        target = path.resolve(strict=True)
        facts = target.stat()
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise MissingFile("there is no such file", where=str(path), remedy="Restore it from the backup") from error
    found = []
    if not stat.S_ISREG(facts.st_mode):
        found.append(FileFault(str(path), "it is no regular file", "Put the key itself there"))
    if stat.S_IMODE(facts.st_mode) & _OTHERS:
        found.append(FileFault(str(path), "others than its owner may read it", "Run chmod 600 on it"))
    if not _is_ours(facts):
        found.append(FileFault(str(path), "it belongs to another user", "Run chown on it"))
    for folder in dict.fromkeys((path.absolute().parent, target.parent)):
        at = folder.stat()
        if stat.S_IMODE(at.st_mode) & _OTHERS:
            found.append(
                FileFault(str(folder), "others than its owner may look into the folder", "Run chmod 700 on it")
            )
        if not _is_ours(at):
            found.append(FileFault(str(folder), "the folder belongs to another user", "Run chown on it"))
    return tuple(found)


def require_private(path: Path) -> None:
    """Raises UnsafeKeyFile for the first fault of the file, MissingFile when there is none."""
    for fault in faults_of(path):
        raise UnsafeKeyFile(fault.problem, where=fault.where, remedy=fault.remedy)


def read_private(path: Path) -> bytes:
    """The bytes of a secret's file, once it is safe.

    The mode is asked again of the file that was opened: what was looked at is what is read. Raises UnsafeKeyFile or
    MissingFile.
    """
    require_private(path)
    try:
        descriptor = os.open(path.resolve(strict=True), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise MissingFile("the file cannot be read", where=str(path), remedy="Check its owner and its type") from error
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(file.fileno())
        if stat.S_IMODE(facts.st_mode) & _OTHERS or not _is_ours(facts):
            raise UnsafeKeyFile("the file was exchanged while it was read", where=str(path), remedy="Look who did that")
        return file.read(limits.DOCUMENT_BYTES)


def find_secret(name: str, folder: Path, environment: Mapping[str, str], variable: str) -> Path | None:
    """The file that holds a passphrase or a PIN: beside the key, else a systemd credential, else the one of `variable`.

    None when there is none. A secret is never an argument: arguments stand in the list of processes.
    """
    places = [folder / name]
    if environment.get(CREDENTIALS_VARIABLE):
        places.append(Path(environment[CREDENTIALS_VARIABLE]) / name)
    found = next((place for place in places if place.exists()), None)
    return found or (Path(environment[variable]) if environment.get(variable) else None)


def _is_ours(facts: os.stat_result) -> bool:
    return facts.st_uid in (os.geteuid(), 0)

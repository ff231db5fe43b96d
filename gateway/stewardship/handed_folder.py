"""The folder that a partner is handed: all of it or nothing, readable by its owner alone, never over another."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gateway.errors import BadSetting
from gateway.model.center import Center
from gateway.stewardship.release import Released

__all__ = ["KEYS", "README", "hand_over", "require_room"]

KEYS = "keys.jwks"
README = "README.txt"


def require_room(folder: Path) -> None:
    """Raises BadSetting unless the folder is new or empty, in a folder that is there and may be written."""
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise BadSetting("something is there already", where=str(folder), remedy="Name a new or an empty folder")
    if not folder.parent.is_dir() or not os.access(folder.parent, os.W_OK | os.X_OK):
        raise BadSetting("it cannot be made there", where=str(folder), remedy="Make the folder that it goes into")


def hand_over(released: Released, folder: Path, *, key_set: bytes, center: Center) -> tuple[Path, ...]:
    """Write a release that is logged into a new or empty folder; the paths, as they lie there then.

    The files are written beside it, forced to the disk, and appear together by one rename. Raises BadSetting when
    something is there already.
    """
    require_room(folder)
    files = {**released.files, KEYS: key_set, README: _readme(released, center).encode()}
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))  # 0700
    try:
        _write(work, files)
        os.rename(work, folder)
    except OSError as error:
        raise BadSetting(
            "the files could not be written, and the release is in the log",
            where=str(folder),
            remedy="Mend what the system says, and release it again",
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return tuple(folder / name for name in files)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _readme(released: Released, center: Center) -> str:
    """For the partner: what this is, and how to check it. Neither the reason nor the record is repeated."""
    names = sorted(released.files)
    digests = "\n".join(f"  {hashlib.sha256(released.files[name]).hexdigest()}  {name}" for name in names)
    agreements = "\n".join(
        f"  {one.agreement.agreement}, version {one.agreement.version}: {one.agreement.title}" for one in released.given
    )
    said = (
        "The center has withdrawn this record. The objects are revoked: delete what you hold of it."
        if released.is_revocation
        else "A newer version, or a withdrawal, may come later: keep the record's id with what you store."
    )
    return f"""{center.name}: record for {released.partner}
Handed over {released.at:%Y-%m-%d %H:%M} UTC under

{agreements}

{said}
The markings in the files say how they may be used and passed on.

Files, with their SHA-256

{digests}

To check that they come from the center and were not altered

  gateway verify {" ".join(names)} --keys {KEYS} --root root.crt

root.crt is the center's root certificate. It is not in this folder: you have it from the center by another way, and
what came with the files could be anybody's. {KEYS} only tells which keys there are, and is not what you trust.
Without that program: XML Signature for the .xml file; for the .json file the detached JWS in the integrity extension
of the report or grouping (RFC 7515, appendix F, over RFC 8785 canonical JSON). The center's documentation has both
procedures, step by step, with other people's tools.

Questions: {center.contact}
"""

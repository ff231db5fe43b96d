"""Packages as ZIP archives: written with the same bytes each time, read without trusting a name or a size in them."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from gateway import limits
from gateway.errors import DeliveryTooLarge, MissingFile, UnreadableDelivery

__all__ = ["Package", "packed", "read_package"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that a ZIP entry can have (APPNOTE 4.4.6)."""
_FILE_MODE: Final = (stat.S_IFREG | 0o644) << 16
_UNIX: Final = 3
_NAME: Final = re.compile(r"[A-Za-z0-9 ._()+-]+(?:/[A-Za-z0-9 ._()+-]+)*/?")
_PACKED_WAYS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 0x1


class Package(NamedTuple):
    """A package that was read: the name of its root folder, and its files by their path below it."""

    root: str
    files: Mapping[str, bytes]


def packed(root: str, files: Mapping[str, bytes]) -> bytes:
    """The files below one root folder as a ZIP archive.

    Entries are sorted, have one time and are stored, not deflated: deflated bytes differ between builds of zlib.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{root}/{path}", _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE
            archive.writestr(entry, files[path])
    return out.getvalue()


def read_package(path: Path) -> Package:
    """The files of a package.

    Raises MissingFile, DeliveryTooLarge, or UnreadableDelivery for what is no archive, is damaged, has more than one
    root folder, or has an entry that would be unsafe to unpack.
    """
    if not path.is_file():
        raise MissingFile("there is no such package", where=str(path), remedy="Name the ZIP file")
    if path.stat().st_size > limits.PACKAGE_BYTES:
        raise _too_large(f"the package has {path.stat().st_size} bytes", path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_sizes(entries, path)
            files: dict[str, bytes] = {}
            for entry in entries:
                _check_entry(entry, path)
                if not entry.is_dir():
                    files[entry.filename] = archive.read(entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise UnreadableDelivery(
            "the file is no ZIP archive, or a damaged one", where=str(path), remedy="Ask for the package again"
        ) from error
    return _rooted(files, path)


def _too_large(problem: str, path: Path) -> DeliveryTooLarge:
    return DeliveryTooLarge(problem, where=str(path), remedy="No message specification is that large: do not open it")


def _check_sizes(entries: list[zipfile.ZipInfo], path: Path) -> None:
    """A few kilobytes can stand for gigabytes; zipfile reads no further than an entry declares."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.PACKAGE_UNPACKED_BYTES or len(entries) > limits.PACKAGE_FILES:
        raise _too_large(f"the package would unpack to {unpacked} bytes in {len(entries)} files", path)
    names = [entry.filename.rstrip("/").lower() for entry in entries]
    if len(set(names)) != len(names):
        raise UnreadableDelivery("two entries have the same name", where=str(path), remedy="Build the package again")


def _check_entry(entry: zipfile.ZipInfo, path: Path) -> None:
    mode = entry.external_attr >> 16
    unsafe = (
        "a name that is not plain" if not _NAME.fullmatch(entry.orig_filename) else
        "a name that leads out" if ".." in PurePosixPath(entry.filename).parts else
        "a link or a device" if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR) else
        "an encrypted entry" if entry.flag_bits & _ENCRYPTED else
        "an unusual compression" if entry.compress_type not in _PACKED_WAYS else
        ""
    )  # fmt: skip
    if unsafe:
        raise UnreadableDelivery(f"the archive has {unsafe}", where=str(path), remedy="Do not unpack it")


def _rooted(files: Mapping[str, bytes], path: Path) -> Package:
    folders = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    if not folders.isdisjoint(files):
        raise UnreadableDelivery("a file has the name of a folder", where=str(path), remedy="Build the package again")
    roots = {name.partition("/")[0] for name in files}
    if len(roots) != 1 or any("/" not in name for name in files):
        raise UnreadableDelivery(
            "a package has one root folder with everything in it", where=str(path), remedy="Build the package again"
        )
    (root,) = roots
    return Package(root, {name.partition("/")[2]: data for name, data in files.items()})

"""The files that a check of signatures is asked about: named ones, and those in named folders."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from gateway import limits
from gateway.errors import DeliveryTooLarge, MissingFile, UntrustedSignature

__all__ = ["signed_files", "within"]

_SUFFIXES: Final = frozenset({".xml", ".json"})


def signed_files(paths: Iterable[Path]) -> tuple[tuple[Path, Path | None], ...]:
    """Each file to check, with the folder that it was found in; None for a file that was named itself.

    Of a folder, the XML and JSON files in it and below, by name; folders behind links are not entered. A named file is
    not looked at yet. Raises MissingFile for a folder with no such file, DeliveryTooLarge beyond `limits.SIGNED_FILES`.
    """
    found: list[tuple[Path, Path | None]] = []
    for path in paths:
        if not path.is_dir():
            found.append((path, None))
            continue
        before = len(found)
        for file in _below(path):
            found.append((file, path))
            if len(found) > limits.SIGNED_FILES:
                raise DeliveryTooLarge(
                    f"there are more than {limits.SIGNED_FILES} files", where=str(path), remedy="Check it in parts"
                )
        if len(found) == before:
            raise MissingFile("the folder has no XML and no JSON file", where=str(path), remedy="Check the path")
    return tuple(found)


def within(file: Path, folder: Path | None) -> Path:
    """The file to read. Raises UntrustedSignature for a link that leads out of the folder it was found in."""
    if folder is not None and not file.resolve().is_relative_to(folder.resolve()):
        raise UntrustedSignature(
            "a link that leads out of the folder is not followed", remedy="Name the file itself, if it is meant"
        )
    return file


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in _SUFFIXES:
                yield Path(place) / name

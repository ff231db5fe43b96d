"""All mappings of a gateway, and which of them a file belongs to."""

import re
from collections.abc import Mapping as Table
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeVar

from gateway.documents import read_text
from gateway.errors import BadSetting, MissingFile
from gateway.mapping.compiled import Mapping, compile_mapping
from gateway.mapping.document import load_mapping_document
from gateway.mapping.feed import Feed

__all__ = ["document_paths", "is_of_stix", "load_mapping", "load_mapping_version", "load_mappings", "recognize"]

F = TypeVar("F", bound=Feed)

_KNOWN_SHARE: Final = 0.75
"""Least share of a file's columns that a mapping must know to be picked without being named."""

_STIX: Final = re.compile(r"^(?:reads: *\{ *| +)format: *stix\b", re.MULTILINE)
"""How a document of a feed of STIX says so; reading it as YAML would be a hundred times slower."""


def load_mapping(path: Path) -> Mapping:
    """Load and compile one document. Its file is named for its feed: `<feed>.yaml`.

    Raises a ConfigurationError with the file, the key and the remedy.
    """
    _refuse_stix(path)
    document = load_mapping_document(path)
    if document.mapping != path.stem:
        raise BadSetting(
            f"mapping: '{document.mapping}' is not the file's name", where=str(path), remedy="Give both the same name"
        )
    return compile_mapping(document, path.parent)


def load_mapping_version(path: Path) -> Mapping:
    """Load and compile one version of a feed's document for its author, whatever its file is called.

    Its code tables lie beside it. Raises a ConfigurationError with the file, the key and the remedy.
    """
    _refuse_stix(path)
    return compile_mapping(load_mapping_document(path), path.parent)


def _refuse_stix(path: Path) -> None:
    if is_of_stix(path):
        raise BadSetting(
            "the feed brings STIX: its objects say what they are, and there are no rules for columns to look at",
            where=str(path),
            remedy="Use gateway translate with a file of the feed",
        )


def load_mappings(folders: Sequence[Path]) -> dict[str, Mapping]:
    """Every mapping of the folders, by feed; feeds of STIX have none and are left out.

    Raises MissingFile for a folder that is not there, and whatever `load_mapping` raises.
    """
    return {feed: load_mapping(path) for feed, path in document_paths(folders).items() if not is_of_stix(path)}


def is_of_stix(path: Path) -> bool:
    """Whether a feed's document says that the feed brings STIX. Raises as `read_text` does."""
    return _STIX.search(read_text(path)) is not None


def document_paths(folders: Sequence[Path]) -> dict[str, Path]:
    """Every `*.yaml` of the folders, by feed; a document of a later folder replaces an earlier one of the same name.

    Raises MissingFile for a folder that is not there.
    """
    paths: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise MissingFile("there is no such mappings folder", where=str(folder), remedy="Check the path")
        paths.update((path.stem, path) for path in sorted(folder.glob("*.yaml")))
    return dict(sorted(paths.items()))


def recognize(mappings: Table[str, F], columns: Sequence[str]) -> F | None:
    """The one mapping that a file's columns speak for, or None: nothing is picked by a hair's breadth.

    A candidate lacks no column that it cannot do without and knows at least three quarters of the file's columns; of
    several, the one that knows most, unless two know the same number.
    """
    delivered = set(columns)
    known = {
        name: len(delivered & {*mapping.columns, *mapping.document.drops})
        for name, mapping in mappings.items()
        if not any(p.fatal and p.code == "missing-column" for p in mapping.check_columns(columns))
    }
    ranked = sorted(known, key=lambda name: known[name], reverse=True)
    if not delivered or not ranked or known[ranked[0]] < _KNOWN_SHARE * len(delivered):
        return None
    if len(ranked) > 1 and known[ranked[0]] == known[ranked[1]]:
        return None
    return mappings[ranked[0]]

"""Registries of IANA that STIX takes words from, as OASIS ships them inside stix2-validator.

They are read from its files, as the schemas are, when a check first asks; nothing is ever fetched, and the package is
not imported.
"""

import csv
import importlib.util
from functools import cache
from pathlib import Path
from typing import Final

from gateway.errors import MissingFile

__all__ = ["character_sets", "information_elements", "media_types", "protocols"]

_MORE_PROTOCOLS: Final = frozenset({"ipv4", "ipv6", "ssl", "tls", "dns"})
"""Names in common use under which the registry has no service."""


def _assets() -> Path:
    package = importlib.util.find_spec("stix2validator")
    roots = list(package.submodule_search_locations or ()) if package else []
    folder = Path(roots[0], "v21", "assets") if roots else Path()
    if not (folder / "protocols.csv").is_file():
        raise MissingFile(
            "the installed stix2-validator ships no registries of IANA",
            where="stix2validator/v21/assets",
            remedy="Install stix2-validator 3.2.0",
        )
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def media_types() -> frozenset[str]:
    """Every registered media type: its template, or class and name where it has none."""
    found = set()
    for path in sorted(_assets().glob("mediatype_*.csv")):
        top = path.stem.removeprefix("mediatype_")
        found |= {row["Template"] or f"{top}/{row['Name']}" for row in _rows(path) if row["Template"] or row["Name"]}
    return frozenset(found)


@cache
def character_sets() -> frozenset[str]:
    """Every registered character set by the name that is preferred in mail, or by its first."""
    rows = _rows(_assets() / "charsets.csv")
    return frozenset(row["Preferred MIME Name"] or row["Name"] for row in rows) - {""}


@cache
def protocols() -> frozenset[str]:
    """Every registered service name and transport protocol."""
    rows = _rows(_assets() / "protocols.csv")
    names = {row[column] for row in rows for column in ("Service Name", "Transport Protocol")}
    return (frozenset(names) | _MORE_PROTOCOLS) - {""}


@cache
def information_elements() -> frozenset[str]:
    """Every registered element of IP flow information export."""
    return frozenset(row["Name"] for row in _rows(_assets() / "ipfix-information-elements.csv")) - {""}

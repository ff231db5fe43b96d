"""Before a workbook is opened: is it one, of which sort, and will it stay within bounds when it is unpacked?

An .xlsx file is a ZIP archive (ISO/IEC 29500-2). A few kilobytes of it can stand for gigabytes of text, and one cell in
the last corner of a sheet makes a reader set aside room for all cells before it. Both are found out here, cheaply. What
an .xls or .ods file asks for cannot be found out cheaply: those are read in a process with limits of its own.
"""

import enum
import io
import re
import zipfile
import zlib
from typing import Final

from gateway import limits
from gateway.errors import UnreadableDelivery

__all__ = ["Container", "check_container"]


class Container(enum.Enum):
    """How a workbook is packed: as .xlsx, whose extent is known, or in one of the older ways (.xls, .ods)."""

    XLSX = "xlsx"
    OLD = "old"


_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins a compound file ([MS-CFB] 2.2): .xls, and .xlsx behind a password."""
_OPEN_DOCUMENT: Final = "content.xml"
"""The part that an .ods file has (OpenDocument 1.3, part 2, 2.2.1)."""
_CELL_PLACE: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,4})([0-9]{1,10})""")


def check_container(content: bytes, where: str) -> Container:
    """Which sort of workbook it is.

    Raises UnreadableDelivery for what is none, is damaged, or, as .xlsx, would unpack beyond the limits.
    """
    if len(content) > limits.WORKBOOK_BYTES:
        raise UnreadableDelivery(
            f"the workbook has {len(content)} bytes", where=where, remedy=f"At most {limits.WORKBOOK_BYTES} are read"
        )
    if content.startswith(_COMPOUND):
        return Container.OLD
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _OPEN_DOCUMENT in archive.namelist():
                return Container.OLD
            _check_parts(archive, where)
            return Container.XLSX
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise UnreadableDelivery(
            "the file is no workbook, or a damaged one", where=where, remedy="Ask for the file again, saved as .xlsx"
        ) from error


def _check_parts(archive: zipfile.ZipFile, where: str) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.WORKBOOK_UNPACKED_BYTES or len(parts) > limits.WORKBOOK_PARTS:
        raise UnreadableDelivery(
            f"the workbook would unpack to {unpacked} bytes in {len(parts)} parts",
            where=where,
            remedy="Save only the sheets that are needed, as .xlsx",
        )
    if "xl/workbook.xml" not in archive.namelist():
        raise UnreadableDelivery("the archive is no .xlsx workbook", where=where, remedy="Save it as plain .xlsx")
    for part in parts:
        # any part may be declared to be a sheet
        columns, rows = _extent(_unpacked(archive, part))
        if columns * rows > limits.WORKBOOK_CELLS:
            raise UnreadableDelivery(
                f"a sheet spans {columns} columns and {rows} rows",
                where=where,
                remedy="Delete what stands far away from the table",
            )


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part's text. Raises BadZipFile for one whose packed data go on after the size that it declares.

    The reader behind us goes by the packed data, zipfile by the declared size: so ask for one byte more than that.
    """
    declared = part.file_size
    part.file_size += 1
    text = archive.read(part)
    if len(text) != declared:
        raise zipfile.BadZipFile("the part is not as long as it declares")
    return text


def _extent(text: bytes) -> tuple[int, int]:
    """The last column and row that a cell of the part names."""
    places = set(_CELL_PLACE.findall(text))
    return (
        max((_column(letters) for letters, _ in places), default=0),
        max((int(row) for _, row in places), default=0),
    )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number

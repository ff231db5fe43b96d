"""The sheets of an old workbook (.xls, .ods), read in a process of its own: `gateway.adapters.workbook_child`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final, cast

from gateway import limits
from gateway.errors import UnreadableDelivery

__all__ = ["old_sheets"]

_PROGRAM: Final = Path(__file__).with_name("workbook_child.py")
_KEPT: Final = ("LD_LIBRARY_PATH",)
"""What the process needs to start; nothing else of our environment is its business."""


def old_sheets(
    content: bytes, wanted: Callable[[list[str]], list[str]], where: str
) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The name and the rows of each sheet that is wanted, in turn; each sheet's rows are taken before the next sheet.

    Raises UnreadableDelivery where the process cannot read the workbook within its limits. It is ended in any case.
    """
    bounds = {
        "bytes": limits.WORKBOOK_PROCESS_BYTES,
        "seconds": limits.WORKBOOK_PROCESS_SECONDS,
        "cells": limits.WORKBOOK_CELLS,
    }
    process = subprocess.Popen(  # noqa: S603 - our own program, with nothing of the delivery on its command line
        [sys.executable, "-I", str(_PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )
    with process:
        try:
            question, answer = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
            _ask(question, json.dumps(bounds).encode() + b"\n%d\n" % len(content) + content, where)
            names = wanted(_line(answer, where))
            _ask(question, json.dumps(names).encode() + b"\n", where)
            for name in names:
                yield name, _rows(answer, where)
            if _line(answer, where) is not True:
                raise _failed(where)
        finally:
            process.kill()
            # what was not sent to a process that has ended is nobody's any more
            _forget(process.stdin)


def _ask(question: IO[bytes], text: bytes, where: str) -> None:
    try:
        question.write(text)
        question.flush()
    except OSError as error:
        raise _failed(where) from error


def _rows(answer: IO[bytes], where: str) -> Iterator[list[str]]:
    while (row := _line(answer, where)) is not None:
        yield row


def _line(answer: IO[bytes], where: str) -> Any:
    line = answer.readline(limits.WORKBOOK_ROW_BYTES)
    if not line.endswith(b"\n"):
        raise _failed(where)
    return json.loads(line)


def _forget(question: IO[bytes] | None) -> None:
    try:
        if question is not None:
            question.close()
    except OSError:
        pass


def _failed(where: str) -> UnreadableDelivery:
    return UnreadableDelivery(
        "the workbook is damaged, has a password, or is too large to be read in its old format",
        where=where,
        remedy="Save it as .xlsx, without a password, with only the sheets that are needed",
    )

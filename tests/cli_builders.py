"""Calling the program as its console script does, within this process."""

import contextlib
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import click
import typer

from gateway.cli import main
from gateway.cli.application import application


@dataclass(frozen=True)
class Result:
    """What a call left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


def call(*arguments: object, home: Path | None = None) -> Result:
    """`gateway ARGUMENTS --home HOME`."""
    argv = ["gateway", *(str(argument) for argument in arguments), *(["--home", str(home)] if home else [])]
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with mock.patch.object(sys, "argv", argv), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return Result(code, out.getvalue(), err.getvalue())


def commands() -> list[tuple[str, ...]]:
    """The words of every command, groups gone down into."""

    def below(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        children = getattr(command, "commands", None)
        if not children:
            yield words
            return
        for name, child in sorted(children.items()):
            yield from below(child, (*words, name))

    return list(below(typer.main.get_command(application), ()))

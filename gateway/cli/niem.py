"""gateway niem."""

import enum
import sys
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import typer
from lxml import etree
from rich.console import Console

from gateway.cli.files import read_whole
from gateway.cli.shown import AsJson, console, group, print_json
from gateway.config import shipped
from gateway.model.record import encode_record
from gateway.niem.check import MessageChecker
from gateway.niem.faults import InvalidMessage, MessageFault
from gateway.niem.message_json import MessageJson
from gateway.niem.read import read as read_message
from gateway.niem.safe_xml import without_signature

__all__ = ["commands"]

commands = group("NIEM messages in files: check them, convert them, read them.")


class Form(enum.StrEnum):
    """How a message is written."""

    XML = "xml"
    JSON = "json"


class _Checked(NamedTuple):
    """A file's message as XML, its form in the file, and its faults."""

    document: bytes
    form: Form
    faults: tuple[MessageFault, ...]

    @property
    def holds(self) -> bool:
        return not any(fault.severity == "error" for fault in self.faults)


@commands.callback()
def niem() -> None:
    """NIEM messages in files: check them, convert them, read them."""


@commands.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="NIEM messages, XML or JSON, signed or not.")],
    as_json: AsJson = False,
) -> None:
    """Tell every fault of NIEM messages: schema, naming and design rules, rules of the exchange; exit 1 on an error.

    A signature is set aside, not verified: that is for gateway verify. Of each schema fault, xmlschema gives a second
    opinion. No value of a message is repeated.

    Example: gateway niem check preview/line-2.xml
    """
    checker = MessageChecker(shipped("xsd"))
    converter = MessageJson(checker.index)
    checked = {path: _checked(read_whole(path), checker, converter) for path in files}
    if as_json:
        print_json([_facts(path, result) for path, result in checked.items()])
    else:
        for path, result in checked.items():
            _tell(path, result)
    if not all(result.holds for result in checked.values()):
        raise typer.Exit(1)


@commands.command()
def convert(
    file: Annotated[Path, typer.Argument(help="A NIEM message, XML or JSON.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write; else standard output.")] = None,
) -> None:
    """Write an XML message as NIEM JSON, or a JSON message as NIEM XML; a message with errors is not converted.

    Both say the same, and converting twice gives the message back. A signature is over the XML and stays behind.

    Example: gateway niem convert preview/line-2.xml -o line-2.json
    """
    checker = MessageChecker(shipped("xsd"))
    converter = MessageJson(checker.index)
    result = _sound(file, checker, converter)
    written = result.document if result.form is Form.JSON else converter.to_json(result.document)
    if out is None:
        sys.stdout.buffer.write(written + b"\n")
    else:
        out.write_bytes(written)


@commands.command()
def read(
    file: Annotated[Path, typer.Argument(help="A NIEM message of the exchange, XML or JSON, signed or not.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write; else standard output.")] = None,
) -> None:
    """Read a message back into the record that it shows, as JSON; a message with errors is not read.

    The record's id is made of the message's own. Elements that no record has a place for are told, not dropped
    silently, and exit code 1 says that there were some. A signature is set aside; gateway verify checks it.

    Example: gateway niem read preview/line-2.xml
    """
    checker = MessageChecker(shipped("xsd"))
    root = etree.fromstring(_sound(file, checker, MessageJson(checker.index)).document)
    message = read_message(root)
    written = msgspec.json.format(encode_record(message.record), indent=2) + b"\n"
    if out is None:
        sys.stdout.buffer.write(written)
    else:
        out.write_bytes(written)
    for path in message.unread:
        Console(stderr=True).print(f"not in the record: {path}", markup=False, soft_wrap=True)
    if message.unread:
        raise typer.Exit(1)


def _sound(file: Path, checker: MessageChecker, converter: MessageJson) -> _Checked:
    """A file's message without errors. Raises InvalidMessage for one with errors."""
    result = _checked(read_whole(file), checker, converter)
    if not result.holds:
        errors = tuple(fault for fault in result.faults if fault.severity == "error")
        raise InvalidMessage(errors, where=str(file))
    return result


def _checked(content: bytes, checker: MessageChecker, converter: MessageJson) -> _Checked:
    if content.lstrip()[:1] not in (b"{", b"["):
        document, was_signed = without_signature(content)
        if was_signed:
            Console(stderr=True).print("The signature is set aside; gateway verify checks it.", markup=False)
        return _Checked(document, Form.XML, checker.report(document))
    try:
        document = converter.from_json(content)
    except InvalidMessage as refused:
        return _Checked(b"", Form.JSON, refused.faults)
    # the lines are those of XML that nobody has seen
    faults = tuple(msgspec.structs.replace(fault, line=0) for fault in checker.report(document))
    return _Checked(document, Form.JSON, faults)


def _tell(path: Path, result: _Checked) -> None:
    out = console()
    errors = sum(fault.severity == "error" for fault in result.faults)
    warnings = len(result.faults) - errors
    told = f"{errors} errors, {warnings} warnings" if result.faults else "no faults"
    out.print(f"{'✓' if result.holds else '✗'} {path}: NIEM {result.form.upper()}, {told}", soft_wrap=True)
    for fault in result.faults:
        out.print(f"  {fault.severity}: {fault.sentence()}", soft_wrap=True)


def _facts(path: Path, result: _Checked) -> dict[str, Any]:
    return {"file": str(path), "form": result.form, "holds": result.holds, "faults": result.faults}

"""gateway timestamp."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.files import read_whole, write_new
from gateway.cli.shown import AsJson, console, group, print_json
from gateway.errors import UntrustedSignature
from gateway.signing.keys import load_certificates
from gateway.signing.timestamps import TimestampAuthorities, stamp_of
from gateway.signing.timestamps import request as request_for
from gateway.timestamping import FoundSignature, attach, chosen, moment_of, signatures_in

__all__ = ["commands"]

commands = group(
    "Proof by a third party that a signature stood at a moment (RFC 3161). No network: you send and fetch."
)

File = Annotated[Path, typer.Argument(help="A signed NIEM document, a STIX bundle or a TAXII envelope.")]
Root = Annotated[
    Path | None,
    typer.Option("--root", help="The time-stamp authority's root certificate (PEM); one file may hold several."),
]


@commands.command()
def request(
    file: Annotated[Path, typer.Argument(help="A signed NIEM document, bundle or envelope; with --detached any file.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The request; else FILE.tsq.")] = None,
    of: Annotated[
        str | None, typer.Option("--object", help="The id of the report or grouping whose signature is meant.")
    ] = None,
    detached: Annotated[
        bool, typer.Option("--detached", help="Ask for the file's bytes, not a signature in it.")
    ] = False,
) -> None:
    """Write the request for an authority. You send it, with a tool of yours, and keep the reply.

    One request is for one signature: where a file holds several, --object names one. Send it for example with
    curl -H 'Content-Type: application/timestamp-query' --data-binary @report.tsq https://tsa.example/ -o report.tsr

    Example: gateway timestamp request report.niem.xml -o report.tsq
    """
    content = read_whole(file)
    stamped = content if detached else chosen(signatures_in(content, name=file.name), of).stamped
    target = out or file.with_name(f"{file.name}.tsq")
    write_new(target, request_for(stamped))
    console().print(f"{target}: send it to a time-stamp authority as application/timestamp-query, and keep both files.")


@commands.command("attach")
def attach_(
    file: File,
    reply: Annotated[Path, typer.Option("--reply", help="The authority's reply (TimeStampResp, DER).")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The stamped file; never the file itself.")],
    request: Annotated[
        Path | None, typer.Option("--request", help="The request that was sent: its nonce must have come back.")
    ] = None,
    root: Root = None,
) -> None:
    """Put the token of a reply on the signature that it is over; with --root only if the authority is trusted.

    Nothing that is signed changes: whoever knows nothing of timestamps verifies the file as before.

    Example: gateway timestamp attach report.niem.xml --reply reply.tsr --root tsa-root.crt -o stamped.niem.xml
    """
    asked = read_whole(request) if request else None
    attached = attach(read_whole(file), read_whole(reply), asked, name=file.name)
    said = "says"
    if root is not None:
        moment_of(attached.token, attached.signature.stamped, TimestampAuthorities(load_certificates(root)))
        said = "is trusted, and says"
    write_new(out, attached.content)
    stamp = stamp_of(attached.token)
    console().print(f"{out}: {attached.signature.name}, {stamp.authority} {said} {_shown(stamp.moment)}")


@commands.command()
def show(file: File, root: Root = None, as_json: AsJson = False) -> None:
    """What the timestamps in a file say; with --root whether they are believed, and exit 1 if one is not.

    Example: gateway timestamp show stamped.niem.xml --root tsa-root.crt
    """
    authorities = None if root is None else TimestampAuthorities(load_certificates(root))
    facts = [_facts(one, authorities) for one in signatures_in(read_whole(file), name=file.name)]
    if as_json:
        print_json(facts)
        return
    for fact in facts:
        if "moment" not in fact:
            console().print(f"{fact['signature']}: no timestamp")
            continue
        belief = "trusted" if fact["trusted"] else "not checked: name its root with --root"
        console().print(f"{fact['signature']}: {fact['moment']} by {fact['authority']}, {belief}")


@commands.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The file that was timestamped as it is: request --detached.")],
    token: Annotated[Path, typer.Option("--token", help="The token, or the reply that it came in (DER).")],
    root: Annotated[Path, typer.Option("--root", help="The time-stamp authority's root certificate (PEM).")],
    as_json: AsJson = False,
) -> None:
    """When a file stood at the latest, by a token that lies beside it; exit 1 unless the token is believed.

    Example: gateway timestamp verify checkpoint.txt --token checkpoint.txt.tsr --root tsa-root.crt
    """
    moment = moment_of(read_whole(token), read_whole(file), TimestampAuthorities(load_certificates(root)))
    if as_json:
        print_json({"file": str(file), "moment": _shown(moment)})
    else:
        console().print(f"{file}: stood at {_shown(moment)}")


def _facts(signature: FoundSignature, authorities: TimestampAuthorities | None) -> dict[str, object]:
    if signature.token is None:
        if authorities is not None:
            raise UntrustedSignature(
                "the signature has no timestamp", where=signature.name, remedy="See gateway timestamp request"
            )
        return {"signature": signature.name}
    if authorities is not None:
        authorities.moment(signature.token, signature.stamped)
    stamp = stamp_of(signature.token)
    return {
        "signature": signature.name,
        "moment": _shown(stamp.moment),
        "accuracy_seconds": None if stamp.accuracy is None else stamp.accuracy.total_seconds(),
        "authority": stamp.authority,
        "policy": stamp.policy,
        "serial_number": str(stamp.serial_number),
        "trusted": authorities is not None,
    }


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

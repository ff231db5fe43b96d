"""gateway release."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.shown import AsJson, Home, console, opened, print_json
from gateway.stewardship.given import Given
from gateway.stewardship.handed_folder import hand_over, require_room

__all__ = ["release"]


def release(
    record: Annotated[str, typer.Argument(help="The record's id, from gateway record list.")],
    to: Annotated[str, typer.Option("--to", help="The partner's name.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, and who asked: one line for the log.")],
    operator: Annotated[
        str, typer.Option("--operator", "--as", help="The operator who signs, with the key in the home.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to hand over: new or empty.")],
    agreement: Annotated[
        str | None, typer.Option("--agreement", help="Only what this agreement gives; else all of the partner's.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Hand a record over as files, to a partner without TAXII: exactly what a pull would give it at this moment.

    The same clauses are asked, and the release stands in the same log, with its reason and the operator's signature.
    What the partner would not get by a pull it does not get by a release: exit 1, and the clause. The signed NIEM
    document is among the files where the agreement delivers it. Of a withdrawn record it gets the revocation.

    Example: gateway release record--… --to valley-fusion-center --reason "Phone request of the duty desk, case 17"
    --operator analyst-two -o handed
    """
    with opened(home) as gateway:
        require_room(out)
        released = gateway.release_desk.release(
            record, to=to, reason=reason, operator=operator, key=gateway.operator_key(operator), agreement=agreement
        )
        files = hand_over(released, out, key_set=gateway.key_set(), center=gateway.center)
    if as_json:
        print_json(
            {
                "record": record,
                "partner": to,
                "given": [_facts(one) for one in released.given],
                "objects": released.objects,
                "revocation": released.is_revocation,
                "files": [str(path) for path in files],
            }
        )
        return
    what = "the revocation of the record" if released.is_revocation else "the record"
    by = ", ".join(
        dict.fromkeys(f"{one.agreement.agreement} version {one.agreement.version}" for one in released.given)
    )
    console().print(f"{to} is given {what}: {released.objects} objects under {by}; logged.")
    for path in files:
        console().print(str(path))
    console().print("The root certificate is not among them: the partner has it by another way, or cannot verify.")


def _facts(one: Given) -> dict[str, object]:
    return {
        "agreement": one.agreement.agreement,
        "agreement_version": one.agreement.version,
        "collection": one.collection.id,
        "version": one.view.number,
        "objects": len(one.view.objects),
    }

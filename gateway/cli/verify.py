"""gateway verify."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import names
from gateway.cli.files import read_whole
from gateway.cli.shown import AsJson, Home, console, print_json
from gateway.config import home_from
from gateway.errors import UntrustedSignature
from gateway.signing.key_ring import known_certificates
from gateway.signing.key_set import certificates_of
from gateway.signing.keys import load_certificates
from gateway.signing.trust import TrustStore
from gateway.verification import verify_document
from gateway.wiring import system_clock

__all__ = ["verify"]


def verify(
    files: Annotated[list[Path], typer.Argument(help="NIEM documents, STIX bundles or TAXII envelopes.")],
    root: Annotated[
        Path | None, typer.Option("--root", help="Root certificate to trust; else the home's own root.")
    ] = None,
    key_set: Annotated[
        Path | None, typer.Option("--keys", help="The center's published key set (GET /keys); else the home's signers.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Check every signature and say who signed what; exit 1 on anything less than full cover.

    Example: gateway verify pulled/*.json --root root.crt --keys keys.json
    """
    certs = home_from(home) / names.CERTS_FOLDER
    known = certificates_of(read_whole(key_set)) if key_set else known_certificates(certs / "sign")
    trust = TrustStore(load_certificates(root or certs / "ca" / "root.crt"), known)
    facts, failed = [], False
    for path in files:
        try:
            evidence = verify_document(read_whole(path), trust, at=system_clock(), name=path.name)
        except UntrustedSignature as error:
            failed = True
            facts.append({"file": str(path), "holds": False, "problem": str(error), "code": error.code})
            continue
        facts.append(
            {
                "file": str(path),
                "holds": True,
                "form": evidence.form,
                "signers": evidence.signers,
                "keys": evidence.key_ids,
                "containers": len(evidence.containers),
                "objects_covered": evidence.covered,
                "niem_documents": evidence.niem_documents,
            }
        )
    if as_json:
        print_json(facts)
    else:
        for fact in facts:
            console().print(_sentence(fact))
    if failed:
        raise typer.Exit(1)


def _sentence(fact: dict[str, object]) -> str:
    if not fact["holds"]:
        return f"✗ {fact['file']}: {fact['problem']}"
    signers = ", ".join(fact["signers"]) if isinstance(fact["signers"], tuple) else ""
    covered = f"{fact['objects_covered']} objects in {fact['containers']} signed views, " if fact["containers"] else ""
    return f"✓ {fact['file']}: {fact['form']}, {covered}{fact['niem_documents']} NIEM documents, signed by {signers}"

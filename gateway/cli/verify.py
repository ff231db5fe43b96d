"""gateway verify."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives import hashes

from gateway.cli.files import read_whole
from gateway.cli.moments import moment_of
from gateway.cli.shown import AsJson, Home, console, print_json, progress
from gateway.cli.signed_files import signed_files, within
from gateway.config import home_from, shipped
from gateway.errors import BadSetting, NotCovered, UntrustedSignature
from gateway.niem.check import MessageChecker
from gateway.signing.trust import TrustStore
from gateway.trust_policy import home_trust, load_policy
from gateway.verification import Evidence, SignatureHeld, verify_document
from gateway.wiring import system_clock

__all__ = ["verify"]


def verify(
    files: Annotated[
        list[Path], typer.Argument(help="NIEM documents, STIX bundles, TAXII envelopes; folders of them.")
    ],
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The policy to believe by; else the home's certs/trust/policy.yaml.")
    ] = None,
    root: Annotated[
        list[Path] | None, typer.Option("--root", help="Root certificate to trust, in place of a policy.")
    ] = None,
    key_set: Annotated[
        list[Path] | None, typer.Option("--keys", help="The center's published key set (GET /keys), or certificates.")
    ] = None,
    crl: Annotated[
        list[Path] | None, typer.Option("--crl", help="A revocation list of the authority, besides the policy's.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="Ask what would have held then, such as 2026-06-01T12:00:00Z; else now.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Refuse a document that lacks objects which were signed with it.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Check every signature; say who signed what, when, and why it is believed; exit 1 on less than full cover.

    Example: gateway verify pulled/ --root root.crt --keys keys.json
    """
    if policy is not None and root:
        raise BadSetting("a policy names its roots itself", where="--root", remedy="Leave out --policy or --root")
    moment = system_clock() if at is None else moment_of(at, "--at")
    known, lists = key_set or (), crl or ()
    if policy is not None:
        trust = load_policy(policy, crls=lists, known=known)
    else:
        trust = home_trust(home_from(home), roots=root or (), known=known, crls=lists)
    messages = MessageChecker(shipped("xsd"))
    named = signed_files(files)
    facts = []
    with progress("Verifying", total_bytes=len(named)) as tell:
        for number, (path, folder) in enumerate(named, start=1):
            facts.append({"file": str(path)} | _fact(path, folder, trust, moment, messages, whole=whole))
            tell(number, number)
    if as_json:
        print_json(facts)
    else:
        for fact in facts:
            console().print("\n".join(_lines(fact)))
    if not all(fact["holds"] for fact in facts):
        raise typer.Exit(1)


def _fact(
    path: Path, folder: Path | None, trust: TrustStore, at: datetime, messages: MessageChecker, *, whole: bool
) -> dict[str, Any]:
    """What is known of one file, by names that programs may rely on."""
    asked = {"at": at.isoformat(), "policy": trust.name}
    try:
        evidence = verify_document(read_whole(within(path, folder)), trust, at=at, name=path.name, messages=messages)
        if whole and evidence.missing:
            raise NotCovered(
                f"{len(evidence.missing)} objects were signed and are not here",
                where=evidence.missing[0],
                remedy="Get the whole view",
            )
    except UntrustedSignature as error:
        return {"holds": False, "problem": str(error), "code": error.code, "where": error.where, **asked}
    return {"holds": True, **_told(evidence), **asked}


def _told(evidence: Evidence) -> dict[str, Any]:
    return {
        "form": evidence.form,
        "signers": evidence.signers,
        "keys": evidence.key_ids,
        "containers": len(evidence.containers),
        "objects_covered": evidence.covered,
        "missing": evidence.missing,
        "niem_documents": evidence.niem_documents,
        "signatures": [_signature(held) for held in evidence.signatures],
        "views": [
            {"container": c.container, "publisher": c.publisher, "covered": c.covered, "missing": c.missing}
            for c in evidence.containers
        ],
    }


def _signature(held: SignatureHeld) -> dict[str, Any]:
    signer = held.signer
    return {
        "of": held.of,
        "content": held.content,
        "center": held.center,
        "kinds": held.kinds,
        "signer": signer.subject,
        "key": signer.kid,
        "certificate_sha256": signer.certificate.fingerprint(hashes.SHA256()).hex(),
        "signed_at": signer.signed_at.isoformat(),
        "time_is_proven": signer.is_proven,
        "evidence": signer.evidence,
    }


def _lines(fact: dict[str, Any]) -> Sequence[str]:
    if not fact["holds"]:
        return (f"✗ {fact['file']}: {fact['problem']}",)
    covered = f"{fact['objects_covered']} objects in {fact['containers']} signed views, " if fact["containers"] else ""
    lacking = f" ({len(fact['missing'])} more were signed and are not here)" if fact["missing"] else ""
    signers = ", ".join(fact["signers"])
    head = f"✓ {fact['file']}: {fact['form']}, {covered}{fact['niem_documents']} NIEM documents, signed by {signers}"
    return (head + lacking, *dict.fromkeys(_reason(held) for held in fact["signatures"]))


def _reason(held: dict[str, Any]) -> str:
    """One line of evidence; signatures with the same reasons share it."""
    return f"    key {held['key']}: " + "; ".join(held["evidence"])

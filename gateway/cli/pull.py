"""gateway pull."""

import os
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway import names
from gateway.cli.shown import AsJson, console, print_json, progress
from gateway.config import shipped
from gateway.errors import BadSetting
from gateway.niem.check import MessageChecker
from gateway.signing.keys import load_certificates
from gateway.signing.trust import TrustStore
from gateway.taxii.client import fetch_key_set, pull
from gateway.trust_policy import load_policy
from gateway.verification import verify_objects
from gateway.wiring import system_clock

__all__ = ["pull_command"]


def pull_command(
    url: Annotated[str, typer.Argument(help="The center's base URL, such as https://127.0.0.1:8443")],
    user: Annotated[str, typer.Option(help="Any name; the secret says who you are.")] = "partner",
    ca: Annotated[Path, typer.Option("--ca", help="The root certificate that you trust the center by.")] = Path(
        "root.crt"
    ),
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The policy to believe signatures by; else the root certificate.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the bundles go.")] = Path("pulled"),
    as_json: AsJson = False,
) -> None:
    """The partner's side: pull every collection, verify every signature, write STIX bundles and the key set.

    The secret is read from the variable GATEWAY_PULL_SECRET, so that it stands in no history and no process list.

    Example: GATEWAY_PULL_SECRET=… gateway pull https://127.0.0.1:8443 --ca demo-home/certs/ca/root.crt
    """
    secret = os.environ.get("GATEWAY_PULL_SECRET", "")
    if not secret:
        raise BadSetting("there is no secret", where="GATEWAY_PULL_SECRET", remedy="Set the variable")
    # The root of the call is for the connection; whom to believe may be a policy's own matter.
    trust = TrustStore(load_certificates(ca)) if policy is None else load_policy(policy)
    url = url.rstrip("/")
    keys = fetch_key_set(f"{url}/keys", ca_file=ca)
    trust = trust.with_key_set(keys)
    messages = MessageChecker(shipped("xsd"))
    with progress("Pulling") as tell:
        pulled = pull(
            url + names.DISCOVERY_PATH, user=user, password=secret, ca_file=ca, on_page=lambda objects: tell(objects, 0)
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / "keys.jwks").write_bytes(keys)
    facts = []
    for collection in pulled:
        fact = {"collection": collection.title, "objects": len(collection.objects), "signatures": 0, "file": ""}
        if collection.objects:  # of nothing there is nothing to verify, and no file that would not verify later
            path = out / f"{collection.collection_id}.json"
            objects = list(collection.objects)
            evidence = verify_objects(objects, trust, at=system_clock(), form="pull", messages=messages)
            bundle = {"type": "bundle", "id": f"bundle--{collection.collection_id}", "objects": objects}
            path.write_bytes(orjson.dumps(bundle, option=orjson.OPT_INDENT_2))
            fact |= {"signatures": len(evidence.containers) + evidence.niem_documents, "file": str(path)}
        facts.append(fact)
    if as_json:
        print_json(facts)
        return
    for fact in facts:
        where = f" → {fact['file']}" if fact["file"] else ""
        console().print(f"{fact['collection']}: {fact['objects']} objects, {fact['signatures']} signatures{where}")

"""What a package says in words: read me, change log, conformance assertion."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from gateway import __version__
from gateway.model.kinds import KINDS
from gateway.niem.iepd.catalog import Identity
from gateway.niem.ndr.checker import RULES, Finding
from gateway.niem.rules import Severity

__all__ = ["change_log", "conformance", "read_me"]

_CHANGES: Final = (("1.0", "First version."),)
"""Version of the package, what changed; the newest first. A row is never taken away."""


def read_me(identity: Identity) -> str:
    """What the package is for, who sends and receives, and what lies where."""
    kinds = "\n".join(f"* `fx:{row.niem_root}`: {row.title.lower()}" for row in KINDS.values() if row.niem_root)
    return f"""# {identity.name} {identity.version}

Messages that a fusion center sends to the partners of its sharing agreements, in NIEM 6.0 XML.

**Purpose.** One form for records that reach a center in many forms from agencies of every discipline, so that a partner
writes one reader. **Scope.** What happened, who and what had which part in it, how the report may be handled, where it
came from. **Senders and receivers.** Fusion centers; their partner centers, agencies and owners of infrastructure.
**Interaction.** A partner polls over TAXII 2.1 and gets each message signed (enveloped XML Signature), or is handed a
file. A message stands for itself and replaces the message with the same identifier and an earlier modification time.

## Messages

{kinds}

## What lies where

| File or folder | What it is |
| --- | --- |
| `iepd-catalog.xml` | what each file is, and what each class of messages must be |
| `xml-catalog.xml` | every namespace with its schema document |
| `xsd/exchange/` | our extension of NIEM 6.0: the messages, and what NIEM has no place for |
| `xsd/`, other folders | the subset of NIEM 6.0 that the messages use |
| `iep-sample/` | one invented message of each class |
| `messages.md` | every type, element and code of the extension with its definition |
| `wantlist.yaml` | what the messages use of NIEM 6.0 |
| `manifest.json` | SHA-256 of each file of the release that was read and of each schema document made |
| `changelog.md`, `conformance.md` | what changed; what conforms, by whose word |

To validate a message, compile `xsd/exchange/exchange.xsd`. Remove the enveloped signature first: NIEM types have no
place for it.

The subset is made from the NIEM Model 6.0, copyright OASIS Open 2025, licensed under CC BY 4.0. Its definitions are
made from names; NIEM's own stand above them.
"""


def change_log(identity: Identity) -> str:
    """What changed from version to version."""
    rows = "\n".join(f"## {version}\n\n{says}\n" for version, says in _CHANGES)
    return f"# Changes of {identity.name}\n\n{rows}"


def conformance(identity: Identity, found: Sequence[Finding]) -> str:
    """What the package asserts of itself; `found` are the breaches of the NDR that its schemas have."""
    checked = [row for row in RULES if row.is_checked]
    unread = "\n".join(f"| {row.number} | {row.says} | {row.reason} |" for row in RULES if not row.is_checked)
    counts = Counter(finding.severity for finding in found)
    breaches = "".join(f"* {finding.sentence()}\n" for finding in found) or "None.\n"
    return f"""# Conformance of {identity.name} {identity.version}

The Fusion Exchange Gateway {__version__} made this package and asserts:

* The package is an IEPD by the NIEM IEPD Specification 5.0.
* `xsd/exchange/exchange.xsd` is an extension schema document, and the documents beside it are subset schema documents,
  by the NIEM Naming and Design Rules 6.0 (Project Specification 01), but for what is listed below.
* Each sample is a message of its class: valid against the schemas of this package, and it keeps the rules for XML
  messages.

The gateway's own checker held the schemas against the {len(checked)} rules of sections 7 to 11 that a program can
check. It found {counts[Severity.ERROR]} errors and {counts[Severity.WARNING]} warnings. It is no authority:
`gateway iepd check` says the same again, and the official Schematron may be run.

## Breaches

{breaches}
## Known departures

* 8-19: the definitions of the subset are not NIEM's sentences but are made from names. The meaning of a component is
  what the NIEM release says of it.

## Rules that take a reader

| Rule | What must hold | Why no program decides |
| --- | --- | --- |
{unread}
"""
